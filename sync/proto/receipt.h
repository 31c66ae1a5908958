/* sync/proto/receipt.h -- "headquarters has it". Pure.
 *
 * Ed25519 by headquarters with purpose "receipt" over
 *   u32 device_no ‖ u64 stored_seq ‖ 32 bytes link ‖ u64 stored_at_ms ‖ u32 level
 * (little-endian). Sent only after the commit was flushed. */
#pragma once

#include "core/event/chain.h"
#include "sync/proto/sync.pb.h"
#include "sync/proto/wire.h"

/* On the wire. */
enum receipt_level { RECEIPT_LEVEL_stored = 1, RECEIPT_LEVEL_safe = 2 };

/* Fills receipt->signature from the other fields. */
void receipt_sign(ds_Receipt *receipt, const struct chain_secret_key *hq);
/* Tablet: is this headquarters' receipt for `device_no`? Says nothing about the
 * chain: the store compares the link. wrong_device, bad_signature, malformed
 * (level unknown). A receipt for seq 0 says "nothing of yours is here". */
enum wire receipt_verify(const ds_Receipt *receipt, uint32_t device_no,
                         const struct chain_public_key *hq) MUST_USE;
/* The same, and the reader's own chain link after stored_seq is `link`: bad_link. */
enum wire receipt_check(const ds_Receipt *receipt, uint32_t device_no,
                        const struct chain_link *link, const struct chain_public_key *hq) MUST_USE;
