/* Goal: nobody who went to a door is forgotten. Somebody asks when the time is up, and the
 * tablet calls for help by itself when nobody answers: once, without a network, after a kill,
 * after a restart, and whatever the power does. */
#include "core/domain/catalog.h"
#include "tests/lib/tablet.h"

#include <stdio.h>

enum { MINUTE_MS = 60 * 1000 };

static enum visit_wait_state state_of(struct tablet *tablet)
{
    ds_VisitDraft draft;
    EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
    struct clock_reading now = clock_read(&tablet->clock);
    return journey_visit_wait(&tablet->journey.policy, &draft, &now).state;
}

static struct fact last_fact(struct tablet *tablet)
{
    struct fact fact;
    uint64_t seq = 0;
    EXPECT_OK(store_journal_last(tablet->store, &seq, NULL, NULL));
    EXPECT_OK(store_journal_fact(tablet->store, seq, &fact));
    return fact;
}

TEST(test_wait_goes_from_running_to_asked_to_over_at_its_minutes)
{
    static const struct {
        int64_t minute; /* since check-in; the policy asks after 45 and gives 10 more */
        enum visit_wait_state state;
    } rows[] = {{0, VISIT_WAIT_running}, {44, VISIT_WAIT_running}, {45, VISIT_WAIT_asked},
                {54, VISIT_WAIT_asked},  {55, VISIT_WAIT_over},    {600, VISIT_WAIT_over}};
    struct tablet tablet;
    tablet_open(&tablet, 3);
    tablet_start_visit(&tablet, 2);
    int64_t passed = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        sim_clock_pass(&tablet.sim, (rows[i].minute - passed) * MINUTE_MS);
        passed = rows[i].minute;
        char row[32];
        snprintf(row, sizeof row, "minute %d", (int)rows[i].minute);
        EXPECT_ROW(row, state_of(&tablet) == rows[i].state);
    }
    tablet_close(&tablet);
}

TEST(test_alarm_is_raised_once_and_says_that_the_tablet_raised_it)
{
    struct tablet tablet;
    bool was_raised;
    struct capture capture;
    tablet_open(&tablet, 3);
    tablet_start_visit(&tablet, 2);
    sim_clock_pass(&tablet.sim, 54 * MINUTE_MS);
    EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture));
    EXPECT(!was_raised); /* one minute of the grace is left */
    sim_clock_pass(&tablet.sim, MINUTE_MS);
    EXPECT_OK(tablet_reopen(&tablet)); /* a kill in between changes nothing */
    EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture));
    EXPECT(was_raised && capture.is_done);
    struct fact fact = last_fact(&tablet);
    const ds_SafetyIncident *incident = &fact.event.kind.safety_incident;
    EXPECT_INT(EVENT_safety_incident, fact.event.which_kind);
    EXPECT_INT(2, fact.event.case_no);
    EXPECT_INT(SAFETY_KIND_overdue, incident->incident);
    EXPECT(incident->is_automatic && incident->expected_at_ms != 0);
    EXPECT(store_is_alarm(&fact.event));
    EXPECT_INT(VISIT_WAIT_alarmed, state_of(&tablet));
    EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture));
    EXPECT(!was_raised);
    struct store_case item;
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 2, &item));
    EXPECT_INT(0, item.state->flags_count); /* silence says nothing about the address */
    /* A word from the door starts it anew. */
    ds_VisitDraft draft;
    EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
    struct clock_reading now = clock_read(&tablet.clock);
    journey_visit_expect(&now, 15, &draft);
    EXPECT_OK(journey_draft_save(&tablet.journey, &draft));
    EXPECT_INT(VISIT_WAIT_running, state_of(&tablet));
    sim_clock_pass(&tablet.sim, 25 * MINUTE_MS);
    EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture));
    EXPECT(was_raised);
    tablet_close(&tablet);
}

/* The wall clock may be set by anybody; the time since boot cannot. */
TEST(test_a_clock_set_back_keeps_nobody_waiting)
{
    struct tablet tablet;
    tablet_open(&tablet, 3);
    tablet_start_visit(&tablet, 2);
    sim_clock_pass(&tablet.sim, 56 * MINUTE_MS);
    tablet.sim.now.wall_ms -= 300 * MINUTE_MS;
    EXPECT_INT(VISIT_WAIT_over, state_of(&tablet));
    tablet_close(&tablet);
}

TEST(test_after_a_restart_the_wall_clock_counts)
{
    struct tablet tablet;
    tablet_open(&tablet, 3);
    tablet_start_visit(&tablet, 2);
    sim_clock_pass(&tablet.sim, 30 * MINUTE_MS);
    tablet.sim.now.boot++;
    tablet.sim.now.monotonic_ms = 1000;
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(VISIT_WAIT_running, state_of(&tablet));
    sim_clock_pass(&tablet.sim, 25 * MINUTE_MS);
    EXPECT_INT(VISIT_WAIT_over, state_of(&tablet));
    tablet_close(&tablet);
}

