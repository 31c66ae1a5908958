#include "sync/spool/keyhole_alarms.h"

#include "core/base/limits.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "core/vault/roster.h"

#include <sodium.h>
#include <string.h>

_Static_assert((int)KEYS_GUARD_half == (int)VAULT_GUARD_half &&
                   (int)KEYS_GUARD_none == (int)VAULT_GUARD_none,
               "one list of guards");
_Static_assert((int)KEYS_ORDER_lock == (int)VAULT_ORDER_lock &&
                   (int)KEYS_ORDER_unlock == (int)VAULT_ORDER_unlock &&
                   (int)KEYS_ORDER_wipe == (int)VAULT_ORDER_wipe &&
                   (int)KEYS_DONE_left == (int)VAULT_ORDER_left,
               "one list of orders");
_Static_assert((int)ROSTER_PLACES == (int)LAYOUT_PLACES,
               "the app and the agent look for the same places");

/* ---- the folder ---- */

static const char *path_of(struct keyhole *keyhole, struct arena *arena, const char *folder,
                           const char *ending)
{
    return str_format(arena, "%s/%s%s", folder, keyhole->stem, ending);
}

static enum err drop(struct keyhole *keyhole, struct arena *arena)
{
    if (!keyhole->is_waiting) {
        return OK;
    }
    TRY(os_file_remove(path_of(keyhole, arena, keyhole->out, LAYOUT_ENVELOPE)));
    TRY(os_file_remove(path_of(keyhole, arena, keyhole->in, LAYOUT_ANSWER)));
    keyhole->is_waiting = false;
    sodium_memzero(&keyhole->reader, sizeof keyhole->reader);
    return OK;
}

static enum err clear(struct arena *arena, const char *folder, const char *ending)
{
    const char **names = NULL;
    size_t count = 0;
    TRY(os_folder_list(arena, folder, &names, &count));
    for (size_t i = 0; i < count; i++) {
        struct layout_name name;
        if (layout_read(names[i], ending, &name) && name.class_ == LAYOUT_CLASS_keys) {
            TRY(os_file_remove(os_path(arena, folder, names[i])));
        }
    }
    return OK;
}

enum err keyhole_open(struct keyhole *keyhole_out, struct arena *arena, struct vault *vault,
                      const char *data_folder, const struct clock *clock, const struct rng *rng)
{
    *keyhole_out = (struct keyhole){.vault = vault, .clock = clock, .rng = rng};
    keyhole_out->folder = os_path(arena, data_folder, LAYOUT_SPOOL);
    keyhole_out->out = os_path(arena, keyhole_out->folder, LAYOUT_OUT);
    keyhole_out->in = os_path(arena, keyhole_out->folder, LAYOUT_IN);
    keyhole_out->alarms_path = str_format(arena, "%s/vault%s", data_folder, ".alarms");
    TRY(os_folder_make(keyhole_out->out));
    TRY(os_folder_make(keyhole_out->in));
    struct arena_mark mark = arena_mark(arena);
    enum err err = clear(arena, keyhole_out->out, LAYOUT_ENVELOPE);
    if (err == OK) {
        err = clear(arena, keyhole_out->in, LAYOUT_ANSWER);
    }
    if (err == OK) {
        err = keyhole_alarms_read(keyhole_out, arena);
    }
    arena_rollback(arena, mark);
    return err;
}

void keyhole_close(struct keyhole *keyhole)
{
    sodium_memzero(&keyhole->reader, sizeof keyhole->reader);
}

/* ---- asking ---- */

bool keyhole_has_news(struct keyhole *keyhole, bool is_open)
{
    struct vault_done done;
    struct vault_state state;
    vault_read(keyhole->vault, &state);
    bool has_news = vault_done(keyhole->vault, &done) || (is_open && state.is_arming);
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        has_news = has_news || !keyhole->alarms[i].is_heard;
    }
    return has_news;
}

static void sign(void *context, const void *bytes, size_t size,
                 uint8_t signature_out[CHAIN_SIGNATURE_SIZE])
{
    vault_sign(context, bytes, size, signature_out);
}

static void add_arm(struct keyhole *keyhole, const struct keyhole_ask *ask, ds_KeysUp *up)
{
    struct vault_arm arm;
    if (ask->device == NULL || !vault_arm(keyhole->vault, &arm)) {
        return;
    }
    up->has_arm = true;
    up->arm.guard = (uint32_t)arm.guard;
    memcpy(up->arm.auth, arm.auth, sizeof up->arm.auth);
    memcpy(up->arm.half, arm.half, sizeof up->arm.half);
    memcpy(up->arm.recovery, arm.recovery, sizeof up->arm.recovery);
    keys_arm_sign(&up->arm, vault_owner(keyhole->vault)->device_no, up->vault_id, up->public_key,
                  ask->device);
    sodium_memzero(&arm, sizeof arm);
}

