#include "core/event/due.h"

#include "core/event/payment.h"

#include <string.h>

_Static_assert(DUE_ARRANGEMENTS ==
                   sizeof(((ds_CaseState *)0)->arrangements) / sizeof(ds_Arrangement),
               "the room for arrangements is that of a case state");

struct instalments {
    const ds_Instalment *items;
    size_t count;
};

static struct instalments instalments_of(const ds_CaseState *state, const ds_Arrangement *plan)
{
    if (memcmp(plan->id, state->plan_id, sizeof plan->id) == 0) {
        return (struct instalments){state->plan_instalments, state->plan_instalments_count};
    }
    if (memcmp(plan->id, state->older_plan_id, sizeof plan->id) == 0) {
        return (struct instalments){state->older_plan_instalments,
                                    state->older_plan_instalments_count};
    }
    return (struct instalments){NULL, 0};
}

bool due_has_instalments(const ds_CaseState *state, const ds_Arrangement *plan)
{
    return instalments_of(state, plan).count > 0;
}

void due_next(const ds_CaseState *state, const ds_Arrangement *arrangement, int32_t *due_day_out,
              uint64_t *missing_out)
{
    *due_day_out = arrangement->due_day;
    *missing_out = arrangement->paid_minor < arrangement->amount_minor
                       ? arrangement->amount_minor - arrangement->paid_minor
                       : 0;
    if (arrangement->kind != ARRANGEMENT_KIND_plan) {
        return;
    }
    struct instalments plan = instalments_of(state, arrangement);
    uint64_t sum_minor = 0;
    for (size_t i = 0; i < plan.count; i++) {
        sum_minor += plan.items[i].amount_minor;
        if (sum_minor > arrangement->paid_minor) {
            *due_day_out = plan.items[i].due_day;
            uint64_t missing = sum_minor - arrangement->paid_minor;
            *missing_out = missing < *missing_out ? missing : *missing_out;
            return;
        }
    }
}

static bool takes_money(const ds_Arrangement *arrangement)
{
    return arrangement->state == ARRANGEMENT_STATE_active &&
           arrangement->kind != ARRANGEMENT_KIND_waiver &&
           arrangement->paid_minor < arrangement->amount_minor;
}

/* ---- which one a payment counts toward ---- */

int64_t due_last_day(const ds_CaseState *state, int32_t due_day)
{
    return (int64_t)due_day + state->grace_days;
}

/* On the day of making, only what became known after it: "500 now and the rest next week"
 * must not count the 500 twice. On later days the two clocks are not compared. */
static bool was_made_before(const ds_CaseRecord *record, const ds_OlderPayment *payment,
                            const ds_Arrangement *arrangement)
{
    int32_t made_day = fold_day(record, (int64_t)arrangement->made_at_ms);
    return payment->paid_day > made_day ||
           (payment->paid_day == made_day && payment->at_ms > arrangement->made_at_ms);
}

size_t due_first(const ds_CaseRecord *record, const ds_CaseState *state, const ds_Arrangement *list,
                 const ds_OlderPayment *payment, uint64_t *missing_out)
{
    size_t first = state->arrangements_count;
    int32_t first_day = 0;
    for (size_t i = state->arrangements_count; i-- > 0;) {
        int32_t due_day;
        uint64_t missing_minor;
        due_next(state, &list[i], &due_day, &missing_minor);
        bool counts = takes_money(&list[i]) && list[i].kind != ARRANGEMENT_KIND_settlement &&
                      was_made_before(record, payment, &list[i]) &&
                      payment->paid_day <= due_last_day(state, due_day);
        if (counts && (first == state->arrangements_count || due_day < first_day)) {
            first = i;
            first_day = due_day;
            *missing_out = missing_minor;
        }
    }
    return first;
}

uint64_t due_settled(const ds_CaseRecord *record, const ds_CaseState *state,
                     const ds_Arrangement *settlement, const ds_OlderPayment *payment)
{
    bool counts = settlement->kind == ARRANGEMENT_KIND_settlement && takes_money(settlement) &&
                  was_made_before(record, payment, settlement) &&
                  payment->paid_day <= due_last_day(state, settlement->due_day);
    if (!counts) {
        return 0;
    }
    uint64_t missing_minor = settlement->amount_minor - settlement->paid_minor;
    return payment->amount_minor < missing_minor ? payment->amount_minor : missing_minor;
}

/* ---- with what was noted ---- */

static ds_OlderPayment noted_money(const ds_Payment *noted)
{
    return (ds_OlderPayment){
        .amount_minor = noted->amount_minor, .paid_day = noted->paid_day, .at_ms = noted->at_ms};
}

static ds_OlderPayment pushed_money(const ds_PushedNote *noted)
{
    return (ds_OlderPayment){
        .amount_minor = noted->amount_minor, .paid_day = noted->paid_day, .at_ms = noted->at_ms};
}

static void expect_note(const ds_CaseRecord *record, const ds_CaseState *state,
                        ds_OlderPayment money, ds_Arrangement *list)
{
    uint64_t left_minor = money.amount_minor;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        list[i].paid_minor += due_settled(record, state, &list[i], &money);
    }
    while (left_minor > 0) {
        uint64_t missing_minor = 0;
        size_t first = due_first(record, state, list, &money, &missing_minor);
        if (first == state->arrangements_count) {
            return;
        }
        uint64_t part_minor = left_minor < missing_minor ? left_minor : missing_minor;
        CHECK(part_minor > 0);
        list[first].paid_minor += part_minor;
        left_minor -= part_minor;
    }
}

const ds_Arrangement *due_expected(const ds_CaseRecord *record, const ds_CaseState *state,
                                   ds_Arrangement room[DUE_ARRANGEMENTS])
{
    size_t listed_count = state->payments_count;
    const ds_Arrangement *list = state->arrangements;
    for (size_t i = listed_count + state->pushed_notes_count; i-- > 0;) { /* oldest first */
        bool is_pushed = i >= listed_count;
        if (is_pushed ? !payment_pushed_waits(state, i - listed_count)
                      : !payment_is_only_noted(state, i)) {
            continue;
        }
        if (list != room) {
            memcpy(room, state->arrangements, sizeof state->arrangements);
            list = room;
        }
        expect_note(record, state,
                    is_pushed ? pushed_money(&state->pushed_notes[i - listed_count])
                              : noted_money(&state->payments[i]),
                    room);
    }
    return list;
}

bool fold_next_due(const ds_CaseRecord *record, const ds_CaseState *state, struct fold_due *due_out)
{
    ds_Arrangement room[DUE_ARRANGEMENTS];
    const ds_Arrangement *list = due_expected(record, state, room);
    bool is_found = false;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        struct fold_due due = {.kind = list[i].kind};
        due_next(state, &list[i], &due.due_day, &due.amount_minor);
        bool is_due = takes_money(&list[i]) && due.amount_minor > 0;
        if (is_due && (!is_found || due.due_day < due_out->due_day)) {
            *due_out = due;
            is_found = true;
        }
    }
    return is_found;
}
