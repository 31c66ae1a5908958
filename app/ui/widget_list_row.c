#include "app/ui/widget_list.h"

static void row_mark(struct ui *ui, const struct widget_list_row *row)
{
    bool is_sunlit = !ui_theme(ui)->has_shadow;
    if (row->mark == NULL && row->icon == ICON_none) {
        return;
    }
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_DP(48),
                             .h = UI_DP(48),
                             .along = UI_centre,
                             .across = UI_centre,
                             .fill = COLOR_info_tint,
                             .border = is_sunlit ? COLOR_outline : COLOR_none,
                             .radius = 24});
    if (row->mark != NULL) {
        ui_text(ui, TYPE_strong, COLOR_on_info_tint, row->mark);
    } else {
        ui_icon(ui, row->icon, 28, COLOR_on_info_tint);
    }
    ui_close(ui);
}

/* Of the title of a tall row. Large text on a handheld has few words to a line. */
static int32_t tall_lines(const struct theme *theme)
{
    return theme->class == THEME_compact && theme->options.text_percent >= 160 ? 3 : 2;
}

bool widget_list_row(struct ui *ui, const char *key, const struct widget_list_row *row)
{
    CHECK(row->title != NULL);
    const struct theme *theme = ui_theme(ui);
    /* Large text on a handheld: what it says is read whole, not as wide as one line has room. */
    bool is_free =
        row->is_free && theme->class == THEME_compact && theme->options.text_percent > 100;
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h_min_mm = theme->target_mm,
                             .pad_x = 16,
                             .pad_y = 12,
                             .gap = 14,
                             .across = UI_centre,
                             .fill = row->is_disabled ? COLOR_sunken : COLOR_card,
                             .border = row->is_selected ? COLOR_primary : COLOR_none,
                             .border_width = row->is_selected ? 3 : 0,
                             .radius = 14,
                             .has_shadow = true,
                             .role = UI_ROLE_row,
                             .name = row->title,
                             .value = row->value,
                             .is_action = true,
                             .is_disabled = row->is_disabled,
                             .is_selected = row->is_selected});
    row_mark(ui, row);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_strong,
                                   .cut = is_free ? TEXT_wrap : TEXT_end,
                                   .lines_max = is_free        ? 0
                                                : row->is_tall ? tall_lines(theme)
                                                               : 1,
                                   .w = UI_FILL},
                 row->title);
    if (row->note != NULL) {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_secondary,
                                       .color = COLOR_ink_2,
                                       .cut = is_free              ? TEXT_wrap
                                              : row->is_note_place ? TEXT_middle
                                                                   : TEXT_end,
                                       .w = UI_FILL},
                     row->note);
    }
    bool is_below = row->is_tall || is_free;
    struct widget_badge badge = row->badge != NULL ? *row->badge : (struct widget_badge){0};
    badge.is_one_line = !is_free;
    if (is_below && row->badge != NULL) {
        widget_badge(ui, &badge);
    }
    ui_close(ui);
    bool has_badge = row->badge != NULL && !is_below;
    if (row->value != NULL || has_badge) {
        ui_open(ui, NULL, &(struct ui_box){.gap = 4, .across = UI_end_side});
        if (row->value != NULL) {
            ui_text(ui, TYPE_strong, COLOR_ink, row->value); /* never cut: it may be an amount */
        }
        if (has_badge) {
            widget_badge(ui, &badge);
        }
        ui_close(ui);
    }
    /* The largest text on a handheld leaves room for the words, or the amount, or for the arrow. */
    bool is_tight = theme->class == THEME_compact && theme->options.text_percent >= 200;
    if (row->has_arrow && !(is_tight && (row->value != NULL || has_badge || is_below))) {
        ui_icon(ui, ICON_chevron_right, 28, COLOR_ink_2);
    }
    ui_close(ui);
    return ui_is_tapped(ui, key);
}

/* What `text_px` of text need as a row, in dp. */
static int32_t row_dp(const struct theme *theme, int32_t text_px)
{
    int32_t px = text_px + theme_dp(theme, 24);
    int32_t least_px = theme_mm(theme, theme->target_mm);
    px = px < least_px ? least_px : px;
    return (px * 160 + theme->options.ppi - 1) / theme->options.ppi;
}

int32_t widget_list_row_dp(const struct ui *ui, bool has_note)
{
    const struct theme *theme = ui_theme(ui);
    int32_t text_px = theme_line_px(theme, TYPE_strong);
    if (has_note) { /* or a badge, which is as high as a note */
        text_px += theme_line_px(theme, TYPE_secondary) + theme_dp(theme, 8);
    }
    return row_dp(theme, text_px);
}

int32_t widget_list_row_tall_dp(const struct ui *ui)
{
    const struct theme *theme = ui_theme(ui);
    return row_dp(theme, tall_lines(theme) * theme_line_px(theme, TYPE_strong) +
                             2 * theme_line_px(theme, TYPE_secondary) + theme_dp(theme, 12));
}
