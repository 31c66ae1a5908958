#include "app/screens/visit.h"

#include "app/screens/door_cards.h"
#include "app/screens/visit_head.h"
#include "app/screens/visit_over.h"
#include "app/screens/visit_part.h"

/* The first stop of today that is still to be visited, this one left out. */
static enum err next_stop(struct arena *task, const struct screen_source *source, uint64_t case_no,
                          struct store_case_item *next_out)
{
    struct store_stop *stops;
    size_t count;
    TRY(store_plan_list(source->store, task, date_day_at(source->now_ms, source->offset_minutes),
                        &stops, &count));
    for (size_t i = 0; i < count; i++) {
        if (stops[i].state == STOP_planned && stops[i].case_no != case_no) {
            *next_out = stops[i].item;
            return OK;
        }
    }
    return OK;
}

enum err visit_enter(struct arena *task, const struct screen_source *source,
                     struct screen_place *place, void **model_out)
{
    struct visit_model *model = ARENA_NEW(task, struct visit_model);
    model->ink = source->ink != NULL ? source->ink : ARENA_NEW(task, struct widget_signature);
    if (source->draft != NULL && source->draft->case_no == place->case_no) {
        model->draft = arena_copy(task, source->draft, sizeof *source->draft);
        TRY(photos_read(task, source->store, source->draft->visit_seq, PHOTOS_COUNT_MAX,
                        &model->photos));
    } else if (source->draft != NULL) {
        model->is_other_open = true;
        model->other_case_no = source->draft->case_no;
    }
    TRY(store_case_load(source->store, task, place->case_no, &model->item));
    TRY(next_stop(task, source, place->case_no, &model->next));
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
        bool is_tapped =
            visit_over_primary(ui, "visit/arrive_now", view_text(view, "visit.arrive_now"),
                               ICON_door_front, is_ready, NULL, NULL);
        if (is_tapped) {
            intent_out->kind = INTENT_visit_arrive;
            intent_out->start = start;
        }
        parts_actions_close(ui);
    }
}

static bool step_body(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                      ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out)
{
    switch ((enum visit_step)draft->step) {
    case VISIT_STEP_arrive:
    case VISIT_STEP_who:
        return visit_step_who(ui, ask, draft, intent_out);
    case VISIT_STEP_outcome:
        return visit_step_outcome(ui, ask, draft);
    case VISIT_STEP_arrange:
        return visit_step_arrange(ui, ask, draft, place, intent_out);
    case VISIT_STEP_about:
        return visit_step_about(ui, ask, draft, place, intent_out);
    case VISIT_STEP_sign:
        return visit_step_sign(ui, ask, model, draft, place, intent_out);
    case VISIT_STEP_finish:
        return visit_step_finish(ui, ask, model, draft, place, intent_out);
    }
    return false;
}

/* What was filled in, as it will be stored: read once more before it goes on. NULL: nothing. */
static const char *arranged_words(const struct ask *ask, const ds_VisitDraft *draft)
{
    enum event_kind kind = visit_record_needed(draft->finish.outcome);
    if (draft->step != VISIT_STEP_arrange || kind == EVENT_none ||
        !visit_record_has(draft, kind, 0)) {
        return NULL;
    }
    ds_Event *event = ARENA_NEW(ask->view->arena, ds_Event);
    visit_record_get(draft, kind, 0, event);
    return view_event(ask->view, event);
}

/* The strip at the bottom of a step; true when the draft was changed by it. */
static bool step_actions(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                         ds_VisitDraft *draft, struct screen_place *place,
                         struct intent *intent_out)
{
    const struct view *view = ask->view;
    enum visit_step step = (enum visit_step)draft->step;
    const char *why = NULL;
    bool is_ready = visit_step_is_ready(ask, draft, step, &why);
    if (step == VISIT_STEP_finish) {
        if (!is_ready) {
            (void)visit_over_primary(ui, "visit/not_yet", view_text(view, "visit.finish"),
                                     ICON_check_circle, false, why, NULL);
        } else if (widget_slide(ui, "visit/finish", view_text(view, "finish.slide"), ICON_check,
                                false)) {
            visit_part_prune(draft, &model->photos);
            intent_out->kind = INTENT_visit_finish;
            intent_out->draft = draft;
        }
        return false;
    }
    if (step == VISIT_STEP_sign) {
        bool is_empty = model->ink->stroke_count == 0;
        bool has_signed = visit_part_signature(&model->photos) != NULL;
        bool is_signed = widget_signature_is_signed(model->ink);
        if (has_signed && is_empty) {
            if (visit_over_primary(ui, "visit/next", view_text(view, "visit.next"),
                                   ICON_arrow_forward, true, NULL, NULL)) {
                draft->step = (uint32_t)visit_step_next(draft, step);
                return true;
            }
        } else if (visit_over_primary(ui, "sign/done", view_text(view, "sign.done"), ICON_draw,
                                      is_signed, view_text(view, "sign.how"), NULL)) {
            visit_step_signed(ask, draft, place, intent_out);
        }
        return false;
    }
    if (step == VISIT_STEP_about && visit_part_applies(draft, VISIT_PART_signature) &&
        widget_button(ui, "visit/unsigned",
                      &(struct widget_button){.label = view_text(view, "sign.without"),
                                              .icon = ICON_check_circle,
                                              .is_wide = true})) {
        draft->step = VISIT_STEP_finish; /* why not signed is asked there */
        return true;
    }
    ds_Event *alarm = step == VISIT_STEP_arrange ? visit_over_alarm(ask, draft) : NULL;
    bool is_loud = alarm != NULL && !alarm->kind.safety_incident.is_silent;
    bool is_tapped = visit_over_primary(
        ui, "visit/next", view_text(view, is_loud ? "alarm.raise" : "visit.next"),
        is_loud ? ICON_notification_important : ICON_arrow_forward, is_ready, why,
        is_ready ? arranged_words(ask, draft) : NULL);
    if (is_tapped && alarm != NULL) {
        intent_out->kind = INTENT_alarm;
        intent_out->event = alarm;
        intent_out->draft = visit_over_without_alarm(ask, draft, 0);
        intent_out->draft->step = (uint32_t)visit_step_next(draft, step);
    } else if (is_tapped) {
        draft->step = (uint32_t)visit_step_next(draft, step);
    }
    return is_tapped && alarm == NULL;
}

