/* sync/proto/envelope.h -- a sealed envelope: clear head, then a box that only
 * its reader can open. Pure but for the randomness libsodium takes itself when
 * it seals.
 *
 *   u8      format (high four bits, 1) and kind (low four bits)
 *   u8      first byte of BLAKE2b-256 of the reader's Ed25519 key: which of the few
 *           keys that headquarters has ever held
 *   varint  device_no (0 for an enrolment and its answer)
 *   …       crypto_box_seal to the reader's X25519 key, made from its Ed25519 key
 *
 * A refusal is the one envelope that is not sealed: u8 format and kind, u8 code
 * of wires.def. Anybody can forge one, so it is shown and never acted upon. */
#pragma once

#include "core/base/arena.h"
#include "core/event/chain.h"
#include "sync/proto/wire.h"

enum { ENVELOPE_FORMAT = 1, ENVELOPE_HEAD_SIZE_MAX = 8, ENVELOPE_REFUSAL_SIZE = 2 };

/* Codes are on the wire. */
enum envelope_kind {
    ENVELOPE_batch = 1,        /* tablet: facts, or none: a pull ticket */
    ENVELOPE_enrol = 2,        /* tablet: enrolment */
    ENVELOPE_answer = 3,       /* headquarters: to a batch, an alarm, a chunk */
    ENVELOPE_enrol_answer = 4, /* headquarters: to an enrolment, an introduction */
    ENVELOPE_refusal = 5,      /* headquarters: in clear, when nothing can be sealed */
    ENVELOPE_alarm = 6,        /* tablet: one safety fact, at once */
    ENVELOPE_chunk = 7,        /* tablet: a piece of an attachment */
    ENVELOPE_introduce = 8,    /* tablet: who it is, when headquarters forgot */
    ENVELOPE_keys = 9,         /* tablet: of the keeper of its key; see keys.h */
    ENVELOPE_keys_answer = 10, /* headquarters: to that */
};

struct envelope_head {
    enum envelope_kind kind;
    uint8_t key_id; /* envelope_key_id() of the reader's key */
    uint32_t device_no;
    size_t size; /* of the head: the box starts here */
};

/* Both halves of one party's Ed25519 key. */
struct envelope_keys {
    struct chain_public_key public_key;
    struct chain_secret_key secret_key;
};

uint8_t envelope_key_id(const struct chain_public_key *key);
/* Names an envelope in its answer: first 8 bytes of BLAKE2b-256 of all its bytes. */
uint64_t envelope_tag(struct wire_bytes envelope);

/* Reads the clear head; looks at no more than ENVELOPE_HEAD_SIZE_MAX bytes.
 * too_long (past LIMIT_envelope_size, or LIMIT_answer_size for what headquarters
 * sends), truncated, malformed, unknown_format, unknown_kind. */
enum wire envelope_read_head(struct wire_bytes envelope, struct envelope_head *head_out) MUST_USE;

/* Seals `plain` for `reader`. The envelope lives in `arena`.
 * malformed when `reader` is not a valid Ed25519 key; too_long. */
enum wire envelope_seal(struct arena *arena, enum envelope_kind kind, uint32_t device_no,
                        const struct chain_public_key *reader, struct wire_bytes plain,
                        struct wire_bytes *envelope_out) MUST_USE;
/* Opens the box behind `head`. unknown_key when it is not sealed to `reader`,
 * truncated, bad_seal. The plain bytes live in `arena`. */
enum wire envelope_open(struct arena *arena, const struct envelope_head *head,
                        struct wire_bytes envelope, const struct envelope_keys *reader,
                        struct wire_bytes *plain_out) MUST_USE;

/* Writes a refusal of two bytes. */
void envelope_refuse(uint8_t bytes[ENVELOPE_REFUSAL_SIZE], enum wire wire);
/* The code in a refusal: not WIRE_ok. truncated, malformed. `code_out` may be a
 * code that this program does not know. */
enum wire envelope_read_refusal(struct wire_bytes envelope, uint32_t *code_out) MUST_USE;
