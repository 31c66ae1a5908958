#include "app/ui/widget_toggle.h"

bool widget_toggle(struct ui *ui, const char *key, const char *label, const char *note,
                   const char *on, const char *off, bool *is_on)
{
    CHECK(label != NULL && on != NULL && off != NULL);
    bool was_tapped = ui_is_tapped(ui, key);
    if (was_tapped) {
        *is_on = !*is_on;
    }
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h_min_mm = ui_theme(ui)->target_mm,
                             .pad_y = 8,
                             .gap = 14,
                             .across = UI_centre,
                             .radius = 10,
                             .role = UI_ROLE_check,
                             .name = label,
                             .value = *is_on ? on : off,
                             .is_action = true,
                             .is_selected = *is_on});
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_body, COLOR_ink, label);
    if (note != NULL) {
        ui_text(ui, TYPE_label, COLOR_ink_2, note);
    }
    ui_close(ui);
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_label,
                                   .color = *is_on ? COLOR_link : COLOR_ink_2,
                                   .is_bold = true},
                 *is_on ? on : off);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_DP(64),
                             .h = UI_DP(36),
                             .pad = 4,
                             .along = *is_on ? UI_end_side : UI_start,
                             .across = UI_centre,
                             .fill = *is_on ? COLOR_primary : COLOR_sunken,
                             .border = *is_on ? COLOR_primary : COLOR_outline,
                             .border_width = 2,
                             .radius = 18});
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_DP(28),
                             .h = UI_DP(28),
                             .fill = *is_on ? COLOR_on_primary : COLOR_outline,
                             .radius = 14});
    ui_close(ui);
    ui_close(ui);
    ui_close(ui);
    return was_tapped;
}

bool widget_toggle_segments(struct ui *ui, const char *key, const char *const *labels,
                            int32_t count, int32_t *chosen)
{
    CHECK(count >= 2 && count <= 5);
    const struct theme *theme = ui_theme(ui);
    int32_t widest = 0;
    for (int32_t i = 0; i < count; i++) {
        /* Beside the label: the edges and the tick, which grows with the text. */
        int32_t beside_dp = 34 + 22 * theme->options.text_percent / 100;
        int32_t px = ui_text_px(ui, TYPE_strong, labels[i]) + theme_dp(theme, beside_dp);
        widest = px > widest ? px : widest;
    }
    CHECK(widest > 0); /* the room beside a label alone is some pixels */
    int32_t room = ui_rect(ui, key).w;
    room = (room > 0 ? room : theme->options.width_px - theme_dp(theme, 32)) - theme_dp(theme, 8);
    int32_t columns = room / widest < 1 ? 1 : room / widest >= count ? count : room / widest;
    int32_t rows = (count + columns - 1) / columns;
    columns = (count + rows - 1) / rows; /* four in two rows are two and two, not three and one */
    bool has_changed = false;
    for (int32_t i = 0; i < count; i++) {
        if (ui_is_tapped(ui, ui_format(ui, "%s/%d", key, i)) && *chosen != i) {
            *chosen = i;
            has_changed = true;
        }
    }
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .pad = 4,
                             .gap = 4,
                             .fill = COLOR_sunken,
                             .border = theme->has_shadow ? COLOR_none : COLOR_outline,
                             .radius = 14});
    for (int32_t i = 0; i < count; i++) {
        if (i % columns == 0) { /* the last row may hold fewer: they share its width */
            ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 4});
        }
        bool is_chosen = *chosen == i;
        enum color ink = is_chosen ? COLOR_on_selected : COLOR_ink_2;
        ui_open(ui, ui_format(ui, "%s/%d", key, i),
                &(struct ui_box){.flow = UI_row,
                                 .w = UI_FILL,
                                 .h_min_mm = theme->target_mm,
                                 .pad_x = 8,
                                 .gap = 6,
                                 .along = UI_centre,
                                 .across = UI_centre,
                                 .fill = is_chosen ? COLOR_selected : COLOR_none,
                                 .border = is_chosen ? COLOR_primary : COLOR_none,
                                 .border_width = is_chosen ? 2 : 0,
                                 .radius = 11,
                                 .role = UI_ROLE_choice,
                                 .name = labels[i],
                                 .is_action = true,
                                 .is_selected = is_chosen});
        if (is_chosen) {
            ui_icon(ui, ICON_check, 22, ink);
        }
        ui_text_with(ui,
                     &(struct ui_text){
                         .type = TYPE_body, .color = ink, .is_bold = is_chosen, .align = UI_centre},
                     labels[i]);
        ui_close(ui);
        if (i % columns == columns - 1 || i == count - 1) {
            ui_close(ui);
        }
    }
    ui_close(ui);
    return has_changed;
}
