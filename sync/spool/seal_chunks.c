/* sync/spool/seal_chunks.c -- pieces of attachments that headquarters asked for: few at a
 * time, so that what matters more never waits behind them. */
#include "sync/proto/chunk.h"
#include "sync/spool/spool_private.h"

/* Which chunk an envelope carries, as the seq of its name: 48 bits of the hash, 16 of
 * the index. */
static uint64_t chunk_seq(const struct store_lacking *lacking)
{
    uint64_t seq = 0;
    for (size_t i = 0; i < 6; i++) {
        seq = seq << 8 | lacking->hash.bytes[i];
    }
    return seq << 16 | (lacking->index & 0xFFFFU);
}

static bool is_sealed(const struct spool_file *files, size_t count, uint64_t seq)
{
    for (size_t i = 0; i < count; i++) {
        if (files[i].read.class_ == LAYOUT_CLASS_photo && files[i].read.seq == seq) {
            return true;
        }
    }
    return false;
}

/* `*is_sealed_out` false: the bytes are not here any more, which the store knows. */
static enum err seal_chunk(struct spool *spool, const struct store_lacking *lacking,
                           bool *is_sealed_out)
{
    struct journey *journey = spool->journey;
    struct str bytes;
    *is_sealed_out = false;
    enum err err = store_attachment_chunk(journey->store, journey->arena, &lacking->hash,
                                          lacking->index, &bytes);
    if (err == ERR_not_found || err == ERR_corrupt) {
        return OK;
    }
    TRY(err);
    struct chunk chunk = {
        .device_no = journey->device_no,
        .hash = lacking->hash,
        .size = lacking->size,
        .index = lacking->index,
        .bytes = spool_bytes(bytes),
    };
    struct envelope_keys device;
    struct chain_public_key hq;
    struct wire_bytes envelope;
    const char *name = NULL;
    TRY(spool_keys(spool, &device, &hq));
    TRY(wire_err(chunk_seal(journey->arena, &chunk, &device, &hq, &envelope)));
    TRY(spool_put(spool, LAYOUT_CLASS_photo, chunk_seq(lacking), envelope, &name));
    TRY(spool_note(spool, name));
    *is_sealed_out = true;
    return OK;
}

enum err spool_seal_chunks(struct spool *spool, size_t *count_out)
{
    struct arena *arena = spool->journey->arena;
    struct spool_file *files = NULL;
    size_t file_count = 0;
    size_t waiting_count = 0;
    bool has_more_important = false;
    *count_out = 0;
    if (clock_read(spool->journey->clock).monotonic_ms < spool->chunks_not_before_ms) {
        return OK;
    }
    TRY(spool_envelopes(spool, arena, &files, &file_count));
    for (size_t i = 0; i < file_count; i++) {
        bool is_photo = files[i].read.class_ == LAYOUT_CLASS_photo;
        waiting_count += is_photo ? 1 : 0;
        has_more_important = has_more_important || !is_photo;
    }
    if (has_more_important || waiting_count >= SPOOL_CHUNKS_MAX) {
        return OK;
    }
    struct store_lacking *lacking = NULL;
    size_t count = 0;
    TRY(store_attachment_lacking(spool->journey->store, arena, SPOOL_CHUNKS_MAX + waiting_count,
                                 &lacking, &count));
    for (size_t i = 0; i < count && waiting_count + *count_out < SPOOL_CHUNKS_MAX; i++) {
        struct arena_mark mark = arena_mark(arena);
        bool was_sealed = false;
        enum err err = OK;
        if (!is_sealed(files, file_count, chunk_seq(&lacking[i]))) {
            err = seal_chunk(spool, &lacking[i], &was_sealed);
        }
        arena_rollback(arena, mark);
        TRY(err);
        *count_out += was_sealed ? 1 : 0;
    }
    return OK;
}
