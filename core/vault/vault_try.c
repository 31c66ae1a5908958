/* Trying a PIN, and setting one. */
#include "core/vault/vault_private.h"

#include "core/os/log.h"

#include <sodium.h>
#include <string.h>

/* What one try costs. A PIN is never tried against a copy alone (the TPM or headquarters counts),
 * so it is cheap for who waits; a passphrase is, so it costs what half a second buys. */
enum {
    PIN_OPS = 3,
    PIN_KIB = 64 * 1024,
    PHRASE_OPS = 3,
    PHRASE_KIB = 128 * 1024,
    VERIFIER_VERSION = 1,
    VERIFIER_SIZE = 1 + 4 + 4 + VAULT_SALT_SIZE + 32,
};

/* ---- counting ---- */

static enum err count_set(struct vault *vault, uint32_t count)
{
    struct vault_stand stand = vault->stand;
    struct clock_reading now = clock_read(vault->options.clock);
    if (stand.wrong_count == 0 && count == 0) {
        return OK;
    }
    stand.wrong_count = count;
    stand.wrong_uptime_ms = now.monotonic_ms;
    stand.wrong_boot = now.boot;
    if (now.wall_ms > stand.seen_wall_ms) {
        stand.seen_wall_ms = now.wall_ms;
    }
    return vault_stand_save(vault, &stand);
}

/* ---- from what was typed to the key ---- */

/* What the key lies under. */
static void wrapping(const uint8_t stretched[32], enum vault_guard guard, const uint8_t *more,
                     uint8_t under_out[32])
{
    static const char *const labels[] = {[VAULT_GUARD_pin] = "pin",
                                         [VAULT_GUARD_chip] = "chip",
                                         [VAULT_GUARD_half] = "half",
                                         [VAULT_GUARD_phrase] = "phrase"};
    CHECK(guard >= VAULT_GUARD_pin && guard <= VAULT_GUARD_phrase);
    vault_derive(stretched, labels[guard], more, under_out);
}

/* Into `key_out`: false when it does not fit. */
static bool take_key(const struct vault *vault, const uint8_t stretched[32], const uint8_t *more,
                     uint8_t key_out[VAULT_KEY_SIZE])
{
    uint8_t under[32];
    wrapping(stretched, vault->keep.guard, more, under);
    bool fits =
        vault_unwrap(under, vault->stand.id, "key", vault->keep.wrap, VAULT_KEY_SIZE, key_out);
    sodium_memzero(under, sizeof under);
    return fits;
}

static enum vault_answer from_chip(struct vault *vault, const uint8_t stretched[32],
                                   uint8_t key_out[VAULT_KEY_SIZE])
{
    uint8_t auth[32];
    uint8_t secret[32];
    vault_derive(stretched, "chip auth", NULL, auth);
    enum vault_chip chip = vault_chip_unseal(vault->options.chip, auth, vault->keep.chip,
                                             vault->keep.chip_size, secret);
    enum vault_answer answer = chip == VAULT_CHIP_wrong  ? VAULT_ANSWER_wrong
                               : chip == VAULT_CHIP_shut ? VAULT_ANSWER_chip_shut
                                                         : VAULT_ANSWER_no_chip;
    if (chip == VAULT_CHIP_done) {
        answer =
            take_key(vault, stretched, secret, key_out) ? VAULT_ANSWER_right : VAULT_ANSWER_wrong;
    }
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(auth, sizeof auth);
    return answer;
}

static enum vault_answer compare(struct vault *vault, const uint8_t stretched[32],
                                 uint8_t key_out[VAULT_KEY_SIZE])
{
    const struct vault_secrets *secrets = vault->secrets;
    bool fits = false;
    switch (vault->keep.guard) {
    case VAULT_GUARD_adopted:
        fits = sodium_memcmp(stretched, vault->keep.verifier, sizeof vault->keep.verifier) == 0;
        memcpy(key_out, vault->keep.wrap, VAULT_KEY_SIZE);
        break;
    case VAULT_GUARD_pin:
    case VAULT_GUARD_phrase:
        fits = take_key(vault, stretched, NULL, key_out);
        break;
    case VAULT_GUARD_chip:
        return from_chip(vault, stretched, key_out);
    case VAULT_GUARD_half:
        if (!vault->has_half) {
            return VAULT_ANSWER_ask;
        }
        fits = take_key(vault, stretched, secrets->half, key_out);
        break;
    case VAULT_GUARD_none:
        UNREACHABLE();
    }
    return fits ? VAULT_ANSWER_right : VAULT_ANSWER_wrong;
}

static void forgive_chip(struct vault *vault)
{
    uint8_t lockout[32];
    if (vault->keep.guard == VAULT_GUARD_chip && vault->keep.has_lockout &&
        vault_unwrap(vault->secrets->key, vault->stand.id, "lockout", vault->keep.lockout,
                     sizeof lockout, lockout)) {
        vault_chip_forgive(vault->options.chip, lockout);
        sodium_memzero(lockout, sizeof lockout);
    }
}

