/* core/store/reserve.c -- room on the disk that is kept for facts. When the disk is full the
 * reserve is given up, so that the visit that is going on can be taken down; photos never get
 * it. Through the SQLite VFS, like every other file of the store. */
#include "core/store/store_private.h"

#include "core/os/log.h"
#include "core/os/os.h"

#include <stdio.h>
#include <string.h>

enum { WRITE_SIZE = 64 * 1024 };
/* Less than this is no room for a transaction and the envelope that follows it: a finished
 * visit writes some 40 pages into the log. */
enum { ROOM_SIZE = 1024 * 1024 };

static char *reserve_path(const struct store *store, char path[STORE_PATH_SIZE])
{
    snprintf(path, STORE_PATH_SIZE, "%s.reserve", store->options.path);
    return path;
}

uint64_t store_space_free(const struct store *store)
{
    uint64_t free_size = 0;
    bool is_system = store->options.vfs == NULL;
    return is_system && os_space_free(store->options.path, &free_size) == OK ? free_size
                                                                             : UINT64_MAX;
}

/* Bytes that no file system packs together. */
static void fill(uint8_t *bytes, size_t size)
{
    uint64_t state = 0x9E3779B97F4A7C15;
    for (size_t i = 0; i < size; i++) {
        state = state * 6364136223846793005 + 1442695040888963407;
        bytes[i] = (uint8_t)(state >> 56);
    }
}

static int write_all(sqlite3_file *file, struct arena *arena, uint32_t size)
{
    uint8_t *bytes = arena_alloc(arena, WRITE_SIZE);
    fill(bytes, WRITE_SIZE);
    int code = SQLITE_OK;
    for (uint32_t at = 0; code == SQLITE_OK && at < size; at += WRITE_SIZE) {
        uint32_t part = size - at < WRITE_SIZE ? size - at : WRITE_SIZE;
        code = file->pMethods->xWrite(file, bytes, (int)part, at);
    }
    return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : code;
}

/* Opens the file of the reserve; `file` has the VFS's size. */
static int file_open(sqlite3_vfs *vfs, const char *path, bool is_made, sqlite3_file *file)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_JOURNAL;
    int flags_out = 0;
    memset(file, 0, (size_t)vfs->szOsFile);
    return vfs->xOpen(vfs, path, file, is_made ? flags | SQLITE_OPEN_CREATE : flags, &flags_out);
}

/* Whole or absent: a part of it was left by a cut and is made anew. */
static bool is_whole(sqlite3_vfs *vfs, struct store *store, const char *path, struct arena *arena)
{
    int exists = 0;
    if (vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK || exists == 0) {
        return false;
    }
    sqlite3_file *file = arena_alloc(arena, (size_t)vfs->szOsFile);
    sqlite3_int64 size = 0;
    bool is_good = file_open(vfs, path, false, file) == SQLITE_OK &&
                   file->pMethods->xFileSize(file, &size) == SQLITE_OK &&
                   size == (sqlite3_int64)store->options.reserve_size;
    if (file->pMethods != NULL) {
        file->pMethods->xClose(file);
    }
    return is_good;
}

void store_reserve_find(struct store *store)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
    char path[STORE_PATH_SIZE];
    struct arena arena;
    arena_init(&arena, 0);
    store->has_reserve = store->options.reserve_size != 0 && vfs != NULL &&
                         is_whole(vfs, store, reserve_path(store, path), &arena);
    arena_deinit(&arena);
}

bool store_reserve_restore(struct store *store)
{
    CHECK(!store->is_in_transaction);
    if (store->options.reserve_size == 0 || store->has_reserve) {
        return true;
    }
    /* Twice its size, or it would be given up and made again with every fact. */
    if (store_space_free(store) < (uint64_t)store->options.reserve_size * 2) {
        return false;
    }
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
    char path[STORE_PATH_SIZE];
    reserve_path(store, path);
    if (store_file_make(&store->options, path) != OK) {
        return false;
    }
    struct arena arena;
    arena_init(&arena, 0);
    sqlite3_file *file = arena_alloc(&arena, (size_t)vfs->szOsFile);
    int code = file_open(vfs, path, true, file);
    if (code == SQLITE_OK) {
        code = write_all(file, &arena, store->options.reserve_size);
    }
    if (file->pMethods != NULL) {
        file->pMethods->xClose(file);
    }
    arena_deinit(&arena);
    store->has_reserve = code == SQLITE_OK;
    if (!store->has_reserve) {
        (void)vfs->xDelete(vfs, path, 1);
        log_line(LOG_warning, "store", "no reserve on disk: %d", code);
    }
    return store->has_reserve;
}

bool store_reserve_release(struct store *store)
{
    char path[STORE_PATH_SIZE];
    if (!store->has_reserve) {
        return false;
    }
    store->has_reserve = false;
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
    if (vfs->xDelete(vfs, reserve_path(store, path), 1) != SQLITE_OK) {
        return false;
    }
    log_line(LOG_warning, "store", "disk full: the reserve was given up");
    return true;
}

void store_reserve_check(struct store *store)
{
    if (store->has_reserve && store_space_free(store) < ROOM_SIZE) {
        (void)store_reserve_release(store);
    }
}
