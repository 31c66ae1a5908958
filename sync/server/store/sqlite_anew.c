/* The database file written anew: after an erasure, and once for files of earlier programs. */
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/store/page_sum.h"
#include "sync/server/store/sqlite_private.h"

#include <string.h>

int sqlite_write_anew(sqlite3 *db)
{
    enum { IN_MEMORY_MAX = 256 << 20 };
    const char *path = sqlite3_db_filename(db, "main");
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    uint64_t size = 0;
    bool is_beside = slash != NULL && slash > path && os_file_facts(path, &size, NULL) == OK &&
                     size > IN_MEMORY_MAX;
    char *place = NULL;
    if (is_beside) {
        place = sqlite3_mprintf("PRAGMA temp_store_directory = '%.*q'; PRAGMA temp_store = FILE;",
                                (int)(slash - path), path);
        is_beside = place != NULL && sqlite3_exec(db, place, NULL, NULL, NULL) == SQLITE_OK;
        sqlite3_free(place);
    }
    int code = sqlite3_exec(db, "VACUUM;", NULL, NULL, NULL);
    if (is_beside) {
        int back_code = sqlite3_exec(
            db, "PRAGMA temp_store = MEMORY; PRAGMA temp_store_directory = '';", NULL, NULL, NULL);
        code = code == SQLITE_OK ? back_code : code;
    }
    return code;
}

int sqlite_give_sums(sqlite3 *db)
{
    const char *path = sqlite3_db_filename(db, "main");
    uint64_t size = 0;
    if (page_sum_is_on(db) || path == NULL || os_file_facts(path, &size, NULL) != OK || size == 0) {
        return SQLITE_OK;
    }
    log_line(LOG_info, "store", "%s is written anew, so that each page has a sum", path);
    int code = sqlite_write_anew(db);
    if (code == SQLITE_OK) {
        code = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    }
    int kind = code & 0xff;
    if (kind == SQLITE_FULL || kind == SQLITE_BUSY || kind == SQLITE_NOMEM ||
        kind == SQLITE_CANTOPEN || code == SQLITE_IOERR_GETTEMPPATH) {
        log_line(LOG_warning, "store", "%s has pages without a sum still: %s", path,
                 sqlite3_errmsg(db));
        return SQLITE_OK;
    }
    return code;
}
