#include "app/screens/today.h"

#include "app/screens/sync_card.h"
#include "app/screens/today_list.h"
#include "app/screens/today_next.h"
#include "core/event/fold.h"

static void stop_read(const struct screen_source *source, const struct store_stop *from,
                      struct today_stop *stop)
{
    stop->case_no = from->case_no;
    stop->state = from->state;
    stop->done_at_ms = from->done_at_ms;
    stop->arrive_at_ms = from->arrive_at_ms;
    stop->plan_reason = (enum plan_reason)from->reason;
    stop->is_here = from->item.case_no != 0;
    stop->name = stop->is_here ? from->item.debtor_name : "";
    stop->address = stop->is_here ? from->item.address : "";
    stop->area = stop->is_here ? from->item.area : "";
    stop->product = stop->is_here ? from->item.product : "";
    stop->askable_minor = from->item.askable_minor;
    stop->broken = from->item.promises_broken;
    stop->last_outcome = from->item.last_outcome;
    stop->is_stopped = from->item.flags != 0;
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    stop->days_past_due = stop->is_here && from->item.due_day != 0 &&
                                  from->item.askable_minor > 0 && from->item.due_day < today
                              ? today - from->item.due_day
                              : 0;
    if (arrangement_state_is_live(from->item.arrangement_state)) {
        stop->promise_day = from->item.arrangement_due_day;
        stop->promise_minor = from->item.arrangement_minor;
    }
    if (from->item.next_day == today) {
        stop->has_window = from->item.next_until_minute > 0;
        stop->from_minute = from->item.next_from_minute;
        stop->until_minute = from->item.next_until_minute;
    }
    stop->score = from->item.rank.score;
    for (size_t i = 0; i < from->item.rank.reason_count && i < TODAY_REASONS_MAX; i++) {
        stop->reasons[i] = (enum priority_part)from->item.rank.reasons[i].part;
        stop->reason_values[i] = from->item.rank.reasons[i].value;
        stop->reason_count = i + 1;
    }
}

enum err today_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    struct today_model *model = ARENA_NEW(task, struct today_model);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    struct store_stop *stops;
    size_t count;
    if (place->tab < 0 || place->tab >= TODAY_FILTER_COUNT) {
        place->tab = TODAY_FILTER_all;
    }
    TRY(store_plan_list(source->store, task, today, &stops, &count));
    model->stops = ARENA_ARRAY(task, count + 1, struct today_stop);
    model->stop_count = count;
    model->next = count;
    for (size_t i = 0; i < count; i++) {
        struct today_stop *stop = &model->stops[i];
        stop_read(source, &stops[i], stop);
        if (stop->state == STOP_left_out) {
            model->left_out_count++;
            continue;
        }
        model->planned_count++;
        if (stop->is_here && stop->state == STOP_planned) {
            model->left_count++;
            model->left_travel_m += stops[i].travel_m;
            model->last_arrive_at_ms = stop->arrive_at_ms;
            if (model->next == count) {
                model->next = i;
            }
        }
        model->visited_count += stop->state == STOP_visited ? 1 : 0;
        model->skipped_count += stop->state == STOP_skipped ? 1 : 0;
    }
    TRY(alarm_read(task, source->store, source->now_ms, &model->alarms));
    model->traffic = source->traffic;
    uint64_t in_hand_count;
    if (count == 0) { /* only then told; it reads every case */
        TRY(store_case_count(source->store, &model->open_case_count, &in_hand_count));
    }
    if (source->draft != NULL) {
        struct store_case_item item;
        model->open_visit_case_no = source->draft->case_no;
        enum err err = store_case_item(source->store, task, source->draft->case_no, &item);
        model->open_visit_name = err == OK ? item.debtor_name : "";
    }
    uint64_t shown = place->case_no;
    if (shown == 0 && model->next < count) {
        shown = model->stops[model->next].case_no;
    }
    if (shown != 0 && brief_read(task, source, shown, &model->brief) == OK) {
        model->brief_case_no = shown;
    }
    *model_out = model;
    return OK;
}

/* How far and how long the rest of the day is; NULL when nothing is left or nobody knows. */
static const char *ahead_words(const struct view *view, const struct today_model *model)
{
    if (model->left_count == 0 || model->last_arrive_at_ms == 0) {
        return NULL;
    }
    const char *km = str_format(view->arena, "%u.%u", model->left_travel_m / 1000,
                                model->left_travel_m % 1000 / 100);
    return view_fill(
        view, "today.ahead_until", lang_value_text("km", km),
        lang_value_text("time", view_clock(view, model->last_arrive_at_ms)),
        lang_value_text("until", lang_minute(view->arena, (int32_t)view->policy->window_close)));
}

