/* sync/spool/introduce.c -- headquarters says that it does not know this tablet. That may be
 * true (it was restored from an older backup) or forged by anybody on the way, so the
 * one thing done about it is harmless: headquarters' own certificate is shown to it. */
#include "sync/proto/introduce.h"

#include "sync/proto/version.h"
#include "sync/spool/spool_private.h"

enum {
    /* Forged refusals may come without end; introductions may not. */
    INTRODUCE_EVERY_MS = 10 * 60 * 1000,
};

static enum err seal_introduction(struct spool *spool, const struct journey_certificate *held)
{
    struct journey *journey = spool->journey;
    struct envelope_keys device;
    struct chain_public_key hq;
    TRY(spool_keys(spool, &device, &hq));
    struct introduction introduction = {
        .certificate = {.device_no = held->device_no,
                        .person_no = held->person_no,
                        .branch_no = held->branch_no,
                        .public_key = device.public_key,
                        .hq_at_ms = held->hq_at_ms,
                        .signature = held->signature},
        .app_version = version_own(),
        .answer_format = VERSION_ANSWER_FORMAT,
        .at_ms = clock_now_ms(journey->clock),
    };
    TRY(spool_lineage(spool, &introduction.lineage));
    struct wire_bytes envelope;
    const char *name = NULL;
    TRY(wire_err(introduce_seal(journey->arena, &introduction, &device, &hq, &envelope)));
    TRY(spool_put(spool, LAYOUT_CLASS_join, held->device_no, envelope, &name));
    return spool_note(spool, name);
}

enum err spool_seal_introduction(struct spool *spool)
{
    struct journey_certificate held;
    enum err err = journey_certificate(spool->journey, &held);
    if (err == ERR_not_found) {
        return OK; /* enrolled before headquarters gave certificates: a person must help */
    }
    TRY(err);
    if (held.device_no != spool->journey->device_no) {
        return OK; /* about a number that was: it would lead back there */
    }
    int64_t now_ms = clock_read(spool->journey->clock).monotonic_ms;
    bool is_waiting = false;
    TRY(spool_has(spool, LAYOUT_CLASS_join, SPOOL_SEQ_ANY, &is_waiting));
    bool was_lately = spool->introduced_at_ms != 0 &&
                      now_ms - spool->introduced_at_ms < (int64_t)INTRODUCE_EVERY_MS;
    if (is_waiting || was_lately) {
        return OK;
    }
    TRY(seal_introduction(spool, &held));
    spool->introduced_at_ms = now_ms;
    return OK;
}
