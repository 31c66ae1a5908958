/* sync/server/report/target.h -- targets that a supervisor sets, kept as settings
 * "target.<period>.<metric>" in the metric's unit (requirements 154, 155), and two
 * rates of pay, "target.pay.commission" and "target.pay.share" in basis points. */
#pragma once

#include "core/rules/metric.h"
#include "core/rules/period.h"

enum { TARGET_NAME_SIZE = 64 };

/* Setting names; `text` is returned. */
const char *target_name(char text[TARGET_NAME_SIZE], enum period_kind kind, enum metric metric);
#define TARGET_COMMISSION "target.pay.commission"
#define TARGET_SHARE "target.pay.share"

/* What a person types for a metric of that unit, "95%", "95", "12000.50", "3.5",
 * into the unit's integer. ERR_bad_number, ERR_out_of_range (below 0). */
enum err target_from_text(enum metric_unit unit, struct str text, int64_t *value_out) MUST_USE;
