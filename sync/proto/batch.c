#include "sync/proto/batch.h"

#include "core/base/buf.h"
#include "sync/proto/pack.h"
#include "sync/proto/slim.h"

#include <string.h>

#include <sodium.h>

enum {
    SIGNED_SIZE = 4 + 8 + CHAIN_LINK_SIZE + BATCH_STATUS_HASH_SIZE,
    STATUS_NEWER_SIZE_MAX = 1024,
    /* Cursor, clock, version, policy; lineage; health. */
    STATUS_SIZE_MAX = 64 + (1 + LIMIT_lineage * (5 + 10)) + 4 * 5 + 2 + STATUS_NEWER_SIZE_MAX,
    /* What slim.c adds to a body at worst (verbatim: mask and size). */
    SLIM_ADDED_MAX = 4,
    FRAME_SIZE_MAX = LIMIT_batch_size + LIMIT_batch_events * SLIM_ADDED_MAX + STATUS_SIZE_MAX + 32,
};

/* Parts of the status; on the wire. */
enum {
    STATUS_cursor = 1,
    STATUS_clock = 2,
    STATUS_version = 4,
    STATUS_policy = 8,
    STATUS_lineage = 16,
    STATUS_health = 32,
    STATUS_newer = 128,
    STATUS_known = STATUS_cursor | STATUS_clock | STATUS_version | STATUS_policy | STATUS_lineage |
                   STATUS_health | STATUS_newer,
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

/* ---- status ---- */

static void write_lineage(struct buf_writer *writer, const struct lineage *lineage)
{
    buf_write_varint(writer, lineage->count);
    for (size_t i = 0; i < lineage->count; i++) {
        buf_write_varint(writer, lineage->entries[i].device_no);
        buf_write_varint(writer, lineage->entries[i].until_seq);
    }
}

static void write_status(struct buf_writer *writer, const struct batch_status *status)
{
    unsigned parts = 0;
    parts |= status->down_cursor != 0 ? STATUS_cursor : 0U;
    parts |= status->clock != 0 ? STATUS_clock : 0U;
    parts |= status->app_version != 0 || status->answer_format != 0 ? STATUS_version : 0U;
    parts |= status->policy != 0 ? STATUS_policy : 0U;
    parts |= status->lineage.count != 0 ? STATUS_lineage : 0U;
    parts |= status->health.is_said ? STATUS_health : 0U;
    buf_write_u8(writer, (uint8_t)parts);
    if ((parts & STATUS_cursor) != 0) {
        buf_write_varint(writer, status->down_cursor);
        buf_write_u8(writer, (uint8_t)status->down_check);
        buf_write_u8(writer, (uint8_t)(status->down_check >> 8));
    }
    if ((parts & STATUS_clock) != 0) {
        buf_write_varint(writer, status->clock);
    }
    if ((parts & STATUS_version) != 0) {
        buf_write_varint(writer, status->app_version);
        buf_write_varint(writer, status->answer_format);
    }
    if ((parts & STATUS_policy) != 0) {
        buf_write_u64(writer, status->policy);
    }
    if ((parts & STATUS_lineage) != 0) {
        write_lineage(writer, &status->lineage);
    }
    if ((parts & STATUS_health) != 0) {
        buf_write_varint(writer, status->health.oldest_unsent_min);
        buf_write_varint(writer, status->health.free_mib);
        buf_write_varint(writer, status->health.attachments_waiting);
        buf_write_varint(writer, status->health.quarantined);
    }
}

static uint32_t read_u32_varint(struct buf_reader *reader)
{
    uint64_t value = buf_read_varint(reader);
    if (value > UINT32_MAX) {
        reader->err = reader->err == OK ? ERR_malformed : reader->err;
        return 0;
    }
    return (uint32_t)value;
}

static enum wire read_lineage(struct buf_reader *reader, struct lineage *lineage)
{
    uint64_t count = buf_read_varint(reader);
    if (count > LIMIT_lineage) {
        return WIRE_malformed;
    }
    lineage->count = (size_t)count;
    for (size_t i = 0; i < lineage->count; i++) {
        lineage->entries[i].device_no = read_u32_varint(reader);
        lineage->entries[i].until_seq = buf_read_varint(reader);
    }
    if (reader->err != OK) {
        return from_err(reader->err);
    }
    /* An empty list would say what leaving it out says: one thing has one form. */
    return lineage->count > 0 && lineage_is_valid(lineage) ? WIRE_ok : WIRE_malformed;
}

static void read_health(struct buf_reader *reader, struct batch_health *health)
{
    health->is_said = true;
    health->oldest_unsent_min = read_u32_varint(reader);
    health->free_mib = read_u32_varint(reader);
    health->attachments_waiting = read_u32_varint(reader);
    health->quarantined = read_u32_varint(reader);
}

static enum wire read_status(struct buf_reader *reader, struct batch_status *status)
{
    unsigned parts = buf_read_u8(reader);
    if ((parts & ~(unsigned)STATUS_known) != 0) {
        return WIRE_malformed;
    }
    if ((parts & STATUS_cursor) != 0) {
        status->down_cursor = buf_read_varint(reader);
        unsigned low = buf_read_u8(reader);
        status->down_check = low | (uint32_t)buf_read_u8(reader) << 8;
    }
    if ((parts & STATUS_clock) != 0) {
        status->clock = read_u32_varint(reader);
    }
    if ((parts & STATUS_version) != 0) {
        status->app_version = read_u32_varint(reader);
        status->answer_format = read_u32_varint(reader);
    }
    if ((parts & STATUS_policy) != 0) {
        status->policy = buf_read_u64(reader);
    }
    if ((parts & STATUS_lineage) != 0) {
        TRY_WIRE(read_lineage(reader, &status->lineage));
    }
    if ((parts & STATUS_health) != 0) {
        read_health(reader, &status->health);
    }
    if ((parts & STATUS_newer) != 0) {
        uint64_t size = buf_read_varint(reader);
        if (size > STATUS_NEWER_SIZE_MAX) {
            return reader->err == OK ? WIRE_too_long : from_err(reader->err);
        }
        (void)buf_read_bytes(reader, (size_t)size);
    }
    return reader->err == OK ? WIRE_ok : from_err(reader->err);
}

enum wire batch_seal(struct arena *arena, struct batch *batch, const struct batch_before *before,
                     const struct envelope_keys *device, const struct chain_public_key *hq,
                     struct wire_bytes *envelope_out)
{
    CHECK(batch->first_seq >= 1 && batch->device_no != 0);
    CHECK(lineage_is_valid(&batch->status.lineage));
    if (batch->count > LIMIT_batch_events) {
        return WIRE_too_long;
    }
    memcpy(batch->link_tag, before->link.bytes, BATCH_LINK_TAG_SIZE);
    uint8_t *frame = arena_alloc(arena, FRAME_SIZE_MAX);
    struct buf_writer writer;
    buf_writer_init(&writer, frame, FRAME_SIZE_MAX);
    buf_write_varint(&writer, batch->first_seq);
    buf_write_bytes(&writer, batch->link_tag, BATCH_LINK_TAG_SIZE);
    size_t status_at = writer.size;
    write_status(&writer, &batch->status);
    hash_status(batch->status_hash, frame + status_at, writer.size - status_at);
    struct chain_link link = before->link;
    struct slim slim;
    slim_start(&slim, batch->first_seq, before->body);
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

