/* sync/server/plan/portfolio_private.h -- a portfolio while it is loaded. For its own files. */
#pragma once

#include "core/rules/law_shelf.h"
#include "sync/server/plan/portfolio.h"

/* What is read of a case before units are made of them. */
struct found {
    struct geo_point place;
    bool is_held;
    bool has_two; /* two must go */
    enum portfolio_bar bar;
    const char *refusal;
    int32_t not_before;     /* day of these, the first on which the gate lets it be visited */
    uint32_t days_barred;   /* bit d: the gate does not let it be visited on that day … */
    uint32_t days_unwished; /* … of these, for what its customer asked for */
    int32_t agreed_day;     /* day of these, -1 none */
    int32_t from_minute, until_minute;
    int32_t open_minute, close_minute; /* its own hours on `not_before`; both 0: the policy's */
};

struct loading {
    struct arena *arena;
    struct hq_store *store;
    const struct portfolio_terms *terms;
    struct portfolio *portfolio;
    struct policy policy;
    struct law_shelf shelf;
    struct found *found; /* [case] */
    ds_CaseRecord record;
    ds_CaseState state;
};

/* NULL: nobody has that number. */
struct portfolio_person *portfolio_person_find(const struct portfolio *portfolio,
                                               uint32_t person_no);
/* Reads every case: what it is worth, where it is, and what stands in the way of a visit. */
enum err portfolio_cases_load(struct loading *loading) MUST_USE;
/* On which days the door of each unit is shut: those on which none of its cases may be visited,
 * and those on which its customer asked for nobody. */
void portfolio_days_set(struct loading *loading, struct team_unit *units);
/* Who may have each unit: team.may. */
void portfolio_may_set(struct loading *loading);
