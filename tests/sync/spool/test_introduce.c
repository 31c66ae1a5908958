/* Goal: a tablet that headquarters forgot gets back in by what headquarters signed, its facts
 * keep their ids, and refusals, which anybody can forge, do no harm. */
#include "tests/sync/spool/stage.h"

static struct stage *stage_ready(void)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 2);
    stage->far.gives_certificates = true;
    stage_enrol(stage);
    stage_facts(stage, 3);
    (void)stage_seal(stage, true);
    stage_settle(stage);
    memset(stage->far.order, 0, sizeof stage->far.order);
    return stage;
}

TEST(test_a_restored_headquarters_takes_the_tablet_back)
{
    struct stage *stage = stage_ready();
    stage->far.is_forgetful = true; /* restored from a backup older than the enrolment … */
    stage->far.stored_seq = 0;      /* … so it has no fact of it either */
    stage->far.given_check = 0;
    stage_facts(stage, 2);
    (void)stage_seal(stage, false);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    struct spool_applied applied = stage_apply(stage);
    EXPECT_INT(WIRE_unknown_device, applied.refusal);
    EXPECT(!applied.was_introduced);
    EXPECT_INT(1, far_end_carry_some(&stage->far, &stage->spool, 1));
    applied = stage_apply(stage);
    EXPECT(applied.was_introduced && !applied.was_replaced);
    EXPECT_INT(1, stage->far.introduced_count);
    stage_settle(stage);
    EXPECT_INT(TABLET_DEVICE_NO, stage->tablet.journey.device_no);
    EXPECT_INT(5, stage->far.stored_seq);
    EXPECT_INT(5, stage_stored_seq(stage));
    EXPECT_INT(0, strncmp(stage->far.order, "212", 3));
    stage_close(stage);
}

TEST(test_a_number_that_went_to_another_is_replaced_and_ids_stay)
{
    struct stage *stage = stage_ready();
    struct id ids[6];
    memcpy(ids, stage->far.ids, sizeof ids);
    stage->far.is_forgetful = true;
    stage->far.new_device_no = 31; /* its number belongs to another key meanwhile */
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT_INT(1, stage->far.introduced_count);
    EXPECT_INT(31, stage->tablet.journey.device_no);
    EXPECT_INT(4, stage->far.stored_seq);
    EXPECT_INT(4, stage_stored_seq(stage));
    for (size_t seq = 1; seq <= 3; seq++) {
        EXPECT(id_equal(&ids[seq], &stage->far.ids[seq]));
    }
    /* And once more: the certificate is for the number that is. */
    stage->far.is_forgetful = true;
    stage->spool.introduced_at_ms = 0;
    (void)stage_seal(stage, true);
    stage_settle(stage);
    EXPECT_INT(2, stage->far.introduced_count);
    EXPECT_INT(31, stage->far.device_no);
    stage_close(stage);
}

/* Two chains under one number: the same comes with an answer to a batch. */
TEST(test_a_fork_gets_a_number_and_a_certificate)
{
    struct stage *stage = stage_ready();
    struct id ids[6];
    memcpy(ids, stage->far.ids, sizeof ids);
    stage->far.new_device_no = 32;
    stage_facts(stage, 1);
    stage_alarm(stage); /* its envelope is for the old number */
    (void)stage_seal(stage, false);
    EXPECT_INT(2, far_end_carry(&stage->far, &stage->spool));
    EXPECT(stage_apply(stage).was_replaced);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT_INT(32, stage->tablet.journey.device_no);
    EXPECT_INT(5, stage->far.stored_seq);
    for (size_t seq = 1; seq <= 3; seq++) {
        EXPECT(id_equal(&ids[seq], &stage->far.ids[seq]));
    }
    EXPECT(id_equal(&stage->far.alarm_ids[0], &stage->far.ids[5]));
    struct journey_certificate held;
    EXPECT_OK(journey_certificate(&stage->tablet.journey, &held));
    EXPECT_INT(32, held.device_no);
    /* A fact made from now on has the new number in its id. */
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    struct id id = chain_event_id(32, 6, stage->far.bodies[6].bytes, stage->far.bodies[6].size);
    EXPECT(id_equal(&id, &stage->far.ids[6]));
    stage_close(stage);
}

