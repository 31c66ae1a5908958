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
    journey_day_planned(source->policy, model->stops, model->stop_count, &model->day);
    TRY(journey_day_worked(source->store, task, from_at_ms, &model->day.worked_minutes));
    bool has_roads = source->chart != NULL && source->chart->travel.work != NULL;
    TRY(journey_day_kept(source->store, task, from_at_ms, model->stops, model->stop_count,
                         has_roads ? map_travel_way_m : NULL,
                         has_roads ? &source->chart->travel : NULL, &model->day));
    TRY(store_outbox_count(source->store, 0, from_at_ms, until_at_ms, &model->day.made_count,
                           &model->day.confirmed_count));
    struct store_outbox outbox;
    TRY(store_outbox_read(source->store, &outbox));
    model->question_count = outbox.question_count;
    struct store_alarm *alarms;
    size_t alarm_count;
    TRY(store_alarm_list(source->store, task, true, &alarms, &alarm_count));
    model->alarm_count = alarm_count;
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
    day->planned = model->day.planned;
    day->visited = model->day.visited;
    day->skipped = model->day.skipped;
    *model_out = model;
    return OK;
}

/* ---- plan and day, side by side ---- */

static void figure(struct ui *ui, const struct view *view, const char *key, int64_t count,
                   enum color color)
{
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .gap = 2});
    ui_text(ui, TYPE_display, color, view_count(view, count));
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, key));
    ui_close(ui);
}

static const char *km_text(const struct view *view, uint32_t distance_m)
{
    return distance_m == 0
               ? view_text(view, "close.not_known")
               : view_fill(
                     view, "close.km",
                     lang_value_text("value", str_format(view->arena, "%u.%u", distance_m / 1000,
                                                         distance_m % 1000 / 100)));
}

static const char *hours_text(const struct view *view, uint32_t minutes)
{
    return minutes == 0 ? view_text(view, "close.not_known")
                        : view_fill(view, "close.hours", lang_value_count("h", minutes / 60),
                                    lang_value_count("m", minutes % 60));
}

/* "plan 18.5 km · done 21.0 km" */
static void plan_and_done(struct ui *ui, const struct view *view, const char *key,
                          const char *planned, const char *done)
{
    widget_card_fact(ui, view_text(view, key),
                     view_fill(view, "close.plan_done", lang_value_text("plan", planned),
                               lang_value_text("done", done)));
}

static void day_card(struct ui *ui, const struct view *view, const struct close_day_model *model)
{
    const struct close_day *day = &model->day;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "close.plan"));
    ui_open(ui, NULL,
            &(struct ui_box){
                .flow = UI_grid, .w = UI_FILL, .gap = 12, .columns = parts_is_narrow(ui) ? 2 : 4});
    figure(ui, view, "close.planned", day->planned, COLOR_ink);
    figure(ui, view, "close.visited", day->visited, COLOR_ok);
    figure(ui, view, "close.skipped", day->skipped, COLOR_ink);
    figure(ui, view, "close.left", day->left, day->left > 0 ? COLOR_warn : COLOR_ink);
    ui_close(ui);
    ui_divider(ui);
    plan_and_done(ui, view, "close.way", km_text(view, day->planned_distance_m),
                  km_text(view, model->event->kind.day_closed.distance_m));
    if (day->way_m > 0) {
        widget_card_fact(ui, view_text(view, "close.between"), km_text(view, day->way_m));
    }
    if (day->visited > 1) {
        widget_card_fact(ui, view_text(view, "close.order"),
                         view_fill(view, "close.order_kept",
                                   lang_value_count("n", (int64_t)day->in_order),
                                   lang_value_count("all", (int64_t)day->visited)));
    }
    plan_and_done(ui, view, "close.time", hours_text(view, day->planned_minutes),
                  hours_text(view, day->worked_minutes));
    ui_close(ui);
}

/* What is on this tablet alone, and what waits for somebody. */
static void unsent_card(struct ui *ui, const struct view *view, const struct close_day_model *model,
                        struct intent *intent_out)
{
    const struct close_day *day = &model->day;
    uint64_t unsent_count = day->made_count - day->confirmed_count;
    widget_card_open(ui, NULL, NULL);
    widget_card_fact(ui, view_text(view, "close.records"),
                     view_fill(view, "sync.made_confirmed",
                               lang_value_count("made", (int64_t)day->made_count),
                               lang_value_count("confirmed", (int64_t)day->confirmed_count)));
    bool is_all = unsent_count == 0;
    widget_badge(ui, &(struct widget_badge){
                         .tone = is_all ? WIDGET_BADGE_ok : WIDGET_BADGE_warn,
                         .word = is_all ? view_text(view, "close.all_sent")
                                        : view_fill(view, "close.unsent",
                                                    lang_value_count("n", (int64_t)unsent_count)),
                         .icon = is_all ? ICON_cloud_done : ICON_cloud_upload});
    if (!is_all) {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                     view_text(view, "close.unsent_note"));
    }
    ui_close(ui);
    uint64_t attention_count = model->question_count + model->alarm_count;
    if (attention_count > 0 &&
        widget_banner(ui, "close/attention",
                      &(struct widget_banner){
                          .tone = WIDGET_BADGE_danger,
                          .title = view_fill(view, "close.attention",
                                             lang_value_count("n", (int64_t)attention_count)),
                          .icon = ICON_report,
                          .action = view_text(view, "close.look")})) {
        intent_out->kind = INTENT_root;
        intent_out->place = screen_place(SCREEN_sync, 0);
    }
}

/* ---- stops ---- */

