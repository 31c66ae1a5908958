/* sync/proto/keys.h -- what the keeper of a tablet's key and headquarters say to each other, with
 * or without the tablet being open. Pure.
 *
 * Plain bytes both ways: 64 bytes signature, then a packed message (pack.h). Up, purpose "keys", by
 * the vault's own key, which lies in clear on the tablet: it says "the program of this tablet".
 * Whoever copies the disk can say so too; what counts is inside: the proof of the PIN, which
 * headquarters counts tries of, and the tablet's own signature where something is to be kept. Down,
 * purpose "keysdown", by headquarters over the tag of the request and the message, sealed to a key
 * that lived in the tablet's memory alone: an answer that lies on the disk is of no use to anybody.
 *
 * Replay: at_ms of a vault only rises (headquarters keeps the last), and an answer fits one
 * request. */
#pragma once

#include "core/base/str.h"
#include "sync/proto/envelope.h"
#include "sync/proto/keys.pb.h"

enum {
    KEYS_RESET_DIGITS = 8, /* of a one-time code for a forgotten PIN */
    KEYS_RESET_TRIES = 5,
    KEYS_TRIES = 10, /* wrong PINs before headquarters gives no half */
};

/* As enum vault_guard and enum vault_order of core/vault/vault.h. */
enum { KEYS_GUARD_none = 1, KEYS_GUARD_half = 5 };
enum keys_order { KEYS_ORDER_none, KEYS_ORDER_lock, KEYS_ORDER_unlock, KEYS_ORDER_wipe };
/* Done without an order: the collector left a tablet that others go on using, and what was theirs
 * was wiped. Under a number that no order has, so that it is told once and for all. */
enum { KEYS_DONE_left = 5 };
#define KEYS_LEFT_NO UINT64_C(0x4000000000000000)

/* The tablet's own word that headquarters is to keep this for that vault. */
void keys_arm_sign(ds_KeysArm *arm, uint32_t device_no, const uint8_t vault_id[16],
                   const uint8_t public_key[32], const struct chain_secret_key *device);
/* ERR_bad_signature. */
enum err keys_arm_verify(const ds_KeysArm *arm, uint32_t device_no, const uint8_t vault_id[16],
                         const uint8_t public_key[32],
                         const struct chain_public_key *device) MUST_USE;

/* Signs with the vault's key: `sign` gives an Ed25519 signature of the bytes. */
struct keys_signer {
    void (*sign)(void *context, const void *bytes, size_t size,
                 uint8_t signature_out[CHAIN_SIGNATURE_SIZE]);
    void *context;
};
/* Tablet. The envelope lives in `arena`. */
enum wire keys_seal(struct arena *arena, uint32_t device_no, const ds_KeysUp *up,
                    const struct keys_signer *signer, const struct chain_public_key *hq,
                    struct wire_bytes *envelope_out) MUST_USE;
/* Headquarters: opens, and checks that the sender holds the vault's key. `signed_out`: signature
 * and the bytes it is over, to be kept as proof. */
enum wire keys_open(struct arena *arena, struct wire_bytes envelope, const struct envelope_keys *hq,
                    uint32_t *device_no_out, ds_KeysUp *up_out,
                    struct wire_bytes *signed_out) MUST_USE;
/* Headquarters. */
enum wire keys_answer_seal(struct arena *arena, const ds_KeysDown *down, uint64_t request_tag,
                           const struct envelope_keys *hq, uint32_t device_no,
                           const struct chain_public_key *reader,
                           struct wire_bytes *envelope_out) MUST_USE;
/* Tablet. */
enum wire keys_answer_open(struct arena *arena, struct wire_bytes envelope, uint64_t request_tag,
                           const struct envelope_keys *reader, const struct chain_public_key *hq,
                           ds_KeysDown *down_out) MUST_USE;
