/* app/screens/visit_step_outcome.c -- what may be said to who answered, and what came of it. */
#include "app/screens/visit_step.h"

#include "app/screens/door_cards.h"
#include "core/event/fold.h"
#include "core/rules/disclosure.h"

enum icon visit_step_icon(uint32_t outcome)
{
    static const uint16_t icons[] = {
        [OUTCOME_promise_to_pay] = ICON_handshake,
        [OUTCOME_plan_agreed] = ICON_calendar_month,
        [OUTCOME_payment_made] = ICON_payments,
        [OUTCOME_says_already_paid] = ICON_receipt,
        [OUTCOME_extension_asked] = ICON_event_available,
        [OUTCOME_settlement_offered] = ICON_percent,
        [OUTCOME_waiver_asked] = ICON_money_off,
        [OUTCOME_refused_to_pay] = ICON_block,
        [OUTCOME_unable_to_pay] = ICON_volunteer_activism,
        [OUTCOME_disputes_debt] = ICON_gavel,
        [OUTCOME_identity_disputed] = ICON_badge,
        [OUTCOME_will_be_contacted_again] = ICON_schedule,
        [OUTCOME_third_party_will_pass_on] = ICON_chat,
        [OUTCOME_third_party_refused] = ICON_block,
        [OUTCOME_nobody_home] = ICON_no_meeting_room,
        [OUTCOME_no_access] = ICON_lock,
        [OUTCOME_moved_away] = ICON_directions_car,
        [OUTCOME_address_wrong] = ICON_wrong_location,
        [OUTCOME_address_demolished] = ICON_location_off,
        [OUTCOME_address_vacant] = ICON_home_work,
        [OUTCOME_other_occupant] = ICON_people,
        [OUTCOME_borrower_deceased] = ICON_person_off,
        [OUTCOME_borrower_incapacitated] = ICON_sick,
        [OUTCOME_borrower_away_long] = ICON_event_busy,
        [OUTCOME_only_minor_home] = ICON_warning,
        [OUTCOME_representative_named] = ICON_record_voice_over,
        [OUTCOME_asked_to_leave] = ICON_back_hand,
        [OUTCOME_no_more_contact_asked] = ICON_phone_disabled,
        [OUTCOME_left_unsafe] = ICON_health_and_safety,
        [OUTCOME_notice_handed_over] = ICON_description,
        [OUTCOME_collateral_seen] = ICON_visibility,
        [OUTCOME_moratorium_claimed] = ICON_hourglass_empty,
        [OUTCOME_office_meeting_held] = ICON_meeting_room,
        [OUTCOME_thanked_after_payment] = ICON_star,
    };
    return outcome < COUNT(icons) && icons[outcome] != 0 ? (enum icon)icons[outcome] : ICON_flag;
}

/* Whether an outcome can come of meeting this role. */
static bool outcome_fits(uint32_t outcome, uint32_t role)
{
    enum outcome_met met = outcome_met(outcome);
    if (role == ROLE_none) {
        return met == OUTCOME_MET_nobody;
    }
    if (outcome == OUTCOME_left_unsafe || outcome == OUTCOME_collateral_seen) {
        return true;
    }
    if (role_is_liable(role) || role == ROLE_spouse) {
        return met == OUTCOME_MET_debtor || (role != ROLE_borrower && met == OUTCOME_MET_third);
    }
    return met == OUTCOME_MET_third || outcome == OUTCOME_asked_to_leave ||
           outcome == OUTCOME_notice_handed_over;
}

static void disclosure_card(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft)
{
    const struct view *view = ask->view;
    uint32_t allowed = disclosure_allowed(
        view->policy, view->now_ms,
        &(struct disclosure_facts){
            .role = draft->finish.role,
            .is_verified = draft->finish.is_identity_verified,
            .is_lost = fold_flag(ask->state, STOP_FLAG_lost_contact, view->today) != NULL,
            .record = ask->record,
            .state = ask->state,
        });
    struct str_builder may;
    struct str_builder not ;
    str_builder_init(&may, view->arena);
    str_builder_init(&not, view->arena);
    str_add_text(&may, "");
    str_add_text(&not, "");
    for (size_t i = 0; i < disclosure_count(); i++) {
        uint32_t bit = disclosure_bit_at(i);
        struct str_builder *to = (allowed & bit) != 0 ? &may : &not ;
        if (to->size > 0) {
            str_add_text(to, view_text(view, "view.comma"));
        }
        str_add_text(to, view_text(view, disclosure_key(bit)));
    }
    if (not .size == 0) {
        return;
    }
    widget_banner(
        ui, NULL,
        &(struct widget_banner){
            .tone = (allowed & DISCLOSURE_debt_exists) != 0 ? WIDGET_BADGE_info : WIDGET_BADGE_warn,
            .title = view_fill(view, "visit.never_say", lang_value_text("list", not .text)),
            .text = may.size > 0
                        ? view_fill(view, "visit.may_say", lang_value_text("list", may.text))
                        : NULL,
            .icon = ICON_record_voice_over});
}

