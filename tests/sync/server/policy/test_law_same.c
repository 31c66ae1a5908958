/* Goal: the tablet and headquarters give the same verdict on a visit. Method: random cases, times
 * and doors; the tablet's verdict, the fact that it writes through the codec, headquarters' verdict
 * on that fact, with the images of every profile (DOORSTEP_LAW_SETS: how many for each). */
#include "core/domain/catalog.h"
#include "core/rules/gate_again.h"
#include "tests/core/rules/case_sample.h"
#include "tests/sync/server/policy/law_draw.h"

#include <string.h>

/* What only the tablet could see. */
static bool is_own(enum refusal refusal)
{
    static const char *const rules[] = {"X01", "X02", "X04", "A07"};
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (strncmp(refusal_rule(refusal), rules[i], 3) == 0) {
            return true;
        }
    }
    return false;
}

static void draw_case(struct test_rng *rng, const struct law_image *image, ds_CaseRecord *record,
                      ds_CaseState *state, int64_t now_ms)
{
    uint16_t zone = (uint16_t)draw(rng, image->zone_count);
    *record = case_record();
    *state = case_state(record);
    snprintf(record->zone, sizeof record->zone, "%s",
             draw(rng, 9) == 0 ? "Mars/Base" : law_zone_name(image, zone));
    for (uint64_t n = draw(rng, 4); n > 0; n--) {
        case_flag(state, (uint32_t)catalog_code_at(CATALOG_stop_flag,
                                                   draw(rng, catalog_count(CATALOG_stop_flag))));
    }
    state->life = draw(rng, 12) == 0 ? CASE_LIFE_recalled : CASE_LIFE_open;
    state->owner_no = draw(rng, 12) == 0 ? CASE_PERSON + 1 : CASE_PERSON;
    int64_t at_ms = now_ms;
    for (uint64_t n = draw(rng, 5); n > 0; n--) {
        at_ms -= (int64_t)draw(rng, 40) * CASE_HOUR_MS;
        ds_Contact *contact = &state->contacts[state->contacts_count++];
        contact->at_ms = (uint64_t)at_ms;
        contact->channel = draw(rng, 2) == 0 ? CONTACT_CHANNEL_visit : CONTACT_CHANNEL_call;
        contact->role = draw(rng, 3) == 0 ? ROLE_neighbour : ROLE_borrower;
        contact->is_withdrawn = draw(rng, 8) == 0;
    }
    if (draw(rng, 4) == 0) {
        state->next_day = (int32_t)(now_ms / 86400000);
        state->next_from_minute = (uint32_t)draw(rng, 720);
        state->next_until_minute = state->next_from_minute + 400;
    }
}

/* The tablet's, and the fact it writes. */
static struct verdict at_door(const struct policy *policy, const ds_CaseRecord *record,
                              const ds_CaseState *state, struct test_rng *rng, int64_t now_ms,
                              ds_Event *event)
{
    static const uint32_t reasons[] = {0, OVERRIDE_REASON_appointment,
                                       OVERRIDE_REASON_borrower_agreed,
                                       OVERRIDE_REASON_hq_instruction};
    *event = (ds_Event){.at_ms = (uint64_t)now_ms,
                        .person_no = CASE_PERSON,
                        .case_no = record->case_no,
                        .which_kind = ds_Event_visit_started_tag};
    event->kind.visit_started =
        (ds_VisitStarted){.place = (uint32_t)catalog_code_at(
                              CATALOG_address_kind, draw(rng, catalog_count(CATALOG_address_kind))),
                          .visitors = 1 + (uint32_t)draw(rng, 4)};
    event->override_reason = reasons[draw(rng, COUNT(reasons))];
    /* A clock that runs ahead is put right when that can be proved; the tablet judges by the
     * right time, and the fact tells both. */
    event->clock_offset_s = draw(rng, 5) == 0 ? (int32_t)draw(rng, 7200) : 0;
    event->at_ms += (uint64_t)event->clock_offset_s * 1000;
    const struct gate_facts facts = {
        .record = record,
        .state = state,
        .now_ms = now_ms,
        .person_no = CASE_PERSON,
        .visitors = event->kind.visit_started.visitors,
        .place = event->kind.visit_started.place,
        .has_fix = draw(rng, 2) == 0,
        .distance_m = (uint32_t)draw(rng, 400),
        .is_located = true,
        .synced_at_ms = now_ms - (int64_t)draw(rng, 200) * CASE_HOUR_MS,
        .policy_at_ms = now_ms - (int64_t)draw(rng, 200) * CASE_HOUR_MS,
        .has_hours_consent =
            gate_has_consent_on_record(policy, record, state, now_ms, event->override_reason),
    };
    struct verdict verdict = gate_check(policy, GATE_checkin, &facts);
    verdict_to_event(&verdict, event);
    return verdict;
}

static void expect_same(const char *profile, const struct verdict *a, const struct verdict *b,
                        const ds_Event *event)
{
    for (size_t i = 0; i < a->fired_count; i++) {
        const struct verdict_fired *fired = &a->fired[i];
        const struct verdict_fired *other = verdict_find(b, fired->refusal);
        if (!is_own(fired->refusal) && (other == NULL || other->severity != fired->severity)) {
            fail_msg("%s: %s is %s on one side, %s on the other, at %llu", profile,
                     refusal_name(fired->refusal), severity_name(fired->severity),
                     other == NULL ? "silent" : severity_name(other->severity),
                     (unsigned long long)event->at_ms);
        }
    }
}

TEST(test_tablet_and_headquarters_give_the_same_verdict)
{
    static const char *const profiles[] = {"cn", "us", "uk", "in", "strict", "us-ma", "ie", "kr"};
    struct arena arena;
    arena_init(&arena, 0);
    struct test_rng rng = {.state = 31};
    ds_CaseRecord *record = ARENA_NEW(&arena, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&arena, ds_CaseState);
    ds_Event *event = ARENA_NEW(&arena, ds_Event);
    ds_Event *arrived = ARENA_NEW(&arena, ds_Event);
    size_t stopped = 0;
    for (size_t i = 0; i < COUNT(profiles); i++) {
        struct law_image image;
        struct policy policy = policy_default();
        made_image(&arena, profiles[i], &image);
        policy.law = &image;
        for (uint64_t n = law_set_count(16000) / COUNT(profiles); n > 0; n--) {
            int64_t now_ms = INT64_C(1795000000000) + (int64_t)draw(&rng, 6000000) * 1000;
            uint8_t body[LIMIT_event_size];
            size_t size = 0;
            draw_case(&rng, &image, record, state, now_ms);
            struct verdict told = at_door(&policy, record, state, &rng, now_ms, event);
            EXPECT_OK(event_encode(event, body, sizeof body, &size));
            EXPECT_OK(event_decode(arrived, body, size));
            const struct gate_facts facts = gate_again(&policy, record, state, arrived);
            struct verdict again = gate_check(&policy, GATE_checkin, &facts);
            expect_same(profiles[i], &told, &again, event);
            expect_same(profiles[i], &again, &told, event);
            stopped += !again.is_allowed;
        }
    }
    EXPECT(stopped > 1000);
    arena_deinit(&arena);
}
