/* Goal: what matters most leaves first, whatever the order of making: an alarm, then text,
 * then photos, and of photos only what headquarters asked for. */
#include "tests/sync/spool/stage.h"

static struct stage *stage_ready(void)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 2);
    stage_enrol(stage);
    stage_settle(stage);
    memset(stage->far.order, 0, sizeof stage->far.order);
    return stage;
}

static size_t count_class(struct stage *stage, enum layout_class class_)
{
    struct spool_outlook outlook;
    EXPECT_OK(spool_outlook(&stage->spool, &outlook));
    return outlook.envelope_count[class_];
}

static struct store_health health(struct stage *stage)
{
    struct store_health health;
    EXPECT_OK(store_health_read(stage->tablet.store, &health));
    return health;
}

TEST(test_an_alarm_then_the_text_of_25_visits_then_3_photos)
{
    struct stage *stage = stage_ready();
    for (unsigned i = 0; i < 3; i++) {
        stage_photo(stage, 70000, i); /* made first */
    }
    stage_facts(stage, 25 * 3);
    stage_alarm(stage); /* made last */
    struct spool_sealed sealed = stage_seal(stage, true);
    EXPECT_INT(1, sealed.alarm_count);
    EXPECT_INT(0, sealed.chunk_count); /* headquarters has not asked */
    size_t posts = 0;
    while (far_end_carry_some(&stage->far, &stage->spool, 1) > 0) {
        EXPECT(++posts < 100);
        EXPECT(count_class(stage, LAYOUT_CLASS_photo) <= SPOOL_CHUNKS_MAX);
        (void)stage_apply(stage);
        (void)stage_seal(stage, false);
    }
    EXPECT_TEXT("02333333333", stage->far.order); /* 3 photos of 3 chunks */
    EXPECT_INT(79, stage->far.stored_seq);
    EXPECT_INT(79, stage_stored_seq(stage));
    EXPECT_INT(0, health(stage).attachment_count);
    EXPECT_INT(0, health(stage).alarm_count);
    /* The alarm and the fact in its batch are one. */
    EXPECT_INT(1, stage->far.alarm_count);
    EXPECT(id_equal(&stage->far.alarm_ids[0], &stage->far.ids[79]));
    EXPECT_INT(0, stage->far.duplicate_count);
    stage_close(stage);
}

TEST(test_text_made_while_photos_go_overtakes_them)
{
    struct stage *stage = stage_ready();
    stage_photo(stage, 300000, 1); /* ten chunks */
    (void)stage_seal(stage, false);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    EXPECT_INT(1, stage_apply(stage).lack_count);
    EXPECT_INT(SPOOL_CHUNKS_MAX, count_class(stage, LAYOUT_CLASS_photo));
    EXPECT_INT(1, far_end_carry_some(&stage->far, &stage->spool, 1));
    stage_facts(stage, 3);
    stage_alarm(stage);
    (void)stage_seal(stage, false);
    EXPECT_INT(2, far_end_carry_some(&stage->far, &stage->spool, 2));
    EXPECT_TEXT("2302", stage->far.order);
    stage_settle(stage);
    EXPECT_INT(0, health(stage).attachment_count);
    EXPECT_INT(0, stage->far.duplicate_count);
    stage_close(stage);
}

/* Photos that may wait for days for a better network keep nothing else waiting. */
TEST(test_a_ticket_is_made_while_photos_wait)
{
    struct stage *stage = stage_ready();
    stage_photo(stage, 1000, 1);
    (void)stage_seal(stage, false);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    EXPECT_INT(1, count_class(stage, LAYOUT_CLASS_photo));
    EXPECT(stage_seal(stage, true).has_ticket);
    EXPECT(!stage_seal(stage, true).has_ticket); /* one is enough */
    EXPECT_INT(1, far_end_carry_some(&stage->far, &stage->spool, 1));
    EXPECT_TEXT("22", stage->far.order);
    stage_close(stage);
}

