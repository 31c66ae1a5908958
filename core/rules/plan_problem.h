/* core/rules/plan_problem.h -- what is to be planned, and what a plan is worth. Pure data.
 *
 * A problem is visits, shifts and a table of travel times between points. Times are whole
 * seconds (any unit will do as long as it is one) counted from any zero, up to PLAN_TIME_MAX.
 * A plan gives each shift an ordered list of visits. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdbool.h>

enum {
    PLAN_WINDOWS_MAX = 4,
    PLAN_VISITS_MAX = 20000, /* tables are square: a larger plan is cut by area before */
    PLAN_SHIFTS_MAX = 64,    /* bits of plan_visit.shifts */
    PLAN_TIME_MAX = 1 << 27, /* four years of seconds; six sums fit 31 bits */
    PLAN_SCORE_MAX = 1 << 20,
    PLAN_WORTH = 256 /* worth of one point of score; stability is paid for in parts of it */
};
#define PLAN_NONE UINT32_MAX /* no point, no visit */

struct plan_window {
    int32_t open_s, close_s; /* the visit begins within, both ends included */
};

struct plan_visit {
    uint32_t point; /* row and column of the travel table; of a break: not read */
    uint32_t score; /* up to PLAN_SCORE_MAX */
    int32_t service_s;
    uint32_t window_count; /* 1 .. PLAN_WINDOWS_MAX, ascending, apart from each other */
    struct plan_window windows[PLAN_WINDOWS_MAX];
    uint64_t shifts;     /* bit s: shift s may make this visit; 0: every shift */
    uint64_t own_shifts; /* bit s: own_worth more when shift s makes it; of no use to one shift */
    uint32_t own_worth;  /* in PLAN_WORTH-ths of a point, up to PLAN_SCORE_MAX * PLAN_WORTH */
    uint32_t lock;       /* 0 free; else visits of one shift stand in the order of their locks */
    bool is_leading;     /* nothing but leading visits with a lower lock comes before it */
    bool is_mandatory;   /* served before any score counts */
    bool is_expected;    /* the hour was agreed: plan_hours takes nothing from its score */
    /* A break is had wherever the collector is between two visits, on the way if need be. It
     * begins within windows[0] (window_count is 1), lasts service_s and is of one shift. */
    bool is_break;
};

struct plan_shift {
    uint32_t start_point;
    uint32_t end_point; /* PLAN_NONE: the day ends where the last visit ends */
    /* A second collector who goes along all day: who has further to go counts, on the way to
     * the first visit and home from the last. PLAN_NONE: alone. */
    uint32_t partner_start_point, partner_end_point;
    int32_t start_s;
    int32_t end_s; /* home, or done with an open end, at the latest */
};

/* The plan that the collector has seen, visit by visit; see plan_keep. */
struct plan_shown {
    uint32_t before;   /* visit that stood before this one, PLAN_NONE: first, or not known */
    int32_t begin_s;   /* when it was to begin */
    bool is_planned;   /* stood in the plan */
    bool is_first;     /* stood first: `before` is the start */
    bool is_announced; /* its time was told to the customer */
};

/* What change costs, in PLAN_WORTH-ths of a point of score. */
struct plan_keep {
    const struct plan_shown *shown; /* one per visit, NULL: nothing was shown */
    int32_t visit_worth;            /* a shown visit that stays */
    int32_t leg_worth;              /* a visit that comes right after the same one as before */
    int32_t minute_worth;           /* a minute beyond PLAN_ANNOUNCED_SLACK_S that a time moved */
};
enum { PLAN_ANNOUNCED_SLACK_S = 600 };

/* How much of its score a visit is worth by the hour at which it begins. */
enum { PLAN_HOURS_MAX = 96, PLAN_WHOLE = 1000 }; /* two weeks of six bands, and some */
struct plan_hours {
    size_t count; /* 0: every hour is alike */
    struct {
        int32_t until_s;   /* begins before; ascending, the last one lasts for ever */
        uint32_t permille; /* of the score, up to PLAN_WHOLE */
    } bands[PLAN_HOURS_MAX];
};

struct plan_problem {
    const struct plan_visit *visits;
    size_t visit_count;
    const struct plan_shift *shifts;
    size_t shift_count;
    const int32_t *travel_s; /* point_count rows of point_count; from the row to the column */
    size_t point_count;
    struct plan_keep keep;
    struct plan_hours hours;
};

/* Greater or smaller by the first member that differs, in this order. */
struct plan_value {
    uint32_t mandatory_missing; /* breaks count among them */
    /* Score × PLAN_WORTH, what plan_keep adds and plan_hours takes; more is better. */
    int64_t worth;
    int64_t finish_s; /* time from start to end, summed over shifts that are used */
    int64_t travel_s;
    int64_t score; /* told only */
};

/* One shift's visits in order. */
struct plan_tour {
    uint32_t *visits;
    uint32_t count;
};

struct plan_answer {
    struct plan_tour *tours; /* one per shift */
    struct plan_value value;
};

/* Below, equal or above 0 as `a` is worse than, as good as or better than `b`. */
int plan_problem_compare(const struct plan_value *a, const struct plan_value *b);
/* Is every number within its range? ERR_out_of_range, ERR_too_many. The others of this family
 * CHECK what this one would refuse. */
enum err plan_problem_check(const struct plan_problem *problem) MUST_USE;
/* Room for an answer in which any shift may make every visit; no visit is in it. */
struct plan_answer plan_problem_answer(struct arena *arena, const struct plan_problem *problem);
void plan_problem_copy(const struct plan_problem *problem, const struct plan_answer *from,
                       struct plan_answer *to);
/* FNV-1a of the order of visits: the same on every machine. */
uint64_t plan_problem_hash(const struct plan_problem *problem, const struct plan_answer *answer);
/* May shift `s` make this visit? */
static inline bool plan_problem_may(const struct plan_visit *visit, size_t s)
{
    return visit->shifts == 0 || (visit->shifts >> s & 1) != 0;
}
