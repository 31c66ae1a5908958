/* app/screens/day_words.h -- distances, times and reasons of the day's plan in words. Pure. */
#pragma once

#include "app/screens/view.h"
#include "core/rules/plan.h"
#include "core/rules/priority.h"
#include "core/store/store.h"

/* "2.3 公里"; "" for 0. */
const char *day_words_km(const struct view *view, uint32_t distance_m);
/* "从上一站 2.3 公里 · 约 8 分钟"; "" when neither is known. */
const char *day_words_way(const struct view *view, const struct store_stop *stop);
/* Why a stop stands where it does, or is left out: a sentence. `other_name` of
 * stop->other_case_no; may be NULL. */
const char *day_words_why(const struct view *view, const struct store_stop *stop,
                          const char *other_name);
/* One part of the score, "逾期 127 天". */
const char *day_words_part(const struct view *view, enum priority_part part, int64_t value);
/* Where a place is, in the datum of satellites and in that of Chinese maps where it differs. */
const char *day_words_place(const struct view *view, struct geo_point place);
