/* app/screens/visit_step_arrive.c -- check-in: where we are, who comes along, what is known of
 * danger here, and whether the door may be knocked on. */
#include "app/screens/gate_card.h"
#include "app/screens/visit_step.h"

#include "core/domain/geo.h"
#include "core/event/address.h"
#include "core/rules/gate.h"

static struct geo_point place_of(const ds_Address *address)
{
    return (struct geo_point){address->lat_e7, address->lon_e7};
}

/* 0 when either place is not known. */
static uint32_t distance_m(const struct view *view, const ds_Address *address)
{
    if (!view->has_fix || address == NULL || !geo_is_located(place_of(address))) {
        return 0;
    }
    return geo_distance_m((struct geo_point){view->fix.lat_e7, view->fix.lon_e7},
                          place_of(address));
}

static void fix_badges(struct ui *ui, const struct view *view, const ds_Address *address)
{
    if (!view->has_fix) {
        widget_badge(ui, &(struct widget_badge){.tone = WIDGET_BADGE_plain,
                                                .word = view_text(view, "visit.no_fix"),
                                                .icon = ICON_gps_off});
        return;
    }
    widget_badge(
        ui, &(struct widget_badge){
                .tone = WIDGET_BADGE_plain,
                .word = view_fill(view, "visit.fix", lang_value_count("n", view->fix.accuracy_m)),
                .icon = ICON_gps_fixed});
    if (address == NULL || !geo_is_located(place_of(address))) {
        return;
    }
    uint32_t away_m = distance_m(view, address);
    bool is_far = away_m > (uint32_t)view->policy->distance_warning + view->fix.accuracy_m;
    widget_badge(ui,
                 &(struct widget_badge){.tone = is_far ? WIDGET_BADGE_warn : WIDGET_BADGE_ok,
                                        .word = view_fill(view, is_far ? "door.far" : "door.near",
                                                          lang_value_count("n", away_m)),
                                        .icon = is_far ? ICON_wrong_location : ICON_place});
}

/* "Home", "Work · Moved away", "Home · Noted at the door". */
static const char *address_words(const struct view *view, const struct address *address)
{
    CHECK(address->at != NULL);
    const char *kind = view_item(view, CATALOG_address_kind, address->at->kind);
    if (address->result == 0 && !address->is_noted) {
        return kind;
    }
    return str_format(view->arena, "%s · %s", kind,
                      address->result != 0
                          ? view_item(view, CATALOG_address_result, address->result)
                          : view_text(view, "brief.noted_at_door"));
}

/* Somebody else lives here, as far as is known. */
static void over_banner(struct ui *ui, const struct view *view, const struct address *address)
{
    const char *what = view_item(view, CATALOG_address_result, address->result);
    widget_banner(
        ui, NULL,
        &(struct widget_banner){
            .tone = WIDGET_BADGE_danger,
            .title = view_fill(view, "visit.address_over", lang_value_text("what", what),
                               lang_value_text("day", view_day(view, address->as_of_day))),
            .text = view_text(view, "visit.address_over_text"),
            .icon = ICON_wrong_location});
}

/* What others met here is read before the knock, not after. */
static void hazards(struct ui *ui, const struct ask *ask)
{
    const struct view *view = ask->view;
    if (ask->record->hazard[0] != '\0') {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_danger,
                                              .title = view_text(view, "brief.hazard"),
                                              .text = ask->record->hazard,
                                              .icon = ICON_health_and_safety});
    }
    const ds_Flag *flag = fold_flag(ask->state, STOP_FLAG_hazard, view->today);
    if (flag != NULL) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){
                          .tone = WIDGET_BADGE_danger,
                          .title = view_fill(
                              view, "door.hazard_met",
                              lang_value_text(
                                  "day", view_day_age(view, date_day_at((int64_t)flag->since_at_ms,
                                                                        view->offset_minutes)))),
                          .text = flag->note[0] != '\0' ? flag->note : NULL,
                          .icon = ICON_health_and_safety});
    }
}

/* A reason is asked for what warns, also beside a rule that a pass lifts. */
static bool warns(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        if (verdict->fired[i].severity == SEVERITY_warn) {
            return true;
        }
    }
    return false;
}

