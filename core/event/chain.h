/* core/event/chain.h -- the per-device hash chain and signatures (libsodium). Pure.
 *
 * link(n) = BLAKE2b-256(link(n-1) ‖ device_no ‖ seq ‖ body), numbers little-endian,
 * u32 and u64; link(0) is 32 zero bytes. The id of a fact is BLAKE2b-128 of
 * (device_no ‖ seq ‖ body), so both ends compute it and it is never sent.
 *
 * A tablet whose number was used by two chains goes on under a new one: the links are
 * made anew, the ids stay. The id of fact `seq` is that of the number under which it was
 * first captured, which the lineage tells: see chain_origin(). */
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

/* One number under which this chain's facts were captured before: those up to until_seq that
 * no earlier entry covers. Entries rise in until_seq; at most LIMIT_lineage. */
struct chain_lineage {
    uint32_t device_no;
    uint64_t until_seq;
};
/* The number under which fact `seq` of device `device_no` was captured: the first entry with
 * until_seq >= seq, else `device_no` itself. Its id is chain_event_id(that, seq, body). */
uint32_t chain_origin(const struct chain_lineage *entries, size_t count, uint32_t device_no,
                      uint64_t seq);

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
/* BLAKE2b-256 of the bytes: what an attachment and each of its chunks is known by. */
enum { CHAIN_HASH_SIZE = 32 };
struct chain_hash {
    uint8_t bytes[CHAIN_HASH_SIZE];
};
struct chain_hash chain_hash(const void *bytes, size_t size);
bool chain_hash_equal(const struct chain_hash *a, const struct chain_hash *b);
/* First 8 bytes of a BLAKE2b-256 of the bytes: names a policy image in every event. */
uint64_t chain_short_hash(const void *bytes, size_t size);
