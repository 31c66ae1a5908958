#include "sync/server/command/no_word.h"

#include "core/domain/date.h"
#include "core/event/event.h"
#include "sync/server/command/guard.h"
#include "sync/server/report/policy_book.h"

#include <string.h>

/* Before the number of a tablet and of its fact. */
#define VISIT "visit-"

/* The rows look back one day: who is missed longer is looked for by other means. */
struct span {
    int64_t from_ms, until_ms; /* of the check-in */
    int64_t limit_ms;
};

/* Twice the grace: the tablet's own alarm comes first. False: tablets do not ask. */
static enum err read_span(struct command_context *context, struct span *span_out, bool *asks_out)
{
    struct policy_book *book = NULL;
    TRY(policy_book_now(context->arena, context->store, &book));
    const struct policy *policy = &book->policy;
    int64_t minutes = policy->visit_timer + 2 * policy->visit_timer_grace;
    int64_t now_ms = clock_now_ms(context->clock);
    *asks_out = policy->visit_timer != 0;
    *span_out = (struct span){
        .from_ms = now_ms - DATE_DAY_MS,
        .until_ms = now_ms - minutes * 60 * 1000,
        .limit_ms = minutes * 60 * 1000,
    };
    return OK;
}

static enum err
each(struct command_context *context,
     void (*look)(void *to, struct command_context *context, struct hq_query *query), void *to)
{
    struct span span;
    bool asks = false;
    TRY(read_span(context, &span, &asks));
    if (!asks) {
        return OK;
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_visit_without_word);
    hq_bind_i64(&query, "$started", EVENT_visit_started);
    hq_bind_i64(&query, "$finished", EVENT_visit_finished);
    hq_bind_i64(&query, "$from_ms", span.from_ms);
    hq_bind_i64(&query, "$until_ms", span.until_ms);
    hq_bind_i64(&query, "$limit_ms", span.limit_ms);
    enum err err = OK;
    while (err == OK && hq_next(&query)) {
        bool shows = true;
        err = guard_shows(context, hq_i64(&query, 2), &shows);
        if (err == OK && shows) {
            look(to, context, &query);
        }
    }
    enum err end_err = hq_end(&query);
    return err != OK ? err : end_err;
}

static void put(void *to, struct command_context *context, struct hq_query *query)
{
    struct listing *listing = to;
    listing_text(listing,
                 str_from(str_format(context->arena, VISIT "%lld-%lld", (long long)hq_i64(query, 0),
                                     (long long)hq_i64(query, 1))));
    listing_tone(listing, LISTING_TONE_wait);
    listing_key(listing, "hq.alarm.no_word", "no_word");
    listing_text(listing, hq_text(query, 5));
    listing_text(listing, hq_text(query, 6));
    listing_text(listing, str_from(lang_text(context->lang, "hq.alarm.no_word_what")));
    listing_number(listing, hq_i64(query, 0));
    listing_instant(listing, hq_i64(query, 3));
    listing_instant(listing, hq_i64(query, 4));
    listing_key(listing, "hq.word.yes", "yes");
    listing_text(listing, STR(""));
    listing_instant(listing, 0);
}

enum err no_word_list(struct listing *listing)
{
    return each(listing->context, put, listing);
}

static void count(void *to, struct command_context *context, struct hq_query *query)
{
    (void)context;
    (void)query;
    *(int64_t *)to += 1;
}

enum err no_word_count(struct command_context *context, int64_t *count_out)
{
    *count_out = 0;
    return each(context, count, count_out);
}

bool no_word_names(const char *word)
{
    return strncmp(word, VISIT, strlen(VISIT)) == 0;
}
