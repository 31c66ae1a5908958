/* tests/core/rules/case_sample.h -- a case in hand on an ordinary morning. */
#pragma once

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/event/fold.h"
#include "core/rules/policy.h"

#include <stdio.h>
#include <string.h>

/* 2026-11-18, a Wednesday. */
enum { CASE_DAY = 20775, CASE_PERSON = 7 };
#define CASE_HOUR_MS INT64_C(3600000)

/* Local time in Shanghai of that day, in seconds since midnight. */
static inline int64_t case_at_ms(int64_t second_of_day)
{
    return (int64_t)CASE_DAY * DATE_DAY_MS + second_of_day * 1000 - 8 * CASE_HOUR_MS;
}

static inline ds_CaseRecord case_record(void)
{
    ds_CaseRecord record = ds_CaseRecord_init_zero;
    record.case_no = 1001;
    memcpy(record.zone, "Asia/Shanghai", sizeof "Asia/Shanghai");
    record.principal_minor = 1000000;
    record.interest_minor = 150000;
    record.penalty_minor = 40000;
    record.fees_minor = 10000;
    record.balance_as_of_day = CASE_DAY - 1;
    record.imported_day = CASE_DAY - 1;
    record.due_day = CASE_DAY - 60;
    return record;
}

static inline ds_CaseState case_state(const ds_CaseRecord *record)
{
    ds_CaseState state;
    fold_start(&state, record);
    state.owner_no = CASE_PERSON;
    state.epoch = 1;
    return state;
}

static inline void case_flag(ds_CaseState *state, uint32_t flag)
{
    state->flags[state->flags_count++] = (ds_Flag){.flag = flag, .since_at_ms = 1};
}

static inline void case_visit(ds_CaseState *state, int64_t at_ms, uint32_t outcome)
{
    memmove(&state->contacts[1], &state->contacts[0],
            state->contacts_count * sizeof state->contacts[0]);
    state->contacts_count++;
    memset(&state->contacts[0], 0, sizeof state->contacts[0]);
    state->contacts[0].at_ms = (uint64_t)at_ms;
    state->contacts[0].channel = CONTACT_CHANNEL_visit;
    state->contacts[0].outcome = outcome;
}
