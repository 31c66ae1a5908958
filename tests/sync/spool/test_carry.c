/* Goal: weeks without a network: a file carries everything to headquarters and back, and
 * whatever way brings an answer first, nothing is lost and nothing doubled. */
#include "sync/proto/kept.h"
#include "tests/sync/spool/stage.h"

static struct stage *stage_ready(void)
{
    struct stage *stage = stage_open();
    stage_rows(stage, 2);
    stage_enrol(stage);
    stage_settle(stage);
    return stage;
}

/* Headquarters answers what a bundle carries, as `doorstep-hq bundle` does. */
static void answer_bundle(struct stage *stage, const char *path, const char *answers_path)
{
    struct str bytes;
    struct bundle_item *items = NULL;
    size_t count = 0;
    EXPECT_OK(os_file_read(&stage->arena, path, BUNDLE_SIZE_MAX, &bytes));
    EXPECT_INT(WIRE_ok, bundle_read(&stage->arena, spool_bytes(bytes), &items, &count));
    for (size_t i = 0; i < count; i++) {
        EXPECT_INT(BUNDLE_envelope, items[i].type);
        struct wire_bytes reply = far_end_take(&stage->far, items[i].bytes);
        items[i].type = BUNDLE_answer;
        items[i].name = spool_with_ending(&stage->spool, items[i].name, LAYOUT_ANSWER);
        items[i].bytes.bytes = arena_copy(&stage->arena, reply.bytes, reply.size);
        items[i].bytes.size = reply.size;
    }
    struct wire_bytes bundle;
    EXPECT_INT(WIRE_ok, bundle_write(&stage->arena, items, count, &bundle));
    EXPECT_OK(os_file_replace(answers_path, bundle.bytes, bundle.size));
}

TEST(test_a_week_goes_out_and_comes_back_by_hand)
{
    struct stage *stage = stage_ready();
    const char *path = os_path(&stage->arena, stage->folder, "tablet.dsb");
    const char *answers_path = os_path(&stage->arena, stage->folder, "answers.dsb");
    struct spool_carried carried;
    stage_facts(stage, 250);
    stage_alarm(stage);
    EXPECT_OK(spool_export(&stage->spool, path, &carried)); /* seals by itself */
    EXPECT_INT(3, carried.envelope_count);
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 250));
    answer_bundle(stage, path, answers_path);
    enum wire refusal = WIRE_ok;
    struct spool_applied applied;
    EXPECT_OK(spool_import(&stage->spool, answers_path, &refusal, &carried, &applied));
    EXPECT_INT(WIRE_ok, refusal);
    EXPECT_INT(3, carried.answer_count);
    EXPECT_INT(0, carried.foreign_count);
    EXPECT_INT(3, applied.answer_count);
    EXPECT_INT(251, stage_stored_seq(stage));
    /* Once more: everything was answered already. */
    EXPECT_OK(spool_import(&stage->spool, answers_path, &refusal, &carried, &applied));
    EXPECT(carried.answer_count == 0 && carried.foreign_count == 3);
    EXPECT_INT(251, stage_stored_seq(stage));
    EXPECT_INT(0, stage->far.duplicate_count);
    stage_close(stage);
}

TEST(test_with_nothing_to_say_a_ticket_is_carried)
{
    struct stage *stage = stage_ready();
    const char *path = os_path(&stage->arena, stage->folder, "tablet.dsb");
    struct spool_carried carried;
    EXPECT_OK(spool_export(&stage->spool, path, &carried));
    EXPECT_INT(1, carried.envelope_count);
    struct stage *bare = stage_open(); /* never enrolled, no code shown */
    EXPECT_ERR(ERR_not_found, spool_export(&bare->spool, path, &carried));
    stage_close(bare);
    stage_close(stage);
}

