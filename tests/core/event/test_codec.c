/* Goal: the room's codec and nanopb's, over the same structs, give the same bytes and read
 * the same bodies. Method: messages filled at random through the layout, then bodies with
 * random damage; nanopb with a walk over every text is the measure. */
#include "tests/core/event/sample.h"
#include "tests/lib/test.h"

#include "core/event/codec.h"

#include <pb_common.h>
#include <pb_decode.h>
#include <pb_encode.h>

static const struct {
    const char *name;
    const struct layout *layout;
    const pb_msgdesc_t *nanopb;
} types[] = {
    {"Event", &layout_ds_Event, ds_Event_fields},
    {"CaseRecord", &layout_ds_CaseRecord, ds_CaseRecord_fields},
    {"CaseState", &layout_ds_CaseState, ds_CaseState_fields},
};

union any_message {
    ds_Event event;
    ds_CaseRecord record;
    ds_CaseState state;
};

static uint64_t draw(struct rng *rng, uint64_t bound)
{
    return rng_below(rng, bound);
}

/* ---- nanopb's answer ---- */

static bool texts_are_valid(const pb_msgdesc_t *type, const void *message)
{
    pb_field_iter_t at;
    if (!pb_field_iter_begin_const(&at, type, message)) {
        return true;
    }
    do {
        size_t count = 1;
        if (PB_HTYPE(at.type) == PB_HTYPE_REPEATED) {
            count = *(const pb_size_t *)at.pSize;
        } else if (PB_HTYPE(at.type) == PB_HTYPE_ONEOF) {
            count = *(const pb_size_t *)at.pSize == at.tag ? 1 : 0;
        } else if (PB_HTYPE(at.type) == PB_HTYPE_OPTIONAL && at.pSize != NULL) {
            count = *(const bool *)at.pSize ? 1 : 0;
        }
        for (size_t i = 0; i < count; i++) {
            const char *item = (const char *)at.pData + i * at.data_size;
            size_t size = strnlen(item, at.data_size);
            if (PB_LTYPE(at.type) == PB_LTYPE_STRING &&
                (size == at.data_size || !str_is_utf8((struct str){item, size}))) {
                return false;
            }
            if (PB_LTYPE_IS_SUBMSG(at.type) && !texts_are_valid(at.submsg_desc, item)) {
                return false;
            }
        }
    } while (pb_field_iter_next(&at));
    return true;
}

static bool nanopb_encode(const pb_msgdesc_t *type, const void *message, uint8_t *bytes,
                          size_t capacity, size_t *size_out)
{
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, capacity);
    bool is_encoded = pb_encode(&stream, type, message);
    *size_out = stream.bytes_written;
    return is_encoded;
}

static bool nanopb_decode(const pb_msgdesc_t *type, void *message, const uint8_t *bytes,
                          size_t size)
{
    pb_istream_t stream = pb_istream_from_buffer(bytes, size);
    return pb_decode(&stream, type, message) && texts_are_valid(type, message);
}

/* ---- messages at random ---- */

static void fill_message(struct rng *rng, const struct layout *type, void *message);

static void fill_text(struct rng *rng, char *item, size_t item_size)
{
    static const char *const parts[] = {"a", "Z 9", "é", "王", "催收", "😀", "\x7f"};
    size_t goal = draw(rng, 4) == 0 ? item_size - 1 : draw(rng, item_size < 40 ? item_size : 40);
    size_t size = 0;
    for (;;) {
        const char *part = parts[draw(rng, COUNT(parts))];
        if (size + strlen(part) > goal) {
            break;
        }
        memcpy(item + size, part, strlen(part));
        size += strlen(part);
    }
    item[size] = '\0';
}

static void fill_item(struct rng *rng, const struct layout_field *field, char *item)
{
    uint64_t number = 0;
    rng_fill(rng, &number, sizeof number);
    number >>= draw(rng, 64);
    if (field->type == LAYOUT_MESSAGE) {
        fill_message(rng, field->message, item);
    } else if (field->type == LAYOUT_STRING) {
        fill_text(rng, item, field->item_size);
    } else if (field->type == LAYOUT_BOOL) {
        *(bool *)item = number % 2 != 0;
    } else if (field->type == LAYOUT_FIXED_LENGTH_BYTES) {
        memset(item, (int)(number & 0xFF), field->item_size);
    } else if (field->type == LAYOUT_BYTES) {
        pb_size_t size = (pb_size_t)draw(rng, field->item_size - sizeof size + 1);
        memset(item, (int)(number & 0xFF), field->item_size);
        memcpy(item, &size, sizeof size);
    } else {
        memcpy(item, &number, field->item_size);
    }
}

