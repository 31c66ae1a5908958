/* The file behind a handle: copies, checks, and its log. */
#include "sync/server/store/hq_store_private.h"

enum err hq_backup(struct hq_store *store, const char *path)
{
    return store->backend->backup(store->handle, path);
}

enum err hq_check(struct hq_store *store)
{
    return store->backend->check(store->handle);
}

enum err hq_checkpoint(struct hq_store *store)
{
    CHECK(store->access == HQ_ACCESS_write && !store->is_in_transaction);
    return store->backend->checkpoint(store->handle);
}

enum err hq_scrub(struct hq_store *store, bool *is_whole_out)
{
    CHECK(store->access == HQ_ACCESS_write && !store->is_in_transaction);
    return store->backend->scrub(store->handle, is_whole_out);
}

enum err hq_fold_begin(struct hq_store *store)
{
    CHECK(store->access == HQ_ACCESS_write && !store->is_in_transaction);
    return store->backend->fold_begin(store->handle);
}

enum err hq_fold_run(struct hq_store *store)
{
    return store->backend->fold_run(store->handle);
}

void hq_fold_end(struct hq_store *store, enum err err)
{
    CHECK(!store->is_in_transaction);
    store->backend->fold_end(store->handle, err);
}

void hq_log_take(struct hq_store *store)
{
    CHECK(store->access == HQ_ACCESS_write);
    store->backend->take_log(store->handle);
}

enum hq_log hq_log(struct hq_store *store)
{
    return store->backend->log(store->handle);
}
