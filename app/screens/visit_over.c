#include "app/screens/visit_over.h"

#include <string.h>

bool visit_over_primary(struct ui *ui, const char *key, const char *label, enum icon icon,
                        bool is_ready, const char *why, const char *said)
{
    bool is_missing = !is_ready && why != NULL && why[0] != '\0';
    bool is_said = is_ready && said != NULL && parts_actions_is_row(ui);
    if (is_missing || is_said) {
        ui_text_with(ui,
                     &(struct ui_text){.type = is_said ? TYPE_strong : TYPE_secondary,
                                       .color = is_said ? COLOR_ink : COLOR_ink_2,
                                       .align = UI_centre,
                                       .w = UI_FILL},
                     is_said ? said : why);
    }
    return widget_button(ui, key,
                         &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                                 .label = label,
                                                 .icon = icon,
                                                 .is_wide = true,
                                                 .is_disabled = !is_ready});
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

ds_VisitDraft *visit_over_without_alarm(const struct ask *ask, const ds_VisitDraft *draft,
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

ds_Event *visit_over_alarm(const struct ask *ask, const ds_VisitDraft *draft)
{
    if (visit_record_needed(draft->finish.outcome) != EVENT_safety_incident ||
        !visit_record_has(draft, EVENT_safety_incident, 0)) {
        return NULL;
    }
    ds_Event *event = ARENA_NEW(ask->view->arena, ds_Event);
    visit_record_get(draft, EVENT_safety_incident, 0, event);
    return ask_is_alarm(event) ? event : NULL;
}

void visit_over_frame(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
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
    parts_pad_page_open(ui, is_choice ? "visit/more" : "visit/record");
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
        bool is_alarm = ask_is_alarm(event);
        bool is_loud = is_alarm && !event->kind.safety_incident.is_silent;
        bool is_done = visit_over_primary(
            ui, "record/done", view_text(view, is_loud ? "alarm.raise" : "visit.record_done"),
            is_loud ? ICON_notification_important : ICON_check, is_ready, why,
            view_event(view, event));
        parts_actions_close(ui);
        if (is_done && is_alarm) {
            intent_out->kind = INTENT_alarm;
            intent_out->event = event;
            intent_out->draft = visit_over_without_alarm(ask, draft, place->seq);
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
