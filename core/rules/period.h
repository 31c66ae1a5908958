/* core/rules/period.h -- the stretches of days that reports and targets speak of. Pure. */
#pragma once

#include "core/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum period_kind {
    PERIOD_day,
    PERIOD_week, /* Monday to Sunday */
    PERIOD_month,
    PERIOD_quarter,
    PERIOD_year,
    PERIOD_KIND_COUNT
};

/* Civil days, both included. */
struct period {
    enum period_kind kind;
    int32_t from_day;
    int32_t until_day;
};

/* "day", "week", "month", "quarter", "year". */
bool period_kind_from_text(struct str text, enum period_kind *kind_out);
const char *period_kind_name(enum period_kind kind); /* static */

/* The period of that kind in which `day` lies. */
struct period period_at(enum period_kind kind, int32_t day);
/* The one just before it (环比). */
struct period period_before(struct period period);
/* The same one a year earlier (同比). A week is compared with the week 52 weeks
 * earlier, so that weekdays stand against the same weekdays. */
struct period period_year_before(struct period period);
