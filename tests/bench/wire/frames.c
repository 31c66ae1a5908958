#include "tests/bench/wire/frames.h"

#include "sync/proto/pack.h"
#include "sync/proto/version.h"

#include <string.h>

#include <pb_encode.h>

void frames_start(struct frames *frames, uint64_t seed, bool is_unseen)
{
    visits_start(&frames->visits, seed, is_unseen);
    chain_keypair(&frames->visits.rng, &frames->device.public_key, &frames->device.secret_key);
    chain_keypair(&frames->visits.rng, &frames->hq.public_key, &frames->hq.secret_key);
    /* In the middle of a journal; its last fact is known after the first batch. */
    frames->before.body = (struct wire_bytes){NULL, 0};
    rng_fill(&frames->visits.rng, frames->before.link.bytes, sizeof frames->before.link.bytes);
}

struct batch_before frames_before(const struct frames *frames, struct arena *arena)
{
    struct batch_before before = frames->before;
    before.body.bytes = arena_copy(arena, before.body.bytes, before.body.size);
    return before;
}

struct wire_bytes frames_seal(struct frames *frames, struct arena *arena, size_t visit_count,
                              size_t *raw_size_out)
{
    struct batch batch = {
        .device_no = frames->visits.device_no,
        .first_seq = frames->visits.seq,
        /* A tablet in the middle of its day: it holds rows, and its clock was checked. */
        .status = {.app_version = version_own(),
                   .answer_format = VERSION_ANSWER_FORMAT,
                   .down_cursor = 200 + rng_below(&frames->visits.rng, 20000),
                   .down_check = (uint32_t)rng_u64(&frames->visits.rng),
                   .clock = batch_clock((int64_t)rng_below(&frames->visits.rng, 4000) - 2000)},
    };
    struct wire_bytes *bodies =
        ARENA_ARRAY(arena, visit_count * VISITS_EVENTS_MAX, struct wire_bytes);
    *raw_size_out = 0;
    struct chain_link link = frames->before.link;
    for (size_t i = 0; i < visit_count; i++) {
        ds_Event *events = ARENA_ARRAY(arena, VISITS_EVENTS_MAX, ds_Event);
        size_t count = visits_next(&frames->visits, events);
        for (size_t k = 0; k < count; k++) {
            uint8_t *body = arena_alloc(arena, LIMIT_event_size);
            pb_ostream_t stream = pb_ostream_from_buffer(body, LIMIT_event_size);
            CHECK(pb_encode(&stream, ds_Event_fields, &events[k]));
            uint64_t seq = batch.first_seq + batch.count;
            bodies[batch.count++] = (struct wire_bytes){body, stream.bytes_written};
            *raw_size_out += stream.bytes_written;
            link = chain_next(&link, batch.device_no, seq, body, stream.bytes_written);
        }
    }
    batch.bodies = bodies;
    struct wire_bytes envelope;
    CHECK(batch_seal(arena, &batch, &frames->before, &frames->device, &frames->hq.public_key,
                     &envelope) == WIRE_ok);
    const struct wire_bytes *last = &bodies[batch.count - 1];
    memcpy(frames->last_body, last->bytes, last->size);
    frames->before = (struct batch_before){link, {frames->last_body, last->size}};
    return envelope;
}

struct wire_bytes frames_unpacked(const struct frames *frames, struct arena *arena,
                                  struct wire_bytes envelope)
{
    struct envelope_head head;
    struct wire_bytes plain;
    struct wire_bytes frame;
    CHECK(envelope_read_head(envelope, &head) == WIRE_ok);
    CHECK(envelope_open(arena, &head, envelope, &frames->hq, &plain) == WIRE_ok);
    struct wire_bytes packed = {plain.bytes + CHAIN_SIGNATURE_SIZE,
                                plain.size - CHAIN_SIGNATURE_SIZE};
    CHECK(pack_open(arena, packed, LIMIT_envelope_size, &frame) == WIRE_ok);
    return frame;
}
