/* core/journey/project.c -- shown states and report rows, made from headquarters'
 * states and own facts. Incremental capture continues what this begins, so both
 * give the same; the tests hold them against each other. */
#include "core/journey/journey_private.h"

#include "core/rules/priority.h"

#include <string.h>

void journey_fold_on(ds_CaseState *state, const ds_CaseRecord *record, const struct fact *fact)
{
    struct fact placed = *fact;
    if (!fold_is_next(state, &placed)) {
        placed.order_at_ms = (int64_t)state->last_at_ms + 1;
    }
    fold_fact(state, record, &placed);
}

struct store_rank journey_rank_of(struct journey *journey, const ds_CaseRecord *record,
                                  const ds_CaseState *state)
{
    int32_t offset_minutes = gate_zone_offset(&journey->policy, record);
    int32_t today = date_day_at(journey_now_ms(journey), offset_minutes);
    struct priority priority = priority_score(&journey->policy, record, state, today);
    struct store_rank rank = {.score = priority.score, .difficulty = priority.difficulty};
    for (size_t i = 0; i < priority.order_count && i < STORE_REASONS_MAX; i++) {
        enum priority_part part = priority.order[i];
        rank.reasons[i].part = part;
        rank.reasons[i].points = priority.parts[part].points;
        rank.reasons[i].value = priority.parts[part].value;
        rank.reason_count++;
    }
    return rank;
}

enum err journey_case_save(struct journey *journey, const ds_CaseRecord *record,
                           const ds_CaseState *state)
{
    TRY(store_case_save(journey->store, record, state));
    struct store_rank rank = journey_rank_of(journey, record, state);
    return store_case_rank(journey->store, record->case_no, &rank);
}

/* All rows that a state of headquarters holds, whichever fact changed them last. */
static enum err rows_keep(struct journey *journey, const ds_CaseRecord *record, ds_CaseState *state)
{
    for (size_t i = 0; i < state->contacts_count; i++) {
        state->contacts[i].changed_count = state->event_count;
    }
    for (size_t i = 0; i < state->arrangements_count; i++) {
        state->arrangements[i].changed_count = state->event_count;
    }
    for (size_t i = 0; i < state->payments_count; i++) {
        state->payments[i].changed_count = state->event_count;
    }
    struct row_sink sink = store_rows_kept_sink(journey->store);
    const struct fact nothing = {.seq = 0};
    return rows_emit(&nothing, record, state, &sink);
}

/* Folds the facts of `records` with from_seq < seq <= until_seq and emits their rows. */
static enum err fold_records(struct journey *journey, const struct store_records *records,
                             uint64_t from_seq, uint64_t until_seq, const ds_CaseRecord *record,
                             ds_CaseState *state)
{
    struct row_sink sink = store_rows_sink(journey->store);
    for (size_t i = 0; i < records->count; i++) {
        const struct store_record *item = &records->items[i];
        if (item->seq <= from_seq || item->seq > until_seq) {
            continue;
        }
        struct fact fact = {
            .id = item->id,
            .device_no = item->origin_no,
            .seq = item->seq,
            .order_at_ms = item->order_at_ms,
        };
        if (state != NULL && fold_holds(state, &item->id)) {
            /* Headquarters has it already, by an earlier number of this tablet; its row is kept
             * as headquarters states it. */
            continue;
        }
        const uint8_t *body = (const uint8_t *)item->body.bytes;
        if (event_decode(&fact.event, body, item->body.size) != OK) {
            return ERR_corrupt;
        }
        if (state != NULL) {
            journey_fold_on(state, record, &fact);
        }
        TRY(rows_emit(&fact, record, state, &sink));
    }
    return OK;
}

/* Decodes headquarters' bytes; an unknown, withdrawn or unreadable case is an empty one. */
static enum err subject_load(struct journey *journey, uint64_t case_no, uint64_t *folded_seq_out,
                             bool *is_in_hand_out, ds_CaseRecord *record, ds_CaseState *state)
{
    struct store_case_feed feed;
    memset(record, 0, sizeof *record);
    record->case_no = case_no;
    *folded_seq_out = 0;
    *is_in_hand_out = false;
    enum err err = store_case_feed_load(journey->store, journey->arena, case_no, &feed);
    if (err != OK && err != ERR_not_found) {
        return err;
    }
    if (err == OK) {
        *folded_seq_out = feed.folded_seq;
        *is_in_hand_out = !feed.is_withdrawn && feed.record.size > 0;
    }
    if (*is_in_hand_out &&
        case_record_decode(record, (const uint8_t *)feed.record.bytes, feed.record.size) != OK) {
        return ERR_corrupt;
    }
    fold_start(state, record);
    if (*is_in_hand_out && feed.state.size > 0) {
        const uint8_t *bytes = (const uint8_t *)feed.state.bytes;
        return case_state_decode(state, bytes, feed.state.size) == OK ? OK : ERR_corrupt;
    }
    return OK;
}

static enum err project(struct journey *journey, uint64_t case_no)
{
    struct store *store = journey->store;
    ds_CaseRecord *record = ARENA_NEW(journey->arena, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(journey->arena, ds_CaseState);
    ds_CaseState *scratch = ARENA_NEW(journey->arena, ds_CaseState);
    uint64_t folded_seq = 0;
    bool is_in_hand = false;
    TRY(subject_load(journey, case_no, &folded_seq, &is_in_hand, record, state));
    struct store_records records;
    TRY(store_journal_case(store, journey->arena, case_no, 0, &records));

    /* Own facts that headquarters has folded: their rows, where nothing better is kept. */
    fold_start(scratch, record);
    TRY(fold_records(journey, &records, 0, folded_seq, record, scratch));
    if (is_in_hand) {
        *scratch = *state;
        TRY(rows_keep(journey, record, scratch));
    }
    TRY(store_rows_restore(store, case_no));
    /* Own facts that it has not: on top. */
    TRY(fold_records(journey, &records, folded_seq, UINT64_MAX, record, state));
    return is_in_hand ? journey_case_save(journey, record, state) : OK;
}

enum err journey_project_case(struct journey *journey, uint64_t case_no)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = project(journey, case_no);
    arena_rollback(journey->arena, mark);
    return err;
}

static enum err project_all(struct journey *journey)
{
    TRY(store_rows_clear(journey->store, 0));
    struct store_records records;
    TRY(store_journal_case(journey->store, journey->arena, 0, 0, &records));
    TRY(fold_records(journey, &records, 0, UINT64_MAX, NULL, NULL));
    uint64_t *numbers = NULL;
    size_t count = 0;
    TRY(store_case_all_numbers(journey->store, journey->arena, &numbers, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(journey_project_case(journey, numbers[i]));
    }
    return OK;
}

enum err journey_project_all(struct journey *journey)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = project_all(journey);
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_rebuild(struct journey *journey)
{
    TRY(store_begin(journey->store));
    enum err err = journey_project_all(journey);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    return store_commit(journey->store);
}
