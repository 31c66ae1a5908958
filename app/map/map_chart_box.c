/* app/map/map_chart_box.c -- the chart as a box: drag, fling, pinch, and what is shown at first. */
#include "app/map/map_chart_private.h"
#include "app/map/map_look.h"

enum {
    FLING_FRESH_MS = 60,  /* a finger that rested longer before it lifted throws nothing */
    FLING_END = 40,       /* thousandths of a pixel a ms: slower is rest */
    FLING_KEEP = 998,     /* of a thousand, each ms */
    PASSED_MOST_MS = 100, /* after a sleep it does not jump */
    LEAST_MM = 24,        /* less of a map is none */
    EDGE_MM = 6,          /* so much beyond the ground's edge: a stop on it is seen whole */
};

static void fling_go_on(struct ui *ui, struct map_chart *chart)
{
    int64_t passed_ms = ui_now_ms(ui) - chart->moved_at_ms;
    passed_ms = passed_ms > PASSED_MOST_MS ? PASSED_MOST_MS : passed_ms;
    int64_t x = 0;
    int64_t y = 0;
    for (int64_t ms = 0; ms < passed_ms; ms++) {
        x += chart->speed_x;
        y += chart->speed_y;
        chart->speed_x = chart->speed_x * FLING_KEEP / 1000;
        chart->speed_y = chart->speed_y * FLING_KEEP / 1000;
    }
    chart->moved_at_ms = ui_now_ms(ui);
    map_view_pan(&chart->view, &chart->sheet, (int32_t)(-x / 1000), (int32_t)(-y / 1000));
    int64_t fastest = (chart->speed_x < 0 ? -chart->speed_x : chart->speed_x) +
                      (chart->speed_y < 0 ? -chart->speed_y : chart->speed_y);
    chart->is_flung = fastest > FLING_END;
}

static void drag_take(struct ui *ui, struct map_chart *chart, const struct ui_drag *drag)
{
    int64_t now_ms = ui_now_ms(ui);
    int64_t passed_ms = now_ms - chart->moved_at_ms;
    if (drag->is_active && (drag->by.x != 0 || drag->by.y != 0)) {
        map_view_pan(&chart->view, &chart->sheet, -drag->by.x, -drag->by.y);
        chart->is_by_hand = true;
        if (passed_ms > 0) {
            int64_t span_ms = passed_ms > PASSED_MOST_MS ? PASSED_MOST_MS : passed_ms;
            /* Half of the old speed: one trembling report throws nothing far. */
            chart->speed_x = (chart->speed_x + (int64_t)drag->by.x * 1000 / span_ms) / 2;
            chart->speed_y = (chart->speed_y + (int64_t)drag->by.y * 1000 / span_ms) / 2;
        }
        chart->moved_at_ms = now_ms;
    }
    if (drag->is_done) {
        chart->is_flung = passed_ms <= FLING_FRESH_MS && !ui_theme(ui)->options.is_still;
        chart->moved_at_ms = now_ms;
    }
}

static int32_t level_near(const struct map_chart *chart, int32_t mm_per_px)
{
    int32_t level = 0;
    while (map_chart_can_zoom(chart, level + 1 - chart->level) &&
           (int64_t)mm_per_px * 10 > (int64_t)map_level_mm(level, chart->tiles.ppi) * 12) {
        level++;
    }
    return level;
}

static int32_t level_furthest(const struct map_chart *chart)
{
    int32_t level = chart->level;
    while (map_chart_can_zoom(chart, level + 1 - chart->level)) {
        level++;
    }
    return level;
}

static void pinch_take(struct map_chart *chart, const struct ui_pinch *pinch)
{
    if (pinch->is_active) {
        chart->is_pinching = true;
        chart->is_by_hand = true;
        chart->is_flung = false;
        chart->pinch_at = pinch->at;
        map_view_pan(&chart->view, &chart->sheet, -pinch->by.x, -pinch->by.y);
        int32_t scale = pinch->scale_milli < 100 ? 100 : pinch->scale_milli;
        int64_t mm = (int64_t)chart->view.mm_per_px * 1000 / scale;
        int64_t least = map_level_mm(0, chart->tiles.ppi);
        int64_t most = map_level_mm(level_furthest(chart), chart->tiles.ppi);
        mm = mm < least ? least : mm > most ? most : mm;
        map_view_zoom(&chart->view, &chart->sheet, pinch->at, (int32_t)mm);
        chart->level = level_near(chart, (int32_t)mm);
    } else if (chart->is_pinching) { /* tiles are sharp at their own scale */
        chart->is_pinching = false;
        map_view_zoom(&chart->view, &chart->sheet, chart->pinch_at,
                      map_level_mm(chart->level, chart->tiles.ppi));
    }
}

/* The part of the map beside (or above) a box that lies over it; all of it when there is none. */
static struct rect clear_of(struct rect room, struct rect cover, bool is_beside)
{
    if (geom_is_empty(cover)) {
        return room;
    }
    if (!is_beside) {
        return (struct rect){room.x, room.y, room.w, cover.y - room.y};
    }
    bool is_at_end = cover.x - room.x > room.x + room.w - (cover.x + cover.w);
    int32_t left = is_at_end ? room.x : cover.x + cover.w;
    int32_t right = is_at_end ? cover.x : room.x + room.w;
    return (struct rect){left, room.y, right - left, room.h};
}

