#include "core/base/buf.h"

#include <string.h>

void buf_reader_init(struct buf_reader *reader, const void *bytes, size_t size)
{
    *reader = (struct buf_reader){.bytes = bytes, .size = size};
}

size_t buf_left(const struct buf_reader *reader)
{
    return reader->err == OK ? reader->size - reader->at : 0;
}

const uint8_t *buf_read_bytes(struct buf_reader *reader, size_t size)
{
    if (reader->err == OK && size > reader->size - reader->at) {
        reader->err = ERR_truncated;
    }
    if (reader->err != OK) {
        return NULL;
    }
    const uint8_t *bytes = reader->bytes + reader->at;
    reader->at += size;
    return bytes;
}

static uint64_t read_little_endian(struct buf_reader *reader, size_t size)
{
    const uint8_t *bytes = buf_read_bytes(reader, size);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < size; i++) {
        value |= (uint64_t)bytes[i] << (8 * i);
    }
    return value;
}

uint8_t buf_read_u8(struct buf_reader *reader)
{
    return (uint8_t)read_little_endian(reader, 1);
}

uint32_t buf_read_u32(struct buf_reader *reader)
{
    return (uint32_t)read_little_endian(reader, 4);
}

uint64_t buf_read_u64(struct buf_reader *reader)
{
    return read_little_endian(reader, 8);
}

uint64_t buf_read_varint(struct buf_reader *reader)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t byte = buf_read_u8(reader);
        if (reader->err != OK) {
            return 0;
        }
        bool is_last = (byte & 0x80U) == 0;
        bool is_padding = is_last && byte == 0 && shift > 0;
        bool is_too_big = shift == 63 && byte > 1;
        if (is_padding || is_too_big) {
            break;
        }
        value |= (uint64_t)(byte & 0x7FU) << shift;
        if (is_last) {
            return value;
        }
    }
    reader->err = ERR_malformed;
    return 0;
}

enum err buf_reader_done(const struct buf_reader *reader)
{
    if (reader->err != OK) {
        return reader->err;
    }
    return reader->at == reader->size ? OK : ERR_malformed;
}

void buf_writer_init(struct buf_writer *writer, void *bytes, size_t capacity)
{
    *writer = (struct buf_writer){.bytes = bytes, .capacity = capacity};
}

void buf_write_bytes(struct buf_writer *writer, const void *bytes, size_t size)
{
    if (writer->err == OK && size > writer->capacity - writer->size) {
        writer->err = ERR_too_long;
    }
    if (writer->err != OK || size == 0) {
        return;
    }
    memcpy(writer->bytes + writer->size, bytes, size);
    writer->size += size;
}

static void write_little_endian(struct buf_writer *writer, uint64_t value, size_t size)
{
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
    buf_write_bytes(writer, bytes, size);
}

void buf_write_u8(struct buf_writer *writer, uint8_t value)
{
    write_little_endian(writer, value, 1);
}

void buf_write_u32(struct buf_writer *writer, uint32_t value)
{
    write_little_endian(writer, value, 4);
}

void buf_write_u64(struct buf_writer *writer, uint64_t value)
{
    write_little_endian(writer, value, 8);
}

void buf_write_varint(struct buf_writer *writer, uint64_t value)
{
    while (value >= 0x80) {
        buf_write_u8(writer, (uint8_t)(value | 0x80U));
        value >>= 7;
    }
    buf_write_u8(writer, (uint8_t)value);
}

void buf_to_hex(char *text, const void *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[at[i] >> 4];
        text[2 * i + 1] = digits[at[i] & 15U];
    }
    text[2 * size] = '\0';
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

enum err buf_from_hex(void *bytes, size_t size, const char *text)
{
    uint8_t *to = bytes;
    for (size_t i = 0; i < size; i++) {
        int high = hex_value(text[2 * i]);
        int low = high >= 0 ? hex_value(text[2 * i + 1]) : -1;
        if (low < 0) {
            return ERR_malformed;
        }
        to[i] = (uint8_t)(high * 16 + low);
    }
    return text[2 * size] == '\0' ? OK : ERR_malformed;
}
