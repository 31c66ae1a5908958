#include "app/session/session_private.h"

#include "core/base/buf.h"

#include <string.h>

enum { STACK_VERSION = 1 };

struct screen_place *session_top(struct session *session)
{
    CHECK(session->stack_count > 0);
    return &session->stack[session->stack_count - 1];
}

void session_push(struct session *session, const struct screen_place *place)
{
    if (session->stack_count == SESSION_STACK_MAX) { /* the oldest above the root is forgotten */
        memmove(&session->stack[1], &session->stack[2],
                (SESSION_STACK_MAX - 2) * sizeof session->stack[0]);
        session->stack_count--;
    }
    session->stack[session->stack_count++] = *place;
    session->must_enter = true;
}

void session_pop(struct session *session)
{
    if (session->stack_count > 1) {
        session->stack_count--;
    } else {
        session->stack[0] = screen_place(SCREEN_today, 0);
    }
    session->must_enter = true;
}

void session_root(struct session *session, const struct screen_place *place)
{
    session->stack[0] = *place;
    session->stack_count = 1;
    session->must_enter = true;
}

void session_stack_save(struct session *session)
{
    size_t bytes_used = session->stack_count * sizeof session->stack[0];
    if (session->stack_count == session->saved_count &&
        memcmp(session->stack, session->saved, bytes_used) == 0) {
        return;
    }
    uint8_t bytes[SESSION_STACK_MAX * (SCREEN_PLACE_TEXT_SIZE + 80) + 16];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u8(&writer, STACK_VERSION);
    buf_write_varint(&writer, session->stack_count);
    for (size_t i = 0; i < session->stack_count; i++) {
        const struct screen_place *place = &session->stack[i];
        const char *name = screen_name((enum screen_kind)place->screen);
        buf_write_varint(&writer, strlen(name));
        buf_write_bytes(&writer, name, strlen(name));
        buf_write_u32(&writer, (uint32_t)place->tab);
        buf_write_varint(&writer, place->case_no);
        buf_write_varint(&writer, place->seq);
        buf_write_u64(&writer, (uint64_t)place->number);
        buf_write_varint(&writer, strlen(place->text));
        buf_write_bytes(&writer, place->text, strlen(place->text));
    }
    CHECK(writer.err == OK); /* the buffer holds the largest stack */
    struct store_draft draft = {.key = "stack",
                                .bytes = {(const char *)bytes, writer.size},
                                .changed_at_ms = session_now_ms(session)};
    enum err err = session_draft_put(session, &draft);
    if (err != OK) { /* after a kill an earlier screen opens: nothing typed is lost by it */
        session_mend(session, err);
        return;
    }
    memcpy(session->saved, session->stack, sizeof session->stack);
    session->saved_count = session->stack_count;
}

static bool place_read(struct buf_reader *reader, struct screen_place *place)
{
    uint64_t size = buf_read_varint(reader);
    const uint8_t *name = size < 64 ? buf_read_bytes(reader, (size_t)size) : NULL;
    if (name == NULL) {
        return false;
    }
    enum screen_kind kind = screen_from_name((struct str){(const char *)name, (size_t)size});
    *place = screen_place(kind, 0);
    place->tab = (int32_t)buf_read_u32(reader);
    place->case_no = buf_read_varint(reader);
    place->seq = buf_read_varint(reader);
    place->number = (int64_t)buf_read_u64(reader);
    size = buf_read_varint(reader);
    const uint8_t *text =
        size < SCREEN_PLACE_TEXT_SIZE ? buf_read_bytes(reader, (size_t)size) : NULL;
    if (text == NULL || kind == SCREEN_none) {
        return false;
    }
    memcpy(place->text, text, (size_t)size);
    return reader->err == OK;
}

/* A stack that cannot be read is left: today is opened. */
void session_stack_load(struct session *session)
{
    session->stack[0] = screen_place(SCREEN_today, 0);
    session->stack_count = 1;
    struct arena_mark mark = arena_mark(&session->work);
    struct store_draft draft;
    if (store_draft_get(session->store, &session->work, "stack", &draft) == OK) {
        struct buf_reader reader;
        buf_reader_init(&reader, draft.bytes.bytes, draft.bytes.size);
        bool is_known = buf_read_u8(&reader) == STACK_VERSION;
        uint64_t count = buf_read_varint(&reader);
        is_known = is_known && count > 0 && count <= SESSION_STACK_MAX;
        for (uint64_t i = 0; is_known && i < count; i++) {
            is_known = place_read(&reader, &session->stack[i]);
            session->stack_count = (size_t)i + 1;
        }
        if (!is_known) {
            session->stack[0] = screen_place(SCREEN_today, 0);
            session->stack_count = 1;
        }
    }
    arena_rollback(&session->work, mark);
}
