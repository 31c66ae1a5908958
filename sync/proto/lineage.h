/* sync/proto/lineage.h -- under which numbers a tablet's facts were made. Pure.
 *
 * A tablet that was cloned or restored gets a new number and chains all its facts
 * anew under it. Their ids stay what they were, so that nothing takes effect twice
 * and a correction keeps its target: see chain_origin(). */
#pragma once

#include "core/base/limits.h"
#include "core/event/chain.h"

struct lineage {
    size_t count; /* 0..LIMIT_lineage; 0: every fact was made under the own number */
    struct chain_lineage entries[LIMIT_lineage]; /* no number 0, until_seq >= 1 and rising */
};

/* As the comments above demand. */
bool lineage_is_valid(const struct lineage *lineage);
/* See chain_origin(). */
uint32_t lineage_origin(const struct lineage *lineage, uint32_t own_no, uint64_t seq);
/* Seq up to which facts have another origin than the own number; 0: none. */
uint64_t lineage_until(const struct lineage *lineage);
