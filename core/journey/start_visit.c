#include "core/journey/journey_private.h"

static struct verdict start_verdict(struct journey *journey, const struct store_case *subject,
                                    const struct visit_start *start)
{
    struct gate_facts facts =
        journey_gate_facts(journey, subject, start->place, start->address_index, start->visitors,
                           start->override_reason);
    struct clock_reading now;
    facts.clock_quality = journey_clock_now(journey, &now).quality;
    struct verdict verdict = gate_check(&journey->policy, GATE_checkin, &facts);
    if (subject->is_withdrawn) {
        /* Recalled or somebody else's: nothing is known here of who lives there and why. */
        verdict_fire(&verdict, REFUSAL_not_assigned, SEVERITY_block);
    }
    return verdict;
}

static enum err check_start(struct journey *journey, const struct visit_start *start,
                            struct verdict *verdict_out)
{
    struct store_case *subject = ARENA_NEW(journey->arena, struct store_case);
    TRY(store_case_load(journey->store, journey->arena, start->case_no, subject));
    *verdict_out = start_verdict(journey, subject, start);
    return OK;
}

enum err journey_check_start(struct journey *journey, const struct visit_start *start,
                             struct verdict *verdict_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = check_start(journey, start, verdict_out);
    arena_rollback(journey->arena, mark);
    return err;
}

static enum err start_visit(struct journey *journey, const struct visit_start *start,
                            struct capture *capture_out)
{
    struct journey_batch batch;
    TRY(journey_batch_start(journey, start->case_no, &batch));
    struct store_draft open;
    enum err err = store_draft_get(journey->store, journey->arena, JOURNEY_DRAFT_KEY, &open);
    if (err == OK) {
        return ERR_exists;
    }
    if (err != ERR_not_found) {
        return err;
    }
    struct verdict verdict = start_verdict(journey, batch.subject, start);
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_visit_started_tag;
    event->kind.visit_started = (ds_VisitStarted){
        .place = start->place,
        .address_index = start->address_index,
        .visitors = start->visitors,
        .start_reason = start->override_reason,
    };
    event->override_reason = start->override_reason;
    verdict_to_event(&verdict, event);

    uint64_t last_seq = 0;
    TRY(store_journal_last(journey->store, &last_seq, NULL, NULL));
    ds_VisitDraft *draft = ARENA_NEW(journey->arena, ds_VisitDraft);
    draft->case_no = start->case_no;
    draft->has_finish = true;
    draft->visit_seq = last_seq + 1; /* the only writer: nothing comes between */
    draft->started_at_ms = event->at_ms;
    draft->started_uptime_ms = event->uptime_ms;
    draft->started_boot = event->boot;
    struct clock_reading now = clock_read(journey->clock);
    journey_visit_expect(&now, journey->policy.visit_timer, draft);
    batch.draft = draft;
    return journey_batch_finish(journey, &batch, &verdict, start->override_reason, capture_out);
}

enum err journey_start_visit(struct journey *journey, const struct visit_start *start,
                             struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = start_visit(journey, start, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
