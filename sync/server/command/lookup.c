/* Names that callers use, and booking a fact. */
#include "sync/server/command/lookup.h"

#include "core/domain/date.h"
#include "sync/server/store/ingest.h"

#include <string.h>

static const char DEFAULT_ZONE[] = "Asia/Shanghai";

enum command_exit lookup_number(struct command_context *context, const char *word, int64_t low,
                                int64_t high, int64_t *number_out)
{
    if (str_to_i64(str_from(word), number_out) == OK && *number_out >= low && *number_out <= high) {
        return COMMAND_ok;
    }
    return command_fail(context, COMMAND_usage,
                        COMMAND_TEXT("hq.fail.number", lang_value_text("word", word),
                                     lang_value_count("low", low), lang_value_count("high", high)));
}

enum command_exit lookup_person(struct command_context *context, const char *word,
                                uint32_t *person_no_out)
{
    struct hq_query query = hq_query(context->store, SQL_HQ_person_by_code);
    hq_bind_text(&query, "$code", str_from(word));
    int64_t person_no = 0;
    enum err err = hq_one_i64(&query, &person_no);
    if (err == ERR_not_found && str_to_i64(str_from(word), &person_no) == OK) {
        struct hq_query by_no = hq_query(context->store, SQL_HQ_person_get);
        hq_bind_i64(&by_no, "$person_no", person_no);
        struct str code;
        err = hq_one_text(context->arena, &by_no, &code);
    }
    if (err == ERR_not_found) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.person", lang_value_text("word", word)));
    }
    *person_no_out = (uint32_t)person_no;
    return err == OK ? COMMAND_ok : command_err(context, err);
}

enum command_exit lookup_caller(struct command_context *context, uint32_t *person_no_out)
{
    const char *by = command_option(context, "--by");
    *person_no_out = context->person.person_no;
    if (by == NULL) {
        return COMMAND_ok;
    }
    uint32_t named_no = 0;
    enum command_exit code = lookup_person(context, by, &named_no);
    if (code == COMMAND_ok && named_no != *person_no_out) {
        code = command_fail(context, COMMAND_refused,
                            COMMAND_TEXT("office.fail.by_other", lang_value_text("word", by),
                                         lang_value_text("name", context->person.name)));
    }
    return code;
}

static enum err case_by_ref(struct command_context *context, const char *word,
                            uint64_t *case_no_out, bool *is_ambiguous_out)
{
    const char *client = command_option(context, "--client");
    struct hq_query query =
        hq_query(context->store, client != NULL ? SQL_HQ_kase_by_ref : SQL_HQ_kase_by_ref_only);
    hq_bind_text(&query, "$case_ref", str_from(word));
    if (client != NULL) {
        hq_bind_text(&query, "$client", str_from(client));
    }
    bool is_found = hq_next(&query);
    *case_no_out = is_found ? (uint64_t)hq_i64(&query, 0) : 0;
    *is_ambiguous_out = is_found && hq_next(&query);
    return hq_end(&query);
}

enum command_exit lookup_case(struct command_context *context, const char *word,
                              uint64_t *case_no_out)
{
    bool is_ambiguous = false;
    enum err err = OK;
    *case_no_out = 0;
    if (word[0] == '#') {
        int64_t case_no = 0;
        if (str_to_i64(str_from(word + 1), &case_no) == OK && case_no > 0) {
            struct hq_query query = hq_query(context->store, SQL_HQ_kase_head);
            hq_bind_i64(&query, "$case_no", case_no);
            *case_no_out = hq_next(&query) ? (uint64_t)case_no : 0;
            err = hq_end(&query);
        }
    } else {
        err = case_by_ref(context, word, case_no_out, &is_ambiguous);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (is_ambiguous || *case_no_out == 0) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT(is_ambiguous ? "hq.fail.case_several" : "hq.fail.case",
                                         lang_value_text("word", word)));
    }
    return COMMAND_ok;
}

