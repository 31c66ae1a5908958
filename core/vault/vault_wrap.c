/* From a PIN or passphrase to 32 bytes, and keys under keys. */
#include "core/vault/vault_private.h"

#include <sodium.h>
#include <string.h>

enum { NONCE_SIZE = 24, TAG_SIZE = 16, LABEL_SIZE_MAX = 16 };
_Static_assert(VAULT_SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES, "libsodium's salt");
_Static_assert(NONCE_SIZE == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "libsodium's nonce");
_Static_assert(TAG_SIZE == crypto_aead_xchacha20poly1305_ietf_ABYTES, "libsodium's tag");

enum err vault_stretch(const struct vault_stretch *stretch, const char *secret,
                       uint8_t stretched_out[32])
{
    return crypto_pwhash(stretched_out, 32, secret, strlen(secret), stretch->salt, stretch->ops,
                         (size_t)stretch->kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0
               ? OK
               : ERR_corrupt;
}

void vault_derive(const uint8_t key[32], const char *label, const uint8_t *more,
                  uint8_t derived_out[32])
{
    uint8_t bytes[LABEL_SIZE_MAX + 32] = {
        0}; /* the label has a length of its own: no two collide */
    CHECK(strlen(label) <= LABEL_SIZE_MAX);
    memcpy(bytes, label, strlen(label));
    if (more != NULL) {
        memcpy(bytes + LABEL_SIZE_MAX, more, 32);
    }
    CHECK(crypto_generichash(derived_out, 32, bytes, sizeof bytes, key, 32) == 0);
    sodium_memzero(bytes, sizeof bytes);
}

static void said(uint8_t said_out[LABEL_SIZE_MAX + VAULT_ID_SIZE], const char *label,
                 const uint8_t id[VAULT_ID_SIZE])
{
    CHECK(strlen(label) <= LABEL_SIZE_MAX);
    memset(said_out, 0, LABEL_SIZE_MAX);
    for (size_t i = 0; label[i] != '\0'; i++) { /* no text: its end is the padding */
        said_out[i] = (uint8_t)label[i];
    }
    memcpy(said_out + LABEL_SIZE_MAX, id, VAULT_ID_SIZE);
}

void vault_wrap(const struct rng *rng, const uint8_t under[32], const uint8_t id[VAULT_ID_SIZE],
                const char *label, const void *bytes, size_t size, uint8_t *wrapped_out)
{
    uint8_t context[LABEL_SIZE_MAX + VAULT_ID_SIZE];
    said(context, label, id);
    rng_fill(rng, wrapped_out, NONCE_SIZE);
    unsigned long long sealed_size = 0;
    CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped_out + NONCE_SIZE, &sealed_size, bytes,
                                                     size, context, sizeof context, NULL,
                                                     wrapped_out, under) == 0);
    CHECK(sealed_size == size + TAG_SIZE);
}

bool vault_unwrap(const uint8_t under[32], const uint8_t id[VAULT_ID_SIZE], const char *label,
                  const uint8_t *wrapped, size_t size, void *bytes_out)
{
    uint8_t context[LABEL_SIZE_MAX + VAULT_ID_SIZE];
    said(context, label, id);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_out, NULL, NULL, wrapped + NONCE_SIZE,
                                                      size + TAG_SIZE, context, sizeof context,
                                                      wrapped, under) == 0;
}
