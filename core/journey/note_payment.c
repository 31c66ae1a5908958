#include "core/journey/journey_private.h"

#include "core/rules/arrangement.h"

/* Only the day stands against it, and the clock is known to be behind: the collector knows better
 * than it what day it is. */
static bool is_only_clock(struct journey *journey, const struct verdict *verdict)
{
    struct clock_reading now;
    for (size_t i = 0; i < verdict->fired_count; i++) {
        const struct verdict_fired *fired = &verdict->fired[i];
        if (fired->severity == SEVERITY_block && fired->refusal != REFUSAL_paid_in_future) {
            return false;
        }
    }
    struct clock_judgement judgement = journey_clock_now(journey, &now);
    return !judgement.is_bounded && judgement.quality == CLOCK_QUALITY_behind_headquarters;
}

struct verdict journey_judge_payment(struct journey *journey, const struct store_case *subject,
                                     const ds_PaymentNoted *payment)
{
    struct arrangement_facts facts = {
        .record = subject->record,
        .state = subject->state,
        .now_ms = journey_now_ms(journey),
    };
    struct verdict verdict = arrangement_check_payment(&journey->policy, &facts, payment);
    /* Without the case nothing is known of the debt. */
    bool is_recorded =
        journey_is_over(subject) || (!verdict.is_allowed && is_only_clock(journey, &verdict));
    return is_recorded ? journey_as_recorded(&verdict) : verdict;
}

enum err journey_note_payment(struct journey *journey, uint64_t case_no,
                              const ds_PaymentNoted *payment, uint32_t override_reason,
                              struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct store_case *subject = ARENA_NEW(journey->arena, struct store_case);
    enum err err = store_case_load(journey->store, journey->arena, case_no, subject);
    if (err == OK) {
        struct verdict verdict = journey_judge_payment(journey, subject, payment);
        ds_Event event = ds_Event_init_zero;
        event.which_kind = ds_Event_payment_noted_tag;
        event.kind.payment_noted = *payment;
        err = journey_capture_any(journey, case_no, &event, &verdict, override_reason, capture_out);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
