#include "core/base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *promise, const char *file, int line)
{
    fprintf(stderr, "broken promise: %s at %s:%d\n", promise, file, line);
    abort();
}
