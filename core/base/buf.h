/* core/base/buf.h -- bounded reader and writer with a sticky error, so that
 * parsers read like schemas. Numbers are little-endian. Pure. */
#pragma once

#include "core/base/err.h"

#include <stdbool.h>

struct buf_reader {
    const uint8_t *bytes;
    size_t size;
    size_t at;
    enum err err; /* first failure; every later read gives zero */
};

void buf_reader_init(struct buf_reader *reader, const void *bytes, size_t size);
uint8_t buf_read_u8(struct buf_reader *reader);
uint32_t buf_read_u32(struct buf_reader *reader);
uint64_t buf_read_u64(struct buf_reader *reader);
/* Base-128 varint, shortest form only (one value has one encoding). */
uint64_t buf_read_varint(struct buf_reader *reader);
/* `size` bytes inside the input, or NULL with the error set. */
const uint8_t *buf_read_bytes(struct buf_reader *reader, size_t size);
size_t buf_left(const struct buf_reader *reader);
/* OK when all was read without an error; ERR_malformed when bytes are left. */
enum err buf_reader_done(const struct buf_reader *reader) MUST_USE;

struct buf_writer {
    uint8_t *bytes;
    size_t capacity;
    size_t size;
    enum err err; /* ERR_too_long once the capacity was passed */
};

void buf_writer_init(struct buf_writer *writer, void *bytes, size_t capacity);
void buf_write_u8(struct buf_writer *writer, uint8_t value);
void buf_write_u32(struct buf_writer *writer, uint32_t value);
void buf_write_u64(struct buf_writer *writer, uint64_t value);
void buf_write_varint(struct buf_writer *writer, uint64_t value);
void buf_write_bytes(struct buf_writer *writer, const void *bytes, size_t size);

/* Lower-case hex with a NUL: `text` holds 2 × size + 1. */
void buf_to_hex(char *text, const void *bytes, size_t size);
/* Exactly `size` bytes from 2 × size hex digits. ERR_malformed. */
enum err buf_from_hex(void *bytes, size_t size, const char *text) MUST_USE;
