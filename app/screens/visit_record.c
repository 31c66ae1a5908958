#include "app/screens/visit_record.h"

#include "core/event/fold.h"

/* Records that stand once, with their member of the draft. The first five are
 * arrangements: only the one that the outcome needs becomes a fact. */
#define VISIT_ARRANGEMENTS(X)           \
    X(promise_made, promise)            \
    X(plan_agreed, plan)                \
    X(extension_requested, extension)   \
    X(settlement_requested, settlement) \
    X(waiver_requested, waiver)
#define VISIT_SINGLES(X)               \
    X(payment_noted, payment)          \
    X(dispute_raised, dispute)         \
    X(hardship_noted, hardship)        \
    X(identity_disputed, identity)     \
    X(notice_delivered, notice)        \
    X(collateral_observed, collateral) \
    X(status_flagged, flag)            \
    X(safety_incident, safety)         \
    X(service_requested, service)      \
    X(offer_refused, offer)            \
    X(conduct_noted, conduct)          \
    X(complaint_taken, complaint)      \
    X(signing_refused, unsigned_by)
#define VISIT_LISTS(X)             \
    X(contact_point_noted, points) \
    X(address_noted, addresses)

static bool is_arrangement(enum event_kind kind)
{
#define IS_KIND(name, member) kind == EVENT_##name ||
    return VISIT_ARRANGEMENTS(IS_KIND) false;
#undef IS_KIND
}

enum event_kind visit_record_needed(uint32_t outcome)
{
    switch (outcome_needs(outcome)) {
    case OUTCOME_NEEDS_promise:
        return EVENT_promise_made;
    case OUTCOME_NEEDS_plan:
        return EVENT_plan_agreed;
    case OUTCOME_NEEDS_payment:
        return EVENT_payment_noted;
    case OUTCOME_NEEDS_extension:
        return EVENT_extension_requested;
    case OUTCOME_NEEDS_settlement:
        return EVENT_settlement_requested;
    case OUTCOME_NEEDS_waiver:
        return EVENT_waiver_requested;
    case OUTCOME_NEEDS_hardship:
        return EVENT_hardship_noted;
    case OUTCOME_NEEDS_dispute:
        return EVENT_dispute_raised;
    case OUTCOME_NEEDS_identity:
        return EVENT_identity_disputed;
    case OUTCOME_NEEDS_flag:
        return EVENT_status_flagged;
    case OUTCOME_NEEDS_safety:
        return EVENT_safety_incident;
    case OUTCOME_NEEDS_notice:
        return EVENT_notice_delivered;
    case OUTCOME_NEEDS_collateral:
        return EVENT_collateral_observed;
    case OUTCOME_NEEDS_none:
    case OUTCOME_NEEDS_appointment:
    case OUTCOME_NEEDS_address:
        break;
    }
    return EVENT_none;
}

bool visit_record_has(const ds_VisitDraft *draft, enum event_kind kind, uint64_t index)
{
    switch ((uint32_t)kind) {
#define HAS_SINGLE(name, member) \
    case EVENT_##name:           \
        return draft->has_##member;
#define HAS_LIST(name, member) \
    case EVENT_##name:         \
        return index < draft->member##_count;
        VISIT_ARRANGEMENTS(HAS_SINGLE)
        VISIT_SINGLES(HAS_SINGLE)
        VISIT_LISTS(HAS_LIST)
#undef HAS_SINGLE
#undef HAS_LIST
    default:
        return false;
    }
}

