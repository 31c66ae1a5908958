#include "core/rules/period.h"

#include "core/domain/date.h"

static const char *const names[PERIOD_KIND_COUNT] = {
    [PERIOD_day] = "day",         [PERIOD_week] = "week", [PERIOD_month] = "month",
    [PERIOD_quarter] = "quarter", [PERIOD_year] = "year",
};

/* Months of a period that is made of months, else 0. */
static int32_t month_count(enum period_kind kind)
{
    switch (kind) {
    case PERIOD_month:
        return 1;
    case PERIOD_quarter:
        return 3;
    case PERIOD_year:
        return 12;
    case PERIOD_day:
    case PERIOD_week:
    case PERIOD_KIND_COUNT:
        break;
    }
    return 0;
}

bool period_kind_from_text(struct str text, enum period_kind *kind_out)
{
    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_is(text, names[i])) {
            *kind_out = (enum period_kind)i;
            return true;
        }
    }
    return false;
}

const char *period_kind_name(enum period_kind kind)
{
    CHECK(kind < PERIOD_KIND_COUNT);
    return names[kind];
}

struct period period_at(enum period_kind kind, int32_t day)
{
    CHECK(kind < PERIOD_KIND_COUNT);
    int32_t months = month_count(kind);
    if (months > 0) {
        struct date_civil civil = date_to_civil(day);
        int32_t first_month = (civil.month - 1) / months * months + 1;
        int32_t from_day = date_from_civil(civil.year, first_month, 1);
        return (struct period){kind, from_day, date_add_months(from_day, months) - 1};
    }
    if (kind == PERIOD_week) {
        int32_t monday = day - (date_weekday(day) - 1);
        return (struct period){kind, monday, monday + 6};
    }
    return (struct period){kind, day, day};
}

struct period period_before(struct period period)
{
    return period_at(period.kind, period.from_day - 1);
}

struct period period_year_before(struct period period)
{
    if (period.kind == PERIOD_week) {
        return period_at(PERIOD_week, period.from_day - 52 * 7);
    }
    return period_at(period.kind, date_add_months(period.from_day, -12));
}
