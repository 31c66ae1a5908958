/* Goal: no fact is lost, none takes effect twice, and "sent" is said only with a
 * signed receipt, whatever is cut, damaged, forged or restored on the way. */
#include "tests/sync/spool/stage.h"

TEST(test_a_tablet_joins_and_gets_its_day)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 5);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed)); /* nobody showed a code yet */
    EXPECT(sealed.envelope_count == 0 && !sealed.has_ticket);
    stage_enrol(stage);
    EXPECT_INT(TABLET_DEVICE_NO, stage->tablet.journey.device_no);
    stage_settle(stage);
    uint64_t open_count = 0;
    uint64_t in_hand_count = 0;
    EXPECT_OK(store_case_count(stage->tablet.store, &open_count, &in_hand_count));
    EXPECT_INT(5, in_hand_count);
    EXPECT_INT(0, stage->far.restart_count);
    struct str conf;
    EXPECT_OK(os_file_read(&stage->arena, os_path(&stage->arena, stage->spool.folder, LAYOUT_CONF),
                           4096, &conf));
    EXPECT(str_contains(conf, STR("url=http://127.0.0.1:1\nhq=")));
    char text[ENROL_PAYLOAD_SIZE];
    enum wire refusal;
    far_end_code(&stage->far, text);
    EXPECT_ERR(ERR_exists, spool_enrol(&stage->spool, str_from(text), &refusal));
    stage_close(stage);
}

TEST(test_a_code_that_is_wrong_changes_nothing_and_can_be_shown_again)
{
    struct stage *stage = stage_open();
    enum wire refusal = WIRE_ok;
    EXPECT_OK(spool_enrol(&stage->spool, STR("doorstep:1?u=x"), &refusal));
    EXPECT_INT(WIRE_malformed, refusal);
    stage->far.enrol_refusal = WIRE_expired_code;
    char text[ENROL_PAYLOAD_SIZE];
    far_end_code(&stage->far, text);
    EXPECT_OK(spool_enrol(&stage->spool, str_from(text), &refusal));
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    struct spool_applied applied = stage_apply(stage);
    EXPECT(!applied.was_enrolled);
    EXPECT_INT(WIRE_expired_code, applied.refusal);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    EXPECT_INT(0, far_end_carry(&stage->far, &stage->spool)); /* the used code is not sent again */
    stage->far.enrol_refusal = WIRE_ok;
    snprintf(stage->far.code, sizeof stage->far.code, "NEW-CODE");
    stage_enrol(stage);
    stage_close(stage);
}

/* Goal: nobody stands before a door with an app that does not open. */
TEST(test_a_damaged_stored_code_stops_nothing)
{
    for (int is_joined = 0; is_joined <= 1; is_joined++) {
        struct stage *stage = stage_open();
        struct str before = {"", 0};
        struct str after = {"", 0};
        const char *conf = os_path(&stage->arena, stage->spool.folder, LAYOUT_CONF);
        if (is_joined != 0) {
            stage_enrol(stage);
            stage_settle(stage);
            EXPECT_OK(os_file_read(&stage->arena, conf, 4096, &before));
        }
        EXPECT(!stage->spool.is_code_damaged);
        struct store *store = stage->tablet.store;
        EXPECT_OK(store_setting_set_text(store, SETTING_enrol_payload, "doorstep:1?u=\xff"));
        EXPECT_OK(store_setting_set_text(store, SETTING_enrol_code, "CODE"));
        const char *data = str_format(&stage->arena, "%s/..", stage->spool.folder);
        EXPECT_OK(spool_open(&stage->spool, &stage->arena, &stage->tablet.journey, data));
        EXPECT(stage->spool.is_code_damaged);
        struct spool_sealed sealed;
        EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
        EXPECT(sealed.has_ticket == (is_joined != 0));
        if (is_joined != 0) { /* the agent still knows where headquarters is */
            EXPECT_OK(os_file_read(&stage->arena, conf, 4096, &after));
            EXPECT(str_equal(before, after));
            stage_facts(stage, 1);
            stage_settle(stage);
            EXPECT_INT(RECORD_at_hq, stage_state_of(stage, 1));
        } else {
            stage_enrol(stage); /* a new code mends it */
            EXPECT(!stage->spool.is_code_damaged);
        }
        stage_close(stage);
    }
}

