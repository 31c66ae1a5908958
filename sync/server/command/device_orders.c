#include "sync/server/command/device_orders.h"

#include "core/base/buf.h"
#include "sync/proto/keys.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"

#include <sodium.h>
#include <string.h>

/* A wipe takes two people: until another confirms it, it is only asked for. Never said to a
 * tablet. */
enum { ORDER_wipe_asked = 4 };
_Static_assert((int)ORDER_wipe_asked > (int)KEYS_ORDER_wipe, "no order of a tablet's");

enum { RESET_MINUTES = 15, PROOF_SHOWN = 8 };

static const struct {
    const char *verb;
    int64_t kind;
    const char *said_key, *word_key, *done_key;
} orders[] = {
    {"lock", KEYS_ORDER_lock, "keys.hq.said_lock", "keys.hq.lock", "keys.hq.done_lock"},
    {"unlock", KEYS_ORDER_unlock, "keys.hq.said_unlock", "keys.hq.unlock", "keys.hq.done_unlock"},
    {"confirm", KEYS_ORDER_wipe, "keys.hq.said_wipe", "keys.hq.wipe", "keys.hq.done_wipe"},
    {"wipe", ORDER_wipe_asked, "keys.hq.said_wipe_asked", "keys.hq.wipe_asked",
     "keys.hq.done_wipe_asked"},
};

bool device_orders_has(const char *verb)
{
    for (size_t i = 0; i < COUNT(orders); i++) {
        if (strcmp(orders[i].verb, verb) == 0) {
            return true;
        }
    }
    return strcmp(verb, "reset") == 0;
}

static enum err is_tablet(struct command_context *context, int64_t device_no, bool *is_out)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    *is_out = hq_next(&query) && device_no != 0;
    return hq_end(&query);
}

static enum err order_add(struct command_context *context, size_t which, int64_t device_no,
                          int64_t now_ms)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_order_add);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$kind", orders[which].kind);
    hq_bind_i64(&query, "$given_at_ms", now_ms);
    hq_bind_text(&query, "$given_by", str_from(context->actor));
    TRY(hq_run(&query));
    return hq_audit(context->store, now_ms, context->actor,
                    str_format(context->arena, "device %s", orders[which].verb),
                    str_format(context->arena, "device %lld", (long long)device_no));
}

/* All of them, in one transaction. */
static enum err order(struct command_context *context, size_t which, const int64_t *device_nos,
                      size_t count, bool *is_known_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    for (size_t i = 0; i < count; i++) {
        TRY(is_tablet(context, device_nos[i], is_known_out));
        if (!*is_known_out) {
            hq_rollback(context->store);
            return OK;
        }
        TRY(order_add(context, which, device_nos[i], now_ms));
    }
    return hq_commit(context->store);
}

/* Digits, because it is told over the telephone. */
static void code_make(const struct rng *rng, char code[KEYS_RESET_DIGITS + 1])
{
    for (size_t i = 0; i < KEYS_RESET_DIGITS; i++) {
        code[i] = (char)('0' + rng_below(rng, 10));
    }
    code[KEYS_RESET_DIGITS] = '\0';
}

/* A vault that headquarters can open again: one that has told it how. */
static enum err has_recovery(struct command_context *context, int64_t device_no, bool *has_out)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_vault_key_list);
    hq_bind_i64(&query, "$device_no", device_no);
    *has_out = false;
    while (hq_next(&query)) {
        *has_out = *has_out || (hq_i64(&query, 2) != 0 && hq_i64(&query, 1) > KEYS_GUARD_none);
    }
    return hq_end(&query);
}

