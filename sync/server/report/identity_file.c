#include "sync/server/report/identity_file.h"

#include "core/domain/catalog.h"

static void take(const ds_Event *event, struct identity_file *file)
{
    enum event_kind kind = event_kind(event);
    if (kind == EVENT_identity_disputed) {
        file->is_signed |= event->kind.identity_disputed.is_declaration_signed;
        file->place = event->kind.identity_disputed.declaration_place;
    } else if (kind == EVENT_evidence_attached) {
        uint32_t evidence = event->kind.evidence_attached.evidence;
        file->document_count +=
            evidence == EVIDENCE_KIND_signature || evidence == EVIDENCE_KIND_document;
    } else if (kind == EVENT_identity_assigned) {
        file->checker_no = event->kind.identity_assigned.checker_no;
        file->was_assigned_late = event->kind.identity_assigned.is_late;
    } else if (kind == EVENT_status_cleared &&
               event->kind.status_cleared.flag == STOP_FLAG_identity_dispute) {
        file->checker_no = 0; /* said again, it is a new matter */
        file->was_assigned_late = false;
    }
}

static enum err read_name(struct arena *arena, struct hq_store *store, struct identity_file *file)
{
    if (file->checker_no == 0) {
        return OK;
    }
    struct hq_query query = hq_query(store, SQL_HQ_person_get);
    hq_bind_i64(&query, "$person_no", file->checker_no);
    if (hq_next(&query)) {
        file->checker_name = str_text(arena, hq_text(&query, 1));
    }
    return hq_end(&query);
}

enum err identity_file_read(struct arena *arena, struct hq_store *store, uint64_t case_no,
                            struct identity_file *file_out)
{
    *file_out = (struct identity_file){.checker_name = ""};
    struct arena_mark mark = arena_mark(arena);
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    struct hq_query query = hq_query(store, SQL_HQ_event_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 5);
        if (event_decode(event, (const uint8_t *)body.bytes, body.size) == OK) {
            take(event, file_out);
        }
    }
    enum err err = hq_end(&query);
    arena_rollback(arena, mark);
    return err == OK ? read_name(arena, store, file_out) : err;
}

uint32_t identity_file_checker(const struct identity_file *file, const struct identity_clock *clock)
{
    return clock->is_overdue && !file->was_assigned_late ? 0 : file->checker_no;
}
