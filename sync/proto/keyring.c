#include "sync/proto/keyring.h"

#include "core/base/buf.h"
#include "core/base/str.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

const struct envelope_keys *keyring_newest(const struct keyring *ring)
{
    CHECK(ring->count > 0 && ring->count <= KEYRING_MAX);
    return &ring->items[ring->count - 1].keys;
}

const struct envelope_keys *keyring_find(const struct keyring *ring, uint8_t key_id)
{
    for (size_t i = ring->count; i-- > 0;) {
        if (envelope_key_id(&ring->items[i].keys.public_key) == key_id) {
            return &ring->items[i].keys;
        }
    }
    return NULL;
}

static void fill_from_seed(void *context, void *bytes, size_t size)
{
    CHECK(size == CHAIN_SEED_SIZE);
    memcpy(bytes, context, size);
}

static void make_keys(struct keyring_key *key)
{
    const struct rng from_seed = {fill_from_seed, key->seed};
    chain_keypair(&from_seed, &key->keys.public_key, &key->keys.secret_key);
}

static enum err read_line(struct str line, struct keyring_key *key)
{
    char hex[2 * CHAIN_SEED_SIZE + 1] = "";
    struct str seed = {"", 0};
    if (!str_split(&line, ' ', &seed) || seed.size != sizeof hex - 1) {
        return ERR_malformed;
    }
    memcpy(hex, seed.bytes, sizeof hex - 1);
    enum err err = buf_from_hex(key->seed, sizeof key->seed, hex);
    sodium_memzero(hex, sizeof hex);
    TRY(err);
    if (line.size > 0 && (str_to_i64(line, &key->made_at_ms) != OK || key->made_at_ms < 0)) {
        return ERR_malformed;
    }
    make_keys(key);
    return OK;
}

enum err keyring_from_text(struct keyring *ring_out, const char *text, size_t size)
{
    struct str rest = str_trim((struct str){text, size});
    struct str line;
    memset(ring_out, 0, sizeof *ring_out);
    while (str_split(&rest, '\n', &line)) {
        if (ring_out->count == KEYRING_MAX) {
            return ERR_too_many;
        }
        struct keyring_key *key = &ring_out->items[ring_out->count];
        TRY(read_line(str_trim(line), key));
        if (keyring_find(ring_out, envelope_key_id(&key->keys.public_key)) != NULL) {
            return ERR_malformed;
        }
        ring_out->count++;
    }
    return ring_out->count > 0 ? OK : ERR_malformed;
}

size_t keyring_to_text(char text[KEYRING_TEXT_SIZE], const struct keyring *ring)
{
    size_t size = 0;
    for (size_t i = 0; i < ring->count; i++) {
        const struct keyring_key *key = &ring->items[i];
        char hex[2 * CHAIN_SEED_SIZE + 1];
        buf_to_hex(hex, key->seed, sizeof key->seed);
        int written = snprintf(text + size, KEYRING_TEXT_SIZE - size, "%s %lld\n", hex,
                               (long long)key->made_at_ms);
        sodium_memzero(hex, sizeof hex);
        CHECK(written > 0 && (size_t)written < KEYRING_TEXT_SIZE - size);
        size += (size_t)written;
    }
    return size;
}

enum err keyring_add(struct keyring *ring, const struct rng *rng, int64_t at_ms)
{
    if (ring->count == KEYRING_MAX) {
        return ERR_too_many;
    }
    struct keyring_key *key = &ring->items[ring->count];
    do { /* the id names a key in one byte: at most KEYRING_MAX of 256 are taken */
        rng_fill(rng, key->seed, sizeof key->seed);
        make_keys(key);
    } while (keyring_find(ring, envelope_key_id(&key->keys.public_key)) != NULL);
    key->made_at_ms = at_ms;
    ring->count++;
    return OK;
}
