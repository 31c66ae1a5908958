/* doorstep-hq audit: who did and looked at what, and whether the log is whole. */
#include "sync/server/command/audit.h"

#include "sync/server/command/audit_words.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/verify.h"
#include "sync/server/command/who.h"

#include <string.h>

enum { LINES_DEFAULT = 50, LINES_MAX = 100000 };

static const char *const options[] = {"--person", "--case",  "--client", "--action",
                                      "--before", "--count", NULL};

enum err audit_check(struct hq_store *store, struct audit_check *check_out)
{
    *check_out = (struct audit_check){0};
    struct hq_query query = hq_query(store, SQL_HQ_audit_all);
    while (check_out->broken_no == 0 && hq_next(&query)) {
        struct hq_audit_line line = hq_audit_row(&query);
        check_out->line_count++;
        check_out->head = hq_audit_link(&check_out->head, check_out->line_count, &line);
        if (hq_i64(&query, 0) != check_out->line_count ||
            !verify_is_link(hq_text(&query, 5), &check_out->head)) {
            check_out->broken_no = check_out->line_count;
        }
    }
    TRY(hq_end(&query));
    /* A log that was cut at its end is whole in itself; backups say how long it was. */
    int64_t known_count = 0;
    struct hq_query backups = hq_query(store, SQL_HQ_backup_all);
    while (hq_next(&backups)) {
        known_count = hq_i64(&backups, 6) > known_count ? hq_i64(&backups, 6) : known_count;
    }
    TRY(hq_end(&backups));
    if (check_out->broken_no == 0 && check_out->line_count < known_count) {
        check_out->broken_no = check_out->line_count + 1;
    }
    return OK;
}

static enum command_exit check(struct command_context *context)
{
    struct audit_check check;
    enum err err = audit_check(context->store, &check);
    if (err != OK) {
        return command_err(context, err);
    }
    if (check.broken_no != 0) {
        return command_fail(
            context, COMMAND_found,
            COMMAND_TEXT("office.audit.broken", lang_value_count("line", check.broken_no)));
    }
    char head[2 * CHAIN_LINK_SIZE + 1];
    for (size_t i = 0; i < CHAIN_LINK_SIZE; i++) {
        snprintf(head + 2 * i, 3, "%02x", check.head.bytes[i]);
    }
    command_say(context, COMMAND_TEXT("office.audit.whole", lang_value_count("n", check.line_count),
                                      lang_value_text("head", head)));
    return COMMAND_ok;
}

struct wanted {
    uint32_t person_no;
    uint64_t case_no;
    int64_t before_no, count;
    const char *action;
};

static enum command_exit read_wanted(struct command_context *context, struct wanted *wanted)
{
    const char *person = command_option(context, "--person");
    const char *word = command_option(context, "--case");
    const char *before = command_option(context, "--before");
    const char *count = command_option(context, "--count");
    const char *action = command_option(context, "--action");
    *wanted = (struct wanted){.count = LINES_DEFAULT, .action = action != NULL ? action : ""};
    enum command_exit code = COMMAND_ok;
    if (person != NULL) {
        code = lookup_person(context, person, &wanted->person_no);
    }
    if (code == COMMAND_ok && word != NULL) {
        code = lookup_case(context, word, &wanted->case_no);
    }
    if (code == COMMAND_ok && before != NULL) {
        code = lookup_number(context, before, 1, INT64_MAX, &wanted->before_no);
    }
    if (code == COMMAND_ok && count != NULL) {
        code = lookup_number(context, count, 1, LINES_MAX, &wanted->count);
    }
    return code;
}

/* Programs get what is stored and chained. */
static enum err put_stored(struct listing *listing, const struct hq_audit_line *line)
{
    listing_text(listing, line->actor);
    listing_text(listing, line->action);
    listing_text(listing, line->detail);
    listing_number(listing, line->case_no);
    return OK;
}

static enum err put_told(struct listing *listing, const struct hq_audit_line *line)
{
    struct command_context *context = listing->context;
    const char *actor = NULL;
    const char *detail = NULL;
    const char *case_ref = "-";
    TRY(audit_words_actor(context, line->actor, &actor));
    TRY(audit_words_detail(context, line->action, line->detail, &detail));
    if (line->case_no != 0) {
        TRY(who_case(context, (uint64_t)line->case_no, &case_ref));
    }
    listing_text(listing, str_from(actor));
    if (str_is(line->action, "refused") || str_is(line->action, "login wrong")) {
        listing_tone(listing, LISTING_TONE_wait);
    }
    listing_text(listing, str_from(audit_words_action(context, line->action)));
    listing_text(listing, str_from(detail));
    listing_text(listing, str_from(case_ref));
    return OK;
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"audit_no", "hq.column.number"},   {"at_ms", "hq.column.at"},
        {"actor", "office.column.who"},     {"action", "office.column.action"},
        {"detail", "office.column.detail"}, {"case_no", "hq.column.case"},
        {"origin", "office.column.origin"},
    };
    struct wanted wanted;
    enum command_exit code = read_wanted(context, &wanted);
    if (code != COMMAND_ok) {
        return code;
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_audit_page);
    hq_bind_i64(&query, "$before_no", wanted.before_no);
    hq_bind_i64(&query, "$person_no", wanted.person_no);
    hq_bind_i64(&query, "$case_no", (int64_t)wanted.case_no);
    hq_bind_text(&query, "$action", str_from(wanted.action));
    hq_bind_i64(&query, "$limit", wanted.count);
    while (err == OK && hq_next(&query)) {
        struct hq_audit_line line = hq_audit_row(&query);
        listing_number(&listing, hq_i64(&query, 0));
        listing_instant(&listing, line.at_ms);
        err = context->is_json ? put_stored(&listing, &line) : put_told(&listing, &line);
        listing_text(&listing, line.origin);
    }
    enum err end_err = hq_end(&query);
    err = err != OK ? err : end_err;
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

enum command_exit audit_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    return strcmp(verb, "verify") == 0 ? check(context) : command_usage(context);
}
