/* tests/core/rules/rows_made.h -- seeded random report rows for tests of tallies
 * and reports: cases, contacts, arrangements, payments, incidents and days that
 * lie before, in and after a period, some withdrawn, some of unknown codes. */
#pragma once

#include "core/base/arena.h"
#include "core/domain/date.h"
#include "core/event/event.h"
#include "core/rules/tally.h"
#include "tests/lib/test.h"

enum { ROWS_PERSONS = 5 };

struct rows_made {
    struct case_count_row *cases;
    struct contact_row *contacts;
    struct arrangement_row *arrangements;
    struct payment_row *payments;
    struct incident_row *incidents;
    struct day_row *days;
    size_t case_count, contact_count, arrangement_count, payment_count, incident_count, day_count;
};

static inline uint32_t rows_pick(const struct rng *rng, uint32_t bound)
{
    return (uint32_t)rng_below(rng, bound);
}

static inline int64_t rows_instant(const struct rng *rng, int32_t from_day, int32_t until_day)
{
    int64_t span_ms = (int64_t)(until_day - from_day + 1) * DATE_DAY_MS;
    /* Days of China: the instants start at 16:00 UTC of the day before. */
    return date_instant(from_day, 0, 480) + (int64_t)rng_below(rng, (uint64_t)span_ms);
}

static inline struct id rows_id(const struct rng *rng)
{
    return id_random(rng);
}

