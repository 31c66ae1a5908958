#include "app/ui/widget_field.h"

#include <string.h>

/* Number kept under the field's key: caret as byte offset + 1, 0 at the end. */
enum { KEEP_caret };

static size_t step_back(const char *text, size_t at)
{
    while (at > 0) {
        at--;
        if (((unsigned char)text[at] & 0xC0U) != 0x80U) {
            break;
        }
    }
    return at;
}

static size_t step_on(const char *text, size_t at)
{
    if (text[at] != '\0') {
        at++;
        while (((unsigned char)text[at] & 0xC0U) == 0x80U) {
            at++;
        }
    }
    return at;
}

struct edit {
    char *text;
    size_t capacity;
    size_t caret;
    bool has_changed, was_refused;
};

static void insert(struct edit *edit, const char *text, int32_t chars_max)
{
    size_t size = strlen(text);
    size_t used = strlen(edit->text);
    size_t chars = str_code_count(str_from(edit->text)) + str_code_count(str_from(text));
    if (used + size + 1 > edit->capacity || (chars_max > 0 && chars > (size_t)chars_max)) {
        edit->was_refused = true; /* whole or not at all: half a phrase misleads */
        return;
    }
    memmove(edit->text + edit->caret + size, edit->text + edit->caret, used - edit->caret + 1);
    memcpy(edit->text + edit->caret, text, size);
    edit->caret += size;
    edit->has_changed = true;
}

static void key_press(struct ui *ui, struct edit *edit, enum input_key key, bool is_single_line,
                      int32_t chars_max)
{
    switch (key) {
    case INPUT_KEY_backspace:
        if (edit->caret > 0) {
            size_t from = step_back(edit->text, edit->caret);
            memmove(edit->text + from, edit->text + edit->caret,
                    strlen(edit->text + edit->caret) + 1);
            edit->caret = from;
            edit->has_changed = true;
        }
        return;
    case INPUT_KEY_left:
        edit->caret = step_back(edit->text, edit->caret);
        return;
    case INPUT_KEY_right:
        edit->caret = step_on(edit->text, edit->caret);
        return;
    case INPUT_KEY_home:
        edit->caret = 0;
        return;
    case INPUT_KEY_end:
        edit->caret = strlen(edit->text);
        return;
    case INPUT_KEY_enter:
        if (is_single_line) {
            ui_focus(ui, NULL);
        } else {
            insert(edit, "\n", chars_max);
        }
        return;
    case INPUT_KEY_none:
    case INPUT_KEY_back:
        return;
    }
}

/* What is shown of a secret: one dot a character. */
static const char *dotted(struct ui *ui, const char *text)
{
    struct str_builder out;
    str_builder_init(&out, ui_arena(ui));
    str_add_text(&out, "");
    size_t count = str_code_count(str_from(text));
    for (size_t i = 0; i < count; i++) {
        str_add_text(&out, "•");
    }
    return out.text;
}

/* First byte shown of one line so that the caret is in sight. */
static size_t window_start(const struct ui *ui, struct text_style style, const char *text,
                           size_t caret, int32_t room_px)
{
    size_t start = 0;
    while (start < caret &&
           text_width_px(ui_font(ui), style, (struct str){text + start, caret - start}) > room_px) {
        start = step_on(text, start);
    }
    return start;
}

struct shown {
    const char *text;
    size_t caret;
    struct text_style style;
    int32_t line_px, room_px;
};

/* Breaks as the text leaf will, so that places in it are known. */
static struct text_layout lines_of(struct ui *ui, const struct shown *shown)
{
    return text_break(ui_arena(ui), ui_font(ui), shown->style, str_from(shown->text),
                      shown->room_px, TEXT_wrap, 0);
}

static void caret_stroke(struct ui *ui, const struct shown *shown)
{
    struct text_layout lines = lines_of(ui, shown);
    int32_t line = 0;
    while (line + 1 < lines.line_count &&
           (size_t)(lines.lines[line + 1].text.bytes - shown->text) <= shown->caret) {
        line++;
    }
    int32_t x = 0;
    size_t line_at = (size_t)(lines.lines[line].text.bytes - shown->text);
    size_t end = strlen(shown->text);
    if (end > 0 && shown->caret == end && shown->text[end - 1] == '\n') {
        line = lines.line_count; /* a new line without text yet */
    } else if (shown->caret > line_at) {
        x = text_width_px(ui_font(ui), shown->style,
                          (struct str){lines.lines[line].text.bytes, shown->caret - line_at});
    }
    int32_t y = line * shown->line_px;
    int32_t inset = shown->line_px / 8;
    const struct theme *theme = ui_theme(ui);
    ui_stroke(ui, (struct point){x, y + inset}, (struct point){x, y + shown->line_px - inset},
              theme_dp(theme, 2), COLOR_primary);
}

/* Byte nearest to a touch, measured from the text's top left corner. */
static size_t caret_at(struct ui *ui, const struct shown *shown, struct point at)
{
    struct text_layout lines = lines_of(ui, shown);
    int32_t line = at.y / shown->line_px;
    line = line < 0 ? 0 : line >= lines.line_count ? lines.line_count - 1 : line;
    struct str text = lines.lines[line].text;
    size_t size = 0;
    while (size < text.size) {
        struct str rest = {text.bytes + size, text.size - size};
        (void)str_next_code(&rest);
        size_t next = (size_t)(rest.bytes - text.bytes);
        int32_t before = text_width_px(ui_font(ui), shown->style, (struct str){text.bytes, size});
        int32_t after = text_width_px(ui_font(ui), shown->style, (struct str){text.bytes, next});
        if (at.x < (before + after) / 2) {
            break;
        }
        size = next;
    }
    return (size_t)(text.bytes - shown->text) + size;
}

