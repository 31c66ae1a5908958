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
