/* core/store/store_rescue.c -- a new store out of what a damaged one still holds. */
#include "core/store/store_rescue.h"

#include "core/store/identity.h"
#include "core/store/rescue_build.h"
#include "core/store/rescue_find.h"
#include "core/store/store_private.h"

#include "core/os/log.h"

#include <string.h>

enum { BLOCK_SIZE = 4096 };

struct rescue {
    const struct store_options *options;
    struct page_vfs *pages;
    struct arena arena;
    struct rescue_found found;
    int64_t number; /* of the copy aside */
};

/* ---- the copy aside ---- */

static enum err file_delete(struct rescue *rescue, const char *path)
{
    sqlite3_vfs *base = rescue->pages->base;
    int is_there = 0;
    if (base->xAccess(base, path, SQLITE_ACCESS_EXISTS, &is_there) != SQLITE_OK) {
        return ERR_io;
    }
    int code = is_there != 0 ? base->xDelete(base, path, 1) : SQLITE_OK;
    return code == SQLITE_IOERR_DELETE_NOENT ? OK : store_sqlite_err(code);
}

/* Block by block; where the disk gives none, zeros stand in the copy. */
static enum err bytes_copy(sqlite3_file *from, sqlite3_file *to, sqlite3_int64 size)
{
    uint8_t block[BLOCK_SIZE];
    for (sqlite3_int64 at = 0; at < size; at += BLOCK_SIZE) {
        int part = size - at < BLOCK_SIZE ? (int)(size - at) : BLOCK_SIZE;
        if (from->pMethods->xRead(from, block, part, at) != SQLITE_OK) {
            memset(block, 0, sizeof block);
        }
        TRY(store_sqlite_err(to->pMethods->xWrite(to, block, part, at)));
    }
    TRY(store_sqlite_err(to->pMethods->xTruncate(to, size)));
    return store_sqlite_err(to->pMethods->xSync(to, SQLITE_SYNC_NORMAL));
}

static enum err file_copy(struct rescue *rescue, const char *from_path, const char *to_path)
{
    struct page_below from = {0};
    struct page_below to = {0};
    sqlite3_int64 size = 0;
    enum err err = page_below_look(rescue->pages, &rescue->arena, from_path, &from, &size);
    if (err == OK && from.file == NULL) {
        err = file_delete(rescue, to_path); /* of a rescue that was cut */
    } else if (err == OK) {
        err = store_file_make(rescue->options, to_path);
        err =
            err == OK
                ? store_sqlite_err(page_below_open(rescue->pages->base, &rescue->arena, to_path,
                                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &to))
                : err;
        err = err == OK ? bytes_copy(from.file, to.file, size) : err;
    }
    page_below_close(&from);
    page_below_close(&to);
    return err;
}

/* "<path>.damaged-<n>" or its log. */
static const char *aside_path(struct rescue *rescue, int64_t number, const char *ending)
{
    return str_format(&rescue->arena, "%s.damaged-%d%s", rescue->options->path, (int)number,
                      ending);
}

static enum err put_aside(struct rescue *rescue)
{
    static const char *const endings[] = {"", "-wal"};
    for (size_t i = 0; i < COUNT(endings); i++) {
        const char *from = str_format(&rescue->arena, "%s%s", rescue->options->path, endings[i]);
        TRY(file_copy(rescue, from, aside_path(rescue, rescue->number, endings[i])));
    }
    return OK;
}

static enum err forget_aside(struct rescue *rescue)
{
    if (rescue->number > 2) {
        TRY(file_delete(rescue, aside_path(rescue, rescue->number - 2, "")));
        TRY(file_delete(rescue, aside_path(rescue, rescue->number - 2, "-wal")));
    }
    return OK;
}

/* ---- the new store ---- */

/* What a cut left of an earlier try. */
static enum err clear(struct rescue *rescue)
{
    static const char *const endings[] = {".sealed", ".sealed-wal", ".sealed-journal"};
    for (size_t i = 0; i < COUNT(endings); i++) {
        TRY(file_delete(rescue,
                        str_format(&rescue->arena, "%s%s", rescue->options->path, endings[i])));
    }
    return OK;
}

