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

/* What headquarters signed about the tablet is kept with the values that it signed, also when
 * the tablet changes hands; a new number needs a new signature. */
TEST(test_the_certificate_is_kept_with_what_it_says)
{
    static const uint8_t first[CHAIN_SIGNATURE_SIZE] = {1};
    static const uint8_t second[CHAIN_SIGNATURE_SIZE] = {2};
    struct tablet tablet;
    struct download_result result;
    struct journey_certificate certificate;
    tablet_open(&tablet, 1);
    EXPECT_ERR(ERR_not_found, journey_certificate(&tablet.journey, &certificate));
    struct enrolment known = {.device_no = TABLET_DEVICE_NO,
                              .person_no = 4,
                              .branch_no = 2,
                              .person_name = "赵敏",
                              .branch_name = "上海",
                              .certificate = {(const char *)first, sizeof first},
                              .hq_at_ms = 55};
    EXPECT_OK(journey_introduced(&tablet.journey, &known));
    EXPECT_INT(TABLET_DEVICE_NO, tablet.journey.device_no);
    EXPECT_INT(4, tablet.journey.person_no);
    const struct enrolment other_holder = {
        .person_no = 5, .branch_no = 3, .person_name = "钱", .branch_name = "苏州"};
    struct download download = {.next_tag = {"a", 1}, .holder = &other_holder, .hq_at_ms = 60};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_OK(journey_certificate(&tablet.journey, &certificate));
    EXPECT_INT(TABLET_DEVICE_NO, certificate.device_no);
    EXPECT_INT(4, certificate.person_no);
    EXPECT_INT(2, certificate.branch_no);
    EXPECT_INT(55, certificate.hq_at_ms);
    EXPECT_INT(1, certificate.signature.bytes[0]);
    /* Another number, without a signature and with one. */
    download = (struct download){.next_tag = {"a", 1}, .new_device_no = 40, .hq_at_ms = 70};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT_ERR(ERR_not_found, journey_certificate(&tablet.journey, &certificate));
    download.new_device_no = 41;
    download.certificate = (struct str){(const char *)second, sizeof second};
    EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
    EXPECT_OK(journey_certificate(&tablet.journey, &certificate));
    EXPECT_INT(41, certificate.device_no);
    EXPECT_INT(5, certificate.person_no);
    EXPECT_INT(70, certificate.hq_at_ms);
    EXPECT_INT(2, certificate.signature.bytes[0]);
    known.device_no = 0;
    EXPECT_ERR(ERR_malformed, journey_introduced(&tablet.journey, &known));
    tablet_close(&tablet);
    tablet_open_bare(&tablet);
    known.device_no = 7;
    EXPECT_ERR(ERR_not_enrolled, journey_introduced(&tablet.journey, &known));
    tablet_close(&tablet);
}

/* Goal: an answer to an envelope of another boot says nothing about this boot's clock; one that
 * waited says as little as it waited. */
TEST(test_a_late_answer_puts_no_clock_in_doubt)
{
    enum { HOUR = 3600000 };
    static const struct {
        const char *name;
        int64_t sealed_before_ms; /* how long ago the envelope was sealed … */
        int64_t said_before_ms;   /* … and headquarters answered */
        int64_t wall_off_ms;      /* our clock is so far ahead */
        bool is_other_boot;
        uint32_t quality;
        int32_t offset_s;
    } rows[] = {
        {"at once", 1000, 1000, 0, false, CLOCK_QUALITY_none, 0},
        {"waited 5 hours", 5 * HOUR, 5 * HOUR, 0, false, CLOCK_QUALITY_none, 0},
        {"waited, and our clock is behind even so", 5 * HOUR, 5 * HOUR, -6 * HOUR, false,
         CLOCK_QUALITY_behind_headquarters, -3600},
        {"waited, and our clock is ahead of what can be", 5 * HOUR, 5 * HOUR, HOUR, false,
         CLOCK_QUALITY_ahead_of_headquarters, 3600},
        {"rebooted meanwhile", 5 * HOUR, 5 * HOUR, 0, true, CLOCK_QUALITY_since_boot_unchecked, 0},
        {"rebooted, clock set back", 5 * HOUR, 5 * HOUR, -6 * HOUR, true,
         CLOCK_QUALITY_behind_headquarters, -3600},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct tablet tablet;
        struct capture capture;
        struct fact fact;
        struct download_result result;
        ds_SafetyIncident incident = {.incident = SAFETY_KIND_dog, .severity = 1};
        tablet_open(&tablet, 0);
        tablet.sim.now.monotonic_ms += 10 * HOUR;
        int64_t right_ms = tablet.sim.now.wall_ms;
        struct clock_reading sealed = tablet.sim.now;
        sealed.monotonic_ms -= rows[i].sealed_before_ms;
        sealed.boot -= rows[i].is_other_boot ? 1 : 0;
        EXPECT_OK(store_sealing_note(tablet.store, "0.env", &sealed));
        tablet.sim.now.wall_ms += rows[i].wall_off_ms;
        struct download download = {.next_tag = {"a", 1},
                                    .spool_name = "0.env",
                                    .hq_at_ms = right_ms - rows[i].said_before_ms};
        EXPECT_OK(journey_apply_download(&tablet.journey, &download, &result));
        EXPECT_ERR(ERR_not_found, store_sealing_get(tablet.store, "0.env", &sealed));
        EXPECT_OK(journey_raise_safety(&tablet.journey, 0, &incident, &capture));
        EXPECT_OK(store_journal_fact(tablet.store, 1, &fact));
        EXPECT_ROW(rows[i].name, fact.event.clock_quality == rows[i].quality);
        EXPECT_ROW(rows[i].name, fact.event.clock_offset_s == rows[i].offset_s);
        tablet_close(&tablet);
    }
}
