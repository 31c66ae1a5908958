#include "app/screens/why.h"

enum err why_enter(struct arena *task, const struct screen_source *source,
                   struct screen_place *place, void **model_out)
{
    struct why_model *model = ARENA_NEW(task, struct why_model);
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    struct store_stop *stops;
    size_t count;
    bool is_found = false;
    TRY(store_plan_list(source->store, task, today, &stops, &count));
    model->other_name = "";
    model->before_name = "";
    model->has_roads = source->chart != NULL && source->chart->has_roads;
    for (size_t i = 0; i < count && !is_found; i++) {
        is_found = stops[i].case_no == place->case_no && stops[i].item.case_no != 0;
        if (is_found) {
            model->stop = stops[i];
            model->position = stops[i].state == STOP_left_out ? 0 : i + 1;
        } else if (stops[i].item.case_no != 0) {
            model->before_name = stops[i].item.debtor_name;
        }
    }
    if (!is_found) {
        return ERR_not_found;
    }
    for (size_t i = 0; i < count; i++) {
        if (stops[i].case_no == model->stop.other_case_no && stops[i].item.case_no != 0) {
            model->other_name = stops[i].item.debtor_name;
        }
    }
    TRY(journey_chance(source->store, task, source->now_ms, source->offset_minutes,
                       &model->chance));
    *model_out = model;
    return OK;
}

static bool is_planned(const struct why_model *model)
{
    return model->stop.state == STOP_planned;
}

/* The answer first, in one sentence. */
static void answer(struct ui *ui, const struct view *view, const struct why_model *model,
                   struct intent *intent_out)
{
    const struct store_stop *stop = &model->stop;
    bool is_out = stop->state == STOP_left_out;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 10});
    widget_badge(ui,
                 &(struct widget_badge){
                     .tone = is_out ? WIDGET_BADGE_plain : WIDGET_BADGE_info,
                     .word = is_out ? view_text(view, "map.not_today")
                                    : view_fill(view, "why.place",
                                                lang_value_count("n", (int64_t)model->position)),
                     .icon = is_out ? ICON_event_busy : ICON_route});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 stop->item.debtor_name);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 day_words_why(view, stop, model->other_name));
    if (is_out && stop->is_proven) {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                     view_text(view, "plan_why.proven"));
    }
    if (stop->is_locked) {
        widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_plain,
                                                .word = view_text(view, "why.is_locked"),
                                                .icon = ICON_lock});
    }
    if (widget_button(ui, "why/open",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "today.open"),
                                              .icon = ICON_assignment})) {
        screen_open(intent_out, SCREEN_brief, stop->case_no);
    }
    ui_close(ui);
}

/* ---- chance of meeting somebody ---- */

static enum chance_day chance_today(const struct view *view)
{
    return chance_day_of(view->calendar, view->today);
}

/* Counts where the visit has an hour that nobody agreed on. */
static bool is_by_chance(const struct view *view, const struct why_model *model)
{
    const struct store_stop *stop = &model->stop;
    bool is_agreed = stop->item.next_day == view->today && stop->item.next_until_minute != 0;
    return stop->arrive_at_ms != 0 && !is_agreed &&
           !chance_is_unknown(&model->chance, chance_today(view));
}

static size_t band_of(const struct view *view, const struct why_model *model)
{
    return chance_band_of(date_minute_at(model->stop.arrive_at_ms, view->offset_minutes));
}

static struct lang_value percent(uint32_t permille)
{
    return lang_value_count("percent", (permille + 5) / 10);
}

/* The part of the band in which one may call; false when there is none. */
static bool band_hours(const struct view *view, size_t band, uint32_t *from_out,
                       uint32_t *until_out)
{
    uint32_t open = (uint32_t)view->policy->window_open;
    uint32_t close = (uint32_t)view->policy->window_close;
    uint32_t from = band == 0 ? 0 : (uint32_t)chance_band_until_minute(band - 1);
    uint32_t until = (uint32_t)chance_band_until_minute(band);
    *from_out = from > open ? from : open;
    *until_out = until < close ? until : close;
    return *from_out < *until_out;
}

