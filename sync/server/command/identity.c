/* doorstep-hq identity: cases whose borrower says that the debt is not theirs (冒办), the late ones
 * first, and the decision: the case goes back to the client, or the stop ends. Never by whoever
 * was told it at the door. */
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"
#include "sync/server/report/identity_clock.h"
#include "sync/server/report/policy_book.h"

#include "core/domain/date.h"

#include <stdlib.h>
#include <string.h>

static const char *const options[] = {"--result", "--note", "--client", NULL};
static const char *const plain[] = {"--without-declaration", NULL};

/* What is on record of the declaration that the borrower did not take the debt (未办卡声明). */
struct declaration {
    bool is_signed;          /* the last fact says so */
    uint32_t place;          /* declaration_places.def */
    uint32_t document_count; /* signatures and documents that facts since then name */
};

struct frozen {
    uint64_t case_no;
    const char *case_ref, *client;
    uint32_t owner_no;
    struct identity_clock clock;
    struct declaration declaration;
};

struct queue {
    struct frozen *items;
    size_t count, capacity;
};

static enum err read_declaration(struct command_context *context, uint64_t case_no,
                                 struct declaration *declaration)
{
    *declaration = (struct declaration){0};
    struct arena_mark mark = arena_mark(context->arena);
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    struct hq_query query = hq_query(context->store, SQL_HQ_event_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 5);
        if (event_decode(event, (const uint8_t *)body.bytes, body.size) != OK) {
            continue;
        }
        uint32_t evidence = event->kind.evidence_attached.evidence;
        if (event_kind(event) == EVENT_identity_disputed) {
            declaration->is_signed |= event->kind.identity_disputed.is_declaration_signed;
            declaration->place = event->kind.identity_disputed.declaration_place;
        } else if (event_kind(event) == EVENT_evidence_attached &&
                   (evidence == EVIDENCE_KIND_signature || evidence == EVIDENCE_KIND_document)) {
            declaration->document_count++;
        }
    }
    enum err err = hq_end(&query);
    arena_rollback(context->arena, mark);
    return err;
}

static void add(struct command_context *context, struct queue *queue, const struct frozen *frozen)
{
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity == 0 ? 32 : queue->capacity * 2;
        struct frozen *more = ARENA_ARRAY(context->arena, queue->capacity, struct frozen);
        if (queue->count > 0) {
            memcpy(more, queue->items, queue->count * sizeof *more);
        }
        queue->items = more;
    }
    queue->items[queue->count++] = *frozen;
}

/* The one that is due first comes first. */
static int compare(const void *a, const void *b)
{
    const struct frozen *x = a;
    const struct frozen *y = b;
    if (x->clock.due_day != y->clock.due_day) {
        return x->clock.due_day < y->clock.due_day ? -1 : 1;
    }
    return (x->case_no > y->case_no) - (x->case_no < y->case_no);
}

static enum err find_frozen(struct command_context *context, const struct policy *policy,
                            struct queue *queue)
{
    ds_CaseRecord *record = ARENA_NEW(context->arena, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(context->arena, ds_CaseState);
    struct hq_query query = hq_query(context->store, SQL_HQ_law_open_stops);
    hq_bind_i64(&query, "$flag", STOP_FLAG_identity_dispute);
    hq_bind_i64(&query, "$life", CASE_LIFE_open);
    while (hq_next(&query)) {
        struct str state_bytes = hq_text(&query, 4);
        struct str record_bytes = hq_text(&query, 5);
        struct frozen frozen = {.case_no = (uint64_t)hq_i64(&query, 0)};
        if (case_state_decode(state, (const uint8_t *)state_bytes.bytes, state_bytes.size) != OK ||
            case_record_decode(record, (const uint8_t *)record_bytes.bytes, record_bytes.size) !=
                OK) {
            continue;
        }
        int32_t today = fold_day(record, clock_now_ms(context->clock));
        if (identity_clock_read(policy, record, state, today, &frozen.clock)) {
            frozen.case_ref = arena_text(context->arena, record->case_ref);
            frozen.client = arena_text(context->arena, record->client);
            frozen.owner_no = (uint32_t)hq_i64(&query, 3);
            add(context, queue, &frozen);
        }
    }
    return hq_end(&query);
}

static enum err load(struct command_context *context, struct queue *queue)
{
    struct policy_book *book = NULL;
    *queue = (struct queue){0};
    TRY(policy_book_now(context->arena, context->store, &book));
    TRY(find_frozen(context, &book->policy, queue));
    for (size_t i = 0; i < queue->count; i++) {
        TRY(read_declaration(context, queue->items[i].case_no, &queue->items[i].declaration));
    }
    if (queue->count > 1) {
        qsort(queue->items, queue->count, sizeof *queue->items, compare);
    }
    return OK;
}

static enum command_exit list(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"case", "hq.column.case"},
        {"client", "hq.column.client"},
        {"person", "hq.column.person"},
        {"since", "identity.column.since"},
        {"due", "identity.column.due"},
        {"left", "identity.column.left"},
        {"state", "hq.column.state"},
        {"declaration", "identity.column.declaration"},
        {"documents", "identity.column.documents"},
    };
    struct queue queue;
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err == OK) {
        err = load(context, &queue);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    bool is_late = false;
    for (size_t i = 0; i < queue.count; i++) {
        const struct frozen *frozen = &queue.items[i];
        bool is_overdue = frozen->clock.is_overdue;
        is_late = is_late || is_overdue;
        listing_pick(&listing,
                     str_format(context->arena, "#%llu", (unsigned long long)frozen->case_no));
        listing_text(&listing, str_from(frozen->case_ref));
        listing_text(&listing, str_from(frozen->client));
        listing_number(&listing, frozen->owner_no);
        listing_day(&listing, frozen->clock.since_day);
        listing_day(&listing, frozen->clock.due_day);
        listing_number(&listing, frozen->clock.left);
        listing_tone(&listing, is_overdue ? LISTING_TONE_bad : LISTING_TONE_wait);
        listing_key(&listing, is_overdue ? "identity.late" : "identity.in_time",
                    is_overdue ? "late" : "in_time");
        listing_key(&listing,
                    frozen->declaration.is_signed ? "identity.signed" : "identity.unsigned",
                    frozen->declaration.is_signed ? "signed" : "unsigned");
        listing_number(&listing, frozen->declaration.document_count);
    }
    listing_end(&listing);
    return is_late ? COMMAND_found : COMMAND_ok;
}

