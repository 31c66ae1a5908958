#include "core/event/kind/kind.h"

static bool has_hash(const ds_EvidenceAttached *payload, struct event_fault *fault_out)
{
    for (size_t i = 0; i < sizeof payload->hash; i++) {
        if (payload->hash[i] != 0) {
            return true;
        }
    }
    return field_fail(fault_out, "hash", "fault.required");
}

bool evidence_attached_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_EvidenceAttached *payload = &event->kind.evidence_attached;
    return has_hash(payload, fault_out) &&
           field_range(fault_out, "size", payload->size, 1, LIMIT_attachment_size) &&
           field_code(fault_out, "evidence", CATALOG_evidence_kind, payload->evidence) &&
           field_code(fault_out, "media", CATALOG_media_type, payload->media) &&
           field_code_or_none(fault_out, "signed_by", CATALOG_role, payload->signed_by);
}

void evidence_attached_fold(const struct fold_context *fold)
{
    (void)fold;
    /* Shows what other facts say; nothing about the debt changes. */
}

void evidence_attached_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_EvidenceAttached *payload = &event->kind.evidence_attached;
    words_out->key = "event.evidence_attached";
    words_code(words_out, "evidence", CATALOG_evidence_kind, payload->evidence);
    words_text(words_out, "note", payload->note);
}
