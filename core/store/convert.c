/* core/store/convert.c -- a plain file of an earlier version becomes a sealed one.
 *
 * A new sealed file "<path>.sealed" is made beside it, checked and flushed; then a mark
 * "<path>.swap" is set. From the mark on the sealed bytes are written over the plain ones, as
 * often as it takes; before it the plain file is untouched and the work begins anew. Last the
 * mark goes, then the sealed copy. Nothing but what every SQLite VFS has is needed for that, so
 * it is tried over the tests' disks at every write. */
#include "core/store/page_file.h"
#include "core/store/store_private.h"

#include "core/os/log.h"

#include <stdio.h>
#include <string.h>

enum { PART_SIZE = 64 * 1024, MARK_SIZE = 16, SQL_SIZE = 3 * STORE_PATH_SIZE + 128 };

static const uint8_t mark_head[8] = {'s', 'e', 'a', 'l', 'e', 'd', ' ', '1'};

struct convert {
    const struct store_options *options;
    struct page_vfs *pages;
    sqlite3_vfs *base;
    struct arena arena;
    int64_t version_max;
    const char *path; /* the file; beside it: */
    char *sealed_path, *sealed_journal_path, *mark_path, *log_path;
};

/* ---- files through the base ---- */

static enum err exists(struct convert *convert, const char *path, bool *exists_out)
{
    int answer = 0;
    sqlite3_vfs *base = convert->base;
    if (base->xAccess(base, path, SQLITE_ACCESS_EXISTS, &answer) != SQLITE_OK) {
        return ERR_io;
    }
    *exists_out = answer != 0;
    return OK;
}

/* Ok when it is not there. */
static enum err file_delete(struct convert *convert, const char *path)
{
    bool is_there = false;
    TRY(exists(convert, path, &is_there));
    int code = is_there ? convert->base->xDelete(convert->base, path, 1) : SQLITE_OK;
    return code == SQLITE_IOERR_DELETE_NOENT ? OK : store_sqlite_err(code);
}

static enum err file_open(struct convert *convert, const char *path, struct page_below *file_out)
{
    *file_out = (struct page_below){0};
    TRY(store_file_make(convert->options, path));
    return store_sqlite_err(page_below_open(convert->base, &convert->arena, path,
                                            SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, file_out));
}

static enum err file_flush(sqlite3_file *file)
{
    return store_sqlite_err(file->pMethods->xSync(file, SQLITE_SYNC_NORMAL));
}

static enum err file_size(sqlite3_file *file, sqlite3_int64 *size_out)
{
    return store_sqlite_err(file->pMethods->xFileSize(file, size_out));
}

/* Writes `from` (NULL: zeros), `size` bytes of it, over `to`, which is then no longer than
 * that, and flushes it. */
static enum err file_overwrite(struct convert *convert, sqlite3_file *to, sqlite3_file *from,
                               sqlite3_int64 size)
{
    uint8_t *part = arena_alloc(&convert->arena, PART_SIZE);
    memset(part, 0, PART_SIZE);
    for (sqlite3_int64 at = 0; at < size; at += PART_SIZE) {
        int part_size = size - at < PART_SIZE ? (int)(size - at) : PART_SIZE;
        if (from != NULL) {
            TRY(store_sqlite_err(from->pMethods->xRead(from, part, part_size, at)));
        }
        TRY(store_sqlite_err(to->pMethods->xWrite(to, part, part_size, at)));
    }
    sqlite3_int64 old_size = 0;
    TRY(file_flush(to));
    TRY(file_size(to, &old_size));
    if (old_size > size) {
        TRY(store_sqlite_err(to->pMethods->xTruncate(to, size)));
        TRY(file_flush(to));
    }
    return OK;
}

/* Zeros over everything, then gone; over no hole that somebody made huge. Ok when it is not there.
 */
