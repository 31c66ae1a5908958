/* vault.key and vault.state, as whoever holds the disk may write them: the sums at their ends are
 * made right. Two bytes say how long the first is. */
#include "core/vault/vault_private.h"
#include "tests/fuzz/folder.h"

#include <sodium.h>

static void put(struct arena *arena, const char *name, const uint8_t *bytes, size_t size)
{
    uint8_t *whole = arena_alloc(arena, size + 32);
    memcpy(whole, bytes, size);
    crypto_generichash(whole + size, 32, bytes, size, NULL, 0);
    (void)fuzz_folder_put(arena, name, whole, size + 32);
}

static void fill(void *context, void *bytes, size_t size)
{
    (void)context;
    memset(bytes, 7, size);
}

/* One word for the figures: a stretch of minutes says nothing about the reader. */
static bool is_quick(const struct vault *vault)
{
    return vault->keep.stretch.ops <= 2 && vault->keep.stretch.kib <= 64;
}

static void look(struct vault *vault)
{
    struct vault_state state;
    struct vault_done done;
    struct vault_arm arm;
    enum vault_answer answer;
    int64_t at_ms = 0;
    const struct vault_owner *owner = vault_owner(vault);
    CHECK(strlen(owner->person_name) < sizeof owner->person_name);
    CHECK(strlen(owner->lang) < sizeof owner->lang);
    vault_read(vault, &state);
    CHECK(state.wait_ms >= 0 && state.wait_ms <= VAULT_WAIT_MAX_MS);
    (void)vault_done(vault, &done);
    (void)vault_arm(vault, &arm);
    (void)vault_lease_is_over(vault);
    CHECK(vault_say(vault, 0, &at_ms) == OK);
    CHECK(vault_contact(vault, 1763863200000, 7) == OK);
    if (state.is_kept && is_quick(vault)) {
        (void)!vault_try(vault, "123456", &answer);
    }
    (void)!vault_recover(vault, vault->stand.seed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size < 2) {
        return 0;
    }
    struct arena arena = {0};
    const struct rng rng = {fill, NULL};
    struct vault *vault = NULL;
    arena_init(&arena, 0);
    size_t first = (size_t)bytes[0] | (size_t)bytes[1] << 8;
    first = first < size - 2 ? first : size - 2;
    put(&arena, VAULT_KEY_NAME, bytes + 2, first);
    put(&arena, VAULT_STATE_NAME, bytes + 2 + first, size - 2 - first);
    const struct vault_options options = {.folder = fuzz_folder(),
                                          .clock = os_clock(),
                                          .rng = &rng,
                                          .stretch_ops = 1,
                                          .stretch_kib = 8};
    if (vault_open(&arena, &options, &vault) == OK) {
        look(vault);
        vault_close(&vault);
    }
    arena_deinit(&arena);
    return 0;
}
