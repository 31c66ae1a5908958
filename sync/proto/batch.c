#include "sync/proto/batch.h"

#include "core/base/buf.h"
#include "sync/proto/pack.h"
#include "sync/proto/slim.h"

#include <string.h>

#include <pb_decode.h>
#include <pb_encode.h>
#include <sodium.h>

enum {
    SIGNED_SIZE = 4 + 8 + CHAIN_LINK_SIZE + BATCH_STATUS_HASH_SIZE,
    STATUS_SIZE_MAX = 1024, /* a newer tablet's Status may be longer than ours */
    /* What slim.c adds to a body at worst (verbatim: mask and size). */
    SLIM_ADDED_MAX = 4,
    FRAME_SIZE_MAX = LIMIT_batch_size + LIMIT_batch_events * SLIM_ADDED_MAX + STATUS_SIZE_MAX + 32,
};

static const char PURPOSE[] = "batch";

static enum wire from_err(enum err err)
{
    return err == ERR_truncated ? WIRE_truncated : WIRE_malformed;
}

static void hash_status(uint8_t hash[BATCH_STATUS_HASH_SIZE], const uint8_t *bytes, size_t size)
{
    crypto_generichash(hash, BATCH_STATUS_HASH_SIZE, bytes, size, NULL, 0);
}

static void signed_bytes(uint8_t bytes[SIGNED_SIZE], uint32_t device_no, uint64_t last_seq,
                         const struct chain_link *link, const uint8_t *status_hash)
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SIGNED_SIZE);
    buf_write_u32(&writer, device_no);
    buf_write_u64(&writer, last_seq);
    buf_write_bytes(&writer, link->bytes, sizeof link->bytes);
    buf_write_bytes(&writer, status_hash, BATCH_STATUS_HASH_SIZE);
    CHECK(writer.err == OK && writer.size == SIGNED_SIZE);
}

static uint64_t last_seq(const struct batch *batch)
{
    return batch->first_seq - 1 + batch->count;
}

enum wire batch_seal(struct arena *arena, struct batch *batch, const struct chain_link *link_before,
                     const struct envelope_keys *device, const struct chain_public_key *hq,
                     struct wire_bytes *envelope_out)
{
    CHECK(batch->first_seq >= 1 && batch->device_no != 0);
    if (batch->count > LIMIT_batch_events) {
        return WIRE_too_long;
    }
    uint8_t status[STATUS_SIZE_MAX];
    pb_ostream_t stream = pb_ostream_from_buffer(status, sizeof status);
    CHECK(pb_encode(&stream, ds_Status_fields, &batch->status));
    hash_status(batch->status_hash, status, stream.bytes_written);
    memcpy(batch->link_tag, link_before->bytes, BATCH_LINK_TAG_SIZE);

    uint8_t *frame = arena_alloc(arena, FRAME_SIZE_MAX);
    struct buf_writer writer;
    buf_writer_init(&writer, frame, FRAME_SIZE_MAX);
    buf_write_varint(&writer, batch->first_seq);
    buf_write_bytes(&writer, batch->link_tag, BATCH_LINK_TAG_SIZE);
    buf_write_varint(&writer, stream.bytes_written);
    buf_write_bytes(&writer, status, stream.bytes_written);
    struct chain_link link = *link_before;
    struct slim slim = {0};
    size_t bodies_size = 0;
    for (size_t i = 0; i < batch->count; i++) {
        bodies_size += batch->bodies[i].size;
        if (batch->bodies[i].size > LIMIT_event_size || bodies_size > LIMIT_batch_size) {
            return WIRE_too_long;
        }
        slim.seq = batch->first_seq + i;
        slim_write(&slim, &writer, batch->bodies[i]);
        link = chain_next(&link, batch->device_no, slim.seq, batch->bodies[i].bytes,
                          batch->bodies[i].size);
    }
    if (writer.err != OK) {
        return WIRE_too_long;
    }

    uint8_t to_sign[SIGNED_SIZE];
    signed_bytes(to_sign, batch->device_no, last_seq(batch), &link, batch->status_hash);
    batch->signature = chain_sign(&device->secret_key, PURPOSE, to_sign, sizeof to_sign);

    struct wire_bytes packed = pack(arena, (struct wire_bytes){frame, writer.size});
    size_t plain_size = CHAIN_SIGNATURE_SIZE + packed.size;
    uint8_t *plain = arena_alloc(arena, plain_size);
    memcpy(plain, batch->signature.bytes, CHAIN_SIGNATURE_SIZE);
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    return envelope_seal(arena, ENVELOPE_batch, batch->device_no, hq,
                         (struct wire_bytes){plain, plain_size}, envelope_out);
}

static enum wire read_events(struct arena *arena, struct buf_reader *reader, struct batch *batch)
{
    struct wire_bytes *bodies = ARENA_ARRAY(arena, LIMIT_batch_events, struct wire_bytes);
    struct slim slim = {0};
    size_t bodies_size = 0;
    while (buf_left(reader) > 0) {
        if (batch->count == LIMIT_batch_events) {
            return WIRE_too_long;
        }
        slim.seq = batch->first_seq + batch->count;
        TRY_WIRE(slim_read(arena, &slim, reader, &bodies[batch->count]));
        bodies_size += bodies[batch->count].size;
        if (bodies_size > LIMIT_batch_size) {
            return WIRE_too_long;
        }
        batch->count++;
    }
    batch->bodies = bodies;
    return WIRE_ok;
}