static enum err file_shred(struct convert *convert, const char *path)
{
    struct page_below file = {0};
    sqlite3_int64 size = 0;
    enum err err = page_below_look(convert->pages, &convert->arena, path, &file, &size);
    bool is_there = file.file != NULL;
    page_below_close(&file);
    if (err == OK && is_there) {
        err = file_open(convert, path, &file);
        err = err == OK ? file_overwrite(convert, file.file, NULL, size) : err;
        page_below_close(&file);
    }
    TRY(err);
    return file_delete(convert, path);
}

/* ---- the mark: its head, then the size of the sealed file, lowest byte first ---- */

static enum err mark_read(struct convert *convert, bool *is_set_out, sqlite3_int64 *size_out)
{
    uint8_t mark[MARK_SIZE] = {0};
    bool is_there = false;
    struct page_below file = {0};
    *is_set_out = false;
    *size_out = 0;
    TRY(exists(convert, convert->mark_path, &is_there));
    if (!is_there) {
        return OK;
    }
    enum err err = file_open(convert, convert->mark_path, &file);
    if (err == OK) {
        int code = file.file->pMethods->xRead(file.file, mark, sizeof mark, 0);
        err = code == SQLITE_IOERR_SHORT_READ ? OK : store_sqlite_err(code);
    }
    page_below_close(&file);
    for (int i = 0; i < 8; i++) {
        *size_out |= (sqlite3_int64)mark[8 + i] << (8 * i);
    }
    *is_set_out = memcmp(mark, mark_head, sizeof mark_head) == 0 && *size_out > 0;
    return err;
}

static enum err mark_set(struct convert *convert, sqlite3_int64 size)
{
    uint8_t mark[MARK_SIZE];
    struct page_below file = {0};
    memcpy(mark, mark_head, sizeof mark_head);
    for (int i = 0; i < 8; i++) {
        mark[8 + i] = (uint8_t)((uint64_t)size >> (8 * i));
    }
    enum err err = file_open(convert, convert->mark_path, &file);
    if (err == OK) {
        err = store_sqlite_err(file.file->pMethods->xWrite(file.file, mark, sizeof mark, 0));
    }
    err = err == OK ? file_flush(file.file) : err;
    page_below_close(&file);
    return err;
}

/* ---- the sealed copy ---- */

/* "file:<path>?vfs=<name>" with whatever an address may not hold written as %XX. */
static void sealed_address(const struct convert *convert, char address_out[SQL_SIZE])
{
    size_t size = 0;
    size += (size_t)snprintf(address_out, SQL_SIZE, "file:");
    for (const char *at = convert->sealed_path; *at != '\0'; at++) {
        bool is_plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                        (*at >= '0' && *at <= '9') || strchr("/._-", *at) != NULL;
        size += (size_t)snprintf(address_out + size, SQL_SIZE - size, is_plain ? "%c" : "%%%02X",
                                 is_plain ? *at : (unsigned char)*at);
    }
    snprintf(address_out + size, SQL_SIZE - size, "?vfs=%s", convert->pages->name);
}

