/* How old what the tablet holds is, and what a recall does to a visit under way. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/journey/journey_private.h"
#include "core/rules/gate.h"

enum { HOUR_MS = 60 * 60 * 1000 };

static void answer(struct tablet *tablet, int64_t late_ms, bool is_behind)
{
    struct download_result result;
    struct clock_reading sealed = tablet->sim.now;
    sealed.wall_ms -= late_ms;
    sealed.monotonic_ms -= late_ms;
    EXPECT_OK(store_sealing_note(tablet->store, "late.env", &sealed));
    const struct download download = {
        .next_cursor = tablet->feed_seq,
        .next_tag = {"t", 1},
        .is_behind = is_behind,
        .hq_at_ms = tablet->sim.now.wall_ms - late_ms,
        .spool_name = "late.env",
    };
    EXPECT_OK(journey_apply_download(&tablet->journey, &download, &result));
}

static bool is_refused_for(struct tablet *tablet, enum refusal refusal)
{
    struct verdict verdict;
    const struct visit_start start = {.case_no = 1,
                                      .place = ADDRESS_KIND_home,
                                      .visitors = 2,
                                      .override_reason = OVERRIDE_REASON_no_fix};
    EXPECT_OK(journey_check_start(&tablet->journey, &start, &verdict));
    return verdict_find(&verdict, refusal) != NULL;
}

TEST(test_an_answer_is_as_old_as_headquarters_made_it)
{
    struct tablet tablet;
    tablet_open(&tablet, 1);
    int64_t block_hours = tablet.journey.policy.policy_block_age;
    answer(&tablet, 0, false);
    EXPECT(!is_refused_for(&tablet, REFUSAL_policy_too_old));
    sim_clock_pass(&tablet.sim, (block_hours + 1) * HOUR_MS);
    EXPECT(is_refused_for(&tablet, REFUSAL_policy_too_old));
    /* One that lay in the spool all that time makes nothing younger. */
    answer(&tablet, (block_hours + 1) * HOUR_MS, false);
    EXPECT(is_refused_for(&tablet, REFUSAL_policy_too_old));
    /* Nor one in which headquarters says that it would not serve this tablet. */
    answer(&tablet, 0, true);
    EXPECT(is_refused_for(&tablet, REFUSAL_policy_too_old));
    answer(&tablet, 0, false);
    EXPECT(!is_refused_for(&tablet, REFUSAL_policy_too_old));
    tablet_close(&tablet);
}

TEST(test_a_late_answer_does_not_put_headquarters_clock_back)
{
    struct tablet tablet;
    tablet_open(&tablet, 1);
    answer(&tablet, 0, false);
    sim_clock_pass(&tablet.sim, HOUR_MS);
    answer(&tablet, HOUR_MS / 2, false);
    EXPECT(!is_refused_for(&tablet, REFUSAL_clock_not_trusted));
    tablet_close(&tablet);
}

/* The clock is set back a day after a visit: the visit of today is still one of today. */
TEST(test_a_clock_set_back_allows_no_more_visits)
{
    struct tablet tablet;
    struct capture capture;
    tablet_open(&tablet, 1);
    uint32_t limit = (uint32_t)tablet.journey.policy.visits_per_day;
    for (uint32_t i = 0; i < limit; i++) {
        EXPECT(!is_refused_for(&tablet, REFUSAL_visits_per_day));
        tablet_start_visit(&tablet, 1);
        tablet_draft_promise(&tablet, 1000);
        EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
        EXPECT(capture.is_done);
    }
    EXPECT(is_refused_for(&tablet, REFUSAL_visits_per_day));
    tablet.sim.now.wall_ms -= DATE_DAY_MS;
    EXPECT(is_refused_for(&tablet, REFUSAL_visits_per_day));
    EXPECT(is_refused_for(&tablet, REFUSAL_clock_not_trusted));
    tablet.sim.now.wall_ms += 2 * DATE_DAY_MS; /* nor does one that is set forward */
    EXPECT(is_refused_for(&tablet, REFUSAL_visits_per_day));
    tablet.sim.now.wall_ms -= DATE_DAY_MS;
    sim_clock_pass(&tablet.sim, DATE_DAY_MS);
    EXPECT(!is_refused_for(&tablet, REFUSAL_visits_per_day));
    tablet_close(&tablet);
}

TEST(test_a_clock_set_back_into_the_day_opens_no_door_at_night)
{
    struct tablet tablet;
    tablet_open(&tablet, 1);
    answer(&tablet, 0, false);
    sim_clock_pass(&tablet.sim, 13 * HOUR_MS); /* 23:00 */
    EXPECT(is_refused_for(&tablet, REFUSAL_contact_hours));
    tablet.sim.now.wall_ms -= 5 * HOUR_MS; /* it says 18:00 */
    EXPECT(is_refused_for(&tablet, REFUSAL_contact_hours));
    tablet.sim.now.wall_ms -= 90 * DATE_DAY_MS;
    sim_clock_pass(&tablet.sim, 40 * DATE_DAY_MS);
    EXPECT(is_refused_for(&tablet, REFUSAL_policy_too_old));
    tablet_close(&tablet);
}

