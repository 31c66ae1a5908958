#include "tests/sync/proto/samples.h"

#include <stdlib.h>

static enum wire open_and_check(struct samples *samples, struct wire_bytes envelope,
                                const struct batch_before *before,
                                const struct chain_public_key *device, struct batch *batch,
                                struct batch_facts *facts)
{
    TRY_WIRE(batch_open(&samples->arena, envelope, &samples->hq, batch));
    return batch_check(&samples->arena, batch, before, device, facts);
}

TEST(test_what_was_captured_arrives_byte_for_byte)
{
    struct samples samples;
    samples_init(&samples);
    struct batch batch;
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok, open_and_check(&samples, sample_envelope(&samples), &samples.before,
                                       &samples.device.public_key, &batch, &facts));
    EXPECT_INT(SAMPLE_DEVICE_NO, batch.device_no);
    EXPECT_INT(42, batch.first_seq);
    EXPECT_INT(SAMPLE_EVENTS, batch.count);
    struct chain_link link = samples.before.link;
    for (size_t i = 0; i < SAMPLE_EVENTS; i++) {
        EXPECT_INT(samples.bodies[i].size, batch.bodies[i].size);
        assert_memory_equal(samples.bodies[i].bytes, batch.bodies[i].bytes, batch.bodies[i].size);
        link = chain_next(&link, SAMPLE_DEVICE_NO, 42 + i, batch.bodies[i].bytes,
                          batch.bodies[i].size);
        EXPECT(chain_link_equal(&link, &facts.links[i]));
        struct id id =
            chain_event_id(SAMPLE_DEVICE_NO, 42 + i, batch.bodies[i].bytes, batch.bodies[i].size);
        EXPECT(id_equal(&id, &facts.ids[i]));
    }
    EXPECT(chain_link_equal(&link, &facts.link_last));
    EXPECT_INT(88, batch.status.down_cursor);
    EXPECT_INT(0x1234, batch.status.down_check);
    int64_t behind_ms = 0;
    EXPECT(batch_clock_read(batch.status.clock, &behind_ms));
    EXPECT_INT(-1000, behind_ms);
    /* What HQ keeps proves later what the tablet signed. */
    EXPECT_INT(WIRE_ok, batch_prove(SAMPLE_DEVICE_NO, 44, &link, batch.status_hash,
                                    &samples.device.public_key, &batch.signature));
    samples_deinit(&samples);
}

TEST(test_a_pull_ticket_is_a_batch_without_facts)
{
    struct samples samples;
    samples_init(&samples);
    struct batch ticket = {
        .device_no = SAMPLE_DEVICE_NO,
        .first_seq = 42,
        .status = {.app_version = 100, .answer_format = 1, .policy = 99, .down_cursor = 5}};
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &ticket, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    struct batch batch;
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok, open_and_check(&samples, envelope, &samples.before,
                                       &samples.device.public_key, &batch, &facts));
    EXPECT_INT(0, batch.count);
    EXPECT_INT(100, batch.status.app_version);
    EXPECT_INT(1, batch.status.answer_format);
    EXPECT_INT(99, batch.status.policy);
    EXPECT(chain_link_equal(&samples.before.link, &facts.link_last));
    samples_deinit(&samples);
}

TEST(test_a_forged_batch_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    struct batch batch;
    struct batch_facts facts;

    /* By somebody else's key. */
    struct batch forged = sample_batch(&samples);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &forged, &samples.before, &samples.stranger,
                                   &samples.hq.public_key, &envelope));
    EXPECT_INT(WIRE_bad_signature, open_and_check(&samples, envelope, &samples.before,
                                                  &samples.device.public_key, &batch, &facts));
    /* The envelope of one tablet under the number of another. */
    envelope = sample_envelope(&samples);
    uint8_t *bytes = arena_copy(&samples.arena, envelope.bytes, envelope.size);
    bytes[2] = SAMPLE_DEVICE_NO + 1;
    EXPECT_INT(WIRE_bad_signature,
               open_and_check(&samples, (struct wire_bytes){bytes, envelope.size}, &samples.before,
                              &samples.device.public_key, &batch, &facts));
    samples_deinit(&samples);
}

