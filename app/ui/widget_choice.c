#include "app/ui/widget_choice.h"

enum { TILE_FLAT_MM = 15, CELL_COMPACT_MM = 28, CELL_MM = 38 };

static enum color fill_of(const struct widget_choice *choice)
{
    return choice->is_disabled ? COLOR_sunken : choice->is_chosen ? COLOR_selected : COLOR_card;
}

static enum color ink_of(const struct widget_choice *choice)
{
    return choice->is_disabled ? COLOR_ink_2 : choice->is_chosen ? COLOR_on_selected : COLOR_ink;
}

static enum color border_of(const struct widget_choice *choice)
{
    return choice->is_chosen ? COLOR_primary : COLOR_outline;
}

void widget_choice_tiles_open(struct ui *ui)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_grid,
                             .w = UI_FILL,
                             .gap = 12,
                             .cell_mm =
                                 ui_theme(ui)->class == THEME_compact ? CELL_COMPACT_MM : CELL_MM});
}

/* Wide screens are low: icon and words beside each other, that every choice is seen at once. In
 * larger text a word would not fit the half of a tile. */
static bool is_tile_flat(const struct ui *ui, const struct widget_choice *choice)
{
    const struct theme *theme = ui_theme(ui);
    return theme->class == THEME_expanded && theme->options.text_percent <= 100 &&
           choice->icon != ICON_none;
}

/* A word that no line of the narrowest tile holds is set smaller before it would be broken. */
static bool has_long_word(const struct ui *ui, const char *label, int32_t pad)
{
    const struct theme *theme = ui_theme(ui);
    struct text_style style = {theme_type_px(theme, TYPE_strong), true};
    int32_t cell_mm = theme->class == THEME_compact ? CELL_COMPACT_MM : CELL_MM;
    int32_t room_px = theme_mm(theme, cell_mm) - 2 * theme_dp(theme, pad);
    return text_piece_px(ui_font(ui), style, str_from(label)) > room_px;
}

bool widget_choice_tile(struct ui *ui, const char *key, const struct widget_choice *choice)
{
    CHECK(choice->label != NULL);
    const struct theme *theme = ui_theme(ui);
    enum color ink = ink_of(choice);
    bool is_flat = is_tile_flat(ui, choice);
    int32_t pad = is_flat ? 10 : theme->options.text_percent > 100 ? 6 : 14;
    bool is_long = !is_flat && has_long_word(ui, choice->label, pad);
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_FILL,
                             .h = UI_FILL,
                             .h_min_mm = is_flat ? TILE_FLAT_MM : theme->key_mm,
                             .fill = fill_of(choice),
                             .border = choice->is_chosen ? COLOR_primary : COLOR_none,
                             .border_width = choice->is_chosen ? 3 : 0,
                             .radius = 14,
                             .has_shadow = !choice->is_disabled,
                             .across = UI_centre,
                             .role = choice->is_multi ? UI_ROLE_check : UI_ROLE_choice,
                             .name = choice->label,
                             .is_action = true,
                             .is_disabled = choice->is_disabled,
                             .is_selected = choice->is_chosen});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_flat ? UI_row : UI_column,
                             .w = UI_FILL,
                             .pad = pad,
                             .gap = is_flat ? 10 : 8,
                             .along = is_flat ? UI_start : UI_centre,
                             .across = UI_centre});
    if (choice->icon != ICON_none) {
        enum color tint = choice->is_chosen ? COLOR_primary : COLOR_info_tint;
        enum color mark = choice->is_chosen ? COLOR_on_primary : COLOR_on_info_tint;
        bool is_sunlit = !theme->has_shadow;
        ui_open(ui, NULL,
                &(struct ui_box){.pad = 10,
                                 .radius = 30,
                                 .fill = choice->is_disabled ? COLOR_sunken
                                         : is_sunlit         ? COLOR_none
                                                             : tint});
        /* The tick: chosen is never shown by colour alone. It takes the icon's place, since in
         * a narrow tile with large text there is no room for both. */
        ui_icon(ui, choice->is_chosen ? ICON_check : choice->icon, 32,
                choice->is_disabled || is_sunlit ? ink : mark);
        ui_close(ui);
    }
    enum ui_align align = is_flat ? UI_start : UI_centre;
    struct ui_size width = is_flat ? UI_FILL : UI_HUG;
    ui_open(ui, NULL, &(struct ui_box){.w = width, .gap = is_flat ? 0 : 8, .across = align});
    ui_text_with(ui,
                 &(struct ui_text){.type = is_long ? TYPE_label : TYPE_strong,
                                   .color = ink,
                                   .align = align,
                                   .is_bold = true},
                 choice->label);
    if (choice->note != NULL) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = ink, .align = align},
                     choice->note);
    }
    ui_close(ui);
    ui_close(ui);
    if (choice->is_chosen && choice->icon == ICON_none) {
        ui_open(ui, NULL,
                &(struct ui_box){.flow = UI_row,
                                 .w = UI_FILL,
                                 .h = UI_FILL,
                                 .pad = 10,
                                 .along = UI_end_side,
                                 .across = UI_start});
        ui_icon(ui, ICON_check_circle, 26, ink);
        ui_close(ui);
    }
    ui_close(ui);
    return ui_is_tapped(ui, key);
}

void widget_choice_chips_open(struct ui *ui)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 10});
}

bool widget_choice_chip(struct ui *ui, const char *key, const struct widget_choice *choice)
{
    CHECK(choice->label != NULL);
    const struct theme *theme = ui_theme(ui);
    enum color ink = ink_of(choice);
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .w_min_mm = theme->target_mm,
                             .h_min_mm = theme->target_mm,
                             .pad_x = 18,
                             .pad_y = 6,
                             .gap = 8,
                             .along = UI_centre,
                             .across = UI_centre,
                             .fill = fill_of(choice),
                             .border = border_of(choice),
                             .border_width = choice->is_chosen ? 3 : 1,
                             .radius = 40,
                             .role = choice->is_multi ? UI_ROLE_check : UI_ROLE_choice,
                             .name = choice->label,
                             .is_action = true,
                             .is_disabled = choice->is_disabled,
                             .is_selected = choice->is_chosen});
    if (choice->is_chosen) {
        ui_icon(ui, ICON_check, 24, ink);
    } else if (choice->icon != ICON_none) {
        ui_icon(ui, choice->icon, 24, ink);
    }
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .color = ink, .align = UI_centre},
                 choice->label);
    ui_close(ui);
    return ui_is_tapped(ui, key);
}
