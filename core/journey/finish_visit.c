#include "core/journey/journey_private.h"

/* What finishes an outcome (outcomes.def) and is not in the draft; NULL when nothing is missing. */
static const char *missing(const ds_VisitDraft *draft)
{
    switch (outcome_needs(draft->finish.outcome)) {
    case OUTCOME_NEEDS_none:
        return NULL;
    case OUTCOME_NEEDS_promise:
        return draft->has_promise ? NULL : "promise";
    case OUTCOME_NEEDS_plan:
        return draft->has_plan ? NULL : "plan";
    case OUTCOME_NEEDS_payment:
        return draft->has_payment ? NULL : "payment";
    case OUTCOME_NEEDS_extension:
        return draft->has_extension ? NULL : "extension";
    case OUTCOME_NEEDS_settlement:
        return draft->has_settlement ? NULL : "settlement";
    case OUTCOME_NEEDS_waiver:
        return draft->has_waiver ? NULL : "waiver";
    case OUTCOME_NEEDS_hardship:
        return draft->has_hardship ? NULL : "hardship";
    case OUTCOME_NEEDS_dispute:
        return draft->has_dispute ? NULL : "dispute";
    case OUTCOME_NEEDS_identity:
        return draft->has_identity ? NULL : "identity";
    case OUTCOME_NEEDS_appointment:
        return draft->finish.next_day != 0 ? NULL : "next_day";
    case OUTCOME_NEEDS_address:
        return draft->finish.address_result != 0 || draft->addresses_count > 0 ? NULL
                                                                               : "address_result";
    case OUTCOME_NEEDS_flag:
        return draft->has_flag ? NULL : "flag";
    case OUTCOME_NEEDS_safety:
        return draft->has_safety ? NULL : "safety";
    case OUTCOME_NEEDS_notice:
        return draft->has_notice ? NULL : "notice";
    case OUTCOME_NEEDS_collateral:
        return draft->has_collateral ? NULL : "collateral";
    }
    UNREACHABLE();
}

/* The facts of the draft, what the rules say, and what is missing. */
static enum err prepare(struct journey *journey, const ds_VisitDraft *draft,
                        struct journey_batch *batch, struct capture *capture_out)
{
    *capture_out = (struct capture){0};
    TRY(journey_batch_start(journey, draft->case_no, batch));
    journey_draft_facts(journey, draft, batch, &capture_out->verdict);
    if (journey_batch_check(batch, &capture_out->fault)) {
        const char *field = missing(draft);
        if (field != NULL) {
            capture_out->fault = (struct event_fault){field, "fault.required"};
        }
    }
    return OK;
}

static enum err finish_visit(struct journey *journey, struct capture *capture_out)
{
    ds_VisitDraft *draft = ARENA_NEW(journey->arena, ds_VisitDraft);
    struct journey_batch batch;
    TRY(journey_draft_load(journey, draft));
    TRY(prepare(journey, draft, &batch, capture_out));
    if (capture_out->fault.key != NULL ||
        !journey_verdict_passes(&capture_out->verdict, draft->override_reason)) {
        return OK;
    }
    batch.drops_draft = true;
    batch.has_stop = true;
    batch.stop_state = STOP_visited;
    return journey_batch_commit(journey, &batch, capture_out);
}

enum err journey_finish_visit(struct journey *journey, struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = finish_visit(journey, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
