#include "app/screens/options.h"

#include "app/i18n/lang_words.h"
#include "app/screens/visit.h"
#include "app/screens/visit_record.h"
#include "core/rules/arrangement.h"
#include "core/rules/schedule.h"

#include <string.h>

enum { INCOME_STEP_MINOR = 50000, INCOME_MOST_MINOR = 10000000 };

enum err options_enter(struct arena *task, const struct screen_source *source,
                       struct screen_place *place, void **model_out)
{
    struct options_model *model = ARENA_NEW(task, struct options_model);
    TRY(store_case_load(source->store, task, place->case_no, &model->item));
    if (model->item.is_withdrawn) {
        return ERR_not_found;
    }
    if (source->draft != NULL && source->draft->case_no == place->case_no) {
        model->draft = arena_copy(task, source->draft, sizeof *source->draft);
    }
    *model_out = model;
    return OK;
}

/* ---- changing one ---- */

static bool way_segments(struct ui *ui, const struct view *view, struct option *option)
{
    const char *labels[] = {view_text(view, "options.now"), view_text(view, "options.full"),
                            view_text(view, "options.parts")};
    int32_t chosen = (int32_t)option->way - 1;
    if (!widget_toggle_segments(ui, "way", labels, (int32_t)COUNT(labels), &chosen)) {
        return false;
    }
    option->way = (uint32_t)chosen + 1;
    if (option->way == OPTION_WAY_parts && option->count == 0) {
        option->count = 6;
    }
    if (option->day == 0) {
        option->day = date_next_working(view->calendar, view->today + 7);
    }
    return true;
}

static bool edit_now(struct ui *ui, const struct ask *ask, struct option *option)
{
    const struct view *view = ask->view;
    int64_t owed_minor = ask_owed_minor(ask);
    struct widget_amount_chip chips[2] = {
        {view_fill(view, "ask.all_owed", lang_value_money("amount", owed_minor)), owed_minor},
        {view_money(view, owed_minor / 2 / 10000 * 10000, NULL), owed_minor / 2 / 10000 * 10000}};
    int64_t value_minor = (int64_t)option->amount_minor;
    bool has_changed = widget_amount(
        ui, "amount",
        &(struct widget_amount){
            .label = view_text(view, "options.amount"),
            .sign = "¥",
            .note = value_minor > 0 ? lang_money_words(view->arena, view->lang, value_minor) : NULL,
            .problem = value_minor > owed_minor ? view_text(view, "options.too_much") : NULL,
            .backspace = view_text(view, "keyboard.backspace"),
            .clear = view_text(view, "keyboard.clear"),
            .chips = chips,
            .chip_count = chips[1].value_minor > 0 ? 2 : 1,
            .value_minor_max = INT64_C(99999999999)},
        &value_minor);
    option->amount_minor = (uint64_t)value_minor;
    return has_changed;
}

static void bar_part(struct ui *ui, int32_t weight, enum color fill)
{
    if (weight > 0) {
        ui_open(ui, NULL,
                &(struct ui_box){.w = UI_FILL_BY(weight), .h = UI_FILL, .fill = fill, .radius = 4});
        ui_close(ui);
    }
}

/* How many instalments may be agreed: the green part; what is chosen: the mark on it. */
static void range_bar(struct ui *ui, const struct view *view, const struct option *option,
                      uint32_t high)
{
    bool is_in = option->count >= 1 && option->count <= high;
    int32_t at = (int32_t)option->count;
    int32_t green = (int32_t)high;
    int32_t all = LIMIT_instalments + LIMIT_instalments / 10; /* there is always a beyond */
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_row,
                             .w = UI_FILL,
                             .h = UI_DP(20),
                             .fill = COLOR_sunken,
                             .border = COLOR_outline,
                             .radius = 6});
    bar_part(ui, at < green ? at : green, COLOR_ok);
    bar_part(ui, at > green ? at - green : 0, COLOR_none);
    ui_open(ui, NULL, &(struct ui_box){.w = UI_DP(8), .h = UI_FILL, .fill = COLOR_ink});
    ui_close(ui);
    bar_part(ui, at < green ? green - at : 0, COLOR_ok);
    bar_part(ui, all - (at > green ? at : green), COLOR_none);
    ui_close(ui);
    widget_badge(ui,
                 &(struct widget_badge){
                     .tone = is_in ? WIDGET_BADGE_ok : WIDGET_BADGE_danger,
                     .word = view_fill(view, is_in ? "options.in_range" : "options.out_of_range",
                                       lang_value_count("n", high))});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_fill(view, "options.range_why",
                           lang_value_money("amount", view->policy->instalment_low),
                           lang_value_count("months", view->policy->plan_months_high)));
}

