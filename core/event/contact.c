#include "core/event/contact.h"

#include "core/base/str.h"
#include "core/event/address.h"

#include <string.h>

/* ---- contacts that make room ---- */

/* Limits on asking others have no end, so they are counted for ever. */
static void remember_third(ds_CaseState *state, const ds_OlderContact *contact)
{
    if (contact->role == ROLE_none || role_is_liable(contact->role)) {
        return;
    }
    size_t at = 0;
    while (at < state->third_contacts_count && state->third_contacts[at].role != contact->role) {
        at++;
    }
    if (at == COUNT(state->third_contacts)) {
        return; /* more kinds of people than any list of roles has */
    }
    ds_ThirdContacts *third = &state->third_contacts[at];
    if (at == state->third_contacts_count) {
        *third = (ds_ThirdContacts){.role = contact->role};
        state->third_contacts_count++;
    }
    third->count++;
    third->last_at_ms = contact->at_ms > third->last_at_ms ? contact->at_ms : third->last_at_ms;
}

/* Many calls must not push a visit out of the month for which it counts. */
static size_t least_needed(const ds_CaseState *state)
{
    for (size_t i = state->older_contacts_count; i-- > 0;) {
        if (state->older_contacts[i].channel != CONTACT_CHANNEL_visit) {
            return i;
        }
    }
    return state->older_contacts_count - 1U;
}

static void remember(ds_CaseState *state, const ds_Contact *contact)
{
    if (contact->is_withdrawn) {
        return;
    }
    ds_OlderContact *older = state->older_contacts;
    size_t gone = state->older_contacts_count;
    if (gone == COUNT(state->older_contacts)) {
        gone = least_needed(state);
        remember_third(state, &older[gone]);
    } else {
        state->older_contacts_count++;
    }
    memmove(&older[1], &older[0], gone * sizeof older[0]);
    older[0] = (ds_OlderContact){.at_ms = contact->at_ms,
                                 .channel = contact->channel,
                                 .role = contact->role,
                                 .person_no = contact->person_no,
                                 .result = contact->result};
}

size_t fold_contact_count(const ds_CaseState *state)
{
    return (size_t)state->contacts_count + state->older_contacts_count;
}

bool fold_contact(const ds_CaseState *state, size_t at, ds_OlderContact *contact_out)
{
    if (at >= state->contacts_count) {
        *contact_out = state->older_contacts[at - state->contacts_count];
        return true;
    }
    const ds_Contact *contact = &state->contacts[at];
    *contact_out = (ds_OlderContact){.at_ms = contact->at_ms,
                                     .channel = contact->channel,
                                     .role = contact->role,
                                     .person_no = contact->person_no,
                                     .result = contact->result};
    return !contact->is_withdrawn;
}

/* ---- contacts ---- */

ds_Contact *contact_add(const struct fold_context *fold, uint32_t channel)
{
    ds_CaseState *state = fold->state;
    const ds_Event *event = &fold->fact->event;
    size_t kept = state->contacts_count;
    if (kept == COUNT(state->contacts)) {
        kept--;
        remember(state, &state->contacts[kept]);
    }
    memmove(&state->contacts[1], &state->contacts[0], kept * sizeof state->contacts[0]);
    state->contacts_count = (pb_size_t)(kept + 1);

    ds_Contact *contact = &state->contacts[0];
    memset(contact, 0, sizeof *contact);
    memcpy(contact->id, fold->fact->id.bytes, sizeof contact->id);
    contact->at_ms = event->at_ms;
    contact->channel = channel;
    contact->person_no = event->person_no;
    contact->fired_count = event->fired_count;
    contact->clock_quality = event->clock_quality;
    contact->owed_minor = fold_balance(fold->record, state).owed_minor;
    contact->changed_count = state->event_count;
    if (fold->day > state->last_touch_day) {
        state->last_touch_day = fold->day;
    }
    return contact;
}

static void count_visit(ds_CaseState *state, uint32_t outcome)
{
    state->visit_count++;
    if (outcome_met(outcome) == OUTCOME_MET_debtor) {
        state->met_count++;
    }
}

static void discount_visit(ds_CaseState *state, uint32_t outcome)
{
    if (state->visit_count > 0) {
        state->visit_count--;
    }
    if (outcome_met(outcome) == OUTCOME_MET_debtor && state->met_count > 0) {
        state->met_count--;
    }
}

