#include "sync/proto/version.h"

enum { OWN_MAJOR = 0, OWN_MINOR = 1, OWN_PATCH = 0 };

uint32_t version_number(uint32_t major, uint32_t minor, uint32_t patch)
{
    CHECK(minor < 100 && patch < 100 && major < 10000);
    return major * 10000 + minor * 100 + patch;
}

uint32_t version_own(void)
{
    return version_number(OWN_MAJOR, OWN_MINOR, OWN_PATCH);
}

struct version_pact version_agree(uint32_t app_version, uint32_t answer_format)
{
    /* Every tablet reads format 1; one that says more than we write gets our newest. */
    uint32_t theirs = answer_format == 0 ? 1 : answer_format;
    uint32_t format = theirs < VERSION_ANSWER_FORMAT ? theirs : VERSION_ANSWER_FORMAT;
    bool is_old = app_version != 0 && app_version < VERSION_ROWS_FROM;
    return (struct version_pact){
        .answer_format = format,
        .needs_version = is_old ? VERSION_ROWS_FROM : 0,
    };
}
