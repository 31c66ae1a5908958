/* Goal: a policy image reaches the gate only when headquarters signed it, and the last good one
 * stays in force. */
#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/gate.h"
#include "core/rules/law_image.h"

#include <sodium.h>

enum { IMAGE_SIZE = LAW_HEAD_SIZE + LAW_RECORD_SIZE + LAW_ZONE_ROW_SIZE + 4 + LAW_TAIL_SIZE };

static struct chain_secret_key hq_secret;

static void make_hq(struct chain_public_key *public_out)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 91);
    chain_keypair(&rng, public_out, &hq_secret);
}

/* A policy of one rule: contact closes at `close_second`, whatever is agreed. */
static const char *policy_text(struct arena *arena, const struct chain_secret_key *key,
                               uint32_t version, int32_t expires_day, int64_t close_second)
{
    uint8_t bytes[IMAGE_SIZE] = {0};
    const struct law_image_head head = {
        .record_count = 1,
        .zone_count = 1,
        .text_size = 4,
        .version = version,
        .expires_day = expires_day,
        .profile = "cn",
        .tzdb = "test",
    };
    const struct law_record record = {
        .rule = LAW_RULE_ID('T', 1),
        .kind = LAW_KIND_TW,
        .severity = SEVERITY_block,
        .stages = LAW_STAGE_checkin,
        .channels = LAW_CHANNEL_visit,
        .from_day = -1000000,
        .to_day = 1000000,
        .p1 = close_second,
    };
    law_head_write(bytes, &head);
    law_record_write(bytes + LAW_HEAD_SIZE, &record);
    uint8_t *zone = bytes + LAW_HEAD_SIZE + LAW_RECORD_SIZE;
    memcpy(zone, "Asia/Shanghai", 13);
    zone[40] = 28800 % 256;
    zone[41] = 28800 / 256;
    memcpy(zone + LAW_ZONE_ROW_SIZE, "4x\0", 4);
    law_tail_write(bytes, sizeof bytes, key);
    char base64[2 * IMAGE_SIZE];
    sodium_bin2base64(base64, sizeof base64, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
    return str_format(arena, "visits_per_day = 2\nlaw = %s\n", base64);
}

static void receive(struct tablet *tablet, const char *text, bool is_taken)
{
    struct download_result result;
    struct download download = {
        .next_tag = {"a", 1}, .policy_text = str_from(text), .hq_at_ms = tablet->sim.now.wall_ms};
    EXPECT_OK(journey_apply_download(&tablet->journey, &download, &result));
    EXPECT_INT(is_taken, result.has_new_policy);
    EXPECT_INT(is_taken ? 0 : 1, result.quarantined_count);
}

static void enrol(struct tablet *tablet)
{
    struct chain_public_key hq_public;
    struct chain_public_key device;
    const struct enrolment enrolment = {.device_no = 31,
                                        .person_no = 4,
                                        .branch_no = 2,
                                        .person_name = "赵敏",
                                        .branch_name = "上海"};
    make_hq(&hq_public);
    tablet_open_bare(tablet);
    EXPECT_OK(
        journey_enrol_begin(&tablet->journey, "payload", "http://a", "C1", &hq_public, &device));
    EXPECT_OK(journey_enrol_finish(&tablet->journey, &enrolment));
}

/* Closing time of the image in force; 0 without one. */
static int64_t close_in_force(const struct tablet *tablet)
{
    const struct law_image *image = tablet->journey.policy.law;
    return image == NULL ? 0 : law_image_record(image, 0).p1;
}

TEST(test_an_image_of_headquarters_is_in_force_and_stays_over_a_restart)
{
    struct tablet tablet;
    enrol(&tablet);
    EXPECT_INT(0, close_in_force(&tablet));
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261101, 30000, 72000), true);
    EXPECT_INT(72000, close_in_force(&tablet));
    EXPECT_INT(2, tablet.journey.policy.visits_per_day);
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(72000, close_in_force(&tablet));
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261102, 30000, 68400), true);
    EXPECT_INT(68400, close_in_force(&tablet));
    tablet_close(&tablet);
}

TEST(test_a_foreign_old_expired_or_damaged_image_is_put_aside_and_the_last_stays)
{
    struct tablet tablet;
    enrol(&tablet);
    receive(&tablet, policy_text(&tablet.task, &hq_secret, 20261102, 30000, 72000), true);
    struct chain_secret_key other = hq_secret;
    struct chain_public_key other_public;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 92);
    chain_keypair(&rng, &other_public, &other);
    char *damaged =
        arena_text(&tablet.task, policy_text(&tablet.task, &hq_secret, 20261103, 30000, 3600));
    damaged[60] = damaged[60] == 'A' ? 'B' : 'A';
    const char *const texts[] = {
        policy_text(&tablet.task, &other, 20261103, 30000, 3600),
        policy_text(&tablet.task, &hq_secret, 20261101, 30000, 3600),
        policy_text(&tablet.task, &hq_secret, 20261103, 15000, 3600),
        damaged,
        "law = nonsense\n",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        receive(&tablet, texts[i], false);
        EXPECT_INT(72000, close_in_force(&tablet));
    }
    EXPECT_OK(tablet_reopen(&tablet));
    EXPECT_INT(72000, close_in_force(&tablet));
    tablet_close(&tablet);
}
