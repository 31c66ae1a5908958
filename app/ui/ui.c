#include "app/ui/ui_private.h"

#include <string.h>

uint64_t ui_id(const char *key)
{
    if (key == NULL || key[0] == '\0') {
        return 0;
    }
    uint64_t hash = 0xCBF29CE484222325U; /* FNV-1a */
    for (const char *at = key; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * 0x100000001B3U;
    }
    return hash != 0 ? hash : 1;
}

struct ui_page *ui_page(const struct ui *ui)
{
    return (struct ui_page *)&ui->pages[ui->at];
}

struct ui_page *ui_page_before(const struct ui *ui)
{
    return (struct ui_page *)&ui->pages[ui->is_building ? 1 - ui->at : ui->at];
}

int32_t ui_page_find(const struct ui_page *page, uint64_t id)
{
    for (size_t i = 0; id != 0 && i < page->count; i++) {
        if (page->ids[i] == id) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* ---- frames ---- */

struct ui *ui_make(struct arena *program, const struct text_font *font)
{
    struct ui *ui = ARENA_NEW(program, struct ui);
    ui->font = *font;
    for (size_t i = 0; i < COUNT(ui->pages); i++) {
        arena_init(&ui->pages[i].arena, UI_ARENA_SIZE);
    }
    ui->wake_at_ms = INT64_MAX;
    return ui;
}

void ui_deinit(struct ui *ui)
{
    for (size_t i = 0; i < COUNT(ui->pages); i++) {
        arena_deinit(&ui->pages[i].arena);
    }
}

void ui_feed(struct ui *ui, const struct input_event *event)
{
    ui->touched_at_ms = event->at_ms;
    if (ui->queue_count == UI_QUEUE_MAX) {
        int32_t drop = 0;
        while (drop < UI_QUEUE_MAX && ui->queue[drop].kind != INPUT_move) {
            drop++;
        }
        if (drop == UI_QUEUE_MAX) {
            return; /* 256 taps and letters in one frame: the hand is not human */
        }
        memmove(&ui->queue[drop], &ui->queue[drop + 1],
                (size_t)(UI_QUEUE_MAX - 1 - drop) * sizeof ui->queue[0]);
        ui->queue_count--;
    }
    ui->queue[ui->queue_count++] = *event;
}

/* Keeps the arena at one block that held the largest frame, so that no frame
 * allocates once a screen has been shown. */
static void page_reset(struct ui_page *page)
{
    struct arena arena = page->arena;
    if (arena.used_size > arena.block_size / 2) {
        size_t block_size = arena.block_size * 2;
        arena_deinit(&arena);
        arena_init(&arena, block_size);
    }
    arena_reset(&arena);
    *page = (struct ui_page){.arena = arena};
}

static struct ui_node *node_add(struct ui *ui, const char *key, const struct ui_box *box);

void ui_begin(struct ui *ui, const struct ui_frame *frame)
{
    CHECK(!ui->is_building);
    ui->now = *frame;
    ui->frame++;
    ui->is_building = true;
    ui->at = 1 - ui->at;
    page_reset(ui_page(ui));
    ui->open = NULL;
    ui->depth = 0;
    ui->layer_count = 0;
    ui->node_count = 0;
    ui->wants_frame = false;
    ui->wake_at_ms = INT64_MAX;
    ui_gesture_take(ui);
    if (ui_motion_fling(ui)) {
        ui_wake_at(ui, frame->now_ms + 16);
    }
    const struct ui_box box = {.flow = UI_stack, .fill = COLOR_background};
    ui->root = node_add(ui, NULL, &box);
    ui->open = ui->root;
}

/* A focused node below or above the sight of its scroll region is brought into
 * it; true when something moved. */
static bool focus_reveal(struct ui *ui)
{
    const struct ui_page *page = ui_page(ui);
    int32_t index = ui_page_find(page, ui->focus_id);
    int32_t region = index >= 0 ? page->semantics[index].scroll : -1;
    if (region < 0) {
        return false;
    }
    struct rect focus = page->semantics[index].rect;
    struct rect view = page->semantics[region].rect;
    int32_t by = 0;
    if (focus.y + focus.h > view.y + view.h) {
        by = focus.y + focus.h - (view.y + view.h);
    }
    if (focus.y - by < view.y) {
        by = focus.y - view.y;
    }
    if (by == 0) {
        return false;
    }
    struct ui_kept *kept = ui_kept(ui, page->ids[region]);
    kept->scroll_milli += (int64_t)by * 1000;
    kept->fling = 0;
    return true;
}

void ui_end(struct ui *ui)
{
    CHECK(ui->is_building && ui->depth == 0); /* every ui_open has its ui_close */
    struct ui_page *page = ui_page(ui);
    ui_layout(ui, &page->arena, ui->root);
    page->layer_count = ui->layer_count;
    ui_paint(ui, page, ui->root);
    ui->is_building = false;
    if (ui->focus_id != 0 && ui_page_find(page, ui->focus_id) < 0) {
        ui->focus_id = 0; /* its field left the screen */
    }
    if (ui->reveal_frames > 0) {
        ui->reveal_frames--;
        ui->wants_frame = true;
        (void)focus_reveal(ui);
    }
    ui->wants_frame |= ui->was_answered || ui->queue_count > 0;
}

bool ui_wants_frame(const struct ui *ui)
{
    return ui->wants_frame;
}

int64_t ui_deadline_ms(const struct ui *ui)
{
    if (ui->wants_frame) {
        return ui->now.now_ms;
    }
    int64_t deadline = ui->wake_at_ms;
    int32_t press = ui_page_find(ui_page(ui), ui->press_id);
    if (press >= 0 && ui_page(ui)->semantics[press].can_long) {
        int64_t held = ui_motion_ring_at_ms(ui);
        deadline = held < deadline ? held : deadline;
    }
    return deadline;
}

int64_t ui_touched_at_ms(const struct ui *ui)
{
    return ui->touched_at_ms;
}

const struct draw_list *ui_draw_list(const struct ui *ui)
{
    return &ui_page_before(ui)->draw;
}

const struct ui_semantic *ui_semantics(const struct ui *ui, size_t *count_out)
{
    const struct ui_page *page = ui_page_before(ui);
    *count_out = page->count;
    return page->semantics;
}

const struct theme *ui_theme(const struct ui *ui)
{
    return ui->now.theme;
}

int64_t ui_now_ms(const struct ui *ui)
{
    return ui->now.now_ms;
}

const struct text_font *ui_font(const struct ui *ui)
{
    return &ui->font;
}

int32_t ui_text_px(const struct ui *ui, enum type type, const char *text)
{
    struct text_style style = {theme_type_px(ui->now.theme, type),
                               theme_is_bold(ui->now.theme, type)};
    return text_width_px(&ui->font, style, str_from(text));
}

struct arena *ui_arena(struct ui *ui)
{
    return &ui_page(ui)->arena;
}

const char *ui_format(struct ui *ui, const char *format, ...)
{
    struct str_builder text;
    str_builder_init(&text, ui_arena(ui));
    va_list list;
    va_start(list, format);
    str_add_format_list(&text, format, list);
    va_end(list);
    return text.text;
}

void ui_wake_at(struct ui *ui, int64_t at_ms)
{
    if (at_ms < ui->wake_at_ms) {
        ui->wake_at_ms = at_ms;
    }
}

/* ---- the tree ---- */

static int32_t to_px(const struct ui *ui, struct ui_size size)
{
    switch (size.unit) {
    case UI_UNIT_dp:
        return theme_dp(ui->now.theme, size.value);
    case UI_UNIT_mm:
        return theme_mm(ui->now.theme, size.value);
    case UI_UNIT_px:
        return size.value;
    case UI_UNIT_fill:
        return size.value > 0 ? size.value : 1;
    case UI_UNIT_hug:
        return 0;
    }
    UNREACHABLE();
}

static enum ui_unit px_or_unit(enum ui_unit unit)
{
    return unit == UI_UNIT_hug || unit == UI_UNIT_fill ? unit : UI_UNIT_px;
}

static const char *kept_text(struct ui *ui, const char *text)
{
    return text != NULL ? arena_text(ui_arena(ui), text) : NULL;
}

static struct ui_node *node_add(struct ui *ui, const char *key, const struct ui_box *box)
{
    CHECK(ui->is_building);
    const struct theme *theme = ui->now.theme;
    struct ui_node *node = ARENA_NEW(ui_arena(ui), struct ui_node);
    if (box != NULL) {
        node->box = *box;
    }
    ui->node_count++;
    node->key = kept_text(ui, key);
    node->id = ui_id(key);
    node->box.name = kept_text(ui, node->box.name);
    node->box.value = kept_text(ui, node->box.value);
    node->w.unit = px_or_unit(node->box.w.unit);
    node->w.value = to_px(ui, node->box.w);
    node->h.unit = px_or_unit(node->box.h.unit);
    node->h.value = to_px(ui, node->box.h);
    node->w_min = theme_mm(theme, node->box.w_min_mm);
    node->h_min = theme_mm(theme, node->box.h_min_mm);
    node->w_max = node->box.w_max > 0 ? theme_dp(theme, node->box.w_max) : INT32_MAX;
    node->h_max = node->box.h_max > 0 ? theme_dp(theme, node->box.h_max) : INT32_MAX;
    node->pad_x = theme_dp(theme, node->box.pad + node->box.pad_x);
    node->pad_y = theme_dp(theme, node->box.pad + node->box.pad_y);
    node->gap = theme_dp(theme, node->box.gap);
    node->cell = theme_mm(theme, node->box.cell_mm);
    CHECK(!node->box.scrolls || node->id != 0); /* a scroll region needs a key */
    if (node->box.scrolls) {
        node->scroll_px = (int32_t)(ui_kept(ui, node->id)->scroll_milli / 1000);
    }
    struct ui_node *parent = ui->open;
    if (parent != NULL) {
        node->parent = parent;
        node->layer = parent->layer;
        if (parent->last != NULL) {
            parent->last->next = node;
        } else {
            parent->first = node;
        }
        parent->last = node;
    }
    return node;
}

static void open_push(struct ui *ui, struct ui_node *node)
{
    CHECK(ui->depth < UI_DEPTH_MAX);
    ui->stack[ui->depth++] = ui->open;
    ui->open = node;
}

void ui_open(struct ui *ui, const char *key, const struct ui_box *box)
{
    open_push(ui, node_add(ui, key, box));
}

void ui_close(struct ui *ui)
{
    CHECK(ui->depth > 0); /* more ui_close than ui_open */
    ui->open = ui->stack[--ui->depth];
}

void ui_open_layer(struct ui *ui, const char *key, bool is_modal, const struct ui_box *box)
{
    struct ui_box whole = box != NULL ? *box : (struct ui_box){0};
    whole.w = UI_FILL;
    whole.h = UI_FILL;
    struct ui_node *open = ui->open;
    ui->open = ui->root;
    struct ui_node *node = node_add(ui, key, &whole);
    ui->open = open;
    node->layer = ++ui->layer_count;
    node->is_layer_root = true;
    node->is_modal = is_modal;
    open_push(ui, node);
}

void ui_text_with(struct ui *ui, const struct ui_text *how, const char *text)
{
    const struct theme *theme = ui->now.theme;
    struct ui_box box = {.w = how->w, .role = how->role};
    if (box.role == UI_ROLE_none) {
        box.role = how->type == TYPE_title ? UI_ROLE_heading : UI_ROLE_text;
    }
    struct ui_node *node = node_add(ui, NULL, &box);
    node->how = *how;
    node->text = str_from(kept_text(ui, text != NULL ? text : ""));
    node->style = (struct text_style){theme_type_px(theme, how->type),
                                      theme_is_bold(theme, how->type) || how->is_bold};
    node->line_px = theme_line_px(theme, how->type);
    node->text_color = theme->color[how->color != COLOR_none ? how->color : COLOR_ink];
}

void ui_text(struct ui *ui, enum type type, enum color color, const char *text)
{
    ui_text_with(ui, &(struct ui_text){.type = type, .color = color}, text);
}

void ui_icon(struct ui *ui, enum icon icon, int32_t dp, enum color color)
{
    const struct theme *theme = ui->now.theme;
    int32_t side = theme_dp(theme, dp * theme->options.text_percent / 100);
    struct ui_node *node = node_add(ui, NULL, &(struct ui_box){.w = UI_PX(side), .h = UI_PX(side)});
    node->icon = icon;
    node->text_color = theme->color[color];
}

void ui_space(struct ui *ui, struct ui_size size)
{
    bool is_row = ui->open->box.flow == UI_row || ui->open->box.flow == UI_wrap;
    (void)node_add(ui, NULL,
                   &(struct ui_box){.w = is_row ? size : UI_HUG, .h = is_row ? UI_HUG : size});
}

void ui_divider(struct ui *ui)
{
    (void)node_add(ui, NULL, &(struct ui_box){.w = UI_FILL, .h = UI_DP(1), .fill = COLOR_divider});
}

void ui_stroke(struct ui *ui, struct point from, struct point to, int32_t width_px,
               enum color color)
{
    ui_art_add(ui, &(struct ui_art_item){.command = {
                                             .kind = DRAW_line,
                                             .rect = {from.x, from.y, to.x - from.x, to.y - from.y},
                                             .width = width_px,
                                             .color = ui->now.theme->color[color],
                                         }});
}

void ui_art_add(struct ui *ui, const struct ui_art_item *given)
{
    struct ui_art_item *item = ARENA_NEW(ui_arena(ui), struct ui_art_item);
    *item = *given;
    item->next = NULL;
    if (ui->open->art_last != NULL) {
        ui->open->art_last->next = item;
    } else {
        ui->open->art = item;
    }
    ui->open->art_last = item;
}
