/* Facts become the state of their case: loaded, merged, written. */
#include "sync/server/store/apply.h"

#include "core/domain/catalog.h"

#include <string.h>

/* `before`: the summary of the row that is there; NULL when none is. */
static enum err put_state(struct apply *apply, const ds_CaseRecord *record,
                          const ds_CaseState *state, const struct merge_summary *before)
{
    size_t size = 0;
    TRY(case_state_encode(state, apply->bytes, LIMIT_case_size, &size));
    struct merge_summary summary = merge_summary(record, state);
    bool is_kept = before != NULL && before->owner_no == summary.owner_no &&
                   before->asked_count == summary.asked_count;
    struct hq_query query = hq_query(apply->store, is_kept ? SQL_HQ_state_keep : SQL_HQ_state_put);
    if (!is_kept) {
        hq_bind_i64(&query, "$owner_no", summary.owner_no);
        hq_bind_i64(&query, "$asked_count", summary.asked_count);
    }
    hq_bind_i64(&query, "$life", summary.life);
    hq_bind_i64(&query, "$epoch", summary.epoch);
    hq_bind_i64(&query, "$owed_minor", (int64_t)summary.owed_minor);
    hq_bind_i64(&query, "$due_day", summary.due_day);
    hq_bind_i64(&query, "$last_touch_day", summary.last_touch_day);
    hq_bind_i64(&query, "$next_day", summary.next_day);
    hq_bind_i64(&query, "$flags", (int64_t)summary.flags);
    hq_bind_i64(&query, "$event_count", summary.event_count);
    hq_bind_bytes(&query, "$state", apply->bytes, size);
    hq_bind_i64(&query, "$case_no", (int64_t)state->case_no);
    return hq_run(&query);
}

/* All facts of a case (or of none) from the journal, in canonical order. */
static enum err load_facts(struct apply *apply, uint64_t case_no,
                           const struct merge_fact ***facts_out, size_t *count_out)
{
    size_t count = 0;
    size_t capacity = 32;
    const struct merge_fact **facts =
        ARENA_ARRAY(&apply->scratch, capacity, const struct merge_fact *);
    struct hq_query query =
        hq_query(apply->store, case_no != 0 ? SQL_HQ_event_of_case : SQL_HQ_event_without_case);
    if (case_no != 0) {
        hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    }
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        if (count == capacity) {
            const struct merge_fact **more =
                ARENA_ARRAY(&apply->scratch, capacity * 2, const struct merge_fact *);
            memcpy(more, facts, count * sizeof(const struct merge_fact *));
            facts = more;
            capacity *= 2;
        }
        struct merge_fact *fact = ARENA_NEW(&apply->scratch, struct merge_fact);
        struct id id = hq_id(&query, 3);
        const struct apply_place place = {
            .device_no = (uint32_t)hq_i64(&query, 0),
            .strand = (uint32_t)hq_i64(&query, 1),
            .seq = (uint64_t)hq_i64(&query, 2),
            .origin_no = (uint32_t)hq_i64(&query, 6),
        };
        err = apply_fact_decode(apply, &place, &id, hq_i64(&query, 4), hq_text(&query, 5), fact);
        facts[count++] = fact;
    }
    TRY(hq_end(&query));
    TRY(err);
    merge_sort(facts, count);
    *facts_out = facts;
    *count_out = count;
    return OK;
}

static enum err load_case(struct apply *apply, uint64_t case_no, ds_CaseRecord **record_out,
                          ds_CaseState **state_out)
{
    *record_out = NULL;
    *state_out = NULL;
    struct hq_query query = hq_query(apply->store, SQL_HQ_kase_and_state);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    enum err err = OK;
    if (hq_next(&query)) {
        struct str record = hq_text(&query, 0);
        *record_out = ARENA_NEW(&apply->scratch, ds_CaseRecord);
        err = case_record_decode(*record_out, (const uint8_t *)record.bytes, record.size);
        struct str state = hq_text(&query, 1);
        if (err == OK && state.size > 0) {
            *state_out = ARENA_NEW(&apply->scratch, ds_CaseState);
            err = case_state_decode(*state_out, (const uint8_t *)state.bytes, state.size);
        }
    }
    TRY(hq_end(&query));
    return err == OK ? OK : ERR_corrupt; /* headquarters' own bytes */
}

/* What the collector is told when headquarters decided about a request. */
static enum err note_decisions(struct apply *apply, const struct merge_fact *const *facts,
                               size_t count)
{
    enum { VERDICT_ASKED_BACK = 8 }; /* sync/proto/verdicts.def; held equal by a test of the api */
    for (size_t i = 0; i < count; i++) {
        const struct fact *fact = &facts[i]->fact;
        if (fact->device_no != 0 || event_kind(&fact->event) != EVENT_arrangement_decided) {
            continue;
        }
        const ds_ArrangementDecided *decided = &fact->event.kind.arrangement_decided;
        struct id target;
        memcpy(target.bytes, decided->target, sizeof target.bytes);
        TRY(apply_verdict(apply, fact->event.case_no, &target, VERDICT_ASKED_BACK,
                          str_from(decided->note), decided->decision != DECISION_returned));
    }
    return OK;
}

