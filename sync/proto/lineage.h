/* sync/proto/lineage.h -- under which numbers a tablet's facts were made. Pure.
 *
 * A tablet that was cloned or restored gets a new number and chains all its facts
 * anew under it. Their ids stay what they were, so that nothing takes effect twice
 * and a correction keeps its target. The id of fact `seq` is
 * chain_event_id(origin, seq, body), where the first entry with until_seq >= seq
 * names the origin; without one it is the tablet's own number. */
#pragma once

#include "core/base/limits.h"
#include "core/event/chain.h"

enum { LINEAGE_MAX = 8 };

struct lineage_entry {
    uint32_t device_no; /* not 0 */
    uint64_t until_seq; /* >= 1, above that of the entry before */
};

struct lineage {
    size_t count; /* 0..LINEAGE_MAX; 0: every fact was made under the own number */
    struct lineage_entry entries[LINEAGE_MAX];
};

/* As the comments above demand. */
bool lineage_is_valid(const struct lineage *lineage);
uint32_t lineage_origin(const struct lineage *lineage, uint32_t own_no, uint64_t seq);
/* Seq up to which facts have another origin than the own number; 0: none. */
uint64_t lineage_until(const struct lineage *lineage);
