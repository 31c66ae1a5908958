/* Four passes over the tree: widths up (least, wished), widths down (both in
 * ui_width.c), heights up (texts now break), heights and places down. Integer
 * pixels throughout. */
#include "app/ui/ui_layout_private.h"

int32_t ui_layout_child_count(const struct ui_node *node)
{
    int32_t count = 0;
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        count++;
    }
    return count;
}

int32_t ui_layout_gaps(const struct ui_node *node)
{
    int32_t count = ui_layout_child_count(node);
    return count > 1 ? (count - 1) * node->gap : 0;
}

static int32_t grid_height(const struct ui_node *node)
{
    int32_t sum = 0;
    int32_t row = 0;
    int32_t at = 0;
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (at % node->columns == 0) {
            sum += row + (at > 0 ? node->gap : 0);
            row = 0;
        }
        row = ui_layout_max(row, child->h_hug);
        at++;
    }
    return sum + row;
}

static int32_t wrap_height(const struct ui_node *node)
{
    int32_t inner = node->rect.w - 2 * node->pad_x;
    int32_t sum = 0;
    int32_t line = 0;
    int32_t x = 0;
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (x > 0 && x + child->rect.w > inner) {
            sum += line + node->gap;
            line = 0;
            x = 0;
        }
        line = ui_layout_max(line, child->h_hug);
        x += child->rect.w + node->gap;
    }
    return sum + line;
}

/* Most texts are a line that fits: nothing is to be broken then. */
static struct text_layout lines_of(const struct ui *ui, struct arena *arena,
                                   const struct ui_node *node)
{
    int32_t room_px = node->rect.w - 2 * node->pad_x;
    if (!node->measured.is_line || node->measured.width_px > room_px) {
        return text_break(arena, &ui->font, node->style, node->text, room_px, node->how.cut,
                          node->how.lines_max);
    }
    struct text_line *line = ARENA_NEW(arena, struct text_line);
    *line = (struct text_line){node->text, node->measured.width_px};
    return (struct text_layout){.lines = line, .line_count = 1, .width_px = line->width_px};
}

/* Never below the smallest type at the usual size of text: nobody who asked for large letters
 * reads smaller ones than everybody else. Words stay whole. */
static void set_smaller(const struct ui *ui, struct arena *arena, struct ui_node *node)
{
    static const int32_t percents[] = {90, 80, 70, 60, 50, 40};
    struct theme_options plain = ui->now.theme->options;
    plain.text_percent = 100;
    const struct theme usual = theme_make(&plain);
    int32_t room_px = node->rect.w - 2 * node->pad_x;
    int32_t least_px = theme_type_px(&usual, TYPE_label);
    for (size_t i = 0; i < COUNT(percents); i++) {
        struct text_style style = node->style;
        style.size_px = ui_layout_max(style.size_px * percents[i] / 100, least_px);
        bool is_least = style.size_px == least_px;
        int32_t line_px = (style.size_px * 14 + 5) / 10;
        int32_t lines_max = ui_layout_max(node->how.shrinks_into_px / line_px, 1);
        struct text_layout lines =
            text_break(arena, &ui->font, style, node->text, room_px, TEXT_end,
                       lines_max + (is_least ? 1 : 0)); /* a line more rather than words less */
        if (!lines.was_cut && text_piece_px(&ui->font, style, node->text) <= room_px) {
            node->style = style;
            node->line_px = line_px;
            node->lines = lines;
            return;
        }
        if (is_least) {
            return;
        }
    }
}

/* In the middle of a row, broken words are as wide as their widest line: an icon beside them
 * stands with them and not at the far end of the room that they were offered. */
static void shrink(struct ui_node *node)
{
    const struct ui_node *row = node->parent;
    if (node->lines.line_count > 1 && node->how.cut == TEXT_wrap && node->w.unit == UI_UNIT_hug &&
        row != NULL && row->box.flow == UI_row && row->box.along == UI_centre) {
        node->rect.w = ui_layout_min(node->rect.w, node->lines.width_px + 2 * node->pad_x);
    }
}

