#include "core/journey/journey_private.h"

#include "core/rules/arrangement.h"

enum err journey_note_payment(struct journey *journey, uint64_t case_no,
                              const ds_PaymentNoted *payment, uint32_t override_reason,
                              struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct store_case *subject = ARENA_NEW(journey->arena, struct store_case);
    enum err err = store_case_load(journey->store, journey->arena, case_no, subject);
    if (err == OK) {
        struct arrangement_facts facts = {
            .record = subject->record,
            .state = subject->state,
            .now_ms = clock_now_ms(journey->clock),
        };
        struct verdict verdict = arrangement_check_payment(&journey->policy, &facts, payment);
        ds_Event event = ds_Event_init_zero;
        event.which_kind = ds_Event_payment_noted_tag;
        event.kind.payment_noted = *payment;
        err = journey_capture_any(journey, case_no, &event, &verdict, override_reason, capture_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
