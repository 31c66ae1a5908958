#include "app/screens/reorder.h"

enum err reorder_enter(struct arena *task, const struct screen_source *source,
                       struct screen_place *place, void **model_out)
{
    struct reorder_model *model = ARENA_NEW(task, struct reorder_model);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    struct store_stop *stops;
    size_t count;
    TRY(store_plan_list(source->store, task, today, &stops, &count));
    model->stops = ARENA_ARRAY(task, count + 1, struct store_stop);
    model->missed_name = "";
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state == STOP_planned) {
            model->stops[model->stop_count++] = stops[i];
        } else if (stops[i].state != STOP_left_out) {
            model->done_count++;
        }
    }
    model->from = model->stop_count;
    for (size_t i = 0; i < model->stop_count; i++) {
        if (model->stops[i].case_no == place->case_no) {
            model->from = i;
        }
    }
    model->to = model->from;
    if (model->from < model->stop_count && source->move != NULL && source->move->is_possible) {
        model->move = source->move;
        model->to = (size_t)place->number - 1;
        model->to = model->to < model->stop_count ? model->to : model->stop_count - 1;
    } else {
        place->number = 0;
    }
    for (size_t i = 0; model->move != NULL && i < model->stop_count; i++) {
        if (model->stops[i].case_no == model->move->missed_case_no) {
            model->missed_name = model->stops[i].item.debtor_name;
        }
    }
    model->has_roads = source->chart != NULL && source->chart->has_roads;
    model->mode = model->has_roads ? source->chart->travel.mode : ROADS_MODE_car;
    *model_out = model;
    return OK;
}

/* The stop at a row when `from` stands at `to`. */
static size_t stop_at(size_t row, size_t from, size_t to)
{
    if (row == to) {
        return from;
    }
    if (from < to) {
        return row >= from && row < to ? row + 1 : row;
    }
    return row > to && row <= from ? row - 1 : row;
}

static const char *row_key(struct ui *ui, const struct store_stop *stop)
{
    return ui_format(ui, "order/%llu", (unsigned long long)stop->case_no);
}

static const char *handle_key(struct ui *ui, const struct store_stop *stop)
{
    return ui_format(ui, "grip/%llu", (unsigned long long)stop->case_no);
}

static void try_at(struct screen_place *place, uint64_t case_no, size_t to,
                   struct intent *intent_out)
{
    place->case_no = case_no;
    place->number = (int64_t)to + 1;
    intent_out->kind = INTENT_refresh;
}

/* Where a finger on a grip has the stop now; stop_count: none is dragged. */
static size_t drag_read(struct ui *ui, const struct reorder_model *model, size_t *from_out,
                        bool *is_done_out)
{
    for (size_t i = 0; i < model->stop_count; i++) {
        struct ui_drag drag = ui_drag(ui, handle_key(ui, &model->stops[i]));
        if (!drag.is_active && !drag.is_done) {
            continue;
        }
        int32_t high = ui_rect(ui, row_key(ui, &model->stops[i])).h + theme_dp(ui_theme(ui), 8);
        int32_t moved = drag.at.y - drag.from.y;
        int64_t rows = high > 0 ? (moved + (moved >= 0 ? high / 2 : -high / 2)) / high : 0;
        size_t start = i == model->from ? model->to : i;
        int64_t to = (int64_t)start + rows;
        to = to < 0 ? 0 : to >= (int64_t)model->stop_count ? (int64_t)model->stop_count - 1 : to;
        *from_out = i;
        *is_done_out = drag.is_done;
        return (size_t)to;
    }
    return model->stop_count;
}

static void grip(struct ui *ui, const struct view *view, const struct store_stop *stop)
{
    const char *name =
        view_fill(view, "reorder.grip", lang_value_text("name", stop->item.debtor_name));
    ui_open(ui, handle_key(ui, stop),
            &(struct ui_box){.flow = UI_stack,
                             .w = UI_MM(ui_theme(ui)->target_mm),
                             .h = UI_MM(ui_theme(ui)->target_mm),
                             .along = UI_centre,
                             .across = UI_centre,
                             .role = UI_ROLE_button,
                             .name = name,
                             .is_action = true,
                             .wants_drag = true});
    ui_icon(ui, ICON_menu, 28, COLOR_ink_2);
    ui_close(ui);
}

