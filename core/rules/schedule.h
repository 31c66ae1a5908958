/* core/rules/schedule.h -- instalments: splitting, due days, what can be afforded. Pure. */
#pragma once

#include "core/rules/policy.h"

#include "core/domain/date.h"

enum schedule_step { SCHEDULE_monthly, SCHEDULE_biweekly, SCHEDULE_weekly };

struct schedule_terms {
    uint64_t total_minor; /* > 0 */
    uint32_t count;       /* 1..LIMIT_instalments */
    enum schedule_step step;
    int32_t first_day;       /* wished first due day */
    uint64_t rounding_minor; /* parts are whole multiples of it; 1 fen, 100 yuan */
};

/* Splits `total_minor` into `count` parts. Every part but the last is
 * total ÷ count rounded *down* to a multiple of `rounding_minor`; the last takes the rest, so the
 * sum is exact to the fen. When a rounded part would be zero, parts are rounded to the fen.
 * Due days: the n-th is first_day plus n steps (months keep the day of the
 * month, or the last one), each moved on to the next working day.
 * ERR_out_of_range: count 0 or above LIMIT_instalments, total below count fen. */
enum err schedule_split(const struct schedule_terms *terms, const struct date_calendar *calendar,
                        ds_Instalment *instalments_out) MUST_USE;

/* What remains each month: income less living (policy living_low when none is stated),
 * never below zero. 0 when no income was stated. */
uint64_t schedule_affordable_minor(const struct policy *policy, uint64_t income_minor,
                                   uint64_t living_minor);
/* Fewest monthly instalments of `affordable_minor` that cover the total, at most
 * plan_months_high; 0 when even that many do not, or nothing is affordable. */
uint32_t schedule_months_needed(const struct policy *policy, uint64_t total_minor,
                                uint64_t affordable_minor);
/* Sum of the instalments. */
uint64_t schedule_sum_minor(const ds_Instalment *instalments, size_t count);