/* `size` events in all, over `from_day`..`until_day` (both included). */
static inline struct rows_made rows_make(struct arena *arena, uint64_t seed, size_t size,
                                         int32_t from_day, int32_t until_day)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    struct rows_made made = {
        .case_count = size / 8 + 1,
        .contact_count = size / 2,
        .arrangement_count = size / 8,
        .payment_count = size / 8,
        .incident_count = size / 4,
        .day_count = ROWS_PERSONS * (size_t)(until_day - from_day + 1),
    };
    made.cases = ARENA_ARRAY(arena, made.case_count, struct case_count_row);
    made.contacts = ARENA_ARRAY(arena, made.contact_count + 1, struct contact_row);
    made.arrangements = ARENA_ARRAY(arena, made.arrangement_count + 1, struct arrangement_row);
    made.payments = ARENA_ARRAY(arena, made.payment_count + 1, struct payment_row);
    made.incidents = ARENA_ARRAY(arena, made.incident_count + 1, struct incident_row);
    made.days = ARENA_ARRAY(arena, made.day_count, struct day_row);

    for (size_t i = 0; i < made.case_count; i++) {
        made.cases[i] = (struct case_count_row){
            .case_no = i + 1,
            .owner_no = rows_pick(&rng, ROWS_PERSONS + 1),
            .owed_minor = rng_below(&rng, 5000000),
            .due_day = from_day - (int32_t)rows_pick(&rng, 400) + 20,
            .intake_day = from_day - 60 + (int32_t)rows_pick(&rng, 100),
        };
        if (rows_pick(&rng, 4) == 0) {
            made.cases[i].ended_at_ms = rows_instant(&rng, from_day, until_day);
            made.cases[i].end_reason = 1 + rows_pick(&rng, CLOSE_REASON_data_error);
        }
    }
    for (size_t i = 0; i < made.contact_count; i++) {
        uint32_t channel = 1 + rows_pick(&rng, 6);
        bool is_visit = channel == CONTACT_CHANNEL_visit;
        made.contacts[i] = (struct contact_row){
            .id = rows_id(&rng),
            .case_no = 1 + rng_below(&rng, made.case_count),
            .person_no = 1 + rows_pick(&rng, ROWS_PERSONS),
            .channel = channel,
            .outcome = is_visit ? 1 + rows_pick(&rng, OUTCOME_thanked_after_payment) : 0,
            .result = is_visit ? 0 : 1 + rows_pick(&rng, CONTACT_RESULT_delivered),
            .role = rows_pick(&rng, ROLE_other + 1),
            .cooperation = rows_pick(&rng, 6),
            .default_reason = rows_pick(&rng, 24),
            .ability = rows_pick(&rng, 4),
            .willingness = rows_pick(&rng, 4),
            .at_ms = rows_instant(&rng, from_day, until_day),
            .dwell_s = is_visit ? rows_pick(&rng, 3600) : 0,
            .fired_count = rows_pick(&rng, 8) == 0 ? 1 + rows_pick(&rng, 3) : 0,
            .clock_quality = rows_pick(&rng, 10) == 0 ? 1 : 0,
            .owed_minor = rng_below(&rng, 5000000),
            .is_withdrawn = rows_pick(&rng, 30) == 0,
        };
    }
    for (size_t i = 0; i < made.arrangement_count; i++) {
        uint32_t kind = 1 + rows_pick(&rng, ARRANGEMENT_KIND_waiver);
        uint32_t arrangement_state = 1 + rows_pick(&rng, ARRANGEMENT_STATE_conflicting);
        int64_t made_at_ms = rows_instant(&rng, from_day, until_day);
        uint64_t amount_minor = 1 + rng_below(&rng, 1000000);
        bool is_decided = rows_pick(&rng, 2) == 0;
        made.arrangements[i] = (struct arrangement_row){
            .id = rows_id(&rng),
            .case_no = 1 + rng_below(&rng, made.case_count),
            .person_no = 1 + rows_pick(&rng, ROWS_PERSONS),
            .kind = kind,
            .state = arrangement_state,
            .amount_minor = amount_minor,
            .paid_minor = rng_below(&rng, 2 * amount_minor),
            .due_day = from_day + (int32_t)rows_pick(&rng, 60),
            .judged_day = from_day + (int32_t)rows_pick(&rng, 60),
            .made_at_ms = made_at_ms,
            .decided_at_ms = is_decided ? made_at_ms + (int64_t)rng_below(&rng, 200000000) : 0,
        };
    }
    for (size_t i = 0; i < made.payment_count; i++) {
        made.payments[i] = (struct payment_row){
            .id = rows_id(&rng),
            .case_no = 1 + rng_below(&rng, made.case_count),
            .amount_minor = rows_pick(&rng, 20) == 0 ? 0 : 1 + rng_below(&rng, 800000),
            .paid_day = from_day + (int32_t)rows_pick(&rng, (uint32_t)(until_day - from_day + 1)),
            .channel = 1 + rows_pick(&rng, 6),
            .is_posted = rows_pick(&rng, 4) != 0,
            .credited_no = rows_pick(&rng, ROWS_PERSONS + 1),
            .after_channel = rows_pick(&rng, 7),
        };
    }
    static const uint32_t kinds[] = {
        EVENT_visit_skipped,     EVENT_dispute_raised,    EVENT_hardship_noted,
        EVENT_identity_disputed, EVENT_complaint_taken,   EVENT_safety_incident,
        EVENT_notice_delivered,  EVENT_service_requested, EVENT_offer_refused,
        EVENT_detail_revealed,   EVENT_correction,        EVENT_conduct_noted,
        EVENT_safety_incident};
    for (size_t i = 0; i < made.incident_count; i++) {
        uint32_t kind = kinds[rows_pick(&rng, COUNT(kinds))];
        uint64_t case_no = 1 + rng_below(&rng, made.case_count);
        int64_t at_ms = rows_instant(&rng, from_day, until_day);
        uint32_t code = 1 + rows_pick(&rng, 6);
        made.incidents[i] = (struct incident_row){
            .id = rows_id(&rng),
            .case_no = case_no,
            .person_no = 1 + rows_pick(&rng, ROWS_PERSONS),
            .kind = kind,
            .code = code,
            .severity = 1 + rows_pick(&rng, 5),
            .at_ms = at_ms,
            .is_withdrawn = rows_pick(&rng, 30) == 0,
        };
    }
    /* First touch of a case: its first contact that stands. */
    for (size_t i = 0; i < made.contact_count; i++) {
        const struct contact_row *row = &made.contacts[i];
        struct case_count_row *one = &made.cases[row->case_no - 1];
        int32_t day = date_day_at(row->at_ms, 480);
        if (!row->is_withdrawn && (one->first_touch_day == 0 || day < one->first_touch_day)) {
            one->first_touch_day = day;
        }
    }
    size_t at = 0;
    for (uint32_t person_no = 1; person_no <= ROWS_PERSONS; person_no++) {
        for (int32_t day = from_day; day <= until_day; day++) {
            uint32_t planned = rows_pick(&rng, 30);
            uint32_t visited = rows_pick(&rng, planned + 1);
            uint32_t distance_m = rows_pick(&rng, 60000);
            bool is_open = ((uint32_t)day + person_no) % 9 == 0; /* tells its plan only */
            uint32_t worked_minutes = (distance_m + visited * 37) % 600;
            made.days[at++] = (struct day_row){
                .person_no = person_no,
                .day = day,
                .planned = planned,
                .visited = is_open ? 0 : visited,
                .skipped = is_open ? 0 : planned - visited,
                .distance_m = is_open ? 0 : distance_m,
                .planned_distance_m = is_open ? 0 : distance_m * 3 / 4,
                .worked_minutes = is_open ? 0 : worked_minutes,
                .opened_at_ms = date_instant(day, 480, 480),
                .closed_at_ms = is_open ? 0 : date_instant(day, 1080, 480),
            };
        }
    }
    return made;
}

/* All of them into a tally that was started, in the order that it asks for. */
static inline void rows_tally(const struct rows_made *made, struct tally *tally)
{
    for (size_t i = 0; i < made->case_count; i++) {
        tally_add_case(tally, &made->cases[i]);
    }
    for (size_t i = 0; i < made->contact_count; i++) {
        tally_add_contact(tally, &made->contacts[i]);
    }
    for (size_t i = 0; i < made->arrangement_count; i++) {
        tally_add_arrangement(tally, &made->arrangements[i]);
    }
    for (size_t i = 0; i < made->payment_count; i++) {
        tally_add_payment(tally, &made->payments[i]);
    }
    for (size_t i = 0; i < made->incident_count; i++) {
        tally_add_incident(tally, &made->incidents[i]);
    }
    for (size_t i = 0; i < made->day_count; i++) {
        tally_add_day(tally, &made->days[i]);
    }
    tally_finish(tally);
}
