/* core/journey/batch.c -- facts captured together: one transaction of journal,
 * chain, folded case, report rows, stop and draft. */
#include "core/journey/journey_private.h"

#include <pb_encode.h>
#include <string.h>

enum err journey_batch_start(struct journey *journey, uint64_t case_no,
                             struct journey_batch *batch_out)
{
    if (journey->person_no == 0 || journey->device_no == 0) {
        return ERR_not_enrolled;
    }
    *batch_out = (struct journey_batch){
        .events = ARENA_ARRAY(journey->arena, JOURNEY_BATCH_MAX, ds_Event),
    };
    if (case_no != 0) {
        batch_out->subject = ARENA_NEW(journey->arena, struct store_case);
        TRY(store_case_load(journey->store, journey->arena, case_no, batch_out->subject));
    }
    return OK;
}

ds_Event *journey_batch_add(struct journey *journey, struct journey_batch *batch,
                            uint64_t visit_seq)
{
    CHECK(batch->count < JOURNEY_BATCH_MAX);
    struct clock_reading now;
    struct clock_judgement judgement = journey_clock_now(journey, &now);
    ds_Event *event = &batch->events[batch->count++];
    *event = (ds_Event){
        .at_ms = now.wall_ms > 0 ? (uint64_t)now.wall_ms : 0,
        .person_no = journey->person_no,
        .uptime_ms = now.monotonic_ms > 0 ? (uint64_t)now.monotonic_ms : 0,
        .boot = now.boot,
        .clock_quality = judgement.quality,
        .clock_offset_s = judgement.offset_s,
        .policy = journey->policy.hash,
        .visit_seq = visit_seq,
        .has_fix = journey->has_fix && batch->subject != NULL,
        .fix = batch->subject != NULL ? journey->fix : (ds_Fix){0},
    };
    if (batch->subject != NULL) {
        event->case_no = batch->subject->case_no;
        event->epoch = batch->subject->state->epoch;
        if (visit_seq == 0) {
            event->visit_seq = journey_open_visit_seq(journey, event->case_no);
        }
    }
    return event;
}

bool journey_batch_check(const struct journey_batch *batch, struct event_fault *fault_out)
{
    *fault_out = (struct event_fault){0};
    for (size_t i = 0; i < batch->count; i++) {
        if (!event_check(&batch->events[i], fault_out)) {
            return false;
        }
    }
    return true;
}

static enum err draft_write(struct journey *journey, const ds_VisitDraft *draft)
{
    size_t size = 0;
    CHECK(pb_get_encoded_size(&size, ds_VisitDraft_fields, draft));
    uint8_t *bytes = arena_alloc(journey->arena, size + 1);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, size);
    CHECK(pb_encode(&stream, ds_VisitDraft_fields, draft));
    struct store_draft row = {
        .key = JOURNEY_DRAFT_KEY,
        .case_no = draft->case_no,
        .bytes = {(const char *)bytes, size},
        .changed_at_ms = clock_now_ms(journey->clock),
    };
    return store_draft_put(journey->store, &row);
}

static enum err letter_write(struct journey *journey, const struct store_letter *letter)
{
    TRY(store_inbox_mark_read(journey->store, letter->message_no, letter->read_at_ms));
    return letter->answered_at_ms != 0 ? store_inbox_answer(journey->store, letter) : OK;
}

/* Facts into the journal, and what follows from each: the folded state and report rows. */
static enum err facts_write(struct journey *journey, const struct journey_batch *batch,
                            ds_CaseState *state, struct capture *capture)
{
    struct row_sink sink = store_rows_sink(journey->store);
    bool is_gone = batch->subject != NULL && batch->subject->is_withdrawn;
    for (size_t i = 0; i < batch->count; i++) {
        struct fact fact;
        TRY(store_journal_append(journey->store, &batch->events[i], &fact));
        const ds_CaseRecord *record = batch->subject != NULL ? batch->subject->record : NULL;
        if (record != NULL) {
            journey_fold_on(state, record, &fact);
        }
        if (!is_gone) {
            TRY(rows_emit(&fact, record, state, &sink));
        }
        if (i == 0) {
            capture->first_seq = fact.seq;
            capture->id = fact.id;
        }
        capture->last_seq = fact.seq;
    }
    if (is_gone && batch->count > 0) {
        /* No state of it is kept, so its rows are made from all its facts. */
        TRY(store_rows_clear(journey->store, batch->subject->case_no));
        return journey_project_case(journey, batch->subject->case_no);
    }
    return OK;
}