static void fill_message(struct rng *rng, const struct layout *type, void *message)
{
    memset(message, 0, type->size);
    for (size_t i = 0; i < type->field_count; i++) {
        const struct layout_field *field = &type->fields[i];
        char *item = (char *)message + field->offset;
        char *count_at = (char *)message + field->count_offset;
        pb_size_t count = 0;
        switch (field->rule) {
        case LAYOUT_SINGULAR:
            if (draw(rng, 3) != 0) {
                fill_item(rng, field, item);
            }
            break;
        case LAYOUT_OPTIONAL:
            *(bool *)count_at = draw(rng, 2) == 0;
            if (*(bool *)count_at) {
                fill_item(rng, field, item);
            }
            break;
        case LAYOUT_REPEATED:
            count = (pb_size_t)draw(rng, draw(rng, 8) == 0 ? field->capacity + 1 : 3);
            memcpy(count_at, &count, sizeof count);
            for (size_t j = 0; j < count; j++) {
                fill_item(rng, field, item + j * field->item_size);
            }
            break;
        case LAYOUT_ONEOF:
            memcpy(&count, count_at, sizeof count);
            if (count == 0 && draw(rng, 20) == 0) {
                count = (pb_size_t)field->number;
                memcpy(count_at, &count, sizeof count);
                fill_item(rng, field, item);
            }
            break;
        }
    }
}

/* ---- promises ---- */

enum { ROUNDS = 400, DAMAGES = 30, CAPACITY = 64 * 1024 };

struct bench {
    union any_message message, ours, theirs;
    uint8_t bytes[CAPACITY], our_bytes[CAPACITY], their_bytes[CAPACITY];
};

TEST(test_messages_give_the_bytes_that_nanopb_gives)
{
    static struct bench bench;
    struct test_rng seed;
    struct rng rng = test_rng_make(&seed, 1);
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t t = 0; t < COUNT(types); t++) {
            fill_message(&rng, types[t].layout, &bench.message);
            size_t our_size = 0;
            size_t their_size = 0;
            EXPECT(nanopb_encode(types[t].nanopb, &bench.message, bench.their_bytes, CAPACITY,
                                 &their_size));
            EXPECT_OK(codec_encode(types[t].layout, &bench.message, bench.our_bytes, CAPACITY,
                                   &our_size));
            EXPECT_ROW(types[t].name, our_size == their_size);
            EXPECT_ROW(types[t].name, memcmp(bench.our_bytes, bench.their_bytes, our_size) == 0);
            /* One byte less is too little, at any place where it may run out. */
            size_t less = draw(&rng, our_size + 1);
            enum err expected = less < our_size ? ERR_too_long : OK;
            EXPECT_ERR(expected, codec_encode(types[t].layout, &bench.message, bench.our_bytes,
                                              less, &our_size));
            EXPECT_OK(codec_decode(types[t].layout, &bench.ours, bench.their_bytes, their_size));
            EXPECT(
                nanopb_encode(types[t].nanopb, &bench.ours, bench.our_bytes, CAPACITY, &our_size));
            EXPECT_ROW(types[t].name, our_size == their_size);
            EXPECT_ROW(types[t].name, memcmp(bench.our_bytes, bench.their_bytes, our_size) == 0);
        }
    }
}

/* Changes, adds, takes out or cuts off some bytes. */
static size_t damage(struct rng *rng, uint8_t *bytes, size_t size)
{
    static const uint8_t telling[] = {0x00, 0x01, 0x7F, 0x80, 0xFF, 0x0A, 0x50, 0x55, 0xE4};
    for (uint64_t n = 1 + draw(rng, 3); n > 0 && size > 0; n--) {
        /* Mostly near the beginning, where tags and sizes stand close together. */
        size_t at = draw(rng, draw(rng, 2) == 0 && size > 64 ? 64 : size);
        uint8_t byte =
            draw(rng, 2) == 0 ? telling[draw(rng, COUNT(telling))] : (uint8_t)draw(rng, 256);
        switch (draw(rng, 5)) {
        case 0:
            size = at;
            break;
        case 1:
            memmove(bytes + at, bytes + at + 1, size - at - 1);
            size--;
            break;
        case 2:
            if (size < CAPACITY) {
                memmove(bytes + at + 1, bytes + at, size - at);
                bytes[at] = byte;
                size++;
            }
            break;
        default:
            bytes[at] = byte;
            break;
        }
    }
    return size;
}

TEST(test_a_body_is_read_exactly_when_nanopb_reads_it_and_its_texts_are_sound)
{
    static struct bench bench;
    struct test_rng seed;
    struct rng rng = test_rng_make(&seed, 2);
    size_t read_count = 0;
    size_t refused_count = 0;
    size_t replaced_count = 0;
    for (size_t round = 0; round < ROUNDS * DAMAGES; round++) {
        size_t t = draw(&rng, COUNT(types));
        if (round % 2 == 0) {
            fill_message(&rng, types[t].layout, &bench.message);
        }
        size_t size = 0;
        if (!nanopb_encode(types[t].nanopb, &bench.message, bench.bytes, CAPACITY, &size)) {
            continue; /* read as another type: not a message of this one */
        }
        size = damage(&rng, bench.bytes, size);
        bool is_ours = codec_decode(types[t].layout, &bench.ours, bench.bytes, size) == OK;
        bool is_theirs = nanopb_decode(types[t].nanopb, &bench.theirs, bench.bytes, size);
        replaced_count += is_theirs && !is_ours;
        if (is_ours && !is_theirs) {
            fail_msg("round %zu: %s of %zu bytes is read, not by nanopb", round, types[t].name,
                     size);
        }
        read_count += is_ours;
        refused_count += !is_ours;
        if (!is_ours) {
            continue;
        }
        size_t our_size = 0;
        size_t their_size = 0;
        EXPECT(nanopb_encode(types[t].nanopb, &bench.ours, bench.our_bytes, CAPACITY, &our_size));
        EXPECT(nanopb_encode(types[t].nanopb, &bench.theirs, bench.their_bytes, CAPACITY,
                             &their_size));
        EXPECT_ROW(types[t].name, our_size == their_size);
        EXPECT_ROW(types[t].name, memcmp(bench.our_bytes, bench.their_bytes, our_size) == 0);
    }
    EXPECT(read_count > 1000);
    EXPECT(refused_count > 1000);
    EXPECT(replaced_count < 10); /* see the next test */
}

