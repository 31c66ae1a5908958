#include "sync/proto/chunk.h"
#include "sync/proto/receipt.h"
#include "tests/sync/proto/samples.h"

static struct chunk sample_chunk(struct samples *samples, uint32_t size, uint32_t index)
{
    uint8_t *bytes = arena_alloc(&samples->arena, size);
    for (uint32_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(i * 7);
    }
    return (struct chunk){
        .device_no = SAMPLE_DEVICE_NO,
        .hash = chain_hash(bytes, size),
        .size = size,
        .index = index,
        .bytes = {bytes + (size_t)index * LIMIT_chunk_size, chunk_size(size, index)},
    };
}

static struct wire_bytes seal(struct samples *samples, struct chunk *chunk)
{
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, chunk_seal(&samples->arena, chunk, &samples->device,
                                   &samples->hq.public_key, &envelope));
    return envelope;
}

static enum wire take(struct samples *samples, struct wire_bytes envelope)
{
    struct chunk chunk;
    TRY_WIRE(chunk_open(&samples->arena, envelope, &samples->hq, &chunk));
    if (chunk.device_no != SAMPLE_DEVICE_NO) {
        return WIRE_wrong_device; /* another tablet's key would be looked up */
    }
    return chunk_check(&chunk, &samples->device.public_key);
}

TEST(test_an_attachment_falls_into_chunks_without_gap_or_overlap)
{
    static const struct {
        uint32_t size, count, last_size;
    } rows[] = {
        {1, 1, 1},
        {LIMIT_chunk_size - 1, 1, LIMIT_chunk_size - 1},
        {LIMIT_chunk_size, 1, LIMIT_chunk_size},
        {LIMIT_chunk_size + 1, 2, 1},
        {LIMIT_attachment_size, LIMIT_attachment_size / LIMIT_chunk_size, LIMIT_chunk_size},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t sum = 0;
        for (uint32_t index = 0; index < rows[i].count; index++) {
            sum += chunk_size(rows[i].size, index);
        }
        EXPECT_INT(rows[i].count, chunk_count(rows[i].size));
        EXPECT_INT(rows[i].size, sum);
        EXPECT_INT(rows[i].last_size, chunk_size(rows[i].size, rows[i].count - 1));
        EXPECT_INT(0, chunk_size(rows[i].size, rows[i].count));
    }
    EXPECT_INT(0, chunk_size(UINT32_MAX, UINT32_MAX));
}

TEST(test_a_chunk_arrives_byte_for_byte)
{
    struct samples samples;
    samples_init(&samples);
    for (uint32_t index = 0; index < 3; index++) {
        struct chunk sent = sample_chunk(&samples, 2 * LIMIT_chunk_size + 100, index);
        struct chunk got;
        EXPECT_INT(WIRE_ok, chunk_open(&samples.arena, seal(&samples, &sent), &samples.hq, &got));
        EXPECT_INT(WIRE_ok, chunk_check(&got, &samples.device.public_key));
        EXPECT(got.size == sent.size && got.index == index);
        EXPECT(chain_hash_equal(&sent.hash, &got.hash));
        EXPECT_INT(sent.bytes.size, got.bytes.size);
        assert_memory_equal(sent.bytes.bytes, got.bytes.bytes, got.bytes.size);
    }
    samples_deinit(&samples);
}

TEST(test_only_a_whole_chunk_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct chunk chunk = sample_chunk(&samples, 90, 0);
    sample_only_whole(&samples, seal(&samples, &chunk), take);
    samples_deinit(&samples);
}

TEST(test_a_forged_chunk_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    struct chunk chunk = sample_chunk(&samples, 90, 0);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, chunk_seal(&samples.arena, &chunk, &samples.stranger,
                                   &samples.hq.public_key, &envelope));
    EXPECT_INT(WIRE_bad_signature, take(&samples, envelope));
    samples_deinit(&samples);
}

/* Sealed by a tablet gone wrong: what does not fit together is not taken. */
TEST(test_size_index_and_bytes_must_fit)
{
    static const struct {
        const char *row;
        uint32_t size, index, bytes;
        enum wire wire;
    } rows[] = {
        {"size 0", 0, 0, 0, WIRE_malformed},
        {"past the largest attachment", LIMIT_attachment_size + 1, 0, LIMIT_chunk_size,
         WIRE_malformed},
        {"index past the end", 90, 1, 0, WIRE_malformed},
        {"one byte less", 90, 0, 89, WIRE_malformed},
        {"one byte more", 90, 0, 91, WIRE_malformed},
        {"a short chunk before the last", LIMIT_chunk_size + 1, 0, 1, WIRE_malformed},
        {"fits, and is signed by nobody", 90, 0, 90, WIRE_bad_signature},
    };
    struct samples samples;
    samples_init(&samples);
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t head_size = CHAIN_SIGNATURE_SIZE + CHAIN_HASH_SIZE + 8;
        uint8_t *plain = arena_alloc(&samples.arena, head_size + rows[i].bytes);
        memset(plain, 0, head_size + rows[i].bytes);
        for (int byte = 0; byte < 4; byte++) {
            plain[96 + byte] = (uint8_t)(rows[i].size >> 8 * byte);
            plain[100 + byte] = (uint8_t)(rows[i].index >> 8 * byte);
        }
        struct wire_bytes envelope;
        EXPECT_INT(WIRE_ok,
                   envelope_seal(&samples.arena, ENVELOPE_chunk, SAMPLE_DEVICE_NO,
                                 &samples.hq.public_key,
                                 (struct wire_bytes){plain, head_size + rows[i].bytes}, &envelope));
        EXPECT_ROW(rows[i].row, take(&samples, envelope) == rows[i].wire);
    }
    samples_deinit(&samples);
}

/* Only this is shown as "headquarters has the photo". */
TEST(test_held_is_headquarters_word_for_one_tablet_and_one_photo)
{
    struct samples samples;
    samples_init(&samples);
    ds_Held held = {.size = 90, .stored_at_ms = 1763864000000, .level = RECEIPT_LEVEL_stored};
    memset(held.hash, 0x5A, sizeof held.hash);
    held_sign(&held, SAMPLE_DEVICE_NO, &samples.hq.secret_key);
    const struct chain_public_key *hq = &samples.hq.public_key;
    EXPECT_INT(WIRE_ok, held_check(&held, SAMPLE_DEVICE_NO, hq));
    EXPECT_INT(WIRE_bad_signature, held_check(&held, SAMPLE_DEVICE_NO + 1, hq));
    EXPECT_INT(WIRE_bad_signature,
               held_check(&held, SAMPLE_DEVICE_NO, &samples.stranger.public_key));
    ds_Held changed = held;
    changed.hash[31] ^= 1;
    EXPECT_INT(WIRE_bad_signature, held_check(&changed, SAMPLE_DEVICE_NO, hq));
    changed = held;
    changed.size++;
    EXPECT_INT(WIRE_bad_signature, held_check(&changed, SAMPLE_DEVICE_NO, hq));
    changed = held;
    changed.stored_at_ms++;
    EXPECT_INT(WIRE_bad_signature, held_check(&changed, SAMPLE_DEVICE_NO, hq));
    changed = held;
    changed.level = RECEIPT_LEVEL_safe;
    EXPECT_INT(WIRE_bad_signature, held_check(&changed, SAMPLE_DEVICE_NO, hq));
    changed.level = 3;
    held_sign(&changed, SAMPLE_DEVICE_NO, &samples.hq.secret_key);
    EXPECT_INT(WIRE_malformed, held_check(&changed, SAMPLE_DEVICE_NO, hq));
    samples_deinit(&samples);
}
