/* core/store/lineage.c -- a journal that goes on under another number: links anew, ids kept. */
#include "core/store/store_private.h"

#include <string.h>

static enum err lineage_load(struct store *store)
{
    if (store->is_lineage_known) {
        return OK;
    }
    struct store_stmt stmt;
    size_t count = 0;
    TRY(store_stmt_start(store, SQL_DEVICE_lineage_list, &stmt));
    for (;;) {
        bool has_row = false;
        TRY(store_stmt_next(&stmt, &has_row));
        if (!has_row) {
            break;
        }
        if (count == LIMIT_lineage) {
            store_stmt_end(&stmt);
            return ERR_corrupt; /* store_journal_rechain() never writes more */
        }
        store->lineage[count++] = (struct chain_lineage){
            .device_no = (uint32_t)store_stmt_number(&stmt, "device_no"),
            .until_seq = (uint64_t)store_stmt_number(&stmt, "until_seq"),
        };
    }
    store->lineage_count = count;
    store->is_lineage_known = true;
    return OK;
}

enum err store_lineage(struct store *store, struct chain_lineage entries_out[LIMIT_lineage],
                       size_t *count_out)
{
    TRY(lineage_load(store));
    memcpy(entries_out, store->lineage, sizeof store->lineage);
    *count_out = store->lineage_count;
    return OK;
}

enum err store_journal_origin(struct store *store, uint32_t device_no, uint64_t seq,
                              uint32_t *origin_out)
{
    TRY(lineage_load(store));
    *origin_out = chain_origin(store->lineage, store->lineage_count, device_no, seq);
    return OK;
}

/* The facts of the number up to now that no earlier number accounts for. */
static enum err lineage_add(struct store *store, const struct store_tail *old)
{
    TRY(lineage_load(store));
    size_t count = store->lineage_count;
    uint64_t known_seq = count > 0 ? store->lineage[count - 1].until_seq : 0;
    if (old->seq == known_seq) {
        return OK; /* nothing was captured under it */
    }
    if (count == LIMIT_lineage) {
        return ERR_too_many;
    }
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_lineage_put, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", old->device_no);
    store_stmt_bind_number(&stmt, "$until_seq", (int64_t)old->seq);
    TRY(store_stmt_run(&stmt));
    store->is_lineage_known = false;
    return OK;
}

/* One fact of the old chain, as it is, at the end of the chain in store->tail. */
static enum err copy_fact(struct store *store, const struct store_stmt *from)
{
    int body_column = store_stmt_column(from, "body");
    int id_column = store_stmt_column(from, "id");
    struct store_tail *tail = &store->tail;
    struct store_record record = {
        .seq = (uint64_t)store_stmt_number(from, "seq"),
        .at_ms = store_stmt_number(from, "at_ms"),
        .order_at_ms = store_stmt_number(from, "order_at_ms"),
        .kind = (uint32_t)store_stmt_number(from, "kind"),
        .case_no = (uint64_t)store_stmt_number(from, "case_no"),
        .visit_seq = (uint64_t)store_stmt_number(from, "visit_seq"),
        .body = {(const char *)sqlite3_column_blob(from->handle, body_column),
                 (size_t)sqlite3_column_bytes(from->handle, body_column)},
    };
    memcpy(record.id.bytes, sqlite3_column_blob(from->handle, id_column), sizeof record.id.bytes);
    tail->seq = record.seq;
    tail->order_at_ms = record.order_at_ms;
    tail->link = chain_next(&tail->link, tail->device_no, tail->seq,
                            (const uint8_t *)record.body.bytes, record.body.size);
    record.link = tail->link;
    return store_journal_insert(store, tail->device_no, &record);
}

static enum err copy_facts(struct store *store, uint32_t from_no)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_chain_copy, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", from_no);
    for (;;) {
        bool has_row = false;
        TRY(store_stmt_next(&stmt, &has_row));
        if (!has_row) {
            return OK;
        }
        enum err err = copy_fact(store, &stmt);
        if (err != OK) {
            store_stmt_end(&stmt);
            return err;
        }
    }
}

static enum err is_used(struct store *store, uint32_t device_no, bool *is_used_out)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_journal_last, &stmt));
    store_stmt_bind_number(&stmt, "$device_no", device_no);
    TRY(store_stmt_next(&stmt, is_used_out));
    store_stmt_end(&stmt);
    return OK;
}

static enum err forget_envelopes(struct store *store)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_envelope_delete_from, &stmt));
    store_stmt_bind_number(&stmt, "$from_seq", 0);
    TRY(store_stmt_run(&stmt));
    TRY(store_stmt_start(store, SQL_DEVICE_sealing_clear, &stmt));
    return store_stmt_run(&stmt);
}

enum err store_journal_rechain(struct store *store, uint32_t device_no)
{
    CHECK(store->is_in_transaction);
    CHECK(device_no != 0);
    struct store_tail old;
    bool was_used = false;
    TRY(store_journal_tail(store, &old));
    if (device_no == old.device_no) {
        return OK;
    }
    TRY(is_used(store, device_no, &was_used));
    if (was_used) {
        return ERR_exists;
    }
    TRY(lineage_add(store, &old));
    TRY(store_setting_set_number(store, SETTING_device_no, device_no));
    store->tail = (struct store_tail){.is_known = true, .device_no = device_no};
    TRY(copy_facts(store, old.device_no));
    return forget_envelopes(store);
}
