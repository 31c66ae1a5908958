/* tests/core/journey/schema_story.h -- a tablet in the middle of its work, for goldens of a
 * released schema, and a database as the SQL text that makes it again.
 *
 * The story uses only what every version of the program has had since schema 1. */
#pragma once

#include "core/domain/catalog.h"
#include "core/store/store_private.h"
#include "tests/lib/tablet.h"

enum { STORY_CASES = 4, STORY_SECOND_NO = 9 };

static inline void story_note(struct tablet *tablet, uint64_t case_no, const char *text)
{
    struct capture capture;
    ds_Event note = {.which_kind = ds_Event_note_added_tag};
    str_copy(note.kind.note_added.note, sizeof note.kind.note_added.note, str_from(text));
    EXPECT_OK(journey_capture(&tablet->journey, case_no, &note, &capture));
    EXPECT(capture.is_done);
}

/* Headquarters' answer to what was sealed: a receipt up to `stored_seq`. */
static inline void story_receipt(struct tablet *tablet, uint64_t stored_seq,
                                 const struct download *extra)
{
    struct download_result result;
    struct download download = extra != NULL ? *extra : (struct download){.has_more = false};
    download.has_receipt = true;
    download.receipt.stored_seq = stored_seq;
    download.receipt.level = 1;
    download.receipt.stored_at_ms = tablet->sim.now.wall_ms;
    download.receipt.bytes = (struct str){"signed", 6};
    download.next_cursor = tablet->feed_seq;
    download.next_tag = (struct str){"abcd\0", 5};
    download.hq_at_ms = tablet->sim.now.wall_ms;
    EXPECT_OK(store_journal_link(tablet->store, stored_seq, &download.receipt.link));
    EXPECT_OK(journey_apply_download(&tablet->journey, &download, &result));
}

static inline void story_seal(struct tablet *tablet, const char *name, uint64_t first_seq,
                              uint64_t last_seq)
{
    struct store_envelope envelope = {name, first_seq, last_seq, tablet->sim.now.wall_ms};
    EXPECT_OK(store_outbox_seal(tablet->store, &envelope));
}

/* Facts of a tablet that was chained anew once (sent, sealed and unsent ones), an alarm, a
 * correction, an open visit, a receipt, questions, letters, a withdrawn case, a quarantined row. */
