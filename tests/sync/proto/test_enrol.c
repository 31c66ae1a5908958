#include "sync/proto/pack.h"
#include "tests/sync/proto/samples.h"

#include <stdio.h>
#include <stdlib.h>

TEST(test_payload_goes_through_text)
{
    struct enrol_payload payload = {.url = "https://hq.example:8443", .code = "K7Q2-M4XP"};
    payload.hq = sample_keys(2).public_key;
    char text[ENROL_PAYLOAD_SIZE];
    enrol_payload_to_text(text, &payload);
    struct enrol_payload got;
    EXPECT_INT(WIRE_ok, enrol_payload_from_text(&got, str_from(text)));
    EXPECT_TEXT(payload.url, got.url);
    EXPECT_TEXT(payload.code, got.code);
    assert_memory_equal(payload.hq.bytes, got.hq.bytes, sizeof got.hq.bytes);
    char blanks[ENROL_PAYLOAD_SIZE + 8];
    snprintf(blanks, sizeof blanks, " \t%s \n", text);
    EXPECT_INT(WIRE_ok, enrol_payload_from_text(&got, str_from(blanks)));
    for (size_t size = 0; size < strlen(text); size++) {
        enum wire wire = enrol_payload_from_text(&got, (struct str){text, size});
        /* A code cut by a character is a shorter code; everything else is refused. */
        EXPECT((wire == WIRE_ok) == (size > strlen(text) - strlen(payload.code)));
    }
}

TEST(test_a_payload_can_pin_the_key_of_the_line)
{
    struct enrol_payload payload = {
        .url = "https://hq.example:8443", .code = "K7", .has_pin = true};
    payload.hq = sample_keys(2).public_key;
    memset(payload.url + strlen(payload.url), 'x', ENROL_URL_SIZE - 1 - strlen(payload.url));
    memset(payload.code + 2, 'Z', ENROL_CODE_SIZE - 3);
    memset(payload.pin, 0xfb, sizeof payload.pin);
    char text[ENROL_PAYLOAD_SIZE];
    enrol_payload_to_text(text, &payload); /* the longest there is */
    struct enrol_payload got;
    EXPECT_INT(WIRE_ok, enrol_payload_from_text(&got, str_from(text)));
    EXPECT(got.has_pin);
    assert_memory_equal(payload.pin, got.pin, sizeof got.pin);
    for (size_t size = strlen(text) - 1; text[size] != '&'; size--) {
        /* Half a pin is never taken for none. */
        EXPECT(enrol_payload_from_text(&got, (struct str){text, size}) != WIRE_ok ||
               text[size - 1] == '&');
    }
}

TEST(test_payloads_that_are_refused)
{
    static const struct {
        const char *text;
        enum wire wire;
    } rows[] = {
        {"", WIRE_malformed},
        {"hello", WIRE_malformed},
        {"doorstep:", WIRE_malformed},
        {"doorstep:2?x=new", WIRE_unknown_format},
        {"doorstep:0?u=http://a&k=&c=1", WIRE_malformed},
        {"doorstep:1?u=ftp://a&k=KKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKKK&c=A", WIRE_malformed},
        {"doorstep:1?u=http://a&c=A", WIRE_malformed},
        {"doorstep:1?u=http://a&k=short&c=A", WIRE_malformed},
        {"doorstep:1?u=http://a&k=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&c=A", WIRE_malformed},
        {"doorstep:1?z=1", WIRE_malformed},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct enrol_payload payload;
        EXPECT_ROW(rows[i].text,
                   enrol_payload_from_text(&payload, str_from(rows[i].text)) == rows[i].wire);
    }
    char large[ENROL_PAYLOAD_SIZE + 1];
    memset(large, 'a', sizeof large);
    struct enrol_payload payload;
    EXPECT_INT(WIRE_too_long, enrol_payload_from_text(&payload, (struct str){large, sizeof large}));
}

static ds_Enrol sample_enrol(const struct samples *samples)
{
    ds_Enrol enrol = {.code = "K7Q2-M4XP", .app_version = 100, .answer_format = 1, .at_ms = 1};
    memcpy(enrol.public_key, samples->device.public_key.bytes, sizeof enrol.public_key);
    return enrol;
}

