#include "sync/proto/introduce.h"
#include "tests/sync/proto/samples.h"

static struct introduction sample_introduction(const struct samples *samples)
{
    struct introduction introduction = {
        .certificate = {.device_no = SAMPLE_DEVICE_NO,
                        .person_no = 12,
                        .branch_no = 3,
                        .public_key = samples->device.public_key,
                        .hq_at_ms = 1763860000000},
        .app_version = 100,
        .answer_format = 1,
        .at_ms = 1763864000000,
        .lineage = {2, {{3, 17}, {5, 40}}},
    };
    certificate_sign(&introduction.certificate, &samples->hq.secret_key);
    return introduction;
}

static struct wire_bytes seal(struct samples *samples, const struct introduction *introduction)
{
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, introduce_seal(&samples->arena, introduction, &samples->device,
                                       &samples->hq.public_key, &envelope));
    return envelope;
}

static enum wire take(struct samples *samples, struct wire_bytes envelope)
{
    struct introduction introduction;
    return introduce_open(&samples->arena, envelope, &samples->hq, &introduction);
}

TEST(test_a_forgotten_tablet_shows_what_headquarters_signed)
{
    struct samples samples;
    samples_init(&samples);
    struct introduction sent = sample_introduction(&samples);
    struct introduction got;
    EXPECT_INT(WIRE_ok, introduce_open(&samples.arena, seal(&samples, &sent), &samples.hq, &got));
    EXPECT_INT(SAMPLE_DEVICE_NO, got.certificate.device_no);
    EXPECT_INT(12, got.certificate.person_no);
    EXPECT_INT(3, got.certificate.branch_no);
    EXPECT_INT(1763860000000, got.certificate.hq_at_ms);
    assert_memory_equal(samples.device.public_key.bytes, got.certificate.public_key.bytes, 32);
    EXPECT(got.app_version == 100 && got.answer_format == 1 && got.at_ms == 1763864000000);
    EXPECT_INT(2, got.lineage.count);
    EXPECT(got.lineage.entries[0].device_no == 3 && got.lineage.entries[0].until_seq == 17);
    EXPECT(got.lineage.entries[1].device_no == 5 && got.lineage.entries[1].until_seq == 40);
    samples_deinit(&samples);
}

TEST(test_only_a_whole_introduction_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct introduction introduction = sample_introduction(&samples);
    sample_only_whole(&samples, seal(&samples, &introduction), take);
    samples_deinit(&samples);
}

/* Nobody gets in with a certificate that headquarters never made, with one of another
 * tablet, or with one whose words were changed. */
TEST(test_a_forged_introduction_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    struct introduction introduction = sample_introduction(&samples);
    certificate_sign(&introduction.certificate, &samples.stranger.secret_key);
    EXPECT_INT(WIRE_bad_signature, take(&samples, seal(&samples, &introduction)));

    introduction = sample_introduction(&samples);
    introduction.certificate.device_no++;
    EXPECT_INT(WIRE_bad_signature, take(&samples, seal(&samples, &introduction)));
    introduction = sample_introduction(&samples);
    introduction.certificate.person_no++;
    EXPECT_INT(WIRE_bad_signature, take(&samples, seal(&samples, &introduction)));
    introduction = sample_introduction(&samples);
    introduction.certificate.branch_no++;
    EXPECT_INT(WIRE_bad_signature, take(&samples, seal(&samples, &introduction)));
    introduction = sample_introduction(&samples);
    introduction.certificate.hq_at_ms++;
    EXPECT_INT(WIRE_bad_signature, take(&samples, seal(&samples, &introduction)));

    /* A true certificate in a thief's hands: he lacks the key that it names. */
    introduction = sample_introduction(&samples);
    introduction.certificate.public_key = samples.stranger.public_key;
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, introduce_seal(&samples.arena, &introduction, &samples.stranger,
                                       &samples.hq.public_key, &envelope));
    EXPECT_INT(WIRE_bad_signature, take(&samples, envelope));
    samples_deinit(&samples);
}

TEST(test_lineage_is_rising_and_bounded)
{
    static const struct {
        const char *row;
        struct lineage lineage;
        bool is_valid;
    } rows[] = {
        {"none", {0}, true},
        {"one", {1, {{3, 1}}}, true},
        {"two", {2, {{3, 1}, {4, 2}}}, true},
        {"the same number twice", {2, {{3, 1}, {3, 2}}}, true},
        {"no number", {1, {{0, 1}}}, false},
        {"until nothing", {1, {{3, 0}}}, false},
        {"not rising", {2, {{3, 2}, {4, 2}}}, false},
        {"past 63 bits", {1, {{3, (uint64_t)INT64_MAX + 1}}}, false},
        {"too many", {LIMIT_lineage + 1, {{3, 1}}}, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].row, lineage_is_valid(&rows[i].lineage) == rows[i].is_valid);
    }
    struct lineage lineage = {2, {{3, 17}, {5, 40}}};
    EXPECT_INT(3, lineage_origin(&lineage, 7, 1));
    EXPECT_INT(3, lineage_origin(&lineage, 7, 17));
    EXPECT_INT(5, lineage_origin(&lineage, 7, 18));
    EXPECT_INT(5, lineage_origin(&lineage, 7, 40));
    EXPECT_INT(7, lineage_origin(&lineage, 7, 41));
    EXPECT_INT(40, lineage_until(&lineage));
    EXPECT_INT(0, lineage_until(&rows[0].lineage));
}
