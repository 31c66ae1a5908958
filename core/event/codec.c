#include "core/event/codec.h"

#include "core/base/str.h"

#include <pb.h>
#include <string.h>

enum wire { WIRE_varint = 0, WIRE_64 = 1, WIRE_sized = 2, WIRE_32 = 5 };
enum { VARINT_MAX = 10 };

static enum wire wire_of(enum layout_type type)
{
    switch (type) {
    case LAYOUT_BOOL:
    case LAYOUT_UINT32:
    case LAYOUT_UINT64:
    case LAYOUT_SINT32:
        return WIRE_varint;
    case LAYOUT_FIXED32:
    case LAYOUT_SFIXED32:
        return WIRE_32;
    case LAYOUT_FIXED64:
        return WIRE_64;
    case LAYOUT_STRING:
    case LAYOUT_FIXED_LENGTH_BYTES:
    case LAYOUT_BYTES:
    case LAYOUT_MESSAGE:
        return WIRE_sized;
    }
    UNREACHABLE();
}

static pb_size_t size_at(const void *message, uint32_t offset)
{
    pb_size_t size;
    memcpy(&size, (const char *)message + offset, sizeof size);
    return size;
}

static void size_set(void *message, uint32_t offset, pb_size_t size)
{
    memcpy((char *)message + offset, &size, sizeof size);
}

/* ---- encode ---- */

struct writer {
    uint8_t *at;
    uint8_t *end;
    bool is_full;     /* something did not fit */
    bool is_text_bad; /* some text is ill-formed */
};

static void put(struct writer *writer, const void *bytes, size_t size)
{
    if ((size_t)(writer->end - writer->at) < size) {
        writer->is_full = true;
    } else {
        memcpy(writer->at, bytes, size);
        writer->at += size;
    }
}

