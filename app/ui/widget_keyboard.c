#include "app/ui/widget_keyboard.h"
#include "app/ui/widget_button.h"
#include "app/ui/widget_choice.h"

#include <string.h>

enum { KEEP_page, KEEP_is_upper, KEEP_is_digits };

enum { ROWS_QWERTY = 3, KEY_TEXT_SIZE = 8 };

static const char letters_in_rows[] = "qwertyuiopasdfghjklzxcvbnm";
static const char letters_in_order[] = "abcdefghijklmnopqrstuvwxyz";
static const char digits[] = "1234567890.,-:/()#@+?!";

struct pad {
    struct ui *ui;
    const struct widget_keyboard *keyboard;
    int64_t page;
    bool is_upper, is_digits;
    int32_t key_mm;
};

/* One key. `key` names it; `label` is shown. */
/* Keys for gloves are so large that only thin gaps leave them room; between 1 and 3 mm a
 * gap made no difference to standing people anyway. */
static int32_t gap_dp(const struct ui *ui)
{
    return ui_theme(ui)->options.is_glove ? 2 : 6;
}

static bool key_cell(const struct pad *pad, const char *key, const char *label, enum icon icon,
                     bool is_lit, int32_t weight)
{
    struct ui *ui = pad->ui;
    bool is_named = icon != ICON_none;
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL_BY(weight),
                             .w_min_mm = pad->key_mm,
                             .h_min_mm = pad->key_mm,
                             .along = UI_centre,
                             .across = UI_centre,
                             .gap = 4,
                             .fill = is_lit ? COLOR_selected : COLOR_card,
                             .border = ui_theme(ui)->has_shadow ? COLOR_none : COLOR_outline,
                             .radius = 10,
                             .role = UI_ROLE_key,
                             .name = label,
                             .is_action = true,
                             .is_letter_key = true,
                             .is_selected = is_lit});
    enum color ink = is_lit ? COLOR_on_selected : COLOR_ink;
    if (is_named) {
        ui_icon(ui, icon, 26, ink);
    } else {
        ui_text_with(ui,
                     &(struct ui_text){.type = strlen(label) > 1 ? TYPE_label : TYPE_body,
                                       .color = ink,
                                       .align = UI_centre,
                                       .breaks = true},
                     label);
    }
    ui_close(ui);
    return ui_is_tapped(ui, key);
}

static void letter_cell(const struct pad *pad, char letter)
{
    char label[KEY_TEXT_SIZE] = {letter, '\0'};
    if (pad->is_upper && letter >= 'a' && letter <= 'z') {
        label[0] = (char)(letter - 'a' + 'A');
    }
    if (key_cell(pad, ui_format(pad->ui, "keyboard/%c", letter), label, ICON_none, false, 1)) {
        ui_type_text(pad->ui, label);
    }
}

static void row_open(const struct pad *pad)
{
    ui_open(pad->ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = gap_dp(pad->ui)});
}

/* Letters (or digits) in rows of `columns`, the last row padded. */
static void letter_rows(const struct pad *pad, const char *letters, size_t count, int32_t columns)
{
    for (size_t at = 0; at < count; at += (size_t)columns) {
        row_open(pad);
        for (size_t i = at; i < at + (size_t)columns; i++) {
            if (i < count) {
                letter_cell(pad, letters[i]);
            } else {
                ui_space(pad->ui, UI_FILL);
            }
        }
        ui_close(pad->ui);
    }
}

static void enter(const struct pad *pad)
{
    if (key_cell(pad, "keyboard/enter", pad->keyboard->enter, ICON_keyboard_return, false, 1)) {
        ui_type_key(pad->ui, INPUT_KEY_enter);
    }
}

static void space(const struct pad *pad, int32_t weight)
{
    if (key_cell(pad, "keyboard/space", pad->keyboard->space, ICON_space_bar, false, weight)) {
        ui_type_text(pad->ui, " ");
    }
}

static void backspace(const struct pad *pad, int32_t weight)
{
    if (key_cell(pad, "keyboard/back", pad->keyboard->backspace, ICON_backspace, false, weight)) {
        ui_type_key(pad->ui, INPUT_KEY_backspace);
    }
}

static void qwerty_rows(const struct pad *pad)
{
    static const size_t ends[ROWS_QWERTY] = {10, 19, 26};
    size_t at = 0;
    for (size_t row = 0; row < ROWS_QWERTY; row++) {
        row_open(pad);
        if (row == 1) {
            ui_space(pad->ui, UI_DP(24));
        }
        for (; at < ends[row]; at++) {
            letter_cell(pad, letters_in_rows[at]);
        }
        if (row == 1) {
            ui_space(pad->ui, UI_DP(24));
        }
        if (row == 2) {
            backspace(pad, 2);
        }
        ui_close(pad->ui);
    }
}

