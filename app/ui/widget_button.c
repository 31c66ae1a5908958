#include "app/ui/widget_button.h"

struct look {
    enum color fill, ink, border;
};

static struct look look_of(const struct theme *theme, const struct widget_button *button)
{
    /* The sun knows no grey, and a frame would make it look like one that can be tapped. */
    if (button->is_disabled) {
        return (struct look){theme->has_shadow ? COLOR_sunken : COLOR_none, COLOR_ink_2,
                             COLOR_none};
    }
    switch (button->kind) {
    case WIDGET_BUTTON_primary:
        return (struct look){COLOR_primary, COLOR_on_primary, COLOR_none};
    case WIDGET_BUTTON_danger:
        return (struct look){COLOR_danger, COLOR_on_danger, COLOR_none};
    case WIDGET_BUTTON_secondary:
        return (struct look){COLOR_card, COLOR_link, COLOR_outline};
    case WIDGET_BUTTON_quiet:
        return (struct look){COLOR_none, COLOR_link, COLOR_none};
    }
    UNREACHABLE();
}

bool widget_button(struct ui *ui, const char *key, const struct widget_button *button)
{
    CHECK(button->label != NULL);
    const struct theme *theme = ui_theme(ui);
    struct look look = look_of(theme, button);
    bool is_primary = button->kind == WIDGET_BUTTON_primary && !button->is_inline;
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .w = button->is_wide ? UI_FILL : UI_HUG,
                             .w_min_mm = theme->target_mm,
                             /* A hand's width; across a tablet it would be a bar. */
                             .w_max = is_primary ? 560 : 0,
                             .h_min_mm = is_primary ? theme->key_mm : theme->target_mm,
                             .pad_x = button->kind == WIDGET_BUTTON_quiet ? 12 : 20,
                             .pad_y = 8,
                             .gap = 10,
                             .along = UI_centre,
                             .across = UI_centre,
                             .fill = look.fill,
                             .border = look.border,
                             .border_width = look.border == COLOR_none ? 0 : 2,
                             .radius = is_primary ? 20 : 14,
                             .role = UI_ROLE_button,
                             .name = button->label,
                             .is_action = true,
                             .is_primary = is_primary,
                             .is_disabled = button->is_disabled});
    /* On a narrow screen with the largest text there is room for the words alone. */
    bool has_room = theme->class != THEME_compact || theme->options.text_percent < 200;
    if (button->icon != ICON_none && has_room) {
        ui_icon(ui, button->icon, is_primary ? 32 : 26, look.ink);
    }
    ui_text_with(ui,
                 &(struct ui_text){.type = is_primary ? TYPE_title : TYPE_strong,
                                   .color = look.ink,
                                   .align = UI_centre,
                                   .role = UI_ROLE_text},
                 button->label);
    ui_close(ui);
    return ui_is_tapped(ui, key);
}
