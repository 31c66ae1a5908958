/* sync/spool/enrol.c -- joining: from the text of a code to an envelope that asks, and
 * what comes back. */
#include "sync/proto/enrol.h"

#include "sync/proto/introduce.h"
#include "sync/proto/version.h"
#include "sync/spool/spool_private.h"

#include <string.h>

/* The name of an enrolment: no fact has seq 0. */
enum { ENROLMENT_SEQ = 0 };

/* ---- asking ---- */

static enum err write_envelope(struct spool *spool, const struct enrol_payload *payload)
{
    struct envelope_keys device;
    struct chain_public_key hq;
    TRY(spool_keys(spool, &device, &hq));
    ds_Enrol enrol = {
        .app_version = version_own(),
        .answer_format = VERSION_ANSWER_FORMAT,
        .at_ms = (uint64_t)clock_now_ms(spool->journey->clock),
    };
    (void)str_copy(enrol.code, sizeof enrol.code, str_from(payload->code));
    memcpy(enrol.public_key, device.public_key.bytes, sizeof enrol.public_key);
    struct str name_given;
    TRY(store_setting_bytes(spool->journey->store, spool->journey->arena, SETTING_tablet_name,
                            &name_given));
    (void)str_copy(enrol.model, sizeof enrol.model, name_given); /* cut at a whole character */
    struct wire_bytes envelope;
    const char *name = NULL;
    TRY(wire_err(enrol_seal(spool->journey->arena, &enrol, &device, &hq, &envelope)));
    TRY(spool_put(spool, LAYOUT_CLASS_join, ENROLMENT_SEQ, envelope, &name));
    return spool_note(spool, name);
}

enum err spool_seal_enrolment(struct spool *spool)
{
    struct arena *arena = spool->journey->arena;
    struct str code;
    struct str text;
    TRY(store_setting_bytes(spool->journey->store, arena, SETTING_enrol_code, &code));
    TRY(store_setting_bytes(spool->journey->store, arena, SETTING_enrol_payload, &text));
    if (code.size == 0 || text.size == 0) {
        return OK; /* nobody has shown a code yet */
    }
    struct enrol_payload payload;
    if (!spool_code_read(spool, text, &payload)) {
        return OK; /* a new one has to be shown */
    }
    TRY(spool_write_conf(spool));
    bool is_waiting = false;
    TRY(spool_has(spool, LAYOUT_CLASS_join, ENROLMENT_SEQ, &is_waiting));
    return is_waiting ? OK : write_envelope(spool, &payload);
}

static enum err enrol(struct spool *spool, struct str code_text, enum wire *refusal)
{
    struct enrol_payload payload;
    *refusal = enrol_payload_from_text(&payload, code_text);
    if (*refusal != WIRE_ok) {
        return OK;
    }
    char text[ENROL_PAYLOAD_SIZE];
    enrol_payload_to_text(text, &payload);
    struct chain_public_key device;
    TRY(journey_enrol_begin(spool->journey, text, payload.url, payload.code, &payload.hq, &device));
    TRY(spool_remove_all(spool)); /* an earlier code that was not answered */
    return spool_seal_enrolment(spool);
}

enum err spool_enrol(struct spool *spool, struct str code_text, enum wire *refusal_out)
{
    struct arena_mark mark = arena_mark(spool->journey->arena);
    enum err err = enrol(spool, code_text, refusal_out);
    arena_rollback(spool->journey->arena, mark);
    return err;
}

/* ---- the answer ---- */

/* Headquarters' signature over what it just said. One that does not fit is not kept: it
 * would prove nothing later. */
static struct str read_certificate(const ds_EnrolAnswer *answer,
                                   const struct chain_public_key *device,
                                   const struct chain_public_key *hq)
{
    if (answer->certificate.size != CHAIN_SIGNATURE_SIZE) {
        return (struct str){"", 0};
    }
    struct certificate certificate = {
        .device_no = answer->device_no,
        .person_no = answer->person_no,
        .branch_no = answer->branch_no,
        .public_key = *device,
        .hq_at_ms = (int64_t)answer->hq_at_ms,
    };
    memcpy(certificate.signature.bytes, answer->certificate.bytes, CHAIN_SIGNATURE_SIZE);
    return certificate_check(&certificate, hq) == WIRE_ok
               ? (struct str){(const char *)answer->certificate.bytes, CHAIN_SIGNATURE_SIZE}
               : (struct str){"", 0};
}

static enum err take_refused(struct spool *spool, uint32_t refusal, struct spool_applied *applied)
{
    applied->refusal = refusal;
    if (spool->journey->device_no != 0) {
        return OK; /* an introduction: a person has to look at it */
    }
    /* The code is used up or wrong: forgotten, so that it is not sent again. */
    return store_setting_set_text(spool->journey->store, SETTING_enrol_code, "");
}

enum err spool_take_enrolled(struct spool *spool, struct wire_bytes bytes, uint64_t request_tag,
                             const char *name, struct spool_applied *applied, enum wire *wire_out)
{
    struct journey *journey = spool->journey;
    struct envelope_keys device;
    struct chain_public_key hq;
    TRY(spool_keys(spool, &device, &hq));
    ds_EnrolAnswer answer;
    *wire_out = enrol_answer_open(journey->arena, bytes, request_tag, &device, &hq, &answer);
    if (*wire_out != WIRE_ok) {
        return OK;
    }
    if (answer.refusal != WIRE_ok) {
        return take_refused(spool, answer.refusal, applied);
    }
    struct enrolment enrolment = {
        .device_no = answer.device_no,
        .person_no = answer.person_no,
        .branch_no = answer.branch_no,
        .person_name = answer.person_name,
        .branch_name = answer.branch_name,
        .certificate = read_certificate(&answer, &device.public_key, &hq),
        .hq_at_ms = (int64_t)answer.hq_at_ms,
    };
    applied->has_more = true; /* the day pack is asked for at once */
    if (journey->device_no == 0) {
        TRY(journey_enrol_finish(journey, &enrolment));
        applied->was_enrolled = true;
        return store_outbox_unseal(journey->store, name); /* and when it was sealed */
    }
    /* An introduction, or an enrolment once more after a cut: then nothing changes. */
    bool is_new_number = answer.device_no != journey->device_no;
    enum err err = journey_introduced(journey, &enrolment);
    if (err == ERR_exists || err == ERR_too_many) {
        *wire_out = WIRE_wrong_device; /* a number it has had before: kept, and shown */
        return OK;
    }
    TRY(err);
    applied->was_introduced = true;
    applied->was_replaced = applied->was_replaced || is_new_number;
    TRY(spool_remove_foreign(spool)); /* also after a cut, when the number is new no more */
    return store_outbox_unseal(journey->store, name);
}
