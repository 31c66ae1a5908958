/* sync/server/command/verify.h -- one run of doorstep-hq verify. Private to the command. */
#pragma once

#include "core/event/chain.h"
#include "sync/server/command/command.h"

struct verify {
    struct command_context *context;
    struct hq_store *store; /* the copy */
    int64_t fact_count, signature_count, audit_count, case_count, record_count, attachment_count;
    int64_t erasure_count, erased_count, erased_file_count;
    int64_t bad_count;
};

/* Tells of something wrong, in a text with {device} and {seq}, and counts it. */
void verify_bad(struct verify *verify, const char *key, int64_t device_no, int64_t seq);
bool verify_is_link(struct str bytes, const struct chain_link *link);
/* verify_journal.c: every chain from its first fact to the end that its strand says, each
 * id, each signature, and that the last fact of a tablet is a signed one. */
enum err verify_journal(struct verify *verify) MUST_USE;
