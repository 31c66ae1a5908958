/* What headquarters keeps of a vault. */
#include "core/vault/vault_private.h"

#include <sodium.h>
#include <string.h>

static void auth_of(const uint8_t stretched[32], uint8_t auth_out[32])
{
    uint8_t proof[32];
    vault_derive(stretched, "proof", NULL, proof);
    CHECK(crypto_generichash(auth_out, 32, proof, sizeof proof, NULL, 0) == 0);
    sodium_memzero(proof, sizeof proof);
}

bool vault_is_unheard_of(const struct vault *vault)
{
    return vault->keep.guard == VAULT_GUARD_none && !vault->stand.is_known &&
           vault->stand.owner.device_no != 0;
}

/* By it headquarters' answer is known; it proves nothing. */
static void unguarded_auth(const struct vault *vault, uint8_t auth_out[32])
{
    vault_derive(vault->stand.seed, "unguarded", NULL, auth_out);
}

bool vault_arm(struct vault *vault, struct vault_arm *arm_out)
{
    const struct vault_pending *pending = &vault->secrets->pending;
    if (!vault->is_open || (!vault->keep.has_pending && !vault_is_unheard_of(vault))) {
        return false;
    }
    if (!vault->keep.has_pending) {
        *arm_out = (struct vault_arm){.guard = VAULT_GUARD_none};
        unguarded_auth(vault, arm_out->auth);
        return true;
    }
    arm_out->guard = pending->guard;
    auth_of(pending->stretched, arm_out->auth);
    memcpy(arm_out->half, pending->half, sizeof arm_out->half);
    memcpy(arm_out->recovery, pending->recovery, sizeof arm_out->recovery);
    return true;
}

static enum err unguarded_armed(struct vault *vault, const uint8_t auth[32])
{
    uint8_t ours[32];
    struct vault_stand stand = vault->stand;
    unguarded_auth(vault, ours);
    if (!vault_is_unheard_of(vault) || sodium_memcmp(ours, auth, sizeof ours) != 0) {
        return OK;
    }
    stand.is_known = true;
    return vault_stand_save(vault, &stand);
}

enum err vault_armed(struct vault *vault, const uint8_t auth[32])
{
    struct vault_pending *pending = &vault->secrets->pending;
    uint8_t ours[32];
    if (!vault->is_open || !vault->keep.has_pending) {
        return unguarded_armed(vault, auth);
    }
    auth_of(pending->stretched, ours);
    if (sodium_memcmp(ours, auth, sizeof ours) != 0) {
        return OK; /* of a PIN that was replaced since */
    }
    struct vault_keep keep = vault->keep;
    if (pending->guard == VAULT_GUARD_half) {
        vault_key_wrap(vault, pending, VAULT_GUARD_half, pending->half, &keep);
    }
    keep.has_recovery = true;
    vault_wrap(vault->options.rng, pending->recovery, vault->stand.id, "recovery",
               vault->secrets->key, VAULT_KEY_SIZE, keep.recovery);
    keep.has_pending = false;
    sodium_memzero(keep.pending, sizeof keep.pending);
    enum err err = vault_keep_save(vault, &keep);
    if (err == OK) {
        vault->has_half = pending->guard == VAULT_GUARD_half;
        memcpy(vault->secrets->half, pending->half, sizeof pending->half);
        sodium_memzero(pending, sizeof *pending);
    }
    sodium_memzero(&keep, sizeof keep);
    return err;
}

enum err vault_recover(struct vault *vault, const uint8_t recovery[32])
{
    if (!vault->keep.has_recovery || vault->stand.is_wiped || vault->stand.is_wiping ||
        !vault_unwrap(recovery, vault->stand.id, "recovery", vault->keep.recovery, VAULT_KEY_SIZE,
                      vault->secrets->key)) {
        return ERR_not_allowed;
    }
    vault_opened(vault);
    vault->must_set = true;
    return OK;
}
