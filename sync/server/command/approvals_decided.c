/* doorstep-hq approvals list --decided, withdraw and change: decisions that were made, and a wrong
 * one put right. */
#include "sync/server/command/approvals.h"

#include "core/domain/mask.h"
#include "core/event/fold.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/command/review.h"
#include "sync/server/command/told_anew.h"
#include "sync/server/store/ingest.h"

#include <string.h>

enum { ID_SHOWN = 10, LATELY_DAYS = 90, LATELY_ROWS = 200, FOUND_MAX = 2 };

struct request {
    char id[ID_TEXT_SIZE];
    uint64_t case_no;
    const char *case_ref, *client, *debtor_name;
    uint32_t owner_no;
    /* Who had the case since the decision, the newest first; all that are known when even the
     * oldest of them got it later. */
    uint32_t holders[COUNT((ds_CaseState){0}.owners)];
    size_t holder_count;
    bool has_more_holders;
    ds_Arrangement arrangement;
};

struct requests {
    struct request items[LATELY_ROWS];
    size_t count;
};

static void set_holders(struct request *request, const ds_CaseState *state)
{
    uint64_t decided_at_ms = request->arrangement.decided_at_ms;
    bool is_whole = false;
    for (size_t i = 0; i < state->owners_count && !is_whole; i++) {
        request->holders[request->holder_count++] = state->owners[i].owner_no;
        is_whole = state->owners[i].since_at_ms < decided_at_ms;
    }
    request->has_more_holders = !is_whole && state->owners_count == COUNT(state->owners);
}

static bool has_held(const struct request *request, uint32_t person_no)
{
    bool is_one = request->has_more_holders;
    for (size_t i = 0; i < request->holder_count; i++) {
        is_one = is_one || request->holders[i] == person_no;
    }
    return is_one;
}

/* Those whose ids are from..until and that were decided since; the newest first. */
static enum err load(struct command_context *context, const struct id *from, const struct id *until,
                     int64_t since_ms, size_t most, struct requests *requests)
{
    requests->count = 0;
    ds_CaseState *state = ARENA_NEW(context->arena, ds_CaseState);
    enum err err = OK;
    struct hq_query query = hq_query(context->store, SQL_HQ_arrangement_decided_lately);
    hq_bind_id(&query, "$id_from", from);
    hq_bind_id(&query, "$id_until", until);
    hq_bind_i64(&query, "$from_ms", since_ms);
    hq_bind_i64(&query, "$row_count", (int64_t)most);
    while (err == OK && hq_next(&query)) {
        struct str bytes = hq_text(&query, 4);
        struct id id = hq_id(&query, 5);
        err = case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size);
        for (size_t i = 0; err == OK && i < state->arrangements_count; i++) {
            if (memcmp(state->arrangements[i].id, id.bytes, sizeof id.bytes) != 0) {
                continue;
            }
            struct request *request = &requests->items[requests->count++];
            *request = (struct request){
                .case_no = (uint64_t)hq_i64(&query, 0),
                .case_ref = str_text(context->arena, hq_text(&query, 1)),
                .client = str_text(context->arena, hq_text(&query, 2)),
                .debtor_name = str_text(context->arena, hq_text(&query, 3)),
                .owner_no = state->owner_no,
                .arrangement = state->arrangements[i],
            };
            id_to_text(request->id, &id);
            set_holders(request, state);
        }
    }
    TRY(hq_end(&query));
    return err == OK ? OK : ERR_corrupt; /* headquarters' own bytes */
}

/* ---- list ---- */

const char *approvals_debtor(struct command_context *context, const char *name)
{
    char masked[MASK_TEXT_SIZE];
    return guard_is_masked(context) ? arena_text(context->arena, mask_name(masked, name)) : name;
}

static enum err put_row(struct listing *listing, const struct request *request)
{
    struct command_context *context = listing->context;
    const ds_Arrangement *arrangement = &request->arrangement;
    struct decided_list list;
    TRY(decided_requests(context, request->case_no, arrangement->id, &list));
    const struct decided *last = decided_last(&list);
    const char *kind = catalog_name(CATALOG_arrangement_kind, arrangement->kind);
    const char *state = catalog_name(CATALOG_arrangement_state, arrangement->state);
    const char *decision = last != NULL ? catalog_name(CATALOG_decision, last->code) : NULL;
    listing_text(listing,
                 (struct str){request->id, context->is_json ? ID_TEXT_SIZE - 1 : ID_SHOWN});
    listing_text(listing, str_from(request->case_ref));
    listing_text(listing, str_from(request->client));
    listing_text(listing, str_from(approvals_debtor(context, request->debtor_name)));
    listing_key(listing, catalog_key(CATALOG_arrangement_kind, arrangement->kind),
                kind != NULL ? kind : "unknown");
    listing_key(listing,
                decision != NULL ? catalog_key(CATALOG_decision, last->code) : "hq.word.dash",
                decision != NULL ? decision : "-");
    listing_key(listing, catalog_key(CATALOG_arrangement_state, arrangement->state),
                state != NULL ? state : "unknown");
    listing_money(listing, (int64_t)arrangement->amount_minor);
    listing_money(listing, (int64_t)arrangement->paid_minor);
    listing_instant(listing, (int64_t)arrangement->decided_at_ms);
    listing_text(listing, str_from(last != NULL ? last->person : "-"));
    listing_text(listing, str_from(arrangement->decision_note));
    return OK;
}

