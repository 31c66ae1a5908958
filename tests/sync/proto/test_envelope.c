#include "tests/sync/proto/samples.h"

#include <stdlib.h>

/* What headquarters does with bytes of unknown origin, up to the signature. */
static enum wire take(struct samples *samples, struct wire_bytes envelope)
{
    struct batch batch;
    struct batch_facts facts;
    struct arena_mark mark = arena_mark(&samples->arena);
    enum wire wire = batch_open(&samples->arena, envelope, &samples->hq, &batch);
    if (wire == WIRE_ok && batch.device_no != SAMPLE_DEVICE_NO) {
        wire = WIRE_wrong_device; /* another tablet's key would be looked up */
    }
    if (wire == WIRE_ok) {
        wire = batch_check(&samples->arena, &batch, &samples->before, &samples->device.public_key,
                           &facts);
    }
    arena_rollback(&samples->arena, mark);
    return wire;
}

TEST(test_a_whole_envelope_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    EXPECT_INT(WIRE_ok, take(&samples, sample_envelope(&samples)));
    samples_deinit(&samples);
}

TEST(test_no_prefix_of_an_envelope_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes envelope = sample_envelope(&samples);
    for (size_t size = 0; size < envelope.size; size++) {
        /* A copy of the exact size, so that reading past the end is seen. */
        uint8_t *bytes = malloc(size + 1);
        memcpy(bytes, envelope.bytes, size);
        EXPECT(take(&samples, (struct wire_bytes){bytes, size}) != WIRE_ok);
        free(bytes);
    }
    samples_deinit(&samples);
}

TEST(test_no_flipped_byte_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes envelope = sample_envelope(&samples);
    uint8_t *bytes = arena_copy(&samples.arena, envelope.bytes, envelope.size);
    for (size_t at = 0; at < envelope.size; at++) {
        for (unsigned bit = 0; bit < 9; bit++) {
            unsigned flip = bit == 8 ? 255U : 1U << bit;
            bytes[at] = (uint8_t)(envelope.bytes[at] ^ flip);
            EXPECT(take(&samples, (struct wire_bytes){bytes, envelope.size}) != WIRE_ok);
        }
        bytes[at] = envelope.bytes[at];
    }
    EXPECT_INT(WIRE_ok, take(&samples, (struct wire_bytes){bytes, envelope.size}));
    samples_deinit(&samples);
}

/* Seeded mutations: replaced, inserted, removed, repeated and cut bytes. */
TEST(test_no_mutation_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes envelope = sample_envelope(&samples);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 20261122);
    uint8_t bytes[1024];
    size_t rounds = test_rounds(20000, 100000);
    for (size_t round = 0; round < rounds; round++) {
        size_t size = envelope.size;
        memcpy(bytes, envelope.bytes, size);
        uint64_t changes = 1 + rng_below(&rng, 4);
        for (uint64_t i = 0; i < changes && size > 1; i++) {
            size_t at = (size_t)rng_below(&rng, size);
            switch (rng_below(&rng, 4)) {
            case 0:
                bytes[at] = (uint8_t)rng_u64(&rng);
                break;
            case 1:
                memmove(bytes + at, bytes + at + 1, size - at - 1);
                size--;
                break;
            case 2:
                memmove(bytes + at + 1, bytes + at, size - at);
                size++;
                break;
            default:
                size = at + 1;
            }
        }
        bool is_same = size == envelope.size && memcmp(bytes, envelope.bytes, size) == 0;
        enum wire wire = take(&samples, (struct wire_bytes){bytes, size});
        EXPECT((wire == WIRE_ok) == is_same);
    }
    samples_deinit(&samples);
}

