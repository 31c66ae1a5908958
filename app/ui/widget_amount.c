#include "app/ui/widget_amount.h"
#include "app/ui/widget_choice.h"
#include "app/ui/widget_key.h"

#include <stdio.h>
#include <string.h>

/* Kept: how many digits after the point were typed + 1; 0 before the point. */
enum { KEEP_point, KEEP_value };

/* The edges of a page with the tick of one chip; a chip's own edges; between two. */
enum { CHIP_ROW_DP = 2 * 10 + 24 + 8, CHIP_DP = 2 * 18, CHIP_GAP_DP = 10 };

void widget_amount_text(char text[WIDGET_AMOUNT_TEXT_SIZE], const char *sign, int64_t value_minor,
                        bool is_whole)
{
    bool is_negative = value_minor < 0;
    uint64_t minor = is_negative ? 0 - (uint64_t)value_minor : (uint64_t)value_minor;
    char plain[24];
    int length = snprintf(plain, sizeof plain, "%llu", (unsigned long long)(minor / 100));
    char grouped[40];
    size_t at = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            grouped[at++] = ',';
        }
        grouped[at++] = plain[i];
    }
    grouped[at] = '\0';
    if (is_whole && minor % 100 == 0) {
        snprintf(text, WIDGET_AMOUNT_TEXT_SIZE, "%s%.8s%s", is_negative ? "-" : "", sign, grouped);
    } else {
        snprintf(text, WIDGET_AMOUNT_TEXT_SIZE, "%s%.8s%s.%02u", is_negative ? "-" : "", sign,
                 grouped, (unsigned)(minor % 100));
    }
}

/* The value while it is being typed: no more decimals than were typed. */
static const char *shown(struct ui *ui, const struct widget_amount *amount, int64_t value,
                         int64_t point)
{
    char text[WIDGET_AMOUNT_TEXT_SIZE];
    widget_amount_text(text, amount->sign, value, point == 0);
    size_t size = strlen(text);
    if (point == 1 || point == 2) {
        text[size - (point == 1 ? 2 : 1)] = '\0';
    }
    return ui_format(ui, "%s", text);
}

static int64_t value_max(const struct widget_amount *amount)
{
    return amount->value_minor_max > 0 ? amount->value_minor_max : 10000000000000LL;
}

static void digit_type(const struct widget_amount *amount, int64_t *value, int64_t *point,
                       int64_t digit)
{
    int64_t next = 0;
    if (*point == 0) {
        next = *value * 10 + digit * 100;
    } else if (*point <= 2) {
        next = *value + digit * (*point == 1 ? 10 : 1);
    } else {
        return;
    }
    if (next <= value_max(amount)) {
        *value = next;
        *point += *point > 0 ? 1 : 0;
    }
}

static void back_type(int64_t *value, int64_t *point)
{
    if (*point == 3) {
        *value -= *value % 10;
        *point = 2;
    } else if (*point == 2) {
        *value -= *value % 100;
        *point = 1;
    } else if (*point == 1) {
        *point = 0;
    } else {
        *value = *value / 1000 * 100;
    }
}

static void char_type(const struct widget_amount *amount, int64_t *value, int64_t *point, char c)
{
    if (c >= '0' && c <= '9') {
        digit_type(amount, value, point, c - '0');
    } else if (c == '.' && !amount->is_whole && *point == 0) {
        *point = 1;
    }
}

static void keys(struct ui *ui, const char *key, const struct widget_amount *amount)
{
    widget_key_grid_open(ui, key);
    if (amount->is_whole) {
        widget_key(ui, ui_format(ui, "%s/00", key), "00", TYPE_display);
    } else {
        widget_key(ui, ui_format(ui, "%s/point", key), ".", TYPE_display);
    }
    widget_key(ui, ui_format(ui, "%s/0", key), "0", TYPE_display);
    widget_key_icon(ui, ui_format(ui, "%s/back", key), ICON_backspace, amount->backspace);
    ui_close(ui);
}

static void typed_take(struct ui *ui, const struct widget_amount *amount, int64_t *value,
                       int64_t *point)
{
    struct input_event typed;
    while (!ui_wants_text(ui) && ui_next_typed(ui, &typed)) {
        if (typed.kind == INPUT_key && typed.key == INPUT_KEY_backspace) {
            back_type(value, point);
        }
        for (const char *c = typed.text; typed.kind == INPUT_text && *c != '\0'; c++) {
            char_type(amount, value, point, *c);
        }
    }
}

/* Answers are known from the start of a frame, so they are taken before the
 * value is drawn, though the keys stand below it. */
static void answers_take(struct ui *ui, const char *key, const struct widget_amount *amount,
                         int64_t *value, int64_t *point)
{
    for (int digit = '0'; digit <= '9'; digit++) {
        if (ui_is_tapped(ui, ui_format(ui, "%s/%c", key, digit))) {
            char_type(amount, value, point, (char)digit);
        }
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/00", key))) {
        char_type(amount, value, point, '0');
        char_type(amount, value, point, '0');
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/point", key))) {
        char_type(amount, value, point, '.');
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/back", key))) {
        back_type(value, point);
    }
    for (int32_t i = 0; i < amount->chip_count; i++) {
        if (ui_is_tapped(ui, ui_format(ui, "%s/chip%d", key, i))) {
            *value = amount->chips[i].value_minor;
            *point = *value % 100 != 0 ? 3 : 0;
        }
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/clear", key))) {
        *value = 0;
        *point = 0;
    }
    typed_take(ui, amount, value, point);
}

