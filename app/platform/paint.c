#include "app/platform/paint.h"

#include <string.h>
#include <wchar.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint32_t), "a pixel is filled as a wide character");

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* pixel loops become vector loops; clang does that at -O2 */
#endif
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
/* Chosen when the program starts. */
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif

static uint32_t *pixel_at(const struct raster_target *target, int32_t x, int32_t y)
{
    return target->pixels + (size_t)y * (size_t)target->pitch_px + (size_t)x;
}

/* (a × b) / 255 rounded, for both at most 255. */
static uint32_t scaled(uint32_t a, uint32_t b)
{
    uint32_t product = a * b + 128;
    return (product + (product >> 8)) >> 8;
}

static inline uint32_t blended(uint32_t below, uint32_t color, uint32_t alpha)
{
    uint32_t rest = 255 - alpha;
    uint32_t rb = (color & 0xFF00FF) * alpha + (below & 0xFF00FF) * rest + 0x800080;
    rb = (rb + (rb >> 8 & 0xFF00FF)) >> 8 & 0xFF00FF;
    uint32_t g = (color >> 8 & 0xFF) * alpha + (below >> 8 & 0xFF) * rest + 0x80;
    g = (g + (g >> 8)) >> 8 & 0xFF;
    return rb | g << 8;
}

static inline void blend(uint32_t *pixel, uint32_t color, uint32_t alpha)
{
    *pixel = blended(*pixel, color, alpha);
}

/* Loops over pixels, in the widest steps the machine has; all give the same
 * numbers. */
WIDE static void even_blend(uint32_t *pixels, int32_t count, uint32_t color, uint32_t alpha)
{
    for (int32_t i = 0; i < count; i++) {
        pixels[i] = blended(pixels[i], color, alpha);
    }
}

WIDE static void covers_blend(uint32_t *pixels, const uint8_t *covers, int32_t count,
                              uint32_t color, uint32_t alpha)
{
    for (int32_t i = 0; i < count; i++) {
        pixels[i] = blended(pixels[i], color, scaled(alpha, covers[i]));
    }
}

static void span_fill(const struct raster_target *target, int32_t x, int32_t end, int32_t y,
                      uint32_t color)
{
    uint32_t alpha = color >> 24;
    if (x >= end) {
        return;
    }
    uint32_t *pixel = pixel_at(target, x, y);
    if (alpha != 255) {
        even_blend(pixel, end - x, color, alpha);
        return;
    }
    /* Most of a picture is plain: the C library fills at twice the speed of a loop in 16-byte
     * steps, and short spans do not miss what calling it costs. */
    (void)wmemset((wchar_t *)pixel, (wchar_t)(color & 0xFFFFFF), (size_t)(end - x));
}

static void fill_draw(struct paint *paint, const struct raster_target *target,
                      const struct draw_command *command, struct rect clip)
{
    struct rect rect = command->rect;
    struct rect seen = geom_meet(rect, clip);
    int32_t r = command->radius;
    uint32_t alpha = command->color >> 24;
    const struct mask_corner *corner = r > 0 ? mask_corner(&paint->masks, r) : NULL;
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        int32_t x = seen.x;
        int32_t end = seen.x + seen.w;
        bool is_corner_row = r > 0 && (y < rect.y + r || y >= rect.y + rect.h - r);
        if (!is_corner_row) {
            span_fill(target, x, end, y, command->color);
            continue;
        }
        for (; x < end && x < rect.x + r; x++) {
            blend(pixel_at(target, x, y), command->color,
                  scaled(alpha, mask_rounded(corner, rect, x - rect.x, y - rect.y)));
        }
        int32_t middle_end = rect.x + rect.w - r < end ? rect.x + rect.w - r : end;
        if (x < middle_end) {
            span_fill(target, x, middle_end, y, command->color);
            x = middle_end;
        }
        for (; x < end; x++) {
            blend(pixel_at(target, x, y), command->color,
                  scaled(alpha, mask_rounded(corner, rect, x - rect.x, y - rect.y)));
        }
    }
}