TEST(test_a_fact_goes_through_its_four_states)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    stage_facts(stage, 1);
    EXPECT_INT(RECORD_on_tablet, stage_state_of(stage, 1));
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    EXPECT_INT(1, sealed.envelope_count);
    EXPECT(!sealed.has_ticket); /* the batch asks for what is new as well */
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 1));
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    EXPECT_INT(0, sealed.envelope_count);
    ds_Verdict verdict = {.seq = 1, .verdict = VERDICT_breaks_rule, .note = "请补充"};
    stage->far.verdict = &verdict;
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 1)); /* the answer is not applied yet */
    (void)stage_apply(stage);
    EXPECT_INT(RECORD_hq_needs_you, stage_state_of(stage, 1));
    stage->far.verdict = NULL;
    stage_facts(stage, 1);
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    EXPECT_INT(RECORD_at_hq, stage_state_of(stage, 2));
    stage_close(stage);
}

TEST(test_a_week_of_facts_goes_in_several_envelopes)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    stage_facts(stage, 450);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    EXPECT_INT(3, sealed.envelope_count);
    stage_settle(stage);
    EXPECT_INT(450, stage->far.stored_seq);
    EXPECT_INT(450, stage_stored_seq(stage));
    EXPECT_INT(0, stage->far.duplicate_count);
    stage_close(stage);
}

TEST(test_a_lost_spool_folder_loses_nothing)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    stage_facts(stage, 3);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    EXPECT_OK(spool_remove_all(&stage->spool));
    stage_spool(stage);
    EXPECT_INT(RECORD_on_tablet, stage_state_of(stage, 3));
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    EXPECT_INT(1, sealed.envelope_count);
    stage_settle(stage);
    EXPECT_INT(3, stage_stored_seq(stage));
    stage_close(stage);
}

/* Headquarters was restored from a backup and asks again. */
TEST(test_a_restored_headquarters_gets_everything_again)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 3);
    stage_enrol(stage);
    stage_facts(stage, 5);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    stage_settle(stage);
    EXPECT_INT(5, stage_stored_seq(stage));
    stage->far.stored_seq = 2;
    stage->far.given_tag = 1000; /* it has forgotten the pages, too */
    stage->far.given_check = 0;
    stage_facts(stage, 1);
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    stage_settle(stage);
    EXPECT_INT(6, stage->far.stored_seq);
    EXPECT_INT(6, stage_stored_seq(stage));
    EXPECT(stage->far.restart_count > 0);
    uint64_t open_count = 0;
    uint64_t in_hand_count = 0;
    EXPECT_OK(store_case_count(stage->tablet.store, &open_count, &in_hand_count));
    EXPECT_INT(3, in_hand_count);
    stage_close(stage);
}

static uint64_t cases_in_hand(struct stage *stage)
{
    uint64_t open_count = 0;
    uint64_t in_hand_count = 0;
    EXPECT_OK(store_case_count(stage->tablet.store, &open_count, &in_hand_count));
    return in_hand_count;
}

static int64_t rows_left(struct stage *stage)
{
    int64_t left = -1;
    EXPECT_OK(store_setting_number(stage->tablet.store, SETTING_rows_left, 0, &left));
    return left;
}

/* Five cases in pages of two: what is still to come is known after each, and nothing at the end. */
TEST(test_a_first_download_knows_how_much_is_still_to_come)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 5);
    stage_enrol(stage);
    static const int64_t left[] = {3, 1, 0};
    for (size_t i = 0; i < COUNT(left); i++) {
        EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
        EXPECT(stage_apply(stage).has_more == (left[i] > 0));
        EXPECT_INT(left[i], rows_left(stage));
        EXPECT_INT(5 - left[i], cases_in_hand(stage));
    }
    stage_close(stage);
}

/* Rows come anew page by page; an answer without a page in between must not be
 * taken for the last page, or the cases not yet sent again would be wiped. */
