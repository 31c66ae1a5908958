/* Four passes over the tree: widths up (least, wished), widths down, heights up
 * (texts now break), heights and places down. Integer pixels throughout. */
#include "app/ui/ui_private.h"

enum { LEAST_EMS = 6 }; /* twelve letters, six hanzi */

static int32_t min32(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t max32(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t within(int32_t value, int32_t least, int32_t most)
{
    return max32(min32(value, most), least);
}

static bool is_text(const struct ui_node *node)
{
    return node->text.bytes != NULL;
}

static int32_t child_count(const struct ui_node *node)
{
    int32_t count = 0;
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        count++;
    }
    return count;
}

static int32_t gaps(const struct ui_node *node)
{
    int32_t count = child_count(node);
    return count > 1 ? (count - 1) * node->gap : 0;
}

static void text_widths(struct ui *ui, struct ui_node *node)
{
    struct str rest = node->text;
    struct str line;
    while (str_split(&rest, '\n', &line)) {
        node->w_hug = max32(node->w_hug, text_width_px(&ui->font, node->style, line));
    }
    /* A word keeps its neighbours from squeezing it, up to LEAST_EMS: beyond that it is
     * broken (text_break does), or one long word would push its row off the screen. */
    int32_t piece_px = text_piece_px(&ui->font, node->style, node->text);
    node->w_least = node->how.cut == TEXT_wrap ? min32(piece_px, LEAST_EMS * node->style.size_px)
                                               : min32(node->w_hug, 3 * node->style.size_px);
}

static void widths_up(struct ui *ui, struct ui_node *node)
{
    int32_t least_sum = 0;
    int32_t least_most = 0;
    int32_t hug_sum = 0;
    int32_t hug_most = 0;
    int32_t count = 0;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        widths_up(ui, child);
        least_sum += child->w_least;
        least_most = max32(least_most, child->w_least);
        hug_sum += child->w_hug;
        hug_most = max32(hug_most, child->w_hug);
        count++;
    }
    if (is_text(node)) {
        text_widths(ui, node);
    } else if (node->first != NULL) {
        switch (node->box.flow) {
        case UI_column:
        case UI_stack:
            node->w_least = least_most;
            node->w_hug = hug_most;
            break;
        case UI_row:
            node->w_least = least_sum + gaps(node);
            node->w_hug = hug_sum + gaps(node);
            break;
        case UI_wrap:
            node->w_least = least_most;
            node->w_hug = hug_sum + gaps(node);
            break;
        case UI_grid: {
            int32_t columns = node->box.columns > 0 ? node->box.columns : count;
            int32_t cell = max32(hug_most, node->cell);
            node->w_hug = columns * cell + (columns - 1) * node->gap;
            node->w_least = node->box.columns > 0 ? columns * least_most + (columns - 1) * node->gap
                                                  : least_most;
            break;
        }
        }
    }
    node->w_least += 2 * node->pad_x;
    node->w_hug += 2 * node->pad_x;
    if (node->w.unit == UI_UNIT_px) {
        node->w_least = node->w.value;
        node->w_hug = node->w.value;
    }
    node->w_least = within(node->w_least, node->w_min, node->w_max);
    node->w_hug = within(max32(node->w_hug, node->w_least), node->w_min, node->w_max);
}

/* Width of a child that has `room` for itself. A fixed one keeps its width
 * though it may not fit: an icon must not be squeezed. */
static int32_t width_alone(const struct ui_node *child, int32_t room)
{
    if (child->w.unit == UI_UNIT_px) {
        return child->w_hug;
    }
    bool is_stretched =
        child->parent->box.flow == UI_column && child->parent->box.across == UI_stretch;
    int32_t width = child->w.unit == UI_UNIT_fill || is_stretched ? min32(room, child->w_max)
                                                                  : min32(child->w_hug, room);
    return max32(width, child->w_min);
}

/* Shares `room` among the row's fill children by weight; one whose share is
 * below its least width gets that, one above its ceiling the ceiling. */
