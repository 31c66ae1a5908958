/* sync/proto/batch.h -- facts on their way up: frame, chain, signature. Pure.
 *
 * One batch is a run of facts of one device without a gap, or none (a pull
 * ticket: "what is new for me?"). The signature is Ed25519 by the device with
 * purpose "batch" over
 *   u32 device_no ‖ u64 seq of the last fact ‖ 32 bytes chain link after it ‖
 *   32 bytes BLAKE2b-256 of the status bytes
 * (little-endian), so what was signed can be checked for ever from the journal
 * and the 32 bytes kept with the batch.
 *
 * Plain bytes of the envelope: 64 bytes signature, then packed (pack.h):
 *   varint first_seq ‖ 2 bytes link tag ‖ status ‖ facts to the end (slim.h)
 * Status: u8 which parts follow, in this order
 *   1   varint down_cursor, u16 down_check
 *   2   varint clock
 *   4   varint app_version, varint answer_format
 *   8   u64 policy
 *   16  varint n, n × (varint device_no, varint until_seq): lineage.h; sent while
 *       first_seq <= the last until_seq
 *   32  varint oldest_unsent_min, varint free_mib, varint attachments_waiting,
 *       varint quarantined
 *   128 varint size, bytes: parts of a newer tablet, not read here but signed */
#pragma once

#include "core/base/limits.h"
#include "sync/proto/envelope.h"
#include "sync/proto/lineage.h"

/* The tag tells a chain that does not follow from a signature that is wrong; what
 * proves the chain is the signature over the whole link, so two bytes do. Once in
 * 65,536 times a wrong chain is called a wrong signature: rewind in both cases. */
enum { BATCH_LINK_TAG_SIZE = 2, BATCH_STATUS_HASH_SIZE = 32 };

/* How a tablet fares: said with tickets and when it changed much. */
struct batch_health {
    bool is_said;
    uint32_t oldest_unsent_min;   /* age of the oldest fact that headquarters lacks */
    uint32_t free_mib;            /* on the disk of the database */
    uint32_t attachments_waiting; /* not yet whole at headquarters */
    uint32_t quarantined;         /* answers and rows that it could not read */
};

/* What a tablet says about itself with every envelope. Kept small: it is paid for
 * with each visit that is sealed alone. */
struct batch_status {
    uint64_t down_cursor;   /* feed_seq up to which it has headquarters' rows; 0: none */
    uint32_t down_check;    /* cursor_check() of that page; 0 with cursor 0 */
    uint32_t clock;         /* batch_clock() at the last fact; 0: not known */
    uint32_t app_version;   /* version_number(); 0: as said before */
    uint32_t answer_format; /* newest answer format it reads; 0: counts as 1 */
    uint64_t policy;        /* short hash of the policy it holds; 0: that of the last fact */
    struct lineage lineage; /* from which the ids follow; empty: the own number */
    struct batch_health health;
};

struct batch {
    uint32_t device_no;
    uint64_t first_seq; /* of bodies[0]; of the next fact when there is none; >= 1 */
    uint8_t link_tag[BATCH_LINK_TAG_SIZE]; /* first bytes of the link after first_seq - 1 */
    size_t count;                          /* 0..LIMIT_batch_events; known after batch_check() */
    const struct wire_bytes *bodies;       /* event bodies, as captured; the same */
    struct wire_bytes slim;                /* the facts as they came, until batch_check() */
    struct batch_status status;
    uint8_t status_hash[BATCH_STATUS_HASH_SIZE]; /* of the status bytes as they came */
    struct chain_signature signature;
    /* For batch_seal() only: pack without a dictionary, for a headquarters that lacks it. */
    bool is_unpacked;
};

/* What batch_check() works out on the way; arrays of batch->count. The ids follow the
 * lineage of the status. */
struct batch_facts {
    struct id *ids;
    struct chain_link *links;    /* after each fact */
    struct chain_link link_last; /* after the last; the one before when there is none */
};

/* The fact before the first of a batch, as the journal at hand holds it. Its body
 * foretells what need not be sent again (slim.h): person, policy, boot, place. */
struct batch_before {
    struct chain_link link; /* after first_seq - 1; zero bytes for first_seq 1 */
    struct wire_bytes body; /* of first_seq - 1; none for first_seq 1 */
};

/* Signs and seals. Reads device_no, first_seq, count, bodies and status of `batch`,
 * and fills its link_tag, status_hash and signature.
 * too_long past LIMIT_batch_events, LIMIT_batch_size of bodies, LIMIT_event_size
 * of one, or LIMIT_envelope_size; malformed for a bad key. */
enum wire batch_seal(struct arena *arena, struct batch *batch, const struct batch_before *before,
                     const struct envelope_keys *device, const struct chain_public_key *hq,
                     struct wire_bytes *envelope_out) MUST_USE;

/* Headquarters, first step, without its store: opens an envelope of kind batch.
 * Gives device_no, first_seq, link_tag, status; nothing is trusted yet. Everything
 * in `batch_out` lives in `arena`. Any refusal of envelope_open() and of the frame. */
enum wire batch_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, struct batch *batch_out) MUST_USE;

/* Headquarters, second step: `before` is what its journal holds at first_seq - 1.
 * (When it holds no such fact there is a gap, and the answer says from where to
 * send.) Fills count and bodies of `batch`, and `facts_out`.
 * bad_link when the batch does not follow `before`, bad_signature, truncated,
 * malformed, too_long. Which facts are held already is the caller's to find, by
 * `facts_out->ids`. */
enum wire batch_check(struct arena *arena, struct batch *batch, const struct batch_before *before,
                      const struct chain_public_key *device,
                      struct batch_facts *facts_out) MUST_USE;

/* How far the tablet's clock is behind headquarters', as it travels in the status:
 * 1 + zigzag of whole seconds, rounded toward zero, cut at ±34 years. The tablet
 * knows it from the last answer of this boot, by time since boot. */
uint32_t batch_clock(int64_t behind_ms);
/* False when the tablet did not know. */
bool batch_clock_read(uint32_t clock, int64_t *behind_ms_out);

/* Later proof from what is stored: did `device` sign that its chain after
 * `seq` is `link`? */
enum wire batch_prove(uint32_t device_no, uint64_t seq, const struct chain_link *link,
                      const uint8_t status_hash[BATCH_STATUS_HASH_SIZE],
                      const struct chain_public_key *device,
                      const struct chain_signature *signature) MUST_USE;
