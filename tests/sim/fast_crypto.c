/* A stand-in for libsodium's public key functions and for its seal of pages, linked
 * before it into a second build of the simulator, so that long runs spend their time on
 * our own code and not on curves (a signature, its check and a seal cost some 250 µs
 * together; here less than 1 µs) and ciphers (a page: 7 µs; here 1 µs).
 *
 * What stays true: all sizes; a signature fails with another key, another purpose
 * or one changed byte; a seal opens only with the secret key of its reader, fails
 * with one changed byte and differs each time it is made; a key of zeroes is none; a
 * page opens only with its key, at its place, and fails with one changed byte.
 *
 * What it does not prove: that nobody can forge or read anything. Whoever knows a
 * public key can sign for it here and read what is sealed to it. That our use of the
 * real functions is right is shown by the tests of core/event and sync/proto, by the
 * golden wire bytes and by the shorter runs of the simulator without this file.
 *
 * Hashes (crypto_generichash) stay libsodium's own: ids and links must not collide. */
#include "core/base/check.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

enum { KEY_SIZE = 32, HASH_SIZE = crypto_shorthash_siphashx24_BYTES, BOX_MARK = 0x5a };

_Static_assert(crypto_sign_PUBLICKEYBYTES == KEY_SIZE && crypto_sign_SEEDBYTES == KEY_SIZE &&
                   crypto_sign_SECRETKEYBYTES == 2 * KEY_SIZE &&
                   crypto_box_PUBLICKEYBYTES == KEY_SIZE && crypto_box_SECRETKEYBYTES == KEY_SIZE &&
                   crypto_box_SEALBYTES == KEY_SIZE + HASH_SIZE &&
                   crypto_aead_xchacha20poly1305_ietf_ABYTES == HASH_SIZE,
               "the stand-in lays out keys and seals as libsodium does");

/* 16 bytes over `bytes`, keyed by 16 bytes. */
static void hash_keyed(uint8_t out[HASH_SIZE], const uint8_t key[16], const void *bytes,
                       size_t size)
{
    (void)crypto_shorthash_siphashx24(out, bytes, size, key);
}

/* A long text of `size` bytes from a key: splitmix64. */
static void xor_stream(uint8_t *bytes, const uint8_t *from, size_t size, const uint8_t key[16])
{
    uint64_t state;
    uint64_t step;
    memcpy(&state, key, sizeof state);
    memcpy(&step, key + sizeof state, sizeof step);
    step |= 1;
    for (size_t at = 0; at < size; at += sizeof state) {
        state += step;
        uint64_t mixed = state;
        mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
        mixed ^= mixed >> 31;
        size_t count = size - at < sizeof mixed ? size - at : sizeof mixed;
        uint8_t part[sizeof mixed];
        memcpy(part, &mixed, sizeof mixed);
        for (size_t i = 0; i < count; i++) {
            bytes[at + i] = from[at + i] ^ part[i];
        }
    }
}

/* The public key of a secret one. */
static void public_of(uint8_t public_out[KEY_SIZE], const uint8_t seed[KEY_SIZE])
{
    static const uint8_t names[2][16] = {"public key, 1st", "public key, 2nd"};
    hash_keyed(public_out, names[0], seed, KEY_SIZE);
    hash_keyed(public_out + HASH_SIZE, names[1], seed, KEY_SIZE);
}

int crypto_sign_seed_keypair(unsigned char *public_out, unsigned char *secret_out,
                             const unsigned char *seed)
{
    public_of(public_out, seed);
    memcpy(secret_out, seed, KEY_SIZE);
    memcpy(secret_out + KEY_SIZE, public_out, KEY_SIZE);
    return 0;
}

static void signature_of(uint8_t signature_out[crypto_sign_BYTES], const uint8_t *bytes,
                         size_t size, const uint8_t public_key[KEY_SIZE])
{
    uint8_t keyed[HASH_SIZE];
    hash_keyed(keyed, public_key, bytes, size);
    for (size_t i = 0; i < HASH_SIZE; i++) { /* all 32 bytes of the key count */
        keyed[i] ^= public_key[HASH_SIZE + i];
    }
    memset(signature_out, 0, crypto_sign_BYTES);
    xor_stream(signature_out, signature_out, crypto_sign_BYTES, keyed);
    memcpy(signature_out, keyed, HASH_SIZE);
}

