/* doorstep-hq approvals: what tablets asked for and headquarters decides. */
#include "sync/server/command/approvals.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/review.h"
#include "sync/server/command/who.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/review.h"

#include "core/event/fold.h"

#include <string.h>

enum { ID_SHOWN = 10 }; /* hex digits: enough to tell open requests apart */

static const char *const options[] = {"--by", "--reason", "--note", NULL};
static const char *const plain[] = {"--decided", NULL};

struct request {
    char id[ID_TEXT_SIZE];
    uint64_t case_no;
    const char *case_ref, *client, *debtor_name;
    uint64_t owed_minor;
    ds_Arrangement arrangement;
};

struct requests {
    struct arena *arena;
    struct request *items;
    size_t count, capacity;
};

static bool is_waiting(const ds_Arrangement *arrangement)
{
    return arrangement->state == ARRANGEMENT_STATE_asked ||
           arrangement->state == ARRANGEMENT_STATE_conflicting;
}

static void add(struct requests *requests, const struct hq_query *query, const ds_CaseState *state,
                const ds_CaseRecord *record, const ds_Arrangement *arrangement)
{
    if (requests->count == requests->capacity) {
        requests->capacity = requests->capacity == 0 ? 64 : requests->capacity * 2;
        struct request *more = ARENA_ARRAY(requests->arena, requests->capacity, struct request);
        if (requests->count > 0) {
            memcpy(more, requests->items, requests->count * sizeof *more);
        }
        requests->items = more;
    }
    struct request *request = &requests->items[requests->count++];
    struct id id;
    memcpy(id.bytes, arrangement->id, sizeof id.bytes);
    id_to_text(request->id, &id);
    request->case_no = (uint64_t)hq_i64(query, 0);
    request->case_ref = str_text(requests->arena, hq_text(query, 1));
    request->client = str_text(requests->arena, hq_text(query, 2));
    request->debtor_name = str_text(requests->arena, hq_text(query, 3));
    request->owed_minor = fold_balance(record, state).owed_minor;
    request->arrangement = *arrangement;
}

static enum err load(struct command_context *context, struct requests *requests)
{
    *requests = (struct requests){.arena = context->arena};
    ds_CaseState *state = ARENA_NEW(context->arena, ds_CaseState);
    ds_CaseRecord *record = ARENA_NEW(context->arena, ds_CaseRecord);
    struct hq_query query = hq_query(context->store, SQL_HQ_state_asked);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        struct str bytes = hq_text(&query, 4);
        err = case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size);
        bytes = hq_text(&query, 5);
        if (err == OK) {
            err = case_record_decode(record, (const uint8_t *)bytes.bytes, bytes.size);
        }
        for (size_t i = 0; err == OK && i < state->arrangements_count; i++) {
            if (is_waiting(&state->arrangements[i])) {
                add(requests, &query, state, record, &state->arrangements[i]);
            }
        }
    }
    TRY(hq_end(&query));
    return err == OK ? OK : ERR_corrupt;
}

