#include "core/store/lock.h"

#include "core/base/buf.h"

#include <sodium.h>
#include <string.h>

/* One try costs about 50 ms of a bench core and half a second of a tablet's, and 32 MiB: dear
 * for who tries a million PINs on a copy, cheap for who knows it. */
enum {
    VERIFIER_VERSION = 1,
    OPS = 3,
    MEMORY_KIB = 32 * 1024,
    SALT_SIZE = 16,
    HASH_SIZE = 32,
    VERIFIER_SIZE = 1 + 4 + 4 + SALT_SIZE + HASH_SIZE,
};

struct verifier {
    uint32_t ops, memory_kib;
    uint8_t salt[SALT_SIZE], hash[HASH_SIZE];
};

_Static_assert(SALT_SIZE == crypto_pwhash_argon2id_SALTBYTES, "libsodium's salt");

int64_t lock_wait_ms(uint32_t wrong_count)
{
    static const int64_t waits_s[] = {30, 60, 5 * 60, 15 * 60, 30 * 60};
    if (wrong_count <= LOCK_FREE_TRIES) {
        return 0;
    }
    size_t at = wrong_count - LOCK_FREE_TRIES - 1;
    return at < COUNT(waits_s) ? waits_s[at] * 1000 : LOCK_WAIT_MAX_MS;
}

enum lock_flaw lock_flaw(const char *pin)
{
    size_t size = strlen(pin);
    if (size != LOCK_PIN_SIZE || strspn(pin, "0123456789") != size) {
        return LOCK_FLAW_size;
    }
    for (int step = -1; step <= 1; step++) {
        size_t i = 1;
        while (i < size && pin[i] - pin[i - 1] == step) {
            i++;
        }
        if (i == size) {
            return LOCK_FLAW_easy;
        }
    }
    return LOCK_FLAW_none;
}

/* ERR_corrupt when what is kept is no verifier: nobody gets in by damage. */
static enum err verifier_read(struct store *store, bool *has_pin_out, struct verifier *verifier)
{
    struct arena arena;
    struct str bytes;
    arena_init(&arena, 1024);
    enum err err = store_setting_bytes(store, &arena, SETTING_lock_verifier, &bytes);
    *has_pin_out = err == OK && bytes.size > 0;
    if (*has_pin_out) {
        struct buf_reader reader;
        buf_reader_init(&reader, bytes.bytes, bytes.size);
        bool is_known = buf_read_u8(&reader) == VERIFIER_VERSION;
        verifier->ops = buf_read_u32(&reader);
        verifier->memory_kib = buf_read_u32(&reader);
        const uint8_t *salt = buf_read_bytes(&reader, SALT_SIZE);
        const uint8_t *hash = buf_read_bytes(&reader, HASH_SIZE);
        if (!is_known || buf_reader_done(&reader) != OK) {
            err = ERR_corrupt;
        } else {
            memcpy(verifier->salt, salt, SALT_SIZE);
            memcpy(verifier->hash, hash, HASH_SIZE);
        }
    }
    arena_deinit(&arena);
    return err;
}

