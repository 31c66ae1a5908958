/* core/journey/visit_wait.c -- somebody waits for a word from the door. */
#include "core/journey/journey_private.h"

enum { MINUTE_MS = 60 * 1000 };

/* The same boot counts by the time since boot, which nobody can set. After a restart there
 * is only the wall clock: when that was set forward, the question comes early, which is the
 * safe side. */
static int64_t left_ms(const ds_VisitDraft *draft, const struct clock_reading *now)
{
    bool is_same_boot = draft->expected_boot != 0 && draft->expected_boot == now->boot;
    return is_same_boot ? (int64_t)draft->expected_uptime_ms - now->monotonic_ms
                        : (int64_t)draft->expected_at_ms - now->wall_ms;
}

struct visit_wait journey_visit_wait(const struct policy *policy, const ds_VisitDraft *draft,
                                     const struct clock_reading *now)
{
    struct visit_wait wait = {.state = VISIT_WAIT_none, .next_ms = INT64_MAX};
    if (draft->expected_at_ms == 0) {
        return wait;
    }
    int64_t grace_ms = policy->visit_timer_grace * MINUTE_MS;
    wait.left_ms = left_ms(draft, now);
    if (wait.left_ms > 0) {
        wait.state = VISIT_WAIT_running;
        wait.next_ms = wait.left_ms;
    } else if (draft->was_alarmed) {
        wait.state = VISIT_WAIT_alarmed;
    } else if (wait.left_ms > -grace_ms) {
        wait.state = VISIT_WAIT_asked;
        wait.next_ms = wait.left_ms + grace_ms;
    } else {
        wait.state = VISIT_WAIT_over;
        wait.next_ms = 0;
    }
    return wait;
}

void journey_visit_expect(const struct clock_reading *now, int64_t minutes, ds_VisitDraft *draft)
{
    draft->was_alarmed = false;
    draft->expected_at_ms = 0;
    draft->expected_uptime_ms = 0;
    draft->expected_boot = 0;
    if (minutes > 0) {
        draft->expected_at_ms = (uint64_t)(now->wall_ms + minutes * MINUTE_MS);
        draft->expected_uptime_ms = (uint64_t)(now->monotonic_ms + minutes * MINUTE_MS);
        draft->expected_boot = now->boot;
    }
}

static enum err raise_overdue(struct journey *journey, bool *was_raised_out,
                              struct capture *capture_out)
{
    ds_VisitDraft *draft = ARENA_NEW(journey->arena, ds_VisitDraft);
    struct clock_reading now = clock_read(journey->clock);
    TRY(journey_draft_load(journey, draft));
    if (journey_visit_wait(&journey->policy, draft, &now).state != VISIT_WAIT_over) {
        return OK;
    }
    struct journey_batch batch;
    enum err err = journey_batch_start(journey, draft->case_no, &batch);
    if (err == ERR_not_found || err == ERR_corrupt) {
        TRY(journey_batch_start(journey, 0, &batch)); /* the case is gone: the person is not */
    } else if (err != OK) {
        return err;
    }
    ds_Event *event = journey_batch_add(journey, &batch, draft->visit_seq);
    event->case_no = draft->case_no;
    event->which_kind = ds_Event_safety_incident_tag;
    event->kind.safety_incident = (ds_SafetyIncident){
        .incident = SAFETY_KIND_overdue,
        .severity = 3,
        .is_automatic = true,
        .expected_at_ms = draft->expected_at_ms,
    };
    draft->was_alarmed = true;
    batch.draft = draft; /* fact and mark together: a power cut raises it neither twice nor never */
    struct verdict verdict = verdict_start();
    TRY(journey_batch_finish(journey, &batch, &verdict, 0, capture_out));
    *was_raised_out = capture_out->is_done;
    return OK;
}

enum err journey_raise_overdue(struct journey *journey, bool *was_raised_out,
                               struct capture *capture_out)
{
    *was_raised_out = false;
    *capture_out = (struct capture){.verdict = verdict_start()};
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = raise_overdue(journey, was_raised_out, capture_out);
    arena_rollback(journey->arena, mark);
    return err == ERR_not_found ? OK : err;
}
