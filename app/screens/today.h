/* app/screens/today.h -- the day: progress, the next stop, the list. */
#pragma once

#include "app/screens/alarm.h"
#include "app/screens/brief.h"
#include "core/rules/plan.h"

enum { TODAY_REASONS_MAX = 3 };

struct today_stop {
    uint64_t case_no;
    enum stop_state state;
    bool is_here; /* the case is still on this tablet */
    const char *name, *address, *area, *product;
    int64_t askable_minor;
    int32_t days_past_due;
    int32_t promise_day; /* of a live promise, 0 none */
    int64_t promise_minor;
    bool has_window; /* a time was agreed for today */
    uint32_t from_minute, until_minute;
    uint32_t score;
    uint32_t broken;
    uint32_t last_outcome;
    bool is_stopped; /* a stop flag is raised */
    int64_t done_at_ms;
    int64_t arrive_at_ms;         /* estimate, 0 none */
    enum plan_reason plan_reason; /* why here, or why left out */
    size_t reason_count;          /* of the score, strongest first */
    enum priority_part reasons[TODAY_REASONS_MAX];
    int64_t reason_values[TODAY_REASONS_MAX];
};

struct today_model {
    struct alarm_model alarms;     /* not silent, of the last hours */
    const struct traffic *traffic; /* whether the clock is wrong */
    struct today_stop *stops;
    size_t stop_count;
    size_t planned_count; /* without those left out; done ones count */
    size_t visited_count, skipped_count, left_count, left_out_count;
    uint32_t left_travel_m;      /* straight lines between what is left */
    int64_t last_arrive_at_ms;   /* estimate for the last stop, 0 none */
    size_t next;                 /* index of the next stop, stop_count when none is left */
    uint64_t open_visit_case_no; /* 0: none */
    const char *open_visit_name;
    uint64_t open_case_count;
    struct brief_model *brief; /* of the case shown at the right on a wide screen; may be NULL */
    uint64_t brief_case_no;
};
