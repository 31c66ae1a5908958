#include "core/journey/journey_private.h"

/* No rule stands before a complaint, and no tablet can take one back. */
enum err journey_take_complaint(struct journey *journey, uint64_t case_no,
                                const ds_ComplaintTaken *complaint, struct capture *capture_out)
{
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_complaint_taken_tag;
    event.kind.complaint_taken = *complaint;
    struct verdict verdict = verdict_start();
    return journey_capture_any(journey, case_no, &event, &verdict, 0, capture_out);
}
