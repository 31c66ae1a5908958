/* app/map/map_chart.h -- the map of a tablet: its roads, the day on it, and what a finger does
 * with it. Lives as long as the program; screens borrow it. Integers, no clock of its own.
 *
 * A tablet without a map file has a chart too: the day's stops on empty ground, joined by
 * straight lines. What is shown of roads must show ROADS_CREDIT. */
#pragma once

#include "app/map/map_label.h"
#include "app/map/map_tile.h"
#include "app/map/map_trace.h"
#include "app/map/map_travel.h"
#include "app/ui/ui.h"

struct map_chart {
    struct arena *program;
    struct arena scratch;
    bool has_roads;
    struct roads roads;
    struct map_travel travel; /* times for the planner; roads NULL without a pack */
    struct map_sheet sheet;
    bool has_sheet;
    struct map_tiles tiles;
    struct map_trace trace;
    uint64_t trace_name; /* of the legs it was made of */
    struct map_labels labels;

    struct map_view view;
    int32_t level; /* of the tiles on show */
    bool is_placed, must_fit;
    bool is_by_hand; /* moved since it was fitted: another size of the screen keeps its middle */
    bool is_pinching;
    struct point pinch_at;
    bool is_flung;
    int64_t speed_x, speed_y; /* thousandths of a pixel a ms */
    int64_t moved_at_ms;
};

/* Without a pack. Lives in `program`. */
struct map_chart *map_chart_new(struct arena *program) MUST_USE;
void map_chart_deinit(struct map_chart *chart);
/* The roads of a pack that was checked; `bytes` stay as long as the chart. As roads_open(). */
enum err map_chart_open(struct map_chart *chart, const void *bytes, size_t size) MUST_USE;
/* How the collector moves, and what stands in where there is no road. */
void map_chart_move_by(struct map_chart *chart, enum roads_mode mode,
                       const struct plan_straight *straight);
/* The day's ways; nothing is done when they are what they were. */
void map_chart_legs(struct map_chart *chart, const struct map_leg *legs, size_t leg_count);
/* The next frame shows all of it. */
void map_chart_fit(struct map_chart *chart);

/* ---- on the screen ---- */

enum map_mark_kind {
    MAP_MARK_left_out, /* not today */
    MAP_MARK_done,
    MAP_MARK_skipped,
    MAP_MARK_todo,
    MAP_MARK_next,
};
struct map_mark {
    struct geo_point place;
    enum map_mark_kind kind;
    const char *text; /* its number */
    bool is_chosen;
};
struct map_show {
    const char *name; /* of the map, for whoever cannot see it */
    const struct map_mark *marks;
    size_t mark_count;
    bool has_me;
    struct geo_point me;
    uint32_t accuracy_m;
    const char *const *cover_keys; /* of boxes that lie over the map: no word stands under them */
    size_t cover_count;
};

/* Opens the map, a stack as large as its parent gives; what stands over it (buttons) follows,
 * then ui_close(). The mark that was tapped, or -1. */
int32_t map_chart_open_box(struct ui *ui, const char *key, struct map_chart *chart,
                           const struct map_show *show);
/* For the buttons: one level closer (-1) or further (+1), about the middle; whether there is. */
bool map_chart_can_zoom(const struct map_chart *chart, int32_t by);
void map_chart_zoom(struct map_chart *chart, int32_t by);
/* Moves the middle there. */
void map_chart_centre(struct map_chart *chart, struct geo_point place);
