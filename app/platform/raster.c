#include "app/platform/raster.h"

#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("O3") /* pixel loops become vector loops; clang does that at -O2 */
#endif

/* Coverage of the top left quarter of a disc of `radius`, radius × radius. */
struct corner {
    struct corner *next;
    int32_t radius;
    uint8_t coverage[];
};

/* A blurred rounded square; its middle row and column stand for every row and
 * column between the corners. */
struct blur {
    struct blur *next;
    int32_t radius, width, edge, side;
    uint8_t coverage[];
};

struct raster {
    struct arena *arena;
    struct glyphs *glyphs;
    struct corner *corners;
    struct blur *blurs;
    uint64_t *hashes, *before;
    struct rect *dirty;
    int32_t columns, rows, capacity;
    int32_t width, height;
    bool is_known;
    int32_t drawn;
};

struct raster *raster_make(struct arena *program, struct glyphs *glyphs)
{
    struct raster *raster = ARENA_NEW(program, struct raster);
    raster->arena = program;
    raster->glyphs = glyphs;
    return raster;
}

void raster_forget(struct raster *raster)
{
    raster->is_known = false;
}

void raster_figures(const struct raster *raster, int32_t *drawn_out, int32_t *all_out)
{
    *drawn_out = raster->drawn;
    *all_out = raster->columns * raster->rows;
}

/* ---- masks ---- */

static const struct corner *corner_get(struct raster *raster, int32_t radius)
{
    for (const struct corner *corner = raster->corners; corner != NULL; corner = corner->next) {
        if (corner->radius == radius) {
            return corner;
        }
    }
    size_t size = (size_t)radius * (size_t)radius;
    struct corner *corner = arena_alloc(raster->arena, sizeof *corner + size);
    corner->radius = radius;
    corner->next = raster->corners;
    raster->corners = corner;
    /* 8 × 8 samples a pixel, in sixteenths of a pixel. */
    int64_t r16 = (int64_t)radius * 16;
    for (int32_t y = 0; y < radius; y++) {
        for (int32_t x = 0; x < radius; x++) {
            int32_t hits = 0;
            for (int32_t sample = 0; sample < 64; sample++) {
                int64_t dx = r16 - (16 * x + 2 * (sample % 8) + 1);
                int64_t dy = r16 - (16 * y + 2 * (sample / 8) + 1);
                hits += dx * dx + dy * dy <= r16 * r16;
            }
            corner->coverage[(size_t)y * (size_t)radius + (size_t)x] =
                (uint8_t)((hits * 255 + 32) / 64);
        }
    }
    return corner;
}

/* Coverage of a pixel of a rounded rectangle, `x`, `y` from its corner. */
static uint32_t rounded_at(const struct corner *corner, struct rect rect, int32_t x, int32_t y)
{
    int32_t r = corner->radius;
    int32_t cx = x < r ? x : x >= rect.w - r ? rect.w - 1 - x : -1;
    int32_t cy = y < r ? y : y >= rect.h - r ? rect.h - 1 - y : -1;
    return cx < 0 || cy < 0 ? 255U : corner->coverage[(size_t)cy * (size_t)r + (size_t)cx];
}

/* One box pass of `reach` pixels to each side along a line of `count` items
 * `step` apart. */
static void box_pass(uint8_t *line, uint8_t *copy, int32_t count, size_t step, int32_t reach)
{
    for (int32_t i = 0; i < count; i++) {
        copy[i] = line[(size_t)i * step];
    }
    int32_t span = 2 * reach + 1;
    int32_t sum = 0;
    for (int32_t i = -reach; i < count; i++) {
        sum += i + reach < count ? copy[i + reach] : 0;
        sum -= i - reach - 1 >= 0 ? copy[i - reach - 1] : 0;
        if (i >= 0) {
            line[(size_t)i * step] = (uint8_t)((sum + span / 2) / span);
        }
    }
}