enum err apply_case_new(struct apply *apply, const ds_CaseRecord *record)
{
    if (apply->fresh == NULL) {
        apply->fresh = ARENA_NEW(apply->arena, ds_CaseState);
    }
    fold_start(apply->fresh, record);
    return put_state(apply, record, apply->fresh, NULL);
}

enum err apply_case_is_stale(struct apply *apply, uint64_t case_no, bool *is_stale_out)
{
    struct arena_mark mark = arena_mark(&apply->scratch);
    ds_CaseRecord *record = NULL;
    ds_CaseState *state = NULL;
    TRY(load_case(apply, case_no, &record, &state));
    *is_stale_out = record != NULL && state == NULL;
    if (record != NULL && state != NULL) {
        const struct merge_fact **facts = NULL;
        size_t count = 0;
        TRY(load_facts(apply, case_no, &facts, &count));
        ds_CaseState *anew = ARENA_NEW(&apply->scratch, ds_CaseState);
        fold_start(anew, record);
        struct merge_changes changes;
        merge_start(&changes, &apply->scratch);
        changes.is_anew = true;
        merge_case(record, anew, facts, count, &changes);
        uint8_t *bytes = ARENA_ARRAY(&apply->scratch, LIMIT_case_size, uint8_t);
        size_t size = 0;
        size_t anew_size = 0;
        TRY(case_state_encode(state, bytes, LIMIT_case_size, &size));
        TRY(case_state_encode(anew, apply->bytes, LIMIT_case_size, &anew_size));
        *is_stale_out = size != anew_size || memcmp(bytes, apply->bytes, size) != 0;
    }
    arena_rollback(&apply->scratch, mark);
    return OK;
}

enum err apply_case(struct apply *apply, uint64_t case_no, const struct merge_fact **facts,
                    size_t count, uint32_t source, bool is_anew)
{
    struct arena_mark mark = arena_mark(&apply->scratch);
    struct merge_changes changes;
    merge_start(&changes, &apply->scratch);
    ds_CaseRecord *record = NULL;
    ds_CaseState *state = NULL;
    TRY(load_case(apply, case_no, &record, &state));
    const struct merge_fact **own = facts;
    size_t own_count = count;
    bool was_known = state != NULL;
    struct merge_summary before = {0};
    if (was_known) {
        before = merge_summary(record, state);
    }
    if (!was_known || is_anew || merge_needs_all(state, facts, count)) {
        if (record != NULL) {
            state = ARENA_NEW(&apply->scratch, ds_CaseState);
            fold_start(state, record);
        }
        TRY(load_facts(apply, case_no, &facts, &count));
        changes.is_anew = true;
        source = 0; /* no tablet can know what came out of the new order */
    }
    merge_case(record, state, facts, count, &changes);
    TRY(apply_rows_write(apply, case_no, &changes));
    if (record != NULL) {
        TRY(put_state(apply, record, state, was_known ? &before : NULL));
        bool is_moved =
            !was_known || before.owner_no != state->owner_no || before.life != state->life;
        TRY(apply_feed_move(apply, state, is_moved, source));
    }
    TRY(note_decisions(apply, own, own_count));
    arena_rollback(&apply->scratch, mark);
    return OK;
}

static enum err apply_people(struct apply *apply, const struct merge_fact **facts, size_t count)
{
    struct merge_changes changes;
    merge_start(&changes, &apply->scratch);
    merge_person(facts, count, &changes);
    return apply_rows_write(apply, 0, &changes);
}

enum err apply_people_anew(struct apply *apply)
{
    const struct merge_fact **facts = NULL;
    size_t count = 0;
    TRY(load_facts(apply, 0, &facts, &count));
    struct hq_query days = hq_query(apply->store, SQL_HQ_day_clear);
    TRY(hq_run(&days));
    TRY(apply_rows_clear(apply->store, 0));
    return apply_people(apply, facts, count);
}

enum err apply_facts(struct apply *apply, const struct merge_fact **facts, size_t count,
                     uint32_t source)
{
    /* Facts of one case stand together after a stable pass over the sorted list;
     * batches are small, so the pass is quadratic only in cases per batch. */
    merge_sort(facts, count);
    const struct merge_fact **of_case =
        ARENA_ARRAY(&apply->scratch, count == 0 ? 1 : count, const struct merge_fact *);
    bool *is_done = ARENA_ARRAY(&apply->scratch, count == 0 ? 1 : count, bool);
    for (size_t i = 0; i < count; i++) {
        if (is_done[i]) {
            continue;
        }
        uint64_t case_no = facts[i]->fact.event.case_no;
        size_t of_case_count = 0;
        for (size_t j = i; j < count; j++) {
            if (!is_done[j] && facts[j]->fact.event.case_no == case_no) {
                is_done[j] = true;
                of_case[of_case_count++] = facts[j];
            }
        }
        TRY(case_no == 0 ? apply_people(apply, of_case, of_case_count)
                         : apply_case(apply, case_no, of_case, of_case_count, source, false));
    }
    return OK;
}
