#include "sync/proto/alarm.h"
#include "tests/sync/proto/samples.h"

static struct alarm sample_alarm(const struct samples *samples)
{
    return (struct alarm){
        .device_no = SAMPLE_DEVICE_NO,
        .origin_no = SAMPLE_DEVICE_NO,
        .seq = 43,
        .body = samples->bodies[1],
    };
}

static struct wire_bytes seal(struct samples *samples, struct alarm *alarm)
{
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, alarm_seal(&samples->arena, alarm, &samples->device,
                                   &samples->hq.public_key, &envelope));
    return envelope;
}

static enum wire take(struct samples *samples, struct wire_bytes envelope)
{
    struct alarm alarm;
    TRY_WIRE(alarm_open(&samples->arena, envelope, &samples->hq, &alarm));
    if (alarm.device_no != SAMPLE_DEVICE_NO) {
        return WIRE_wrong_device; /* another tablet's key would be looked up */
    }
    return alarm_check(&alarm, &samples->device.public_key);
}

/* Goal: headquarters gives the alarm and the same fact in its batch one effect. */
TEST(test_an_alarm_has_the_id_that_its_fact_has_in_the_batch)
{
    struct samples samples;
    samples_init(&samples);
    struct alarm alarm = sample_alarm(&samples);
    struct alarm got;
    EXPECT_INT(WIRE_ok, alarm_open(&samples.arena, seal(&samples, &alarm), &samples.hq, &got));
    struct batch batch;
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok, batch_open(&samples.arena, sample_envelope(&samples), &samples.hq, &batch));
    EXPECT_INT(WIRE_ok, batch_check(&samples.arena, &batch, &samples.before,
                                    &samples.device.public_key, &facts));
    EXPECT(id_equal(&facts.ids[1], &got.id));
    EXPECT(got.seq == 43 && got.device_no == SAMPLE_DEVICE_NO);
    EXPECT_INT(samples.bodies[1].size, got.body.size);
    assert_memory_equal(samples.bodies[1].bytes, got.body.bytes, got.body.size);
    samples_deinit(&samples);
}

TEST(test_an_alarm_made_under_an_earlier_number_keeps_its_id)
{
    struct samples samples;
    samples_init(&samples);
    struct alarm alarm = sample_alarm(&samples);
    alarm.origin_no = 3;
    struct alarm got;
    EXPECT_INT(WIRE_ok, alarm_open(&samples.arena, seal(&samples, &alarm), &samples.hq, &got));
    struct id id = chain_event_id(3, 43, samples.bodies[1].bytes, samples.bodies[1].size);
    EXPECT(id_equal(&id, &got.id));
    EXPECT_INT(WIRE_ok, alarm_check(&got, &samples.device.public_key));
    samples_deinit(&samples);
}

TEST(test_only_a_whole_alarm_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct alarm alarm = sample_alarm(&samples);
    sample_only_whole(&samples, seal(&samples, &alarm), take);
    alarm.is_unpacked = true; /* for a headquarters without the dictionary */
    sample_only_whole(&samples, seal(&samples, &alarm), take);
    samples_deinit(&samples);
}

TEST(test_a_forged_alarm_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    struct alarm alarm = sample_alarm(&samples);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, alarm_seal(&samples.arena, &alarm, &samples.stranger,
                                   &samples.hq.public_key, &envelope));
    EXPECT_INT(WIRE_bad_signature, take(&samples, envelope));
    /* A batch's signature is none for an alarm, nor the other way round. */
    struct batch batch;
    EXPECT_INT(WIRE_unknown_kind,
               alarm_open(&samples.arena, sample_envelope(&samples), &samples.hq, &alarm));
    alarm = sample_alarm(&samples);
    EXPECT_INT(WIRE_unknown_kind,
               batch_open(&samples.arena, seal(&samples, &alarm), &samples.hq, &batch));
    samples_deinit(&samples);
}

TEST(test_what_an_alarm_may_not_be)
{
    static const struct {
        const char *row;
        uint8_t frame[16];
        size_t size;
        enum wire wire;
    } rows[] = {
        {"nothing", {0}, 0, WIRE_truncated},
        {"no origin", {43}, 1, WIRE_truncated},
        {"seq 0", {0, 7, 1}, 3, WIRE_malformed},
        {"origin 0", {43, 0, 1}, 3, WIRE_malformed},
        {"origin past u32", {43, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, 6, WIRE_malformed},
        {"no body", {43, 7}, 2, WIRE_bad_signature},
        {"a body", {43, 7, 1, 2}, 4, WIRE_bad_signature},
    };
    struct samples samples;
    samples_init(&samples);
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t plain[CHAIN_SIGNATURE_SIZE + 1 + 16] = {0};
        memcpy(plain + CHAIN_SIGNATURE_SIZE + 1, rows[i].frame, rows[i].size);
        struct wire_bytes envelope;
        EXPECT_INT(
            WIRE_ok,
            envelope_seal(&samples.arena, ENVELOPE_alarm, SAMPLE_DEVICE_NO, &samples.hq.public_key,
                          (struct wire_bytes){plain, CHAIN_SIGNATURE_SIZE + 1 + rows[i].size},
                          &envelope));
        EXPECT_ROW(rows[i].row, take(&samples, envelope) == rows[i].wire);
    }
    struct alarm alarm = sample_alarm(&samples);
    uint8_t *large = arena_alloc(&samples.arena, LIMIT_event_size + 1);
    memset(large, 7, LIMIT_event_size + 1);
    alarm.body = (struct wire_bytes){large, LIMIT_event_size};
    EXPECT_INT(WIRE_ok, take(&samples, seal(&samples, &alarm)));
    alarm.body.size++;
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_too_long, alarm_seal(&samples.arena, &alarm, &samples.device,
                                         &samples.hq.public_key, &envelope));
    samples_deinit(&samples);
}