/* Somebody on the way answers every batch with "unknown tablet", for days. */
TEST(test_forged_refusals_are_harmless_and_bounded)
{
    struct stage *stage = stage_ready();
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    const char *path = stage_file(stage, stage->spool.out);
    for (int i = 0; i < 100; i++) {
        stage_answer(stage, path, i % 2 == 0 ? WIRE_unknown_device : WIRE_revoked);
        EXPECT(stage_apply(stage).refusal != WIRE_ok);
        size_t waiting_count = 0;
        EXPECT_OK(spool_waiting(&stage->spool, &waiting_count));
        EXPECT_INT(2, waiting_count); /* the batch, and one introduction */
    }
    EXPECT_INT(TABLET_DEVICE_NO, stage->tablet.journey.device_no);
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 4));
    stage_settle(stage); /* the true headquarters: nothing changes but that it has the fact */
    EXPECT_INT(1, stage->far.introduced_count);
    EXPECT_INT(4, stage_stored_seq(stage));
    EXPECT_INT(0, stage->far.duplicate_count);
    /* Within ten minutes it does not introduce itself again. */
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    path = stage_file(stage, stage->spool.out);
    stage_answer(stage, path, WIRE_unknown_device);
    (void)stage_apply(stage);
    EXPECT_TEXT(path, stage_file(stage, stage->spool.out));
    stage->tablet.sim.now.monotonic_ms += 11 * 60 * 1000;
    stage_answer(stage, path, WIRE_unknown_device);
    (void)stage_apply(stage);
    size_t waiting_count = 0;
    EXPECT_OK(spool_waiting(&stage->spool, &waiting_count));
    EXPECT_INT(2, waiting_count);
    stage_settle(stage);
    stage_close(stage);
}

TEST(test_without_a_certificate_nothing_is_said)
{
    struct stage *stage = stage_open();
    stage_enrol(stage); /* by a headquarters that gives none */
    stage_settle(stage);
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    const char *path = stage_file(stage, stage->spool.out);
    stage_answer(stage, path, WIRE_unknown_device);
    EXPECT_INT(WIRE_unknown_device, stage_apply(stage).refusal);
    EXPECT_TEXT(path, stage_file(stage, stage->spool.out));
    stage_settle(stage);
    EXPECT_INT(1, stage_stored_seq(stage));
    stage_close(stage);
}

/* Enrolled before headquarters gave certificates: it comes with who holds the tablet. */
TEST(test_a_tablet_enrolled_earlier_gets_a_certificate)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    struct journey_certificate held;
    EXPECT_ERR(ERR_not_found, journey_certificate(&stage->tablet.journey, &held));
    stage->far.gives_certificates = true;
    stage->far.says_holder = true;
    (void)stage_seal(stage, true);
    stage_settle(stage);
    EXPECT_OK(journey_certificate(&stage->tablet.journey, &held));
    EXPECT_INT(TABLET_DEVICE_NO, held.device_no);
    stage->far.says_holder = false;
    stage->far.is_forgetful = true;
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT_INT(1, stage->far.introduced_count);
    EXPECT_INT(1, stage_stored_seq(stage));
    stage_close(stage);
}

/* Headquarters demands what cannot be: the number that the tablet had before. The answer is
 * kept and shown, and what comes behind it is taken. */
TEST(test_an_impossible_answer_does_not_block_the_others)
{
    struct stage *stage = stage_ready();
    stage->far.new_device_no = 33;
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT_INT(33, stage->tablet.journey.device_no);
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    stage->far.new_device_no = TABLET_DEVICE_NO;
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    struct spool_applied applied = stage_apply(stage);
    EXPECT_INT(1, applied.quarantined_count);
    EXPECT(!applied.was_replaced);
    EXPECT_INT(33, stage->tablet.journey.device_no);
    stage->far.device_no = 33;
    stage->far.stored_seq = 4;
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT_INT(5, stage_stored_seq(stage));
    stage_close(stage);
}

