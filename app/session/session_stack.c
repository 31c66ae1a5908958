#include "app/session/session_private.h"

#include "core/base/buf.h"

#include <string.h>

/* Version 1 had no scrolling and no focus. */
enum { STACK_VERSION = 2, SEEN_REST_MS = 400, SEEN_SIZE_MAX = SESSION_SCROLLS_MAX * 60 + 60 };

/* Another place is on top: a new one, or one that was there before. */
static void arrive(struct session *session, bool was_there)
{
    session->place_serial++;
    session->must_show_seen = was_there;
    session->must_show_top = !was_there;
    session->must_enter = true;
    if (!was_there) {
        memset(&session->seen[session->stack_count - 1], 0, sizeof session->seen[0]);
    }
}

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
        memmove(&session->seen[1], &session->seen[2],
                (SESSION_STACK_MAX - 2) * sizeof session->seen[0]);
        session->stack_count--;
    }
    session->stack[session->stack_count++] = *place;
    arrive(session, false);
}

void session_pop(struct session *session)
{
    bool was_there = session->stack_count > 1;
    if (was_there) {
        session->stack_count--;
    } else {
        session->stack[0] = screen_place(SCREEN_today, 0);
    }
    arrive(session, was_there);
}

void session_root(struct session *session, const struct screen_place *place)
{
    session->stack[0] = *place;
    session->stack_count = 1;
    arrive(session, false);
    session->must_show_top =
        false; /* a root keeps how far it was scrolled while the program runs */
}

static void text_write(struct buf_writer *writer, const char *text)
{
    buf_write_varint(writer, strlen(text));
    buf_write_bytes(writer, text, strlen(text));
}

static void seen_write(struct buf_writer *writer, const struct session_seen *seen)
{
    for (size_t i = 0; i < SESSION_SCROLLS_MAX; i++) {
        text_write(writer, seen->scrolls[i].key);
        buf_write_u32(writer, (uint32_t)seen->scrolls[i].offset_px);
    }
    text_write(writer, seen->focus);
}

/* Whether anything changed that is worth writing now. Every touch that led somewhere is; how far
 * something is scrolled only when it has come to rest. */
static bool is_due(struct session *session, struct ui *ui)
{
    size_t stack_size = session->stack_count * sizeof session->stack[0];
    size_t seen_size = session->stack_count * sizeof session->seen[0];
    if (session->stack_count != session->saved_count ||
        memcmp(session->stack, session->saved, stack_size) != 0) {
        return true;
    }
    if (memcmp(session->seen, session->saved_seen, seen_size) == 0) {
        return false;
    }
    int64_t rest_at_ms = session->seen_at_ms + SEEN_REST_MS;
    if (session_monotonic_ms(session) >= rest_at_ms) {
        return true;
    }
    ui_wake_at(ui, rest_at_ms);
    return false;
}

void session_stack_save(struct session *session, struct ui *ui)
{
    if (!is_due(session, ui)) {
        return;
    }
    uint8_t bytes[SESSION_STACK_MAX * (SCREEN_PLACE_TEXT_SIZE + 80 + SEEN_SIZE_MAX) + 16];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u8(&writer, STACK_VERSION);
    buf_write_varint(&writer, session->stack_count);
    for (size_t i = 0; i < session->stack_count; i++) {
        const struct screen_place *place = &session->stack[i];
        text_write(&writer, screen_name((enum screen_kind)place->screen));
        buf_write_u32(&writer, (uint32_t)place->tab);
        buf_write_varint(&writer, place->case_no);
        buf_write_varint(&writer, place->seq);
        buf_write_u64(&writer, (uint64_t)place->number);
        text_write(&writer, place->text);
        seen_write(&writer, &session->seen[i]);
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
    memcpy(session->saved_seen, session->seen, sizeof session->seen);
    session->saved_count = session->stack_count;
}

/* False when it does not fit; `to` is filled to its end. */
static bool text_read(struct buf_reader *reader, char *to, size_t size)
{
    uint64_t length = buf_read_varint(reader);
    const uint8_t *text = length < size ? buf_read_bytes(reader, (size_t)length) : NULL;
    if (text == NULL) {
        return false;
    }
    memset(to, 0, size);
    memcpy(to, text, (size_t)length);
    return reader->err == OK;
}

static bool place_read(struct buf_reader *reader, struct screen_place *place)
{
    char name[64];
    if (!text_read(reader, name, sizeof name)) {
        return false;
    }
    enum screen_kind kind = screen_from_name(str_from(name));
    *place = screen_place(kind, 0);
    place->tab = (int32_t)buf_read_u32(reader);
    place->case_no = buf_read_varint(reader);
    place->seq = buf_read_varint(reader);
    place->number = (int64_t)buf_read_u64(reader);
    return text_read(reader, place->text, sizeof place->text) && kind != SCREEN_none;
}

static bool seen_read(struct buf_reader *reader, struct session_seen *seen)
{
    memset(seen, 0, sizeof *seen);
    for (size_t i = 0; i < SESSION_SCROLLS_MAX; i++) {
        if (!text_read(reader, seen->scrolls[i].key, sizeof seen->scrolls[i].key)) {
            return false;
        }
        seen->scrolls[i].offset_px = (int32_t)buf_read_u32(reader);
    }
    return text_read(reader, seen->focus, sizeof seen->focus);
}

/* A stack that cannot be read is left: today is opened. */
void session_stack_load(struct session *session)
{
    session->stack[0] = screen_place(SCREEN_today, 0);
    session->stack_count = 1;
    session->place_serial = session->frame_serial + 1; /* no frame has shown it yet */
    struct arena_mark mark = arena_mark(&session->work);
    struct store_draft draft;
    if (store_draft_get(session->store, &session->work, "stack", &draft) == OK) {
        struct buf_reader reader;
        buf_reader_init(&reader, draft.bytes.bytes, draft.bytes.size);
        uint8_t version = buf_read_u8(&reader);
        bool is_known = version == 1 || version == STACK_VERSION;
        uint64_t count = buf_read_varint(&reader);
        is_known = is_known && count > 0 && count <= SESSION_STACK_MAX;
        for (uint64_t i = 0; is_known && i < count; i++) {
            is_known = place_read(&reader, &session->stack[i]) &&
                       (version == 1 || seen_read(&reader, &session->seen[i]));
            session->stack_count = (size_t)i + 1;
        }
        if (!is_known) {
            session->stack[0] = screen_place(SCREEN_today, 0);
            session->stack_count = 1;
            memset(session->seen, 0, sizeof session->seen);
        }
        session->must_show_seen = is_known;
    }
    arena_rollback(&session->work, mark);
}
