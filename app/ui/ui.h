/* app/ui/ui.h -- the toolkit's context: build a tree of boxes each frame, get
 * answers back, draw it. Pure: no clock, no screen, no domain word.
 *
 * READING ORDER
 *   1. this file: frames, boxes, texts, identity, gestures
 *   2. widgets.h: the list of widgets; each widget_x.h is one page
 *   3. theme.h for colours and type sizes, icon.h for icons
 *   4. tests/app/ui/example_screen.h: one whole screen as a screen writes it
 *   5. only to extend the toolkit: ui_private.h, draw.h, text.h, input.h
 *
 * ONE FRAME
 *   ui_begin(ui, &frame);
 *   ui_open(ui, "root", &(struct ui_box){.w = UI_FILL, .h = UI_FILL});
 *       widget_top_bar(...);
 *       ui_open(ui, "body", &(struct ui_box){.w = UI_FILL, .h = UI_FILL, .scrolls = true,
 *                                            .pad = 16, .gap = 12});
 *           ui_text(ui, TYPE_title, COLOR_ink, "...");
 *           if (widget_button(ui, "go", &(struct widget_button){.label = "..."})) { act }
 *       ui_close(ui);
 *       widget_keyboard(...);          last in the root, shows itself when needed
 *   ui_close(ui);
 *   ui_end(ui);
 *
 * A widget's answer is about what the person saw and touched, the frame before.
 * At most one tap is answered in a frame; when ui_wants_frame is true after
 * ui_end, build the next frame at once (more input is waiting, or an answer may
 * have changed the state shown above the widget that gave it). Building a
 * frame has no cost on screen when nothing changed, so "draw everything".
 *
 * KEYS name nodes: "visit:123/call". A key is unique in its frame (ui_lint
 * reports doubles); it carries scroll offset, focus and touch from frame to
 * frame and is what a touch script names with #. A node without touch, scroll
 * or kept state may have the key NULL.
 *
 * TEXTS and keys are NUL-ended UTF-8 and are copied, so they may be temporary. */
#pragma once

#include "app/ui/draw.h"
#include "app/ui/geom.h"
#include "app/ui/icon.h"
#include "app/ui/input.h"
#include "app/ui/text.h"
#include "app/ui/theme.h"

struct ui;

/* ---- frames ---- */

struct ui_frame {
    int64_t now_ms;            /* monotonic; the same clock as input_event.at_ms */
    const struct theme *theme; /* borrowed until the next ui_begin; its options give the size */
};

/* A context whose frames measure with `font` (both kept). Lives in `program`;
 * no allocation happens in a frame once the frame arenas have grown to size. */
struct ui *ui_make(struct arena *program, const struct text_font *font) MUST_USE;
/* Frees the frame arenas. */
void ui_deinit(struct ui *ui);

/* Queues one event for the coming frames. The oldest move is dropped when more
 * than 256 wait, never a down, up, text or key. */
void ui_feed(struct ui *ui, const struct input_event *event);

void ui_begin(struct ui *ui, const struct ui_frame *frame);
/* Lays out, draws, and fills the semantic list. CHECKs that every ui_open was
 * closed. */
void ui_end(struct ui *ui);
/* Build another frame at once. */
bool ui_wants_frame(const struct ui *ui);
/* Monotonic instant at which the next frame is needed without input (a fling
 * moves, a toast ends); INT64_MAX: none, the program may sleep. */
int64_t ui_deadline_ms(const struct ui *ui);
/* Monotonic instant of the last event that was fed; 0: none yet. */
int64_t ui_touched_at_ms(const struct ui *ui);
/* The last frame's pictures; valid until the next but one ui_begin. */
const struct draw_list *ui_draw_list(const struct ui *ui);

const struct theme *ui_theme(const struct ui *ui);
int64_t ui_now_ms(const struct ui *ui);
/* For measuring with text.h; rarely needed outside widgets. */
const struct text_font *ui_font(const struct ui *ui);
/* Width of a text in a type, in pixels. */
int32_t ui_text_px(const struct ui *ui, enum type type, const char *text);
/* The arena of the frame being built, for texts of this frame. */
struct arena *ui_arena(struct ui *ui);
/* printf into that arena: keys such as ui_format(ui, "visit:%d/call", id). */
const char *ui_format(struct ui *ui, const char *format, ...) PRINTF_LIKE(2, 3);

/* ---- boxes ---- */

enum ui_unit { UI_UNIT_hug, UI_UNIT_fill, UI_UNIT_dp, UI_UNIT_mm, UI_UNIT_px };
struct ui_size {
    enum ui_unit unit;
    int32_t value; /* fill: weight, 0 counts as 1 */
};
#define UI_HUG ((struct ui_size){UI_UNIT_hug, 0})   /* as large as the content: the default */
#define UI_FILL ((struct ui_size){UI_UNIT_fill, 1}) /* the rest, shared by weight */
#define UI_FILL_BY(weight) ((struct ui_size){UI_UNIT_fill, (weight)})
#define UI_DP(dp) ((struct ui_size){UI_UNIT_dp, (dp)})
#define UI_MM(mm) ((struct ui_size){UI_UNIT_mm, (mm)})
#define UI_PX(px) ((struct ui_size){UI_UNIT_px, (px)})

