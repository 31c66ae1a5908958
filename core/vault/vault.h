/* core/vault/vault.h -- the keeper of a tablet's key: 32 random bytes under which everything
 * personal on the tablet lies, and what stands before them.
 *
 * Two files in the tablet's folder. vault.key holds the key, wrapped; vault.state holds what
 * must be known without it: wrong tries, the lease, orders of headquarters. Both are replaced
 * whole, so a power cut leaves the one before or the one after. Nothing here needs the store: the
 * key comes first.
 *
 * What stands before the key, best first (enum vault_guard):
 *   chip    a TPM 2.0 holds a random secret that it gives only for the PIN, and counts wrong tries
 *           itself
 *   half    the PIN and a random half that only headquarters keeps; it counts wrong tries. Fetched
 *           once after each start, kept in locked memory, never on the disk
 *   phrase  a passphrase of VAULT_PHRASE_WORDS words or more
 *   pin     the PIN alone: only between setting it and headquarters' word that it has the half. It
 *           does NOT protect a copied disk, and screens say so
 *   adopted a PIN set by an older program, which kept no key: until it is next typed
 *   none    no PIN was ever set: nothing is protected, nothing locks
 * PINs and passphrases are stretched by Argon2id; its figures lie beside what they made.
 *
 * Wrong tries are counted on the disk before anything is compared, so that pulling the battery
 * gives no try for nothing. The wait after a wrong try grows, is measured in time since boot alone,
 * and begins again after a restart: setting the clock changes nothing.
 *
 * The lease: a tablet that headquarters has not answered for so many days stays shut until it
 * does. The days are counted by the latest time that was ever seen, so setting the clock back gives
 * none. That is policy: a program changed by a thief would not count them.
 *
 * Secrets live in memory that is locked, left out of core dumps, and wiped by vault_shut().
 * Not pure. Errors: ERR_io, ERR_no_space, ERR_corrupt (a file here is damaged or missing). */
#pragma once

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "core/base/rng.h"

#include <stdbool.h>

enum {
    VAULT_KEY_SIZE = 32,
    VAULT_ID_SIZE = 16,
    VAULT_SECRET_SIZE = 129, /* longest PIN or passphrase, with the NUL */
    VAULT_PIN_SIZE = 6,      /* digits */
    VAULT_FREE_TRIES = 3,    /* wrong ones before the first wait */
    VAULT_WAIT_MAX_MS = 60 * 60 * 1000,
    VAULT_PHRASE_WORDS = 4,
    VAULT_SIGNATURE_SIZE = 64,
};

/* Codes are on the disk and on the wire. */
enum vault_guard {
    VAULT_GUARD_none = 1,
    VAULT_GUARD_adopted = 2,
    VAULT_GUARD_pin = 3,
    VAULT_GUARD_chip = 4,
    VAULT_GUARD_half = 5,
    VAULT_GUARD_phrase = 6,
};

struct vault;

struct vault_options {
    const char *folder; /* of the tablet; made when missing; borrowed */
    const struct clock *clock;
    const struct rng *rng;
    /* How to reach the TPM: "device:/dev/tpmrm0", in tests "swtpm:path=…"; NULL: there is none. */
    const char *chip;
    /* Argon2id's figures, for tests; 0: those of this program. */
    uint32_t stretch_ops, stretch_kib;
};

/* Opens the vault, or makes one without a guard. It lives in `arena`, its secrets in memory of
 * their own until vault_close(). Goes on with a wipe that was cut off. */
enum err vault_open(struct arena *arena, const struct vault_options *options,
                    struct vault **vault_out) MUST_USE;
void vault_close(struct vault **vault);

