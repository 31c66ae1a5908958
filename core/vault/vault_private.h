/* core/vault/vault_private.h -- the two files of a vault and its secrets. For this room only. */
#pragma once

#include "core/vault/vault.h"

#define VAULT_STEM "vault"
#define VAULT_KEY_NAME VAULT_STEM ".key"
#define VAULT_STATE_NAME VAULT_STEM ".state"

enum {
    VAULT_SALT_SIZE = 16,
    VAULT_WRAP_SIZE = 24 + 32 + 16, /* nonce, 32 bytes, tag */
    VAULT_CHIP_SIZE_MAX = 1024,
    VAULT_PENDING_SIZE = 1 + 4 + 4 + VAULT_SALT_SIZE + 3 * 32,
    VAULT_PENDING_WRAP_SIZE = 24 + VAULT_PENDING_SIZE + 16,
};

/* Argon2id's figures and what it was salted with. */
struct vault_stretch {
    uint32_t ops, kib;
    uint8_t salt[VAULT_SALT_SIZE];
};

/* vault.key. For the guards none and adopted `wrap` begins with the key itself. */
struct vault_keep {
    enum vault_guard guard;
    struct vault_stretch stretch;
    uint8_t wrap[VAULT_WRAP_SIZE];
    uint8_t verifier[32]; /* guard adopted */
    bool has_recovery, has_pending, has_lockout;
    uint8_t recovery[VAULT_WRAP_SIZE];        /* the key, under what headquarters has */
    uint8_t pending[VAULT_PENDING_WRAP_SIZE]; /* struct vault_pending, under the key */
    uint8_t lockout[VAULT_WRAP_SIZE];         /* the TPM's lockout password, under the key */
    uint8_t chip[VAULT_CHIP_SIZE_MAX];        /* the sealed object */
    uint32_t chip_size;
};

/* vault.state: nothing in it is secret. */
struct vault_stand {
    uint8_t id[VAULT_ID_SIZE];
    uint8_t seed[32]; /* of the vault's own signing key */
    bool has_key;     /* vault.key was written once */
    bool is_held, is_wiping, is_wiped, is_told;
    bool is_known; /* to headquarters, without a guard */
    uint32_t wrong_count;
    int64_t wrong_uptime_ms;
    uint32_t wrong_boot;
    int64_t contact_hq_at_ms, contact_wall_ms; /* last answer, by both clocks */
    int64_t seen_wall_ms;                      /* latest wall clock since then */
    uint32_t lease_days;
    uint64_t order_no;
    int64_t said_at_ms; /* of the last word to headquarters */
    struct vault_done done;
    struct vault_owner owner;
};

/* What is chosen and not yet at headquarters. */
struct vault_pending {
    enum vault_guard guard;
    struct vault_stretch stretch;
    uint8_t stretched[32], half[32], recovery[32];
};

/* In locked memory. */
struct vault_secrets {
    uint8_t key[VAULT_KEY_SIZE];
    uint8_t typed[32]; /* stretched, waiting for headquarters' half */
    uint8_t half[32];
    struct vault_pending pending;
};

struct vault {
    struct vault_options options;
    const char *key_path, *state_path;
    struct vault_keep keep;
    struct vault_stand stand;
    struct vault_secrets *secrets;
    bool is_open, has_typed, has_half, must_set;
};

/* ---- vault_file.c ---- */

/* ERR_not_found, ERR_corrupt. */
enum err vault_keep_read(const char *path, struct vault_keep *keep_out) MUST_USE;
/* What was there before is overwritten. */
enum err vault_keep_write(const char *path, const struct vault_keep *keep,
                          const struct rng *rng) MUST_USE;
enum err vault_stand_read(const char *path, struct vault_stand *stand_out) MUST_USE;
enum err vault_stand_write(const char *path, const struct vault_stand *stand) MUST_USE;

/* ---- vault_wrap.c: from a PIN to a key ---- */

/* Argon2id. ERR_corrupt: figures that were never written here. */
enum err vault_stretch(const struct vault_stretch *stretch, const char *secret,
                       uint8_t stretched_out[32]) MUST_USE;
/* BLAKE2b-256 of `label` and `more` (32 bytes or NULL) keyed with `key`. */
void vault_derive(const uint8_t key[32], const char *label, const uint8_t *more,
                  uint8_t derived_out[32]);
/* XChaCha20-Poly1305 over `size` bytes; `wrapped_out` takes 40 bytes more. */
void vault_wrap(const struct rng *rng, const uint8_t under[32], const uint8_t id[VAULT_ID_SIZE],
                const char *label, const void *bytes, size_t size, uint8_t *wrapped_out);
/* False: under another key, for another vault, or damaged. */
bool vault_unwrap(const uint8_t under[32], const uint8_t id[VAULT_ID_SIZE], const char *label,
                  const uint8_t *wrapped, size_t size, void *bytes_out);

/* ---- vault_chip.c: the TPM ---- */

enum vault_chip {
    VAULT_CHIP_done,
    VAULT_CHIP_wrong, /* counted by the TPM */
    VAULT_CHIP_shut,  /* it takes no try just now */
    VAULT_CHIP_none,  /* it does not answer, or cannot do this */
};
/* Seals `secret` under `auth`; the object is `blob_out`, of use on this TPM alone. Sets
 * the limit of wrong tries, and, when the TPM had none, the password `lockout` without which not
 * even root forgets them; `is_lockout_set_out` says so. */
enum vault_chip vault_chip_seal(const char *chip, const uint8_t auth[32], const uint8_t secret[32],
                                const uint8_t lockout[32], uint8_t blob_out[VAULT_CHIP_SIZE_MAX],
                                uint32_t *blob_size_out, bool *is_lockout_set_out);
enum vault_chip vault_chip_unseal(const char *chip, const uint8_t auth[32], const uint8_t *blob,
                                  uint32_t blob_size, uint8_t secret_out[32]);
/* Forgets wrong tries, after a right one. A TPM that refuses forgets them with time. */
void vault_chip_forgive(const char *chip, const uint8_t lockout[32]);

/* ---- vault_open.c, for the other files of the room ---- */

enum err vault_keep_save(struct vault *vault, const struct vault_keep *keep) MUST_USE;
enum err vault_stand_save(struct vault *vault, const struct vault_stand *stand) MUST_USE;
/* Open with the key that lies in the secrets. */
void vault_opened(struct vault *vault);
/* Opens a vault that has no guard and that nobody holds; else no change. */
void vault_open_unguarded(struct vault *vault);

/* ---- vault_try.c ---- */

/* Writes into `keep` the vault's key, wrapped under what was chosen and `more` (32 bytes or NULL).
 */
void vault_key_wrap(struct vault *vault, const struct vault_pending *pending,
                    enum vault_guard guard, const uint8_t *more, struct vault_keep *keep);

/* ---- vault_arm.c ---- */

/* Enrolled, without a guard, and headquarters was not told yet. */
bool vault_is_unheard_of(const struct vault *vault);