TEST(test_a_batch_that_does_not_follow_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    struct batch batch;
    struct batch_facts facts;
    struct wire_bytes envelope = sample_envelope(&samples);

    struct batch_before other = samples.before;
    other.link.bytes[0] ^= 1;
    EXPECT_INT(WIRE_bad_link, open_and_check(&samples, envelope, &other, &samples.device.public_key,
                                             &batch, &facts));
    /* Another link with the same tag is found by the signature. */
    other = samples.before;
    other.link.bytes[31] ^= 1;
    EXPECT_INT(WIRE_bad_signature, open_and_check(&samples, envelope, &other,
                                                  &samples.device.public_key, &batch, &facts));
    /* The right link with another fact before: other bodies come out, or none. */
    other = samples.before;
    other.body = samples.bodies[2];
    EXPECT(open_and_check(&samples, envelope, &other, &samples.device.public_key, &batch, &facts) !=
           WIRE_ok);
    samples_deinit(&samples);
}

/* Removing, repeating or swapping facts inside a batch breaks the signed link. */
TEST(test_a_cut_or_reordered_batch_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    struct batch whole = sample_batch(&samples);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &whole, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    static const size_t orders[][4] = {{0, 1, 9, 9}, {0, 2, 9, 9}, {1, 2, 9, 9}, {0, 2, 1, 9},
                                       {0, 1, 2, 2}, {9, 9, 9, 9}, {2, 1, 0, 9}};
    for (size_t row = 0; row < COUNT(orders); row++) {
        struct wire_bytes bodies[4];
        struct batch cut = whole;
        cut.bodies = bodies;
        cut.count = 0;
        for (size_t i = 0; i < 4 && orders[row][i] != 9; i++) {
            bodies[cut.count++] = samples.bodies[orders[row][i]];
        }
        struct batch_facts facts;
        struct wire_bytes ignored;
        /* Sealed by a thief without the tablet's key, then given the true signature. */
        EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &cut, &samples.before, &samples.stranger,
                                       &samples.hq.public_key, &ignored));
        struct batch opened;
        EXPECT_INT(WIRE_ok, batch_open(&samples.arena, ignored, &samples.hq, &opened));
        opened.signature = whole.signature;
        EXPECT_INT(WIRE_bad_signature, batch_check(&samples.arena, &opened, &samples.before,
                                                   &samples.device.public_key, &facts));
    }
    samples_deinit(&samples);
}

TEST(test_limits_of_a_batch)
{
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes bodies[LIMIT_batch_events + 1];
    for (size_t i = 0; i < COUNT(bodies); i++) {
        bodies[i] = samples.bodies[i % SAMPLE_EVENTS];
    }
    struct batch batch = sample_batch(&samples);
    struct wire_bytes envelope;
    batch.bodies = bodies;
    batch.count = LIMIT_batch_events;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &batch, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    struct batch opened;
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok, open_and_check(&samples, envelope, &samples.before,
                                       &samples.device.public_key, &opened, &facts));
    EXPECT_INT(LIMIT_batch_events, opened.count);
    batch.count++;
    EXPECT_INT(WIRE_too_long, batch_seal(&samples.arena, &batch, &samples.before, &samples.device,
                                         &samples.hq.public_key, &envelope));

    uint8_t *large = arena_alloc(&samples.arena, LIMIT_event_size + 1);
    randombytes_buf(large, LIMIT_event_size + 1);
    struct wire_bytes full = {large, LIMIT_event_size};
    for (size_t i = 0; i < 17; i++) {
        bodies[i] = full;
    }
    batch.count = LIMIT_batch_size / LIMIT_event_size;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &batch, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    EXPECT_INT(WIRE_ok, open_and_check(&samples, envelope, &samples.before,
                                       &samples.device.public_key, &opened, &facts));
    batch.count++;
    EXPECT_INT(WIRE_too_long, batch_seal(&samples.arena, &batch, &samples.before, &samples.device,
                                         &samples.hq.public_key, &envelope));
    bodies[0] = (struct wire_bytes){large, LIMIT_event_size + 1};
    batch.count = 1;
    EXPECT_INT(WIRE_too_long, batch_seal(&samples.arena, &batch, &samples.before, &samples.device,
                                         &samples.hq.public_key, &envelope));
    samples_deinit(&samples);
}