int crypto_sign_detached(unsigned char *signature, unsigned long long *size_out,
                         const unsigned char *bytes, unsigned long long size,
                         const unsigned char *secret_key)
{
    signature_of(signature, bytes, size, secret_key + KEY_SIZE);
    if (size_out != NULL) {
        *size_out = crypto_sign_BYTES;
    }
    return 0;
}

int crypto_sign_verify_detached(const unsigned char *signature, const unsigned char *bytes,
                                unsigned long long size, const unsigned char *public_key)
{
    uint8_t expected[crypto_sign_BYTES];
    signature_of(expected, bytes, size, public_key);
    return memcmp(expected, signature, sizeof expected) == 0 ? 0 : -1;
}

int crypto_sign_ed25519_pk_to_curve25519(unsigned char *box_public_out,
                                         const unsigned char *public_key)
{
    static const uint8_t nothing[KEY_SIZE];
    if (memcmp(public_key, nothing, KEY_SIZE) == 0) {
        return -1;
    }
    for (size_t i = 0; i < KEY_SIZE; i++) {
        box_public_out[i] = public_key[i] ^ BOX_MARK;
    }
    return 0;
}

int crypto_sign_ed25519_sk_to_curve25519(unsigned char *box_secret_out,
                                         const unsigned char *secret_key)
{
    memcpy(box_secret_out, secret_key, KEY_SIZE);
    return 0;
}

/* The same as from the public key. */
int crypto_scalarmult_curve25519_base(unsigned char *box_public_out,
                                      const unsigned char *box_secret)
{
    uint8_t public_key[KEY_SIZE];
    public_of(public_key, box_secret);
    return crypto_sign_ed25519_pk_to_curve25519(box_public_out, public_key);
}

/* The key of one seal, from its reader and its 32 random bytes. */
static void seal_key(uint8_t key_out[HASH_SIZE], const uint8_t box_public[KEY_SIZE],
                     const uint8_t random[KEY_SIZE])
{
    uint8_t both[2 * KEY_SIZE];
    memcpy(both, box_public, KEY_SIZE);
    memcpy(both + KEY_SIZE, random, KEY_SIZE);
    static const uint8_t name[16] = "seal of one box";
    hash_keyed(key_out, name, both, sizeof both);
}

int crypto_box_seal(unsigned char *sealed, const unsigned char *plain, unsigned long long size,
                    const unsigned char *box_public)
{
    uint8_t key[HASH_SIZE];
    randombytes_buf(sealed, KEY_SIZE);
    seal_key(key, box_public, sealed);
    uint8_t *secret = sealed + crypto_box_SEALBYTES;
    xor_stream(secret, plain, size, key);
    hash_keyed(sealed + KEY_SIZE, key, secret, size);
    return 0;
}

int crypto_box_seal_open(unsigned char *plain, const unsigned char *sealed, unsigned long long size,
                         const unsigned char *box_public, const unsigned char *box_secret)
{
    if (size < crypto_box_SEALBYTES) {
        return -1;
    }
    uint8_t own[KEY_SIZE];
    public_of(own, box_secret);
    for (size_t i = 0; i < KEY_SIZE; i++) {
        if ((own[i] ^ BOX_MARK) != box_public[i]) {
            return -1;
        }
    }
    uint8_t key[HASH_SIZE];
    uint8_t mac[HASH_SIZE];
    seal_key(key, box_public, sealed);
    const uint8_t *secret = sealed + crypto_box_SEALBYTES;
    size_t plain_size = size - crypto_box_SEALBYTES;
    hash_keyed(mac, key, secret, plain_size);
    if (memcmp(mac, sealed + KEY_SIZE, sizeof mac) != 0) {
        return -1;
    }
    xor_stream(plain, secret, plain_size, key);
    return 0;
}

/* ---- pages ---- */

enum { LANES = 4, TAG_SIZE = crypto_aead_xchacha20poly1305_ietf_ABYTES };

static uint64_t stirred(uint64_t lane, uint64_t word)
{
    lane = (lane ^ word) * UINT64_C(0x9fb21c651e98df25);
    return lane ^ lane >> 32;
}

