/* plain_store: a tablet's sealed database as a file that anybody can read, for tests that look
 * into it. Works on the folder as the app does, so on a copy of it.
 *
 *   plain_store FOLDER OUT [PIN]
 *
 * Exit code 0: OUT is written. 1: it could not be opened. 2: wrong arguments. */
#include "core/os/os.h"
#include "core/store/store_private.h"
#include "core/vault/vault.h"

#include <stdio.h>
#include <string.h>

/* The tablet's key, or none where no vault was made. */
static enum err key_of(struct arena *arena, const char *folder, const char *pin,
                       struct store_key *key_out, bool *has_key_out)
{
    struct vault_options options = {.folder = folder, .clock = os_clock(), .rng = os_rng()};
    struct vault *vault = NULL;
    *has_key_out = os_file_exists(os_path(arena, folder, "vault.key"));
    if (!*has_key_out) {
        return OK;
    }
    TRY(vault_open(arena, &options, &vault));
    enum vault_answer answer = VAULT_ANSWER_right;
    enum err err = OK;
    if (vault_key(vault) == NULL && pin != NULL) {
        err = vault_try(vault, pin, &answer);
    }
    if (err == OK && vault_key(vault) == NULL) {
        err = ERR_not_allowed;
    }
    if (err == OK) {
        memcpy(key_out->bytes, vault_key(vault), sizeof key_out->bytes);
    }
    vault_close(&vault);
    return err;
}

static enum err copy_to(struct store *store, const char *path)
{
    sqlite3 *copy = NULL;
    enum err err = store_sqlite_err(sqlite3_open_v2(
        path, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, NULL));
    sqlite3_backup *backup =
        err == OK ? sqlite3_backup_init(copy, "main", store->db, "main") : NULL;
    if (backup != NULL) {
        (void)sqlite3_backup_step(backup, -1);
        err = store_sqlite_err(sqlite3_backup_finish(backup));
    }
    if (err == OK) {
        err = store_sqlite_err(sqlite3_exec(copy, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL));
    }
    sqlite3_close(copy);
    return err;
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: plain_store FOLDER OUT [PIN]\n");
        return 2;
    }
    struct arena arena;
    struct store_key key = {0};
    struct store *store = NULL;
    bool has_key = false;
    arena_init(&arena, 0);
    enum err err = key_of(&arena, argv[1], argc == 4 ? argv[3] : NULL, &key, &has_key);
    struct store_options options = {.path = os_path(&arena, argv[1], "device.db"),
                                    .key = has_key ? &key : NULL,
                                    .rng = os_rng()};
    err = err == OK ? store_open(&arena, &options, &store) : err;
    err = err == OK ? copy_to(store, argv[2]) : err;
    store_close(&store);
    if (err != OK) {
        fprintf(stderr, "plain_store: %s\n", err_name(err));
    }
    arena_deinit(&arena);
    return err == OK ? 0 : 1;
}
