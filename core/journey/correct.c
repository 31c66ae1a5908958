#include "core/journey/journey_private.h"

#include "core/rules/arrangement.h"

#include <string.h>

static bool is_own(const struct journey *journey, const struct fact *target)
{
    return target->event.person_no == journey->person_no;
}

/* Restated as what it was: the payload's tag in Correction is that of its kind. */
static bool is_same_kind(const ds_Correction *correction, const struct fact *target)
{
    return correction->is_withdrawn || correction->which_anew == target->event.which_kind;
}

/* New terms are judged like the old ones were, on the day of the old ones: a promise is
 * not corrected into one that could not have been taken. The arrangement itself does not
 * lessen what may be asked, so the state as it is serves. */
static enum err judge(struct journey *journey, const ds_Correction *correction,
                      const struct fact *target, struct verdict *verdict_out)
{
    *verdict_out = verdict_start();
    if (correction->is_withdrawn || target->event.case_no == 0) {
        return OK;
    }
    struct store_case *subject = ARENA_NEW(journey->arena, struct store_case);
    TRY(store_case_load(journey->store, journey->arena, target->event.case_no, subject));
    if (journey_is_over(subject)) {
        return OK; /* what was written wrongly is put right whatever became of the case */
    }
    const struct policy *policy = &journey->policy;
    struct arrangement_facts facts = {
        .record = subject->record,
        .state = subject->state,
        .now_ms = (int64_t)target->event.at_ms,
    };
    switch (correction->which_anew) {
    case ds_Correction_promise_made_tag:
        *verdict_out = arrangement_check_promise(policy, &facts, &correction->anew.promise_made);
        return OK;
    case ds_Correction_plan_agreed_tag:
        *verdict_out = arrangement_check_plan(policy, &facts, &correction->anew.plan_agreed);
        return OK;
    case ds_Correction_extension_requested_tag:
        *verdict_out =
            arrangement_check_extension(policy, &facts, &correction->anew.extension_requested);
        return OK;
    case ds_Correction_settlement_requested_tag:
        *verdict_out =
            arrangement_check_settlement(policy, &facts, &correction->anew.settlement_requested);
        return OK;
    case ds_Correction_waiver_requested_tag:
        *verdict_out = arrangement_check_waiver(policy, &facts, &correction->anew.waiver_requested);
        return OK;
    default: /* a visit or a payment that happened: recorded, never refused */
        return OK;
    }
}

/* A correction says why by itself, so a warning is passed by it; only what a rule blocks
 * is not done. */
static enum err correct(struct journey *journey, const ds_Correction *correction,
                        struct capture *capture_out)
{
    struct id id;
    memcpy(id.bytes, correction->target, sizeof id.bytes);
    struct fact *target = ARENA_NEW(journey->arena, struct fact);
    enum err err = store_journal_find(journey->store, &id, target);
    *capture_out = (struct capture){.verdict = verdict_start()};
    if (err == ERR_not_found || (err == OK && !is_own(journey, target))) {
        capture_out->fault = (struct event_fault){"target", "fault.own_fact"};
        return OK;
    }
    TRY(err);
    if (correction->is_withdrawn && rows_is_kept(event_kind(&target->event))) {
        capture_out->fault = (struct event_fault){"target", "fault.kept"};
        return OK;
    }
    if (!is_same_kind(correction, target)) {
        capture_out->fault = (struct event_fault){"anew", "fault.same_kind"};
        return OK;
    }
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_correction_tag;
    event.kind.correction = *correction;
    struct verdict verdict;
    TRY(judge(journey, correction, target, &verdict));
    if (verdict.is_allowed && verdict.severity > SEVERITY_log) {
        verdict.severity = SEVERITY_log;
    }
    return journey_capture_any(journey, target->event.case_no, &event, &verdict, 0, capture_out);
}

enum err journey_correct(struct journey *journey, const ds_Correction *correction,
                         struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = correct(journey, correction, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
