/* sync/spool/spool.h -- the app's side of the spool: facts go out sealed, answers
 * come in and are applied. Not pure: files, and the store through journeys.
 *
 * Every envelope can be made again from the journal, so losing the folder loses
 * nothing; a receipt is the only thing that makes a fact count as sent. Each call
 * may be cut off at any step and called again: see tests/sync/spool.
 * Errors are those of the store and of files (ERR_io, ERR_no_space). */
#pragma once

#include "core/journey/journey.h"
#include "sync/proto/batch.h"
#include "sync/proto/layout.h"

/* What waits, for the sync centre's estimates: spool_outlook(). Files are counted whole; what
 * headquarters has not asked for yet is estimated from the store. */
struct spool_outlook {
    size_t envelope_count[LAYOUT_CLASS_COUNT];
    uint64_t waiting_size[LAYOUT_CLASS_COUNT]; /* bytes of these files */
    size_t photo_count;                        /* attachments that headquarters has not whole */
    uint64_t photo_size;                       /* bytes of them still to go, sealed ones included */
};

struct spool {
    struct journey *journey; /* borrowed: store, clock, rng, task arena */
    const char *folder, *out, *in;
    /* The enrolment code that is kept cannot be read. The agent goes on by the agent.conf that it
     * has; a tablet that has not joined yet needs a new code. */
    bool is_code_damaged;
    /* Of this room, for this run. */
    int64_t introduced_at_ms;        /* when it introduced itself last (monotonic); 0 never */
    bool is_unpacked;                /* headquarters lacks the dictionary: seal without */
    struct batch_health said_health; /* what headquarters was told last */
    struct spool_outlook counted;    /* envelopes of the folder when it was counted last … */
    int64_t counted_stamp;           /* … and its os_folder_stamp(); 0 not sure */
    int64_t chunks_not_before_ms;    /* headquarters wants no chunks before (monotonic) */
};

/* Makes the folders below `data_folder` and takes stock: facts noted as sealed
 * whose envelope is gone count as unsealed again. Paths live in `arena`. */
enum err spool_open(struct spool *spool_out, struct arena *arena, struct journey *journey,
                    const char *data_folder) MUST_USE;

/* ---- out ---- */

enum { SPOOL_CHUNKS_MAX = 4 };

struct spool_sealed {
    size_t envelope_count; /* of all kinds but tickets */
    size_t alarm_count, chunk_count;
    uint64_t last_seq; /* facts up to here are sealed */
    bool has_ticket;   /* an envelope without facts was made: "what is new for me?" */
};
/* Seals, in this order: alarms that headquarters has not heard (they go before all
 * else, besides their place in the chain), every fact that is in no envelope yet,
 * and, when no text waits, chunks of attachments that headquarters asked for, at
 * most SPOOL_CHUNKS_MAX at a time. Small envelopes of facts that wait longer are put
 * together into one, all but the oldest. With `wants_ticket`, or while rows of
 * headquarters are still to come, and when then no text waits in the spool, also a pull
 * ticket. Before enrolment it makes the enrolment envelope again if it is missing, or
 * does nothing. */
enum err spool_seal(struct spool *spool, bool wants_ticket,
                    struct spool_sealed *sealed_out) MUST_USE;
/* Envelopes that wait to be answered. */
enum err spool_waiting(struct spool *spool, size_t *count_out) MUST_USE;
enum err spool_outlook(struct spool *spool, struct spool_outlook *outlook_out) MUST_USE;
/* Whether photos may go: written to agent.conf, read by the agent. Without the call
 * they go only where bytes cost nothing. Needs an enrolment code: ERR_not_enrolled. */
enum err spool_set_photos(struct spool *spool, enum layout_photos photos) MUST_USE;
/* What was set; LAYOUT_PHOTOS_wifi when nothing was. */
enum err spool_photos(struct spool *spool, enum layout_photos *photos_out) MUST_USE;
/* Asks the agent to try at once (the collector pressed "send now"). */
enum err spool_wake(struct spool *spool) MUST_USE;

/* ---- in ---- */

struct spool_applied {
    size_t answer_count;      /* taken, refusals included */
    size_t quarantined_count; /* answers that could not be read; kept and shown */
    size_t case_count, withdrawn_count;
    size_t alarm_count;  /* alarms of which headquarters said anew that it, or a person, has them */
    size_t held_count;   /* attachments that it said anew to have whole */
    size_t lack_count;   /* attachments of which it asked for chunks */
    bool has_more;       /* headquarters has more rows: a ticket was sealed */
    bool was_introduced; /* headquarters had forgotten this tablet and took it back */
    bool was_enrolled;   /* by one of these answers */
    bool was_replaced;   /* this tablet got a new number: all is sent again */
    bool has_new_policy;
    uint64_t order_no;       /* last order to the keeper of the key; 0 none was said */
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

/* ---- carried by hand: sync/proto/bundle.h ---- */

struct spool_carried {
    size_t envelope_count; /* written to or met in the file */
    size_t answer_count;   /* answers taken over from the file */
    size_t foreign_count;  /* answers in the file that are not for this tablet's envelopes */
};
/* Writes every envelope that waits to a bundle at `path` (replaced whole), in the order
 * in which they go, as many as fit BUNDLE_SIZE_MAX. Seals first. The envelopes stay:
 * whichever way brings the answer first counts. ERR_not_found when nothing waits. */
enum err spool_export(struct spool *spool, const char *path,
                      struct spool_carried *carried_out) MUST_USE;
/* Takes the answers to this tablet's envelopes from a bundle at `path` and applies
 * them as if the agent had brought them. A file that is no whole bundle is
 * `*refusal_out` and OK; nothing was taken then. ERR_not_found, ERR_io. */
enum err spool_import(struct spool *spool, const char *path, enum wire *refusal_out,
                      struct spool_carried *carried_out,
                      struct spool_applied *applied_out) MUST_USE;

/* ---- quarantine ---- */

/* Tries once more what could not be read (a newer program may read it). True when it
 * was taken, or is for an envelope that was answered since: it is out of quarantine
 * then. ERR_not_found: nothing of that name. */
enum err spool_retry(struct spool *spool, const char *name, bool *is_taken_out,
                     struct spool_applied *applied_out) MUST_USE;
/* Writes one quarantined thing to a bundle at `path`; durable when it returns OK, so
 * that it may be removed. ERR_not_found. */
enum err spool_export_quarantined(struct spool *spool, const char *name, const char *path) MUST_USE;
