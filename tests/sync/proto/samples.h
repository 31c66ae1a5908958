/* tests/sync/proto/samples.h -- two parties and a visit, for the tests of the wire. */
#pragma once

#include "core/event/event.h"
#include "sync/proto/answer.h"
#include "sync/proto/batch.h"
#include "sync/proto/enrol.h"
#include "tests/lib/test.h"

#include <stdlib.h>

#include <pb_decode.h>
#include <pb_encode.h>
#include <sodium.h>

enum { SAMPLE_DEVICE_NO = 7, SAMPLE_EVENTS = 3 };

struct samples {
    struct arena arena;
    struct envelope_keys device, hq, stranger;
    struct batch_before before;
    uint64_t first_seq;
    struct wire_bytes bodies[SAMPLE_EVENTS];
};

static inline struct envelope_keys sample_keys(uint64_t seed)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    struct envelope_keys keys;
    chain_keypair(&rng, &keys.public_key, &keys.secret_key);
    return keys;
}

static inline struct wire_bytes sample_body(struct arena *arena, const ds_Event *event)
{
    uint8_t *bytes = arena_alloc(arena, LIMIT_event_size);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, LIMIT_event_size);
    EXPECT(pb_encode(&stream, ds_Event_fields, event));
    return (struct wire_bytes){bytes, stream.bytes_written};
}

static inline ds_Event sample_head(int64_t at_ms, uint64_t visit_seq)
{
    return (ds_Event){
        .at_ms = (uint64_t)at_ms,
        .person_no = 12,
        .case_no = 4711,
        .uptime_ms = (uint64_t)(at_ms - 1763860000000),
        .boot = 0x5EEDB007,
        .policy = 0x1122334455667788,
        .visit_seq = visit_seq,
        .epoch = 1,
        .has_fix = true,
        .fix = {.lat_e7 = 312304000, .lon_e7 = 1214737000, .accuracy_m = 9, .age_s = 3},
    };
}

/* Facts 41 (before), 42 started, 43 promise, 44 finished. */
static inline void samples_init(struct samples *samples)
{
    EXPECT(sodium_init() >= 0);
    *samples = (struct samples){.device = sample_keys(1),
                                .hq = sample_keys(2),
                                .stranger = sample_keys(3),
                                .first_seq = 42};
    struct arena *arena = &samples->arena;
    arena_init(arena, 0);
    const int64_t at_ms = 1763863200000;
    ds_Event event = sample_head(at_ms - 600000, 39);
    event.which_kind = ds_Event_visit_finished_tag;
    event.kind.visit_finished = (ds_VisitFinished){.outcome = 15, .dwell_s = 61};
    samples->before.body = sample_body(arena, &event);
    memset(samples->before.link.bytes, 0xA5, sizeof samples->before.link.bytes);

    event = sample_head(at_ms, 0);
    event.which_kind = ds_Event_visit_started_tag;
    event.kind.visit_started = (ds_VisitStarted){.place = 1, .visitors = 2};
    samples->bodies[0] = sample_body(arena, &event);
    event = sample_head(at_ms + 400000, 42);
    event.which_kind = ds_Event_promise_made_tag;
    event.kind.promise_made = (ds_PromiseMade){.amount_minor = 300000,
                                               .due_day = 20420,
                                               .channel = 2,
                                               .promised_by = 1,
                                               .owed_minor = 1234567,
                                               .owed_as_of_day = 20414};
    samples->bodies[1] = sample_body(arena, &event);
    event = sample_head(at_ms + 431000, 42);
    event.which_kind = ds_Event_visit_finished_tag;
    event.kind.visit_finished = (ds_VisitFinished){.outcome = 1,
                                                   .role = 1,
                                                   .cooperation = 4,
                                                   .default_reason = 3,
                                                   .ability = 2,
                                                   .willingness = 3,
                                                   .dwell_s = 431,
                                                   .is_identity_verified = true,
                                                   .note = "客户称工资月底发，承诺28号还款3000元"};
    samples->bodies[2] = sample_body(arena, &event);
}

/* The same facts with these clock offsets, and the quality that goes with them. */
static inline void samples_offset(struct samples *samples, const int32_t offsets_s[SAMPLE_EVENTS])
{
    for (size_t i = 0; i < SAMPLE_EVENTS; i++) {
        ds_Event event = ds_Event_init_zero;
        pb_istream_t stream =
            pb_istream_from_buffer(samples->bodies[i].bytes, samples->bodies[i].size);
        EXPECT(pb_decode(&stream, ds_Event_fields, &event));
        event.clock_offset_s = offsets_s[i];
        event.clock_quality = offsets_s[i] != 0 ? 4 : 0;
        samples->bodies[i] = sample_body(&samples->arena, &event);
    }
}

static inline void samples_deinit(struct samples *samples)
{
    arena_deinit(&samples->arena);
}

static inline struct batch sample_batch(const struct samples *samples)
{
    return (struct batch){
        .device_no = SAMPLE_DEVICE_NO,
        .first_seq = samples->first_seq,
        .count = SAMPLE_EVENTS,
        .bodies = samples->bodies,
        .status = {.down_cursor = 88, .down_check = 0x1234, .clock = batch_clock(-1500)},
    };
}

static inline struct wire_bytes sample_envelope(struct samples *samples)
{
    struct batch batch = sample_batch(samples);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples->arena, &batch, &samples->before, &samples->device,
                                   &samples->hq.public_key, &envelope));
    return envelope;
}

static inline struct wire_bytes sample_copy(struct arena *arena, struct wire_bytes bytes)
{
    return (struct wire_bytes){arena_copy(arena, bytes.bytes, bytes.size), bytes.size};
}

/* Reads an envelope as its reader would, to the last check. */
typedef enum wire (*sample_take)(struct samples *samples, struct wire_bytes envelope);

/* Takes the whole, and nothing that is cut at any length or changed in any byte. */
static inline void sample_only_whole(struct samples *samples, struct wire_bytes envelope,
                                     sample_take take)
{
    EXPECT_INT(WIRE_ok, take(samples, envelope));
    for (size_t size = 0; size < envelope.size; size++) {
        /* A copy of the exact size, so that reading past the end is seen. */
        struct arena_mark mark = arena_mark(&samples->arena);
        uint8_t *bytes = malloc(size + 1);
        memcpy(bytes, envelope.bytes, size);
        EXPECT(take(samples, (struct wire_bytes){bytes, size}) != WIRE_ok);
        free(bytes);
        arena_rollback(&samples->arena, mark);
    }
    uint8_t *bytes = arena_copy(&samples->arena, envelope.bytes, envelope.size);
    for (size_t at = 0; at < envelope.size; at++) {
        struct arena_mark mark = arena_mark(&samples->arena);
        for (unsigned bit = 0; bit < 9; bit++) {
            unsigned flip = bit == 8 ? 255U : 1U << bit;
            bytes[at] = (uint8_t)(envelope.bytes[at] ^ flip);
            EXPECT(take(samples, (struct wire_bytes){bytes, envelope.size}) != WIRE_ok);
        }
        bytes[at] = envelope.bytes[at];
        arena_rollback(&samples->arena, mark);
    }
}
