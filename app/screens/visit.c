#include "app/screens/visit.h"

#include "app/screens/visit_step.h"

#include <string.h>

enum err visit_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    struct visit_model *model = ARENA_NEW(task, struct visit_model);
    if (source->draft != NULL && source->draft->case_no == place->case_no) {
        model->draft = arena_copy(task, source->draft, sizeof *source->draft);
        TRY(photos_read(task, source->store, source->draft->visit_seq, PHOTOS_COUNT_MAX,
                        &model->photos));
    } else if (source->draft != NULL) {
        model->is_other_open = true;
        model->other_case_no = source->draft->case_no;
    }
    TRY(store_case_load(source->store, task, place->case_no, &model->item));
    struct store_records last;
    TRY(store_journal_list(source->store, task, EVENT_visit_started, 0, INT64_MAX, 0, 1, &last));
    if (last.count > 0) {
        ds_Event *event = ARENA_NEW(task, ds_Event);
        if (event_decode(event, (const uint8_t *)last.items[0].body.bytes,
                         last.items[0].body.size) == OK &&
            source->now_ms - last.items[0].at_ms < DATE_DAY_MS) {
            model->last_visitors = event->kind.visit_started.visitors;
        }
    }
    *model_out = model;
    return OK;
}

static const char *step_key(enum visit_step step)
{
    static const char *const keys[] = {"visit.step_arrive",  "visit.step_who",
                                       "visit.step_outcome", "visit.step_arrange",
                                       "visit.step_about",   "visit.step_finish"};
    return keys[step];
}

static void primary(struct ui *ui, const char *key, const char *label, enum icon icon,
                    bool is_ready, bool *is_tapped)
{
    *is_tapped = widget_button(ui, key,
                               &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                       .label = label,
                                                       .icon = icon,
                                                       .is_wide = true,
                                                       .is_disabled = !is_ready});
}

static void why_line(struct ui *ui, const char *why)
{
    if (why != NULL && why[0] != '\0') {
        ui_text_with(
            ui,
            &(struct ui_text){
                .type = TYPE_secondary, .color = COLOR_ink_2, .align = UI_centre, .w = UI_FILL},
            why);
    }
}

/* Before check-in: address, visitors, the gate. */
static void arrive(struct ui *ui, const struct ask *ask, struct visit_model *model,
                   struct screen_place *place, struct intent *intent_out)
{
    const struct view *view = ask->view;
    if (screen_top(ui, view, view_text(view, "visit.arrive_title"), ask->record->debtor_name, NULL,
                   ICON_none, intent_out)) {
        return;
    }
    parts_body_open(ui, "visit/arrive");
    if (model->is_other_open) {
        if (widget_banner(
                ui, "other",
                &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                        .title = view_text(view, "visit.other_open"),
                                        .action = view_text(view, "visit.other_resume")})) {
            screen_open(intent_out, SCREEN_visit, model->other_case_no);
        }
    }
    struct visit_start start;
    bool is_ready = visit_step_arrive(ui, ask, model, place, &start) && !model->is_other_open;
    parts_body_close(ui);
    if (parts_actions_open(ui)) {
        bool is_tapped;
        primary(ui, "visit/arrive_now", view_text(view, "visit.arrive_now"), ICON_door_front,
                is_ready, &is_tapped);
        if (is_tapped) {
            intent_out->kind = INTENT_visit_arrive;
            intent_out->start = start;
        }
        parts_actions_close(ui);
    }
}

/* Nothing was filled in that was not there from the start. */
static bool is_untouched(const struct ask *ask, const ds_VisitDraft *draft, enum event_kind kind,
                         uint64_t index)
{
    if (kind == visit_record_needed(draft->finish.outcome)) {
        return false;
    }
    ds_Event *now = ARENA_NEW(ask->view->arena, ds_Event);
    ds_Event *blank = ARENA_NEW(ask->view->arena, ds_Event);
    visit_record_get(draft, kind, index, now);
    ask_blank(ask, kind, blank);
    uint8_t bytes[2][LIMIT_event_size];
    size_t sizes[2] = {0, 0};
    blank->visit_seq = now->visit_seq;
    blank->case_no = now->case_no;
    return event_encode(now, bytes[0], sizeof bytes[0], &sizes[0]) == OK &&
           event_encode(blank, bytes[1], sizeof bytes[1], &sizes[1]) == OK &&
           sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0;
}

/* The visit without the record with which help is asked: it went out by itself. When the
 * outcome needs it, what stays says that the collector left, which is no alarm. */
static ds_VisitDraft *without_alarm(const struct ask *ask, const ds_VisitDraft *draft,
                                    uint64_t index)
{
    ds_VisitDraft *copy = arena_copy(ask->view->arena, draft, sizeof *draft);
    if (visit_record_needed(draft->finish.outcome) == EVENT_safety_incident) {
        copy->safety.severity = 2;
        copy->safety.is_silent = false;
    } else {
        visit_record_remove(copy, EVENT_safety_incident, index);
    }
    return copy;
}

