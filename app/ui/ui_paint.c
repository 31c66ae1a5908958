/* One walk over the laid out tree: pictures and meaning together, so that what
 * is named is what is drawn. */
#include "app/ui/ui_private.h"

static const char *const role_names[UI_ROLE_COUNT] = {
    [UI_ROLE_none] = "box",      [UI_ROLE_text] = "text",     [UI_ROLE_heading] = "heading",
    [UI_ROLE_image] = "image",   [UI_ROLE_status] = "status", [UI_ROLE_progress] = "progress",
    [UI_ROLE_group] = "group",   [UI_ROLE_list] = "list",     [UI_ROLE_dialog] = "dialog",
    [UI_ROLE_button] = "button", [UI_ROLE_key] = "key",       [UI_ROLE_choice] = "choice",
    [UI_ROLE_check] = "check",   [UI_ROLE_tab] = "tab",       [UI_ROLE_row] = "row",
    [UI_ROLE_field] = "field",
};

const char *ui_role_name(enum ui_role role)
{
    CHECK(role < UI_ROLE_COUNT);
    return role_names[role];
}

struct walk {
    struct ui *ui;
    struct ui_page *page;
    int32_t parent; /* nearest semantic */
    int32_t scroll;
};

/* Texts inside a box in reading order, those of nested actions left out. */
static void name_gather(struct str_builder *out, const struct ui_node *node)
{
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (child->box.is_action || child->is_layer_root) {
            continue;
        }
        if (child->text.size > 0) {
            if (out->size > 0) {
                str_add_char(out, ' ');
            }
            str_add(out, child->text);
        }
        name_gather(out, child);
    }
}

static const char *name_of(struct arena *arena, const struct ui_node *node)
{
    if (node->box.name != NULL) {
        return node->box.name;
    }
    if (node->text.bytes != NULL) {
        return node->text.bytes;
    }
    if (!node->box.is_action && node->box.role < UI_ROLE_status) {
        return "";
    }
    struct str_builder out;
    str_builder_init(&out, arena);
    str_add_text(&out, "");
    name_gather(&out, node);
    return out.text;
}

static void page_room(struct ui_page *page)
{
    if (page->count < page->capacity) {
        return;
    }
    size_t capacity = page->capacity == 0 ? 256 : page->capacity * 2;
    struct arena *arena = &page->arena;
    page->semantics =
        arena_grow(arena, page->semantics, page->count, capacity, sizeof *page->semantics);
    page->ids = arena_grow(arena, page->ids, page->count, capacity, sizeof *page->ids);
    page->takes_ink =
        arena_grow(arena, page->takes_ink, page->count, capacity, sizeof *page->takes_ink);
    page->is_shield =
        arena_grow(arena, page->is_shield, page->count, capacity, sizeof *page->is_shield);
    page->scroll_top =
        arena_grow(arena, page->scroll_top, page->count, capacity, sizeof *page->scroll_top);
    page->capacity = capacity;
}

/* A text whose lines do not fit its box, though nobody put a … there. */
static bool is_clipped(const struct ui_node *node)
{
    return node->text.size > 0 && (node->lines.width_px > node->rect.w ||
                                   node->lines.line_count * node->line_px > node->rect.h);
}

static int32_t semantic_add(struct walk *walk, const struct ui_node *node)
{
    struct ui_page *page = walk->page;
    const struct ui_box *box = &node->box;
    page_room(page);
    size_t index = page->count++;
    page->semantics[index] = (struct ui_semantic){
        .role = box->role,
        .key = node->key != NULL ? node->key : "",
        .name = name_of(&page->arena, node),
        .value = box->value != NULL ? box->value : "",
        .rect = node->rect,
        .visible = geom_meet(node->rect, draw_clip(&page->draw)),
        .parent = walk->parent,
        .scroll = walk->scroll,
        .layer = node->layer,
        .is_action = box->is_action,
        .can_long = box->wants_long,
        .can_drag = box->wants_drag,
        .can_swipe = box->wants_swipe,
        .can_pinch = box->wants_pinch,
        .is_primary = box->is_primary,
        .is_letter_key = box->is_letter_key,
        .is_disabled = box->is_disabled,
        .is_selected = box->is_selected,
        .is_focused = node->id != 0 && node->id == walk->ui->focus_id,
        .is_scroll = box->scrolls,
        .was_cut = node->lines.was_cut,
        .is_clipped = is_clipped(node),
    };
    page->ids[index] = node->id;
    page->takes_ink[index] = box->wants_ink;
    page->is_shield[index] =
        node->is_modal || (node->parent != NULL && node->parent->is_layer_root);
    int32_t top = node->content_h - node->rect.h;
    page->scroll_top[index] = box->scrolls && top > 0 ? top : 0;
    return (int32_t)index;
}

