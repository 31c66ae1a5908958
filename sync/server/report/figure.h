/* sync/server/report/figure.h -- a metric as people read it, and as cells of a
 * document. Everything lives in the arena given. Pure. */
#pragma once

#include "app/i18n/lang.h"
#include "core/rules/metric.h"
#include "sync/server/report/doc.h"
#include "sync/server/report/gather.h"

struct figure_style {
    struct arena *arena;
    enum lang lang;
    enum report_money money;
};
struct figure_style figure_style(struct arena *arena, const struct gather *gather);

/* "12,345", "1,234.50 元", "95.00%"; "no data" without a value. Never empty. */
const char *figure_text(const struct figure_style *style, const struct metric_value *value);
const char *figure_unit_text(const struct figure_style *style, enum metric_unit unit,
                             int64_t value);
/* "up 3.20 percentage points", "down 25.00%", "unchanged", "no earlier data":
 * of rates in points, of everything else in percent. */
const char *figure_change_words(const struct figure_style *style,
                                const struct metric_change *change, enum metric_unit unit);

struct doc_cell figure_cell(const struct figure_style *style, const struct metric_value *value);
struct doc_cell figure_unit_cell(const struct figure_style *style, enum metric_unit unit,
                                 int64_t value);
/* "+3.20", "-12,000.00 元": the difference in the metric's unit. */
struct doc_cell figure_difference_cell(const struct figure_style *style,
                                       const struct metric_change *change, enum metric_unit unit);
/* "+12.50%" */
struct doc_cell figure_relative_cell(const struct figure_style *style,
                                     const struct metric_change *change);
/* "money" for JSON, whose amounts are in minor units; "yuan" or "wan" for CSV. */
struct doc_cell figure_unit_name_cell(const struct figure_style *style, enum metric_unit unit);
struct doc_cell figure_day_cell(const struct figure_style *style, int32_t day);
