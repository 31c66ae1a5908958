/* core/journey/draft_facts.c -- which facts a draft gives, and what the rules say of them. */
#include "core/journey/journey_private.h"

#include "core/rules/arrangement.h"
#include "core/rules/disclosure.h"

/* Seconds at the door: by the time since boot when it is the same boot. */
static uint32_t dwell_s(const ds_VisitDraft *draft, const ds_Event *event)
{
    bool is_same_boot = draft->started_boot == event->boot && event->boot != 0;
    uint64_t from_ms = is_same_boot ? draft->started_uptime_ms : draft->started_at_ms;
    uint64_t until_ms = is_same_boot ? event->uptime_ms : event->at_ms;
    uint64_t passed_ms = until_ms > from_ms ? until_ms - from_ms : 0;
    uint64_t day_ms = (uint64_t)DATE_DAY_MS;
    return (uint32_t)((passed_ms < day_ms ? passed_ms : day_ms) / 1000);
}

/* The case as it stands after the facts of the batch so far: what was paid at this door
 * is not asked for again. In the task arena. */
static const ds_CaseState *state_so_far(struct journey *journey, const struct journey_batch *batch)
{
    ds_CaseState *state = arena_copy(journey->arena, batch->subject->state, sizeof *state);
    for (size_t i = 0; i < batch->count; i++) {
        struct fact fact = {
            .device_no = journey->device_no,
            .seq = i + 1,
            .order_at_ms = (int64_t)state->last_at_ms + 1,
            .event = batch->events[i],
        };
        journey_fold_on(state, batch->subject->record, &fact);
    }
    return state;
}

/* The payload of the arrangement that the outcome needs; the other four stay in the draft. */
static bool arrangement_payload(const ds_VisitDraft *draft, ds_Event *payload)
{
    enum outcome_needs needs = outcome_needs(draft->finish.outcome);
    if (needs == OUTCOME_NEEDS_promise && draft->has_promise) {
        payload->which_kind = ds_Event_promise_made_tag;
        payload->kind.promise_made = draft->promise;
    } else if (needs == OUTCOME_NEEDS_plan && draft->has_plan) {
        payload->which_kind = ds_Event_plan_agreed_tag;
        payload->kind.plan_agreed = draft->plan;
    } else if (needs == OUTCOME_NEEDS_extension && draft->has_extension) {
        payload->which_kind = ds_Event_extension_requested_tag;
        payload->kind.extension_requested = draft->extension;
    } else if (needs == OUTCOME_NEEDS_settlement && draft->has_settlement) {
        payload->which_kind = ds_Event_settlement_requested_tag;
        payload->kind.settlement_requested = draft->settlement;
    } else if (needs == OUTCOME_NEEDS_waiver && draft->has_waiver) {
        payload->which_kind = ds_Event_waiver_requested_tag;
        payload->kind.waiver_requested = draft->waiver;
    } else {
        return false;
    }
    return true;
}

static struct verdict arrangement_rules(const struct policy *policy,
                                        const struct arrangement_facts *facts,
                                        const ds_Event *payload)
{
    switch (payload->which_kind) {
    case ds_Event_promise_made_tag:
        return arrangement_check_promise(policy, facts, &payload->kind.promise_made);
    case ds_Event_plan_agreed_tag:
        return arrangement_check_plan(policy, facts, &payload->kind.plan_agreed);
    case ds_Event_extension_requested_tag:
        return arrangement_check_extension(policy, facts, &payload->kind.extension_requested);
    case ds_Event_settlement_requested_tag:
        return arrangement_check_settlement(policy, facts, &payload->kind.settlement_requested);
    case ds_Event_waiver_requested_tag:
        return arrangement_check_waiver(policy, facts, &payload->kind.waiver_requested);
    default:
        UNREACHABLE();
    }
}

/* conduct_kinds.def; 0: none was noted. */
static uint32_t conduct_of(const ds_VisitDraft *draft)
{
    return draft->has_conduct ? draft->conduct.conduct : 0;
}

static struct verdict judge_at(struct journey *journey, const ds_VisitDraft *draft,
                               const struct store_case *subject, const ds_CaseState *state,
                               int64_t now_ms, const ds_Event *payload)
{
    struct arrangement_facts facts = {
        .record = subject->record,
        .state = state,
        .now_ms = now_ms,
    };
    struct store_case seen = *subject;
    seen.state = arena_copy(journey->arena, state, sizeof *state);
    struct gate_facts gate =
        journey_gate_facts(journey, &seen, 0, UINT32_MAX, 0, draft->override_reason);
    gate.now_ms = now_ms;
    /* What was done at this door bears on what may be agreed at it. */
    const struct gate_door door = {.conduct = conduct_of(draft)};
    gate.door = &door;
    struct verdict verdict = gate_check(&journey->policy, GATE_arrange, &gate);
    struct verdict rules = arrangement_rules(&journey->policy, &facts, payload);
    verdict_merge(&verdict, &rules);
    return verdict;
}

/* Without the stops that others raised since the door was opened. */
static ds_CaseState *state_at_door(struct journey *journey, const ds_VisitDraft *draft,
                                   const ds_CaseState *state)
{
    ds_CaseState *before = arena_copy(journey->arena, state, sizeof *state);
    pb_size_t count = 0;
    for (pb_size_t i = 0; i < state->flags_count; i++) {
        const ds_Flag *flag = &state->flags[i];
        if (flag->since_at_ms < draft->started_at_ms || flag->person_no == journey->person_no) {
            before->flags[count++] = *flag;
        }
    }
    before->flags_count = count;
    return before;
}

/* What was agreed while the door stood open has happened. Rules refuse it as they would have
 * then; what only came up since is recorded with it. */
