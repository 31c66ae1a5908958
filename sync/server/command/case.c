/* doorstep-hq case: one borrower's file, as much of it as the caller's roles need. */
#include "core/domain/mask.h"
#include "core/event/address.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/who.h"

#include <string.h>

static const char *const options[] = {"--client", NULL};

struct file {
    struct command_context *context;
    uint64_t case_no;
    uint32_t holder_no, holder_team_no;
    int64_t owed_minor;
    int32_t due_day;
    const char *holder;
    bool is_masked; /* names and numbers with stars, no addresses */
    ds_CaseRecord *record;
    ds_CaseState *state;
};

static enum err read_file(struct file *file)
{
    struct hq_store *store = file->context->store;
    struct hq_query query = hq_query(store, SQL_HQ_case_holder);
    hq_bind_i64(&query, "$case_no", (int64_t)file->case_no);
    file->holder = "";
    if (hq_next(&query)) {
        file->holder_no = (uint32_t)hq_i64(&query, 0);
        file->holder_team_no = (uint32_t)hq_i64(&query, 1);
        file->owed_minor = hq_i64(&query, 2);
        file->due_day = (int32_t)hq_i64(&query, 3);
        file->holder = str_text(file->context->arena, hq_text(&query, 4));
    }
    TRY(hq_end(&query));
    file->record = ARENA_NEW(file->context->arena, ds_CaseRecord);
    file->state = ARENA_NEW(file->context->arena, ds_CaseState);
    struct hq_query both = hq_query(store, SQL_HQ_kase_and_state);
    hq_bind_i64(&both, "$case_no", (int64_t)file->case_no);
    enum err err = ERR_not_found;
    if (hq_next(&both)) {
        struct str record = hq_text(&both, 0);
        struct str state = hq_text(&both, 1);
        err = case_record_decode(file->record, (const uint8_t *)record.bytes, record.size);
        if (err == OK && state.size > 0) {
            err = case_state_decode(file->state, (const uint8_t *)state.bytes, state.size);
        }
    }
    TRY(hq_end(&both));
    return err;
}

/* Whose data was looked at stands in the log before anything of it is shown. */
static enum err note_view(void *given, struct hq_store *store)
{
    const struct file *file = given;
    const struct command_context *context = file->context;
    const struct hq_audit_line line = {
        .at_ms = clock_now_ms(context->clock),
        .actor = str_from(context->actor),
        .action = STR("view case"),
        .detail = file->is_masked ? STR("masked") : STR("whole"),
        .origin = str_from(context->origin),
        .person_no = context->person.person_no,
        .case_no = (int64_t)file->case_no,
    };
    TRY(hq_begin(store));
    TRY(hq_audit_put(store, &line));
    return hq_commit(store);
}

static void pair(struct listing *listing, const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0') {
        listing_key(listing, key, key);
        listing_text(listing, str_from(value));
    }
}

static const char *named(const struct file *file, const char *name)
{
    char text[MASK_TEXT_SIZE];
    return file->is_masked ? arena_text(file->context->arena, mask_name(text, name)) : name;
}

static const char *reached(const struct file *file, const char *point)
{
    char text[MASK_TEXT_SIZE];
    return file->is_masked ? arena_text(file->context->arena, mask_phone(text, point)) : point;
}

static const char *identified(const struct file *file, const char *number)
{
    char text[MASK_TEXT_SIZE];
    return file->is_masked ? arena_text(file->context->arena, mask_id_number(text, number))
                           : number;
}

/* With what was found there, and when. */
static const char *placed(const struct file *file, const struct address *address)
{
    struct command_context *context = file->context;
    const char *text = file->is_masked ? address->at->area : address->at->text;
    if (text[0] == '\0' || address->result == 0) {
        return text;
    }
    return str_format(
        context->arena, "%s · %s · %s", text,
        lang_text(context->lang, catalog_key(CATALOG_address_result, address->result)),
        lang_day(context->arena, context->lang, address->as_of_day, 0));
}

