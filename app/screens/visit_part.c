#include "app/screens/visit_part.h"

#include "app/screens/visit_step.h"

uint32_t visit_part_reason(const ds_VisitDraft *draft, uint32_t part)
{
    for (pb_size_t i = 0; i < draft->finish.steps_skipped_count; i++) {
        if (draft->finish.steps_skipped[i].step == part) {
            return draft->finish.steps_skipped[i].reason;
        }
    }
    return STEP_SKIP_REASON_none;
}

void visit_part_skip(ds_VisitDraft *draft, uint32_t part, uint32_t reason)
{
    ds_VisitFinished *finish = &draft->finish;
    pb_size_t count = 0;
    for (pb_size_t i = 0; i < finish->steps_skipped_count; i++) {
        if (finish->steps_skipped[i].step != part) {
            finish->steps_skipped[count++] = finish->steps_skipped[i];
        }
    }
    if (reason != STEP_SKIP_REASON_none) {
        CHECK(count < COUNT(finish->steps_skipped)); /* more room than parts */
        finish->steps_skipped[count++] = (ds_StepSkipped){.step = part, .reason = reason};
    }
    finish->steps_skipped_count = count;
}

/* Whether something was agreed or declared that a person may put a name to. */
static bool is_signable(uint32_t outcome)
{
    switch (outcome_needs(outcome)) {
    case OUTCOME_NEEDS_promise:
    case OUTCOME_NEEDS_plan:
    case OUTCOME_NEEDS_extension:
    case OUTCOME_NEEDS_settlement:
    case OUTCOME_NEEDS_waiver:
    case OUTCOME_NEEDS_identity:
        return true;
    case OUTCOME_NEEDS_none:
    case OUTCOME_NEEDS_payment:
    case OUTCOME_NEEDS_hardship:
    case OUTCOME_NEEDS_dispute:
    case OUTCOME_NEEDS_appointment:
    case OUTCOME_NEEDS_address:
    case OUTCOME_NEEDS_flag:
    case OUTCOME_NEEDS_safety:
    case OUTCOME_NEEDS_notice:
    case OUTCOME_NEEDS_collateral:
        break;
    }
    return false;
}

bool visit_part_applies(const ds_VisitDraft *draft, uint32_t part)
{
    switch ((enum visit_part)part) {
    case VISIT_PART_identity:
    case VISIT_PART_about:
        return outcome_met(draft->finish.outcome) == OUTCOME_MET_debtor;
    case VISIT_PART_evidence:
        return outcome_met(draft->finish.outcome) == OUTCOME_MET_nobody;
    case VISIT_PART_signature:
        return is_signable(draft->finish.outcome);
    case VISIT_PART_none:
    case VISIT_PART_contact:
    case VISIT_PART_arrangement:
        break;
    }
    return false;
}

const struct photos_item *visit_part_signature(const struct photos_model *photos)
{
    for (size_t i = 0; i < photos->count; i++) {
        if (photos->items[i].evidence == EVIDENCE_KIND_signature) {
            return &photos->items[i];
        }
    }
    return NULL;
}

bool visit_part_is_done(const ds_VisitDraft *draft, uint32_t part,
                        const struct photos_model *photos)
{
    switch ((enum visit_part)part) {
    case VISIT_PART_identity:
        return draft->finish.is_identity_verified;
    case VISIT_PART_about:
        return draft->finish.default_reason != DEFAULT_REASON_none;
    case VISIT_PART_evidence:
        return photos->count > 0;
    case VISIT_PART_signature:
        return visit_part_signature(photos) != NULL || draft->has_unsigned_by;
    case VISIT_PART_none:
    case VISIT_PART_contact:
    case VISIT_PART_arrangement:
        break;
    }
    return true;
}

void visit_part_prune(ds_VisitDraft *draft, const struct photos_model *photos)
{
    for (size_t i = 0; i < catalog_count(CATALOG_visit_part); i++) {
        uint32_t part = catalog_code_at(CATALOG_visit_part, i);
        if (!visit_part_applies(draft, part) || visit_part_is_done(draft, part, photos)) {
            visit_part_skip(draft, part, STEP_SKIP_REASON_none);
        }
    }
}
