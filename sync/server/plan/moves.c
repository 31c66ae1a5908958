#include "sync/server/plan/moves.h"

#include "core/domain/catalog.h"
#include "core/event/event.h"
#include "sync/server/import/csv_read.h"
#include "sync/server/import/ref_set.h"
#include "sync/server/store/ingest.h"

#include <string.h>

static const char *const headings[] = {"case_no", "case_ref", "from", "to", "epoch", "why"};

enum err moves_write(FILE *file, const struct moves *moves)
{
    for (size_t i = 0; i < COUNT(headings); i++) {
        fprintf(file, "%s%s", i > 0 ? "," : "", headings[i]);
    }
    fputc('\n', file);
    for (size_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->items[i];
        fprintf(file, "%llu,", (unsigned long long)move->case_no);
        csv_write_field(file, str_from(move->case_ref));
        fprintf(file, ",%u,%u,%u,", move->from_no, move->to_no, move->epoch);
        csv_write_field(file, str_from(move->why));
        fputc('\n', file);
    }
    return fflush(file) == 0 && ferror(file) == 0 ? OK : ERR_io;
}

static bool heading_is_ours(const struct csv_row *row)
{
    bool is_ours = row->fault == CSV_FAULT_none && row->field_count == COUNT(headings);
    for (size_t i = 0; is_ours && i < COUNT(headings); i++) {
        is_ours = str_is(row->fields[i], headings[i]);
    }
    return is_ours;
}

static bool move_read(struct arena *arena, const struct csv_row *row, struct move *move_out)
{
    int64_t numbers[4] = {0};
    static const size_t columns[] = {0, 2, 3, 4};
    if (row->fault != CSV_FAULT_none || row->field_count != COUNT(headings)) {
        return false;
    }
    for (size_t i = 0; i < COUNT(columns); i++) {
        int64_t most = columns[i] == 0 ? INT64_MAX : UINT32_MAX - 1;
        if (str_to_i64(row->fields[columns[i]], &numbers[i]) != OK || numbers[i] < 0 ||
            numbers[i] > most) {
            return false;
        }
    }
    *move_out = (struct move){.case_no = (uint64_t)numbers[0],
                              .case_ref = str_text(arena, row->fields[1]),
                              .from_no = (uint32_t)numbers[1],
                              .to_no = (uint32_t)numbers[2],
                              .epoch = (uint32_t)numbers[3],
                              .why = str_text(arena, row->fields[5])};
    return str_is_utf8(row->fields[5]);
}

static enum err rows_read(struct arena *arena, struct csv_reader *reader, struct moves *moves,
                          int64_t *line_out)
{
    struct csv_row row = {0};
    bool has_row = false;
    size_t capacity = 0;
    struct ref_set *known = ref_set_make(arena);
    TRY(csv_reader_next(reader, &row, &has_row));
    *line_out = 1;
    if (!has_row || !heading_is_ours(&row)) {
        return ERR_malformed;
    }
    TRY(csv_reader_next(reader, &row, &has_row));
    while (has_row) {
        if (moves->count == capacity) {
            capacity = capacity * 2 + 256;
            struct move *wider = ARENA_ARRAY(arena, capacity, struct move);
            if (moves->count > 0) {
                memcpy(wider, moves->items, moves->count * sizeof *wider);
            }
            moves->items = wider;
        }
        *line_out = row.line;
        int64_t number;
        if (!move_read(arena, &row, &moves->items[moves->count++]) ||
            ref_set_find(known, row.fields[0], STR(""), &number)) {
            return ERR_malformed;
        }
        ref_set_add(known, row.fields[0], STR(""), 0);
        TRY(csv_reader_next(reader, &row, &has_row));
    }
    return OK;
}

enum err moves_read(struct arena *arena, FILE *file, struct moves *moves_out, int64_t *line_out)
{
    struct csv_reader *reader = NULL;
    *moves_out = (struct moves){0};
    *line_out = 0;
    TRY(csv_reader_open(arena, file, NULL, &reader));
    enum err err = rows_read(arena, reader, moves_out, line_out);
    csv_reader_close(reader);
    return err;
}

