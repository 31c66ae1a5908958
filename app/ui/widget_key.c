#include "app/ui/widget_key.h"

static void key_open(struct ui *ui, const char *key, const char *name)
{
    const struct theme *theme = ui_theme(ui);
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_FILL,
                             .w_min_mm = theme->key_mm,
                             .h = UI_MM(theme->key_high_mm),
                             .along = UI_centre,
                             .across = UI_centre,
                             .fill = COLOR_card,
                             .radius = 14,
                             .has_shadow = true,
                             .role = UI_ROLE_key,
                             .name = name,
                             .is_action = true});
}

/* Keys are low: a word too wide for one is set smaller before it goes on a second line. */
static bool is_too_wide(const struct ui *ui, const char *label, enum type type)
{
    const struct theme *theme = ui_theme(ui);
    return ui_text_px(ui, type, label) > theme_mm(theme, theme->key_mm);
}

void widget_key(struct ui *ui, const char *key, const char *label, enum type type)
{
    key_open(ui, key, label);
    ui_text(ui, is_too_wide(ui, label, type) ? TYPE_label : type, COLOR_ink, label);
    ui_close(ui);
}

void widget_key_icon(struct ui *ui, const char *key, enum icon icon, const char *name)
{
    key_open(ui, key, name);
    ui_icon(ui, icon, 36, COLOR_ink);
    ui_close(ui);
}

void widget_key_grid_open(struct ui *ui, const char *key)
{
    bool is_compact = ui_theme(ui)->class == THEME_compact;
    ui_open(
        ui, NULL,
        &(struct ui_box){
            .flow = UI_grid, .w = UI_FILL, .w_max = 520, .gap = is_compact ? 6 : 8, .columns = 3});
    for (int digit = '1'; digit <= '9'; digit++) {
        const char label[2] = {(char)digit, '\0'};
        widget_key(ui, ui_format(ui, "%s/%c", key, digit), label, TYPE_display);
    }
}