static void fill_widths(struct ui_node *node, int32_t room)
{
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (child->w.unit == UI_UNIT_fill) {
            child->rect.w = -1; /* not settled */
        }
    }
    bool was_settled = true;
    while (was_settled) {
        was_settled = false;
        int64_t weights = 0;
        int32_t left = room;
        for (struct ui_node *child = node->first; child != NULL; child = child->next) {
            if (child->w.unit == UI_UNIT_fill) {
                weights += child->rect.w < 0 ? child->w.value : 0;
                left -= child->rect.w < 0 ? 0 : child->rect.w;
            }
        }
        for (struct ui_node *child = node->first; child != NULL && !was_settled;
             child = child->next) {
            if (child->w.unit == UI_UNIT_fill && child->rect.w < 0) {
                int32_t share = (int32_t)((int64_t)max32(left, 0) * child->w.value / weights);
                if (share < child->w_least || share > child->w_max) {
                    child->rect.w = within(share, child->w_least, child->w_max);
                    was_settled = true;
                }
            }
        }
        if (!was_settled) {
            for (struct ui_node *child = node->first; child != NULL; child = child->next) {
                if (child->w.unit == UI_UNIT_fill && child->rect.w < 0) {
                    child->rect.w = (int32_t)((int64_t)max32(left, 0) * child->w.value / weights);
                    left -= child->rect.w;
                    weights -= child->w.value;
                }
            }
        }
    }
}

static void row_widths(struct ui_node *node, int32_t inner)
{
    int32_t fixed = gaps(node);
    int32_t hug_sum = 0;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (child->w.unit == UI_UNIT_px) {
            fixed += child->w_hug;
        } else if (child->w.unit == UI_UNIT_fill) {
            fixed += child->w_least;
        } else {
            hug_sum += child->w_hug;
        }
    }
    /* Hugging children too wide together are capped at one common width, none
     * below its least: the widest text gives way first. */
    int32_t cap = INT32_MAX;
    if (hug_sum > inner - fixed) {
        int32_t low = 0;
        int32_t high = max32(inner, 0);
        while (low < high) {
            int32_t middle = low + (high - low + 1) / 2;
            int64_t sum = fixed;
            for (struct ui_node *child = node->first; child != NULL; child = child->next) {
                if (child->w.unit != UI_UNIT_px && child->w.unit != UI_UNIT_fill) {
                    sum += max32(child->w_least, min32(child->w_hug, middle));
                }
            }
            if (sum <= inner) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        cap = low;
    }
    int32_t left = inner - gaps(node);
    bool has_fill = false;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (child->w.unit == UI_UNIT_fill) {
            has_fill = true;
        } else {
            child->rect.w = child->w.unit == UI_UNIT_px
                                ? child->w_hug
                                : max32(child->w_least, min32(child->w_hug, cap));
            left -= child->rect.w;
        }
    }
    if (has_fill) {
        fill_widths(node, left);
    }
}

static void widths_down(struct ui_node *node)
{
    int32_t inner = node->rect.w - 2 * node->pad_x;
    switch (node->box.flow) {
    case UI_column:
    case UI_stack:
    case UI_wrap:
        for (struct ui_node *child = node->first; child != NULL; child = child->next) {
            child->rect.w = width_alone(child, inner);
        }
        break;
    case UI_row:
        row_widths(node, inner);
        break;
    case UI_grid: {
        int32_t columns = node->box.columns;
        if (columns <= 0) {
            int32_t cell = max32(node->cell, 1);
            columns = max32(1, (inner + node->gap) / (cell + node->gap));
            columns = min32(columns, max32(1, child_count(node)));
        }
        node->columns = columns;
        int32_t at = 0;
        for (struct ui_node *child = node->first; child != NULL; child = child->next) {
            /* Pixels that do not divide go to the first columns. */
            int32_t room = inner - (columns - 1) * node->gap;
            int32_t cell = room / columns + (at % columns < room % columns ? 1 : 0);
            child->rect.w = width_alone(child, cell);
            at++;
        }
        break;
    }
    }
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        widths_down(child);
    }
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
        row = max32(row, child->h_hug);
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
        line = max32(line, child->h_hug);
        x += child->rect.w + node->gap;
    }
    return sum + line;
}