/* Outside the hours: what of the customer's consent is on record, to be said. */
static void consents(struct ui *ui, const struct ask *ask, const struct verdict *verdict,
                     struct screen_place *place)
{
    static const uint32_t grounds[] = {OVERRIDE_REASON_borrower_agreed,
                                       OVERRIDE_REASON_appointment};
    const struct view *view = ask->view;
    const struct verdict_fired *hours = verdict_find(verdict, REFUSAL_contact_hours);
    uint32_t held[COUNT(grounds)];
    size_t count = 0;
    if (hours == NULL || hours->severity != SEVERITY_block) {
        return;
    }
    for (size_t i = 0; i < COUNT(grounds); i++) {
        if (gate_has_consent_on_record(view->policy, ask->record, ask->state, view->now_ms,
                                       grounds[i])) {
            held[count++] = grounds[i];
        }
    }
    if (count == 0) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "gate.no_consent"));
        return;
    }
    uint32_t reason = (uint32_t)place->tab;
    parts_heading(ui, view, "gate.consent");
    if (parts_code_chips(ui, view, "consent", CATALOG_override_reason, held, count, &reason)) {
        place->tab = (int32_t)reason;
    }
}

/* Before check-in the choices stand in the place: number = visitors, the low half of seq = which
 * address, the high half = answers about duties, tab = override reason, text = a supervisor's
 * pass. */
enum { ANSWER_SHIFT = 32, ANSWER_YES = 1 };

static const struct {
    const char *key, *label;
    uint32_t duties;
} duty_rows[] = {
    {"duty_id", "visit.duty_id", GATE_DUTY_id | GATE_DUTY_letter},
    {"duty_recording", "visit.duty_recording",
     GATE_DUTY_recording | GATE_DUTY_announced | GATE_DUTY_consented},
};

/* What the rules ask of the collectors before anything is said: answered here, yes or no. */
static void duties(struct ui *ui, const struct view *view, struct screen_place *place)
{
    static const char *const answers[] = {"visit.duty_done", "visit.duty_not_done"};
    for (size_t i = 0; i < COUNT(duty_rows); i++) {
        uint64_t shift = ANSWER_SHIFT + 2 * i;
        uint32_t answer = (uint32_t)(place->seq >> shift & 3);
        parts_heading(ui, view, duty_rows[i].label);
        if (parts_scale_chips(ui, view, duty_rows[i].key, answers, COUNT(answers), &answer)) {
            place->seq = (place->seq & ~(UINT64_C(3) << shift)) | (uint64_t)answer << shift;
        }
    }
}

/* The answers so far. */
static void take_answers(const struct screen_place *place, struct visit_start *start)
{
    for (size_t i = 0; i < COUNT(duty_rows); i++) {
        uint32_t answer = (uint32_t)(place->seq >> (ANSWER_SHIFT + 2 * i) & 3);
        start->duties_asked |= answer != 0 ? duty_rows[i].duties : 0;
        start->duties_done |= answer == ANSWER_YES ? duty_rows[i].duties : 0;
    }
}