    struct wire_bytes whole = {frame, writer.size};
    struct wire_bytes packed = batch->is_unpacked ? pack_plain(arena, whole) : pack(arena, whole);
    size_t plain_size = CHAIN_SIGNATURE_SIZE + packed.size;
    uint8_t *plain = arena_alloc(arena, plain_size);
    memcpy(plain, batch->signature.bytes, CHAIN_SIGNATURE_SIZE);
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    return envelope_seal(arena, ENVELOPE_batch, batch->device_no, hq,
                         (struct wire_bytes){plain, plain_size}, envelope_out);
}

static enum wire read_events(struct arena *arena, struct batch *batch, struct wire_bytes before)
{
    struct wire_bytes *bodies = ARENA_ARRAY(arena, LIMIT_batch_events, struct wire_bytes);
    struct buf_reader reader;
    buf_reader_init(&reader, batch->slim.bytes, batch->slim.size);
    struct slim slim;
    slim_start(&slim, batch->first_seq, before);
    size_t bodies_size = 0;
    batch->count = 0;
    while (buf_left(&reader) > 0) {
        if (batch->count == LIMIT_batch_events) {
            return WIRE_too_long;
        }
        slim.seq = batch->first_seq + batch->count;
        TRY_WIRE(slim_read(arena, &slim, &reader, &bodies[batch->count]));
        bodies_size += bodies[batch->count].size;
        if (bodies_size > LIMIT_batch_size) {
            return WIRE_too_long;
        }
        batch->count++;
    }
    batch->bodies = bodies;
    return WIRE_ok;
}

static enum wire read_frame(struct wire_bytes frame, struct batch *batch)
{
    struct buf_reader reader;
    buf_reader_init(&reader, frame.bytes, frame.size);
    batch->first_seq = buf_read_varint(&reader);
    const uint8_t *tag = buf_read_bytes(&reader, BATCH_LINK_TAG_SIZE);
    if (tag == NULL || reader.err != OK) {
        return from_err(reader.err);
    }
    /* seq is a 63-bit number at both stores. */
    if (batch->first_seq == 0 || batch->first_seq > INT64_MAX - LIMIT_batch_events) {
        return WIRE_malformed;
    }
    memcpy(batch->link_tag, tag, BATCH_LINK_TAG_SIZE);
    size_t status_at = reader.at;
    TRY_WIRE(read_status(&reader, &batch->status));
    hash_status(batch->status_hash, frame.bytes + status_at, reader.at - status_at);
    batch->slim = (struct wire_bytes){frame.bytes + reader.at, buf_left(&reader)};
    return WIRE_ok;
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
    TRY_WIRE(read_frame(frame, &batch));
    *batch_out = batch;
    return WIRE_ok;
}

enum wire batch_check(struct arena *arena, struct batch *batch, const struct batch_before *before,
                      const struct chain_public_key *device, struct batch_facts *facts_out)
{
    if (memcmp(batch->link_tag, before->link.bytes, BATCH_LINK_TAG_SIZE) != 0) {
        return WIRE_bad_link;
    }
    TRY_WIRE(read_events(arena, batch, before->body));
    struct batch_facts facts = {
        .ids = ARENA_ARRAY(arena, batch->count + 1, struct id),
        .links = ARENA_ARRAY(arena, batch->count + 1, struct chain_link),
        .link_last = before->link,
    };
    for (size_t i = 0; i < batch->count; i++) {
        const struct wire_bytes *body = &batch->bodies[i];
        uint64_t seq = batch->first_seq + i;
        uint32_t origin_no = lineage_origin(&batch->status.lineage, batch->device_no, seq);
        facts.ids[i] = chain_event_id(origin_no, seq, body->bytes, body->size);
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
