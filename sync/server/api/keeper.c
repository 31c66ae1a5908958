/* The keeper of a tablet's key asks: for its half, for orders, for help. See sync/proto/keys.h. */
#include "sync/server/api/keeper_row.h"

#include "core/os/log.h"

#include <sodium.h>
#include <string.h>

/* ---- on an HTTP thread ---- */

void keeper_open(struct api *api, struct visit *visit, struct wire_bytes envelope)
{
    struct keyhole *keyhole = ARENA_NEW(visit->arena, struct keyhole);
    visit->keyhole = keyhole;
    enum wire wire = keys_open(visit->arena, envelope, visit->keys, &keyhole->device_no,
                               &keyhole->up, &keyhole->proof);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    bool is_known = false;
    struct api_reader *reader = api_reader_take(api);
    enum err err =
        push_device_key(reader->store, keyhole->device_no, &is_known, &visit->device_key);
    api_reader_give(reader);
    const ds_KeysUp *up = &keyhole->up;
    if (err != OK) {
        push_refuse(visit, WIRE_hq_failed);
    } else if (!is_known || keyhole->device_no == 0) {
        push_refuse(visit, WIRE_unknown_device);
    } else if (up->has_arm && keys_arm_verify(&up->arm, keyhole->device_no, up->vault_id,
                                              up->public_key, &visit->device_key) != OK) {
        push_refuse(visit, WIRE_bad_signature);
    } else {
        visit->state = VISIT_keys;
    }
}

/* ---- on the writer thread ---- */

static enum err note(struct visit *visit, struct hq_store *store, int64_t now_ms,
                     const char *action)
{
    return hq_audit(store, now_ms, "tablet", action,
                    str_format(visit->arena, "device %u", (unsigned)visit->keyhole->device_no));
}

static enum err ask_number(struct hq_store *store, enum sql_hq which, struct visit *visit,
                           int64_t *value_out)
{
    struct hq_query query = hq_query(store, which);
    hq_bind_bytes(&query, "$vault_id", visit->keyhole->up.vault_id,
                  sizeof visit->keyhole->up.vault_id);
    *value_out = 0;
    if (hq_next(&query)) {
        *value_out = hq_i64(&query, 0);
    }
    return hq_end(&query);
}

/* The number that a vault names: the one it was known under, or one that tablet was given since. */
static enum err is_its_number(struct hq_store *store, const struct keeper_row *row,
                              uint32_t device_no, bool *is_out)
{
    *is_out = row->device_no == device_no;
    if (*is_out) {
        return OK;
    }
    struct hq_query query = hq_query(store, SQL_HQ_successor_is);
    hq_bind_i64(&query, "$device_no", row->device_no);
    hq_bind_i64(&query, "$new_device_no", device_no);
    if (hq_next(&query)) {
        *is_out = hq_i64(&query, 0) != 0;
    }
    return hq_end(&query);
}

/* Whether this tablet is in service, and the last order to it. */
static enum err read_orders(struct visit *visit, struct hq_store *store, bool *is_revoked_out)
{
    ds_KeysDown *down = &visit->keyhole->down;
    struct hq_query device = hq_query(store, SQL_HQ_device_get);
    hq_bind_i64(&device, "$device_no", visit->keyhole->device_no);
    *is_revoked_out = hq_next(&device) && hq_i64(&device, 2) != 0;
    TRY(hq_end(&device));
    struct hq_query order = hq_query(store, SQL_HQ_order_last);
    hq_bind_i64(&order, "$device_no", visit->keyhole->device_no);
    if (hq_next(&order)) {
        down->order_no = (uint64_t)hq_i64(&order, 0);
        down->order = (uint32_t)hq_i64(&order, 1);
    }
    return hq_end(&order);
}

static bool is_hash_of(struct str hash, const void *bytes, size_t size)
{
    uint8_t made[32];
    crypto_generichash(made, sizeof made, bytes, size, NULL, 0);
    return hash.size == sizeof made && sodium_memcmp(made, hash.bytes, sizeof made) == 0;
}

static uint32_t tries_left(const struct keeper_row *row)
{
    return row->wrong_count < KEYS_TRIES ? (uint32_t)(KEYS_TRIES - row->wrong_count) : 0;
}

static enum err take_proof(struct visit *visit, struct hq_store *store, struct keeper_row *row,
                           int64_t now_ms)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    ds_KeysDown *down = &visit->keyhole->down;
    if (row->guard != KEYS_GUARD_half || down->order == KEYS_ORDER_wipe ||
        down->order == KEYS_ORDER_lock || row->wrong_count >= KEYS_TRIES) {
        down->refusal = WIRE_keys_held;
        return note(visit, store, now_ms, "half held");
    }
    if (!is_hash_of(row->auth_hash, up->proof.bytes, up->proof.size)) {
        row->wrong_count++;
        down->refusal = WIRE_wrong_pin;
        down->tries_left = tries_left(row);
        return note(visit, store, now_ms, "half wrong");
    }
    row->wrong_count = 0;
    _Static_assert(sizeof down->half.bytes == KEEPER_SECRET_SIZE, "half");
    if (keeper_row_open(visit, store, STRONGBOX_half, row->half, down->half.bytes) != OK) {
        down->refusal = WIRE_keys_held;
        return note(visit, store, now_ms, "half unreadable");
    }
    row->given_at_ms = now_ms;
    down->half.size = sizeof down->half.bytes;
    return note(visit, store, now_ms, "half given");
}

