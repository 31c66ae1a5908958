#include "app/screens/card.h"

#include "app/screens/card_picture.h"
#include "app/ui/ui_art.h"
#include "core/rules/disclosure.h"

#include <string.h>

enum { SIDE_MM = 36, SIDE_WIDE_MM = 60, PORTRAIT_W_DP = 84, PORTRAIT_H_DP = 104 };

enum err card_read(struct arena *task, const struct screen_source *source,
                   struct card_model *model_out)
{
    struct str text;
    struct str key_bytes;
    struct chain_public_key key;
    *model_out = (struct card_model){0};
    TRY(store_setting_bytes(source->store, task, SETTING_card, &text));
    TRY(store_setting_bytes(source->store, task, SETTING_hq_public_key, &key_bytes));
    model_out->has_text = text.size > 0;
    if (!model_out->has_text || key_bytes.size != sizeof key.bytes) {
        return OK;
    }
    memcpy(key.bytes, key_bytes.bytes, sizeof key.bytes);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    enum err err = card_text_read(text, &key, today, &model_out->card);
    model_out->is_signed = err == OK || err == ERR_expired || err == ERR_not_allowed;
    if (model_out->is_signed) {
        model_out->picture = card_picture_make(task, text.bytes);
    }
    return OK;
}

enum card_state card_state_on(const struct card_model *model, int32_t today)
{
    if (!model->is_signed) {
        return model->has_text ? CARD_STATE_wrong : CARD_STATE_none;
    }
    return today > model->card.until_day  ? CARD_STATE_expired
           : today < model->card.from_day ? CARD_STATE_ahead
                                          : CARD_STATE_valid;
}

/* Who listens decides: a client's name tells that there is a debt, an institution's may. */
static enum err listener_read(struct arena *task, const struct screen_source *source,
                              uint64_t case_no, struct card_model *model)
{
    const ds_VisitDraft *draft = source->draft;
    struct store_case item;
    if (case_no == 0 || draft == NULL || draft->case_no != case_no) {
        return OK;
    }
    enum err err = store_case_load(source->store, task, case_no, &item);
    bool has_case = err == OK && item.record != NULL;
    const struct disclosure_facts facts = {.role = draft->finish.role,
                                           .is_verified = draft->finish.is_identity_verified,
                                           .record = has_case ? item.record : NULL,
                                           .state = has_case ? item.state : NULL};
    uint32_t allowed = disclosure_allowed(source->policy, source->now_ms, &facts);
    model->is_bare = (allowed & DISCLOSURE_employer) == 0;
    if (has_case && (allowed & DISCLOSURE_debt_exists) != 0 && item.record->client[0] != '\0') {
        model->client = item.record->client;
    }
    return err == ERR_not_found ? OK : err;
}

enum err card_enter(struct arena *task, const struct screen_source *source,
                    struct screen_place *place, void **model_out)
{
    struct card_model *model = ARENA_NEW(task, struct card_model);
    TRY(card_read(task, source, model));
    TRY(listener_read(task, source, place->case_no, model));
    *model_out = model;
    return OK;
}

/* ---- it may not be shown ---- */

static void refusal(struct ui *ui, const struct view *view, const struct card_model *model,
                    enum card_state state)
{
    static const char *const titles[] = {[CARD_STATE_none] = "card.none",
                                         [CARD_STATE_expired] = "card.expired",
                                         [CARD_STATE_ahead] = "card.ahead",
                                         [CARD_STATE_wrong] = "card.wrong"};
    static const char *const what[] = {[CARD_STATE_none] = "card.none_do",
                                       [CARD_STATE_expired] = "card.expired_do",
                                       [CARD_STATE_ahead] = "card.ahead_do",
                                       [CARD_STATE_wrong] = "card.wrong_do"};
    int32_t day = state == CARD_STATE_ahead ? model->card.from_day : model->card.until_day;
    parts_empty(ui, state == CARD_STATE_none ? ICON_badge : ICON_error,
                view_fill(view, titles[state], lang_value_text("day", view_day(view, day))),
                view_text(view, what[state]));
}

/* ---- the card ---- */

static void portrait(struct ui *ui, const struct view *view)
{
    ui_open(ui, NULL,
            &(struct ui_box){.w = UI_DP(PORTRAIT_W_DP),
                             .h = UI_DP(PORTRAIT_H_DP),
                             .fill = COLOR_sunken,
                             .border = COLOR_outline,
                             .radius = 10,
                             .along = UI_centre,
                             .across = UI_centre,
                             .role = UI_ROLE_image,
                             .name = view_text(view, "card.photo")});
    ui_icon(ui, ICON_person, 64, COLOR_ink_2);
    ui_close(ui);
}