static void heights_up(struct ui *ui, struct arena *arena, struct ui_node *node)
{
    int32_t sum = 0;
    int32_t most = 0;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        heights_up(ui, arena, child);
        sum += child->h_hug;
        most = ui_layout_max(most, child->h_hug);
    }
    int32_t height = 0;
    if (node->text.bytes != NULL) {
        node->lines = lines_of(ui, arena, node);
        if (node->lines.was_cut && node->how.shrinks_into_px > 0) {
            set_smaller(ui, arena, node);
        }
        shrink(node);
        height = node->lines.line_count * node->line_px;
    } else if (node->first != NULL) {
        switch (node->box.flow) {
        case UI_column:
            height = sum + ui_layout_gaps(node);
            break;
        case UI_row:
        case UI_stack:
            height = most;
            break;
        case UI_grid:
            height = grid_height(node);
            break;
        case UI_wrap:
            height = wrap_height(node);
            break;
        }
    }
    node->content_h = height + 2 * node->pad_y;
    node->h_hug = node->h.unit == UI_UNIT_px ? node->h.value : node->content_h;
    node->h_hug = ui_layout_within(node->h_hug, node->h_min, node->h_max);
    if (node->box.scrolls && node->h.unit == UI_UNIT_fill) {
        node->h_hug = node->h_min; /* asks for nothing, takes what is left */
    }
}

/* Heights of a column's children in `inner`. Fills share what is left; when
 * there is too little, children that scroll give way. */
static void column_heights(struct ui_node *node, int32_t inner)
{
    int32_t left = inner - ui_layout_gaps(node);
    int64_t weights = 0;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        child->rect.h = child->h_hug;
        left -= child->rect.h;
        weights += child->h.unit == UI_UNIT_fill ? child->h.value : 0;
    }
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (left > 0 && child->h.unit == UI_UNIT_fill) {
            int32_t share = (int32_t)((int64_t)left * child->h.value / weights);
            share = ui_layout_min(share, child->h_max - child->rect.h);
            child->rect.h += share;
            left -= share;
            weights -= child->h.value;
        } else if (left < 0 && child->box.scrolls) {
            int32_t give = ui_layout_min(-left, ui_layout_max(0, child->rect.h - child->h_min));
            child->rect.h -= give;
            left += give;
        }
    }
    /* A box around a scrolling box gives way too. */
    for (struct ui_node *child = node->first; child != NULL && left < 0; child = child->next) {
        if (!child->box.scrolls && child->first != NULL && child->h.unit == UI_UNIT_fill) {
            int32_t give = ui_layout_min(-left, ui_layout_max(0, child->rect.h - child->h_min));
            child->rect.h -= give;
            left += give;
        }
    }
}

static int32_t height_alone(const struct ui_node *child, int32_t room)
{
    bool is_stretched = child->parent->box.across == UI_stretch && child->h.unit != UI_UNIT_px;
    int32_t height = child->h.unit == UI_UNIT_fill || is_stretched
                         ? ui_layout_min(room, child->h_max)
                         : child->h_hug;
    if (child->box.scrolls) {
        height = ui_layout_min(height, room);
    }
    return ui_layout_max(height, child->h_min);
}

static void places(struct ui_node *node);

static int32_t lead(enum ui_align align, int32_t room)
{
    return align == UI_centre ? room / 2 : align == UI_end_side ? room : 0;
}

static void place(struct ui_node *child, int32_t x, int32_t y)
{
    child->rect.x = x;
    child->rect.y = y;
    places(child);
}

/* One line of a wrap; `left` is the width that its `count` children do not need. */
static void place_line(struct ui_node *from, const struct ui_node *to, int32_t x, int32_t y,
                       int32_t line_h, int32_t left, int32_t count, const struct ui_node *node)
{
    bool is_spread = node->box.along == UI_spread && count > 1;
    int32_t at = 0;
    for (struct ui_node *child = from; child != to; child = child->next) {
        int32_t spread = is_spread ? (int32_t)((int64_t)left * at / (count - 1)) : 0;
        child->rect.h = height_alone(child, line_h);
        place(child, x + spread, y + lead(node->box.across, line_h - child->rect.h));
        x += child->rect.w + node->gap;
        at++;
    }
}

static void place_wrap(struct ui_node *node, struct rect inner, int32_t y)
{
    struct ui_node *from = node->first;
    while (from != NULL) {
        int32_t used = 0;
        int32_t line_h = 0;
        int32_t count = 0;
        struct ui_node *to = from;
        while (to != NULL && (to == from || used + node->gap + to->rect.w <= inner.w)) {
            used += (to == from ? 0 : node->gap) + to->rect.w;
            line_h = ui_layout_max(line_h, to->h_hug);
            to = to->next;
            count++;
        }
        int32_t left = ui_layout_max(0, inner.w - used);
        place_line(from, to, inner.x + lead(node->box.along, left), y, line_h, left, count, node);
        y += line_h + node->gap;
        from = to;
    }
}

