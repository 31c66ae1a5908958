#include "app/screens/close_day.h"

enum err close_day_enter(struct arena *task, const struct screen_source *source,
                         struct screen_place *place, void **model_out)
{
    (void)place;
    struct close_day_model *model = ARENA_NEW(task, struct close_day_model);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    int64_t from_at_ms = date_instant(today, 0, source->offset_minutes);
    int64_t until_at_ms = date_instant(today + 1, 0, source->offset_minutes);
    TRY(store_plan_list(source->store, task, today, &model->stops, &model->stop_count));
    for (size_t i = 0; i < model->stop_count; i++) {
        model->planned_count +=
            model->stops[i].is_planned && model->stops[i].state != STOP_left_out ? 1 : 0;
        model->visited_count += model->stops[i].state == STOP_visited ? 1 : 0;
        model->skipped_count += model->stops[i].state == STOP_skipped ? 1 : 0;
    }
    TRY(store_outbox_count(source->store, 0, from_at_ms, until_at_ms, &model->made_count,
                           &model->confirmed_count));
    struct store_records closed;
    TRY(store_journal_list(source->store, task, EVENT_day_closed, from_at_ms, until_at_ms, 0, 1,
                           &closed));
    model->was_closed = closed.count > 0;
    model->closed_at_ms = closed.count > 0 ? closed.items[0].at_ms : 0;
    model->has_open_visit = source->draft != NULL;
    model->event = ARENA_NEW(task, ds_Event);
    if (source->form != NULL && source->form->which_kind == EVENT_day_closed &&
        source->form->kind.day_closed.day == today) {
        *model->event = *source->form;
    }
    model->event->which_kind = EVENT_day_closed;
    ds_DayClosed *day = &model->event->kind.day_closed;
    day->day = today;
    day->planned = model->planned_count;
    day->visited = model->visited_count;
    day->skipped = model->skipped_count;
    *model_out = model;
    return OK;
}

static void figure(struct ui *ui, const struct view *view, const char *key, int64_t count)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_display, COLOR_ink, view_count(view, count));
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, key));
    ui_close(ui);
}

void close_day_frame(struct ui *ui, const struct view *view, void *model_in,
                     struct screen_place *place, struct intent *intent_out)
{
    (void)place;
    struct close_day_model *model = model_in;
    ds_DayClosed *day = &model->event->kind.day_closed;
    uint32_t done_count = model->visited_count + model->skipped_count;
    uint32_t left_count = model->planned_count > done_count ? model->planned_count - done_count : 0;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.close_day"), view_day(view, view->today), NULL,
               ICON_none, intent_out);
    parts_page_open(ui, "close_day");
    if (model->has_open_visit) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_text(view, "close.open_visit")});
    }
    if (model->was_closed) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){
                          .tone = WIDGET_BADGE_info,
                          .title = view_fill(
                              view, "close.was_closed",
                              lang_value_text("time", view_clock(view, model->closed_at_ms)))});
    }
    parts_columns_open(ui);
    parts_column_open(ui, 2);
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "close.plan"));
    ui_open(ui, NULL,
            &(struct ui_box){
                .flow = UI_grid, .w = UI_FILL, .gap = 12, .columns = parts_is_narrow(ui) ? 2 : 4});
    figure(ui, view, "close.planned", model->planned_count);
    figure(ui, view, "close.visited", model->visited_count);
    figure(ui, view, "close.skipped", model->skipped_count);
    figure(ui, view, "close.left", left_count);
    ui_close(ui);
    ui_divider(ui);
    widget_card_fact(ui, view_text(view, "close.records"),
                     view_fill(view, "sync.made_confirmed",
                               lang_value_count("made", (int64_t)model->made_count),
                               lang_value_count("confirmed", (int64_t)model->confirmed_count)));
    ui_close(ui);
    if (left_count > 0) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_fill(view, "close.left_over",
                                                                 lang_value_count("n", left_count)),
                                              .text = view_text(view, "close.left_over_note")});
    }
    bool has_changed = parts_note(ui, view, "note", view_text(view, "close.note"), NULL, 0,
                                  day->note, sizeof day->note);
    parts_column_close(ui);
    parts_column_open(ui, 3);
    int64_t value = day->distance_m / 10; /* the pad counts hundredths of a kilometre */
    struct widget_amount_chip chips[] = {
        {"10 km", 1000}, {"20 km", 2000}, {"30 km", 3000}, {"50 km", 5000}};
    if (widget_amount(ui, "distance",
                      &(struct widget_amount){.label = view_text(view, "close.distance"),
                                              .sign = "",
                                              .note = view_text(view, "close.distance_note"),
                                              .backspace = view_text(view, "keyboard.backspace"),
                                              .clear = view_text(view, "keyboard.clear"),
                                              .chips = chips,
                                              .chip_count = (int32_t)COUNT(chips),
                                              .value_minor_max = 200000},
                      &value)) {
        day->distance_m = (uint32_t)(value * 10);
        has_changed = true;
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    bool is_confirmed = false;
    if (parts_actions_open(ui)) {
        is_confirmed =
            widget_button(ui, "close/confirm",
                          &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                  .label = view_text(view, "close.confirm"),
                                                  .icon = ICON_playlist_add_check,
                                                  .is_wide = true,
                                                  .is_disabled = model->has_open_visit});
        parts_actions_close(ui);
    }
    if (is_confirmed) {
        intent_out->kind = INTENT_capture;
        intent_out->event = model->event;
    } else if (has_changed && intent_out->kind == INTENT_none) {
        intent_out->kind = INTENT_form_save;
        intent_out->event = model->event;
    }
    parts_screen_close(ui, view, NULL, 0);
}
