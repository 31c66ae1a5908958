/* Opening and closing, what a vault says of itself, and the lease. */
#include "core/vault/vault_private.h"

#include "core/os/log.h"
#include "core/os/os.h"

#include <sodium.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000, NOTE_EVERY_MS = 10 * 60 * 1000 };

/* ---- the two files, kept in step with memory ---- */

enum err vault_keep_save(struct vault *vault, const struct vault_keep *keep)
{
    TRY(vault_keep_write(vault->key_path, keep, vault->options.rng));
    vault->keep = *keep;
    return OK;
}

enum err vault_stand_save(struct vault *vault, const struct vault_stand *stand)
{
    TRY(vault_stand_write(vault->state_path, stand));
    vault->stand = *stand;
    return OK;
}

/* ---- opening ---- */

static bool is_guarded(const struct vault *vault)
{
    return vault->keep.guard != VAULT_GUARD_none;
}

void vault_opened(struct vault *vault)
{
    struct vault_secrets *secrets = vault->secrets;
    uint8_t bytes[VAULT_PENDING_SIZE];
    vault->is_open = true;
    vault->has_typed = false;
    sodium_memzero(secrets->typed, sizeof secrets->typed);
    if (!vault->keep.has_pending) {
        return;
    }
    if (!vault_unwrap(secrets->key, vault->stand.id, "pending", vault->keep.pending, sizeof bytes,
                      bytes)) {
        vault->keep.has_pending = false; /* damaged: chosen anew with the next PIN */
        return;
    }
    struct vault_pending *pending = &secrets->pending;
    const uint8_t *at = bytes;
    pending->guard = (enum vault_guard) * at++;
    memcpy(&pending->stretch.ops, at, 4);
    memcpy(&pending->stretch.kib, at + 4, 4);
    memcpy(pending->stretch.salt, at + 8, VAULT_SALT_SIZE);
    at += 8 + VAULT_SALT_SIZE;
    memcpy(pending->stretched, at, 32);
    memcpy(pending->half, at + 32, 32);
    memcpy(pending->recovery, at + 64, 32);
    sodium_memzero(bytes, sizeof bytes);
}

/* A vault without a guard has its key in clear: that headquarters holds it, it obeys. */
void vault_open_unguarded(struct vault *vault)
{
    const struct vault_stand *stand = &vault->stand;
    if (!is_guarded(vault) && !stand->is_wiped && !stand->is_wiping && !stand->is_held) {
        memcpy(vault->secrets->key, vault->keep.wrap, VAULT_KEY_SIZE);
        vault_opened(vault);
    }
}

static enum err make_key(struct vault *vault)
{
    struct vault_keep keep = {.guard = VAULT_GUARD_none};
    rng_fill(vault->options.rng, keep.wrap, VAULT_KEY_SIZE);
    enum err err = vault_keep_save(vault, &keep);
    sodium_memzero(&keep, sizeof keep);
    TRY(err);
    struct vault_stand stand = vault->stand;
    stand.has_key = true;
    return vault_stand_save(vault, &stand);
}

static enum err make_stand(struct vault *vault)
{
    if (os_file_exists(vault->key_path)) {
        return ERR_corrupt; /* who takes the counters away gets no tries for it */
    }
    struct vault_stand stand = {.is_told = true};
    rng_fill(vault->options.rng, stand.id, sizeof stand.id);
    rng_fill(vault->options.rng, stand.seed, sizeof stand.seed);
    return vault_stand_save(vault, &stand);
}

/* What was wiped, and said so, and has nothing left to send, is a new tablet. */
static enum err begin_anew(struct vault *vault)
{
    struct arena arena;
    const char **names = NULL;
    size_t count = 0;
    arena_init(&arena, 4096);
    const char *out = os_path(&arena, vault->options.folder, "spool/out");
    enum err err = os_folder_list(&arena, out, &names, &count);
    arena_deinit(&arena);
    if ((err != OK && err != ERR_not_found) || count > 0 || !vault->stand.is_told) {
        return OK;
    }
    TRY(os_file_remove(vault->state_path));
    return make_stand(vault);
}

