#include "core/event/kind/kind.h"

bool notice_delivered_validate(const ds_Event *event, struct event_fault *fault_out)
{
    const ds_NoticeDelivered *payload = &event->kind.notice_delivered;
    return field_code(fault_out, "notice", CATALOG_notice_kind, payload->notice) &&
           field_code(fault_out, "delivery", CATALOG_delivery_result, payload->delivery) &&
           field_code_or_none(fault_out, "role", CATALOG_role, payload->role);
}

void notice_delivered_fold(const struct fold_context *fold)
{
    (void)fold;
    /* A record of service; the visit that carried it is the contact. */
}

void notice_delivered_describe(const ds_Event *event, struct event_words *words_out)
{
    const ds_NoticeDelivered *payload = &event->kind.notice_delivered;
    words_out->key = "event.notice_delivered";
    words_code(words_out, "notice", CATALOG_notice_kind, payload->notice);
    words_code(words_out, "delivery", CATALOG_delivery_result, payload->delivery);
    words_code(words_out, "role", CATALOG_role, payload->role);
}