TEST(test_a_restart_is_not_ended_by_an_answer_without_a_page)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 5);
    stage_enrol(stage);
    stage_facts(stage, 2);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    stage_settle(stage);
    EXPECT_INT(5, cases_in_hand(stage));
    uint64_t restart_count = stage->far.restart_count;
    stage->far.given_check = 0; /* headquarters forgot its pages */
    EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    EXPECT(stage_apply(stage).has_more); /* first page of the restart */
    stage->far.stored_seq = 0;           /* and now what it had stored, too */
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    EXPECT_INT(5, cases_in_hand(stage));
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    stage_settle(stage);
    EXPECT_INT(5, cases_in_hand(stage));
    EXPECT_INT(2, stage_stored_seq(stage));
    EXPECT_INT(restart_count + 1, stage->far.restart_count);
    stage_close(stage);
}

TEST(test_damaged_and_forged_answers_are_quarantined_and_asked_for_again)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    stage_facts(stage, 1);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    const char *path = stage_file(stage, stage->spool.in);
    struct str good;
    EXPECT_OK(os_file_read(&stage->arena, path, LIMIT_answer_size, &good));
    for (size_t at = 0; at <= good.size; at += 1 + good.size / 23) {
        char *bytes = arena_copy(&stage->arena, good.bytes, good.size);
        size_t size = good.size;
        if (at < good.size) {
            bytes[at] = (char)(bytes[at] ^ 1);
        } else {
            size = good.size / 2;
        }
        EXPECT_OK(os_file_replace(path, bytes, size));
        struct spool_applied applied = stage_apply(stage);
        EXPECT_INT(1, applied.quarantined_count);
        EXPECT_INT(0, applied.answer_count);
        EXPECT(!os_file_exists(path));
        EXPECT_INT(RECORD_sealed, stage_state_of(stage, 1));
    }
    struct store_outbox outbox;
    EXPECT_OK(store_outbox_read(stage->tablet.store, &outbox));
    EXPECT(outbox.quarantine_count > 0);
    /* Somebody else answers, who knows everything but headquarters' signing key. */
    struct chain_secret_key true_key = stage->far.keys.secret_key;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 666);
    struct chain_public_key other;
    stage->far.impostor = ARENA_NEW(&stage->arena, struct chain_secret_key);
    chain_keypair(&rng, &other, stage->far.impostor);
    EXPECT(memcmp(true_key.bytes, stage->far.impostor->bytes, sizeof true_key.bytes) != 0);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    struct spool_applied applied = stage_apply(stage);
    EXPECT_INT(WIRE_bad_signature, applied.quarantined_as);
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 1));
    stage->far.impostor = NULL;
    stage_settle(stage);
    EXPECT_INT(RECORD_at_hq, stage_state_of(stage, 1));
    stage_close(stage);
}

TEST(test_a_receipt_of_a_compromised_headquarters_copy_confirms_nothing)
{
    struct stage *stage = stage_open();
    struct spool_sealed sealed;
    stage_enrol(stage);
    stage_settle(stage);
    stage_facts(stage, 1);
    uint64_t stored_seq = stage_stored_seq(stage);
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    stage->far.is_copy_changed = true;
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    EXPECT_INT(stored_seq, stage_stored_seq(stage));
    EXPECT(stage_state_of(stage, 1) != RECORD_at_hq);
    stage_close(stage);
}

TEST(test_a_refusal_is_shown_and_a_damaged_envelope_sealed_anew)
{
    struct stage *stage = stage_open();
    stage_enrol(stage);
    stage_settle(stage);
    stage_facts(stage, 1);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    const char *path = stage_file(stage, stage->spool.out);
    const char *name = strrchr(path, '/') + 1;
    const char *answer_path =
        os_path(&stage->arena, stage->spool.in,
                str_format(&stage->arena, "%.*s%s", (int)(strlen(name) - strlen(LAYOUT_ENVELOPE)),
                           name, LAYOUT_ANSWER));
    uint8_t refusal[ENVELOPE_REFUSAL_SIZE];
    envelope_refuse(refusal, WIRE_revoked);
    EXPECT_OK(os_file_replace(answer_path, refusal, sizeof refusal));
    EXPECT_INT(WIRE_revoked, stage_apply(stage).refusal);
    EXPECT(os_file_exists(path)); /* kept: only shown */
    envelope_refuse(refusal, WIRE_bad_seal);
    EXPECT_OK(os_file_replace(answer_path, refusal, sizeof refusal));
    EXPECT_INT(WIRE_bad_seal, stage_apply(stage).refusal);
    EXPECT(!os_file_exists(path));
    EXPECT_INT(RECORD_on_tablet, stage_state_of(stage, 1));
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    stage_settle(stage);
    EXPECT_INT(RECORD_at_hq, stage_state_of(stage, 1));
    stage_close(stage);
}