/* A photo goes on where it stopped, after any loss of the spool. */
TEST(test_a_photo_never_starts_again)
{
    struct stage *stage = stage_ready();
    stage_photo(stage, 400000, 1); /* 13 chunks */
    (void)stage_seal(stage, false);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    for (int cut = 0; cut < 40 && health(stage).attachment_count > 0; cut++) {
        (void)far_end_carry_some(&stage->far, &stage->spool, 1);
        (void)stage_apply(stage);
        EXPECT_OK(spool_remove_all(&stage->spool)); /* the folder is lost each time */
        stage_spool(stage);
        (void)stage_seal(stage, false);
    }
    EXPECT_INT(0, health(stage).attachment_count);
    EXPECT_INT(0, stage->far.duplicate_count);
    stage_close(stage);
}

/* A restored headquarters has lost the fact that names the photo. */
TEST(test_chunks_that_nobody_wants_are_not_sent_in_a_circle)
{
    struct stage *stage = stage_ready();
    stage_photo(stage, 100000, 1);
    (void)stage_seal(stage, false);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    stage->far.has_lost_photos = true;
    size_t posts = 0;
    for (int i = 0; i < 50; i++) {
        posts += far_end_carry(&stage->far, &stage->spool);
        (void)stage_apply(stage);
        (void)stage_seal(stage, false);
    }
    EXPECT(posts <= SPOOL_CHUNKS_MAX);
    /* It has got the fact again and asks. */
    stage->far.has_lost_photos = false;
    memset(stage->far.photos[0].has, 0, sizeof stage->far.photos[0].has);
    (void)stage_seal(stage, true);
    stage_settle(stage);
    EXPECT_INT(0, health(stage).attachment_count);
    stage_close(stage);
}

TEST(test_held_is_only_what_headquarters_signed)
{
    struct stage *stage = stage_ready();
    stage_photo(stage, 1000, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    struct store_attachment *attachments = NULL;
    size_t count = 0;
    EXPECT_OK(store_attachment_list(stage->tablet.store, &stage->arena, &attachments, &count));
    EXPECT_INT(1, count);
    EXPECT_INT(ATTACHMENT_held, attachments[0].state);
    stage->far.held_level = RECEIPT_LEVEL_safe;
    stage->far.safe_seq = 1;
    (void)stage_seal(stage, true);
    stage_settle(stage);
    EXPECT_OK(store_attachment_list(stage->tablet.store, &stage->arena, &attachments, &count));
    EXPECT_INT(ATTACHMENT_safe, attachments[0].state);
    struct store_outbox outbox;
    EXPECT_OK(store_outbox_read(stage->tablet.store, &outbox));
    EXPECT_INT(1, outbox.safe_seq);
    EXPECT_INT(1, outbox.stored_seq);
    stage_close(stage);
}

TEST(test_heard_and_seen_come_from_signed_answers)
{
    struct stage *stage = stage_ready();
    stage_alarm(stage);
    EXPECT_INT(1, stage_seal(stage, false).alarm_count);
    EXPECT_INT(0, stage_seal(stage, false).alarm_count); /* sealed once */
    EXPECT_INT(1, health(stage).alarm_count);
    EXPECT_INT(1, far_end_carry_some(&stage->far, &stage->spool, 1));
    EXPECT_INT(1, stage_apply(stage).alarm_count);
    EXPECT_INT(0, health(stage).alarm_count);
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 1)); /* heard is not stored */
    stage->far.alarms[0].state = ALARM_ANSWER_seen;
    snprintf(stage->far.alarms[0].by_name, sizeof stage->far.alarms[0].by_name, "值班主管");
    stage_settle(stage);
    struct store_alarm *alarms = NULL;
    size_t count = 0;
    EXPECT_OK(store_alarm_list(stage->tablet.store, &stage->arena, false, &alarms, &count));
    EXPECT_INT(1, count);
    EXPECT_INT(ALARM_seen, alarms[0].state);
    EXPECT_TEXT("值班主管", alarms[0].by_name);
    EXPECT_INT(RECORD_at_hq, stage_state_of(stage, 1));
    stage_close(stage);
}

