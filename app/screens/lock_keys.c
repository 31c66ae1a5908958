#include "app/screens/lock_keys.h"

#include <string.h>

enum { LOCK_CODE_SIZE = 8 }; /* digits of a reset code: sync/proto/keys.h */

static void phrase_page(struct ui *ui, const struct view *view, const struct lock_model *model,
                        struct intent *intent_out)
{
    struct screen_secret *secret = model->secret;
    bool is_trying = model->keys.opening != SCREEN_OPENING_none;
    int64_t left_ms = secret->wait_until_ms - ui_now_ms(ui);
    if (left_ms > 0) {
        pin_pad_wait(ui, view, left_ms);
        return;
    }
    (void)widget_field(ui, "lock/phrase",
                       &(struct widget_field){.label = view_text(view, "keys.phrase"),
                                              .problem = secret->problem_key != NULL
                                                             ? view_text(view, secret->problem_key)
                                                             : NULL,
                                              .is_secret = true},
                       secret->phrase, sizeof secret->phrase);
    if (widget_button(ui, "lock/open",
                      &(struct widget_button){
                          .kind = WIDGET_BUTTON_primary,
                          .label = view_text(view, is_trying ? "lock.trying_phrase" : "keys.open"),
                          .icon = is_trying ? ICON_hourglass_empty : ICON_lock_open,
                          .is_disabled = is_trying || secret->phrase[0] == '\0',
                          .is_wide = true})) {
        intent_out->kind = INTENT_unlock;
        intent_out->text = arena_text(view->arena, secret->phrase);
    }
}

/* A forgotten PIN: headquarters gives a code, once. */
static void reset_page(struct ui *ui, const struct view *view, const struct lock_model *model,
                       struct screen_place *place, struct intent *intent_out)
{
    struct screen_secret *secret = model->secret;
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "keys.forgot"));
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "keys.forgot_note"));
    (void)widget_field(ui, "lock/code",
                       &(struct widget_field){.label = view_text(view, "keys.code"),
                                              .problem = secret->problem_key != NULL
                                                             ? view_text(view, secret->problem_key)
                                                             : NULL,
                                              .chars_max = LOCK_CODE_SIZE},
                       secret->phrase, sizeof secret->phrase);
    if (widget_button(
            ui, "lock/reset",
            &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                    .label = view_text(view, "keys.reset"),
                                    .icon = ICON_lock_open,
                                    .is_disabled = strlen(secret->phrase) != LOCK_CODE_SIZE,
                                    .is_wide = true})) {
        intent_out->kind = INTENT_key_reset;
        intent_out->text = arena_text(view->arena, secret->phrase);
        place->tab = LOCK_TAB_keys;
    }
    if (widget_button(ui, "lock/keys_again",
                      &(struct widget_button){.label = view_text(view, "screen.back"),
                                              .icon = ICON_arrow_back,
                                              .is_wide = true})) {
        secret->phrase[0] = '\0';
        place->tab = LOCK_TAB_keys;
    }
}

/* What stands under the keys: that headquarters does not answer, what the PIN is worth, and the way
 * out for who forgot it. */
static void below_keys(struct ui *ui, const struct view *view, const struct lock_model *model,
                       struct screen_place *place)
{
    const struct screen_keys *keys = &model->keys;
    if (keys->is_asking) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_text(view, "keys.offline"),
                                              .text = view_text(view, "keys.offline_note"),
                                              .icon = ICON_cloud_off});
    }
    if (keys->vault.guard == VAULT_GUARD_pin || keys->vault.guard == VAULT_GUARD_adopted) {
        ui_text_with(
            ui,
            &(struct ui_text){
                .type = TYPE_secondary, .color = COLOR_ink_2, .align = UI_centre, .w = UI_FILL},
            view_text(view, "keys.pin_only"));
    }
    if (keys->is_sealed &&
        widget_button(ui, "lock/forgot",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "keys.forgot"),
                                              .is_wide = true})) {
        model->secret->problem_key = NULL;
        model->secret->phrase[0] = '\0';
        place->tab = LOCK_TAB_reset;
    }
}

/* While what was typed is tried the keys stand still, and take nothing. */
static void pad(struct ui *ui, const struct view *view, const struct lock_model *model,
                struct intent *intent_out)
{
    if (model->keys.opening != SCREEN_OPENING_none) {
        pin_pad_trying(ui, view, "lock", view_text(view, "lock.trying"));
    } else if (pin_pad(ui, view, "lock", view_text(view, "lock.type"), model->secret)) {
        intent_out->kind = INTENT_unlock;
        intent_out->text = arena_text(view->arena, model->secret->typed);
    }
}

/* The key is there. What takes the time is said, and how far it is. */
static void opening(struct ui *ui, const struct view *view, const struct screen_keys *keys)
{
    bool is_open = keys->opening == SCREEN_OPENING_day;
    const char *records =
        keys->case_count > 0
            ? view_fill(view, "lock.opened_of", lang_value_count("n", (int64_t)keys->case_count))
            : view_text(view, is_open ? "lock.opened" : "lock.opening_store");
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 16});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "lock.opening"));
    widget_progress_step_bar(ui, is_open ? 2 : 1, 3, view_text(view, "lock.opening"));
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 16});
    parts_stage(ui, PARTS_STAGE_done, view_text(view, "lock.opened_key"));
    parts_stage(ui, is_open ? PARTS_STAGE_done : PARTS_STAGE_now, records);
    parts_stage(ui, is_open ? PARTS_STAGE_now : PARTS_STAGE_later,
                view_text(view, "lock.opening_day"));
    ui_close(ui);
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "lock.opening_note"));
    ui_close(ui);
}

void lock_keys(struct ui *ui, const struct view *view, const struct lock_model *model,
               struct screen_place *place, struct intent *intent_out)
{
    enum screen_opening at = model->keys.opening;
    if (at == SCREEN_OPENING_store || at == SCREEN_OPENING_day) {
        opening(ui, view, &model->keys);
    } else if (place->tab == LOCK_TAB_reset) {
        reset_page(ui, view, model, place, intent_out);
    } else if (model->keys.vault.is_phrase) {
        phrase_page(ui, view, model, intent_out);
        below_keys(ui, view, model, place);
    } else {
        pad(ui, view, model, intent_out);
        below_keys(ui, view, model, place);
    }
}
