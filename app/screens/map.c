#include "app/screens/map.h"

static struct geo_point place_of(const struct store_stop *stop)
{
    return (struct geo_point){stop->item.lat_e7, stop->item.lon_e7};
}

static bool is_todo(const struct store_stop *stop)
{
    return stop->state == STOP_planned && stop->item.case_no != 0;
}

static enum map_mark_kind kind_of(const struct map_model *model, size_t at, size_t next)
{
    switch (model->stops[at].state) {
    case STOP_visited:
        return MAP_MARK_done;
    case STOP_skipped:
        return MAP_MARK_skipped;
    case STOP_left_out:
        return MAP_MARK_left_out;
    case STOP_planned:
        break;
    }
    return at == next ? MAP_MARK_next : MAP_MARK_todo;
}

static void marks_make(struct arena *task, struct map_model *model, size_t next)
{
    model->marks = ARENA_ARRAY(task, model->stop_count + 1, struct map_mark);
    model->stop_of_mark = ARENA_ARRAY(task, model->stop_count + 1, size_t);
    for (size_t i = 0; i < model->stop_count; i++) {
        const struct store_stop *stop = &model->stops[i];
        if (!geo_is_located(place_of(stop)) || stop->item.case_no == 0) {
            model->unplaced_count += is_todo(stop) ? 1 : 0;
            continue;
        }
        model->stop_of_mark[model->mark_count] = i;
        model->marks[model->mark_count++] =
            (struct map_mark){.place = place_of(stop),
                              .kind = kind_of(model, i, next),
                              .text = str_format(task, "%zu", i + 1),
                              .is_chosen = i == model->chosen};
    }
}

/* What was gone, in the order it was done, then what is ahead. */
static void legs_make(struct arena *task, struct map_model *model, size_t next)
{
    struct map_leg *legs = ARENA_ARRAY(task, model->stop_count + 1, struct map_leg);
    size_t count = 0;
    struct geo_point at = {0, 0};
    int64_t after_ms = 0;
    for (;;) {
        const struct store_stop *first = NULL;
        for (size_t i = 0; i < model->stop_count; i++) {
            const struct store_stop *stop = &model->stops[i];
            if (stop->state == STOP_visited && stop->done_at_ms > after_ms &&
                geo_is_located(place_of(stop)) &&
                (first == NULL || stop->done_at_ms < first->done_at_ms)) {
                first = stop;
            }
        }
        if (first == NULL) {
            break;
        }
        after_ms = first->done_at_ms;
        if (geo_is_located(at)) {
            legs[count++] = (struct map_leg){at, place_of(first), MAP_TRACE_done};
        }
        at = place_of(first);
    }
    for (size_t i = 0; i < model->stop_count; i++) {
        struct geo_point to = place_of(&model->stops[i]);
        if (!is_todo(&model->stops[i]) || !geo_is_located(to)) {
            continue;
        }
        if (geo_is_located(at)) {
            legs[count++] = (struct map_leg){at, to, i == next ? MAP_TRACE_next : MAP_TRACE_ahead};
        }
        at = to;
    }
    if (count == 0 && geo_is_located(at)) {
        legs[count++] = (struct map_leg){at, at, MAP_TRACE_ahead};
    }
    map_chart_legs(model->chart, legs, count);
}

enum err map_enter(struct arena *task, const struct screen_source *source,
                   struct screen_place *place, void **model_out)
{
    struct map_model *model = ARENA_NEW(task, struct map_model);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    CHECK(source->chart != NULL);
    model->chart = source->chart;
    TRY(store_plan_list(source->store, task, today, &model->stops, &model->stop_count));
    size_t next = model->stop_count;
    model->chosen = model->stop_count;
    for (size_t i = 0; i < model->stop_count; i++) {
        const struct store_stop *stop = &model->stops[i];
        if (stop->item.case_no != 0 && stop->case_no == place->case_no) {
            model->chosen = i;
        }
        if (!is_todo(stop)) {
            continue;
        }
        next = next == model->stop_count ? i : next;
        model->left_count++;
        model->left_m += stop->travel_m;
        model->left_s += stop->travel_s;
        model->end_at_ms =
            stop->leave_at_ms > model->end_at_ms ? stop->leave_at_ms : model->end_at_ms;
        model->is_estimated = model->is_estimated || stop->is_estimated;
    }
    model->chosen = model->chosen == model->stop_count ? next : model->chosen;
    marks_make(task, model, next);
    legs_make(task, model, next);
    if (place->number == 0) { /* the whole day, the first time */
        place->number = 1;
        map_chart_fit(model->chart);
    }
    *model_out = model;
    return OK;
}

