#include "sync/proto/bundle.h"

#include "core/base/buf.h"

#include <string.h>

#include <sodium.h>

enum { MAGIC_SIZE = 4, HASH_SIZE = 32, ITEM_HEAD_MAX = 1 + 2 + 5 };

static const char MAGIC[] = "DSB1";

bool bundle_is_name(const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        char c = name[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        bool is_mark = c == '-' || c == '_' || c == '.';
        if (!is_letter && !is_mark && !(c >= '0' && c <= '9')) {
            return false;
        }
    }
    return size > 0 && size <= BUNDLE_NAME_SIZE_MAX && name[0] != '.';
}

static void hash_all(uint8_t hash[HASH_SIZE], const uint8_t *bytes, size_t size)
{
    crypto_generichash(hash, HASH_SIZE, bytes, size, NULL, 0);
}

enum wire bundle_write(struct arena *arena, const struct bundle_item *items, size_t count,
                       struct wire_bytes *bytes_out)
{
    if (count > BUNDLE_ITEMS_MAX) {
        return WIRE_too_long;
    }
    size_t capacity = MAGIC_SIZE + HASH_SIZE;
    for (size_t i = 0; i < count; i++) {
        CHECK(bundle_is_name(items[i].name, strlen(items[i].name)));
        if (items[i].bytes.size > BUNDLE_SIZE_MAX) {
            return WIRE_too_long;
        }
        capacity += ITEM_HEAD_MAX + strlen(items[i].name) + items[i].bytes.size;
        if (capacity > BUNDLE_SIZE_MAX) {
            return WIRE_too_long;
        }
    }
    struct buf_writer writer;
    buf_writer_init(&writer, arena_alloc(arena, capacity), capacity);
    buf_write_bytes(&writer, MAGIC, MAGIC_SIZE);
    for (size_t i = 0; i < count; i++) {
        buf_write_u8(&writer, items[i].type);
        buf_write_varint(&writer, strlen(items[i].name));
        buf_write_bytes(&writer, items[i].name, strlen(items[i].name));
        buf_write_varint(&writer, items[i].bytes.size);
        buf_write_bytes(&writer, items[i].bytes.bytes, items[i].bytes.size);
    }
    uint8_t hash[HASH_SIZE];
    hash_all(hash, writer.bytes, writer.size);
    buf_write_bytes(&writer, hash, sizeof hash);
    CHECK(writer.err == OK);
    *bytes_out = (struct wire_bytes){writer.bytes, writer.size};
    return WIRE_ok;
}

/* Takes one item off `reader`; its name is not ended yet. */
static enum wire read_item(struct buf_reader *reader, struct bundle_item *item, size_t *name_size)
{
    item->type = buf_read_u8(reader);
    uint64_t size = buf_read_varint(reader);
    if (reader->err == OK && (size == 0 || size > BUNDLE_NAME_SIZE_MAX)) {
        return WIRE_malformed;
    }
    *name_size = (size_t)size;
    item->name = (const char *)buf_read_bytes(reader, *name_size);
    size = buf_read_varint(reader);
    if (reader->err == OK && size > buf_left(reader)) {
        return WIRE_truncated;
    }
    item->bytes = (struct wire_bytes){buf_read_bytes(reader, (size_t)size), (size_t)size};
    if (reader->err != OK) {
        return reader->err == ERR_truncated ? WIRE_truncated : WIRE_malformed;
    }
    return bundle_is_name(item->name, *name_size) && item->type != 0 ? WIRE_ok : WIRE_malformed;
}

enum wire bundle_read(struct arena *arena, struct wire_bytes bytes, struct bundle_item **items_out,
                      size_t *count_out)
{
    if (bytes.size > BUNDLE_SIZE_MAX) {
        return WIRE_too_long;
    }
    if (bytes.size < MAGIC_SIZE + HASH_SIZE) {
        return WIRE_truncated;
    }
    if (memcmp(bytes.bytes, MAGIC, MAGIC_SIZE - 1) != 0) {
        return WIRE_malformed;
    }
    if (bytes.bytes[MAGIC_SIZE - 1] != (uint8_t)MAGIC[MAGIC_SIZE - 1]) {
        return WIRE_unknown_format;
    }
    uint8_t hash[HASH_SIZE];
    size_t content_size = bytes.size - HASH_SIZE;
    hash_all(hash, bytes.bytes, content_size);
    if (memcmp(hash, bytes.bytes + content_size, HASH_SIZE) != 0) {
        return WIRE_bad_seal;
    }
    size_t count = 0;
    struct bundle_item *items = NULL;
    /* Read twice: to count the items, then to keep them. */
    for (int pass = 0; pass < 2; pass++) {
        struct buf_reader reader;
        buf_reader_init(&reader, bytes.bytes, content_size);
        (void)buf_read_bytes(&reader, MAGIC_SIZE);
        for (count = 0; buf_left(&reader) > 0; count++) {
            struct bundle_item item;
            size_t name_size = 0;
            TRY_WIRE(read_item(&reader, &item, &name_size));
            if (count == BUNDLE_ITEMS_MAX) {
                return WIRE_too_long;
            }
            if (items != NULL) {
                char *name = arena_alloc(arena, name_size + 1);
                memcpy(name, item.name, name_size);
                name[name_size] = '\0';
                item.name = name;
                items[count] = item;
            }
        }
        if (items == NULL) {
            items = ARENA_ARRAY(arena, count + 1, struct bundle_item);
        }
    }
    *items_out = items;
    *count_out = count;
    return WIRE_ok;
}
