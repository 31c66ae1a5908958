/* core/journey/draft.c -- the open visit: what is typed is durable with every tap. */
#include "core/journey/journey_private.h"

#include <pb_decode.h>
#include <pb_encode.h>

static enum err draft_load(struct journey *journey, ds_VisitDraft *draft_out)
{
    struct store_draft row;
    TRY(store_draft_get(journey->store, journey->arena, JOURNEY_DRAFT_KEY, &row));
    pb_istream_t stream =
        pb_istream_from_buffer((const pb_byte_t *)row.bytes.bytes, row.bytes.size);
    *draft_out = (ds_VisitDraft)ds_VisitDraft_init_zero;
    return pb_decode(&stream, ds_VisitDraft_fields, draft_out) ? OK : ERR_corrupt;
}

enum err journey_draft_load(struct journey *journey, ds_VisitDraft *draft_out)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = draft_load(journey, draft_out);
    arena_rollback(journey->arena, mark);
    return err;
}

uint64_t journey_open_visit_seq(struct journey *journey, uint64_t case_no)
{
    struct arena_mark mark = arena_mark(journey->arena);
    ds_VisitDraft *draft = ARENA_NEW(journey->arena, ds_VisitDraft);
    bool is_open = draft_load(journey, draft) == OK && draft->case_no == case_no;
    uint64_t seq = is_open ? draft->visit_seq : 0;
    arena_rollback(journey->arena, mark);
    return seq;
}

static enum err draft_save(struct journey *journey, const ds_VisitDraft *draft)
{
    struct store_draft row;
    TRY(store_draft_get(journey->store, journey->arena, JOURNEY_DRAFT_KEY, &row));
    CHECK(row.case_no == draft->case_no);
    size_t size = 0;
    if (!pb_get_encoded_size(&size, ds_VisitDraft_fields, draft)) {
        return ERR_bad_text;
    }
    uint8_t *bytes = arena_alloc(journey->arena, size + 1);
    pb_ostream_t stream = pb_ostream_from_buffer(bytes, size);
    if (!pb_encode(&stream, ds_VisitDraft_fields, draft)) {
        return ERR_bad_text; /* nanopb refuses a text that is not UTF-8 */
    }
    row.bytes = (struct str){(const char *)bytes, size};
    row.changed_at_ms = clock_now_ms(journey->clock);
    return store_draft_put(journey->store, &row);
}

enum err journey_draft_save(struct journey *journey, const ds_VisitDraft *draft)
{
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = draft_save(journey, draft);
    if (err == ERR_no_space && store_reserve_release(journey->store)) {
        err = draft_save(journey, draft);
    }
    arena_rollback(journey->arena, mark);
    return err;
}