static size_t varint_write(uint8_t bytes[VARINT_MAX], uint64_t value)
{
    size_t size = 0;
    while (value >= 0x80) {
        bytes[size++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[size++] = (uint8_t)value;
    return size;
}

static void put_varint(struct writer *writer, uint64_t value)
{
    if ((size_t)(writer->end - writer->at) >= VARINT_MAX) {
        writer->at += varint_write(writer->at, value);
    } else {
        uint8_t bytes[VARINT_MAX];
        put(writer, bytes, varint_write(bytes, value));
    }
}

static void put_tag(struct writer *writer, const struct layout_field *field, enum wire wire)
{
    put_varint(writer, (uint64_t)field->number << 3 | (uint64_t)wire);
}

/* The number as it travels; 0 is zero in every type. */
static uint64_t number_load(enum layout_type type, const void *item)
{
    uint64_t number = 0;
    uint32_t word = 0;
    switch (type) {
    case LAYOUT_BOOL:
        return *(const bool *)item;
    case LAYOUT_UINT64:
    case LAYOUT_FIXED64:
        memcpy(&number, item, sizeof number);
        return number;
    case LAYOUT_UINT32:
    case LAYOUT_FIXED32:
    case LAYOUT_SFIXED32:
        memcpy(&word, item, sizeof word);
        return word;
    case LAYOUT_SINT32: /* zigzag: small numbers of either sign are short */
        memcpy(&word, item, sizeof word);
        return word << 1 ^ ((word >> 31) != 0 ? UINT32_MAX : 0);
    case LAYOUT_STRING:
    case LAYOUT_FIXED_LENGTH_BYTES:
    case LAYOUT_BYTES:
    case LAYOUT_MESSAGE:
        break;
    }
    UNREACHABLE();
}

static void put_number(struct writer *writer, enum wire wire, uint64_t number)
{
    if (wire == WIRE_varint) {
        put_varint(writer, number);
        return;
    }
    size_t size = wire == WIRE_32 ? 4 : 8;
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(number >> (8 * i));
    }
    put(writer, bytes, size);
}

/* What stands at `start` behind one byte left free becomes a sized field: most are shorter
 * than 128 bytes, so the size is known after the content and nothing is coded twice. */
static void close_sized(struct writer *writer, uint8_t *start)
{
    if (writer->is_full) {
        return;
    }
    size_t size = (size_t)(writer->at - start) - 1;
    uint8_t bytes[VARINT_MAX];
    size_t head_size = varint_write(bytes, size);
    if ((size_t)(writer->end - writer->at) < head_size - 1) {
        writer->is_full = true;
        return;
    }
    if (head_size > 1) {
        memmove(start + head_size, start + 1, size);
        writer->at += head_size - 1;
    }
    memcpy(start, bytes, head_size);
}

static uint8_t *open_sized(struct writer *writer)
{
    uint8_t *start = writer->at;
    put(writer, "", 1);
    return start;
}

static void put_message(struct writer *writer, const struct layout *type, const void *message);

static void put_text(struct writer *writer, const struct layout_field *field, const char *text)
{
    size_t size = strnlen(text, field->item_size);
    if (size == field->item_size || !str_is_utf8((struct str){text, size})) {
        writer->is_text_bad = true;
        return;
    }
    put_tag(writer, field, WIRE_sized);
    put_varint(writer, size);
    put(writer, text, size);
}

static void put_bytes(struct writer *writer, const struct layout_field *field, const char *item)
{
    pb_size_t size = size_at(item, 0);
    if (size > field->item_size - sizeof size) {
        writer->is_full = true;
        return;
    }
    put_varint(writer, size);
    put(writer, item + sizeof size, size);
}

/* One item with its tag, even when it is zero. */
static void put_item(struct writer *writer, const struct layout_field *field, const char *item)
{
    enum wire wire = wire_of(field->type);
    if (field->type == LAYOUT_STRING) {
        put_text(writer, field, item);
        return;
    }
    put_tag(writer, field, wire);
    if (field->type == LAYOUT_MESSAGE) {
        uint8_t *start = open_sized(writer);
        put_message(writer, field->message, item);
        close_sized(writer, start);
    } else if (field->type == LAYOUT_FIXED_LENGTH_BYTES) {
        put_varint(writer, field->item_size);
        put(writer, item, field->item_size);
    } else if (field->type == LAYOUT_BYTES) {
        put_bytes(writer, field, item);
    } else {
        put_number(writer, wire, number_load(field->type, item));
    }
}

static bool is_zero(const struct layout_field *field, const char *item)
{
    if (field->type == LAYOUT_STRING) {
        return item[0] == '\0';
    }
    if (field->type == LAYOUT_FIXED_LENGTH_BYTES) {
        return false; /* always written, also when all of it is zero: as nanopb does */
    }
    if (field->type == LAYOUT_BYTES) {
        return size_at(item, 0) == 0;
    }
    /* A message without a sign that it is there does not occur: it would be OPTIONAL. */
    return number_load(field->type, item) == 0;
}

static void put_list(struct writer *writer, const struct layout_field *field, const char *items,
                     size_t count)
{
    if (count > field->capacity) {
        writer->is_full = true;
        return;
    }
    enum wire wire = wire_of(field->type);
    if (wire == WIRE_sized) {
        for (size_t i = 0; i < count; i++) {
            put_item(writer, field, items + i * field->item_size);
        }
    } else if (count > 0) { /* numbers are packed */
        put_tag(writer, field, WIRE_sized);
        uint8_t *start = open_sized(writer);
        for (size_t i = 0; i < count; i++) {
            put_number(writer, wire, number_load(field->type, items + i * field->item_size));
        }
        close_sized(writer, start);
    }
}

static void put_message(struct writer *writer, const struct layout *type, const void *message)
{
    for (size_t i = 0; i < type->field_count; i++) {
        const struct layout_field *field = &type->fields[i];
        const char *item = (const char *)message + field->offset;
        bool is_there = false;
        switch (field->rule) {
        case LAYOUT_SINGULAR:
            is_there = !is_zero(field, item);
            break;
        case LAYOUT_OPTIONAL:
            is_there = *(const bool *)((const char *)message + field->count_offset);
            break;
        case LAYOUT_REPEATED:
            put_list(writer, field, item, size_at(message, field->count_offset));
            break;
        case LAYOUT_ONEOF:
            is_there = size_at(message, field->count_offset) == field->number;
            break;
        }
        if (is_there) {
            put_item(writer, field, item);
        }
    }
}

enum err codec_encode(const struct layout *type, const void *message, uint8_t *bytes,
                      size_t capacity, size_t *size_out)
{
    struct writer writer = {.at = bytes, .end = bytes + capacity};
    put_message(&writer, type, message);
    if (writer.is_text_bad) {
        return ERR_bad_text;
    }
    if (writer.is_full) {
        return ERR_too_long;
    }
    *size_out = (size_t)(writer.at - bytes);
    return OK;
}

/* ---- decode ---- */

struct reader {
    const uint8_t *at;
    const uint8_t *end;
};

static bool take_varint(struct reader *reader, uint64_t *value_out)
{
    uint64_t value = 0;
    for (unsigned shift = 0; reader->at < reader->end; shift += 7) {
        uint8_t byte = *reader->at++;
        if (shift >= 63 && (byte & 0xFE) != 0) {
            return false;
        }
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            *value_out = value;
            return true;
        }
    }
    return false;
}

