#!/usr/bin/env python3
"""Each rule of tidy finds its fault and lets the right form pass."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy  # noqa: E402

LAYERS = {
    "core/base": {"pure": True, "uses": []},
    "core/rules": {"pure": True, "uses": ["core/base"]},
    "core/store": {"pure": False, "uses": ["core/base"]},
    "app/ui": {"pure": True, "uses": ["core/base"]},
}


def lines(found):
    return [line for line, _ in found]


class Rules(unittest.TestCase):
    def test_an_include_past_the_layers_is_found(self):
        text = '#include "core/base/err.h"\n#include "core/store/store.h"\n#include "err.h"\n'
        self.assertEqual([2, 3], lines(tidy.check_layers("core/rules/plan.c", text, LAYERS)))
        self.assertEqual([], lines(tidy.check_layers("core/rules/plan.c", text.splitlines()[0], LAYERS)))

    def test_banned_calls_are_found_outside_comments_and_texts(self):
        text = 'void *a = malloc(3);\n/* malloc(3) */\nconst char *b = "malloc(3)";\nint t = time(0);\n'
        self.assertEqual([1, 4], sorted(lines(tidy.check_banned("core/rules/plan.c", text))))
        self.assertEqual([4], lines(tidy.check_banned("core/base/arena.c", text)))

    def test_unfinished_work_is_found_also_in_comments(self):
        self.assertEqual([1], lines(tidy.check_banned("core/rules/plan.c", "/* TO" + "DO later */\n")))

    def test_mutable_globals_are_found_and_tables_pass(self):
        bad = "static int counter;\nstatic struct plan last = {0};\n"
        good = ("static const int table[] = {1};\nstatic int add(int a)\n{\n    static const int b = 1;\n"
                "    return a + b;\n}\n")
        self.assertEqual([1, 2], lines(tidy.check_globals("core/rules/plan.c", bad)))
        self.assertEqual([], lines(tidy.check_globals("core/rules/plan.c", good)))

    def test_names_that_say_nothing_are_found(self):
        self.assertEqual([0], lines(tidy.check_names("core/rules/plan_util.c")))
        self.assertEqual([], lines(tidy.check_names("core/rules/plan.c")))

    def test_missing_text_keys_are_found(self):
        text = 'draw("today.next"); draw("today.none"); open("other.thing");\n'
        found = list(tidy.check_keys("app/screens/today.c", text, {"today.next"}, {"today"}))
        self.assertEqual(1, len(found))
        self.assertIn("today.none", found[0][1])

    def test_personal_data_in_a_log_line_is_found(self):
        self.assertEqual([1], lines(tidy.check_log("a.c", 'log_line(LOG_info, "x", "%s", r->debtor_name);')))
        self.assertEqual([], lines(tidy.check_log("a.c", 'log_line(LOG_info, "x", "%u", r->case_no);')))

    def test_a_place_in_the_data_for_what_is_never_built_is_found(self):
        for name, bad in (("core/event/event.proto", "message Case {\n  string blacklist_url = 1;\n}\n"),
                          ("assets/sql/hq/0009_x.sql", "ALTER TABLE cases\nADD COLUMN social_media TEXT;\n"),
                          ("sync/server/report/reports.def", "REPORT(month)\nREPORT(borrowers_export)\n"),
                          ("app/screens/intents.def", "INTENT(call)\nINTENT(tell_neighbours)\n"),
                          ("assets/i18n/en/door.po", 'msgid "visit.a"\nmsgid "visit.police_threat"\n')):
            self.assertEqual([2], lines(tidy.check_refused(name, bad)))
        good = ("core/domain/conduct_kinds.def", "ITEM(1, impersonation)\n")
        self.assertEqual([], lines(tidy.check_refused(*good)))
        self.assertEqual([], lines(tidy.check_refused("core/event/event.proto", "  string shamefaced = 1;\n")))

    def test_paths_of_one_machine_are_found(self):
        self.assertEqual([1], lines(tidy.check_machine("README.md", "see /wo" + "rk/x")))


if __name__ == "__main__":
    unittest.main()