/* Headquarters looks at the certificate and says no: shown, and nothing else changes. */
TEST(test_a_refused_introduction_changes_nothing)
{
    struct stage *stage = stage_ready();
    stage->far.is_forgetful = true;
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    stage->far.enrol_refusal = WIRE_revoked;
    EXPECT_INT(1, far_end_carry_some(&stage->far, &stage->spool, 1));
    struct spool_applied applied = stage_apply(stage);
    EXPECT_INT(WIRE_revoked, applied.refusal);
    EXPECT(!applied.was_introduced);
    EXPECT_INT(TABLET_DEVICE_NO, stage->tablet.journey.device_no);
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 4));
    stage_close(stage);
}

/* An older headquarters, or a forger: the same facts go again without the dictionary. */
TEST(test_an_unknown_dictionary_is_done_without)
{
    struct stage *stage = stage_ready();
    stage_facts(stage, 20);
    (void)stage_seal(stage, false);
    stage_settle(stage);
    EXPECT(stage->far.was_packed);
    stage_facts(stage, 20);
    (void)stage_seal(stage, false);
    stage->far.batch_refusal = WIRE_unknown_dictionary;
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    EXPECT_INT(WIRE_unknown_dictionary, stage_apply(stage).refusal);
    EXPECT_INT(RECORD_on_tablet, stage_state_of(stage, 43));
    stage->far.batch_refusal = WIRE_ok;
    EXPECT_INT(1, stage_seal(stage, false).envelope_count);
    stage_settle(stage);
    EXPECT(!stage->far.was_packed);
    EXPECT_INT(43, stage_stored_seq(stage));
    stage_close(stage);
}

/* Power is cut before and after each step of the disk while the tablet is refused, introduces
 * itself and gets a new number; afterwards headquarters has every fact, with the id it had. */
TEST(test_every_cut_of_an_introduction_ends_well)
{
    size_t cut_count = 0;
    for (uint64_t step = 1; step < 200; step++) {
        struct stage *stage = stage_ready();
        struct id ids[4];
        memcpy(ids, stage->far.ids, sizeof ids);
        stage->far.is_forgetful = true;
        stage->far.new_device_no = 31;
        stage_facts(stage, 1);
        (void)stage_seal(stage, false);
        fault_disk_arm(&stage->tablet.disk);
        uint64_t *cut = step % 2 == 0 ? &stage->tablet.disk.cut_before_step
                                      : &stage->tablet.disk.cut_after_step;
        *cut = (step + 1) / 2;
        enum err err = OK;
        struct spool_applied applied;
        for (int round = 0; round < 4 && err == OK; round++) {
            (void)far_end_carry_some(&stage->far, &stage->spool, 1);
            err = spool_apply(&stage->spool, &applied);
        }
        bool was_cut = stage->tablet.disk.is_dead;
        store_close(&stage->tablet.store);
        fault_disk_restart(&stage->tablet.disk, (enum fault_keep)(step % 3));
        EXPECT_OK(tablet_reopen(&stage->tablet));
        stage_spool(stage);
        (void)stage_apply(stage);
        (void)stage_seal(stage, true);
        stage_settle(stage);
        EXPECT_INT(31, stage->tablet.journey.device_no);
        EXPECT_INT(4, stage->far.stored_seq);
        EXPECT_INT(4, stage_stored_seq(stage));
        for (size_t seq = 1; seq <= 3; seq++) {
            EXPECT(id_equal(&ids[seq], &stage->far.ids[seq]));
        }
        stage_close(stage);
        cut_count += was_cut;
        if (!was_cut && err == OK) {
            break; /* past the last step */
        }
    }
    EXPECT(cut_count > 10);
}
