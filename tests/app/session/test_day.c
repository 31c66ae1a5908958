/* A collector's day on a headless tablet with a real store: touches in, facts out. */
#include "tests/app/session/run.h"

#include <signal.h>
#include <sys/wait.h>

/* Everything a finger does: taps, slides and strokes. */
static size_t tap_count(const char *script)
{
    static const char *const verbs[] = {"tap ", "slide ", "drag "};
    size_t count = 0;
    for (size_t i = 0; i < COUNT(verbs); i++) {
        for (const char *at = script; (at = strstr(at, verbs[i])) != NULL; at += strlen(verbs[i])) {
            count += at == script || at[-1] == '\n' ? 1 : 0;
        }
    }
    return count;
}

/* ---- promises ---- */

#define NOBODY                   \
    "tap #visitors/2\n"          \
    "tap #visit/arrive_now\n"    \
    "tap #who/nobody\n"          \
    "tap #outcome/nobody_home\n" \
    "slide #visit/finish\n"

TEST(test_nobody_home_takes_six_taps_and_is_two_facts)
{
    static const struct screen_options *const sizes[] = {&tablet, &handheld};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct run run;
        run_open(&run, "nobody", PORTFOLIO_CASES);
        const char *visit = "tap #brief/start\n" NOBODY;
        const char *script = str_format(&run.program, "%s%sexpect_not #visit/finish\nlint\n",
                                        i == 0 ? "" : "tap #next/open\n", visit);
        EXPECT_INT(0, play(&run, sizes[i], script));
        EXPECT(tap_count(visit) <= 6);
        EXPECT_TEXT("day_opened plan_made visit_started visit_finished", facts_of(&run));
        run_close(&run);
    }
}

#define TO_OUTCOME            \
    "tap #brief/start\n"      \
    "tap #visitors/2\n"       \
    "tap #visit/arrive_now\n" \
    "tap #who/verified\n"

TEST(test_promise_takes_ten_taps_and_the_amount)
{
    static const struct screen_options *const sizes[] = {&tablet, &handheld};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct run run;
        run_open(&run, "promise", PORTFOLIO_CASES);
        const char *before = TO_OUTCOME "tap #outcome/promise_to_pay\n";
        const char *amount = "tap #amount/5\ntap #amount/0\ntap #amount/0\n";
        const char *after = "tap #due/in3\n"
                            "tap #channel/mobile_pay\n"
                            "tap #visit/next\n"
                            "tap #visit/unsigned\n"
                            "slide #visit/finish\n";
        const char *script = str_format(&run.program, "%s%s%s%sexpect_not #visit/finish\n",
                                        i == 0 ? "" : "tap #next/open\n", before, amount, after);
        EXPECT_INT(0, play(&run, sizes[i], script));
        EXPECT(tap_count(before) + tap_count(after) <= 10);
        EXPECT_TEXT("day_opened plan_made visit_started visit_finished promise_made",
                    facts_of(&run));
        run_close(&run);
    }
}

/* A stroke is to a signature what digits are to an amount: it is what is asked for. */
TEST(test_full_visit_takes_twelve_taps_the_amount_and_the_signature)
{
    static const struct {
        const struct screen_options *options;
        const char *stroke;
    } rows[] = {{&tablet, "drag 700 420 1100 520 300\n"},
                {&handheld, "drag 150 700 600 850 300\n"}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run run;
        run_open(&run, "full", PORTFOLIO_CASES);
        const char *before = TO_OUTCOME "tap #outcome/promise_to_pay\n";
        const char *amount = "tap #amount/5\ntap #amount/0\ntap #amount/0\n";
        const char *after = "tap #due/in3\n"
                            "tap #channel/mobile_pay\n"
                            "tap #visit/next\n"
                            "tap #reason/income_late\n"
                            "tap #visit/next\n";
        const char *last = "tap #sign/done\n"
                           "slide #visit/finish\n";
        const char *script = str_format(&run.program, "%s%s%s%s%s%sexpect_not #visit/finish\n",
                                        i == 0 ? "" : "tap #next/open\n", before, amount, after,
                                        rows[i].stroke, last);
        EXPECT_INT(0, play(&run, rows[i].options, script));
        EXPECT(tap_count(before) + tap_count(after) + tap_count(last) <= 12);
        EXPECT_TEXT("day_opened plan_made visit_started evidence_attached visit_finished "
                    "promise_made",
                    facts_of(&run));
        ds_EvidenceAttached signature = fact_at(&run, 4).event.kind.evidence_attached;
        EXPECT_INT(EVIDENCE_KIND_signature, signature.evidence);
        EXPECT_INT(MEDIA_TYPE_png, signature.media);
        EXPECT_INT(ROLE_borrower, signature.signed_by);
        EXPECT(strstr(signature.note, "500.00") != NULL); /* what was signed is with it */
        EXPECT_INT(0, fact_at(&run, 5).event.kind.visit_finished.steps_skipped_count);
        run_close(&run);
    }
}