/* On a handheld the whole pad is to be seen with them: the chips that fit one row, one of them
 * with its tick. */
static int32_t chips_shown(const struct ui *ui, const struct widget_amount *amount)
{
    const struct theme *theme = ui_theme(ui);
    if (theme->class != THEME_compact) {
        return amount->chip_count;
    }
    int32_t left_px = theme->options.width_px - theme_dp(theme, CHIP_ROW_DP);
    int32_t count = 0;
    for (; count < amount->chip_count; count++) {
        int32_t wish_px = ui_text_px(ui, TYPE_body, amount->chips[count].label) +
                          theme_dp(theme, CHIP_DP) + (count > 0 ? theme_dp(theme, CHIP_GAP_DP) : 0);
        if (count > 0 && wish_px > left_px) {
            break;
        }
        left_px -= wish_px;
    }
    return count;
}

/* What the amount is and how it reads: on a handheld in one line when they fit. */
static void words(struct ui *ui, const struct widget_amount *amount)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8, .across = UI_centre});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, amount->label);
    if (amount->note != NULL) {
        ui_text(ui, TYPE_label, COLOR_ink_2, amount->note);
    }
    ui_close(ui);
}

static void display(struct ui *ui, const char *key, const struct widget_amount *amount,
                    int64_t value, int64_t point)
{
    const struct theme *theme = ui_theme(ui);
    /* Large text on a handheld: the largest value and "clear" below each other. */
    int32_t need_px = ui_text_px(ui, TYPE_display, shown(ui, amount, value_max(amount), 3)) +
                      ui_text_px(ui, TYPE_strong, amount->clear) + theme_dp(theme, 88);
    bool is_compact = theme->class == THEME_compact;
    bool is_low = is_compact && need_px > theme->options.width_px;
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_low ? UI_column : UI_row,
                             .w = UI_FILL,
                             .pad_x = 16,
                             .pad_y = is_compact && !is_low ? 0 : 8,
                             .gap = 8,
                             .across = is_low ? UI_start : UI_centre,
                             .fill = COLOR_card,
                             .border = amount->problem != NULL ? COLOR_danger : COLOR_outline,
                             .border_width = 2,
                             .radius = 14});
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .role = UI_ROLE_status,
                             .name = amount->label,
                             .value = shown(ui, amount, value, point)});
    if (is_compact) {
        words(ui, amount);
    } else {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, amount->label);
    }
    ui_text(ui, TYPE_display, COLOR_ink, shown(ui, amount, value, point));
    if (amount->note != NULL && !is_compact) {
        ui_text(ui, TYPE_label, COLOR_ink_2, amount->note);
    }
    ui_close(ui);
    ui_open(ui, ui_format(ui, "%s/clear", key),
            &(struct ui_box){.flow = UI_stack,
                             .w_min_mm = theme->target_mm,
                             .h_min_mm = theme->target_mm,
                             .along = UI_centre,
                             .across = UI_centre,
                             .radius = 12,
                             .role = UI_ROLE_button,
                             .name = amount->clear,
                             .is_action = true});
    ui_text(ui, TYPE_strong, COLOR_link, amount->clear);
    ui_close(ui);
    ui_close(ui);
    if (amount->problem != NULL) {
        ui_open(ui, NULL,
                &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 6, .across = UI_centre});
        ui_icon(ui, ICON_error, 20, COLOR_danger);
        ui_text(ui, TYPE_label, COLOR_danger, amount->problem);
        ui_close(ui);
    }
    if (amount->chip_count > 0) {
        widget_choice_chips_open(ui);
        int32_t count = chips_shown(ui, amount);
        for (int32_t i = 0; i < count; i++) {
            const struct widget_amount_chip *chip = &amount->chips[i];
            bool was_tapped = widget_choice_chip(
                ui, ui_format(ui, "%s/chip%d", key, i),
                &(struct widget_choice){.label = chip->label,
                                        .is_chosen = chip->value_minor == value});
            (void)was_tapped; /* taken in answers_take */
        }
        ui_close(ui);
    }
}

bool widget_amount(struct ui *ui, const char *key, const struct widget_amount *amount,
                   int64_t *value_minor)
{
    CHECK(amount->label != NULL && amount->sign != NULL && amount->backspace != NULL &&
          amount->clear != NULL);
    int64_t before = *value_minor;
    int64_t *keep = ui_keep(ui, key);
    int64_t value = before;
    /* Somebody else changed the value: the point is where its digits say. */
    int64_t point = keep[KEEP_value] == before ? keep[KEEP_point] : before % 100 != 0 ? 3 : 0;
    answers_take(ui, key, amount, &value, &point);

    /* Beside each other when both fit: large text needs a wide screen for that. */
    const struct theme *theme = ui_theme(ui);
    bool is_compact = theme->class == THEME_compact;
    bool is_wide = theme->class == THEME_expanded ||
                   (theme->class == THEME_medium && theme->options.text_percent < 160);
    ui_open(ui, NULL,
            &(struct ui_box){
                .flow = is_wide ? UI_row : UI_column, .w = UI_FILL, .gap = is_compact ? 6 : 16});
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = is_compact ? 6 : 12});
    display(ui, key, amount, value, point);
    ui_close(ui);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .across = UI_centre});
    keys(ui, key, amount);
    ui_close(ui);
    ui_close(ui);

    keep = ui_keep(ui, key);
    keep[KEEP_point] = point;
    keep[KEEP_value] = value;
    *value_minor = value;
    return value != before;
}
