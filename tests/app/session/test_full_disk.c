/* A disk that is full while people work: an accepted tap is kept or it is said that it is
 * not, and what to do; nothing is half. */
#include "tests/app/session/run.h"
#include "tests/lib/disk_shim.h"

/* Full from the 20th second to the 60th: scripts wait for it. */
static void full_for_a_while(int64_t since_ms)
{
    disk_shim_full(since_ms >= 20000 && since_ms < 60000);
}

static const struct screen_options filling = {.width_px = 720,
                                              .height_px = 1280,
                                              .ppi = 267,
                                              .lang = LANG_en,
                                              .before_frame = full_for_a_while};

#define TO_THE_DOOR           \
    "tap #next/open\n"        \
    "tap #brief/start\n"      \
    "tap #visitors/2\n"       \
    "tap #visit/arrive_now\n" \
    "tap #who/nobody\n"

TEST(test_a_visit_that_finds_no_room_is_told_and_stays_open)
{
    disk_shim_install();
    struct run run;
    run_open(&run, "full", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &filling,
                       TO_THE_DOOR "tap #outcome/nobody_home\n"
                                   "wait 25000\n"
                                   "slide #visit/finish\n"
                                   "expect \"Not saved: the disk is full\"\n"
                                   "expect \"all earlier records are whole\"\n"
                                   "lint\nshot full.png\n"
                                   "tap #trouble/yes\n"
                                   "expect #visit/finish\n"
                                   "wait 45000\n"
                                   "slide #visit/finish\n"
                                   "expect_not #visit/finish\nexpect_not \"Not saved\"\n"));
    EXPECT_TEXT("day_opened plan_made visit_started visit_finished", facts_of(&run));
    run_close(&run);
}

/* What could not be kept is not shown as if it were. */
TEST(test_a_tap_that_was_not_kept_is_not_shown_as_kept)
{
    disk_shim_install();
    struct run run;
    run_open(&run, "fulltap", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &filling,
                       TO_THE_DOOR "tap #outcome/nobody_home\n"
                                   "tap #bar/back\n"
                                   "expect #outcome/no_access\n"
                                   "wait 25000\n"
                                   "tap #outcome/no_access\n"
                                   "expect \"Not saved: the disk is full\"\n"
                                   "tap #trouble/yes\n"
                                   "expect #outcome/no_access\nexpect_not #visit/finish\n"
                                   "wait 45000\n"
                                   "tap #outcome/no_access\n"
                                   "expect #visit/finish\n"
                                   "slide #visit/finish\n"));
    struct fact fact = fact_at(&run, 4);
    EXPECT_INT(EVENT_visit_finished, fact.event.which_kind);
    EXPECT_INT(OUTCOME_no_access, fact.event.kind.visit_finished.outcome);
    run_close(&run);
}

/* A killed program that finds the disk full still shows what it holds. */
TEST(test_a_form_that_finds_no_room_keeps_what_was_kept)
{
    disk_shim_install();
    struct run run;
    run_open(&run, "fullform", PORTFOLIO_CASES);
    EXPECT_INT(0, play(&run, &filling,
                       "tap #root/more\n"
                       "tap #more/screen.safety\ntap #safety/hazard\n"
                       "tap #incident/dog\n"
                       "wait 25000\n"
                       "tap #form/save\n"
                       "expect \"Not saved: the disk is full\"\n"
                       "tap #trouble/yes\n"
                       "expect #form/save\n"
                       "wait 45000\n"
                       "tap #form/save\n"
                       "expect_not #form/save\n"));
    EXPECT_TEXT("day_opened plan_made safety_incident", facts_of(&run));
    run_close(&run);
}

/* The folder of envelopes cannot be written to from the 20th second to the 60th. */
static const char *out_folder, *out_aside;

static void out_gone_for_a_while(int64_t since_ms)
{
    bool is_gone = since_ms >= 20000 && since_ms < 60000;
    if (is_gone == os_file_exists(out_aside)) {
        return;
    }
    if (is_gone) {
        EXPECT_INT(0, rename(out_folder, out_aside));
        EXPECT_OK(os_file_replace(out_folder, "no folder", 9));
    } else {
        EXPECT_OK(os_file_remove(out_folder));
        EXPECT_INT(0, rename(out_aside, out_folder));
    }
}

/* What is in the journal is saved, whether or not it can be sealed just now: nothing says
 * otherwise, and it is sealed as soon as that can be done. */
TEST(test_a_visit_that_cannot_be_sealed_is_saved_all_the_same)
{
    struct run run;
    run_open(&run, "unsealed", PORTFOLIO_CASES);
    out_folder = os_path(&run.program, run.folder, "spool/out");
    out_aside = os_path(&run.program, run.folder, "spool/aside");
    struct screen_options options = filling;
    options.before_frame = out_gone_for_a_while;
    EXPECT_INT(0, play(&run, &options,
                       TO_THE_DOOR "tap #outcome/nobody_home\n"
                                   "wait 25000\n"
                                   "slide #visit/finish\n"
                                   "expect_not #visit/finish\nexpect_not \"Not saved\"\n"
                                   "tap #root/sync\n"
                                   "expect \"Made 4, confirmed 0\"\n"
                                   "expect \"Not sealed yet\"\nlint\n"
                                   "wait 60000\n"));
    EXPECT_TEXT("day_opened plan_made visit_started visit_finished", facts_of(&run));
    struct store *store = run_store(&run);
    struct store_outbox outbox;
    EXPECT_OK(store_outbox_read(store, &outbox));
    EXPECT_INT(4, outbox.sealed_seq);
    store_close(&store);
    run_close(&run);
}

TEST(test_a_photo_that_finds_no_room_harms_nothing_else)
{
    disk_shim_install();
    struct run run;
    run_open(&run, "fullphoto", PORTFOLIO_CASES);
    struct screen_options options = filling;
    options.camera = os_path(&run.program, run.folder, "dcim");
    EXPECT_OK(os_folder_make(options.camera));
    size_t size = 700000;
    uint8_t *bytes = arena_alloc(&run.program, size);
    EXPECT_OK(os_file_replace(os_path(&run.program, options.camera, "a.jpg"), bytes, size));
    EXPECT_INT(0, play(&run, &options,
                       TO_THE_DOOR "tap #outcome/nobody_home\n"
                                   "tap #photo\n"
                                   "tap #picture/a.jpg\n"
                                   "tap #evidence/door\n"
                                   "wait 25000\n"
                                   "tap #evidence/save\n"
                                   "expect \"Photo not saved: no room\"\n"
                                   "expect \"are not affected\"\n"
                                   "lint\nshot full_photo.png\n"
                                   "tap #trouble/yes\n"
                                   "expect #evidence/save\n"
                                   "wait 45000\n"
                                   "tap #evidence/save\n"
                                   "expect \"0 of 22 parts\"\n"
                                   "slide #visit/finish\n"));
    EXPECT_TEXT("day_opened plan_made visit_started evidence_attached visit_finished",
                facts_of(&run));
    run_close(&run);
}
