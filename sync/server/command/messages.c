/* doorstep-hq messages: who has read and answered what headquarters wrote, and who is late. */
#include "core/domain/catalog.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"

enum { BODY_CHARS_MAX = 40 };

static const char *const options[] = {"--person", "--number", NULL};
static const char *const plain[] = {"--all", "--overdue", NULL};

/* What became of one message at one of those it was for; the order is that of the list. */
enum state { STATE_overdue, STATE_waiting, STATE_unread, STATE_late, STATE_answered, STATE_read };
enum { STATE_COUNT = STATE_read + 1, OPEN_COUNT = STATE_unread + 1 };

static const struct {
    const char *name, *key;
} states[STATE_COUNT] = {
    [STATE_overdue] = {"overdue", "hq.message.overdue"},
    [STATE_waiting] = {"waiting", "hq.message.waiting"},
    [STATE_unread] = {"unread", "hq.message.unread"},
    [STATE_late] = {"late", "hq.message.late"},
    [STATE_answered] = {"answered", "hq.message.answered"},
    [STATE_read] = {"read", "hq.message.read"},
};

struct wanted {
    uint32_t person_no;
    int64_t message_no; /* 0: all */
    bool has_all, is_overdue_only;
};

static enum state state_of(const struct hq_query *query, int64_t now_ms)
{
    bool wants_answer = hq_i64(query, 5) != 0;
    int64_t answer_by_at_ms = hq_i64(query, 6);
    if (hq_i64(query, 12) != 0) {
        return hq_i64(query, 11) != 0 ? STATE_late : STATE_answered;
    }
    if (wants_answer) {
        return answer_by_at_ms != 0 && now_ms > answer_by_at_ms ? STATE_overdue : STATE_waiting;
    }
    return hq_i64(query, 9) != 0 ? STATE_read : STATE_unread;
}

/* The beginning of what was written, on one line. */
static struct str body_of(const struct listing *listing, struct str body)
{
    if (listing->context->is_json) {
        return body;
    }
    struct str rest = body;
    size_t count = 0;
    while (rest.size > 0 && rest.bytes[0] != '\n' && count < BODY_CHARS_MAX) {
        (void)str_next_code(&rest);
        count++;
    }
    struct str begin = {body.bytes, body.size - rest.size};
    return rest.size == 0 ? body
                          : str_from(str_format(listing->context->arena, "%.*s…", (int)begin.size,
                                                begin.bytes));
}

/* What was answered last, in words; "" when nothing was. */
static enum err answer_of(struct command_context *context, const struct hq_query *query,
                          const char **words_out)
{
    *words_out = "";
    if (hq_i64(query, 12) == 0) {
        return OK;
    }
    struct id id = hq_id(query, 10);
    struct fact_shown shown;
    TRY(fact_words_find(context, 0, &id, &shown));
    if (shown.is_found && event_kind(&shown.event) == EVENT_message_answered) {
        const ds_MessageAnswered *answered = &shown.event.kind.message_answered;
        const char *word =
            lang_text(context->lang, catalog_key(CATALOG_message_answer, answered->answer));
        *words_out = answered->note[0] != '\0'
                         ? str_format(context->arena, "%s: %s", word, answered->note)
                         : word;
    }
    return OK;
}

static enum err put_row(struct listing *listing, const struct hq_query *query, enum state state)
{
    const char *answer = NULL;
    TRY(answer_of(listing->context, query, &answer));
    listing_number(listing, hq_i64(query, 0));
    listing_key(listing, states[state].key, states[state].name);
    listing_text(listing, hq_text(query, 8));
    listing_instant(listing, hq_i64(query, 1));
    listing_instant(listing, hq_i64(query, 6));
    listing_instant(listing, hq_i64(query, 9));
    listing_instant(listing, hq_i64(query, 12));
    listing_text(listing, str_from(answer));
    listing_text(listing, hq_text(query, 3));
    listing_text(listing, body_of(listing, hq_text(query, 4)));
    return OK;
}

static bool is_wanted(const struct wanted *wanted, const struct hq_query *query, enum state state)
{
    if ((wanted->person_no != 0 && hq_i64(query, 7) != wanted->person_no) ||
        (wanted->message_no != 0 && hq_i64(query, 0) != wanted->message_no)) {
        return false;
    }
    return wanted->is_overdue_only
               ? state == STATE_overdue
               : wanted->has_all || wanted->message_no != 0 || (int)state < OPEN_COUNT;
}

/* Those that somebody has to do something about stand first. */
static enum err put_rows(struct listing *listing, const struct wanted *wanted, int64_t now_ms)
{
    for (int group = 0; group < STATE_COUNT; group++) {
        struct hq_query query = hq_query(listing->context->store, SQL_HQ_message_states);
        enum err err = OK;
        while (err == OK && hq_next(&query)) {
            enum state state = state_of(&query, now_ms);
            bool shows = true;
            err = guard_shows(listing->context, hq_i64(&query, 7), &shows);
            if (err == OK && shows && (int)state == group && is_wanted(wanted, &query, state)) {
                err = put_row(listing, &query, state);
            }
        }
        enum err end_err = hq_end(&query);
        TRY(err);
        TRY(end_err);
    }
    return OK;
}

enum command_exit messages_command(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"number", "hq.column.number"},
        {"state", "hq.column.state"},
        {"person", "hq.column.person"},
        {"sent_at_ms", "hq.column.sent"},
        {"answer_by_at_ms", "hq.column.answer_by"},
        {"read_at_ms", "hq.column.read"},
        {"answered_at_ms", "hq.column.answered"},
        {"answer", "hq.column.answer"},
        {"case", "hq.column.case"},
        {"text", "hq.column.text"},
    };
    if (!command_options_are_known(context, options, plain) ||
        command_word(context, options, 0) != NULL) {
        return command_usage(context);
    }
    struct wanted wanted = {.has_all = command_has(context, "--all"),
                            .is_overdue_only = command_has(context, "--overdue")};
    const char *person = command_option(context, "--person");
    const char *number = command_option(context, "--number");
    enum command_exit code =
        person != NULL ? lookup_person(context, person, &wanted.person_no) : COMMAND_ok;
    if (code == COMMAND_ok && number != NULL) {
        code = lookup_number(context, number, 1, UINT32_MAX, &wanted.message_no);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err == OK) {
        err = put_rows(&listing, &wanted, clock_now_ms(context->clock));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    if (listing.cell_count == 0 && !context->is_json) {
        command_say(context, COMMAND_LINE("hq.message.none"));
        return COMMAND_ok;
    }
    listing_end(&listing);
    return COMMAND_ok;
}