/* ---- the map and what lies over it ---- */

static void zoom_button(struct ui *ui, struct map_chart *chart, const char *key, const char *label,
                        enum icon icon, int32_t by)
{
    if (widget_button(ui, key,
                      &(struct widget_button){.label = label,
                                              .icon = icon,
                                              .is_disabled = !map_chart_can_zoom(chart, by)})) {
        map_chart_zoom(chart, by);
    }
}

/* Everything that fingers do on the map can be done here as well: over the map where there is
 * room, else below it. */
static void buttons(struct ui *ui, const struct view *view, const struct map_model *model)
{
    bool is_over = parts_is_wide(ui);
    ui_open(ui, "map/buttons",
            &(struct ui_box){.flow = is_over ? UI_column : UI_wrap,
                             .w = is_over ? UI_HUG : UI_FILL,
                             .pad = 8,
                             .gap = 8,
                             .across = is_over ? UI_stretch : UI_start,
                             .fill = is_over ? COLOR_none : COLOR_card});
    zoom_button(ui, model->chart, "map/closer", view_text(view, "map.closer"), ICON_add, -1);
    zoom_button(ui, model->chart, "map/further", view_text(view, "map.further"), ICON_remove, 1);
    if (widget_button(
            ui, "map/all",
            &(struct widget_button){.label = view_text(view, "map.all"), .icon = ICON_route})) {
        map_chart_fit(model->chart);
    }
    if (view->has_fix && widget_button(ui, "map/me",
                                       &(struct widget_button){.label = view_text(view, "map.me"),
                                                               .icon = ICON_my_location})) {
        map_chart_centre(model->chart, (struct geo_point){view->fix.lat_e7, view->fix.lon_e7});
    }
    ui_close(ui);
}

static void chart(struct ui *ui, const struct view *view, const struct map_model *model,
                  struct screen_place *place, struct intent *intent_out)
{
    static const char *const covers[] = {"map/buttons"};
    struct map_show show = {.name = view_text(view, "screen.map"),
                            .marks = model->marks,
                            .mark_count = model->mark_count,
                            .has_me = view->has_fix,
                            .me = {view->fix.lat_e7, view->fix.lon_e7},
                            .accuracy_m = view->fix.accuracy_m,
                            .cover_keys = covers,
                            .cover_count = COUNT(covers)};
    show.cover_count = parts_is_wide(ui) ? COUNT(covers) : 0;
    int32_t mark = map_chart_open_box(ui, "map/chart", model->chart, &show);
    if (parts_is_wide(ui)) {
        buttons(ui, view, model);
    }
    ui_close(ui);
    if (!parts_is_wide(ui) && !parts_is_narrow(ui)) {
        buttons(ui, view, model);
    }
    if (mark >= 0) {
        place->case_no = model->stops[model->stop_of_mark[mark]].case_no;
        intent_out->kind = INTENT_refresh;
    }
}

/* ---- the stop that is chosen ---- */

static struct widget_badge state_badge(const struct view *view, const struct store_stop *stop)
{
    switch (stop->state) {
    case STOP_visited:
        return (struct widget_badge){.tone = WIDGET_BADGE_ok,
                                     .word = view_text(view, "today.visited")};
    case STOP_skipped:
        return (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                     .word = view_text(view, "today.skipped"),
                                     .icon = ICON_skip_next};
    case STOP_left_out:
        return (struct widget_badge){.tone = WIDGET_BADGE_plain,
                                     .word = view_text(view, "map.not_today"),
                                     .icon = ICON_event_busy};
    case STOP_planned:
        break;
    }
    return (struct widget_badge){
        .tone = WIDGET_BADGE_info,
        .word = stop->arrive_at_ms == 0
                    ? view_text(view, "map.too_late")
                    : view_fill(view, "map.arrive",
                                lang_value_text("time", view_clock(view, stop->arrive_at_ms))),
        .icon = ICON_schedule};
}

