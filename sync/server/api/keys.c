/* Headquarters' keys: the file hq.key, and which of them a working server uses. */
#include "sync/server/api/api_private.h"

#include "core/os/os.h"
#include "sync/server/store/strongbox.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* Where the service manager hands over what it was given for this service alone; see
 * packaging/systemd. NULL: it did not. */
static const char *handed_path(struct arena *arena)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    const char *path = folder != NULL ? os_path(arena, folder, API_KEY_FILE) : NULL;
    return path != NULL && os_file_exists(path) ? path : NULL;
}

const char *api_key_path(struct arena *arena, const char *folder, bool *is_handed_out)
{
    const char *handed = handed_path(arena);
    *is_handed_out = handed != NULL;
    return handed != NULL ? handed : os_path(arena, folder, API_KEY_FILE);
}

enum err api_keyring_write(struct arena *arena, const char *folder, const struct keyring *ring)
{
    bool is_handed = false;
    (void)api_key_path(arena, folder, &is_handed);
    char text[KEYRING_TEXT_SIZE];
    size_t size = keyring_to_text(text, ring);
    enum err err = os_file_replace(
        os_path(arena, folder, is_handed ? API_KEY_NEXT_FILE : API_KEY_FILE), text, size);
    sodium_memzero(text, sizeof text);
    return err;
}

enum err api_keyring(struct arena *arena, const char *folder, struct keyring *ring_out)
{
    bool is_handed = false;
    const char *path = api_key_path(arena, folder, &is_handed);
    struct str text;
    enum err err = os_file_read(arena, path, KEYRING_TEXT_SIZE, &text);
    if (err == OK && !os_file_is_private(path, is_handed)) {
        err = ERR_not_allowed;
    }
    if (err == ERR_too_long) {
        return ERR_corrupt;
    }
    TRY(err);
    err = keyring_from_text(ring_out, text.bytes, text.size);
    sodium_memzero((char *)text.bytes, text.size);
    return err == OK ? OK : ERR_corrupt;
}

enum err api_keys(struct arena *arena, const char *folder, bool can_create, const struct rng *rng,
                  struct envelope_keys *keys_out)
{
    struct keyring *ring = ARENA_NEW(arena, struct keyring);
    enum err err = api_keyring(arena, folder, ring);
    if (err == ERR_not_found && can_create) {
        TRY(keyring_add(ring, rng, 0));
        err = api_keyring_write(arena, folder, ring);
    }
    TRY(err);
    *keys_out = *keyring_newest(ring);
    return OK;
}

enum err api_strongbox(struct hq_store *store, const struct keyring *ring)
{
    _Static_assert(sizeof ring->items[0].keys.secret_key.bytes >= STRONGBOX_SEED_SIZE,
                   "an Ed25519 secret key begins with its seed");
    for (size_t i = 0; i < ring->count; i++) {
        TRY(strongbox_add_key(store, ring->items[i].keys.secret_key.bytes));
    }
    return strongbox_migrate(store, NULL);
}

void api_rekey(struct api *api, const struct keyring *ring)
{
    CHECK(ring->count > 0 && api->ring_count < COUNT(api->rings));
    struct keyring *place = &api->rings[api->ring_count++];
    *place = *ring;
    atomic_store(&api->ring, place);
}