TEST(test_enrolment_and_its_answer)
{
    struct samples samples;
    samples_init(&samples);
    struct arena *arena = &samples.arena;
    ds_Enrol enrol = sample_enrol(&samples);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok,
               enrol_seal(arena, &enrol, &samples.device, &samples.hq.public_key, &envelope));
    ds_Enrol got;
    EXPECT_INT(WIRE_ok, enrol_open(arena, envelope, &samples.hq, &got));
    EXPECT_TEXT("K7Q2-M4XP", got.code);
    EXPECT_INT(WIRE_unknown_key, enrol_open(arena, envelope, &samples.stranger, &got));

    uint64_t tag = envelope_tag(envelope);
    ds_EnrolAnswer answer = {
        .device_no = 9, .person_no = 12, .branch_no = 1, .person_name = "张三"};
    struct wire_bytes reply;
    EXPECT_INT(WIRE_ok, enrol_answer_seal(arena, &answer, tag, &samples.hq,
                                          &samples.device.public_key, &reply));
    ds_EnrolAnswer taken;
    const struct chain_public_key *hq = &samples.hq.public_key;
    EXPECT_INT(WIRE_ok, enrol_answer_open(arena, reply, tag, &samples.device, hq, &taken));
    EXPECT_INT(9, taken.device_no);
    EXPECT_INT(WIRE_bad_signature,
               enrol_answer_open(arena, reply, tag + 1, &samples.device, hq, &taken));
    EXPECT_INT(WIRE_bad_signature, enrol_answer_open(arena, reply, tag, &samples.device,
                                                     &samples.stranger.public_key, &taken));
    /* An answer that neither enrols nor refuses. */
    answer.device_no = 0;
    EXPECT_INT(WIRE_ok, enrol_answer_seal(arena, &answer, tag, &samples.hq,
                                          &samples.device.public_key, &reply));
    EXPECT_INT(WIRE_malformed, enrol_answer_open(arena, reply, tag, &samples.device, hq, &taken));
    answer.refusal = WIRE_expired_code;
    EXPECT_INT(WIRE_ok, enrol_answer_seal(arena, &answer, tag, &samples.hq,
                                          &samples.device.public_key, &reply));
    EXPECT_INT(WIRE_ok, enrol_answer_open(arena, reply, tag, &samples.device, hq, &taken));
    EXPECT_INT(WIRE_expired_code, taken.refusal);
    samples_deinit(&samples);
}

TEST(test_no_cut_or_flipped_enrolment_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    ds_Enrol enrol = sample_enrol(&samples);
    struct wire_bytes envelope;
    ds_Enrol got;
    EXPECT_INT(WIRE_ok, enrol_seal(&samples.arena, &enrol, &samples.device, &samples.hq.public_key,
                                   &envelope));
    uint8_t *bytes = arena_copy(&samples.arena, envelope.bytes, envelope.size);
    for (size_t at = 0; at < envelope.size; at++) {
        uint8_t *cut = malloc(at + 1);
        memcpy(cut, envelope.bytes, at);
        EXPECT(enrol_open(&samples.arena, (struct wire_bytes){cut, at}, &samples.hq, &got) !=
               WIRE_ok);
        free(cut);
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1U << bit);
            EXPECT(enrol_open(&samples.arena, (struct wire_bytes){bytes, envelope.size},
                              &samples.hq, &got) != WIRE_ok);
            bytes[at] ^= (uint8_t)(1U << bit);
        }
    }
    samples_deinit(&samples);
}