TEST(test_health_is_said_with_tickets_and_when_it_changed_much)
{
    struct stage *stage = stage_ready();
    EXPECT(stage->far.health.is_said); /* by the ticket after joining */
    memset(&stage->far.health, 0, sizeof stage->far.health);
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT(!stage->far.health.is_said); /* bytes are dear */
    struct store_quarantined item = {.name = "policy", .err = ERR_malformed, .bytes = STR("x")};
    EXPECT_OK(store_quarantine_put(stage->tablet.store, &item));
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT(stage->far.health.is_said);
    EXPECT_INT(1, stage->far.health.quarantined);
    memset(&stage->far.health, 0, sizeof stage->far.health);
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT(!stage->far.health.is_said); /* said once */
    stage_close(stage);
}

/* Envelopes of the program before this one lie in the folder. */
TEST(test_old_names_are_still_carried_and_answered)
{
    struct stage *stage = stage_ready();
    stage_facts(stage, 2);
    (void)stage_seal(stage, false);
    const char *path = stage_file(stage, stage->spool.out);
    const char *name = strrchr(path, '/') + 1;
    const char *old_name = arena_text(&stage->arena, name + 2);
    EXPECT(rename(path, os_path(&stage->arena, stage->spool.out, old_name)) == 0);
    EXPECT_OK(store_outbox_unseal(stage->tablet.store, name));
    struct store_envelope envelope = {.name = old_name, .first_seq = 1, .last_seq = 2};
    EXPECT_OK(store_outbox_seal(stage->tablet.store, &envelope));
    stage_spool(stage);
    EXPECT_INT(0, stage_seal(stage, true).envelope_count);
    stage_settle(stage);
    EXPECT_INT(2, stage_stored_seq(stage));
    EXPECT_INT(0, stage->far.duplicate_count);
    stage_close(stage);
}

/* Somebody may be in danger: the next alarm does not wait for the next look at the clock. */
TEST(test_an_alarm_refused_as_damaged_is_there_again_at_once)
{
    struct stage *stage = stage_ready();
    stage_alarm(stage);
    EXPECT_INT(1, stage_seal(stage, false).alarm_count);
    static const enum wire damaged[] = {WIRE_bad_seal, WIRE_malformed, WIRE_bad_signature};
    for (size_t i = 0; i < COUNT(damaged); i++) {
        struct spool_outlook outlook;
        const char **names = NULL;
        size_t count = 0;
        EXPECT_OK(os_folder_list(&stage->arena, stage->spool.out, &names, &count));
        const char *path = os_path(&stage->arena, stage->spool.out, names[0]);
        stage_answer(stage, path, damaged[i]);
        EXPECT_INT(damaged[i], stage_apply(stage).refusal);
        EXPECT(!os_file_exists(path));
        EXPECT_OK(spool_outlook(&stage->spool, &outlook));
        EXPECT_INT(1, outlook.envelope_count[LAYOUT_CLASS_alarm]);
    }
    stage_settle(stage);
    EXPECT_INT(0, health(stage).alarm_count);
    EXPECT_INT(1, stage->far.alarm_count);
    stage_close(stage);
}

/* Power is cut before and after each step of the disk, with an alarm, text and a photo on
 * their way; afterwards all of it is at headquarters, once in effect. */