/* Tags, sizes and booleans: 32 bits, a negative number may have its sign carried to 64. */
static bool take_varint32(struct reader *reader, uint32_t *value_out)
{
    uint64_t value;
    if (!take_varint(reader, &value) ||
        (value > UINT32_MAX && value < UINT64_C(0xFFFFFFFF80000000))) {
        return false;
    }
    *value_out = (uint32_t)value;
    return true;
}

static bool take(struct reader *reader, size_t size, const uint8_t **bytes_out)
{
    if ((size_t)(reader->end - reader->at) < size) {
        return false;
    }
    *bytes_out = reader->at;
    reader->at += size;
    return true;
}

static bool take_sized(struct reader *reader, struct reader *inside_out)
{
    uint32_t size;
    if (!take_varint32(reader, &size) || !take(reader, size, &inside_out->at)) {
        return false;
    }
    inside_out->end = inside_out->at + size;
    return true;
}

static bool skip(struct reader *reader, uint32_t wire)
{
    const uint8_t *bytes;
    struct reader inside;
    switch (wire) {
    case WIRE_varint:
        while (reader->at < reader->end) {
            if (*reader->at++ < 0x80) {
                return true;
            }
        }
        return false;
    case WIRE_64:
        return take(reader, 8, &bytes);
    case WIRE_sized:
        return take_sized(reader, &inside);
    case WIRE_32:
        return take(reader, 4, &bytes);
    default:
        return false;
    }
}

static void message_clear(const struct layout *type, void *message)
{
    if (type->is_flat) {
        memset(message, 0, type->size);
        return;
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const struct layout_field *field = &type->fields[i];
        switch (field->rule) {
        case LAYOUT_SINGULAR:
            memset((char *)message + field->offset, 0, field->item_size);
            break;
        case LAYOUT_OPTIONAL:
            *(bool *)((char *)message + field->count_offset) = false;
            memset((char *)message + field->offset, 0, field->item_size);
            break;
        case LAYOUT_REPEATED:
        case LAYOUT_ONEOF:
            size_set(message, field->count_offset, 0);
            break;
        }
    }
}

static bool take_message(struct reader *reader, const struct layout *type, void *message);

static bool take_text(struct reader *reader, const struct layout_field *field, char *item)
{
    struct reader inside;
    if (!take_sized(reader, &inside)) {
        return false;
    }
    size_t size = (size_t)(inside.end - inside.at);
    if (size >= field->item_size) {
        return false;
    }
    memcpy(item, inside.at, size);
    item[size] = '\0';
    return str_is_utf8((struct str){item, strlen(item)}); /* a NUL inside ends it */
}

static bool take_bytes(struct reader *reader, const struct layout_field *field, char *item)
{
    struct reader inside;
    if (!take_sized(reader, &inside)) {
        return false;
    }
    size_t size = (size_t)(inside.end - inside.at);
    if (size == 0) {
        memset(item, 0, field->item_size);
    } else if (size == field->item_size) {
        memcpy(item, inside.at, size);
    } else {
        return false;
    }
    return true;
}

static bool take_sized_bytes(struct reader *reader, const struct layout_field *field, char *item)
{
    struct reader inside;
    if (!take_sized(reader, &inside)) {
        return false;
    }
    size_t size = (size_t)(inside.end - inside.at);
    if (size > field->item_size - sizeof(pb_size_t)) {
        return false;
    }
    size_set(item, 0, (pb_size_t)size);
    memcpy(item + sizeof(pb_size_t), inside.at, size);
    return true;
}

static bool take_fixed(struct reader *reader, size_t size, char *item)
{
    const uint8_t *bytes;
    if (!take(reader, size, &bytes)) {
        return false;
    }
    uint64_t number = 0;
    for (size_t i = 0; i < size; i++) {
        number |= (uint64_t)bytes[i] << (8 * i);
    }
    uint32_t word = (uint32_t)number;
    memcpy(item, size == 4 ? (const void *)&word : (const void *)&number, size);
    return true;
}

static bool take_sint32(struct reader *reader, char *item)
{
    uint64_t value;
    if (!take_varint(reader, &value) || value > UINT32_MAX) {
        return false;
    }
    uint32_t word = (uint32_t)value;
    word = word >> 1 ^ ((word & 1) != 0 ? UINT32_MAX : 0);
    memcpy(item, &word, sizeof word);
    return true;
}