/* Goal: what is agreed in six parts is one plan whose sum is the debt to the fen. */
TEST(test_plan_is_stored_with_parts_that_sum_to_the_debt)
{
    struct run run;
    run_open(&run, "plan", PORTFOLIO_CASES);
    EXPECT_INT(
        0, play(&run, &tablet,
                "tap #root/search\ntap #case/3\n" TO_OUTCOME "tap #outcome/plan_agreed\n"
                "tap #count/6\ntap #first/in7\nexpect \"¥57,740.05\"\n"
                "tap #plan/turn\nexpect \"您的还款计划\"\ntap #plan/turn\n"
                "tap #visit/next\ntap #visit/next\ntap #left_out/later\nslide #visit/finish\n"));
    EXPECT_TEXT("day_opened plan_made visit_started visit_finished plan_agreed", facts_of(&run));
    ds_PlanAgreed plan = fact_at(&run, 5).event.kind.plan_agreed;
    uint64_t sum_minor = 0;
    for (pb_size_t i = 0; i < plan.instalments_count; i++) {
        sum_minor += plan.instalments[i].amount_minor;
    }
    EXPECT_INT(6, plan.instalments_count);
    EXPECT_INT(5774005, sum_minor);
    EXPECT_INT(5774005, plan.total_minor);
    run_close(&run);
}

TEST(test_what_a_case_needs_beside_visits_becomes_facts)
{
    static const struct {
        const char *script, *facts;
    } rows[] = {
        {"tap #brief/skip\ntap #reason/weather\ntap #form/save\nexpect \"1 / 12\"\n",
         "visit_skipped"},
        {"tap #brief/call\ntap #result/answered\ntap #role/borrower\ntap #form/save\n",
         "contact_attempted"},
        {"tap #root/more\ntap #more/screen.safety\ntap #safety/hazard\n"
         "tap #incident/dog\ntap #form/save\n",
         "safety_incident"},
        {"tap #root/more\ntap #more/screen.close_day\ntap #distance/chip1\n"
         "slide #close/confirm\n",
         "day_closed"},
        {"tap #root/search\ntap #case/1\ntap #show/1/0\nexpect \"13800007919\"\nwait 16000\n"
         "expect_not \"13800007919\"\nexpect \"138****7919\"\n",
         "detail_revealed"},
        {"tap #root/search\ntap #case/1\ntap #bar/action\ntap #add/complaint_taken\n"
         "tap #complaint/hours\ntap #words\ntype \"too late\"\ntap #keyboard/done\n"
         "tap #wish/explanation\ntap #form/save\n",
         "complaint_taken"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct run run;
        run_open(&run, "beside", PORTFOLIO_CASES);
        EXPECT_ROW(rows[i].facts, play(&run, &tablet, rows[i].script) == 0);
        const char *facts = str_format(&run.program, "day_opened plan_made %s", rows[i].facts);
        EXPECT_TEXT(facts, facts_of(&run));
        run_close(&run);
    }
}

/* Goal: a record is corrected beside the original, which stays as it was. */
TEST(test_correction_stands_beside_the_record)
{
    struct run run;
    run_open(&run, "correct", PORTFOLIO_CASES);
    EXPECT_INT(0,
               play(&run, &tablet,
                    TO_OUTCOME
                    "tap #outcome/promise_to_pay\ntap #amount/5\ntap #amount/0\n"
                    "tap #amount/0\ntap #due/in3\ntap #channel/mobile_pay\n"
                    "tap #visit/next\ntap #visit/next\ntap #left_out/later\nslide #visit/finish\n"
                    "tap #root/sync\ntap #record/5\ntap #record/correct\n"
                    "tap #reason/wrong_amount\ntap #amount/clear\n"
                    "tap #amount/7\ntap #amount/0\ntap #amount/0\n"
                    "tap #record/save\nexpect_not #record/save\n"));
    EXPECT_TEXT("day_opened plan_made visit_started visit_finished promise_made correction",
                facts_of(&run));
    EXPECT_INT(50000, fact_at(&run, 5).event.kind.promise_made.amount_minor);
    struct fact correction = fact_at(&run, 6);
    EXPECT_INT(CORRECTION_REASON_wrong_amount, correction.event.kind.correction.reason);
    EXPECT_INT(70000, correction.event.kind.correction.anew.promise_made.amount_minor);
    run_close(&run);
}

/* Goal: what is read while walking to a door is what may be asked for at it. */
TEST(test_next_stop_shows_what_may_be_asked_for)
{
    struct run run;
    run_open(&run, "askable", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &handheld,
                       "tap #next/open\ntap #bar/action\ntap #add/payment_noted\n"
                       "tap #amount/5\ntap #amount/0\ntap #amount/0\ntap #channel/mobile_pay\n"
                       "tap #payer/borrower\ntap #form/save\n"));
    uint64_t case_no = fact_at(&run, 3).event.case_no;
    struct store *store = run_store(&run);
    struct store_case subject;
    EXPECT_OK(store_case_load(store, &run.program, case_no, &subject));
    struct balance balance = fold_balance(subject.record, subject.state);
    store_close(&store);
    EXPECT_INT(50000, balance.noted_minor);
    const char *askable = lang_money(&run.program, LANG_zh, (int64_t)balance.askable_minor, NULL);
    EXPECT_INT(0, play(&run, &handheld,
                       str_format(&run.program, "tap #bar/back\nexpect #next/open\nexpect \"%s\"\n",
                                  askable)));
    run_close(&run);
}

