/* Layout of one fact:
 *
 *   u8      mask: which of the following parts are there
 *   u8      mask of the rarer parts              (MASK_rest)
 *   varint  kind: field number of the payload
 *   zigzag  at_ms less that of the fact before
 *   …       the parts, in the order of the bits
 *   varint  size of the payload, then its bytes
 *
 * or MASK_verbatim alone, varint size, bytes. A part that is not there has the
 * value of the fact before, but for: uptime_ms (moved as far as at_ms), visit_seq
 * (0 for a visit_started, the seq before when that was one), fired and
 * override_reason (none), fix (none). */
#include "sync/proto/slim.h"

#include "core/base/limits.h"
#include "core/event/event.h"

enum mask {
    MASK_uptime = 1,   /* zigzag: less what was foretold */
    MASK_case = 2,     /* varint */
    MASK_visit = 4,    /* zigzag: seq less visit_seq */
    MASK_fix_same = 8, /* as in the fact before */
    MASK_fix = 16,     /* lat, lon, varint accuracy, varint age; see write_coordinate() */
    MASK_rest = 32,    /* second mask follows */
    MASK_verbatim = 64,
};

enum rest {
    REST_person = 1,    /* varint */
    REST_boot = 2,      /* u32 */
    REST_quality = 4,   /* varint */
    REST_policy = 8,    /* u64 */
    REST_epoch = 16,    /* varint */
    REST_fired = 32,    /* varint size, bytes */
    REST_override = 64, /* varint */
    REST_offset = 128,  /* varint, zigzag as in the body */
};

static uint64_t zigzag(uint64_t difference)
{
    return difference << 1 ^ (0 - (difference >> 63));
}

static uint64_t unzigzag(uint64_t value)
{
    return value >> 1 ^ (0 - (value & 1));
}

/* ---- what can be foretold ---- */

static uint64_t foretold_uptime(const struct slim *slim, uint64_t at_ms)
{
    return slim->last.uptime_ms + (at_ms - slim->last.at_ms);
}

static uint64_t foretold_visit(const struct slim *slim, uint64_t kind)
{
    if (kind == EVENT_visit_started) {
        return 0;
    }
    return slim->last.kind == EVENT_visit_started ? slim->last_seq : slim->last.visit_seq;
}

static bool fix_is_same(const struct slim_head *a, const struct slim_head *b)
{
    return a->has_fix && b->has_fix && a->lat == b->lat && a->lon == b->lon &&
           a->accuracy_m == b->accuracy_m && a->age_s == b->age_s;
}

static uint8_t rest_of(const struct slim_head *head, const struct slim_head *last)
{
    unsigned rest = 0;
    rest |= head->person_no != last->person_no ? REST_person : 0U;
    rest |= head->boot != last->boot ? REST_boot : 0U;
    rest |= head->clock_quality != last->clock_quality ? REST_quality : 0U;
    rest |= head->policy != last->policy ? REST_policy : 0U;
    rest |= head->epoch != last->epoch ? REST_epoch : 0U;
    rest |= head->fired_size > 0 ? REST_fired : 0U;
    rest |= head->override_reason != 0 ? REST_override : 0U;
    rest |= head->clock_offset != last->clock_offset ? REST_offset : 0U;
    return (uint8_t)rest;
}

/* Of the place only the last one known is remembered: a fact without a fix does
 * not forget where the tablet was. */
static void remember(struct slim *slim, const struct slim_head *head)
{
    struct slim_head last = *head;
    if (!head->has_fix) {
        last.has_fix = slim->last.has_fix;
        last.lat = slim->last.lat;
        last.lon = slim->last.lon;
        last.accuracy_m = slim->last.accuracy_m;
        last.age_s = slim->last.age_s;
    }
    slim->last = last;
    slim->last_seq = slim->seq;
}

/* The first place of a batch is written whole, the others as zigzag of the way from
 * the one before. */
static void write_coordinate(struct buf_writer *writer, bool has_last, uint32_t last,
                             uint32_t coordinate)
{
    if (has_last) {
        buf_write_varint(writer, zigzag((uint64_t)((int64_t)(int32_t)coordinate - (int32_t)last)));
    } else {
        buf_write_u32(writer, coordinate);
    }
}