/* The record of this step when help is asked with it; NULL: it is no alarm. */
static ds_Event *alarm_of(const struct ask *ask, const ds_VisitDraft *draft)
{
    if (visit_record_needed(draft->finish.outcome) != EVENT_safety_incident ||
        !visit_record_has(draft, EVENT_safety_incident, 0)) {
        return NULL;
    }
    ds_Event *event = ARENA_NEW(ask->view->arena, ds_Event);
    visit_record_get(draft, EVENT_safety_incident, 0, event);
    return ask_is_alarm(event) ? event : NULL;
}

/* The choice of more records, or one of them. */
static void record_over_step(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                             struct screen_place *place, struct intent *intent_out)
{
    const struct view *view = ask->view;
    enum event_kind kind = (enum event_kind)(uint32_t)place->tab;
    bool is_choice = place->tab == VISIT_MORE;
    struct intent top = {0};
    screen_top(ui, view, view_text(view, is_choice ? "visit.more" : ask_key(kind)),
               ask->record->debtor_name, NULL, ICON_none, &top);
    bool has_changed = false;
    bool is_removed = false;
    bool is_closed = top.kind == INTENT_back;
    parts_page_open(ui, is_choice ? "visit/more" : "visit/record");
    if (is_choice) {
        has_changed |= visit_step_more(ui, ask, draft, place, intent_out);
    } else {
        ds_Event *event = ARENA_NEW(view->arena, ds_Event);
        visit_record_get(draft, kind, place->seq, event);
        if (ask_frame(ui, ask, event)) {
            visit_record_put(draft, kind, place->seq, event);
            has_changed = true;
        }
        if (widget_button(ui, "record/remove",
                          &(struct widget_button){.kind = WIDGET_BUTTON_quiet,
                                                  .label = view_text(view, "visit.remove"),
                                                  .icon = ICON_delete})) {
            is_removed = true;
        }
    }
    parts_body_close(ui);
    if (is_removed) {
        visit_record_remove(draft, kind, place->seq);
        has_changed = true;
        is_closed = true;
    } else if (!is_choice && is_closed && is_untouched(ask, draft, kind, place->seq)) {
        visit_record_remove(draft, kind, place->seq); /* opened by mistake */
        has_changed = true;
    } else if (!is_choice && parts_actions_open(ui)) {
        const char *why = NULL;
        ds_Event *event = ARENA_NEW(view->arena, ds_Event);
        visit_record_get(draft, kind, place->seq, event);
        bool is_ready = ask_is_ready(ask, event, &why);
        if (!is_ready) {
            why_line(ui, why);
        }
        bool is_done;
        bool is_alarm = ask_is_alarm(event);
        bool is_loud = is_alarm && !event->kind.safety_incident.is_silent;
        primary(ui, "record/done", view_text(view, is_loud ? "alarm.raise" : "visit.record_done"),
                is_loud ? ICON_sos : ICON_check, is_ready, &is_done);
        parts_actions_close(ui);
        if (is_done && is_alarm) {
            intent_out->kind = INTENT_alarm;
            intent_out->event = event;
            intent_out->draft = without_alarm(ask, draft, place->seq);
            return;
        }
        is_closed |= is_done;
    }
    if (is_closed) { /* back to the choice when it was opened from there */
        place->tab = !is_choice && place->number == VISIT_MORE ? VISIT_MORE : 0;
        place->seq = 0;
        place->number = 0;
        ui_focus(ui, NULL);
    }
    if (has_changed) {
        intent_out->kind = INTENT_visit_save;
        intent_out->draft = draft;
    }
}

static bool step_body(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                      ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out)
{
    switch ((enum visit_step)draft->step) {
    case VISIT_STEP_arrive:
    case VISIT_STEP_who:
        return visit_step_who(ui, ask, draft);
    case VISIT_STEP_outcome:
        return visit_step_outcome(ui, ask, draft);
    case VISIT_STEP_arrange:
        return visit_step_arrange(ui, ask, draft, place);
    case VISIT_STEP_about:
        return visit_step_about(ui, ask, draft);
    case VISIT_STEP_finish:
        return visit_step_finish(ui, ask, draft, place, &model->photos, intent_out);
    }
    return false;
}

static const char *step_title(const struct ask *ask, const ds_VisitDraft *draft)
{
    enum event_kind kind = visit_record_needed(draft->finish.outcome);
    if (draft->step == VISIT_STEP_arrange && kind != EVENT_none) {
        return view_text(ask->view, ask_key(kind));
    }
    return view_text(ask->view, step_key((enum visit_step)draft->step));
}

