/* core/journey/attach.c -- evidence: the bytes first, then the fact that names them. */
#include "core/journey/journey_private.h"

#include <string.h>

static enum err attach(struct journey *journey, uint64_t case_no,
                       const ds_EvidenceAttached *evidence, struct str bytes,
                       struct capture *capture_out)
{
    struct journey_batch batch;
    struct chain_hash hash;
    *capture_out = (struct capture){.verdict = verdict_start()};
    TRY(journey_batch_start(journey, case_no, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_evidence_attached_tag;
    ds_EvidenceAttached *payload = &event->kind.evidence_attached;
    *payload = *evidence;
    TRY(store_attachment_put(journey->store, bytes.bytes, bytes.size, &hash));
    payload->size = (uint32_t)bytes.size;
    memcpy(payload->hash, hash.bytes, sizeof payload->hash);
    return journey_batch_finish(journey, &batch, &capture_out->verdict, 0, capture_out);
}

enum err journey_attach(struct journey *journey, uint64_t case_no, uint32_t evidence,
                        uint32_t media, struct str bytes, const char *note,
                        struct capture *capture_out)
{
    ds_EvidenceAttached about = {.evidence = evidence, .media = media};
    if (!str_copy(about.note, sizeof about.note, str_from(note))) {
        *capture_out =
            (struct capture){.verdict = verdict_start(), .fault = {"note", "fault.too_long"}};
        return OK;
    }
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = attach(journey, case_no, &about, bytes, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_sign(struct journey *journey, uint64_t case_no,
                      const ds_EvidenceAttached *signature, struct str png,
                      struct capture *capture_out)
{
    ds_EvidenceAttached about = *signature;
    about.evidence = EVIDENCE_KIND_signature;
    about.media = MEDIA_TYPE_png;
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = attach(journey, case_no, &about, png, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