static uint32_t read_coordinate(struct buf_reader *reader, bool has_last, uint32_t last)
{
    return has_last ? last + (uint32_t)unzigzag(buf_read_varint(reader)) : buf_read_u32(reader);
}

void slim_start(struct slim *slim, uint64_t first_seq, struct wire_bytes before)
{
    *slim = (struct slim){0};
    struct slim_head head;
    /* Writers of before the second mask had a place for the clock's offset sent a fact that has one
     * verbatim and foretold nothing from it: their bytes are read as they were written. */
    if (before.size > 0 && slim_head_read(&head, before) && head.clock_offset == 0 &&
        slim_head_comes_back(&head, before)) {
        slim->seq = first_seq - 1;
        remember(slim, &head);
    }
    slim->seq = first_seq;
}

void slim_write(struct slim *slim, struct buf_writer *writer, struct wire_bytes body)
{
    struct slim_head head;
    if (!slim_head_read(&head, body) || !slim_head_comes_back(&head, body)) {
        buf_write_u8(writer, MASK_verbatim);
        buf_write_varint(writer, body.size);
        buf_write_bytes(writer, body.bytes, body.size);
        return;
    }
    const struct slim_head *last = &slim->last;
    uint8_t rest = rest_of(&head, last);
    uint64_t uptime = head.uptime_ms - foretold_uptime(slim, head.at_ms);
    uint64_t visit_seq = foretold_visit(slim, head.kind);
    unsigned mask = rest != 0 ? MASK_rest : 0U;
    mask |= uptime != 0 ? MASK_uptime : 0U;
    mask |= head.case_no != last->case_no ? MASK_case : 0U;
    mask |= head.visit_seq != visit_seq ? MASK_visit : 0U;
    if (head.has_fix) {
        mask |= fix_is_same(&head, last) ? MASK_fix_same : MASK_fix;
    }

    buf_write_u8(writer, (uint8_t)mask);
    if (rest != 0) {
        buf_write_u8(writer, rest);
    }
    buf_write_varint(writer, head.kind);
    buf_write_varint(writer, zigzag(head.at_ms - last->at_ms));
    if ((mask & MASK_uptime) != 0) {
        buf_write_varint(writer, zigzag(uptime));
    }
    if ((mask & MASK_case) != 0) {
        buf_write_varint(writer, head.case_no);
    }
    if ((mask & MASK_visit) != 0) {
        buf_write_varint(writer, zigzag(slim->seq - head.visit_seq));
    }
    if ((mask & MASK_fix) != 0) {
        write_coordinate(writer, last->has_fix, last->lat, head.lat);
        write_coordinate(writer, last->has_fix, last->lon, head.lon);
        buf_write_varint(writer, head.accuracy_m);
        buf_write_varint(writer, head.age_s);
    }
    if ((rest & REST_person) != 0) {
        buf_write_varint(writer, head.person_no);
    }
    if ((rest & REST_boot) != 0) {
        buf_write_u32(writer, head.boot);
    }
    if ((rest & REST_quality) != 0) {
        buf_write_varint(writer, head.clock_quality);
    }
    if ((rest & REST_policy) != 0) {
        buf_write_u64(writer, head.policy);
    }
    if ((rest & REST_epoch) != 0) {
        buf_write_varint(writer, head.epoch);
    }
    if ((rest & REST_fired) != 0) {
        buf_write_varint(writer, head.fired_size);
        buf_write_bytes(writer, head.fired, head.fired_size);
    }
    if ((rest & REST_override) != 0) {
        buf_write_varint(writer, head.override_reason);
    }
    if ((rest & REST_offset) != 0) {
        buf_write_varint(writer, head.clock_offset);
    }
    buf_write_varint(writer, head.payload_size);
    buf_write_bytes(writer, head.payload, head.payload_size);
    remember(slim, &head);
}

/* ---- reading ---- */

static enum wire from_err(enum err err)
{
    return err == ERR_truncated ? WIRE_truncated : WIRE_malformed;
}

/* `size` came from outside: bytes inside the input, or NULL with the error set. */
static const uint8_t *read_sized(struct buf_reader *reader, uint64_t size)
{
    if (size > buf_left(reader)) {
        reader->err = reader->err == OK ? ERR_truncated : reader->err;
        return NULL;
    }
    return buf_read_bytes(reader, (size_t)size);
}

