#include "app/screens/visit_step.h"

#include "app/screens/door_cards.h"
#include "app/screens/visit_part.h"

bool visit_step_is_nobody(const ds_VisitDraft *draft)
{
    return draft->finish.role == ROLE_none;
}

static bool who_tile(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft, const char *key,
                     enum icon icon, const char *label, const char *note, uint32_t role,
                     bool is_verified)
{
    (void)ask;
    bool is_chosen = draft->finish.outcome != OUTCOME_none && draft->finish.role == role &&
                     draft->finish.is_identity_verified == is_verified;
    if (!widget_choice_tile(
            ui, key,
            &(struct widget_choice){
                .label = label, .note = note, .icon = icon, .is_chosen = is_chosen})) {
        return false;
    }
    draft->has_finish = true;
    if (draft->finish.role != role) {
        draft->finish.outcome = OUTCOME_none; /* what came of it was with somebody else */
    }
    draft->finish.role = role;
    draft->finish.is_identity_verified = is_verified;
    draft->step = VISIT_STEP_outcome;
    return true;
}

/* What is said before it is known who answers: nothing of it names the creditor or a debt. */
static void script_banner(struct ui *ui, const struct ask *ask)
{
    const struct view *view = ask->view;
    struct lang_value name = lang_value_text("name", ask->record->debtor_name);
    struct lang_value self = lang_value_text(
        "self",
        view->person_name != NULL && view->person_name[0] != '\0' ? view->person_name : "…");
    widget_banner(ui, NULL,
                  &(struct widget_banner){.tone = WIDGET_BADGE_info,
                                          .title = view_fill(view, "visit.script_ask", name, self),
                                          .text = view_text(view, "visit.script_other"),
                                          .icon = ICON_record_voice_over});
}

bool visit_step_who(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                    struct intent *intent_out)
{
    static const struct {
        uint32_t role;
        enum icon icon;
    } others[] = {
        {ROLE_spouse, ICON_family_restroom}, {ROLE_family, ICON_people},
        {ROLE_codebtor, ICON_credit_card},   {ROLE_guarantor, ICON_shield},
        {ROLE_representative, ICON_gavel},   {ROLE_guardian, ICON_elderly},
        {ROLE_executor, ICON_assignment},    {ROLE_neighbour, ICON_house},
        {ROLE_employer, ICON_business},      {ROLE_colleague, ICON_work},
        {ROLE_gatekeeper, ICON_door_front},  {ROLE_village_committee, ICON_apartment},
        {ROLE_minor, ICON_warning},          {ROLE_other, ICON_person_search},
    };
    const struct view *view = ask->view;
    bool has_changed = false;
    script_banner(ui, ask);
    door_cards_button(ui, view, draft->case_no, intent_out);
    widget_choice_tiles_open(ui);
    has_changed |= who_tile(ui, ask, draft, "who/verified", ICON_verified_user,
                            view_text(view, "visit.borrower_verified"), ask->record->debtor_name,
                            ROLE_borrower, true);
    has_changed |= who_tile(ui, ask, draft, "who/nobody", ICON_no_meeting_room,
                            view_text(view, "visit.nobody"), view_text(view, "visit.nobody_note"),
                            ROLE_none, false);
    has_changed |= who_tile(
        ui, ask, draft, "who/borrower", ICON_person, view_text(view, "visit.borrower_unverified"),
        view_text(view, "visit.borrower_unverified_note"), ROLE_borrower, false);
    for (size_t i = 0; i < COUNT(others); i++) {
        uint32_t role = others[i].role;
        has_changed |= who_tile(
            ui, ask, draft, ui_format(ui, "who/%s", catalog_name(CATALOG_role, role)),
            others[i].icon, view_item(view, CATALOG_role, role), NULL, role, role_is_liable(role));
    }
    ui_close(ui);
    return has_changed;
}

/* ---- the order of the steps: the numbers are only names ---- */

