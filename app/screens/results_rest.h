/* app/screens/results_rest.h -- whether it is time for a rest: hours out today, days in a row.
 * A kind word to one's own eyes; nobody else is shown it. */
#pragma once

#include "app/screens/parts.h"

enum { RESULTS_REST_HOURS = 8, RESULTS_REST_DAYS = 6, RESULTS_REST_LOOK_DAYS = 30 };

struct results_rest {
    int64_t first_at_ms;  /* first check-in of today; 0 none */
    uint32_t days_in_row; /* with visits, today included, without a day between */
};

enum err results_rest_read(struct arena *task, const struct screen_source *source,
                           struct results_rest *rest_out) MUST_USE;
/* A banner when it is time; nothing otherwise. */
void results_rest_banner(struct ui *ui, const struct view *view, const struct results_rest *rest);
