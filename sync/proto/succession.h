/* sync/proto/succession.h -- one key of headquarters hands over to another. Pure.
 *
 * Ed25519 by the earlier key with purpose "succession" over
 *   32 bytes earlier key ‖ 32 bytes later key ‖ u64 at_ms
 * (little-endian). Whoever trusts the earlier key may trust the later one. */
#pragma once

#include "core/event/chain.h"
#include "sync/proto/wire.h"

struct succession {
    struct chain_public_key from, to;
    int64_t at_ms; /* when the later key was made */
    struct chain_signature signature;
};

/* Headquarters: fills the signature from the other members; `secret` is that of `from`. */
void succession_sign(struct succession *succession, const struct chain_secret_key *secret);
/* bad_signature: `from` did not sign this. malformed: both are the same key, or a negative time. */
enum wire succession_check(const struct succession *succession) MUST_USE;
