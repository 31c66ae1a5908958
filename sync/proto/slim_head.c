/* By hand and not by the codec: these are bytes that were signed, and must come back as they were.
 */
#include "sync/proto/slim_head.h"

#include "core/base/check.h"
#include "core/base/limits.h"

#include <string.h>

/* Field numbers and wire types of Event; event.proto. */
enum { TYPE_varint = 0, TYPE_64 = 1, TYPE_bytes = 2, TYPE_32 = 5 };

static bool read_fix(struct slim_head *head, const uint8_t *bytes, size_t size)
{
    struct buf_reader reader;
    buf_reader_init(&reader, bytes, size);
    while (reader.err == OK && buf_left(&reader) > 0) {
        switch (buf_read_varint(&reader)) {
        case 1 << 3 | TYPE_32:
            head->lat = buf_read_u32(&reader);
            break;
        case 2 << 3 | TYPE_32:
            head->lon = buf_read_u32(&reader);
            break;
        case 3 << 3 | TYPE_varint:
            head->accuracy_m = buf_read_varint(&reader);
            break;
        case 4 << 3 | TYPE_varint:
            head->age_s = buf_read_varint(&reader);
            break;
        default:
            return false;
        }
    }
    head->has_fix = true;
    return reader.err == OK;
}

bool slim_head_read(struct slim_head *head, struct wire_bytes body)
{
    *head = (struct slim_head){0};
    struct buf_reader reader;
    buf_reader_init(&reader, body.bytes, body.size);
    while (reader.err == OK && buf_left(&reader) > 0) {
        uint64_t tag = buf_read_varint(&reader);
        switch (tag) {
        case 1 << 3 | TYPE_varint:
            head->at_ms = buf_read_varint(&reader);
            break;
        case 2 << 3 | TYPE_varint:
            head->person_no = buf_read_varint(&reader);
            break;
        case 3 << 3 | TYPE_varint:
            head->case_no = buf_read_varint(&reader);
            break;
        case 4 << 3 | TYPE_varint:
            head->uptime_ms = buf_read_varint(&reader);
            break;
        case 5 << 3 | TYPE_32:
            head->boot = buf_read_u32(&reader);
            break;
        case 6 << 3 | TYPE_varint:
            head->clock_quality = buf_read_varint(&reader);
            break;
        case 7 << 3 | TYPE_64:
            head->policy = buf_read_u64(&reader);
            break;
        case 8 << 3 | TYPE_varint:
            head->visit_seq = buf_read_varint(&reader);
            break;
        case 9 << 3 | TYPE_varint:
            head->epoch = buf_read_varint(&reader);
            break;
        case 12 << 3 | TYPE_varint:
            head->override_reason = buf_read_varint(&reader);
            break;
        case 13 << 3 | TYPE_varint:
            head->clock_offset = buf_read_varint(&reader);
            break;
        default: {
            uint64_t size = (tag & 7U) == TYPE_bytes ? buf_read_varint(&reader) : UINT64_MAX;
            const uint8_t *bytes = size <= body.size ? buf_read_bytes(&reader, (size_t)size) : NULL;
            uint64_t field = tag >> 3;
            if (bytes == NULL) {
                return false;
            }
            if (field == 10) {
                if (!read_fix(head, bytes, (size_t)size)) {
                    return false;
                }
            } else if (field == 11) {
                head->fired = bytes;
                head->fired_size = (size_t)size;
            } else if (field > 12 && head->kind == 0) {
                head->kind = field;
                head->payload = bytes;
                head->payload_size = (size_t)size;
            } else {
                return false;
            }
        }
        }
    }
    return reader.err == OK && head->kind != 0;
}

static void write_varint_field(struct buf_writer *writer, unsigned field, uint64_t value)
{
    if (value != 0) {
        buf_write_varint(writer, field << 3 | TYPE_varint);
        buf_write_varint(writer, value);
    }
}

static void write_u32_field(struct buf_writer *writer, unsigned field, uint32_t value)
{
    if (value != 0) {
        buf_write_varint(writer, field << 3 | TYPE_32);
        buf_write_u32(writer, value);
    }
}

static void write_bytes_field(struct buf_writer *writer, uint64_t field, const uint8_t *bytes,
                              size_t size)
{
    buf_write_varint(writer, field << 3 | TYPE_bytes);
    buf_write_varint(writer, size);
    buf_write_bytes(writer, bytes, size);
}

void slim_head_write(const struct slim_head *head, struct buf_writer *writer)
{
    write_varint_field(writer, 1, head->at_ms);
    write_varint_field(writer, 2, head->person_no);
    write_varint_field(writer, 3, head->case_no);
    write_varint_field(writer, 4, head->uptime_ms);
    write_u32_field(writer, 5, head->boot);
    write_varint_field(writer, 6, head->clock_quality);
    if (head->policy != 0) {
        buf_write_varint(writer, 7 << 3 | TYPE_64);
        buf_write_u64(writer, head->policy);
    }
    write_varint_field(writer, 8, head->visit_seq);
    write_varint_field(writer, 9, head->epoch);
    if (head->has_fix) {
        uint8_t bytes[32];
        struct buf_writer fix;
        buf_writer_init(&fix, bytes, sizeof bytes);
        write_u32_field(&fix, 1, head->lat);
        write_u32_field(&fix, 2, head->lon);
        write_varint_field(&fix, 3, head->accuracy_m);
        write_varint_field(&fix, 4, head->age_s);
        CHECK(fix.err == OK);
        write_bytes_field(writer, 10, bytes, fix.size);
    }
    if (head->fired_size > 0) {
        write_bytes_field(writer, 11, head->fired, head->fired_size);
    }
    write_varint_field(writer, 12, head->override_reason);
    write_varint_field(writer, 13, head->clock_offset);
    write_bytes_field(writer, head->kind, head->payload, head->payload_size);
}

bool slim_head_comes_back(const struct slim_head *head, struct wire_bytes body)
{
    uint8_t bytes[LIMIT_event_size];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    slim_head_write(head, &writer);
    return writer.err == OK && writer.size == body.size &&
           memcmp(bytes, body.bytes, body.size) == 0;
}