static void read_fix_part(const struct slim *slim, struct slim_head *head, unsigned mask,
                          struct buf_reader *reader)
{
    const struct slim_head *last = &slim->last;
    if ((mask & (MASK_fix | MASK_fix_same)) == 0) {
        return;
    }
    head->has_fix = true;
    if ((mask & MASK_fix) == 0) {
        head->lat = last->lat;
        head->lon = last->lon;
        head->accuracy_m = last->accuracy_m;
        head->age_s = last->age_s;
        return;
    }
    head->lat = read_coordinate(reader, last->has_fix, last->lat);
    head->lon = read_coordinate(reader, last->has_fix, last->lon);
    head->accuracy_m = buf_read_varint(reader);
    head->age_s = buf_read_varint(reader);
}

static void read_rest(const struct slim *slim, struct slim_head *head, unsigned rest,
                      struct buf_reader *reader)
{
    const struct slim_head *last = &slim->last;
    head->person_no = (rest & REST_person) != 0 ? buf_read_varint(reader) : last->person_no;
    head->boot = (rest & REST_boot) != 0 ? buf_read_u32(reader) : last->boot;
    head->clock_quality =
        (rest & REST_quality) != 0 ? buf_read_varint(reader) : last->clock_quality;
    head->policy = (rest & REST_policy) != 0 ? buf_read_u64(reader) : last->policy;
    head->epoch = (rest & REST_epoch) != 0 ? buf_read_varint(reader) : last->epoch;
    if ((rest & REST_fired) != 0) {
        uint64_t size = buf_read_varint(reader);
        head->fired = read_sized(reader, size);
        head->fired_size = head->fired != NULL ? (size_t)size : 0;
    }
    head->override_reason = (rest & REST_override) != 0 ? buf_read_varint(reader) : 0;
    head->clock_offset = (rest & REST_offset) != 0 ? buf_read_varint(reader) : last->clock_offset;
}

static enum wire copy_out(struct arena *arena, const uint8_t *bytes, size_t size,
                          struct wire_bytes *body_out)
{
    *body_out = (struct wire_bytes){arena_copy(arena, bytes, size), size};
    return WIRE_ok;
}

enum wire slim_read(struct arena *arena, struct slim *slim, struct buf_reader *reader,
                    struct wire_bytes *body_out)
{
    unsigned mask = buf_read_u8(reader);
    if (mask == MASK_verbatim) {
        uint64_t size = buf_read_varint(reader);
        const uint8_t *bytes = read_sized(reader, size);
        if (bytes == NULL || reader->err != OK) {
            return from_err(reader->err);
        }
        return size > LIMIT_event_size ? WIRE_too_long
                                       : copy_out(arena, bytes, (size_t)size, body_out);
    }
    if (mask >= MASK_verbatim ||
        (mask & (MASK_fix | MASK_fix_same)) == (MASK_fix | MASK_fix_same)) {
        return WIRE_malformed;
    }
    unsigned rest = (mask & MASK_rest) != 0 ? buf_read_u8(reader) : 0;
    struct slim_head head = {.kind = buf_read_varint(reader)};
    if (head.kind <= 12 || head.kind > UINT32_MAX >> 3) {
        return reader->err == OK ? WIRE_malformed : from_err(reader->err);
    }
    head.at_ms = slim->last.at_ms + unzigzag(buf_read_varint(reader));
    head.uptime_ms = foretold_uptime(slim, head.at_ms);
    if ((mask & MASK_uptime) != 0) {
        head.uptime_ms += unzigzag(buf_read_varint(reader));
    }
    head.case_no = (mask & MASK_case) != 0 ? buf_read_varint(reader) : slim->last.case_no;
    head.visit_seq = (mask & MASK_visit) != 0 ? slim->seq - unzigzag(buf_read_varint(reader))
                                              : foretold_visit(slim, head.kind);
    read_fix_part(slim, &head, mask, reader);
    read_rest(slim, &head, rest, reader);
    uint64_t size = buf_read_varint(reader);
    head.payload = read_sized(reader, size);
    if (head.payload == NULL || reader->err != OK) {
        return from_err(reader->err);
    }
    head.payload_size = (size_t)size;

    uint8_t bytes[LIMIT_event_size];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    slim_head_write(&head, &writer);
    if (writer.err != OK) {
        return WIRE_too_long;
    }
    remember(slim, &head);
    return copy_out(arena, bytes, writer.size, body_out);
}