static void text_paint(struct draw_list *list, const struct ui_node *node)
{
    int32_t y = node->rect.y;
    for (int32_t i = 0; i < node->lines.line_count; i++) {
        const struct text_line *line = &node->lines.lines[i];
        int32_t room = node->rect.w - line->width_px;
        int32_t x = node->rect.x;
        if (node->how.align == UI_centre) {
            x += room / 2;
        } else if (node->how.align == UI_end_side) {
            x += room;
        }
        draw_text(list, (struct rect){x, y, line->width_px, node->line_px},
                  y + text_baseline_px(node->style, node->line_px), line->text, node->style,
                  node->text_color);
        y += node->line_px;
    }
}

static void box_paint(const struct walk *walk, struct draw_list *list, const struct ui_node *node)
{
    const struct theme *theme = walk->ui->now.theme;
    const struct ui_box *box = &node->box;
    int32_t radius = theme_dp(theme, box->radius);
    if (node->is_modal) {
        draw_fill(list, node->rect, 0, theme->color[COLOR_scrim]);
    }
    if (box->has_shadow && theme->has_shadow && box->fill != COLOR_none) {
        struct rect under = node->rect;
        under.y += theme_dp(theme, 3);
        draw_shadow(list, under, radius, theme_dp(theme, 12), theme->color[COLOR_shadow]);
    }
    draw_fill(list, node->rect, radius, theme->color[box->fill]);
    if (box->border != COLOR_none) {
        int32_t width = theme_dp(theme, box->border_width > 0 ? box->border_width : 1);
        if (!theme->has_shadow && box->border_width < 2) {
            width = theme_dp(theme, 2);
        }
        draw_border(list, node->rect, radius, width, theme->color[box->border]);
    } else if (box->has_shadow && !theme->has_shadow) {
        draw_border(list, node->rect, radius, theme_dp(theme, 2), theme->color[COLOR_outline]);
    }
    ui_press_tint(walk->ui, list, node);
}

static void art_item_paint(struct draw_list *list, const struct ui_art_item *item,
                           struct point corner)
{
    const struct draw_command *command = &item->command;
    struct rect rect = command->rect;
    rect.x += corner.x;
    rect.y += corner.y;
    switch (command->kind) {
    case DRAW_fill:
        draw_fill(list, rect, command->radius, command->color);
        return;
    case DRAW_border:
        draw_border(list, rect, command->radius, command->width, command->color);
        return;
    case DRAW_shadow:
        draw_shadow(list, rect, command->radius, command->width, command->color);
        return;
    case DRAW_text:
        draw_text(list, rect, command->baseline + corner.y, command->text, command->style,
                  command->color);
        return;
    case DRAW_icon:
        draw_icon(list, rect, command->icon, command->color);
        return;
    case DRAW_line:
        draw_line(list, (struct point){rect.x, rect.y},
                  (struct point){rect.x + rect.w, rect.y + rect.h}, command->width, command->color);
        return;
    case DRAW_image:
        draw_image(list, rect, &command->image);
        return;
    }
}

static void art_paint(struct draw_list *list, const struct ui_node *node)
{
    struct point corner = {node->rect.x, node->rect.y};
    for (const struct ui_art_item *item = node->art; item != NULL; item = item->next) {
        if (item->is_clipped) {
            draw_clip_push(list, node->rect);
        }
        art_item_paint(list, item, corner);
        if (item->is_clipped) {
            draw_clip_pop(list);
        }
    }
}

/* A thin bar at the right shows how much lies outside. */
static void scroll_mark_paint(const struct walk *walk, struct draw_list *list,
                              const struct ui_node *node)
{
    const struct theme *theme = walk->ui->now.theme;
    int32_t top = node->content_h - node->rect.h;
    if (top <= 0) {
        return;
    }
    int32_t width = theme_dp(theme, 4);
    int32_t room = node->rect.h - 2 * width;
    int32_t length = (int32_t)((int64_t)room * node->rect.h / node->content_h);
    int32_t length_min = theme_dp(theme, 32);
    length = length < length_min ? length_min : length;
    if (length > room) {
        return;
    }
    int32_t y = (int32_t)((int64_t)(room - length) * node->scroll_px / top);
    draw_fill(list,
              (struct rect){node->rect.x + node->rect.w - 2 * width, node->rect.y + width + y,
                            width, length},
              width / 2, (theme->color[COLOR_outline] & 0xFFFFFFU) | 0xA0000000U);
}

