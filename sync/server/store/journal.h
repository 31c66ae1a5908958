/* sync/server/store/journal.h -- one fact on its way into table event. Private to the store
 * room. */
#pragma once

#include "sync/server/store/apply.h"
#include "sync/server/store/truth.h"

struct journal_row {
    struct apply_place place;
    const struct merge_fact *fact;
    const struct chain_link *link; /* after it */
    struct str body;
    struct truth truth;
    bool is_copy; /* the very fact is there already: kept, without effect */
};
enum err journal_put(struct apply *apply, const struct journal_row *row) MUST_USE;