static struct widget_badge stop_badge(const struct view *view, const struct store_stop *stop)
{
    switch (stop->state) {
    case STOP_visited:
        return (struct widget_badge){
            .tone = WIDGET_BADGE_ok,
            .word = view_fill(view, "close.stop_visited",
                              lang_value_text("time", view_clock(view, stop->done_at_ms))),
            .icon = ICON_check};
    case STOP_skipped:
        return (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                     .word = view_text(view, "close.stop_skipped"),
                                     .icon = ICON_skip_next};
    case STOP_planned:
    case STOP_left_out:
        break;
    }
    return (struct widget_badge){.tone = WIDGET_BADGE_warn,
                                 .word = view_text(view, "close.stop_left"),
                                 .icon = ICON_pending};
}

/* Why it was not visited: one tap, and it is a fact of its own. */
static void stop_reasons(struct ui *ui, const struct view *view, const struct store_stop *stop,
                         struct intent *intent_out)
{
    uint32_t reason = 0;
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_x = 8, .pad_y = 4, .gap = 8});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "close.why_left"));
    if (parts_list_chips(ui, view, "left", CATALOG_skip_reason, &reason) && reason != 0) {
        ds_Event *event = ARENA_NEW(view->arena, ds_Event);
        event->case_no = stop->case_no;
        event->which_kind = EVENT_visit_skipped;
        event->kind.visit_skipped.reason = reason;
        intent_out->kind = INTENT_skip_stop;
        intent_out->event = event;
    }
    ui_close(ui);
}

static void stops(struct ui *ui, const struct view *view, const struct close_day_model *model,
                  struct screen_place *place, struct intent *intent_out)
{
    bool was_open = false;
    if (model->stop_count == 0) {
        parts_empty(ui, ICON_today, view_text(view, "close.no_plan"),
                    view_text(view, "close.no_plan_note"));
        return;
    }
    widget_card_heading(ui, view_text(view, "close.stops"));
    for (size_t i = 0; i < model->stop_count; i++) {
        const struct store_stop *stop = &model->stops[i];
        if (stop->state == STOP_left_out) {
            continue;
        }
        struct widget_badge badge = stop_badge(view, stop);
        bool is_left = stop->state == STOP_planned;
        bool is_here = stop->item.case_no != 0;
        bool is_open = is_left && !was_open && (place->seq == 0 || place->seq == stop->case_no);
        if (widget_list_row(ui, ui_format(ui, "stop/%llu", (unsigned long long)stop->case_no),
                            &(struct widget_list_row){.title = is_here
                                                                   ? stop->item.debtor_name
                                                                   : view_text(view, "close.gone"),
                                                      .note = is_here ? stop->item.address : NULL,
                                                      .is_note_place = true,
                                                      .badge = &badge,
                                                      .is_tall = true,
                                                      .is_free = true,
                                                      .is_selected = is_open,
                                                      .mark = view_count(view, stop->position)}) &&
            is_left) {
            place->seq = stop->case_no;
        }
        if (is_open) {
            was_open = true;
            stop_reasons(ui, view, stop, intent_out);
        }
    }
    if (intent_out->kind == INTENT_skip_stop) {
        place->seq = 0; /* on to the next one that lacks a reason */
    }
}

/* ---- the end ---- */

static bool distance(struct ui *ui, const struct view *view, ds_DayClosed *day)
{
    int64_t value = day->distance_m / 10; /* the pad counts hundredths of a kilometre */
    struct widget_amount_chip chips[] = {
        {"10 km", 1000}, {"20 km", 2000}, {"30 km", 3000}, {"50 km", 5000}};
    if (!widget_amount(ui, "distance",
                       &(struct widget_amount){.label = view_text(view, "close.distance"),
                                               .sign = "",
                                               .note = view_text(view, "close.distance_note"),
                                               .backspace = view_text(view, "keyboard.backspace"),
                                               .clear = view_text(view, "keyboard.clear"),
                                               .chips = chips,
                                               .chip_count = (int32_t)COUNT(chips),
                                               .value_minor_max = 200000},
                       &value)) {
        return false;
    }
    day->distance_m = (uint32_t)(value * 10);
    return true;
}

static void notices(struct ui *ui, const struct view *view, const struct close_day_model *model)
{
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
}

void close_day_frame(struct ui *ui, const struct view *view, void *model_in,
                     struct screen_place *place, struct intent *intent_out)
{
    struct close_day_model *model = model_in;
    ds_DayClosed *day = &model->event->kind.day_closed;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.close_day"), view_day(view, view->today), NULL,
               ICON_none, intent_out);
    parts_pad_page_open(ui, "close_day");
    notices(ui, view, model);
    parts_columns_open(ui);
    parts_column_open(ui, 2);
    day_card(ui, view, model);
    unsent_card(ui, view, model, intent_out);
    stops(ui, view, model, place, intent_out);
    parts_column_close(ui);
    parts_column_open(ui, 3);
    bool has_changed = distance(ui, view, day);
    has_changed |= parts_note(ui, view, "note", view_text(view, "close.note"), NULL, 0, day->note,
                              sizeof day->note);
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    bool is_confirmed = false;
    if (parts_actions_open(ui)) {
        if (model->has_open_visit) {
            bool is_tapped =
                widget_button(ui, "close/confirm",
                              &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                      .label = view_text(view, "close.confirm"),
                                                      .icon = ICON_playlist_add_check,
                                                      .is_wide = true,
                                                      .is_disabled = true});
            (void)is_tapped; /* it cannot be */
        } else {
            is_confirmed = widget_slide(
                ui, "close/confirm",
                view_text(view, model->was_closed ? "close.slide_again" : "close.slide"),
                ICON_playlist_add_check, false);
        }
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
