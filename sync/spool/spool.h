/* sync/spool/spool.h -- the app's side of the spool: facts go out sealed, answers
 * come in and are applied. Not pure: files, and the store through journeys.
 *
 * Every envelope can be made again from the journal, so losing the folder loses
 * nothing; a receipt is the only thing that makes a fact count as sent. Each call
 * may be cut off at any step and called again: see tests/sync/spool.
 * Errors are those of the store and of files (ERR_io, ERR_no_space). */
#pragma once

#include "core/journey/journey.h"
#include "sync/proto/wire.h"

struct spool {
    struct journey *journey; /* borrowed: store, clock, rng, task arena */
    const char *folder, *out, *in;
};

/* Makes the folders below `data_folder` and takes stock: facts noted as sealed
 * whose envelope is gone count as unsealed again. Paths live in `arena`. */
enum err spool_open(struct spool *spool_out, struct arena *arena, struct journey *journey,
                    const char *data_folder) MUST_USE;

/* ---- out ---- */

struct spool_sealed {
    size_t envelope_count;
    uint64_t last_seq; /* facts up to here are sealed */
    bool has_ticket;   /* an envelope without facts was made: "what is new for me?" */
};
/* Seals every fact that is in no envelope yet. With `wants_ticket`, and when then
 * nothing waits in the spool, also a pull ticket. Before enrolment it makes the
 * enrolment envelope again if it is missing, or does nothing. */
enum err spool_seal(struct spool *spool, bool wants_ticket,
                    struct spool_sealed *sealed_out) MUST_USE;
/* Envelopes that wait to be answered. */
enum err spool_waiting(struct spool *spool, size_t *count_out) MUST_USE;
/* Asks the agent to try at once (the collector pressed "send now"). */
enum err spool_wake(struct spool *spool) MUST_USE;

/* ---- in ---- */

struct spool_applied {
    size_t answer_count;      /* taken, refusals included */
    size_t quarantined_count; /* answers that could not be read; kept and shown */
    size_t case_count, withdrawn_count;
    bool has_more;     /* headquarters has more rows: a ticket was sealed */
    bool was_enrolled; /* by one of these answers */
    bool was_replaced; /* this tablet got a new number: all is sent again */
    bool has_new_policy;
    uint32_t refusal;        /* last refusal of headquarters (wires.def); 0 none */
    uint32_t quarantined_as; /* why the last one was quarantined (wires.def); 0 none */
    uint32_t next_sync_s;    /* hint of headquarters; 0 none */
    uint32_t needs_version;  /* 0, or the tablet must be updated to get rows */
};
/* Applies every answer in the folder, oldest envelope first. An answer is applied
 * in one transaction; only then is its envelope removed, and the answer last. An
 * answer that is damaged, forged or for something else is moved to quarantine and
 * its envelope stays, to be sent again. */
enum err spool_apply(struct spool *spool, struct spool_applied *applied_out) MUST_USE;

/* ---- joining ---- */

/* Reads the text of an enrolment code (QR or typed), makes the tablet's key, seals
 * the enrolment and writes agent.conf. A code that cannot be read is
 * `*refusal_out` and OK; nothing was changed then. ERR_exists when the tablet is
 * enrolled already. */
enum err spool_enrol(struct spool *spool, struct str code_text, enum wire *refusal_out) MUST_USE;