enum command_exit approvals_list_decided(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"id", "hq.column.request"},         {"case", "hq.column.case"},
        {"client", "hq.column.client"},      {"debtor", "hq.column.debtor"},
        {"kind", "hq.column.kind"},          {"decision", "hq.column.decision"},
        {"state", "hq.column.state"},        {"amount", "hq.column.amount"},
        {"paid", "hq.column.paid"},          {"decided_at_ms", "hq.column.decided"},
        {"decided_by", "hq.column.decider"}, {"note", "office.column.note"},
    };
    struct id from = {{0}};
    struct id until;
    memset(until.bytes, 0xff, sizeof until.bytes);
    struct requests *requests = ARENA_NEW(context->arena, struct requests);
    int64_t since_ms = clock_now_ms(context->clock) - LATELY_DAYS * INT64_C(86400000);
    struct listing listing;
    enum err err = load(context, &from, &until, since_ms, LATELY_ROWS, requests);
    if (err == OK) {
        err = listing_start(&listing, context, columns, COUNT(columns));
    }
    for (size_t i = 0; err == OK && i < requests->count; i++) {
        bool shows = true;
        err = guard_shows(context, requests->items[i].arrangement.person_no, &shows);
        if (err == OK && shows) {
            err = put_row(&listing, &requests->items[i]);
        }
    }
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}

/* ---- putting one right ---- */

static enum command_exit find(struct command_context *context, const char *word,
                              struct request *request_out)
{
    struct id from, until;
    enum command_exit code = lookup_id(context, word, &from, &until);
    if (code != COMMAND_ok) {
        return code;
    }
    struct requests *requests = ARENA_NEW(context->arena, struct requests);
    enum err err = load(context, &from, &until, 0, FOUND_MAX, requests);
    if (err != OK) {
        return command_err(context, err);
    }
    if (requests->count != 1) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT(requests->count == 0 ? "hq.fail.request_decided"
                                                              : "hq.fail.request_several",
                                         lang_value_text("word", word)));
    }
    *request_out = requests->items[0];
    return COMMAND_ok;
}

/* Nothing that a borrower relies on is taken away: what was paid under a decision stays, what has
 * run its course is over. */
static enum command_exit check_open_to_change(struct command_context *context,
                                              const struct request *request)
{
    const ds_Arrangement *arrangement = &request->arrangement;
    bool can_change = arrangement->state == ARRANGEMENT_STATE_active ||
                      arrangement->state == ARRANGEMENT_STATE_rejected ||
                      arrangement->state == ARRANGEMENT_STATE_returned;
    if (!can_change) {
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.decision_over", lang_value_text("word", request->id),
                         lang_value_key(
                             "state", catalog_key(CATALOG_arrangement_state, arrangement->state))));
    }
    return arrangement->paid_minor == 0
               ? COMMAND_ok
               : command_fail(
                     context, COMMAND_refused,
                     COMMAND_TEXT("hq.fail.paid_under_it",
                                  lang_value_money("paid", (int64_t)arrangement->paid_minor)));
}

/* A tablet that lost the case meanwhile may have been told before. */
static enum command_exit check_nobody_knows(struct command_context *context,
                                            const struct request *request)
{
    bool is_known = false;
    struct hq_query query = hq_query(context->store, SQL_HQ_feed_called_since);
    hq_bind_i64(&query, "$case_no", (int64_t)request->case_no);
    hq_bind_i64(&query, "$since_ms", (int64_t)request->arrangement.decided_at_ms);
    while (hq_next(&query)) {
        bool has_it = hq_i64(&query, 1) == 0;
        is_known = is_known || has_it || has_held(request, (uint32_t)hq_i64(&query, 0));
    }
    enum err err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    return !is_known ? COMMAND_ok
                     : command_fail(context, COMMAND_refused,
                                    COMMAND_TEXT("hq.fail.tablet_knows",
                                                 lang_value_text("word", request->id)));
}

