/* app/screens/today_list.h -- the day's stops in their order, with filters, and what was left
 * out. Pure. */
#pragma once

#include "app/screens/today.h"

/* place.tab: which stops the list shows. */
enum today_filter {
    TODAY_FILTER_all,
    TODAY_FILTER_todo,
    TODAY_FILTER_timed,    /* a time was agreed */
    TODAY_FILTER_promised, /* a promise is live */
    TODAY_FILTER_flagged,
    TODAY_FILTER_done,
    TODAY_FILTER_COUNT
};

/* How much of the day is done, beside `label`. */
void today_list_progress(struct ui *ui, const struct view *view, const struct today_model *model,
                         const char *label);

/* place.tab is the filter, place.case_no the stop whose brief stands beside a wide list. */
void today_list(struct ui *ui, const struct view *view, const struct today_model *model,
                struct screen_place *place, struct intent *intent_out);
