/* doorstep-hq conflicts: the review queue: list, show, decide. */
#include "core/domain/date.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/review.h"

#include <string.h>

enum { ROWS_DEFAULT = 50, ROWS_MAX = 1000, PAGE_MAX = 100000, HOURS_MAX = 24 * 3650 };

static const char *const options[] = {"--by",    "--case", "--client", "--kind", "--note",
                                      "--older", "--page", "--person", "--rows", NULL};
static const char *const plain[] = {"--closed", NULL};

struct filter {
    uint32_t kind;
    uint64_t case_no;
    uint32_t person_no;
    uint32_t team_no; /* 0: of all */
    int64_t until_ms;
    bool is_closed;
    int64_t row_count, page;
};

static enum command_exit read_kind(struct command_context *context, const char *word,
                                   uint32_t *kind_out)
{
    *kind_out = conflict_from_name(str_from(word));
    if (*kind_out != CONFLICT_none) {
        return COMMAND_ok;
    }
    static const char names[] =
#define CONFLICT(code, name, verdict, review) #name " "
#include "sync/server/merge/conflicts.def"
#undef CONFLICT
        ;
    return command_fail(context, COMMAND_usage,
                        COMMAND_TEXT("hq.fail.code", lang_value_text("word", word),
                                     lang_value_text("names", names)));
}

static enum command_exit read_number(struct command_context *context, const char *option,
                                     int64_t low, int64_t high, int64_t *number)
{
    const char *word = command_option(context, option);
    return word == NULL ? COMMAND_ok : lookup_number(context, word, low, high, number);
}

static enum command_exit read_filter(struct command_context *context, struct filter *filter)
{
    *filter = (struct filter){.until_ms = INT64_MAX,
                              .row_count = ROWS_DEFAULT,
                              .page = 1,
                              .team_no = context->only_team_no,
                              .is_closed = command_has(context, "--closed")};
    const char *kind = command_option(context, "--kind");
    const char *case_word = command_option(context, "--case");
    const char *person = command_option(context, "--person");
    int64_t hours = 0;
    enum command_exit code = kind != NULL ? read_kind(context, kind, &filter->kind) : COMMAND_ok;
    if (code == COMMAND_ok && case_word != NULL) {
        code = lookup_case(context, case_word, &filter->case_no);
    }
    if (code == COMMAND_ok && person != NULL) {
        code = lookup_person(context, person, &filter->person_no);
    }
    if (code == COMMAND_ok) {
        code = read_number(context, "--older", 0, HOURS_MAX, &hours);
    }
    if (code == COMMAND_ok) {
        code = read_number(context, "--rows", 1, ROWS_MAX, &filter->row_count);
    }
    if (code == COMMAND_ok) {
        code = read_number(context, "--page", 1, PAGE_MAX, &filter->page);
    }
    if (command_option(context, "--older") != NULL) {
        filter->until_ms = clock_now_ms(context->clock) - hours * 3600000;
    }
    return code;
}

static void bind_filter(struct hq_query *query, const struct filter *filter)
{
    hq_bind_i64(query, "$is_closed", filter->is_closed);
    hq_bind_i64(query, "$kind", filter->kind);
    hq_bind_i64(query, "$case_no", (int64_t)filter->case_no);
    hq_bind_i64(query, "$person_no", filter->person_no);
    hq_bind_i64(query, "$until_ms", filter->until_ms);
    hq_bind_i64(query, "$team_no", filter->team_no);
}

static void put_row(struct listing *listing, const struct review *review)
{
    struct command_context *context = listing->context;
    const char *name = conflict_name(review->kind);
    char id_text[ID_TEXT_SIZE];
    id_to_text(id_text, &review->id);
    int64_t age_ms = clock_now_ms(context->clock) - review->at_ms;
    listing_link(listing, str_format(context->arena, "/office/review?show=%s&kind=%s", id_text,
                                     name != NULL ? name : "unknown"));
    listing_text(listing,
                 (struct str){id_text, context->is_json ? ID_TEXT_SIZE - 1 : REVIEW_ID_SHOWN});
    listing_key(listing, conflict_key(review->kind), name != NULL ? name : "unknown");
    listing_text(listing, str_from(review->case_ref));
    listing_number(listing, review->device_no);
    listing_text(listing, str_from(review->person));
    listing_text(listing, str_from(review->other));
    listing_instant(listing, review->at_ms);
    if (context->is_json) {
        listing_number(listing, age_ms);
    } else {
        listing_text(listing,
                     str_from(lang_age(context->arena, context->lang, age_ms < 0 ? 0 : age_ms)));
    }
}

