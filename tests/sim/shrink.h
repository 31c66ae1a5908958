/* tests/sim/shrink.h -- from a script that fails to a short one that still does. */
#pragma once

#include "tests/sim/step.h"

enum { SHRINK_SENTENCE_SIZE = 600 };

/* Leaves out steps, in halves, quarters … as long as some promise is still broken. Each try
 * runs in a process of its own, so that one that crashes counts too. `small_out` is
 * malloc'ed; `sentence_out` has SHRINK_SENTENCE_SIZE bytes. */
void shrink(const struct script *script, struct script *small_out, char *sentence_out);