/* Goal: the day goes on by headquarters' last answer when the clock cannot be right. */
TEST(test_a_wrong_clock_blocks_no_work)
{
    static const struct {
        const char *name;
        struct clock_reading now;
        uint32_t quality;
    } rows[] = {
        {"2038, after a start",
         {INT64_C(2147480000000), 500, 78},
         CLOCK_QUALITY_ahead_of_headquarters},
        {"2038, boot not known",
         {INT64_C(2147480000000), 500, 0},
         CLOCK_QUALITY_ahead_of_headquarters},
        {"1970, dead battery", {86400000, 500, 78}, CLOCK_QUALITY_behind_headquarters},
        {"2038, set in the boot of the answer",
         {INT64_C(2147480000000), 1000500, 77},
         CLOCK_QUALITY_jumped},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct open_day day;
        struct capture capture;
        struct clock_reading now;
        tablet_open(&tablet, 3);
        answer(&tablet, 0, false);
        int32_t today = journey_today(&tablet.journey);
        int64_t right_ms = tablet.sim.now.wall_ms;
        tablet.sim.now = rows[i].now;
        EXPECT_ROW(rows[i].name, journey_today(&tablet.journey) == today);
        EXPECT_ROW(rows[i].name, journey_now_ms(&tablet.journey) - right_ms <= 500);
        EXPECT_ROW(rows[i].name,
                   journey_clock_now(&tablet.journey, &now).quality == rows[i].quality);
        EXPECT_OK(journey_open_day(&tablet.journey, &day));
        EXPECT_ROW(rows[i].name, day.day == today && day.planned_count == 3);
        tablet_start_visit(&tablet, 1);
        tablet_draft_promise(&tablet, 500000);
        EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
        EXPECT_ROW(rows[i].name, capture.is_done);
        /* The visit's own clock keeps its case off the plan for the day, not for years. */
        tablet.sim.now = (struct clock_reading){right_ms + 3 * DATE_DAY_MS, 500, 79};
        EXPECT_OK(journey_open_day(&tablet.journey, &day));
        EXPECT_ROW(rows[i].name, day.planned_count == 3);
        /* An answer that comes while the clock is wrong leaves nothing old behind. */
        tablet.sim.now = rows[i].now;
        struct download_result result;
        const struct download download = {.next_cursor = tablet.feed_seq,
                                          .next_tag = {"t", 1},
                                          .hq_at_ms = right_ms + 4 * DATE_DAY_MS};
        EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
        EXPECT_ROW(rows[i].name, tablet.journey.synced_at_ms == download.hq_at_ms);
        tablet_close(&tablet);
    }
}