/* More than one page: which this is. */
static enum err say_page(struct command_context *context, const struct filter *filter)
{
    int64_t count = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_review_count);
    bind_filter(&query, filter);
    TRY(hq_one_i64(&query, &count));
    int64_t pages = (count + filter->row_count - 1) / filter->row_count;
    if (!context->is_json && (pages > 1 || filter->page > 1)) {
        command_say(context, COMMAND_TEXT("hq.say.page", lang_value_count("page", filter->page),
                                          lang_value_count("pages", pages),
                                          lang_value_count("count", count)));
    }
    return OK;
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"id", "hq.column.fact"},       {"kind", "hq.column.conflict"},
        {"case", "hq.column.case"},     {"device_no", "hq.column.device"},
        {"person", "hq.column.person"}, {"other", "hq.column.other"},
        {"at_ms", "hq.column.at"},      {"age_ms", "hq.column.age"},
    };
    struct filter filter;
    enum command_exit code = read_filter(context, &filter);
    if (code != COMMAND_ok) {
        return code;
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_review_list);
    bind_filter(&query, &filter);
    hq_bind_i64(&query, "$row_count", filter.row_count);
    hq_bind_i64(&query, "$first_row", (filter.page - 1) * filter.row_count);
    while (hq_next(&query)) {
        struct review review = review_row(context, &query);
        put_row(&listing, &review);
    }
    err = hq_end(&query);
    if (err == OK) {
        listing_end(&listing);
        err = say_page(context, &filter);
    }
    return err == OK ? COMMAND_ok : command_err(context, err);
}

static enum command_exit show(struct command_context *context)
{
    const char *word = command_word(context, options, 1);
    if (word == NULL) {
        return command_usage(context);
    }
    struct review review;
    enum command_exit code = review_find(context, word, true, &review);
    return code == COMMAND_ok ? review_show(context, &review) : code;
}

static enum command_exit read_choice(struct command_context *context, const char *word,
                                     uint32_t kind, enum conflict_choice *choice_out)
{
    struct str_builder names;
    str_builder_init(&names, context->arena);
    str_add_text(&names, "");
    for (int i = CHOICE_none + 1; i < CHOICE_COUNT; i++) {
        enum conflict_choice choice = (enum conflict_choice)i;
        if (!conflict_has_choice(kind, choice)) {
            continue;
        }
        if (strcmp(word, conflict_choice_name(choice)) == 0) {
            *choice_out = choice;
            return COMMAND_ok;
        }
        str_add_format(&names, "%s%s", names.size == 0 ? "" : ", ", conflict_choice_name(choice));
    }
    return command_fail(context, COMMAND_usage,
                        COMMAND_TEXT("hq.fail.choice", lang_value_text("word", word),
                                     lang_value_key("kind", conflict_key(kind)),
                                     lang_value_text("names", names.text)));
}

/* An open one is decided; a closed one is decided anew, and says why. */
static enum command_exit find_for(struct command_context *context, const char *word, bool is_anew,
                                  const char *note, struct review *review_out)
{
    enum command_exit code = review_find(context, word, is_anew, review_out);
    if (code != COMMAND_ok || !is_anew) {
        return code;
    }
    if (!review_out->is_closed) {
        return command_fail(context, COMMAND_refused,
                            COMMAND_TEXT("hq.fail.conflict_open", lang_value_text("word", word)));
    }
    return note != NULL && note[0] != '\0'
               ? COMMAND_ok
               : command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fail.why_anew"));
}

/* `close FACT` is `decide FACT noted`, as it always was. */
static enum command_exit decide(struct command_context *context, const char *choice_word,
                                bool is_anew)
{
    const char *word = command_word(context, options, 1);
    const char *note = command_option(context, "--note");
    if (word == NULL || choice_word == NULL) {
        return command_usage(context);
    }
    struct str note_text = str_from(note != NULL ? note : "");
    if (!str_is_utf8(note_text)) {
        return command_err(context, ERR_bad_text);
    }
    struct review review;
    enum conflict_choice choice = CHOICE_none;
    uint32_t by_no = 0;
    enum command_exit code = find_for(context, word, is_anew, note, &review);
    if (code == COMMAND_ok) {
        code = read_choice(context, choice_word, review.kind, &choice);
    }
    if (code == COMMAND_ok) {
        /* Whose fact it is does not decide; behind a fact of headquarters stands another's. */
        code = review_supervisor(
            context, review.device_no != 0 ? review.person_no : review.other_no, &by_no);
    }
    return code == COMMAND_ok ? review_decide(context, &review, choice, by_no, note_text) : code;
}

enum command_exit conflicts_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    if (strcmp(verb, "show") == 0) {
        return show(context);
    }
    if (strcmp(verb, "decide") == 0) {
        return decide(context, command_word(context, options, 2), false);
    }
    if (strcmp(verb, "change") == 0) {
        return decide(context, command_word(context, options, 2), true);
    }
    return strcmp(verb, "close") == 0 ? decide(context, "noted", false) : command_usage(context);
}
