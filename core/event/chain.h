/* core/event/chain.h -- the per-device hash chain and signatures (libsodium). Pure.
 *
 * link(n) = BLAKE2b-256(link(n-1) ‖ device_no ‖ seq ‖ body), numbers little-endian,
 * u32 and u64; link(0) is 32 zero bytes. The id of a fact is BLAKE2b-128 of
 * (device_no ‖ seq ‖ body), so both ends compute it and it is never sent. */
#pragma once

#include "core/base/id.h"

enum {
    CHAIN_LINK_SIZE = 32,
    CHAIN_SIGNATURE_SIZE = 64,
    CHAIN_PUBLIC_KEY_SIZE = 32,
    CHAIN_SECRET_KEY_SIZE = 64,
    CHAIN_SEED_SIZE = 32,
};

struct chain_link {
    uint8_t bytes[CHAIN_LINK_SIZE];
};
struct chain_signature {
    uint8_t bytes[CHAIN_SIGNATURE_SIZE];
};
struct chain_public_key {
    uint8_t bytes[CHAIN_PUBLIC_KEY_SIZE];
};
struct chain_secret_key {
    uint8_t bytes[CHAIN_SECRET_KEY_SIZE];
};

struct id chain_event_id(uint32_t device_no, uint64_t seq, const uint8_t *body, size_t size);
struct chain_link chain_next(const struct chain_link *previous, uint32_t device_no, uint64_t seq,
                             const uint8_t *body, size_t size);
bool chain_link_equal(const struct chain_link *a, const struct chain_link *b);

/* Ed25519. `purpose` (a short static text such as "batch") is mixed in before
 * the bytes, so a signature made for one thing is never valid for another. */
void chain_keypair(const struct rng *rng, struct chain_public_key *public_out,
                   struct chain_secret_key *secret_out);
struct chain_signature chain_sign(const struct chain_secret_key *secret, const char *purpose,
                                  const void *bytes, size_t size);
/* ERR_bad_signature. */
enum err chain_verify(const struct chain_public_key *key, const char *purpose, const void *bytes,
                      size_t size, const struct chain_signature *signature) MUST_USE;
/* First 8 bytes of a BLAKE2b-256 of the bytes: names a policy image in every event. */
uint64_t chain_short_hash(const void *bytes, size_t size);
