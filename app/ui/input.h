/* app/ui/input.h -- touches become gestures. Pure: instants come in with the
 * events.
 *
 * One finger owns the screen: the first one down, until it lifts. A second one
 * makes a pinch where the target asks for it, and is ignored elsewhere.
 *
 * RAIN AND PALMS. Three contacts at once are a leaning hand or water: they cancel
 * the gesture, and nothing counts until 300 ms after fewer are left. A contact of
 * a touch panel that ends within 30 ms is a drop: it cancels. When the panel is
 * looked at late, how long a contact lasted is not known: then it counts. */
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
    int32_t batch; /* touch panels: number of the look that brought it; 0: no panel, or late */
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
    GESTURE_pinch,      /* two fingers: `at` their middle, `by`, `scale_milli` */
    GESTURE_pinch_end,  /* one was lifted; the other means nothing any more */
    GESTURE_cancel,
};

struct gesture {
    enum gesture_kind kind;
    struct point from;     /* where the finger came down */
    struct point at;       /* where it is */
    struct point by;       /* since the last gesture of this drag */
    struct point velocity; /* pixels per second at drag_end; 0 when it rested */
    int32_t scale_milli;   /* pinch: distance now / distance before, in thousandths */
    bool was_long;         /* tap: a long press came out before */
};

enum {
    INPUT_LONG_PRESS_MS = 500,
    INPUT_REST_MS = 60,     /* a finger still for this long before lifting does not fling */
    INPUT_DROP_MS = 30,     /* a contact shorter than this is no finger */
    INPUT_CROWD = 3,        /* so many contacts are no fingers */
    INPUT_CROWD_MS = 300,   /* and for so long after it nothing is */
    INPUT_FORGET_MS = 5000, /* a contact whose end was lost counts no longer */
    INPUT_TRACK_MAX = 8,
    INPUT_FINGERS_MAX = 10,
};

/* What the target under the first finger asks for. */
struct input_rules {
    int32_t slop_px; /* further than this is a drag */
    bool is_ink;     /* every movement is a drag, also the first pixel */
    bool can_pinch;
};

/* The recogniser; zero it to start. */
struct input {
    bool is_down, is_dragging, is_pinching, was_long;
    int64_t quiet_until_ms; /* after a crowd */
    int64_t finger, second;
    int32_t down_batch;
    int64_t down_at_ms;
    struct point from, at, second_at;
    struct {
        int64_t at_ms;
        struct point at;
    } track[INPUT_TRACK_MAX];
    int32_t track_count;
    struct {
        int64_t finger, heard_at_ms;
    } contacts[INPUT_FINGERS_MAX];
    int32_t contact_count;
};

/* One event in, at most one gesture out (kind none otherwise). Events other
 * than touches give none. `rules` are those of what lies under the first finger;
 * for the event that puts it down, under that event. */
struct gesture input_feed(struct input *input, const struct input_event *event,
                          const struct input_rules *rules);
/* Time passes: a long press comes out when it is due. */
struct gesture input_tick(struct input *input, int64_t now_ms);
/* When input_tick may have something; INT64_MAX never. */
int64_t input_deadline_ms(const struct input *input);
