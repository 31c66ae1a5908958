#include "app/ui/widget_card.h"

bool widget_card_open(struct ui *ui, const char *key, const struct widget_card *card)
{
    static const struct widget_card plain = {0};
    card = card != NULL ? card : &plain;
    enum color fill = card->fill != COLOR_none ? card->fill : COLOR_card;
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .h_min_mm = card->is_action ? ui_theme(ui)->target_mm : 0,
                             .pad = 16,
                             .gap = card->gap > 0 ? card->gap : 8,
                             .fill = fill,
                             .border = card->is_selected ? COLOR_primary : COLOR_none,
                             .border_width = card->is_selected ? 3 : 0,
                             .radius = 14,
                             .has_shadow = true,
                             .role = card->is_action ? UI_ROLE_row : UI_ROLE_group,
                             .name = card->is_action      ? card->name
                                     : card->name != NULL ? card->name
                                                          : "",
                             .is_action = card->is_action,
                             .is_selected = card->is_selected});
    return card->is_action && ui_is_tapped(ui, key);
}

void widget_card_heading(struct ui *ui, const char *text)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_y = 2});
    ui_text_with(
        ui,
        &(struct ui_text){
            .type = TYPE_secondary, .color = COLOR_ink_2, .is_bold = true, .role = UI_ROLE_heading},
        text);
    ui_close(ui);
}

static void fact(struct ui *ui, const char *label, const char *value, enum type type)
{
    const struct theme *theme = ui_theme(ui);
    /* Side by side while both fit on a handheld's card; else the value below. */
    int32_t both = ui_text_px(ui, TYPE_secondary, label) + ui_text_px(ui, type, value);
    int32_t room = theme->options.width_px - theme_dp(theme, 96);
    room = theme->class == THEME_expanded ? room / 2 : room;
    bool is_row = both <= room;
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_row ? UI_row : UI_column,
                             .w = UI_FILL,
                             .gap = is_row ? 16 : 0,
                             .across = is_row ? UI_centre : UI_start});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, label);
    if (is_row) {
        ui_space(ui, UI_FILL);
    }
    ui_text_with(ui, &(struct ui_text){.type = type, .align = is_row ? UI_end_side : UI_start},
                 value);
    ui_close(ui);
}

void widget_card_fact(struct ui *ui, const char *label, const char *value)
{
    fact(ui, label, value, TYPE_body);
}

void widget_card_figure(struct ui *ui, const char *label, const char *value)
{
    fact(ui, label, value, TYPE_display);
}
