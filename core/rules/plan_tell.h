/* core/rules/plan_tell.h -- a plan in the words of a day: entries with times and reasons. Pure. For
 * the planner's own files. */
#pragma once

#include "core/rules/plan_day.h"

/* Writes an entry for each stop of the solved `day`: planned ones in order, then those left out in
 * the given order. Returns how many are planned; `entries_out` holds stop_count. */
size_t plan_tell(const struct plan_day *day, struct plan_entry *entries_out);
