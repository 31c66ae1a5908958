/* sync/server/command/audit.h -- whether the audit log is whole. */
#pragma once

#include "sync/server/store/hq_store.h"

struct audit_check {
    int64_t line_count;
    /* The first line that does not follow, or is missing though a backup has it; 0: none. */
    int64_t broken_no;
    struct chain_link head; /* after the last line that does */
};
enum err audit_check(struct hq_store *store, struct audit_check *check_out) MUST_USE;
