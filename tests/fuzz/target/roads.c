/* A map file. */
#include "core/roads/roads.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct roads roads;
    (void)!roads_check(bytes, size);
    (void)!roads_open(bytes, size, &roads);
    return 0;
}
