/* Photos, calls for help, sticks and what could not be read: touches in, files and
 * facts out. */
#include "core/store/store_attachment.h"
#include "tests/app/session/run.h"

/* ---- looking into the tablet's folder ---- */

#define ALARM "0-" /* how the names of envelopes begin: LAYOUT_CLASS_ */
#define TEXT "2-"

static struct store *store_of(struct run *run)
{
    return run_store(run);
}

/* Names in a folder below the run's that begin with `begin`; an envelope's begins with its class.
 */
static size_t file_count(struct run *run, const char *folder, const char *begin)
{
    const char **names = NULL;
    size_t count = 0;
    size_t found_count = 0;
    const char *path = os_path(&run->program, run->folder, folder);
    if (os_folder_list(&run->program, path, &names, &count) != OK) {
        return 0;
    }
    for (size_t i = 0; i < count; i++) {
        found_count += strncmp(names[i], begin, strlen(begin)) == 0 ? 1 : 0;
    }
    return found_count;
}

static const char *folder_make(struct run *run, const char *name)
{
    EXPECT_OK(os_folder_make(os_path(&run->program, run->folder, name)));
    return os_path(&run->program, run->folder, name);
}

static struct str picture_put(struct run *run, const char *folder, const char *name, size_t size)
{
    uint8_t *bytes = arena_alloc(&run->program, size);
    memset(bytes, name[0], size);
    EXPECT_OK(os_file_replace(os_path(&run->program, folder, name), bytes, size));
    return (struct str){(const char *)bytes, size};
}

static const struct screen_options english = {
    .width_px = 720, .height_px = 1280, .ppi = 267, .lang = LANG_en};
static const struct screen_options english_wide = {
    .width_px = 1280, .height_px = 800, .ppi = 160, .lang = LANG_en};

/* ---- promises ---- */

TEST(test_a_picture_of_the_camera_becomes_evidence_of_the_visit)
{
    struct run run;
    run_open(&run, "photo", PORTFOLIO_CASES);
    struct screen_options options = english;
    options.camera = folder_make(&run, "dcim");
    struct str door = picture_put(&run, options.camera, "door.jpg", 100000);
    (void)picture_put(&run, options.camera, "notes.txt", 100); /* no picture */
    (void)picture_put(&run, options.camera, "huge.png", LIMIT_attachment_size + 1);
    (void)picture_put(&run, options.camera, "empty.jpg", 0);
    EXPECT_INT(0, play(&run, &options,
                       "tap #next/open\ntap #brief/start\ntap #visitors/2\n"
                       "tap #visit/arrive_now\ntap #who/nobody\ntap #outcome/nobody_home\n"
                       "tap #photo\n"
                       "expect #picture/door.jpg\n"
                       "expect_not #picture/notes.txt\nexpect_not #picture/empty.jpg\n"
                       "expect \"larger than 8 MB\"\n"
                       "expect \"Choose a picture first\"\n"
                       "tap #picture/door.jpg\n"
                       "expect \"Say what it shows\"\n"
                       "tap #evidence/door\n"
                       "lint\n"
                       "tap #evidence/save\n"
                       "expect \"0 of 4 parts\"\nexpect \"Waiting\"\n"
                       "slide #visit/finish\n"
                       "tap #root/sync\n"
                       "expect \"Photos: 1, 1 on the way\"\nlint\n"
                       "tap #photo/4\n"
                       "expect \"0 of 4 parts\"\nexpect \"100 kB\"\nlint\n"));
    EXPECT_TEXT("day_opened plan_made visit_started evidence_attached visit_finished",
                facts_of(&run));
    struct fact fact = fact_at(&run, 4);
    struct chain_hash hash = chain_hash(door.bytes, door.size);
    EXPECT(memcmp(hash.bytes, fact.event.kind.evidence_attached.hash, sizeof hash.bytes) == 0);
    EXPECT_INT(3, fact.event.visit_seq);
    struct store *store = store_of(&run);
    struct str kept;
    EXPECT_OK(store_attachment_read(store, &run.program, &hash, &kept));
    EXPECT(str_equal(door, kept));
    store_close(&store);
    /* It is kept sealed; what the camera left in clear is gone. */
    EXPECT(!os_file_exists(os_path(&run.program, options.camera, "door.jpg")));
    run_close(&run);
}

TEST(test_a_call_for_help_goes_out_before_everything_and_the_visit_goes_on)
{
    struct run run;
    run_open(&run, "alarm", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &english,
                       "tap #next/open\ntap #brief/start\ntap #visitors/2\n"
                       "tap #visit/arrive_now\ntap #who/nobody\ntap #outcome/nobody_home\n"
                       "tap #more\ntap #add/safety_incident\n"
                       "tap #incident/threat\n"
                       "expect_not \"Call for help now\"\n"
                       "tap #severity/3\n"
                       "expect \"Call for help now\"\nlint\n"
                       "tap #record/done\n"
                       "expect \"Kept on this tablet, being sent before everything else\"\n"
                       "expect \"Not heard by headquarters yet\"\n"
                       "expect \"call 110\"\n"
                       "expect_not \"heard it at\"\nlint\n"
                       "tap #alarm/done\n"
                       "expect_not \"Threat\"\n" /* it is no part of the visit any more */
                       "slide #visit/finish\n"
                       "tap #root/sync\n"
                       "expect \"Kept on this tablet\"\nexpect \"Call for help at\"\n"));
    EXPECT_TEXT("day_opened plan_made visit_started safety_incident visit_finished",
                facts_of(&run));
    EXPECT_INT(1, file_count(&run, "spool/out", ALARM));
    run_close(&run);
}

