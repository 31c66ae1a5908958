#include "app/screens/ask.h"
#include "app/screens/options.h"

#include "core/event/fold.h"
#include "core/rules/schedule.h"

/* Makes the instalments from the terms; terms that give none leave an empty plan. */
static void plan_remake(const struct ask *ask, ds_PlanAgreed *record)
{
    const ds_PlanTerms *terms = ask->terms;
    record->instalments_count = 0;
    record->total_minor = terms->total_minor;
    if (terms->count == 0 || terms->first_day == 0 || terms->total_minor == 0) {
        return;
    }
    struct schedule_terms split = {.total_minor = terms->total_minor,
                                   .count = terms->count,
                                   .step = (enum schedule_step)terms->step,
                                   .first_day = terms->first_day,
                                   .rounding_minor = terms->rounding_minor};
    if (schedule_split(&split, ask->view->calendar, record->instalments) == OK) {
        record->instalments_count = (pb_size_t)terms->count;
    }
}

static void schedule_table(struct ui *ui, const struct ask *ask, const ds_PlanAgreed *record)
{
    const struct view *view = ask->view;
    widget_card_open(ui, NULL, NULL);
    widget_card_heading(
        ui, view_fill(view, "ask.plan_schedule", lang_value_count("n", record->instalments_count)));
    uint64_t sum_minor = 0;
    for (pb_size_t i = 0; i < record->instalments_count; i++) {
        const ds_Instalment *part = &record->instalments[i];
        sum_minor += part->amount_minor;
        widget_card_fact(
            ui, str_format(view->arena, "%u · %s", (unsigned)i + 1, view_day(view, part->due_day)),
            view_money(view, (int64_t)part->amount_minor, NULL));
    }
    ui_divider(ui);
    widget_card_fact(ui, view_text(view, "ask.plan_sum"),
                     view_money(view, (int64_t)sum_minor, NULL));
    ui_close(ui);
}

/* What is turned towards the borrower: large, and nothing internal. */
static void borrower_view(struct ui *ui, const struct ask *ask, const ds_PlanAgreed *record)
{
    const struct view *view = ask->view;
    widget_card_open(ui, NULL, NULL);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 view_text(view, "ask.plan_for_borrower"));
    ui_text(ui, TYPE_display, COLOR_ink, view_money(view, (int64_t)record->total_minor, NULL));
    for (pb_size_t i = 0; i < record->instalments_count; i++) {
        const ds_Instalment *part = &record->instalments[i];
        ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 16});
        ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .w = UI_FILL},
                     view_day(view, part->due_day));
        ui_text(ui, TYPE_title, COLOR_ink, view_money(view, (int64_t)part->amount_minor, NULL));
        ui_close(ui);
    }
    ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "ask.plan_pending"));
    ui_close(ui);
}

/* Numbers of parts, none of them smaller than the policy takes or over a longer time. */
static bool count_chips(struct ui *ui, const struct view *view, uint32_t high, uint32_t *count)
{
    static const uint32_t counts[] = {2, 3, 6, 9, 12, 18, 24, 36};
    bool has_changed = false;
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(counts) && counts[i] <= high; i++) {
        if (widget_choice_chip(
                ui, ui_format(ui, "count/%u", counts[i]),
                &(struct widget_choice){
                    .label = view_fill(view, "ask.plan_parts", lang_value_count("n", counts[i])),
                    .is_chosen = *count == counts[i]})) {
            *count = counts[i];
            has_changed = true;
        }
    }
    ui_close(ui);
    return has_changed;
}

bool ask_plan_plan_agreed(struct ui *ui, const struct ask *ask, ds_PlanAgreed *record)
{
    static const char *const step_keys[] = {"ask.step_monthly", "ask.step_biweekly",
                                            "ask.step_weekly"};
    const struct view *view = ask->view;
    CHECK(ask->terms != NULL);
    ds_PlanTerms *terms = ask->terms;
    if (terms->rounding_minor == 0) {
        terms->rounding_minor = (uint64_t)view->policy->instalment_rounding;
    }
    bool has_changed = false;
    if (terms->total_minor == 0) {
        terms->total_minor = (uint64_t)ask_owed_minor(ask);
        has_changed = terms->total_minor > 0;
    }
    int64_t *turned = ui_keep(ui, "plan/turned");
    bool is_turned = *turned != 0;
    if (is_turned && record->instalments_count > 0) {
        borrower_view(ui, ask, record);
        if (widget_button(ui, "plan/turn",
                          &(struct widget_button){.label = view_text(view, "ask.plan_turn_back"),
                                                  .icon = ICON_undo,
                                                  .is_wide = true})) {
            *ui_keep(ui, "plan/turned") = 0;
        }
        return has_changed;
    }
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    widget_card_open(ui, NULL, NULL);
    widget_card_figure(ui, view_text(view, "ask.plan_total"),
                       view_money(view, (int64_t)terms->total_minor, NULL));
    ui_close(ui);
    parts_heading(ui, view, "ask.plan_count");
    uint32_t high = options_parts_high(view->policy, terms->total_minor, terms->step);
    has_changed |= count_chips(ui, view, high, &terms->count);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_fill(view, "options.range_why",
                           lang_value_money("amount", view->policy->instalment_low),
                           lang_value_count("months", view->policy->plan_months_high)));
    parts_heading(ui, view, "ask.plan_step");
    const char *labels[COUNT(step_keys)];
    for (size_t i = 0; i < COUNT(step_keys); i++) {
        labels[i] = view_text(view, step_keys[i]);
    }
    int32_t step = (int32_t)terms->step;
    if (widget_toggle_segments(ui, "step", labels, (int32_t)COUNT(step_keys), &step)) {
        terms->step = (uint32_t)step;
        has_changed = true;
    }
    parts_heading(ui, view, "ask.plan_first");
    has_changed |=
        parts_day_chips(ui, view, "first", view->today, view->today + 60, &terms->first_day);
    parts_column_close(ui);
    if (has_changed) {
        plan_remake(ask, record);
    }
    parts_column_open(ui, 1);
    if (record->instalments_count == 0) {
        parts_empty(ui, ICON_calculate, view_text(view, "ask.plan_empty"),
                    view_text(view, "ask.plan_empty_note"));
    } else {
        schedule_table(ui, ask, record);
        if (widget_button(ui, "plan/turn",
                          &(struct widget_button){.label = view_text(view, "ask.plan_turn"),
                                                  .icon = ICON_visibility,
                                                  .is_wide = true})) {
            *ui_keep(ui, "plan/turned") = 1;
        }
        ds_Event *event = ARENA_NEW(view->arena, ds_Event);
        event->which_kind = EVENT_plan_agreed;
        event->kind.plan_agreed = *record;
        struct verdict verdict = ask_verdict(ask, event);
        parts_verdict(ui, view, &verdict);
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}
