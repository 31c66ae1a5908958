/* core/store/store_private.h -- what the files of the store share: the handle,
 * statements by name, rows through field tables. */
#pragma once

#include "core/store/page_vfs.h"
#include "core/store/sql_device.h"
#include "core/store/sql_media.h"
#include "core/store/store.h"

#include <sqlite3.h>

enum {
    STORE_APPLICATION_ID = 0x44535450, /* "DSTP" */
    STORE_COLUMNS_MAX = 48,
    STORE_TAIL_CHECKED = 64, /* links recomputed at every open */
    STORE_PATH_SIZE = 1024,
};

/* End of the journal, so that an append reads nothing. */
struct store_tail {
    bool is_known;
    uint32_t device_no;
    uint64_t seq;
    struct chain_link link;
    int64_t order_at_ms;
};

/* What was read of the tablet's own few numbers. Each is forgotten before it is written, and all
 * of them with a transaction that did not happen. */
struct store_number {
    bool is_known;
    bool is_set; /* false: there is no row */
    int64_t value;
};
struct store_known {
    struct store_number numbers[SETTING_COUNT]; /* settings of type number */
    struct store_number open_questions;
};

/* The file of attachments; see media.c. */
struct store_media {
    struct page_vfs *pages; /* NULL: plain */
    sqlite3 *db;            /* NULL: not open; opened with the first use */
    sqlite3_stmt *stmts[SQL_MEDIA_COUNT];
    bool is_damaged;
    bool is_stale; /* may hold bytes that nothing wants any more */
};

struct store {
    struct store_options options; /* its key is not kept */
    struct page_vfs *pages;       /* NULL: plain */
    sqlite3 *db;                  /* NULL while broken */
    sqlite3_stmt *stmts[SQL_DEVICE_COUNT];
    bool is_broken;
    bool is_suspect;      /* damage was met: the next open looks at everything */
    bool is_identity_old; /* a setting was written that its copy holds: core/store/identity.h */
    bool is_in_transaction;
    bool has_reserve;
    struct store_tail tail;
    struct store_known known;
    bool is_lineage_known;
    size_t lineage_count;
    struct chain_lineage lineage[LIMIT_lineage];
    struct store_media media;
    char error_text[256];
};

/* ---- stmt.c ---- */

/* A statement in use. Binding errors are programmers' and CHECKed. */
struct store_stmt {
    struct store *store;
    sqlite3_stmt *handle;
};

/* Prepares once, then reuses. */
enum err store_stmt_start(struct store *store, enum sql_device which,
                          struct store_stmt *stmt_out) MUST_USE;
void store_stmt_bind_number(struct store_stmt *stmt, const char *name, int64_t value);
void store_stmt_bind_text(struct store_stmt *stmt, const char *name, const char *text);
void store_stmt_bind_bytes(struct store_stmt *stmt, const char *name, const void *bytes,
                           size_t size);
/* Next row; at the end, or after an error, the statement is free again. */
enum err store_stmt_next(struct store_stmt *stmt, bool *has_row_out) MUST_USE;
/* Runs to the end. */
enum err store_stmt_run(struct store_stmt *stmt) MUST_USE;
/* Ends a reading early. */
void store_stmt_end(struct store_stmt *stmt);
/* Column of the row by name; CHECKs that there is one. */
int store_stmt_column(const struct store_stmt *stmt, const char *name);
int64_t store_stmt_number(const struct store_stmt *stmt, const char *name);
/* Copies into `arena`, NUL after the last byte. */
struct str store_stmt_bytes(const struct store_stmt *stmt, struct arena *arena, const char *name);
/* One statement without parameters or rows. */
enum err store_stmt_exec(struct store *store, const char *sql) MUST_USE;
/* Number in the only column of the only row of `which`, which has no parameters. */
enum err store_stmt_ask(struct store *store, enum sql_device which, int64_t *value_out) MUST_USE;
/* What a SQLite code means; ERR_io for everything after which nothing is believed any more. */
enum err store_sqlite_err(int code);
/* Turns a SQLite code into an error, keeps its text, marks the store broken on I/O errors. */
enum err store_stmt_err(struct store *store, int code);
void store_stmt_forget_all(struct store *store);

