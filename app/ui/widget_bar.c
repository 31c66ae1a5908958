#include "app/ui/widget_bar.h"
#include "app/ui/widget_button.h"
#include "app/ui/widget_toast.h"

enum { TITLE_PAD_DP = 6, SMALL_LINE_DP = 23 /* the smallest type's, at the usual size */ };

/* Room of the buttons at both sides. */
static int32_t beside_px(const struct ui *ui, const struct widget_bar_top *bar)
{
    const struct theme *theme = ui_theme(ui);
    int32_t px = bar->back != NULL ? theme_mm(theme, theme->target_mm) : 0;
    return px + (bar->action != NULL
                     ? ui_text_px(ui, TYPE_strong, bar->action) + theme_dp(theme, 60)
                     : 0);
}

/* Large text on a narrow screen: title and badge do not fit side by side. */
static bool badge_goes_below(const struct ui *ui, const struct widget_bar_top *bar)
{
    if (bar->badge == NULL) {
        return false;
    }
    const struct theme *theme = ui_theme(ui);
    int32_t title_px = ui_text_px(ui, TYPE_title, bar->title);
    int32_t note_px = bar->note != NULL ? ui_text_px(ui, TYPE_label, bar->note) : 0;
    int32_t need = (title_px > note_px ? title_px : note_px) +
                   ui_text_px(ui, TYPE_secondary, bar->badge->word) + theme_dp(theme, 96);
    return need + beside_px(ui, bar) > theme->options.width_px;
}

/* What does not fit on a line beside the buttons is set smaller, and may take two lines. */
static bool is_title_long(const struct ui *ui, const struct widget_bar_top *bar, bool is_badge_low)
{
    const struct theme *theme = ui_theme(ui);
    int32_t need =
        ui_text_px(ui, TYPE_title, bar->title) + beside_px(ui, bar) + theme_dp(theme, 40);
    if (bar->badge != NULL && !is_badge_low) {
        need += ui_text_px(ui, TYPE_secondary, bar->badge->word) + theme_dp(theme, 56);
    }
    return need > theme->options.width_px;
}

/* A title that is still too long is set smaller, in as many lines as that makes: where height is
 * short in the room that the buttons beside it take anyway. */
static int32_t title_room_px(const struct ui *ui, const struct widget_bar_top *bar,
                             bool is_low_screen)
{
    const struct theme *theme = ui_theme(ui);
    int32_t line_px = theme_line_px(theme, TYPE_strong);
    if (!is_low_screen) {
        return 2 * line_px;
    }
    int32_t beside = theme_mm(theme, theme->target_mm) - 2 * theme_dp(theme, TITLE_PAD_DP);
    if (bar->note != NULL) {
        beside -= theme_line_px(theme, TYPE_label);
    }
    int32_t least_px = 2 * theme_dp(theme, SMALL_LINE_DP);
    beside = beside > least_px ? beside : least_px;
    return beside > line_px ? beside : line_px;
}

enum widget_bar_answer widget_bar_top(struct ui *ui, const struct widget_bar_top *bar)
{
    CHECK(bar->title != NULL);
    const struct theme *theme = ui_theme(ui);
    enum widget_bar_answer answer = WIDGET_BAR_none;
    bool is_low = badge_goes_below(ui, bar);
    struct widget_badge line = bar->badge != NULL ? *bar->badge : (struct widget_badge){0};
    const struct widget_badge *badge = bar->badge != NULL ? &line : NULL;
    line.is_one_line = true;
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .fill = COLOR_card});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h_min_mm = theme->target_mm,
                             .pad_x = bar->back != NULL ? 4 : 16,
                             .gap = 8,
                             .across = UI_centre});
    if (bar->back != NULL) {
        ui_open(ui, "bar/back",
                &(struct ui_box){.flow = UI_stack,
                                 .w_min_mm = theme->target_mm,
                                 .h_min_mm = theme->target_mm,
                                 .along = UI_centre,
                                 .across = UI_centre,
                                 .radius = 14,
                                 .role = UI_ROLE_button,
                                 .name = bar->back,
                                 .is_action = true});
        ui_icon(ui, ICON_arrow_back, 30, COLOR_ink);
        ui_close(ui);
        if (ui_is_tapped(ui, "bar/back") || ui_take_back(ui)) {
            answer = WIDGET_BAR_back;
        }
    }
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_y = TITLE_PAD_DP});
    bool is_long = is_title_long(ui, bar, is_low);
    /* The keyboard, targets for gloves and the largest text leave no room for more than a line. */
    bool is_low_screen =
        ui_wants_text(ui) || theme->options.is_glove || theme->options.text_percent >= 200;
    ui_text_with(ui,
                 &(struct ui_text){.type = is_long ? TYPE_strong : TYPE_title,
                                   .cut = TEXT_end,
                                   .lines_max = is_long && !is_low_screen ? 2 : 1,
                                   .shrinks_into_px = title_room_px(ui, bar, is_low_screen),
                                   .role = UI_ROLE_heading,
                                   .w = UI_FILL},
                 bar->title);
    if (bar->note != NULL) {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_label,
                                       .color = COLOR_ink_2,
                                       .cut = TEXT_end,
                                       .lines_max = is_low_screen || is_long ? 1 : 2,
                                       .w = UI_FILL},
                     bar->note);
    }
    if (badge != NULL && is_low) {
        widget_badge(ui, badge);
    }
    ui_close(ui);
    if (badge != NULL && !is_low) {
        widget_badge(ui, badge);
    }
    if (bar->action != NULL) {
        if (widget_button(ui, "bar/action",
                          &(struct widget_button){.label = bar->action,
                                                  .kind = WIDGET_BUTTON_quiet,
                                                  .icon = bar->action_icon})) {
            answer = WIDGET_BAR_action;
        }
    } else {
        ui_space(ui, UI_DP(4));
    }
    ui_close(ui);
    ui_divider(ui);
    ui_close(ui);
    return answer;
}

