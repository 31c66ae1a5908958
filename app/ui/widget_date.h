/* app/ui/widget_date.h -- picks a civil day (days since 1970-01-01). Pure.
 * A wide screen shows a month; one on which seven targets do not fit side by
 * side shows the days as tiles, a page at a time. */
#pragma once

#include "app/ui/ui.h"

struct widget_date {
    int64_t first_day, last_day; /* inclusive; CHECKs that first <= last */
    int64_t today_day;
    /* Whether a day is a working day; NULL: all are. */
    bool (*is_working_day)(void *context, int64_t day);
    void *context;
    bool can_pick_rest_days;     /* else rest days are shown and not choosable */
    const char *const *weekdays; /* 7 short names from Monday */
    const char *const *months;   /* 12 names */
    const char *year_month;      /* pattern: {year} and {month} are replaced, "{year}年{month}" */
    const char *today, *rest;    /* "今天", "休" */
    const char *previous, *next; /* labels of the paging buttons */
};

/* True when another day was tapped: *day has changed. *day may lie outside the
 * range (nothing chosen yet): then nothing is marked. A day's key is
 * "<key>/2026-03-09" and its name "2026-03-09 周一". */
bool widget_date(struct ui *ui, const char *key, const struct widget_date *date, int64_t *day);

/* "2026-03-09" of a day in years 0..9999. */
enum { WIDGET_DATE_TEXT_SIZE = 16 };
void widget_date_text(char text[WIDGET_DATE_TEXT_SIZE], int64_t day);
