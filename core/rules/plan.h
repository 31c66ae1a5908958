/* core/rules/plan.h -- plans a collector's day. Pure.
 *
 * The same stops, terms and policy give the same plan on every machine. In this order: agreed
 * times and locked stops are kept; the sum of scores; the plan that was shown, from which a
 * change must gain more than it costs; an early end; little travel. Where the chance of meeting
 * somebody is known by the hour, a score counts by that chance. The people of one building are
 * one stop. Up to PLAN_EXACT_QUICK stops the plan is proven best, else searched for.
 *
 * Every stop carries a reason for its place, or a certificate why it is left out and what it
 * would cost to have it: plan_why.h. */
#pragma once

#include "core/rules/chance.h"
#include "core/rules/plan_travel.h"
#include "core/rules/plan_why.h"
#include "core/rules/policy.h"

enum { PLAN_STOPS_MAX = 120, PLAN_PAUSES_MAX = 3 }; /* as PlanMade.stops */

/* Text keys "plan_reason.<name>". On disk with the stop: append, never renumber. */
enum plan_reason {
    PLAN_REASON_appointment,   /* a time was agreed */
    PLAN_REASON_score,         /* the highest score left */
    PLAN_REASON_near,          /* close to the stop before */
    PLAN_REASON_locked,        /* the collector fixed its place */
    PLAN_REASON_after_hours,   /* left out: contact hours close before */
    PLAN_REASON_window_missed, /* left out: the agreed time cannot be reached */
    PLAN_REASON_same_building, /* in the house of the stop before */
    PLAN_REASON_on_the_way,    /* lies well between its neighbours */
    PLAN_REASON_too_far,       /* left out: the way there and the visit do not fit the day */
    PLAN_REASON_clash,         /* left out: leaves no time for what was agreed with others */
    PLAN_REASON_worth_less,    /* left out: others would have to go that are worth more */
    PLAN_REASON_no_need,       /* left out: fits, but would only make the day longer */
    PLAN_REASON_COUNT
};

struct plan_stop {
    uint64_t case_no;
    uint32_t score;         /* priority_score() */
    struct geo_point place; /* 0,0: not located; the mean way is taken, or more */
    int64_t window_from_ms; /* agreed time, the visit begins within; 0 none; UTC */
    int64_t window_until_ms;
    /* Contact hours of its own, narrower than the day's: the visit begins and ends within, unless
     * a time was agreed, which is consent to it. until 0: none. */
    int64_t hours_from_ms, hours_until_ms;
    uint32_t visit_minutes; /* 0: the policy's */
    /* Is visited whatever it costs. Locked stops keep their order; those locked from the first
     * of the given order on come before everything else. */
    bool is_locked;
    uint32_t shown_position; /* 1, 2 … in the plan that the collector has seen, 0 none */
    int64_t shown_at_ms;     /* when it was to be reached in that plan */
};

struct plan_entry {
    uint64_t case_no;
    size_t stop_index; /* in the input */
    enum plan_reason reason;
    bool is_planned;      /* false: left out, reason says why */
    int64_t arrive_at_ms; /* estimate: begin of the visit */
    int64_t leave_at_ms;
    uint32_t travel_m; /* straight line from the stop before */
    int32_t travel_s;  /* by the terms' source */
    bool is_estimated; /* … which looked at no road for it */
    int32_t wait_s;    /* between getting there and beginning */
    /* Of a stop left out: */
    enum plan_why_kind why;
    bool is_proven;         /* see plan_why */
    int32_t late_s;         /* see plan_why */
    int64_t lost_score;     /* score of what would have to go */
    uint32_t other_count;   /* how many would have to go, or leave no room */
    uint64_t other_case_no; /* one of them, 0 none */
};

/* A break: begins within from .. until, wherever the collector is by then. */
struct plan_pause {
    int64_t from_ms, until_ms;
    uint32_t minutes;
};

struct plan_terms {
    int64_t start_at_ms;
    struct geo_point start_place;              /* 0,0: not known */
    struct geo_point end_place;                /* 0,0: the day ends at the last stop */
    int64_t close_at_ms;                       /* contact hours end; no visit may run past it */
    const struct plan_travel *travel;          /* NULL: straight line at the policy's speed */
    struct plan_pause pauses[PLAN_PAUSES_MAX]; /* their windows do not overlap */
    size_t pause_count;
    /* Of meeting somebody, by the hour; NULL, or of a kind of day not known: every hour is alike.
     * An agreed time is kept whatever the hour. */
    const struct chance *chance;
    enum chance_day chance_day;
    int32_t offset_minutes; /* of the day, east of UTC; read with `chance` */
    /* The shown order stands as it is until it gives way (plan_keep.h); else any of its parts
     * may change for what is worth the change. */
    bool keeps_order;
    uint64_t seed;
    uint32_t steps; /* of the search; 0: PLAN_STEPS */
};
enum { PLAN_STEPS = 6000 };

/* What is said of the plan as a whole. */
struct plan_summary {
    size_t planned_count;
    int64_t end_at_ms; /* home, or done with the last stop; start_at_ms when nothing is planned */
    int64_t score;     /* whole, whatever the hours */
    int32_t travel_s;
    bool is_proven;    /* no other plan is better */
    bool is_estimated; /* some travel time is: no road was looked at */
};

/* Orders `stops` (borrowed). Planned entries first in order, then those left out in the given
 * order. `entries_out` holds stop_count, `summary_out` may be NULL; memory of the arena is for
 * the call. ERR_too_many above PLAN_STOPS_MAX; ERR_out_of_range for terms or a travel table
 * beyond what plan_problem_check() takes; what the travel source gives. */
enum err plan_order(struct arena *arena, const struct policy *policy,
                    const struct plan_terms *terms, const struct plan_stop *stops,
                    size_t stop_count, struct plan_entry *entries_out,
                    struct plan_summary *summary_out) MUST_USE;
const char *plan_reason_key(enum plan_reason reason);