static void stop_badges(struct ui *ui, const struct view *view, const struct store_stop *stop)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    struct widget_badge badge = state_badge(view, stop);
    widget_badge(ui, &badge);
    if (stop->item.next_day == view->today && stop->item.next_until_minute != 0) {
        widget_badge(
            ui, &(struct widget_badge){
                    .tone = WIDGET_BADGE_warn,
                    .word = view_fill(
                        view, "today.window",
                        lang_value_text("window", view_window(view, stop->item.next_from_minute,
                                                              stop->item.next_until_minute))),
                    .icon = ICON_event});
    }
    if (stop->is_locked && stop->state == STOP_planned) {
        widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_plain,
                                                .word = view_text(view, "map.locked"),
                                                .icon = ICON_lock});
    }
    ui_close(ui);
}

/* The stop after the chosen one; after the last comes the first. */
static size_t after(const struct map_model *model)
{
    size_t at = model->chosen;
    do {
        at = at + 1 < model->stop_count ? at + 1 : 0;
    } while (at != model->chosen && model->stops[at].item.case_no == 0);
    return at;
}

static void choose(const struct map_model *model, size_t at, struct screen_place *place,
                   struct intent *intent_out)
{
    place->case_no = model->stops[at].case_no;
    if (geo_is_located(place_of(&model->stops[at]))) {
        map_chart_centre(model->chart, place_of(&model->stops[at]));
    }
    intent_out->kind = INTENT_refresh;
}

static void stop_card(struct ui *ui, const struct view *view, const struct map_model *model,
                      struct screen_place *place, struct intent *intent_out)
{
    const struct store_stop *stop = &model->stops[model->chosen];
    bool is_small = ui_theme(ui)->class == THEME_compact;
    widget_card_open(ui, "map/stop", &(struct widget_card){.gap = 6});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 stop->state == STOP_left_out
                     ? stop->item.debtor_name
                     : view_fill(view, "map.stop",
                                 lang_value_count("n", (int64_t)model->chosen + 1),
                                 lang_value_text("name", stop->item.debtor_name)));
    stop_badges(ui, view, stop);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 stop->item.address[0] != '\0' ? stop->item.address
                                               : view_text(view, "visit.no_address"));
    const char *way = stop->state == STOP_planned ? day_words_way(view, stop) : "";
    if (way[0] != '\0') {
        ui_text_with(
            ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL}, way);
    }
    if (!geo_is_located(place_of(stop))) {
        widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_warn,
                                                .word = view_text(view, "map.unplaced"),
                                                .icon = ICON_location_off});
    }
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    if (widget_button(ui, "map/open",
                      &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                              .label = view_text(view, "map.open"),
                                              .icon = ICON_assignment,
                                              .is_inline = true})) {
        screen_open(intent_out, SCREEN_brief, stop->case_no);
    }
    if (widget_button(
            ui, "map/why",
            &(struct widget_button){.label = view_text(view, "why.button"), .icon = ICON_help})) {
        screen_open(intent_out, SCREEN_why, stop->case_no);
    }
    size_t next = after(model);
    if (next != model->chosen &&
        widget_button(ui, "map/after",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "map.after"),
                                              .icon = is_small ? ICON_none : ICON_chevron_right})) {
        choose(model, next, place, intent_out);
    }
    ui_close(ui);
    ui_close(ui);
}

/* How much is left, for the bar on top. */
static const char *ahead(const struct view *view, const struct map_model *model)
{
    if (model->left_count == 0) {
        return view_day(view, view->today);
    }
    return view_fill(view, "map.ahead", lang_value_count("n", (int64_t)model->left_count),
                     lang_value_text("km", model->left_m > 0 ? day_words_km(view, model->left_m)
                                                             : view_text(view, "close.not_known")),
                     lang_value_text("time", view_duration(view, (int64_t)model->left_s * 1000)));
}

