/* core/store/suspect.c -- the mark that damage was met. */
#include "core/store/store_private.h"

#include <stdio.h>

static char *suspect_path(const struct store *store, char path[STORE_PATH_SIZE])
{
    snprintf(path, STORE_PATH_SIZE, "%s.suspect", store->options.path);
    return path;
}

bool store_suspect_is(const struct store *store)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
    char path[STORE_PATH_SIZE];
    int exists = 0;
    return vfs != NULL &&
           vfs->xAccess(vfs, suspect_path(store, path), SQLITE_ACCESS_EXISTS, &exists) ==
               SQLITE_OK &&
           exists != 0;
}

void store_suspect_note(struct store *store)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
    char path[STORE_PATH_SIZE];
    struct arena arena;
    struct page_below mark = {0};
    store->is_suspect = false;
    if (vfs == NULL || store_file_make(&store->options, suspect_path(store, path)) != OK) {
        return;
    }
    arena_init(&arena, 0);
    if (page_below_open(vfs, &arena, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &mark) ==
            SQLITE_OK &&
        mark.file->pMethods->xWrite(mark.file, "?", 1, 0) == SQLITE_OK) {
        (void)mark.file->pMethods->xSync(mark.file, SQLITE_SYNC_NORMAL);
    }
    page_below_close(&mark);
    arena_deinit(&arena);
}

void store_suspect_forget(struct store *store)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(store->options.vfs);
    char path[STORE_PATH_SIZE];
    (void)vfs->xDelete(vfs, suspect_path(store, path), 1);
}