TEST(test_every_cut_brings_alarm_text_and_photo)
{
    size_t cut_count = 0;
    for (uint64_t step = 1; step < 400; step++) {
        struct stage *stage = stage_ready();
        stage_photo(stage, 70000, 1);
        stage_facts(stage, 2);
        stage_alarm(stage);
        fault_disk_arm(&stage->tablet.disk);
        uint64_t *cut = step % 2 == 0 ? &stage->tablet.disk.cut_before_step
                                      : &stage->tablet.disk.cut_after_step;
        *cut = (step + 1) / 2;
        enum err err = OK;
        struct spool_sealed sealed;
        struct spool_applied applied;
        for (int round = 0; round < 10 && err == OK; round++) {
            err = spool_seal(&stage->spool, round == 0, &sealed);
            if (err == OK) {
                (void)far_end_carry_some(&stage->far, &stage->spool, 2);
                err = spool_apply(&stage->spool, &applied);
            }
        }
        bool was_cut = stage->tablet.disk.is_dead;
        store_close(&stage->tablet.store);
        fault_disk_restart(&stage->tablet.disk, (enum fault_keep)(step % 3));
        EXPECT_OK(tablet_reopen(&stage->tablet));
        stage_spool(stage);
        (void)stage_apply(stage);
        (void)stage_seal(stage, true);
        stage_settle(stage);
        EXPECT_INT(4, stage->far.stored_seq);
        EXPECT_INT(4, stage_stored_seq(stage));
        EXPECT_INT(1, stage->far.alarm_count);
        EXPECT(id_equal(&stage->far.alarm_ids[0], &stage->far.ids[4]));
        EXPECT_INT(0, health(stage).attachment_count);
        EXPECT_INT(0, health(stage).alarm_count);
        stage_close(stage);
        cut_count += was_cut;
        if (!was_cut && err == OK) {
            break; /* past the last step */
        }
    }
    EXPECT(cut_count > 20);
}

/* One round trip a visit would be a minute of a weak network for a day's text. */
TEST(test_a_day_without_a_network_goes_in_two_envelopes)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    struct spool_sealed sealed;
    for (int i = 0; i < 25; i++) {
        stage_facts(stage, 3);
        EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
        EXPECT_INT(RECORD_sealed, stage_state_of(stage, (uint64_t)(i + 1) * 3));
    }
    size_t waiting_count = 0;
    EXPECT_OK(spool_waiting(&stage->spool, &waiting_count));
    EXPECT_INT(2, waiting_count);
    stage_settle(stage);
    EXPECT_INT(75, stage_stored_seq(stage));
    EXPECT_INT(0, stage->far.duplicate_count);
    stage_close(stage);
}

/* The agent posts an envelope in the moment in which its facts are sealed with others. */
TEST(test_an_answer_to_what_was_put_together_since_changes_nothing)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    struct spool_sealed sealed;
    for (int i = 0; i < 2; i++) {
        stage_facts(stage, 2);
        EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    }
    EXPECT_INT(2, far_end_carry(&stage->far, &stage->spool));
    stage_facts(stage, 1);
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    (void)stage_apply(stage);
    stage_settle(stage);
    EXPECT_INT(5, stage_stored_seq(stage));
    EXPECT_INT(5, stage->far.stored_seq);
    stage_close(stage);
}

static uint64_t in_hand(struct stage *stage)
{
    uint64_t open_count = 0;
    uint64_t in_hand_count = 0;
    EXPECT_OK(store_case_count(stage->tablet.store, &open_count, &in_hand_count));
    return in_hand_count;
}

/* Facts were sealed before the first page was taken: the page in their answer begins
 * elsewhere and is not taken. The rest of the rows must come all the same. */
TEST(test_a_page_that_does_not_follow_is_asked_for_again)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 9);
    stage_enrol(stage);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    stage_facts(stage, 1);
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    EXPECT(far_end_carry(&stage->far, &stage->spool) >= 2);
    (void)stage_apply(stage);
    stage_settle(stage);
    EXPECT_INT(9, in_hand(stage));
    EXPECT_INT(1, stage_stored_seq(stage));
    stage_close(stage);
}

/* Killed after a page was taken and before the next was asked for. */
TEST(test_rows_still_to_come_are_asked_for_after_a_start)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 5);
    stage_enrol(stage);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    (void)far_end_carry(&stage->far, &stage->spool);
    (void)stage_apply(stage);
    EXPECT_OK(spool_remove_all(&stage->spool));
    stage_spool(stage);
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    EXPECT(sealed.has_ticket);
    stage_settle(stage);
    EXPECT_INT(5, in_hand(stage));
    stage_close(stage);
}