static struct verdict judge_arrangement(struct journey *journey, const ds_VisitDraft *draft,
                                        struct journey_batch *batch, const ds_Event *payload)
{
    const struct store_case *subject = batch->subject;
    if (subject->is_withdrawn) { /* nothing is left here to judge by */
        struct verdict gone = verdict_start();
        verdict_fire(&gone, REFUSAL_not_assigned, SEVERITY_log);
        return gone;
    }
    const ds_CaseState *state = state_so_far(journey, batch);
    struct verdict now = judge_at(journey, draft, subject, state, journey_now_ms(journey), payload);
    if (journey_is_over(subject)) { /* the visit could not have begun so */
        return journey_as_recorded(&now);
    }
    if (now.is_allowed) {
        return now;
    }
    const ds_CaseState *before = state_at_door(journey, draft, state);
    struct verdict then =
        judge_at(journey, draft, subject, before, (int64_t)draft->started_at_ms, payload);
    if (!then.is_allowed) {
        return now;
    }
    struct verdict both = journey_as_recorded(&now);
    verdict_merge(&both, &then);
    return both;
}

static void add_arrangement(struct journey *journey, const ds_VisitDraft *draft,
                            struct journey_batch *batch, struct verdict *verdict)
{
    ds_Event payload = ds_Event_init_zero;
    if (!arrangement_payload(draft, &payload)) {
        return;
    }
    struct verdict own = judge_arrangement(journey, draft, batch, &payload);
    ds_Event *event = journey_batch_add(journey, batch, draft->visit_seq);
    event->which_kind = payload.which_kind;
    event->kind = payload.kind;
    event->override_reason = draft->override_reason;
    verdict_to_event(&own, event);
    verdict_merge(verdict, &own);
}

/* Said or shown at the door: recorded though a gate may say no; only what no official
 * channel can have done is refused. */
static void add_payment(struct journey *journey, const ds_VisitDraft *draft,
                        struct journey_batch *batch, struct verdict *verdict)
{
    if (!draft->has_payment) {
        return;
    }
    struct verdict own = journey_judge_payment(journey, batch->subject, &draft->payment);
    ds_Event *event = journey_batch_add(journey, batch, draft->visit_seq);
    event->which_kind = ds_Event_payment_noted_tag;
    event->kind.payment_noted = draft->payment;
    event->override_reason = draft->override_reason;
    verdict_to_event(&own, event);
    verdict_merge(verdict, &own);
}

/* One fact for every record of the draft that stands on its own. */
#define ADD_RECORD(member, name)                                               \
    if (draft->has_##member) {                                                 \
        ds_Event *event = journey_batch_add(journey, batch, draft->visit_seq); \
        event->which_kind = ds_Event_##name##_tag;                             \
        event->kind.name = draft->member;                                      \
    }

static void add_records(struct journey *journey, const ds_VisitDraft *draft,
                        struct journey_batch *batch)
{
    ADD_RECORD(dispute, dispute_raised)
    ADD_RECORD(hardship, hardship_noted)
    ADD_RECORD(identity, identity_disputed)
    ADD_RECORD(notice, notice_delivered)
    ADD_RECORD(collateral, collateral_observed)
    ADD_RECORD(flag, status_flagged)
    ADD_RECORD(safety, safety_incident)
    ADD_RECORD(service, service_requested)
    ADD_RECORD(offer, offer_refused)
    ADD_RECORD(conduct, conduct_noted)
    ADD_RECORD(complaint, complaint_taken)
    ADD_RECORD(unsigned_by, signing_refused)
    for (size_t i = 0; i < draft->points_count; i++) {
        ds_Event *event = journey_batch_add(journey, batch, draft->visit_seq);
        event->which_kind = ds_Event_contact_point_noted_tag;
        event->kind.contact_point_noted = draft->points[i];
    }
    for (size_t i = 0; i < draft->addresses_count; i++) {
        ds_Event *event = journey_batch_add(journey, batch, draft->visit_seq);
        event->which_kind = ds_Event_address_noted_tag;
        event->kind.address_noted = draft->addresses[i];
    }
}

/* What was certainly spoken of: who agreed to pay or showed a payment heard of the debt. */
static uint32_t told(const ds_VisitDraft *draft)
{
    ds_Event payload = ds_Event_init_zero;
    bool was_told = draft->has_payment || arrangement_payload(draft, &payload);
    return was_told ? (uint32_t)DISCLOSURE_debt_exists : 0;
}

void journey_draft_facts(struct journey *journey, const ds_VisitDraft *draft,
                         struct journey_batch *batch, struct verdict *verdict_out)
{
    struct gate_facts gate =
        journey_gate_facts(journey, batch->subject, 0, UINT32_MAX, 0, draft->override_reason);
    ds_Event *finished = journey_batch_add(journey, batch, draft->visit_seq);
    finished->which_kind = ds_Event_visit_finished_tag;
    finished->kind.visit_finished = draft->finish;
    finished->kind.visit_finished.dwell_s = dwell_s(draft, finished);
    struct gate_door door = {
        .role = draft->finish.role,
        .is_identity_verified = draft->finish.is_identity_verified,
        .told = told(draft),
        .conduct = conduct_of(draft),
        .stay_s = finished->kind.visit_finished.dwell_s,
        .note = draft->finish.note,
    };
    gate.door = &door;
    struct verdict spoken = gate_check(&journey->policy, GATE_speak, &gate);
    verdict_to_event(&spoken, finished); /* it has happened: recorded, never refused */

    batch->is_for_hq = journey_is_over(batch->subject);
    *verdict_out = verdict_start();
    add_payment(journey, draft, batch, verdict_out);
    add_arrangement(journey, draft, batch, verdict_out);
    add_records(journey, draft, batch);
    verdict_out->obligations |= spoken.obligations;
}