static enum err build(struct rescue *rescue, int64_t now_ms)
{
    struct store_options options = *rescue->options;
    struct store *store = NULL;
    options.path = str_format(&rescue->arena, "%s.sealed", rescue->options->path);
    options.reserve_size = 0;
    TRY(clear(rescue));
    TRY(store_open(&rescue->arena, &options, &store));
    enum err err = store_begin(store);
    if (err == OK) {
        err = rescue_build(store, &rescue->found, rescue->number, now_ms);
        store->is_identity_old = false; /* it stands beside the damaged file, and stays there */
        if (err == OK) {
            err = store_commit(store);
        } else {
            store_rollback(store);
        }
    }
    err = err == OK ? store_checkpoint(store) : err;
    store_close(&store);
    return err;
}

/* ---- the whole ---- */

/* A newer program's file is left to that program. */
static enum err check_version(struct rescue_pages *pages)
{
    enum { VERSION_AT = 60 };
    uint8_t page[PAGE_VFS_PAGE_SIZE];
    struct rescue_version version;
    uint32_t number = 0;
    if (rescue_pages_newest(pages, 1, &version) && rescue_pages_read(pages, version, page)) {
        for (int i = 0; i < 4; i++) {
            number = number << 8 | page[VERSION_AT + i];
        }
    }
    return number > SQL_DEVICE_MIGRATION_COUNT ? ERR_newer_database : OK;
}

static enum err look(struct rescue *rescue)
{
    struct rescue_pages pages;
    TRY(rescue_pages_open(&pages, &rescue->arena, rescue->pages, rescue->options->path));
    enum err err = pages.version_count == 0 ? ERR_wrong_key : check_version(&pages);
    if (err == OK) {
        rescue_find(&rescue->found, &rescue->arena, &pages);
        identity_fill(&rescue->found, rescue->pages, rescue->options->path, pages.is_whole_log);
        log_line(LOG_warning, "store", "damaged: %u blocks do not open, %zu do",
                 (unsigned)pages.damaged_count, pages.version_count);
    }
    rescue_pages_close(&pages);
    return err;
}

static enum err run(struct rescue *rescue, int64_t now_ms)
{
    TRY(look(rescue));
    if (!rescue_build_can(&rescue->found)) {
        return ERR_not_enrolled;
    }
    rescue->number = 1 + rescue_find_number(&rescue->found, SETTING_rescue_count, 0);
    TRY(put_aside(rescue));
    TRY(build(rescue, now_ms));
    TRY(store_convert_swap(rescue->options, rescue->pages, rescue->options->path));
    return forget_aside(rescue);
}

enum err store_rescue(const struct store_options *options, int64_t now_ms)
{
    CHECK(options->key != NULL && options->rng != NULL);
    struct rescue rescue = {.options = options};
    TRY(page_vfs_begin(&rescue.pages, options->vfs, "device", options->key->bytes, options->rng));
    arena_init(&rescue.arena, 0);
    enum err err = run(&rescue, now_ms);
    if (err == ERR_no_space) { /* the room that is kept for facts */
        const char *reserve = str_format(&rescue.arena, "%s.reserve", options->path);
        err = file_delete(&rescue, reserve);
        err = err == OK ? run(&rescue, now_ms) : err;
    }
    arena_deinit(&rescue.arena);
    page_vfs_end(&rescue.pages);
    if (err != OK) {
        log_line(LOG_error, "store", "not rescued: %s", err_name(err));
    }
    return err;
}

enum err store_rescue_read(struct store *store, struct store_rescue *rescue_out)
{
    int64_t values[7] = {0};
    static const enum setting settings[] = {
        SETTING_rescue_count, SETTING_rescue_at_ms,  SETTING_rescue_saved, SETTING_rescue_lost,
        SETTING_rescue_held,  SETTING_rescue_drafts, SETTING_rescue_told};
    _Static_assert(COUNT(settings) == COUNT(values), "one value each");
    for (size_t i = 0; i < COUNT(settings); i++) {
        TRY(store_setting_number(store, settings[i], 0, &values[i]));
    }
    *rescue_out = (struct store_rescue){.number = values[0],
                                        .at_ms = values[1],
                                        .saved_count = (uint64_t)values[2],
                                        .lost_count = (uint64_t)values[3],
                                        .held_count = (uint64_t)values[4],
                                        .draft_count = (uint64_t)values[5],
                                        .told = (enum store_rescue_told)values[6]};
    return OK;
}