static const struct blur *blur_get(struct raster *raster, int32_t radius, int32_t width)
{
    for (const struct blur *blur = raster->blurs; blur != NULL; blur = blur->next) {
        if (blur->radius == radius && blur->width == width) {
            return blur;
        }
    }
    int32_t edge = 2 * width + radius;
    int32_t side = 2 * edge + 1;
    size_t size = (size_t)side * (size_t)side;
    struct blur *blur = arena_alloc(raster->arena, sizeof *blur + size);
    *blur = (struct blur){
        .next = raster->blurs, .radius = radius, .width = width, .edge = edge, .side = side};
    raster->blurs = blur;
    struct rect rect = {0, 0, side - 2 * width, side - 2 * width};
    const struct corner *corner = corner_get(raster, radius);
    for (int32_t y = 0; y < rect.h; y++) {
        for (int32_t x = 0; x < rect.w; x++) {
            blur->coverage[(size_t)(y + width) * (size_t)side + (size_t)(x + width)] =
                (uint8_t)rounded_at(corner, rect, x, y);
        }
    }
    struct arena_mark mark = arena_mark(raster->arena);
    uint8_t *copy = arena_alloc(raster->arena, (size_t)side);
    for (int32_t pass = 0; pass < 3; pass++) { /* three boxes come close to a Gaussian */
        for (int32_t i = 0; i < side; i++) {
            box_pass(blur->coverage + (size_t)i * (size_t)side, copy, side, 1, width / 3);
        }
        for (int32_t i = 0; i < side; i++) {
            box_pass(blur->coverage + i, copy, side, (size_t)side, width / 3);
        }
    }
    arena_rollback(raster->arena, mark);
    return blur;
}

/* ---- pixels ---- */

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

static inline void blend(uint32_t *pixel, uint32_t color, uint32_t alpha)
{
    uint32_t below = *pixel;
    uint32_t rest = 255 - alpha;
    uint32_t rb = (color & 0xFF00FF) * alpha + (below & 0xFF00FF) * rest + 0x800080;
    rb = (rb + (rb >> 8 & 0xFF00FF)) >> 8 & 0xFF00FF;
    uint32_t g = (color >> 8 & 0xFF) * alpha + (below >> 8 & 0xFF) * rest + 0x80;
    g = (g + (g >> 8)) >> 8 & 0xFF;
    *pixel = rb | g << 8;
}

static void span_fill(const struct raster_target *target, int32_t x, int32_t end, int32_t y,
                      uint32_t color)
{
    uint32_t alpha = color >> 24;
    uint32_t *pixel = pixel_at(target, x, y);
    if (alpha == 255) {
        uint32_t plain = color & 0xFFFFFF;
        for (; x < end; x++) {
            *pixel++ = plain;
        }
        return;
    }
    for (; x < end; x++) {
        blend(pixel++, color, alpha);
    }
}

static void fill_draw(struct raster *raster, const struct raster_target *target,
                      const struct draw_command *command, struct rect clip)
{
    struct rect rect = command->rect;
    struct rect seen = geom_meet(rect, clip);
    int32_t r = command->radius;
    uint32_t alpha = command->color >> 24;
    const struct corner *corner = r > 0 ? corner_get(raster, r) : NULL;
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
                  scaled(alpha, rounded_at(corner, rect, x - rect.x, y - rect.y)));
        }
        int32_t middle_end = rect.x + rect.w - r < end ? rect.x + rect.w - r : end;
        if (x < middle_end) {
            span_fill(target, x, middle_end, y, command->color);
            x = middle_end;
        }
        for (; x < end; x++) {
            blend(pixel_at(target, x, y), command->color,
                  scaled(alpha, rounded_at(corner, rect, x - rect.x, y - rect.y)));
        }
    }
}