void contact_set_visit(const struct fold_context *fold, ds_Contact *contact,
                       const ds_VisitFinished *visit)
{
    ds_CaseState *state = fold->state;
    bool was_counted = contact->outcome != 0 && !contact->is_withdrawn;
    if (was_counted) {
        discount_visit(state, contact->outcome);
    }
    count_visit(state, visit->outcome);
    contact->is_withdrawn = false;
    contact->outcome = visit->outcome;
    contact->role = visit->role;
    contact->cooperation = visit->cooperation;
    contact->dwell_s = visit->dwell_s;
    contact->default_reason = visit->default_reason;
    contact->ability = visit->ability;
    contact->willingness = visit->willingness;
    contact->changed_count = state->event_count;
    str_copy(contact->note, sizeof contact->note, str_from(visit->note));
    address_found(fold, contact->address, visit->address_result, contact->id);

    /* Zero means "not learned at this visit", so what was known before stands. */
    if (visit->default_reason != 0) {
        state->default_reason = visit->default_reason;
    }
    if (visit->ability != 0) {
        state->ability = visit->ability;
    }
    if (visit->willingness != 0) {
        state->willingness = visit->willingness;
    }
    if (visit->next_day != 0) {
        state->next_day = visit->next_day;
        state->next_from_minute = visit->next_from_minute;
        state->next_until_minute = visit->next_until_minute;
    } else if (state->next_day <= fold->day) {
        state->next_day = 0; /* the appointment was today's, or was missed */
        state->next_from_minute = 0;
        state->next_until_minute = 0;
    }
}

void contact_withdraw(const struct fold_context *fold, ds_Contact *contact)
{
    if (!contact->is_withdrawn && contact->outcome != 0) {
        discount_visit(fold->state, contact->outcome);
    }
    contact->is_withdrawn = true;
    address_found(fold, contact->address, 0, contact->id);
    contact->changed_count = fold->state->event_count;
}

ds_Contact *contact_find(ds_CaseState *state, const uint8_t id[16])
{
    for (size_t i = 0; i < state->contacts_count; i++) {
        if (memcmp(state->contacts[i].id, id, sizeof state->contacts[i].id) == 0) {
            return &state->contacts[i];
        }
    }
    return NULL;
}

uint32_t contact_channel_before(const struct fold_context *fold, int32_t day, uint32_t days_back)
{
    const ds_CaseState *state = fold->state;
    for (size_t i = 0; i < fold_contact_count(state); i++) {
        ds_OlderContact contact;
        bool counts = fold_contact(state, i, &contact);
        int64_t back = (int64_t)day - fold_day(fold->record, (int64_t)contact.at_ms);
        if (counts && back >= 0 && (days_back == CONTACT_ANY_DAYS || back <= days_back)) {
            return contact.channel;
        }
    }
    return 0;
}

void contact_own(const struct fold_context *fold, uint32_t owner_no)
{
    ds_CaseState *state = fold->state;
    state->owner_no = owner_no;
    if (state->owners_count > 0 && state->owners[0].owner_no == owner_no) {
        return; /* a renewed lease is not a change of hands */
    }
    size_t kept = state->owners_count;
    if (kept == COUNT(state->owners)) {
        kept--;
    }
    memmove(&state->owners[1], &state->owners[0], kept * sizeof state->owners[0]);
    state->owners_count = (pb_size_t)(kept + 1);
    state->owners[0] = (ds_Owner){.owner_no = owner_no, .since_at_ms = fold->fact->event.at_ms};
}

uint32_t contact_owner_on(const struct fold_context *fold, int32_t day)
{
    const ds_CaseState *state = fold->state;
    uint32_t first_on_day = 0;
    for (size_t i = 0; i < state->owners_count; i++) {
        int32_t since_day = fold_day(fold->record, (int64_t)state->owners[i].since_at_ms);
        if (since_day < day) {
            return state->owners[i].owner_no != 0 ? state->owners[i].owner_no : first_on_day;
        }
        if (since_day == day && state->owners[i].owner_no != 0) {
            first_on_day = state->owners[i].owner_no;
        }
    }
    return first_on_day;
}
