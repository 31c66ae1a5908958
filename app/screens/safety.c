#include "app/screens/safety.h"

#include "app/screens/door_cards.h"
#include "app/screens/visit_record.h"
#include "core/event/fold.h"

enum { ARMED_MS = 5000 };

enum err safety_enter(struct arena *task, const struct screen_source *source,
                      struct screen_place *place, void **model_out)
{
    struct safety_model *model = ARENA_NEW(task, struct safety_model);
    if (place->case_no != 0) {
        enum err err = store_case_load(source->store, task, place->case_no, &model->item);
        if (err != OK && err != ERR_not_found) {
            return err;
        }
    }
    if (source->draft != NULL && source->draft->case_no == place->case_no) {
        model->draft = arena_copy(task, source->draft, sizeof *source->draft);
    }
    *model_out = model;
    return OK;
}

/* ---- an alarm ---- */

static ds_Event *alarm_make(const struct view *view, const struct safety_model *model,
                            uint64_t case_no, bool is_silent)
{
    (void)model;
    ds_Event *event = ARENA_NEW(view->arena, ds_Event);
    event->case_no = case_no;
    event->which_kind = EVENT_safety_incident;
    event->kind.safety_incident =
        (ds_SafetyIncident){.incident = SAFETY_KIND_other, .severity = 3, .is_silent = is_silent};
    return event;
}

static void ask_for_help(struct ui *ui, const struct view *view, const struct safety_model *model,
                         uint64_t case_no, struct intent *intent_out)
{
    bool is_offline = view->sync.link != VIEW_LINK_fine;
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "safety.help"));
    if (widget_slide(ui, "safety/alarm", view_text(view, "safety.slide"),
                     ICON_notification_important, true)) {
        intent_out->kind = INTENT_alarm;
        intent_out->event = alarm_make(view, model, case_no, false);
    }
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, is_offline ? "safety.offline" : "safety.online"));
    ui_open(ui, NULL, &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .gap = 12});
    /* Two taps: quick, and not by a sleeve. */
    int64_t armed_at_ms = *ui_keep(ui, "safety/armed");
    bool is_armed = armed_at_ms != 0 && ui_now_ms(ui) - armed_at_ms < ARMED_MS;
    if (widget_button(
            ui, "safety/silent",
            &(struct widget_button){
                .label = view_text(view, is_armed ? "safety.silent_again" : "safety.silent"),
                .icon = ICON_notifications_off,
                .is_wide = true})) {
        *ui_keep(ui, "safety/armed") = is_armed ? 0 : ui_now_ms(ui);
        if (is_armed) {
            intent_out->kind = INTENT_alarm;
            intent_out->event = alarm_make(view, model, case_no, true);
        }
    }
    if (is_armed) {
        ui_wake_at(ui, armed_at_ms + ARMED_MS);
    }
    ui_close(ui);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, "safety.silent_note"));
    ui_close(ui);
}

/* ---- a way out ---- */

static void ways_out(struct ui *ui, const struct view *view, struct screen_place *place)
{
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "safety.ways_out"));
    ui_open(ui, NULL, &(struct ui_box){.flow = parts_row(ui), .w = UI_FILL, .gap = 12});
    if (widget_button(ui, "safety/leave",
                      &(struct widget_button){.label = view_text(view, "safety.leave"),
                                              .icon = ICON_directions_walk,
                                              .is_wide = true})) {
        place->tab = SAFETY_leave;
    }
    if (widget_button(ui, "safety/call",
                      &(struct widget_button){.label = view_text(view, "safety.call"),
                                              .icon = ICON_phone,
                                              .is_wide = true})) {
        place->tab = SAFETY_ringing;
    }
    ui_close(ui);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, "safety.call_note"));
    ui_close(ui);
}

/* ---- a word from the door ---- */

static const char *wait_text(const struct view *view)
{
    const struct visit_wait *wait = &view->wait;
    switch (wait->state) {
    case VISIT_WAIT_none:
        return view_text(view, "safety.wait_none");
    case VISIT_WAIT_running:
        return view_fill(view, "safety.wait_running",
                         lang_value_text("time", view_clock(view, view->now_ms + wait->left_ms)));
    case VISIT_WAIT_asked:
        return view_fill(view, "safety.wait_asked",
                         lang_value_text("time", view_clock(view, view->now_ms + wait->next_ms)));
    case VISIT_WAIT_over:
    case VISIT_WAIT_alarmed:
        return view_text(view, "safety.wait_alarmed");
    }
    return "";
}

