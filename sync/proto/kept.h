/* sync/proto/kept.h -- what a tablet could not read, on its way to somebody who looks into it.
 *
 * A row of the feed lies opened in the tablet's quarantine: a borrower's name, addresses and
 * debts. It leaves the tablet only sealed to headquarters:
 *
 *   u8   envelope_key_id() of headquarters' key
 *   …    crypto_box_seal to its X25519 key, made from its Ed25519 key
 *
 * Not signed: it proves nothing and is never acted upon. Pure but for the randomness libsodium
 * takes itself when it seals. */
#pragma once

#include "sync/proto/envelope.h"

/* In `arena`. malformed when `hq` is not a valid Ed25519 key. */
enum wire kept_seal(struct arena *arena, struct wire_bytes plain, const struct chain_public_key *hq,
                    struct wire_bytes *bytes_out) MUST_USE;
/* In `arena`. truncated, unknown_key (not sealed to `hq`), bad_seal. */
enum wire kept_open(struct arena *arena, struct wire_bytes bytes, const struct envelope_keys *hq,
                    struct wire_bytes *plain_out) MUST_USE;
