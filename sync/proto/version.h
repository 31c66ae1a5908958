/* sync/proto/version.h -- what each end may assume of the other. Pure.
 *
 * Up: headquarters reads every envelope format ever shipped, for ever; an old
 * tablet is never told to update before it may send. Down: headquarters answers
 * in the newest format that both know, and rows are withheld (needs_version)
 * only from a tablet that could not read them. */
#pragma once

#include "core/base/err.h"

#include <stdbool.h>

enum {
    /* Newest form of an answer that this program writes and reads. 1: packed with
     * dictionary 1, as 0.1.0 reads it; 2: with dictionary 2, the message is the same. */
    VERSION_ANSWER_FORMAT = 2,
    VERSION_ROWS_FROM = 100, /* oldest program version that reads today's rows: 0.1.0 */
};

/* 0.1.0 is 100, 1.2.3 is 10203. */
uint32_t version_number(uint32_t major, uint32_t minor, uint32_t patch);
/* This program's. */
uint32_t version_own(void);

struct version_pact {
    uint32_t answer_format; /* to answer in */
    uint32_t needs_version; /* 0: rows may be sent; else SyncDown.needs_version */
};
/* From the two fields of Status; any values are safe, 0 means "did not say". */
struct version_pact version_agree(uint32_t app_version, uint32_t answer_format);
