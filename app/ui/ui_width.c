/* Widths: needs and wishes up the tree, shares down it. Integer pixels throughout. */
#include "app/ui/ui_layout_private.h"

enum { LEAST_EMS = 6, BROKEN_EMS = 2 }; /* twelve letters, six hanzi; four letters */

static void text_widths(struct ui *ui, struct ui_node *node)
{
    node->measured = text_memo_measure(&ui->memo, &ui->font, node->style, node->text);
    node->w_hug = node->measured.width_px;
    /* A word keeps its neighbours from squeezing it, up to LEAST_EMS: beyond that it is
     * broken (text_break does), or one long word would push its row off the screen. */
    int32_t piece_px = node->measured.piece_px;
    node->w_least = node->how.cut == TEXT_wrap
                        ? ui_layout_min(piece_px, (node->how.breaks ? BROKEN_EMS : LEAST_EMS) *
                                                      node->style.size_px)
                        : ui_layout_min(node->w_hug, 3 * node->style.size_px);
}

void ui_width_wishes(struct ui *ui, struct ui_node *node)
{
    int32_t least_sum = 0;
    int32_t least_most = 0;
    int32_t hug_sum = 0;
    int32_t hug_most = 0;
    int32_t count = 0;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        ui_width_wishes(ui, child);
        least_sum += child->w_least;
        least_most = ui_layout_max(least_most, child->w_least);
        hug_sum += child->w_hug;
        hug_most = ui_layout_max(hug_most, child->w_hug);
        count++;
    }
    if (node->text.bytes != NULL) {
        text_widths(ui, node);
    } else if (node->first != NULL) {
        switch (node->box.flow) {
        case UI_column:
        case UI_stack:
            node->w_least = least_most;
            node->w_hug = hug_most;
            break;
        case UI_row:
            node->w_row_least = least_sum + ui_layout_gaps(node);
            node->w_least = node->box.folds ? least_most : node->w_row_least;
            node->w_hug = hug_sum + ui_layout_gaps(node);
            break;
        case UI_wrap:
            node->w_least = least_most;
            node->w_hug = hug_sum + ui_layout_gaps(node);
            break;
        case UI_grid: {
            int32_t columns = node->box.columns > 0 ? node->box.columns : count;
            int32_t cell = ui_layout_max(hug_most, node->cell);
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
    node->w_least = ui_layout_within(node->w_least, node->w_min, node->w_max);
    node->w_hug =
        ui_layout_within(ui_layout_max(node->w_hug, node->w_least), node->w_min, node->w_max);
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
    int32_t width = child->w.unit == UI_UNIT_fill || is_stretched
                        ? ui_layout_min(room, child->w_max)
                        : ui_layout_min(child->w_hug, room);
    return ui_layout_max(width, child->w_min);
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
                int32_t share =
                    (int32_t)((int64_t)ui_layout_max(left, 0) * child->w.value / weights);
                if (share < child->w_least || share > child->w_max) {
                    child->rect.w = ui_layout_within(share, child->w_least, child->w_max);
                    was_settled = true;
                }
            }
        }
        if (!was_settled) {
            for (struct ui_node *child = node->first; child != NULL; child = child->next) {
                if (child->w.unit == UI_UNIT_fill && child->rect.w < 0) {
                    child->rect.w =
                        (int32_t)((int64_t)ui_layout_max(left, 0) * child->w.value / weights);
                    left -= child->rect.w;
                    weights -= child->w.value;
                }
            }
        }
    }
}

static void row_widths(struct ui_node *node, int32_t inner)
{
    int32_t fixed = ui_layout_gaps(node);
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
        int32_t high = ui_layout_max(inner, 0);
        while (low < high) {
            int32_t middle = low + (high - low + 1) / 2;
            int64_t sum = fixed;
            for (struct ui_node *child = node->first; child != NULL; child = child->next) {
                if (child->w.unit != UI_UNIT_px && child->w.unit != UI_UNIT_fill) {
                    sum += ui_layout_max(child->w_least, ui_layout_min(child->w_hug, middle));
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
    int32_t left = inner - ui_layout_gaps(node);
    bool has_fill = false;
    for (struct ui_node *child = node->first; child != NULL; child = child->next) {
        if (child->w.unit == UI_UNIT_fill) {
            has_fill = true;
        } else {
            child->rect.w = child->w.unit == UI_UNIT_px
                                ? child->w_hug
                                : ui_layout_max(child->w_least, ui_layout_min(child->w_hug, cap));
            left -= child->rect.w;
        }
    }
    if (has_fill) {
        fill_widths(node, left);
    }
}

void ui_width_settle(struct ui_node *node)
{
    int32_t inner = node->rect.w - 2 * node->pad_x;
    if (node->box.flow == UI_row && node->box.folds && node->w_row_least > inner) {
        node->box.flow = UI_column;
        node->box.along = UI_start;
        node->box.across = UI_start;
    }
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
            int32_t cell = ui_layout_max(node->cell, 1);
            columns = ui_layout_max(1, (inner + node->gap) / (cell + node->gap));
            columns = ui_layout_min(columns, ui_layout_max(1, ui_layout_child_count(node)));
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
        ui_width_settle(child);
    }
}