TEST(test_an_appointment_opens_its_own_hours_only)
{
    static const struct {
        const char *name;
        int32_t day_after;
        uint32_t from_minute, until_minute;
        uint32_t reason;
        bool is_allowed;
    } rows[] = {
        {"agreed, and nobody was spoken to", 0, 0, 0, OVERRIDE_REASON_borrower_agreed, false},
        {"agreed for now", 0, 1350, 1410, OVERRIDE_REASON_appointment, true},
        {"agreed for today, no hour", 0, 0, 0, OVERRIDE_REASON_appointment, true},
        {"agreed for earlier today", 0, 1080, 1140, OVERRIDE_REASON_appointment, false},
        {"agreed for tomorrow", 1, 1350, 1410, OVERRIDE_REASON_appointment, false},
        {"nothing agreed", -1, 0, 0, OVERRIDE_REASON_appointment, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct verdict verdict;
        tablet_open(&tablet, 0);
        ds_CaseRecord *record = ARENA_NEW(&tablet.program, ds_CaseRecord);
        ds_CaseState *state = ARENA_NEW(&tablet.program, ds_CaseState);
        tablet_record(record, 1);
        tablet_state(state, record);
        int32_t today = journey_today(&tablet.journey);
        state->next_day = rows[i].day_after < 0 ? 0 : today + rows[i].day_after;
        state->next_from_minute = rows[i].from_minute;
        state->next_until_minute = rows[i].until_minute;
        struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
        EXPECT_OK(tablet_receive(&tablet, &row, 1));
        sim_clock_pass(&tablet.sim, 13 * HOUR_MS); /* 23:00 */
        const struct visit_start start = {.case_no = 1,
                                          .place = ADDRESS_KIND_home,
                                          .visitors = 2,
                                          .override_reason = rows[i].reason};
        EXPECT_OK(journey_check_start(&tablet.journey, &start, &verdict));
        EXPECT_ROW(rows[i].name, verdict.is_allowed == rows[i].is_allowed);
        tablet_close(&tablet);
    }
}

/* Consent to another hour is a conversation on record, not a word at check-in. */
TEST(test_what_was_agreed_counts_from_a_conversation_on_record)
{
    static const struct {
        const char *name;
        int hours_ago;
        uint32_t channel, result, role;
        bool is_withdrawn, is_allowed;
    } rows[] = {
        {"a call today", 5, CONTACT_CHANNEL_call, CONTACT_RESULT_answered, ROLE_borrower, false,
         true},
        {"a visit yesterday", 30, CONTACT_CHANNEL_visit, 0, ROLE_guarantor, false, true},
        {"at the end of its time", 48, CONTACT_CHANNEL_visit, 0, ROLE_borrower, false, true},
        {"too long ago", 49, CONTACT_CHANNEL_visit, 0, ROLE_borrower, false, false},
        {"nobody answered", 5, CONTACT_CHANNEL_call, CONTACT_RESULT_busy, ROLE_borrower, false,
         false},
        {"a neighbour", 5, CONTACT_CHANNEL_visit, 0, ROLE_neighbour, false, false},
        {"nobody at the door", 5, CONTACT_CHANNEL_visit, 0, ROLE_none, false, false},
        {"taken back", 5, CONTACT_CHANNEL_visit, 0, ROLE_borrower, true, false},
        {"by a clock ahead", -2, CONTACT_CHANNEL_visit, 0, ROLE_borrower, false, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct verdict verdict;
        tablet_open(&tablet, 0);
        tablet.journey.policy.visits_per_day = 9; /* of the hours alone */
        ds_CaseRecord *record = ARENA_NEW(&tablet.program, ds_CaseRecord);
        ds_CaseState *state = ARENA_NEW(&tablet.program, ds_CaseState);
        tablet_record(record, 1);
        tablet_state(state, record);
        sim_clock_pass(&tablet.sim, 13 * HOUR_MS); /* 23:00 */
        state->contacts_count = 1;
        state->contacts[0] = (ds_Contact){
            .id = {1},
            .at_ms = (uint64_t)(tablet.sim.now.wall_ms - rows[i].hours_ago * HOUR_MS),
            .channel = rows[i].channel,
            .result = rows[i].result,
            .role = rows[i].role,
            .is_withdrawn = rows[i].is_withdrawn,
        };
        struct store_case_feed row = tablet_feed(&tablet, record, state, 0);
        EXPECT_OK(tablet_receive(&tablet, &row, 1));
        const struct visit_start start = {.case_no = 1,
                                          .place = ADDRESS_KIND_home,
                                          .visitors = 2,
                                          .override_reason = OVERRIDE_REASON_borrower_agreed};
        EXPECT_OK(journey_check_start(&tablet.journey, &start, &verdict));
        EXPECT_ROW(rows[i].name, verdict.is_allowed == rows[i].is_allowed);
        tablet_close(&tablet);
    }
}

/* What was typed is recorded, and nothing of the debtor stays when the visit is over. */
TEST(test_a_recall_while_a_visit_is_open_loses_no_tap)
{
    static const struct {
        const char *name;
        uint32_t outcome;
        size_t promise_count;
    } rows[] = {
        {"a visit that asks for nothing", OUTCOME_refused_to_pay, 0},
        {"an arrangement, which is for headquarters now", OUTCOME_promise_to_pay, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        ds_VisitDraft draft;
        tablet_open(&tablet, 2);
        tablet_start_visit(&tablet, 1);
        tablet_draft_promise(&tablet, 500000);
        struct store_case_feed row = {
            .case_no = 1, .feed_seq = ++tablet.feed_seq, .is_withdrawn = true};
        EXPECT_OK(tablet_receive(&tablet, &row, 1));
        EXPECT_OK(journey_draft_load(&tablet.journey, &draft));
        draft.finish.outcome = rows[i].outcome;
        EXPECT_OK(journey_draft_save(&tablet.journey, &draft));
        EXPECT_OK(journey_finish_visit(&tablet.journey, &capture));
        EXPECT_ROW(rows[i].name, capture.is_done && capture.is_for_hq);
        struct store_records promises;
        EXPECT_OK(store_journal_list(tablet.store, &tablet.task, EVENT_promise_made, 0, INT64_MAX,
                                     0, 9, &promises));
        EXPECT_ROW(rows[i].name, promises.count == rows[i].promise_count);
        EXPECT_ERR(ERR_not_found, journey_draft_load(&tablet.journey, &draft));
        /* The tablet is free for the next visit, and not for this case. */
        EXPECT(is_refused_for(&tablet, REFUSAL_not_assigned));
        tablet_start_visit(&tablet, 2);
        tablet_close(&tablet);
    }
}
