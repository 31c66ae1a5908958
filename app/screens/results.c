#include "app/screens/results.h"

#include "core/event/fold.h"
#include "core/rules/tally.h"

#include <string.h>

/* place.tab: 0 day, 1 week, 2 month. */
static const enum period_kind kinds[] = {PERIOD_day, PERIOD_week, PERIOD_month};

/* ---- reading: the same calls as headquarters' reports ---- */

static enum err add_cases(struct arena *task, const struct screen_source *source,
                          struct tally *tally)
{
    uint64_t *numbers;
    size_t count;
    TRY(store_case_numbers(source->store, task, false, &numbers, &count));
    struct arena cases;
    arena_init(&cases, 256 * 1024);
    enum err err = OK;
    for (size_t i = 0; i < count && err == OK; i++) {
        struct store_case item;
        err = store_case_load(source->store, &cases, numbers[i], &item);
        if (err == OK && !item.is_withdrawn) {
            const ds_CaseState *state = item.state;
            struct case_count_row row = {
                .case_no = item.case_no,
                .owner_no = state->owner_no,
                .owed_minor = fold_balance(item.record, state).owed_minor,
                .due_day = item.record->due_day,
                .intake_day = item.record->imported_day,
                .first_touch_day =
                    state->contacts_count == 0
                        ? 0
                        : date_day_at((int64_t)state->contacts[state->contacts_count - 1].at_ms,
                                      source->offset_minutes),
                .ended_at_ms = state->life == CASE_LIFE_open ? 0 : (int64_t)state->last_at_ms,
                .end_reason = state->close_reason,
            };
            tally_add_case(tally, &row);
        }
        arena_reset(&cases);
    }
    arena_deinit(&cases);
    return err;
}

static enum err tally_period(struct arena *task, const struct screen_source *source,
                             struct period period, struct metric_value values_out[METRIC_COUNT])
{
    int32_t today = date_day_at(source->now_ms, source->offset_minutes);
    struct tally_scope scope = {
        .from_day = period.from_day,
        .until_day = period.until_day,
        .as_of_day = period.until_day < today ? period.until_day : today,
        .offset_minutes = source->offset_minutes,
        .persons = &source->person_no,
        .person_count = 1,
    };
    struct tally tally;
    tally_start(&tally, task, &scope);
    TRY(add_cases(task, source, &tally));
    int32_t from_day = tally_contacts_from_day(&scope);
    struct row_sink all = tally_sink(&tally);
    struct row_sink contacts = {.context = all.context, .contact = all.contact};
    struct row_sink others = all;
    others.contact = NULL;
    TRY(store_rows_read(source->store, date_instant(from_day, 0, source->offset_minutes),
                        date_instant(period.until_day + 1, 0, source->offset_minutes), from_day,
                        period.until_day + 1, &contacts));
    int32_t until_day = today > period.until_day ? today + 1 : period.until_day + 1;
    /* From before the period too: an arrangement made then may be decided in it. The
     * tally passes over whatever does not count. */
    TRY(store_rows_read(source->store, date_instant(from_day, 0, source->offset_minutes),
                        date_instant(until_day, 0, source->offset_minutes), from_day, until_day,
                        &others));
    tally_finish(&tally);
    metric_all(&tally, values_out);
    return OK;
}

enum err results_enter(struct arena *task, const struct screen_source *source,
                       struct screen_place *place, void **model_out)
{
    struct results_model *model = ARENA_NEW(task, struct results_model);
    if (place->tab < 0 || place->tab >= (int32_t)COUNT(kinds)) {
        place->tab = 0;
    }
    model->period =
        period_at(kinds[place->tab], date_day_at(source->now_ms, source->offset_minutes));
    model->before = period_before(model->period);
    TRY(tally_period(task, source, model->period, model->now));
    TRY(tally_period(task, source, model->before, model->earlier));
    TRY(results_rest_read(task, source, &model->rest));
    *model_out = model;
    return OK;
}

/* ---- showing ---- */

/* "100.00" of a rate is 100 to a person; money keeps its fen. */
static void plain_digits(char *text, enum metric_unit unit)
{
    size_t size = strlen(text);
    if (unit == METRIC_UNIT_money || strchr(text, '.') == NULL) {
        return;
    }
    while (text[size - 1] == '0') {
        size--;
    }
    text[text[size - 1] == '.' ? size - 1 : size] = '\0';
}