static void add_news(struct keyhole *keyhole, ds_KeysUp *up)
{
    struct vault_done done;
    for (size_t i = 0; i < keyhole->alarm_count; i++) {
        if (!keyhole->alarms[i].is_heard) {
            up->alarms[up->alarms_count].at_ms = (uint64_t)keyhole->alarms[i].at_ms;
            up->alarms[up->alarms_count++].is_silent = keyhole->alarms[i].is_silent;
            keyhole->alarms[i].is_asked = true;
        }
    }
    if (vault_done(keyhole->vault, &done)) {
        up->has_done = true;
        up->done = (ds_KeysDone){.order_no = done.order_no,
                                 .kind = (uint32_t)done.order,
                                 .at_ms = (uint64_t)done.at_ms,
                                 .file_count = done.file_count,
                                 .size = done.size,
                                 .sealed_count = done.sealed_count};
    }
}

static enum err ask_make(struct keyhole *keyhole, struct arena *arena,
                         const struct keyhole_ask *ask, ds_KeysUp *up)
{
    const struct vault_owner *owner = vault_owner(keyhole->vault);
    struct vault_name name = vault_name(keyhole->vault);
    int64_t at_ms = 0;
    TRY(drop(keyhole, arena));
    TRY(vault_say(keyhole->vault, keyhole->least_at_ms, &at_ms));
    chain_keypair(keyhole->rng, &keyhole->reader.public_key, &keyhole->reader.secret_key);
    memcpy(up->vault_id, name.id, sizeof up->vault_id);
    memcpy(up->public_key, name.public_key, sizeof up->public_key);
    memcpy(up->reader, keyhole->reader.public_key.bytes, sizeof up->reader);
    up->at_ms = (uint64_t)at_ms;
    if (ask->has_proof && vault_proof(keyhole->vault, up->proof.bytes)) {
        up->proof.size = sizeof up->proof.bytes;
    }
    if (ask->reset_code != NULL) {
        (void)str_copy(up->reset_code, sizeof up->reset_code, str_from(ask->reset_code));
    }
    if (keyhole->tablet_id != NULL) {
        _Static_assert(sizeof up->tablet_id.bytes == ROSTER_ID_SIZE, "the tablet's id");
        up->tablet_id.size = ROSTER_ID_SIZE;
        memcpy(up->tablet_id.bytes, keyhole->tablet_id, ROSTER_ID_SIZE);
    }
    add_arm(keyhole, ask, up);
    add_news(keyhole, up);
    struct chain_public_key hq;
    struct wire_bytes envelope;
    const struct keys_signer signer = {sign, keyhole->vault};
    memcpy(hq.bytes, owner->hq_key, sizeof hq.bytes);
    TRY(wire_err(keys_seal(arena, owner->device_no, up, &signer, &hq, &envelope)));
    struct layout_name file = {LAYOUT_CLASS_keys, (uint64_t)at_ms, rng_u64(keyhole->rng)};
    layout_stem(keyhole->stem, &file);
    TRY(os_file_replace(path_of(keyhole, arena, keyhole->out, LAYOUT_ENVELOPE), envelope.bytes,
                        envelope.size));
    keyhole->is_waiting = true;
    keyhole->tag = envelope_tag(envelope);
    keyhole->has_proof = up->proof.size > 0;
    keyhole->has_reset = ask->reset_code != NULL;
    keyhole->asked_at_ms = clock_read(keyhole->clock).monotonic_ms;
    return os_file_replace(os_path(arena, keyhole->folder, LAYOUT_WAKE), "", 0);
}

enum err keyhole_ask(struct keyhole *keyhole, struct arena *arena, const struct keyhole_ask *ask,
                     bool *is_asked_out)
{
    *is_asked_out = vault_owner(keyhole->vault)->device_no != 0;
    if (!*is_asked_out) {
        return OK;
    }
    struct arena_mark mark = arena_mark(arena);
    ds_KeysUp *up = ARENA_NEW(arena, ds_KeysUp);
    enum err err = ask_make(keyhole, arena, ask, up);
    sodium_memzero(up, sizeof *up);
    arena_rollback(arena, mark);
    return err;
}

