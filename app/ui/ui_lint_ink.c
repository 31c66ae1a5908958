/* Colours and overlaps: what the draw list shows. Pairs are taken from what is drawn
 * and not from what was meant. */
#include "app/ui/ui_lint_private.h"

enum { ICON_CONTRAST_MIN = 450 };

/* Commands that can be under, over or beside each other. */
struct ink {
    const struct draw_command **marks; /* texts and icons */
    size_t *at;                        /* their places in the list */
    size_t mark_count;
    const struct draw_command **fills;
    size_t *fill_at;
    size_t fill_count;
};

static uint32_t blend(uint32_t below, uint32_t above)
{
    uint32_t alpha = above >> 24;
    uint32_t mixed = 0xFF000000U;
    for (int shift = 0; shift <= 16; shift += 8) {
        uint32_t a = above >> shift & 0xFF;
        uint32_t b = below >> shift & 0xFF;
        mixed |= ((a * alpha + b * (255 - alpha) + 127) / 255) << shift;
    }
    return mixed;
}

static struct ink ink_gather(struct hunt *hunt)
{
    const struct draw_list *list = ui_draw_list(hunt->ui);
    struct ink ink = {0};
    size_t first = 0;
    /* Below a dialog's scrim everything is faint on purpose. */
    for (size_t i = 0; i < list->count; i++) {
        if (list->commands[i].kind == DRAW_fill &&
            list->commands[i].color == hunt->theme->color[COLOR_scrim]) {
            first = i;
        }
    }
    ink.marks = ARENA_ARRAY(hunt->arena, list->count + 1, const struct draw_command *);
    ink.at = ARENA_ARRAY(hunt->arena, list->count + 1, size_t);
    ink.fills = ARENA_ARRAY(hunt->arena, list->count + 1, const struct draw_command *);
    ink.fill_at = ARENA_ARRAY(hunt->arena, list->count + 1, size_t);
    for (size_t i = 0; i < list->count; i++) {
        const struct draw_command *command = &list->commands[i];
        if (geom_is_empty(geom_meet(command->rect, command->clip))) {
            continue;
        }
        if (command->kind == DRAW_fill) {
            ink.fill_at[ink.fill_count] = i;
            ink.fills[ink.fill_count++] = command;
        } else if (i >= first && (command->kind == DRAW_text || command->kind == DRAW_icon)) {
            ink.at[ink.mark_count] = i;
            ink.marks[ink.mark_count++] = command;
        }
    }
    return ink;
}

/* Where the strokes are: a line box is higher than its hanzi, an icon keeps a margin. */
static struct rect strokes_of(const struct draw_command *mark)
{
    struct rect box = mark->rect;
    if (mark->kind == DRAW_icon) {
        box = geom_inset(box, box.w / 12); /* the font's own margin: 2 of 24 */
    }
    if (mark->kind == DRAW_text && mark->style.size_px < box.h) {
        box.y += (box.h - mark->style.size_px) / 2;
        box.h = mark->style.size_px;
    }
    return geom_meet(box, mark->clip);
}

static const char *called(struct hunt *hunt, const struct draw_command *mark)
{
    struct str what = mark->kind == DRAW_text ? mark->text : str_from(icon_name(mark->icon));
    return str_format(hunt->arena, "\"%.*s\"", (int)what.size, what.bytes);
}

/* ---- contrast ---- */

/* What is behind a point of the mark: every fill below it, in order. */
static uint32_t background(const struct ink *ink, size_t mark, struct point at)
{
    uint32_t color = 0xFF000000U;
    for (size_t i = 0; i < ink->fill_count && ink->fill_at[i] < ink->at[mark]; i++) {
        if (geom_has(geom_meet(ink->fills[i]->rect, ink->fills[i]->clip), at)) {
            color = blend(color, ink->fills[i]->color);
        }
    }
    return color;
}

