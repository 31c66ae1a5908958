#include "sync/proto/lineage.h"

bool lineage_is_valid(const struct lineage *lineage)
{
    if (lineage->count > LIMIT_lineage) {
        return false;
    }
    uint64_t before = 0;
    for (size_t i = 0; i < lineage->count; i++) {
        const struct chain_lineage *entry = &lineage->entries[i];
        /* seq is a 63-bit number at both stores. */
        if (entry->device_no == 0 || entry->until_seq <= before || entry->until_seq > INT64_MAX) {
            return false;
        }
        before = entry->until_seq;
    }
    return true;
}

uint32_t lineage_origin(const struct lineage *lineage, uint32_t own_no, uint64_t seq)
{
    return chain_origin(lineage->entries, lineage->count, own_no, seq);
}

uint64_t lineage_until(const struct lineage *lineage)
{
    return lineage->count == 0 ? 0 : lineage->entries[lineage->count - 1].until_seq;
}
