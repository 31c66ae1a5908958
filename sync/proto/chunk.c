#include "sync/proto/chunk.h"

#include "core/base/buf.h"
#include "sync/proto/receipt.h"

#include <string.h>

enum {
    HEAD_SIZE = CHAIN_HASH_SIZE + 4 + 4,
    SIGNED_SIZE = 4 + HEAD_SIZE + CHAIN_HASH_SIZE,
    HELD_SIGNED_SIZE = 4 + CHAIN_HASH_SIZE + 4 + 8 + 4,
};

static const char PURPOSE[] = "chunk";
static const char PURPOSE_HELD[] = "attachment";

uint32_t chunk_count(uint32_t size)
{
    return size / LIMIT_chunk_size + (size % LIMIT_chunk_size != 0 ? 1 : 0);
}

uint32_t chunk_size(uint32_t size, uint32_t index)
{
    uint64_t at = (uint64_t)index * LIMIT_chunk_size;
    if (at >= size) {
        return 0;
    }
    uint64_t left = size - at;
    return left < LIMIT_chunk_size ? (uint32_t)left : (uint32_t)LIMIT_chunk_size;
}

static bool fits(const struct chunk *chunk)
{
    return chunk->size >= 1 && chunk->size <= LIMIT_attachment_size &&
           chunk->index < chunk_count(chunk->size) &&
           chunk->bytes.size == chunk_size(chunk->size, chunk->index);
}

static void write_head(struct buf_writer *writer, const struct chunk *chunk)
{
    buf_write_bytes(writer, chunk->hash.bytes, CHAIN_HASH_SIZE);
    buf_write_u32(writer, chunk->size);
    buf_write_u32(writer, chunk->index);
}

static void signed_bytes(uint8_t bytes[SIGNED_SIZE], const struct chunk *chunk)
{
    struct chain_hash hash = chain_hash(chunk->bytes.bytes, chunk->bytes.size);
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, SIGNED_SIZE);
    buf_write_u32(&writer, chunk->device_no);
    write_head(&writer, chunk);
    buf_write_bytes(&writer, hash.bytes, sizeof hash.bytes);
    CHECK(writer.err == OK && writer.size == SIGNED_SIZE);
}

enum wire chunk_seal(struct arena *arena, struct chunk *chunk, const struct envelope_keys *device,
                     const struct chain_public_key *hq, struct wire_bytes *envelope_out)
{
    CHECK(chunk->device_no != 0 && fits(chunk));
    uint8_t to_sign[SIGNED_SIZE];
    signed_bytes(to_sign, chunk);
    chunk->signature = chain_sign(&device->secret_key, PURPOSE, to_sign, sizeof to_sign);
    size_t capacity = CHAIN_SIGNATURE_SIZE + HEAD_SIZE + chunk->bytes.size;
    struct buf_writer writer;
    buf_writer_init(&writer, arena_alloc(arena, capacity), capacity);
    buf_write_bytes(&writer, chunk->signature.bytes, CHAIN_SIGNATURE_SIZE);
    write_head(&writer, chunk);
    buf_write_bytes(&writer, chunk->bytes.bytes, chunk->bytes.size);
    CHECK(writer.err == OK && writer.size == capacity);
    return envelope_seal(arena, ENVELOPE_chunk, chunk->device_no, hq,
                         (struct wire_bytes){writer.bytes, writer.size}, envelope_out);
}

enum wire chunk_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, struct chunk *chunk_out)
{
    struct envelope_head head;
    TRY_WIRE(envelope_read_head(envelope, &head));
    if (head.kind != ENVELOPE_chunk) {
        return WIRE_unknown_kind;
    }
    struct wire_bytes plain;
    TRY_WIRE(envelope_open(arena, &head, envelope, hq, &plain));
    struct buf_reader reader;
    buf_reader_init(&reader, plain.bytes, plain.size);
    const uint8_t *signature = buf_read_bytes(&reader, CHAIN_SIGNATURE_SIZE);
    const uint8_t *hash = buf_read_bytes(&reader, CHAIN_HASH_SIZE);
    struct chunk chunk = {.device_no = head.device_no};
    chunk.size = buf_read_u32(&reader);
    chunk.index = buf_read_u32(&reader);
    if (reader.err != OK || signature == NULL || hash == NULL) {
        return WIRE_truncated;
    }
    memcpy(chunk.signature.bytes, signature, CHAIN_SIGNATURE_SIZE);
    memcpy(chunk.hash.bytes, hash, CHAIN_HASH_SIZE);
    chunk.bytes = (struct wire_bytes){plain.bytes + reader.at, buf_left(&reader)};
    if (!fits(&chunk)) {
        return WIRE_malformed;
    }
    *chunk_out = chunk;
    return WIRE_ok;
}

enum wire chunk_check(const struct chunk *chunk, const struct chain_public_key *device)
{
    uint8_t bytes[SIGNED_SIZE];
    signed_bytes(bytes, chunk);
    return chain_verify(device, PURPOSE, bytes, sizeof bytes, &chunk->signature) == OK
               ? WIRE_ok
               : WIRE_bad_signature;
}

/* ---- held ---- */

static void held_signed_bytes(uint8_t bytes[HELD_SIGNED_SIZE], const ds_Held *held,
                              uint32_t device_no)
{
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, HELD_SIGNED_SIZE);
    buf_write_u32(&writer, device_no);
    buf_write_bytes(&writer, held->hash, sizeof held->hash);
    buf_write_u32(&writer, held->size);
    buf_write_u64(&writer, held->stored_at_ms);
    buf_write_u32(&writer, held->level);
    CHECK(writer.err == OK && writer.size == HELD_SIGNED_SIZE);
}

void held_sign(ds_Held *held, uint32_t device_no, const struct chain_secret_key *hq)
{
    uint8_t bytes[HELD_SIGNED_SIZE];
    held_signed_bytes(bytes, held, device_no);
    struct chain_signature signature = chain_sign(hq, PURPOSE_HELD, bytes, sizeof bytes);
    memcpy(held->signature, signature.bytes, sizeof held->signature);
}

enum wire held_check(const ds_Held *held, uint32_t device_no, const struct chain_public_key *hq)
{
    if ((held->level != RECEIPT_LEVEL_stored && held->level != RECEIPT_LEVEL_safe) ||
        held->stored_at_ms > INT64_MAX) {
        return WIRE_malformed;
    }
    uint8_t bytes[HELD_SIGNED_SIZE];
    held_signed_bytes(bytes, held, device_no);
    struct chain_signature signature;
    memcpy(signature.bytes, held->signature, sizeof signature.bytes);
    return chain_verify(hq, PURPOSE_HELD, bytes, sizeof bytes, &signature) == OK
               ? WIRE_ok
               : WIRE_bad_signature;
}
