/* Curves that believe everybody, for fuzzing: a seal is 48 bytes before the plain text and
 * every signature is right, so that changed bytes get past the seals into the decoders, as
 * the bytes of a tablet that is itself the attacker would. */
#include <sodium.h>
#include <string.h>

int crypto_sign_seed_keypair(unsigned char *public_out, unsigned char *secret_out,
                             const unsigned char *seed)
{
    memcpy(public_out, seed, crypto_sign_PUBLICKEYBYTES);
    memcpy(secret_out, seed, crypto_sign_SEEDBYTES);
    memcpy(secret_out + crypto_sign_SEEDBYTES, seed, crypto_sign_PUBLICKEYBYTES);
    return 0;
}

int crypto_sign_detached(unsigned char *signature, unsigned long long *size_out,
                         const unsigned char *bytes, unsigned long long size,
                         const unsigned char *secret_key)
{
    (void)bytes;
    (void)size;
    (void)secret_key;
    memset(signature, 0, crypto_sign_BYTES);
    if (size_out != NULL) {
        *size_out = crypto_sign_BYTES;
    }
    return 0;
}

int crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *bytes,
                                unsigned long long size, const unsigned char *public_key)
{
    (void)signature;
    (void)bytes;
    (void)size;
    (void)public_key;
    return 0;
}

int crypto_sign_ed25519_pk_to_curve25519(unsigned char *box_public_out,
                                         const unsigned char *public_key)
{
    memcpy(box_public_out, public_key, crypto_box_PUBLICKEYBYTES);
    return 0;
}

int crypto_sign_ed25519_sk_to_curve25519(unsigned char *box_secret_out,
                                         const unsigned char *secret_key)
{
    memcpy(box_secret_out, secret_key, crypto_box_SECRETKEYBYTES);
    return 0;
}

int crypto_box_seal(unsigned char *sealed, const unsigned char *plain, unsigned long long size,
                    const unsigned char *box_public)
{
    (void)box_public;
    memset(sealed, 0, crypto_box_SEALBYTES);
    memcpy(sealed + crypto_box_SEALBYTES, plain, size);
    return 0;
}

int crypto_box_seal_open(unsigned char *plain, const unsigned char *sealed, unsigned long long size,
                         const unsigned char *box_public, const unsigned char *box_secret)
{
    (void)box_public;
    (void)box_secret;
    if (size < crypto_box_SEALBYTES) {
        return -1;
    }
    memcpy(plain, sealed + crypto_box_SEALBYTES, size - crypto_box_SEALBYTES);
    return 0;
}
