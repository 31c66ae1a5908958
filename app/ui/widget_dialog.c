#include "app/ui/widget_dialog.h"

static void panel_open(struct ui *ui, const char *key, const char *title, int32_t w_max)
{
    bool is_compact = ui_theme(ui)->class == THEME_compact;
    ui_open_layer(ui, NULL, true,
                  &(struct ui_box){.flow = UI_stack,
                                   .pad = is_compact ? 12 : 32,
                                   .along = UI_centre,
                                   .across = is_compact ? UI_end_side : UI_centre});
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .w_max = w_max,
                             .pad = 24,
                             .gap = 12,
                             .fill = COLOR_card,
                             .radius = 22,
                             .has_shadow = true,
                             .role = UI_ROLE_dialog,
                             .name = title});
}

static bool no_show(struct ui *ui, const char *key, const struct widget_dialog *dialog)
{
    return dialog->no != NULL &&
           widget_button(ui, ui_format(ui, "%s/no", key),
                         &(struct widget_button){.label = dialog->no, .is_wide = true});
}

static bool yes_show(struct ui *ui, const char *key, const struct widget_dialog *dialog)
{
    enum widget_button_kind kind = dialog->is_danger ? WIDGET_BUTTON_danger : WIDGET_BUTTON_primary;
    return widget_button(
        ui, ui_format(ui, "%s/yes", key),
        &(struct widget_button){
            .label = dialog->yes, .kind = kind, .is_wide = true, .is_inline = true});
}

enum widget_dialog_answer widget_dialog(struct ui *ui, const char *key,
                                        const struct widget_dialog *dialog)
{
    CHECK(dialog->title != NULL && dialog->yes != NULL);
    enum widget_dialog_answer answer = WIDGET_DIALOG_open;
    panel_open(ui, key, dialog->title, 560);
    if (ui_take_back(ui)) {
        answer = dialog->can_wait     ? WIDGET_DIALOG_later
                 : dialog->no != NULL ? WIDGET_DIALOG_no
                                      : WIDGET_DIALOG_yes;
    }
    if (dialog->icon != ICON_none) {
        bool is_danger = dialog->is_danger;
        ui_open(ui, NULL,
                &(struct ui_box){.pad = 12,
                                 .radius = 28,
                                 .fill = is_danger ? COLOR_danger_tint : COLOR_info_tint});
        ui_icon(ui, dialog->icon, 32, is_danger ? COLOR_on_danger_tint : COLOR_on_info_tint);
        ui_close(ui);
    }
    ui_text(ui, TYPE_title, COLOR_ink, dialog->title);
    if (dialog->text != NULL) {
        ui_open(ui, ui_format(ui, "%s/text", key), &(struct ui_box){.w = UI_FILL, .scrolls = true});
        ui_text(ui, TYPE_body, COLOR_ink_2, dialog->text);
        ui_close(ui);
    }
    ui_space(ui, UI_DP(8));
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12});
    /* Yes lies on the side of the hand. */
    bool is_left = ui_theme(ui)->options.is_left_hand;
    bool is_yes = is_left && yes_show(ui, key, dialog);
    if (no_show(ui, key, dialog)) {
        answer = WIDGET_DIALOG_no;
    }
    is_yes |= !is_left && yes_show(ui, key, dialog);
    if (is_yes) {
        answer = WIDGET_DIALOG_yes;
    }
    ui_close(ui);
    ui_close(ui);
    ui_close(ui);
    return answer;
}

void widget_dialog_sheet_open(struct ui *ui, const char *key, const char *title, const char *close,
                              bool *is_closed_out)
{
    CHECK(title != NULL && close != NULL);
    panel_open(ui, key, title, 760);
    *is_closed_out = ui_take_back(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 12, .across = UI_centre});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .w = UI_FILL}, title);
    if (widget_button(ui, ui_format(ui, "%s/close", key),
                      &(struct widget_button){
                          .label = close, .kind = WIDGET_BUTTON_quiet, .icon = ICON_close})) {
        *is_closed_out = true;
    }
    ui_close(ui);
    ui_open(ui, ui_format(ui, "%s/body", key),
            &(struct ui_box){.w = UI_FILL, .gap = 12, .scrolls = true});
}

void widget_dialog_sheet_close(struct ui *ui)
{
    ui_close(ui);
    ui_close(ui);
    ui_close(ui);
}