void visit_record_get(const ds_VisitDraft *draft, enum event_kind kind, uint64_t index,
                      ds_Event *event)
{
    CHECK(visit_record_has(draft, kind, index));
    *event = (ds_Event)ds_Event_init_zero;
    event->case_no = draft->case_no;
    event->visit_seq = draft->visit_seq;
    event->which_kind = (pb_size_t)kind;
    switch ((uint32_t)kind) {
#define GET_SINGLE(name, member)          \
    case EVENT_##name:                    \
        event->kind.name = draft->member; \
        break;
#define GET_LIST(name, member)                   \
    case EVENT_##name:                           \
        event->kind.name = draft->member[index]; \
        break;
        VISIT_ARRANGEMENTS(GET_SINGLE)
        VISIT_SINGLES(GET_SINGLE)
        VISIT_LISTS(GET_LIST)
#undef GET_SINGLE
#undef GET_LIST
    default:
        break;
    }
}

void visit_record_put(ds_VisitDraft *draft, enum event_kind kind, uint64_t index,
                      const ds_Event *event)
{
    switch ((uint32_t)kind) {
#define PUT_SINGLE(name, member)          \
    case EVENT_##name:                    \
        draft->has_##member = true;       \
        draft->member = event->kind.name; \
        break;
#define PUT_LIST(name, member)                   \
    case EVENT_##name:                           \
        CHECK(index < draft->member##_count);    \
        draft->member[index] = event->kind.name; \
        break;
        VISIT_ARRANGEMENTS(PUT_SINGLE)
        VISIT_SINGLES(PUT_SINGLE)
        VISIT_LISTS(PUT_LIST)
#undef PUT_SINGLE
#undef PUT_LIST
    default:
        UNREACHABLE();
    }
}

void visit_record_remove(ds_VisitDraft *draft, enum event_kind kind, uint64_t index)
{
    if (!visit_record_has(draft, kind, index)) {
        return;
    }
    switch ((uint32_t)kind) {
#define REMOVE_SINGLE(name, member)  \
    case EVENT_##name:               \
        draft->has_##member = false; \
        break;
#define REMOVE_LIST(name, member)                                              \
    case EVENT_##name:                                                         \
        draft->member##_count--;                                               \
        for (pb_size_t i = (pb_size_t)index; i < draft->member##_count; i++) { \
            draft->member[i] = draft->member[i + 1];                           \
        }                                                                      \
        break;
        VISIT_ARRANGEMENTS(REMOVE_SINGLE)
        VISIT_SINGLES(REMOVE_SINGLE)
        VISIT_LISTS(REMOVE_LIST)
#undef REMOVE_SINGLE
#undef REMOVE_LIST
    default:
        break;
    }
}

bool visit_record_add(const struct ask *ask, ds_VisitDraft *draft, enum event_kind kind,
                      uint64_t *index_out)
{
    ds_Event *blank = ARENA_NEW(ask->view->arena, ds_Event);
    ask_blank(ask, kind, blank);
    *index_out = 0;
    switch ((uint32_t)kind) {
#define ADD_LIST(name, member)                               \
    case EVENT_##name:                                       \
        if (draft->member##_count >= COUNT(draft->member)) { \
            return false;                                    \
        }                                                    \
        *index_out = draft->member##_count++;                \
        draft->member[*index_out] = blank->kind.name;        \
        return true;
        VISIT_LISTS(ADD_LIST)
#undef ADD_LIST
    default:
        break;
    }
    if (!visit_record_has(draft, kind, 0)) {
        visit_record_put(draft, kind, 0, blank);
    }
    return true;
}

static void prefill(ds_VisitDraft *draft, uint32_t outcome)
{
    switch (outcome) {
    case OUTCOME_borrower_deceased:
        draft->flag.flag = STOP_FLAG_deceased;
        break;
    case OUTCOME_borrower_incapacitated:
        draft->flag.flag = STOP_FLAG_incapacity;
        break;
    case OUTCOME_representative_named:
        draft->flag.flag = STOP_FLAG_represented;
        break;
    case OUTCOME_no_more_contact_asked:
        draft->flag.flag = STOP_FLAG_cease_contact;
        break;
    case OUTCOME_moratorium_claimed:
        draft->flag.flag = STOP_FLAG_moratorium;
        break;
    case OUTCOME_moved_away:
        draft->finish.address_result = ADDRESS_RESULT_moved;
        break;
    case OUTCOME_address_wrong:
        draft->finish.address_result = ADDRESS_RESULT_wrong;
        break;
    case OUTCOME_address_demolished:
        draft->finish.address_result = ADDRESS_RESULT_demolished;
        break;
    case OUTCOME_address_vacant:
        draft->finish.address_result = ADDRESS_RESULT_vacant;
        break;
    case OUTCOME_other_occupant:
        draft->finish.address_result = ADDRESS_RESULT_other_occupant;
        break;
    default:
        break;
    }
}

void visit_record_outcome(const struct ask *ask, ds_VisitDraft *draft, uint32_t outcome)
{
    uint32_t before = draft->finish.outcome;
    enum event_kind old_kind = visit_record_needed(before);
    if (before != 0 && before != outcome) {
        if (outcome_needs(before) == OUTCOME_NEEDS_address) {
            draft->finish.address_result = 0;
        }
        if (old_kind != EVENT_none && !is_arrangement(old_kind) &&
            visit_record_has(draft, old_kind, 0)) {
            ds_Event *event = ARENA_NEW(ask->view->arena, ds_Event);
            visit_record_get(draft, old_kind, 0, event);
            if (old_kind == EVENT_status_flagged || !ask_is_ready(ask, event, NULL)) {
                visit_record_remove(draft, old_kind, 0);
            }
        }
    }
    draft->has_finish = true;
    draft->finish.outcome = outcome;
    enum event_kind kind = visit_record_needed(outcome);
    if (kind != EVENT_none) {
        uint64_t index;
        (void)visit_record_add(ask, draft, kind, &index); /* single kinds always fit */
    }
    prefill(draft, outcome);
}

static void list_add(const struct ask *ask, const ds_VisitDraft *draft, enum event_kind kind,
                     uint64_t index, struct visit_record records[VISIT_RECORDS_MAX], size_t *count)
{
    CHECK(*count < VISIT_RECORDS_MAX);
    struct visit_record *record = &records[(*count)++];
    record->kind = kind;
    record->index = index;
    record->event = ARENA_NEW(ask->view->arena, ds_Event);
    visit_record_get(draft, kind, index, record->event);
}

size_t visit_record_list(const struct ask *ask, const ds_VisitDraft *draft,
                         struct visit_record records[VISIT_RECORDS_MAX])
{
    size_t count = 0;
    enum event_kind needed = visit_record_needed(draft->finish.outcome);
    if (is_arrangement(needed) && visit_record_has(draft, needed, 0)) {
        list_add(ask, draft, needed, 0, records, &count);
    }
#define LIST_SINGLE(name, member)                               \
    if (draft->has_##member) {                                  \
        list_add(ask, draft, EVENT_##name, 0, records, &count); \
    }
#define LIST_LIST(name, member)                                 \
    for (pb_size_t i = 0; i < draft->member##_count; i++) {     \
        list_add(ask, draft, EVENT_##name, i, records, &count); \
    }
    VISIT_SINGLES(LIST_SINGLE)
    VISIT_LISTS(LIST_LIST)
#undef LIST_SINGLE
#undef LIST_LIST
    return count;
}

const ds_CaseState *visit_record_state(const struct view *view, const ds_CaseRecord *record,
                                       const ds_CaseState *state, const ds_VisitDraft *draft)
{
    if (draft == NULL || !draft->has_payment || draft->payment.amount_minor == 0) {
        return state;
    }
    struct fact fact = {.device_no = 1, .seq = 1, .order_at_ms = (int64_t)state->last_at_ms + 1};
    fact.event.at_ms = (uint64_t)view->now_ms;
    fact.event.case_no = record->case_no;
    fact.event.which_kind = ds_Event_payment_noted_tag;
    fact.event.kind.payment_noted = draft->payment;
    ds_CaseState *paid = arena_copy(view->arena, state, sizeof *paid);
    fold_fact(paid, record, &fact);
    return paid;
}