TEST(test_files_that_are_no_bundle_or_not_ours_change_nothing)
{
    struct stage *stage = stage_ready();
    const char *path = os_path(&stage->arena, stage->folder, "answers.dsb");
    enum wire refusal = WIRE_ok;
    struct spool_carried carried;
    struct spool_applied applied;
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    EXPECT_ERR(ERR_not_found, spool_import(&stage->spool, path, &refusal, &carried, &applied));
    EXPECT_OK(os_file_replace(path, "not a bundle at all, only some text of a page", 45));
    EXPECT_OK(spool_import(&stage->spool, path, &refusal, &carried, &applied));
    EXPECT_INT(WIRE_malformed, refusal);
    /* Answers for another tablet, and names that lead elsewhere. */
    static const char *const names[] = {"2-00000000000000000001-0123456789abcdef.ans", "agent.conf",
                                        "x..ans", "2-1.ans"};
    struct bundle_item items[COUNT(names)];
    for (size_t i = 0; i < COUNT(names); i++) {
        items[i] = (struct bundle_item){BUNDLE_answer, names[i], {(const uint8_t *)"abc", 3}};
    }
    struct wire_bytes bundle;
    EXPECT_INT(WIRE_ok, bundle_write(&stage->arena, items, COUNT(items), &bundle));
    EXPECT_OK(os_file_replace(path, bundle.bytes, bundle.size));
    EXPECT_OK(spool_import(&stage->spool, path, &refusal, &carried, &applied));
    EXPECT_INT(WIRE_ok, refusal);
    EXPECT_INT(COUNT(names), carried.foreign_count);
    EXPECT_INT(0, applied.answer_count);
    EXPECT_INT(0, applied.quarantined_count);
    /* A forged answer under a true name is quarantined, the envelope stays. */
    const char *name = strrchr(stage_file(stage, stage->spool.out), '/') + 1;
    items[0].name = spool_with_ending(&stage->spool, name, LAYOUT_ANSWER);
    EXPECT_INT(WIRE_ok, bundle_write(&stage->arena, items, 1, &bundle));
    EXPECT_OK(os_file_replace(path, bundle.bytes, bundle.size));
    EXPECT_OK(spool_import(&stage->spool, path, &refusal, &carried, &applied));
    EXPECT_INT(1, applied.quarantined_count);
    EXPECT_INT(RECORD_sealed, stage_state_of(stage, 1));
    stage_settle(stage);
    EXPECT_INT(1, stage_stored_seq(stage));
    stage_close(stage);
}

TEST(test_a_quarantined_answer_can_be_tried_again_or_carried_away)
{
    struct stage *stage = stage_ready();
    stage_facts(stage, 1);
    (void)stage_seal(stage, false);
    EXPECT_INT(1, far_end_carry(&stage->far, &stage->spool));
    const char *path = stage_file(stage, stage->spool.in);
    const char *name = arena_text(&stage->arena, strrchr(path, '/') + 1);
    struct str good;
    EXPECT_OK(os_file_read(&stage->arena, path, LIMIT_answer_size, &good));
    EXPECT_OK(os_file_replace(path, "damaged", 7));
    EXPECT_INT(1, stage_apply(stage).quarantined_count);

    bool is_taken = true;
    struct spool_applied applied;
    EXPECT_OK(spool_retry(&stage->spool, name, &is_taken, &applied));
    EXPECT(!is_taken); /* it is still damaged */
    EXPECT_INT(1, stage_quarantined(stage));
    const char *away = os_path(&stage->arena, stage->folder, "away.dsb");
    EXPECT_OK(spool_export_quarantined(&stage->spool, name, away));
    struct str bytes;
    struct bundle_item *items = NULL;
    size_t count = 0;
    EXPECT_OK(os_file_read(&stage->arena, away, BUNDLE_SIZE_MAX, &bytes));
    EXPECT_INT(WIRE_ok, bundle_read(&stage->arena, spool_bytes(bytes), &items, &count));
    EXPECT(count == 1 && items[0].type == BUNDLE_quarantined && items[0].bytes.size == 7);

    /* A program that can read it. */
    struct store_quarantined item = {.name = name, .err = ERR_malformed, .bytes = good};
    EXPECT_OK(store_quarantine_put(stage->tablet.store, &item));
    EXPECT_OK(spool_retry(&stage->spool, name, &is_taken, &applied));
    EXPECT(is_taken && applied.answer_count == 1);
    EXPECT_INT(RECORD_at_hq, stage_state_of(stage, 1));
    EXPECT_INT(0, stage_quarantined(stage));
    EXPECT_ERR(ERR_not_found, spool_retry(&stage->spool, name, &is_taken, &applied));
    EXPECT_ERR(ERR_not_found, spool_export_quarantined(&stage->spool, name, away));
    stage_close(stage);
}

