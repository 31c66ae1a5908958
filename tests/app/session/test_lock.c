/* The shut screen on a headless tablet with a real store, and what is found again after it. */
#include "tests/app/session/run.h"

#define PIN(key)                                                                                \
    "tap #" key "/2\ntap #" key "/8\ntap #" key "/4\ntap #" key "/9\ntap #" key "/1\ntap #" key \
    "/5\nwait 100\n"
#define WRONG \
    "tap #lock/9\ntap #lock/9\ntap #lock/9\ntap #lock/9\ntap #lock/9\ntap #lock/9\nwait 100\n"
#define UNTOUCHED_MINUTE "wait 20000\nwait 20000\nwait 20000\n"
#define UNTOUCHED                                                                        \
    UNTOUCHED_MINUTE UNTOUCHED_MINUTE UNTOUCHED_MINUTE UNTOUCHED_MINUTE UNTOUCHED_MINUTE \
        UNTOUCHED_MINUTE
#define SET_PIN                                                                                    \
    "tap #root/more\ntap #more/screen.settings\nexpect \"屏幕不会锁定\"\ntap #settings/pin\n" PIN( \
        "pin") PIN("pin") "expect \"PIN 已设置\"\n"

static void with_pin(struct run *run, const char *name)
{
    run_open(run, name, PORTFOLIO_CASES);
    EXPECT_INT(0, play(run, &tablet, SET_PIN "tap #bar/back\ntap #root/search\ntap #case/3\n"));
}

TEST(test_without_a_pin_nothing_ever_locks)
{
    struct run run;
    run_open(&run, "nopin", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &tablet,
                       "expect #brief/start\nwait 600000\nwait 600000\nexpect #brief/start\n"
                       "tap #root/more\nexpect_not #more/lock\n"));
    EXPECT_INT(0, play(&run, &tablet, "expect_not #lock/1\n"));
    run_close(&run);
}

/* Goal: who opens the program of a tablet with a PIN sees nothing of a borrower; who knows the
 * PIN is where the screen was left. */
TEST(test_locked_screen_shows_no_borrower_and_opens_where_it_was)
{
    static const struct screen_options *const sizes[] = {&tablet, &handheld};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct run run;
        with_pin(&run, "shut");
        struct str_builder script;
        str_builder_init(&script, &run.program);
        str_add_text(&script, "expect #lock/1\nlint\n");
        for (size_t p = 0; p < PORTFOLIO_CASES; p++) {
            str_add_format(&script, "expect_not \"%s\"\nexpect_not \"%s\"\n",
                           portfolio_people[p].name, portfolio_people[p].street);
        }
        str_add_text(&script,
                     "expect_not \"¥\"\nexpect_not #root/today\nkey back\n"
                     "expect #lock/1\n" PIN(
                         "lock") "expect_not #lock/1\nexpect \"陈志强\"\nexpect #brief/start\n");
        EXPECT_INT(0, play(&run, sizes[i], script.text));
        run_close(&run);
    }
}

TEST(test_screen_locks_by_hand_and_when_untouched)
{
    struct run run;
    with_pin(&run, "untouched");
    EXPECT_INT(
        0, play(&run, &tablet,
                PIN("lock") "tap #bar/back\ntap #root/more\ntap #more/lock\n"
                            "expect #lock/1\n" PIN(
                                "lock") "tap #more/screen.settings\ntap #lock_after/0\nwait 20000\n"
                                        "tap #lock_after/0\nwait 25000\nwait 25000\nexpect "
                                        "#settings/pin\n"
                                        "wait 11000\nexpect #lock/1\n"));
    run_close(&run);
}

/* What the frames on the glass said while the store opened, each once and in their order. */
static char said[16];
static void note_opening(const struct ui *ui)
{
    static const struct {
        const char *words;
        char letter;
    } stages[] = {
        {"正在核对 PIN…", 'k'}, {"打开案件记录", 's'}, {"整理今天的行程", 'd'}, {"今日", 't'}};
    size_t count = 0;
    char seen = '\0';
    const struct ui_semantic *semantics = ui_semantics(ui, &count);
    for (size_t i = 0; i < count; i++) {
        for (size_t s = 0; s < COUNT(stages); s++) {
            if (seen == '\0' && semantics[i].name != NULL &&
                strcmp(semantics[i].name, stages[s].words) == 0) {
                seen = stages[s].letter;
            }
        }
    }
    size_t size = strlen(said);
    if (seen != '\0' && (size == 0 || said[size - 1] != seen)) {
        CHECK(size + 1 < sizeof said);
        said[size] = seen;
        said[size + 1] = '\0';
    }
}

