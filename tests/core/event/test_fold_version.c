/* Goal: nobody changes how facts fold without saying so. A store keeps what its build folded; when
 * FOLD_VERSION has moved it folds anew, else a case would hold one state on an old tablet and
 * another on a new one. The golden names the version and what folding gives: the hash of a long
 * story of money and people, and of a case with each kind three times.
 *
 * Fails after a change of folding: raise FOLD_VERSION in core/event/fold.h, then record with
 * DOORSTEP_GOLDEN=write. A new kind only adds its line. */
#include "tests/core/event/story.h"
#include "tests/lib/test.h"

#include <inttypes.h>
#include <stdlib.h>

enum { TEXT_SIZE = 16384 };

static uint64_t hash_of(const ds_CaseState *state)
{
    static uint8_t bytes[LIMIT_case_size];
    size_t size = 0;
    EXPECT_OK(case_state_encode(state, bytes, sizeof bytes, &size));
    return chain_short_hash(bytes, size);
}

/* Kinds that lists, limits and money depend on. Fixed: a new kind moves no line but its own. */
static const enum event_kind told[] = {
    EVENT_promise_made,      EVENT_plan_agreed,         EVENT_extension_requested,
    EVENT_waiver_requested,  EVENT_arrangement_decided, EVENT_settlement_requested,
    EVENT_payment_noted,     EVENT_payment_posted,      EVENT_payments_checked,
    EVENT_balance_stated,    EVENT_correction,          EVENT_contact_point_noted,
    EVENT_address_noted,     EVENT_visit_started,       EVENT_visit_finished,
    EVENT_contact_attempted, EVENT_status_flagged,      EVENT_status_cleared,
    EVENT_dispute_raised,    EVENT_hold_changed,        EVENT_case_assigned,
    EVENT_complaint_taken,   EVENT_complaint_answered,  EVENT_hardship_noted,
};

static void vary(struct story *story, struct rng *rng, ds_Event *event)
{
    const ds_CaseState *state = &story->state;
    size_t at =
        state->arrangements_count > 0 ? (size_t)rng_below(rng, state->arrangements_count) : 0;
    const uint8_t *target = state->arrangements[at].id;
    event->person_no = (uint32_t)(SAMPLE_PERSON + rng_below(rng, 2));
    enum event_kind kind = event_kind(event);
    if (kind == EVENT_arrangement_decided) {
        memcpy(event->kind.arrangement_decided.target, target, 16);
        event->kind.arrangement_decided.decision = (uint32_t)(1 + rng_below(rng, 3));
    } else if (kind == EVENT_correction) {
        memcpy(event->kind.correction.target, target, 16);
        event->kind.correction.is_withdrawn = rng_below(rng, 2) == 0;
    } else if (kind == EVENT_payment_noted) {
        event->kind.payment_noted.amount_minor = 1 + rng_below(rng, 30000);
        event->kind.payment_noted.paid_day = SAMPLE_DAY + (int32_t)rng_below(rng, 30);
    } else if (kind == EVENT_payment_posted) {
        event->kind.payment_posted.amount_minor = 1 + rng_below(rng, 30000);
        event->kind.payment_posted.paid_day = SAMPLE_DAY + (int32_t)rng_below(rng, 30);
        snprintf(event->kind.payment_posted.reference, 16, "R%d", (int)rng_below(rng, 60));
    } else if (kind == EVENT_payments_checked) {
        event->kind.payments_checked.through_day = SAMPLE_DAY + (int32_t)rng_below(rng, 30);
    } else if (kind == EVENT_balance_stated) {
        event->kind.balance_stated.as_of_day = SAMPLE_DAY + (int32_t)rng_below(rng, 30);
    } else if (kind == EVENT_contact_point_noted) {
        snprintf(event->kind.contact_point_noted.value, 16, "1380000%04d", (int)rng_below(rng, 12));
        event->kind.contact_point_noted.status = (uint32_t)(1 + rng_below(rng, 5));
    } else if (kind == EVENT_contact_attempted) {
        event->kind.contact_attempted.result = (uint32_t)(1 + rng_below(rng, 9));
        event->kind.contact_attempted.point_index = (uint32_t)rng_below(rng, 3);
    } else if (kind == EVENT_address_noted) {
        snprintf(event->kind.address_noted.text, 16, "No. %d", (int)rng_below(rng, 6));
    }
}

static uint64_t hash_of_story(void)
{
    struct test_rng rng_state;
    struct rng rng = test_rng_make(&rng_state, 20774);
    uint64_t hash = 0;
    for (int round = 0; round < 40; round++) {
        struct story story;
        story_start(&story);
        story.record.points_count = 2;
        story.record.points[0] = (ds_Point){.value = "13800000001", .role = ROLE_borrower};
        story.record.points[1] = (ds_Point){.value = "13800000002", .role = ROLE_borrower};
        for (int i = 0; i < 150; i++) {
            ds_Event event = sample_event(told[rng_below(&rng, COUNT(told))]);
            vary(&story, &rng, &event);
            story_tell(&story, event, 1 + (int64_t)rng_below(&rng, 600));
        }
        hash = hash * UINT64_C(1099511628211) ^ hash_of(&story.state);
    }
    return hash;
}

TEST(test_another_way_of_folding_has_another_version)
{
    static char text[TEXT_SIZE];
    int size = snprintf(text, sizeof text, "version %d\nstory %016" PRIx64 "\n", FOLD_VERSION,
                        hash_of_story());
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        struct story story;
        story_start(&story);
        for (int times = 0; times < 3; times++) {
            story_tell(&story, sample_event(sample_kinds[i]), 60);
        }
        size += snprintf(text + size, sizeof text - (size_t)size, "%s %016" PRIx64 "\n",
                         event_kind_name(sample_kinds[i]), hash_of(&story.state));
        EXPECT(size > 0 && (size_t)size < sizeof text);
    }
    test_golden(TESTS_FOLDER, "fold.txt", text);
}
