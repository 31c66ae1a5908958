/* app/ui/draw.h -- the draw list: what a frame looks like, as values. Pure.
 *
 * Commands are in painter's order. Each carries the clip in force when it was
 * added, so a renderer may take any subset whose rectangles meet a tile.
 * Lives in a frame arena; texts are borrowed from the same frame. */
#pragma once

#include "app/ui/geom.h"
#include "app/ui/icon.h"
#include "app/ui/text.h"

enum draw_kind {
    DRAW_fill,   /* rect, radius, color */
    DRAW_border, /* rect, radius, width, color: inside the rect */
    DRAW_shadow, /* rect, radius, width = blur, color: see draw_shadow */
    DRAW_text,   /* rect = line box, text, style, baseline */
    DRAW_icon,   /* rect = square, icon */
    DRAW_line,   /* from (x, y) to (x + w, y + h), width; w and h may be negative */
    DRAW_image,  /* rect, image: stretched to it, opaque */
};

/* Pixels 0xFFRRGGBB, borrowed until the next but one frame. A renderer takes equal names for
 * equal pixels. */
struct draw_image {
    const uint32_t *pixels;
    int32_t w, h, pitch_px;
    uint64_t name;
};

struct draw_command {
    enum draw_kind kind;
    struct rect rect;
    struct rect clip;
    uint32_t color;
    int32_t radius;
    int32_t width;
    struct str text;
    struct text_style style;
    int32_t baseline; /* absolute y */
    enum icon icon;
    struct draw_image image;
};

/* The commands first..end-1 lie on a page of which `view` shows a part: `offset`
 * pixels of it are above. When nothing but the offset changes, a renderer may
 * move pixels instead of drawing them. */
struct draw_scroll {
    uint64_t id;
    struct rect view; /* what is seen of it; every command's clip is inside */
    int32_t offset;
    size_t first, end;
};

enum { DRAW_CLIPS_MAX = 32, DRAW_SCROLLS_MAX = 8 };

struct draw_list {
    struct arena *arena;
    struct draw_command *commands;
    size_t count;
    size_t capacity;
    struct rect clips[DRAW_CLIPS_MAX];
    int32_t clip_count;
    struct draw_scroll scrolls[DRAW_SCROLLS_MAX]; /* none inside another */
    int32_t scroll_count, scroll_depth;
};

/* Starts an empty list clipped to `screen`. */
void draw_begin(struct draw_list *list, struct arena *arena, struct rect screen);
/* Narrows the clip until the matching pop. CHECKs the depth. */
void draw_clip_push(struct draw_list *list, struct rect clip);
void draw_clip_pop(struct draw_list *list);
struct rect draw_clip(const struct draw_list *list);

/* A clip whose content is scrolled by `offset`, CHECKed not negative. One inside another, and more
 * than DRAW_SCROLLS_MAX, are plain clips. */
void draw_scroll_push(struct draw_list *list, uint64_t id, struct rect view, int32_t offset);
void draw_scroll_pop(struct draw_list *list);

/* Each adds one command, or none when it is fully transparent or outside the
 * clip. A radius is limited to half the shorter side. */
void draw_fill(struct draw_list *list, struct rect rect, int32_t radius, uint32_t color);
void draw_border(struct draw_list *list, struct rect rect, int32_t radius, int32_t width,
                 uint32_t color);
/* Soft, around `rect`. Cast by a rectangle of the same size and radius that is
 * drawn next, up to half the blur higher: what that hides is left out. */
void draw_shadow(struct draw_list *list, struct rect rect, int32_t radius, int32_t blur,
                 uint32_t color);
void draw_text(struct draw_list *list, struct rect line, int32_t baseline, struct str text,
               struct text_style style, uint32_t color);
void draw_icon(struct draw_list *list, struct rect square, enum icon icon, uint32_t color);
void draw_line(struct draw_list *list, struct point from, struct point to, int32_t width,
               uint32_t color);
/* The nearest pixel where it is stretched; none is mixed. */
void draw_image(struct draw_list *list, struct rect rect, const struct draw_image *image);

/* The pixels a command may touch, its clip applied. */
struct rect draw_bounds(const struct draw_command *command);

/* One line per command, for goldens:
 *   text 24,96 312x28 base 118 20b #14181F "..." clip 0,0 1280x800
 * Lives in `arena`. */
char *draw_dump(struct arena *arena, const struct draw_list *list);
