/* sync/server/command/evidence.h -- the parts of an evidence pack as headquarters holds them.
 * Private to the command. */
#pragma once

#include "sync/evidence/evidence_write.h"
#include "sync/server/command/command.h"

/* One export under way. */
struct evidence {
    struct command_context *context;
    struct hq_store *store; /* one view of the database from the first to the last line */
    struct evidence_writer writer;
    const char *folder; /* that is written */
    uint64_t case_no;
    int64_t at_ms;
    uint64_t fact_count, attachment_count, lacking_count;
    uint64_t erased_count; /* facts that are passed over: words of them are gone */
};

/* evidence_facts.c: every chain that has facts of the case, each run of them with the link before
 * it and the signature behind it. Where a fact of another case stands between, a receipt instead.
 */
enum err evidence_facts(struct evidence *evidence) MUST_USE;

/* Facts of the case, in the order of the pack; in the command's arena. A fact of which words were
 * erased cannot prove itself: it is passed over like one of another case, and counted. */
struct evidence_item {
    uint32_t device_no, strand;
    uint64_t seq;
    uint32_t origin_no;
    struct str body;
};
enum err evidence_items(struct evidence *evidence, struct evidence_item **items_out,
                        size_t *count_out) MUST_USE;
