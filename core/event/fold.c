#include "core/event/fold.h"

#include "core/domain/date.h"
#include "core/event/due.h"
#include "core/event/flag.h"
#include "core/event/kind/kind.h"
#include "core/event/payment.h"

#include <string.h>

/* Where a case names no zone that this build knows: China, where the product works. */
enum { FOLD_OFFSET_MINUTES = 480 };

int32_t fold_day(const ds_CaseRecord *record, int64_t at_ms)
{
    int32_t offset_minutes;
    if (date_zone_offset(str_from(record->zone), &offset_minutes) != OK) {
        offset_minutes = FOLD_OFFSET_MINUTES;
    }
    int64_t bounded_ms = at_ms < 0 || at_ms > FACT_AT_MS_MAX ? FACT_AT_MS_MAX : at_ms;
    return date_day_at(bounded_ms, offset_minutes);
}

void fold_start(ds_CaseState *state, const ds_CaseRecord *record)
{
    memset(state, 0, sizeof *state);
    state->case_no = record->case_no;
    state->life = CASE_LIFE_open;
    flag_from_record(state, record);
}

static void fold_kind(const struct fold_context *fold)
{
    switch (event_kind(&fold->fact->event)) {
    case EVENT_none:
        return; /* a newer tablet's: kept and forwarded, folded once this build knows it */
#define EVENT(code, name, Message, origin, about) \
    case EVENT_##name:                            \
        name##_fold(fold);                        \
        return;
#include "core/event/events.def"
#undef EVENT
    }
    UNREACHABLE();
}

void fold_fact(ds_CaseState *state, const ds_CaseRecord *record, const struct fact *fact)
{
    CHECK(fold_is_next(state, fact)); /* the caller keeps canonical order */
    state->event_count++;
    state->last_at_ms = (uint64_t)fact->order_at_ms;
    state->last_device_no = fact->device_no;
    state->last_seq = fact->seq;

    struct event_fault fault;
    if (event_kind(&fact->event) != EVENT_none && !event_check(&fact->event, &fault)) {
        state->doubtful_count++;
    }
    struct fold_context fold = {
        .state = state,
        .record = record,
        .fact = fact,
        .day = fold_day(record, (int64_t)fact->event.at_ms),
    };
    fold_kind(&fold);
}

bool fold_is_next(const ds_CaseState *state, const struct fact *fact)
{
    if (state->event_count == 0) {
        return true;
    }
    uint64_t at_ms = (uint64_t)fact->order_at_ms;
    if (at_ms != state->last_at_ms) {
        return at_ms > state->last_at_ms;
    }
    if (fact->device_no != state->last_device_no) {
        return fact->device_no > state->last_device_no;
    }
    return fact->seq > state->last_seq;
}

/* Never more than is owed. Headquarters' word that all payments through a day are known
 * ends the waiting for those that it did not book. */
static uint64_t noted_minor(const ds_CaseState *state, const struct balance *balance)
{
    uint64_t sum_minor = 0;
    for (size_t i = 0; i < state->pushed_notes_count; i++) {
        const ds_PushedNote *pushed = &state->pushed_notes[i];
        if (!payment_pushed_waits(state, i) || pushed->paid_day < balance->as_of_day) {
            continue;
        }
        if (pushed->amount_minor >= balance->owed_minor - sum_minor) {
            return balance->owed_minor;
        }
        sum_minor += pushed->amount_minor;
    }
    for (size_t i = 0; i < state->payments_count; i++) {
        const ds_Payment *payment = &state->payments[i];
        if (!payment_is_only_noted(state, i) || payment->paid_day < balance->as_of_day) {
            continue;
        }
        if (payment->amount_minor >= balance->owed_minor - sum_minor) {
            return balance->owed_minor;
        }
        sum_minor += payment->amount_minor;
    }
    return sum_minor;
}

/* What headquarters approved binds from then on, not only when the client's next balance says
 * so: of `left_minor`, how much nobody may ask for. What was noted toward a settlement is paid. */
