/* What is kept longer than the law allows. */
#include "sync/server/command/listing.h"
#include "sync/server/command/retention.h"

#include "core/domain/date.h"

#include <string.h>

/* A case that may have something to go. */
struct candidate {
    uint64_t case_no;
    const char *case_ref;
    int64_t ended_at_ms; /* 0: open */
};

struct candidates {
    struct arena *arena;
    struct candidate *items;
    size_t count, capacity;
};

static void add(struct candidates *candidates, const struct hq_query *query, int64_t ended_at_ms)
{
    if (candidates->count == candidates->capacity) {
        candidates->capacity = candidates->capacity == 0 ? 64 : candidates->capacity * 2;
        struct candidate *more =
            ARENA_ARRAY(candidates->arena, candidates->capacity, struct candidate);
        if (candidates->count > 0) {
            memcpy(more, candidates->items, candidates->count * sizeof *more);
        }
        candidates->items = more;
    }
    candidates->items[candidates->count++] = (struct candidate){
        .case_no = (uint64_t)hq_i64(query, 0),
        .case_ref = str_text(candidates->arena, hq_text(query, 1)),
        .ended_at_ms = ended_at_ms,
    };
}

/* One line when something of the class is there and its time is over. */
static enum err look(const struct retention *retention, const struct candidate *candidate,
                     uint32_t data_class, struct listing *listing, bool *is_listed_out)
{
    struct command_context *context = retention->context;
    int32_t days_max = retention->days_max[data_class];
    int32_t since = date_day_at(candidate->ended_at_ms, retention->offset_minutes);
    bool is_of_fact = retention_is_of_fact(data_class);
    if (days_max == 0 || (!is_of_fact && retention->today - since <= days_max)) {
        return OK;
    }
    struct erase_order order = {
        .case_no = candidate->case_no,
        .classes = UINT32_C(1) << data_class,
        .keeps_record = candidate->ended_at_ms == 0,
    };
    retention_order(retention, &order);
    struct erase_done there;
    struct arena_mark mark = arena_mark(context->arena);
    enum err err = erase_count(context->arena, context->store, &order, &there);
    arena_rollback(context->arena, mark);
    TRY(err);
    if (there.fact_count + there.file_count + there.letter_count == 0 && !there.has_record) {
        return OK;
    }
    bool is_held = false;
    TRY(retention_is_held(context, candidate->case_no, &is_held));
    listing_text(listing, str_from(candidate->case_ref));
    listing_key(listing, catalog_key(CATALOG_data_class, data_class),
                catalog_name(CATALOG_data_class, data_class));
    listing_day(listing, is_of_fact ? retention->today - days_max : since + days_max);
    listing_number(listing, days_max);
    listing_number(listing, (int64_t)there.fact_count);
    listing_number(listing, (int64_t)there.file_count);
    listing_key(listing, is_held ? "hq.word.held" : "hq.word.not_held", is_held ? "held" : "");
    listing_text(listing, str_from(retention->sources[data_class]));
    *is_listed_out = true;
    return OK;
}

static enum err find(const struct retention *retention, struct candidates *ended,
                     struct candidates *old)
{
    struct command_context *context = retention->context;
    struct hq_query ends = hq_query(context->store, SQL_HQ_retention_ended);
    while (hq_next(&ends)) {
        add(ended, &ends, hq_i64(&ends, 3));
    }
    TRY(hq_end(&ends));
    struct erase_order order = {0};
    retention_order(retention, &order);
    int64_t before_at_ms = INT64_MIN;
    for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
        if (retention_is_of_fact(code) && retention->days_max[code] > 0 &&
            order.until_at_ms[code] > before_at_ms) {
            before_at_ms = order.until_at_ms[code];
        }
    }
    struct hq_query facts = hq_query(context->store, SQL_HQ_retention_old_facts);
    hq_bind_i64(&facts, "$before_at_ms", before_at_ms);
    while (hq_next(&facts)) {
        add(old, &facts, 0);
    }
    return hq_end(&facts);
}

static enum err look_all(const struct retention *retention, struct listing *listing,
                         bool *is_listed_out)
{
    struct candidates ended = {.arena = retention->context->arena};
    struct candidates old = {.arena = retention->context->arena};
    TRY(find(retention, &ended, &old));
    for (size_t i = 0; i < ended.count; i++) {
        for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
            if (!retention_is_of_fact(code)) {
                TRY(look(retention, &ended.items[i], code, listing, is_listed_out));
            }
        }
    }
    for (size_t i = 0; i < old.count; i++) {
        for (uint32_t code = 1; code < DATA_CLASS_END; code++) {
            if (retention_is_of_fact(code)) {
                TRY(look(retention, &old.items[i], code, listing, is_listed_out));
            }
        }
    }
    return OK;
}

enum command_exit retention_due(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"case", "hq.column.case"},   {"class", "hq.column.data"},
        {"due", "hq.column.due"},     {"days", "hq.column.days_kept"},
        {"facts", "hq.column.facts"}, {"files", "hq.column.files"},
        {"hold", "hq.column.hold"},   {"source", "hq.column.source"},
    };
    struct retention retention;
    struct listing listing;
    bool is_listed = false;
    enum command_exit code = retention_read(context, &retention);
    if (code != COMMAND_ok) {
        return code;
    }
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err == OK) {
        err = look_all(&retention, &listing, &is_listed);
    }
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return is_listed ? COMMAND_found : COMMAND_ok;
}