/* What the map cannot show, said. */
static void notes(struct ui *ui, const struct view *view, const struct map_model *model)
{
    if (!model->chart->has_roads) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                              .title = view_text(view, "map.no_file"),
                                              .text = view_text(view, "map.no_file_note"),
                                              .icon = ICON_map});
    }
    if (model->unplaced_count > 0) {
        widget_badge(ui,
                     &(struct widget_badge){
                         .tone = WIDGET_BADGE_warn,
                         .word = view_fill(view, "map.unplaced_count",
                                           lang_value_count("n", (int64_t)model->unplaced_count)),
                         .icon = ICON_location_off});
    }
}

/* The others, where there is room for them. */
static void others(struct ui *ui, const struct view *view, const struct map_model *model,
                   struct screen_place *place, struct intent *intent_out)
{
    for (size_t i = 0; i < model->stop_count; i++) {
        const struct store_stop *stop = &model->stops[i];
        if (!is_todo(stop) || i == model->chosen) {
            continue;
        }
        if (widget_list_row(
                ui, ui_format(ui, "stop/%llu", (unsigned long long)stop->case_no),
                &(struct widget_list_row){.title = stop->item.debtor_name,
                                          .note = stop->item.area,
                                          .mark = view_count(view, (int64_t)i + 1),
                                          .value = stop->arrive_at_ms != 0
                                                       ? view_clock(view, stop->arrive_at_ms)
                                                       : view_text(view, "map.too_late")})) {
            choose(model, i, place, intent_out);
        }
    }
}

static void panel(struct ui *ui, const struct view *view, const struct map_model *model,
                  struct screen_place *place, struct intent *intent_out)
{
    if (parts_is_narrow(ui)) { /* large text: they may be scrolled away */
        buttons(ui, view, model);
    }
    notes(ui, view, model);
    if (model->chosen < model->stop_count) {
        stop_card(ui, view, model, place, intent_out);
    } else {
        parts_empty(ui, ICON_route, view_text(view, "map.empty"),
                    view_text(view, "map.empty_note"));
    }
    if (parts_is_narrow(ui) && model->left_count > 1 &&
        widget_button(ui, "map/reorder",
                      &(struct widget_button){.label = view_text(view, "screen.reorder"),
                                              .icon = ICON_sort,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_reorder, 0);
    }
    if (parts_is_wide(ui)) {
        others(ui, view, model, place, intent_out);
    }
}

void map_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
               struct intent *intent_out)
{
    const struct map_model *model = model_in;
    bool is_wide = parts_is_wide(ui);
    parts_screen_open(ui);
    bool can_order = model->left_count > 1 && !parts_is_narrow(ui);
    if (screen_top(ui, view, view_text(view, "screen.map"), ahead(view, model),
                   can_order ? view_text(view, "screen.reorder") : NULL, ICON_sort, intent_out)) {
        screen_open(intent_out, SCREEN_reorder, 0);
    }
    ui_open(ui, NULL,
            &(struct ui_box){.flow = is_wide ? UI_row : UI_column, .w = UI_FILL, .h = UI_FILL});
    enum { MAP_LEAST_MM = 30 };
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL_BY(5), .h = UI_FILL, .h_min_mm = MAP_LEAST_MM});
    chart(ui, view, model, place, intent_out);
    ui_close(ui);
    /* On a handheld the map takes what the stop leaves, and that never all. */
    enum { PANEL_MOST_PERCENT = 50 };
    const struct theme_options *options = &ui_theme(ui)->options;
    int32_t most_dp = options->height_px * 160 / options->ppi * PANEL_MOST_PERCENT / 100;
    ui_open(ui, "map/panel",
            &(struct ui_box){.w = is_wide ? UI_FILL_BY(3) : UI_FILL,
                             .h = is_wide ? UI_FILL : UI_HUG,
                             .h_max = is_wide ? 0 : most_dp,
                             .pad = is_wide ? 16 : 12,
                             .gap = 12,
                             .scrolls = true});
    panel(ui, view, model, place, intent_out);
    ui_close(ui);
    ui_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
