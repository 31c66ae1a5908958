#include "core/journey/journey_private.h"

/* The detail in clear, or NULL. Points noted at the door follow those of the record. */
static const char *detail_find(const struct store_case *subject, uint32_t detail, uint32_t index)
{
    const ds_CaseRecord *record = subject->record;
    const ds_CaseState *state = subject->state;
    if (detail == DETAIL_KIND_id_number) {
        return index == 0 ? record->id_number : NULL;
    }
    if (detail == DETAIL_KIND_phone) {
        if (index < record->points_count) {
            return record->points[index].value;
        }
        uint32_t noted = index - record->points_count;
        return noted < state->points_count ? state->points[noted].value : NULL;
    }
    if (detail == DETAIL_KIND_address) {
        if (index < record->addresses_count) {
            return record->addresses[index].text;
        }
        uint32_t noted = index - record->addresses_count;
        return noted < state->addresses_count ? state->addresses[noted].text : NULL;
    }
    return NULL;
}

static enum err reveal_detail(struct journey *journey, uint64_t case_no, uint32_t detail,
                              uint32_t index, char text[257])
{
    struct journey_batch batch;
    struct capture capture = {0};
    TRY(journey_batch_start(journey, case_no, &batch));
    const char *found = detail_find(batch.subject, detail, index);
    if (found == NULL || found[0] == '\0') {
        return ERR_not_found;
    }
    ds_Event *event = journey_batch_add(journey, &batch, 0);
    event->which_kind = ds_Event_detail_revealed_tag;
    event->kind.detail_revealed = (ds_DetailRevealed){.detail = detail, .index = index};
    CHECK(str_copy(text, 257, str_from(found))); /* the longest is an address */
    return journey_batch_commit(journey, &batch, &capture);
}

enum err journey_reveal_detail(struct journey *journey, struct arena *arena, uint64_t case_no,
                               uint32_t detail, uint32_t index, const char **text_out)
{
    char text[257]; /* aside, because the task arena may be `arena` */
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = reveal_detail(journey, case_no, detail, index, text);
    arena_rollback(journey->arena, mark);
    if (err == OK) {
        *text_out = arena_text(arena, text);
    }
    return err;
}
