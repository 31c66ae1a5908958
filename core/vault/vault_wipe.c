/* Orders of headquarters: shut, open again, destroy. */
#include "core/vault/roster.h"
#include "core/vault/vault_private.h"

#include "core/os/log.h"
#include "core/os/os.h"

#include <sodium.h>
#include <string.h>

enum err vault_obey(struct vault *vault, uint64_t order_no, enum vault_order order)
{
    bool is_known =
        order == VAULT_ORDER_lock || order == VAULT_ORDER_unlock || order == VAULT_ORDER_wipe;
    if (order_no <= vault->stand.order_no || vault->stand.is_wiped || vault->stand.is_wiping ||
        !is_known) {
        return OK;
    }
    struct vault_stand stand = vault->stand;
    stand.order_no = order_no;
    stand.is_held = order == VAULT_ORDER_lock;
    stand.is_wiping = order == VAULT_ORDER_wipe;
    stand.is_told = false;
    stand.done = (struct vault_done){
        .order_no = order_no, .order = order, .at_ms = clock_read(vault->options.clock).wall_ms};
    TRY(vault_stand_save(vault, &stand));
    if (order == VAULT_ORDER_unlock && !vault->is_open) {
        vault_open_unguarded(vault);
    }
    return OK;
}

bool vault_done(const struct vault *vault, struct vault_done *done_out)
{
    const struct vault_stand *stand = &vault->stand;
    *done_out = stand->done;
    return stand->done.order_no != 0 && !stand->is_told && !stand->is_wiping;
}

enum err vault_told(struct vault *vault, uint64_t order_no)
{
    struct vault_stand stand = vault->stand;
    if (stand.is_told || order_no != stand.done.order_no || stand.is_wiping) {
        return OK;
    }
    stand.is_told = true;
    return vault_stand_save(vault, &stand);
}

/* Sealed envelopes wait for headquarters and can be read by nobody else; what the agent needs to
 * carry them, the vault's own state, and what is not this collector's: other people of the tablet,
 * and its map of roads. */
static bool is_kept(const char *path)
{
    static const char *const names[] = {VAULT_STATE_NAME,  "vault.lock",         "spool/agent.conf",
                                        "spool/ca.pem",    "spool/agent.status", "spool/agent.wake",
                                        "spool/agent.lock"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(path, names[i]) == 0) {
            return true;
        }
    }
    return strcmp(path, ROSTER_TABLET_FILE) == 0 ||
           strncmp(path, "spool/out/", strlen("spool/out/")) == 0 ||
           strncmp(path, ROSTER_FOLDER "/", strlen(ROSTER_FOLDER "/")) == 0 ||
           strcmp(path, ROSTER_MAP_FILE) == 0 ||
           strncmp(path, "." VAULT_STATE_NAME, strlen("." VAULT_STATE_NAME)) == 0;
}

static enum err count_sealed(struct vault *vault, uint32_t *count_out)
{
    struct arena arena;
    const char **names = NULL;
    size_t count = 0;
    arena_init(&arena, 4096);
    enum err err =
        os_folder_list(&arena, os_path(&arena, vault->options.folder, "spool/out"), &names, &count);
    arena_deinit(&arena);
    *count_out = (uint32_t)count;
    return err == ERR_not_found ? OK : err;
}

/* Straight, and each step may come twice: the key first, for without it the rest is noise. What
 * will be said to headquarters is counted before, while it is still there. */
enum err vault_wipe(struct vault *vault)
{
    CHECK(vault->stand.is_wiping);
    const struct rng *rng = vault->options.rng;
    const char *folder = vault->options.folder;
    struct vault_stand stand = vault->stand;
    if (stand.done.file_count == 0) {
        TRY(os_tree_shred(folder, is_kept, false, rng, &stand.done.file_count, &stand.done.size));
        TRY(vault_stand_save(vault, &stand));
    }
    TRY(os_file_shred(vault->key_path, rng));
    TRY(os_file_shred_old(vault->key_path, rng));
    sodium_memzero(vault->secrets, sizeof *vault->secrets);
    sodium_memzero(&vault->keep, sizeof vault->keep);
    vault->keep.guard = VAULT_GUARD_none;
    vault->is_open = false;
    vault->has_typed = false;
    vault->has_half = false;
    uint32_t file_count = 0;
    uint64_t size = 0;
    TRY(os_tree_shred(folder, is_kept, true, rng, &file_count, &size));
    stand = vault->stand;
    TRY(count_sealed(vault, &stand.done.sealed_count));
    stand.is_wiping = false;
    stand.is_wiped = true;
    stand.is_held = false;
    stand.has_key = false;
    stand.done.at_ms = clock_read(vault->options.clock).wall_ms;
    TRY(vault_stand_save(vault, &stand));
    log_line(LOG_warning, "vault", "wiped: %u files", (unsigned)stand.done.file_count);
    return OK;
}

enum err vault_leave(struct vault *vault)
{
    struct vault_stand stand = vault->stand;
    CHECK(!stand.is_wiped && !stand.is_wiping);
    stand.is_wiping = true;
    stand.is_held = false;
    stand.is_told = false;
    stand.done = (struct vault_done){.order_no = VAULT_LEFT_NO,
                                     .order = VAULT_ORDER_left,
                                     .at_ms = clock_read(vault->options.clock).wall_ms};
    TRY(vault_stand_save(vault, &stand));
    return vault_wipe(vault);
}