/* Goal: what was noted by mistake is not shown as paid at the next door. */
TEST(test_payment_that_was_taken_back_says_so_in_the_brief)
{
    struct run run;
    run_open(&run, "taken_back", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &tablet,
                       "tap #root/search\ntap #case/3\ntap #bar/action\n"
                       "tap #add/payment_noted\ntap #amount/5\ntap #amount/0\ntap #amount/0\n"
                       "tap #channel/mobile_pay\ntap #payer/borrower\ntap #form/save\n"
                       "expect \"待入账\"\nexpect_not \"（已撤回）\"\n"
                       "tap #bar/back\ntap #root/sync\ntap #record/3\ntap #record/correct\n"
                       "tap #reason/wrong_case\ntap #how/1\ntap #record/save\n"
                       "tap #root/search\ntap #case/3\nexpect \"（已撤回）\"\n"));
    EXPECT_TEXT("day_opened plan_made payment_noted correction", facts_of(&run));
    run_close(&run);
}

/* Whether the node's line of a dump says that it is disabled. */
static bool is_disabled(const char *dump, const char *key)
{
    const char *line = strstr(dump, key);
    const char *end = line != NULL ? strchr(line, '\n') : NULL;
    const char *word = line != NULL ? strstr(line, " disabled") : NULL;
    return word != NULL && (end == NULL || word < end);
}

/* Goal: what a rule forbids cannot be begun, and the screen says why. */
TEST(test_forbidden_visit_is_refused_with_its_reason)
{
    static const struct {
        const char *name, *script;
        int64_t at_minute;
    } cases[] = {
        {"alone", "tap #brief/start\ntap #visitors/1\nexpect \"I02\"\n", 9 * 60 + 30},
        {"at night",
         "tap #root/search\ntap #case/1\ntap #brief/start\ntap #visitors/2\nexpect \"T01\"\n",
         22 * 60 + 30},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct run run;
        run_open(&run, "forbidden", PORTFOLIO_CASES);
        struct screen_options options = tablet;
        options.at_ms = portfolio_at_ms() + (cases[i].at_minute - (9 * 60 + 30)) * 60000;
        const char *script =
            str_format(&run.program, "%sdump %s/d.txt\n", cases[i].script, run.folder);
        EXPECT_ROW(cases[i].name, play(&run, &options, script) == 0);
        struct str dump;
        EXPECT_OK(os_file_read(&run.program, os_path(&run.program, run.folder, "d.txt"), 1u << 20,
                               &dump));
        EXPECT_ROW(cases[i].name, is_disabled(dump.bytes, "#visit/arrive_now"));
        EXPECT_ROW(cases[i].name, strstr(facts_of(&run), "visit_started") == NULL);
        run_close(&run);
    }
}

