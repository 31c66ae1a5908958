/* doorstep-hq flag: what stops contact, stating it and clearing it: only headquarters clears. */
#include "sync/server/command/flag_raise.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"

#include "core/event/fold.h"

#include <string.h>

const char *const flag_options[] = {"--note",         "--client",     "--from",
                                    "--until",        "--not-before", "--not-after",
                                    "--not-weekdays", "--not-places", NULL};

/* Clearing what is not raised would put on record a permission that nobody needed.
 * A flag that has run out may still be cleared: day 0 lies before every end. The
 * clearing says how many raises were known, so that one still on its way stands. */
static enum command_exit check_raised(struct command_context *context, const char *word,
                                      uint64_t case_no, ds_StatusCleared *cleared)
{
    const ds_CaseState *state = NULL;
    enum command_exit code = lookup_state(context, case_no, &state);
    if (code != COMMAND_ok) {
        return code;
    }
    const ds_Flag *flag = fold_flag(state, cleared->flag, 0);
    if (flag != NULL) {
        cleared->has_raised_count = true;
        cleared->raised_count = flag->raised_count;
        return COMMAND_ok;
    }
    return command_fail(
        context, COMMAND_not_found,
        COMMAND_TEXT("hq.fail.flag_not_raised", lang_value_text("case", word),
                     lang_value_key("flag", catalog_key(CATALOG_stop_flag, cleared->flag))));
}

static enum err put_case(struct listing *listing, const struct hq_query *query)
{
    struct command_context *context = listing->context;
    ds_CaseState *state = ARENA_NEW(context->arena, ds_CaseState);
    struct str bytes = hq_text(query, 4);
    const char *case_ref = str_text(context->arena, hq_text(query, 1));
    if (case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size) != OK) {
        return ERR_corrupt;
    }
    for (size_t i = 0; i < state->flags_count; i++) {
        const ds_Flag *flag = &state->flags[i];
        const char *name = catalog_name(CATALOG_stop_flag, flag->flag);
        if (flag->is_cleared || name == NULL) {
            continue;
        }
        listing_pick(listing,
                     str_format(context->arena, "%s #%lld", name, (long long)hq_i64(query, 0)));
        listing_text(listing, str_from(case_ref));
        listing_key(listing, catalog_key(CATALOG_stop_flag, flag->flag), name);
        listing_instant(listing, (int64_t)flag->since_at_ms);
        listing_day(listing, flag->until_day);
        listing_text(listing, hq_text(query, 3));
        bool is_hidden = flag->note[0] != '\0' && guard_is_masked(context);
        listing_text(listing, is_hidden ? STR("***") : str_from(flag->note));
    }
    return OK;
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"case_ref", "hq.column.case"},         {"flag", "office.column.stop"},
        {"since_at_ms", "office.column.since"}, {"until", "office.column.until"},
        {"holder", "office.column.holder"},     {"note", "office.column.note"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    struct hq_query query = hq_query(context->store, SQL_HQ_stops_open);
    hq_bind_i64(&query, "$life", CASE_LIFE_open);
    while (err == OK && hq_next(&query)) {
        bool shows = true;
        err = guard_shows(context, hq_i64(&query, 2), &shows);
        if (err == OK && shows) {
            err = put_case(&listing, &query);
        }
    }
    enum err end_err = hq_end(&query);
    if (err != OK || end_err != OK) {
        return command_err(context, err != OK ? err : end_err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

enum command_exit flag_command(struct command_context *context)
{
    if (!command_options_are_known(context, flag_options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, flag_options, 0);
    const char *word = command_word(context, flag_options, 1);
    const char *flag = command_word(context, flag_options, 2);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return word == NULL ? list(context) : command_usage(context);
    }
    if (strcmp(verb, "raise") == 0) {
        return flag_raise_run(context);
    }
    if (strcmp(verb, "clear") != 0 || flag == NULL) {
        return command_usage(context);
    }
    ds_Event event = {.which_kind = ds_Event_status_cleared_tag};
    ds_StatusCleared *cleared = &event.kind.status_cleared;
    enum command_exit code = lookup_code(context, CATALOG_stop_flag, flag, &cleared->flag);
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &event.case_no);
    }
    if (code == COMMAND_ok) {
        code = check_raised(context, word, event.case_no, cleared);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, command_option(context, "--note"), cleared->note,
                           sizeof cleared->note);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event, "flag clear");
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT("hq.say.flag_cleared", lang_value_text("case", word),
                                          lang_value_key("flag", catalog_key(CATALOG_stop_flag,
                                                                             cleared->flag))));
    }
    return code;
}
