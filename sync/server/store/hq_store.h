/* sync/server/store/hq_store.h -- headquarters' database behind one function table.
 *
 * Queries stand in assets/sql/hq/queries*.sql and are named by enum sql_hq; the
 * text is shared by every backend, `$name` placeholders are bound by name. Two
 * kinds of handle exist: the one writer (which alone also checkpoints, by itself or
 * beside its commits), and readers, which see the last committed state. A handle is
 * used by one thread at a time, but for hq_fold_run(). */
#pragma once

#include "core/base/arena.h"
#include "core/base/id.h"
#include "core/base/str.h"
#include "core/event/chain.h"

#include "sync/server/store/sql_hq.h"

/* The branch of an installation that has only one. */
enum { HQ_BRANCH = 1 };

enum staff_role {
    STAFF_ROLE_none = 0,
#define ITEM(code, name) STAFF_ROLE_##name = code,
#include "sync/server/store/staff_roles.def"
#undef ITEM
};
/* "collector", or NULL for an unknown code. Static. */
const char *staff_role_name(uint32_t role);
/* 0 when there is none of that name. */
uint32_t staff_role_code(struct str name);

struct hq_store;
struct hq_statement;

enum hq_access {
    HQ_ACCESS_write, /* the one writer: the caller holds DIR/hq.lock */
    HQ_ACCESS_read,
};

/* How long the log is, and how much of it is not in the database yet. */
enum hq_log {
    HQ_LOG_short,
    HQ_LOG_grown, /* worth a fold when nobody waits */
    HQ_LOG_long,  /* to be folded beside the commits now */
    HQ_LOG_full,  /* long, but nearly folded: hq_checkpoint() is quick, and it begins anew */
    HQ_LOG_over,  /* commits come faster than the disk folds: hq_checkpoint() before the next */
};

/* What a backend gives. Callers use the functions below. */
typedef struct hq_backend {
    const char *name;
    enum err (*open)(const char *path, enum hq_access access, void **handle_out);
    void (*close)(void *handle);
    enum err (*run)(void *handle, const char *sql); /* statements without values */
    enum err (*prepare)(void *handle, const char *sql, struct hq_statement **statement_out);
    void (*forget)(struct hq_statement *statement);
    /* Starts over with all values unbound. */
    void (*reset)(struct hq_statement *statement);
    /* False when the statement has no such placeholder. */
    bool (*bind_i64)(struct hq_statement *statement, const char *name, int64_t value);
    bool (*bind_text)(struct hq_statement *statement, const char *name, struct str text);
    bool (*bind_bytes)(struct hq_statement *statement, const char *name, const void *bytes,
                       size_t size);
    enum err (*step)(struct hq_statement *statement, bool *has_row_out);
    int64_t (*column_i64)(struct hq_statement *statement, int index);
    struct str (*column_bytes)(struct hq_statement *statement, int index);
    int (*column_count)(struct hq_statement *statement);
    int64_t (*changed_count)(void *handle); /* rows of the last statement */
    enum err (*backup)(void *handle, const char *path);
    enum err (*check)(void *handle); /* ERR_corrupt */
    enum err (*checkpoint)(void *handle);
    enum err (*scrub)(void *handle, bool *is_whole_out);
    void (*take_log)(void *handle);
    enum hq_log (*log)(void *handle);
    enum err (*fold_begin)(void *handle);
    enum err (*fold_run)(void *handle);
    void (*fold_end)(void *handle, enum err err);
    /* What went wrong last, for the log; lives until the next call. */
    const char *(*message)(void *handle);
} hq_backend;

extern const hq_backend hq_backend_sqlite;

/* Opens DIR/hq.db. The writer makes the file when `can_create`, and brings an
 * older schema up to date after a copy beside it (hq.db.before-<version>).
 * ERR_not_found, ERR_newer_database (a newer build wrote it), ERR_corrupt, ERR_io,
 * ERR_no_space. */
enum err hq_store_open(struct hq_store **store_out, const char *folder, enum hq_access access,
                       bool can_create) MUST_USE;
/* Opens one file to be read, such as a backup; same errors. ERR_not_found also when its
 * schema is an older one. */
enum err hq_store_open_copy(struct hq_store **store_out, const char *path) MUST_USE;
/* Ends an open transaction without effect. NULL is fine. */
void hq_store_close(struct hq_store *store);

/* A transaction; the writer only. Commit is durable when it returns OK. */
enum err hq_begin(struct hq_store *store) MUST_USE;
enum err hq_commit(struct hq_store *store) MUST_USE;
void hq_rollback(struct hq_store *store);
bool hq_is_in_transaction(const struct hq_store *store);
/* A consistent view over several queries; of a writer outside a transaction (CHECKed). */
enum err hq_view_begin(struct hq_store *store) MUST_USE;
void hq_view_end(struct hq_store *store);

/* ---- queries ----
 *
 *   struct hq_query query = hq_query(store, SQL_HQ_case_by_ref);
 *   hq_bind_text(&query, "$case_ref", ref);
 *   while (hq_next(&query)) { int64_t case_no = hq_i64(&query, 0); … }
 *   TRY(hq_end(&query));
 *
 * `$branch_no` is bound by hq_query() to HQ_BRANCH where a query has it. Errors
 * are sticky and come out at hq_end(), which must be called. One query of a name
 * can be under way per store at a time. Texts and bytes bound are borrowed until
 * hq_end(); those read live until the next hq_next() or hq_end(). */