/* Bodies that this program does not understand travel as they are. */
TEST(test_unknown_bodies_come_through_unchanged)
{
    struct samples samples;
    samples_init(&samples);
    static const uint8_t newer_kind[] = {0x08, 0xE8, 0x07, 0xA2, 0x06, 0x02, 0x08, 0x01};
    static const uint8_t newer_head[] = {0x08, 0x01, 0x68, 0x05, 0xB2, 0x01, 0x02, 0x08, 0x01};
    static const uint8_t unordered[] = {0x18, 0x05, 0x08, 0x01, 0xB2, 0x01, 0x00};
    static const uint8_t padded[] = {0x08, 0x81, 0x00, 0xB2, 0x01, 0x00};
    static const uint8_t noise[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    struct wire_bytes bodies[] = {
        {newer_kind, sizeof newer_kind},
        {newer_head, sizeof newer_head},
        samples.bodies[0],
        {unordered, sizeof unordered},
        {padded, sizeof padded},
        {noise, sizeof noise},
        {noise, 0},
        samples.bodies[2],
    };
    struct batch batch = sample_batch(&samples);
    batch.bodies = bodies;
    batch.count = COUNT(bodies);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &batch, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    struct batch opened;
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok, open_and_check(&samples, envelope, &samples.before,
                                       &samples.device.public_key, &opened, &facts));
    EXPECT_INT(COUNT(bodies), opened.count);
    for (size_t i = 0; i < COUNT(bodies); i++) {
        EXPECT(opened.bodies[i].size == bodies[i].size);
        EXPECT(memcmp(opened.bodies[i].bytes, bodies[i].bytes, bodies[i].size) == 0);
    }
    samples_deinit(&samples);
}

/* The clock in the status: edges of its rounding and its width. */
TEST(test_clock_difference_survives_in_seconds)
{
    static const struct {
        const char *row;
        int64_t in_ms, out_ms;
    } rows[] = {
        {"0", 0, 0},
        {"999", 999, 0},
        {"-999", -999, 0},
        {"1000", 1000, 1000},
        {"-1000", -1000, -1000},
        {"-61500", -61500, -61000},
        {"a day", 86400000, 86400000},
        {"cut", INT64_MAX, (int64_t)1000 << 30},
        {"cut below", INT64_MIN, -((int64_t)1000 << 30)},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t out_ms = 1;
        EXPECT_ROW(rows[i].row, batch_clock_read(batch_clock(rows[i].in_ms), &out_ms));
        EXPECT_ROW(rows[i].row, out_ms == rows[i].out_ms);
    }
    int64_t out_ms = 0;
    EXPECT(!batch_clock_read(0, &out_ms));
}

/* The inside of a box, made by a tablet gone wrong: never accepted, never read past. */
TEST(test_no_mutation_inside_the_box_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes envelope = sample_envelope(&samples);
    struct envelope_head head;
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    EXPECT_INT(WIRE_ok, envelope_open(&samples.arena, &head, envelope, &samples.hq, &plain));
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    int opened_count = 0;
    size_t rounds = test_rounds(3000, 20000);
    for (size_t round = 0; round < rounds; round++) {
        struct arena_mark mark = arena_mark(&samples.arena);
        uint8_t *bytes = arena_copy(&samples.arena, plain.bytes, plain.size);
        size_t size = rng_below(&rng, 8) == 0 ? (size_t)rng_below(&rng, plain.size) : plain.size;
        for (uint64_t i = 0; i <= rng_below(&rng, 3); i++) {
            bytes[rng_below(&rng, plain.size)] ^= (uint8_t)(1 + rng_below(&rng, 255));
        }
        bool is_same = size == plain.size && memcmp(bytes, plain.bytes, size) == 0;
        struct wire_bytes resealed;
        struct batch batch;
        struct batch_facts facts;
        EXPECT_INT(WIRE_ok, envelope_seal(&samples.arena, ENVELOPE_batch, SAMPLE_DEVICE_NO,
                                          &samples.hq.public_key, (struct wire_bytes){bytes, size},
                                          &resealed));
        enum wire wire = open_and_check(&samples, resealed, &samples.before,
                                        &samples.device.public_key, &batch, &facts);
        /* A change that unpacks to the very same facts is no forgery. */
        bool is_true = wire == WIRE_ok && batch.count == SAMPLE_EVENTS;
        for (size_t i = 0; is_true && i < SAMPLE_EVENTS; i++) {
            is_true =
                batch.bodies[i].size == samples.bodies[i].size &&
                memcmp(batch.bodies[i].bytes, samples.bodies[i].bytes, batch.bodies[i].size) == 0;
        }
        EXPECT(wire != WIRE_ok || is_true);
        opened_count += wire == WIRE_ok && !is_same;
        arena_rollback(&samples.arena, mark);
    }
    /* zstd has a few bits that mean nothing; more than a handful would be a hole. */
    EXPECT((size_t)opened_count < rounds / 100);
    samples_deinit(&samples);
}

/* A tablet that was chained anew: ids stay those of the number under which a fact was made,
 * so that nothing takes effect twice. */
