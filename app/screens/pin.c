#include "app/screens/pin.h"

#include <string.h>

enum err pin_enter(struct arena *task, const struct screen_source *source,
                   struct screen_place *place, void **model_out)
{
    (void)place;
    struct pin_model *model = ARENA_NEW(task, struct pin_model);
    model->secret = screen_secret(task, source);
    model->has_pin = source->settings->has_pin;
    model->is_phrase = source->settings->guard == VAULT_GUARD_phrase;
    *model_out = model;
    return OK;
}

/* place.tab: what is being set. */
enum { PIN_DIGITS = 0, PIN_PHRASE = 1 };

static void phrase_field(struct ui *ui, const struct view *view, const char *key,
                         const char *label_key, const char *problem_key, char *text)
{
    (void)widget_field(
        ui, key,
        &(struct widget_field){.label = view_text(view, label_key),
                               .problem = problem_key != NULL ? view_text(view, problem_key) : NULL,
                               .is_secret = true},
        text, VAULT_SECRET_SIZE);
}

static bool phrase_button(struct ui *ui, const struct view *view, const char *label_key,
                          bool is_missing)
{
    return widget_button(ui, "pin/phrase_set",
                         &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                 .label = view_text(view, label_key),
                                                 .icon = ICON_lock,
                                                 .is_disabled = is_missing,
                                                 .is_wide = true});
}

static void old_phrase(struct ui *ui, const struct view *view, struct screen_secret *secret,
                       struct intent *intent_out)
{
    phrase_field(ui, view, "pin/phrase", "keys.phrase", secret->problem_key, secret->phrase);
    if (phrase_button(ui, view, "enrol.next", secret->phrase[0] == '\0')) {
        intent_out->kind = INTENT_pin_check;
        intent_out->text = arena_text(view->arena, secret->phrase);
    }
}

static void new_phrase(struct ui *ui, const struct view *view, struct screen_secret *secret,
                       struct intent *intent_out)
{
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "keys.phrase_rules"));
    phrase_field(ui, view, "pin/phrase", "keys.phrase", secret->problem_key, secret->phrase);
    phrase_field(ui, view, "pin/again", "keys.phrase_again", NULL, secret->again);
    if (!phrase_button(ui, view, "keys.phrase_set",
                       secret->phrase[0] == '\0' || secret->again[0] == '\0')) {
        return;
    }
    enum vault_flaw flaw = vault_phrase_flaw(secret->phrase);
    if (flaw != VAULT_FLAW_none) {
        secret->problem_key = flaw == VAULT_FLAW_easy ? "keys.phrase_easy" : "keys.phrase_size";
    } else if (strcmp(secret->phrase, secret->again) != 0) {
        secret->problem_key = "keys.phrase_differs";
    } else {
        intent_out->kind = INTENT_pin_set;
        intent_out->text = arena_text(view->arena, secret->phrase);
    }
}

static void other_button(struct ui *ui, const struct view *view, const struct pin_model *model,
                         struct screen_place *place)
{
    bool is_phrase = place->tab == PIN_PHRASE;
    if (widget_button(ui, "pin/other",
                      &(struct widget_button){
                          .kind = WIDGET_BUTTON_quiet,
                          .label = view_text(view, is_phrase ? "keys.use_pin" : "keys.use_phrase"),
                          .is_wide = true})) {
        place->tab = is_phrase ? PIN_DIGITS : PIN_PHRASE;
        model->secret->problem_key = NULL;
        memset(model->secret->typed, 0, sizeof model->secret->typed);
        memset(model->secret->fresh, 0, sizeof model->secret->fresh);
        memset(model->secret->phrase, 0, sizeof model->secret->phrase);
        memset(model->secret->again, 0, sizeof model->secret->again);
    }
}

void pin_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
               struct intent *intent_out)
{
    const struct pin_model *model = model_in;
    struct screen_secret *secret = model->secret;
    bool asks_old = model->has_pin && !secret->is_old_right;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, model->has_pin ? "pin.change" : "screen.pin"), NULL, NULL,
               ICON_none, intent_out);
    parts_body_open(ui, "pin/body");
    if (asks_old && model->is_phrase) {
        old_phrase(ui, view, secret, intent_out);
    } else if (!asks_old && place->tab == PIN_PHRASE) {
        new_phrase(ui, view, secret, intent_out);
        other_button(ui, view, model, place);
    } else {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "pin.rules"));
        pin_pad_new(ui, view, secret, model->has_pin, intent_out);
        if (!asks_old) {
            other_button(ui, view, model, place);
        }
    }
    parts_body_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