static enum err let_in(struct vault *vault, const uint8_t key[VAULT_KEY_SIZE], const char *secret)
{
    bool was_wrong = vault->stand.wrong_count > 1;
    TRY(count_set(vault, 0));
    if (!vault->is_open) {
        memcpy(vault->secrets->key, key, VAULT_KEY_SIZE);
        vault_opened(vault);
    }
    if (was_wrong) {
        forgive_chip(vault);
    }
    /* From now on the key lies under the PIN itself. */
    return vault->keep.guard == VAULT_GUARD_adopted ? vault_set(vault, secret) : OK;
}

enum err vault_try(struct vault *vault, const char *secret, enum vault_answer *answer_out)
{
    struct vault_state state;
    vault_read(vault, &state);
    CHECK(state.is_kept);
    if (state.is_held || state.is_lease_over || state.wait_ms > 0) {
        *answer_out = state.is_held         ? VAULT_ANSWER_held
                      : state.is_lease_over ? VAULT_ANSWER_lease
                                            : VAULT_ANSWER_too_soon;
        return OK;
    }
    uint32_t before = vault->stand.wrong_count;
    TRY(count_set(vault, before < UINT32_MAX ? before + 1 : before));
    uint8_t stretched[32];
    uint8_t key[VAULT_KEY_SIZE] = {0};
    enum err err = vault_stretch(&vault->keep.stretch, secret, stretched);
    if (err == OK) {
        *answer_out = compare(vault, stretched, key);
        if (*answer_out == VAULT_ANSWER_right) {
            err = let_in(vault, key, secret);
        } else if (*answer_out == VAULT_ANSWER_no_chip || *answer_out == VAULT_ANSWER_chip_shut) {
            err = count_set(vault, before); /* the PIN was not looked at */
        } else if (*answer_out == VAULT_ANSWER_ask) {
            memcpy(vault->secrets->typed, stretched, sizeof stretched);
            vault->has_typed = true;
        }
    }
    sodium_memzero(stretched, sizeof stretched);
    sodium_memzero(key, sizeof key);
    return err;
}

bool vault_proof(const struct vault *vault, uint8_t proof_out[32])
{
    if (vault->has_typed) {
        vault_derive(vault->secrets->typed, "proof", NULL, proof_out);
    }
    return vault->has_typed;
}

enum err vault_half(struct vault *vault, const uint8_t half[32], enum vault_answer *answer_out)
{
    uint8_t key[VAULT_KEY_SIZE];
    *answer_out = VAULT_ANSWER_wrong;
    if (!vault->has_typed || vault->keep.guard != VAULT_GUARD_half ||
        !take_key(vault, vault->secrets->typed, half, key)) {
        return OK;
    }
    memcpy(vault->secrets->half, half, 32);
    vault->has_half = true;
    *answer_out = VAULT_ANSWER_right;
    enum err err = let_in(vault, key, "");
    sodium_memzero(key, sizeof key);
    return err;
}

enum err vault_adopt(struct vault *vault, const void *verifier, size_t size)
{
    if (vault->keep.guard != VAULT_GUARD_none || !vault->is_open) {
        return OK;
    }
    const uint8_t *bytes = verifier;
    if (size != VERIFIER_SIZE || bytes[0] != VERIFIER_VERSION) {
        return ERR_corrupt;
    }
    struct vault_keep keep = vault->keep;
    keep.guard = VAULT_GUARD_adopted;
    keep.stretch.ops = (uint32_t)bytes[1] | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[3] << 16 |
                       (uint32_t)bytes[4] << 24;
    keep.stretch.kib = (uint32_t)bytes[5] | (uint32_t)bytes[6] << 8 | (uint32_t)bytes[7] << 16 |
                       (uint32_t)bytes[8] << 24;
    memcpy(keep.stretch.salt, bytes + 9, VAULT_SALT_SIZE);
    memcpy(keep.verifier, bytes + 9 + VAULT_SALT_SIZE, sizeof keep.verifier);
    return vault_keep_save(vault, &keep);
}

/* ---- setting ---- */

static void pending_wrap(struct vault *vault, const struct vault_pending *pending,
                         struct vault_keep *keep)
{
    uint8_t bytes[VAULT_PENDING_SIZE];
    uint8_t *at = bytes;
    *at++ = (uint8_t)pending->guard;
    memcpy(at, &pending->stretch.ops, 4);
    memcpy(at + 4, &pending->stretch.kib, 4);
    memcpy(at + 8, pending->stretch.salt, VAULT_SALT_SIZE);
    at += 8 + VAULT_SALT_SIZE;
    memcpy(at, pending->stretched, 32);
    memcpy(at + 32, pending->half, 32);
    memcpy(at + 64, pending->recovery, 32);
    keep->has_pending = true;
    vault_wrap(vault->options.rng, vault->secrets->key, vault->stand.id, "pending", bytes,
               sizeof bytes, keep->pending);
    sodium_memzero(bytes, sizeof bytes);
}

