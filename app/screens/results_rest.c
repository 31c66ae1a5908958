#include "app/screens/results_rest.h"

enum { HOUR_MS = 60 * 60 * 1000 };

struct days {
    int32_t today, offset_minutes;
    bool has_visit[RESULTS_REST_LOOK_DAYS]; /* by days back from today */
};

static enum err day_of_visit(void *context, const struct contact_row *row)
{
    struct days *days = context;
    int32_t back = days->today - date_day_at(row->at_ms, days->offset_minutes);
    if (row->channel == CONTACT_CHANNEL_visit && !row->is_withdrawn && back >= 0 &&
        back < RESULTS_REST_LOOK_DAYS) {
        days->has_visit[back] = true;
    }
    return OK;
}

enum err results_rest_read(struct arena *task, const struct screen_source *source,
                           struct results_rest *rest_out)
{
    *rest_out = (struct results_rest){0};
    struct days days = {.today = date_day_at(source->now_ms, source->offset_minutes),
                        .offset_minutes = source->offset_minutes};
    int64_t from_at_ms = date_instant(days.today, 0, source->offset_minutes);
    struct store_records starts;
    TRY(store_journal_list(source->store, task, EVENT_visit_started, from_at_ms,
                           from_at_ms + DATE_DAY_MS, 0, SIZE_MAX, &starts));
    if (starts.count > 0) {
        rest_out->first_at_ms = starts.items[starts.count - 1].at_ms;
        days.has_visit[0] = true;
    }
    int32_t from_day = days.today - RESULTS_REST_LOOK_DAYS + 1;
    struct row_sink sink = {.context = &days, .contact = day_of_visit};
    TRY(store_rows_read(source->store, date_instant(from_day, 0, source->offset_minutes),
                        from_at_ms + DATE_DAY_MS, from_day, days.today + 1, &sink));
    while (rest_out->days_in_row < RESULTS_REST_LOOK_DAYS &&
           days.has_visit[rest_out->days_in_row]) {
        rest_out->days_in_row++;
    }
    return OK;
}

void results_rest_banner(struct ui *ui, const struct view *view, const struct results_rest *rest)
{
    int64_t hours = rest->first_at_ms == 0 ? 0 : (view->now_ms - rest->first_at_ms) / HOUR_MS;
    bool is_long_day = hours >= RESULTS_REST_HOURS;
    if (!is_long_day && rest->days_in_row < RESULTS_REST_DAYS) {
        return;
    }
    widget_banner(
        ui, NULL,
        &(struct widget_banner){
            .tone = WIDGET_BADGE_info,
            .title = is_long_day
                         ? view_fill(view, "rest.hours", lang_value_count("n", hours))
                         : view_fill(view, "rest.days", lang_value_count("n", rest->days_in_row)),
            .text = view_text(view, "rest.note"),
            .icon = ICON_volunteer_activism});
}
