#include "core/event/chain.h"

#include "core/base/buf.h"

#include <sodium.h>
#include <string.h>

/* The id and the link mix the same head in, so neither can be moved to another
 * place in a journal. */
static void hash_place(crypto_generichash_state *hash, uint32_t device_no, uint64_t seq)
{
    uint8_t head[12];
    struct buf_writer writer;
    buf_writer_init(&writer, head, sizeof head);
    buf_write_u32(&writer, device_no);
    buf_write_u64(&writer, seq);
    CHECK(writer.err == OK);
    crypto_generichash_update(hash, head, sizeof head);
}

uint32_t chain_origin(const struct chain_lineage *entries, size_t count, uint32_t device_no,
                      uint64_t seq)
{
    for (size_t i = 0; i < count; i++) {
        if (entries[i].until_seq >= seq) {
            return entries[i].device_no;
        }
    }
    return device_no;
}

struct id chain_event_id(uint32_t device_no, uint64_t seq, const uint8_t *body, size_t size)
{
    struct id id;
    crypto_generichash_state hash;
    crypto_generichash_init(&hash, NULL, 0, sizeof id.bytes);
    hash_place(&hash, device_no, seq);
    crypto_generichash_update(&hash, body, size);
    crypto_generichash_final(&hash, id.bytes, sizeof id.bytes);
    return id;
}

struct chain_link chain_next(const struct chain_link *previous, uint32_t device_no, uint64_t seq,
                             const uint8_t *body, size_t size)
{
    struct chain_link link;
    crypto_generichash_state hash;
    crypto_generichash_init(&hash, NULL, 0, sizeof link.bytes);
    crypto_generichash_update(&hash, previous->bytes, sizeof previous->bytes);
    hash_place(&hash, device_no, seq);
    crypto_generichash_update(&hash, body, size);
    crypto_generichash_final(&hash, link.bytes, sizeof link.bytes);
    return link;
}

bool chain_link_equal(const struct chain_link *a, const struct chain_link *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

void chain_keypair(const struct rng *rng, struct chain_public_key *public_out,
                   struct chain_secret_key *secret_out)
{
    uint8_t seed[CHAIN_SEED_SIZE];
    rng_fill(rng, seed, sizeof seed);
    CHECK(crypto_sign_seed_keypair(public_out->bytes, secret_out->bytes, seed) == 0);
    sodium_memzero(seed, sizeof seed);
}

/* What is signed: BLAKE2b-512 over purpose, a zero byte and the bytes. The zero
 * byte ends the purpose, so no two purposes can run into each other. */
static void signed_digest(uint8_t digest[crypto_generichash_BYTES_MAX], const char *purpose,
                          const void *bytes, size_t size)
{
    crypto_generichash_state hash;
    crypto_generichash_init(&hash, NULL, 0, crypto_generichash_BYTES_MAX);
    crypto_generichash_update(&hash, (const uint8_t *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&hash, bytes, size);
    crypto_generichash_final(&hash, digest, crypto_generichash_BYTES_MAX);
}

struct chain_signature chain_sign(const struct chain_secret_key *secret, const char *purpose,
                                  const void *bytes, size_t size)
{
    uint8_t digest[crypto_generichash_BYTES_MAX];
    signed_digest(digest, purpose, bytes, size);
    struct chain_signature signature;
    CHECK(crypto_sign_detached(signature.bytes, NULL, digest, sizeof digest, secret->bytes) == 0);
    return signature;
}

enum err chain_verify(const struct chain_public_key *key, const char *purpose, const void *bytes,
                      size_t size, const struct chain_signature *signature)
{
    uint8_t digest[crypto_generichash_BYTES_MAX];
    signed_digest(digest, purpose, bytes, size);
    int answer = crypto_sign_verify_detached(signature->bytes, digest, sizeof digest, key->bytes);
    return answer == 0 ? OK : ERR_bad_signature;
}

struct chain_hash chain_hash(const void *bytes, size_t size)
{
    struct chain_hash hash;
    crypto_generichash(hash.bytes, sizeof hash.bytes, bytes, size, NULL, 0);
    return hash;
}

bool chain_hash_equal(const struct chain_hash *a, const struct chain_hash *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

uint64_t chain_short_hash(const void *bytes, size_t size)
{
    uint8_t hash[crypto_generichash_BYTES];
    crypto_generichash(hash, sizeof hash, bytes, size, NULL, 0);
    struct buf_reader reader;
    buf_reader_init(&reader, hash, sizeof hash);
    return buf_read_u64(&reader);
}