TEST(test_nobody_waits_when_the_policy_or_the_collector_says_so_or_the_visit_ends)
{
    struct tablet tablet;
    bool was_raised;
    struct capture capture;
    tablet_open(&tablet, 3);
    tablet.journey.policy.visit_timer = 0;
    tablet_start_visit(&tablet, 2);
    sim_clock_pass(&tablet.sim, 600 * MINUTE_MS);
    EXPECT_INT(VISIT_WAIT_none, state_of(&tablet));
    EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture));
    EXPECT(!was_raised);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture)); /* no visit is open */
    EXPECT(!was_raised);
    tablet_close(&tablet);
}

/* Goal: fact and mark come together: whatever step the power fails at, there is one alarm. */
TEST(test_power_cut_while_the_alarm_is_raised_leaves_one_alarm)
{
    for (uint64_t step = 1; step < 40; step++) {
        struct tablet tablet;
        bool was_raised;
        struct capture capture;
        tablet_open(&tablet, 3);
        tablet_start_visit(&tablet, 2);
        sim_clock_pass(&tablet.sim, 60 * MINUTE_MS);
        fault_disk_arm(&tablet.disk);
        tablet.disk.cut_before_step = step;
        enum err err = journey_raise_overdue(&tablet.journey, &was_raised, &capture);
        bool was_cut = tablet.disk.is_dead;
        EXPECT_ROW("cut", was_cut == (err != OK));
        fault_disk_restart(&tablet.disk, FAULT_KEEP_flushed);
        EXPECT_OK(tablet_reopen(&tablet));
        EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture));
        EXPECT_OK(journey_raise_overdue(&tablet.journey, &was_raised, &capture));
        struct store_alarm *alarms;
        size_t count = 0;
        EXPECT_OK(store_alarm_list(tablet.store, &tablet.task, false, &alarms, &count));
        EXPECT_INT(1, count);
        tablet_close(&tablet);
        if (!was_cut) {
            EXPECT(step > 1);
            return;
        }
    }
    fail_msg("the journey never came to its end");
}

TEST(test_day_end_says_what_the_plan_was_and_what_was_not_done)
{
    struct tablet tablet;
    struct open_day day;
    struct close_day closed;
    struct capture capture;
    tablet_open(&tablet, 3);
    EXPECT_OK(journey_open_day(&tablet.journey, &day));
    tablet_start_visit(&tablet, 2);
    sim_clock_pass(&tablet.sim, 20 * MINUTE_MS);
    tablet_draft_promise(&tablet, 500000);
    EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
    ds_VisitSkipped skip = {.reason = SKIP_REASON_weather};
    EXPECT_OK(journey_skip_visit(&tablet.journey, 1, &skip, &capture));
    EXPECT_OK(journey_close_day(&tablet.journey, 8000, "", &closed));
    struct fact fact = last_fact(&tablet);
    const ds_DayClosed *fact_day = &fact.event.kind.day_closed;
    EXPECT_INT(EVENT_day_closed, fact.event.which_kind);
    EXPECT_INT(3, fact_day->planned);
    EXPECT_INT(1, fact_day->visited);
    EXPECT_INT(1, fact_day->skipped);
    EXPECT_INT(1, fact_day->left);
    EXPECT_INT(20, fact_day->worked_minutes);
    EXPECT(fact_day->planned_minutes >= 3 * 25);
    EXPECT_INT(6, fact_day->unsent); /* opened, plan, start, finish, promise, skip */
    tablet_close(&tablet);
}

TEST(test_a_signature_keeps_its_words_and_signing_again_keeps_both)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 3);
    tablet_start_visit(&tablet, 2);
    for (int32_t time = 1; time <= 2; time++) {
        ds_EvidenceAttached about = {.signed_by = ROLE_borrower};
        str_copy(about.note, sizeof about.note, STR("承诺五天内还款五千元"));
        str_copy(about.witness, sizeof about.witness, STR("王同事"));
        const char *bytes = time == 1 ? "png one" : "png two";
        EXPECT_OK(journey_sign(&tablet.journey, 2, &about, str_from(bytes), &capture));
        EXPECT(capture.is_done);
        struct fact fact = last_fact(&tablet);
        const ds_EvidenceAttached *kept = &fact.event.kind.evidence_attached;
        EXPECT_INT(EVIDENCE_KIND_signature, kept->evidence);
        EXPECT_INT(MEDIA_TYPE_png, kept->media);
        EXPECT_INT(ROLE_borrower, kept->signed_by);
        EXPECT_TEXT("承诺五天内还款五千元", kept->note);
        EXPECT_TEXT("王同事", kept->witness);
        struct chain_hash hash = chain_hash(bytes, strlen(bytes));
        EXPECT(memcmp(hash.bytes, kept->hash, sizeof hash.bytes) == 0);
    }
    tablet_close(&tablet);
}