/* Goal: a code that is none is told in words and changes nothing. */
TEST(test_wrong_enrolment_code_is_told)
{
    struct run run;
    run_open(&run, "enrol", 0);
    EXPECT_INT(0, play(&run, &tablet,
                       "expect #enrol/go\ntap #code\ntype \"hello\"\ntap #keyboard/done\n"
                       "tap #enrol/go\nexpect #enrol/go\ndump d.txt\nlint\n"
                       "tap \"English\"\nexpect \"Join this tablet\"\nlint\n"));
    EXPECT_TEXT("", facts_of(&run));
    run_close(&run);
}

/* ---- a program that is killed ---- */

static const struct screen_options unchecked = {
    .width_px = 1280, .height_px = 800, .ppi = 160, .lang = LANG_zh, .is_unchecked = true};

/* Plays `script` in a child that is killed (9) once the file `marker` is there. */
static void play_and_kill(struct run *run, const char *script, const char *marker)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(play(run, &unchecked, script));
    }
    for (int waited = 0; waited < 1000 && !os_file_exists(marker); waited++) {
        os_sleep_ms(10);
    }
    EXPECT(os_file_exists(marker));
    EXPECT_INT(0, kill(pid, SIGKILL));
    int status = 0;
    EXPECT_INT(pid, waitpid(pid, &status, 0));
    EXPECT(WIFSIGNALED(status));
    EXPECT_OK(os_file_remove(marker));
}

/* Goal: after kill -9 the program opens where it was, with everything that was
 * tapped. Method: the visit is cut after every single tap; the rest is tapped in
 * a new process and must give the same facts as a visit without a cut. */
TEST(test_killed_program_goes_on_where_it_was)
{
    static const char *const taps[] = {
        "tap #brief/start\n",
        "tap #visitors/2\n",
        "tap #visit/arrive_now\n",
        "tap #who/verified\n",
        "tap #outcome/promise_to_pay\n",
        "tap #amount/5\n",
        "tap #amount/0\n",
        "tap #amount/0\n",
        "tap #due/in3\n",
        "tap #channel/mobile_pay\n",
        "tap #visit/next\n",
        "tap #cooperation/4\n",
        "tap #reason/illness\n",
        "tap #note/phrase0\n",
        "tap #visit/next\n",
        "tap #left_out/later\n",
        "slide #visit/finish\n",
    };
    for (size_t cut = 1; cut <= COUNT(taps); cut++) {
        struct run run;
        run_open(&run, "kill", PORTFOLIO_CASES);
        struct str_builder before;
        struct str_builder after;
        str_builder_init(&before, &run.program);
        str_builder_init(&after, &run.program);
        for (size_t i = 0; i < COUNT(taps); i++) {
            str_add_text(i < cut ? &before : &after, taps[i]);
        }
        const char *marker = str_format(&run.program, "%s/marker.txt", run.folder);
        str_add_format(&before, "dump %s\nawait \"never to be seen\" 10000\n", marker);
        str_add_text(&after, "expect_not #visit/finish\n");
        play_and_kill(&run, before.text, marker);
        const char *row = taps[cut - 1];
        EXPECT_ROW(row, play(&run, &unchecked, after.text) == 0);
        EXPECT_TEXT("day_opened plan_made visit_started visit_finished promise_made",
                    facts_of(&run));
        ds_VisitFinished visit = fact_at(&run, 4).event.kind.visit_finished;
        EXPECT_ROW(row, visit.cooperation == 4 && visit.default_reason == DEFAULT_REASON_illness);
        EXPECT_ROW(row, visit.note[0] != '\0');
        EXPECT_ROW(row, fact_at(&run, 5).event.kind.promise_made.amount_minor == 50000);
        run_close(&run);
    }
}

/* Goal: every screen, in both languages and sizes, has nothing that hurts people.
 * With DOORSTEP_SHOTS in the environment the pictures are kept there. */
