/* app/ui/widget_progress.h -- how much of something is done. Pure. */
#pragma once

#include "app/ui/ui.h"

/* A bar as wide as its parent with words above it: `label` left ("今日进度"),
 * `value` right ("5 / 12"); either may be NULL, not both. `done` is clamped to
 * 0..total; total 0 draws an empty bar. */
void widget_progress(struct ui *ui, const char *label, const char *value, int64_t done,
                     int64_t total);

/* Steps of a flow as a thin bar: `at` (0-based) of `count`; `name` of the step is not shown. */
void widget_progress_step_bar(struct ui *ui, int32_t at, int32_t count, const char *name);
/* The same with words below: `at` (0-based) of `count`, with the name of the step. */
void widget_progress_steps(struct ui *ui, int32_t at, int32_t count, const char *name);
