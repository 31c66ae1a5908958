#include "app/screens/more.h"

enum err more_enter(struct arena *task, const struct screen_source *source,
                    struct screen_place *place, void **model_out)
{
    (void)place;
    struct more_model *model = ARENA_NEW(task, struct more_model);
    model->has_pin = source->settings->has_pin;
    TRY(card_read(task, source, &model->card));
    TRY(store_inbox_waiting(source->store, &model->unread_count));
    *model_out = model;
    return OK;
}

/* What waits behind a row; false: nothing. */
static bool row_badge(const struct view *view, const struct more_model *model,
                      enum screen_kind screen, struct widget_badge *badge_out)
{
    if (screen == SCREEN_letters && model->unread_count > 0) {
        *badge_out = (struct widget_badge){
            .tone = WIDGET_BADGE_info,
            .word = view_fill(view, "more.unread",
                              lang_value_count("n", (int64_t)model->unread_count))};
        return true;
    }
    if (screen == SCREEN_card && card_state_on(&model->card, view->today) != CARD_STATE_valid) {
        *badge_out = (struct widget_badge){.tone = WIDGET_BADGE_warn,
                                           .word = view_text(view, "more.card_not_valid")};
        return true;
    }
    return false;
}

void more_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                struct intent *intent_out)
{
    static const struct {
        enum screen_kind screen;
        enum icon icon;
        const char *key, *note_key;
        int64_t number;
    } rows[] = {
        {SCREEN_card, ICON_badge, "screen.card", "more.card_note", 0},
        {SCREEN_letters, ICON_chat, "screen.letters", "more.letters_note", 0},
        {SCREEN_records, ICON_history, "screen.records", "more.records_note", 0},
        {SCREEN_close_day, ICON_playlist_add_check, "screen.close_day", "more.close_note", 0},
        {SCREEN_safety, ICON_health_and_safety, "screen.safety", "more.safety_note", 0},
        {SCREEN_settings, ICON_settings, "screen.settings", "more.settings_note", 0},
    };
    (void)place;
    const struct more_model *model = model_in;
    screen_root_open(ui, view, SCREEN_more, intent_out);
    screen_top_root(ui, view, view_text(view, "screen.more"), view->person_name);
    parts_body_open(ui, "more");
    if (!screen_has_all_roots(ui) &&
        widget_list_row(ui, "more/screen.results",
                        &(struct widget_list_row){.title = view_text(view, "screen.results"),
                                                  .note = view_text(view, "more.results_note"),
                                                  .icon = ICON_bar_chart,
                                                  .is_free = true,
                                                  .has_arrow = true})) {
        intent_out->kind = INTENT_root;
        intent_out->place = screen_place(SCREEN_results, 0);
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct widget_badge badge;
        bool has_badge = row_badge(view, model, rows[i].screen, &badge);
        if (widget_list_row(ui, ui_format(ui, "more/%s", rows[i].key),
                            &(struct widget_list_row){.title = view_text(view, rows[i].key),
                                                      .note = view_text(view, rows[i].note_key),
                                                      .icon = rows[i].icon,
                                                      .badge = has_badge ? &badge : NULL,
                                                      .is_free = true,
                                                      .is_tall = has_badge && ui_theme(ui)->class ==
                                                                                  THEME_compact,
                                                      .has_arrow = true})) {
            screen_open(intent_out, rows[i].screen, 0);
            intent_out->place.number = rows[i].number;
        }
    }
    if (model->has_pin &&
        widget_list_row(ui, "more/lock",
                        &(struct widget_list_row){.title = view_text(view, "more.lock"),
                                                  .note = view_text(view, "more.lock_note"),
                                                  .icon = ICON_lock,
                                                  .is_free = true})) {
        intent_out->kind = INTENT_lock;
    }
    parts_body_close(ui);
    screen_root_close(ui, view, SCREEN_more, intent_out);
}
