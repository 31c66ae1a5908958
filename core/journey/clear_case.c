/* core/journey/clear_case.c -- a case leaves this tablet: what was held of the borrower is told
 * before it is wiped, so that headquarters has the tablet's signed word for it. */
#include "core/journey/journey_private.h"
#include "core/store/store_attachment.h"

#include <string.h>

static struct chain_hash hash_both(struct arena *arena, struct str record, struct str state)
{
    uint8_t *bytes = arena_alloc(arena, record.size + state.size + 1);
    memcpy(bytes, record.bytes, record.size);
    if (state.size > 0) {
        memcpy(bytes + record.size, state.bytes, state.size);
    }
    return chain_hash(bytes, record.size + state.size);
}

static enum err count_beside(struct journey *journey, uint64_t case_no, ds_CaseCleared *cleared)
{
    struct store_letter *letters = NULL;
    size_t count = 0;
    TRY(store_inbox_list(journey->store, journey->arena, SIZE_MAX / 2, &letters, &count));
    for (size_t i = 0; i < count; i++) {
        cleared->letter_count += letters[i].case_no == case_no;
    }
    struct store_attachment *attachments = NULL;
    TRY(store_attachment_list(journey->store, journey->arena, &attachments, &count));
    for (size_t i = 0; i < count; i++) {
        cleared->photo_count +=
            attachments[i].case_no == case_no && attachments[i].state == ATTACHMENT_safe;
    }
    struct store_records records;
    TRY(store_journal_case(journey->store, journey->arena, case_no, 0, &records));
    cleared->own_count = (uint32_t)records.count;
    return OK;
}

static enum err look(struct journey *journey, uint64_t case_no, struct journey_clearing *clearing)
{
    struct store_case_feed feed;
    enum err err = store_case_feed_load(journey->store, journey->arena, case_no, &feed);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    clearing->is_held = !feed.is_withdrawn && feed.record.size > 0;
    if (!clearing->is_held) {
        return OK;
    }
    ds_CaseCleared *cleared = &clearing->cleared;
    cleared->record_size = (uint32_t)(feed.record.size + feed.state.size);
    struct chain_hash hash = hash_both(journey->arena, feed.record, feed.state);
    memcpy(cleared->record_hash, hash.bytes, sizeof cleared->record_hash);
    return count_beside(journey, case_no, cleared);
}

enum err journey_clear_look(struct journey *journey, uint64_t case_no,
                            struct journey_clearing *clearing_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    *clearing_out = (struct journey_clearing){.case_no = case_no};
    enum err err = look(journey, case_no, clearing_out);
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_clear_state(struct journey *journey, const struct journey_clearing *clearing)
{
    if (!clearing->is_held || journey->person_no == 0 || journey->device_no == 0) {
        return OK;
    }
    struct arena_mark mark = arena_mark(journey->arena);
    struct journey_batch batch;
    enum err err = journey_batch_start(journey, 0, &batch);
    if (err == OK) {
        ds_Event *event = journey_batch_add(journey, &batch, 0);
        event->case_no = clearing->case_no;
        event->has_fix = false; /* of no visit: where the tablet is, is nobody's business */
        event->which_kind = ds_Event_case_cleared_tag;
        event->kind.case_cleared = clearing->cleared;
        err = journey_append_plain(journey, event);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
