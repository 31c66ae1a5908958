/* doorstep-hq hold: nothing of a case is erased while somebody may need it as proof. */
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/retention.h"

#include <string.h>

static const char *const options[] = {"--note", "--client", "--by", NULL};

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"case", "hq.column.case"},
        {"at_ms", "hq.column.made"},
        {"by", "hq.column.person"},
        {"note", "hq.column.note"},
    };
    struct listing listing;
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_hold_all);
    while (err == OK && hq_next(&query)) {
        struct str body = hq_text(&query, 3);
        err = event_decode(event, (const uint8_t *)body.bytes, body.size);
        if (err != OK || event->kind.hold_changed.is_lifted) {
            continue;
        }
        listing_text(&listing, hq_text(&query, 1));
        listing_instant(&listing, hq_i64(&query, 2));
        listing_text(&listing, str_from(event->kind.hold_changed.by));
        listing_text(&listing, str_from(event->kind.hold_changed.note));
    }
    enum err end_err = hq_end(&query);
    err = err != OK ? err : end_err;
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

static enum command_exit change(struct command_context *context, bool is_lifted)
{
    const char *word = command_word(context, options, 1);
    const char *note = command_option(context, "--note");
    ds_Event event = {.which_kind = ds_Event_hold_changed_tag};
    ds_HoldChanged *changed = &event.kind.hold_changed;
    bool is_held = false;
    if (word == NULL || note == NULL) {
        return command_usage(context);
    }
    uint32_t person_no = 0;
    enum command_exit code = lookup_caller(context, &person_no);
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &event.case_no);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = retention_is_held(context, event.case_no, &is_held);
    if (err != OK) {
        return command_err(context, err);
    }
    if (is_held != is_lifted) {
        return command_fail(context, COMMAND_found,
                            COMMAND_TEXT(is_held ? "hq.fail.hold_there" : "hq.fail.hold_none",
                                         lang_value_text("case", word)));
    }
    changed->is_lifted = is_lifted;
    code = lookup_text(context, note, changed->note, sizeof changed->note);
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, changed->by, sizeof changed->by);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event, is_lifted ? "hold lift" : "hold put");
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT(is_lifted ? "hq.say.hold_lifted" : "hq.say.hold_put",
                                          lang_value_text("case", word)));
    }
    return code;
}

enum command_exit hold_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    if (strcmp(verb, "put") == 0) {
        return change(context, false);
    }
    return strcmp(verb, "lift") == 0 ? change(context, true) : command_usage(context);
}