TEST(test_ids_follow_the_lineage)
{
    struct samples samples;
    samples_init(&samples);
    struct batch sent = sample_batch(&samples);
    sent.status.lineage = (struct lineage){2, {{3, 42}, {5, 43}}};
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &sent, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    struct batch batch;
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok, open_and_check(&samples, envelope, &samples.before,
                                       &samples.device.public_key, &batch, &facts));
    static const uint32_t origins[SAMPLE_EVENTS] = {3, 5, SAMPLE_DEVICE_NO};
    for (size_t i = 0; i < SAMPLE_EVENTS; i++) {
        struct id id =
            chain_event_id(origins[i], 42 + i, batch.bodies[i].bytes, batch.bodies[i].size);
        EXPECT(id_equal(&id, &facts.ids[i]));
    }
    EXPECT_INT(2, batch.status.lineage.count);
    EXPECT_INT(43, lineage_until(&batch.status.lineage));
    EXPECT(!batch.status.health.is_said);
    samples_deinit(&samples);
}

TEST(test_health_is_said_or_not)
{
    struct samples samples;
    samples_init(&samples);
    struct batch sent = sample_batch(&samples);
    sent.status.health = (struct batch_health){true, 1500, 12345, 3, UINT32_MAX};
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &sent, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    struct batch batch;
    EXPECT_INT(WIRE_ok, batch_open(&samples.arena, envelope, &samples.hq, &batch));
    const struct batch_health *health = &batch.status.health;
    EXPECT(health->is_said && health->oldest_unsent_min == 1500 && health->free_mib == 12345);
    EXPECT(health->attachments_waiting == 3 && health->quarantined == UINT32_MAX);
    sent.status.health = (struct batch_health){.is_said = true};
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &sent, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    EXPECT_INT(WIRE_ok, batch_open(&samples.arena, envelope, &samples.hq, &batch));
    EXPECT(health->is_said && health->free_mib == 0); /* all well is said, too */
    samples_deinit(&samples);
}

/* Status bytes as tablets of any version may write them, and as none may. */
TEST(test_status_of_any_version)
{
    static const struct {
        const char *row;
        uint8_t status[40];
        size_t size;
        enum wire wire;
    } rows[] = {
        {"nothing", {0}, 1, WIRE_ok},
        {"a part nobody may add: 64", {64}, 1, WIRE_malformed},
        {"cut cursor", {1, 5, 0}, 3, WIRE_truncated},
        {"lineage of one", {16, 1, 3, 42}, 4, WIRE_ok},
        {"lineage of none", {16, 0}, 2, WIRE_malformed},
        {"lineage of nine",
         {16, 9, 1, 1, 1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1, 9},
         20,
         WIRE_malformed},
        {"lineage that falls", {16, 2, 3, 42, 5, 41}, 6, WIRE_malformed},
        {"lineage of number 0", {16, 1, 0, 42}, 4, WIRE_malformed},
        {"cut lineage", {16, 2, 3, 42}, 4, WIRE_truncated},
        {"health", {32, 1, 2, 3, 4}, 5, WIRE_ok},
        {"cut health", {32, 1, 2, 3}, 4, WIRE_truncated},
        {"health past u32", {32, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F, 2, 3, 4}, 9, WIRE_malformed},
        {"parts of a newer tablet", {128, 3, 9, 9, 9}, 5, WIRE_ok},
        {"empty parts of a newer tablet", {128, 0}, 2, WIRE_ok},
        {"cut parts of a newer tablet", {128, 3, 9, 9}, 4, WIRE_truncated},
        {"too long parts of a newer tablet", {128, 0x81, 0x08}, 3, WIRE_too_long},
        {"all at once",
         {1 | 2 | 4 | 8 | 16 | 32 | 128,
          5,
          1,
          2,
          9,
          100,
          1,
          1,
          2,
          3,
          4,
          5,
          6,
          7,
          8,
          1,
          3,
          42,
          1,
          2,
          3,
          4,
          1,
          255},
         24,
         WIRE_ok},
    };
    struct samples samples;
    samples_init(&samples);
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint8_t plain[CHAIN_SIGNATURE_SIZE + 64] = {0};
        uint8_t *at = plain + CHAIN_SIGNATURE_SIZE;
        *at++ = 0; /* packed: plain */
        *at++ = 42;
        *at++ = 0xA5;
        *at++ = 0xA5;
        memcpy(at, rows[i].status, rows[i].size);
        at += rows[i].size;
        struct wire_bytes envelope;
        EXPECT_INT(WIRE_ok,
                   envelope_seal(&samples.arena, ENVELOPE_batch, SAMPLE_DEVICE_NO,
                                 &samples.hq.public_key,
                                 (struct wire_bytes){plain, (size_t)(at - plain)}, &envelope));
        struct batch batch;
        EXPECT_ROW(rows[i].row,
                   batch_open(&samples.arena, envelope, &samples.hq, &batch) == rows[i].wire);
    }
    samples_deinit(&samples);
}