static void timer(struct ui *ui, const struct view *view, struct intent *intent_out)
{
    static const int64_t minutes[] = {15, 30, 45, 60};
    static const enum widget_badge_tone tones[] = {[VISIT_WAIT_none] = WIDGET_BADGE_plain,
                                                   [VISIT_WAIT_running] = WIDGET_BADGE_ok,
                                                   [VISIT_WAIT_asked] = WIDGET_BADGE_warn,
                                                   [VISIT_WAIT_over] = WIDGET_BADGE_danger,
                                                   [VISIT_WAIT_alarmed] = WIDGET_BADGE_danger};
    static const char *const words[] = {[VISIT_WAIT_none] = "safety.badge_none",
                                        [VISIT_WAIT_running] = "safety.badge_running",
                                        [VISIT_WAIT_asked] = "safety.badge_asked",
                                        [VISIT_WAIT_over] = "safety.badge_alarmed",
                                        [VISIT_WAIT_alarmed] = "safety.badge_alarmed"};
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    ui_open(ui, NULL,
            &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 12, .across = UI_centre});
    widget_card_heading(ui, view_text(view, "safety.timer"));
    widget_badge(ui, &(struct widget_badge){.tone = tones[view->wait.state],
                                            .word = view_text(view, words[view->wait.state]),
                                            .icon = ICON_schedule});
    ui_close(ui);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .w = UI_FILL}, wait_text(view));
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, "safety.timer_note"));
    parts_heading(ui, view, "safety.ask_in");
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(minutes); i++) {
        if (widget_choice_chip(
                ui, ui_format(ui, "safety/wait/%d", (int)minutes[i]),
                &(struct widget_choice){.label = view_fill(view, "safety.in_minutes",
                                                           lang_value_count("n", minutes[i])),
                                        .icon = ICON_schedule})) {
            intent_out->kind = INTENT_all_well;
            intent_out->number = minutes[i];
        }
    }
    if (view->wait.state != VISIT_WAIT_none &&
        widget_choice_chip(ui, "safety/wait/0",
                           &(struct widget_choice){.label = view_text(view, "safety.wait_stop"),
                                                   .icon = ICON_close})) {
        intent_out->kind = INTENT_all_well;
        intent_out->number = 0;
    }
    ui_close(ui);
    ui_close(ui);
}

/* ---- what is known of danger here ---- */

static void hazards(struct ui *ui, const struct view *view, const struct safety_model *model,
                    uint64_t case_no, struct intent *intent_out)
{
    const ds_CaseRecord *record = model->item.record;
    const ds_Flag *flag = model->item.state == NULL
                              ? NULL
                              : fold_flag(model->item.state, STOP_FLAG_hazard, view->today);
    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    widget_card_heading(ui, view_text(view, "safety.hazards"));
    bool has_note = record != NULL && record->hazard[0] != '\0';
    if (has_note) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = record->hazard,
                                              .icon = ICON_health_and_safety});
    }
    if (flag != NULL) {
        widget_banner(
            ui, NULL,
            &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                    .title = view_item(view, CATALOG_stop_flag, STOP_FLAG_hazard),
                                    .text = flag->note[0] != '\0' ? flag->note : NULL,
                                    .icon = ICON_health_and_safety});
    }
    if (!has_note && flag == NULL) {
        ui_text_with(ui, &(struct ui_text){.type = TYPE_body, .color = COLOR_ink_2, .w = UI_FILL},
                     view_text(view, record == NULL ? "safety.no_case" : "safety.no_hazard"));
    }
    if (widget_button(ui, "safety/hazard",
                      &(struct widget_button){.label = view_text(view, "safety.add_hazard"),
                                              .icon = ICON_add,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_form, record == NULL ? 0 : case_no);
        intent_out->place.number = EVENT_safety_incident;
    }
    ui_close(ui);
}

/* ---- full screens ---- */

static void leave_now(struct ui *ui, const struct view *view, struct safety_model *model,
                      struct screen_place *place, struct intent *intent_out)
{
    static const struct door_card card = {
        .icon = ICON_directions_walk,
        .title = "safety.leave_title",
        .say = "safety.leave_say",
        .steps = {"safety.leave_1", "safety.leave_2", "safety.leave_3"},
        .done = "safety.left",
    };
    if (door_cards_full(ui, view, "safety/leave", &card) != DOOR_CARD_done) {
        return;
    }
    place->tab = SAFETY_main;
    if (model->draft != NULL && model->item.record != NULL) {
        struct ask ask = {.view = view,
                          .record = model->item.record,
                          .state = model->item.state,
                          .role = model->draft->finish.role,
                          .is_in_visit = true};
        visit_record_outcome(&ask, model->draft, OUTCOME_left_unsafe);
        model->draft->safety.severity = 2;
        model->draft->step = VISIT_STEP_arrange;
        intent_out->kind = INTENT_visit_use;
        intent_out->draft = model->draft;
    }
}