static enum err tell(struct command_context *context, const struct request *request,
                     const ds_ArrangementDecided *decided, int64_t now_ms)
{
    const struct told_anew told = {
        .person_no = request->owner_no != 0 ? request->owner_no : request->arrangement.person_no,
        .case_no = request->case_no,
        .about_key = catalog_key(CATALOG_arrangement_kind, request->arrangement.kind),
        .decision_key = catalog_key(CATALOG_decision, decided->decision),
        .note = arena_text(context->arena, decided->note),
    };
    return told_anew(context, &told, now_ms);
}

static enum err book(struct command_context *context, const struct request *request,
                     ds_Event *event)
{
    const ds_ArrangementDecided *decided = &event->kind.arrangement_decided;
    int64_t now_ms = clock_now_ms(context->clock);
    event->at_ms = (uint64_t)now_ms;
    TRY(hq_begin(context->store));
    TRY(ingest_own_one(context->arena, context->store, event, now_ms, NULL));
    if (decided->decision != DECISION_reopened) { /* nobody was told what was taken back */
        TRY(tell(context, request, decided, now_ms));
    }
    TRY(hq_audit(context->store, now_ms, context->actor, "approval change",
                 str_format(context->arena, "case %llu request %s %s by %u",
                            (unsigned long long)event->case_no, request->id,
                            catalog_name(CATALOG_decision, decided->decision), event->person_no)));
    return hq_commit(context->store);
}

static enum command_exit put_right(struct command_context *context, const struct request *request,
                                   enum decision decision, const char *fallback_reason)
{
    const ds_Arrangement *arrangement = &request->arrangement;
    struct decided_list list;
    ds_Event event = {.case_no = request->case_no, .which_kind = ds_Event_arrangement_decided_tag};
    ds_ArrangementDecided *decided = &event.kind.arrangement_decided;
    memcpy(decided->target, arrangement->id, sizeof decided->target);
    decided->decision = decision;
    enum err err = decided_requests(context, request->case_no, arrangement->id, &list);
    if (err != OK) {
        return command_err(context, err);
    }
    const struct decided *last = decided_last(&list);
    CHECK(last != NULL); /* the fold gives these states to a decision alone */
    decided->replaces = last->tag;
    if (last->code == (uint32_t)decision) {
        return command_fail(
            context, COMMAND_refused,
            COMMAND_TEXT("hq.fail.decided_so",
                         lang_value_key("choice", catalog_key(CATALOG_decision, decision))));
    }
    const char *reason = command_option(context, "--reason");
    enum command_exit code = review_supervisor(context, arrangement->person_no, &event.person_no);
    if (code == COMMAND_ok && decision != DECISION_reopened) {
        code = told_anew_by_another(context, last);
    }
    if (code == COMMAND_ok) {
        code = lookup_code(context, CATALOG_decision_reason,
                           reason != NULL ? reason : fallback_reason, &decided->reason);
    }
    if (code == COMMAND_ok) {
        code = lookup_text(context, command_option(context, "--note"), decided->note,
                           sizeof decided->note);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    err = book(context, request, &event);
    if (err != OK) {
        hq_rollback(context->store);
        return command_err(context, err);
    }
    command_say(context,
                COMMAND_TEXT("hq.say.decided", lang_value_text("case", request->case_ref),
                             lang_value_key("decision", catalog_key(CATALOG_decision, decision))));
    return COMMAND_ok;
}

enum command_exit approvals_put_right(struct command_context *context, const char *id_word,
                                      const char *decision_word)
{
    static const struct {
        const char *word;
        enum decision decision;
        const char *reason;
    } rows[] = {
        {"approve", DECISION_approved, "exception_granted"},
        {"reject", DECISION_rejected, "other"},
        {"return", DECISION_returned, "evidence_missing"},
        {"withdraw", DECISION_reopened, "other"},
    };
    size_t row = 0;
    while (row < COUNT(rows) &&
           (decision_word == NULL || strcmp(rows[row].word, decision_word) != 0)) {
        row++;
    }
    if (id_word == NULL || row == COUNT(rows)) {
        return command_usage(context);
    }
    const char *note = command_option(context, "--note");
    if (note == NULL || note[0] == '\0') {
        return command_fail(context, COMMAND_usage, COMMAND_LINE("hq.fail.why_anew"));
    }
    struct request *request = ARENA_NEW(context->arena, struct request);
    enum command_exit code = find(context, id_word, request);
    if (code == COMMAND_ok) {
        code = check_open_to_change(context, request);
    }
    if (code == COMMAND_ok && rows[row].decision == DECISION_reopened) {
        code = check_nobody_knows(context, request);
    }
    return code == COMMAND_ok ? put_right(context, request, rows[row].decision, rows[row].reason)
                              : code;
}
