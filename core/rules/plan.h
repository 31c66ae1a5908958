/* core/rules/plan.h -- orders a day's visits. Pure.
 *
 * The same stops, start and policy give the same plan. Today's method is greedy:
 * promised time windows first (they are met or said to be missed), then whoever
 * lives in the building where the collector is, then the highest score, nearest
 * first among near equals, in the gaps between windows.
 * The interface holds for any better method. */
#pragma once

#include "core/rules/policy.h"

#include "core/domain/geo.h"

enum { PLAN_STOPS_MAX = 120 }; /* as PlanMade.stops */

/* Text keys "plan_reason.<name>". */
enum plan_reason {
    PLAN_REASON_appointment,   /* a time was agreed */
    PLAN_REASON_score,         /* the highest score left */
    PLAN_REASON_near,          /* close to the stop before, about the same score */
    PLAN_REASON_locked,        /* the collector fixed its place */
    PLAN_REASON_after_hours,   /* left out: contact hours close before */
    PLAN_REASON_window_missed, /* left out: the agreed time cannot be reached */
    PLAN_REASON_same_building, /* in the house of the stop before */
    PLAN_REASON_COUNT
};

struct plan_stop {
    uint64_t case_no;
    uint32_t score;         /* priority_score() */
    struct geo_point place; /* 0,0: not located; travel is then taken as zero */
    int64_t window_from_ms; /* agreed time, 0 none; UTC */
    int64_t window_until_ms;
    bool is_locked; /* stays at its place in the given order */
};

struct plan_entry {
    uint64_t case_no;
    size_t stop_index; /* in the input */
    enum plan_reason reason;
    bool is_planned;      /* false: left out, reason says why */
    int64_t arrive_at_ms; /* estimate */
    int64_t leave_at_ms;
    uint32_t travel_m; /* straight line from the stop before */
};

struct plan_terms {
    int64_t start_at_ms;
    struct geo_point start_place; /* 0,0: not known */
    int64_t close_at_ms;          /* contact hours end; no visit may run past it */
};

/* Orders `stops` (borrowed). Planned entries first in order, then those left out.
 * `entries_out` holds stop_count. ERR_too_many above PLAN_STOPS_MAX. */
enum err plan_order(const struct policy *policy, const struct plan_terms *terms,
                    const struct plan_stop *stops, size_t stop_count,
                    struct plan_entry *entries_out) MUST_USE;
const char *plan_reason_key(enum plan_reason reason);