/* ---- row.c ---- */

enum store_field_type {
    STORE_FIELD_i64,
    STORE_FIELD_u64,
    STORE_FIELD_i32,
    STORE_FIELD_u32,
    STORE_FIELD_bool,
    STORE_FIELD_text,
    STORE_FIELD_bytes,
    STORE_FIELD_id,
    STORE_FIELD_link,
    STORE_FIELD_signature,
    STORE_FIELD_hash,
};
struct store_field {
    const char *name; /* of the column, and of the parameter after '$' */
    enum store_field_type type;
    size_t offset;
};
/* The type follows from the member; a member of another type does not compile. */
#define STORE_FIELD(type_name, member)                                                               \
    {                                                                                                \
        "$" #member,                                                                               \
            _Generic(((type_name *)0)->member,                                                     \
                int64_t: STORE_FIELD_i64,                                                          \
                uint64_t: STORE_FIELD_u64,                                                         \
                int32_t: STORE_FIELD_i32,                                                          \
                uint32_t: STORE_FIELD_u32,                                                         \
                bool: STORE_FIELD_bool,                                                            \
                const char *: STORE_FIELD_text,                                                    \
                struct str: STORE_FIELD_bytes,                                                     \
                struct id: STORE_FIELD_id,                                                         \
                struct chain_link: STORE_FIELD_link,                                               \
                struct chain_hash: STORE_FIELD_hash,                                               \
                struct chain_signature: STORE_FIELD_signature),                                    \
            offsetof(type_name, member) \
    }

/* Binds every field that the statement has a parameter for; CHECKs that it has each. */
void store_row_bind(struct store_stmt *stmt, const struct store_field *fields, size_t count,
                    const void *row);
/* Which column each field is; look it up once, read many rows. */
struct store_row_map {
    int columns[STORE_COLUMNS_MAX];
};
struct store_row_map store_row_map(const struct store_stmt *stmt, const struct store_field *fields,
                                   size_t count);
/* Texts and bytes are copied into `arena`. ERR_corrupt when an id or link has the wrong size. */
enum err store_row_read(const struct store_stmt *stmt, const struct store_row_map *map,
                        const struct store_field *fields, size_t count, struct arena *arena,
                        void *row_out) MUST_USE;
/* All rows of a started statement as an array of structs of `size` bytes. */
enum err store_row_list(struct store_stmt *stmt, const struct store_field *fields, size_t count,
                        size_t size, struct arena *arena, void **rows_out,
                        size_t *row_count_out) MUST_USE;

/* ---- between the families ---- */

/* An empty file with mode 0600 where there is none: SQLite would make it readable
 * for others; the log takes its mode from it. Only on the system's VFS. */
enum err store_file_make(const struct store_options *options, const char *path) MUST_USE;
/* Before a database is opened whose log was left behind: what the log shows lasts. After a
 * failed flush SQLite would build on frames that the disk does not have, and a power cut
 * would take them and everything after them. Only on the system's VFS. */
enum err store_file_settle(const struct store_options *options, const char *path) MUST_USE;
/* Runs the migrations that the file lacks. */
enum err store_migrate(struct store *store, const struct sql_device_migration *migrations,
                       size_t count) MUST_USE;
/* ERR_not_enrolled when there is no device number. */
enum err store_journal_tail(struct store *store, struct store_tail *tail_out) MUST_USE;
/* Recomputes the last `count` links (0: all). ERR_bad_link. */
enum err store_journal_check_tail(struct store *store, uint64_t count,
                                  uint64_t *bad_seq_out) MUST_USE;
/* Keeps the rows of a case that is leaving, as they are. */
enum err store_rows_freeze(struct store *store, uint64_t case_no) MUST_USE;
/* Puts or removes what a case is found by. */
/* Teaches a connection the SQL function that search uses; SQLite's code. */
int store_search_set_up(sqlite3 *db);
enum err store_search_put(struct store *store, const ds_CaseRecord *record,
                          const ds_CaseState *state) MUST_USE;