static void contrast(struct hunt *hunt, const struct ink *ink, size_t index)
{
    const struct draw_command *mark = ink->marks[index];
    struct rect seen = strokes_of(mark);
    if (geom_is_empty(seen)) {
        return;
    }
    bool is_text = mark->kind == DRAW_text;
    int32_t rule = is_text ? theme_contrast_min(hunt->theme) : ICON_CONTRAST_MIN;
    struct point middle = geom_centre(seen);
    const struct point points[] = {middle, {seen.x, middle.y}, {seen.x + seen.w - 1, middle.y}};
    for (size_t i = 0; i < COUNT(points); i++) {
        uint32_t behind = background(ink, index, points[i]);
        int32_t found = theme_contrast(mark->color, behind);
        if (found < rule) {
            ui_lint_found(hunt, UI_LINT_contrast, called(hunt, mark),
                          str_format(hunt->arena, "#%06X on #%06X is %d.%02d, the rule is %d.%02d",
                                     (unsigned)(mark->color & 0xFFFFFF),
                                     (unsigned)(behind & 0xFFFFFF), found / 100, found % 100,
                                     rule / 100, rule % 100));
            return;
        }
    }
}

/* ---- over each other ---- */

/* A box of a layer above the first: a toast or a keyboard covers on purpose. */
static bool is_of_upper_layer(const struct hunt *hunt, struct rect fill)
{
    for (size_t i = 0; i < hunt->count; i++) {
        if (hunt->semantics[i].layer > 0 && geom_covers(hunt->semantics[i].rect, fill)) {
            return true;
        }
    }
    return false;
}

/* An opaque fill drawn after `from` and before `until` over all of `area`. */
static const struct draw_command *lid(const struct ink *ink, size_t from, size_t until,
                                      struct rect area, bool is_whole)
{
    for (size_t i = 0; i < ink->fill_count && ink->fill_at[i] < until; i++) {
        const struct draw_command *fill = ink->fills[i];
        if (ink->fill_at[i] < from || fill->color >> 24 != 0xFF) {
            continue;
        }
        struct rect shown = geom_meet(fill->rect, fill->clip);
        if (is_whole ? geom_covers(shown, area) : geom_overlaps(shown, area)) {
            return fill;
        }
    }
    return NULL;
}

static void overlaps(struct hunt *hunt, const struct ink *ink, size_t index)
{
    const struct draw_command *mark = ink->marks[index];
    struct rect strokes = strokes_of(mark);
    if (geom_is_empty(strokes)) {
        return;
    }
    const struct draw_command *over = lid(ink, ink->at[index], SIZE_MAX, strokes, false);
    if (over != NULL && mark->kind == DRAW_text && !is_of_upper_layer(hunt, over->rect)) {
        ui_lint_found(hunt, UI_LINT_text_covered, called(hunt, mark),
                      str_format(hunt->arena, "by a box at %d,%d %dx%d", over->rect.x, over->rect.y,
                                 over->rect.w, over->rect.h));
    }
    for (size_t other = index + 1; other < ink->mark_count; other++) {
        const struct draw_command *next = ink->marks[other];
        if (mark->kind != DRAW_text && next->kind != DRAW_text) {
            continue; /* a picture may be made of two icons */
        }
        struct rect both = geom_meet(strokes, strokes_of(next));
        if (!geom_is_empty(both) && lid(ink, ink->at[index], ink->at[other], both, true) == NULL) {
            ui_lint_found(hunt, UI_LINT_text_overlap, called(hunt, mark),
                          str_format(hunt->arena, "and %s share %dx%d px", called(hunt, next),
                                     both.w, both.h));
        }
    }
}

/* Out of the box it belongs to: what is beside it left it no room. */
static void outside(struct hunt *hunt, const struct draw_command *mark)
{
    struct rect rect = mark->rect;
    if (mark->kind == DRAW_icon &&
        (rect.x < 0 || rect.x + rect.w > hunt->theme->options.width_px)) {
        ui_lint_found(hunt, UI_LINT_icon_outside, called(hunt, mark),
                      str_format(hunt->arena, "at %d,%d %dx%d", rect.x, rect.y, rect.w, rect.h));
    }
}

void ui_lint_ink(struct hunt *hunt)
{
    struct ink ink = ink_gather(hunt);
    for (size_t i = 0; i < ink.mark_count; i++) {
        contrast(hunt, &ink, i);
        overlaps(hunt, &ink, i);
        outside(hunt, ink.marks[i]);
    }
}