enum command_exit lookup_state(struct command_context *context, uint64_t case_no,
                               const ds_CaseState **state_out)
{
    ds_CaseState *state = ARENA_NEW(context->arena, ds_CaseState);
    struct hq_query query = hq_query(context->store, SQL_HQ_state_get);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    struct str bytes;
    enum err err = hq_one_text(context->arena, &query, &bytes);
    if (err == OK) {
        err = case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size);
    } else if (err == ERR_not_found) {
        err = OK;
    }
    *state_out = state;
    return err == OK ? COMMAND_ok : command_err(context, err);
}

enum command_exit lookup_code(struct command_context *context, enum catalog list, const char *word,
                              uint32_t *code_out)
{
    *code_out = catalog_code(list, str_from(word));
    if (*code_out != 0) {
        return COMMAND_ok;
    }
    struct str_builder names;
    str_builder_init(&names, context->arena);
    for (size_t i = 0; i < catalog_count(list); i++) {
        str_add_format(&names, "%s%s", i == 0 ? "" : ", ",
                       catalog_name(list, catalog_code_at(list, i)));
    }
    return command_fail(context, COMMAND_usage,
                        COMMAND_TEXT("hq.fail.code", lang_value_text("word", word),
                                     lang_value_text("names", names.text)));
}

enum command_exit lookup_id(struct command_context *context, const char *word, struct id *from_out,
                            struct id *until_out)
{
    char low[ID_TEXT_SIZE], high[ID_TEXT_SIZE];
    size_t size = strlen(word);
    if (size > 0 && size < ID_TEXT_SIZE) {
        memset(low, '0', sizeof low - 1);
        memset(high, 'f', sizeof high - 1);
        low[sizeof low - 1] = high[sizeof high - 1] = '\0';
        for (size_t i = 0; i < size; i++) {
            low[i] = high[i] = word[i];
        }
        if (id_from_text(from_out, low) == OK && id_from_text(until_out, high) == OK) {
            return COMMAND_ok;
        }
    }
    return command_fail(context, COMMAND_usage,
                        COMMAND_TEXT("hq.fail.id", lang_value_text("word", word)));
}

enum err lookup_offset(struct command_context *context, int32_t *offset_minutes_out)
{
    const char *zone = DEFAULT_ZONE;
    TRY(hq_setting(context->arena, context->store, "zone", DEFAULT_ZONE, &zone));
    return date_zone_offset(str_from(zone), offset_minutes_out);
}

enum command_exit lookup_text(struct command_context *context, const char *word, char *to,
                              size_t size)
{
    if (word == NULL) {
        return COMMAND_ok;
    }
    struct str text = str_from(word);
    if (!str_is_utf8(text)) {
        return command_err(context, ERR_bad_text);
    }
    return str_copy(to, size, text) ? COMMAND_ok : command_err(context, ERR_too_long);
}

enum command_exit lookup_book(struct command_context *context, const ds_Event *given,
                              const char *action)
{
    ds_Event event = *given;
    int64_t now_ms = clock_now_ms(context->clock);
    event.at_ms = (uint64_t)now_ms;
    struct event_fault fault;
    if (!event_check(&event, &fault)) {
        return command_fail(context, COMMAND_usage,
                            COMMAND_TEXT("hq.fail.fact", lang_value_text("field", fault.field),
                                         lang_value_key("fault", fault.key)));
    }
    const char *detail = str_format(context->arena, "case %llu", (unsigned long long)event.case_no);
    enum err err = hq_begin(context->store);
    if (err == OK) {
        err = ingest_own_one(context->arena, context->store, &event, now_ms, NULL);
    }
    if (err == OK) {
        err = hq_audit(context->store, now_ms, context->actor, action, detail);
    }
    if (err == OK) {
        err = hq_commit(context->store);
    }
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    return COMMAND_ok;
}
