/* sync/proto/alarm.h -- one safety fact on its way outside the chain, before all
 * else. Pure.
 *
 * The same fact comes later in its batch, with the same id: whoever takes both
 * gives them one effect. Plain bytes of the envelope: 64 bytes signature by the
 * tablet with purpose "alarm" over
 *   u32 device_no ‖ u64 seq ‖ 16 bytes id of the fact
 * then packed (pack.h): varint seq ‖ varint origin device_no ‖ body.
 * The origin is the number under which the fact was made (lineage.h), so that
 * headquarters can tell its id before it has seen any batch. */
#pragma once

#include "sync/proto/envelope.h"

/* AlarmHeard.state, on the wire: headquarters has it, a person there has seen it. */
enum alarm_answer { ALARM_ANSWER_heard = 1, ALARM_ANSWER_seen = 2 };

struct alarm {
    uint32_t device_no;
    uint32_t origin_no; /* device_no, or the number under which the fact was made */
    uint64_t seq;
    struct wire_bytes body; /* of the fact, as captured */
    struct id id;           /* chain_event_id(origin_no, seq, body) */
    struct chain_signature signature;
    bool is_unpacked; /* for alarm_seal() only: as in struct batch */
};

/* Tablet: signs and seals. Reads device_no, origin_no, seq and body of `alarm`; fills
 * id and signature. too_long past LIMIT_event_size; malformed for a bad key. */
enum wire alarm_seal(struct arena *arena, struct alarm *alarm, const struct envelope_keys *device,
                     const struct chain_public_key *hq, struct wire_bytes *envelope_out) MUST_USE;
/* Headquarters: opens; nothing is trusted before alarm_check(). Any refusal of
 * envelope_open(), truncated, malformed, too_long. */
enum wire alarm_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, struct alarm *alarm_out) MUST_USE;
/* Headquarters: did `device` sign it? bad_signature. */
enum wire alarm_check(const struct alarm *alarm, const struct chain_public_key *device) MUST_USE;
