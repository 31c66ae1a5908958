/* app/screens/parts.c -- the frame of a screen. */
#include "app/screens/parts.h"

enum { BODY_W_MAX = 860, PAGE_W_MAX = 1180, PAD_PAGE_W_MAX = 1256 };

void parts_screen_open(struct ui *ui)
{
    ui_open(ui, "screen", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .fill = COLOR_background});
}

void parts_screen_close(struct ui *ui, const struct view *view, const char *const *chips,
                        int32_t chip_count)
{
    widget_toast_room(ui);
    widget_keyboard(ui, &(struct widget_keyboard){
                            .done = view_text(view, "keyboard.done"),
                            .space = view_text(view, "keyboard.space"),
                            .backspace = view_text(view, "keyboard.backspace"),
                            .letters = view_text(view, "keyboard.letters"),
                            .digits = view_text(view, "keyboard.digits"),
                            .more = view_text(view, "keyboard.more"),
                            .shift = view_text(view, "keyboard.shift"),
                            .enter = view_text(view, "keyboard.enter"),
                            .chips = chips,
                            .chip_count = chip_count,
                        });
    ui_close(ui);
}

int32_t parts_edge_dp(const struct ui *ui)
{
    const struct theme *theme = ui_theme(ui);
    int32_t keys_px = 3 * theme_mm(theme, theme->key_mm) + theme_dp(theme, 2 * (16 + 8));
    return keys_px > theme->options.width_px ? 10 : 16;
}

void parts_body_open(struct ui *ui, const char *key)
{
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .scrolls = true,
                             .pad = parts_edge_dp(ui),
                             .across = UI_centre});
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_FILL, .w_max = BODY_W_MAX, .gap = 12, .across = UI_start});
}

void parts_body_close(struct ui *ui)
{
    ui_close(ui);
    ui_close(ui);
}

void parts_page_open(struct ui *ui, const char *key)
{
    ui_open(ui, key,
            &(struct ui_box){
                .w = UI_FILL, .h = UI_FILL, .scrolls = true, .pad = 16, .across = UI_centre});
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_FILL, .w_max = PAGE_W_MAX, .gap = 12, .across = UI_start});
}

void parts_pad_page_open(struct ui *ui, const char *key)
{
    ui_open(ui, key,
            &(struct ui_box){
                .w = UI_FILL, .h = UI_FILL, .scrolls = true, .pad = 10, .across = UI_centre});
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_FILL, .w_max = PAD_PAGE_W_MAX, .gap = 12, .across = UI_start});
}

bool parts_is_low(struct ui *ui, const char *head_key, const char *page_key)
{
    struct rect page = ui_rect(ui, page_key);
    if (page.w == 0) {
        ui_wake_at(ui, ui_now_ms(ui)); /* known when it was laid out once */
        return false;
    }
    int32_t height_px = ui_theme(ui)->options.height_px;
    int32_t below_px = height_px - page.y - page.h;
    return ui_rect(ui, head_key).h + below_px > height_px * 2 / 3;
}

void parts_columns_open(struct ui *ui)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_is_wide(ui) ? UI_row : UI_column,
                             .w = UI_FILL,
                             .folds = true,
                             .gap = parts_is_wide(ui) ? 24 : 12});
}

void parts_column_open(struct ui *ui, int32_t weight)
{
    ui_open(ui, NULL,
            &(struct ui_box){.w = parts_is_wide(ui) ? UI_FILL_BY(weight) : UI_FILL, .gap = 12});
}

void parts_column_close(struct ui *ui)
{
    ui_close(ui);
}

void parts_columns_close(struct ui *ui)
{
    ui_close(ui);
}

/* Width in dp as large text leaves it: what fits 600 dp at 100 % needs 1,200 at 200 %. */
static int32_t width_for_text_dp(const struct ui *ui)
{
    const struct theme_options *options = &ui_theme(ui)->options;
    int32_t ppi = options->ppi > 0 ? options->ppi : 160;
    int32_t percent = options->text_percent > 0 ? options->text_percent : 100;
    return (int32_t)((int64_t)options->width_px * 160 * 100 / ppi / percent);
}

bool parts_is_wide(const struct ui *ui)
{
    return ui_theme(ui)->class == THEME_expanded && width_for_text_dp(ui) >= 960;
}