static const char *money(const struct file *file, int64_t amount_minor)
{
    return lang_money(file->context->arena, file->context->lang, amount_minor,
                      file->record->currency);
}

static enum err show_head(const struct file *file)
{
    static const struct listing_column columns[] = {{"field", "hq.review.blank"},
                                                    {"value", "office.column.case_file"}};
    const ds_CaseRecord *record = file->record;
    struct command_context *context = file->context;
    struct listing listing;
    TRY(listing_start(&listing, context, columns, COUNT(columns)));
    pair(&listing, "hq.column.case", record->case_ref);
    pair(&listing, "hq.column.client", record->client);
    pair(&listing, "office.column.product", record->product);
    pair(&listing, "hq.column.debtor", named(file, record->debtor_name));
    pair(&listing, "office.column.id_number", identified(file, record->id_number));
    for (size_t i = 0; i < record->points_count; i++) {
        pair(&listing, "office.column.contact", reached(file, record->points[i].value));
    }
    for (size_t i = 0; i < file->state->points_count; i++) {
        pair(&listing, "office.column.contact", reached(file, file->state->points[i].value));
    }
    struct address_list addresses = address_list(record, file->state);
    for (size_t i = 0; i < addresses.count; i++) {
        pair(&listing, "office.column.address", placed(file, &addresses.items[i]));
    }
    pair(&listing, "hq.column.owed", money(file, file->owed_minor));
    pair(&listing, "hq.column.due", lang_day(context->arena, context->lang, file->due_day, 0));
    pair(&listing, "office.column.holder", file->holder);
    listing_end(&listing);
    return OK;
}

static enum err show_facts(const struct file *file)
{
    static const struct listing_column columns[] = {{"at_ms", "hq.column.at"},
                                                    {"device_no", "hq.column.device"},
                                                    {"person_no", "hq.column.person"},
                                                    {"words", "hq.review.what"}};
    struct command_context *context = file->context;
    struct listing listing;
    TRY(listing_start(&listing, context, columns, COUNT(columns)));
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    struct hq_query query = hq_query(context->store, SQL_HQ_event_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)file->case_no);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 5);
        bool is_read = event_decode(event, (const uint8_t *)body.bytes, body.size) == OK;
        if (!is_read) { /* of a newer tablet, or broken: its bytes are in the journal */
            memset(event, 0, sizeof *event);
        }
        listing_instant(&listing, is_read ? (int64_t)event->at_ms : hq_i64(&query, 4));
        who_listing_device(&listing, hq_i64(&query, 0));
        TRY(who_listing(&listing, event->person_no));
        /* What was said at a door may name people and places. */
        listing_text(&listing, str_from(file->is_masked ? fact_words_kind(context, event)
                                                        : fact_words(context, event)));
    }
    TRY(hq_end(&query));
    listing_end(&listing);
    return OK;
}

static enum command_exit show(struct command_context *context)
{
    const char *word = command_word(context, options, 1);
    struct file file = {.context = context};
    if (word == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_case(context, word, &file.case_no);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = read_file(&file);
    if (err != OK) {
        return command_err(context, err);
    }
    const struct permit_object object = {
        .branch_no = HQ_BRANCH, .team_no = file.holder_team_no, .person_no = file.holder_no};
    code = guard_object(context, &object);
    if (code != COMMAND_ok) {
        return code;
    }
    file.is_masked = guard_is_masked(context);
    err = command_on_writer(context, note_view, &file);
    if (err == OK) {
        err = show_head(&file);
    }
    if (err == OK && !context->is_json) {
        err = show_facts(&file);
    }
    return err == OK ? COMMAND_ok : command_err(context, err);
}

enum command_exit case_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    return verb != NULL && strcmp(verb, "show") == 0 ? show(context) : command_usage(context);
}
