/* doorstep-hq complaints: what borrowers complain of, calls back to them, and answers; never by
 * whoever was there. */
#include "sync/server/command/fact_words.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/who.h"

#include <string.h>

static const char *const options[] = {"--case", "--client", "--result", "--answer", "--note", NULL};

/* Facts of one case about which somebody may be called back or answered. */
struct found {
    struct fact fact;
    bool was_answered, was_called;
};

enum { FOUND_MAX = 200 };

struct facts {
    struct found *items; /* visits that ended and complaints, oldest first */
    size_t count;
};

static bool is_about(const uint8_t target[16], const struct fact *fact)
{
    return memcmp(target, fact->id.bytes, sizeof fact->id.bytes) == 0;
}

static void mark(struct facts *facts, const ds_Event *event)
{
    enum event_kind kind = event_kind(event);
    for (size_t i = 0; i < facts->count; i++) {
        struct found *found = &facts->items[i];
        found->was_called |= kind == EVENT_call_back_made &&
                             is_about(event->kind.call_back_made.target, &found->fact);
        found->was_answered |= kind == EVENT_complaint_answered &&
                               is_about(event->kind.complaint_answered.target, &found->fact);
    }
}

/* The newest FOUND_MAX of them. */
static enum err read_facts(struct command_context *context, uint64_t case_no, struct facts *facts)
{
    struct fact *fact = ARENA_NEW(context->arena, struct fact);
    struct id before = {{0}};
    facts->items = ARENA_ARRAY(context->arena, FOUND_MAX, struct found);
    facts->count = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_report_case_facts);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    while (hq_next(&query)) {
        struct str id = hq_text(&query, 0);
        struct str body = hq_text(&query, 4);
        if (id.size != sizeof fact->id.bytes ||
            memcmp(id.bytes, before.bytes, sizeof before.bytes) == 0 ||
            event_decode(&fact->event, (const uint8_t *)body.bytes, body.size) != OK) {
            continue;
        }
        memcpy(fact->id.bytes, id.bytes, sizeof fact->id.bytes);
        before = fact->id;
        enum event_kind kind = event_kind(&fact->event);
        mark(facts, &fact->event);
        if (kind != EVENT_complaint_taken && kind != EVENT_visit_finished) {
            continue;
        }
        if (facts->count == FOUND_MAX) {
            memmove(facts->items, facts->items + 1, (FOUND_MAX - 1) * sizeof facts->items[0]);
            facts->count--;
        }
        facts->items[facts->count++] = (struct found){.fact = *fact};
    }
    return hq_end(&query);
}

/* ---- list ---- */

static enum err list_case(struct command_context *context, struct listing *listing,
                          const struct facts *facts, uint64_t case_no, const char *case_ref)
{
    for (size_t i = 0; i < facts->count; i++) {
        const struct found *found = &facts->items[i];
        char id[ID_TEXT_SIZE];
        if (event_kind(&found->fact.event) != EVENT_complaint_taken || found->was_answered) {
            continue;
        }
        id_to_text(id, &found->fact.id);
        listing_pick(listing,
                     str_format(context->arena, "%.8s #%llu", id, (unsigned long long)case_no));
        listing_text(listing, (struct str){id, 8});
        listing_text(listing, str_from(case_ref));
        listing_instant(listing, (int64_t)found->fact.event.at_ms);
        TRY(who_listing(listing, found->fact.event.person_no));
        listing_tone(listing, found->was_called ? LISTING_TONE_good : LISTING_TONE_wait);
        listing_key(listing, found->was_called ? "complaints.called" : "complaints.open",
                    found->was_called ? "called" : "open");
        listing_text(listing, str_from(fact_words(context, &found->fact.event)));
    }
    return OK;
}

