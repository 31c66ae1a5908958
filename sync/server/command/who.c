/* Names looked up where a list has a number. */
#include "sync/server/command/who.h"

static enum err named(struct command_context *context, struct hq_query *query, int code_column,
                      const char **name_out)
{
    if (hq_next(query)) {
        struct str code = hq_text(query, code_column);
        struct str name = hq_text(query, code_column + 1);
        *name_out = str_format(context->arena, "%.*s (%.*s)", (int)name.size, name.bytes,
                               (int)code.size, code.bytes);
    }
    return hq_end(query);
}

enum err who_person(struct command_context *context, int64_t person_no, const char **name_out)
{
    if (person_no == 0) {
        *name_out = lang_text(context->lang, "hq.review.hq");
        return OK;
    }
    *name_out = str_format(context->arena, "#%lld", (long long)person_no);
    struct hq_query query = hq_query(context->store, SQL_HQ_person_get);
    hq_bind_i64(&query, "$person_no", person_no);
    return named(context, &query, 0, name_out);
}

enum err who_staff(struct command_context *context, struct str code, const char **name_out)
{
    int64_t person_no = 0;
    *name_out = str_text(context->arena, code);
    struct hq_query query = hq_query(context->store, SQL_HQ_person_by_code);
    hq_bind_text(&query, "$code", code);
    if (hq_next(&query)) {
        person_no = hq_i64(&query, 0);
    }
    TRY(hq_end(&query));
    return person_no != 0 ? who_person(context, person_no, name_out) : OK;
}

enum err who_case(struct command_context *context, uint64_t case_no, const char **ref_out)
{
    *ref_out = str_format(context->arena, "#%llu", (unsigned long long)case_no);
    struct hq_query query = hq_query(context->store, SQL_HQ_kase_ref);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    if (hq_next(&query)) {
        *ref_out = str_text(context->arena, hq_text(&query, 0));
    }
    return hq_end(&query);
}

enum err who_listing(struct listing *listing, int64_t person_no)
{
    if (listing->context->is_json) {
        listing_number(listing, person_no);
        return OK;
    }
    const char *name = NULL;
    TRY(who_person(listing->context, person_no, &name));
    listing_text(listing, str_from(name));
    return OK;
}

void who_listing_device(struct listing *listing, int64_t device_no)
{
    struct command_context *context = listing->context;
    if (context->is_json) {
        listing_number(listing, device_no);
        return;
    }
    listing_text(listing, str_from(device_no == 0
                                       ? lang_text(context->lang, "hq.review.hq")
                                       : lang_fill(context->arena, context->lang, "hq.word.tablet",
                                                   lang_value_count("number", device_no))));
}
