/* sync/server/import/row_feed.h -- rows of a portfolio, read and checked by a thread of
 * their own while the writer writes the ones before. Order is kept; memory is a
 * few batches, whatever the file holds. */
#pragma once

#include "sync/server/import/case_row.h"

struct row_slot {
    int64_t line;
    enum csv_fault fault; /* draft and faults are not given when set */
    struct case_draft draft;
    struct row_faults faults;
};

struct row_feed;

/* Starts to read. `reader` and `map` are the feed's until row_feed_stop(). The feed
 * lives in `arena`. ERR_overloaded when there is no thread to be had. */
enum err row_feed_start(struct arena *arena, struct csv_reader *reader,
                        const struct column_map *map, int32_t today, uint32_t branch_no,
                        struct row_feed **feed_out) MUST_USE;
/* The next row, NULL after the last one. The slot is the caller's, to change as it
 * likes, until the next call. Errors as csv_reader_next(). */
enum err row_feed_next(struct row_feed *feed, struct row_slot **slot_out) MUST_USE;
/* Ends the thread, also when not all was read. */
void row_feed_stop(struct row_feed *feed);