static void talk(struct ui *ui, const struct view *view, struct screen_place *place)
{
    bool is_ringing = place->tab == SAFETY_ringing;
    int64_t talked_ms = ui_now_ms(ui) - place->number;
    ui_open(ui, "safety/talk",
            &(struct ui_box){.w = UI_FILL,
                             .h = UI_FILL,
                             .scrolls = true,
                             .pad = 32,
                             .gap = 16,
                             .along = UI_centre,
                             .across = UI_centre});
    ui_icon(ui, ICON_person, 96, COLOR_ink_2);
    ui_text_with(
        ui, &(struct ui_text){.type = TYPE_display, .align = UI_centre, .role = UI_ROLE_heading},
        view_text(view, "safety.caller"));
    ui_text_with(ui,
                 &(struct ui_text){.type = TYPE_title, .color = COLOR_ink_2, .align = UI_centre},
                 is_ringing ? view_text(view, "safety.ringing") : view_duration(view, talked_ms));
    if (!is_ringing) {
        ui_text_with(ui,
                     &(struct ui_text){
                         .type = TYPE_title, .color = COLOR_ink, .align = UI_centre, .w = UI_FILL},
                     view_text(view, "safety.say"));
        ui_wake_at(ui, ui_now_ms(ui) + 1000);
    }
    ui_close(ui);
    if (!parts_actions_open(ui)) {
        return;
    }
    if (widget_button(ui, "safety/hang_up",
                      &(struct widget_button){.kind = WIDGET_BUTTON_danger,
                                              .label = view_text(view, "safety.hang_up"),
                                              .icon = ICON_phone_disabled,
                                              .is_wide = true})) {
        place->tab = SAFETY_main;
    }
    if (is_ringing &&
        widget_button(ui, "safety/answer",
                      &(struct widget_button){.kind = WIDGET_BUTTON_primary,
                                              .label = view_text(view, "safety.answer"),
                                              .icon = ICON_phone,
                                              .is_wide = true})) {
        place->tab = SAFETY_talking;
        place->number = ui_now_ms(ui);
    }
    parts_actions_close(ui);
}

void safety_frame(struct ui *ui, const struct view *view, void *model_in,
                  struct screen_place *place, struct intent *intent_out)
{
    struct safety_model *model = model_in;
    bool is_call = place->tab == SAFETY_ringing || place->tab == SAFETY_talking;
    parts_screen_open(ui);
    if (is_call) { /* nothing of this program is to be seen: it is a telephone */
        if (ui_take_back(ui)) {
            place->tab = SAFETY_main;
        }
        talk(ui, view, place);
        parts_screen_close(ui, view, NULL, 0);
        return;
    }
    struct intent top = {0};
    screen_top(ui, view, view_text(view, "screen.safety"),
               model->item.record != NULL && !model->item.is_withdrawn
                   ? model->item.record->debtor_name
                   : NULL,
               NULL, ICON_none, &top);
    if (place->tab == SAFETY_leave) {
        if (top.kind == INTENT_back) {
            place->tab = SAFETY_main;
        }
        leave_now(ui, view, model, place, intent_out);
        parts_screen_close(ui, view, NULL, 0);
        return;
    }
    if (top.kind == INTENT_back) {
        intent_out->kind = INTENT_back;
    }
    parts_page_open(ui, "safety");
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    ask_for_help(ui, view, model, place->case_no, intent_out);
    ways_out(ui, view, place);
    parts_column_close(ui);
    parts_column_open(ui, 1);
    if (model->draft != NULL) {
        timer(ui, view, intent_out);
    }
    hazards(ui, view, model, place->case_no, intent_out);
    ui_text_with(ui, &(struct ui_text){.type = TYPE_secondary, .color = COLOR_ink_2, .w = UI_FILL},
                 view_text(view, "safety.no_trail"));
    parts_column_close(ui);
    parts_columns_close(ui);
    parts_body_close(ui);
    parts_screen_close(ui, view, NULL, 0);
}
