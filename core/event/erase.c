#include "core/event/erase.h"

#include "core/event/layout.h"

#include <string.h>

static bool is_liable(uint32_t role)
{
    return role == ROLE_none || role_is_liable(role);
}

/* ---- texts of a message, whatever kind it is ---- */

static bool take_text(char *text, size_t size)
{
    if (text[0] == '\0' || strcmp(text, ERASE_MARK) == 0) {
        return false;
    }
    memset(text, 0, size); /* also what stood behind the end */
    memcpy(text, ERASE_MARK, sizeof ERASE_MARK);
    return true;
}

static size_t item_count(const uint8_t *message, const struct layout_field *field)
{
    pb_size_t count = 0;
    switch (field->rule) {
    case LAYOUT_SINGULAR:
    case LAYOUT_OPTIONAL:
        return 1;
    case LAYOUT_REPEATED:
        memcpy(&count, message + field->count_offset, sizeof count);
        return count;
    case LAYOUT_ONEOF:
        memcpy(&count, message + field->count_offset, sizeof count);
        return count == field->number ? 1 : 0;
    }
    UNREACHABLE();
}

/* Messages are no deeper than a plan inside a correction. */
static bool take_texts(uint8_t *message, const struct layout *layout)
{
    bool is_taken = false;
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct layout_field *field = &layout->fields[i];
        if (field->type != LAYOUT_STRING && field->type != LAYOUT_MESSAGE) {
            continue;
        }
        size_t count = item_count(message, field);
        for (size_t n = 0; n < count; n++) {
            uint8_t *item = message + field->offset + n * field->item_size;
            is_taken |= field->type == LAYOUT_STRING ? take_text((char *)item, field->item_size)
                                                     : take_texts(item, field->message);
        }
    }
    return is_taken;
}

/* ---- facts ---- */

/* Where a fact says whom it is about. */
static const struct {
    enum event_kind kind;
    size_t offset; /* of a code of roles.def; 0: nobody, or the borrower */
} roles[] = {
    {EVENT_visit_finished, offsetof(ds_Event, kind.visit_finished.role)},
    {EVENT_contact_attempted, offsetof(ds_Event, kind.contact_attempted.role)},
    {EVENT_contact_point_noted, offsetof(ds_Event, kind.contact_point_noted.role)},
    {EVENT_notice_delivered, offsetof(ds_Event, kind.notice_delivered.role)},
    {EVENT_promise_made, offsetof(ds_Event, kind.promise_made.promised_by)},
    {EVENT_plan_agreed, offsetof(ds_Event, kind.plan_agreed.agreed_by)},
    {EVENT_payment_noted, offsetof(ds_Event, kind.payment_noted.payer_role)},
    {EVENT_evidence_attached, offsetof(ds_Event, kind.evidence_attached.signed_by)},
    {EVENT_signing_refused, offsetof(ds_Event, kind.signing_refused.role)},
};

/* The class of a fact's texts where it is not `notes`; 0: they stay. */
static const struct {
    enum event_kind kind;
    uint32_t classes;
} texts[] = {
    {EVENT_contact_point_noted, ERASE_BIT(contact)},
    {EVENT_address_noted, ERASE_BIT(contact)},
    {EVENT_dispute_raised, ERASE_BIT(complaints)},
    {EVENT_identity_disputed, ERASE_BIT(complaints)},
    {EVENT_complaint_taken, ERASE_BIT(complaints)},
    {EVENT_call_back_made, ERASE_BIT(complaints)},
    {EVENT_complaint_answered, ERASE_BIT(complaints)},
    {EVENT_identity_assigned, ERASE_BIT(complaints)},
    {EVENT_message_answered, ERASE_BIT(letters)},
    {EVENT_none, UINT32_MAX},  /* not understood: nothing is known of it that could be kept */
    {EVENT_payment_posted, 0}, /* the bank's reference: money rests on it */
    {EVENT_pass_used, 0},      /* which rule, which seal */
    {EVENT_data_erased, 0},    /* what was erased, and who did it */
    {EVENT_hold_changed, 0},
    {EVENT_case_tightened, 0}, /* what was allowed, by which a visit is judged */
    {EVENT_case_cleared, 0},
};

static uint32_t classes_of(const ds_Event *event)
{
    enum event_kind kind = event_kind(event);
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (texts[i].kind == kind && texts[i].classes == 0) {
            return 0;
        }
    }
    uint32_t classes = 0;
    for (size_t i = 0; i < COUNT(roles); i++) {
        uint32_t role = 0;
        memcpy(&role, (const uint8_t *)event + roles[i].offset, sizeof role);
        classes |= roles[i].kind == kind && !is_liable(role) ? ERASE_BIT(third_party) : 0;
    }
    for (size_t i = 0; i < COUNT(texts); i++) {
        if (texts[i].kind == kind) {
            return classes | texts[i].classes;
        }
    }
    return classes | ERASE_BIT(notes);
}

