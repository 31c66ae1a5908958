/* Only rows in sight are built; spaces above and below stand for the others. */
#include "app/ui/widget_list.h"

enum {
    EDGE_DP = 16,
    OVERSCAN = 2, /* rows more above and below: shadows reach out of their rows */
};

/* Where a row begins, counted from the first. */
static int64_t row_top(const struct widget_list *list, int32_t index)
{
    if (list->tops != NULL) {
        return list->tops->px[index];
    }
    return (int64_t)index * (list->row_px + list->gap_px);
}

/* The row in which `px` from the first row's top lies, its gap included. */
static int32_t row_at(const struct widget_list *list, int64_t px)
{
    if (list->tops == NULL) {
        int64_t index = px / (list->row_px + list->gap_px);
        return index > list->count ? list->count : (int32_t)index;
    }
    int32_t low = 0;
    int32_t high = list->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (list->tops->px[middle + 1] <= px) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void list_open(struct ui *ui, const char *key, struct widget_list *list)
{
    const struct theme *theme = ui_theme(ui);
    int32_t edge_px = theme_dp(theme, EDGE_DP);
    /* What was in sight; the first frame does not know its height yet. */
    struct rect view = ui_rect(ui, key);
    int32_t view_px = view.h > 0 ? view.h : theme->options.height_px;
    int64_t all_px = row_top(list, list->count) + 2 * edge_px;
    CHECK(all_px < INT32_MAX); /* the layout counts pixels in 31 bits */
    int64_t offset_px = ui_scroll_px(ui, key);
    offset_px = offset_px > all_px - view_px ? all_px - view_px : offset_px;
    offset_px = offset_px < 0 ? 0 : offset_px;
    int64_t from_px = offset_px - edge_px;
    int32_t first = row_at(list, from_px < 0 ? 0 : from_px) - OVERSCAN;
    int32_t end = row_at(list, offset_px + view_px) + 1 + OVERSCAN;
    list->ui = ui;
    list->next = first < 0 ? 0 : first;
    list->end = end > list->count ? list->count : end;

    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .pad = EDGE_DP,
                             .scrolls = true,
                             .role = UI_ROLE_list,
                             .name = ""});
    ui_space(ui, UI_PX((int32_t)row_top(list, list->next)));
}

void widget_list_open(struct ui *ui, const char *key, int32_t count, int32_t row_dp, int32_t gap_dp,
                      struct widget_list *list_out)
{
    CHECK(count >= 0 && row_dp > 0 && gap_dp >= 0);
    *list_out = (struct widget_list){.count = count,
                                     .row_px = theme_dp(ui_theme(ui), row_dp),
                                     .gap_px = theme_dp(ui_theme(ui), gap_dp)};
    list_open(ui, key, list_out);
}

struct widget_list_tops widget_list_tops_make(struct arena *arena, const struct theme *theme,
                                              const int32_t *rows_dp, int32_t count, int32_t gap_dp)
{
    CHECK(count >= 0 && gap_dp >= 0);
    int32_t *px = ARENA_ARRAY(arena, (size_t)count + 1, int32_t);
    int32_t gap_px = theme_dp(theme, gap_dp);
    int64_t top = 0;
    for (int32_t i = 0; i < count; i++) {
        CHECK(rows_dp[i] > 0);
        px[i] = (int32_t)top;
        top += theme_dp(theme, rows_dp[i]) + gap_px;
        CHECK(top < INT32_MAX);
    }
    px[count] = (int32_t)top;
    return (struct widget_list_tops){.count = count, .gap_px = gap_px, .px = px};
}

void widget_list_open_tops(struct ui *ui, const char *key, const struct widget_list_tops *tops,
                           struct widget_list *list_out)
{
    *list_out = (struct widget_list){.tops = tops, .count = tops->count, .gap_px = tops->gap_px};
    list_open(ui, key, list_out);
}

static void row_finish(struct widget_list *list)
{
    if (list->is_row_open) {
        ui_close(list->ui);
        ui_space(list->ui, UI_PX(list->gap_px));
        list->is_row_open = false;
    }
}

bool widget_list_next(struct widget_list *list, int32_t *index_out)
{
    row_finish(list);
    if (list->next >= list->end) {
        return false;
    }
    int32_t index = list->next++;
    int32_t row_px = (int32_t)(row_top(list, index + 1) - row_top(list, index)) - list->gap_px;
    ui_open(
        list->ui, NULL,
        &(struct ui_box){.flow = UI_stack, .w = UI_FILL, .h = UI_PX(row_px), .across = UI_stretch});
    list->is_row_open = true;
    *index_out = index;
    return true;
}

void widget_list_close(struct widget_list *list)
{
    row_finish(list);
    ui_space(list->ui, UI_PX((int32_t)(row_top(list, list->count) - row_top(list, list->end))));
    ui_close(list->ui);
}
