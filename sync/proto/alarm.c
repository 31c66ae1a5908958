#include "sync/proto/alarm.h"

#include "core/base/buf.h"
#include "core/base/limits.h"
#include "sync/proto/pack.h"

#include <string.h>

enum {
    ID_SIZE = 16,
    SIGNED_SIZE = 4 + 8 + ID_SIZE,
    HEAD_SIZE_MAX = 10 + 5,
    FRAME_SIZE_MAX = HEAD_SIZE_MAX + LIMIT_event_size,
};

static const char PURPOSE[] = "alarm";

static enum wire from_err(enum err err)
{
    return err == ERR_truncated ? WIRE_truncated : WIRE_malformed;
}

static void signed_bytes(uint8_t bytes[SIGNED_SIZE], const struct alarm *alarm)
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SIGNED_SIZE);
    buf_write_u32(&writer, alarm->device_no);
    buf_write_u64(&writer, alarm->seq);
    buf_write_bytes(&writer, alarm->id.bytes, sizeof alarm->id.bytes);
    CHECK(writer.err == OK && writer.size == SIGNED_SIZE);
}

enum wire alarm_seal(struct arena *arena, struct alarm *alarm, const struct envelope_keys *device,
                     const struct chain_public_key *hq, struct wire_bytes *envelope_out)
{
    CHECK(alarm->device_no != 0 && alarm->origin_no != 0 && alarm->seq >= 1);
    if (alarm->body.size > LIMIT_event_size) {
        return WIRE_too_long;
    }
    alarm->id = chain_event_id(alarm->origin_no, alarm->seq, alarm->body.bytes, alarm->body.size);
    uint8_t to_sign[SIGNED_SIZE];
    signed_bytes(to_sign, alarm);
    alarm->signature = chain_sign(&device->secret_key, PURPOSE, to_sign, sizeof to_sign);

    uint8_t *frame = arena_alloc(arena, FRAME_SIZE_MAX);
    struct buf_writer writer;
    buf_writer_init(&writer, frame, FRAME_SIZE_MAX);
    buf_write_varint(&writer, alarm->seq);
    buf_write_varint(&writer, alarm->origin_no);
    buf_write_bytes(&writer, alarm->body.bytes, alarm->body.size);
    CHECK(writer.err == OK);
    struct wire_bytes whole = {frame, writer.size};
    struct wire_bytes packed = alarm->is_unpacked ? pack_plain(arena, whole) : pack(arena, whole);
    size_t size = CHAIN_SIGNATURE_SIZE + packed.size;
    uint8_t *plain = arena_alloc(arena, size);
    memcpy(plain, alarm->signature.bytes, CHAIN_SIGNATURE_SIZE);
    memcpy(plain + CHAIN_SIGNATURE_SIZE, packed.bytes, packed.size);
    return envelope_seal(arena, ENVELOPE_alarm, alarm->device_no, hq,
                         (struct wire_bytes){plain, size}, envelope_out);
}

static enum wire read_frame(struct wire_bytes frame, struct alarm *alarm)
{
    struct buf_reader reader;
    buf_reader_init(&reader, frame.bytes, frame.size);
    alarm->seq = buf_read_varint(&reader);
    uint64_t origin_no = buf_read_varint(&reader);
    if (reader.err != OK) {
        return from_err(reader.err);
    }
    /* seq is a 63-bit number at both stores. */
    if (alarm->seq == 0 || alarm->seq > INT64_MAX || origin_no == 0 || origin_no > UINT32_MAX) {
        return WIRE_malformed;
    }
    alarm->origin_no = (uint32_t)origin_no;
    alarm->body = (struct wire_bytes){frame.bytes + reader.at, buf_left(&reader)};
    if (alarm->body.size > LIMIT_event_size) {
        return WIRE_too_long;
    }
    alarm->id = chain_event_id(alarm->origin_no, alarm->seq, alarm->body.bytes, alarm->body.size);
    return WIRE_ok;
}

enum wire alarm_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, struct alarm *alarm_out)
{
    struct envelope_head head;
    TRY_WIRE(envelope_read_head(envelope, &head));
    if (head.kind != ENVELOPE_alarm) {
        return WIRE_unknown_kind;
    }
    struct wire_bytes plain;
    TRY_WIRE(envelope_open(arena, &head, envelope, hq, &plain));
    if (plain.size < CHAIN_SIGNATURE_SIZE) {
        return WIRE_truncated;
    }
    struct alarm alarm = {.device_no = head.device_no};
    memcpy(alarm.signature.bytes, plain.bytes, CHAIN_SIGNATURE_SIZE);
    struct wire_bytes packed = {plain.bytes + CHAIN_SIGNATURE_SIZE,
                                plain.size - CHAIN_SIGNATURE_SIZE};
    struct wire_bytes frame;
    TRY_WIRE(pack_open(arena, packed, FRAME_SIZE_MAX, &frame));
    TRY_WIRE(read_frame(frame, &alarm));
    *alarm_out = alarm;
    return WIRE_ok;
}

enum wire alarm_check(const struct alarm *alarm, const struct chain_public_key *device)
{
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, alarm);
    return chain_verify(device, PURPOSE, bytes, sizeof bytes, &alarm->signature) == OK
               ? WIRE_ok
               : WIRE_bad_signature;
}