static void border_draw(struct paint *paint, const struct raster_target *target,
                        const struct draw_command *command, struct rect clip)
{
    struct rect rect = command->rect;
    struct rect hole = geom_inset(rect, command->width);
    struct rect seen = geom_meet(rect, clip);
    int32_t r = command->radius;
    int32_t hole_r = r > command->width ? r - command->width : 0;
    uint32_t alpha = command->color >> 24;
    const struct mask_corner *outer = mask_corner(&paint->masks, r);
    const struct mask_corner *inner = mask_corner(&paint->masks, hole_r);
    int32_t edge = r > command->width ? r : command->width;
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        bool is_edge_row = y < rect.y + edge || y >= rect.y + rect.h - edge;
        for (int32_t x = seen.x; x < seen.x + seen.w; x++) {
            if (!is_edge_row && x >= rect.x + edge && x < rect.x + rect.w - edge) {
                x = rect.x + rect.w - edge - 1; /* over the hole */
                continue;
            }
            uint32_t cover = mask_rounded(outer, rect, x - rect.x, y - rect.y);
            if (geom_has(hole, (struct point){x, y})) {
                cover = scaled(cover, 255 - mask_rounded(inner, hole, x - hole.x, y - hole.y));
            }
            if (cover != 0) {
                blend(pixel_at(target, x, y), command->color, scaled(alpha, cover));
            }
        }
    }
}

/* Where a pixel of a line of `length` lies in a mask line of `side`. */
static int32_t slice(int32_t at, int32_t length, int32_t edge, int32_t side)
{
    int32_t near = edge < length / 2 ? edge : length / 2;
    if (at < near) {
        return at;
    }
    return at >= length - near ? side - (length - at) : edge;
}

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* One row from `x` to `end`: the edges as the mask says, between them it is one
 * value. */
static void shadow_span(const struct raster_target *target, const struct mask_blur *blur,
                        struct rect outer, int32_t y, int32_t x, int32_t end, uint32_t color)
{
    const uint8_t *row =
        blur->coverage +
        (size_t)slice(y - outer.y, outer.h, blur->edge, blur->side) * (size_t)blur->side;
    uint32_t alpha = color >> 24;
    int32_t near = least(blur->edge, outer.w / 2);
    int32_t even = outer.x + near;
    int32_t even_end = outer.x + outer.w - near;
    if (x < even && x < end) {
        covers_blend(pixel_at(target, x, y), row + (x - outer.x), least(even, end) - x, color,
                     alpha);
        x = least(even, end);
    }
    if (x < even_end && x < end) {
        uint32_t cover = scaled(alpha, row[blur->edge]);
        if (cover != 0) {
            span_fill(target, x, least(even_end, end), y, (color & 0xFFFFFF) | cover << 24);
        }
        x = least(even_end, end);
    }
    if (x < end) {
        covers_blend(pixel_at(target, x, y), row + blur->side - (outer.x + outer.w - x), end - x,
                     color, alpha);
    }
}

static void shadow_draw(struct paint *paint, const struct raster_target *target,
                        const struct draw_command *command, struct rect clip)
{
    const struct mask_blur *blur = mask_blur(&paint->masks, command->radius, command->width);
    struct rect rect = command->rect;
    struct rect outer = geom_inset(rect, -command->width);
    struct rect seen = geom_meet(outer, clip);
    int32_t r = command->radius;
    /* What casts the shadow lies at most half the blur higher and hides it. */
    int32_t hidden_end = rect.y + rect.h - command->width / 2;
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        int32_t end = seen.x + seen.w;
        int32_t hole = end;
        int32_t hole_end = end;
        if (y >= rect.y && y < hidden_end) {
            bool is_corner_row = y < rect.y + r || y >= hidden_end - r;
            hole = is_corner_row ? rect.x + r : rect.x;
            hole_end = is_corner_row ? rect.x + rect.w - r : rect.x + rect.w;
        }
        if (hole >= hole_end) {
            shadow_span(target, blur, outer, y, seen.x, end, command->color);
            continue;
        }
        shadow_span(target, blur, outer, y, seen.x, hole < end ? hole : end, command->color);
        shadow_span(target, blur, outer, y, hole_end > seen.x ? hole_end : seen.x, end,
                    command->color);
    }
}

static void glyph_draw(const struct raster_target *target, struct glyph glyph, int32_t x0,
                       int32_t y0, uint32_t color, struct rect clip)
{
    struct rect seen = geom_meet((struct rect){x0, y0, glyph.w, glyph.h}, clip);
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        const uint8_t *row = glyph.coverage + (size_t)(y - y0) * (size_t)glyph.pitch;
        covers_blend(pixel_at(target, seen.x, y), row + (seen.x - x0), seen.w, color, color >> 24);
    }
}

static void text_draw(struct paint *paint, const struct raster_target *target,
                      const struct draw_command *command, struct rect clip)
{
    const struct text_font *font = glyphs_font(paint->glyphs);
    struct str rest = command->text;
    int64_t pen_64 = (int64_t)command->rect.x * 64;
    int32_t reach = command->style.size_px * 2;
    while (rest.size > 0) {
        uint32_t code = str_next_code(&rest);
        int32_t x = (int32_t)((pen_64 + 32) >> 6);
        if (x - reach > clip.x + clip.w) {
            return;
        }
        if (x + reach >= clip.x) {
            struct glyph glyph = glyphs_text(paint->glyphs, code, command->style);
            if (glyph.coverage != NULL) {
                glyph_draw(target, glyph, x + glyph.left, command->baseline - glyph.top,
                           command->color, clip);
            }
        }
        pen_64 += font->advance_64(font->context, code, command->style);
    }
}