static enum err hash_make(const struct verifier *verifier, const char *pin, uint8_t hash[HASH_SIZE])
{
    CHECK(sodium_init() >= 0);
    return crypto_pwhash(hash, HASH_SIZE, pin, strlen(pin), verifier->salt, verifier->ops,
                         (size_t)verifier->memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0
               ? OK
               : ERR_corrupt; /* figures that libsodium does not take were never written here */
}

/* Time since the last wrong try that counts: of this boot only. */
static int64_t passed_ms(const struct clock_reading *now, int64_t wrong_at_ms, int64_t wrong_boot)
{
    bool is_same_boot = now->boot == (uint32_t)wrong_boot && now->monotonic_ms >= wrong_at_ms;
    return is_same_boot ? now->monotonic_ms - wrong_at_ms : now->monotonic_ms;
}

static enum err tries_read(struct store *store, const struct clock_reading *now,
                           struct lock_state *state)
{
    int64_t count = 0;
    int64_t at_ms = 0;
    int64_t boot = 0;
    TRY(store_setting_number(store, SETTING_lock_wrong_count, 0, &count));
    TRY(store_setting_number(store, SETTING_lock_wrong_uptime_ms, 0, &at_ms));
    TRY(store_setting_number(store, SETTING_lock_wrong_boot, 0, &boot));
    state->wrong_count = count < 0 ? 0 : count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
    int64_t left_ms = lock_wait_ms(state->wrong_count) - passed_ms(now, at_ms, boot);
    state->wait_ms = left_ms > 0 ? left_ms : 0;
    return OK;
}

static enum err tries_write(struct store *store, const struct clock_reading *now, uint32_t count)
{
    TRY(store_begin(store));
    enum err err = store_setting_set_number(store, SETTING_lock_wrong_count, count);
    if (err == OK) {
        err = store_setting_set_number(store, SETTING_lock_wrong_uptime_ms, now->monotonic_ms);
    }
    if (err == OK) {
        err = store_setting_set_number(store, SETTING_lock_wrong_boot, now->boot);
    }
    if (err == OK) {
        err = store_commit(store);
    }
    if (err != OK && store_is_in_transaction(store)) {
        store_rollback(store);
    }
    return err;
}

/* With the disk full the count takes the room of the reserve: no try goes uncounted. */
static enum err tries_keep(struct store *store, const struct clock_reading *now, uint32_t count)
{
    enum err err = tries_write(store, now, count);
    return err == ERR_no_space && store_reserve_release(store) ? tries_write(store, now, count)
                                                               : err;
}

enum err lock_read(struct store *store, const struct clock_reading *now,
                   struct lock_state *state_out)
{
    struct verifier verifier;
    *state_out = (struct lock_state){0};
    enum err err = verifier_read(store, &state_out->has_pin, &verifier);
    if (err != OK && err != ERR_corrupt) {
        return err;
    }
    return tries_read(store, now, state_out);
}

enum err lock_try(struct store *store, const struct clock_reading *now, const char *pin,
                  enum lock_answer *answer_out, struct lock_state *state_out)
{
    struct verifier verifier;
    *answer_out = LOCK_ANSWER_wrong;
    *state_out = (struct lock_state){.has_pin = true};
    bool has_pin = false;
    TRY(verifier_read(store, &has_pin, &verifier));
    CHECK(has_pin);
    TRY(tries_read(store, now, state_out));
    if (state_out->wait_ms > 0) {
        *answer_out = LOCK_ANSWER_too_soon;
        return OK;
    }
    uint32_t count = state_out->wrong_count < UINT32_MAX ? state_out->wrong_count + 1 : UINT32_MAX;
    TRY(tries_keep(store, now, count));
    uint8_t hash[HASH_SIZE];
    TRY(hash_make(&verifier, pin, hash));
    bool is_right = sodium_memcmp(hash, verifier.hash, HASH_SIZE) == 0;
    sodium_memzero(hash, sizeof hash);
    if (is_right) {
        TRY(tries_keep(store, now, 0));
        count = 0;
        *answer_out = LOCK_ANSWER_right;
    }
    state_out->wrong_count = count;
    state_out->wait_ms = lock_wait_ms(count);
    return OK;
}

enum err lock_set(struct store *store, const struct rng *rng, const char *pin)
{
    CHECK(lock_flaw(pin) == LOCK_FLAW_none);
    struct verifier verifier = {.ops = OPS, .memory_kib = MEMORY_KIB};
    rng_fill(rng, verifier.salt, sizeof verifier.salt);
    TRY(hash_make(&verifier, pin, verifier.hash));
    uint8_t bytes[VERIFIER_SIZE];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u8(&writer, VERIFIER_VERSION);
    buf_write_u32(&writer, verifier.ops);
    buf_write_u32(&writer, verifier.memory_kib);
    buf_write_bytes(&writer, verifier.salt, sizeof verifier.salt);
    buf_write_bytes(&writer, verifier.hash, sizeof verifier.hash);
    CHECK(writer.err == OK && writer.size == sizeof bytes);
    TRY(store_begin(store));
    enum err err = store_setting_set_bytes(store, SETTING_lock_verifier, bytes, sizeof bytes);
    if (err == OK) {
        err = store_setting_set_number(store, SETTING_lock_wrong_count, 0);
    }
    if (err == OK) {
        err = store_commit(store);
    }
    if (err != OK && store_is_in_transaction(store)) {
        store_rollback(store);
    }
    return err;
}
