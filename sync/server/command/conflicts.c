/* doorstep-hq conflicts: what does not fit together, and closing it. */
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/merge/conflict.h"

#include <string.h>

static const char *const options[] = {"--note", NULL};

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"id", "hq.column.fact"},       {"kind", "hq.column.conflict"},
        {"case", "hq.column.case"},     {"device_no", "hq.column.device"},
        {"person", "hq.column.person"}, {"other", "hq.column.other"},
        {"at_ms", "hq.column.at"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_conflict_open);
    while (hq_next(&query)) {
        uint32_t kind = (uint32_t)hq_i64(&query, 1);
        const char *name = conflict_name(kind);
        struct id id = hq_id(&query, 2);
        char id_text[ID_TEXT_SIZE];
        id_to_text(id_text, &id);
        listing_text(&listing, str_from(id_text));
        listing_key(&listing, conflict_key(kind), name != NULL ? name : "unknown");
        listing_text(&listing, hq_text(&query, 8));
        listing_number(&listing, hq_i64(&query, 4));
        listing_text(&listing, hq_text(&query, 9));
        listing_text(&listing, hq_text(&query, 10));
        listing_instant(&listing, hq_i64(&query, 7));
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

static enum err close_in_transaction(struct command_context *context, const struct id *id,
                                     struct str note, int64_t *count_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct hq_query query = hq_query(context->store, SQL_HQ_conflict_close);
    hq_bind_id(&query, "$id", id);
    hq_bind_i64(&query, "$closed_at_ms", now_ms);
    hq_bind_text(&query, "$note", note);
    TRY(hq_run(&query));
    *count_out = hq_changed_count(context->store);
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, id);
    TRY(hq_audit(context->store, now_ms, context->actor, "conflict close", id_text));
    return hq_commit(context->store);
}

static enum command_exit close(struct command_context *context)
{
    const char *word = command_word(context, options, 1);
    const char *note = command_option(context, "--note");
    struct id id;
    if (word == NULL) {
        return command_usage(context);
    }
    struct str note_text = str_from(note != NULL ? note : "");
    if (!str_is_utf8(note_text)) {
        return command_err(context, ERR_bad_text);
    }
    int64_t count = 0;
    enum err err = id_from_text(&id, word);
    if (err == OK) {
        err = close_in_transaction(context, &id, note_text, &count);
        if (err != OK) {
            hq_rollback(context->store);
            return command_err(context, err);
        }
    }
    if (count == 0) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.conflict", lang_value_text("word", word)));
    }
    command_say(context, COMMAND_TEXT("hq.say.conflict_closed", lang_value_count("n", count)));
    return COMMAND_ok;
}

enum command_exit conflicts_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    return strcmp(verb, "close") == 0 ? close(context) : command_usage(context);
}