enum ui_flow {
    UI_column, /* the default: children below each other */
    UI_row,    /* beside each other; too wide: texts in it shrink first */
    UI_stack,  /* over each other */
    UI_grid,   /* equal columns; rows as high as their highest cell */
    UI_wrap,   /* a row that continues on the next line: chips */
};

/* UI_spread (along only): the room left goes between the children, in a wrap
 * those of one line. UI_stretch (across only): children are as wide or high as
 * the room. */
enum ui_align { UI_start, UI_centre, UI_end_side, UI_spread, UI_stretch };

/* What a node is to a person, a script and the linter. */
enum ui_role {
    UI_ROLE_none,
    UI_ROLE_text,
    UI_ROLE_heading,
    UI_ROLE_image,
    UI_ROLE_status,
    UI_ROLE_progress,
    UI_ROLE_group,
    UI_ROLE_list,
    UI_ROLE_dialog,
    UI_ROLE_button,
    UI_ROLE_key,    /* of a keypad: key_mm, unless it is a letter key */
    UI_ROLE_choice, /* one of several */
    UI_ROLE_check,  /* on or off */
    UI_ROLE_tab,
    UI_ROLE_row,
    UI_ROLE_field,
    UI_ROLE_COUNT
};

/* Lengths without a unit are dp. Zero is a sensible default everywhere. */
struct ui_box {
    enum ui_flow flow;
    struct ui_size w, h;
    int32_t w_min_mm, h_min_mm; /* floors, for targets */
    int32_t w_max, h_max;       /* ceilings; 0 none */
    int32_t pad;                /* on all sides */
    int32_t pad_x, pad_y;       /* added to pad */
    int32_t gap;                /* between children, also between wrapped lines */
    int32_t columns;            /* grid: number of columns; 0: as many as fit cell_mm */
    int32_t cell_mm;            /* grid: narrowest cell when columns is 0 */
    enum ui_align along;        /* children on the flow's axis (stack: horizontally) */
    enum ui_align across;       /* children on the other axis (stack: vertically) */

    enum color fill;
    enum color border;
    int32_t border_width; /* 0: 1 when a border colour is given */
    int32_t radius;
    bool has_shadow; /* needs a fill; in sunlight a 2 dp border instead */

    bool folds;   /* a row too narrow for what is in it: its children stand below each other */
    bool scrolls; /* vertically, when the content is higher than the box; needs a key */

    /* Meaning; see enum ui_role. */
    enum ui_role role;
    const char *name;   /* NULL: the texts inside, joined by a space */
    const char *value;  /* state in words or digits; may be NULL */
    bool is_action;     /* can be tapped: needs a key, a name and target size */
    bool is_primary;    /* the one main action of the screen: key_mm high */
    bool is_letter_key; /* a key of the letter keyboard: target_mm suffices */
    bool is_disabled;
    bool is_selected;
    bool wants_long;  /* ui_is_long_pressed is asked; else a slow tap is a tap */
    bool wants_drag;  /* drags that start here go to ui_drag, not to a scroll region */
    bool wants_swipe; /* horizontal drags that start here do; vertical ones scroll */
    bool wants_ink;   /* with wants_drag: a drag from the first pixel on, a tap is one too */
    bool wants_pinch; /* two fingers here go to ui_pinch */
};

/* Opens a box; what follows until ui_close is inside. `key` may be NULL when
 * the box has no touch, scroll or state. `box` is copied; NULL: all defaults. */
void ui_open(struct ui *ui, const char *key, const struct ui_box *box);
void ui_close(struct ui *ui);

/* Opens a layer over everything built so far, as large as the screen; close it
 * with ui_close. A modal layer takes all touches; its children are its own
 * affair (widget_dialog, widget_toast use this). `box` as for ui_open, w and h
 * ignored. */
void ui_open_layer(struct ui *ui, const char *key, bool is_modal, const struct ui_box *box);

/* ---- leaves ---- */

struct ui_text {
    enum type type;
    enum color color; /* 0: ink */
    enum text_cut cut;
    int32_t lines_max; /* see text_break */
    /* Not cut but set smaller, as lines in this height, while that leaves it readable: for a
     * title, whose words are few and are all needed. 0: cut. In pixels. */
    int32_t shrinks_into_px;
    enum ui_align align;
    struct ui_size w;
    enum ui_role role; /* 0: text; TYPE_title: heading */
    bool breaks;       /* where room is short even a short word may be broken */
    bool is_bold;      /* bold although the type is not */
};