/* Goal: between the last digit and Today no screen stands still without saying what it does.
 * Method: what the frames on the glass say, in their order, while a shut store opens; help can be
 * called for on each of them. A wrong PIN gets no further than being tried. */
TEST(test_opening_says_what_it_does_before_it_does_it)
{
    struct run run;
    struct screen_options watched = tablet;
    watched.after_frame = note_opening;
    run_open(&run, "opening", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &tablet, SET_PIN "tap #bar/back\ntap #root/today\n"));
    said[0] = '\0';
    EXPECT_INT(0, play(&run, &watched, "expect #lock/1\n" PIN("lock") "expect #root/today\n"));
    EXPECT_TEXT("ksdt", said);
    said[0] = '\0';
    EXPECT_INT(0, play(&run, &watched, WRONG "expect \"PIN 不对\"\nexpect #lock/1\n"));
    EXPECT_TEXT("k", said);
    run_close(&run);
}

/* A gap between two looks at the clock that runs through a suspend: not only is the screen shut,
 * the store is, and its key is gone; the PIN opens it where it was. */
TEST(test_a_tablet_that_slept_is_shut_with_its_store)
{
    struct run run;
    struct screen_options sleepy = tablet;
    sleepy.sleeps_after_ms = 30000;
    with_pin(&run, "slept");
    EXPECT_INT(0, play(&run, &sleepy,
                       PIN("lock") "expect #brief/start\nwait 20000\nexpect #brief/start\n"
                                   "wait 20000\nexpect #lock/1\nexpect #lock/forgot\n"
                                   "expect #lock/sos\n" PIN("lock") "expect #brief/start\n"));
    run_close(&run);
}

TEST(test_wrong_pins_wait_longer_and_a_restart_shortens_nothing)
{
    struct run run;
    with_pin(&run, "wrong");
    EXPECT_INT(0, play(&run, &tablet,
                       WRONG "expect \"PIN 不对\"\n" WRONG WRONG "expect \"再错一次\"\n" WRONG
                             "expect \"请等待\"\n"
                             "expect_not #lock/1\nlint\n"));
    EXPECT_INT(0, play(&run, &tablet,
                       "expect \"请等待\"\nexpect #lock/sos\nwait 25000\nexpect_not #lock/1\n"
                       "wait 40000\nexpect #lock/1\n" PIN("lock") "expect #brief/start\n"));
    run_close(&run);
}

/* Goal: help is recorded from the shut screen, loud or silent, and nothing else is. */
TEST(test_help_can_be_asked_for_while_locked)
{
    struct run run;
    with_pin(&run, "help");
    EXPECT_INT(0, play(&run, &tablet, "tap #lock/sos\nlint\ntap #lock/back\nexpect #lock/1\n"));
    EXPECT_TEXT("day_opened plan_made", facts_of(&run));
    EXPECT_INT(0, play(&run, &tablet,
                       "tap #lock/sos\nslide #lock/loud\nwait 100\nexpect \"求助已记录\"\n"
                       "expect #lock/1\nlint\n"));
    /* The store is shut: it is kept beside it, also over a restart, and is a fact once it opens. */
    EXPECT_TEXT("day_opened plan_made", facts_of(&run));
    EXPECT_INT(0, play(&run, &tablet, "expect \"求助已记录\"\n" PIN("lock") "wait 100\n"));
    EXPECT_TEXT("day_opened plan_made safety_incident", facts_of(&run));
    ds_SafetyIncident loud = fact_at(&run, 3).event.kind.safety_incident;
    EXPECT_INT(3, loud.severity);
    EXPECT(!loud.is_silent);
    run_close(&run);

    with_pin(&run, "silent");
    EXPECT_INT(0, play(&run, &tablet,
                       "dump before.txt\ntap #lock/sos\ntap #lock/silent\nwait 10000\n"
                       "dump after.txt\nexpect #lock/1\n"));
    EXPECT_INT(0, play(&run, &tablet, PIN("lock") "wait 100\n"));
    EXPECT_TEXT("day_opened plan_made safety_incident", facts_of(&run));
    EXPECT(fact_at(&run, 3).event.kind.safety_incident.is_silent);
    struct str before;
    struct str after;
    EXPECT_OK(os_file_read(&run.program, os_path(&run.program, run.folder, "before.txt"), 1u << 20,
                           &before));
    EXPECT_OK(os_file_read(&run.program, os_path(&run.program, run.folder, "after.txt"), 1u << 20,
                           &after));
    EXPECT_TEXT(before.bytes, after.bytes); /* no trace of it on the screen */
    run_close(&run);
}

