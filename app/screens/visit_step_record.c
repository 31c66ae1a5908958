/* app/screens/visit_step_record.c -- the steps that fill in records: what the
 * outcome needs, what was learned, what else there is. */
#include "app/screens/visit_step.h"

static bool appointment(struct ui *ui, const struct ask *ask, ds_VisitFinished *finish)
{
    static const struct {
        uint32_t from, until;
    } windows[] = {{540, 720}, {840, 1080}, {1080, 1260}};
    const struct view *view = ask->view;
    bool has_changed = false;
    parts_heading(ui, view, "visit.next_day");
    has_changed |=
        parts_day_chips(ui, view, "next", view->today, view->today + 60, &finish->next_day);
    parts_heading(ui, view, "visit.next_window");
    widget_choice_chips_open(ui);
    for (size_t i = 0; i < COUNT(windows); i++) {
        bool is_chosen = finish->next_from_minute == windows[i].from &&
                         finish->next_until_minute == windows[i].until;
        if (widget_choice_chip(ui, ui_format(ui, "window/%zu", i),
                               &(struct widget_choice){
                                   .label = view_window(view, windows[i].from, windows[i].until),
                                   .icon = ICON_access_time,
                                   .is_chosen = is_chosen})) {
            finish->next_from_minute = is_chosen ? 0 : windows[i].from;
            finish->next_until_minute = is_chosen ? 0 : windows[i].until;
            has_changed = true;
        }
    }
    ui_close(ui);
    return has_changed;
}

static void open_record(struct screen_place *place, enum event_kind kind, uint64_t index)
{
    place->tab = (int32_t)kind;
    place->seq = index;
}

static bool calculator(struct ui *ui, const struct view *view)
{
    return widget_button(
        ui, "arrange/options",
        &(struct widget_button){.label = view_text(view, "options.open"), .icon = ICON_calculate});
}

bool visit_step_arrange(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                        struct screen_place *place, struct intent *intent_out)
{
    const struct view *view = ask->view;
    if (outcome_needs(draft->finish.outcome) == OUTCOME_NEEDS_appointment) {
        return appointment(ui, ask, &draft->finish);
    }
    if (outcome_needs(draft->finish.outcome) == OUTCOME_NEEDS_address) {
        parts_heading(ui, view, "ask.address_result");
        bool has_changed = parts_list_chips(ui, view, "result", CATALOG_address_result,
                                            &draft->finish.address_result);
        ui_text(ui, TYPE_body, COLOR_ink_2, view_text(view, "visit.address_new_note"));
        if (widget_button(ui, "address/new",
                          &(struct widget_button){.label = view_text(view, "visit.address_new"),
                                                  .icon = ICON_location_on,
                                                  .is_wide = true})) {
            uint64_t index;
            if (visit_record_add(ask, draft, EVENT_address_noted, &index)) {
                open_record(place, EVENT_address_noted, index);
                has_changed = true;
            }
        }
        return has_changed;
    }
    enum event_kind kind = visit_record_needed(draft->finish.outcome);
    if (kind == EVENT_none) {
        return false;
    }
    if (kind == EVENT_plan_agreed && calculator(ui, view)) {
        screen_open(intent_out, SCREEN_options, draft->case_no);
    }
    if (!visit_record_has(draft, kind, 0)) {
        uint64_t index;
        (void)visit_record_add(ask, draft, kind, &index); /* single kinds always fit */
    }
    ds_Event *event = ARENA_NEW(view->arena, ds_Event);
    visit_record_get(draft, kind, 0, event);
    bool has_changed = ask_frame(ui, ask, event);
    if (has_changed) {
        visit_record_put(draft, kind, 0, event);
    }
    struct verdict verdict = ask_verdict(ask, event);
    if (verdict.severity == SEVERITY_warn) {
        parts_heading(ui, view, "visit.override");
        has_changed |= parts_list_chips(ui, view, "override", CATALOG_override_reason,
                                        &draft->override_reason);
    }
    return has_changed;
}

static const char *const note_phrases[] = {"phrase.polite",  "phrase.salary_day",
                                           "phrase.no_job",  "phrase.call_first",
                                           "phrase.evening", "phrase.family_pays"};

