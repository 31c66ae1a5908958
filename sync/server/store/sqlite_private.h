/* sync/server/store/sqlite_private.h -- what the SQLite backend keeps of an open file. Private. */
#pragma once

#include "core/base/arena.h"
#include "sync/server/store/hq_store.h"

#include <sqlite3.h>

/* Of the log, after which it is folded whatever happens: 64 MB. A page that many groups touch
 * is written back once, and the log is read in some 0.1 s when it has to be recovered. */
enum { SQLITE_LOG_PAGES = 16000 };

struct sqlite_handle {
    sqlite3 *db;
    char *path;
    struct arena arena; /* statements live here until close */
    int log_pages;      /* of the log, once it was taken over */
    int folded_pages;   /* of them at the last fold, whether it went well or not */
    bool is_log_kept;   /* the disk failed: nothing is folded until the next start */
    /* Opened by the first fold. The one holds a read mark, so that the log does not start over
     * while the other moves it. */
    sqlite3 *holder, *mover;
};

enum err sqlite_err(int code);

/* sqlite_fold.c */
void sqlite_take_log(void *handle);
enum hq_log sqlite_log(void *handle);
enum err sqlite_checkpoint(void *handle);
enum err sqlite_fold_begin(void *handle);
enum err sqlite_fold_run(void *handle);
void sqlite_fold_end(void *handle, enum err err);
/* Before the writer's own connection is closed. */
void sqlite_fold_close(struct sqlite_handle *sqlite);

/* sqlite_anew.c, SQLite's codes; outside a transaction */

/* Writes the file anew. What VACUUM builds for that is as large as the file: of a big one it lies
 * beside it meanwhile (without a name), for it may be more than the memory of the machine. */
int sqlite_write_anew(sqlite3 *db);
/* Databases of earlier programs have no sums (page_sum.h) and are written anew. Where there is no
 * room for a second one, or somebody reads, it goes on without sums and the next start tries
 * again. */
int sqlite_give_sums(sqlite3 *db);