static enum err list_of_life(struct command_context *context, struct listing *listing,
                             uint32_t life)
{
    enum err err = OK;
    struct hq_query query = hq_query(context->store, SQL_HQ_law_open_stops);
    hq_bind_i64(&query, "$flag", STOP_FLAG_complaint_open);
    hq_bind_i64(&query, "$life", life);
    while (err == OK && hq_next(&query)) {
        struct facts facts;
        const char *case_ref = str_text(context->arena, hq_text(&query, 1));
        int64_t case_no = hq_i64(&query, 0);
        err = read_facts(context, (uint64_t)case_no, &facts);
        if (err == OK) {
            err = list_case(context, listing, &facts, (uint64_t)case_no, case_ref);
        }
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

/* Of ended cases too: that the client took a case back answers nobody. */
static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"id", "complaints.column.id"},   {"case_ref", "hq.column.case"},
        {"at", "complaints.column.time"}, {"taken_by", "hq.column.person"},
        {"state", "hq.column.state"},     {"words", "complaints.column.words"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    for (size_t i = 0; err == OK && i < catalog_count(CATALOG_case_life); i++) {
        err = list_of_life(context, &listing, catalog_code_at(CATALOG_case_life, i));
    }
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

/* ---- call, answer ---- */

/* The fact whose id begins with the second word; one of the kinds asked for. */
static enum command_exit find(struct command_context *context, uint64_t *case_no_out,
                              struct found *found_out)
{
    const char *word = command_word(context, options, 1);
    const char *case_word = command_option(context, "--case");
    struct id from;
    struct id until;
    struct facts facts;
    if (word == NULL || case_word == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_case(context, case_word, case_no_out);
    if (code == COMMAND_ok) {
        code = lookup_id(context, word, &from, &until);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = read_facts(context, *case_no_out, &facts);
    if (err != OK) {
        return command_err(context, err);
    }
    size_t count = 0;
    for (size_t i = 0; i < facts.count; i++) {
        const uint8_t *id = facts.items[i].fact.id.bytes;
        if (memcmp(id, from.bytes, sizeof from.bytes) >= 0 &&
            memcmp(id, until.bytes, sizeof until.bytes) <= 0) {
            *found_out = facts.items[i];
            count++;
        }
    }
    if (count != 1) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.complaint", lang_value_text("word", word)));
    }
    const struct permit_object object = {.branch_no = HQ_BRANCH,
                                         .about_no = found_out->fact.event.person_no};
    return guard_object(context, &object);
}

static enum command_exit call(struct command_context *context)
{
    struct found found = {0};
    uint64_t case_no = 0;
    ds_Event event = {.which_kind = ds_Event_call_back_made_tag};
    ds_CallBackMade *made = &event.kind.call_back_made;
    const char *result = command_option(context, "--result");
    if (result == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_code(context, CATALOG_call_back_result, result, &made->result);
    if (code == COMMAND_ok) {
        code = find(context, &case_no, &found);
    }
    if (code == COMMAND_ok) {
        code =
            lookup_text(context, command_option(context, "--note"), made->note, sizeof made->note);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, made->by, sizeof made->by);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    event.case_no = case_no;
    memcpy(made->target, found.fact.id.bytes, sizeof made->target);
    code = lookup_book(context, &event, "complaints call");
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_LINE("hq.say.called_back"));
    }
    return code;
}

static enum command_exit answer(struct command_context *context)
{
    struct found found = {0};
    uint64_t case_no = 0;
    ds_Event event = {.which_kind = ds_Event_complaint_answered_tag};
    ds_ComplaintAnswered *answered = &event.kind.complaint_answered;
    const char *word = command_option(context, "--answer");
    if (word == NULL || command_option(context, "--note") == NULL) {
        return command_usage(context);
    }
    enum command_exit code =
        lookup_code(context, CATALOG_complaint_answer, word, &answered->answer);
    if (code == COMMAND_ok) {
        code = find(context, &case_no, &found);
    }
    if (code == COMMAND_ok &&
        (event_kind(&found.fact.event) != EVENT_complaint_taken || found.was_answered)) {
        code = command_fail(context, COMMAND_found,
                            COMMAND_LINE(found.was_answered ? "hq.fail.complaint_answered"
                                                            : "hq.fail.complaint_none"));
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, command_option(context, "--note"), answered->note,
                           sizeof answered->note);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, context->actor, answered->by, sizeof answered->by);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    event.case_no = case_no;
    memcpy(answered->target, found.fact.id.bytes, sizeof answered->target);
    code = lookup_book(context, &event, "complaints answer");
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_LINE("hq.say.complaint_answered"));
    }
    return code;
}

enum command_exit complaints_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    if (strcmp(verb, "call") == 0) {
        return call(context);
    }
    return strcmp(verb, "answer") == 0 ? answer(context) : command_usage(context);
}