static void place_grid(struct ui_node *node, struct rect inner, int32_t y)
{
    struct ui_node *from = node->first;
    int32_t room = inner.w - (node->columns - 1) * node->gap;
    while (from != NULL) {
        int32_t line_h = 0;
        struct ui_node *to = from;
        for (int32_t i = 0; i < node->columns && to != NULL; i++) {
            line_h = ui_layout_max(line_h, to->h_hug);
            to = to->next;
        }
        int32_t x = inner.x;
        int32_t column = 0;
        for (struct ui_node *child = from; child != to; child = child->next) {
            int32_t cell = room / node->columns + (column < room % node->columns ? 1 : 0);
            child->rect.h = height_alone(child, line_h);
            place(child, x + lead(node->box.along, cell - child->rect.w),
                  y + lead(node->box.across, line_h - child->rect.h));
            x += cell + node->gap;
            column++;
        }
        y += line_h + node->gap;
        from = to;
    }
}

static void place_column(struct ui_node *node, struct rect inner, int32_t y)
{
    int32_t used = ui_layout_gaps(node);
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        used += child->rect.h;
    }
    int32_t left = ui_layout_max(0, inner.h - used);
    int32_t count = ui_layout_child_count(node);
    int32_t at = 0;
    int32_t spread = 0;
    y += lead(node->box.along, left);
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (node->box.along == UI_spread && count > 1) {
            spread = (int32_t)((int64_t)left * at / (count - 1));
        }
        place(child, inner.x + lead(node->box.across, inner.w - child->rect.w), y + spread);
        y += child->rect.h + node->gap;
        at++;
    }
}

static void place_row(struct ui_node *node, struct rect inner, int32_t y)
{
    int32_t used = ui_layout_gaps(node);
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        used += child->rect.w;
    }
    int32_t left = ui_layout_max(0, inner.w - used);
    int32_t count = ui_layout_child_count(node);
    int32_t at = 0;
    int32_t x = inner.x + lead(node->box.along, left);
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        int32_t spread = 0;
        if (node->box.along == UI_spread && count > 1) {
            spread = (int32_t)((int64_t)left * at / (count - 1));
        }
        child->rect.h = height_alone(child, inner.h);
        place(child, x + spread, y + lead(node->box.across, inner.h - child->rect.h));
        x += child->rect.w + node->gap;
        at++;
    }
}

/* Heights and places of the children of a node whose rect is settled. */
static void places(struct ui_node *node)
{
    struct rect inner = {node->rect.x + node->pad_x, node->rect.y + node->pad_y,
                         node->rect.w - 2 * node->pad_x, node->rect.h - 2 * node->pad_y};
    int32_t y = inner.y;
    if (node->box.scrolls) {
        int32_t most = ui_layout_max(0, node->content_h - node->rect.h);
        node->scroll_px = ui_layout_within(node->scroll_px, 0, most);
        y -= node->scroll_px;
        inner.h = ui_layout_max(inner.h, node->content_h - 2 * node->pad_y);
    }
    switch (node->box.flow) {
    case UI_column:
        column_heights(node, inner.h);
        place_column(node, inner, y);
        break;
    case UI_row:
        place_row(node, inner, y);
        break;
    case UI_stack:
        for (struct ui_node *child = node->first; child != NULL; child = child->next) {
            child->rect.h = height_alone(child, inner.h);
            place(child, inner.x + lead(node->box.along, inner.w - child->rect.w),
                  y + lead(node->box.across, inner.h - child->rect.h));
        }
        break;
    case UI_grid:
        if (node->first != NULL) {
            place_grid(node, inner, y);
        }
        break;
    case UI_wrap:
        place_wrap(node, inner, y);
        break;
    }
}

void ui_layout(struct ui *ui, struct arena *arena, struct ui_node *root)
{
    ui_width_wishes(ui, root);
    root->rect =
        (struct rect){0, 0, ui->now.theme->options.width_px, ui->now.theme->options.height_px};
    ui_width_settle(root);
    heights_up(ui, arena, root);
    root->rect.h = ui->now.theme->options.height_px;
    places(root);
}