static const char *row_note(const struct view *view, const struct reorder_model *model,
                            const struct store_stop *stop)
{
    const char *hour = stop->arrive_at_ms != 0 ? view_clock(view, stop->arrive_at_ms)
                                               : view_text(view, "map.too_late");
    const char *area = stop->item.area[0] != '\0' ? stop->item.area : stop->item.address;
    bool is_tried = model->move != NULL;
    const char *text = is_tried ? area : str_format(view->arena, "%s · %s", hour, area);
    if (stop->item.next_day == view->today && stop->item.next_until_minute != 0) {
        text = str_format(
            view->arena, "%s · %s",
            view_window(view, stop->item.next_from_minute, stop->item.next_until_minute), area);
    }
    return text;
}

/* What the buttons do fingers on the grip do as well. */
static void row_buttons(struct ui *ui, const struct view *view, const struct reorder_model *model,
                        const struct store_stop *stop, struct screen_place *place,
                        struct intent *intent_out)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    if (widget_button(ui, "reorder/up",
                      &(struct widget_button){.label = view_text(view, "reorder.up"),
                                              .icon = ICON_expand_less,
                                              .is_disabled = model->to == 0})) {
        try_at(place, stop->case_no, model->to - 1, intent_out);
    }
    if (widget_button(ui, "reorder/down",
                      &(struct widget_button){.label = view_text(view, "reorder.down"),
                                              .icon = ICON_expand_more,
                                              .is_disabled = model->to + 1 >= model->stop_count})) {
        try_at(place, stop->case_no, model->to + 1, intent_out);
    }
    if (model->move == NULL &&
        widget_button(ui, "reorder/lock",
                      &(struct widget_button){
                          .label = view_text(view, stop->is_locked ? "why.unlock" : "why.lock"),
                          .icon = stop->is_locked ? ICON_lock_open : ICON_lock})) {
        intent_out->kind = INTENT_lock_stop;
        intent_out->number = (int64_t)stop->case_no;
        intent_out->place.number = stop->is_locked ? 0 : 1;
    }
    ui_close(ui);
}

static void row(struct ui *ui, const struct view *view, const struct reorder_model *model,
                size_t at, const struct store_stop *stop, bool is_in_hand,
                struct screen_place *place, struct intent *intent_out)
{
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 4, .across = UI_centre});
    grip(ui, view, stop);
    struct widget_badge locked = {
        .tone = WIDGET_BADGE_plain, .word = view_text(view, "map.locked"), .icon = ICON_lock};
    if (widget_list_row(ui, row_key(ui, stop),
                        &(struct widget_list_row){
                            .title = stop->item.case_no != 0 ? stop->item.debtor_name
                                                             : view_text(view, "today.gone_name"),
                            .note = row_note(view, model, stop),
                            .mark = view_count(view, (int64_t)(model->done_count + at + 1)),
                            .badge = stop->is_locked ? &locked : NULL,
                            .is_selected = is_in_hand})) {
        place->case_no = is_in_hand ? 0 : stop->case_no;
        place->number = 0;
        intent_out->kind = INTENT_refresh;
    }
    ui_close(ui);
}

/* ---- what it costs ---- */

static const char *difference(const struct view *view, const char *more_key, const char *less_key,
                              const char *same_key, int64_t by_ms)
{
    enum { SAME_MS = 30000 };
    if (by_ms < SAME_MS && by_ms > -SAME_MS) {
        return view_text(view, same_key);
    }
    return view_fill(view, by_ms > 0 ? more_key : less_key,
                     lang_value_text("time", view_duration(view, by_ms > 0 ? by_ms : -by_ms)));
}