/* A payment's reference stays, and what a pass is for. */
static bool take_fact_texts(ds_Event *event)
{
    ds_Event before;
    memcpy(&before, event, sizeof before);
    (void)take_texts((uint8_t *)event, &layout_ds_Event);
    if (event_kind(event) == EVENT_payment_noted) {
        memcpy(event->kind.payment_noted.reference, before.kind.payment_noted.reference,
               sizeof before.kind.payment_noted.reference);
    } else if (event_kind(event) == EVENT_pass_issued) {
        memcpy(event->kind.pass_issued.rule, before.kind.pass_issued.rule,
               sizeof before.kind.pass_issued.rule);
        memcpy(event->kind.pass_issued.by, before.kind.pass_issued.by,
               sizeof before.kind.pass_issued.by);
    } else if (event_kind(event) == EVENT_correction &&
               before.kind.correction.which_anew == ds_Correction_payment_noted_tag) {
        memcpy(event->kind.correction.anew.payment_noted.reference,
               before.kind.correction.anew.payment_noted.reference,
               sizeof before.kind.correction.anew.payment_noted.reference);
    }
    return memcmp(&before, event, sizeof before) != 0;
}

bool erase_event(ds_Event *event, uint32_t classes)
{
    bool is_taken = false;
    if ((classes & ERASE_BIT(positions)) != 0 && event->has_fix) {
        event->has_fix = false;
        memset(&event->fix, 0, sizeof event->fix);
        is_taken = true;
    }
    bool is_called = event_kind(event) == EVENT_contact_attempted;
    if (is_called && (classes & ERASE_BIT(contact)) != 0 &&
        event->kind.contact_attempted.point != 0) {
        event->kind.contact_attempted.point = 0; /* a hash of few digits tells the number */
        is_taken = true;
    }
    if ((classes_of(event) & classes) == 0) {
        return is_taken;
    }
    if (event_kind(event) == EVENT_address_noted) {
        ds_AddressNoted *noted = &event->kind.address_noted;
        is_taken |= noted->lat_e7 != 0 || noted->lon_e7 != 0;
        noted->lat_e7 = 0;
        noted->lon_e7 = 0;
    }
    return take_fact_texts(event) || is_taken || event_kind(event) == EVENT_none;
}

/* ---- what headquarters was given ---- */

static bool take_contact(ds_CaseRecord *record)
{
    const ds_CaseRecord before = *record;
    memset(record->debtor_name, 0, sizeof record->debtor_name);
    memcpy(record->debtor_name, ERASE_MARK, sizeof ERASE_MARK);
    memset(record->debtor_initials, 0, sizeof record->debtor_initials);
    memset(record->id_number, 0, sizeof record->id_number);
    memset(record->occupation, 0, sizeof record->occupation);
    memset(record->employer, 0, sizeof record->employer);
    memset(record->collateral, 0, sizeof record->collateral);
    memset(record->contract_ref, 0, sizeof record->contract_ref);
    memset(record->hazard, 0, sizeof record->hazard);
    memset(record->parties, 0, sizeof record->parties);
    memset(record->points, 0, sizeof record->points);
    memset(record->addresses, 0, sizeof record->addresses);
    record->gender = 0;
    record->parties_count = 0;
    record->points_count = 0;
    record->addresses_count = 0;
    return memcmp(&before, record, sizeof before) != 0;
}

/* Those of people who are not liable go; the others keep their order. */
static bool take_third(ds_CaseRecord *record)
{
    size_t party_count = 0;
    for (size_t i = 0; i < record->parties_count; i++) {
        if (is_liable(record->parties[i].role)) {
            record->parties[party_count++] = record->parties[i];
        }
    }
    size_t point_count = 0;
    for (size_t i = 0; i < record->points_count; i++) {
        if (is_liable(record->points[i].role)) {
            record->points[point_count++] = record->points[i];
        }
    }
    bool is_taken = party_count != record->parties_count || point_count != record->points_count;
    record->parties_count = (pb_size_t)party_count;
    record->points_count = (pb_size_t)point_count;
    return is_taken;
}

bool erase_record(ds_CaseRecord *record, uint32_t classes)
{
    bool is_taken = false;
    if ((classes & ERASE_BIT(third_party)) != 0) {
        is_taken |= take_third(record);
    }
    if ((classes & ERASE_BIT(contact)) != 0) {
        is_taken |= take_contact(record);
    }
    if ((classes & ERASE_BIT(notes)) != 0 && record->last_note[0] != '\0') {
        memset(record->last_note, 0, sizeof record->last_note);
        is_taken = true;
    }
    return is_taken;
}
