/* Headquarters' keys: the file DIR/hq.key, and which of them a working server uses. */
#include "sync/server/api/api_private.h"

#include "core/os/os.h"

#include <sodium.h>
#include <string.h>

enum err api_keyring_write(struct arena *arena, const char *folder, const struct keyring *ring)
{
    char text[KEYRING_TEXT_SIZE];
    size_t size = keyring_to_text(text, ring);
    enum err err = os_file_replace(os_path(arena, folder, "hq.key"), text, size);
    sodium_memzero(text, sizeof text);
    return err;
}

enum err api_keyring(struct arena *arena, const char *folder, struct keyring *ring_out)
{
    struct str text;
    enum err err = os_file_read(arena, os_path(arena, folder, "hq.key"), KEYRING_TEXT_SIZE, &text);
    if (err == ERR_too_long) {
        return ERR_corrupt;
    }
    TRY(err);
    return keyring_from_text(ring_out, text.bytes, text.size) == OK ? OK : ERR_corrupt;
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

void api_rekey(struct api *api, const struct keyring *ring)
{
    CHECK(ring->count > 0 && api->ring_count < COUNT(api->rings));
    struct keyring *place = &api->rings[api->ring_count++];
    *place = *ring;
    atomic_store(&api->ring, place);
}
