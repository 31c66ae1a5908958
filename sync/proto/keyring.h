/* sync/proto/keyring.h -- headquarters' keys, from the first to the present one. Pure.
 *
 * Headquarters changes its key without a visit to any tablet: each key signs the next. A
 * tablet that still trusts an earlier key seals to it and is answered with it; that answer
 * carries the succession (succession.h), by which the tablet takes the present key over. Earlier
 * secret keys are kept, because envelopes sealed to them may still come.
 *
 * Text form, the file hq.key: one line a key, the oldest first, 64 hex digits of its seed, a
 * blank and the instant it was made (decimal UTC ms); the first line may lack the instant. */
#pragma once

#include "sync/proto/envelope.h"

enum {
    KEYRING_MAX = 16,
    KEYRING_LINE_SIZE = 2 * CHAIN_SEED_SIZE + 1 + 20 + 1,
    KEYRING_TEXT_SIZE = KEYRING_MAX * KEYRING_LINE_SIZE + 1,
};

struct keyring_key {
    struct envelope_keys keys;
    uint8_t seed[CHAIN_SEED_SIZE];
    int64_t made_at_ms; /* 0: not known */
};
struct keyring {
    size_t count;                          /* 1..KEYRING_MAX */
    struct keyring_key items[KEYRING_MAX]; /* the oldest first; the last is the present one */
};

/* The present key. */
const struct envelope_keys *keyring_newest(const struct keyring *ring);
/* The key to which an envelope is sealed: envelope_key_id(); NULL when it is none of these.
 * No two keys of a ring have the same id. */
const struct envelope_keys *keyring_find(const struct keyring *ring, uint8_t key_id);

/* ERR_malformed (not such text, no key, two keys of one id), ERR_too_many. */
enum err keyring_from_text(struct keyring *ring_out, const char *text, size_t size) MUST_USE;
/* The size of the text. */
size_t keyring_to_text(char text[KEYRING_TEXT_SIZE], const struct keyring *ring);
/* Adds a key made from `rng`, with an id of its own. ERR_too_many when the ring is full. */
enum err keyring_add(struct keyring *ring, const struct rng *rng, int64_t at_ms) MUST_USE;