static uint64_t forgiven_minor(const ds_CaseRecord *record, const ds_CaseState *state,
                               int32_t as_of_day, uint64_t left_minor)
{
    ds_Arrangement room[DUE_ARRANGEMENTS];
    const ds_Arrangement *list = due_expected(record, state, room);
    uint64_t askable_minor = left_minor;
    uint64_t waived_minor = 0;
    for (size_t i = 0; i < state->arrangements_count; i++) {
        const ds_Arrangement *given = &list[i];
        bool is_active = given->state == ARRANGEMENT_STATE_active;
        if (given->kind == ARRANGEMENT_KIND_waiver && is_active) {
            waived_minor += given->amount_minor;
        } else if (given->kind == ARRANGEMENT_KIND_settlement) {
            bool is_paid = given->state == ARRANGEMENT_STATE_kept && given->judged_day >= as_of_day;
            uint64_t missing_minor = given->paid_minor < given->amount_minor
                                         ? given->amount_minor - given->paid_minor
                                         : 0;
            if ((is_active || is_paid) && missing_minor < askable_minor) {
                askable_minor = missing_minor;
            }
        }
    }
    uint64_t less_minor = waived_minor < left_minor ? left_minor - waived_minor : 0;
    askable_minor = less_minor < askable_minor ? less_minor : askable_minor;
    return left_minor - askable_minor;
}

struct balance fold_balance(const ds_CaseRecord *record, const ds_CaseState *state)
{
    bool is_restated = state->balance_as_of_day != 0;
    struct balance balance = {
        .principal_minor = is_restated ? state->principal_minor : record->principal_minor,
        .interest_minor = is_restated ? state->interest_minor : record->interest_minor,
        .penalty_minor = is_restated ? state->penalty_minor : record->penalty_minor,
        .fees_minor = is_restated ? state->fees_minor : record->fees_minor,
        .paid_minor = state->posted_minor,
        .as_of_day = is_restated ? state->balance_as_of_day : record->balance_as_of_day,
    };
    balance.total_minor = balance.principal_minor + balance.interest_minor + balance.penalty_minor +
                          balance.fees_minor;
    balance.owed_minor =
        balance.paid_minor < balance.total_minor ? balance.total_minor - balance.paid_minor : 0;
    balance.noted_minor = noted_minor(state, &balance);
    uint64_t left_minor = balance.owed_minor - balance.noted_minor;
    balance.forgiven_minor = forgiven_minor(record, state, balance.as_of_day, left_minor);
    balance.askable_minor = left_minor - balance.forgiven_minor;
    return balance;
}

const ds_Flag *fold_flag(const ds_CaseState *state, uint32_t flag, int32_t day)
{
    for (size_t i = 0; i < state->flags_count; i++) {
        const ds_Flag *entry = &state->flags[i];
        if (entry->flag == flag) {
            bool is_past = entry->until_day != 0 && entry->until_day < day;
            return entry->is_cleared || is_past ? NULL : entry;
        }
    }
    return NULL;
}

uint32_t fold_promises_made(const ds_CaseRecord *record, const ds_CaseState *state)
{
    return record->promises_made + state->promise_count;
}

uint32_t fold_promises_broken(const ds_CaseRecord *record, const ds_CaseState *state)
{
    return record->promises_broken + state->broken_count;
}

const ds_Arrangement *fold_live_arrangement(const ds_CaseState *state)
{
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (arrangement_state_is_live(state->arrangements[i].state)) {
            return &state->arrangements[i];
        }
    }
    return NULL;
}

bool fold_holds(const ds_CaseState *state, const struct id *id)
{
    for (size_t i = 0; i < state->contacts_count; i++) {
        if (memcmp(state->contacts[i].id, id->bytes, sizeof id->bytes) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < state->arrangements_count; i++) {
        if (memcmp(state->arrangements[i].id, id->bytes, sizeof id->bytes) == 0) {
            return true;
        }
    }
    for (size_t i = 0; i < state->payments_count; i++) {
        if (memcmp(state->payments[i].id, id->bytes, sizeof id->bytes) == 0) {
            return true;
        }
    }
    return false;
}
