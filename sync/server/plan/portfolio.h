/* sync/server/plan/portfolio.h -- headquarters' people and cases as a problem for a team.
 *
 * What stands in the way of a visit is judged by the same gate as on the tablet, for each day.
 *
 * Who may have a case: active collectors; of these, those who serve its area, or all areas when
 * nobody does, or all when there is nobody either, and the owner; of these, those trained for it: a
 * case needs a skill when its product, its client or "two_visitors" (flag of the case) is among
 * anybody's skills. When that leaves nobody, nobody may.
 *
 * A case is held by its owner, whatever lies on whose way, when
 *   - an arrangement is under way with the customer,
 *   - it was touched within the policy's contact spacing,
 *   - or the owner's tablets have been silent for PORTFOLIO_SILENT_MS: the visit may have
 *     been made already, and two would stand at the same door.
 * Held cases stay even where the plan would gain. An owner who is no active collector holds none.
 *
 * Nobody is sent to a door on a day on which its customer asked to be left alone, whatever case of
 * theirs that was asked for, unless a time was agreed.
 *
 * Where a visit found that the customer does not live nobody is sent, unless a time was agreed:
 * the door is the next best address, as on the tablet. A case's own contact hours, of its client's
 * or its own layer of law, are kept, and a score counts by the chance of meeting somebody at that
 * hour, by the counts that the tablets were given last. */
#pragma once

#include "core/rules/policy.h"
#include "sync/server/plan/staff_terms.h"
#include "sync/server/plan/team.h"

#define PORTFOLIO_SILENT_MS (INT64_C(48) * 3600 * 1000)

struct portfolio_person {
    uint32_t person_no;
    const char *code, *name;
    struct str areas;
    int64_t capacity;
    struct staff_terms terms;
    bool is_collector;  /* active */
    bool is_silent;     /* see above */
    uint32_t collector; /* TEAM_NONE: none */
};

struct portfolio_case {
    uint64_t case_no;
    const char *case_ref, *client, *product;
    struct str area;
    uint32_t owner_no; /* person */
    uint32_t epoch;
    uint32_t grade;
    uint64_t owed_minor;
    struct str debtor_id; /* empty: not known */
    uint32_t score;       /* priority_score() on the first day */
    uint32_t unit;        /* TEAM_NONE: not open, or without mandate */
};

/* Why a unit is not visited whatever the plan is. Text keys "hqplan.bar.<name>". */
enum portfolio_bar {
    PORTFOLIO_BAR_none,
    PORTFOLIO_BAR_rule,    /* the gate: `refusal` */
    PORTFOLIO_BAR_later,   /* another day was agreed, after these days */
    PORTFOLIO_BAR_address, /* the customer was found at none of the addresses, see address.h */
};

struct portfolio_unit {
    size_t first_case; /* best score; the others of the debtor follow by next_case */
    enum portfolio_bar bar;
    const char *refusal; /* its text key */
    bool is_located;     /* else it is taken to lie in the middle of its area */
};

struct portfolio {
    struct portfolio_person *people;
    size_t person_count;
    struct portfolio_case *cases;
    size_t case_count;
    size_t *next_case; /* [case]: the next of its unit, SIZE_MAX the last */
    struct portfolio_unit *units;
    uint32_t *person_of;      /* [collector]: index in people */
    struct team_problem team; /* travel is the caller's to set */
    const struct policy *policy;
    int32_t first_day;
    int32_t offset_minutes;                             /* of headquarters' zone */
    size_t open_count, unlocated_count, homeless_count; /* cases; units; collectors */
};

struct portfolio_terms {
    int64_t now_ms;
    int32_t first_day; /* civil day */
    uint32_t day_count;
};

/* Everything in `arena`. ERR_too_many past TEAM_UNITS_MAX or TEAM_COLLECTORS_MAX. */
enum err portfolio_load(struct arena *arena, struct hq_store *store,
                        const struct portfolio_terms *terms,
                        struct portfolio *portfolio_out) MUST_USE;
/* The owner of units that have none, as `doorstep-hq assign` would give it now: the present
 * rule, for comparison. `owners_out` holds one per unit. */
void portfolio_present_rule(struct arena *arena, const struct portfolio *portfolio,
                            uint32_t *owners_out);
