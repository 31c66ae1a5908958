/* app/ui/widget_toast.h -- a short message that leaves by itself, with one
 * action such as undo. One at a time; a new one replaces the old. Pure. */
#pragma once

#include "app/ui/ui.h"

enum { WIDGET_TOAST_MS = 8000 };

/* Kept by the caller; zero it to start. */
struct widget_toast {
    char text[192];
    char action[48];
    int64_t until_ms; /* monotonic; 0 none */
};

/* The room that the message takes: none while there is none. A screen calls it in its column,
 * above the bar at the bottom, so that the message pushes what can be scrolled and covers
 * nothing, and neither the bar nor the top of the page moves under a finger. Only the first
 * call of a frame counts. */
void widget_toast_room(struct ui *ui);
/* `action` may be NULL. */
void widget_toast_show(struct widget_toast *toast, const struct ui *ui, const char *text,
                       const char *action);
/* Call it every frame, after the screen. Stays while it is touched. True when
 * the action was tapped; the toast is then gone. Its key is "toast/action". */
bool widget_toast(struct ui *ui, struct widget_toast *toast);
