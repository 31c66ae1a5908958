#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"

static const struct chain_public_key hq_key = {{9, 9, 9}};
static const struct enrolment enrolment = {
    .device_no = 31, .person_no = 4, .branch_no = 2, .person_name = "赵敏", .branch_name = "上海"};

TEST(test_enrolment_keeps_its_key_over_a_restart)
{
    struct tablet tablet;
    struct chain_public_key first;
    struct chain_public_key again;
    struct chain_public_key hq;
    struct chain_secret_key secret;
    tablet_open_bare(&tablet);
    EXPECT_ERR(ERR_not_enrolled, journey_keys(&tablet.journey, &first, &secret, &hq));
    EXPECT_OK(journey_enrol_begin(&tablet.journey, "payload", "http://a", "C1", &hq_key, &first));
    EXPECT_OK(tablet_reopen(&tablet)); /* the answer takes its time */
    EXPECT_OK(journey_enrol_begin(&tablet.journey, "payload", "http://a", "C2", &hq_key, &again));
    EXPECT(memcmp(first.bytes, again.bytes, sizeof first.bytes) == 0);
    EXPECT_OK(journey_keys(&tablet.journey, &again, &secret, &hq));
    EXPECT(memcmp(hq.bytes, hq_key.bytes, sizeof hq.bytes) == 0);
    struct chain_signature signature = chain_sign(&secret, "test", "abc", 3);
    EXPECT_OK(chain_verify(&first, "test", "abc", 3, &signature));
    tablet_close(&tablet);
}

TEST(test_enrolment_happens_once)
{
    struct tablet tablet;
    struct chain_public_key key;
    struct enrolment other = enrolment;
    struct enrolment empty = enrolment;
    tablet_open_bare(&tablet);
    EXPECT_OK(journey_enrol_begin(&tablet.journey, "payload", "http://a", "C1", &hq_key, &key));
    empty.device_no = 0;
    EXPECT_ERR(ERR_malformed, journey_enrol_finish(&tablet.journey, &empty));
    EXPECT_INT(0, tablet.journey.device_no);
    EXPECT_OK(journey_enrol_finish(&tablet.journey, &enrolment));
    EXPECT_OK(journey_enrol_finish(&tablet.journey, &enrolment)); /* the same answer twice */
    EXPECT_INT(31, tablet.journey.device_no);
    EXPECT_INT(4, tablet.journey.person_no);
    other.device_no = 32;
    EXPECT_ERR(ERR_exists, journey_enrol_finish(&tablet.journey, &other));
    EXPECT_ERR(ERR_exists,
               journey_enrol_begin(&tablet.journey, "payload", "http://a", "C1", &hq_key, &key));
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(31, tablet.journey.device_no);
    tablet_close(&tablet);
}

/* Goal: every fact says how far its clock can be trusted, against headquarters'
 * clock at the last answer. Rows: what happened since that answer. */
TEST(test_facts_say_how_good_their_clock_is)
{
    enum { MINUTE = 60000 };
    static const struct {
        const char *name;
        bool was_answered;
        int64_t hq_ahead_ms;        /* headquarters' clock against ours at the answer */
        int64_t wall_ms, uptime_ms; /* passed since */
        uint32_t boot;
        uint32_t quality;
    } rows[] = {
        {"no answer ever", false, 0, 0, 0, 77, CLOCK_QUALITY_never_checked},
        {"agrees", true, 0, 60 * MINUTE, 60 * MINUTE, 77, CLOCK_QUALITY_none},
        {"five minutes off", true, 5 * MINUTE, 0, 0, 77, CLOCK_QUALITY_none},
        {"slow", true, 5 * MINUTE + 1, 0, 0, 77, CLOCK_QUALITY_behind_headquarters},
        {"fast", true, -5 * MINUTE - 1, 0, 0, 77, CLOCK_QUALITY_ahead_of_headquarters},
        {"set forward", true, 0, 66 * MINUTE, 60 * MINUTE, 77, CLOCK_QUALITY_jumped},
        {"set back", true, 0, 54 * MINUTE, 60 * MINUTE, 77, CLOCK_QUALITY_jumped},
        {"started since", true, 0, 60 * MINUTE, 0, 78, CLOCK_QUALITY_since_boot_unchecked},
        {"started in the past", true, 0, -6 * MINUTE, 0, 78, CLOCK_QUALITY_behind_headquarters},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        struct fact fact;
        struct download_result result;
        ds_SafetyIncident incident = {.incident = SAFETY_KIND_dog, .severity = 1};
        tablet_open(&tablet, 0);
        struct download download = {.next_tag = {"a", 1},
                                    .hq_at_ms = tablet.sim.now.wall_ms + rows[i].hq_ahead_ms};
        if (rows[i].was_answered) {
            EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
        }
        tablet.sim.now.wall_ms += rows[i].wall_ms;
        tablet.sim.now.monotonic_ms += rows[i].uptime_ms;
        tablet.sim.now.boot = rows[i].boot;
        EXPECT_OK(journey_raise_safety(&tablet.journey, 0, &incident, &capture));
        EXPECT_OK(store_journal_fact(tablet.store, 1, &fact));
        EXPECT_ROW(rows[i].name, fact.event.clock_quality == rows[i].quality);
        tablet_close(&tablet);
    }
}