/* Goal: an open visit is named in the alarm for headquarters, and not on the shut screen. */
TEST(test_alarm_while_locked_names_the_open_visit)
{
    struct run run;
    with_pin(&run, "door");
    EXPECT_INT(0, play(&run, &tablet,
                       PIN("lock") "tap #brief/start\ntap #visitors/2\ntap #visit/arrive_now\n"
                                   "expect #who/nobody\n" UNTOUCHED
                                   "expect \"有一次上门\"\nexpect_not \"陈志强\"\ntap #lock/sos\n"
                                   "slide #lock/loud\nwait 100\nexpect_not \"陈志强\"\n" PIN(
                                       "lock") "expect #who/nobody\n"));
    EXPECT_TEXT("day_opened plan_made visit_started safety_incident", facts_of(&run));
    EXPECT_INT(3, fact_at(&run, 4).event.case_no);
    run_close(&run);
}

/* Goal: on a shut tablet whoever holds it may call for help, and nobody says that all is well who
 * cannot open it. */
TEST(test_shut_tablet_asks_after_the_visit_and_only_its_collector_calms_it)
{
    struct run run;
    with_pin(&run, "asked");
    EXPECT_INT(0, play(&run, &tablet,
                       PIN("lock") "tap #brief/start\ntap #visitors/2\ntap #visit/arrive_now\n"
                                   "expect #who/nobody\n"));
    struct screen_options later = tablet;
    later.at_ms = portfolio_at_ms() + 40 * 60 * 1000;
    EXPECT_INT(0, play(&run, &later,
                       PIN("lock") "expect #who/nobody\n" UNTOUCHED
                                   "expect \"时间到了\"\nexpect_not \"陈志强\"\nlint\n"
                                   "tap #all_well/no\nexpect #lock/loud/knob\n"
                                   "expect_not \"时间到了\"\nslide #lock/loud\nwait 100\n"
                                   "expect #lock/1\nwait 20000\nwait 20000\nwait 20000\n"
                                   "expect \"时间到了\"\ntap #all_well/yes\n"
                                   "expect_not \"时间到了\"\nexpect #lock/1\n" PIN(
                                       "lock") "expect \"时间到了\"\ntap #all_well/yes\n"
                                               "expect_not \"时间到了\"\nexpect #who/nobody\n"));
    EXPECT_TEXT("day_opened plan_made visit_started safety_incident", facts_of(&run));
    EXPECT(!fact_at(&run, 4).event.kind.safety_incident.is_automatic);
    run_close(&run);
}

