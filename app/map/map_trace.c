#include "app/map/map_trace.h"

enum { POINTS_MAX = 4096, SHARE_ONE = 65536, PARTS_FIRST = 16, POINTS_FIRST = 256 };

void map_trace_start(struct map_trace *trace)
{
    *trace = (struct map_trace){0};
    arena_init(&trace->arena, 0);
}

void map_trace_deinit(struct map_trace *trace)
{
    arena_deinit(&trace->arena);
}

static void add_sheet(struct map_trace *trace, int64_t x, int64_t y)
{
    if (trace->point_count == trace->point_capacity) {
        trace->point_capacity = trace->point_capacity * 2 + POINTS_FIRST;
        trace->points = arena_grow(&trace->arena, trace->points, trace->point_count,
                                   trace->point_capacity, sizeof *trace->points);
    }
    trace->points[trace->point_count][0] = x;
    trace->points[trace->point_count][1] = y;
    trace->point_count++;
    trace->parts[trace->part_count - 1].count++;
}

static void add_point(struct map_trace *trace, const struct map_sheet *sheet,
                      struct geo_point point)
{
    int64_t x, y;
    map_sheet_place(sheet, point, &x, &y);
    add_sheet(trace, x, y);
}

static void part_begin(struct map_trace *trace, enum map_trace_kind kind, bool is_straight)
{
    if (trace->part_count == trace->part_capacity) {
        trace->part_capacity = trace->part_capacity * 2 + PARTS_FIRST;
        trace->parts = arena_grow(&trace->arena, trace->parts, trace->part_count,
                                  trace->part_capacity, sizeof *trace->parts);
    }
    trace->parts[trace->part_count++] = (struct map_trace_part){
        .first = trace->point_count, .kind = kind, .is_straight = is_straight};
}

static uint64_t apart_mm(const int64_t *a, const int64_t *b)
{
    int64_t dx = a[0] - b[0];
    int64_t dy = a[1] - b[1];
    return roads_root((uint64_t)(dx * dx + dy * dy));
}

/* The part of a road between two shares of its length, in the direction that is travelled. */
static void add_road(struct map_trace *trace, const struct map_sheet *sheet,
                     const struct roads *roads, const struct roads_leg *leg)
{
    struct geo_point points[POINTS_MAX];
    int64_t places[POINTS_MAX][2];
    uint64_t reached_mm[POINTS_MAX];
    size_t count = roads_segment_points(roads, leg->segment, points, POINTS_MAX);
    count = count < POINTS_MAX ? count : POINTS_MAX;
    for (size_t i = 0; i < count; i++) {
        map_sheet_place(sheet, points[i], &places[i][0], &places[i][1]);
        reached_mm[i] = i == 0 ? 0 : reached_mm[i - 1] + apart_mm(places[i - 1], places[i]);
    }
    if (count < 2) {
        return;
    }
    bool is_back = !leg->is_forward;
    uint32_t low = leg->from_share < leg->to_share ? leg->from_share : leg->to_share;
    uint32_t high = leg->from_share < leg->to_share ? leg->to_share : leg->from_share;
    uint64_t whole_mm = reached_mm[count - 1];
    uint64_t low_mm = whole_mm * low / SHARE_ONE;
    uint64_t high_mm = whole_mm * high / SHARE_ONE;
    for (size_t k = 0; k < count; k++) {
        size_t i = is_back ? count - 1 - k : k;
        if (reached_mm[i] >= low_mm && reached_mm[i] <= high_mm) {
            add_sheet(trace, places[i][0], places[i][1]);
        }
    }
}

static void add_leg(struct map_trace *trace, const struct map_sheet *sheet,
                    const struct roads *roads, struct roads_work *work, enum roads_mode mode,
                    const struct map_leg *leg)
{
    struct arena scratch;
    arena_init(&scratch, 0);
    struct roads_route route = {.time_ds = ROADS_NEVER};
    struct roads_place from = {0};
    struct roads_place to = {0};
    if (work != NULL) {
        from = roads_snap(roads, mode, leg->from);
        to = roads_snap(roads, mode, leg->to);
        roads_route(work, &scratch, &from, &to, &route);
    }
    bool is_straight = route.time_ds == ROADS_NEVER;
    part_begin(trace, leg->kind, is_straight);
    add_point(trace, sheet, leg->from);
    if (!is_straight) {
        add_point(trace, sheet, from.snapped);
        for (size_t i = 0; i < route.leg_count; i++) {
            add_road(trace, sheet, roads, &route.legs[i]);
        }
        add_point(trace, sheet, to.snapped);
    }
    add_point(trace, sheet, leg->to);
    arena_deinit(&scratch);
}

void map_trace_make(struct map_trace *trace, const struct map_sheet *sheet,
                    const struct roads *roads, struct roads_work *work, enum roads_mode mode,
                    const struct map_leg *legs, size_t leg_count)
{
    struct arena arena = trace->arena;
    arena_reset(&arena);
    *trace = (struct map_trace){.arena = arena};
    for (size_t i = 0; i < leg_count; i++) {
        add_leg(trace, sheet, roads, work, mode, &legs[i]);
    }
}
