#include "app/ui/widget_toast.h"

static const char room_key[] = "toast/room";

enum { KEPT_was_asked, KEPT_room_px };
enum { EDGE_DP = 8 };

void widget_toast_show(struct widget_toast *toast, const struct ui *ui, const char *text,
                       const char *action)
{
    (void)str_copy(toast->text, sizeof toast->text, str_from(text));
    (void)str_copy(toast->action, sizeof toast->action, str_from(action));
    toast->until_ms = ui_now_ms(ui) + WIDGET_TOAST_MS;
}

void widget_toast_room(struct ui *ui)
{
    int64_t *keep = ui_keep(ui, room_key);
    if (keep[KEPT_was_asked] != 0) {
        return;
    }
    struct rect toast = ui_rect(ui, "toast");
    keep[KEPT_was_asked] = 1;
    keep[KEPT_room_px] = toast.h > 0 ? toast.h + 2 * theme_dp(ui_theme(ui), EDGE_DP) : 0;
    ui_open(ui, room_key, &(struct ui_box){.w = UI_FILL, .h = UI_PX((int32_t)keep[KEPT_room_px])});
    ui_close(ui);
}

/* Just above the room's lower edge, which stays where it is when the
 * room opens; on a screen without one at the top, over what is tapped least. */
static void place_open(struct ui *ui)
{
    const struct theme *theme = ui_theme(ui);
    struct rect room = ui_rect(ui, room_key);
    bool has_room = room.w > 0;
    ui_open_layer(ui, NULL, false,
                  &(struct ui_box){.flow = UI_column,
                                   .along = has_room ? UI_end_side : UI_start,
                                   .across = has_room ? UI_start : UI_centre});
    if (!has_room) {
        ui_space(ui, UI_MM(theme->target_mm));
    }
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL});
    ui_space(ui, UI_PX(room.x));
    ui_open(ui, NULL,
            &(struct ui_box){
                .w = has_room ? UI_PX(room.w) : UI_FILL, .pad = EDGE_DP, .across = UI_centre});
}

static void place_close(struct ui *ui)
{
    struct rect room = ui_rect(ui, room_key);
    ui_close(ui);
    ui_close(ui);
    if (room.w > 0) {
        ui_space(ui, UI_PX(ui_theme(ui)->options.height_px - room.y - room.h));
    }
    ui_close(ui);
}

bool widget_toast(struct ui *ui, struct widget_toast *toast)
{
    static const char key[] = "toast/action";
    int64_t *keep = ui_keep(ui, room_key);
    bool has_room = keep[KEPT_was_asked] != 0;
    keep[KEPT_room_px] = has_room ? keep[KEPT_room_px] : 0;
    keep[KEPT_was_asked] = 0;
    if (toast->until_ms != 0 && ui_is_tapped(ui, key)) {
        toast->until_ms = 0;
        return true;
    }
    if (toast->until_ms != 0 && ui_is_touched(ui, "toast")) {
        toast->until_ms = ui_now_ms(ui) + WIDGET_TOAST_MS;
    }
    if (toast->until_ms == 0 || ui_now_ms(ui) >= toast->until_ms) {
        toast->until_ms = 0;
        if (keep[KEPT_room_px] != 0) {
            ui_wake_at(ui, ui_now_ms(ui)); /* its room is given back */
        }
        return false;
    }
    ui_wake_at(ui, toast->until_ms);
    const struct theme *theme = ui_theme(ui);
    bool has_action = toast->action[0] != '\0';
    bool is_wide = theme->class == THEME_expanded;
    if (has_room && keep[KEPT_room_px] == 0) {
        ui_wake_at(ui, ui_now_ms(ui)); /* now it is known how much it needs, and where */
    }
    place_open(ui);
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
    place_close(ui);
    return false;
}
