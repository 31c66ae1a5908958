/* doorstep-hq identity: cases whose borrower says that the debt is not theirs (冒办), the late ones
 * first, who checks each, and the decision: the case goes back to the client, or the stop ends.
 * Never by whoever was told it at the door or holds the case; when the working days for it have
 * run out, by legal alone. */
#include "sync/server/command/identity.h"

#include "core/domain/catalog.h"
#include "sync/server/command/listing.h"
#include "sync/server/report/policy_book.h"

#include <stdlib.h>
#include <string.h>

const char *const identity_options[] = {"--result", "--note", "--client", "--to", NULL};
static const char *const plain[] = {"--without-declaration", "--mine", NULL};

struct queue {
    struct identity_frozen *items;
    size_t count, capacity;
};

static void add(struct command_context *context, struct queue *queue,
                const struct identity_frozen *frozen)
{
    if (queue->count == queue->capacity) {
        queue->capacity = queue->capacity == 0 ? 32 : queue->capacity * 2;
        struct identity_frozen *more =
            ARENA_ARRAY(context->arena, queue->capacity, struct identity_frozen);
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
    const struct identity_frozen *x = a;
    const struct identity_frozen *y = b;
    if (x->clock.due_day != y->clock.due_day) {
        return x->clock.due_day < y->clock.due_day ? -1 : 1;
    }
    return (x->case_no > y->case_no) - (x->case_no < y->case_no);
}

bool identity_frozen_read(struct command_context *context, const struct policy *policy,
                          const ds_CaseRecord *record, const ds_CaseState *state,
                          struct identity_frozen *frozen_out)
{
    int32_t today = fold_day(record, clock_now_ms(context->clock));
    if (!identity_clock_read(policy, record, state, today, &frozen_out->clock)) {
        return false;
    }
    const ds_Flag *flag = fold_flag(state, STOP_FLAG_identity_dispute, today);
    frozen_out->told_no = flag->person_no;
    frozen_out->owner_no = state->owner_no;
    frozen_out->case_ref = arena_text(context->arena, record->case_ref);
    frozen_out->client = arena_text(context->arena, record->client);
    return true;
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
        struct identity_frozen frozen = {.case_no = (uint64_t)hq_i64(&query, 0)};
        if (case_state_decode(state, (const uint8_t *)state_bytes.bytes, state_bytes.size) == OK &&
            case_record_decode(record, (const uint8_t *)record_bytes.bytes, record_bytes.size) ==
                OK &&
            identity_frozen_read(context, policy, record, state, &frozen)) {
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
        TRY(identity_file_read(context->arena, context->store, queue->items[i].case_no,
                               &queue->items[i].file));
    }
    if (queue->count > 1) {
        qsort(queue->items, queue->count, sizeof *queue->items, compare);
    }
    return OK;
}

/* ---- the list ---- */

static enum err put_person(struct listing *listing, uint32_t person_no)
{
    struct hq_query query = hq_query(listing->context->store, SQL_HQ_person_get);
    hq_bind_i64(&query, "$person_no", person_no);
    listing_text(listing, hq_next(&query) ? hq_text(&query, 1) : STR("-"));
    return hq_end(&query);
}

static void put_state(struct listing *listing, const struct identity_clock *clock)
{
    if (clock->is_overdue) {
        listing_tone(listing, LISTING_TONE_bad);
        listing_key(listing, "identity.late", "late");
    } else if (clock->left <= 1) {
        listing_tone(listing, LISTING_TONE_wait);
        listing_key(listing, "identity.today", "today");
    } else {
        listing_key(listing, "identity.in_time", "in_time");
    }
}

static void put_checker(struct listing *listing, const struct identity_frozen *frozen)
{
    if (identity_file_checker(&frozen->file, &frozen->clock) != 0) {
        listing_text(listing, str_from(frozen->file.checker_name));
    } else if (frozen->clock.is_overdue) {
        listing_tone(listing, LISTING_TONE_bad);
        listing_key(listing, "identity.legal", "legal");
    } else {
        listing_tone(listing, LISTING_TONE_wait);
        listing_key(listing, "identity.nobody", "nobody");
    }
}

static enum err put(struct listing *listing, const struct identity_frozen *frozen)
{
    struct command_context *context = listing->context;
    bool is_signed = frozen->file.is_signed;
    listing_pick(listing, str_format(context->arena, "#%llu", (unsigned long long)frozen->case_no));
    listing_text(listing, str_from(frozen->case_ref));
    listing_text(listing, str_from(frozen->client));
    TRY(put_person(listing, frozen->owner_no));
    listing_day(listing, frozen->clock.since_day);
    listing_day(listing, frozen->clock.due_day);
    listing_number(listing, frozen->clock.left);
    put_state(listing, &frozen->clock);
    put_checker(listing, frozen);
    listing_key(listing, is_signed ? "identity.signed" : "identity.unsigned",
                is_signed ? "signed" : "unsigned");
    listing_number(listing, frozen->file.document_count);
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
        {"checker", "identity.column.checker"},
        {"declaration", "identity.column.declaration"},
        {"documents", "identity.column.documents"},
    };
    struct queue queue;
    struct listing listing;
    bool is_mine = command_has(context, "--mine");
    bool is_late = false;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err == OK) {
        err = load(context, &queue);
    }
    for (size_t i = 0; err == OK && i < queue.count; i++) {
        const struct identity_frozen *frozen = &queue.items[i];
        uint32_t checker_no = identity_file_checker(&frozen->file, &frozen->clock);
        if (!is_mine || checker_no == context->person.person_no) {
            is_late = is_late || frozen->clock.is_overdue;
            err = put(&listing, frozen);
        }
    }
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return is_late ? COMMAND_found : COMMAND_ok;
}

enum command_exit identity_command(struct command_context *context)
{
    if (!command_options_are_known(context, identity_options, plain)) {
        return COMMAND_usage;
    }
    const char *verb = command_word(context, identity_options, 0);
    if (verb == NULL || strcmp(verb, "list") == 0) {
        return list(context);
    }
    if (strcmp(verb, "assign") == 0) {
        return identity_assign(context);
    }
    return strcmp(verb, "decide") == 0 ? identity_decide(context) : command_usage(context);
}
