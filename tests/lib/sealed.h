/* tests/lib/sealed.h -- the key that stores in tests are sealed with. */
#pragma once

#include "core/store/store.h"

#include <stdlib.h>

/* Sealed is how a tablet keeps its files, so that is how they are tested; DOORSTEP_PLAIN in the
 * environment: plain, to tell what is the cipher's fault. */
static inline void sealed_options(struct store_options *options, const struct rng *rng)
{
    static const struct store_key key = {{'a', ' ', 'k', 'e', 'y', ' ', 'o', 'f', ' ', 't', 'e'}};
    options->key = getenv("DOORSTEP_PLAIN") == NULL ? &key : NULL;
    options->rng = rng;
}