TEST(test_pin_is_changed_only_by_who_knows_it)
{
    struct run run;
    with_pin(&run, "change");
    EXPECT_INT(0, play(&run, &tablet,
                       PIN("lock") "tap #bar/back\ntap #root/more\ntap #more/screen.settings\n"
                                   "tap #settings/pin\nexpect \"现在的 PIN\"\n"
                                   "tap #pin/1\ntap #pin/1\ntap #pin/1\ntap #pin/1\ntap #pin/1\n"
                                   "tap #pin/1\nwait 100\nexpect \"PIN 不对\"\n" PIN(
                                       "pin") "expect \"新的 PIN\"\n"
                                              "tap #pin/1\ntap #pin/2\ntap #pin/3\ntap #pin/4\ntap "
                                              "#pin/5\ntap #pin/6\n"
                                              "expect \"太容易\"\n"
                                              "tap #pin/7\ntap #pin/0\ntap #pin/3\ntap #pin/5\ntap "
                                              "#pin/5\ntap #pin/1\n"
                                              "expect \"再输入\"\n" PIN(
                                                  "pin") "expect \"不一样\"\n"
                                                         "tap #pin/7\ntap #pin/0\ntap #pin/3\ntap "
                                                         "#pin/5\ntap #pin/5\ntap #pin/1\n"
                                                         "tap #pin/7\ntap #pin/0\ntap #pin/3\ntap "
                                                         "#pin/5\ntap #pin/5\ntap #pin/1\n"
                                                         "wait 100\nexpect \"PIN 已设置\"\n"));
    EXPECT_INT(0, play(&run, &tablet,
                       PIN("lock") "expect \"PIN 不对\"\n"
                                   "tap #lock/7\ntap #lock/0\ntap #lock/3\ntap #lock/5\n"
                                   "tap #lock/5\ntap #lock/1\nwait 100\nexpect_not #lock/1\n"));
    run_close(&run);
}

/* Goal: after a restart a screen is scrolled as it was, the field that waited waits, and what
 * comes back from another case does not take over how that one was scrolled. */
TEST(test_screen_is_found_again_as_it_looked)
{
    struct run run;
    run_open(&run, "seen", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &handheld,
                       "tap #root/search\ntap #case/3\nscroll #brief/3 400\nwait 1000\n"
                       "dump left.txt\n"));
    EXPECT_INT(0, play(&run, &handheld,
                       "wait 100\ndump found.txt\ntap #bar/back\ntap #query\ntype \"wj\"\n"
                       "wait 1000\n"));
    EXPECT_INT(0, play(&run, &handheld,
                       "expect #keyboard/done\nexpect \"王建国\"\n"
                       "type \"g\"\nexpect \"wjg\"\n"));
    struct str left;
    struct str found;
    EXPECT_OK(
        os_file_read(&run.program, os_path(&run.program, run.folder, "left.txt"), 1u << 20, &left));
    EXPECT_OK(os_file_read(&run.program, os_path(&run.program, run.folder, "found.txt"), 1u << 20,
                           &found));
    EXPECT_TEXT(left.bytes, found.bytes);
    run_close(&run);
}

TEST(test_stop_put_last_is_a_fact_and_comes_last)
{
    struct run run;
    run_open(&run, "defer", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &handheld, "tap #next/defer\nwait 100\nexpect \"最后\"\n"));
    EXPECT_TEXT("day_opened plan_made plan_made", facts_of(&run));
    ds_PlanMade before = fact_at(&run, 2).event.kind.plan_made;
    ds_PlanMade after = fact_at(&run, 3).event.kind.plan_made;
    EXPECT_INT(before.stops_count, after.stops_count);
    EXPECT_INT(before.stops[0], after.stops[after.stops_count - 1]);
    for (pb_size_t i = 1; i < before.stops_count; i++) {
        EXPECT_INT(before.stops[i], after.stops[i - 1]);
    }
    run_close(&run);
}

TEST(test_search_remembers_cases_and_no_names)
{
    struct run run;
    run_open(&run, "recent", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &tablet,
                       "tap #root/search\ntap #query\ntype \"czq\"\ntap #case/3\n"
                       "tap #bar/back\ntap #query\nkey backspace\nkey backspace\nkey backspace\n"
                       "expect \"最近查看\"\nexpect #case/3\nexpect_not #case/1\n"));
    struct store *store = run_store(&run);
    struct str kept;
    EXPECT_OK(store_setting_bytes(store, &run.program, SETTING_recent_cases, &kept));
    EXPECT_TEXT("3", kept.bytes);
    store_close(&store);
    EXPECT_INT(0, play(&run, &tablet,
                       "tap #query\ntap #search/forget\nwait 100\n"
                       "expect_not \"最近查看\"\nexpect #case/1\n"));
    run_close(&run);
}
