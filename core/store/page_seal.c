#include "core/store/page_seal.h"

#include <sodium.h>
#include <string.h>

_Static_assert(PAGE_SEAL_KEY_SIZE == crypto_aead_xchacha20poly1305_ietf_KEYBYTES &&
                   PAGE_SEAL_NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES &&
                   PAGE_SEAL_TAG_SIZE == crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "the tail holds what the cipher needs");

enum { PLACE_SIZE = 9 };

void page_seal_key(uint8_t key_out[PAGE_SEAL_KEY_SIZE], const uint8_t master[PAGE_SEAL_KEY_SIZE],
                   const char *name)
{
    static const char purpose[] = "doorstep pages 1 ";
    crypto_generichash_state state;
    CHECK(crypto_generichash_init(&state, master, PAGE_SEAL_KEY_SIZE, PAGE_SEAL_KEY_SIZE) == 0);
    (void)crypto_generichash_update(&state, (const uint8_t *)purpose, sizeof purpose - 1);
    (void)crypto_generichash_update(&state, (const uint8_t *)name, strlen(name));
    (void)crypto_generichash_final(&state, key_out, PAGE_SEAL_KEY_SIZE);
    sodium_memzero(&state, sizeof state);
}

/* What is authenticated beside the bytes: kind, then the number, lowest byte first. */
static void place_write(uint8_t place_out[PLACE_SIZE], enum page_seal_kind kind, uint64_t number)
{
    place_out[0] = (uint8_t)kind;
    for (int i = 0; i < 8; i++) {
        place_out[i + 1] = (uint8_t)(number >> (8 * i));
    }
}

void page_seal(uint8_t *sealed_out, const uint8_t *open, size_t size,
               const uint8_t key[PAGE_SEAL_KEY_SIZE], const uint8_t nonce[PAGE_SEAL_NONCE_SIZE],
               enum page_seal_kind kind, uint64_t number)
{
    CHECK(size > PAGE_SEAL_TAIL);
    size_t body_size = size - PAGE_SEAL_TAIL;
    uint8_t *tail = sealed_out + body_size;
    uint8_t place[PLACE_SIZE];
    place_write(place, kind, number);
    memcpy(tail, nonce, PAGE_SEAL_NONCE_SIZE);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
        sealed_out, tail + PAGE_SEAL_NONCE_SIZE, NULL, open, body_size, place, sizeof place, NULL,
        nonce, key);
}

bool page_seal_open(uint8_t *open_out, const uint8_t *sealed, size_t size,
                    const uint8_t key[PAGE_SEAL_KEY_SIZE], enum page_seal_kind kind,
                    uint64_t number)
{
    CHECK(size > PAGE_SEAL_TAIL);
    size_t body_size = size - PAGE_SEAL_TAIL;
    const uint8_t *tail = sealed + body_size;
    uint8_t place[PLACE_SIZE];
    place_write(place, kind, number);
    bool is_good = crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
                       open_out, NULL, sealed, body_size, tail + PAGE_SEAL_NONCE_SIZE, place,
                       sizeof place, tail, key) == 0;
    if (is_good) {
        memset(open_out + body_size, 0, PAGE_SEAL_TAIL);
    } else {
        memset(open_out, 0, size);
    }
    return is_good;
}