enum err store_search_remove(struct store *store, uint64_t case_no) MUST_USE;
enum err store_case_items_read(struct store_stmt *stmt, struct arena *arena,
                               struct store_case_items *items_out) MUST_USE;

/* One more fact in the chain of `device_no`, as it is; the caller keeps the tail. */
enum err store_journal_insert(struct store *store, uint32_t device_no,
                              const struct store_record *record) MUST_USE;
/* The number under which fact `seq` of the tablet's chain was captured. */
enum err store_journal_origin(struct store *store, uint32_t device_no, uint64_t seq,
                              uint32_t *origin_out) MUST_USE;
/* What a fact that is being appended brings with it: an alarm to send, bytes to keep. */
enum err store_alarm_append(struct store *store, const struct fact *fact) MUST_USE;
enum err store_attachment_append(struct store *store, const struct fact *fact) MUST_USE;

/* ---- reserve.c ---- */

/* Notes whether the reserve of an earlier run stands. */
void store_reserve_find(struct store *store);
/* Gives the reserve up before a transaction for which there would be no room: the tap that
 * meets the full disk is kept, not refused. */
void store_reserve_check(struct store *store);
/* Free bytes where the database lies; UINT64_MAX when that cannot be known. */
uint64_t store_space_free(const struct store *store);

/* ---- suspect.c ---- */

/* "<path>.suspect" stands from where damage was met to where all was found whole. */
bool store_suspect_is(const struct store *store);
/* As well as it can: a disk that does not take the mark does not take much else. */
void store_suspect_note(struct store *store);
void store_suspect_forget(struct store *store);

/* ---- the file itself: open.c ---- */

/* ERR_corrupt when a sealed log lost what was committed: see page_log.h. */
enum err store_file_check_log(struct page_vfs *pages, const char *path) MUST_USE;
/* Opens the file of a store through `pages`, or plainly when that is NULL; the connection is
 * closed by the caller whatever is returned. SQLite's code. */
int store_file_connect(const struct store_options *options, struct page_vfs *pages,
                       const char *path, sqlite3 **db_out);

/* What every connection of the store is set to. ERR_busy when another process has the file. */
enum err store_file_set_up(sqlite3 *db) MUST_USE;
/* The first column of the first row; "" without rows. */
enum err store_file_ask(sqlite3 *db, const char *sql, char *text, size_t size) MUST_USE;

/* ---- convert.c: from plain to sealed ---- */

/* Before a file is opened with a key: a plain one of an earlier version is sealed, with
 * everything in it, and what lay there in clear is overwritten (what a flash chip keeps aside is
 * out of reach). Cut anywhere, the next call goes on. Nothing to do for a sealed file or none.
 * ERR_newer_database above schema `version_max`, ERR_wrong_key, ERR_corrupt, ERR_no_space (it is
 * plain as before). */
enum err store_convert(const struct store_options *options, struct page_vfs *pages,
                       const char *path, int64_t version_max) MUST_USE;

/* The sealed file "<path>.sealed", whole and closed, takes the place of the one at `path`, whose
 * log goes. From here on it is done by the next store_open() if it is cut. */
enum err store_convert_swap(const struct store_options *options, struct page_vfs *pages,
                            const char *path) MUST_USE;

/* ---- media.c: the file of attachments ---- */

/* Keeps the bytes under their hash, committed. */
enum err store_media_put(struct store *store, const struct chain_hash *hash, const void *bytes,
                         size_t size) MUST_USE;
enum err store_media_has(struct store *store, const struct chain_hash *hash,
                         bool *has_out) MUST_USE;
/* ERR_not_found. */
enum err store_media_chunk(struct store *store, struct arena *arena, const struct chain_hash *hash,
                           uint32_t index, struct str *bytes_out) MUST_USE;
/* Removes what no fact names, and what is safe at headquarters and shown to nobody. */
enum err store_media_collect(struct store *store) MUST_USE;
/* Empties its write-ahead log, if it is open. */
enum err store_media_checkpoint(struct store *store) MUST_USE;
void store_media_close(struct store *store);