TEST(test_a_head_is_refused_for_what_is_wrong_with_it)
{
    static const struct {
        const char *row;
        uint8_t bytes[8];
        size_t size;
        enum wire wire;
    } rows[] = {
        {"nothing", {0}, 0, WIRE_truncated},
        {"one byte", {0x11}, 1, WIRE_truncated},
        {"cut in the number", {0x11, 5, 0x80}, 3, WIRE_truncated},
        {"format 0", {0x01, 5, 7}, 3, WIRE_malformed},
        {"format 2", {0x21, 5, 7}, 3, WIRE_unknown_format},
        {"kind 0", {0x10, 5, 7}, 3, WIRE_unknown_kind},
        {"alarm", {0x16, 5, 7}, 3, WIRE_ok},
        {"chunk of nobody", {0x17, 5, 0}, 3, WIRE_malformed},
        {"introduction of nobody", {0x18, 5, 0}, 3, WIRE_malformed},
        {"kind 11", {0x1B, 5, 7}, 3, WIRE_unknown_kind},
        {"keys", {0x19, 5, 7}, 3, WIRE_ok},
        {"keys of nobody", {0x19, 5, 0}, 3, WIRE_malformed},
        {"a refusal", {0x15, 5, 7}, 3, WIRE_unknown_kind},
        {"batch of nobody", {0x11, 5, 0}, 3, WIRE_malformed},
        {"enrolment with a number", {0x12, 5, 7}, 3, WIRE_malformed},
        {"padded number", {0x11, 5, 0x87, 0}, 4, WIRE_malformed},
        {"number past u32", {0x11, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F}, 7, WIRE_malformed},
        {"largest number", {0x11, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F}, 7, WIRE_ok},
        {"good", {0x11, 5, 7}, 3, WIRE_ok},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct envelope_head head;
        struct wire_bytes bytes = {rows[i].bytes, rows[i].size};
        EXPECT_ROW(rows[i].row, envelope_read_head(bytes, &head) == rows[i].wire);
    }
}

TEST(test_size_is_refused_before_anything_is_read)
{
    uint8_t *bytes = calloc(1, LIMIT_answer_size + 1);
    bytes[0] = 0x11;
    bytes[2] = 7;
    struct envelope_head head;
    EXPECT_INT(WIRE_ok, envelope_read_head((struct wire_bytes){bytes, LIMIT_envelope_size}, &head));
    EXPECT_INT(WIRE_too_long,
               envelope_read_head((struct wire_bytes){bytes, LIMIT_envelope_size + 1}, &head));
    bytes[0] = 0x13;
    EXPECT_INT(WIRE_ok, envelope_read_head((struct wire_bytes){bytes, LIMIT_answer_size}, &head));
    EXPECT_INT(WIRE_too_long,
               envelope_read_head((struct wire_bytes){bytes, LIMIT_answer_size + 1}, &head));
    free(bytes);
}

TEST(test_only_its_reader_opens_an_envelope)
{
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes envelope = sample_envelope(&samples);
    struct batch batch;
    EXPECT_INT(WIRE_unknown_key, batch_open(&samples.arena, envelope, &samples.stranger, &batch));
    uint8_t *bytes = arena_copy(&samples.arena, envelope.bytes, envelope.size);
    bytes[1] = envelope_key_id(&samples.stranger.public_key);
    EXPECT_INT(WIRE_bad_seal, batch_open(&samples.arena, (struct wire_bytes){bytes, envelope.size},
                                         &samples.stranger, &batch));
    samples_deinit(&samples);
}

TEST(test_a_refusal_is_two_bytes)
{
    uint8_t bytes[ENVELOPE_REFUSAL_SIZE + 1] = {0};
    uint32_t code = 0;
    envelope_refuse(bytes, WIRE_revoked);
    EXPECT_INT(WIRE_ok, envelope_read_refusal((struct wire_bytes){bytes, 2}, &code));
    EXPECT_INT(WIRE_revoked, code);
    EXPECT_INT(WIRE_truncated, envelope_read_refusal((struct wire_bytes){bytes, 1}, &code));
    EXPECT_INT(WIRE_malformed, envelope_read_refusal((struct wire_bytes){bytes, 3}, &code));
    bytes[1] = 200; /* of a newer headquarters: read, and shown as unknown */
    EXPECT_INT(WIRE_ok, envelope_read_refusal((struct wire_bytes){bytes, 2}, &code));
    EXPECT_TEXT("wire.unknown", wire_key(code));
    bytes[1] = 0;
    EXPECT_INT(WIRE_malformed, envelope_read_refusal((struct wire_bytes){bytes, 2}, &code));
}

TEST(test_every_refusal_has_a_name_and_an_error)
{
#define WIRE(code, name)                        \
    EXPECT_TEXT(#name, wire_name(code));        \
    EXPECT_TEXT("wire." #name, wire_key(code)); \
    EXPECT(wire_err(WIRE_##name) != OK);
#include "sync/proto/wires.def"
#undef WIRE
    EXPECT_INT(OK, wire_err(WIRE_ok));
}