static void modes(const struct pad *pad, bool has_more)
{
    const struct widget_keyboard *keyboard = pad->keyboard;
    if (key_cell(pad, "keyboard/mode", pad->is_digits ? keyboard->letters : keyboard->digits,
                 ICON_none, false, 1)) {
        ui_keep(pad->ui, "keyboard")[KEEP_is_digits] = !pad->is_digits;
        ui_keep(pad->ui, "keyboard")[KEEP_page] = 0;
    }
    if (!pad->is_digits &&
        key_cell(pad, "keyboard/shift", keyboard->shift, ICON_none, pad->is_upper, 1)) {
        ui_keep(pad->ui, "keyboard")[KEEP_is_upper] = !pad->is_upper;
    }
    if (has_more && key_cell(pad, "keyboard/more", keyboard->more, ICON_none, false, 1)) {
        ui_keep(pad->ui, "keyboard")[KEEP_page] = pad->page + 1;
    }
}

static void done(const struct pad *pad)
{
    if (widget_button(pad->ui, "keyboard/done",
                      &(struct widget_button){.label = pad->keyboard->done,
                                              .kind = WIDGET_BUTTON_primary,
                                              .is_inline = true})) {
        ui_focus(pad->ui, NULL);
    }
}

static void control_rows(const struct pad *pad, bool has_more)
{
    row_open(pad);
    modes(pad, has_more);
    backspace(pad, 1);
    ui_close(pad->ui);
    row_open(pad);
    enter(pad);
    space(pad, 2);
    done(pad);
    ui_close(pad->ui);
}

/* The last row of a wide keyboard. */
static void control_row(const struct pad *pad)
{
    row_open(pad);
    modes(pad, false);
    space(pad, 5);
    enter(pad);
    done(pad);
    ui_close(pad->ui);
}

static void chips(struct ui *ui, const struct widget_keyboard *keyboard)
{
    if (keyboard->chip_count > 0) {
        /* On a low screen one row of them: the field above needs the room more. */
        const struct theme *theme = ui_theme(ui);
        bool is_low = theme->options.height_px < theme->options.width_px;
        ui_open(ui, "keyboard/chips",
                &(struct ui_box){.w = UI_FILL,
                                 .h_max = is_low ? theme->target_mm * 160 / 25 : 130,
                                 .scrolls = true});
        widget_choice_chips_open(ui);
        for (int32_t i = 0; i < keyboard->chip_count; i++) {
            if (widget_choice_chip(ui, ui_format(ui, "keyboard/chip%d", i),
                                   &(struct widget_choice){.label = keyboard->chips[i]})) {
                ui_type_text(ui, keyboard->chips[i]);
            }
        }
        ui_close(ui);
        ui_close(ui);
    }
}

void widget_keyboard(struct ui *ui, const struct widget_keyboard *keyboard)
{
    if (!ui_wants_text(ui)) {
        return;
    }
    const struct theme *theme = ui_theme(ui);
    int64_t *keep = ui_keep(ui, "keyboard");
    struct pad pad = {.ui = ui,
                      .keyboard = keyboard,
                      .page = keep[KEEP_page],
                      .is_upper = keep[KEEP_is_upper] != 0,
                      .is_digits = keep[KEEP_is_digits] != 0,
                      .key_mm = theme->target_mm};
    int32_t key_px = theme_mm(theme, pad.key_mm);
    int32_t gap_px = theme_dp(theme, gap_dp(ui));
    int32_t edge = theme->options.is_glove ? 2 : 8;
    int32_t room_px = theme->options.width_px - 2 * theme_dp(theme, edge);
    int32_t columns = (room_px + gap_px) / (key_px + gap_px);
    columns = columns > 10 ? 10 : columns < 1 ? 1 : columns;
    /* Somewhat more than half the screen, two rows of it for control keys; what
     * does not fit goes to the next page. */
    int32_t rows = theme->options.height_px * 11 / 20 / (key_px + gap_px) - 2;
    rows = rows < 2 ? 2 : rows;

    ui_open(ui, "keyboard",
            &(struct ui_box){.w = UI_FILL,
                             .pad = edge,
                             .gap = gap_dp(ui),
                             .fill = COLOR_sunken,
                             .has_shadow = true});
    chips(ui, keyboard);
    if (!keyboard->is_hidden) {
        const char *letters = pad.is_digits ? digits : letters_in_order;
        size_t count = strlen(letters);
        if (columns >= 10 && !pad.is_digits) {
            qwerty_rows(&pad);
            control_row(&pad);
        } else {
            size_t page_size = (size_t)columns * (size_t)rows;
            size_t pages = (count + page_size - 1) / page_size;
            size_t from = (size_t)pad.page % pages * page_size;
            size_t part = count - from < page_size ? count - from : page_size;
            letter_rows(&pad, letters + from, part, columns);
            control_rows(&pad, pages > 1);
        }
    } else {
        row_open(&pad);
        ui_space(ui, UI_FILL);
        done(&pad);
        ui_close(ui);
    }
    ui_close(ui);
}
