/* tests/sim/real.h -- what the simulated programs say to the real world. */
#pragma once

#include <stdbool.h>

extern bool real_is_verbose; /* log lines go to stderr */
/* Called with the sentence of a broken CHECK before the program ends; may not return. */
extern void (*real_failed)(const char *sentence);
