#include "app/ui/widget_banner.h"
#include "app/ui/widget_button.h"

bool widget_banner(struct ui *ui, const char *key, const struct widget_banner *banner)
{
    CHECK(banner->title != NULL);
    enum color fill;
    enum color ink;
    enum icon icon;
    widget_badge_look(banner->tone, &fill, &ink, &icon);
    bool is_sunlit = !ui_theme(ui)->has_shadow;
    bool was_tapped = false;
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .pad = banner->action != NULL ? 6 : 14, /* a button has its own room */
                             .pad_x = banner->action != NULL ? 8 : 0,
                             .gap = 12,
                             .fill = fill,
                             .border = is_sunlit ? ink : COLOR_none,
                             .radius = 14,
                             .role = UI_ROLE_status});
    /* The action stands beside the words where both fit one line, else below them. */
    bool has_action = banner->action != NULL;
    if (has_action) {
        ui_open(
            ui, NULL,
            &(struct ui_box){
                .flow = UI_wrap, .w = UI_FILL, .gap = 8, .along = UI_spread, .across = UI_centre});
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .gap = 12});
    }
    ui_icon(ui, banner->icon != ICON_none ? banner->icon : icon, 28, ink);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_strong, ink, banner->title);
    if (banner->text != NULL) {
        ui_text(ui, TYPE_secondary, is_sunlit ? COLOR_ink : ink, banner->text);
    }
    ui_close(ui);
    if (has_action) {
        ui_close(ui);
        was_tapped = widget_button(ui, ui_format(ui, "%s/action", key),
                                   &(struct widget_button){.label = banner->action});
        ui_close(ui);
    }
    ui_close(ui);
    return was_tapped;
}