struct moves moves_reverse(struct arena *arena, const struct moves *moves, const char *why)
{
    struct moves back = {.items = ARENA_ARRAY(arena, moves->count + 1, struct move)};
    for (size_t i = 0; i < moves->count; i++) {
        const struct move *move = &moves->items[i];
        if (move->from_no != 0) {
            back.items[back.count++] = (struct move){.case_no = move->case_no,
                                                     .case_ref = move->case_ref,
                                                     .from_no = move->to_no,
                                                     .to_no = move->from_no,
                                                     .epoch = move->epoch + 1,
                                                     .why = why};
        }
    }
    return back;
}

enum move_fate { MOVE_can, MOVE_made, MOVE_passed };

static enum err fate_of(struct hq_store *store, const struct move *move, enum move_fate *fate_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_plan_holder);
    hq_bind_i64(&query, "$case_no", (int64_t)move->case_no);
    *fate_out = MOVE_passed;
    if (hq_next(&query)) {
        int64_t life = hq_i64(&query, 0);
        int64_t owner_no = hq_i64(&query, 1);
        int64_t epoch = hq_i64(&query, 2);
        bool is_open = life == CASE_LIFE_none || life == CASE_LIFE_open;
        if (is_open && owner_no == move->from_no && epoch == move->epoch) {
            *fate_out = MOVE_can;
        } else if (owner_no == move->to_no && epoch == (int64_t)move->epoch + 1) {
            *fate_out = MOVE_made;
        }
    }
    return hq_end(&query);
}

static enum err move_make(struct ingest *ingest, const struct move *move)
{
    ds_Event event = ds_Event_init_zero;
    event.case_no = move->case_no;
    event.which_kind = ds_Event_case_assigned_tag;
    event.kind.case_assigned.owner_no = move->to_no;
    event.kind.case_assigned.lease_epoch = move->epoch + 1;
    (void)str_copy(event.kind.case_assigned.why, sizeof event.kind.case_assigned.why,
                   str_from(move->why));
    return ingest_own(ingest, &event, NULL);
}

static void count_fate(enum move_fate fate, struct moves_result *result)
{
    result->made += fate == MOVE_can;
    result->already += fate == MOVE_made;
    result->passed += fate == MOVE_passed;
}

/* In the transaction that is open. */
static enum err slice_make(struct hq_store *store, const struct moves *moves, int64_t now_ms,
                           const char *actor, size_t *at, struct moves_result *result)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct ingest *ingest = ingest_start(&arena, store, now_ms);
    size_t before = result->made;
    enum err err = OK;
    for (; err == OK && *at < moves->count && result->made - before < MOVES_SLICE; ++*at) {
        enum move_fate fate = MOVE_passed;
        err = fate_of(store, &moves->items[*at], &fate);
        if (err == OK && fate == MOVE_can) {
            err = move_make(ingest, &moves->items[*at]);
        }
        count_fate(fate, result);
    }
    enum err finish_err = ingest_finish(ingest); /* also after an error: it frees */
    arena_deinit(&arena);
    TRY(err);
    TRY(finish_err);
    char detail[64];
    snprintf(detail, sizeof detail, "%zu cases", result->made - before);
    return hq_audit(store, now_ms, actor, "plan", detail);
}

enum err moves_make(struct hq_store *store, const struct moves *moves, int64_t now_ms,
                    const char *actor, size_t *at, struct moves_result *result)
{
    struct moves_result after = *result;
    size_t next = *at;
    TRY(hq_begin(store));
    enum err err = slice_make(store, moves, now_ms, actor, &next, &after);
    if (err == OK) {
        err = hq_commit(store);
    }
    if (err != OK) {
        hq_rollback(store);
        return err;
    }
    *at = next;
    *result = after;
    return OK;
}

enum err moves_try(struct hq_store *store, const struct moves *moves,
                   struct moves_result *result_out)
{
    *result_out = (struct moves_result){0};
    for (size_t i = 0; i < moves->count; i++) {
        enum move_fate fate = MOVE_passed;
        TRY(fate_of(store, &moves->items[i], &fate));
        count_fate(fate, result_out);
    }
    return OK;
}