/* A fact that is about no case says nothing of where the collector is, but an alarm must. */
static void place_alarms(const struct journey *journey, const struct journey_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        ds_Event *event = &batch->events[i];
        if (event->which_kind == ds_Event_safety_incident_tag) {
            event->has_fix = journey->has_fix;
            event->fix = journey->fix;
        }
    }
}

static enum err batch_write(struct journey *journey, const struct journey_batch *batch,
                            ds_CaseState *state, struct capture *capture)
{
    CHECK(batch->subject != NULL || (state == NULL && !batch->has_stop));
    struct store *store = journey->store;
    place_alarms(journey, batch);
    TRY(facts_write(journey, batch, state, capture));
    if (state != NULL && batch->count > 0 && !batch->subject->is_withdrawn) {
        TRY(journey_case_save(journey, batch->subject->record, state));
    }
    if (batch->has_stop) {
        TRY(store_plan_mark(store, journey_today(journey), batch->subject->case_no,
                            batch->stop_state, journey_now_ms(journey)));
    }
    if (batch->drops_draft) {
        TRY(store_draft_delete(store, JOURNEY_DRAFT_KEY));
    }
    if (journey->typed_key != NULL) {
        TRY(store_draft_delete(store, journey->typed_key));
    }
    if (batch->letter != NULL) {
        TRY(letter_write(journey, batch->letter));
    }
    return batch->draft != NULL ? draft_write(journey, batch->draft) : OK;
}

static enum err batch_try(struct journey *journey, const struct journey_batch *batch,
                          struct capture *capture)
{
    struct arena_mark mark = arena_mark(journey->arena);
    TRY(store_begin(journey->store));
    ds_CaseState *state = NULL;
    if (batch->subject != NULL) {
        /* A copy: a second try starts from what was loaded. */
        state = arena_copy(journey->arena, batch->subject->state, sizeof *state);
    }
    enum err err = batch_write(journey, batch, state, capture);
    if (err == OK) {
        err = store_commit(journey->store);
    } else {
        store_rollback(journey->store);
    }
    if (err == OK && state != NULL) {
        *batch->subject->state = *state;
    }
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_batch_commit(struct journey *journey, const struct journey_batch *batch,
                              struct capture *capture_out)
{
    enum err err = batch_try(journey, batch, capture_out);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = batch_try(journey, batch, capture_out);
    }
    capture_out->is_done = err == OK;
    capture_out->is_for_hq = batch->is_for_hq;
    return err;
}

struct verdict journey_as_recorded(const struct verdict *verdict)
{
    struct verdict recorded = *verdict;
    recorded.is_allowed = true;
    if (recorded.severity > SEVERITY_log) {
        recorded.severity = SEVERITY_log;
    }
    for (size_t i = 0; i < recorded.fired_count; i++) {
        if (recorded.fired[i].severity > SEVERITY_log) {
            recorded.fired[i].severity = SEVERITY_log;
        }
    }
    return recorded;
}

bool journey_is_over(const struct store_case *subject)
{
    return subject->is_withdrawn || subject->state->life != CASE_LIFE_open;
}

bool journey_verdict_passes(const struct verdict *verdict, uint32_t override_reason)
{
    return verdict->is_allowed &&
           (verdict->severity < SEVERITY_warn || override_reason != OVERRIDE_REASON_none);
}

enum err journey_batch_finish(struct journey *journey, const struct journey_batch *batch,
                              const struct verdict *verdict, uint32_t override_reason,
                              struct capture *capture_out)
{
    *capture_out = (struct capture){.verdict = *verdict};
    if (!journey_batch_check(batch, &capture_out->fault) ||
        !journey_verdict_passes(verdict, override_reason)) {
        return OK;
    }
    return journey_batch_commit(journey, batch, capture_out);
}