struct hq_query {
    struct hq_store *store;
    struct hq_statement *statement;
    enum sql_hq name;
    enum err err;
};

struct hq_query hq_query(struct hq_store *store, enum sql_hq name);
/* CHECK that the query has the placeholder; `name` with its '$'. */
void hq_bind_i64(struct hq_query *query, const char *name, int64_t value);
void hq_bind_text(struct hq_query *query, const char *name, struct str text);
void hq_bind_bytes(struct hq_query *query, const char *name, const void *bytes, size_t size);
void hq_bind_id(struct hq_query *query, const char *name, const struct id *id);
/* True with a row. */
bool hq_next(struct hq_query *query);
/* Columns of the row, counted from 0. NULL gives 0 or empty. */
int64_t hq_i64(const struct hq_query *query, int column);
struct str hq_text(const struct hq_query *query, int column);
struct id hq_id(const struct hq_query *query, int column); /* zero when not 16 bytes */
int hq_column_count(const struct hq_query *query);
enum err hq_end(struct hq_query *query) MUST_USE;

/* Runs a statement to its end: for INSERT, UPDATE, DELETE. */
enum err hq_run(struct hq_query *query) MUST_USE;
/* Rows that the last hq_run() changed. */
int64_t hq_changed_count(const struct hq_store *store);
/* The first column of the first row; ERR_not_found without a row. Ends the query. */
enum err hq_one_i64(struct hq_query *query, int64_t *value_out) MUST_USE;
/* Same for a text or bytes, copied into `arena`. */
enum err hq_one_text(struct arena *arena, struct hq_query *query, struct str *text_out) MUST_USE;

/* ---- the file ---- */

/* A consistent copy, made while others write. ERR_exists when `path` is there. */
enum err hq_backup(struct hq_store *store, const char *path) MUST_USE;
/* Whole-file check. ERR_corrupt. */
enum err hq_check(struct hq_store *store) MUST_USE;
/* Are tables and indexes those that this program makes? Some 10 ms. ERR_corrupt. */
enum err hq_check_schema(struct hq_store *store) MUST_USE;
/* Moves the log into the database; the writer only, between transactions and outside a fold. */
enum err hq_checkpoint(struct hq_store *store) MUST_USE;
/* The same beside the commits: begin and end are the writer's, between transactions; run may
 * be another thread's, and takes what was in the log at the beginning. Until the end the
 * log does not start over, whatever is committed. `err` is what run returned. After an error
 * of the disk nothing is folded until the next start, which finds the log whole. Begin only
 * when hq_log() is not short. */
enum err hq_fold_begin(struct hq_store *store) MUST_USE;
enum err hq_fold_run(struct hq_store *store) MUST_USE;
void hq_fold_end(struct hq_store *store, enum err err);
/* Writes the whole file anew without what was deleted or overwritten, and empties the log: what
 * is no longer in the tables is no longer in the files. The writer only, between transactions;
 * takes as long as a backup. `is_whole_out` false: a reader held on to the log for seconds, and
 * old pages may stand in it until the next checkpoint that finds none. */
enum err hq_scrub(struct hq_store *store, bool *is_whole_out) MUST_USE;
/* A commit that fills the log makes the checkpoint before it returns. Who has people waiting
 * for their commits takes that over: from now on the caller looks at hq_log() between
 * transactions and folds. */
void hq_log_take(struct hq_store *store);
enum hq_log hq_log(struct hq_store *store);
/* The schema as text, for the golden and for `verify`. */
enum err hq_schema(struct arena *arena, struct hq_store *store, struct str *text_out) MUST_USE;
int64_t hq_version(const struct hq_store *store);

/* ---- small things that every part needs ---- */

/* Setting `name`, or `fallback` (a static text) when it is not set. */
enum err hq_setting(struct arena *arena, struct hq_store *store, const char *name,
                    const char *fallback, const char **value_out) MUST_USE;
enum err hq_setting_set(struct hq_store *store, const char *name, const char *value) MUST_USE;
/* A line of the audit log. Texts are borrowed. */
struct hq_audit_line {
    int64_t at_ms;
    struct str actor;  /* who: a staff number, or "tablet", or an account of the machine */
    struct str action; /* "approve", "view case_view" */
    struct str detail; /* numbers and names of lists, never a debtor's data */
    struct str origin; /* from where: an address, or an account of the machine; may be empty */
    int64_t person_no; /* of who; 0: nobody who signed in */
    int64_t case_no;   /* whose data it was; 0: nobody's alone */
};
/* Appends and chains it; the writer only, inside a transaction. */
enum err hq_audit_put(struct hq_store *store, const struct hq_audit_line *line) MUST_USE;
/* The same for who works with this handle (hq_audit_as()), else for `actor`. */
enum err hq_audit(struct hq_store *store, int64_t at_ms, const char *actor, const char *action,
                  const char *detail) MUST_USE;
/* From now on hq_audit() names this person and place, whatever its caller says. `actor` NULL
 * ends that. Both texts are borrowed until then. */
void hq_audit_as(struct hq_store *store, const char *actor, int64_t person_no, const char *origin);
/* The link of an audit line, for checking the log. Lines without person, case and origin are
 * linked as they were before there were these. */
struct chain_link hq_audit_link(const struct chain_link *previous, int64_t audit_no,
                                const struct hq_audit_line *line);
/* A row of the queries audit_all and audit_page; texts live until the next row. */
struct hq_audit_line hq_audit_row(const struct hq_query *query);