static void steps(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                  ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out)
{
    const struct view *view = ask->view;
    if (draft->step < VISIT_STEP_who || draft->step > VISIT_STEP_finish) {
        draft->step = VISIT_STEP_who;
    }
    enum visit_step step = (enum visit_step)draft->step;
    struct intent top = {0};
    bool is_more = screen_top(ui, view, ask->record->debtor_name,
                              view_money(view, ask_owed_minor(ask), ask->record->currency),
                              view_text(view, "brief.more"), ICON_add, &top);
    bool has_changed = false;
    ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_x = 16, .pad_y = 8});
    widget_progress_steps(ui, (int32_t)step - 1, VISIT_STEP_finish, step_title(ask, draft));
    ui_close(ui);
    if (ask->is_over) {
        ui_open(ui, NULL, &(struct ui_box){.w = UI_FILL, .pad_x = 16, .pad_y = 4});
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_warn,
                                              .title = view_text(view, "visit.is_over"),
                                              .text = view_text(view, "visit.is_over_note")});
        ui_close(ui);
    }
    bool is_paged = step != VISIT_STEP_finish;
    const char *body_key =
        ui_format(ui, "visit/step%d/%u/%d", (int)step, draft->finish.outcome,
                  step == VISIT_STEP_arrange ? (int)*ui_keep(ui, "plan/turned") : 0);
    if (is_paged) {
        parts_page_open(ui, body_key);
    } else {
        parts_body_open(ui, body_key);
    }
    has_changed |= step_body(ui, ask, model, draft, place, intent_out);
    parts_body_close(ui);
    if (draft->step != (uint32_t)step) {
        ui_focus(ui, NULL);
    } else if (step >= VISIT_STEP_arrange && parts_actions_open(ui)) {
        const char *why = NULL;
        bool is_ready = visit_step_is_ready(ask, draft, step, &why);
        bool is_last = step == VISIT_STEP_finish;
        bool is_tapped;
        ds_Event *alarm = step == VISIT_STEP_arrange ? alarm_of(ask, draft) : NULL;
        bool is_loud = alarm != NULL && !alarm->kind.safety_incident.is_silent;
        if (!is_ready) {
            why_line(ui, why);
        }
        primary(ui, is_last ? "visit/finish" : "visit/next",
                view_text(view, is_last   ? "visit.finish"
                                : is_loud ? "alarm.raise"
                                          : "visit.next"),
                is_last   ? ICON_check_circle
                : is_loud ? ICON_sos
                          : ICON_arrow_forward,
                is_ready, &is_tapped);
        parts_actions_close(ui);
        if (is_tapped && alarm != NULL) {
            intent_out->kind = INTENT_alarm;
            intent_out->event = alarm;
            intent_out->draft = without_alarm(ask, draft, 0);
            intent_out->draft->step = visit_step_next(draft, step);
            return;
        }
        if (is_tapped && is_last) {
            intent_out->kind = INTENT_visit_finish;
            intent_out->draft = draft;
            return;
        }
        if (is_tapped) {
            draft->step = visit_step_next(draft, step);
            has_changed = true;
        }
    }
    if (top.kind == INTENT_back) {
        if (step == VISIT_STEP_who) {
            intent_out->kind = INTENT_back;
            return;
        }
        draft->step = visit_step_before(draft, step);
        ui_focus(ui, NULL);
        has_changed = true;
    }
    if (is_more) {
        place->tab = VISIT_MORE;
    }
    if (has_changed) {
        intent_out->kind = INTENT_visit_save;
        intent_out->draft = draft;
    }
}

/* The case with what was paid at this door: it is not asked for again. */
static const ds_CaseState *state_with_payment(const struct view *view, const ds_CaseRecord *record,
                                              const ds_CaseState *state, const ds_VisitDraft *draft)
{
    if (draft == NULL || !draft->has_payment || draft->payment.amount_minor == 0) {
        return state;
    }
    struct fact fact = {.device_no = 1, .seq = 1, .order_at_ms = (int64_t)state->last_at_ms + 1};
    fact.event.at_ms = (uint64_t)view->now_ms;
    fact.event.case_no = record->case_no;
    fact.event.which_kind = ds_Event_payment_noted_tag;
    fact.event.kind.payment_noted = draft->payment;
    ds_CaseState *paid = arena_copy(view->arena, state, sizeof *paid);
    fold_fact(paid, record, &fact);
    return paid;
}

void visit_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    struct visit_model *model = model_in;
    ds_VisitDraft *draft = model->draft;
    struct ask ask = {
        .view = view,
        .record = model->item.record,
        .state = state_with_payment(view, model->item.record, model->item.state, draft),
        .is_in_visit = true,
    };
    parts_screen_open(ui);
    if (draft == NULL) {
        arrive(ui, &ask, model, place, intent_out);
    } else {
        ask.role = draft->finish.role;
        draft->has_finish = true;
        draft->has_plan_terms = true;
        ask.terms = &draft->plan_terms;
        ask.is_over = model->item.is_withdrawn || model->item.state->life != CASE_LIFE_open;
        enum event_kind kind = (enum event_kind)(uint32_t)place->tab;
        if (place->tab > 0 && !visit_record_has(draft, kind, place->seq)) {
            place->tab = 0; /* it was removed, or the place is from before check-in */
            place->seq = 0;
        }
        if (place->tab != 0) {
            record_over_step(ui, &ask, draft, place, intent_out);
        } else {
            steps(ui, &ask, model, draft, place, intent_out);
        }
    }
    parts_screen_close(ui, view, NULL, 0);
}
