#include "app/ui/widget_pad.h"

#include "app/ui/widget_key.h"

#include <string.h>

static int32_t digits_max(const struct widget_pad *pad)
{
    static const int32_t usual[] = {
        [WIDGET_PAD_phone] = 20, [WIDGET_PAD_identity] = 18, [WIDGET_PAD_pin] = 12};
    return pad->digits_max > 0 ? pad->digits_max : usual[pad->kind];
}

static bool is_taken(const struct widget_pad *pad, const char *text, char c)
{
    size_t used = strlen(text);
    if (used >= (size_t)digits_max(pad)) {
        return false;
    }
    if (c >= '0' && c <= '9') {
        return used == 0 || text[used - 1] != 'X';
    }
    if (c == '+') {
        return pad->kind == WIDGET_PAD_phone && used == 0;
    }
    /* The check character of an identity number, its 18th. */
    return c == 'X' && pad->kind == WIDGET_PAD_identity && used == 17;
}

static void char_type(const struct widget_pad *pad, char *text, size_t capacity, char c)
{
    size_t used = strlen(text);
    c = c == 'x' ? 'X' : c;
    if (is_taken(pad, text, c) && used + 2 <= capacity) {
        text[used] = c;
        text[used + 1] = '\0';
    }
}

static void back_type(char *text)
{
    size_t used = strlen(text);
    if (used > 0) {
        text[used - 1] = '\0';
    }
}

/* Grouped as people read it aloud. */
static const char *shown(struct ui *ui, const struct widget_pad *pad, const char *text)
{
    struct str_builder out;
    str_builder_init(&out, ui_arena(ui));
    str_add_text(&out, "");
    size_t used = strlen(text);
    for (size_t i = 0; i < used; i++) {
        bool is_cut = pad->kind == WIDGET_PAD_identity
                          ? i == 6 || i == 14
                          : pad->kind == WIDGET_PAD_phone && text[0] == '1' && (i == 3 || i == 7);
        if (is_cut) {
            str_add_char(&out, ' ');
        }
        if (pad->kind == WIDGET_PAD_pin) {
            str_add_text(&out, "•");
        } else {
            str_add_char(&out, text[i]);
        }
    }
    return out.text;
}

static void display(struct ui *ui, const char *key, const struct widget_pad *pad, const char *text)
{
    const char *words = shown(ui, pad, text);
    ui_open(ui, key,
            &(struct ui_box){.w = UI_FILL,
                             .w_max = 520,
                             .pad_x = 16,
                             .pad_y = 8,
                             .fill = COLOR_card,
                             .border = pad->problem != NULL ? COLOR_danger : COLOR_outline,
                             .border_width = 2,
                             .radius = 14,
                             .role = UI_ROLE_status,
                             .name = pad->label,
                             .value = words});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, pad->label);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_text},
                 words[0] != '\0' ? words : " ");
    ui_close(ui);
    if (pad->problem != NULL) {
        ui_open(ui, NULL,
                &(struct ui_box){
                    .flow = UI_row, .w = UI_FILL, .w_max = 520, .gap = 6, .across = UI_centre});
        ui_icon(ui, ICON_error, 20, COLOR_danger);
        ui_text(ui, TYPE_label, COLOR_danger, pad->problem);
        ui_close(ui);
    }
}

bool widget_pad(struct ui *ui, const char *key, const struct widget_pad *pad, char *text,
                size_t capacity)
{
    CHECK(pad->label != NULL && pad->backspace != NULL && pad->clear != NULL && capacity > 1);
    char *before = arena_text(ui_arena(ui), text);
    static const char all[] = "1234567890+X";
    for (const char *c = all; *c != '\0'; c++) {
        const char *end = *c == '+' ? "plus" : *c == 'X' ? "x" : NULL;
        const char *name =
            end != NULL ? ui_format(ui, "%s/%s", key, end) : ui_format(ui, "%s/%c", key, *c);
        if (ui_is_tapped(ui, name)) {
            char_type(pad, text, capacity, *c);
        }
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/back", key))) {
        back_type(text);
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/clear", key))) {
        text[0] = '\0';
    }
    struct input_event typed;
    while (!ui_wants_text(ui) && ui_next_typed(ui, &typed)) {
        if (typed.kind == INPUT_key && typed.key == INPUT_KEY_backspace) {
            back_type(text);
        }
        for (const char *c = typed.text; typed.kind == INPUT_text && *c != '\0'; c++) {
            char_type(pad, text, capacity, *c);
        }
    }

    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 12, .across = UI_centre});
    display(ui, key, pad, text);
    widget_key_grid_open(ui, key);
    switch (pad->kind) {
    case WIDGET_PAD_phone:
        widget_key(ui, ui_format(ui, "%s/plus", key), "+", TYPE_display);
        break;
    case WIDGET_PAD_identity:
        widget_key(ui, ui_format(ui, "%s/x", key), "X", TYPE_display);
        break;
    case WIDGET_PAD_pin:
        widget_key(ui, ui_format(ui, "%s/clear", key), pad->clear, TYPE_strong);
        break;
    }
    widget_key(ui, ui_format(ui, "%s/0", key), "0", TYPE_display);
    widget_key_icon(ui, ui_format(ui, "%s/back", key), ICON_backspace, pad->backspace);
    ui_close(ui);
    ui_close(ui);
    return strcmp(before, text) != 0;
}