static enum err take_reset(struct visit *visit, struct hq_store *store, struct keeper_row *row,
                           int64_t now_ms)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    ds_KeysDown *down = &visit->keyhole->down;
    bool is_open = row->reset_hash.size > 0 && row->reset_until_ms > now_ms &&
                   row->reset_wrong < KEYS_RESET_TRIES && row->recovery.size > 0 &&
                   down->order != KEYS_ORDER_wipe && down->order != KEYS_ORDER_lock;
    if (!is_open || !is_hash_of(row->reset_hash, up->reset_code, strlen(up->reset_code))) {
        row->reset_wrong += is_open;
        down->refusal = WIRE_wrong_reset;
        return note(visit, store, now_ms, "reset wrong");
    }
    _Static_assert(sizeof down->recovery.bytes == KEEPER_SECRET_SIZE, "recovery");
    if (keeper_row_open(visit, store, STRONGBOX_recovery, row->recovery, down->recovery.bytes) !=
        OK) {
        down->refusal = WIRE_keys_held;
        return note(visit, store, now_ms, "recovery unreadable");
    }
    row->reset_hash = (struct str){"", 0}; /* once */
    row->wrong_count = 0;
    down->recovery.size = sizeof down->recovery.bytes;
    return note(visit, store, now_ms, "reset");
}

static enum err take_arm(struct visit *visit, struct hq_store *store, struct keeper_row *row,
                         int64_t now_ms)
{
    const ds_KeysArm *arm = &visit->keyhole->up.arm;
    row->device_no = visit->keyhole->device_no;
    row->guard = arm->guard;
    row->auth_hash = (struct str){(const char *)arm->auth, sizeof arm->auth};
    _Static_assert(sizeof arm->auth == KEEPER_SECRET_SIZE &&
                       sizeof arm->half == KEEPER_SECRET_SIZE &&
                       sizeof arm->recovery == KEEPER_SECRET_SIZE,
                   "secrets of a tablet");
    TRY(keeper_row_seal(visit, store, STRONGBOX_auth, arm->auth, &row->auth_sealed));
    TRY(keeper_row_seal(visit, store, STRONGBOX_half, arm->half, &row->half));
    TRY(keeper_row_seal(visit, store, STRONGBOX_recovery, arm->recovery, &row->recovery));
    row->armed_at_ms = now_ms;
    row->wrong_count = 0;
    return note(visit, store, now_ms, "key armed");
}

static enum err take_alarms(struct visit *visit, struct hq_store *store, int64_t now_ms)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    for (pb_size_t i = 0; i < up->alarms_count; i++) {
        struct hq_query query = hq_query(store, SQL_HQ_bare_alarm_add);
        hq_bind_bytes(&query, "$vault_id", up->vault_id, sizeof up->vault_id);
        hq_bind_i64(&query, "$device_no", visit->keyhole->device_no);
        hq_bind_i64(&query, "$raised_at_ms", (int64_t)up->alarms[i].at_ms);
        hq_bind_i64(&query, "$heard_at_ms", now_ms);
        hq_bind_i64(&query, "$is_silent", up->alarms[i].is_silent);
        TRY(hq_run(&query));
        log_line(LOG_warning, "alarm", "device %u, shut: somebody needs help",
                 (unsigned)visit->keyhole->device_no);
    }
    return OK;
}

static enum err take_done(struct visit *visit, struct hq_store *store, int64_t now_ms)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    struct hq_query query = hq_query(store, SQL_HQ_done_add);
    hq_bind_bytes(&query, "$vault_id", up->vault_id, sizeof up->vault_id);
    hq_bind_i64(&query, "$order_no", (int64_t)up->done.order_no);
    hq_bind_i64(&query, "$device_no", visit->keyhole->device_no);
    hq_bind_i64(&query, "$kind", up->done.kind);
    hq_bind_i64(&query, "$done_at_ms", (int64_t)up->done.at_ms);
    hq_bind_i64(&query, "$heard_at_ms", now_ms);
    hq_bind_i64(&query, "$file_count", up->done.file_count);
    hq_bind_i64(&query, "$size", (int64_t)up->done.size);
    hq_bind_i64(&query, "$sealed_count", up->done.sealed_count);
    hq_bind_bytes(&query, "$proof", visit->keyhole->proof.bytes, visit->keyhole->proof.size);
    TRY(hq_run(&query));
    return note(visit, store, now_ms,
                up->done.kind == KEYS_DONE_left ? "collector left" : "order done");
}