struct vault_state {
    enum vault_guard guard;
    bool is_open;     /* vault_key() gives it */
    bool is_kept;     /* a PIN or passphrase stands before the key: the tablet locks */
    bool is_phrase;   /* … and it is a passphrase */
    bool needs_half;  /* a try has to wait for headquarters */
    bool is_arming;   /* headquarters is to be told something: vault_arm() */
    bool is_renewing; /* a new PIN was chosen; the old one counts until headquarters has its half */
    bool is_held;     /* locked by headquarters */
    bool is_lease_over; /* headquarters has to answer first */
    bool must_wipe;     /* headquarters ordered it: vault_wipe() is due */
    bool is_wiped;      /* by headquarters, or its collector left: there is no key, or soon */
    bool has_left;      /* … the latter */
    bool is_known;      /* headquarters was told of a vault without a guard: orders reach it */
    bool must_set;      /* opened by a reset: a new PIN is due */
    uint32_t wrong_count;
    int64_t wait_ms;     /* until a try is taken; 0: now */
    uint32_t lease_days; /* as vault_contact() was told last */
    uint64_t order_no;   /* last one obeyed */
};
void vault_read(struct vault *vault, struct vault_state *state_out);
/* The key; NULL while it is shut. Wiped by vault_shut(). */
const uint8_t *vault_key(const struct vault *vault);

enum vault_answer {
    VAULT_ANSWER_right,
    VAULT_ANSWER_wrong,
    VAULT_ANSWER_too_soon,  /* the wait is not over: nothing was compared or counted */
    VAULT_ANSWER_ask,       /* counted; headquarters is to be asked: vault_proof() */
    VAULT_ANSWER_held,      /* headquarters locked the tablet: nothing was compared or counted */
    VAULT_ANSWER_lease,     /* the lease is over: likewise */
    VAULT_ANSWER_chip_shut, /* the TPM takes no try just now, not even the right one */
    VAULT_ANSWER_no_chip,   /* the TPM does not answer: not counted */
};
/* Tries a PIN or passphrase. Right: the vault is open. On a vault that is open already it only
 * compares. CHECKs that the vault is kept. Takes a noticeable moment. Durable when OK. */
enum err vault_try(struct vault *vault, const char *secret, enum vault_answer *answer_out) MUST_USE;

/* Why a PIN, or a passphrase, is not taken. Pure. */
enum vault_flaw {
    VAULT_FLAW_none,
    VAULT_FLAW_size, /* no VAULT_PIN_SIZE digits; fewer than VAULT_PHRASE_WORDS words, or too long
                      */
    VAULT_FLAW_easy, /* one digit again and again, or 123456 and the like; the same word twice */
};
enum vault_flaw vault_pin_flaw(const char *pin);
enum vault_flaw vault_phrase_flaw(const char *phrase);
/* The wait after `wrong_count` wrong tries in a row: pure, never shorter for more of them. */
int64_t vault_wait_ms(uint32_t wrong_count);

/* Sets or replaces the PIN or passphrase of an open vault and forgets wrong tries; the key stays
 * the same, so nothing has to be written anew. With the half at headquarters a new PIN counts from
 * headquarters' answer on (is_renewing). CHECKs that it has no flaw. */
enum err vault_set(struct vault *vault, const char *secret) MUST_USE;
/* Takes over a PIN that an older program kept as a verifier: u8 1, u32 ops, u32 KiB, 16 bytes
 * salt, 32 bytes Argon2id. Nothing to do unless the guard is none. ERR_corrupt: it is no such
 * thing. */
enum err vault_adopt(struct vault *vault, const void *verifier, size_t size) MUST_USE;
/* Wipes the key from memory, and what was typed. With `keeps_half` headquarters' half stays in
 * locked memory, so that the PIN opens again without network: it lasts as long as the lease, and
 * alone opens nothing. A vault without a guard opens again by itself. */
void vault_shut(struct vault *vault, bool keeps_half);

/* ---- between the vault and headquarters ---- */

/* Names the vault. Its own signing key is not secret from who holds the disk: a signature by it
 * says "the program of this tablet", not "its collector". */
struct vault_name {
    uint8_t id[VAULT_ID_SIZE];
    uint8_t public_key[32];
};
struct vault_name vault_name(const struct vault *vault);
void vault_sign(const struct vault *vault, const void *bytes, size_t size,
                uint8_t signature_out[VAULT_SIGNATURE_SIZE]);
/* The time to be said with the next word to headquarters: it only rises, whatever the clock does. A
 * word that headquarters calls too old is said again after `least_ms`. */
