/* sync/proto/introduce.h -- a tablet that headquarters no longer knows. Pure.
 *
 * Headquarters was restored from a backup older than the enrolment. The tablet shows
 * headquarters' own signature, made at its enrolment, with purpose "device" over
 *   u32 device_no ‖ u32 person_no ‖ u32 branch_no ‖ 32 bytes public key ‖ u64 hq_at_ms
 * and proves with its own, purpose "introduce", that it holds that key. Plain bytes
 * of the envelope: 64 bytes signature by the tablet over the rest, then a packed
 * Introduction (pack.h). The answer is that to an enrolment (enrol_answer_seal()). */
#pragma once

#include "sync/proto/envelope.h"
#include "sync/proto/keyring.h"
#include "sync/proto/lineage.h"
#include "sync/proto/sync.pb.h"

/* Who a tablet is, in headquarters' words. */
struct certificate {
    uint32_t device_no, person_no, branch_no;
    struct chain_public_key public_key;
    int64_t hq_at_ms; /* of the answer that brought it */
    struct chain_signature signature;
};

/* Headquarters: fills the signature from the other members. */
void certificate_sign(struct certificate *certificate, const struct chain_secret_key *hq);
/* bad_signature. */
enum wire certificate_check(const struct certificate *certificate,
                            const struct chain_public_key *hq) MUST_USE;

struct introduction {
    struct certificate certificate;
    uint32_t app_version, answer_format;
    int64_t at_ms; /* the tablet's clock */
    struct lineage lineage;
};

/* Tablet. CHECKs that `device` holds the key of the certificate and that the lineage
 * is valid. malformed for a bad key of headquarters. */
enum wire introduce_seal(struct arena *arena, const struct introduction *introduction,
                         const struct envelope_keys *device, const struct chain_public_key *hq,
                         struct wire_bytes *envelope_out) MUST_USE;
/* Headquarters: opens, checks that the sender holds the key it names and that
 * headquarters itself signed the certificate. bad_signature for either, malformed,
 * any refusal of envelope_open(). */
enum wire introduce_open(struct arena *arena, struct wire_bytes envelope,
                         const struct envelope_keys *hq,
                         struct introduction *introduction_out) MUST_USE;
/* The same with all keys that headquarters ever had: the envelope is sealed to `hq`, the
 * certificate is by any of `ring`. */
enum wire introduce_open_any(struct arena *arena, struct wire_bytes envelope,
                             const struct envelope_keys *hq, const struct keyring *ring,
                             struct introduction *introduction_out) MUST_USE;