/* Who enrols holds the key it names: another's public key is not enough. */
TEST(test_an_enrolment_for_another_key_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    ds_Enrol enrol = sample_enrol(&samples);
    struct wire_bytes good;
    EXPECT_INT(WIRE_ok,
               enrol_seal(&samples.arena, &enrol, &samples.device, &samples.hq.public_key, &good));
    struct envelope_head head;
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_read_head(good, &head));
    EXPECT_INT(WIRE_ok, envelope_open(&samples.arena, &head, good, &samples.hq, &plain));
    uint8_t *bytes = arena_copy(&samples.arena, plain.bytes, plain.size);
    struct chain_signature signature =
        chain_sign(&samples.stranger.secret_key, "enrol", bytes + CHAIN_SIGNATURE_SIZE,
                   plain.size - CHAIN_SIGNATURE_SIZE);
    memcpy(bytes, signature.bytes, sizeof signature.bytes);
    struct wire_bytes forged;
    ds_Enrol got;
    EXPECT_INT(WIRE_ok, envelope_seal(&samples.arena, ENVELOPE_enrol, 0, &samples.hq.public_key,
                                      (struct wire_bytes){bytes, plain.size}, &forged));
    EXPECT_INT(WIRE_bad_signature, enrol_open(&samples.arena, forged, &samples.hq, &got));
    samples_deinit(&samples);
}

TEST(test_packing_gives_back_what_went_in)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    static const size_t sizes[] = {0, 1, 2, 40, 300, 5000, 131072, 131073, 262144};
    for (size_t row = 0; row < COUNT(sizes); row++) {
        for (int is_text = 0; is_text < 2; is_text++) {
            size_t size = sizes[row];
            uint8_t *bytes = arena_alloc(&arena, size + 1);
            rng_fill(&rng, bytes, size);
            for (size_t i = 0; is_text && i < size; i++) {
                bytes[i] = (uint8_t)('a' + bytes[i] % 4);
            }
            struct wire_bytes packed = pack(&arena, (struct wire_bytes){bytes, size});
            struct wire_bytes plain;
            EXPECT(packed.size <= size + 1);
            EXPECT_INT(WIRE_ok, pack_open(&arena, packed, size, &plain));
            EXPECT(plain.size == size && memcmp(plain.bytes, bytes, size) == 0);
            if (size > 0) {
                EXPECT_INT(WIRE_too_long, pack_open(&arena, packed, size - 1, &plain));
            }
        }
    }
    arena_deinit(&arena);
}

TEST(test_packed_bytes_that_are_refused)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    static const struct {
        const char *row;
        uint8_t bytes[6];
        size_t size;
        enum wire wire;
    } rows[] = {
        {"nothing", {0}, 0, WIRE_truncated},
        {"plain with a dictionary", {0x01, 'x'}, 2, WIRE_malformed},
        {"block without a dictionary", {0x40, 1}, 2, WIRE_unknown_dictionary},
        {"block, newer dictionary", {0x40 | 33, 1}, 2, WIRE_unknown_dictionary},
        {"frame, newer dictionary", {0x80 | 34, 1}, 2, WIRE_unknown_dictionary},
        {"form 3", {0xC1, 1}, 2, WIRE_malformed},
        {"empty block", {0x41}, 1, WIRE_bad_compression},
        {"noise as block", {0x41, 0xFF, 0xFF, 0xFF}, 4, WIRE_bad_compression},
        {"empty frame", {0x81}, 1, WIRE_ok},
        {"noise as frame", {0x81, 0xFF, 0xFF, 0xFF}, 4, WIRE_bad_compression},
        {"plain", {0x00, 'x'}, 2, WIRE_ok},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct wire_bytes plain;
        EXPECT_ROW(rows[i].row, pack_open(&arena, (struct wire_bytes){rows[i].bytes, rows[i].size},
                                          100, &plain) == rows[i].wire);
    }
    arena_deinit(&arena);
}

/* Goal: the digits stay what they are, so that a tablet and a headquarters of other versions show
 * the same; another key gives others. */
TEST(test_fingerprint_is_six_groups_that_never_change)
{
    struct chain_public_key key = {{0}};
    char text[ENROL_FINGERPRINT_SIZE];
    char other[ENROL_FINGERPRINT_SIZE];
    enrol_fingerprint(text, &key);
    EXPECT_TEXT("2986 4686 8800 9422 2138 9587", text);
    key.bytes[31] = 1;
    enrol_fingerprint(other, &key);
    EXPECT_INT(strlen(text), strlen(other));
    for (size_t i = 0; i < strlen(text); i += 5) {
        EXPECT(memcmp(text + i, other + i, 4) != 0);
    }
}