static void head(struct ui *ui, const struct view *view, const struct today_model *model,
                 struct intent *intent_out)
{
    for (size_t i = 0; i < model->alarms.count; i++) {
        if (model->alarms.items[i].state != ALARM_seen) { /* until somebody has seen it */
            alarm_banner(ui, view, &model->alarms.items[i], intent_out);
        }
    }
    sync_card_clock(ui, view, model->traffic);
    if (!parts_is_wide(ui)) { /* there the list's head and the bar on top say it: rows need room */
        const char *ahead = ahead_words(view, model);
        today_list_progress(ui, view, model, view_text(view, "today.progress"));
        if (ahead != NULL) {
            ui_text(ui, TYPE_secondary, COLOR_ink_2, ahead);
        }
    }
    if (model->open_visit_case_no != 0) {
        if (widget_banner(ui, "open_visit",
                          &(struct widget_banner){
                              .tone = WIDGET_BADGE_warn,
                              .title = view_fill(view, "today.open_visit",
                                                 lang_value_text("name", model->open_visit_name)),
                              .icon = ICON_door_front,
                              .action = view_text(view, "brief.resume")})) {
            screen_open(intent_out, SCREEN_visit, model->open_visit_case_no);
        }
    }
    if (view->sync.question_count > 0) {
        if (widget_banner(
                ui, "questions",
                &(struct widget_banner){
                    .tone = WIDGET_BADGE_danger,
                    .title = view_fill(view, "today.questions",
                                       lang_value_count("n", (int64_t)view->sync.question_count)),
                    .icon = ICON_report,
                    .action = view_text(view, "today.look")})) {
            intent_out->kind = INTENT_root;
            intent_out->place = screen_place(SCREEN_sync, 0);
        }
    }
}

static void tail(struct ui *ui, const struct view *view, const struct today_model *model,
                 struct intent *intent_out)
{
    if (model->stop_count == 0) {
        parts_empty(ui, ICON_route,
                    view_text(view, model->open_case_count == 0 ? "today.empty" : "today.no_plan"),
                    view_text(view, model->open_case_count == 0 ? "today.empty_note"
                                                                : "today.no_plan_note"));
        if (widget_button(ui, "today/sync",
                          &(struct widget_button){.label = view_text(view, "sync.now"),
                                                  .icon = ICON_sync,
                                                  .is_wide = true})) {
            intent_out->kind = INTENT_sync_now;
        }
        return;
    }
    if (widget_button(ui, "today/close",
                      &(struct widget_button){.label = view_text(view, "screen.close_day"),
                                              .icon = ICON_playlist_add_check,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_close_day, 0);
    }
}

static void list(struct ui *ui, const struct view *view, const struct today_model *model,
                 bool has_next, struct screen_place *place, struct intent *intent_out)
{
    head(ui, view, model, intent_out);
    if (has_next && model->next < model->stop_count) {
        today_next(ui, view, model, intent_out);
    } else if (model->planned_count > 0 && model->next == model->stop_count) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_ok,
                                              .title = view_text(view, "today.all_done"),
                                              .text = view_text(view, "today.all_done_note")});
    }
    today_list(ui, view, model, place, intent_out);
    tail(ui, view, model, intent_out);
}

void today_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    const struct today_model *model = model_in;
    screen_root_open(ui, view, SCREEN_today, intent_out);
    const char *ahead = parts_is_wide(ui) ? ahead_words(view, model) : NULL;
    const char *day = view_day(view, view->today);
    screen_top_root(ui, view, view_text(view, "screen.today"),
                    ahead == NULL ? day : str_format(view->arena, "%s · %s", day, ahead));
    if (parts_is_wide(ui)) {
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .h = UI_FILL});
        ui_open(ui, "today/list",
                &(struct ui_box){
                    .w = UI_FILL_BY(4), .h = UI_FILL, .scrolls = true, .pad = 12, .gap = 8});
        list(ui, view, model, false, place, intent_out);
        ui_close(ui);
        ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL_BY(5), .h = UI_FILL});
        ui_open(
            ui, ui_format(ui, "today/brief%llu", (unsigned long long)model->brief_case_no),
            &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .scrolls = true, .pad = 12, .gap = 12});
        if (model->brief != NULL) {
            brief_body(ui, view, model->brief, intent_out);
        } else if (model->stop_count > 0) {
            parts_empty(ui, ICON_task_alt, view_text(view, "today.all_done"),
                        view_text(view, "today.all_done_note"));
        }
        ui_close(ui);
        if (model->brief != NULL) {
            brief_actions(ui, view, model->brief, intent_out);
        }
        ui_close(ui);
        ui_close(ui);
    } else {
        parts_body_open(ui, "today");
        list(ui, view, model, true, place, intent_out);
        parts_body_close(ui);
    }
    screen_root_close(ui, view, SCREEN_today, intent_out);
}