/* ---- what came of it, in groups ---- */

/* In the order in which they are looked for; text keys "outcomes.<name>". */
enum group { GROUP_pay, GROUP_cannot, GROUP_stop, GROUP_place, GROUP_other, GROUP_COUNT };

static enum group group_of(uint32_t outcome)
{
    static const uint8_t groups[] = {
        [OUTCOME_promise_to_pay] = GROUP_pay + 1,
        [OUTCOME_plan_agreed] = GROUP_pay + 1,
        [OUTCOME_payment_made] = GROUP_pay + 1,
        [OUTCOME_says_already_paid] = GROUP_pay + 1,
        [OUTCOME_extension_asked] = GROUP_pay + 1,
        [OUTCOME_settlement_offered] = GROUP_pay + 1,
        [OUTCOME_waiver_asked] = GROUP_pay + 1,
        [OUTCOME_thanked_after_payment] = GROUP_pay + 1,
        [OUTCOME_will_be_contacted_again] = GROUP_cannot + 1,
        [OUTCOME_unable_to_pay] = GROUP_cannot + 1,
        [OUTCOME_refused_to_pay] = GROUP_cannot + 1,
        [OUTCOME_disputes_debt] = GROUP_stop + 1,
        [OUTCOME_identity_disputed] = GROUP_stop + 1,
        [OUTCOME_no_more_contact_asked] = GROUP_stop + 1,
        [OUTCOME_representative_named] = GROUP_stop + 1,
        [OUTCOME_moratorium_claimed] = GROUP_stop + 1,
        [OUTCOME_borrower_deceased] = GROUP_stop + 1,
        [OUTCOME_borrower_incapacitated] = GROUP_stop + 1,
        [OUTCOME_nobody_home] = GROUP_place + 1,
        [OUTCOME_no_access] = GROUP_place + 1,
        [OUTCOME_moved_away] = GROUP_place + 1,
        [OUTCOME_borrower_away_long] = GROUP_place + 1,
        [OUTCOME_other_occupant] = GROUP_place + 1,
        [OUTCOME_address_wrong] = GROUP_place + 1,
        [OUTCOME_address_demolished] = GROUP_place + 1,
        [OUTCOME_address_vacant] = GROUP_place + 1,
    };
    return outcome < COUNT(groups) && groups[outcome] != 0 ? (enum group)(groups[outcome] - 1)
                                                           : GROUP_other;
}

static bool group_tiles(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                        enum group group)
{
    static const char *const headings[GROUP_COUNT] = {
        [GROUP_pay] = "outcomes.pay",     [GROUP_cannot] = "outcomes.cannot",
        [GROUP_stop] = "outcomes.stop",   [GROUP_place] = "outcomes.place",
        [GROUP_other] = "outcomes.other",
    };
    const struct view *view = ask->view;
    bool is_open = false;
    bool has_changed = false;
    for (size_t i = 0; i < catalog_count(CATALOG_outcome); i++) {
        uint32_t outcome = catalog_code_at(CATALOG_outcome, i);
        if (group_of(outcome) != group || !outcome_fits(outcome, draft->finish.role)) {
            continue;
        }
        if (!is_open) {
            parts_heading(ui, view, headings[group]);
            widget_choice_tiles_open(ui);
            is_open = true;
        }
        if (widget_choice_tile(
                ui, ui_format(ui, "outcome/%s", catalog_name(CATALOG_outcome, outcome)),
                &(struct widget_choice){.label = view_item(view, CATALOG_outcome, outcome),
                                        .icon = visit_step_icon(outcome),
                                        .is_chosen = draft->finish.outcome == outcome})) {
            visit_record_outcome(ask, draft, outcome);
            draft->step = visit_step_next(draft, VISIT_STEP_outcome);
            has_changed = true;
        }
    }
    if (is_open) {
        ui_close(ui);
    }
    return has_changed;
}

bool visit_step_outcome(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft)
{
    bool has_changed = false;
    if (!visit_step_is_nobody(draft)) {
        door_cards(ui, ask, draft->finish.role);
        disclosure_card(ui, ask, draft);
    }
    for (enum group group = 0; group < GROUP_COUNT; group++) {
        has_changed |= group_tiles(ui, ask, draft, group);
    }
    return has_changed;
}
