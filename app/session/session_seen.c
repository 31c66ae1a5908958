/* How each place of the stack looked: it looks so again when one comes back to it, also after a
 * kill. What was typed is in drafts and in the place itself. */
#include "app/session/session_private.h"

#include <string.h>

static bool key_fits(const char *key)
{
    return key[0] != '\0' && strlen(key) < SESSION_KEY_SIZE;
}

static struct session_seen seen_now(const struct ui *ui)
{
    struct session_seen seen;
    size_t count = 0;
    size_t scroll_count = 0;
    const struct ui_semantic *nodes = ui_semantics(ui, &count);
    memset(&seen, 0, sizeof seen);
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].layer != 0 || !key_fits(nodes[i].key)) {
            continue;
        }
        int32_t offset_px = nodes[i].is_scroll ? ui_scroll_px(ui, nodes[i].key) : 0;
        if (offset_px > 0 && scroll_count < SESSION_SCROLLS_MAX) {
            memcpy(seen.scrolls[scroll_count].key, nodes[i].key, strlen(nodes[i].key));
            seen.scrolls[scroll_count++].offset_px = offset_px;
        }
        if (nodes[i].is_focused) {
            memset(seen.focus, 0, sizeof seen.focus);
            memcpy(seen.focus, nodes[i].key, strlen(nodes[i].key));
        }
    }
    return seen;
}

/* Regions of the same name were scrolled when another case was shown in them. */
static void scroll_to_top(struct ui *ui)
{
    size_t count = 0;
    const struct ui_semantic *nodes = ui_semantics(ui, &count);
    for (size_t i = 0; i < count; i++) {
        if (nodes[i].is_scroll && nodes[i].key[0] != '\0' && ui_scroll_px(ui, nodes[i].key) != 0) {
            ui_scroll_to(ui, nodes[i].key, 0);
        }
    }
}

void session_seen_note(struct session *session, struct ui *ui)
{
    if (session->is_locked || session->frame_serial != session->place_serial) {
        return; /* the last frame showed another place */
    }
    if (session->must_show_top) {
        session->must_show_top = false;
        scroll_to_top(ui);
        return;
    }
    struct session_seen seen = seen_now(ui);
    struct session_seen *known = &session->seen[session->stack_count - 1];
    if (memcmp(&seen, known, sizeof seen) != 0) {
        *known = seen;
        session->seen_at_ms = session_monotonic_ms(session);
    }
}

void session_seen_show(struct session *session, struct ui *ui)
{
    if (session->is_locked || !session->must_show_seen) {
        return;
    }
    session->must_show_seen = false;
    const struct session_seen *seen = &session->seen[session->stack_count - 1];
    for (size_t i = 0; i < SESSION_SCROLLS_MAX; i++) {
        if (seen->scrolls[i].key[0] != '\0') {
            ui_scroll_to(ui, seen->scrolls[i].key, seen->scrolls[i].offset_px);
        }
    }
    if (seen->focus[0] != '\0') {
        ui_focus(ui, seen->focus);
    }
}
