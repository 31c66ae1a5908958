#include "core/journey/journey_private.h"

static enum err skip_visit(struct journey *journey, uint64_t case_no, const ds_VisitSkipped *skip,
                           struct capture *capture_out)
{
    struct journey_batch batch;
    TRY(journey_batch_start(journey, case_no, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_visit_skipped_tag;
    event->kind.visit_skipped = *skip;
    batch.has_stop = true;
    batch.stop_state = STOP_skipped;
    struct verdict verdict = verdict_start();
    return journey_batch_finish(journey, &batch, &verdict, 0, capture_out);
}

enum err journey_skip_visit(struct journey *journey, uint64_t case_no, const ds_VisitSkipped *skip,
                            struct capture *capture_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = skip_visit(journey, case_no, skip, capture_out);
    arena_rollback(journey->arena, mark);
    return err;
}
