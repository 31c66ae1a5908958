/* sync/server/policy/law_zoneinfo.h -- the offsets of a zone, from a compiled tzdata file. Pure.
 *
 * Reads TZif of version 2 and later (RFC 8536) with its closing rule, so years past the last
 * written change are right too. */
#pragma once

#include "core/rules/law_image.h"

enum { LAW_CHANGES_MAX = 4 * (LAW_LAST_YEAR - LAW_FIRST_YEAR + 1) };

struct law_zone_changes {
    int32_t first_offset; /* seconds east of UTC on the first day of LAW_FIRST_YEAR */
    size_t count;
    struct {
        int64_t at_ms;
        int32_t offset;
    } changes[LAW_CHANGES_MAX]; /* up to the end of LAW_LAST_YEAR, in order */
};

/* ERR_malformed: not such a file, cut, or with a rule that this reader does not know. */
enum err law_zoneinfo_read(const uint8_t *bytes, size_t size,
                           struct law_zone_changes *changes_out) MUST_USE;