static const char *value_text(const struct view *view, const struct metric_value *value)
{
    if (!value->has_value) {
        return view_text(view, "results.no_data");
    }
    char text[METRIC_TEXT_SIZE];
    enum metric_unit unit = metric_unit(value->metric);
    metric_to_text(text, unit, value->value, true);
    plain_digits(text, unit);
    const char *key = str_format(view->arena, "unit.%s", metric_unit_name(unit));
    return view_fill(view, key, lang_value_text("value", text));
}

static const char *change_text(const struct view *view, const struct metric_value *now,
                               const struct metric_value *earlier)
{
    if (!now->has_value || !earlier->has_value || now->value == earlier->value) {
        return view_fill(view, "results.before",
                         lang_value_text("value", value_text(view, earlier)));
    }
    return view_fill(view, now->value > earlier->value ? "results.up" : "results.down",
                     lang_value_text("value", value_text(view, earlier)));
}

static void big(struct ui *ui, const struct view *view, const struct results_model *model,
                enum metric metric)
{
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 4});
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, metric_key(metric)));
    bool has_value = model->now[metric].has_value;
    const char *value = has_value ? value_text(view, &model->now[metric]) : "—";
    /* A number is never broken over two lines: three cards a row leave it some 8 digits. */
    bool is_long = str_code_count(str_from(value)) > 8;
    ui_text_with(ui,
                 &(struct ui_text){.type = is_long ? TYPE_title : TYPE_display,
                                   .color = has_value ? COLOR_ink : COLOR_ink_2,
                                   .role = UI_ROLE_text},
                 value);
    ui_text(ui, TYPE_label, COLOR_ink_2,
            change_text(view, &model->now[metric], &model->earlier[metric]));
    ui_close(ui);
}

static void group_card(struct ui *ui, const struct view *view, const struct results_model *model,
                       enum metric_group group)
{
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(
        ui, view_text(view, str_format(view->arena, "metric_group.%s", metric_group_name(group))));
    for (uint32_t i = 0; i < METRIC_COUNT; i++) {
        if (metric_group((enum metric)i) == group) {
            widget_card_fact(ui, view_text(view, metric_key((enum metric)i)),
                             value_text(view, &model->now[i]));
        }
    }
    ui_close(ui);
}

void results_frame(struct ui *ui, const struct view *view, void *model_in,
                   struct screen_place *place, struct intent *intent_out)
{
    static const enum metric headline[] = {METRIC_visits,        METRIC_met_rate,
                                           METRIC_promises_made, METRIC_kept_rate,
                                           METRIC_paid_amount,   METRIC_complaints};
    static const enum metric_group left[] = {METRIC_GROUP_field, METRIC_GROUP_work,
                                             METRIC_GROUP_money};
    static const enum metric_group right[] = {METRIC_GROUP_promise, METRIC_GROUP_customer,
                                              METRIC_GROUP_conduct};
    const struct results_model *model = model_in;
    const char *labels[] = {view_text(view, "results.day"), view_text(view, "results.week"),
                            view_text(view, "results.month")};
    screen_root_open(ui, view, SCREEN_results, intent_out);
    const char *note =
        model->period.from_day == model->period.until_day
            ? view_day(view, model->period.from_day)
            : str_format(view->arena, "%s – %s", view_day(view, model->period.from_day),
                         view_day(view, model->period.until_day));
    screen_top_root(ui, view, view_text(view, "screen.results"), note);
    parts_page_open(ui, "results");
    int32_t chosen = place->tab;
    if (widget_toggle_segments(ui, "period", labels, (int32_t)COUNT(labels), &chosen)) {
        place->tab = chosen;
        intent_out->kind = INTENT_refresh;
    }
    results_rest_banner(ui, view, &model->rest);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_grid,
                             .w = UI_FILL,
                             .gap = 12,
                             .columns = parts_is_wide(ui)     ? 3
                                        : parts_is_narrow(ui) ? 1
                                                              : 2});
    for (size_t i = 0; i < COUNT(headline); i++) {
        big(ui, view, model, headline[i]);
    }
    ui_close(ui);
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    for (size_t i = 0; i < COUNT(left); i++) {
        group_card(ui, view, model, left[i]);
    }
    parts_column_close(ui);
    parts_column_open(ui, 1);
    for (size_t i = 0; i < COUNT(right); i++) {
        group_card(ui, view, model, right[i]);
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "results.note"));
    parts_body_close(ui);
    screen_root_close(ui, view, SCREEN_results, intent_out);
}
