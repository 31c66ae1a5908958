#include "app/map/map_chart.h"

enum { EDGE_M = 1500, FALLBACK_PPI = 160 };

struct map_chart *map_chart_new(struct arena *program)
{
    struct map_chart *chart = ARENA_NEW(program, struct map_chart);
    chart->program = program;
    arena_init(&chart->scratch, 0);
    map_travel_start(&chart->travel);
    map_trace_start(&chart->trace);
    map_tiles_start(&chart->tiles, program, NULL, &(struct map_colors){0}, FALLBACK_PPI);
    chart->tiles.trace = &chart->trace;
    chart->must_fit = true;
    return chart;
}

void map_chart_deinit(struct map_chart *chart)
{
    map_trace_deinit(&chart->trace);
    map_travel_deinit(&chart->travel);
    arena_deinit(&chart->scratch);
}

enum err map_chart_open(struct map_chart *chart, const void *bytes, size_t size)
{
    TRY(roads_open(bytes, size, &chart->roads));
    chart->has_roads = true;
    chart->sheet = map_sheet_make(chart->roads.south_west, chart->roads.north_east);
    chart->has_sheet = true;
    chart->tiles.roads = &chart->roads;
    chart->tiles.sheet = chart->sheet;
    map_tiles_forget(&chart->tiles);
    return OK;
}

void map_chart_move_by(struct map_chart *chart, enum roads_mode mode,
                       const struct plan_straight *straight)
{
    if (chart->has_roads) {
        map_travel_set(&chart->travel, &chart->roads, mode, straight);
        chart->trace_name = 0;
    }
}

static uint64_t mixed(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 31;
}

static uint64_t point_bits(struct geo_point point)
{
    return (uint64_t)(uint32_t)point.lat_e7 << 32 | (uint32_t)point.lon_e7;
}

static uint64_t legs_name(const struct map_leg *legs, size_t leg_count)
{
    uint64_t name = mixed(1, leg_count);
    for (size_t i = 0; i < leg_count; i++) {
        name = mixed(name, point_bits(legs[i].from));
        name = mixed(name, point_bits(legs[i].to));
        name = mixed(name, (uint64_t)legs[i].kind);
    }
    return name | 1;
}

static void take_in(struct geo_point *south_west, struct geo_point *north_east,
                    struct geo_point point)
{
    south_west->lat_e7 = point.lat_e7 < south_west->lat_e7 ? point.lat_e7 : south_west->lat_e7;
    south_west->lon_e7 = point.lon_e7 < south_west->lon_e7 ? point.lon_e7 : south_west->lon_e7;
    north_east->lat_e7 = point.lat_e7 > north_east->lat_e7 ? point.lat_e7 : north_east->lat_e7;
    north_east->lon_e7 = point.lon_e7 > north_east->lon_e7 ? point.lon_e7 : north_east->lon_e7;
}

/* Ground around the day where no pack says how far it goes. */
static void sheet_around(struct map_chart *chart, const struct map_leg *legs, size_t leg_count)
{
    enum { EDGE_E7 = EDGE_M * 90 };
    struct geo_point south_west = legs[0].from;
    struct geo_point north_east = legs[0].from;
    for (size_t i = 0; i < leg_count; i++) {
        take_in(&south_west, &north_east, legs[i].from);
        take_in(&south_west, &north_east, legs[i].to);
    }
    chart->sheet = map_sheet_make(
        (struct geo_point){south_west.lat_e7 - EDGE_E7, south_west.lon_e7 - EDGE_E7},
        (struct geo_point){north_east.lat_e7 + EDGE_E7, north_east.lon_e7 + EDGE_E7});
    chart->tiles.sheet = chart->sheet;
    chart->has_sheet = true;
    chart->must_fit = true;
}

void map_chart_legs(struct map_chart *chart, const struct map_leg *legs, size_t leg_count)
{
    uint64_t name = legs_name(legs, leg_count);
    if (name == chart->trace_name) {
        return;
    }
    chart->trace_name = name;
    if (!chart->has_roads && leg_count > 0) {
        sheet_around(chart, legs, leg_count);
    }
    map_trace_make(&chart->trace, &chart->sheet, &chart->roads, chart->travel.work,
                   chart->travel.mode, legs, leg_count);
    map_tiles_forget(&chart->tiles);
}

void map_chart_fit(struct map_chart *chart)
{
    chart->must_fit = true;
}

/* The level at which all of the sheet is seen: further out there is nothing. */
static int32_t level_last(const struct map_chart *chart)
{
    int64_t west, south, east, north;
    map_sheet_place(&chart->sheet, chart->sheet.south_west, &west, &south);
    map_sheet_place(&chart->sheet, chart->sheet.north_east, &east, &north);
    int32_t level = 0;
    while (level + 1 < MAP_LEVELS &&
           ((east - west) > (int64_t)map_level_mm(level, chart->tiles.ppi) * chart->view.w ||
            (south - north) > (int64_t)map_level_mm(level, chart->tiles.ppi) * chart->view.h)) {
        level++;
    }
    return level;
}

bool map_chart_can_zoom(const struct map_chart *chart, int32_t by)
{
    int32_t level = chart->level + by;
    return chart->is_placed && level >= 0 && level <= level_last(chart);
}

void map_chart_zoom(struct map_chart *chart, int32_t by)
{
    if (map_chart_can_zoom(chart, by)) {
        chart->level += by;
        chart->is_flung = false;
        chart->is_by_hand = true;
        map_view_zoom(&chart->view, &chart->sheet,
                      (struct point){chart->view.w / 2, chart->view.h / 2},
                      map_level_mm(chart->level, chart->tiles.ppi));
    }
}

void map_chart_centre(struct map_chart *chart, struct geo_point place)
{
    if (chart->is_placed) {
        chart->is_flung = false;
        chart->is_by_hand = true;
        map_sheet_place(&chart->sheet, place, &chart->view.x_mm, &chart->view.y_mm);
        map_view_pan(&chart->view, &chart->sheet, 0, 0);
    }
}
