#include "app/screens/today_list.h"

#include "app/screens/today_next.h"

/* In which part of the city: the whole address is on the card and in the brief. */
static const char *row_area(const struct view *view, const struct today_stop *stop)
{
    return stop->area[0] != '\0'      ? stop->area
           : stop->address[0] != '\0' ? stop->address
                                      : view_text(view, "visit.no_address");
}

/* When and where; beside it the amount where there is room for it. */
static void row_facts(struct ui *ui, const struct view *view, const struct today_stop *stop,
                      struct widget_list_row *row)
{
    const char *time = stop->arrive_at_ms != 0 ? view_clock(view, stop->arrive_at_ms) : NULL;
    if (ui_theme(ui)->class == THEME_compact) {
        row->note = row_area(view, stop);
        row->value = time;
    } else {
        row->note = time == NULL ? row_area(view, stop)
                                 : str_format(view->arena, "%s · %s", time, row_area(view, stop));
        row->value = view_money(view, stop->askable_minor, NULL);
    }
}

static struct widget_badge stop_badge(const struct view *view, const struct today_stop *stop)
{
    if (stop->state == STOP_visited) {
        return (struct widget_badge){.tone = WIDGET_BADGE_ok,
                                     .word = view_text(view, "today.visited")};
    }
    if (stop->state == STOP_skipped) {
        return (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                     .word = view_text(view, "today.skipped"),
                                     .icon = ICON_skip_next};
    }
    if (stop->has_window) {
        return (struct widget_badge){.tone = WIDGET_BADGE_info,
                                     .word =
                                         view_window(view, stop->from_minute, stop->until_minute),
                                     .icon = ICON_schedule};
    }
    return (struct widget_badge){
        .tone = parts_overdue_tone(stop->days_past_due),
        .word = view_fill(view, "today.days", lang_value_count("n", stop->days_past_due)),
        .icon = ICON_hourglass_empty};
}

static void row_show(struct ui *ui, const struct view *view, const struct today_model *model,
                     size_t at, struct screen_place *place, struct intent *intent_out)
{
    const struct today_stop *stop = &model->stops[at];
    struct widget_badge badge = stop_badge(view, stop);
    bool is_left_out = stop->state == STOP_left_out; /* the reason needs the room */
    if (!stop->is_here) {
        badge = (struct widget_badge){
            .tone = WIDGET_BADGE_plain, .word = view_text(view, "today.gone"), .icon = ICON_lock};
    }
    struct widget_list_row row = {
        .title = stop->is_here ? stop->name : view_text(view, "today.gone_name"),
        .icon = is_left_out ? ICON_event_busy : ICON_none,
        .mark = is_left_out ? NULL : view_count(view, (int64_t)at + 1),
        .badge = is_left_out ? NULL : &badge,
        .has_arrow = !parts_is_wide(ui) && stop->state != STOP_planned,
        .is_selected = parts_is_wide(ui) && model->brief_case_no == stop->case_no,
        .is_disabled = !stop->is_here,
    };
    if (stop->is_here) {
        row_facts(ui, view, stop, &row);
    }
    if (parts_is_narrow(ui) && !is_left_out) { /* large text: one thing a line */
        row.note = stop->state == STOP_planned && stop->arrive_at_ms != 0
                       ? str_format(view->arena, "%s · %s", view_clock(view, stop->arrive_at_ms),
                                    badge.word)
                       : badge.word;
        row.value = NULL;
        row.badge = NULL;
    }
    if (is_left_out) {
        row.note = view_text(view, plan_reason_key(stop->plan_reason));
        row.value = NULL;
    } else if (stop->state == STOP_visited && stop->is_here) {
        row.note = view_item(view, CATALOG_outcome, stop->last_outcome);
    }
    if (widget_list_row(ui, ui_format(ui, "stop/%llu", (unsigned long long)stop->case_no), &row)) {
        if (is_left_out) { /* why it is not for today is what one asks of it */
            screen_open(intent_out, SCREEN_why, stop->case_no);
        } else if (parts_is_wide(ui)) {
            place->case_no = stop->case_no;
            intent_out->kind = INTENT_refresh;
        } else {
            screen_open(intent_out, SCREEN_brief, stop->case_no);
        }
    }
}

/* A stop that is still to do hides three actions behind it. */
static void stop_row(struct ui *ui, const struct view *view, const struct today_model *model,
                     size_t at, struct screen_place *place, struct intent *intent_out)
{
    const struct today_stop *stop = &model->stops[at];
    if (stop->state != STOP_planned || !stop->is_here) {
        row_show(ui, view, model, at, place, intent_out);
        return;
    }
    const struct widget_swipe_action actions[] = {
        {.label = view_text(view, "today.call"), .icon = ICON_phone},
        {.label = view_text(view, "today.defer"), .icon = ICON_schedule},
        {.label = view_text(view, "brief.skip"), .icon = ICON_skip_next},
    };
    const struct widget_swipe swipe = {
        .more = view_fill(view, "today.others", lang_value_text("name", stop->name)),
        .actions = actions,
        .action_count = (int32_t)COUNT(actions),
    };
    const char *key = ui_format(ui, "swipe/%llu", (unsigned long long)stop->case_no);
    widget_swipe_open(ui, key, &swipe);
    row_show(ui, view, model, at, place, intent_out);
    switch (widget_swipe_close(ui, key, &swipe)) {
    case 0:
        today_next_call(intent_out, stop->case_no);
        break;
    case 1:
        today_next_defer(intent_out, stop->case_no);
        break;
    case 2:
        today_next_skip(intent_out, stop->case_no);
        break;
    default:
        break;
    }
}

