#include "core/store/page_file.h"

#include "core/base/arena.h"
#include "core/os/os.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 1024, ALIGNED = 64 };

static struct page_vfs *vfs_of(sqlite3_vfs *vfs)
{
    return (struct page_vfs *)vfs->pAppData;
}

static int vfs_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *base, int flags,
                    int *flags_out)
{
    struct page_vfs *page_vfs = vfs_of(vfs);
    struct page_file *file = (struct page_file *)base;
    base->pMethods = NULL;
    enum page_seal_kind kind = PAGE_SEAL_KIND_database;
    if ((flags & SQLITE_OPEN_WAL) != 0) {
        kind = PAGE_SEAL_KIND_log;
    } else if ((flags & SQLITE_OPEN_MAIN_JOURNAL) != 0) {
        kind = PAGE_SEAL_KIND_journal;
    } else if ((flags & SQLITE_OPEN_MAIN_DB) == 0 || name == NULL) {
        return SQLITE_CANTOPEN;
    }
    page_file_begin(file, page_vfs, kind);
    int code = page_vfs->base->xOpen(page_vfs->base, name, file->below, flags, flags_out);
    if (code == SQLITE_OK) {
        base->pMethods = &page_file_methods;
    } else if (file->below->pMethods != NULL) {
        (void)file->below->pMethods->xClose(file->below);
    }
    return code;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *name, int is_lasting)
{
    sqlite3_vfs *base = vfs_of(vfs)->base;
    return base->xDelete(base, name, is_lasting);
}

static int vfs_access(sqlite3_vfs *vfs, const char *name, int what, int *result_out)
{
    sqlite3_vfs *base = vfs_of(vfs)->base;
    return base->xAccess(base, name, what, result_out);
}

static int vfs_full_name(sqlite3_vfs *vfs, const char *name, int size, char *to)
{
    sqlite3_vfs *base = vfs_of(vfs)->base;
    return base->xFullPathname(base, name, size, to);
}

static int vfs_randomness(sqlite3_vfs *vfs, int size, char *to)
{
    sqlite3_vfs *base = vfs_of(vfs)->base;
    return base->xRandomness(base, size, to);
}

static int vfs_sleep(sqlite3_vfs *vfs, int duration_us)
{
    sqlite3_vfs *base = vfs_of(vfs)->base;
    return base->xSleep(base, duration_us);
}

static int vfs_time(sqlite3_vfs *vfs, double *now_out)
{
    sqlite3_vfs *base = vfs_of(vfs)->base;
    return base->xCurrentTime(base, now_out);
}

enum err page_vfs_begin(struct page_vfs **vfs_out, const char *base, const char *name,
                        const uint8_t master[PAGE_SEAL_KEY_SIZE], const struct rng *rng)
{
    CHECK(sodium_init() >= 0);
    sqlite3_vfs *below = sqlite3_vfs_find(base);
    if (below == NULL) {
        return ERR_not_found;
    }
    /* The end of a block of sodium_malloc() lies at the end of a memory page. */
    size_t size = (sizeof(struct page_vfs) + ALIGNED - 1) / ALIGNED * ALIGNED;
    struct page_vfs *vfs = sodium_malloc(size);
    CHECK(vfs != NULL);
    memset(vfs, 0, size);
    vfs->base = below;
    page_seal_key(vfs->key, master, name);
    vfs->rng = rng;
    snprintf(vfs->name, sizeof vfs->name, "pages-%s-%p", name, (void *)vfs);
    vfs->vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct page_file) + below->szOsFile,
        .mxPathname = below->mxPathname,
        .zName = vfs->name,
        .pAppData = vfs,
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_name,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
    };
    CHECK(sqlite3_vfs_register(&vfs->vfs, 0) == SQLITE_OK);
    *vfs_out = vfs;
    return OK;
}

void page_vfs_end(struct page_vfs **vfs)
{
    if (*vfs != NULL) {
        CHECK(sqlite3_vfs_unregister(&(*vfs)->vfs) == SQLITE_OK);
        sodium_free(*vfs); /* wipes it */
        *vfs = NULL;
    }
}

int page_vfs_prepare(sqlite3 *db)
{
    int tail = PAGE_SEAL_TAIL;
    int code =
        sqlite3_exec(db, "PRAGMA temp_store=MEMORY; PRAGMA page_size=4096", NULL, NULL, NULL);
    return code == SQLITE_OK ? sqlite3_file_control(db, "main", SQLITE_FCNTL_RESERVE_BYTES, &tail)
                             : code;
}

/* ---- what lies there ---- */

int page_below_open(sqlite3_vfs *base, struct arena *arena, const char *path, int flags,
                    struct page_below *below_out)
{
    sqlite3_file *file = arena_alloc(arena, (size_t)base->szOsFile);
    int flags_out = 0;
    memset(file, 0, (size_t)base->szOsFile);
    /* A database's name must be one of SQLite's own making. */
    *below_out = (struct page_below){.name = sqlite3_create_filename(path, "", "", 0, NULL)};
    if (below_out->name == NULL) {
        return SQLITE_NOMEM;
    }
    int code = base->xOpen(base, below_out->name, file, flags | SQLITE_OPEN_MAIN_DB, &flags_out);
    below_out->file = file->pMethods != NULL ? file : NULL;
    if (code != SQLITE_OK) {
        page_below_close(below_out);
    }
    return code;
}

void page_below_close(struct page_below *below)
{
    if (below->file != NULL) {
        (void)below->file->pMethods->xClose(below->file);
        below->file = NULL;
    }
    sqlite3_free_filename(below->name);
    below->name = NULL;
}

/* How far there is something in a file of `size` bytes. Only what is large may be full of holes,
 * and only a file system has them. The file is open nowhere else: closing it here would end locks.
 */
