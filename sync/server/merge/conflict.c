/* What does not fit together: each check is one function over (case, fact). */
#include "sync/server/merge/conflict.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"

#include <string.h>

static const struct {
    uint32_t code;
    uint32_t verdict;
    const char *name;
    const char *key;
} conflicts[] = {
#define CONFLICT(code, name, verdict, review) {code, verdict, #name, "conflict." #name},
#include "sync/server/merge/conflicts.def"
#undef CONFLICT
};

const char *conflict_name(uint32_t kind)
{
    for (size_t i = 0; i < COUNT(conflicts); i++) {
        if (conflicts[i].code == kind) {
            return conflicts[i].name;
        }
    }
    return NULL;
}

const char *conflict_key(uint32_t kind)
{
    for (size_t i = 0; i < COUNT(conflicts); i++) {
        if (conflicts[i].code == kind) {
            return conflicts[i].key;
        }
    }
    return "conflict.unknown";
}

uint32_t conflict_verdict(uint32_t kind)
{
    for (size_t i = 0; i < COUNT(conflicts); i++) {
        if (conflicts[i].code == kind) {
            return conflicts[i].verdict;
        }
    }
    return 0;
}

struct conflict conflict_make(enum conflict_kind kind, const struct fact *fact)
{
    return (struct conflict){
        .kind = kind,
        .case_no = fact->event.case_no,
        .id = fact->id,
        .device_no = fact->device_no,
        .person_no = fact->event.person_no,
        .at_ms = (int64_t)fact->event.at_ms,
    };
}

/* Two visits within a day by different people trouble the borrower and show that
 * two people work one case. */
static bool is_second_collector(const ds_CaseState *before, const struct fact *fact,
                                struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_visit_finished) {
        return false;
    }
    for (size_t i = 0; i < before->contacts_count; i++) {
        const ds_Contact *contact = &before->contacts[i];
        int64_t apart_ms = (int64_t)fact->event.at_ms - (int64_t)contact->at_ms;
        if (contact->outcome != OUTCOME_none && !contact->is_withdrawn &&
            contact->person_no != fact->event.person_no && apart_ms < DATE_DAY_MS &&
            apart_ms > -DATE_DAY_MS) {
            memcpy(conflict->other_id.bytes, contact->id, sizeof conflict->other_id.bytes);
            conflict->other_no = contact->person_no;
            return true;
        }
    }
    return false;
}

/* One reference is one payment, whatever amount was written down for it. */
static bool is_duplicate_payment(const ds_CaseState *before, const struct fact *fact,
                                 struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_payment_noted) {
        return false;
    }
    const ds_PaymentNoted *noted = &fact->event.kind.payment_noted;
    for (size_t i = 0; i < before->payments_count; i++) {
        const ds_Payment *payment = &before->payments[i];
        if (!payment->is_posted && noted->reference[0] != '\0' &&
            strcmp(payment->reference, noted->reference) == 0) {
            memcpy(conflict->other_id.bytes, payment->id, sizeof conflict->other_id.bytes);
            return true;
        }
    }
    return false;
}

static bool is_request(enum event_kind kind)
{
    return kind == EVENT_promise_made || kind == EVENT_plan_agreed ||
           kind == EVENT_extension_requested || kind == EVENT_settlement_requested ||
           kind == EVENT_waiver_requested;
}

size_t conflict_find_before(const ds_CaseRecord *record, const ds_CaseState *before,
                            const struct fact *fact, uint32_t holder_no,
                            struct conflict found[CONFLICT_FOUND_MAX])
{
    (void)record;
    size_t count = 0;
    if (fact->device_no == 0) {
        return 0; /* headquarters decides; it does not disagree with itself */
    }
    const ds_Event *event = &fact->event;
    struct event_fault fault;
    if (!event_check(event, &fault)) {
        found[count++] = conflict_make(CONFLICT_breaks_rule, fact);
    }
    if (event->person_no != holder_no) {
        found[count] = conflict_make(CONFLICT_other_person, fact);
        found[count++].other_no = holder_no;
    }
    if (before->life != CASE_LIFE_open) {
        found[count++] = conflict_make(CONFLICT_after_end, fact);
    } else if (before->owner_no != event->person_no) {
        found[count] = conflict_make(CONFLICT_not_assigned, fact);
        found[count++].other_no = before->owner_no;
    } else if (is_request(event_kind(event)) && event->epoch < before->epoch) {
        found[count++] = conflict_make(CONFLICT_old_epoch, fact);
    }
    struct conflict conflict = conflict_make(CONFLICT_two_collectors, fact);
    if (is_second_collector(before, fact, &conflict)) {
        found[count++] = conflict;
    }
    conflict = conflict_make(CONFLICT_duplicate_payment, fact);
    if (is_duplicate_payment(before, fact, &conflict)) {
        found[count++] = conflict;
    }
    CHECK(count <= CONFLICT_FOUND_MAX);
    return count;
}

size_t conflict_find_after(const ds_CaseRecord *record, const ds_CaseState *after,
                           const struct fact *fact, struct conflict found[CONFLICT_FOUND_MAX])
{
    size_t count = 0;
    enum event_kind kind = event_kind(&fact->event);
    if (is_request(kind)) {
        for (size_t i = 0; i < after->arrangements_count; i++) {
            const ds_Arrangement *arrangement = &after->arrangements[i];
            if (arrangement->state == ARRANGEMENT_STATE_conflicting &&
                memcmp(arrangement->id, fact->id.bytes, sizeof fact->id.bytes) == 0) {
                found[count++] = conflict_make(CONFLICT_conflicting_promise, fact);
            }
        }
    }
    if (kind == EVENT_payment_posted) {
        struct balance balance = fold_balance(record, after);
        if (balance.paid_minor > balance.total_minor) {
            found[count++] = conflict_make(CONFLICT_overpaid, fact);
        }
    }
    CHECK(count <= CONFLICT_FOUND_MAX);
    return count;
}
