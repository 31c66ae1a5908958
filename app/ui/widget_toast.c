#include "app/ui/widget_toast.h"

void widget_toast_show(struct widget_toast *toast, const struct ui *ui, const char *text,
                       const char *action)
{
    (void)str_copy(toast->text, sizeof toast->text, str_from(text));
    (void)str_copy(toast->action, sizeof toast->action, str_from(action));
    toast->until_ms = ui_now_ms(ui) + WIDGET_TOAST_MS;
}

bool widget_toast(struct ui *ui, struct widget_toast *toast)
{
    static const char key[] = "toast/action";
    if (toast->until_ms != 0 && ui_is_tapped(ui, key)) {
        toast->until_ms = 0;
        return true;
    }
    if (toast->until_ms != 0 && ui_is_touched(ui, "toast")) {
        toast->until_ms = ui_now_ms(ui) + WIDGET_TOAST_MS;
    }
    if (toast->until_ms == 0 || ui_now_ms(ui) >= toast->until_ms) {
        toast->until_ms = 0;
        return false;
    }
    ui_wake_at(ui, toast->until_ms);
    const struct theme *theme = ui_theme(ui);
    bool has_action = toast->action[0] != '\0';
    /* Where nothing is tapped: over the title where the bar on top is wide, else below it; the
     * bars at the bottom are what one wants to tap next. */
    bool is_wide = theme->class == THEME_expanded;
    ui_open_layer(
        ui, NULL, false,
        &(struct ui_box){
            .flow = UI_column, .pad = is_wide ? 4 : 16, .along = UI_start, .across = UI_centre});
    if (!is_wide) {
        ui_space(ui, UI_MM(theme->target_mm));
    }
    ui_open(ui, "toast",
            &(struct ui_box){.flow = UI_row,
                             .w = is_wide ? UI_HUG : UI_FILL, /* the less it hides the better */
                             .w_max = 640,
                             .h_min_mm = theme->target_mm,
                             .pad_x = 20,
                             .pad_y = 8,
                             .gap = 12,
                             .across = UI_centre,
                             .fill = COLOR_inverse,
                             .radius = 14,
                             .has_shadow = true,
                             .role = UI_ROLE_status});
    ui_text_with(ui,
                 &(struct ui_text){
                     .type = TYPE_body, .color = COLOR_on_inverse, .w = is_wide ? UI_HUG : UI_FILL},
                 toast->text);
    if (has_action) {
        ui_open(ui, key,
                &(struct ui_box){.flow = UI_row,
                                 .w_min_mm = theme->target_mm,
                                 .h_min_mm = theme->target_mm,
                                 .pad_x = 12,
                                 .along = UI_centre,
                                 .across = UI_centre,
                                 .radius = 12,
                                 .role = UI_ROLE_button,
                                 .is_action = true});
        ui_text(ui, TYPE_strong, COLOR_on_inverse_action, toast->action);
        ui_close(ui);
    }
    ui_close(ui);
    ui_close(ui);
    return false;
}
