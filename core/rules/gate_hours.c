/* core/rules/gate_hours.c -- the hours of a case, what is agreed about them, what was done today.
 */
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/gate.h"
#include "core/rules/law_shelf.h"

int32_t gate_zone_offset(const struct policy *policy, const ds_CaseRecord *record)
{
    int32_t offset_minutes;
    if (date_zone_offset(str_from(record->zone), &offset_minutes) == OK ||
        date_zone_offset(str_from(policy->zone), &offset_minutes) == OK) {
        return offset_minutes;
    }
    UNREACHABLE(); /* policy_from_text() accepts known zones only */
}

/* The windows of the image that hold on `day` for a visit to the debtor. */
static void narrow(const struct law_image *image, int32_t day, struct gate_hours *hours)
{
    for (; image != NULL; image = image->closer) {
        for (size_t i = 0; i < image->record_count; i++) {
            const uint8_t *bytes = image->records + i * LAW_RECORD_SIZE;
            bool is_window = bytes[2] == LAW_KIND_TW && bytes[3] == SEVERITY_block &&
                             (bytes[6] & LAW_STAGE_checkin) != 0 &&
                             (bytes[7] & LAW_CHANNEL_visit) != 0;
            if (!is_window) {
                continue;
            }
            struct law_record record = law_record_read(bytes);
            bool is_general = record.if_mask == 0 && record.fact_b == 0 && record.flags == 0 &&
                              record.unless_flags == 0 && record.roles == 0;
            if (is_general && day >= record.from_day && day < record.to_day) {
                int32_t open = (int32_t)(record.p0 + 59) / 60;
                int32_t close = (int32_t)record.p1 / 60;
                hours->open_minute = open > hours->open_minute ? open : hours->open_minute;
                hours->close_minute = close < hours->close_minute ? close : hours->close_minute;
            }
        }
    }
}

/* Minutes until they close, and the next instant at which they are open. */
static void set_left(struct gate_hours *hours, int64_t now_ms, int32_t offset)
{
    int32_t day = date_day_at(now_ms, offset);
    int32_t minute = date_minute_at(now_ms, offset);
    hours->next_open_at_ms = now_ms;
    if (hours->close_minute <= hours->open_minute) { /* layers that leave nothing of a day */
        hours->close_minute = hours->open_minute;
    }
    if (minute < hours->open_minute) {
        hours->left_minutes = minute - hours->open_minute; /* negative: not open yet */
        hours->next_open_at_ms = date_instant(day, hours->open_minute, offset);
    } else if (minute < hours->close_minute) {
        hours->left_minutes = hours->close_minute - minute;
    } else { /* at the closing minute itself it is closed */
        hours->left_minutes = hours->close_minute - minute - 1;
        hours->next_open_at_ms = date_instant(day + 1, hours->open_minute, offset);
    }
}

struct gate_hours gate_hours(const struct policy *policy, const ds_CaseRecord *record,
                             const ds_CaseState *state, int64_t now_ms)
{
    struct law_case_policy own;
    policy = law_case_policy(&own, policy, record, state);
    int32_t offset = gate_zone_offset(policy, record);
    struct gate_hours hours = {
        .open_minute = (int32_t)policy->window_open,
        .close_minute = (int32_t)policy->window_close,
    };
    narrow(policy->law, date_day_at(now_ms, offset), &hours);
    set_left(&hours, now_ms, offset);
    return hours;
}

/* ---- what the customer asked for ---- */

static bool is_free_weekday(const ds_Flag *wish, int32_t day)
{
    return (wish->not_weekdays >> (date_weekday(day) - 1) & 1) == 0;
}

static bool names_nothing(const ds_Flag *wish)
{
    return (wish->not_before_minute | wish->not_after_minute | wish->not_weekdays |
            wish->not_places) == 0;
}

bool gate_is_unwished(const struct policy *policy, const ds_CaseRecord *record,
                      const ds_CaseState *state, int64_t now_ms, uint32_t place)
{
    int32_t offset = gate_zone_offset(policy, record);
    int32_t day = date_day_at(now_ms, offset);
    uint32_t minute = (uint32_t)date_minute_at(now_ms, offset);
    const ds_Flag *wish = fold_flag(state, STOP_FLAG_own_times, day);
    if (wish == NULL || day < wish->from_day) {
        return false;
    }
    bool is_too_late = wish->not_after_minute != 0 && minute >= wish->not_after_minute;
    bool is_there = place < 32 && (wish->not_places >> place & 1) != 0;
    return names_nothing(wish) || minute < wish->not_before_minute || is_too_late ||
           !is_free_weekday(wish, day) || is_there;
}