static bool typing_take(struct ui *ui, const char *key, const struct widget_field *field,
                        struct edit *edit)
{
    struct input_event typed;
    while (ui_has_focus(ui, key) && ui_next_typed(ui, &typed)) {
        if (typed.kind == INPUT_text) {
            insert(edit, typed.text, field->chars_max);
        } else {
            key_press(ui, edit, typed.key, field->lines <= 1, field->chars_max);
        }
    }
    return edit->has_changed;
}

static void below(struct ui *ui, const struct widget_field *field, const char *text,
                  bool was_refused)
{
    if (field->problem == NULL && !field->has_count && !was_refused) {
        return;
    }
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 6, .across = UI_centre});
    if (field->problem != NULL) {
        ui_icon(ui, ICON_error, 20, COLOR_danger);
        ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = COLOR_danger, .w = UI_FILL},
                     field->problem);
    } else {
        ui_space(ui, UI_FILL);
    }
    if (field->has_count || was_refused) {
        size_t used = str_code_count(str_from(text));
        enum color color = was_refused ? COLOR_danger : COLOR_ink_2;
        const char *count = field->chars_max > 0 ? ui_format(ui, "%zu / %d", used, field->chars_max)
                                                 : ui_format(ui, "%zu", used);
        ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = color}, count);
    }
    ui_close(ui);
}

bool widget_field(struct ui *ui, const char *key, const struct widget_field *field, char *text,
                  size_t capacity)
{
    CHECK(field->label != NULL && capacity > 0);
    const struct theme *theme = ui_theme(ui);
    const char *text_key = ui_format(ui, "%s/text", key);
    int32_t line_count = field->lines > 1 ? field->lines : 1;
    struct text_style style = {theme_type_px(theme, TYPE_body), theme_is_bold(theme, TYPE_body)};
    struct rect inner = ui_rect(ui, text_key);
    struct shown shown = {.style = style,
                          .line_px = theme_line_px(theme, TYPE_body),
                          .room_px = inner.w > 0 ? inner.w : theme_dp(theme, 240)};

    if (inner.w == 0 && line_count > 1) {
        ui_wake_at(ui, ui_now_ms(ui)); /* how many lines there are is known in the next frame */
    }
    int64_t *keep = ui_keep(ui, key);
    size_t used = strlen(text);
    struct edit edit = {.text = text, .capacity = capacity, .caret = used};
    if (keep[KEEP_caret] > 0 && (size_t)keep[KEEP_caret] - 1 <= used) {
        edit.caret = (size_t)keep[KEEP_caret] - 1;
    }
    if (ui_is_tapped(ui, key)) {
        if (ui_has_focus(ui, key) && !field->is_secret && line_count > 1) {
            struct rect outer = ui_rect(ui, key);
            struct point at = ui_tap_at(ui, key);
            shown.text = text;
            edit.caret = caret_at(
                ui, &shown, (struct point){at.x - (inner.x - outer.x), at.y - (inner.y - outer.y)});
        } else {
            edit.caret = used;
        }
        ui_focus(ui, key);
    }
    bool has_changed = typing_take(ui, key, field, &edit);
    used = strlen(text);
    ui_keep(ui, key)[KEEP_caret] = edit.caret < used ? (int64_t)edit.caret + 1 : 0;

    bool has_focus = ui_has_focus(ui, key);
    shown.text = field->is_secret ? dotted(ui, text) : text;
    shown.caret = field->is_secret
                      ? strlen(shown.text) * str_code_count((struct str){text, edit.caret}) /
                            (used > 0 ? str_code_count(str_from(text)) : 1)
                      : edit.caret;
    if (line_count == 1 && has_focus) {
        size_t start =
            window_start(ui, style, shown.text, shown.caret, shown.room_px - theme_dp(theme, 4));
        shown.text += start;
        shown.caret -= start;
    }

    enum color border = field->problem != NULL ? COLOR_danger
                        : has_focus            ? COLOR_primary
                                               : COLOR_outline;
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 6});
    if (!field->is_unlabelled) {
        ui_text_with(
            ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .is_bold = true},
            field->label);
    }
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h_min_mm = theme->target_mm,
                             .pad_x = 16,
                             .pad_y = 10,
                             .gap = 10,
                             .across = line_count > 1 ? UI_start : UI_centre,
                             .fill = COLOR_card,
                             .border = border,
                             .border_width = has_focus ? 3 : 2,
                             .radius = 12,
                             .role = UI_ROLE_field,
                             .name = field->label,
                             .value = shown.text,
                             .is_action = true,
                             .is_selected = has_focus});
    if (field->icon != ICON_none) {
        ui_icon(ui, field->icon, 26, COLOR_ink_2);
    }
    ui_open(ui, text_key,
            &(struct ui_box){.w = UI_FILL, .h = line_count > 1 ? UI_HUG : UI_PX(shown.line_px)});
    bool is_empty = text[0] == '\0';
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_body,
                                   .color = is_empty ? COLOR_ink_2 : COLOR_ink,
                                   .cut = line_count > 1 ? TEXT_wrap : TEXT_end,
                                   .w = UI_FILL},
                 is_empty && field->hint != NULL ? field->hint : shown.text);
    int32_t lines_shown = line_count > 1 ? lines_of(ui, &shown).line_count : 1;
    if (lines_shown < line_count) {
        ui_space(ui, UI_PX((line_count - lines_shown) * shown.line_px));
    }
    if (has_focus) {
        caret_stroke(ui, &shown);
    }
    ui_close(ui);
    ui_close(ui);
    below(ui, field, text, edit.was_refused);
    ui_close(ui);
    return has_changed;
}