static bool edit_parts(struct ui *ui, const struct ask *ask, struct option *option)
{
    static const char *const step_keys[] = {"ask.step_monthly", "ask.step_biweekly",
                                            "ask.step_weekly"};
    const struct view *view = ask->view;
    bool has_changed = false;
    uint32_t high = options_parts_high(view->policy, (uint64_t)ask_owed_minor(ask), option->step);
    int64_t count = option->count;
    if (widget_stepper(ui, "count",
                       &(struct widget_stepper){
                           .label = view_text(view, "ask.plan_count"),
                           .shown = view_fill(view, "ask.plan_parts", lang_value_count("n", count)),
                           .less = view_text(view, "options.less"),
                           .more = view_text(view, "options.more"),
                           .least = 2,
                           .most = high > 2 ? high : 2},
                       &count)) {
        option->count = (uint32_t)count;
        has_changed = true;
    }
    range_bar(ui, view, option, high);
    parts_heading(ui, view, "ask.plan_step");
    const char *labels[COUNT(step_keys)];
    for (size_t i = 0; i < COUNT(step_keys); i++) {
        labels[i] = view_text(view, step_keys[i]);
    }
    int32_t step = (int32_t)option->step;
    if (widget_toggle_segments(ui, "step", labels, (int32_t)COUNT(step_keys), &step)) {
        option->step = (uint32_t)step;
        has_changed = true;
    }
    parts_heading(ui, view, "ask.plan_first");
    has_changed |= parts_day_chips(ui, view, "first", view->today, view->today + 60, &option->day);
    return has_changed;
}

static bool edit(struct ui *ui, const struct ask *ask, struct option *option)
{
    const struct view *view = ask->view;
    bool has_changed = way_segments(ui, view, option);
    switch ((enum option_way)option->way) {
    case OPTION_WAY_now:
        return edit_now(ui, ask, option) || has_changed;
    case OPTION_WAY_full:
        widget_card_figure(ui, view_text(view, "options.all"),
                           view_money(view, ask_owed_minor(ask), ask->record->currency));
        parts_heading(ui, view, "ask.promise_day");
        return parts_day_chips(
                   ui, view, "full", view->today,
                   arrangement_promise_last_day(view->policy, ask->record, view->now_ms),
                   &option->day) ||
               has_changed;
    case OPTION_WAY_parts:
        return edit_parts(ui, ask, option) || has_changed;
    case OPTION_WAY_none:
        break;
    }
    return has_changed;
}

/* ---- what the person can bear ---- */

/* Whole yuan: nobody states an income to the fen. */
static const char *yuan(const struct ui *ui, const struct view *view, int64_t amount_minor)
{
    if (amount_minor == 0) {
        return view_text(view, "options.not_said");
    }
    const char *text = view_money(view, amount_minor, NULL);
    const char *sign = "¥";
    if (parts_is_narrow(ui)) { /* beside two buttons every letter counts */
        text += strlen(sign);
    }
    return str_format(view->arena, "%.*s", (int)strlen(text) - 3, text); /* ".00" */
}

static bool means(struct ui *ui, const struct view *view, struct options_set *set)
{
    int64_t income = (int64_t)set->income_minor;
    int64_t living = (int64_t)set->living_minor;
    bool has_changed = false;
    widget_card_heading(ui, view_text(view, "options.means"));
    struct widget_stepper stepper = {.label = view_text(view, "options.income"),
                                     .shown = yuan(ui, view, income),
                                     .less = view_text(view, "options.less"),
                                     .more = view_text(view, "options.more"),
                                     .least = 0,
                                     .most = INCOME_MOST_MINOR,
                                     .by = INCOME_STEP_MINOR};
    has_changed |= widget_stepper(ui, "income", &stepper, &income);
    stepper.label = view_text(view, "options.living");
    stepper.shown = yuan(ui, view, living);
    has_changed |= widget_stepper(ui, "living", &stepper, &living);
    set->income_minor = (uint64_t)income;
    set->living_minor = (uint64_t)living;
    if (income > 0) {
        uint64_t can_minor =
            schedule_affordable_minor(view->policy, set->income_minor, set->living_minor);
        widget_card_fact(ui, view_text(view, "options.left_a_month"),
                         view_money(view, (int64_t)can_minor, NULL));
    } else {
        ui_text_with(ui,
                     &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                     view_text(view, "options.means_note"));
    }
    return has_changed;
}

/* ---- the days of the chosen one ---- */

static void schedule(struct ui *ui, const struct ask *ask, const struct option *option)
{
    const struct view *view = ask->view;
    ds_Instalment payments[LIMIT_instalments];
    size_t count = options_payments(ask, option, payments);
    if (count < 2) {
        return;
    }
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(
        ui, view_fill(view, "ask.plan_schedule", lang_value_count("n", (int64_t)count)));
    for (size_t i = 0; i < count; i++) {
        widget_card_fact(
            ui, str_format(view->arena, "%zu · %s", i + 1, view_day(view, payments[i].due_day)),
            view_money(view, (int64_t)payments[i].amount_minor, NULL));
    }
    ui_close(ui);
}

