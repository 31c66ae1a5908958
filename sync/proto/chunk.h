/* sync/proto/chunk.h -- attachments in pieces, and "headquarters has it". Pure.
 *
 * An attachment is named by the chain_hash() of its bytes and travels in chunks of
 * LIMIT_chunk_size (the last is shorter), in any order, each as often as it likes.
 * Plain bytes of the envelope, not packed (photos do not shrink): 64 bytes signature
 * by the tablet with purpose "chunk" over
 *   u32 device_no ‖ 32 bytes hash ‖ u32 size ‖ u32 index ‖ 32 bytes BLAKE2b-256 of the bytes
 * then 32 bytes hash ‖ u32 size ‖ u32 index ‖ bytes. */
#pragma once

#include "core/base/limits.h"
#include "sync/proto/envelope.h"
#include "sync/proto/sync.pb.h"

struct chunk {
    uint32_t device_no;
    struct chain_hash hash;  /* of the whole attachment */
    uint32_t size;           /* of the whole: 1..LIMIT_attachment_size */
    uint32_t index;          /* below chunk_count(size) */
    struct wire_bytes bytes; /* chunk_size(size, index) of them */
    struct chain_signature signature;
};

/* Chunks of an attachment of `size` bytes. */
uint32_t chunk_count(uint32_t size);
/* Bytes of chunk `index`; 0 past the end. */
uint32_t chunk_size(uint32_t size, uint32_t index);

/* Tablet: signs and seals; fills the signature. CHECKs that size, index and bytes
 * fit together. malformed for a bad key. */
enum wire chunk_seal(struct arena *arena, struct chunk *chunk, const struct envelope_keys *device,
                     const struct chain_public_key *hq, struct wire_bytes *envelope_out) MUST_USE;
/* Headquarters: opens; size, index and bytes fit together, nothing else is trusted
 * before chunk_check(). Any refusal of envelope_open(), truncated, malformed. */
enum wire chunk_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, struct chunk *chunk_out) MUST_USE;
/* Headquarters: did `device` sign it? bad_signature. Whether the whole has the hash
 * it is named by shows when it is whole. */
enum wire chunk_check(const struct chunk *chunk, const struct chain_public_key *device) MUST_USE;

/* Held, signed by headquarters with purpose "attachment" over
 *   u32 device_no ‖ 32 bytes hash ‖ u32 size ‖ u64 stored_at_ms ‖ u32 level
 * Fills held->signature from the other fields. */
void held_sign(ds_Held *held, uint32_t device_no, const struct chain_secret_key *hq);
/* Tablet: bad_signature, malformed (a level that is not of enum receipt_level, or a
 * time past 63 bits). */
enum wire held_check(const ds_Held *held, uint32_t device_no,
                     const struct chain_public_key *hq) MUST_USE;