/* A row that could not be read lies opened in quarantine. It leaves the tablet sealed. */
TEST(test_a_quarantined_row_leaves_the_tablet_for_headquarters_alone)
{
    static const char row[] = "Debtor One, 12 Example Road, 3000 yuan";
    struct stage *stage = stage_ready();
    struct store_quarantined kept = {
        .name = "case 12", .err = ERR_malformed, .bytes = {row, sizeof row - 1}};
    EXPECT_OK(store_quarantine_put(stage->tablet.store, &kept));
    const char *away = os_path(&stage->arena, stage->folder, "away.dsb");
    EXPECT_OK(spool_export_quarantined(&stage->spool, "case 12", away));
    struct str bytes;
    struct bundle_item *items = NULL;
    size_t count = 0;
    EXPECT_OK(os_file_read(&stage->arena, away, BUNDLE_SIZE_MAX, &bytes));
    EXPECT(!str_contains(bytes, STR("Debtor")));
    EXPECT_INT(WIRE_ok, bundle_read(&stage->arena, spool_bytes(bytes), &items, &count));
    EXPECT(count == 1 && items[0].type == BUNDLE_kept);
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, kept_open(&stage->arena, items[0].bytes, &stage->far.keys, &plain));
    EXPECT(str_equal(spool_str(plain), STR("Debtor One, 12 Example Road, 3000 yuan")));
    stage_close(stage);
}

TEST(test_a_lost_folder_gets_its_configuration_back)
{
    struct stage *stage = stage_ready();
    const char *path = os_path(&stage->arena, stage->spool.folder, LAYOUT_CONF);
    enum layout_photos photos = LAYOUT_PHOTOS_off;
    EXPECT_OK(spool_photos(&stage->spool, &photos));
    EXPECT_INT(LAYOUT_PHOTOS_wifi, photos);
    EXPECT_OK(spool_set_photos(&stage->spool, LAYOUT_PHOTOS_always));
    struct str before;
    EXPECT_OK(os_file_read(&stage->arena, path, 4096, &before));
    EXPECT(str_contains(before, STR("photos=always\n")));
    EXPECT(str_contains(before, STR("url=http://127.0.0.1:1\n")));
    stage_remove_folder(stage, stage->spool.folder);
    stage_spool(stage);
    struct str after;
    EXPECT_OK(os_file_read(&stage->arena, path, 4096, &after));
    EXPECT_TEXT(before.bytes, after.bytes);
    EXPECT_OK(spool_photos(&stage->spool, &photos));
    EXPECT_INT(LAYOUT_PHOTOS_always, photos);
    stage_close(stage);
}

TEST(test_the_outlook_counts_what_waits)
{
    struct stage *stage = stage_ready();
    struct spool_outlook outlook;
    EXPECT_OK(spool_outlook(&stage->spool, &outlook));
    EXPECT_INT(0, outlook.photo_count);
    stage_photo(stage, 100000, 1);
    stage_alarm(stage);
    (void)stage_seal(stage, false);
    EXPECT_OK(spool_outlook(&stage->spool, &outlook));
    EXPECT_INT(1, outlook.envelope_count[LAYOUT_CLASS_alarm]);
    EXPECT_INT(1, outlook.envelope_count[LAYOUT_CLASS_text]);
    EXPECT(outlook.waiting_size[LAYOUT_CLASS_text] > 100);
    EXPECT(outlook.photo_count == 1 && outlook.photo_size == 100000);
    EXPECT_INT(2, far_end_carry(&stage->far, &stage->spool));
    (void)stage_apply(stage);
    EXPECT_INT(2, far_end_carry_some(&stage->far, &stage->spool, 2));
    (void)stage_apply(stage);
    EXPECT_OK(spool_outlook(&stage->spool, &outlook));
    EXPECT_INT(2 * LIMIT_chunk_size, outlook.photo_size); /* two of four are there */
    EXPECT_INT(2, outlook.envelope_count[LAYOUT_CLASS_photo]);
    stage_settle(stage);
    EXPECT_OK(spool_outlook(&stage->spool, &outlook));
    EXPECT(outlook.photo_count == 0 && outlook.photo_size == 0);
    stage_close(stage);
}
