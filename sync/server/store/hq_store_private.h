/* sync/server/store/hq_store_private.h -- what files of the store room ask of a handle beside
 * hq_store.h. Private to the room. */
#pragma once

#include "sync/server/store/hq_store.h"

enum { HQ_STRONGBOX_KEYS_MAX = 16, HQ_STRONGBOX_KEY_SIZE = 32 };

/* The keys of strongbox.h, wiped when the store is closed. */
struct hq_strongbox {
    size_t count;
    uint8_t keys[HQ_STRONGBOX_KEYS_MAX][HQ_STRONGBOX_KEY_SIZE];
};
struct hq_strongbox *hq_strongbox(struct hq_store *store);

/* Who works with the handle: hq_audit_as(). */
struct hq_audit_caller {
    const char *actor; /* NULL: whom hq_audit() is told */
    const char *origin;
    int64_t person_no;
};
struct hq_audit_caller *hq_audit_caller(struct hq_store *store);

/* Statements without values and without a name; `what` for the log. */
enum err hq_run_text(struct hq_store *store, const char *what, const char *sql) MUST_USE;

struct hq_store {
    struct hq_audit_caller caller;
    const hq_backend *backend;
    void *handle;
    enum hq_access access;
    struct arena arena;
    bool is_in_transaction;
    bool is_in_view;
    bool is_rollback_owed; /* the last one failed: SQLite may still be in the transaction */
    int64_t version;
    struct hq_statement *statements[SQL_HQ_COUNT];
    bool is_running[SQL_HQ_COUNT];
    struct hq_strongbox strongbox;
};

/* hq_schema.c: what opening does to a writer's file */

/* Brings an older schema up to date, after a copy beside it (see hq_store_open()). */
enum err hq_schema_migrate(struct hq_store *store, const char *path) MUST_USE;
/* States that a build with another FOLD_VERSION wrote are folded anew. What cannot be read keeps
 * nobody from working: `doorstep-hq verify` names it, and the next start tries again. */
enum err hq_schema_fold_upgraded(struct hq_store *store) MUST_USE;