static void heights_up(struct ui *ui, struct arena *arena, struct ui_node *node)
{
    int32_t sum = 0;
    int32_t most = 0;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        heights_up(ui, arena, child);
        sum += child->h_hug;
        most = max32(most, child->h_hug);
    }
    int32_t height = 0;
    if (is_text(node)) {
        node->lines =
            text_break(arena, &ui->font, node->style, node->text, node->rect.w - 2 * node->pad_x,
                       node->how.cut, node->how.lines_max);
        height = node->lines.line_count * node->line_px;
    } else if (node->first != NULL) {
        switch (node->box.flow) {
        case UI_column:
            height = sum + gaps(node);
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
    node->h_hug = within(node->h_hug, node->h_min, node->h_max);
    if (node->box.scrolls && node->h.unit == UI_UNIT_fill) {
        node->h_hug = node->h_min; /* asks for nothing, takes what is left */
    }
}

/* Heights of a column's children in `inner`. Fills share what is left; when
 * there is too little, children that scroll give way. */
static void column_heights(struct ui_node *node, int32_t inner)
{
    int32_t left = inner - gaps(node);
    int64_t weights = 0;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        child->rect.h = child->h_hug;
        left -= child->rect.h;
        weights += child->h.unit == UI_UNIT_fill ? child->h.value : 0;
    }
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (left > 0 && child->h.unit == UI_UNIT_fill) {
            int32_t share = (int32_t)((int64_t)left * child->h.value / weights);
            share = min32(share, child->h_max - child->rect.h);
            child->rect.h += share;
            left -= share;
            weights -= child->h.value;
        } else if (left < 0 && child->box.scrolls) {
            int32_t give = min32(-left, max32(0, child->rect.h - child->h_min));
            child->rect.h -= give;
            left += give;
        }
    }
    /* A box around a scrolling box gives way too. */
    for (struct ui_node *child = node->first; child != NULL && left < 0; child = child->next) {
        if (!child->box.scrolls && child->first != NULL && child->h.unit == UI_UNIT_fill) {
            int32_t give = min32(-left, max32(0, child->rect.h - child->h_min));
            child->rect.h -= give;
            left += give;
        }
    }
}

static int32_t height_alone(const struct ui_node *child, int32_t room)
{
    bool is_stretched = child->parent->box.across == UI_stretch && child->h.unit != UI_UNIT_px;
    int32_t height =
        child->h.unit == UI_UNIT_fill || is_stretched ? min32(room, child->h_max) : child->h_hug;
    if (child->box.scrolls) {
        height = min32(height, room);
    }
    return max32(height, child->h_min);
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

static void place_line(struct ui_node *from, const struct ui_node *to, int32_t x, int32_t y,
                       int32_t line_h, const struct ui_node *node)
{
    for (struct ui_node *child = from; child != to; child = child->next) {
        child->rect.h = height_alone(child, line_h);
        place(child, x, y + lead(node->box.across, line_h - child->rect.h));
        x += child->rect.w + node->gap;
    }
}

static void place_wrap(struct ui_node *node, struct rect inner, int32_t y)
{
    struct ui_node *from = node->first;
    while (from != NULL) {
        int32_t used = 0;
        int32_t line_h = 0;
        struct ui_node *to = from;
        while (to != NULL && (to == from || used + node->gap + to->rect.w <= inner.w)) {
            used += (to == from ? 0 : node->gap) + to->rect.w;
            line_h = max32(line_h, to->h_hug);
            to = to->next;
        }
        place_line(from, to, inner.x + lead(node->box.along, inner.w - used), y, line_h, node);
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
            line_h = max32(line_h, to->h_hug);
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
    int32_t used = gaps(node);
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        used += child->rect.h;
    }
    int32_t left = max32(0, inner.h - used);
    int32_t count = child_count(node);
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
    int32_t used = gaps(node);
    for (const struct ui_node *child = node->first; child != NULL; child = child->next) {
        used += child->rect.w;
    }
    int32_t left = max32(0, inner.w - used);
    int32_t count = child_count(node);
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
        int32_t most = max32(0, node->content_h - node->rect.h);
        node->scroll_px = within(node->scroll_px, 0, most);
        y -= node->scroll_px;
        inner.h = max32(inner.h, node->content_h - 2 * node->pad_y);
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
    widths_up(ui, root);
    root->rect =
        (struct rect){0, 0, ui->now.theme->options.width_px, ui->now.theme->options.height_px};
    widths_down(root);
    heights_up(ui, arena, root);
    root->rect.h = ui->now.theme->options.height_px;
    places(root);
}