/* Long words in large text push the last root off the screen. The icons then stand alone: what
 * is open says its word in the title. */
static bool has_room_for_words(const struct ui *ui, const struct widget_bar_root *roots,
                               int32_t count, int32_t between)
{
    const struct theme *theme = ui_theme(ui);
    struct text_style style = {theme_type_px(theme, TYPE_label), true};
    int32_t need_px = (count + 1) * theme_dp(theme, between);
    for (int32_t i = 0; i < count; i++) {
        int32_t least_px = theme_mm(theme, theme->target_mm);
        int32_t word_px = text_piece_px(ui_font(ui), style, str_from(roots[i].label));
        need_px += word_px > least_px ? word_px : least_px;
    }
    return need_px <= theme->options.width_px;
}

/* Icon with its number, and its word where there is room for it. */
static bool root_tab(struct ui *ui, const struct widget_bar_root *root, enum ui_flow flow,
                     struct ui_size height, bool is_here, bool has_words)
{
    const struct theme *theme = ui_theme(ui);
    enum color ink = is_here ? COLOR_on_selected : COLOR_ink_2;
    ui_open(ui, root->key,
            &(struct ui_box){.flow = flow,
                             .w = UI_FILL,
                             .h = height,
                             .w_min_mm = theme->target_mm,
                             .h_min_mm = theme->target_mm,
                             .pad_y = 4,
                             .gap = flow == UI_row ? 10 : 2,
                             .along = UI_centre,
                             .across = UI_centre,
                             .fill = is_here ? COLOR_selected : COLOR_none,
                             .radius = 14,
                             .role = UI_ROLE_tab,
                             .name = root->label,
                             .value = root->count > 0 ? ui_format(ui, "%d", root->count) : NULL,
                             .is_action = true,
                             .is_selected = is_here});
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .gap = 4, .across = UI_centre});
    ui_icon(ui, root->icon, 28, ink);
    if (root->count > 0) {
        ui_open(ui, NULL, &(struct ui_box){.pad_x = 7, .radius = 12, .fill = COLOR_danger});
        ui_text_with(
            ui, &(struct ui_text){.type = TYPE_label, .color = COLOR_on_danger, .is_bold = true},
            ui_format(ui, "%d", root->count));
        ui_close(ui);
    }
    ui_close(ui);
    if (has_words) {
        ui_text_with(ui,
                     &(struct ui_text){
                         .type = TYPE_label, .color = ink, .is_bold = is_here, .align = UI_centre},
                     root->label);
    }
    ui_close(ui);
    return ui_is_tapped(ui, root->key);
}

int32_t widget_bar_bottom(struct ui *ui, const struct widget_bar_root *roots, int32_t count,
                          int32_t at)
{
    CHECK(count >= 2 && count <= 5);
    const struct theme *theme = ui_theme(ui);
    int32_t tapped = -1;
    /* On the narrowest handhelds, with gloves, the targets need all of the width. */
    bool is_tight = count * theme_mm(theme, theme->target_mm) + (count + 1) * theme_dp(theme, 4) >
                    theme->options.width_px;
    int32_t between = is_tight ? 0 : 4;
    bool has_words = has_room_for_words(ui, roots, count, between);
    enum ui_flow flow = theme->class == THEME_expanded ? UI_row : UI_column;
    widget_toast_room(ui);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .fill = COLOR_card});
    ui_divider(ui);
    ui_open(ui, NULL,
            &(struct ui_box){
                .flow = UI_row, .w = UI_FILL, .pad_x = between, .pad_y = 4, .gap = between});
    for (int32_t i = 0; i < count; i++) {
        if (root_tab(ui, &roots[i], flow, UI_FILL, i == at, has_words)) {
            tapped = i;
        }
    }
    ui_close(ui);
    ui_close(ui);
    return tapped;
}

int32_t widget_bar_side(struct ui *ui, const struct widget_bar_root *roots, int32_t count,
                        int32_t at)
{
    CHECK(count >= 2 && count <= 5);
    const struct theme *theme = ui_theme(ui);
    struct text_style style = {theme_type_px(theme, TYPE_label), true};
    int32_t width_px = theme_mm(theme, theme->target_mm);
    for (int32_t i = 0; i < count; i++) {
        int32_t word_px = text_piece_px(ui_font(ui), style, str_from(roots[i].label));
        width_px = word_px > width_px ? word_px : width_px;
    }
    int32_t tapped = -1;
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_PX(width_px + theme_dp(theme, 24)),
                             .h = UI_FILL,
                             .pad = 6,
                             .pad_y = 4,
                             .gap = 6,
                             .fill = COLOR_card,
                             .border = theme->has_shadow ? COLOR_none : COLOR_outline,
                             .has_shadow = theme->has_shadow});
    for (int32_t i = 0; i < count; i++) {
        if (root_tab(ui, &roots[i], UI_column, UI_HUG, i == at, true)) {
            tapped = i;
        }
    }
    ui_close(ui);
    return tapped;
}

void widget_bar_actions_open(struct ui *ui)
{
    bool is_left = ui_theme(ui)->options.is_left_hand;
    widget_toast_room(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .pad = 10,
                             .pad_x = 4,
                             .gap = 12,
                             .along = is_left ? UI_start : UI_end_side,
                             .across = UI_centre,
                             .fill = COLOR_card,
                             .has_shadow = ui_theme(ui)->has_shadow});
}
