/* app/platform/player.h -- plays a touch script, one step at a time. Pure: the
 * window moves time, writes files and shows messages.
 *
 * A step begins only when the screen is at rest, as a person waits for it. */
#pragma once

#include "app/platform/script.h"

enum { PLAYER_EVENTS_MAX = 64 };

struct player {
    struct script script;
    size_t next;
    struct input_event events[PLAYER_EVENTS_MAX]; /* due at their at_ms */
    int32_t event_count, event_at;
    int64_t until_ms;       /* of a wait; 0 none */
    int64_t await_until_ms; /* 0 none */
    int32_t scroll_tries;
};

enum player_kind {
    PLAYER_event,  /* `event` is due now */
    PLAYER_wait,   /* nothing before `until_ms` */
    PLAYER_await,  /* look again soon: waits in real time, until `until_ms` at most */
    PLAYER_shot,   /* write a picture to `path` */
    PLAYER_dump,   /* write `text` to `path` */
    PLAYER_check,  /* compare every frame from now on with a full redraw */
    PLAYER_done,   /* the script ended well */
    PLAYER_failed, /* `text` says where and why */
};

struct player_step {
    enum player_kind kind;
    struct input_event event;
    int64_t until_ms;
    const char *path;
    const char *text;
};

/* What to do at `now_ms`, given the screen. Texts live in `arena`. */
struct player_step player_next(struct player *player, struct arena *arena, const struct ui *ui,
                               int64_t now_ms);
