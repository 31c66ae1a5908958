/* app/screens/options_sum.c -- what ways to pay come to. */
#include "app/screens/options.h"

#include "core/event/fold.h"
#include "core/rules/schedule.h"

#include <stdio.h>
#include <stdlib.h>

enum { NUMBERS = OPTIONS_COUNT * 5 + 2 };

static void numbers_of(const struct options_set *set, int64_t numbers[NUMBERS])
{
    size_t at = 0;
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        const struct option *option = &set->options[i];
        numbers[at++] = option->way;
        numbers[at++] = (int64_t)option->amount_minor;
        numbers[at++] = option->day;
        numbers[at++] = option->count;
        numbers[at++] = option->step;
    }
    numbers[at++] = (int64_t)set->income_minor;
    numbers[at++] = (int64_t)set->living_minor;
}

void options_write(const struct options_set *set, char *text, size_t size)
{
    int64_t numbers[NUMBERS];
    numbers_of(set, numbers);
    size_t used = 0;
    for (size_t i = 0; i < NUMBERS; i++) {
        int wrote =
            snprintf(text + used, size - used, i == 0 ? "%lld" : " %lld", (long long)numbers[i]);
        CHECK(wrote > 0 && (size_t)wrote < size - used); /* a place holds far more */
        used += (size_t)wrote;
    }
}

static bool is_sane(const struct options_set *set)
{
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        const struct option *option = &set->options[i];
        if (option->way == OPTION_WAY_none || option->way > OPTION_WAY_parts ||
            option->count > LIMIT_instalments || option->step > SCHEDULE_weekly) {
            return false;
        }
    }
    return true;
}

void options_read(const char *text, int32_t today, struct options_set *set_out)
{
    int64_t numbers[NUMBERS] = {0};
    size_t count = 0;
    char *end = NULL;
    for (const char *at = text; count < NUMBERS; at = end) {
        numbers[count] = strtoll(at, &end, 10);
        if (end == at || numbers[count] < 0) {
            break;
        }
        count++;
    }
    size_t at = 0;
    for (size_t i = 0; i < OPTIONS_COUNT; i++) {
        set_out->options[i] = (struct option){.way = (uint32_t)numbers[at],
                                              .amount_minor = (uint64_t)numbers[at + 1],
                                              .day = (int32_t)numbers[at + 2],
                                              .count = (uint32_t)numbers[at + 3],
                                              .step = (uint32_t)numbers[at + 4]};
        at += 5;
    }
    set_out->income_minor = (uint64_t)numbers[at];
    set_out->living_minor = (uint64_t)numbers[at + 1];
    if (count < NUMBERS || !is_sane(set_out)) {
        *set_out = (struct options_set){.options = {
                                            {.way = OPTION_WAY_full, .day = today + 7},
                                            {.way = OPTION_WAY_parts, .count = 6, .day = today + 7},
                                        }};
    }
}

size_t options_payments(const struct ask *ask, const struct option *option,
                        ds_Instalment payments_out[LIMIT_instalments])
{
    uint64_t owed_minor = (uint64_t)ask_owed_minor(ask);
    if (owed_minor == 0) {
        return 0;
    }
    if (option->way == OPTION_WAY_now) {
        payments_out[0] = (ds_Instalment){ask->view->today, option->amount_minor};
        return option->amount_minor > 0 ? 1 : 0;
    }
    if (option->way == OPTION_WAY_full) {
        payments_out[0] = (ds_Instalment){option->day, owed_minor};
        return option->day != 0 ? 1 : 0;
    }
    struct schedule_terms terms = {
        .total_minor = owed_minor,
        .count = option->count,
        .step = (enum schedule_step)option->step,
        .first_day = option->day,
        .rounding_minor = (uint64_t)ask->view->policy->instalment_rounding,
    };
    bool is_split = option->day != 0 && option->count > 0 &&
                    schedule_split(&terms, ask->view->calendar, payments_out) == OK;
    return is_split ? option->count : 0;
}

uint32_t options_parts_high(const struct policy *policy, uint64_t total_minor, uint32_t step)
{
    uint64_t by_sum = total_minor / (uint64_t)policy->instalment_low;
    uint64_t months = (uint64_t)policy->plan_months_high;
    uint64_t by_time = step == SCHEDULE_monthly    ? months
                       : step == SCHEDULE_biweekly ? months * 2
                                                   : months * 4;
    uint64_t high = by_sum < by_time ? by_sum : by_time;
    return (uint32_t)(high < LIMIT_instalments ? high : LIMIT_instalments);
}

bool options_event(const struct ask *ask, const struct options_set *set, size_t index,
                   ds_Event *event)
{
    const struct option *option = &set->options[index];
    ds_Instalment payments[LIMIT_instalments];
    size_t count = options_payments(ask, option, payments);
    if (count == 0) {
        return false;
    }
    switch ((enum option_way)option->way) {
    case OPTION_WAY_now:
        ask_blank(ask, EVENT_payment_noted, event);
        event->kind.payment_noted.amount_minor = option->amount_minor;
        return true;
    case OPTION_WAY_full:
        ask_blank(ask, EVENT_promise_made, event);
        event->kind.promise_made.amount_minor = payments[0].amount_minor;
        event->kind.promise_made.due_day = payments[0].due_day;
        return true;
    case OPTION_WAY_parts: {
        ask_blank(ask, EVENT_plan_agreed, event);
        ds_PlanAgreed *plan = &event->kind.plan_agreed;
        plan->instalments_count = (pb_size_t)count;
        for (size_t i = 0; i < count; i++) {
            plan->instalments[i] = payments[i];
        }
        plan->total_minor = schedule_sum_minor(payments, count);
        plan->income_minor = set->income_minor;
        plan->living_minor = set->living_minor;
        return true;
    }
    case OPTION_WAY_none:
        break;
    }
    return false;
}

struct verdict options_verdict(const struct ask *ask, const ds_Event *event)
{
    ds_Event *judged = arena_copy(ask->view->arena, event, sizeof *event);
    if (event_kind(event) == EVENT_promise_made) {
        judged->kind.promise_made.channel = PAYMENT_CHANNEL_official_code;
    } else if (event_kind(event) == EVENT_payment_noted) {
        judged->kind.payment_noted.channel = PAYMENT_CHANNEL_official_code;
    }
    return ask_verdict(ask, judged);
}