/* Whether the vault may speak at all; else the refusal. */
static enum err check(struct visit *visit, struct hq_store *store, const struct keeper_row *row)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    bool is_its = true;
    if (row->is_known) {
        TRY(is_its_number(store, row, visit->keyhole->device_no, &is_its));
    }
    if (!row->is_known && !up->has_arm) {
        push_refuse(visit, WIRE_unknown_device);
    } else if (row->is_known && memcmp(row->public_key, up->public_key, 32) != 0) {
        push_refuse(visit, WIRE_bad_signature);
    } else if (!is_its && !up->has_arm) {
        push_refuse(visit, WIRE_wrong_device);
    }
    return OK;
}

/* Which tablet it is on: several people may use one, each under a number of their own. */
static enum err take_tablet(struct visit *visit, struct hq_store *store, int64_t now_ms)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    if (up->tablet_id.size != sizeof up->tablet_id.bytes) {
        return OK; /* an older program */
    }
    struct hq_query query = hq_query(store, SQL_HQ_tablet_put);
    hq_bind_i64(&query, "$device_no", visit->keyhole->device_no);
    hq_bind_bytes(&query, "$tablet_id", up->tablet_id.bytes, up->tablet_id.size);
    hq_bind_i64(&query, "$said_at_ms", now_ms);
    return hq_run(&query);
}

static enum err take(struct visit *visit, struct hq_store *store, struct keeper_row *row,
                     int64_t now_ms)
{
    const ds_KeysUp *up = &visit->keyhole->up;
    bool is_revoked = false;
    TRY(read_orders(visit, store, &is_revoked));
    if (visit->is_other_client) { /* orders and help, and no key */
        visit->keyhole->down.refusal = WIRE_other_certificate;
        return take_alarms(visit, store, now_ms);
    }
    TRY(take_tablet(visit, store, now_ms));
    if (up->has_arm) {
        TRY(take_arm(visit, store, row, now_ms));
    }
    TRY(take_alarms(visit, store, now_ms));
    if (up->has_done) {
        TRY(take_done(visit, store, now_ms));
    }
    if (up->proof.size > 0 && is_revoked) {
        visit->keyhole->down.refusal = WIRE_revoked;
    } else if (up->proof.size > 0) {
        TRY(take_proof(visit, store, row, now_ms));
    }
    if (up->reset_code[0] != '\0' && is_revoked) {
        visit->keyhole->down.refusal = WIRE_revoked;
    } else if (up->reset_code[0] != '\0') {
        TRY(take_reset(visit, store, row, now_ms));
    }
    return OK;
}

enum err keeper_take(struct api *api, struct visit *visit)
{
    struct hq_store *store = api->options.store;
    ds_KeysDown *down = &visit->keyhole->down;
    int64_t now_ms = clock_now_ms(api->options.clock);
    struct keeper_row row;
    *down = (ds_KeysDown)ds_KeysDown_init_zero;
    TRY(keeper_row_load(visit, store, &row));
    TRY(check(visit, store, &row));
    if (visit->state != VISIT_keys) {
        return OK;
    }
    if ((int64_t)visit->keyhole->up.at_ms <= row.said_at_ms) {
        down->refusal = WIRE_old_words;         /* and the tablet learns what time it is */
        TRY(take_alarms(visit, store, now_ms)); /* a replay adds none that was not called */
    } else {
        if (!row.is_known) {
            row.device_no = visit->keyhole->device_no;
        }
        row.asked_at_ms = now_ms;
        row.said_at_ms = (int64_t)visit->keyhole->up.at_ms;
        TRY(take(visit, store, &row, now_ms));
        TRY(keeper_row_save(visit, store, &row));
    }
    int64_t told_no = 0;
    int64_t alarm_at_ms = 0;
    TRY(ask_number(store, SQL_HQ_done_last, visit, &told_no));
    TRY(ask_number(store, SQL_HQ_bare_alarm_last, visit, &alarm_at_ms));
    down->hq_at_ms = (uint64_t)now_ms;
    down->told_no = (uint64_t)told_no;
    down->alarm_at_ms = (uint64_t)alarm_at_ms;
    if (row.auth_hash.size == sizeof down->armed.bytes) {
        down->armed.size = sizeof down->armed.bytes;
        memcpy(down->armed.bytes, row.auth_hash.bytes, sizeof down->armed.bytes);
    }
    return OK;
}

enum wire keeper_seal(const struct visit *visit, struct wire_bytes *answer_out)
{
    struct chain_public_key reader;
    memcpy(reader.bytes, visit->keyhole->up.reader, sizeof reader.bytes);
    return keys_answer_seal(visit->arena, &visit->keyhole->down, visit->request_tag, visit->keys,
                            visit->keyhole->device_no, &reader, answer_out);
}