static void icon_draw(struct paint *paint, const struct raster_target *target,
                      const struct draw_command *command, struct rect clip)
{
    struct glyph glyph = glyphs_icon(paint->glyphs, icon_code(command->icon), command->rect.w);
    if (glyph.coverage != NULL) {
        struct point centre = geom_centre(command->rect);
        glyph_draw(target, glyph, centre.x + glyph.left, centre.y - glyph.top, command->color,
                   clip);
    }
}

/* Whether a sample, in eighths of a pixel, is within `half` of the segment. */
static bool is_near(int64_t px, int64_t py, int64_t dx, int64_t dy, int64_t length2, int64_t half)
{
    int64_t along = px * dx + py * dy;
    if (along <= 0) {
        return px * px + py * py <= half * half;
    }
    if (along >= length2) {
        return (px - dx) * (px - dx) + (py - dy) * (py - dy) <= half * half;
    }
    int64_t cross = px * dy - py * dx;
    return cross * cross <= half * half * length2;
}

/* A segment with round ends, 4 × 4 samples a pixel. */
static void line_draw(const struct raster_target *target, const struct draw_command *command,
                      struct rect clip)
{
    struct rect seen = geom_meet(draw_bounds(command), clip);
    int64_t dx = (int64_t)command->rect.w * 8;
    int64_t dy = (int64_t)command->rect.h * 8;
    int64_t length2 = dx * dx + dy * dy;
    int64_t half = (int64_t)command->width * 4;
    uint32_t alpha = command->color >> 24;
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        int32_t from = seen.x;
        int32_t end = seen.x + seen.w;
        if (command->rect.h != 0) {
            /* Where the segment crosses this row, give or take its width and
             * slope: long slanted lines must not test their whole box. */
            int64_t reach = (int64_t)command->width + 2;
            int64_t slope = (dx < 0 ? -dx : dx) * reach / (dy < 0 ? -dy : dy) + reach;
            int64_t x = command->rect.x + (int64_t)(y - command->rect.y) * dx / dy;
            from = x - slope > from ? (int32_t)(x - slope) : from;
            end = x + slope + 1 < end ? (int32_t)(x + slope + 1) : end;
        }
        for (int32_t x = from; x < end; x++) {
            int32_t hits = 0;
            for (int32_t sample = 0; sample < 16; sample++) {
                int64_t px = (int64_t)(x - command->rect.x) * 8 + 2 * (sample % 4) - 3;
                int64_t py = (int64_t)(y - command->rect.y) * 8 + 2 * (sample / 4) - 3;
                hits += is_near(px, py, dx, dy, length2, half);
            }
            if (hits > 0) {
                blend(pixel_at(target, x, y), command->color,
                      scaled(alpha, (uint32_t)(hits * 255 + 8) / 16));
            }
        }
    }
}

/* Whole rows where nothing is stretched: what most of a map's frame is. */
static void image_draw(const struct raster_target *target, const struct draw_command *command,
                       struct rect clip)
{
    const struct draw_image *image = &command->image;
    struct rect rect = command->rect;
    struct rect seen = geom_meet(rect, clip);
    bool is_plain = rect.w == image->w && rect.h == image->h;
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        int64_t row = (int64_t)(y - rect.y) * image->h / rect.h;
        const uint32_t *from = image->pixels + row * image->pitch_px;
        uint32_t *to = pixel_at(target, seen.x, y);
        if (is_plain) {
            memcpy(to, from + (seen.x - rect.x), (size_t)seen.w * sizeof *to);
            continue;
        }
        /* 32.32 fixed point; the half step keeps the last column inside. */
        uint64_t step = ((uint64_t)image->w << 32) / (uint64_t)rect.w;
        uint64_t at = (uint64_t)(seen.x - rect.x) * step + step / 2;
        for (int32_t x = 0; x < seen.w; x++, at += step) {
            to[x] = from[at >> 32];
        }
    }
}

