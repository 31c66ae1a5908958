/* app/ui/ui_private.h -- what the files ui*.c share. Nobody else includes it. */
#pragma once

#include "app/ui/text_memo.h"
#include "app/ui/ui.h"

enum {
    UI_DEPTH_MAX = 48,
    UI_QUEUE_MAX = 256,
    UI_TYPED_MAX = 32,
    UI_KEPT_MAX = 256,
    UI_PATH_MAX = 256,
    UI_ARENA_SIZE = 256 * 1024,
};

/* Drawn by ui_stroke and ui_art, its places relative to the box. */
struct ui_art_item {
    struct ui_art_item *next;
    struct draw_command command;
    bool is_clipped; /* by the box */
};

/* One box or leaf of the frame being built; lengths in pixels. */
struct ui_node {
    struct ui_node *parent, *first, *last, *next;
    const char *key; /* NULL none */
    uint64_t id;     /* 0 none */
    struct ui_box box;
    int32_t layer;
    bool is_layer_root, is_modal;

    /* resolved wishes */
    struct {
        enum ui_unit unit;
        int32_t value; /* pixels, or weight */
    } w, h;
    int32_t w_min, h_min, w_max, h_max; /* max: INT32_MAX none */
    int32_t pad_x, pad_y, gap, cell;

    /* leaves */
    struct str text;
    struct text_style style;
    int32_t line_px;
    struct ui_text how;
    struct text_measured measured;
    uint32_t text_color;
    struct text_layout lines;
    enum icon icon;
    struct ui_art_item *art, *art_last;

    /* results */
    int32_t w_least, w_hug, h_hug;
    int32_t w_row_least; /* of a row's children side by side */
    int32_t content_h;
    int32_t columns;
    int32_t scroll_px;
    struct rect rect;
};

struct ui_kept {
    uint64_t id;
    int64_t used_at; /* frame number */
    int64_t number[4];
    int64_t scroll_milli; /* thousandths of a pixel */
    int64_t fling;        /* pixels per second; 0 at rest */
    int64_t fling_at_ms;
};

/* What one finished frame left behind. */
struct ui_page {
    struct arena arena;
    struct draw_list draw;
    struct ui_semantic *semantics;
    uint64_t *ids;       /* of each semantic */
    bool *takes_ink;     /* wants_ink of each semantic */
    bool *is_shield;     /* top box of a layer: touches do not fall through */
    int32_t *scroll_top; /* scroll regions: largest offset */
    size_t count, capacity;
    int32_t modal_layer; /* topmost modal layer, 0 none */
    size_t modal_first;  /* first semantic of that layer */
    int32_t layer_count;
};

struct ui {
    struct text_font font;
    struct text_memo memo;
    struct ui_page pages[2];
    int32_t at; /* index of the page being built or last finished */
    bool is_building;
    int64_t frame; /* number of the frame */
    struct ui_frame now;

    /* tree being built */
    struct ui_node *root;
    struct ui_node *open;
    struct ui_node *stack[UI_DEPTH_MAX];
    int32_t depth;
    int32_t layer_count;
    size_t node_count;

    /* input */
    struct input_event queue[UI_QUEUE_MAX];
    int32_t queue_count;
    int64_t touched_at_ms;
    struct input input;
    struct input_rules rules;
    uint64_t press_id, drag_id, scroll_id, pinch_id; /* targets of the finger that is down */
    struct rect drag_rect;
    bool is_press_lit;
    /* answers of this frame */
    uint64_t tap_id, long_id, drag_done_id;
    struct point tap_at;
    struct point drag_from, drag_at, drag_by;
    struct point pinch_at, pinch_by;
    int32_t pinch_milli;
    struct point path[UI_PATH_MAX];
    size_t path_count;
    struct input_event typed[UI_TYPED_MAX];
    int32_t typed_count, typed_at;
    bool has_back, was_answered;

    uint64_t focus_id;
    int32_t reveal_frames;
    bool wants_frame;
    int64_t wake_at_ms;

    struct ui_kept kept[UI_KEPT_MAX];
    int32_t kept_count;
};

uint64_t ui_id(const char *key); /* 0 for NULL and "" */
struct ui_page *ui_page(const struct ui *ui);
struct ui_page *ui_page_before(const struct ui *ui);
struct ui_kept *ui_kept(struct ui *ui, uint64_t id);
/* NULL when nothing is kept. */
const struct ui_kept *ui_kept_find(const struct ui *ui, uint64_t id);
/* Index in the page before, or -1. */
int32_t ui_page_find(const struct ui_page *page, uint64_t id);

/* ui.c: adds to what the open box shows over its content. */
void ui_art_add(struct ui *ui, const struct ui_art_item *item);

/* ui_gesture.c: takes events from the queue until one is answered. */
void ui_gesture_take(struct ui *ui);
/* Moves a scroll region by thousandths of a pixel, as far as it goes. */
void ui_gesture_scroll(struct ui *ui, uint64_t id, int64_t by_milli);

/* ui_motion.c: moves what is flung; returns true while something still moves. */
bool ui_motion_fling(struct ui *ui);

/* The ring that grows around a finger held on something with wants_long: its
 * diameter now, 0 none; and when it changes next, INT64_MAX never. */
int32_t ui_motion_ring_px(const struct ui *ui);
int64_t ui_motion_ring_at_ms(const struct ui *ui);

/* ui_press.c: what lies under the finger, below what it holds and over it. Draw nothing for
 * any other node. */
void ui_press_tint(const struct ui *ui, struct draw_list *list, const struct ui_node *node);
void ui_press_frame(const struct ui *ui, struct draw_list *list, const struct ui_node *node);

/* ui_layout.c: fills rect, scroll_px and lines of every node. */
void ui_layout(struct ui *ui, struct arena *arena, struct ui_node *root);

/* ui_paint.c: draw list and semantics of a laid out tree. */
void ui_paint(struct ui *ui, struct ui_page *page, struct ui_node *root);