/* ---- deciding ---- */

/* Not theirs: the client takes it back. Theirs: the stop ends, as far as it was known. */
static enum command_exit make_event(struct command_context *context, const ds_Flag *flag,
                                    bool is_theirs, ds_Event *event)
{
    if (!is_theirs) {
        event->which_kind = ds_Event_case_recalled_tag;
        event->kind.case_recalled.reason = CLOSE_REASON_identity_fraud;
        return COMMAND_ok;
    }
    event->which_kind = ds_Event_status_cleared_tag;
    ds_StatusCleared *cleared = &event->kind.status_cleared;
    cleared->flag = STOP_FLAG_identity_dispute;
    cleared->has_raised_count = true;
    cleared->raised_count = flag->raised_count;
    return lookup_text(context, command_option(context, "--note"), cleared->note,
                       sizeof cleared->note);
}

static enum command_exit check_declaration(struct command_context *context, uint64_t case_no,
                                           bool is_theirs)
{
    struct declaration declaration;
    enum err err = read_declaration(context, case_no, &declaration);
    if (err != OK) {
        return command_err(context, err);
    }
    bool is_there = declaration.is_signed && declaration.document_count > 0;
    return is_theirs || is_there || command_has(context, "--without-declaration")
               ? COMMAND_ok
               : command_fail(context, COMMAND_found, COMMAND_LINE("hq.fail.declaration"));
}

static enum command_exit decide(struct command_context *context)
{
    const char *word = command_word(context, options, 1);
    const char *result = command_option(context, "--result");
    const ds_CaseState *state = NULL;
    ds_Event event = {0};
    if (word == NULL || result == NULL || command_option(context, "--note") == NULL ||
        (strcmp(result, "theirs") != 0 && strcmp(result, "not_theirs") != 0)) {
        return command_usage(context);
    }
    bool is_theirs = strcmp(result, "theirs") == 0;
    enum command_exit code = lookup_case(context, word, &event.case_no);
    if (code == COMMAND_ok) {
        code = lookup_state(context, event.case_no, &state);
    }
    if (code != COMMAND_ok) {
        return code;
    }
    const ds_Flag *flag = fold_flag(state, STOP_FLAG_identity_dispute, 0);
    if (flag == NULL || state->life != CASE_LIFE_open) {
        return command_fail(context, COMMAND_not_found,
                            COMMAND_TEXT("hq.fail.identity_none", lang_value_text("case", word)));
    }
    const struct permit_object object = {.branch_no = HQ_BRANCH, .about_no = flag->person_no};
    code = guard_object(context, &object);
    if (code == COMMAND_ok) {
        code = check_declaration(context, event.case_no, is_theirs);
    }
    if (code == COMMAND_ok) {
        code = make_event(context, flag, is_theirs, &event);
    }
    if (code == COMMAND_ok) {
        code = lookup_book(context, &event,
                           is_theirs ? "identity decide theirs" : "identity decide not_theirs");
    }
    if (code == COMMAND_ok) {
        command_say(context, COMMAND_TEXT(is_theirs ? "hq.say.identity_theirs"
                                                    : "hq.say.identity_not_theirs",
                                          lang_value_text("case", word)));
    }
    return code;
}

enum command_exit identity_command(struct command_context *context)
{
    if (!command_options_are_known(context, options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    return strcmp(verb, "decide") == 0 ? decide(context) : command_usage(context);
}
