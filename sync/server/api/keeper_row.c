#include "sync/server/api/keeper_row.h"

#include "core/os/log.h"

#include <string.h>

static struct str kept(struct arena *arena, struct str text)
{
    return (struct str){arena_copy(arena, text.bytes, text.size), text.size};
}

static struct str vault_name(const struct visit *visit)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    return (struct str){(const char *)up->vault_id, sizeof up->vault_id};
}

enum err keeper_row_open(struct visit *visit, struct hq_store *store, enum strongbox_what what,
                         struct str sealed, uint8_t secret[KEEPER_SECRET_SIZE])
{
    enum err err =
        strongbox_open(store, what, vault_name(visit), sealed, secret, KEEPER_SECRET_SIZE);
    if (err != OK) {
        log_line(LOG_error, "keys", "device %u: what is kept for it cannot be opened: %s",
                 (unsigned)visit->keyhole->device_no, err_name(err));
    }
    return err;
}

enum err keeper_row_seal(struct visit *visit, struct hq_store *store, enum strongbox_what what,
                         const uint8_t secret[KEEPER_SECRET_SIZE], struct str *sealed_out)
{
    uint8_t *sealed = arena_alloc(visit->arena, STRONGBOX_SIZE_MAX);
    size_t size = 0;
    TRY(strongbox_seal(store, what, vault_name(visit),
                       (struct str){(const char *)secret, KEEPER_SECRET_SIZE}, sealed, &size));
    *sealed_out = (struct str){(const char *)sealed, size};
    return OK;
}

enum err keeper_row_load(struct visit *visit, struct hq_store *store, struct keeper_row *row)
{
    *row = (struct keeper_row){0};
    struct hq_query query = hq_query(store, SQL_HQ_vault_key_get);
    hq_bind_bytes(&query, "$vault_id", visit->keyhole->up.vault_id,
                  sizeof visit->keyhole->up.vault_id);
    if (hq_next(&query)) {
        struct str key = hq_text(&query, 1);
        row->is_known = key.size == sizeof row->public_key;
        row->device_no = (uint32_t)hq_i64(&query, 0);
        if (row->is_known) {
            memcpy(row->public_key, key.bytes, key.size);
        }
        row->guard = (uint32_t)hq_i64(&query, 2);
        row->auth_sealed = kept(visit->arena, hq_text(&query, 3));
        row->half = kept(visit->arena, hq_text(&query, 4));
        row->recovery = kept(visit->arena, hq_text(&query, 5));
        row->armed_at_ms = hq_i64(&query, 6);
        row->asked_at_ms = hq_i64(&query, 7);
        row->said_at_ms = hq_i64(&query, 8);
        row->given_at_ms = hq_i64(&query, 9);
        row->wrong_count = hq_i64(&query, 10);
        row->reset_hash = kept(visit->arena, hq_text(&query, 11));
        row->reset_until_ms = hq_i64(&query, 12);
        row->reset_wrong = hq_i64(&query, 13);
    }
    TRY(hq_end(&query));
    uint8_t *auth = arena_alloc(visit->arena, KEEPER_SECRET_SIZE);
    if (row->auth_sealed.size > 0 &&
        keeper_row_open(visit, store, STRONGBOX_auth, row->auth_sealed, auth) == OK) {
        row->auth_hash = (struct str){(const char *)auth, KEEPER_SECRET_SIZE};
    }
    return OK;
}

static void bind_text(struct hq_query *query, const char *name, struct str text)
{
    hq_bind_bytes(query, name, text.size > 0 ? text.bytes : "", text.size);
}

enum err keeper_row_save(struct visit *visit, struct hq_store *store, const struct keeper_row *row)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    struct hq_query query = hq_query(store, SQL_HQ_vault_key_put);
    hq_bind_bytes(&query, "$vault_id", up->vault_id, sizeof up->vault_id);
    hq_bind_i64(&query, "$device_no", row->device_no);
    hq_bind_bytes(&query, "$public_key", up->public_key, sizeof up->public_key);
    hq_bind_i64(&query, "$guard", row->guard);
    bind_text(&query, "$auth_hash", row->auth_sealed);
    bind_text(&query, "$half", row->half);
    bind_text(&query, "$recovery", row->recovery);
    hq_bind_i64(&query, "$armed_at_ms", row->armed_at_ms);
    hq_bind_i64(&query, "$asked_at_ms", row->asked_at_ms);
    hq_bind_i64(&query, "$said_at_ms", row->said_at_ms);
    hq_bind_i64(&query, "$given_at_ms", row->given_at_ms);
    hq_bind_i64(&query, "$wrong_count", row->wrong_count);
    bind_text(&query, "$reset_hash", row->reset_hash);
    hq_bind_i64(&query, "$reset_until_ms", row->reset_until_ms);
    hq_bind_i64(&query, "$reset_wrong", row->reset_wrong);
    return hq_run(&query);
}
