/* Facts that have to be compared with earlier ones of the case: corrections, and numbers
 * and addresses in the place of others. */
#include "sync/server/merge/conflict_history.h"

#include "core/event/rows.h"

#include <string.h>

static bool is_id(const struct id *id, const uint8_t bytes[16])
{
    return memcmp(id->bytes, bytes, sizeof id->bytes) == 0;
}

static bool is_correction_of(const struct fact *fact, const uint8_t target[16])
{
    return event_kind(&fact->event) == EVENT_correction &&
           memcmp(fact->event.kind.correction.target, target, 16) == 0;
}

/* An earlier correction of the same fact. */
bool conflict_history_is_corrected_again(const struct fact *fact, const struct fact *const *earlier,
                                         size_t earlier_count, struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_correction) {
        return false;
    }
    for (size_t i = earlier_count; i-- > 0;) {
        if (is_correction_of(earlier[i], fact->event.kind.correction.target)) {
            conflict->other_id = earlier[i]->id;
            conflict->other_no = earlier[i]->event.person_no;
            return true;
        }
    }
    return false;
}

/* What a fact replaces and by what; false when it replaces nothing. */
static bool replaces(const ds_Event *event, const char **old_out, const char **new_out)
{
    enum event_kind kind = event_kind(event);
    if (kind == EVENT_contact_point_noted) {
        *old_out = event->kind.contact_point_noted.replaces;
        *new_out = event->kind.contact_point_noted.value;
    } else if (kind == EVENT_address_noted) {
        *old_out = event->kind.address_noted.replaces;
        *new_out = event->kind.address_noted.text;
    } else {
        return false;
    }
    return **old_out != '\0';
}

/* An earlier fact replaced the same number or address by another. */
bool conflict_history_is_contact_twice(const struct fact *fact, const struct fact *const *earlier,
                                       size_t earlier_count, struct conflict *conflict)
{
    const char *old_value;
    const char *new_value;
    if (!replaces(&fact->event, &old_value, &new_value)) {
        return false;
    }
    for (size_t i = earlier_count; i-- > 0;) {
        const char *earlier_old;
        const char *earlier_new;
        if (event_kind(&earlier[i]->event) == event_kind(&fact->event) &&
            replaces(&earlier[i]->event, &earlier_old, &earlier_new) &&
            strcmp(old_value, earlier_old) == 0 && strcmp(new_value, earlier_new) != 0) {
            conflict->other_id = earlier[i]->id;
            conflict->other_no = earlier[i]->event.person_no;
            return true;
        }
    }
    return false;
}

bool conflict_history_is_pass_again(const struct fact *fact, const struct fact *const *earlier,
                                    size_t earlier_count, struct conflict *conflict)
{
    if (event_kind(&fact->event) != EVENT_pass_used) {
        return false;
    }
    for (size_t i = earlier_count; i-- > 0;) {
        if (event_kind(&earlier[i]->event) == EVENT_pass_used &&
            earlier[i]->event.kind.pass_used.pass_no == fact->event.kind.pass_used.pass_no) {
            conflict->other_id = earlier[i]->id;
            conflict->other_no = earlier[i]->event.person_no;
            return true;
        }
    }
    return false;
}

static bool stops(const ds_Event *event)
{
    enum event_kind kind = event_kind(event);
    return kind == EVENT_dispute_raised || kind == EVENT_hardship_noted ||
           kind == EVENT_identity_disputed || kind == EVENT_status_flagged ||
           (kind == EVENT_safety_incident && event->kind.safety_incident.severity >= 2);
}

/* Taking back an incident or an old contact moves its row, which the case does not hold.
 * A stop is not lifted by it, so that is for a supervisor to see. */
bool conflict_history_is_row_only(const struct fact *fact, const struct fact *const *earlier,
                                  size_t earlier_count)
{
    const ds_Correction *correction = &fact->event.kind.correction;
    if (event_kind(&fact->event) != EVENT_correction || !correction->is_withdrawn) {
        return false;
    }
    for (size_t i = 0; i < earlier_count; i++) {
        if (is_id(&earlier[i]->id, correction->target)) {
            const ds_Event *target = &earlier[i]->event;
            return target->person_no == fact->event.person_no &&
                   !rows_is_kept(event_kind(target)) && !stops(target);
        }
    }
    return false;
}

bool conflict_needs_history(const struct fact *fact)
{
    const char *old_value;
    const char *new_value;
    return fact->device_no != 0 && (event_kind(&fact->event) == EVENT_correction ||
                                    event_kind(&fact->event) == EVENT_pass_used ||
                                    replaces(&fact->event, &old_value, &new_value));
}
