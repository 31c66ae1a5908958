/* sync/server/store/strongbox.h -- secrets in hq.db that lie sealed under a key that is not in it.
 *
 * What lies so: the second factors of people (account.totp_secret) and what headquarters keeps of
 * tablets' keys (device_vault.auth_hash, half, recovery). Who has the database alone, as in a
 * stolen backup, opens none of them and cannot try PINs against them.
 *
 * The keys are made from the seeds of hq.key (keyring.h) by libsodium's key derivation, for this
 * purpose alone; a secret names the key that sealed it, so all keys of the ring open. A sealed
 * secret belongs to its column and row: moved to another one it does not open. Its nonce is made
 * from what is sealed: the same secret of the same row gives the same bytes, nothing else does.
 *
 * Sealed: version (1 byte), name of the key (4), nonce (24), XChaCha20-Poly1305 of the secret. */
#pragma once

#include "sync/server/store/hq_store.h"

enum strongbox_what {
    STRONGBOX_totp = 1, /* a person's; `row` is the number as text */
    STRONGBOX_auth = 2, /* of a vault; `row` is the vault's id, here and below */
    STRONGBOX_half = 3,
    STRONGBOX_recovery = 4,
};

enum {
    STRONGBOX_SEED_SIZE = 32,
    STRONGBOX_SECRET_MAX = 32,
    STRONGBOX_EXTRA = 1 + 4 + 24 + 16,
    STRONGBOX_SIZE_MAX = STRONGBOX_SECRET_MAX + STRONGBOX_EXTRA,
};

/* Adds the key made from `seed`: the next secret is sealed under the key added last, and all open.
 * Any store; only a writer needs it. ERR_too_many past 16 keys. */
enum err strongbox_add_key(struct hq_store *store,
                           const uint8_t seed[STRONGBOX_SEED_SIZE]) MUST_USE;

/* Seals `secret` (1 to STRONGBOX_SECRET_MAX bytes). ERR_wrong_key: the store has no key. */
enum err strongbox_seal(struct hq_store *store, enum strongbox_what what, struct str row,
                        struct str secret, uint8_t sealed_out[STRONGBOX_SIZE_MAX],
                        size_t *size_out) MUST_USE;
/* The other way. `secret_out` has room for `size` bytes, which the secret must have.
 * ERR_wrong_key: the store has no key, or none of those that sealed it; ERR_corrupt: changed, cut,
 * of another row or column. */
enum err strongbox_open(struct hq_store *store, enum strongbox_what what, struct str row,
                        struct str sealed, uint8_t *secret_out, size_t size) MUST_USE;

/* Seals what an earlier program left in clear, in one transaction, and writes its tables anew with
 * what was freed overwritten: no page of the file keeps the clear bytes. Cut off at any point, the
 * next call does it. A writer that has a key, between transactions; nothing to do is cheap. Copies
 * of the database that were made before are as they were. `count_out` (may be NULL): rows. */
enum err strongbox_migrate(struct hq_store *store, uint64_t *count_out) MUST_USE;