void vault_key_wrap(struct vault *vault, const struct vault_pending *pending,
                    enum vault_guard guard, const uint8_t *more, struct vault_keep *keep)
{
    uint8_t under[32];
    wrapping(pending->stretched, guard, more, under);
    keep->guard = guard;
    keep->stretch = pending->stretch;
    vault_wrap(vault->options.rng, under, vault->stand.id, "key", vault->secrets->key,
               VAULT_KEY_SIZE, keep->wrap);
    sodium_memzero(under, sizeof under);
    sodium_memzero(keep->verifier, sizeof keep->verifier);
    if (guard != VAULT_GUARD_chip) {
        sodium_memzero(keep->chip, sizeof keep->chip);
        keep->chip_size = 0;
    }
}

/* Under the TPM, where there is one that does it. */
static bool chip_wrap(struct vault *vault, const struct vault_pending *pending,
                      struct vault_keep *keep)
{
    uint8_t auth[32];
    uint8_t secret[32];
    uint8_t lockout[32];
    bool is_lockout_set = false;
    if (vault->options.chip == NULL) {
        return false;
    }
    vault_derive(pending->stretched, "chip auth", NULL, auth);
    rng_fill(vault->options.rng, secret, sizeof secret);
    rng_fill(vault->options.rng, lockout, sizeof lockout);
    struct vault_keep made = *keep;
    bool is_done = vault_chip_seal(vault->options.chip, auth, secret, lockout, made.chip,
                                   &made.chip_size, &is_lockout_set) == VAULT_CHIP_done;
    if (is_done) {
        vault_key_wrap(vault, pending, VAULT_GUARD_chip, secret, &made);
        if (is_lockout_set) {
            made.has_lockout = true;
            vault_wrap(vault->options.rng, vault->secrets->key, vault->stand.id, "lockout", lockout,
                       sizeof lockout, made.lockout);
        }
        *keep = made;
    } else {
        log_line(LOG_warning, "vault", "the TPM seals nothing");
    }
    sodium_memzero(auth, sizeof auth);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(lockout, sizeof lockout);
    return is_done;
}

static struct vault_stretch fresh_stretch(struct vault *vault, bool is_phrase)
{
    struct vault_stretch stretch = {
        .ops = vault->options.stretch_ops != 0 ? vault->options.stretch_ops
               : is_phrase                     ? PHRASE_OPS
                                               : PIN_OPS,
        .kib = vault->options.stretch_kib != 0 ? vault->options.stretch_kib
               : is_phrase                     ? PHRASE_KIB
                                               : PIN_KIB,
    };
    rng_fill(vault->options.rng, stretch.salt, sizeof stretch.salt);
    return stretch;
}

enum err vault_set(struct vault *vault, const char *secret)
{
    bool is_phrase = vault_pin_flaw(secret) != VAULT_FLAW_none;
    CHECK(vault->is_open && (!is_phrase || vault_phrase_flaw(secret) == VAULT_FLAW_none));
    const struct rng *rng = vault->options.rng;
    struct vault_pending *pending = &vault->secrets->pending;
    struct vault_pending fresh = {.guard = is_phrase ? VAULT_GUARD_phrase : VAULT_GUARD_half,
                                  .stretch = fresh_stretch(vault, is_phrase)};
    struct vault_keep keep = vault->keep;
    TRY(vault_stretch(&fresh.stretch, secret, fresh.stretched));
    rng_fill(rng, fresh.half, sizeof fresh.half);
    rng_fill(rng, fresh.recovery, sizeof fresh.recovery);
    if (is_phrase) {
        vault_key_wrap(vault, &fresh, VAULT_GUARD_phrase, NULL, &keep);
    } else if (chip_wrap(vault, &fresh, &keep)) {
        fresh.guard = VAULT_GUARD_chip;
    } else if (vault->keep.guard != VAULT_GUARD_half || vault->must_set) {
        vault_key_wrap(vault, &fresh, VAULT_GUARD_pin, NULL,
                       &keep); /* until headquarters has the half */
    }
    if (fresh.guard != VAULT_GUARD_half) {
        sodium_memzero(fresh.half, sizeof fresh.half);
    }
    pending_wrap(vault, &fresh, &keep);
    enum err err = vault_keep_save(vault, &keep);
    if (err == OK) {
        *pending = fresh;
        vault->must_set = false;
        err = count_set(vault, 0);
    }
    sodium_memzero(&fresh, sizeof fresh);
    sodium_memzero(&keep, sizeof keep);
    return err;
}