static enum err open_files(struct vault *vault)
{
    TRY(os_folder_make(vault->options.folder));
    enum err err = vault_stand_read(vault->state_path, &vault->stand);
    if (err == ERR_not_found) {
        err = make_stand(vault);
    }
    TRY(err);
    if (vault->stand.is_wiping) {
        TRY(vault_wipe(vault));
    }
    if (vault->stand.is_wiped) {
        TRY(begin_anew(vault));
    }
    if (vault->stand.is_wiped) {
        vault->keep.guard = VAULT_GUARD_none;
        return OK;
    }
    TRY(os_file_shred_old(vault->key_path, vault->options.rng));
    err = vault_keep_read(vault->key_path, &vault->keep);
    if (err == ERR_not_found) {
        return vault->stand.has_key ? ERR_corrupt : make_key(vault);
    }
    TRY(err);
    if (!vault->stand.has_key) { /* the cut came between the two */
        struct vault_stand stand = vault->stand;
        stand.has_key = true;
        TRY(vault_stand_save(vault, &stand));
    }
    return OK;
}

enum err vault_open(struct arena *arena, const struct vault_options *options,
                    struct vault **vault_out)
{
    CHECK(sodium_init() >= 0);
    struct vault *vault = ARENA_NEW(arena, struct vault);
    vault->options = *options;
    vault->key_path = os_path(arena, options->folder, VAULT_KEY_NAME);
    vault->state_path = os_path(arena, options->folder, VAULT_STATE_NAME);
    vault->secrets = sodium_malloc(sizeof *vault->secrets);
    if (vault->secrets == NULL) { /* the limit of locked memory is reached */
        return ERR_too_many;
    }
    sodium_memzero(vault->secrets, sizeof *vault->secrets);
    enum err err = open_files(vault);
    if (err != OK) {
        log_line(LOG_error, "vault", "not opened: %s", err_name(err));
        vault_close(&vault);
        return err;
    }
    vault_open_unguarded(vault);
    *vault_out = vault;
    return OK;
}

void vault_close(struct vault **vault)
{
    if (*vault != NULL) {
        sodium_free((*vault)->secrets); /* wipes it */
        sodium_memzero(&(*vault)->keep, sizeof(*vault)->keep);
        (*vault)->secrets = NULL;
        *vault = NULL;
    }
}

void vault_shut(struct vault *vault, bool keeps_half)
{
    struct vault_secrets *secrets = vault->secrets;
    sodium_memzero(secrets->key, sizeof secrets->key);
    sodium_memzero(secrets->typed, sizeof secrets->typed);
    sodium_memzero(&secrets->pending, sizeof secrets->pending);
    if (!keeps_half) {
        sodium_memzero(secrets->half, sizeof secrets->half);
        vault->has_half = false;
    }
    vault->is_open = false;
    vault->has_typed = false;
    vault->must_set = false;
    vault_open_unguarded(vault);
}

/* ---- what it says ---- */

/* Time since the last wrong try that counts: of this boot only. */
static int64_t passed_ms(const struct clock_reading *now, const struct vault_stand *stand)
{
    bool is_same_boot =
        now->boot == stand->wrong_boot && now->monotonic_ms >= stand->wrong_uptime_ms;
    return is_same_boot ? now->monotonic_ms - stand->wrong_uptime_ms : now->monotonic_ms;
}

/* By the latest time that was ever seen: a clock set back gives no days. */
static bool is_lease_over(const struct vault *vault, int64_t wall_ms)
{
    const struct vault_stand *stand = &vault->stand;
    int64_t seen_ms = wall_ms > stand->seen_wall_ms ? wall_ms : stand->seen_wall_ms;
    return is_guarded(vault) && stand->lease_days > 0 && stand->contact_hq_at_ms > 0 &&
           seen_ms - stand->contact_wall_ms > (int64_t)stand->lease_days * DAY_MS;
}

void vault_read(struct vault *vault, struct vault_state *state_out)
{
    struct clock_reading now = clock_read(vault->options.clock);
    enum vault_guard guard = vault->keep.guard;
    int64_t left_ms = vault_wait_ms(vault->stand.wrong_count) - passed_ms(&now, &vault->stand);
    bool is_wiped = vault->stand.is_wiped || vault->stand.is_wiping;
    *state_out = (struct vault_state){
        .guard = guard,
        .is_open = vault->is_open,
        .is_kept = is_guarded(vault) && !is_wiped,
        .is_phrase = guard == VAULT_GUARD_phrase,
        .needs_half = guard == VAULT_GUARD_half && !vault->has_half,
        .is_arming = vault->is_open && (vault->keep.has_pending || vault_is_unheard_of(vault)),
        .is_renewing = vault->is_open && vault->keep.has_pending && guard == VAULT_GUARD_half &&
                       !vault->must_set,
        .is_held = vault->stand.is_held,
        .is_lease_over = is_lease_over(vault, now.wall_ms),
        .must_wipe = vault->stand.is_wiping,
        .is_wiped = is_wiped,
        .has_left = is_wiped && vault->stand.done.order == VAULT_ORDER_left,
        .is_known = vault->stand.is_known,
        .must_set = vault->must_set,
        .wrong_count = vault->stand.wrong_count,
        .lease_days = vault->stand.lease_days,
        .order_no = vault->stand.order_no,
        .wait_ms = left_ms > 0 && vault->stand.wrong_count > 0 ? left_ms : 0,
    };
}