/* All of the points, as near as can be, and none of them under what lies over the map. */
static void show_all(struct map_chart *chart, const struct geo_point *points, size_t count,
                     struct rect room, struct rect cover, int32_t edge_px)
{
    struct map_view best = {0};
    for (int i = 0; i < 2; i++) {
        struct rect part = clear_of(room, cover, i == 1);
        int32_t level = 0;
        if (part.w < room.w / 2 || part.h < room.h / 2) {
            part = room; /* too much is covered: then under it all the same */
        }
        struct map_view view =
            map_view_around(&chart->sheet, points, count, part.w, part.h, chart->tiles.ppi, &level);
        if (i == 0 || view.mm_per_px < best.mm_per_px) {
            best = view;
            best.x_mm += (int64_t)(geom_centre(room).x - geom_centre(part).x) * view.mm_per_px;
            best.y_mm += (int64_t)(geom_centre(room).y - geom_centre(part).y) * view.mm_per_px;
            chart->level = level;
        }
    }
    chart->view.x_mm = best.x_mm;
    chart->view.y_mm = best.y_mm;
    chart->view.mm_per_px = best.mm_per_px;
    map_view_inside(&chart->view, &chart->sheet, edge_px);
}

static void fit(struct ui *ui, struct rect room, struct map_chart *chart,
                const struct map_show *show)
{
    struct arena *arena = ui_arena(ui);
    struct geo_point *points = ARENA_ARRAY(arena, show->mark_count + 2, struct geo_point);
    size_t count = 0;
    for (size_t i = 0; i < show->mark_count; i++) {
        if (show->marks[i].kind != MAP_MARK_left_out) {
            points[count++] = show->marks[i].place;
        }
    }
    if (show->has_me && count < 2) {
        points[count++] = show->me;
    }
    for (size_t i = 0; i < show->mark_count && count == 0; i++) {
        points[count++] = show->marks[i].place;
    }
    if (count == 0) { /* nothing to do: all of the ground */
        points[count++] = chart->sheet.south_west;
        points[count++] = chart->sheet.north_east;
    }
    struct rect cover = {0};
    if (show->cover_count > 0) {
        cover = geom_meet(ui_rect(ui, show->cover_keys[0]), room);
    }
    show_all(chart, points, count, room, cover, theme_mm(ui_theme(ui), EDGE_MM));
    chart->is_placed = true;
    chart->must_fit = false;
    chart->is_flung = false;
    chart->is_by_hand = false;
}

/* False when there is nothing to see yet. */
static bool view_follow(struct ui *ui, const char *key, struct map_chart *chart,
                        const struct map_show *show)
{
    const struct theme *theme = ui_theme(ui);
    struct rect room = ui_rect(ui, key);
    struct map_colors colors = map_look_colors(theme->options.kind);
    map_tiles_recolor(&chart->tiles, &colors, theme->options.ppi);
    if (!chart->has_sheet || geom_is_empty(room)) {
        return false;
    }
    bool is_resized = chart->view.w != room.w || chart->view.h != room.h;
    chart->view.w = room.w;
    chart->view.h = room.h;
    if (chart->must_fit || !chart->is_placed || (is_resized && !chart->is_by_hand)) {
        fit(ui, room, chart, show);
    } else if (is_resized) {
        chart->view.mm_per_px = map_level_mm(chart->level, chart->tiles.ppi);
    }
    struct ui_drag drag = ui_drag(ui, key);
    if (ui_is_touched(ui, key)) {
        chart->is_flung = false;
        chart->speed_x = drag.is_active ? chart->speed_x : 0;
        chart->speed_y = drag.is_active ? chart->speed_y : 0;
    }
    struct ui_pinch pinch = ui_pinch(ui, key);
    pinch_take(chart, &pinch);
    drag_take(ui, chart, &drag);
    if (chart->is_flung) {
        fling_go_on(ui, chart);
    }
    return true;
}

int32_t map_chart_open_box(struct ui *ui, const char *key, struct map_chart *chart,
                           const struct map_show *show)
{
    bool is_there = view_follow(ui, key, chart, show);
    struct ui_drag drag = ui_drag(ui, key);
    bool is_moving = chart->is_flung || chart->is_pinching || drag.is_active;
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_FILL,
                             .h = UI_FILL,
                             .h_min_mm = LEAST_MM,
                             .along = UI_end_side,
                             .across = UI_end_side,
                             .role = UI_ROLE_button,
                             .name = show->name,
                             .is_action = true,
                             .wants_drag = true,
                             .wants_pinch = true});
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
    if (is_there) {
        map_chart_ground(ui, chart, is_moving);
        map_chart_over(ui, key, chart, show, is_moving);
    } else if (geom_is_empty(ui_rect(ui, key))) {
        ui_wake_at(ui, ui_now_ms(ui)); /* now it is known how much room there is */
    }
    ui_close(ui);
    return is_there ? map_chart_over_tapped(ui, key, chart, show) : -1;
}
