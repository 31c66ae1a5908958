/* Decisions read from headquarters' own facts of a case. */
#include "sync/server/command/decided.h"

#include <string.h>

struct wanted {
    enum event_kind kind;
    const uint8_t *target; /* 16 bytes */
    uint32_t conflict;     /* 0: any */
};

static void add(struct command_context *context, struct decided_list *list, size_t *capacity,
                const struct decided *decided)
{
    if (list->count == *capacity) {
        *capacity = *capacity == 0 ? 4 : *capacity * 2;
        struct decided *more = ARENA_ARRAY(context->arena, *capacity, struct decided);
        if (list->count > 0) {
            memcpy(more, list->items, list->count * sizeof *more);
        }
        list->items = more;
    }
    list->items[list->count++] = *decided;
}

/* False for a fact about something else. */
static bool read_fact(struct command_context *context, const struct wanted *wanted,
                      const ds_Event *event, struct decided *decided)
{
    if (event_kind(event) != wanted->kind) {
        return false;
    }
    if (wanted->kind == EVENT_arrangement_decided) {
        const ds_ArrangementDecided *payload = &event->kind.arrangement_decided;
        decided->code = payload->decision;
        decided->reason = payload->reason;
        decided->note = arena_text(context->arena, payload->note);
        decided->is_anew = payload->replaces != 0;
        return memcmp(payload->target, wanted->target, sizeof payload->target) == 0;
    }
    const ds_ConflictDecided *payload = &event->kind.conflict_decided;
    decided->code = payload->choice;
    decided->note = arena_text(context->arena, payload->note);
    decided->is_anew = payload->replaces != 0;
    return payload->conflict == wanted->conflict &&
           memcmp(payload->target, wanted->target, sizeof payload->target) == 0;
}

static uint64_t tag_of(const struct id *id)
{
    uint64_t tag = 0;
    for (size_t i = 0; i < sizeof tag; i++) {
        tag |= (uint64_t)id->bytes[i] << 8 * i;
    }
    return tag;
}

static enum err find(struct command_context *context, uint64_t case_no, const struct wanted *wanted,
                     struct decided_list *list_out)
{
    *list_out = (struct decided_list){0};
    size_t capacity = 0;
    enum err err = OK;
    ds_Event *event = ARENA_NEW(context->arena, ds_Event);
    struct hq_query query = hq_query(context->store, SQL_HQ_decided_of_case);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_i64(&query, "$kind", wanted->kind);
    while (err == OK && hq_next(&query)) {
        struct id id = hq_id(&query, 0);
        struct str body = hq_text(&query, 3);
        struct str name = hq_text(&query, 4);
        struct str code = hq_text(&query, 5);
        struct decided decided = {
            .tag = tag_of(&id),
            .person_no = (uint32_t)hq_i64(&query, 1),
            .person = str_format(context->arena, "%.*s (%.*s)", (int)name.size, name.bytes,
                                 (int)code.size, code.bytes),
            .at_ms = hq_i64(&query, 2),
        };
        err = event_decode(event, (const uint8_t *)body.bytes, body.size);
        if (err == OK && read_fact(context, wanted, event, &decided)) {
            add(context, list_out, &capacity, &decided);
        }
    }
    TRY(hq_end(&query));
    return err == OK ? OK : ERR_corrupt; /* headquarters' own bytes */
}

enum err decided_requests(struct command_context *context, uint64_t case_no,
                          const uint8_t target[16], struct decided_list *list_out)
{
    const struct wanted wanted = {EVENT_arrangement_decided, target, 0};
    return find(context, case_no, &wanted, list_out);
}

enum err decided_conflicts(struct command_context *context, uint64_t case_no, uint32_t kind,
                           const struct id *id, struct decided_list *list_out)
{
    const struct wanted wanted = {EVENT_conflict_decided, id->bytes, kind};
    return find(context, case_no, &wanted, list_out);
}

const struct decided *decided_last(const struct decided_list *list)
{
    return list->count > 0 ? &list->items[list->count - 1] : NULL;
}