static enum wire read_frame(struct arena *arena, struct wire_bytes frame, struct batch *batch)
{
    struct buf_reader reader;
    buf_reader_init(&reader, frame.bytes, frame.size);
    batch->first_seq = buf_read_varint(&reader);
    const uint8_t *tag = buf_read_bytes(&reader, BATCH_LINK_TAG_SIZE);
    uint64_t status_size = buf_read_varint(&reader);
    if (tag == NULL || reader.err != OK) {
        return from_err(reader.err);
    }
    /* seq is a 63-bit number at both stores. */
    if (batch->first_seq == 0 || batch->first_seq > INT64_MAX - LIMIT_batch_events) {
        return WIRE_malformed;
    }
    if (status_size > STATUS_SIZE_MAX) {
        return WIRE_too_long;
    }
    const uint8_t *status = buf_read_bytes(&reader, (size_t)status_size);
    if (status == NULL) {
        return WIRE_truncated;
    }
    memcpy(batch->link_tag, tag, BATCH_LINK_TAG_SIZE);
    hash_status(batch->status_hash, status, (size_t)status_size);
    pb_istream_t stream = pb_istream_from_buffer(status, (size_t)status_size);
    if (!pb_decode(&stream, ds_Status_fields, &batch->status)) {
        return WIRE_malformed;
    }
    return read_events(arena, &reader, batch);
}

enum wire batch_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, struct batch *batch_out)
{
    struct envelope_head head;
    TRY_WIRE(envelope_read_head(envelope, &head));
    if (head.kind != ENVELOPE_batch) {
        return WIRE_unknown_kind;
    }
    struct wire_bytes plain;
    TRY_WIRE(envelope_open(arena, &head, envelope, hq, &plain));
    if (plain.size < CHAIN_SIGNATURE_SIZE) {
        return WIRE_truncated;
    }
    struct batch batch = {.device_no = head.device_no};
    memcpy(batch.signature.bytes, plain.bytes, CHAIN_SIGNATURE_SIZE);
    struct wire_bytes packed = {plain.bytes + CHAIN_SIGNATURE_SIZE,
                                plain.size - CHAIN_SIGNATURE_SIZE};
    struct wire_bytes frame;
    TRY_WIRE(pack_open(arena, packed, FRAME_SIZE_MAX, &frame));
    TRY_WIRE(read_frame(arena, frame, &batch));
    *batch_out = batch;
    return WIRE_ok;
}

enum wire batch_check(struct arena *arena, const struct batch *batch,
                      const struct chain_link *link_before, const struct chain_public_key *device,
                      struct batch_facts *facts_out)
{
    if (memcmp(batch->link_tag, link_before->bytes, BATCH_LINK_TAG_SIZE) != 0) {
        return WIRE_bad_link;
    }
    struct batch_facts facts = {
        .ids = ARENA_ARRAY(arena, batch->count + 1, struct id),
        .links = ARENA_ARRAY(arena, batch->count + 1, struct chain_link),
        .link_last = *link_before,
    };
    for (size_t i = 0; i < batch->count; i++) {
        const struct wire_bytes *body = &batch->bodies[i];
        uint64_t seq = batch->first_seq + i;
        facts.ids[i] = chain_event_id(batch->device_no, seq, body->bytes, body->size);
        facts.link_last =
            chain_next(&facts.link_last, batch->device_no, seq, body->bytes, body->size);
        facts.links[i] = facts.link_last;
    }
    TRY_WIRE(batch_prove(batch->device_no, last_seq(batch), &facts.link_last, batch->status_hash,
                         device, &batch->signature));
    *facts_out = facts;
    return WIRE_ok;
}

uint32_t batch_clock(int64_t behind_ms)
{
    const int64_t seconds_max = (int64_t)1 << 30;
    int64_t seconds = behind_ms / 1000;
    seconds = seconds > seconds_max ? seconds_max : seconds;
    seconds = seconds < -seconds_max ? -seconds_max : seconds;
    return 1 + (uint32_t)(seconds < 0 ? -2 * seconds - 1 : 2 * seconds);
}

bool batch_clock_read(uint32_t clock, int64_t *behind_ms_out)
{
    if (clock == 0) {
        return false;
    }
    int64_t value = (int64_t)clock - 1;
    *behind_ms_out = 1000 * (value % 2 == 0 ? value / 2 : -(value + 1) / 2);
    return true;
}

enum wire batch_prove(uint32_t device_no, uint64_t seq, const struct chain_link *link,
                      const uint8_t status_hash[BATCH_STATUS_HASH_SIZE],
                      const struct chain_public_key *device,
                      const struct chain_signature *signature)
{
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, device_no, seq, link, status_hash);
    return chain_verify(device, PURPOSE, bytes, sizeof bytes, signature) == OK ? WIRE_ok
                                                                               : WIRE_bad_signature;
}