TEST(test_every_screen_of_a_day_is_clean)
{
    static const char tour[] =
        "shot %s-today.png\nlint\n"
        "tap #root/search\nshot %s-search.png\nlint\n"
        "tap #query\ntype \"zt\"\nshot %s-search2.png\nlint\n"
        "tap #keyboard/done\ntap #root/sync\nshot %s-sync.png\nlint\n"
        "tap #root/results\nshot %s-results.png\nlint\n"
        "tap #root/more\nshot %s-more.png\nlint\n"
        "tap #more/screen.letters\nshot %s-letters.png\nlint\n"
        "tap #letter/1\nshot %s-letter.png\nlint\ntap #bar/back\ntap #bar/back\n"
        "tap #more/screen.close_day\nshot %s-close.png\nlint\ntap #bar/back\n"
        "tap #more/screen.settings\nshot %s-settings.png\nlint\ntap #bar/back\n"
        "tap #more/screen.safety\nshot %s-safety.png\nlint\n"
        "tap #safety/leave\nshot %s-leave.png\nlint\ntap #bar/back\n"
        "tap #safety/call\nshot %s-call-in.png\nlint\ntap #safety/answer\nshot "
        "%s-call-on.png\nlint\n"
        "tap #safety/hang_up\ntap #bar/back\n"
        "tap #root/search\ntap #case/3\nshot %s-brief.png\nlint\n"
        "tap #bar/action\nshot %s-brief-add.png\nlint\ntap #bar/action\n"
        "tap #brief/call\nshot %s-call.png\nlint\ntap #bar/back\n"
        "tap #brief/skip\nshot %s-skip.png\nlint\ntap #bar/back\n"
        "tap #brief/start\nshot %s-arrive.png\nlint\n"
        "tap #visitors/2\nshot %s-arrive2.png\nlint\n"
        "tap #visit/arrive_now\nshot %s-who.png\nlint\n"
        "tap #who/verified\nshot %s-outcome.png\nlint\n"
        "tap #outcome/promise_to_pay\nshot %s-promise.png\nlint\n"
        "tap #amount/chip1\ntap #due/in3\ntap #channel/mobile_pay\nshot %s-promise2.png\nlint\n"
        "tap #visit/next\nshot %s-about.png\nlint\n"
        "tap #note\nshot %s-note.png\nlint\ntap #keyboard/done\n"
        "tap #reason/illness\ntap #visit/next\nshot %s-sign.png\nlint\n"
        "tap #refused/wants_to_read\nshot %s-finish.png\nlint\n"
        "tap #more\nshot %s-extra.png\nlint\n"
        "tap #add/contact_point_noted\nshot %s-point.png\nlint\ntap #bar/back\n"
        "tap #add/complaint_taken\nshot %s-complaint.png\nlint\ntap #record/remove\n"
        "tap #bar/back\n"
        "tap #bar/back\ntap #bar/back\ntap #bar/back\ntap #bar/back\n"
        "tap #outcome/plan_agreed\ntap #count/6\ntap #first/in7\nshot %s-plan.png\nlint\n"
        "tap #arrange/options\nshot %s-options.png\nlint\n"
        "tap #option/1\nshot %s-options2.png\nlint\n"
        "tap #options/show\nshot %s-shown.png\nlint\ntap #shown/back\ntap #bar/back\n"
        "tap #bar/back\n"
        "tap #outcome/payment_made\nshot %s-payment.png\nlint\ntap #bar/back\n"
        "tap #outcome/will_be_contacted_again\ntap #next/other\nshot %s-appointment.png\nlint\n"
        "tap #bar/back\ntap #outcome/refused_to_pay\ntap #visit/next\n"
        "slide #visit/finish\nshot %s-after.png\nlint\n"
        "tap #root/sync\nshot %s-sync2.png\nlint\n"
        "tap #record/3\nshot %s-record.png\nlint\n"
        "tap #record/correct\nshot %s-correct.png\nlint\n";
    static const struct {
        const char *name;
        struct screen_options options;
    } rows[] = {
        {"zh", {.width_px = 1280, .height_px = 800, .ppi = 160, .lang = LANG_zh}},
        {"en", {.width_px = 1280, .height_px = 800, .ppi = 160, .lang = LANG_en}},
        {"zhp", {.width_px = 720, .height_px = 1280, .ppi = 267, .lang = LANG_zh}},
        {"enp", {.width_px = 720, .height_px = 1280, .ppi = 267, .lang = LANG_en}},
    };
    const char *only = getenv("DOORSTEP_TOUR");
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (only != NULL && strcmp(only, rows[i].name) != 0) {
            continue;
        }
        struct run run;
        run_open(&run, rows[i].name, PORTFOLIO_CASES);
        struct str_builder script;
        str_builder_init(&script, &run.program);
        for (const char *at = tour; *at != '\0'; at++) {
            if (at[0] == '%' && at[1] == 's') {
                str_add_text(&script, rows[i].name);
                at++;
            } else {
                str_add_char(&script, *at);
            }
        }
        EXPECT_ROW(rows[i].name, play(&run, &rows[i].options, script.text) == 0);
        run_close(&run);
    }
}