static enum err reset(struct command_context *context, int64_t device_no,
                      const char code[KEYS_RESET_DIGITS + 1], bool *is_known_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    uint8_t hash[32];
    TRY(hq_begin(context->store));
    TRY(has_recovery(context, device_no, is_known_out));
    if (!*is_known_out) {
        hq_rollback(context->store);
        return OK;
    }
    CHECK(crypto_generichash(hash, sizeof hash, (const uint8_t *)code, KEYS_RESET_DIGITS, NULL,
                             0) == 0);
    struct hq_query query = hq_query(context->store, SQL_HQ_vault_reset_set);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_bytes(&query, "$reset_hash", hash, sizeof hash);
    hq_bind_i64(&query, "$reset_until_ms", now_ms + (int64_t)RESET_MINUTES * 60000);
    TRY(hq_run(&query));
    TRY(hq_audit(context->store, now_ms, context->actor, "device reset",
                 str_format(context->arena, "device %lld", (long long)device_no)));
    return hq_commit(context->store);
}

/* The order_no of a wipe that waits for a second person, and who asked; 0 none. An unlock since
 * then takes it back. */
static enum err wipe_asked(struct command_context *context, int64_t device_no,
                           int64_t *order_no_out, const char **by_out)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_order_wipe_asked);
    hq_bind_i64(&query, "$device_no", device_no);
    *order_no_out = 0;
    *by_out = "";
    if (hq_next(&query)) {
        *order_no_out = hq_i64(&query, 0);
        *by_out = str_text(context->arena, hq_text(&query, 1));
    }
    return hq_end(&query);
}

/* Not who asked for it. */
static enum command_exit may_confirm(struct command_context *context, int64_t device_no)
{
    int64_t order_no = 0;
    const char *by = NULL;
    struct permit_object object = {.branch_no = HQ_BRANCH};
    enum err err = wipe_asked(context, device_no, &order_no, &by);
    if (err == OK && order_no != 0) {
        struct hq_query query = hq_query(context->store, SQL_HQ_person_by_code);
        hq_bind_text(&query, "$code", str_from(by));
        if (hq_next(&query)) {
            object.about_no = (uint32_t)hq_i64(&query, 0);
        }
        err = hq_end(&query);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    return order_no == 0 ? command_fail(context, COMMAND_refused,
                                        COMMAND_TEXT("keys.hq.fail_not_asked",
                                                     lang_value_count("device", device_no)))
                         : guard_object(context, &object);
}

/* Those that a wipe was asked for, none of them by who confirms; `count` becomes their number. */
static enum command_exit confirmed(struct command_context *context, const int64_t *device_nos,
                                   size_t *count, int64_t **asked_out)
{
    size_t asked_count = 0;
    int64_t *asked = ARENA_ARRAY(context->arena, *count, int64_t);
    for (size_t i = 0; i < *count; i++) {
        int64_t order_no = 0;
        const char *by = NULL;
        enum err err = wipe_asked(context, device_nos[i], &order_no, &by);
        if (err != OK) {
            return command_err(context, err);
        }
        if (order_no == 0 && *count > 1) {
            continue;
        }
        enum command_exit code = may_confirm(context, device_nos[i]);
        if (code != COMMAND_ok) {
            return code;
        }
        asked[asked_count++] = device_nos[i];
    }
    *count = asked_count;
    *asked_out = asked;
    return asked_count > 0 ? COMMAND_ok
                           : command_fail(context, COMMAND_refused,
                                          COMMAND_TEXT("keys.hq.fail_not_asked",
                                                       lang_value_count("device", device_nos[0])));
}

enum command_exit device_orders_give(struct command_context *context, const char *verb,
                                     const int64_t *device_nos, size_t count, bool *is_known_out)
{
    char reset_code[KEYS_RESET_DIGITS + 1];
    const char *said_key = "keys.hq.said_reset";
    enum err err = OK;
    bool is_reset = strcmp(verb, "reset") == 0;
    CHECK(count > 0 && (!is_reset || count == 1));
    if (strcmp(verb, "confirm") == 0) {
        int64_t *asked = NULL;
        enum command_exit code = confirmed(context, device_nos, &count, &asked);
        if (code != COMMAND_ok) {
            return code;
        }
        CHECK(asked != NULL);
        device_nos = asked;
    }
    code_make(context->rng, reset_code);
    if (is_reset) {
        err = reset(context, device_nos[0], reset_code, is_known_out);
    }
    for (size_t i = 0; !is_reset && i < COUNT(orders); i++) {
        if (strcmp(orders[i].verb, verb) == 0) {
            said_key = orders[i].said_key;
            err = order(context, i, device_nos, count, is_known_out);
        }
    }
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    for (size_t i = 0; i < count && *is_known_out; i++) {
        command_say(context, COMMAND_TEXT(said_key, lang_value_count("device", device_nos[i]),
                                          lang_value_text("code", reset_code),
                                          lang_value_count("minutes", RESET_MINUTES)));
    }
    return COMMAND_ok;
}

/* ---- what stands of it ---- */

static const char *done_text(struct listing *listing, size_t which, int64_t asked_no,
                             const struct hq_query *query)
{
    struct command_context *context = listing->context;
    int64_t heard_at_ms = hq_i64(query, 5);
    if (orders[which].kind == ORDER_wipe_asked) {
        return lang_text(context->lang, hq_i64(query, 0) == asked_no ? "keys.hq.wipe_waits"
                                                                     : orders[which].done_key);
    }
    if (heard_at_ms == 0) {
        return lang_text(context->lang, "keys.hq.not_done");
    }
    struct str proof = hq_text(query, 9);
    uint8_t hash[32];
    char shown[2 * PROOF_SHOWN + 1];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)proof.bytes, proof.size, NULL, 0);
    buf_to_hex(shown, hash, PROOF_SHOWN);
    return lang_fill(context->arena, context->lang, orders[which].done_key,
                     lang_value_text("time", fact_words_instant(context, hq_i64(query, 4),
                                                                listing->offset_minutes)),
                     lang_value_count("files", hq_i64(query, 6)),
                     lang_value_count("kib", (hq_i64(query, 7) + 1023) / 1024),
                     lang_value_count("sealed", hq_i64(query, 8)), lang_value_text("proof", shown));
}