static bool has_meaning(const struct ui_node *node)
{
    return node->text.bytes != NULL || node->box.role != UI_ROLE_none || node->id != 0 ||
           node->box.is_action || node->is_layer_root ||
           (node->parent != NULL && node->parent->is_layer_root);
}

static void paint(struct walk walk, const struct ui_node *node)
{
    struct draw_list *list = &walk.page->draw;
    if (has_meaning(node)) {
        int32_t index = semantic_add(&walk, node);
        if (node->is_modal) {
            walk.page->modal_layer = node->layer;
            walk.page->modal_first = (size_t)index;
        }
        walk.parent = index;
        if (node->box.scrolls) {
            walk.scroll = index;
            ui_kept(walk.ui, node->id)->scroll_milli =
                ui_kept(walk.ui, node->id)->scroll_milli / 1000 == node->scroll_px
                    ? ui_kept(walk.ui, node->id)->scroll_milli
                    : (int64_t)node->scroll_px * 1000;
        }
    }
    box_paint(&walk, list, node);
    if (node->box.scrolls) {
        draw_scroll_push(list, node->id, node->rect, node->scroll_px);
    }
    if (node->text.size > 0) {
        text_paint(list, node);
    }
    if (node->icon != ICON_none) {
        int32_t side = node->w.value; /* whatever room it was given */
        draw_icon(list,
                  (struct rect){node->rect.x + (node->rect.w - side) / 2,
                                node->rect.y + (node->rect.h - side) / 2, side, side},
                  node->icon, node->text_color);
    }
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        paint(walk, child);
    }
    if (node->box.scrolls) {
        draw_scroll_pop(list);
        draw_clip_push(list, node->rect);
        art_paint(list, node); /* it stands still, like the mark */
        scroll_mark_paint(&walk, list, node);
        draw_clip_pop(list);
    } else {
        art_paint(list, node);
    }
    ui_press_frame(walk.ui, list, node);
}

/* Held long enough it answers; the finger sees how long that still takes. */
static void ring_paint(const struct ui *ui, struct ui_page *page)
{
    int32_t index = ui_page_find(page, ui->press_id);
    int32_t side = ui_motion_ring_px(ui);
    if (index < 0 || side == 0 || !page->semantics[index].can_long) {
        return;
    }
    struct rect ring = {ui->input.at.x - side / 2, ui->input.at.y - side / 2, side, side};
    draw_border(&page->draw, ring, side / 2, theme_dp(ui->now.theme, 5),
                ui->now.theme->color[COLOR_primary]);
}

void ui_paint(struct ui *ui, struct ui_page *page, struct ui_node *root)
{
    draw_begin(&page->draw, &page->arena, root->rect);
    paint((struct walk){.ui = ui, .page = page, .parent = -1, .scroll = -1}, root);
    ring_paint(ui, page);
    for (size_t i = 0; page->modal_layer > 0 && i < page->modal_first; i++) {
        page->semantics[i].is_covered = true;
    }
}

char *ui_semantic_dump(struct arena *arena, const struct ui *ui)
{
    struct str_builder out;
    str_builder_init(&out, arena);
    str_add_text(&out, "");
    size_t count = 0;
    const struct ui_semantic *semantics = ui_semantics(ui, &count);
    for (size_t i = 0; i < count; i++) {
        const struct ui_semantic *s = &semantics[i];
        for (int32_t up = s->parent; up >= 0; up = semantics[up].parent) {
            str_add_text(&out, "  ");
        }
        str_add_text(&out, ui_role_name(s->role));
        if (s->key[0] != '\0') {
            str_add_format(&out, " #%s", s->key);
        }
        if (s->name[0] != '\0') {
            str_add_format(&out, " \"%s\"", s->name);
        }
        if (s->value[0] != '\0') {
            str_add_format(&out, " = \"%s\"", s->value);
        }
        str_add_format(&out, " %d,%d %dx%d", s->rect.x, s->rect.y, s->rect.w, s->rect.h);
        static const char *const words[] = {"action",  "long",     "drag",     "swipe",   "pinch",
                                            "primary", "disabled", "selected", "focused", "scrolls",
                                            "covered", "cut",      "clipped",  "hidden"};
        const bool holds[] = {s->is_action,   s->can_long,
                              s->can_drag,    s->can_swipe,
                              s->can_pinch,   s->is_primary,
                              s->is_disabled, s->is_selected,
                              s->is_focused,  s->is_scroll,
                              s->is_covered,  s->was_cut,
                              s->is_clipped,  geom_is_empty(s->visible)};
        for (size_t k = 0; k < COUNT(words); k++) {
            if (holds[k]) {
                str_add_format(&out, " %s", words[k]);
            }
        }
        str_add_char(&out, '\n');
    }
    return out.text;
}