static const enum visit_step order[] = {VISIT_STEP_who,   VISIT_STEP_outcome, VISIT_STEP_arrange,
                                        VISIT_STEP_about, VISIT_STEP_sign,    VISIT_STEP_finish};

static bool has_step(const ds_VisitDraft *draft, enum visit_step step)
{
    switch (step) {
    case VISIT_STEP_arrange:
        return outcome_needs(draft->finish.outcome) != OUTCOME_NEEDS_none;
    case VISIT_STEP_about:
        return !visit_step_is_nobody(draft);
    case VISIT_STEP_sign:
        return visit_part_applies(draft, VISIT_PART_signature);
    case VISIT_STEP_arrive:
    case VISIT_STEP_who:
    case VISIT_STEP_outcome:
    case VISIT_STEP_finish:
        break;
    }
    return true;
}

static size_t order_of(enum visit_step step)
{
    for (size_t i = 0; i < COUNT(order); i++) {
        if (order[i] == step) {
            return i;
        }
    }
    return 0; /* arrival */
}

int32_t visit_step_count(const ds_VisitDraft *draft)
{
    int32_t count = 0;
    for (size_t i = 0; i < COUNT(order); i++) {
        count += has_step(draft, order[i]) ? 1 : 0;
    }
    return count;
}

int32_t visit_step_at(const ds_VisitDraft *draft, enum visit_step step)
{
    int32_t at = 0;
    for (size_t i = 0; i < order_of(step); i++) {
        at += has_step(draft, order[i]) ? 1 : 0;
    }
    return at;
}

enum visit_step visit_step_next(const ds_VisitDraft *draft, enum visit_step step)
{
    size_t next = order_of(step);
    do {
        next++;
    } while (next < COUNT(order) && !has_step(draft, order[next]));
    return next < COUNT(order) ? order[next] : VISIT_STEP_finish;
}

enum visit_step visit_step_before(const ds_VisitDraft *draft, enum visit_step step)
{
    size_t before = order_of(step);
    while (before > 0) {
        before--;
        if (has_step(draft, order[before])) {
            return order[before];
        }
    }
    return VISIT_STEP_who;
}

bool visit_step_is_ready(const struct ask *ask, const ds_VisitDraft *draft, enum visit_step step,
                         const char **why_out)
{
    const struct view *view = ask->view;
    switch (step) {
    case VISIT_STEP_outcome:
        if (draft->finish.outcome == OUTCOME_none) {
            *why_out = view_text(view, "visit.choose_outcome");
            return false;
        }
        return true;
    case VISIT_STEP_arrange: {
        if (outcome_needs(draft->finish.outcome) == OUTCOME_NEEDS_appointment &&
            draft->finish.next_day == 0) {
            *why_out = view_text(view, "visit.choose_day");
            return false;
        }
        enum event_kind kind = visit_record_needed(draft->finish.outcome);
        if (kind == EVENT_none || !visit_record_has(draft, kind, 0)) {
            return true;
        }
        ds_Event *event = ARENA_NEW(view->arena, ds_Event);
        visit_record_get(draft, kind, 0, event);
        if (!ask_is_ready(ask, event, why_out)) {
            return false;
        }
        if (ask_verdict(ask, event).severity == SEVERITY_warn && draft->override_reason == 0) {
            *why_out = view_text(view, "visit.choose_override");
            return false;
        }
        return true;
    }
    case VISIT_STEP_finish: {
        struct visit_record records[VISIT_RECORDS_MAX];
        size_t count = visit_record_list(ask, draft, records);
        for (size_t i = 0; i < count; i++) {
            if (!ask_is_ready(ask, records[i].event, why_out)) {
                return false;
            }
        }
        return visit_step_is_ready(ask, draft, VISIT_STEP_outcome, why_out);
    }
    case VISIT_STEP_arrive:
    case VISIT_STEP_who:
    case VISIT_STEP_about:
    case VISIT_STEP_sign: /* asked where the ink is known */
        break;
    }
    return true;
}