/* Leaving because it is unsafe needs the record; help that was called with it goes out at
 * once and is not called twice. */
TEST(test_help_called_with_the_outcome_goes_out_once_and_at_once)
{
    struct run run;
    run_open(&run, "unsafe", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &english,
                       "tap #next/open\ntap #brief/start\ntap #visitors/2\n"
                       "tap #visit/arrive_now\ntap #who/nobody\ntap #outcome/left_unsafe\n"
                       "tap #incident/dog\ntap #severity/3\n"
                       "tap #visit/next\n"
                       "expect \"Not heard by headquarters yet\"\n"
                       "tap #alarm/done\n"
                       "expect #visit/finish\n"
                       "slide #visit/finish\nexpect_not #visit/finish\n"));
    EXPECT_TEXT("day_opened plan_made visit_started safety_incident visit_finished "
                "safety_incident",
                facts_of(&run));
    EXPECT_INT(3, fact_at(&run, 4).event.kind.safety_incident.severity);
    EXPECT_INT(2, fact_at(&run, 6).event.kind.safety_incident.severity);
    EXPECT_INT(1, file_count(&run, "spool/out", ALARM));
    run_close(&run);
}

TEST(test_a_silent_call_looks_like_any_other_record)
{
    struct run run;
    run_open(&run, "silent", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &english,
                       "tap #root/more\ntap #more/screen.safety\ntap #safety/hazard\n"
                       "tap #incident/trapped\ntap #severity/3\ntap #silent\n"
                       "expect_not \"Call for help now\"\n"
                       "tap #form/save\n"
                       "expect_not \"Call for help\"\nexpect_not \"Kept on this tablet\"\n"
                       "expect #safety/hazard\nexpect \"Stored\"\ntap #bar/back\n"
                       "tap #root/sync\n"
                       "expect_not \"Call for help\"\nexpect_not \"Trapped\"\n"));
    EXPECT_TEXT("day_opened plan_made safety_incident", facts_of(&run));
    EXPECT(fact_at(&run, 3).event.kind.safety_incident.is_silent);
    EXPECT_INT(1, file_count(&run, "spool/out", ALARM));
    run_close(&run);
}

TEST(test_what_waits_goes_onto_a_stick_and_still_waits)
{
    struct run run;
    run_open(&run, "stick", PORTFOLIO_CASES);
    struct screen_options options = english_wide;
    options.usb = folder_make(&run, "stick");
    EXPECT_OK(os_file_replace(os_path(&run.program, options.usb, "broken.dsb"), "DSB1 no", 7));
    EXPECT_INT(0, play(&run, &options,
                       "tap #root/sync\n"
                       "tap #sync/carry\n"
                       "expect \"stick\"\nexpect \"broken.dsb\"\nlint\n"
                       "tap #carry/out0\n"
                       "expect \"copied\"\nexpect \"until HQ's answer is read\"\nlint\n"
                       "shot carried.png\n"
                       "tap #carry/in0/0\n" /* newest name first: what was just written */
                       "expect \"on its way to HQ\"\n"
                       "tap #carry/in0/1\n"
                       "expect \"could not be read; nothing was changed\"\nlint\n"
                       "tap #bar/back\n"
                       "expect \"Made 2, confirmed 0\"\n"));
    EXPECT_INT(1, file_count(&run, "stick", "doorstep-7-20261123-0930"));
    EXPECT(file_count(&run, "spool/out", TEXT) > 0);
    run_close(&run);
}

TEST(test_without_a_stick_it_is_said_and_one_that_comes_is_seen)
{
    struct run run;
    run_open(&run, "nostick", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &english_wide,
                       "tap #root/sync\ntap #sync/carry\n"
                       "expect \"No stick found\"\nlint\n"));
    run_close(&run);
}

TEST(test_what_could_not_be_read_is_kept_until_a_copy_exists)
{
    struct run run;
    run_open(&run, "aside", PORTFOLIO_CASES);
    struct store *store = store_of(&run);
    struct store_quarantined item = {.name = "case 88",
                                     .err = ERR_malformed,
                                     .bytes = STR("not a case"),
                                     .at_ms = portfolio_at_ms()};
    EXPECT_OK(store_quarantine_put(store, &item));
    store_close(&store);
    struct screen_options options = english_wide;
    options.usb = folder_make(&run, "stick");
    EXPECT_INT(0, play(&run, &options,
                       "tap #root/sync\n"
                       "expect \"Data of case 88 could not be read\"\n"
                       "tap #quarantine/0\n"
                       "expect \"Malformed\"\nlint\n"
                       "tap #quarantine/again\n"
                       "expect \"Still not readable\"\n"
                       "expect \"Save a copy first\"\n"
                       "tap #aside/0\n"
                       "expect \"A copy was saved\"\nlint\n"
                       "tap #quarantine/let_go\n"
                       "expect_not \"case 88\"\n"));
    EXPECT_INT(1, file_count(&run, "stick", "doorstep-quarantine-7"));
    store = store_of(&run);
    struct store_quarantined *items;
    size_t count = 9;
    EXPECT_OK(store_quarantine_list(store, &run.program, &items, &count));
    EXPECT_INT(0, count);
    store_close(&store);
    run_close(&run);
}

