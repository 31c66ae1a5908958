/* tests/lib/effort.h -- how much of a large table a test goes through.
 *
 * In the suite a test may leave out combinations, as long as each step and each kind of ending is
 * taken. With DOORSTEP_FAULTS=all it leaves out none: so it runs again under the label "long". */
#pragma once

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool effort_is_whole(void)
{
    const char *wanted = getenv("DOORSTEP_FAULTS");
    return wanted != NULL && strcmp(wanted, "all") == 0;
}
