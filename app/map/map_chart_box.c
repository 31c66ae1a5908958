/* app/map/map_chart_box.c -- the chart on the screen: tiles, names, stops; drag, fling, pinch. */
#include "app/map/map_chart.h"
#include "app/map/map_look.h"
#include "app/ui/ui_art.h"

enum {
    FLING_FRESH_MS = 60,  /* a finger that rested longer before it lifted throws nothing */
    FLING_END = 40,       /* thousandths of a pixel a ms: slower is rest */
    FLING_KEEP = 998,     /* of a thousand, each ms */
    FRAME_MS = 12,        /* while something moves */
    PASSED_MOST_MS = 100, /* after a sleep it does not jump */
    TAP_MM = 8,           /* so far from a mark's middle a tap still means it */
    LEAST_MM = 24,        /* less of a map is none */
    PLACED_MAX = 256,
    NAME_PLAIN = 255, /* last byte of an image's name: the whole tile */
};

/* What already stands on the map, in pixels of the box; ends may be round. */
struct placed {
    struct {
        struct rect rect;
        bool is_round;
    } items[PLACED_MAX];
    size_t count;
};

/* Two discs may come nearer than the squares around them. */
static bool are_apart(struct rect a, struct rect b)
{
    struct point from = geom_centre(a);
    struct point to = geom_centre(b);
    int64_t dx = from.x - to.x;
    int64_t dy = from.y - to.y;
    int64_t least = (int64_t)(a.h + b.h) / 2 + ((a.w - a.h) + (b.w - b.h)) / 2;
    /* … but no corner of a square may lie over the other's number. */
    return dx * dx + dy * dy >= least * least && !geom_overlaps(geom_inset(a, a.h / 6), b) &&
           !geom_overlaps(geom_inset(b, b.h / 6), a);
}

static bool is_free(const struct placed *placed, struct rect rect, bool is_round)
{
    for (size_t i = 0; i < placed->count; i++) {
        if (geom_overlaps(placed->items[i].rect, rect) &&
            !(is_round && placed->items[i].is_round && are_apart(placed->items[i].rect, rect))) {
            return false;
        }
    }
    return true;
}

static void place(struct placed *placed, struct rect rect, bool is_round)
{
    if (placed->count < PLACED_MAX) {
        placed->items[placed->count].rect = rect;
        placed->items[placed->count++].is_round = is_round;
    }
}

/* ---- moving ---- */

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

