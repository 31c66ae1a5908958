/* sync/proto/answer.h -- headquarters' side of the talk. Pure.
 *
 * Plain bytes of an answer: 64 bytes signature of headquarters with purpose
 * "answer" over the rest, then a packed SyncDown (pack.h). Rows, verdicts and
 * messages are lists of any length up to LIMIT_answer_size in all.
 *
 * To an alarm or a chunk the answer has no receipt and from_cursor == next_cursor:
 * no page, and nothing said about the chain. */
#pragma once

#include "core/event/card.h"
#include "sync/proto/enrol.h"
#include "sync/proto/succession.h"
#include "sync/proto/sync.pb.h"

/* Beside LIMIT_answer_size: what one answer may list. */
enum {
    ANSWER_ROWS_MAX = 4096,
    ANSWER_VERDICTS_MAX = 256,
    ANSWER_MESSAGES_MAX = 64,
    ANSWER_LACKS_MAX = 64,
    ANSWER_HELDS_MAX = 256,
    ANSWER_ALARMS_MAX = 64,
    ANSWER_LACK_CHUNKS_MAX = 64, /* named at a time, of one attachment */
    ANSWER_TLS_PINS_MAX = 2,
    ANSWER_CHANCE_SIZE = 320, /* as CHANCE_TEXT_SIZE */
};

struct answer_row {
    uint64_t case_no;
    uint64_t feed_seq;
    uint64_t folded_seq;
    bool is_withdrawn;        /* then record and state are empty */
    struct wire_bytes record; /* CaseRecord, at most LIMIT_case_size */
    struct wire_bytes state;  /* CaseState, at most LIMIT_case_size */
};

/* Meaning of every member: SyncDown in sync.proto. */
struct answer {
    uint64_t request_tag;
    uint32_t device_no;
    int64_t hq_at_ms;
    bool has_receipt;
    ds_Receipt receipt; /* signed: receipt_sign() */
    uint64_t send_from_seq;
    uint64_t from_cursor;
    uint64_t next_cursor;
    uint32_t next_tag;
    bool has_more;
    uint32_t rows_left; /* 0: not said */
    bool is_restart;
    const struct answer_row *rows;
    size_t row_count;
    const ds_Verdict *verdicts;
    size_t verdict_count;
    const ds_Message *messages;
    size_t message_count;
    bool has_policy;
    uint64_t policy; /* chain_short_hash() of policy_text */
    struct wire_bytes policy_text;
    char chance[ANSWER_CHANCE_SIZE]; /* with rows: counts of visits by the hour; "" as before */
    bool has_holder;
    ds_Holder holder;
    uint32_t next_sync_s;
    uint32_t needs_version;
    uint32_t new_device_no;
    bool has_safe_receipt;
    ds_Receipt safe_receipt; /* level 2; signed: receipt_sign() */
    const ds_Lack *lacks;
    size_t lack_count;
    const ds_Held *helds; /* signed: held_sign() */
    size_t held_count;
    const ds_AlarmHeard *alarms;
    size_t alarm_count;
    /* For new_device_no, or for device_no when that is 0: see introduce.h. The answer
     * carries `holder` with it, and the certificate's hq_at_ms is that of the answer. */
    bool has_certificate;
    struct chain_signature certificate;
    /* Headquarters' present key, when the envelope was sealed to an earlier one: signed by the
     * key that signs the answer. answer_open() has checked it. */
    bool has_succession;
    struct succession succession;
    /* SHA-256 of the TLS keys that answer at headquarters' address; 0: nothing is said. */
    size_t tls_pin_count;
    uint8_t tls_pins[ANSWER_TLS_PINS_MAX][ENROL_PIN_SIZE];
    char card[CARD_TEXT_SIZE]; /* with has_holder: that person's; "" none. Not checked here */
    uint64_t order_no;         /* last order to the keeper of the tablet's key; 0 none */
    /* For sealing only: version_agree() of what the tablet said in the envelope that is
     * answered; 0, it said nothing: 1. */
    uint32_t format;
};

/* Bytes that one row adds to an answer, at most: for filling a page up to
 * LIMIT_page_size. */
size_t answer_row_size(const struct answer_row *row);

/* Headquarters: signs and seals for the device. too_long past LIMIT_answer_size
 * or one of the counts above; malformed for a bad key. */
enum wire answer_seal(struct arena *arena, const struct answer *answer,
                      const struct envelope_keys *hq, const struct chain_public_key *device,
                      struct wire_bytes *envelope_out) MUST_USE;
/* Tablet: opens, checks headquarters' signature, that it is for `device_no` and
 * that it answers the envelope named `request_tag` (wrong_device, wrong_request).
 * The receipt inside is checked separately (receipt_check), against the tablet's
 * own chain. `answer_out` lives in `arena`. */
enum wire answer_open(struct arena *arena, struct wire_bytes envelope,
                      const struct envelope_keys *device, const struct chain_public_key *hq,
                      uint32_t device_no, uint64_t request_tag, struct answer *answer_out) MUST_USE;