static const char *band_words(const struct view *view, const struct why_model *model, size_t band)
{
    enum chance_day day = chance_today(view);
    uint32_t from = 0;
    uint32_t until = 0;
    (void)band_hours(view, band, &from, &until);
    return view_fill(
        view, "why.chance_hours", percent(chance_permille(&model->chance, day, band)),
        lang_value_key("day", day == CHANCE_DAY_working ? "why.chance_working" : "why.chance_free"),
        lang_value_text("hours", view_window(view, from, until)),
        lang_value_count("n", model->chance.counts[day][band].tried));
}

/* How likely somebody is met then, and when it would be likelier. */
static void chance(struct ui *ui, const struct view *view, const struct why_model *model)
{
    if (!is_by_chance(view, model)) {
        return;
    }
    enum { WORTH_TELLING = 50 };
    enum chance_day day = chance_today(view);
    size_t here = band_of(view, model);
    size_t best = here;
    for (size_t band = 0; band < CHANCE_BANDS; band++) {
        uint32_t from = 0;
        uint32_t until = 0;
        if (band_hours(view, band, &from, &until) &&
            chance_permille(&model->chance, day, band) >
                chance_permille(&model->chance, day, best)) {
            best = band;
        }
    }
    widget_card_fact(ui, view_text(view, "why.chance"), band_words(view, model, here));
    if (chance_permille(&model->chance, day, best) >=
        chance_permille(&model->chance, day, here) + WORTH_TELLING) {
        widget_card_fact(ui, view_text(view, "why.chance_best"), band_words(view, model, best));
    }
}

/* Is the wait for an hour at which somebody is likelier to be met, and not for an opening? */
static bool is_wait_for_chance(const struct view *view, const struct why_model *model)
{
    int64_t arrive_at_ms = model->stop.arrive_at_ms;
    size_t there = chance_band_of(
        date_minute_at(arrive_at_ms - (int64_t)model->stop.wait_s * 1000, view->offset_minutes));
    size_t here = band_of(view, model);
    enum chance_day day = chance_today(view);
    return is_by_chance(view, model) && here > there &&
           date_minute_at(arrive_at_ms, view->offset_minutes) ==
               chance_band_until_minute(here - 1) &&
           chance_permille(&model->chance, day, here) > chance_permille(&model->chance, day, there);
}

static void waiting(struct ui *ui, const struct view *view, const struct why_model *model)
{
    const struct store_stop *stop = &model->stop;
    if (stop->wait_s < 60) {
        return;
    }
    const char *wait = view_duration(view, (int64_t)stop->wait_s * 1000);
    widget_card_fact(ui, view_text(view, "why.wait"),
                     is_wait_for_chance(view, model)
                         ? view_fill(view, "why.wait_chance", lang_value_text("wait", wait),
                                     lang_value_text("time", view_clock(view, stop->arrive_at_ms)))
                         : wait);
}

/* Why at this hour: how one gets there and what waits. */
static void hour(struct ui *ui, const struct view *view, const struct why_model *model)
{
    const struct store_stop *stop = &model->stop;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 8});
    widget_card_heading(ui, view_text(view, "why.hour"));
    if (stop->arrive_at_ms != 0) {
        widget_card_fact(
            ui, view_text(view, "why.arrive"),
            view_fill(view, "why.from_until",
                      lang_value_text("from", view_clock(view, stop->arrive_at_ms)),
                      lang_value_text("until", stop->leave_at_ms != 0
                                                   ? view_clock(view, stop->leave_at_ms)
                                                   : view_text(view, "close.not_known"))));
    } else {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_text(view, "map.too_late"),
                                              .text = view_text(view, "why.too_late_note")});
    }
    const char *way = day_words_way(view, stop);
    if (way[0] != '\0') {
        widget_card_fact(
            ui,
            model->before_name[0] != '\0'
                ? view_fill(view, "why.way_from", lang_value_text("name", model->before_name))
                : view_text(view, "why.way"),
            way);
    }
    waiting(ui, view, model);
    if (stop->item.next_day == view->today && stop->item.next_until_minute != 0) {
        widget_card_fact(
            ui, view_text(view, "why.agreed"),
            view_window(view, stop->item.next_from_minute, stop->item.next_until_minute));
    }
    chance(ui, view, model);
    widget_card_fact(ui, view_text(view, "why.hours"),
                     view_window(view, (uint32_t)view->policy->window_open,
                                 (uint32_t)view->policy->window_close));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, stop->is_estimated ? "plan_why.estimated" : "why.by_roads"));
    ui_close(ui);
}

