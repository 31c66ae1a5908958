/* doorstep-hq today: how each collector's day stands, for whoever looks after them. */
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "sync/server/command/guard.h"
#include "sync/server/command/listing.h"
#include "sync/server/command/lookup.h"

static const char *day_key(const struct hq_query *query, const char **name_out)
{
    bool is_open = hq_i64(query, 6) != 0;
    bool is_closed = hq_i64(query, 7) != 0;
    *name_out = is_closed ? "closed" : is_open ? "open" : "not_open";
    return is_closed ? "office.today.closed"
           : is_open ? "office.today.open"
                     : "office.today.not_open";
}

static void put_row(struct listing *listing, const struct hq_query *query)
{
    const char *name = NULL;
    const char *key = day_key(query, &name);
    listing_text(listing, hq_text(query, 1));
    listing_text(listing, hq_text(query, 2));
    listing_text(listing, hq_text(query, 3));
    bool is_closed = hq_i64(query, 7) != 0;
    bool is_open = hq_i64(query, 6) != 0;
    listing_tone(listing, is_closed ? LISTING_TONE_off
                          : is_open ? LISTING_TONE_good
                                    : LISTING_TONE_wait);
    listing_key(listing, key, name);
    listing_number(listing, hq_i64(query, 4));
    listing_number(listing, hq_i64(query, 8));
    listing_number(listing, hq_i64(query, 9));
    listing_number(listing, hq_i64(query, 5));
    listing_instant(listing, hq_i64(query, 10));
    listing_instant(listing, hq_i64(query, 11));
    listing_tone(listing, hq_i64(query, 12) > 0 ? LISTING_TONE_bad : LISTING_TONE_none);
    listing_number(listing, hq_i64(query, 12));
}

enum command_exit today_command(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"code", "hq.column.code"},           {"name", "hq.column.name"},
        {"team", "hq.column.team"},           {"day", "hq.column.state"},
        {"planned", "office.column.planned"}, {"visited", "office.column.visited"},
        {"met", "office.column.met"},         {"skipped", "office.column.skipped"},
        {"last_at_ms", "office.column.last"}, {"seen_at_ms", "hq.column.seen"},
        {"alarms", "office.column.alarms"},
    };
    if (!command_options_are_known(context, NULL, NULL)) {
        return COMMAND_usage;
    }
    if (command_word(context, NULL, 0) != NULL) {
        return command_usage(context);
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    int32_t day = date_day_at(clock_now_ms(context->clock), listing.offset_minutes);
    struct hq_query query = hq_query(context->store, SQL_HQ_today_people);
    hq_bind_i64(&query, "$collector", STAFF_ROLE_collector);
    hq_bind_i64(&query, "$visit", CONTACT_CHANNEL_visit);
    hq_bind_i64(&query, "$borrower", ROLE_borrower);
    hq_bind_i64(&query, "$day", day);
    hq_bind_i64(&query, "$from_at_ms", date_instant(day, 0, listing.offset_minutes));
    hq_bind_i64(&query, "$until_at_ms", date_instant(day + 1, 0, listing.offset_minutes));
    while (err == OK && hq_next(&query)) {
        bool shows = true;
        err = guard_shows(context, hq_i64(&query, 0), &shows);
        if (err == OK && shows) {
            put_row(&listing, &query);
        }
    }
    enum err end_err = hq_end(&query);
    if (err != OK || end_err != OK) {
        return command_err(context, err != OK ? err : end_err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}