static void fit(struct map_chart *chart, const struct map_show *show, struct arena *arena)
{
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
    chart->view = map_view_around(&chart->sheet, points, count, chart->view.w, chart->view.h,
                                  chart->tiles.ppi, &chart->level);
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
        fit(chart, show, ui_arena(ui));
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

/* ---- tiles ---- */

static int32_t edge_px(const struct map_view *view, int64_t at_tile, int32_t tile_mm,
                       int64_t centre_mm, int32_t size_px)
{
    int64_t at_mm = at_tile * MAP_TILE_PX * tile_mm;
    int64_t mm = view->mm_per_px;
    int64_t at_px = at_mm >= 0 ? at_mm / mm : -((-at_mm + mm - 1) / mm);
    int64_t centre_px = centre_mm >= 0 ? centre_mm / mm : -((-centre_mm + mm - 1) / mm);
    return (int32_t)(at_px - (centre_px - size_px / 2));
}

static struct rect tile_rect(const struct map_view *view, int32_t tile_mm, int32_t column,
                             int32_t row)
{
    int32_t x = edge_px(view, column, tile_mm, view->x_mm, view->w);
    int32_t y = edge_px(view, row, tile_mm, view->y_mm, view->h);
    return (struct rect){x, y, edge_px(view, column + 1, tile_mm, view->x_mm, view->w) - x,
                         edge_px(view, row + 1, tile_mm, view->y_mm, view->h) - y};
}

/* A quarter of the tile one level further out, while there is no better. */
static void stand_in(struct ui *ui, struct map_chart *chart, int32_t tile_mm, int32_t column,
                     int32_t row, struct rect rect)
{
    enum { HALF = MAP_TILE_PX / 2 };
    int32_t x = column & 1;
    int32_t y = row & 1;
    const struct map_tile *wide = map_tiles_get(&chart->tiles, &chart->scratch, tile_mm * 2,
                                                (column - x) / 2, (row - y) / 2, false);
    if (wide == NULL) {
        ui_art_fill(ui, rect, 0, chart->tiles.colors.ground);
        return;
    }
    ui_art_image(ui, rect,
                 &(struct draw_image){wide->pixels + (size_t)y * HALF * MAP_TILE_PX + x * HALF,
                                      HALF, HALF, MAP_TILE_PX,
                                      wide->drawn << 8 | (uint64_t)(y * 2 + x)});
}

/* Tiles from `from` to `to`, both with them; those outside the view are only made ready. Returns
 * how many are still missing. */
static int32_t tiles_show(struct ui *ui, struct map_chart *chart, int32_t beside, int32_t *budget)
{
    struct map_view wide = chart->view;
    int32_t tile_mm = map_level_mm(chart->level, chart->tiles.ppi);
    int32_t missing = 0;
    int32_t column_from, column_to, row_from, row_to;
    struct point corner;
    wide.w = (int32_t)((int64_t)chart->view.w * chart->view.mm_per_px / tile_mm) + 2;
    wide.h = (int32_t)((int64_t)chart->view.h * chart->view.mm_per_px / tile_mm) + 2;
    wide.mm_per_px = tile_mm;
    map_tiles_in_view(&wide, &column_from, &column_to, &row_from, &row_to, &corner);
    for (int32_t row = row_from - beside; row <= row_to + beside; row++) {
        for (int32_t column = column_from - beside; column <= column_to + beside; column++) {
            bool is_seen =
                row >= row_from && row <= row_to && column >= column_from && column <= column_to;
            if (is_seen != (beside == 0)) {
                continue;
            }
            uint64_t drawn = chart->tiles.drawn;
            const struct map_tile *tile =
                map_tiles_get(&chart->tiles, &chart->scratch, tile_mm, column, row, *budget > 0);
            *budget -= chart->tiles.drawn != drawn ? 1 : 0;
            missing += tile == NULL ? 1 : 0;
            struct rect rect = tile_rect(&chart->view, tile_mm, column, row);
            if (tile != NULL && is_seen) {
                ui_art_image(ui, rect,
                             &(struct draw_image){tile->pixels, MAP_TILE_PX, MAP_TILE_PX,
                                                  MAP_TILE_PX, tile->drawn << 8 | NAME_PLAIN});
            } else if (is_seen) {
                stand_in(ui, chart, tile_mm, column, row, rect);
            }
        }
    }
    return missing;
}

static void ground_show(struct ui *ui, struct map_chart *chart, bool is_moving)
{
    arena_reset(&chart->scratch);
    map_tiles_begin(&chart->tiles);
    /* While it moves one tile a frame; at rest all that is seen at once, then what is beside. */
    int32_t budget = is_moving ? 1 : INT32_MAX;
    int32_t missing = tiles_show(ui, chart, 0, &budget);
    if (!is_moving) {
        budget = 1;
        missing += tiles_show(ui, chart, 1, &budget);
        missing = budget == 1 ? 0 : missing; /* more than are kept: enough */
    }
    if (is_moving || missing > 0) {
        ui_wake_at(ui, ui_now_ms(ui) + FRAME_MS);
    }
}

/* ---- what lies on them ---- */

static void covers_place(const struct ui *ui, const char *key, const struct map_show *show,
                         struct placed *placed)
{
    struct rect map = ui_rect(ui, key);
    for (size_t i = 0; i < show->cover_count; i++) {
        struct rect cover = ui_rect(ui, show->cover_keys[i]);
        if (!geom_is_empty(cover)) {
            cover.x -= map.x;
            cover.y -= map.y;
            place(placed, geom_inset(cover, -theme_dp(ui_theme(ui), 4)), false);
        }
    }
}

struct mark_look {
    int32_t side;
    enum color fill, ink;
    enum type type;
    enum icon icon; /* none: its number */
};

static struct mark_look mark_look(const struct theme *theme, const struct map_mark *mark)
{
    int32_t line = theme_line_px(theme, TYPE_strong);
    switch (mark->kind) {
    case MAP_MARK_left_out:
        return (struct mark_look){line * 4 / 7, COLOR_card, COLOR_ink_2, TYPE_label, ICON_none};
    case MAP_MARK_done:
        return (struct mark_look){line * 6 / 7, COLOR_ok, COLOR_card, TYPE_label, ICON_check};
    case MAP_MARK_skipped:
        return (struct mark_look){line * 6 / 7, COLOR_ink_2, COLOR_card, TYPE_label,
                                  ICON_skip_next};
    case MAP_MARK_todo:
        break;
    case MAP_MARK_next:
        return (struct mark_look){theme_line_px(theme, TYPE_title) + theme_dp(theme, 10),
                                  COLOR_primary, COLOR_on_primary, TYPE_title, ICON_none};
    }
    return (struct mark_look){line + theme_dp(theme, 6), COLOR_primary, COLOR_on_primary,
                              TYPE_strong, ICON_none};
}

static void mark_draw(struct ui *ui, const struct map_mark *mark, struct rect rect,
                      const struct mark_look *look, bool has_more)
{
    const struct theme *theme = ui_theme(ui);
    int32_t ring = theme_dp(theme, mark->is_chosen ? 4 : 2);
    uint32_t rim = theme->color[mark->is_chosen                   ? COLOR_ink
                                : mark->kind == MAP_MARK_left_out ? COLOR_outline
                                                                  : COLOR_card];
    ui_art_fill(ui, geom_inset(rect, -ring), rect.h, rim);
    ui_art_fill(ui, rect, rect.h, theme->color[look->fill]);
    if (look->icon != ICON_none) {
        int32_t inset = rect.w / 7;
        ui_art_icon(ui, geom_inset(rect, inset), look->icon, theme->color[look->ink]);
    } else if (mark->text != NULL && mark->text[0] != '\0') {
        ui_art_text(ui, rect, look->type, theme->color[look->ink],
                    has_more ? ui_format(ui, "%s+", mark->text) : mark->text);
    }
}

/* Which of two marks at one place is seen: the chosen one, then the next, then what is to do. */
static int32_t mark_rank(const struct map_mark *mark)
{
    return (mark->is_chosen ? 8 : 0) + (int32_t)mark->kind;
}

static bool hides_more(const struct map_chart *chart, const struct map_show *show, size_t index,
                       const struct rect *rect)
{
    for (size_t i = 0; i < show->mark_count; i++) {
        bool is_another = i != index && show->marks[i].kind >= MAP_MARK_todo &&
                          mark_rank(&show->marks[i]) <= mark_rank(&show->marks[index]);
        if (is_another &&
            geom_has(*rect, map_view_pixel(&chart->view, &chart->sheet, show->marks[i].place))) {
            return true;
        }
    }
    return false;
}

static void marks_show(struct ui *ui, const struct map_chart *chart, const struct map_show *show,
                       struct placed *placed)
{
    enum { RANK_MOST = 8 + MAP_MARK_next };
    const struct theme *theme = ui_theme(ui);
    struct rect room = {0, 0, chart->view.w, chart->view.h};
    for (int32_t rank = RANK_MOST; rank >= 0; rank--) {
        for (size_t i = 0; i < show->mark_count; i++) {
            const struct map_mark *mark = &show->marks[i];
            if (mark_rank(mark) != rank) {
                continue;
            }
            struct mark_look look = mark_look(theme, mark);
            struct point at = map_view_pixel(&chart->view, &chart->sheet, mark->place);
            struct rect rect = {at.x - look.side / 2, at.y - look.side / 2, look.side, look.side};
            bool has_more = look.icon == ICON_none && mark->kind >= MAP_MARK_todo &&
                            hides_more(chart, show, i, &rect);
            if (has_more) {
                int32_t wide = theme_dp(theme, 8);
                rect.x -= wide;
                rect.w += 2 * wide;
            }
            struct rect rim = geom_inset(rect, -theme_dp(theme, mark->is_chosen ? 4 : 2));
            if (geom_overlaps(rim, room) && geom_covers(room, rect) && is_free(placed, rim, true)) {
                mark_draw(ui, mark, rect, &look, has_more);
                place(placed, rim, true);
            }
        }
    }
}

static void me_show(struct ui *ui, const struct map_chart *chart, const struct map_show *show)
{
    if (!show->has_me) {
        return;
    }
    const struct theme *theme = ui_theme(ui);
    uint32_t color = theme->color[COLOR_primary];
    struct point at = map_view_pixel(&chart->view, &chart->sheet, show->me);
    int32_t least = theme_dp(theme, 14);
    int64_t radius = (int64_t)show->accuracy_m * 1000 / chart->view.mm_per_px;
    int32_t round = (int32_t)(radius < least           ? least
                              : radius > chart->view.w ? chart->view.w
                                                       : radius);
    int32_t dot = theme_dp(theme, 9);
    struct rect area = {at.x - round, at.y - round, 2 * round, 2 * round};
    struct rect rect = {at.x - dot, at.y - dot, 2 * dot, 2 * dot};
    ui_art_fill(ui, area, round, (color & 0xFFFFFF) | 0x30000000U);
    ui_art_border(ui, area, round, theme_dp(theme, 1), (color & 0xFFFFFF) | 0x90000000U);
    ui_art_fill(ui, geom_inset(rect, -theme_dp(theme, 3)), dot * 2, 0xFFFFFFFFU);
    ui_art_fill(ui, rect, dot, color);
}

static void names_show(struct ui *ui, struct map_chart *chart, struct placed *placed,
                       bool is_moving)
{
    const struct theme *theme = ui_theme(ui);
    struct map_labels *labels = &chart->labels;
    if (!chart->has_roads) {
        return;
    }
    if (!is_moving && map_labels_are_stale(labels, &chart->view)) {
        map_labels_find(labels, &chart->scratch, &chart->roads, &chart->sheet, &chart->view,
                        chart->tiles.ppi);
    }
    struct map_ink ink = map_look_ink(theme->options.kind);
    int32_t line = theme_line_px(theme, TYPE_label);
    struct rect room = {0, 0, chart->view.w, chart->view.h};
    for (size_t i = 0; i < labels->count; i++) {
        const struct map_label *label = &labels->items[i];
        int64_t mm = chart->view.mm_per_px;
        int64_t x = (label->x_mm - chart->view.x_mm) / mm + chart->view.w / 2;
        int64_t y = (label->y_mm - chart->view.y_mm) / mm + chart->view.h / 2;
        if (x < 0 || y < 0 || x > chart->view.w || y > chart->view.h) {
            continue;
        }
        const char *text =
            str_format(ui_arena(ui), "%.*s", (int)label->name.size, label->name.bytes);
        int32_t width = ui_text_px(ui, TYPE_label, text) + theme_dp(theme, 8);
        struct rect rect = {(int32_t)x - width / 2, (int32_t)y - line / 2, width, line};
        struct rect around = geom_inset(rect, -theme_dp(theme, 10));
        if (geom_covers(room, rect) && is_free(placed, around, false)) {
            ui_art_fill(ui, rect, line / 3, ink.halo);
            ui_art_text(ui, rect, TYPE_label, ink.text, text);
            place(placed, rect, false);
        }
    }
}

/* Whose the roads are stands in the corner where no stop is. */
static void credit_show(struct ui *ui, const struct map_chart *chart, const struct map_show *show,
                        struct placed *placed)
{
    if (!chart->has_roads) {
        return;
    }
    const struct theme *theme = ui_theme(ui);
    struct map_ink ink = map_look_ink(theme->options.kind);
    int32_t line = theme_line_px(theme, TYPE_label);
    int32_t width = ui_text_px(ui, TYPE_label, ROADS_CREDIT) + theme_dp(theme, 12);
    struct rect rect = {0, chart->view.h - line, width, line};
    int32_t near = theme_line_px(theme, TYPE_title);
    for (size_t i = 0; i < show->mark_count; i++) {
        struct point at = map_view_pixel(&chart->view, &chart->sheet, show->marks[i].place);
        if (show->marks[i].kind >= MAP_MARK_todo && geom_has(geom_inset(rect, -near), at)) {
            rect.y = 0;
        }
    }
    ui_art_fill(ui, rect, 0, ink.halo);
    ui_art_text(ui, rect, TYPE_label, ink.text, ROADS_CREDIT);
    place(placed, rect, false);
}

static int32_t tapped(struct ui *ui, const char *key, const struct map_chart *chart,
                      const struct map_show *show)
{
    if (!ui_is_tapped(ui, key)) {
        return -1;
    }
    struct point tap = ui_tap_at(ui, key);
    int64_t reach = theme_mm(ui_theme(ui), TAP_MM);
    int64_t best = reach * reach;
    int32_t found = -1;
    for (size_t i = 0; i < show->mark_count; i++) {
        struct point at = map_view_pixel(&chart->view, &chart->sheet, show->marks[i].place);
        int64_t dx = at.x - tap.x;
        int64_t dy = at.y - tap.y;
        /* Of two that lie together the one that is on top. */
        int64_t away = dx * dx + dy * dy - mark_rank(&show->marks[i]);
        if (away < best) {
            best = away;
            found = (int32_t)i;
        }
    }
    return found;
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
        struct placed placed = {.count = 0};
        ground_show(ui, chart, is_moving);
        covers_place(ui, key, show, &placed);
        credit_show(ui, chart, show, &placed);
        me_show(ui, chart, show);
        marks_show(ui, chart, show, &placed);
        names_show(ui, chart, &placed, is_moving);
    } else if (geom_is_empty(ui_rect(ui, key))) {
        ui_wake_at(ui, ui_now_ms(ui)); /* now it is known how much room there is */
    }
    ui_close(ui);
    return is_there ? tapped(ui, key, chart, show) : -1;
}
