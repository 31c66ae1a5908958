/* Keys of headquarters: as text, by their ids, and how one hands over to the next. */
#include "sync/proto/keyring.h"

#include "sync/proto/succession.h"
#include "tests/sync/proto/samples.h"

#include <stdio.h>

TEST(test_a_ring_comes_back_from_its_text)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    struct keyring ring = {0};
    for (int64_t i = 0; i < KEYRING_MAX; i++) {
        EXPECT_OK(keyring_add(&ring, &rng, 1763863200000 + i));
    }
    EXPECT_ERR(ERR_too_many, keyring_add(&ring, &rng, 0));
    char text[KEYRING_TEXT_SIZE];
    size_t size = keyring_to_text(text, &ring);
    struct keyring again;
    EXPECT_OK(keyring_from_text(&again, text, size));
    EXPECT_INT(KEYRING_MAX, again.count);
    EXPECT(memcmp(&again, &ring, sizeof ring) == 0);
    for (size_t i = 0; i < ring.count; i++) {
        const struct envelope_keys *keys = &ring.items[i].keys;
        EXPECT(keyring_find(&again, envelope_key_id(&keys->public_key)) == &again.items[i].keys);
    }
    EXPECT(keyring_newest(&again) == &again.items[KEYRING_MAX - 1].keys);
}

TEST(test_what_is_no_ring_is_refused)
{
#define SEED "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static const struct {
        const char *row, *text;
        enum err err;
    } rows[] = {
        {"as the first version wrote it", SEED "\n", OK},
        {"with its instant", SEED " 1763863200000\n", OK},
        {"without an end of line", SEED " 5", OK},
        {"nothing", "", ERR_malformed},
        {"blank", " \n", ERR_malformed},
        {"short", "0001", ERR_malformed},
        {"no hex", "zz0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
         ERR_malformed},
        {"no number", SEED " soon\n", ERR_malformed},
        {"a time before all", SEED " -5\n", ERR_malformed},
        {"twice the same key", SEED "\n" SEED " 5\n", ERR_malformed},
        {"an empty line between", SEED "\n\n" SEED " 5\n", ERR_malformed},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct keyring ring;
        enum err err = keyring_from_text(&ring, rows[i].text, strlen(rows[i].text));
        EXPECT_ROW(rows[i].row, err == rows[i].err);
    }
    char many[KEYRING_TEXT_SIZE + KEYRING_LINE_SIZE];
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    struct keyring ring = {0};
    while (keyring_add(&ring, &rng, 1) == OK) {
    }
    size_t size = keyring_to_text(many, &ring);
    size += (size_t)snprintf(many + size, sizeof many - size, SEED " 9\n");
    EXPECT_ERR(ERR_too_many, keyring_from_text(&ring, many, size));
}

TEST(test_only_the_key_before_hands_over)
{
    struct envelope_keys first = sample_keys(1);
    struct envelope_keys second = sample_keys(2);
    struct envelope_keys stranger = sample_keys(3);
    struct succession good = {
        .from = first.public_key, .to = second.public_key, .at_ms = 1763863200000};
    succession_sign(&good, &first.secret_key);
    EXPECT_INT(WIRE_ok, succession_check(&good));
    struct succession bad = good;
    succession_sign(&bad, &stranger.secret_key);
    EXPECT_INT(WIRE_bad_signature, succession_check(&bad));
    bad = good;
    bad.to = stranger.public_key;
    EXPECT_INT(WIRE_bad_signature, succession_check(&bad));
    bad = good;
    bad.from = stranger.public_key;
    EXPECT_INT(WIRE_bad_signature, succession_check(&bad));
    bad = good;
    bad.at_ms++;
    EXPECT_INT(WIRE_bad_signature, succession_check(&bad));
    bad = good;
    bad.at_ms = -1;
    EXPECT_INT(WIRE_malformed, succession_check(&bad));
    bad = good;
    bad.to = bad.from;
    succession_sign(&bad, &first.secret_key);
    EXPECT_INT(WIRE_malformed, succession_check(&bad));
}

/* An answer to an envelope sealed to an earlier key brings the present one, by the word of the key
 * that the tablet trusts. */
TEST(test_an_answer_brings_the_next_key)
{
    struct samples samples;
    samples_init(&samples);
    struct answer answer = {.request_tag = 5, .device_no = SAMPLE_DEVICE_NO, .hq_at_ms = 1};
    answer.has_succession = true;
    answer.succession = (struct succession){
        .from = samples.hq.public_key, .to = samples.stranger.public_key, .at_ms = 77};
    succession_sign(&answer.succession, &samples.hq.secret_key);
    answer.tls_pin_count = 2;
    memset(answer.tls_pins[0], 0x11, ENROL_PIN_SIZE);
    memset(answer.tls_pins[1], 0x22, ENROL_PIN_SIZE);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, answer_seal(&samples.arena, &answer, &samples.hq,
                                    &samples.device.public_key, &envelope));
    struct answer read;
    EXPECT_INT(WIRE_ok, answer_open(&samples.arena, envelope, &samples.device,
                                    &samples.hq.public_key, SAMPLE_DEVICE_NO, 5, &read));
    EXPECT(read.has_succession && read.succession.at_ms == 77);
    EXPECT(memcmp(&read.succession, &answer.succession, sizeof read.succession) == 0);
    EXPECT_INT(2, read.tls_pin_count);
    EXPECT(memcmp(read.tls_pins, answer.tls_pins, sizeof read.tls_pins) == 0);

    succession_sign(&answer.succession, &samples.stranger.secret_key); /* by itself */
    EXPECT_INT(WIRE_ok, answer_seal(&samples.arena, &answer, &samples.hq,
                                    &samples.device.public_key, &envelope));
    EXPECT_INT(WIRE_bad_signature, answer_open(&samples.arena, envelope, &samples.device,
                                               &samples.hq.public_key, SAMPLE_DEVICE_NO, 5, &read));
    samples_deinit(&samples);
}