TEST(test_an_answer_applied_twice_changes_nothing)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 2);
    stage_enrol(stage);
    stage_facts(stage, 2);
    (void)far_end_carry(&stage->far, &stage->spool);
    (void)stage_apply(stage);
    struct spool_sealed sealed;
    EXPECT_OK(spool_seal(&stage->spool, false, &sealed));
    (void)far_end_carry(&stage->far, &stage->spool);
    const char *envelope_path = stage_file(stage, stage->spool.out);
    const char *answer_path = stage_file(stage, stage->spool.in);
    struct str envelope;
    struct str answer;
    EXPECT_OK(os_file_read(&stage->arena, envelope_path, LIMIT_envelope_size, &envelope));
    EXPECT_OK(os_file_read(&stage->arena, answer_path, LIMIT_answer_size, &answer));
    EXPECT_INT(1, stage_apply(stage).answer_count);
    const char *before = arena_text(&stage->arena, tablet_dump(&stage->tablet));
    /* The cut came after the commit, before the files were removed. */
    EXPECT_OK(os_file_replace(envelope_path, envelope.bytes, envelope.size));
    EXPECT_OK(os_file_replace(answer_path, answer.bytes, answer.size));
    EXPECT_INT(1, stage_apply(stage).answer_count);
    EXPECT_TEXT(before, tablet_dump(&stage->tablet));
    /* Between the two removals. */
    EXPECT_OK(os_file_replace(answer_path, answer.bytes, answer.size));
    EXPECT_INT(0, stage_apply(stage).answer_count);
    EXPECT(!os_file_exists(answer_path));
    EXPECT_TEXT(before, tablet_dump(&stage->tablet));
    stage_close(stage);
}

/* Power is cut before and after each step of the disk, while sealing and while
 * applying; afterwards everything arrives once. */
TEST(test_every_cut_ends_with_everything_at_headquarters_once)
{
    size_t cut_count = 0;
    for (uint64_t step = 1; step < 200; step++) {
        struct stage *stage = stage_open();
        stage_rows(stage, 2);
        stage_enrol(stage);
        stage_settle(stage);
        stage_facts(stage, 3);
        fault_disk_arm(&stage->tablet.disk);
        if (step % 2 == 0) {
            stage->tablet.disk.cut_before_step = (step + 1) / 2;
        } else {
            stage->tablet.disk.cut_after_step = (step + 1) / 2;
        }
        struct spool_sealed sealed;
        struct spool_applied applied;
        enum err err = spool_seal(&stage->spool, true, &sealed);
        if (err == OK) {
            (void)far_end_carry(&stage->far, &stage->spool);
            err = spool_apply(&stage->spool, &applied);
        }
        bool was_cut = stage->tablet.disk.is_dead;
        store_close(&stage->tablet.store);
        fault_disk_restart(&stage->tablet.disk, (enum fault_keep)(step % 3));
        EXPECT_OK(tablet_reopen(&stage->tablet));
        stage_spool(stage);
        (void)stage_apply(stage); /* as the app does when it starts */
        EXPECT_OK(spool_seal(&stage->spool, true, &sealed));
        stage_settle(stage);
        EXPECT_INT(3, stage->far.stored_seq);
        EXPECT_INT(3, stage_stored_seq(stage));
        EXPECT_INT(RECORD_at_hq, stage_state_of(stage, 3));
        uint64_t bad_seq = 0;
        EXPECT_OK(store_journal_verify(stage->tablet.store, &bad_seq));
        stage_close(stage);
        cut_count += was_cut;
        if (!was_cut && err == OK) {
            break; /* past the last step */
        }
    }
    EXPECT(cut_count > 10);
}
