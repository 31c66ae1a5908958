#include "app/ui/widget_tabs.h"

#include <stdio.h>

/* As many side by side as the widest fits. */
static int32_t columns_of(const struct ui *ui, const char *key, const struct widget_tab *tabs,
                          int32_t count)
{
    const struct theme *theme = ui_theme(ui);
    int32_t widest = theme_mm(theme, theme->target_mm);
    for (int32_t i = 0; i < count; i++) {
        int32_t px = ui_text_px(ui, TYPE_strong, tabs[i].label) + theme_dp(theme, 24);
        px +=
            tabs[i].icon != ICON_none ? theme_dp(theme, 34 * theme->options.text_percent / 100) : 0;
        if (tabs[i].count > 0) {
            char text[16];
            (void)snprintf(text, sizeof text, "%d", tabs[i].count);
            px += ui_text_px(ui, TYPE_label, text) + theme_dp(theme, 24);
        }
        widest = px > widest ? px : widest;
    }
    int32_t room = ui_rect(ui, key).w;
    room = room > 0 ? room : theme->options.width_px;
    int32_t columns = room / widest;
    return columns < 1 ? 1 : columns > count ? count : columns;
}

static void tab_show(struct ui *ui, const char *key, const struct widget_tab *tab, bool is_here)
{
    const struct theme *theme = ui_theme(ui);
    enum color ink = is_here ? COLOR_link : COLOR_ink_2;
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .h_min_mm = theme->target_mm,
                             .role = UI_ROLE_tab,
                             .name = tab->label,
                             .value = tab->count > 0 ? ui_format(ui, "%d", tab->count) : NULL,
                             .is_action = true,
                             .is_selected = is_here});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h = UI_FILL,
                             .pad_x = 12,
                             .gap = 8,
                             .along = UI_centre,
                             .across = UI_centre});
    if (tab->icon != ICON_none) {
        ui_icon(ui, tab->icon, 26, ink);
    }
    ui_text_with(
        ui,
        &(struct ui_text){.type = TYPE_body, .color = ink, .is_bold = is_here, .align = UI_centre},
        tab->label);
    if (tab->count > 0) {
        ui_open(ui, NULL, &(struct ui_box){.pad_x = 8, .radius = 12, .fill = COLOR_info_tint});
        ui_text_with(
            ui, &(struct ui_text){.type = TYPE_label, .color = COLOR_on_info_tint, .is_bold = true},
            ui_format(ui, "%d", tab->count));
        ui_close(ui);
    }
    ui_close(ui);
    /* The bar below says it without colour; the others keep its room. */
    ui_open(ui, NULL,
            &(struct ui_box){
                .w = UI_FILL, .h = UI_DP(4), .fill = is_here ? COLOR_primary : COLOR_none});
    ui_close(ui);
    ui_close(ui);
}

bool widget_tabs(struct ui *ui, const char *key, const struct widget_tab *tabs, int32_t count,
                 int32_t *at)
{
    CHECK(count >= 2 && count <= 6);
    bool has_changed = false;
    for (int32_t i = 0; i < count; i++) {
        if (ui_is_tapped(ui, ui_format(ui, "%s/%d", key, i)) && *at != i) {
            *at = i;
            has_changed = true;
        }
    }
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .fill = COLOR_card});
    ui_open(ui, key,
            &(struct ui_box){
                .flow = UI_grid, .w = UI_FILL, .columns = columns_of(ui, key, tabs, count)});
    for (int32_t i = 0; i < count; i++) {
        tab_show(ui, ui_format(ui, "%s/%d", key, i), &tabs[i], *at == i);
    }
    ui_close(ui);
    ui_divider(ui);
    ui_close(ui);
    return has_changed;
}
