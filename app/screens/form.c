#include "app/screens/form.h"

enum err form_enter(struct arena *task, const struct screen_source *source,
                    struct screen_place *place, void **model_out)
{
    struct form_model *model = ARENA_NEW(task, struct form_model);
    if (place->case_no != 0) {
        TRY(store_case_load(source->store, task, place->case_no, &model->item));
    }
    if (source->form != NULL && source->form->which_kind == (pb_size_t)place->number &&
        source->form->case_no == place->case_no) {
        model->event = arena_copy(task, source->form, sizeof *source->form);
    } else {
        model->event = ARENA_NEW(task, ds_Event); /* kind 0: made blank in the first frame */
    }
    *model_out = model;
    return OK;
}

void form_frame(struct ui *ui, const struct view *view, void *model_in, struct screen_place *place,
                struct intent *intent_out)
{
    struct form_model *model = model_in;
    enum event_kind kind = (enum event_kind)(uint32_t)place->number;
    struct ask ask = {.view = view,
                      .record = model->item.record,
                      .state = model->item.state,
                      .terms = &model->terms};
    if (model->event->which_kind == 0) {
        ask_blank(&ask, kind, model->event);
    }
    if (kind == EVENT_payment_noted) {
        ask.role = model->event->kind.payment_noted.payer_role;
    }
    parts_screen_open(ui);
    screen_top(ui, view, view_text(view, ask_key(kind)),
               ask.record != NULL ? ask.record->debtor_name : NULL, NULL, ICON_none, intent_out);
    parts_pad_page_open(ui, "form");
    bool has_changed = ask_frame(ui, &ask, model->event);
    struct verdict verdict = ask_verdict(&ask, model->event);
    uint32_t reason = (uint32_t)place->tab;
    if (verdict.severity == SEVERITY_warn) {
        parts_heading(ui, view, "visit.override");
        if (parts_list_chips(ui, view, "override", CATALOG_override_reason, &reason)) {
            place->tab = (int32_t)reason;
        }
    }
    parts_body_close(ui);
    const char *why = NULL;
    bool is_ready = ask_is_ready(&ask, model->event, &why);
    if (is_ready && verdict.severity == SEVERITY_warn && reason == 0) {
        is_ready = false;
        why = view_text(view, "visit.choose_override");
    }
    bool is_saved = false;
    bool is_loud = ask_is_alarm(model->event) && !model->event->kind.safety_incident.is_silent;
    if (parts_actions_open(ui)) {
        if (!is_ready && why != NULL) {
            ui_text_with(
                ui,
                &(struct ui_text){
                    .type = TYPE_secondary, .color = COLOR_ink_2, .align = UI_centre, .w = UI_FILL},
                why);
        }
        is_saved = widget_button(
            ui, "form/save",
            &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                    .label = view_text(view, is_loud ? "alarm.raise" : "form.save"),
                                    .icon = is_loud ? ICON_notification_important : ICON_check,
                                    .is_wide = true,
                                    .is_disabled = !is_ready});
        parts_actions_close(ui);
    }
    if (is_saved) {
        intent_out->kind = INTENT_capture;
        intent_out->event = model->event;
        intent_out->number = reason;
    } else if (has_changed && intent_out->kind == INTENT_none) {
        intent_out->kind = INTENT_form_save;
        intent_out->event = model->event;
    }
    parts_screen_close(ui, view, NULL, 0);
}