static void who(struct ui *ui, const struct view *view, const struct card *card)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .gap = 16, .across = UI_centre});
    portrait(ui, view);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 4});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, "card.title"));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_display, .role = UI_ROLE_heading, .w = UI_FILL},
                 card->name);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 view_fill(view, "card.staff", lang_value_text("no", card->staff_no)));
    widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_ok,
                                            .word = view_text(view, "card.valid"),
                                            .icon = ICON_verified_user});
    ui_close(ui);
    ui_close(ui);
}

static void fact(struct ui *ui, const struct view *view, const char *key, const char *value)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, key));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .role = UI_ROLE_text, .w = UI_FILL},
                 value);
    ui_close(ui);
}

static void facts(struct ui *ui, const struct view *view, const struct card_model *model)
{
    const struct card *card = &model->card;
    if (!model->is_bare) {
        fact(ui, view, "card.institution", card->institution);
    }
    if (model->client != NULL) {
        fact(ui, view, "card.client", model->client);
    }
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .folds = true, .gap = 12});
    fact(ui, view, "card.until", view_day(view, card->until_day));
    fact(ui, view, "card.line", card->line);
    ui_close(ui);
}

/* Large enough for a phone at arm's length; every module as many pixels as the next. */
static void picture(struct ui *ui, const struct view *view, const struct draw_image *image)
{
    const struct theme *theme = ui_theme(ui);
    int32_t room_px = theme->options.width_px - theme_dp(theme, 2 * 24);
    int32_t wanted_px = theme_mm(theme, parts_is_wide(ui) ? SIDE_WIDE_MM : SIDE_MM);
    int32_t side_px = (wanted_px < room_px ? wanted_px : room_px) / image->w * image->w;
    side_px = side_px < image->w ? image->w : side_px;
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 8, .across = UI_centre});
    ui_open(ui, "card/code",
            &(struct ui_box){.w = UI_PX(side_px),
                             .h = UI_PX(side_px),
                             .role = UI_ROLE_image,
                             .name = view_text(view, "card.code")});
    ui_art_image(ui, (struct rect){0, 0, side_px, side_px}, image);
    ui_close(ui);
    ui_text_with(
        ui,
        &(struct ui_text){
            .type = TYPE_secondary, .color = COLOR_ink_2, .align = UI_centre, .w = UI_FILL},
        view_text(view, "card.scan"));
    ui_close(ui);
}

static void intro(struct ui *ui, const struct view *view, const struct card_model *model)
{
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 view_fill(view, model->is_bare ? "card.intro_bare" : "card.intro",
                           lang_value_text("name", model->card.name),
                           lang_value_text("institution", model->card.institution)));
}

static void shown(struct ui *ui, const struct view *own, const struct card_model *model,
                  struct screen_place *place, struct intent *intent_out)
{
    struct view *view = parts_shown_view(own, place);
    parts_shown_open(ui, "card", place, view->lang, 1100);
    parts_columns_open(ui);
    parts_column_open(ui, 3);
    who(ui, view, &model->card);
    ui_divider(ui);
    facts(ui, view, model);
    if (parts_is_wide(ui) || model->is_bare) {
        intro(ui, view, model);
    }
    parts_column_close(ui);
    if (!model->is_bare) {
        parts_column_open(ui, 2);
        picture(ui, view, &model->picture);
        if (!parts_is_wide(ui)) { /* the code is wanted at first sight */
            intro(ui, view, model);
        }
        parts_column_close(ui);
    }
    parts_columns_close(ui);
    parts_shown_close(ui);
    if (parts_shown_back(ui, "card/back", view_text(view, "card.back"))) {
        intent_out->kind = INTENT_back;
    }
}

void card_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                struct intent *intent_out)
{
    const struct card_model *model = model_in;
    enum card_state state = card_state_on(model, view->today);
    parts_screen_open(ui);
    if (state == CARD_STATE_valid) {
        shown(ui, view, model, place, intent_out);
    } else {
        screen_top(ui, view, view_text(view, "screen.card"), NULL, NULL, ICON_none, intent_out);
        parts_body_open(ui, "card/none");
        refusal(ui, view, model, state);
        parts_body_close(ui);
    }
    parts_screen_close(ui, view, NULL, 0);
}