/* ---- the answer ---- */

static enum err obey(struct keyhole *keyhole, const ds_KeysDown *down, struct keyhole_heard *heard)
{
    struct vault_state state;
    vault_read(keyhole->vault, &state);
    bool was_open = state.is_open;
    TRY(vault_told(keyhole->vault, down->told_no));
    if (down->order_no > 0) {
        TRY(vault_obey(keyhole->vault, down->order_no, (enum vault_order)down->order));
    }
    vault_read(keyhole->vault, &state);
    heard->is_opened = state.is_open && !was_open;
    heard->must_shut = state.is_held && state.is_open;
    heard->must_wipe = state.must_wipe;
    return OK;
}

static enum err take_down(struct keyhole *keyhole, const ds_KeysDown *down,
                          struct keyhole_heard *heard)
{
    struct vault_state state;
    vault_read(keyhole->vault, &state);
    heard->is_heard = true;
    heard->refusal = down->refusal;
    heard->tries_left = down->tries_left;
    keyhole->least_at_ms =
        down->refusal == WIRE_old_words ? (int64_t)down->hq_at_ms : keyhole->least_at_ms;
    TRY(vault_contact(keyhole->vault, (int64_t)down->hq_at_ms, state.lease_days));
    if (down->refusal != WIRE_old_words) { /* of those a headquarters before this one took none */
        TRY(keyhole_alarms_heard(keyhole, down->alarm_at_ms));
    }
    TRY(obey(keyhole, down, heard));
    if (heard->must_wipe || heard->must_shut) {
        return OK;
    }
    if (down->armed.size > 0) {
        TRY(vault_armed(keyhole->vault, down->armed.bytes));
    }
    heard->answer = VAULT_ANSWER_wrong;
    if (down->half.size > 0) {
        TRY(vault_half(keyhole->vault, down->half.bytes, &heard->answer));
        heard->is_opened = heard->answer == VAULT_ANSWER_right;
    }
    if (down->recovery.size > 0) {
        enum err err = vault_recover(keyhole->vault, down->recovery.bytes);
        heard->is_opened = err == OK;
        heard->refusal = err == OK ? heard->refusal : (uint32_t)WIRE_wrong_reset;
    }
    return OK;
}

static enum err take(struct keyhole *keyhole, struct arena *arena, struct keyhole_heard *heard)
{
    struct str bytes;
    enum err err = os_file_read(arena, path_of(keyhole, arena, keyhole->in, LAYOUT_ANSWER),
                                LIMIT_answer_size, &bytes);
    if (err == ERR_not_found) {
        return OK;
    }
    if (err == ERR_too_long) {
        return drop(keyhole, arena);
    }
    TRY(err);
    struct wire_bytes answer = {(const uint8_t *)bytes.bytes, bytes.size};
    struct envelope_keys reader = keyhole->reader;
    ds_KeysDown down = ds_KeysDown_init_zero;
    struct chain_public_key hq;
    memcpy(hq.bytes, vault_owner(keyhole->vault)->hq_key, sizeof hq.bytes);
    heard->had_proof = keyhole->has_proof;
    heard->had_reset = keyhole->has_reset;
    TRY(drop(keyhole, arena));
    uint32_t refusal = WIRE_ok;
    enum wire wire = WIRE_ok;
    if (bytes.size == ENVELOPE_REFUSAL_SIZE) { /* in clear: shown, and nothing done about it */
        wire = envelope_read_refusal(answer, &refusal);
        heard->refusal = refusal;
    } else {
        wire = keys_answer_open(arena, answer, keyhole->tag, &reader, &hq, &down);
    }
    sodium_memzero(&reader, sizeof reader);
    if (wire != WIRE_ok) {
        log_line(LOG_warning, "keyhole", "an answer that is not headquarters': %s", wire_key(wire));
        heard->refusal = wire;
        return OK;
    }
    if (refusal != WIRE_ok) {
        return OK;
    }
    err = take_down(keyhole, &down, heard);
    sodium_memzero(&down, sizeof down);
    return err;
}

enum err keyhole_take(struct keyhole *keyhole, struct arena *arena, struct keyhole_heard *heard_out)
{
    *heard_out = (struct keyhole_heard){0};
    if (!keyhole->is_waiting) {
        return OK;
    }
    struct arena_mark mark = arena_mark(arena);
    enum err err = take(keyhole, arena, heard_out);
    arena_rollback(arena, mark);
    return err;
}
