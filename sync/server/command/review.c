/* Finding a conflict by what somebody typed, and who may decide. */
#include "sync/server/command/review.h"

#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/lookup.h"

#include <string.h>

struct review review_row(struct command_context *context, const struct hq_query *query)
{
    return (struct review){
        .case_no = (uint64_t)hq_i64(query, 0),
        .kind = (uint32_t)hq_i64(query, 1),
        .id = hq_id(query, 2),
        .other_id = hq_id(query, 3),
        .device_no = (uint32_t)hq_i64(query, 4),
        .person_no = (uint32_t)hq_i64(query, 5),
        .other_no = (uint32_t)hq_i64(query, 6),
        .at_ms = hq_i64(query, 7),
        .case_ref = str_text(context->arena, hq_text(query, 8)),
        .person = str_text(context->arena, hq_text(query, 9)),
        .other = str_text(context->arena, hq_text(query, 10)),
        .is_closed = hq_i64(query, 11) != 0,
        .closed_at_ms = hq_i64(query, 12),
        .note = str_text(context->arena, hq_text(query, 13)),
    };
}

static enum command_exit find_failed(struct command_context *context, const char *key,
                                     const char *word, const char *names)
{
    enum command_exit code =
        strcmp(key, "hq.fail.conflict_kinds") == 0 ? COMMAND_usage : COMMAND_not_found;
    return command_fail(
        context, code,
        COMMAND_TEXT(key, lang_value_text("word", word), lang_value_text("names", names)));
}

static enum command_exit closed_meanwhile(struct command_context *context, const char *word,
                                          const struct review *review)
{
    int32_t offset_minutes = 0;
    enum err err = lookup_offset(context, &offset_minutes);
    if (err != OK) {
        return command_err(context, err);
    }
    const char *at = fact_words_instant(context, review->closed_at_ms, offset_minutes);
    return command_fail(context, COMMAND_refused,
                        COMMAND_TEXT("hq.fail.conflict_closed", lang_value_text("word", word),
                                     lang_value_text("at", at),
                                     lang_value_text("note", review->note)));
}

enum command_exit review_find(struct command_context *context, const char *word, bool with_closed,
                              struct review *review_out)
{
    enum { FOUND_MAX = 16 };
    struct id from, until;
    enum command_exit code = lookup_id(context, word, &from, &until);
    if (code != COMMAND_ok) {
        return code;
    }
    const char *kind_name = command_option(context, "--kind");
    uint32_t kind = kind_name != NULL ? conflict_from_name(str_from(kind_name)) : CONFLICT_none;
    struct review closed = {0};
    size_t open_count = 0;
    bool is_one_fact = true;
    struct str_builder names;
    str_builder_init(&names, context->arena);
    str_add_text(&names, "");
    struct hq_query query = hq_query(context->store, SQL_HQ_review_by_id);
    hq_bind_id(&query, "$id_from", &from);
    hq_bind_id(&query, "$id_until", &until);
    while (open_count < FOUND_MAX && hq_next(&query)) {
        struct review row = review_row(context, &query);
        const char *name = conflict_name(row.kind);
        if (kind != CONFLICT_none && row.kind != kind) {
            continue;
        }
        if (row.is_closed) {
            closed = row;
            continue;
        }
        is_one_fact = is_one_fact && (open_count == 0 || id_equal(&review_out->id, &row.id));
        str_add_format(&names, "%s%s", open_count == 0 ? "" : ", ", name != NULL ? name : "?");
        *review_out = row;
        open_count++;
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (open_count == 1) {
        return COMMAND_ok;
    }
    if (open_count > 1) {
        return find_failed(context,
                           is_one_fact ? "hq.fail.conflict_kinds" : "hq.fail.conflict_several",
                           word, names.text);
    }
    if (closed.kind == 0) {
        return find_failed(context, "hq.fail.conflict", word, "");
    }
    *review_out = closed;
    return with_closed ? COMMAND_ok : closed_meanwhile(context, word, &closed);
}

enum command_exit review_supervisor(struct command_context *context, uint32_t asker_no,
                                    uint32_t *person_no_out)
{
    enum command_exit code = lookup_caller(context, person_no_out);
    if (code != COMMAND_ok) {
        return code;
    }
    const struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = asker_no};
    if (permit_decide(context->action, &context->person, &object) == PERMIT_ANSWER_self) {
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.approver_own", lang_value_text("word", context->person.code)));
    }
    return guard_object(context, &object);
}
