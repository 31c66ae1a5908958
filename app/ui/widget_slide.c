#include "app/ui/widget_slide.h"

bool widget_slide(struct ui *ui, const char *key, const char *label, enum icon icon, bool is_danger)
{
    CHECK(label != NULL);
    const struct theme *theme = ui_theme(ui);
    const char *knob_key = ui_format(ui, "%s/knob", key);
    int32_t knob_px = theme_mm(theme, theme->key_mm);
    struct rect track = ui_rect(ui, key);
    int32_t room_px = track.w > knob_px ? track.w - knob_px : 0;
    struct ui_drag drag = ui_drag(ui, key);
    int32_t at_px = 0;
    bool is_confirmed = ui_is_long_pressed(ui, knob_key);
    if ((drag.is_active || drag.is_done) && drag.from.x <= knob_px * 3 / 2) {
        int32_t moved = drag.at.x - drag.from.x;
        at_px = moved < 0 ? 0 : moved > room_px ? room_px : moved;
        if (drag.is_done) {
            is_confirmed |= room_px > 0 && at_px >= room_px * 9 / 10;
            at_px = 0;
        }
    }
    enum color fill = is_danger ? COLOR_danger_tint : COLOR_info_tint;
    enum color ink = is_danger ? COLOR_on_danger_tint : COLOR_on_info_tint;
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_FILL,
                             .w_max = 560, /* a hand's width, as other main actions */
                             .h_min_mm = theme->key_mm,
                             .across = UI_centre,
                             .fill = fill,
                             .border = theme->has_shadow ? COLOR_none : ink,
                             .radius = 20,
                             .wants_drag = true});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h = UI_FILL,
                             .along = UI_centre,
                             .across = UI_centre,
                             .gap = 8});
    ui_space(ui, UI_MM(theme->key_mm));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .color = ink, .align = UI_centre},
                 label);
    ui_icon(ui, ICON_chevron_right, 28, ink);
    ui_close(ui);
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL});
    ui_space(ui, UI_PX(at_px));
    ui_open(ui, knob_key,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_MM(theme->key_mm),
                             .h = UI_MM(theme->key_mm),
                             .along = UI_centre,
                             .across = UI_centre,
                             .fill = is_danger ? COLOR_danger : COLOR_primary,
                             .radius = 20,
                             .role = UI_ROLE_button,
                             .name = label,
                             .is_action = true,
                             .is_primary = true,
                             .wants_long = true});
    ui_icon(ui, icon != ICON_none ? icon : ICON_arrow_forward, 36,
            is_danger ? COLOR_on_danger : COLOR_on_primary);
    ui_close(ui);
    ui_close(ui);
    ui_close(ui);
    return is_confirmed;
}
