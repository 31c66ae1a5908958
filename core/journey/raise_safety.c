#include "core/journey/journey_private.h"

/* The case is not here, or what is here of it is damaged: the alarm names it all the same. */
static enum err raise_alone(struct journey *journey, uint64_t case_no,
                            const ds_SafetyIncident *incident, struct capture *capture_out)
{
    struct journey_batch batch;
    struct verdict verdict = verdict_start();
    TRY(journey_batch_start(journey, 0, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->case_no = case_no;
    event->which_kind = ds_Event_safety_incident_tag;
    event->kind.safety_incident = *incident;
    return journey_batch_finish(journey, &batch, &verdict, 0, capture_out);
}

enum err journey_raise_safety(struct journey *journey, uint64_t case_no,
                              const ds_SafetyIncident *incident, struct capture *capture_out)
{
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_safety_incident_tag;
    event.kind.safety_incident = *incident;
    struct verdict verdict = verdict_start();
    enum err err = journey_capture_any(journey, case_no, &event, &verdict, 0, capture_out);
    if (err == ERR_not_found || err == ERR_corrupt) {
        struct arena_mark mark = arena_mark(journey->arena);
        err = raise_alone(journey, case_no, incident, capture_out);
        arena_rollback(journey->arena, mark);
    }
    return err;
}
