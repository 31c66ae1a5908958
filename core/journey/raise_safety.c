#include "core/journey/journey_private.h"

enum err journey_raise_safety(struct journey *journey, uint64_t case_no,
                              const ds_SafetyIncident *incident, struct capture *capture_out)
{
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_safety_incident_tag;
    event.kind.safety_incident = *incident;
    struct verdict verdict = verdict_start();
    return journey_capture_any(journey, case_no, &event, &verdict, 0, capture_out);
}