const uint8_t *vault_key(const struct vault *vault)
{
    return vault->is_open ? vault->secrets->key : NULL;
}

struct vault_name vault_name(const struct vault *vault)
{
    struct vault_name name;
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    memcpy(name.id, vault->stand.id, sizeof name.id);
    CHECK(crypto_sign_seed_keypair(name.public_key, secret_key, vault->stand.seed) == 0);
    sodium_memzero(secret_key, sizeof secret_key);
    return name;
}

void vault_sign(const struct vault *vault, const void *bytes, size_t size,
                uint8_t signature_out[VAULT_SIGNATURE_SIZE])
{
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    uint8_t secret_key[crypto_sign_SECRETKEYBYTES];
    CHECK(crypto_sign_seed_keypair(public_key, secret_key, vault->stand.seed) == 0);
    CHECK(crypto_sign_detached(signature_out, NULL, bytes, size, secret_key) == 0);
    sodium_memzero(secret_key, sizeof secret_key);
}

enum err vault_say(struct vault *vault, int64_t least_ms, int64_t *at_ms_out)
{
    struct vault_stand stand = vault->stand;
    int64_t at_ms = clock_read(vault->options.clock).wall_ms;
    at_ms = at_ms > stand.said_at_ms ? at_ms : stand.said_at_ms + 1;
    stand.said_at_ms = at_ms > least_ms ? at_ms : least_ms;
    TRY(vault_stand_save(vault, &stand));
    *at_ms_out = stand.said_at_ms;
    return OK;
}

const struct vault_owner *vault_owner(const struct vault *vault)
{
    return &vault->stand.owner;
}

enum err vault_set_owner(struct vault *vault, const struct vault_owner *owner)
{
    struct vault_stand stand = vault->stand;
    stand.owner =
        (struct vault_owner){.device_no = owner->device_no, .person_no = owner->person_no};
    memcpy(stand.owner.hq_key, owner->hq_key, sizeof stand.owner.hq_key);
    (void)str_copy(stand.owner.person_name, sizeof stand.owner.person_name,
                   str_from(owner->person_name));
    (void)str_copy(stand.owner.lang, sizeof stand.owner.lang, str_from(owner->lang));
    const struct vault_owner *had = &vault->stand.owner;
    bool is_same = had->device_no == stand.owner.device_no &&
                   had->person_no == stand.owner.person_no &&
                   memcmp(had->hq_key, stand.owner.hq_key, sizeof had->hq_key) == 0 &&
                   strcmp(had->person_name, stand.owner.person_name) == 0 &&
                   strcmp(had->lang, stand.owner.lang) == 0;
    return is_same ? OK : vault_stand_save(vault, &stand);
}

/* ---- the lease ---- */

enum err vault_contact(struct vault *vault, int64_t hq_at_ms, uint32_t lease_days)
{
    struct vault_stand stand = vault->stand;
    int64_t wall_ms = clock_read(vault->options.clock).wall_ms;
    if (hq_at_ms < stand.contact_hq_at_ms) {
        return OK; /* an answer that came late */
    }
    bool is_soon = hq_at_ms - stand.contact_hq_at_ms < NOTE_EVERY_MS &&
                   lease_days == stand.lease_days && !is_lease_over(vault, wall_ms);
    if (is_soon) {
        return OK;
    }
    stand.contact_hq_at_ms = hq_at_ms;
    stand.contact_wall_ms = wall_ms;
    stand.seen_wall_ms = wall_ms;
    stand.lease_days = lease_days;
    return vault_stand_save(vault, &stand);
}

bool vault_lease_is_over(struct vault *vault)
{
    int64_t wall_ms = clock_read(vault->options.clock).wall_ms;
    if (vault->stand.lease_days > 0 && wall_ms - vault->stand.seen_wall_ms > NOTE_EVERY_MS) {
        struct vault_stand stand = vault->stand;
        stand.seen_wall_ms = wall_ms;
        enum err err = vault_stand_save(vault, &stand);
        if (err != OK) { /* noted again at the next look */
            log_line(LOG_warning, "vault", "the time was not noted: %s", err_name(err));
        }
    }
    return is_lease_over(vault, wall_ms);
}