static enum err exec(sqlite3 *db, const char *sql)
{
    return store_sqlite_err(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static enum err check_whole(sqlite3 *db)
{
    char text[64] = "";
    TRY(store_file_ask(db, "PRAGMA quick_check(1)", text, sizeof text));
    return strcmp(text, "ok") == 0 ? OK : ERR_corrupt;
}

/* Writes the sealed file, with a page layout that leaves the tails free. */
static enum err copy_sealed(struct convert *convert, sqlite3 *plain)
{
    char address[SQL_SIZE];
    int tail = PAGE_SEAL_TAIL;
    sqlite3_stmt *stmt = NULL;
    sealed_address(convert, address);
    TRY(store_sqlite_err(sqlite3_file_control(plain, "main", SQLITE_FCNTL_RESERVE_BYTES, &tail)));
    TRY(store_sqlite_err(sqlite3_prepare_v2(plain, "VACUUM main INTO $1", -1, &stmt, NULL)));
    int code = sqlite3_bind_text(stmt, 1, address, -1, SQLITE_STATIC);
    if (code == SQLITE_OK) {
        (void)sqlite3_step(stmt);
        code = sqlite3_reset(stmt);
    }
    sqlite3_finalize(stmt);
    return store_sqlite_err(code);
}

/* Opens the copy as the store will, and compares what can be counted. */
static enum err check_sealed(struct convert *convert, sqlite3 *plain)
{
    sqlite3 *copy = NULL;
    sqlite3_stmt *tables = NULL;
    enum err err = store_sqlite_err(
        store_file_connect(convert->options, convert->pages, convert->sealed_path, &copy));
    err = err == OK ? exec(copy, "PRAGMA locking_mode=EXCLUSIVE") : err;
    err = err == OK ? check_whole(copy) : err;
    err = err == OK ? store_sqlite_err(sqlite3_prepare_v2(
                          plain,
                          "SELECT 'PRAGMA user_version' UNION ALL SELECT 'PRAGMA application_id' "
                          "UNION ALL SELECT 'SELECT count(*) FROM \"' || name || '\"' "
                          "FROM sqlite_schema WHERE type = 'table'",
                          -1, &tables, NULL))
                    : err;
    int code = SQLITE_DONE;
    while (err == OK && (code = sqlite3_step(tables)) == SQLITE_ROW) {
        const char *question = (const char *)sqlite3_column_text(tables, 0);
        char was[32] = "";
        char is[32] = "";
        err = store_file_ask(plain, question, was, sizeof was);
        err = err == OK ? store_file_ask(copy, question, is, sizeof is) : err;
        err = err == OK && strcmp(was, is) != 0 ? ERR_corrupt : err;
    }
    err = err == OK ? store_sqlite_err(code) : err;
    sqlite3_finalize(tables);
    sqlite3_close(copy);
    return err;
}

static enum err plain_open(struct convert *convert, sqlite3 **plain_out)
{
    TRY(store_file_settle(convert->options, convert->path));
    TRY(store_sqlite_err(sqlite3_open_v2(convert->path, plain_out,
                                         SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
                                             SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI,
                                         convert->options->vfs)));
    return exec(*plain_out, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY;"
                            "PRAGMA synchronous=EXTRA");
}

static enum err sealed_delete(struct convert *convert)
{
    TRY(file_delete(convert, convert->sealed_path));
    return file_delete(convert, convert->sealed_journal_path);
}

/* Half a copy takes the room that is needed. The mark first: it may stand, unflushed. */
static void drop_sealed(struct convert *convert)
{
    if (file_delete(convert, convert->mark_path) != OK || sealed_delete(convert) != OK) {
        log_line(LOG_warning, "store", "a half sealed copy was left");
    }
}

/* A newer program's file is left as it is. */
static enum err check_version(const struct convert *convert, sqlite3 *plain)
{
    char text[32];
    int64_t version = 0;
    TRY(store_file_ask(plain, "PRAGMA user_version", text, sizeof text));
    TRY(str_to_i64(str_from(text), &version));
    return version > convert->version_max ? ERR_newer_database : OK;
}

static enum err sealed_flush(struct convert *convert, sqlite3_int64 *size_out)
{
    struct page_below file = {0};
    enum err err = file_open(convert, convert->sealed_path, &file);
    err = err == OK ? file_flush(file.file) : err;
    err = err == OK ? file_size(file.file, size_out) : err;
    page_below_close(&file);
    return err;
}

/* Everything up to the mark. The plain file is only read, but for its log, which is folded in. */
static enum err make_sealed(struct convert *convert, sqlite3_int64 *size_out)
{
    sqlite3 *plain = NULL;
    enum err err = plain_open(convert, &plain);
    err = err == OK ? check_version(convert, plain) : err;
    err = err == OK ? check_whole(plain) : err;
    err = err == OK ? store_file_make(convert->options, convert->sealed_path) : err;
    err = err == OK ? copy_sealed(convert, plain) : err;
    err = err == OK ? check_sealed(convert, plain) : err;
    /* The log stays as long as it was, for its bytes to be overwritten. */
    err = err == OK ? store_sqlite_err(sqlite3_wal_checkpoint_v2(
                          plain, "main", SQLITE_CHECKPOINT_FULL, NULL, NULL))
                    : err;
    (void)sqlite3_db_config(plain, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(plain);
    TRY(err);
    TRY(sealed_flush(convert, size_out));
    return mark_set(convert, *size_out);
}

/* From the mark on; again after a cut. */
static enum err swap(struct convert *convert, sqlite3_int64 size)
{
    struct page_below to = {0};
    struct page_below from;
    sqlite3_int64 sealed_size = 0;
    TRY(file_open(convert, convert->sealed_path, &from));
    enum err err = file_size(from.file, &sealed_size);
    if (err == OK && sealed_size != size) {
        err = ERR_corrupt;
    }
    err = err == OK ? file_open(convert, convert->path, &to) : err;
    err = err == OK ? file_overwrite(convert, to.file, from.file, size) : err;
    page_below_close(&to);
    page_below_close(&from);
    TRY(err);
    TRY(file_shred(convert, convert->log_path));
    TRY(file_delete(convert, convert->mark_path));
    return sealed_delete(convert);
}

/* Copies that earlier migrations left in clear. */
static enum err shred_copies(struct convert *convert)
{
    for (int version = 1; version <= SQL_DEVICE_MIGRATION_COUNT; version++) {
        char path[STORE_PATH_SIZE];
        bool is_there = false;
        enum page_vfs_found found = PAGE_VFS_FOUND_nothing;
        snprintf(path, sizeof path, "%s.before-%d", convert->path, version);
        TRY(exists(convert, path, &is_there));
        if (is_there) {
            TRY(page_vfs_find(convert->pages, path, &found));
        }
        if (found == PAGE_VFS_FOUND_plain) {
            TRY(file_shred(convert, path));
        }
    }
    return OK;
}

static enum err convert_file(struct convert *convert)
{
    bool is_marked = false;
    sqlite3_int64 size = 0;
    enum page_vfs_found found = PAGE_VFS_FOUND_nothing;
    TRY(mark_read(convert, &is_marked, &size));
    if (!is_marked) {
        /* What a cut left of an end, or of a beginning. */
        TRY(file_delete(convert, convert->mark_path));
        TRY(sealed_delete(convert));
        TRY(page_vfs_find(convert->pages, convert->path, &found));
        if (found == PAGE_VFS_FOUND_foreign) {
            return ERR_wrong_key;
        }
        if (found == PAGE_VFS_FOUND_plain) {
            enum err err = make_sealed(convert, &size);
            if (err != OK) {
                drop_sealed(convert);
                return err;
            }
            is_marked = true;
        }
    }
    if (is_marked) {
        TRY(swap(convert, size));
        log_line(LOG_info, "store", "a new sealed file is in its place");
    }
    return shred_copies(convert);
}

static void begin(struct convert *convert, const struct store_options *options,
                  struct page_vfs *pages, const char *path)
{
    *convert =
        (struct convert){.options = options, .pages = pages, .base = pages->base, .path = path};
    arena_init(&convert->arena, 0);
    convert->sealed_path = str_format(&convert->arena, "%s.sealed", path);
    convert->sealed_journal_path = str_format(&convert->arena, "%s.sealed-journal", path);
    convert->mark_path = str_format(&convert->arena, "%s.swap", path);
    convert->log_path = str_format(&convert->arena, "%s-wal", path);
}

enum err store_convert(const struct store_options *options, struct page_vfs *pages,
                       const char *path, int64_t version_max)
{
    if (pages == NULL) {
        return OK;
    }
    struct convert convert;
    begin(&convert, options, pages, path);
    convert.version_max = version_max;
    enum err err = convert_file(&convert);
    arena_deinit(&convert.arena);
    return err;
}

enum err store_convert_swap(const struct store_options *options, struct page_vfs *pages,
                            const char *path)
{
    struct convert convert;
    sqlite3_int64 size = 0;
    begin(&convert, options, pages, path);
    enum err err = sealed_flush(&convert, &size);
    err = err == OK ? mark_set(&convert, size) : err;
    err = err == OK ? swap(&convert, size) : err;
    arena_deinit(&convert.arena);
    return err;
}
