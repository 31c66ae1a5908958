/* doorstep-hq devices: tablets, and taking one out of service. */
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/store/ingest.h"

#include <string.h>

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"device_no", "hq.column.number"},    {"person_no", "hq.column.person"},
        {"name", "hq.column.name"},           {"model", "hq.column.model"},
        {"app_version", "hq.column.version"}, {"enrolled_at_ms", "hq.column.enrolled"},
        {"seen_at_ms", "hq.column.seen"},     {"facts", "hq.column.facts"},
        {"cases", "hq.column.cases"},         {"copies", "hq.column.copies"},
        {"revoked", "hq.column.revoked"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_device_all);
    while (hq_next(&query)) {
        int64_t version = hq_i64(&query, 6);
        bool is_revoked = hq_i64(&query, 4) != 0;
        listing_number(&listing, hq_i64(&query, 0));
        listing_number(&listing, hq_i64(&query, 1));
        listing_text(&listing, hq_text(&query, 2));
        listing_text(&listing, hq_text(&query, 7));
        listing_text(&listing, str_from(str_format(
                                   context->arena, "%lld.%lld.%lld", (long long)(version / 10000),
                                   (long long)(version / 100 % 100), (long long)(version % 100))));
        listing_instant(&listing, hq_i64(&query, 3));
        listing_instant(&listing, hq_i64(&query, 5));
        listing_number(&listing, hq_i64(&query, 8));
        listing_number(&listing, hq_i64(&query, 10));
        listing_number(&listing, hq_i64(&query, 9) - 1);
        listing_key(&listing, is_revoked ? "hq.word.yes" : "hq.word.no", is_revoked ? "yes" : "no");
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

static enum err revoke_in_transaction(struct command_context *context, int64_t device_no,
                                      bool *is_done_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct hq_query query = hq_query(context->store, SQL_HQ_device_revoke);
    hq_bind_i64(&query, "$device_no", device_no);
    hq_bind_i64(&query, "$revoked_at_ms", now_ms);
    TRY(hq_run(&query));
    *is_done_out = hq_changed_count(context->store) > 0;
    if (*is_done_out) {
        struct hq_query holder = hq_query(context->store, SQL_HQ_device_holder_changed);
        hq_bind_i64(&holder, "$device_no", device_no);
        TRY(hq_run(&holder));
        struct ingest *ingest = ingest_start(context->arena, context->store, now_ms);
        enum err err = ingest_device_leaves(ingest, (uint32_t)device_no);
        enum err finish_err = ingest_finish(ingest);
        TRY(err);
        TRY(finish_err);
        TRY(hq_audit(context->store, now_ms, context->actor, "revoke",
                     str_format(context->arena, "device %lld", (long long)device_no)));
    }
    return hq_commit(context->store);
}

static enum command_exit revoke(struct command_context *context)
{
    const char *word = command_word(context, NULL, 1);
    int64_t device_no = 0;
    if (word == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_number(context, word, 1, UINT32_MAX, &device_no);
    if (code != COMMAND_ok) {
        return code;
    }
    bool is_done = false;
    enum err err = revoke_in_transaction(context, device_no, &is_done);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    if (!is_done) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.device", lang_value_count("device", device_no)));
    }
    command_say(context, COMMAND_TEXT("hq.say.revoked", lang_value_count("device", device_no)));
    return COMMAND_ok;
}

enum command_exit devices_command(struct command_context *context)
{
    if (!command_options_are_known(context, NULL, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, NULL, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    return strcmp(verb, "revoke") == 0 ? revoke(context) : command_usage(context);
}