/* One item whose wire type is right. */
static bool take_item(struct reader *reader, const struct layout_field *field, char *item)
{
    uint64_t value;
    uint32_t word;
    struct reader inside;
    switch (field->type) {
    case LAYOUT_BOOL:
        if (!take_varint32(reader, &word)) {
            return false;
        }
        *(bool *)item = word != 0;
        return true;
    case LAYOUT_UINT32:
        if (!take_varint(reader, &value) || value > UINT32_MAX) {
            return false;
        }
        word = (uint32_t)value;
        memcpy(item, &word, sizeof word);
        return true;
    case LAYOUT_UINT64:
        if (!take_varint(reader, &value)) {
            return false;
        }
        memcpy(item, &value, sizeof value);
        return true;
    case LAYOUT_SINT32:
        return take_sint32(reader, item);
    case LAYOUT_FIXED32:
    case LAYOUT_SFIXED32:
        return take_fixed(reader, 4, item);
    case LAYOUT_FIXED64:
        return take_fixed(reader, 8, item);
    case LAYOUT_STRING:
        return take_text(reader, field, item);
    case LAYOUT_FIXED_LENGTH_BYTES:
        return take_bytes(reader, field, item);
    case LAYOUT_BYTES:
        return take_sized_bytes(reader, field, item);
    case LAYOUT_MESSAGE:
        return take_sized(reader, &inside) && take_message(&inside, field->message, item);
    }
    UNREACHABLE();
}

/* The next place of a list; NULL when it is full. */
static char *list_next(const struct layout_field *field, void *message)
{
    pb_size_t count = size_at(message, field->count_offset);
    if (count >= field->capacity) {
        return NULL;
    }
    size_set(message, field->count_offset, (pb_size_t)(count + 1));
    char *item = (char *)message + field->offset + (size_t)count * field->item_size;
    if (field->type == LAYOUT_MESSAGE) {
        message_clear(field->message, item);
    }
    return item;
}

static bool take_list(struct reader *reader, const struct layout_field *field, uint32_t wire,
                      void *message)
{
    enum wire own = wire_of(field->type);
    char *item;
    if (wire == (uint32_t)own) {
        item = list_next(field, message);
        return item != NULL && take_item(reader, field, item);
    }
    struct reader packed;
    if (wire != WIRE_sized || !take_sized(reader, &packed)) {
        return false;
    }
    while (packed.at < packed.end) {
        item = list_next(field, message);
        if (item == NULL || !take_item(&packed, field, item)) {
            return false;
        }
    }
    return true;
}

static bool take_field(struct reader *reader, const struct layout_field *field, uint32_t wire,
                       void *message)
{
    if (field->rule == LAYOUT_REPEATED) {
        return take_list(reader, field, wire, message);
    }
    char *item = (char *)message + field->offset;
    if (wire != (uint32_t)wire_of(field->type)) {
        return false;
    }
    if (field->rule == LAYOUT_OPTIONAL) {
        *(bool *)((char *)message + field->count_offset) = true;
    } else if (field->rule == LAYOUT_ONEOF &&
               size_at(message, field->count_offset) != field->number) {
        /* A member given twice is merged; another one starts empty. */
        if (field->type == LAYOUT_MESSAGE) {
            message_clear(field->message, item);
        } else {
            memset(item, 0, field->item_size);
        }
        size_set(message, field->count_offset, (pb_size_t)field->number);
    }
    return take_item(reader, field, item);
}

/* Fields mostly come in the order of the layout: the one at `at` or soon after it. */
static const struct layout_field *field_find(const struct layout *type, size_t *at, uint32_t number)
{
    for (size_t i = *at; i < type->field_count && type->fields[i].number <= number; i++) {
        if (type->fields[i].number == number) {
            *at = i;
            return &type->fields[i];
        }
    }
    for (size_t i = 0; i < *at && type->fields[i].number <= number; i++) {
        if (type->fields[i].number == number) {
            *at = i;
            return &type->fields[i];
        }
    }
    return NULL;
}

/* Adds what the bytes say to `message`. The depth is bounded by the layouts:
 * Event > Correction > PlanAgreed > Instalment. */
static bool take_message(struct reader *reader, const struct layout *type, void *message)
{
    size_t at = 0;
    while (reader->at < reader->end) {
        uint32_t tag;
        if (!take_varint32(reader, &tag) || tag >> 3 == 0) {
            return false;
        }
        const struct layout_field *field = field_find(type, &at, tag >> 3);
        bool is_taken = field != NULL ? take_field(reader, field, tag & 7, message)
                                      : skip(reader, tag & 7); /* of a newer build */
        if (!is_taken) {
            return false;
        }
    }
    return true;
}

enum err codec_decode(const struct layout *type, void *message_out, const uint8_t *bytes,
                      size_t size)
{
    message_clear(type, message_out);
    if (size == 0) {
        return OK; /* an empty message; `bytes` may be NULL */
    }
    struct reader reader = {.at = bytes, .end = bytes + size};
    return take_message(&reader, type, message_out) ? OK : ERR_malformed;
}