/* Why at all: the score, part by part. */
static void score(struct ui *ui, const struct view *view, const struct why_model *model)
{
    const struct store_rank *rank = &model->stop.item.rank;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 8});
    widget_card_fact(ui, view_text(view, "why.score_heading"),
                     view_fill(view, "why.points", lang_value_count("n", rank->score)));
    ui_divider(ui);
    for (size_t i = 0; i < rank->reason_count; i++) {
        enum priority_part part = (enum priority_part)rank->reasons[i].part;
        if (part < PRIORITY_COUNT) {
            widget_card_fact(
                ui, day_words_part(view, part, rank->reasons[i].value),
                view_fill(view, "why.plus", lang_value_count("n", rank->reasons[i].points)));
        }
    }
    if (is_by_chance(view, model)) {
        uint32_t permille =
            chance_permille(&model->chance, chance_today(view), band_of(view, model));
        ui_divider(ui);
        widget_card_fact(
            ui, view_fill(view, "why.by_chance", percent(permille)),
            view_fill(view, "why.points",
                      lang_value_count("n", (int64_t)rank->score * permille / PLAN_WHOLE)));
    }
    ui_close(ui);
}

static void place_card(struct ui *ui, const struct view *view, const struct why_model *model)
{
    const struct store_case_item *item = &model->stop.item;
    struct geo_point place = {item->lat_e7, item->lon_e7};
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 8});
    widget_card_heading(ui, view_text(view, "why.where"));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 item->address[0] != '\0' ? item->address : view_text(view, "visit.no_address"));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 geo_is_located(place) ? day_words_place(view, place)
                                       : view_text(view, "map.unplaced"));
    ui_close(ui);
}

/* What changing it costs stands above the button that changes it. */
static void change(struct ui *ui, const struct view *view, const struct why_model *model,
                   struct intent *intent_out)
{
    const struct store_stop *stop = &model->stop;
    bool is_out = stop->state == STOP_left_out;
    if (!is_out && !is_planned(model)) {
        return;
    }
    bool can_go = !is_out || (stop->why != 1 + PLAN_WHY_shift && stop->why != 1 + PLAN_WHY_window &&
                              stop->why != 1 + PLAN_WHY_travel && stop->why != 1 + PLAN_WHY_end);
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 8});
    widget_card_heading(ui, view_text(view, "why.change"));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, is_out && !can_go ? "why.cannot_go"
                                 : is_out          ? "why.go_note"
                                 : stop->is_locked ? "why.unlock_note"
                                                   : "why.lock_note"));
    if (can_go && widget_button(ui, "why/lock",
                                &(struct widget_button){.label = view_text(view, is_out ? "why.go"
                                                                                 : stop->is_locked
                                                                                     ? "why.unlock"
                                                                                     : "why.lock"),
                                                        .icon = is_out ? ICON_event_available
                                                                : stop->is_locked ? ICON_lock_open
                                                                                  : ICON_lock,
                                                        .is_wide = true})) {
        intent_out->kind = INTENT_lock_stop;
        intent_out->number = (int64_t)stop->case_no;
        intent_out->place.number = is_out || !stop->is_locked ? 1 : 0;
    }
    if (is_planned(model) &&
        widget_button(ui, "why/reorder",
                      &(struct widget_button){.label = view_text(view, "screen.reorder"),
                                              .icon = ICON_sort,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_reorder, stop->case_no);
    }
    ui_close(ui);
}

void why_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
               struct intent *intent_out)
{
    const struct why_model *model = model_in;
    (void)place;
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, model->position == 0 ? "why.title_out" : "screen.why"),
               view_day(view, view->today), NULL, ICON_none, intent_out);
    parts_page_open(ui, "why");
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    answer(ui, view, model, intent_out);
    if (is_planned(model)) {
        hour(ui, view, model);
    }
    change(ui, view, model, intent_out);
    parts_column_close(ui);
    parts_column_open(ui, 1);
    score(ui, view, model);
    place_card(ui, view, model);
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
