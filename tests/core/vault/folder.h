/* A vault in a folder of its own, with a clock that the test moves. */
#pragma once

#include "core/os/os.h"
#include "core/vault/vault.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct vault_folder {
    struct arena arena;
    char path[64];
    struct clock_reading now;
    struct clock clock;
    struct test_rng rng_state;
    struct rng rng;
    const char *chip;
    struct vault *vault;
};

static inline struct clock_reading vault_folder_now(void *context)
{
    return *(struct clock_reading *)context;
}

static inline void vault_folder_make(struct vault_folder *folder, uint64_t seed)
{
    *folder = (struct vault_folder){
        .now = {.wall_ms = 1700000000000, .monotonic_ms = 60 * 60 * 1000, .boot = 1}};
    arena_init(&folder->arena, 0);
    (void)snprintf(folder->path, sizeof folder->path, "/tmp/vault.XXXXXX");
    EXPECT(mkdtemp(folder->path) != NULL);
    folder->clock = (struct clock){vault_folder_now, &folder->now};
    folder->rng = test_rng_make(&folder->rng_state, seed);
}

static inline enum err vault_folder_try_open(struct vault_folder *folder)
{
    const struct vault_options options = {
        .folder = folder->path,
        .clock = &folder->clock,
        .rng = &folder->rng,
        .chip = folder->chip,
        .stretch_ops = 1,
        .stretch_kib = 8,
    };
    return vault_open(&folder->arena, &options, &folder->vault);
}

static inline void vault_folder_open(struct vault_folder *folder)
{
    EXPECT_OK(vault_folder_try_open(folder));
}

/* As after a restart of the program. */
static inline void vault_folder_reopen(struct vault_folder *folder)
{
    vault_close(&folder->vault);
    vault_folder_open(folder);
}

static inline bool vault_folder_all(const char *path)
{
    (void)path;
    return false;
}

static inline void vault_folder_remove(struct vault_folder *folder)
{
    uint32_t count;
    uint64_t size;
    vault_close(&folder->vault);
    EXPECT_OK(os_tree_shred(folder->path, vault_folder_all, true, &folder->rng, &count, &size));
    (void)rmdir(os_path(&folder->arena, folder->path, "spool/out"));
    (void)rmdir(os_path(&folder->arena, folder->path, "spool"));
    EXPECT(rmdir(folder->path) == 0);
    arena_deinit(&folder->arena);
}

static inline enum vault_answer vault_folder_type(struct vault_folder *folder, const char *secret)
{
    enum vault_answer answer = VAULT_ANSWER_wrong;
    EXPECT_OK(vault_try(folder->vault, secret, &answer));
    return answer;
}

static inline struct vault_state vault_folder_state(struct vault_folder *folder)
{
    struct vault_state state;
    vault_read(folder->vault, &state);
    return state;
}

/* The key as it is now; the vault must be open. */
static inline void vault_folder_key(struct vault_folder *folder, uint8_t key_out[VAULT_KEY_SIZE])
{
    EXPECT(vault_key(folder->vault) != NULL);
    memcpy(key_out, vault_key(folder->vault), VAULT_KEY_SIZE);
}

static inline bool vault_folder_has(struct vault_folder *folder, const uint8_t key[VAULT_KEY_SIZE])
{
    const uint8_t *found = vault_key(folder->vault);
    return found != NULL && memcmp(found, key, VAULT_KEY_SIZE) == 0;
}

/* A file below the folder. */
static inline void vault_folder_put(struct vault_folder *folder, const char *name, const char *text)
{
    EXPECT_OK(os_file_replace(os_path(&folder->arena, folder->path, name), text, strlen(text)));
}

static inline bool vault_folder_is_there(struct vault_folder *folder, const char *name)
{
    return os_file_exists(os_path(&folder->arena, folder->path, name));
}