/* nanopb keeps the last of a field given twice; a text is looked at even when another one
 * replaces it, so that no bytes of a body escape the check. */
TEST(test_a_text_that_a_later_one_replaces_is_checked_too)
{
    static const uint8_t body[] = "\xE2\x02\x06\x0A\x01\xFF\x0A\x01y";
    static struct bench bench;
    EXPECT(nanopb_decode(ds_Event_fields, &bench.theirs, body, sizeof body - 1));
    EXPECT_ERR(ERR_malformed, codec_decode(&layout_ds_Event, &bench.ours, body, sizeof body - 1));
}

/* Rows that random damage finds seldom: each is a whole Event body. */
TEST(test_edges_of_the_format_are_read_as_nanopb_reads_them)
{
#define ROW(text, is_read)              \
    {                                   \
        text, sizeof(text) - 1, is_read \
    }
    static const struct {
        const char *bytes;
        size_t size;
        bool is_read;
    } rows[] = {
        ROW("", true),
        ROW("\x08\x01", true),
        ROW("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01", true), /* the largest 64 bits */
        ROW("\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02", false),
        ROW("\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00", true), /* longer than it must be */
        ROW("\x08\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", false),
        ROW("\x10\xFF\xFF\xFF\xFF\x0F", true), /* the largest 32 bits */
        ROW("\x10\x80\x80\x80\x80\x10", false),
        ROW("\x00\x01", false),             /* field 0 */
        ROW("\x0B", false),                 /* groups */
        ROW("\x0D\x01\x02\x03\x04", false), /* another wire type than the field's */
        ROW("\xF8\x3F\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8A\x01", true), /* unknown, skipped */
        ROW("\xF8\x3F\x81", false),
        ROW("\x5A\x03\x01\x02\x03\x58\x04", true), /* a list packed and one by one */
        ROW("\x5A\x02\x01\x82", false),            /* ends inside a packed number */
        ROW("\x5A\x11\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01", false),
        ROW("\x52\x00", true),                                   /* a fix without anything in it */
        ROW("\xE2\x02\x03\x0A\x01x\xE2\x02\x03\x0A\x01y", true), /* a note twice: merged */
        ROW("\xE2\x02\x02\x0A\x05", false),                      /* reaches past its message */
        ROW("\xE2\x02\x04\x0A\x02\xC3\x28", false),              /* no UTF-8 */
        ROW("\xE2\x02\x05\x0A\x03\xED\xA0\x80", false),          /* half of a pair */
        ROW("\xE2\x02\x05\x0A\x03"
            "a\x00\xFF",
            true),                                  /* what follows a NUL is not text */
        ROW("\xF2\x02\x04\x0A\x02\x01\x02", false), /* an id that is too short */
        ROW("\xF2\x02\x02\x0A\x00", true),
    };
#undef ROW
    for (size_t i = 0; i < COUNT(rows); i++) {
        static struct bench bench;
        char row[16];
        snprintf(row, sizeof row, "%zu", i);
        const uint8_t *bytes = (const uint8_t *)rows[i].bytes;
        bool is_ours = codec_decode(&layout_ds_Event, &bench.ours, bytes, rows[i].size) == OK;
        bool is_theirs = nanopb_decode(ds_Event_fields, &bench.theirs, bytes, rows[i].size);
        EXPECT_ROW(row, is_theirs == rows[i].is_read);
        EXPECT_ROW(row, is_ours == rows[i].is_read);
    }
}

TEST(test_a_text_that_is_no_utf8_or_has_no_end_does_not_leave)
{
    static ds_Event event;
    uint8_t body[LIMIT_event_size];
    size_t size = 0;
    event.which_kind = ds_Event_note_added_tag;
    strcpy(event.kind.note_added.note, "a\xC3");
    EXPECT_ERR(ERR_bad_text, codec_encode(&layout_ds_Event, &event, body, sizeof body, &size));
    EXPECT_ERR(ERR_bad_text, codec_encode(&layout_ds_Event, &event, body, 1, &size));
    memset(event.kind.note_added.note, 'a', sizeof event.kind.note_added.note);
    EXPECT_ERR(ERR_bad_text, codec_encode(&layout_ds_Event, &event, body, sizeof body, &size));
}