static inline void story_tell(struct tablet *tablet)
{
    struct open_day opened;
    struct capture capture;
    struct download_result result;
    EXPECT_OK(journey_open_day(&tablet->journey, &opened)); /* 1, 2 */
    story_note(tablet, 1, "第一条");                        /* 3 */
    struct download renamed = {.new_device_no = STORY_SECOND_NO,
                               .next_cursor = tablet->feed_seq,
                               .next_tag = {"abcd\0", 5},
                               .hq_at_ms = tablet->sim.now.wall_ms};
    EXPECT_OK(journey_apply_download(&tablet->journey, &renamed, &result));

    sim_clock_pass(&tablet->sim, 60000);
    tablet_start_visit(tablet, 2); /* 4 */
    tablet_draft_promise(tablet, 500000);
    sim_clock_pass(&tablet->sim, 300000);
    EXPECT_OK(journey_finish_visit(&tablet->journey, &capture)); /* 5, 6 */
    EXPECT(capture.is_done);
    struct store_records promises;
    EXPECT_OK(store_journal_list(tablet->store, &tablet->task, EVENT_promise_made, 0, INT64_MAX, 0,
                                 1, &promises));
    ds_Correction correction = {.reason = CORRECTION_REASON_wrong_amount,
                                .which_anew = ds_Correction_promise_made_tag};
    struct fact promise;
    EXPECT_OK(store_journal_fact(tablet->store, promises.items[0].seq, &promise));
    memcpy(correction.target, promise.id.bytes, sizeof correction.target);
    correction.anew.promise_made = promise.event.kind.promise_made;
    correction.anew.promise_made.amount_minor = 600000;
    EXPECT_OK(journey_correct(&tablet->journey, &correction, &capture)); /* 7 */
    EXPECT(capture.is_done);
    story_seal(tablet, "00000000000000000001-0000000000000001.env", 1, 7);

    ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
    tablet_record(record, 4);
    tablet_state(state, record);
    struct store_case_feed rows[2] = {
        tablet_feed(tablet, record, state, 0),
        {.case_no = 3, .feed_seq = ++tablet->feed_seq, .is_withdrawn = true},
    };
    rows[0].record = (struct str){"\xff not a record", 14};
    struct store_question question = {.seq = 5, .code = 1, .text = "请补充说明", .asked_at_ms = 9};
    struct store_letter letter = {
        .message_no = 1, .sent_at_ms = 5, .case_no = 1, .from_name = "组长", .text = "早"};
    struct download answer = {.rows = rows,
                              .row_count = 2,
                              .questions = &question,
                              .question_count = 1,
                              .letters = &letter,
                              .letter_count = 1,
                              .policy_text = STR("visits_per_day = 2\n")};
    story_receipt(tablet, 5, &answer);

    ds_SafetyIncident incident = {
        .incident = SAFETY_KIND_threat, .severity = 3, .is_silent = true, .note = "有人持刀"};
    EXPECT_OK(journey_raise_safety(&tablet->journey, 1, &incident, &capture)); /* 8 */
    ds_SafetyIncident dog = {.incident = SAFETY_KIND_dog, .severity = 1};
    EXPECT_OK(journey_raise_safety(&tablet->journey, 0, &dog, &capture)); /* 9 */
    story_seal(tablet, "00000000000000000008-0000000000000002.env", 8, 8);
    sim_clock_pass(&tablet->sim, 600000);
    tablet_start_visit(tablet, 1); /* 10 */
    tablet_draft_promise(tablet, 100000);
}

static inline void story_add_value(struct str_builder *builder, sqlite3_stmt *stmt, int column)
{
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_NULL:
        str_add_text(builder, "NULL");
        return;
    case SQLITE_INTEGER:
        str_add_format(builder, "%lld", (long long)sqlite3_column_int64(stmt, column));
        return;
    default: {
        bool is_text = sqlite3_column_type(stmt, column) == SQLITE_TEXT;
        const uint8_t *bytes = sqlite3_column_blob(stmt, column);
        int size = sqlite3_column_bytes(stmt, column);
        str_add_text(builder, is_text ? "CAST(x'" : "x'");
        for (int i = 0; i < size; i++) {
            str_add_format(builder, "%02x", bytes[i]);
        }
        str_add_text(builder, is_text ? "' AS TEXT)" : "'");
    }
    }
}

/* Every row of every table as an INSERT, tables and rows in a fixed order. */
static inline const char *story_sql(sqlite3 *db, struct arena *arena)
{
    struct str_builder builder;
    str_builder_init(&builder, arena);
    sqlite3_stmt *tables = NULL;
    EXPECT(sqlite3_prepare_v2(db,
                              "SELECT name FROM sqlite_schema WHERE type = 'table' "
                              "AND name NOT LIKE 'sqlite_%' ORDER BY name",
                              -1, &tables, NULL) == SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        sqlite3_stmt *rows = NULL;
        EXPECT(sqlite3_prepare_v2(db, str_format(arena, "SELECT * FROM %s ORDER BY 1, 2", name), -1,
                                  &rows, NULL) == SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            str_add_format(&builder, "INSERT INTO %s VALUES (", name);
            for (int column = 0; column < sqlite3_column_count(rows); column++) {
                str_add_text(&builder, column > 0 ? "," : "");
                story_add_value(&builder, rows, column);
            }
            str_add_text(&builder, ");\n");
        }
        sqlite3_finalize(rows);
    }
    sqlite3_finalize(tables);
    return builder.text;
}