static void cost(struct ui *ui, const struct view *view, const struct reorder_model *model,
                 struct screen_place *place, struct intent *intent_out)
{
    const struct plan_move *move = model->move;
    const struct store_stop *stop = &model->stops[model->from];
    int64_t end_by_ms = move->end_after_ms - move->end_before_ms;
    int64_t way_by_ms = ((int64_t)move->travel_after_s - move->travel_before_s) * 1000;
    ui_text_with(ui, &(struct ui_text){.type = TYPE_strong, .w = UI_FILL},
                 view_fill(view, "reorder.tried", lang_value_text("name", stop->item.debtor_name),
                           lang_value_count("n", (int64_t)(model->done_count + model->to + 1))));
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_secondary, .w = UI_FILL},
        view_fill(view, "reorder.cost",
                  lang_value_text("end", view_clock(view, move->end_after_ms)),
                  lang_value_text("later", difference(view, "reorder.later", "reorder.earlier",
                                                      "reorder.same_end", end_by_ms)),
                  lang_value_text("way", difference(view, "reorder.longer", "reorder.shorter",
                                                    "reorder.same_way", way_by_ms))));
    if (move->missed_count > 0) {
        const char *names =
            move->missed_count > 1
                ? view_fill(view, "why.others", lang_value_text("name", model->missed_name),
                            lang_value_count("n", (int64_t)move->missed_count))
                : model->missed_name;
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_fill(view, "reorder.missed",
                                                                 lang_value_text("names", names))});
    }
    if (move->is_estimated) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_label, .color = COLOR_ink_2, .w = UI_FILL},
                     view_text(view, "plan_why.estimated"));
    }
    /* On a tablet at the thumb's side, as every main action. */
    bool is_row = ui_theme(ui)->class != THEME_compact; /* a tablet has no height to give */
    bool is_right = is_row && !ui_theme(ui)->options.is_left_hand;
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_row ? UI_row : UI_column,
                             .w = UI_FILL,
                             .gap = 8,
                             .folds = true,
                             .along = is_right ? UI_end_side : UI_start,
                             .across = UI_stretch});
    if (widget_button(ui, "reorder/drop",
                      &(struct widget_button){.label = view_text(view, "reorder.drop"),
                                              .icon = ICON_close,
                                              .is_wide = !is_row})) {
        place->case_no = 0;
        place->number = 0;
        intent_out->kind = INTENT_refresh;
    }
    if (widget_button(ui, "reorder/accept",
                      &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                              .label = view_text(view, "reorder.accept"),
                                              .icon = ICON_check,
                                              .is_wide = true})) {
        intent_out->kind = INTENT_move_stop;
        intent_out->number = (int64_t)stop->case_no;
        intent_out->place.number = (int64_t)model->to + 1;
    }
    ui_close(ui);
}

static void modes(struct ui *ui, const struct view *view, const struct reorder_model *model,
                  struct intent *intent_out)
{
    static const char *const keys[ROADS_MODES] = {
#define ROAD_MODE(code, name, is_both_ways, has_turns) [code] = "travel_mode." #name,
#include "core/roads/modes.def"
#undef ROAD_MODE
    };
    if (!model->has_roads) {
        return;
    }
    const char *labels[ROADS_MODES];
    for (size_t i = 0; i < ROADS_MODES; i++) {
        labels[i] = view_text(view, keys[i]);
    }
    int32_t chosen = (int32_t)model->mode;
    parts_heading(ui, view, "reorder.mode");
    if (widget_toggle_segments(ui, "mode", labels, ROADS_MODES, &chosen)) {
        intent_out->kind = INTENT_travel_mode;
        intent_out->number = chosen;
    }
}

static void rows(struct ui *ui, const struct view *view, const struct reorder_model *model,
                 struct screen_place *place, struct intent *intent_out)
{
    size_t from = model->from;
    size_t to = model->to;
    size_t dragged = model->stop_count;
    bool is_done = false;
    size_t dragged_to = drag_read(ui, model, &dragged, &is_done);
    if (dragged < model->stop_count) {
        from = dragged;
        to = dragged_to;
        if (is_done) {
            try_at(place, model->stops[from].case_no, to, intent_out);
        }
    }
    for (size_t at = 0; at < model->stop_count; at++) {
        size_t index = from < model->stop_count ? stop_at(at, from, to) : at;
        const struct store_stop *stop = &model->stops[index];
        row(ui, view, model, at, stop, index == from, place, intent_out);
        if (index == from && dragged == model->stop_count) {
            row_buttons(ui, view, model, stop, place, intent_out);
        }
    }
}

void reorder_frame(struct ui *ui, const struct view *view, void *model_in,
                   struct screen_place *place, struct intent *intent_out)
{
    const struct reorder_model *model = model_in;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, "screen.reorder"), view_day(view, view->today), NULL,
               ICON_none, intent_out);
    /* What it costs stands still below the list, or scrolls above it where text is large. */
    bool is_narrow = parts_is_narrow(ui);
    parts_body_open(ui, "reorder");
    if (model->move != NULL && is_narrow) {
        widget_card_open(ui, "reorder/cost", &(struct widget_card){.gap = 8});
        cost(ui, view, model, place, intent_out);
        ui_close(ui);
    }
    if (model->stop_count == 0) {
        parts_empty(ui, ICON_route, view_text(view, "map.empty"),
                    view_text(view, "map.empty_note"));
    } else {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                     view_text(view, "reorder.note"));
        rows(ui, view, model, place, intent_out);
        modes(ui, view, model, intent_out);
    }
    parts_body_close(ui);
    if (model->move != NULL && !is_narrow) {
        ui_open(ui, "reorder/cost",
                &(struct ui_box){.w = UI_FILL,
                                 .pad = parts_edge_dp(ui),
                                 .gap = 8,
                                 .fill = COLOR_card,
                                 .has_shadow = true});
        cost(ui, view, model, place, intent_out);
        ui_close(ui);
    }
    parts_screen_close(ui, view, NULL, 0);
}
