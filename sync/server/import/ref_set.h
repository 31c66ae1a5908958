/* sync/server/import/ref_set.h -- texts already seen, each with a number. Pure.
 * An open-addressing hash table in an arena; texts are copied. */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"

struct ref_set;

struct ref_set *ref_set_make(struct arena *arena);
/* The number that `a` and `b` together were added with; false when they are not there. */
bool ref_set_find(const struct ref_set *set, struct str a, struct str b, int64_t *number_out);
/* Adds the pair, which must not be there. */
void ref_set_add(struct ref_set *set, struct str a, struct str b, int64_t number);
/* Same, replacing the number when the pair is there. */
void ref_set_put(struct ref_set *set, struct str a, struct str b, int64_t number);
