/* app/ui/input.h -- touches become gestures. Pure: instants come in with the
 * events.
 *
 * One finger owns the screen: the first one down, until it lifts. Others are
 * ignored meanwhile; three at once cancel the gesture (a wet or leaning hand)
 * until all are lifted. */
#pragma once

#include "app/ui/geom.h"

enum input_kind {
    INPUT_down,
    INPUT_move,
    INPUT_up,
    INPUT_cancel, /* the system took the touch away */
    INPUT_wheel,  /* at, by.y pixels: positive shows what is below */
    INPUT_text,   /* UTF-8 from a keyboard or a system input method */
    INPUT_key,
};

enum input_key {
    INPUT_KEY_none,
    INPUT_KEY_backspace,
    INPUT_KEY_enter,
    INPUT_KEY_back, /* Escape, or the device's back button */
    INPUT_KEY_left,
    INPUT_KEY_right,
    INPUT_KEY_home,
    INPUT_KEY_end,
};

enum { INPUT_TEXT_SIZE = 64 };

struct input_event {
    enum input_kind kind;
    int64_t at_ms; /* monotonic, the same clock as ui_frame.now_ms */
    int64_t finger;
    struct point at;
    struct point by;
    enum input_key key;
    char text[INPUT_TEXT_SIZE]; /* NUL-ended */
};

enum gesture_kind {
    GESTURE_none,
    GESTURE_press,      /* finger down: show feedback now */
    GESTURE_tap,        /* lifted within the slop; was_long tells after how long */
    GESTURE_long_press, /* held still for INPUT_LONG_PRESS_MS */
    GESTURE_drag_start, /* left the slop */
    GESTURE_drag,       /* moved; `by` since the last one */
    GESTURE_drag_end,   /* lifted; `velocity` is the fling */
    GESTURE_cancel,
};

struct gesture {
    enum gesture_kind kind;
    struct point from;     /* where the finger came down */
    struct point at;       /* where it is */
    struct point by;       /* since the last gesture of this drag */
    struct point velocity; /* pixels per second at drag_end; 0 when it rested */
    bool was_long;         /* tap: a long press came out before */
};

enum {
    INPUT_LONG_PRESS_MS = 500,
    INPUT_REST_MS = 60, /* a finger still for this long before lifting does not fling */
    INPUT_TRACK_MAX = 8,
    INPUT_FINGERS_MAX = 10,
};

/* The recogniser; zero it to start. */
struct input {
    bool is_down, is_dragging, was_long;
    bool is_paused; /* until all fingers are lifted */
    int64_t finger;
    int64_t down_at_ms;
    struct point from, at;
    struct {
        int64_t at_ms;
        struct point at;
    } track[INPUT_TRACK_MAX];
    int32_t track_count;
    int64_t fingers[INPUT_FINGERS_MAX];
    int32_t finger_count;
};

/* One event in, at most one gesture out (kind none otherwise). Events other
 * than touches give none. */
struct gesture input_feed(struct input *input, const struct input_event *event, int32_t slop_px);
/* Time passes: a long press comes out when it is due. */
struct gesture input_tick(struct input *input, int64_t now_ms);
/* When input_tick may have something; INT64_MAX never. */
int64_t input_deadline_ms(const struct input *input);
