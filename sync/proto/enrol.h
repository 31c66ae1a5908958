/* sync/proto/enrol.h -- how a tablet joins. Pure.
 *
 * The QR payload carries headquarters' key, so nothing on the way can pose as
 * headquarters; the one-time code tells headquarters who is joining. Plain bytes
 * both ways: 64 bytes signature (purpose "enrol" by the tablet's new key,
 * "enrolled" by headquarters), then a packed message (pack.h). */
#pragma once

#include "core/base/str.h"
#include "sync/proto/envelope.h"
#include "sync/proto/sync.pb.h"

enum { ENROL_URL_SIZE = 201, ENROL_CODE_SIZE = 33, ENROL_PAYLOAD_SIZE = 384, ENROL_PIN_SIZE = 32 };

/* The QR payload: "doorstep:1?u=<url>&k=<key, base64url>&c=<code>", and where
 * headquarters speaks TLS by itself "&p=<pin, base64url>". */
struct enrol_payload {
    char url[ENROL_URL_SIZE]; /* "http://…" or "https://…", no blank, without "/v1/envelope" */
    struct chain_public_key hq;
    char code[ENROL_CODE_SIZE]; /* letters, digits and '-' */
    /* SHA-256 of the TLS key that answers at `url` (SubjectPublicKeyInfo); without one
     * the certificate is checked against the authorities that the tablet knows. */
    bool has_pin;
    uint8_t pin[ENROL_PIN_SIZE];
};

/* CHECKs that the payload is well formed (headquarters made it). */
void enrol_payload_to_text(char text[ENROL_PAYLOAD_SIZE], const struct enrol_payload *payload);
/* Also takes text with blanks around it, as a scanner or a person gives it.
 * malformed, unknown_format (a newer "doorstep:N"), too_long. */
enum wire enrol_payload_from_text(struct enrol_payload *payload_out, struct str text) MUST_USE;

/* What two people compare to know that a code is of the headquarters it says, and not of somebody
 * between: six groups of four digits, "0418 5527 ...", of BLAKE2b-256 of headquarters' key, four
 * bytes (big-endian) modulo 10,000 a group. About 80 bits: nobody makes another key like it. */
enum { ENROL_FINGERPRINT_GROUPS = 6, ENROL_FINGERPRINT_SIZE = 30 };
void enrol_fingerprint(char text[ENROL_FINGERPRINT_SIZE], const struct chain_public_key *hq);

/* Tablet. `enrol` holds the device's public key. */
enum wire enrol_seal(struct arena *arena, const ds_Enrol *enrol, const struct envelope_keys *device,
                     const struct chain_public_key *hq, struct wire_bytes *envelope_out) MUST_USE;
/* Headquarters: opens and checks that the sender holds the key it names. */
enum wire enrol_open(struct arena *arena, struct wire_bytes envelope,
                     const struct envelope_keys *hq, ds_Enrol *enrol_out) MUST_USE;
/* Headquarters: signed over the answer and `request_tag` (envelope_tag()). */
enum wire enrol_answer_seal(struct arena *arena, const ds_EnrolAnswer *answer, uint64_t request_tag,
                            const struct envelope_keys *hq, const struct chain_public_key *device,
                            struct wire_bytes *envelope_out) MUST_USE;
/* Tablet. A refused enrolment opens too: see answer_out->refusal. */
enum wire enrol_answer_open(struct arena *arena, struct wire_bytes envelope, uint64_t request_tag,
                            const struct envelope_keys *device, const struct chain_public_key *hq,
                            ds_EnrolAnswer *answer_out) MUST_USE;