bool visit_step_about(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                      struct screen_place *place, struct intent *intent_out)
{
    static const char *const cooperation_keys[] = {
        "cooperation.1", "cooperation.2", "cooperation.3", "cooperation.4", "cooperation.5"};
    static const char *const scale_keys[] = {"scale.no", "scale.partly", "scale.yes"};
    const struct view *view = ask->view;
    ds_VisitFinished *finish = &draft->finish;
    bool has_changed = false;
    bool is_debtor = outcome_met(finish->outcome) == OUTCOME_MET_debtor;
    parts_columns_open(ui);
    parts_column_open(ui, 1);
    parts_heading(ui, view, "visit.cooperation");
    has_changed |=
        parts_scale_chips(ui, view, "cooperation", cooperation_keys, 5, &finish->cooperation);
    if (is_debtor) {
        parts_heading(ui, view, "visit.default_reason");
        has_changed |=
            parts_list_chips(ui, view, "reason", CATALOG_default_reason, &finish->default_reason);
    }
    parts_column_close(ui);
    parts_column_open(ui, 1);
    if (is_debtor) {
        parts_heading(ui, view, "visit.ability");
        has_changed |= parts_scale_chips(ui, view, "ability", scale_keys, 3, &finish->ability);
        parts_heading(ui, view, "visit.willingness");
        has_changed |=
            parts_scale_chips(ui, view, "willingness", scale_keys, 3, &finish->willingness);
    }
    has_changed |= parts_note(ui, view, "note", view_text(view, "visit.note_label"), note_phrases,
                              COUNT(note_phrases), finish->note, sizeof finish->note);
    has_changed |=
        widget_toggle(ui, "distressed", view_text(view, "visit.distressed"),
                      view_text(view, "visit.distressed_note"), view_text(view, "view.yes"),
                      view_text(view, "view.no"), &finish->is_distressed);
    if (widget_button(ui, "about/photo",
                      &(struct widget_button){.label = view_text(view, "screen.evidence"),
                                              .icon = ICON_photo_camera,
                                              .is_wide = true})) {
        screen_open(intent_out, SCREEN_evidence, draft->case_no);
    }
    if (widget_button(ui, "about/more",
                      &(struct widget_button){.label = view_text(view, "visit.more"),
                                              .icon = ICON_add,
                                              .is_wide = true})) {
        place->tab = VISIT_MORE;
    }
    parts_column_close(ui);
    parts_columns_close(ui);
    return has_changed;
}

bool visit_step_more(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                     struct screen_place *place, struct intent *intent_out)
{
    static const enum event_kind kinds[] = {
        EVENT_contact_point_noted, EVENT_address_noted,     EVENT_complaint_taken,
        EVENT_safety_incident,     EVENT_service_requested, EVENT_hardship_noted,
        EVENT_dispute_raised,      EVENT_payment_noted,     EVENT_notice_delivered,
        EVENT_collateral_observed, EVENT_offer_refused,     EVENT_status_flagged,
        EVENT_identity_disputed,   EVENT_conduct_noted,
    };
    const struct view *view = ask->view;
    bool has_changed = false;
    struct visit_record records[VISIT_RECORDS_MAX];
    size_t count = visit_record_list(ask, draft, records);
    if (count > 0) {
        parts_heading(ui, view, "visit.more_recorded");
        for (size_t i = 0; i < count; i++) {
            bool is_ready = ask_is_ready(ask, records[i].event, NULL);
            struct widget_badge badge = {
                .tone = is_ready ? WIDGET_BADGE_ok : WIDGET_BADGE_danger,
                .word = view_text(view, is_ready ? "visit.complete" : "visit.not_complete")};
            if (widget_list_row(
                    ui,
                    ui_format(ui, "record/%s/%llu", event_kind_name(records[i].kind),
                              (unsigned long long)records[i].index),
                    &(struct widget_list_row){.title = view_text(view, ask_key(records[i].kind)),
                                              .note = view_event(view, records[i].event),
                                              .icon = ask_icon(records[i].kind),
                                              .badge = &badge,
                                              .is_tall = ui_theme(ui)->class == THEME_compact,
                                              .is_free = true,
                                              .has_arrow = true})) {
                place->number = VISIT_MORE;
                open_record(place, records[i].kind, records[i].index);
            }
        }
    }
    parts_heading(ui, view, "visit.more_add");
    widget_choice_tiles_open(ui);
    if (widget_choice_tile(ui, "add/photo",
                           &(struct widget_choice){.label = view_text(view, "screen.evidence"),
                                                   .icon = ICON_photo_camera})) {
        screen_open(intent_out, SCREEN_evidence, draft->case_no);
    }
    if (widget_choice_tile(
            ui, "add/card",
            &(struct widget_choice){.label = view_text(view, "card.show"), .icon = ICON_badge})) {
        screen_open(intent_out, SCREEN_card, draft->case_no);
    }
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (widget_choice_tile(ui, ui_format(ui, "add/%s", event_kind_name(kinds[i])),
                               &(struct widget_choice){.label = view_text(view, ask_key(kinds[i])),
                                                       .icon = ask_icon(kinds[i])})) {
            uint64_t index;
            if (visit_record_add(ask, draft, kinds[i], &index)) {
                place->number = VISIT_MORE;
                open_record(place, kinds[i], index);
                has_changed = true;
            }
        }
    }
    ui_close(ui);
    return has_changed;
}
