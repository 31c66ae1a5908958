#include "core/journey/journey_private.h"

enum err journey_log_contact(struct journey *journey, uint64_t case_no,
                             const ds_ContactAttempted *contact, struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct store_case *subject = ARENA_NEW(journey->arena, struct store_case);
    enum err err = store_case_load(journey->store, journey->arena, case_no, subject);
    if (err == OK) {
        struct gate_facts facts = journey_gate_facts(journey, subject, 0, UINT32_MAX, 0, 0);
        struct gate_door door = {.role = contact->role, .note = contact->note};
        facts.channel = contact->channel;
        facts.door = &door;
        struct verdict verdict = gate_check(&journey->policy, GATE_speak, &facts);
        struct verdict recorded = journey_as_recorded(&verdict);
        ds_Event event = ds_Event_init_zero;
        event.which_kind = ds_Event_contact_attempted_tag;
        event.kind.contact_attempted = *contact;
        err = journey_capture_any(journey, case_no, &event, &recorded, 0, capture_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