/* ---- taking one ---- */

static void take(const struct ask *ask, const struct options_set *set, size_t index,
                 ds_VisitDraft *draft, const ds_Event *event)
{
    static const uint32_t outcomes[] = {[OPTION_WAY_now] = OUTCOME_payment_made,
                                        [OPTION_WAY_full] = OUTCOME_promise_to_pay,
                                        [OPTION_WAY_parts] = OUTCOME_plan_agreed};
    const struct option *option = &set->options[index];
    visit_record_outcome(ask, draft, outcomes[option->way]);
    visit_record_put(draft, event_kind(event), 0, event);
    if (option->way == OPTION_WAY_parts) {
        draft->has_plan_terms = true;
        draft->plan_terms =
            (ds_PlanTerms){.total_minor = event->kind.plan_agreed.total_minor,
                           .count = option->count,
                           .step = option->step,
                           .first_day = option->day,
                           .rounding_minor = (uint64_t)ask->view->policy->instalment_rounding};
    }
    draft->step = VISIT_STEP_arrange;
}

static void actions(struct ui *ui, const struct ask *ask, const struct options_set *set,
                    size_t index, ds_VisitDraft *draft, struct screen_place *place,
                    struct intent *intent_out)
{
    const struct view *view = ask->view;
    ds_Event *event = ARENA_NEW(view->arena, ds_Event);
    bool is_complete = options_event(ask, set, index, event);
    /* A payment that was noted at this door is not written over. */
    bool is_second = draft != NULL && draft->has_payment && draft->payment.amount_minor > 0 &&
                     set->options[index].way == OPTION_WAY_now;
    bool is_allowed = is_complete && !is_second && options_verdict(ask, event).is_allowed;
    if (!parts_actions_open(ui)) {
        return;
    }
    if (widget_button(ui, "options/show",
                      &(struct widget_button){.kind = draft == NULL ? WIDGET_BUTTON_primary
                                                                    : WIDGET_BUTTON_secondary,
                                              .label = view_text(view, "options.show"),
                                              .icon = ICON_visibility,
                                              .is_wide = true,
                                              .is_disabled = !is_allowed})) {
        place->tab = OPTIONS_SHOWN + (int32_t)index;
    }
    if (draft != NULL &&
        widget_button(ui, "options/take",
                      &(struct widget_button){
                          .kind = WIDGET_BUTTON_primary,
                          .label = view_fill(view, "options.take",
                                             lang_value_text("name", options_name(view, index))),
                          .icon = ICON_check,
                          .is_wide = true,
                          .is_disabled = !is_allowed})) {
        take(ask, set, index, draft, event);
        intent_out->kind = INTENT_visit_use;
        intent_out->draft = draft;
    }
    parts_actions_close(ui);
}

void options_frame(struct ui *ui, const struct view *view, void *model_in,
                   struct screen_place *place, struct intent *intent_out)
{
    struct options_model *model = model_in;
    struct ask ask = {
        .view = view,
        .record = model->item.record,
        .state = visit_record_state(view, model->item.record, model->item.state, model->draft),
        .role = model->draft != NULL ? model->draft->finish.role : ROLE_borrower,
        .is_in_visit = model->draft != NULL};
    struct options_set set;
    options_read(place->text, date_next_working(view->calendar, view->today), &set);
    size_t index = place->number == 1 ? 1 : 0;
    parts_screen_open(ui);
    if (place->tab >= OPTIONS_SHOWN) {
        options_shown(ui, &ask, &set, place);
        parts_screen_close(ui, view, NULL, 0);
        return;
    }
    screen_top(ui, view, view_text(view, "screen.options"),
               view_money(view, ask_owed_minor(&ask), ask.record->currency), NULL, ICON_none,
               intent_out);
    parts_pad_page_open(ui, "options");
    bool has_changed = false;
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    const char *names[] = {options_name(view, 0), options_name(view, 1)};
    int32_t chosen = (int32_t)index;
    if (widget_toggle_segments(ui, "option", names, OPTIONS_COUNT, &chosen)) {
        place->number = chosen;
    }
    has_changed |= edit(ui, &ask, &set.options[index]);
    ds_Event *event = ARENA_NEW(view->arena, ds_Event);
    if (options_event(&ask, &set, index, event)) {
        struct verdict verdict = options_verdict(&ask, event);
        parts_verdict(ui, view, &verdict);
    }
    parts_column_close(ui);
    parts_column_open(ui, 1);
    options_compare(ui, &ask, &set);
    has_changed |= means(ui, view, &set);
    schedule(ui, &ask, &set.options[index]);
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    actions(ui, &ask, &set, index, model->draft, place, intent_out);
    if (has_changed) {
        options_write(&set, place->text, sizeof place->text);
    }
    parts_screen_close(ui, view, NULL, 0);
}