/* ---- filters ---- */

static bool is_shown(const struct today_stop *stop, enum today_filter filter)
{
    switch (filter) {
    case TODAY_FILTER_all:
    case TODAY_FILTER_COUNT:
        return true;
    case TODAY_FILTER_todo:
        return stop->state == STOP_planned;
    case TODAY_FILTER_timed:
        return stop->has_window;
    case TODAY_FILTER_promised:
        return stop->promise_day != 0;
    case TODAY_FILTER_flagged:
        return stop->is_stopped || stop->broken > 0;
    case TODAY_FILTER_done:
        return stop->state == STOP_visited || stop->state == STOP_skipped;
    }
    return true;
}

static void filter_chips(struct ui *ui, const struct view *view, const struct today_model *model,
                         struct screen_place *place)
{
    static const char *const keys[] = {"today.filter_all",     "today.filter_todo",
                                       "today.filter_timed",   "today.filter_promised",
                                       "today.filter_flagged", "today.filter_done"};
    widget_choice_chips_open(ui);
    for (int32_t f = 0; f < TODAY_FILTER_COUNT; f++) {
        int64_t count = 0;
        for (size_t i = 0; i < model->stop_count; i++) {
            const struct today_stop *stop = &model->stops[i];
            count += stop->state != STOP_left_out && is_shown(stop, (enum today_filter)f) ? 1 : 0;
        }
        if ((count > 0 || f == place->tab) &&
            widget_choice_chip(
                ui, ui_format(ui, "filter/%d", (int)f),
                &(struct widget_choice){.label = view_fill(view, "today.filter_of",
                                                           lang_value_key("filter", keys[f]),
                                                           lang_value_count("n", count)),
                                        .is_chosen = place->tab == f})) {
            place->tab = f;
            *ui_keep(ui, "today/filters") = 0;
        }
    }
    ui_close(ui);
}

void today_list_progress(struct ui *ui, const struct view *view, const struct today_model *model,
                         const char *label)
{
    int64_t done_count = (int64_t)(model->visited_count + model->skipped_count);
    int64_t all_count = (int64_t)model->planned_count;
    widget_progress(ui, label,
                    view_fill(view, "today.done_of", lang_value_count("done", done_count),
                              lang_value_count("all", all_count)),
                    done_count, all_count);
}

/* What the list is, and the things that change it. */
static void list_head(struct ui *ui, const struct view *view, const struct today_model *model,
                      struct screen_place *place, struct intent *intent_out)
{
    bool is_narrow = parts_is_narrow(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_narrow ? UI_column : UI_row,
                             .w = UI_FILL,
                             .folds = true,
                             .across = is_narrow ? UI_start : UI_centre});
    if (parts_is_wide(ui)) {
        today_list_progress(ui, view, model, view_text(view, "today.done"));
    } else {
        const char *left =
            view_fill(view, "today.list", lang_value_count("n", (int64_t)model->left_count));
        parts_heading_beside(ui, left);
    }
    if (widget_button(ui, "today/map",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "map.button"),
                                              .icon = ICON_map})) {
        screen_open(intent_out, SCREEN_map, parts_is_wide(ui) ? model->brief_case_no : 0);
    }
    if (widget_button(ui, "today/again",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "today.again"),
                                              .icon = ICON_refresh})) {
        intent_out->kind = INTENT_plan_again;
    }
    if (widget_button(ui, "today/filter",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "today.filter"),
                                              .icon = ICON_filter_list})) {
        *ui_keep(ui, "today/filters") = *ui_keep(ui, "today/filters") == 0 ? 1 : 0;
    }
    ui_close(ui);
    if (*ui_keep(ui, "today/filters") != 0 || place->tab != TODAY_FILTER_all) {
        filter_chips(ui, view, model, place);
    }
}

void today_list(struct ui *ui, const struct view *view, const struct today_model *model,
                struct screen_place *place, struct intent *intent_out)
{
    if (model->planned_count > 0) {
        list_head(ui, view, model, place, intent_out);
    }
    enum today_filter filter = (enum today_filter)place->tab;
    size_t shown_count = 0;
    for (size_t i = 0; i < model->stop_count; i++) {
        if (model->stops[i].state != STOP_left_out && is_shown(&model->stops[i], filter)) {
            stop_row(ui, view, model, i, place, intent_out);
            shown_count++;
        }
    }
    if (model->planned_count > 0 && shown_count == 0) {
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "today.filter_none"));
    }
    bool has_left_out = model->left_out_count > 0 && filter == TODAY_FILTER_all;
    if (has_left_out) {
        widget_card_heading(ui, view_fill(view, "today.left_out",
                                          lang_value_count("n", (int64_t)model->left_out_count)));
    }
    for (size_t i = 0; i < model->stop_count && has_left_out; i++) {
        if (model->stops[i].state == STOP_left_out) {
            stop_row(ui, view, model, i, place, intent_out);
        }
    }
}