static enum command_exit list(struct command_context *context, const struct requests *requests)
{
    static const struct listing_column columns[] = {
        {"id", "hq.column.request"},      {"case", "hq.column.case"},
        {"client", "hq.column.client"},   {"debtor", "hq.column.debtor"},
        {"kind", "hq.column.kind"},       {"state", "hq.column.state"},
        {"amount", "hq.column.amount"},   {"owed", "hq.column.owed"},
        {"due", "hq.column.due"},         {"person", "hq.column.person"},
        {"made_at_ms", "hq.column.made"},
    };
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    for (size_t i = 0; i < requests->count; i++) {
        const struct request *request = &requests->items[i];
        const ds_Arrangement *arrangement = &request->arrangement;
        bool shows = true;
        err = guard_shows(context, arrangement->person_no, &shows);
        if (err != OK) {
            return command_err(context, err);
        }
        if (!shows) {
            continue;
        }
        const char *kind = catalog_name(CATALOG_arrangement_kind, arrangement->kind);
        const char *state = catalog_name(CATALOG_arrangement_state, arrangement->state);
        listing_text(&listing,
                     (struct str){request->id, context->is_json ? ID_TEXT_SIZE - 1 : ID_SHOWN});
        listing_text(&listing, str_from(request->case_ref));
        listing_text(&listing, str_from(request->client));
        listing_text(&listing, str_from(approvals_debtor(context, request->debtor_name)));
        listing_key(&listing, catalog_key(CATALOG_arrangement_kind, arrangement->kind),
                    kind != NULL ? kind : "unknown");
        listing_tone(&listing, LISTING_TONE_wait);
        listing_key(&listing, catalog_key(CATALOG_arrangement_state, arrangement->state),
                    state != NULL ? state : "unknown");
        listing_money(&listing, (int64_t)arrangement->amount_minor);
        listing_money(&listing, (int64_t)request->owed_minor);
        listing_day(&listing, arrangement->due_day);
        err = who_listing(&listing, arrangement->person_no);
        if (err != OK) {
            return command_err(context, err);
        }
        listing_instant(&listing, (int64_t)arrangement->made_at_ms);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

/* The one open request whose id begins with `word`. */
static const struct request *find(const struct requests *requests, const char *word,
                                  bool *is_ambiguous_out)
{
    const struct request *found = NULL;
    *is_ambiguous_out = false;
    for (size_t i = 0; i < requests->count; i++) {
        if (strncmp(requests->items[i].id, word, strlen(word)) == 0) {
            *is_ambiguous_out = found != NULL;
            found = &requests->items[i];
            if (*is_ambiguous_out) {
                break;
            }
        }
    }
    return found;
}

/* The request was decided, edited or replaced after this person had seen it. */
static enum command_exit changed_meanwhile(struct command_context *context, const char *word)
{
    struct id from, until;
    if (strlen(word) >= ID_TEXT_SIZE || strspn(word, "0123456789abcdef") != strlen(word)) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.request", lang_value_text("word", word)));
    }
    enum command_exit code = lookup_id(context, word, &from, &until);
    if (code != COMMAND_ok) {
        return code;
    }
    uint32_t state = 0;
    struct hq_query query = hq_query(context->store, SQL_HQ_arrangement_by_id);
    hq_bind_id(&query, "$id_from", &from);
    hq_bind_id(&query, "$id_until", &until);
    if (hq_next(&query)) {
        state = (uint32_t)hq_i64(&query, 0);
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (state == 0) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.request", lang_value_text("word", word)));
    }
    return command_fail(
        context, COMMAND_refused,
        COMMAND_TEXT("hq.fail.request_changed", lang_value_text("word", word),
                     lang_value_key("state", catalog_key(CATALOG_arrangement_state, state))));
}

static enum err book_decision(struct command_context *context, const ds_Event *given,
                              const struct id *target, const char *note)
{
    ds_Event event = *given;
    int64_t now_ms = clock_now_ms(context->clock);
    event.at_ms = (uint64_t)now_ms;
    size_t closed_count = 0;
    TRY(hq_begin(context->store));
    TRY(ingest_own_one(context->arena, context->store, &event, now_ms, NULL));
    /* What the review queue asks about this request is answered with it. */
    TRY(review_close_decided(context->arena, context->store, event.case_no, target, str_from(note),
                             now_ms, &closed_count));
    TRY(hq_audit(context->store, now_ms, context->actor,
                 catalog_name(CATALOG_decision, event.kind.arrangement_decided.decision),
                 str_format(context->arena, "case %llu by %u", (unsigned long long)event.case_no,
                            event.person_no)));
    return hq_commit(context->store);
}

static enum command_exit decide(struct command_context *context, const struct requests *requests,
                                enum decision decision, const char *fallback_reason)
{
    const char *word = command_word(context, options, 1);
    if (word == NULL || word[0] == '\0') {
        return command_usage(context);
    }
    bool is_ambiguous = false;
    const struct request *request = find(requests, word, &is_ambiguous);
    if (is_ambiguous) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.request_several", lang_value_text("word", word)));
    }
    if (request == NULL) {
        return changed_meanwhile(context, word);
    }
    ds_Event event = {.case_no = request->case_no, .which_kind = ds_Event_arrangement_decided_tag};
    ds_ArrangementDecided *decided = &event.kind.arrangement_decided;
    memcpy(decided->target, request->arrangement.id, sizeof decided->target);
    decided->decision = decision;
    const char *reason = command_option(context, "--reason");
    /* Two pairs of eyes: never who asked. */
    enum command_exit code =
        review_supervisor(context, request->arrangement.person_no, &event.person_no);
    if (code == COMMAND_ok) {
        code = lookup_code(context, CATALOG_decision_reason,
                           reason != NULL ? reason : fallback_reason, &decided->reason);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, command_option(context, "--note"), decided->note,
                           sizeof decided->note);
    }
    if (code == COMMAND_ok) {
        struct id target;
        memcpy(target.bytes, decided->target, sizeof target.bytes);
        enum err err = book_decision(context, &event, &target, decided->note);
        if (err != OK) {
            hq_rollback(context->store);
            return command_err(context, err);
        }
    }
    if (code == COMMAND_ok) {
        command_say(
            context,
            COMMAND_TEXT("hq.say.decided", lang_value_text("case", request->case_ref),
                         lang_value_key("decision", catalog_key(CATALOG_decision, decision))));
    }
    return code;
}

enum command_exit approvals_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    bool is_list = verb == NULL || strcmp(verb, "list") == 0;
    if (is_list && command_has(context, "--decided")) {
        return approvals_list_decided(context);
    }
    if (!is_list && strcmp(verb, "withdraw") == 0) {
        return approvals_put_right(context, command_word(context, options, 1), "withdraw");
    }
    if (!is_list && strcmp(verb, "change") == 0) {
        return approvals_put_right(context, command_word(context, options, 1),
                                   command_word(context, options, 2));
    }
    struct requests requests;
    enum err err = load(context, &requests);
    if (err != OK) {
        return command_err(context, err);
    }
    if (is_list) {
        return list(context, &requests);
    }
    if (strcmp(verb, "approve") == 0) {
        return decide(context, &requests, DECISION_approved, "within_policy");
    }
    if (strcmp(verb, "reject") == 0) {
        return decide(context, &requests, DECISION_rejected, "other");
    }
    if (strcmp(verb, "return") == 0) {
        return decide(context, &requests, DECISION_returned, "evidence_missing");
    }
    return command_usage(context);
}
