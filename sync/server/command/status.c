/* doorstep-hq status: how much of what is here, and what waits. */
#include "sync/server/command/listing.h"

enum command_exit status_command(struct command_context *context)
{
    static const struct listing_column columns[] = {
        {"cases", "hq.status.cases"},           {"assigned", "hq.status.assigned"},
        {"requests", "hq.status.requests"},     {"people", "hq.status.people"},
        {"devices", "hq.status.devices"},       {"facts", "hq.status.facts"},
        {"conflicts", "hq.status.conflicts"},   {"quarantine", "hq.status.quarantine"},
        {"last_batch_at_ms", "hq.status.last"},
    };
    if (!command_options_are_known(context, NULL, NULL)) {
        return COMMAND_usage;
    }
    struct listing listing;
    enum err err = listing_start(&listing, context, columns, COUNT(columns));
    if (err != OK) {
        return command_err(context, err);
    }
    struct hq_query query = hq_query(context->store, SQL_HQ_status_counts);
    if (hq_next(&query)) {
        for (int i = 0; i < 8; i++) {
            listing_number(&listing, hq_i64(&query, i));
        }
        listing_instant(&listing, hq_i64(&query, 8));
    }
    err = hq_end(&query);
    if (err != OK) {
        return command_err(context, err);
    }
    listing_end(&listing);
    return COMMAND_ok;
}
