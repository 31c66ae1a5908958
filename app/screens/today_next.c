#include "app/screens/today_next.h"

#include "core/event/fold.h"

void today_next_skip(struct intent *intent, uint64_t case_no)
{
    screen_open(intent, SCREEN_form, case_no);
    intent->place.number = EVENT_visit_skipped;
}

void today_next_call(struct intent *intent, uint64_t case_no)
{
    screen_open(intent, SCREEN_form, case_no);
    intent->place.number = EVENT_contact_attempted;
}

void today_next_defer(struct intent *intent, uint64_t case_no)
{
    intent->kind = INTENT_defer;
    intent->number = (int64_t)case_no;
}

static const char *reason_text(const struct view *view, const struct today_stop *stop, size_t i)
{
    struct lang_value value = view_value(view, "value", priority_value_type(stop->reasons[i]), NULL,
                                         stop->reason_values[i]);
    const char *key = priority_reason_key(stop->reasons[i], stop->reason_values[i]);
    return lang_fill_list(view->arena, view->lang, key, &value, 1);
}

static const char *reasons_text(const struct view *view, const struct today_stop *stop)
{
    struct str_builder text;
    str_builder_init(&text, view->arena);
    str_add_text(&text, "");
    for (size_t i = 0; i < stop->reason_count; i++) {
        if (i > 0) {
            str_add_text(&text, " · ");
        }
        str_add_text(&text, reason_text(view, stop, i));
    }
    return text.text;
}

static void next_badges(struct ui *ui, const struct view *view, const struct today_stop *stop)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    if (stop->has_window) {
        widget_badge(
            ui, &(struct widget_badge){
                    .tone = WIDGET_BADGE_info,
                    .word = view_fill(view, "today.window",
                                      lang_value_text("window", view_window(view, stop->from_minute,
                                                                            stop->until_minute))),
                    .icon = ICON_schedule});
    }
    widget_badge(
        ui, &(struct widget_badge){.tone = parts_overdue_tone(stop->days_past_due),
                                   .word = view_fill(view, "brief.overdue",
                                                     lang_value_count("n", stop->days_past_due)),
                                   .icon = ICON_hourglass_empty});
    if (stop->promise_day != 0) {
        widget_badge(
            ui, &(struct widget_badge){
                    .tone = WIDGET_BADGE_info,
                    .word = view_fill(view, "today.promise",
                                      lang_value_money("amount", stop->promise_minor),
                                      lang_value_text("day", view_day(view, stop->promise_day))),
                    .icon = ICON_handshake});
    }
    if (stop->broken > 0) {
        widget_badge(ui,
                     &(struct widget_badge){.tone = WIDGET_BADGE_danger,
                                            .word = view_fill(view, "today.broken",
                                                              lang_value_count("n", stop->broken)),
                                            .icon = ICON_event_busy});
    }
    if (stop->is_stopped) {
        widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_warn,
                                                .word = view_text(view, "today.flagged"),
                                                .icon = ICON_flag});
    }
    ui_close(ui);
}

/* What else can be done with the next stop: the same as behind a row. */
static void next_others(struct ui *ui, const struct view *view, const struct today_stop *stop,
                        struct intent *intent_out)
{
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    if (widget_button(ui, "next/skip",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "brief.skip"),
                                              .icon = ICON_skip_next})) {
        today_next_skip(intent_out, stop->case_no);
    }
    if (widget_button(ui, "next/defer",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "today.defer"),
                                              .icon = ICON_schedule})) {
        today_next_defer(intent_out, stop->case_no);
    }
    if (widget_button(ui, "next/why",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "why.button"),
                                              .icon = ICON_help})) {
        screen_open(intent_out, SCREEN_why, stop->case_no);
    }
    if (widget_button(ui, "next/call",
                      &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                              .label = view_text(view, "today.call"),
                                              .icon = ICON_phone})) {
        today_next_call(intent_out, stop->case_no);
    }
    ui_close(ui);
}

/* What may be asked for there, which may be less than what is owed: the brief below it says why. */
static int64_t askable_minor(const struct today_model *model, const struct today_stop *stop)
{
    if (model->brief == NULL || model->brief_case_no != stop->case_no) {
        return stop->askable_minor;
    }
    const struct store_case *item = &model->brief->item;
    return (int64_t)fold_balance(item->record, item->state).askable_minor;
}

/* The one thing to do now, large enough to be read walking. */
void today_next(struct ui *ui, const struct view *view, const struct today_model *model,
                struct intent *intent_out)
{
    const struct today_stop *stop = &model->stops[model->next];
    widget_card_open(ui, "next", &(struct widget_card){.gap = 10});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = parts_row(ui),
                             .w = UI_FILL,
                             .gap = 12,
                             .across = parts_is_narrow(ui) ? UI_start : UI_centre});
    const char *order =
        view_fill(view, "today.next", lang_value_count("n", (int64_t)(model->next + 1)));
    ui_text_with(
        ui,
        &(struct ui_text){.type = TYPE_label, .color = COLOR_link, .is_bold = true, .w = UI_FILL},
        stop->arrive_at_ms == 0
            ? order
            : str_format(view->arena, "%s · %s", order, view_clock(view, stop->arrive_at_ms)));
    if (model->brief != NULL && model->brief_case_no == stop->case_no) {
        const struct store_case *item = &model->brief->item;
        struct widget_badge hours = parts_hours_badge(view, item->record, item->state);
        widget_badge(ui, &hours);
    }
    ui_close(ui);
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 12, .across = UI_end_side});
    ui_text_with(ui, &(struct ui_text){.type = TYPE_display, .role = UI_ROLE_heading}, stop->name);
    ui_text(ui, TYPE_title, COLOR_ink_2, view_money(view, askable_minor(model, stop), NULL));
    ui_close(ui);
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_row, .w = UI_FILL, .gap = 8});
    ui_icon(ui, ICON_location_on, 24, COLOR_ink_2);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL},
                 stop->address[0] != '\0' ? stop->address : view_text(view, "visit.no_address"));
    ui_close(ui);
    next_badges(ui, view, stop);
    if (stop->reason_count > 0) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2,
                view_fill(view, "today.why", lang_value_text("reasons", reasons_text(view, stop))));
    }
    if (widget_button(ui, "next/open",
                      &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                              .label = view_text(view, "today.open"),
                                              .icon = ICON_assignment,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_brief, stop->case_no);
    }
    next_others(ui, view, stop, intent_out);
    ui_close(ui);
}