static enum err size_filled(const struct page_vfs *vfs, const char *path, sqlite3_int64 *size)
{
    enum { LARGE = 64 * 1024 * 1024 };
    const sqlite3_int64 size_max = (sqlite3_int64)PAGE_VFS_PAGES_MAX * PAGE_VFS_PAGE_SIZE;
    uint64_t filled_size = 0;
    *size = *size < size_max ? *size : size_max;
    if (*size <= LARGE || vfs->base != sqlite3_vfs_find(NULL)) {
        return OK;
    }
    TRY(os_file_filled_size(path, (uint64_t)*size, &filled_size));
    *size = (sqlite3_int64)filled_size;
    return OK;
}

enum err page_below_look(struct page_vfs *vfs, struct arena *arena, const char *path,
                         struct page_below *below_out, sqlite3_int64 *size_out)
{
    int exists = 0;
    *size_out = 0;
    *below_out = (struct page_below){0};
    if (vfs->base->xAccess(vfs->base, path, SQLITE_ACCESS_EXISTS, &exists) != SQLITE_OK) {
        return ERR_io;
    }
    if (exists == 0) {
        return OK;
    }
    if (page_below_open(vfs->base, arena, path, SQLITE_OPEN_READONLY, below_out) != SQLITE_OK) {
        return ERR_io;
    }
    sqlite3_file *file = below_out->file;
    CHECK(file != NULL); /* it was opened */
    if (file->pMethods->xFileSize(file, size_out) != SQLITE_OK) {
        return ERR_io;
    }
    return size_filled(vfs, path, size_out);
}

/* Whether any of the `count` blocks of `size` bytes from `at` on opens. */
static enum err any_opens(struct page_vfs *vfs, sqlite3_file *below, enum page_seal_kind kind,
                          sqlite3_int64 at, size_t size, uint64_t count, bool *opens_out)
{
    uint8_t block[PAGE_VFS_FRAME_SIZE];
    uint64_t first = kind == PAGE_SEAL_KIND_database ? 1 : 0;
    struct page_file file = {.vfs = vfs, .kind = kind, .below = below};
    *opens_out = false;
    for (uint64_t i = 0; i < count && !*opens_out; i++) {
        int code = page_file_block_read(&file, block, size, first + i,
                                        at + (sqlite3_int64)i * (sqlite3_int64)size);
        if (code != SQLITE_OK && code != SQLITE_IOERR_DATA) {
            return ERR_io;
        }
        *opens_out = code == SQLITE_OK;
    }
    sodium_memzero(block, sizeof block);
    return OK;
}

static enum err find_in_file(struct page_vfs *vfs, sqlite3_file *file, sqlite3_int64 size,
                             enum page_vfs_found *found_out)
{
    char head[sizeof page_file_plain_head] = "";
    bool opens = false;
    *found_out = PAGE_VFS_FOUND_nothing;
    if (size == 0) {
        return OK;
    }
    int code = file->pMethods->xRead(file, head, sizeof head, 0);
    if (code != SQLITE_OK && code != SQLITE_IOERR_SHORT_READ) {
        return ERR_io;
    }
    if (memcmp(head, page_file_plain_head, sizeof head) == 0) {
        *found_out = PAGE_VFS_FOUND_plain;
        return OK;
    }
    TRY(any_opens(vfs, file, PAGE_SEAL_KIND_database, 0, PAGE_VFS_PAGE_SIZE,
                  (uint64_t)size / PAGE_VFS_PAGE_SIZE, &opens));
    *found_out = opens ? PAGE_VFS_FOUND_sealed : PAGE_VFS_FOUND_foreign;
    return OK;
}

/* No page opens: the making of the file was cut, or its only pages are torn and stand in the
 * log. */
static enum err find_beside(struct page_vfs *vfs, struct arena *arena, const char *path,
                            bool *is_ours_out)
{
    char name[PATH_SIZE];
    struct page_below below;
    sqlite3_int64 size = 0;
    int has_journal = 0;
    snprintf(name, sizeof name, "%s-journal", path);
    if (vfs->base->xAccess(vfs->base, name, SQLITE_ACCESS_EXISTS, &has_journal) != SQLITE_OK) {
        return ERR_io;
    }
    *is_ours_out = has_journal != 0;
    if (*is_ours_out) {
        return OK;
    }
    snprintf(name, sizeof name, "%s-wal", path);
    enum err err = page_below_look(vfs, arena, name, &below, &size);
    if (err == OK && size > PAGE_FILE_LOG_HEAD) {
        err =
            any_opens(vfs, below.file, PAGE_SEAL_KIND_log, PAGE_FILE_LOG_HEAD, PAGE_VFS_FRAME_SIZE,
                      (uint64_t)(size - PAGE_FILE_LOG_HEAD) / PAGE_VFS_FRAME_SIZE, is_ours_out);
    }
    page_below_close(&below);
    return err;
}

enum err page_vfs_find(struct page_vfs *vfs, const char *path, enum page_vfs_found *found_out)
{
    struct arena arena;
    struct page_below below;
    sqlite3_int64 size = 0;
    arena_init(&arena, 0);
    enum err err = page_below_look(vfs, &arena, path, &below, &size);
    if (err == OK) {
        err = find_in_file(vfs, below.file, size, found_out);
    }
    page_below_close(&below);
    if (err == OK && *found_out == PAGE_VFS_FOUND_foreign) {
        bool is_ours = false;
        err = find_beside(vfs, &arena, path, &is_ours);
        *found_out = is_ours ? PAGE_VFS_FOUND_sealed : PAGE_VFS_FOUND_foreign;
    }
    arena_deinit(&arena);
    return err;
}