enum err vault_say(struct vault *vault, int64_t least_ms, int64_t *at_ms_out) MUST_USE;
/* Whose tablet it is, kept where it can be read while shut. */
struct vault_owner {
    uint8_t hq_key[32]; /* Ed25519 */
    uint32_t device_no; /* 0: not enrolled */
    int32_t person_no;
    char person_name[64];
    char lang[8];
};
const struct vault_owner *vault_owner(const struct vault *vault);
/* Writes only what changed. */
enum err vault_set_owner(struct vault *vault, const struct vault_owner *owner) MUST_USE;

/* What headquarters has to keep for this vault. A vault without a guard has nothing to be kept, and
 * is told of once: only who was heard of is sent orders. */
struct vault_arm {
    enum vault_guard guard; /* that stands when headquarters has it */
    uint8_t auth[32]; /* BLAKE2b-256 of vault_proof(): by it headquarters knows the PIN was right */
    uint8_t half[32]; /* for guard half, else zeros */
    uint8_t recovery[32]; /* opens the vault when the PIN is forgotten; guard none: zeros */
};
/* False: nothing is to be told, or the vault is shut. The same again until vault_armed(). */
bool vault_arm(struct vault *vault, struct vault_arm *arm_out);
/* Headquarters holds what vault_arm() said, `auth` being its auth. Another one changes nothing. */
enum err vault_armed(struct vault *vault, const uint8_t auth[32]) MUST_USE;

/* After VAULT_ANSWER_ask: what proves to headquarters that the PIN is right. False: nothing was
 * typed since. */
bool vault_proof(const struct vault *vault, uint8_t proof_out[32]);
/* Headquarters' half: opens the vault with what was typed. */
enum err vault_half(struct vault *vault, const uint8_t half[32],
                    enum vault_answer *answer_out) MUST_USE;
/* Headquarters let a forgotten PIN be replaced: opens the vault, must_set. ERR_not_allowed when it
 * does not fit. */
enum err vault_recover(struct vault *vault, const uint8_t recovery[32]) MUST_USE;

/* Headquarters has answered: its time, and how long a lease lasts (0: for ever). */
enum err vault_contact(struct vault *vault, int64_t hq_at_ms, uint32_t lease_days) MUST_USE;
/* Whether the lease is over, for a vault that is open. Writes what time it is now and then. */
bool vault_lease_is_over(struct vault *vault);

/* Codes are on the disk and on the wire. */
enum vault_order {
    VAULT_ORDER_none = 0,
    VAULT_ORDER_lock = 1,
    VAULT_ORDER_unlock = 2,
    VAULT_ORDER_wipe = 3,
    VAULT_ORDER_left = 5, /* nobody's order: vault_leave() */
};
/* The order_no of the latter; no order of headquarters has it. */
#define VAULT_LEFT_NO (UINT64_C(1) << 62)
/* An order whose signature the caller has checked; orders count up, an older one does nothing.
 * lock: shut until "unlock", which opens a vault without a guard by itself. wipe: see vault_wipe().
 * Durable when OK. */
enum err vault_obey(struct vault *vault, uint64_t order_no, enum vault_order order) MUST_USE;

/* What was done about the last order, until headquarters has heard of it: vault_told(). */
struct vault_done {
    uint64_t order_no;
    enum vault_order order;
    int64_t at_ms;
    uint32_t file_count;   /* of a wipe: files overwritten and removed … */
    uint64_t size;         /* … and their bytes */
    uint32_t sealed_count; /* sealed envelopes that were left for headquarters */
};
/* False: nothing to tell. */
bool vault_done(const struct vault *vault, struct vault_done *done_out);
enum err vault_told(struct vault *vault, uint64_t order_no) MUST_USE;

/* Destroys the key, then overwrites and removes everything in the folder but the vault's own state
 * and sealed envelopes that headquarters has not answered. The store must be closed. Cut off, it
 * goes on at the next vault_open(). */
enum err vault_wipe(struct vault *vault) MUST_USE;
/* Its collector leaves a tablet that others go on using: the same, and headquarters is told so,
 * signed, by vault_done(). All that was recorded is at headquarters, or sealed. */
enum err vault_leave(struct vault *vault) MUST_USE;
