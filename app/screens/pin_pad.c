#include "app/screens/pin_pad.h"

#include <string.h>

static void digit_type(char typed[VAULT_PIN_SIZE + 1], char digit)
{
    size_t size = strlen(typed);
    if (size < VAULT_PIN_SIZE) {
        typed[size] = digit;
        typed[size + 1] = '\0';
    }
}

static void back_type(char typed[VAULT_PIN_SIZE + 1])
{
    size_t size = strlen(typed);
    if (size > 0) {
        typed[size - 1] = '\0';
    }
}

/* What was touched or typed since the last frame; true when there was any of it. */
static bool keys_take(struct ui *ui, const char *key, char typed[VAULT_PIN_SIZE + 1])
{
    bool was_touched = false;
    for (int digit = '0'; digit <= '9'; digit++) {
        if (ui_is_tapped(ui, ui_format(ui, "%s/%c", key, digit))) {
            digit_type(typed, (char)digit);
            was_touched = true;
        }
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/back", key))) {
        back_type(typed);
        was_touched = true;
    }
    if (ui_is_tapped(ui, ui_format(ui, "%s/clear", key))) {
        typed[0] = '\0';
        was_touched = true;
    }
    struct input_event event;
    while (ui_next_typed(ui, &event)) {
        was_touched = true;
        if (event.kind == INPUT_key && event.key == INPUT_KEY_backspace) {
            back_type(typed);
        }
        for (const char *c = event.text; event.kind == INPUT_text && *c != '\0'; c++) {
            if (*c >= '0' && *c <= '9') {
                digit_type(typed, *c);
            }
        }
    }
    return was_touched;
}

static void dots(struct ui *ui, const char *key, const char *label, const char *value, int64_t size,
                 bool is_wrong)
{
    ui_open(ui, key,
            &(struct ui_box){.flow = UI_row,
                             .gap = 20,
                             .pad_y = 8,
                             .role = UI_ROLE_status,
                             .name = label,
                             .value = value});
    for (int64_t i = 0; i < VAULT_PIN_SIZE; i++) {
        bool is_on = i < size;
        ui_open(ui, NULL,
                &(struct ui_box){.w = UI_DP(20),
                                 .h = UI_DP(20),
                                 .radius = 10,
                                 .fill = is_on ? COLOR_primary : COLOR_card,
                                 .border = is_on      ? COLOR_primary
                                           : is_wrong ? COLOR_danger
                                                      : COLOR_outline,
                                 .border_width = 2});
        ui_close(ui);
    }
    ui_close(ui);
}

/* The words, the dots and the keys. */
static void pad(struct ui *ui, const struct view *view, const char *key, const char *label,
                int64_t size, bool is_wrong)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 8, .across = UI_centre});
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_strong,
                                   .color = is_wrong ? COLOR_danger : COLOR_ink,
                                   .align = UI_centre},
                 label);
    dots(ui, key, label, view_fill(view, "pin.typed", lang_value_count("n", size)), size, is_wrong);
    widget_key_grid_open(ui, key);
    widget_key(ui, ui_format(ui, "%s/clear", key), view_text(view, "pin.clear"), TYPE_strong);
    widget_key(ui, ui_format(ui, "%s/0", key), "0", TYPE_display);
    widget_key_icon(ui, ui_format(ui, "%s/back", key), ICON_backspace,
                    view_text(view, "keyboard.backspace"));
    ui_close(ui);
    ui_close(ui);
}

void pin_pad_wait(struct ui *ui, const struct view *view, int64_t left_ms)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_y = 24, .gap = 12, .across = UI_centre});
    ui_icon(ui, ICON_hourglass_empty, 48, COLOR_warn);
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_title, .align = UI_centre},
        view_fill(view, "pin.wait", lang_value_text("time", view_duration(view, left_ms))));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .color = COLOR_ink_2, .align = UI_centre},
                 view_text(view, "pin.wait_note"));
    ui_close(ui);
    /* The words change by the second, and by the minute when it is long. */
    ui_wake_at(ui, ui_now_ms(ui) + (left_ms % 1000 > 0 ? left_ms % 1000 : 1000));
}

bool pin_pad(struct ui *ui, const struct view *view, const char *key, const char *label,
             struct screen_secret *secret)
{
    int64_t left_ms = secret->wait_until_ms - ui_now_ms(ui);
    if (left_ms > 0) {
        secret->typed[0] = '\0';
        pin_pad_wait(ui, view, left_ms);
        return false;
    }
    if (keys_take(ui, key, secret->typed) && secret->typed[0] != '\0') {
        secret->problem_key = NULL;
    }
    /* What is wrong stands where the question stood: the keys stay where the finger knows them. */
    bool is_wrong = secret->problem_key != NULL;
    pad(ui, view, key, is_wrong ? view_text(view, secret->problem_key) : label,
        (int64_t)strlen(secret->typed), is_wrong);
    return strlen(secret->typed) == VAULT_PIN_SIZE;
}

void pin_pad_trying(struct ui *ui, const struct view *view, const char *key, const char *label)
{
    pad(ui, view, key, label, VAULT_PIN_SIZE, false);
}

static void fresh_take(struct screen_secret *secret, struct view const *view,
                       struct intent *intent_out)
{
    if (secret->fresh[0] == '\0') {
        enum vault_flaw flaw = vault_pin_flaw(secret->typed);
        if (flaw == VAULT_FLAW_none) {
            memcpy(secret->fresh, secret->typed, sizeof secret->fresh);
        } else {
            secret->problem_key = flaw == VAULT_FLAW_easy ? "pin.easy" : "pin.size";
        }
    } else if (strcmp(secret->fresh, secret->typed) == 0) {
        intent_out->kind = INTENT_pin_set;
        intent_out->text = arena_text(view->arena, secret->fresh);
        secret->fresh[0] = '\0';
    } else {
        secret->problem_key = "pin.differs";
        secret->fresh[0] = '\0';
    }
    secret->typed[0] = '\0';
}

void pin_pad_new(struct ui *ui, const struct view *view, struct screen_secret *secret, bool has_pin,
                 struct intent *intent_out)
{
    bool asks_old = has_pin && !secret->is_old_right;
    const char *label = view_text(view, asks_old                   ? "pin.old"
                                        : secret->fresh[0] == '\0' ? "pin.new"
                                                                   : "pin.again");
    if (!pin_pad(ui, view, "pin", label, secret)) {
        return;
    }
    if (asks_old) {
        intent_out->kind = INTENT_pin_check;
        intent_out->text = arena_text(view->arena, secret->typed);
        secret->typed[0] = '\0';
    } else {
        fresh_take(secret, view, intent_out);
    }
}