TEST(test_photos_travel_as_the_collector_chose)
{
    struct run run;
    run_open(&run, "rule", PORTFOLIO_CASES);
    const char *conf = os_path(&run.program, run.folder, "spool/agent.conf");
    struct str text;
    EXPECT_INT(0, play(&run, &english, "tap #root/sync\nscroll #sync 400\n"));
    EXPECT_OK(os_file_read(&run.program, conf, 4096, &text));
    EXPECT(str_contains(text, STR("photos=wifi")));
    EXPECT_INT(0, play(&run, &english, "tap #root/sync\ntap #photo_rule/1\nlint\n"));
    EXPECT_OK(os_file_read(&run.program, conf, 4096, &text));
    EXPECT(str_contains(text, STR("photos=always")));
    EXPECT_INT(0, play(&run, &english, "tap #root/sync\ntap #photo_rule/0\n"));
    EXPECT_OK(os_file_read(&run.program, conf, 4096, &text));
    EXPECT(str_contains(text, STR("photos=wifi")));
    run_close(&run);
}

/* What the agent writes of itself is what is shown. */
TEST(test_the_agents_own_words_are_shown)
{
    static const struct {
        const char *status, *text;
    } rows[] = {
        {"last_error=offline\nfailures=3\nrate_bytes_s=2500\n", "No network"},
        {"last_error=timed_out\nfailures=1\n", "too slow"},
        {"last_error=overloaded\nfailures=1\nrefusal=18\n", "busy and asks to come later"},
        {"last_error=refused\nfailures=2\nrefusal=19\n", "cannot store just now"},
        {"last_error=refused\nfailures=2\nhttp_status=404\n", "did not take it"},
        {"last_error=io\nfailures=2\n", "disk of this tablet fails"},
        {"last_error=no such thing\nfailures=many\n\n=\nfailures", "Records are waiting"},
    };
    struct run run;
    run_open(&run, "words", PORTFOLIO_CASES);
    const char *status = os_path(&run.program, run.folder, "spool/agent.status");
    struct screen_options options = english;
    options.has_agent = true; /* it does not start: there is no such program */
    EXPECT_INT(0, play(&run, &options, "wait 100\n"));
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_OK(os_file_replace(status, rows[i].status, strlen(rows[i].status)));
        const char *script = str_format(
            &run.program, "tap #root/sync\nwait 11000\nexpect \"%s\"\nlint\n", rows[i].text);
        EXPECT_INT(0, play(&run, &options, script));
    }
    run_close(&run);
}

/* Headquarters takes the case away while the door stands open: what was agreed is kept, and
 * the collector is told that it does not count yet. */
TEST(test_a_case_that_leaves_during_a_visit_is_told_and_the_visit_kept)
{
    struct run run;
    run_open(&run, "leaves", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &english,
                       "tap #root/search\ntap #case/3\ntap #brief/start\ntap #visitors/2\n"
                       "tap #visit/arrive_now\ntap #who/verified\n"
                       "tap #outcome/promise_to_pay\n"
                       "tap #amount/5\ntap #amount/0\ntap #amount/0\n"
                       "tap #due/in3\ntap #channel/mobile_pay\n"));
    struct store *store = store_of(&run);
    struct arena work;
    arena_init(&work, 256 * 1024);
    struct journey journey;
    EXPECT_OK(journey_init(&journey, store, &morning, os_rng(), &work));
    struct store_case_feed row = {.case_no = 3, .feed_seq = 50, .is_withdrawn = true};
    struct download download = {.next_cursor = 50,
                                .next_tag = STR("tag"),
                                .rows = &row,
                                .row_count = 1,
                                .hq_at_ms = portfolio_at_ms()};
    struct download_result result;
    EXPECT_OK(journey_apply_download(&journey, &download, &result));
    EXPECT_INT(1, result.withdrawn_count);
    arena_deinit(&work);
    store_close(&store);
    EXPECT_INT(0, play(&run, &english,
                       "tap #visit/next\nlint\n"
                       "tap #cooperation/4\n"
                       "tap #visit/next\nlint\n"
                       "tap #left_out/no_time\nlint\n"
                       "slide #visit/finish\n"
                       "expect \"headquarters decides what becomes of it\"\n"
                       "expect \"promises and plans in it are not active\"\nlint\n"
                       "shot for_hq.png\n"
                       "tap #trouble/yes\nexpect_not #visit/finish\n"));
    EXPECT_TEXT("day_opened plan_made visit_started case_cleared visit_finished promise_made",
                facts_of(&run));
    run_close(&run);
}
