#include "core/vault/roster.h"

#include "core/os/log.h"
#include "core/os/os.h"
#include "core/vault/vault_private.h"

#include <stdio.h>
#include <string.h>

enum { LAST_SIZE_MAX = 4, PATH_BLOCK = 4096 };

static const char LAST_NAME[] = ROSTER_FOLDER "/last";
static const char LEAVING_NAME[] = "leaving";

const char *roster_folder(const struct roster *roster, struct arena *arena, uint32_t place)
{
    CHECK(place < ROSTER_PLACES);
    return place == 0
               ? roster->folder
               : str_format(arena, "%s/" ROSTER_FOLDER "/%u", roster->folder, (unsigned)place);
}

static bool has_file(const struct roster *roster, uint32_t place, const char *name)
{
    struct arena arena;
    arena_init(&arena, PATH_BLOCK);
    bool is_there = os_file_exists(os_path(&arena, roster_folder(roster, &arena, place), name));
    arena_deinit(&arena);
    return is_there;
}

bool roster_is_taken(const struct roster *roster, uint32_t place)
{
    return has_file(roster, place, VAULT_STATE_NAME) && !has_file(roster, place, LEAVING_NAME);
}

bool roster_free(const struct roster *roster, uint32_t *place_out)
{
    for (uint32_t place = 1; place < ROSTER_PLACES; place++) {
        if (!roster_is_taken(roster, place) && !has_file(roster, place, LEAVING_NAME)) {
            *place_out = place;
            return true;
        }
    }
    return false;
}

/* What cannot be read costs nothing but a tap: the first place stands for it. */
static enum err last_read(struct roster *roster, struct arena *arena)
{
    struct str text;
    int64_t place = 0;
    enum err err =
        os_file_read(arena, os_path(arena, roster->folder, LAST_NAME), LAST_SIZE_MAX, &text);
    if (err == ERR_not_found) {
        return OK;
    }
    bool is_read = err == OK && str_to_i64(str_trim(text), &place) == OK && place >= 0 &&
                   place < ROSTER_PLACES && roster_is_taken(roster, (uint32_t)place);
    roster->last = is_read ? (uint32_t)place : 0;
    return err == ERR_too_long ? OK : err;
}

/* ---- emptying ---- */

/* The mark itself goes last. */
static bool is_mark(const char *path)
{
    return strcmp(path, LEAVING_NAME) == 0;
}

/* The first place is the tablet's own folder: what is the tablet's, and other people's, stays. */
static bool is_tablets(const char *path)
{
    static const char *const names[] = {"vault.lock", "spool/agent.lock", LEAVING_NAME,
                                        ROSTER_TABLET_FILE};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(path, names[i]) == 0) {
            return true;
        }
    }
    return strcmp(path, ROSTER_MAP_FILE) == 0 ||
           strncmp(path, ROSTER_FOLDER "/", strlen(ROSTER_FOLDER "/")) == 0;
}

static enum err empty(const struct roster *roster, struct arena *arena, uint32_t place)
{
    uint32_t file_count = 0;
    uint64_t size = 0;
    const char *folder = roster_folder(roster, arena, place);
    TRY(os_tree_shred(folder, place == 0 ? is_tablets : is_mark, true, roster->rng, &file_count,
                      &size));
    TRY(os_file_remove(os_path(arena, folder, LEAVING_NAME)));
    log_line(LOG_info, "roster", "place %u emptied: %u files", (unsigned)place,
             (unsigned)file_count);
    return OK;
}

enum err roster_empty(struct roster *roster, uint32_t place)
{
    struct arena arena;
    arena_init(&arena, PATH_BLOCK);
    const char *folder = roster_folder(roster, &arena, place);
    enum err err = os_file_replace(os_path(&arena, folder, LEAVING_NAME), "", 0);
    if (err == OK) {
        err = empty(roster, &arena, place);
    }
    roster->last = roster->last == place ? 0 : roster->last;
    arena_deinit(&arena);
    return err;
}

/* ---- opening ---- */

static enum err tablet_read(struct roster *roster, struct arena *arena)
{
    struct str bytes;
    const char *path = os_path(arena, roster->folder, ROSTER_TABLET_FILE);
    enum err err = os_file_read(arena, path, ROSTER_ID_SIZE, &bytes);
    if (err == OK && bytes.size == ROSTER_ID_SIZE) {
        memcpy(roster->tablet_id, bytes.bytes, ROSTER_ID_SIZE);
        return OK;
    }
    if (err != OK && err != ERR_not_found && err != ERR_too_long) {
        return err;
    }
    rng_fill(roster->rng, roster->tablet_id, ROSTER_ID_SIZE);
    return os_file_replace(path, roster->tablet_id, ROSTER_ID_SIZE);
}

enum err roster_open(struct roster *roster_out, const char *folder, const struct rng *rng)
{
    struct arena arena;
    struct roster roster = {.folder = folder, .rng = rng};
    arena_init(&arena, PATH_BLOCK);
    enum err err = OK;
    for (uint32_t place = 0; err == OK && place < ROSTER_PLACES; place++) {
        if (has_file(&roster, place, LEAVING_NAME)) {
            err = empty(&roster, &arena, place);
        }
    }
    if (err == OK) {
        err = tablet_read(&roster, &arena);
    }
    if (err == OK) {
        err = last_read(&roster, &arena);
    }
    arena_deinit(&arena);
    *roster_out = roster;
    return err;
}

enum err roster_use(struct roster *roster, uint32_t place)
{
    CHECK(place < ROSTER_PLACES);
    if (roster->last == place) {
        return OK;
    }
    struct arena arena;
    char text[LAST_SIZE_MAX];
    arena_init(&arena, PATH_BLOCK);
    int size = snprintf(text, sizeof text, "%u\n", (unsigned)place);
    enum err err = os_folder_make(os_path(&arena, roster->folder, ROSTER_FOLDER));
    if (err == OK) {
        err = os_file_replace(os_path(&arena, roster->folder, LAST_NAME), text, (size_t)size);
    }
    if (err == OK) {
        roster->last = place;
    }
    arena_deinit(&arena);
    return err;
}