/* No list of outcomes: what is to be done now fills the screen, and one tap says that it was. */
static void minor_alone(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                        struct screen_place *place, struct intent *intent_out)
{
    struct intent top = {0};
    bool has_changed = false;
    (void)visit_head(ui, ask, draft, &top, intent_out);
    enum door_card_answer answer = door_cards_full(ui, ask->view, "minor", &door_cards_minor);
    if (answer == DOOR_CARD_other) {
        place->number = VISIT_MINOR_OTHER;
    } else if (answer == DOOR_CARD_done) {
        visit_record_outcome(ask, draft, OUTCOME_only_minor_home);
        draft->step = (uint32_t)visit_step_next(draft, VISIT_STEP_outcome);
        has_changed = true;
    } else if (top.kind == INTENT_back) {
        draft->step = VISIT_STEP_who;
        has_changed = true;
    }
    if (has_changed && intent_out->kind == INTENT_none) {
        intent_out->kind = INTENT_visit_save;
        intent_out->draft = draft;
    }
}

static void steps(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                  ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out)
{
    if (draft->step < VISIT_STEP_who || draft->step > VISIT_STEP_sign) {
        draft->step = VISIT_STEP_who;
    }
    enum visit_step step = (enum visit_step)draft->step;
    struct intent top = {0};
    const char *page_key = ui_format(ui, "visit/step%d/%u", (int)step, draft->finish.outcome);
    if (step == VISIT_STEP_who && place->number == VISIT_MINOR_OTHER) {
        place->number = 0;
    }
    if (step == VISIT_STEP_outcome && draft->finish.role == ROLE_minor &&
        place->number != VISIT_MINOR_OTHER) {
        minor_alone(ui, ask, draft, place, intent_out);
        return;
    }
    bool is_low = parts_is_low(ui, "visit/head", page_key);
    bool is_more = false;
    if (!is_low) {
        is_more = visit_head(ui, ask, draft, &top, intent_out);
    }
    parts_pad_page_open(ui, page_key);
    if (is_low) {
        is_more = visit_head(ui, ask, draft, &top, intent_out);
    }
    bool has_changed = step_body(ui, ask, model, draft, place, intent_out);
    parts_body_close(ui);
    if (draft->step != (uint32_t)step) {
        ui_focus(ui, NULL);
    } else if (step != VISIT_STEP_who && step != VISIT_STEP_outcome && parts_actions_open(ui)) {
        has_changed |= step_actions(ui, ask, model, draft, place, intent_out);
        parts_actions_close(ui);
    }
    if (top.kind == INTENT_back) {
        if (step == VISIT_STEP_who) {
            intent_out->kind = INTENT_back;
            return;
        }
        draft->step = (uint32_t)visit_step_before(draft, step);
        ui_focus(ui, NULL);
        has_changed = true;
    }
    if (is_more) {
        place->tab = VISIT_MORE;
    }
    if (has_changed && intent_out->kind == INTENT_none) {
        intent_out->kind = INTENT_visit_save;
        intent_out->draft = draft;
    }
}

void visit_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                 struct intent *intent_out)
{
    struct visit_model *model = model_in;
    ds_VisitDraft *draft = model->draft;
    struct ask ask = {
        .view = view,
        .record = model->item.record,
        .state = visit_record_state(view, model->item.record, model->item.state, draft),
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
            visit_over_frame(ui, &ask, draft, place, intent_out);
        } else {
            steps(ui, &ask, model, draft, place, intent_out);
        }
    }
    parts_screen_close(ui, view, NULL, 0);
}