static void border_draw(struct raster *raster, const struct raster_target *target,
                        const struct draw_command *command, struct rect clip)
{
    struct rect rect = command->rect;
    struct rect hole = geom_inset(rect, command->width);
    struct rect seen = geom_meet(rect, clip);
    int32_t r = command->radius;
    int32_t hole_r = r > command->width ? r - command->width : 0;
    uint32_t alpha = command->color >> 24;
    const struct corner *outer = corner_get(raster, r);
    const struct corner *inner = corner_get(raster, hole_r);
    int32_t edge = r > command->width ? r : command->width;
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        bool is_edge_row = y < rect.y + edge || y >= rect.y + rect.h - edge;
        for (int32_t x = seen.x; x < seen.x + seen.w; x++) {
            if (!is_edge_row && x >= rect.x + edge && x < rect.x + rect.w - edge) {
                x = rect.x + rect.w - edge - 1; /* over the hole */
                continue;
            }
            uint32_t cover = rounded_at(outer, rect, x - rect.x, y - rect.y);
            if (geom_has(hole, (struct point){x, y})) {
                cover = scaled(cover, 255 - rounded_at(inner, hole, x - hole.x, y - hole.y));
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

/* One row from `x` to `end`: the edges pixel by pixel, between them the mask is
 * one value. */
static void shadow_span(const struct raster_target *target, const struct blur *blur,
                        struct rect outer, int32_t y, int32_t x, int32_t end, uint32_t color)
{
    const uint8_t *row =
        blur->coverage +
        (size_t)slice(y - outer.y, outer.h, blur->edge, blur->side) * (size_t)blur->side;
    uint32_t alpha = color >> 24;
    int32_t near = blur->edge < outer.w / 2 ? blur->edge : outer.w / 2;
    int32_t even = outer.x + near;
    int32_t even_end = outer.x + outer.w - near;
    while (x < end) {
        if (x >= even && x < even_end) {
            int32_t to = even_end < end ? even_end : end;
            uint32_t cover = scaled(alpha, row[blur->edge]);
            if (cover != 0) {
                span_fill(target, x, to, y, (color & 0xFFFFFF) | cover << 24);
            }
            x = to;
            continue;
        }
        uint32_t cover = row[slice(x - outer.x, outer.w, blur->edge, blur->side)];
        if (cover != 0) {
            blend(pixel_at(target, x, y), color, scaled(alpha, cover));
        }
        x++;
    }
}

static void shadow_draw(struct raster *raster, const struct raster_target *target,
                        const struct draw_command *command, struct rect clip)
{
    const struct blur *blur = blur_get(raster, command->radius, command->width);
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
    uint32_t alpha = color >> 24;
    for (int32_t y = seen.y; y < seen.y + seen.h; y++) {
        const uint8_t *row = glyph.coverage + (size_t)(y - y0) * (size_t)glyph.pitch;
        uint32_t *pixel = pixel_at(target, seen.x, y);
        for (int32_t x = seen.x; x < seen.x + seen.w; x++, pixel++) {
            uint32_t cover = row[x - x0];
            if (cover != 0) {
                blend(pixel, color, alpha == 255 ? cover : scaled(alpha, cover));
            }
        }
    }
}

static void text_draw(struct raster *raster, const struct raster_target *target,
                      const struct draw_command *command, struct rect clip)
{
    const struct text_font *font = glyphs_font(raster->glyphs);
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
            struct glyph glyph = glyphs_text(raster->glyphs, code, command->style);
            if (glyph.coverage != NULL) {
                glyph_draw(target, glyph, x + glyph.left, command->baseline - glyph.top,
                           command->color, clip);
            }
        }
        pen_64 += font->advance_64(font->context, code, command->style);
    }
}

static void icon_draw(struct raster *raster, const struct raster_target *target,
                      const struct draw_command *command, struct rect clip)
{
    struct glyph glyph = glyphs_icon(raster->glyphs, icon_code(command->icon), command->rect.w);
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

static void command_draw(struct raster *raster, const struct raster_target *target,
                         const struct draw_command *command, struct rect area)
{
    /* Nothing may leave its bounds: they decide which tiles are hashed. */
    struct rect clip = geom_meet(draw_bounds(command), area);
    switch (command->kind) {
    case DRAW_fill:
        fill_draw(raster, target, command, clip);
        return;
    case DRAW_border:
        border_draw(raster, target, command, clip);
        return;
    case DRAW_shadow:
        shadow_draw(raster, target, command, clip);
        return;
    case DRAW_text:
        text_draw(raster, target, command, clip);
        return;
    case DRAW_icon:
        icon_draw(raster, target, command, clip);
        return;
    case DRAW_line:
        line_draw(target, command, clip);
        return;
    }
}

/* True when nothing below a command shows through in `area`. */
static bool hides(const struct draw_command *command, struct rect area)
{
    return command->kind == DRAW_fill && command->color >> 24 == 255 &&
           geom_covers(geom_meet(geom_inset(command->rect, command->radius), command->clip), area);
}

static void area_draw(struct raster *raster, const struct raster_target *target,
                      const struct draw_list *list, struct rect area)
{
    size_t first = list->count;
    while (first > 0 && !hides(&list->commands[first - 1], area)) {
        first--;
    }
    if (first == 0) {
        for (int32_t y = area.y; y < area.y + area.h; y++) {
            span_fill(target, area.x, area.x + area.w, y, 0xFF000000U);
        }
    } else {
        first--;
    }
    for (size_t i = first; i < list->count; i++) {
        if (geom_overlaps(draw_bounds(&list->commands[i]), area)) {
            command_draw(raster, target, &list->commands[i], area);
        }
    }
}

/* ---- tiles ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9FB21C651E98DF25U;
    return hash ^ hash >> 29;
}

static uint64_t mix_rect(uint64_t hash, struct rect rect)
{
    hash = mix(hash, (uint64_t)(uint32_t)rect.x << 32 | (uint32_t)rect.y);
    return mix(hash, (uint64_t)(uint32_t)rect.w << 32 | (uint32_t)rect.h);
}

static uint64_t command_hash(const struct draw_command *command)
{
    uint64_t hash = mix(0x8422D1CE4E5B9E37U, (uint64_t)command->kind);
    hash = mix_rect(hash, command->rect);
    hash = mix_rect(hash, command->clip);
    hash = mix(hash, (uint64_t)command->color << 32 | (uint32_t)command->radius);
    hash = mix(hash, (uint64_t)(uint32_t)command->width << 32 | (uint32_t)command->baseline);
    hash =
        mix(hash, (uint64_t)command->icon << 33 | (uint64_t)(uint32_t)command->style.size_px << 1 |
                      (command->style.is_bold ? 1 : 0));
    size_t at = 0;
    for (; at + 8 <= command->text.size; at += 8) {
        uint64_t eight;
        memcpy(&eight, command->text.bytes + at, sizeof eight);
        hash = mix(hash, eight);
    }
    uint64_t rest = command->text.size;
    for (; at < command->text.size; at++) {
        rest = rest << 8 | (unsigned char)command->text.bytes[at];
    }
    return mix(hash, rest);
}

static void tiles_fit(struct raster *raster, const struct raster_target *target)
{
    if (raster->width == target->width && raster->height == target->height) {
        return;
    }
    raster->width = target->width;
    raster->height = target->height;
    raster->columns = (target->width + RASTER_TILE_PX - 1) / RASTER_TILE_PX;
    raster->rows = (target->height + RASTER_TILE_PX - 1) / RASTER_TILE_PX;
    int32_t count = raster->columns * raster->rows;
    if (count > raster->capacity) {
        raster->hashes = ARENA_ARRAY(raster->arena, (size_t)count, uint64_t);
        raster->before = ARENA_ARRAY(raster->arena, (size_t)count, uint64_t);
        raster->dirty = ARENA_ARRAY(raster->arena, (size_t)count, struct rect);
        raster->capacity = count;
    }
    raster->is_known = false;
}

static void tiles_hash(struct raster *raster, const struct draw_list *list)
{
    memset(raster->hashes, 0,
           (size_t)raster->columns * (size_t)raster->rows * sizeof *raster->hashes);
    for (size_t i = 0; i < list->count; i++) {
        struct rect bounds = geom_meet(draw_bounds(&list->commands[i]),
                                       (struct rect){0, 0, raster->width, raster->height});
        if (geom_is_empty(bounds)) {
            continue;
        }
        uint64_t hash = command_hash(&list->commands[i]);
        int32_t right = (bounds.x + bounds.w - 1) / RASTER_TILE_PX;
        int32_t bottom = (bounds.y + bounds.h - 1) / RASTER_TILE_PX;
        for (int32_t row = bounds.y / RASTER_TILE_PX; row <= bottom; row++) {
            for (int32_t column = bounds.x / RASTER_TILE_PX; column <= right; column++) {
                uint64_t *tile = &raster->hashes[row * raster->columns + column];
                *tile = mix(*tile, hash);
            }
        }
    }
}

/* Changed tiles beside each other become one rectangle, and rectangles of the
 * same columns below each other too. */
static int32_t tiles_gather(struct raster *raster)
{
    int32_t count = 0;
    struct rect screen = {0, 0, raster->width, raster->height};
    raster->drawn = 0;
    for (int32_t row = 0; row < raster->rows; row++) {
        int32_t column = 0;
        while (column < raster->columns) {
            int32_t from = column;
            while (column < raster->columns &&
                   (!raster->is_known || raster->hashes[row * raster->columns + column] !=
                                             raster->before[row * raster->columns + column])) {
                column++;
            }
            if (column == from) {
                column++;
                continue;
            }
            raster->drawn += column - from;
            struct rect run = {from * RASTER_TILE_PX, row * RASTER_TILE_PX,
                               (column - from) * RASTER_TILE_PX, RASTER_TILE_PX};
            int32_t above = count - 1;
            while (above >= 0 &&
                   !(raster->dirty[above].x == run.x && raster->dirty[above].w == run.w &&
                     raster->dirty[above].y + raster->dirty[above].h == run.y)) {
                above--;
            }
            if (above >= 0) {
                raster->dirty[above].h += RASTER_TILE_PX;
            } else {
                raster->dirty[count++] = run;
            }
        }
    }
    for (int32_t i = 0; i < count; i++) {
        raster->dirty[i] = geom_meet(raster->dirty[i], screen);
    }
    return count;
}

int32_t raster_frame(struct raster *raster, const struct draw_list *list,
                     const struct raster_target *target, const struct rect **dirty_out)
{
    tiles_fit(raster, target);
    tiles_hash(raster, list);
    int32_t count = tiles_gather(raster);
    for (int32_t i = 0; i < count; i++) {
        area_draw(raster, target, list, raster->dirty[i]);
    }
    uint64_t *swap = raster->before;
    raster->before = raster->hashes;
    raster->hashes = swap;
    raster->is_known = true;
    if (dirty_out != NULL) {
        *dirty_out = raster->dirty;
    }
    return count;
}
