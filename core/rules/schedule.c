#include "core/rules/schedule.h"

enum { DAYS_PER_WEEK = 7 };

static int32_t nth_day(const struct schedule_terms *terms, uint32_t index)
{
    int32_t n = (int32_t)index;
    switch (terms->step) {
    case SCHEDULE_monthly:
        return date_add_months(terms->first_day, n);
    case SCHEDULE_biweekly:
        return terms->first_day + 2 * DAYS_PER_WEEK * n;
    case SCHEDULE_weekly:
        return terms->first_day + DAYS_PER_WEEK * n;
    }
    UNREACHABLE();
}

enum err schedule_split(const struct schedule_terms *terms, const struct date_calendar *calendar,
                        ds_Instalment *instalments_out)
{
    if (terms->count == 0 || terms->count > LIMIT_instalments ||
        terms->total_minor < terms->count) {
        return ERR_out_of_range;
    }
    uint64_t equal_minor = terms->total_minor / terms->count;
    uint64_t rounding_minor = terms->rounding_minor > 0 ? terms->rounding_minor : 1;
    uint64_t part_minor = equal_minor - equal_minor % rounding_minor;
    if (part_minor == 0) {
        part_minor = equal_minor;
    }
    int32_t previous_day = INT32_MIN;
    for (uint32_t i = 0; i < terms->count; i++) {
        int32_t due_day = date_next_working(calendar, nth_day(terms, i));
        if (due_day <= previous_day) {
            /* A week of holidays moved two due days onto one: the later goes to the next. */
            due_day = date_next_working(calendar, previous_day + 1);
        }
        previous_day = due_day;
        instalments_out[i] = (ds_Instalment){.due_day = due_day, .amount_minor = part_minor};
    }
    instalments_out[terms->count - 1].amount_minor =
        terms->total_minor - part_minor * (terms->count - 1);
    return OK;
}

uint64_t schedule_affordable_minor(const struct policy *policy, uint64_t income_minor,
                                   uint64_t living_minor)
{
    uint64_t need_minor = living_minor > 0 ? living_minor : (uint64_t)policy->living_low;
    return income_minor > need_minor ? income_minor - need_minor : 0;
}

uint32_t schedule_months_needed(const struct policy *policy, uint64_t total_minor,
                                uint64_t affordable_minor)
{
    if (affordable_minor == 0 || total_minor == 0) {
        return 0;
    }
    uint64_t months = total_minor / affordable_minor + (total_minor % affordable_minor != 0);
    return months <= (uint64_t)policy->plan_months_high ? (uint32_t)months : 0;
}

uint64_t schedule_sum_minor(const ds_Instalment *instalments, size_t count)
{
    uint64_t sum_minor = 0;
    for (size_t i = 0; i < count; i++) {
        sum_minor += instalments[i].amount_minor;
    }
    return sum_minor;
}
