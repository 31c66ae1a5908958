#include "sync/server/report/identity_clock.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"

static int32_t working_days(const struct date_calendar *calendar, int32_t from_day,
                            int32_t until_day)
{
    int32_t count = 0;
    for (int32_t day = from_day; day <= until_day; day++) {
        count += date_is_working(calendar, day);
    }
    return count;
}

bool identity_clock_read(const struct policy *policy, const ds_CaseRecord *record,
                         const ds_CaseState *state, int32_t today, struct identity_clock *clock_out)
{
    const struct date_calendar *calendar = date_calendar_cn();
    const ds_Flag *flag = fold_flag(state, STOP_FLAG_identity_dispute, today);
    if (flag == NULL) {
        return false;
    }
    int32_t since_day = fold_day(record, (int64_t)flag->since_at_ms);
    int32_t due_day = since_day;
    for (int64_t left = policy->identity_days; left > 0; left--) {
        due_day = date_next_working(calendar, due_day + 1); /* the day itself is not counted */
    }
    bool is_overdue = today > due_day;
    *clock_out = (struct identity_clock){
        .since_day = since_day,
        .due_day = due_day,
        .left = is_overdue ? -working_days(calendar, due_day + 1, today)
                           : working_days(calendar, today, due_day),
        .is_overdue = is_overdue,
    };
    return true;
}
