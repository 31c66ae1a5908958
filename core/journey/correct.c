#include "core/journey/journey_private.h"

#include <string.h>

static bool is_own(const struct journey *journey, const struct fact *target)
{
    return target->event.person_no == journey->person_no;
}

/* Restated as what it was: the payload's tag in Correction is that of its kind. */
static bool is_same_kind(const ds_Correction *correction, const struct fact *target)
{
    return correction->is_withdrawn || correction->which_anew == target->event.which_kind;
}

static enum err correct(struct journey *journey, const ds_Correction *correction,
                        struct capture *capture_out)
{
    struct id id;
    memcpy(id.bytes, correction->target, sizeof id.bytes);
    struct fact *target = ARENA_NEW(journey->arena, struct fact);
    enum err err = store_journal_find(journey->store, &id, target);
    *capture_out = (struct capture){.verdict = verdict_start()};
    if (err == ERR_not_found || (err == OK && !is_own(journey, target))) {
        capture_out->fault = (struct event_fault){"target", "fault.own_fact"};
        return OK;
    }
    TRY(err);
    if (!is_same_kind(correction, target)) {
        capture_out->fault = (struct event_fault){"anew", "fault.same_kind"};
        return OK;
    }
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_correction_tag;
    event.kind.correction = *correction;
    struct verdict verdict = verdict_start();
    return journey_capture_any(journey, target->event.case_no, &event, &verdict, 0, capture_out);
}

enum err journey_correct(struct journey *journey, const ds_Correction *correction,
                         struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = correct(journey, correction, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
