#include "sync/server/command/device_tablets.h"

#include "core/base/buf.h"
#include "sync/server/command/fact_words.h"

#include <sodium.h>
#include <string.h>

enum { HASH_SHOWN = 8 };

enum err device_tablets_members(struct command_context *context, int64_t device_no,
                                struct device_tablet *tablet_out)
{
    bool has_itself = false;
    bool is_full = false;
    *tablet_out = (struct device_tablet){0};
    struct hq_query query = hq_query(context->store, SQL_HQ_tablet_members);
    hq_bind_i64(&query, "$device_no", device_no);
    while (hq_next(&query)) {
        is_full = is_full || tablet_out->count == DEVICE_TABLETS_MAX;
        if (!is_full) {
            int64_t member_no = hq_i64(&query, 0);
            has_itself = has_itself || member_no == device_no;
            tablet_out->device_nos[tablet_out->count++] = member_no;
        }
    }
    TRY(hq_end(&query));
    if (!has_itself && !is_full) {
        tablet_out->device_nos[tablet_out->count++] = device_no;
    }
    return is_full ? ERR_too_many : OK;
}

enum err device_tablets_left(struct command_context *context, int64_t device_no,
                             int64_t *heard_at_ms_out)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_left_get);
    hq_bind_i64(&query, "$device_no", device_no);
    *heard_at_ms_out = hq_next(&query) ? hq_i64(&query, 1) : 0;
    return hq_end(&query);
}

static enum err certificate_get(struct command_context *context, int64_t device_no,
                                bool *is_bound_out, const char **words_out, int32_t offset_minutes)
{
    char shown[2 * HASH_SHOWN + 1] = "";
    struct hq_query query = hq_query(context->store, SQL_HQ_client_key_get);
    hq_bind_i64(&query, "$device_no", device_no);
    *is_bound_out = hq_next(&query);
    *words_out = "";
    if (*is_bound_out) {
        struct str key = hq_text(&query, 0);
        buf_to_hex(shown, key.bytes, key.size < HASH_SHOWN ? key.size : HASH_SHOWN);
        *words_out = lang_fill(
            context->arena, context->lang,
            hq_i64(&query, 1) != 0 ? "keys.hq.certificate_open" : "keys.hq.certificate_is",
            lang_value_text("key", shown),
            lang_value_text("time",
                            fact_words_instant(context, hq_i64(&query, 2), offset_minutes)));
    }
    return hq_end(&query);
}

static enum err open_one(struct command_context *context, int64_t device_no, bool *is_bound_out)
{
    const char *words = NULL;
    TRY(certificate_get(context, device_no, is_bound_out, &words, 0));
    if (!*is_bound_out) {
        return OK;
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_client_key_open);
    hq_bind_i64(&query, "$device_no", device_no);
    TRY(hq_run(&query));
    return hq_audit(context->store, clock_now_ms(context->clock), context->actor,
                    "device certificate",
                    str_format(context->arena, "device %lld", (long long)device_no));
}

static enum err open_in_transaction(struct command_context *context, struct device_tablet *tablet)
{
    size_t bound_count = 0;
    for (size_t i = 0; i < tablet->count; i++) {
        bool is_bound = false;
        TRY(open_one(context, tablet->device_nos[i], &is_bound));
        if (is_bound) {
            tablet->device_nos[bound_count++] = tablet->device_nos[i];
        }
    }
    tablet->count = bound_count;
    return hq_commit(context->store);
}

enum err device_tablets_certificate(struct command_context *context, struct device_tablet *tablet)
{
    TRY(hq_begin(context->store));
    enum err err = open_in_transaction(context, tablet);
    if (err != OK) {
        hq_rollback(context->store);
    }
    return err;
}

/* ---- what stands of it ---- */

static enum err print_others(struct listing *listing, int64_t device_no)
{
    struct command_context *context = listing->context;
    struct device_tablet tablet;
    const char *others = "";
    TRY(device_tablets_members(context, device_no, &tablet));
    for (size_t i = 0; i < tablet.count; i++) {
        if (tablet.device_nos[i] != device_no) {
            others = str_format(context->arena, "%s%s%lld", others, others[0] == '\0' ? "" : ", ",
                                (long long)tablet.device_nos[i]);
        }
    }
    if (others[0] != '\0') {
        listing_key(listing, "keys.hq.same_tablet", "same_tablet");
        listing_text(listing, str_from(others));
    }
    return OK;
}

static enum err print_certificate(struct listing *listing, int64_t device_no)
{
    bool is_bound = false;
    const char *words = NULL;
    TRY(certificate_get(listing->context, device_no, &is_bound, &words, listing->offset_minutes));
    if (is_bound) {
        listing_key(listing, "keys.hq.certificate", "certificate");
        listing_text(listing, str_from(words));
    }
    return OK;
}

static enum err print_left(struct listing *listing, int64_t device_no)
{
    struct command_context *context = listing->context;
    struct hq_query query = hq_query(context->store, SQL_HQ_left_get);
    hq_bind_i64(&query, "$device_no", device_no);
    if (hq_next(&query)) {
        uint8_t hash[32];
        char shown[2 * HASH_SHOWN + 1];
        struct str proof = hq_text(&query, 5);
        crypto_generichash(hash, sizeof hash, (const uint8_t *)proof.bytes, proof.size, NULL, 0);
        buf_to_hex(shown, hash, HASH_SHOWN);
        listing_key(listing, "keys.hq.left", "left");
        listing_text(listing,
                     str_from(lang_fill(
                         context->arena, context->lang, "keys.hq.done_left",
                         lang_value_text("time", fact_words_instant(context, hq_i64(&query, 0),
                                                                    listing->offset_minutes)),
                         lang_value_count("files", hq_i64(&query, 2)),
                         lang_value_count("kib", (hq_i64(&query, 3) + 1023) / 1024),
                         lang_value_text("proof", shown))));
    }
    return hq_end(&query);
}

enum err device_tablets_print(struct listing *listing, int64_t device_no)
{
    TRY(print_others(listing, device_no));
    TRY(print_certificate(listing, device_no));
    return print_left(listing, device_no);
}