/* The start of text and tag: of the key, the nonce and what goes with the bytes. */
static void page_start(uint64_t lanes_out[LANES], const uint8_t *nonce, const uint8_t *with,
                       size_t with_size, const uint8_t key[KEY_SIZE])
{
    enum { NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, WITH_MAX = 32 };
    uint8_t all[KEY_SIZE + NONCE_SIZE + WITH_MAX] = {0};
    uint8_t seeds[2][HASH_SIZE];
    CHECK(with_size <= WITH_MAX);
    memcpy(all, key, KEY_SIZE);
    memcpy(all + KEY_SIZE, nonce, NONCE_SIZE);
    memcpy(all + KEY_SIZE + NONCE_SIZE, with, with_size);
    static const uint8_t names[2][16] = {"a page, 1st half", "a page, 2nd half"};
    hash_keyed(seeds[0], names[0], all, sizeof all);
    hash_keyed(seeds[1], names[1], all, sizeof all);
    memcpy(lanes_out, seeds, sizeof seeds);
}

/* `to` gets the other text of `from`; the lanes take up the one that is closed. */
static void page_pass(uint64_t lanes[LANES], uint8_t *to, const uint8_t *from, size_t size,
                      bool is_closing)
{
    uint64_t state = lanes[0] ^ lanes[2];
    uint64_t step = (lanes[1] ^ lanes[3]) | 1;
    size_t at = 0;
    for (; size - at >= LANES * sizeof(uint64_t); at += LANES * sizeof(uint64_t)) {
        for (size_t i = 0; i < LANES; i++) { /* almost all of a page; the rest below is the same */
            uint64_t word;
            size_t word_at = at + i * sizeof word;
            memcpy(&word, from + word_at, sizeof word);
            state += step;
            uint64_t other = word ^ stirred(state, word_at);
            memcpy(to + word_at, &other, sizeof other);
            lanes[i] = stirred(lanes[i], is_closing ? other : word);
        }
    }
    for (; at < size; at += sizeof(uint64_t)) {
        size_t part = size - at < sizeof(uint64_t) ? size - at : sizeof(uint64_t);
        uint64_t word = 0;
        memcpy(&word, from + at, part);
        state += step;
        uint64_t other = word ^ stirred(state, at);
        memcpy(to + at, &other, part);
        uint64_t closed = is_closing ? other : word;
        if (part < sizeof closed) { /* what is past the end is nobody's */
            closed &= (UINT64_C(1) << 8 * part) - 1;
        }
        uint64_t *lane = &lanes[at / sizeof(uint64_t) % LANES];
        *lane = stirred(*lane, closed);
    }
}

static void page_tag(uint8_t tag_out[TAG_SIZE], const uint64_t lanes[LANES], size_t size)
{
    static const uint8_t name[16] = "tag of one page";
    uint64_t last[LANES + 1];
    memcpy(last, lanes, LANES * sizeof *lanes);
    last[LANES] = size;
    hash_keyed(tag_out, name, last, sizeof last);
}

int crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
    unsigned char *closed, unsigned char *tag, unsigned long long *tag_size_out,
    const unsigned char *open, unsigned long long size, const unsigned char *with,
    unsigned long long with_size, const unsigned char *unused, const unsigned char *nonce,
    const unsigned char *key)
{
    (void)unused;
    uint64_t lanes[LANES];
    page_start(lanes, nonce, with, with_size, key);
    page_pass(lanes, closed, open, size, true);
    page_tag(tag, lanes, size);
    if (tag_size_out != NULL) {
        *tag_size_out = TAG_SIZE;
    }
    return 0;
}

int crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
    unsigned char *open, unsigned char *unused, const unsigned char *closed,
    unsigned long long size, const unsigned char *tag, const unsigned char *with,
    unsigned long long with_size, const unsigned char *nonce, const unsigned char *key)
{
    (void)unused;
    uint64_t lanes[LANES];
    uint8_t expected[TAG_SIZE];
    page_start(lanes, nonce, with, with_size, key);
    page_pass(lanes, open, closed, size, false);
    page_tag(expected, lanes, size);
    return memcmp(expected, tag, sizeof expected) == 0 ? 0 : -1;
}
