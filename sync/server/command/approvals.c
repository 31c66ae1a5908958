/* doorstep-hq approvals: what tablets asked for and headquarters decides. */
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"

#include "core/event/fold.h"

#include <string.h>

enum { ID_SHOWN = 10 }; /* hex digits: enough to tell open requests apart */

static const char *const options[] = {"--by", "--reason", "--note", NULL};

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
        const char *kind = catalog_name(CATALOG_arrangement_kind, arrangement->kind);
        const char *state = catalog_name(CATALOG_arrangement_state, arrangement->state);
        listing_text(&listing,
                     (struct str){request->id, context->is_json ? ID_TEXT_SIZE - 1 : ID_SHOWN});
        listing_text(&listing, str_from(request->case_ref));
        listing_text(&listing, str_from(request->client));
        listing_text(&listing, str_from(request->debtor_name));
        listing_key(&listing, catalog_key(CATALOG_arrangement_kind, arrangement->kind),
                    kind != NULL ? kind : "unknown");
        listing_key(&listing, catalog_key(CATALOG_arrangement_state, arrangement->state),
                    state != NULL ? state : "unknown");
        listing_money(&listing, (int64_t)arrangement->amount_minor);
        listing_money(&listing, (int64_t)request->owed_minor);
        listing_day(&listing, arrangement->due_day);
        listing_number(&listing, arrangement->person_no);
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

/* Who decides is somebody at work with that duty, and never who asked: two pairs of eyes. */
static enum command_exit find_approver(struct command_context *context,
                                       const struct request *request, uint32_t *person_no_out)
{
    const char *word = command_option(context, "--by");
    if (word == NULL) {
        return command_usage(context);
    }
    enum command_exit code = lookup_person(context, word, person_no_out);
    if (code != COMMAND_ok) {
        return code;
    }
    uint32_t role = STAFF_ROLE_none;
    bool is_active = false;
    struct hq_query query = hq_query(context->store, SQL_HQ_person_get);
    hq_bind_i64(&query, "$person_no", *person_no_out);
    if (hq_next(&query)) {
        role = (uint32_t)hq_i64(&query, 2);
        is_active = hq_i64(&query, 4) != 0;
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    if (!is_active || role != STAFF_ROLE_supervisor) {
        return command_fail(context, COMMAND_refused,
                            COMMAND_TEXT("hq.fail.approver_role", lang_value_text("word", word)));
    }
    if (*person_no_out == request->arrangement.person_no) {
        return command_fail(context, COMMAND_refused,
                            COMMAND_TEXT("hq.fail.approver_own", lang_value_text("word", word)));
    }
    return COMMAND_ok;
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
    if (request == NULL || is_ambiguous) {
        return command_fail(
            context, COMMAND_not_found,
            COMMAND_TEXT(is_ambiguous ? "hq.fail.request_several" : "hq.fail.request",
                         lang_value_text("word", word)));
    }
    ds_Event event = {.case_no = request->case_no, .which_kind = ds_Event_arrangement_decided_tag};
    ds_ArrangementDecided *decided = &event.kind.arrangement_decided;
    memcpy(decided->target, request->arrangement.id, sizeof decided->target);
    decided->decision = decision;
    const char *reason = command_option(context, "--reason");
    enum command_exit code = find_approver(context, request, &event.person_no);
    if (code == COMMAND_ok) {
        code = lookup_code(context, CATALOG_decision_reason,
                           reason != NULL ? reason : fallback_reason, &decided->reason);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, command_option(context, "--note"), decided->note,
                           sizeof decided->note);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event, catalog_name(CATALOG_decision, decision));
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
    if (!command_options_are_known(context, options, NULL)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    struct requests requests;
    enum err err = load(context, &requests);
    if (err != OK) {
        return command_err(context, err);
    }
    if (verb == NULL || strcmp(verb, "list") == 0) {
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
