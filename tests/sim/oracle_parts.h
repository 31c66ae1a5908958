/* tests/sim/oracle_parts.h -- the oracle among its own files: oracle.c, oracle_final.c. */
#pragma once

#include "tests/sim/world.h"

/* NULL when nobody captured it. */
struct seen_fact *oracle_fact(struct oracle *oracle, const struct id *id);
/* `is_same_out`: byte for byte. */
bool oracle_is_at_hq(struct world *world, const struct seen_fact *fact, bool *is_same_out);
/* The alarm that fact `id` raised. */
bool oracle_is_heard(struct world *world, const struct id *id);
