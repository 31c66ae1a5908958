/* sync/spool/enrol.c -- joining: from the text of a code to an envelope that asks. */
#include "sync/proto/enrol.h"

#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/proto/version.h"
#include "sync/spool/spool_private.h"

#include <string.h>

/* The name of an enrolment: no fact has seq 0. */
enum { ENROLMENT_SEQ = 0 };

static bool is_enrolment(const char *name)
{
    for (size_t i = 0; i < LAYOUT_SEQ_DIGITS; i++) {
        if (name[i] != '0') {
            return false;
        }
    }
    return true;
}

/* agent.conf: the agent knows where, by which TLS key, and whom by the short hash of
 * headquarters' key, for its log; it could not open an answer. */
static enum err write_conf(struct spool *spool, const struct enrol_payload *payload)
{
    struct arena *arena = spool->journey->arena;
    uint64_t hash = chain_short_hash(payload->hq.bytes, sizeof payload->hq.bytes);
    const char *text =
        str_format(arena, "url=%s\nhq=%016llx\n", payload->url, (unsigned long long)hash);
    if (payload->has_pin) {
        char pin[2 * ENROL_PIN_SIZE + 1];
        buf_to_hex(pin, payload->pin, sizeof payload->pin);
        text = str_format(arena, "%spin=%s\n", text, pin);
    }
    return os_file_replace(os_path(arena, spool->folder, LAYOUT_CONF), text, strlen(text));
}

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
    struct wire_bytes envelope;
    const char *name = NULL;
    TRY(wire_err(enrol_seal(spool->journey->arena, &enrol, &device, &hq, &envelope)));
    return spool_put(spool, ENROLMENT_SEQ, envelope, &name);
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
    TRY(wire_err(enrol_payload_from_text(&payload, text)));
    const char **names = NULL;
    size_t count = 0;
    TRY(spool_envelopes(spool, arena, &names, &count));
    TRY(write_conf(spool, &payload));
    for (size_t i = 0; i < count; i++) {
        if (is_enrolment(names[i])) {
            return OK;
        }
    }
    return write_envelope(spool, &payload);
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