enum { WISH_DAYS = 7 }; /* every weekday comes within them */

struct gate_hours gate_visit_hours(const struct policy *policy, const ds_CaseRecord *record,
                                   const ds_CaseState *state, int64_t now_ms)
{
    struct gate_hours hours = gate_hours(policy, record, state, now_ms);
    int32_t offset = gate_zone_offset(policy, record);
    int32_t day = date_day_at(now_ms, offset);
    const ds_Flag *wish = fold_flag(state, STOP_FLAG_own_times, day);
    if (wish == NULL || day < wish->from_day) {
        return hours;
    }
    int32_t from = (int32_t)wish->not_before_minute;
    int32_t until = (int32_t)wish->not_after_minute;
    hours.open_minute = from > hours.open_minute ? from : hours.open_minute;
    hours.close_minute = until != 0 && until < hours.close_minute ? until : hours.close_minute;
    bool is_free = !names_nothing(wish) && is_free_weekday(wish, day);
    set_left(&hours, now_ms, offset);
    int32_t next = date_day_at(hours.next_open_at_ms, offset);
    int32_t last = next + WISH_DAYS;
    while (next < last && !is_free_weekday(wish, next)) {
        next++;
    }
    if (next != date_day_at(hours.next_open_at_ms, offset)) {
        hours.next_open_at_ms = date_instant(next, hours.open_minute, offset);
    }
    if (!is_free) {
        hours.close_minute = hours.open_minute;
        hours.left_minutes = hours.left_minutes > 0 ? -1 : hours.left_minutes;
    }
    return hours;
}

uint32_t gate_visits_today(const struct policy *policy, const ds_CaseRecord *record,
                           const ds_CaseState *state, int64_t now_ms)
{
    int32_t offset = gate_zone_offset(policy, record);
    int32_t today = date_day_at(now_ms, offset);
    uint32_t count = 0;
    for (size_t i = 0; i < fold_contact_count(state); i++) {
        ds_OlderContact contact;
        bool is_visit =
            fold_contact(state, i, &contact) && contact.channel == CONTACT_CHANNEL_visit;
        /* A clock that was set back meanwhile makes today's visit tomorrow's. */
        int32_t day = date_day_at((int64_t)contact.at_ms, offset);
        if (is_visit && (day == today || day == today + 1)) {
            count++;
        }
    }
    return count;
}

bool gate_has_consent(const struct policy *policy, const ds_CaseRecord *record,
                      const ds_CaseState *state, int64_t now_ms, uint32_t override_reason)
{
    if (override_reason != OVERRIDE_REASON_appointment) {
        return override_reason == OVERRIDE_REASON_borrower_agreed;
    }
    int32_t offset = gate_zone_offset(policy, record);
    uint32_t minute = (uint32_t)date_minute_at(now_ms, offset);
    return state->next_day != 0 && state->next_day == date_day_at(now_ms, offset) &&
           (state->next_until_minute == 0 ||
            (minute >= state->next_from_minute && minute < state->next_until_minute));
}

/* Somebody liable was spoken to: at a door, or when a call was answered. */
static bool was_talked_to(const ds_OlderContact *contact)
{
    bool is_talk =
        contact->channel == CONTACT_CHANNEL_visit || contact->result == CONTACT_RESULT_answered;
    return is_talk && contact->role != ROLE_none && role_is_liable(contact->role);
}

bool gate_has_consent_on_record(const struct policy *policy, const ds_CaseRecord *record,
                                const ds_CaseState *state, int64_t now_ms, uint32_t override_reason)
{
    if (override_reason != OVERRIDE_REASON_borrower_agreed) {
        return gate_has_consent(policy, record, state, now_ms, override_reason);
    }
    for (size_t i = 0; i < fold_contact_count(state); i++) {
        ds_OlderContact contact;
        bool counts = fold_contact(state, i, &contact);
        int64_t age_ms = now_ms - (int64_t)contact.at_ms;
        if (counts && was_talked_to(&contact) && age_ms >= 0 &&
            age_ms <= policy->consent_age * 60 * 60 * 1000) {
            return true;
        }
    }
    return false;
}