bool parts_is_narrow(const struct ui *ui)
{
    return width_for_text_dp(ui) < 320;
}

enum ui_flow parts_row(const struct ui *ui)
{
    return parts_is_narrow(ui) ? UI_column : UI_row;
}

bool parts_actions_is_row(const struct ui *ui)
{
    return ui_theme(ui)->class != THEME_compact && width_for_text_dp(ui) >= 560;
}

bool parts_actions_open(struct ui *ui)
{
    if (ui_wants_text(ui)) {
        return false;
    }
    const struct theme *theme = ui_theme(ui);
    bool is_row = parts_actions_is_row(ui);
    widget_bar_actions_open(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_row ? UI_row : UI_column,
                             .w = UI_FILL,
                             .gap = is_row ? 12 : 8,
                             .along = !is_row                       ? UI_start
                                      : theme->options.is_left_hand ? UI_start
                                                                    : UI_end_side,
                             .across = UI_centre});
    return true;
}

void parts_actions_close(struct ui *ui)
{
    ui_close(ui);
    ui_close(ui);
}

void parts_empty(struct ui *ui, enum icon icon, const char *title, const char *text)
{
    ui_open(ui, NULL,
            &(struct ui_box){
                .w = UI_FILL, .pad = 32, .gap = 12, .along = UI_centre, .across = UI_centre});
    ui_icon(ui, icon, 64, COLOR_ink_2);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .align = UI_centre}, title);
    if (text != NULL) {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_body, .color = COLOR_ink_2, .align = UI_centre},
                     text);
    }
    ui_close(ui);
}

void parts_stage(struct ui *ui, enum parts_stage stage, const char *text)
{
    static const struct {
        enum icon icon;
        enum color icon_color, color;
    } looks[] = {
        [PARTS_STAGE_done] = {ICON_check_circle, COLOR_ok, COLOR_ink},
        [PARTS_STAGE_now] = {ICON_hourglass_empty, COLOR_link, COLOR_ink},
        [PARTS_STAGE_later] = {ICON_radio_button_unchecked, COLOR_ink_2, COLOR_ink_2},
    };
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .across = UI_centre});
    ui_icon(ui, looks[stage].icon, 28, looks[stage].icon_color);
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_body,
                                   .color = looks[stage].color,
                                   .is_bold = stage == PARTS_STAGE_now,
                                   .w = UI_FILL},
                 text);
    ui_close(ui);
}

void parts_heading(struct ui *ui, const struct view *view, const char *key)
{
    widget_card_heading(ui, view_text(view, key));
}

struct view *parts_shown_view(const struct view *view, const struct screen_place *place)
{
    struct view *shown = arena_copy(view->arena, view, sizeof *shown);
    if (place->seq > 0 && place->seq <= LANG_COUNT) {
        shown->lang = (enum lang)(place->seq - 1);
    }
    return shown;
}

void parts_shown_languages(struct ui *ui, struct screen_place *place, enum lang lang)
{
    static const char *const names[LANG_COUNT] = {[LANG_zh] = "中文", [LANG_en] = "English"};
    int32_t chosen = (int32_t)lang;
    if (widget_toggle_segments(ui, "shown/lang", names, LANG_COUNT, &chosen)) {
        place->seq = (uint64_t)chosen + 1;
    }
}

void parts_shown_open(struct ui *ui, const char *key, struct screen_place *place, enum lang lang,
                      int32_t w_max)
{
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .scrolls = true,
                             .pad = 24,
                             .fill = COLOR_card,
                             .across = UI_centre});
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .w_max = w_max, .gap = 16});
    parts_shown_languages(ui, place, lang);
}

void parts_shown_close(struct ui *ui)
{
    ui_close(ui);
    ui_close(ui);
}

bool parts_shown_back(struct ui *ui, const char *key, const char *label)
{
    if (!parts_actions_open(ui)) {
        return false;
    }
    bool is_done = widget_button(ui, key,
                                 &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                         .label = label,
                                                         .icon = ICON_undo,
                                                         .is_wide = true}) ||
                   ui_take_back(ui);
    parts_actions_close(ui);
    return is_done;
}

void parts_heading_beside(struct ui *ui, const char *text)
{
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_secondary,
                                   .is_bold = true,
                                   .color = COLOR_ink_2,
                                   .w = UI_FILL,
                                   .role = UI_ROLE_heading},
                 text);
}
