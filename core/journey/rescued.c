/* core/journey/rescued.c -- after a damaged store was put together anew: it is said once, as a
 * fact, and what was over is not taken up again. */
#include "core/journey/journey_private.h"

#include "core/store/store_rescue.h"

/* The draft may be from an older page than the facts: of a visit that is finished nothing is left
 * to be typed. */
static enum err drop_finished(struct journey *journey)
{
    ds_VisitDraft *draft = ARENA_NEW(journey->arena, ds_VisitDraft);
    struct store_records records;
    enum err err = journey_draft_load(journey, draft);
    if (err == ERR_not_found) {
        return OK;
    }
    bool is_over = err != OK; /* it cannot be read */
    if (!is_over) {
        TRY(store_journal_case(journey->store, journey->arena, draft->case_no, draft->visit_seq,
                               &records));
        for (size_t i = 0; i < records.count; i++) {
            is_over = is_over || (records.items[i].kind == EVENT_visit_finished &&
                                  records.items[i].visit_seq == draft->visit_seq);
        }
    }
    return is_over ? store_draft_delete(journey->store, JOURNEY_DRAFT_KEY) : OK;
}

static enum err event_fill(struct journey *journey, const struct store_rescue *rescue,
                           ds_StoreRescued *rescued)
{
    struct store_records lost;
    TRY(store_journal_list(journey->store, journey->arena, EVENT_record_lost, INT64_MIN, INT64_MAX,
                           0, SIZE_MAX, &lost)); /* newest first */
    *rescued = (ds_StoreRescued){
        .saved_count = (uint32_t)rescue->saved_count,
        .lost_count = (uint32_t)rescue->lost_count,
        .held_count = (uint32_t)rescue->held_count,
        .draft_count = (uint32_t)rescue->draft_count,
        .first_lost_seq = lost.count > 0 ? lost.items[lost.count - 1].seq : 0,
        .last_lost_seq = lost.count > 0 ? lost.items[0].seq : 0,
        .rescue_no = (uint32_t)rescue->number,
    };
    return OK;
}

static enum err say(struct journey *journey, const struct store_rescue *rescue)
{
    struct journey_batch batch;
    TRY(journey_batch_start(journey, 0, &batch));
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_store_rescued_tag;
    TRY(event_fill(journey, rescue, &event->kind.store_rescued));
    TRY(drop_finished(journey));
    TRY(journey_append_plain(journey, event));
    return store_setting_set_number(journey->store, SETTING_rescue_told, STORE_RESCUE_TOLD_hq);
}

static enum err rescued(struct journey *journey)
{
    struct store_rescue rescue;
    TRY(store_rescue_read(journey->store, &rescue));
    if (rescue.number == 0 || rescue.told != STORE_RESCUE_TOLD_nobody) {
        return OK;
    }
    TRY(store_begin(journey->store));
    enum err err = say(journey, &rescue);
    if (err != OK) {
        store_rollback(journey->store);
        return err;
    }
    return store_commit(journey->store);
}

enum err journey_rescued(struct journey *journey)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = rescued(journey);
    arena_rollback(journey->arena, mark);
    return err;
}