bool visit_step_arrive(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                       struct screen_place *place, struct visit_start *start)
{
    const struct view *view = ask->view;
    const ds_CaseRecord *record = ask->record;
    if (place->number == 0) {
        place->number = model->last_visitors;
    }
    struct address_list addresses = address_list(record, ask->state);
    uint64_t index = place->seq & UINT32_MAX;
    size_t at = index < addresses.count ? (size_t)index : 0;
    const struct address *chosen = addresses.count > 0 ? &addresses.items[at] : NULL;
    const ds_Address *address = chosen != NULL ? chosen->at : NULL;
    *start = (struct visit_start){
        .case_no = record->case_no,
        .place = address != NULL ? address->kind : 0,
        .address_index = (uint32_t)at,
        .visitors = (uint32_t)place->number,
        .override_reason = (uint32_t)place->tab,
    };
    take_answers(place, start);

    widget_card_open(ui, NULL, &(struct widget_card){.gap = 12});
    if (addresses.count > 1) {
        widget_choice_chips_open(ui);
        for (size_t i = 0; i < addresses.count; i++) {
            if (widget_choice_chip(
                    ui, ui_format(ui, "address/%u", (unsigned)i),
                    &(struct widget_choice){.label = address_words(view, &addresses.items[i]),
                                            .is_chosen = i == at})) {
                place->seq = (place->seq & ~(uint64_t)UINT32_MAX) | i;
            }
        }
        ui_close(ui);
    }
    ui_text_with(ui, &(struct ui_text){.type = TYPE_title, .role = UI_ROLE_heading},
                 address != NULL ? address->text : view_text(view, "visit.no_address"));
    if (chosen != NULL && chosen->door_note[0] != '\0') {
        ui_text(ui, TYPE_body, COLOR_ink_2, chosen->door_note);
    }
    ui_open(ui, NULL, &(struct ui_box){.flow = UI_wrap, .w = UI_FILL, .gap = 8});
    struct widget_badge hours = parts_hours_badge(view, record, ask->state);
    widget_badge(ui, &hours);
    fix_badges(ui, view, address);
    ui_close(ui);
    ui_close(ui);
    if (chosen != NULL && chosen->is_over) {
        over_banner(ui, view, chosen);
    }
    bool has_consent = gate_has_consent_on_record(view->policy, record, ask->state, view->now_ms,
                                                  start->override_reason);
    struct verdict verdict =
        gate_check(view->policy, GATE_checkin,
                   &(struct gate_facts){
                       .record = record,
                       .state = ask->state,
                       .now_ms = view->now_ms,
                       .person_no = view->person_no,
                       .visitors = start->visitors,
                       .duties_asked = start->duties_asked,
                       .duties_done = start->duties_done,
                       .place = start->place,
                       .has_fix = view->has_fix,
                       .fix_age_s = view->fix.age_s,
                       .is_located = address != NULL && geo_is_located(place_of(address)),
                       .distance_m = distance_m(view, address),
                       .synced_at_ms = view->synced_at_ms,
                       .policy_at_ms = view->policy_at_ms,
                       .credential_until_day = view->credential_until_day,
                       .has_hours_consent = has_consent,
                   });
    gate_card_blocks(ui, view, &verdict);
    bool has_pass = gate_card_pass(ui, view, &verdict, place->text, sizeof place->text) &&
                    str_copy(start->pass, sizeof start->pass, str_trim(str_from(place->text))) &&
                    start->pass[0] != '\0';
    consents(ui, ask, &verdict, place);
    hazards(ui, ask);

    parts_heading(ui, view, "visit.visitors");
    widget_choice_chips_open(ui);
    for (uint32_t i = 1; i <= 4; i++) {
        if (widget_choice_chip(ui, ui_format(ui, "visitors/%u", i),
                               &(struct widget_choice){.label = view_fill(view, "visit.people",
                                                                          lang_value_count("n", i)),
                                                       .icon = i == 1 ? ICON_person : ICON_people,
                                                       .is_chosen = place->number == (int64_t)i})) {
            place->number = (int64_t)i;
        }
    }
    ui_close(ui);
    if (start->visitors == 0) {
        ui_text(ui, TYPE_secondary, COLOR_ink_2, view_text(view, "visit.visitors_note"));
    }

    gate_card_rest(ui, view, &verdict);
    if (verdict.severity < SEVERITY_warn && start->visitors != 0) {
        widget_banner(ui, NULL,
                      &(struct widget_banner){.tone = WIDGET_BADGE_ok,
                                              .title = view_text(view, "visit.gate_open")});
    }
    if (warns(&verdict) || start->override_reason != 0) {
        parts_heading(ui, view, "visit.override");
        uint32_t reason = start->override_reason;
        if (parts_list_chips(ui, view, "override", CATALOG_override_reason, &reason)) {
            place->tab = (int32_t)reason;
        }
    }
    parts_obligations(ui, view, verdict.obligations);
    duties(ui, view, place);
    bool has_reason = !warns(&verdict) || start->override_reason != 0;
    return start->visitors != 0 && (verdict.is_allowed || has_pass) && has_reason;
}
