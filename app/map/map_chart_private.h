/* app/map/map_chart_private.h -- the parts of a chart's frame: see map_chart.h. */
#pragma once

#include "app/map/map_chart.h"

enum { MAP_CHART_FRAME_MS = 12 }; /* while something moves */

/* Roads and ways: tiles, drawn one a frame while it moves. */
void map_chart_ground(struct ui *ui, struct map_chart *chart, bool is_moving);
/* What lies on them: whose the roads are, the own place, stops, names. */
void map_chart_over(struct ui *ui, const char *key, struct map_chart *chart,
                    const struct map_show *show, bool is_moving);
/* The mark that was tapped, or -1. */
int32_t map_chart_over_tapped(struct ui *ui, const char *key, const struct map_chart *chart,
                              const struct map_show *show);
