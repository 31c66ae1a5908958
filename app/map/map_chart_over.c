/* app/map/map_chart_over.c -- stops, names and the own place over the roads. */
#include "app/map/map_chart_private.h"
#include "app/map/map_look.h"
#include "app/ui/ui_art.h"

#include <string.h>

enum {
    TAP_MM = 8, /* so far from a mark's middle a tap still means it */
    PLACED_MAX = 256,
    SHOWN_MAX = 48, /* names at once */
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
        /* A dot: those that wait for another day are not the map's matter. */
        return mark->is_chosen ? (struct mark_look){line * 6 / 7, COLOR_ink_2, COLOR_card,
                                                    TYPE_label, ICON_event_busy}
                               : (struct mark_look){theme_dp(theme, 7), COLOR_ink_2, COLOR_card,
                                                    TYPE_label, ICON_none};
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
    uint32_t rim = theme->color[mark->is_chosen ? COLOR_ink : COLOR_card];
    ui_art_fill(ui, geom_inset(rect, -ring), rect.h, rim);
    ui_art_fill(ui, rect, rect.h, theme->color[look->fill]);
    if (look->icon != ICON_none) {
        int32_t inset = rect.w / 7;
        ui_art_icon(ui, geom_inset(rect, inset), look->icon, theme->color[look->ink]);
    } else if (mark->kind != MAP_MARK_left_out && mark->text != NULL && mark->text[0] != '\0') {
        ui_art_text(ui, rect, look->type, theme->color[look->ink],
                    has_more ? ui_format(ui, "%s+", mark->text) : mark->text);
    }
}

/* A stop for whose number there is no room is seen all the same. */
static void dot_show(struct ui *ui, const struct map_mark *mark, struct point at, struct rect room,
                     struct placed *placed)
{
    const struct theme *theme = ui_theme(ui);
    int32_t half = theme_dp(theme, 6);
    struct map_mark dot = *mark;
    struct mark_look look = {.fill = COLOR_primary, .ink = COLOR_on_primary, .type = TYPE_label};
    struct rect rect = {at.x - half, at.y - half, 2 * half, 2 * half};
    struct rect rim = geom_inset(rect, -theme_dp(theme, 2));
    dot.text = "";
    if (geom_covers(room, rect) && is_free(placed, rim, true)) {
        mark_draw(ui, &dot, rect, &look, false);
        place(placed, rim, true);
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
            } else if (mark->kind >= MAP_MARK_todo) {
                dot_show(ui, mark, at, room, placed);
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
    const struct map_label *shown[SHOWN_MAX];
    size_t shown_count = 0;
    int64_t apart_mm = theme_dp(theme, MAP_LABEL_APART_DP) * (int64_t)chart->view.mm_per_px;
    for (size_t i = 0; i < labels->count && shown_count < SHOWN_MAX; i++) {
        const struct map_label *label = &labels->items[i];
        int64_t mm = chart->view.mm_per_px;
        int64_t x = (label->x_mm - chart->view.x_mm) / mm + chart->view.w / 2;
        int64_t y = (label->y_mm - chart->view.y_mm) / mm + chart->view.h / 2;
        if (x < 0 || y < 0 || x > chart->view.w || y > chart->view.h ||
            map_labels_repeats(shown, shown_count, label, apart_mm)) {
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
            shown[shown_count++] = label;
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
    int32_t pad = theme_dp(theme, 12);
    int32_t width = ui_text_px(ui, TYPE_label, ROADS_CREDIT) + pad;
    const char *first = ROADS_CREDIT;
    const char *second = width > chart->view.w ? strrchr(ROADS_CREDIT, ' ') : NULL;
    if (second != NULL) { /* large text on a handheld: named whole, on two lines */
        first = ui_format(ui, "%.*s", (int)(second - ROADS_CREDIT), ROADS_CREDIT);
        int32_t first_px = ui_text_px(ui, TYPE_label, first);
        int32_t second_px = ui_text_px(ui, TYPE_label, ++second);
        width = (first_px > second_px ? first_px : second_px) + pad;
    }
    int32_t height = second != NULL ? 2 * line : line;
    struct rect rect = {0, chart->view.h - height, width, height};
    int32_t near = theme_line_px(theme, TYPE_title);
    for (size_t i = 0; i < show->mark_count; i++) {
        struct point at = map_view_pixel(&chart->view, &chart->sheet, show->marks[i].place);
        if (show->marks[i].kind >= MAP_MARK_todo && geom_has(geom_inset(rect, -near), at)) {
            rect.y = 0;
        }
    }
    ui_art_fill(ui, rect, 0, ink.halo);
    ui_art_text(ui, (struct rect){0, rect.y, width, line}, TYPE_label, ink.text, first);
    if (second != NULL) {
        ui_art_text(ui, (struct rect){0, rect.y + line, width, line}, TYPE_label, ink.text, second);
    }
    place(placed, rect, false);
}

int32_t map_chart_over_tapped(struct ui *ui, const char *key, const struct map_chart *chart,
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

void map_chart_over(struct ui *ui, const char *key, struct map_chart *chart,
                    const struct map_show *show, bool is_moving)
{
    struct placed placed = {.count = 0};
    covers_place(ui, key, show, &placed);
    credit_show(ui, chart, show, &placed);
    me_show(ui, chart, show);
    marks_show(ui, chart, show, &placed);
    names_show(ui, chart, &placed, is_moving);
}