/* Wrapped text in the given type and colour, as wide as it needs and may. */
void ui_text(struct ui *ui, enum type type, enum color color, const char *text);
/* The same with every choice. */
void ui_text_with(struct ui *ui, const struct ui_text *how, const char *text);
/* Square of `dp`, multiplied by the text setting. */
void ui_icon(struct ui *ui, enum icon icon, int32_t dp, enum color color);
/* Empty room along the parent's flow. */
void ui_space(struct ui *ui, struct ui_size size);
/* Hairline across a column. */
void ui_divider(struct ui *ui);
/* A line inside the box being open, in pixels from its top left corner, drawn
 * over what the box holds so far: charts, signatures, maps. */
void ui_stroke(struct ui *ui, struct point from, struct point to, int32_t width_px,
               enum color color);

/* ---- gestures, by key, about the frame the person saw ---- */

bool ui_is_tapped(const struct ui *ui, const char *key);
/* Where the tap was, in pixels from the node's top left corner. */
struct point ui_tap_at(const struct ui *ui, const char *key);
bool ui_is_long_pressed(const struct ui *ui, const char *key);
/* The finger is on it now and has not moved away. */
bool ui_is_pressed(const struct ui *ui, const char *key);

struct ui_drag {
    bool is_active;        /* the finger is down and dragging */
    bool is_done;          /* it was lifted since the last frame */
    struct point from, at; /* pixels from the node's top left corner */
    struct point by;       /* moved since the last frame */
};
/* For nodes with wants_drag or wants_swipe. */
struct ui_drag ui_drag(const struct ui *ui, const char *key);
/* Every position of that drag since the last frame, oldest first, relative to
 * the node: strokes of a signature. Lives for the frame. */
size_t ui_drag_path(const struct ui *ui, const char *key, const struct point **points_out);

struct ui_pinch {
    bool is_active;
    struct point at;     /* middle of the fingers, from the node's top left corner */
    struct point by;     /* it moved so much since the last frame */
    int32_t scale_milli; /* and the fingers went apart: 1000 as before, 2000 twice as far */
};
/* For nodes with wants_pinch. Buttons for larger and smaller stand beside it. */
struct ui_pinch ui_pinch(const struct ui *ui, const char *key);
/* A finger came down on it and is still down, whatever it does there. */
bool ui_is_touched(const struct ui *ui, const char *key);

/* Where a node was in the last frame; all zero when it was not there. */
struct rect ui_rect(const struct ui *ui, const char *key);
/* The back key was pressed and nobody took it; asking takes it. A top bar with
 * a back button and a dialog ask by themselves. */
bool ui_take_back(struct ui *ui);

/* ---- kept between frames ---- */

/* Four numbers kept under `key`, zero at first. Forgotten when 256 other keys
 * (scroll regions count) were used more recently. Valid until the next call. */
int64_t *ui_keep(struct ui *ui, const char *key);
/* Scroll offset of a box with `scrolls`, in pixels from the top. */
int32_t ui_scroll_px(const struct ui *ui, const char *key);
void ui_scroll_to(struct ui *ui, const char *key, int32_t offset_px);

/* ---- focus and typing ---- */

bool ui_has_focus(const struct ui *ui, const char *key);
/* NULL: nobody. The focused node is scrolled into view. */
void ui_focus(struct ui *ui, const char *key);
/* A field has focus: the window turns the system input method on. */
bool ui_wants_text(const struct ui *ui);
struct rect ui_focus_rect(const struct ui *ui);
/* Typed since the last frame, for the focused widget: the next event, or false.
 * `kind` is INPUT_text or INPUT_key. */
bool ui_next_typed(struct ui *ui, struct input_event *typed_out);
/* What an on-screen keyboard types. */
void ui_type_text(struct ui *ui, const char *text);
void ui_type_key(struct ui *ui, enum input_key key);
/* Asks for a frame at `at_ms` at the latest (monotonic). */
void ui_wake_at(struct ui *ui, int64_t at_ms);

/* ---- meaning of the last finished frame ---- */

struct ui_semantic {
    enum ui_role role;
    const char *key;     /* "" when it has none */
    const char *name;    /* "" when it has none */
    const char *value;   /* "" when it has none */
    struct rect rect;    /* whole, pixels */
    struct rect visible; /* inside every clip around it */
    int32_t parent;      /* index of the nearest node around it, -1 none */
    int32_t scroll;      /* index of the scroll region around it, -1 none */
    int32_t layer;       /* 0, or the number of the layer it is on */
    /* What can be done with it: a tap, and ... */
    bool is_action, can_long, can_drag, can_swipe, can_pinch;
    bool is_primary, is_letter_key, is_disabled, is_selected, is_focused;
    bool is_scroll;  /* a scroll region */
    bool is_covered; /* under a modal layer */
    bool was_cut;    /* a text not shown whole, by its author's choice (…) */
    bool is_clipped; /* a text cut off without a … */
};

/* In tree order; lives as long as ui_draw_list. */
const struct ui_semantic *ui_semantics(const struct ui *ui, size_t *count_out);
/* "button", "text" ... */
const char *ui_role_name(enum ui_role role);
/* The tree as text, one line per node, for scripts and goldens. */
char *ui_semantic_dump(struct arena *arena, const struct ui *ui);