static void command_draw(struct paint *paint, const struct raster_target *target,
                         const struct draw_command *command, struct rect area)
{
    /* Nothing may leave its bounds: they decide which tiles are hashed. */
    struct rect clip = geom_meet(draw_bounds(command), area);
    switch (command->kind) {
    case DRAW_fill:
        fill_draw(paint, target, command, clip);
        return;
    case DRAW_border:
        border_draw(paint, target, command, clip);
        return;
    case DRAW_shadow:
        shadow_draw(paint, target, command, clip);
        return;
    case DRAW_text:
        text_draw(paint, target, command, clip);
        return;
    case DRAW_icon:
        icon_draw(paint, target, command, clip);
        return;
    case DRAW_line:
        line_draw(target, command, clip);
        return;
    case DRAW_image:
        image_draw(target, command, clip);
        return;
    }
}

/* Where the command hides all below it, whatever its corners do: a rectangle. */
static struct rect hidden_by(const struct draw_command *command)
{
    if (command->kind == DRAW_image) {
        return geom_meet(command->rect, command->clip);
    }
    if (command->kind != DRAW_fill || command->color >> 24 != 255) {
        return (struct rect){0};
    }
    struct rect rect = command->rect;
    rect.y += command->radius;
    rect.h -= 2 * command->radius;
    return geom_meet(rect, command->clip);
}

bool paint_hides(const struct draw_command *command, struct rect area)
{
    return command->kind == DRAW_fill && command->color >> 24 == 255 &&
           geom_covers(geom_meet(geom_inset(command->rect, command->radius), command->clip), area);
}

/* Nothing below it need be drawn. */
static bool is_lid(const struct draw_command *command, struct rect area)
{
    return command->kind == DRAW_image ? geom_covers(geom_meet(command->rect, command->clip), area)
                                       : paint_hides(command, area);
}

struct covers {
    struct rect items[64];
    size_t count;
};

static void row_fill(const struct raster_target *target, struct rect rows, uint32_t color)
{
    for (int32_t y = rows.y; y < rows.y + rows.h; y++) {
        span_fill(target, rows.x, rows.x + rows.w, y, color);
    }
}

/* Rows of `area` all of which have the same covers: what lies between these. */
static void gaps_fill(const struct raster_target *target, const struct covers *covers,
                      struct rect area, uint32_t color)
{
    int32_t end = area.x + area.w;
    for (int32_t x = area.x; x < end;) {
        int32_t hidden_to = x;
        int32_t free_to = end;
        for (size_t i = 0; i < covers->count; i++) {
            const struct rect *cover = &covers->items[i];
            if (area.y < cover->y || area.y >= cover->y + cover->h) {
                continue;
            }
            if (cover->x > x) {
                free_to = cover->x < free_to ? cover->x : free_to;
            } else if (cover->x + cover->w > hidden_to) {
                hidden_to = cover->x + cover->w;
            }
        }
        if (hidden_to == x) {
            row_fill(target, (struct rect){x, area.y, free_to - x, area.h}, color);
        }
        x = hidden_to > x ? hidden_to : free_to;
    }
}

/* The lowest layer, one colour all over, without the parts that something drawn
 * later hides: cards cover most of a background, a map all of it. */
static void base_draw(const struct raster_target *target, const struct draw_list *list,
                      size_t above, uint32_t color, struct rect area)
{
    enum { LEAST_PX = 96 }; /* less is not worth the asking */
    struct covers covers = {.count = 0};
    for (size_t i = above; i < list->count && covers.count < COUNT(covers.items); i++) {
        struct rect cover = geom_meet(hidden_by(&list->commands[i]), area);
        if (cover.w >= LEAST_PX && cover.h > 0) {
            covers.items[covers.count++] = cover;
        }
    }
    int32_t end = area.y + area.h;
    for (int32_t y = area.y; y < end;) {
        int32_t same_to = end;
        for (size_t i = 0; i < covers.count; i++) {
            int32_t top = covers.items[i].y;
            int32_t bottom = top + covers.items[i].h;
            same_to = top > y && top < same_to         ? top
                      : bottom > y && bottom < same_to ? bottom
                                                       : same_to;
        }
        gaps_fill(target, &covers, (struct rect){area.x, y, area.w, same_to - y}, color);
        y = same_to;
    }
}

void paint_area(struct paint *paint, const struct raster_target *target,
                const struct draw_list *list, struct rect area)
{
    size_t first = list->count;
    while (first > 0 && !is_lid(&list->commands[first - 1], area)) {
        first--;
    }
    if (first > 0 && list->commands[first - 1].kind == DRAW_image) {
        first--;
    } else {
        base_draw(target, list, first, first > 0 ? list->commands[first - 1].color : 0xFF000000U,
                  area);
    }
    for (size_t i = first; i < list->count; i++) {
        if (geom_overlaps(draw_bounds(&list->commands[i]), area)) {
            command_draw(paint, target, &list->commands[i], area);
        }
    }
}
