/* doorstep-hq retention: what may no longer be kept, who asks for it to go, who erases it, and the
 * proof. Two people: who asked does not erase. */
#include "sync/server/command/retention.h"

#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"

#include <string.h>

static const char *const options[] = {"--class", "--ground", "--note", "--client", "--by", NULL};

/* "contact,notes" or "all". */
static enum command_exit read_classes(struct command_context *context, uint32_t *classes_out)
{
    const char *word = command_option(context, "--class");
    *classes_out = 0;
    if (word == NULL) {
        return command_usage(context);
    }
    if (strcmp(word, "all") == 0) {
        *classes_out = (UINT32_C(1) << DATA_CLASS_END) - 2;
        return COMMAND_ok;
    }
    struct str rest = str_from(word);
    struct str name;
    while (str_split(&rest, ',', &name)) {
        uint32_t code = 0;
        enum command_exit exit =
            lookup_code(context, CATALOG_data_class, str_text(context->arena, name), &code);
        if (exit != COMMAND_ok) {
            return exit;
        }
        *classes_out |= UINT32_C(1) << code;
    }
    return COMMAND_ok;
}

static enum err put_request(struct command_context *context, uint64_t case_no, uint32_t classes,
                            uint32_t ground, const char *note, int64_t *request_no_out)
{
    int64_t now_ms = clock_now_ms(context->clock);
    TRY(hq_begin(context->store));
    struct hq_query next = hq_query(context->store, SQL_HQ_erase_request_next);
    TRY(hq_one_i64(&next, request_no_out));
    struct hq_query add = hq_query(context->store, SQL_HQ_erase_request_add);
    hq_bind_i64(&add, "$request_no", *request_no_out);
    hq_bind_i64(&add, "$case_no", (int64_t)case_no);
    hq_bind_i64(&add, "$classes", classes);
    hq_bind_i64(&add, "$ground", ground);
    hq_bind_text(&add, "$note", str_from(note));
    hq_bind_i64(&add, "$asked_no", context->person.person_no);
    hq_bind_i64(&add, "$asked_at_ms", now_ms);
    TRY(hq_run(&add));
    TRY(hq_audit(context->store, now_ms, context->actor, "retention ask",
                 str_format(context->arena, "case %llu, request %lld, classes %u",
                            (unsigned long long)case_no, (long long)*request_no_out, classes)));
    return hq_commit(context->store);
}

static enum command_exit ask(struct command_context *context)
{
    const char *word = command_word(context, options, 1);
    const char *ground_word = command_option(context, "--ground");
    const char *note = command_option(context, "--note");
    uint64_t case_no = 0;
    uint32_t classes = 0;
    uint32_t ground = 0;
    char text[601] = "";
    if (word == NULL || ground_word == NULL || note == NULL) {
        return command_usage(context);
    }
    uint32_t person_no = 0;
    enum command_exit code = lookup_caller(context, &person_no);
    if (code == COMMAND_ok) {
        code = lookup_case(context, word, &case_no);
    }
    if (code == COMMAND_ok) {
        code = read_classes(context, &classes);
    }
    if (code == COMMAND_ok) {
        code = lookup_code(context, CATALOG_erase_ground, ground_word, &ground);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, note, text, sizeof text);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    int64_t request_no = 0;
    enum err err = put_request(context, case_no, classes, ground, text, &request_no);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context, COMMAND_TEXT("hq.say.erase_asked", lang_value_count("number", request_no),
                                      lang_value_text("classes", retention_words(context, classes)),
                                      lang_value_text("case", word)));
    return COMMAND_ok;
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"number", "hq.column.number"},  {"case", "hq.column.case"},
        {"classes", "hq.column.data"},   {"ground", "hq.column.ground"},
        {"asked_by", "hq.column.asked"}, {"asked_at_ms", "hq.column.made"},
        {"state", "hq.column.state"},    {"note", "hq.column.note"},
    };
    static const char *const names[] = {"waits", "refused", "erased"};
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_erase_request_all);
    while (hq_next(&query)) {
        uint32_t ground = (uint32_t)hq_i64(&query, 4);
        const char *ground_name = catalog_name(CATALOG_erase_ground, ground);
        size_t state = hq_i64(&query, 9) == 0 ? 0 : hq_i64(&query, 11) == 0 ? 1 : 2;
        listing_number(&listing, hq_i64(&query, 0));
        listing_text(&listing, hq_text(&query, 2));
        listing_text(&listing, str_from(retention_words(context, (uint32_t)hq_i64(&query, 3))));
        listing_key(&listing, catalog_key(CATALOG_erase_ground, ground),
                    ground_name != NULL ? ground_name : "unknown");
        listing_text(&listing, hq_text(&query, 7));
        listing_instant(&listing, hq_i64(&query, 8));
        listing_key(&listing, str_format(context->arena, "erase_state.%s", names[state]),
                    names[state]);
        listing_text(&listing, hq_text(&query, 5));
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

enum command_exit retention_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    if (strcmp(verb, "due") == 0) {
        return retention_due(context);
    }
    if (strcmp(verb, "ask") == 0) {
        return ask(context);
    }
    if (strcmp(verb, "erase") == 0 || strcmp(verb, "refuse") == 0) {
        return retention_erase(context);
    }
    return strcmp(verb, "proof") == 0 ? retention_proof(context) : command_usage(context);
}
