/* A compiled file of time zones. */
#include "sync/server/policy/law_zoneinfo.h"
#include "tests/fuzz/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct law_zone_changes changes;
    if (law_zoneinfo_read(bytes, size, &changes) == OK) {
        CHECK(changes.count <= LAW_CHANGES_MAX);
        for (size_t i = 1; i < changes.count; i++) {
            CHECK(changes.changes[i - 1].at_ms < changes.changes[i].at_ms);
        }
    }
    return 0;
}