static enum err print_vaults(struct listing *listing, int64_t device_no)
{
    static const char *const guards[] = {
        "keys.hq.guard_none", "keys.hq.guard_none", "keys.hq.guard_pin",   "keys.hq.guard_pin",
        "keys.hq.guard_chip", "keys.hq.guard_half", "keys.hq.guard_phrase"};
    struct command_context *context = listing->context;
    struct hq_query query = hq_query(context->store, SQL_HQ_vault_key_list);
    hq_bind_i64(&query, "$device_no", device_no);
    while (hq_next(&query)) {
        int64_t guard = hq_i64(&query, 1);
        size_t at = guard > 0 && guard < (int64_t)COUNT(guards) ? (size_t)guard : 0;
        listing_key(listing, "keys.hq.vault", "keys.hq.vault");
        listing_text(listing, str_from(lang_fill(
                                  context->arena, context->lang, "keys.hq.vault_is",
                                  lang_value_text("guard", lang_text(context->lang, guards[at])),
                                  lang_value_count("wrong", hq_i64(&query, 4)))));
    }
    return hq_end(&query);
}

enum err device_orders_print(struct listing *listing, int64_t device_no)
{
    struct command_context *context = listing->context;
    int64_t asked_no = 0;
    const char *asked_by = NULL;
    TRY(print_vaults(listing, device_no));
    TRY(wipe_asked(context, device_no, &asked_no, &asked_by));
    struct hq_query query = hq_query(context->store, SQL_HQ_order_list);
    hq_bind_i64(&query, "$device_no", device_no);
    while (hq_next(&query)) {
        size_t which = 0;
        while (which + 1 < COUNT(orders) && orders[which].kind != hq_i64(&query, 1)) {
            which++;
        }
        listing_key(listing, orders[which].word_key, orders[which].verb);
        listing_text(listing, str_from(str_format(context->arena, "%s · %s · %s",
                                                  fact_words_instant(context, hq_i64(&query, 2),
                                                                     listing->offset_minutes),
                                                  str_text(context->arena, hq_text(&query, 3)),
                                                  done_text(listing, which, asked_no, &query))));
    }
    return hq_end(&query);
}
