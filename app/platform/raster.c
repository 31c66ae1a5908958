#include "app/platform/raster.h"
#include "app/platform/paint.h"
#include "app/platform/raster_hash.h"

#include <string.h>

enum {
    TILE_W = RASTER_TILE_PX,
    TILE_H = RASTER_TILE_HIGH_PX,
    BAND_H = 4 * TILE_H,
    STILL_MAX = 48, /* more lies over a scroll region than moving it is worth */
    LOOK_BACK = 48, /* dirty rectangles that a new one may join */
};

/* A scroll region of one frame. */
struct region {
    struct draw_scroll scroll;
    uint64_t *hashes; /* tiles of the page, from row `row_first` on */
    size_t hash_capacity;
    int32_t row_first, rows, columns;
    struct rect still[STILL_MAX]; /* what is seen in it and does not move with it */
    int32_t still_count;
    bool can_move;
};

struct raster {
    struct arena *arena;
    struct paint paint;
    uint64_t *hashes, *before; /* tiles of the screen, without what regions show */
    bool *is_dirty;
    struct rect *dirty;
    int32_t columns, rows, capacity;
    int32_t width, height;
    const uint32_t *pixels;
    struct region regions[2][DRAW_SCROLLS_MAX];
    int32_t region_count[2];
    int32_t at; /* which of the two is this frame's */
    bool is_known, must_draw;
    int32_t drawn;
};

struct raster *raster_make(struct arena *program, struct glyphs *glyphs)
{
    struct raster *raster = ARENA_NEW(program, struct raster);
    raster->arena = program;
    raster->paint = (struct paint){.glyphs = glyphs, .masks = {.arena = program}};
    return raster;
}

void raster_forget(struct raster *raster)
{
    raster->is_known = false;
}

void raster_move_set(struct raster *raster, bool can_move)
{
    raster->must_draw = !can_move;
}

void raster_figures(const struct raster *raster, int32_t *drawn_out, int32_t *all_out)
{
    *drawn_out = raster->drawn;
    *all_out = raster->columns * raster->rows;
}

static void screen_fit(struct raster *raster, const struct raster_target *target)
{
    if (raster->pixels != target->pixels) {
        raster->pixels = target->pixels;
        raster->is_known = false;
    }
    if (raster->width == target->width && raster->height == target->height) {
        return;
    }
    raster->width = target->width;
    raster->height = target->height;
    raster->columns = (target->width + TILE_W - 1) / TILE_W;
    raster->rows = (target->height + TILE_H - 1) / TILE_H;
    int32_t count = raster->columns * raster->rows;
    if (count > raster->capacity) {
        raster->hashes = ARENA_ARRAY(raster->arena, (size_t)count, uint64_t);
        raster->before = ARENA_ARRAY(raster->arena, (size_t)count, uint64_t);
        raster->is_dirty = ARENA_ARRAY(raster->arena, (size_t)count, bool);
        raster->dirty = ARENA_ARRAY(raster->arena, (size_t)count + DRAW_SCROLLS_MAX, struct rect);
        raster->capacity = count;
    }
    raster->is_known = false;
}

static struct rect screen_of(const struct raster *raster)
{
    return (struct rect){0, 0, raster->width, raster->height};
}

/* ---- hashing ---- */

/* Mixes `hash` into every tile of a grid of `columns` that `area` touches. */
static void tiles_mix(uint64_t *tiles, int32_t columns, struct rect area, uint64_t hash)
{
    if (geom_is_empty(area)) {
        return;
    }
    int32_t right = (area.x + area.w - 1) / TILE_W;
    int32_t bottom = (area.y + area.h - 1) / TILE_H;
    for (int32_t row = area.y / TILE_H; row <= bottom; row++) {
        for (int32_t column = area.x / TILE_W; column <= right; column++) {
            uint64_t *tile = &tiles[row * columns + column];
            *tile = raster_hash_mix(*tile, hash);
        }
    }
}

/* The screen's tiles: every command that is on no scrolled page, and for each
 * page a mark where it begins, so that its place among the others counts. */
static void screen_hash(struct raster *raster, const struct draw_list *list)
{
    struct rect screen = screen_of(raster);
    memset(raster->hashes, 0,
           (size_t)raster->columns * (size_t)raster->rows * sizeof *raster->hashes);
    int32_t next = 0;
    for (size_t i = 0; i <= list->count; i++) {
        while (next < list->scroll_count && list->scrolls[next].first == i) {
            const struct draw_scroll *scroll = &list->scrolls[next];
            tiles_mix(raster->hashes, raster->columns, geom_meet(scroll->view, screen),
                      raster_hash_rect(scroll->id, scroll->view));
            i = scroll->end;
            next++;
        }
        if (i < list->count) {
            tiles_mix(raster->hashes, raster->columns,
                      geom_meet(draw_bounds(&list->commands[i]), screen),
                      raster_hash_command(&list->commands[i]));
        }
    }
}

static void page_hash(struct raster *raster, struct region *region, const struct draw_list *list)
{
    const struct draw_scroll *scroll = &region->scroll;
    region->row_first = scroll->offset / TILE_H;
    region->rows = (scroll->offset + scroll->view.h - 1) / TILE_H - region->row_first + 1;
    region->columns = (scroll->view.w + TILE_W - 1) / TILE_W;
    size_t count = (size_t)region->rows * (size_t)region->columns;
    if (count > region->hash_capacity) {
        region->hash_capacity = count + (size_t)region->columns * 4;
        region->hashes = ARENA_ARRAY(raster->arena, region->hash_capacity, uint64_t);
    }
    memset(region->hashes, 0, count * sizeof *region->hashes);
    for (size_t i = scroll->first; i < scroll->end; i++) {
        struct rect bounds = geom_meet(draw_bounds(&list->commands[i]), scroll->view);
        bounds.x -= scroll->view.x;
        bounds.y += scroll->offset - scroll->view.y - region->row_first * TILE_H;
        tiles_mix(region->hashes, region->columns, bounds,
                  raster_hash_scrolled(&list->commands[i], scroll));
    }
}

/* ---- what stands still in a region ---- */

static bool still_add(struct region *region, struct rect bounds)
{
    struct rect seen = geom_meet(bounds, region->scroll.view);
    if (geom_is_empty(seen)) {
        return true;
    }
    if (region->still_count == STILL_MAX) {
        return false;
    }
    region->still[region->still_count++] = seen;
    return true;
}

/* Below the page: one colour all over hides what is under it and may be moved
 * with the page. What was drawn between that and the page shows through. */
static bool still_below(struct region *region, const struct draw_list *list)
{
    for (size_t i = region->scroll.first; i > 0; i--) {
        if (paint_hides(&list->commands[i - 1], region->scroll.view)) {
            return true;
        }
        if (!still_add(region, draw_bounds(&list->commands[i - 1]))) {
            return false;
        }
    }
    return false;
}

static bool still_find(struct region *region, const struct draw_list *list)
{
    region->still_count = 0;
    if (!still_below(region, list)) {
        return false;
    }
    for (size_t i = region->scroll.end; i < list->count; i++) {
        if (!still_add(region, draw_bounds(&list->commands[i]))) {
            return false;
        }
    }
    int64_t area = 0;
    for (int32_t i = 0; i < region->still_count; i++) {
        area += (int64_t)region->still[i].w * region->still[i].h;
    }
    return area * 2 <= (int64_t)region->scroll.view.w * region->scroll.view.h;
}

static bool is_over_another(const struct draw_list *list, int32_t index)
{
    for (int32_t i = 0; i < list->scroll_count; i++) {
        if (i != index && geom_overlaps(list->scrolls[i].view, list->scrolls[index].view)) {
            return true;
        }
    }
    return false;
}

static void regions_take(struct raster *raster, const struct draw_list *list)
{
    struct region *regions = raster->regions[raster->at];
    int32_t count = 0;
    for (int32_t i = 0; i < list->scroll_count; i++) {
        const struct draw_scroll *scroll = &list->scrolls[i];
        if (geom_is_empty(scroll->view)) {
            continue;
        }
        if (!geom_covers(screen_of(raster), scroll->view)) {
            raster->is_known = false; /* a list for another size: the next one fits */
            continue;
        }
        struct region *region = &regions[count];
        region->scroll = *scroll;
        page_hash(raster, region, list);
        region->can_move =
            !raster->must_draw && !is_over_another(list, i) && still_find(region, list);
        count++;
    }
    raster->region_count[raster->at] = count;
}

/* ---- what changed ---- */

static void mark(struct raster *raster, struct rect area)
{
    area = geom_meet(area, screen_of(raster));
    if (geom_is_empty(area)) {
        return;
    }
    int32_t right = (area.x + area.w - 1) / TILE_W;
    int32_t bottom = (area.y + area.h - 1) / TILE_H;
    for (int32_t row = area.y / TILE_H; row <= bottom; row++) {
        for (int32_t column = area.x / TILE_W; column <= right; column++) {
            raster->is_dirty[row * raster->columns + column] = true;
        }
    }
}

/* The tiles of the page that are not what they were, where they are seen now. */
static void page_mark(struct raster *raster, const struct region *now, const struct region *before)
{
    struct rect view = now->scroll.view;
    for (int32_t row = 0; row < now->rows; row++) {
        int32_t row_before = row + now->row_first - before->row_first;
        bool was_there = row_before >= 0 && row_before < before->rows;
        for (int32_t column = 0; column < now->columns; column++) {
            uint64_t hash = now->hashes[row * now->columns + column];
            if (was_there && before->hashes[row_before * before->columns + column] == hash) {
                continue;
            }
            struct rect tile = {view.x + column * TILE_W,
                                view.y + (row + now->row_first) * TILE_H - now->scroll.offset,
                                TILE_W, TILE_H};
            mark(raster, geom_meet(tile, view));
        }
    }
}

static void pixels_move(const struct raster_target *target, struct rect view, int32_t up)
{
    int32_t rows = view.h - (up < 0 ? -up : up);
    for (int32_t i = 0; i < rows; i++) {
        int32_t to = up > 0 ? view.y + i : view.y + view.h - 1 - i;
        const uint32_t *from = target->pixels + (size_t)(to + up) * (size_t)target->pitch_px;
        memmove(target->pixels + (size_t)to * (size_t)target->pitch_px + (size_t)view.x,
                from + view.x, (size_t)view.w * sizeof *from);
    }
}

static void region_move(struct raster *raster, const struct raster_target *target,
                        const struct region *now, const struct region *before)
{
    struct rect view = now->scroll.view;
    int32_t up = now->scroll.offset - before->scroll.offset;
    pixels_move(target, view, up);
    struct rect strip = view;
    strip.h = up < 0 ? -up : up;
    strip.y = up > 0 ? view.y + view.h - up : view.y;
    mark(raster, strip);
    for (int32_t i = 0; i < before->still_count; i++) {
        struct rect moved = before->still[i];
        moved.y -= up;
        mark(raster, geom_meet(moved, view));
    }
    for (int32_t i = 0; i < now->still_count; i++) {
        mark(raster, now->still[i]);
    }
}

static const struct region *region_before(const struct raster *raster, const struct region *now)
{
    const struct region *regions = raster->regions[1 - raster->at];
    for (int32_t i = 0; i < raster->region_count[1 - raster->at]; i++) {
        if (regions[i].scroll.id == now->scroll.id &&
            geom_equal(regions[i].scroll.view, now->scroll.view)) {
            return &regions[i];
        }
    }
    return NULL;
}

/* Marks what changed; moves what only moved. The views of regions that moved go
 * to the end of the dirty list, `moved_out` says how many. */
static void changes_mark(struct raster *raster, const struct raster_target *target,
                         struct rect moved[DRAW_SCROLLS_MAX], int32_t *moved_out)
{
    int32_t count = raster->columns * raster->rows;
    *moved_out = 0;
    for (int32_t i = 0; i < count; i++) {
        raster->is_dirty[i] = !raster->is_known || raster->hashes[i] != raster->before[i];
    }
    for (int32_t i = 0; raster->is_known && i < raster->region_count[raster->at]; i++) {
        const struct region *now = &raster->regions[raster->at][i];
        const struct region *before = region_before(raster, now);
        if (before == NULL) {
            mark(raster, now->scroll.view);
            continue;
        }
        int32_t up = now->scroll.offset - before->scroll.offset;
        if (up != 0) {
            bool is_far = up >= now->scroll.view.h || up <= -now->scroll.view.h;
            if (is_far || !now->can_move || !before->can_move) {
                mark(raster, now->scroll.view);
                continue;
            }
            region_move(raster, target, now, before);
            moved[(*moved_out)++] = now->scroll.view;
        }
        page_mark(raster, now, before);
    }
}

/* Joins the run to a rectangle that ends just above it in the same columns. */
static bool run_join(struct raster *raster, int32_t count, struct rect run)
{
    for (int32_t i = count - 1; i >= 0 && i >= count - LOOK_BACK; i--) {
        struct rect *above = &raster->dirty[i];
        if (above->x == run.x && above->w == run.w && above->y + above->h == run.y) {
            above->h += run.h;
            return true;
        }
    }
    return false;
}

/* Changed tiles beside each other become one rectangle, and rectangles of the
 * same columns below each other too. */
static int32_t dirty_gather(struct raster *raster)
{
    int32_t count = 0;
    raster->drawn = 0;
    for (int32_t row = 0; row < raster->rows; row++) {
        const bool *is_dirty = &raster->is_dirty[row * raster->columns];
        for (int32_t column = 0; column < raster->columns; column++) {
            int32_t from = column;
            while (column < raster->columns && is_dirty[column]) {
                column++;
            }
            if (column == from) {
                continue;
            }
            raster->drawn += column - from;
            struct rect run = {from * TILE_W, row * TILE_H, (column - from) * TILE_W, TILE_H};
            if (!run_join(raster, count, run)) {
                raster->dirty[count++] = run;
            }
        }
    }
    for (int32_t i = 0; i < count; i++) {
        raster->dirty[i] = geom_meet(raster->dirty[i], screen_of(raster));
    }
    return count;
}

/* A band at a time: what is drawn over one another stays in the cache, and a band
 * inside a card needs nothing of what the card hides. */
static void bands_paint(struct raster *raster, const struct raster_target *target,
                        const struct draw_list *list, struct rect area)
{
    for (int32_t y = area.y; y < area.y + area.h; y += BAND_H) {
        struct rect band = {area.x, y, area.w, BAND_H};
        paint_area(&raster->paint, target, list, geom_meet(band, area));
    }
}

int32_t raster_frame(struct raster *raster, const struct draw_list *list,
                     const struct raster_target *target, const struct rect **dirty_out)
{
    CHECK(list->scroll_depth == 0);
    screen_fit(raster, target);
    screen_hash(raster, list);
    regions_take(raster, list);
    struct rect moved[DRAW_SCROLLS_MAX];
    int32_t moved_count = 0;
    changes_mark(raster, target, moved, &moved_count);
    int32_t count = dirty_gather(raster);
    for (int32_t i = 0; i < count; i++) {
        bands_paint(raster, target, list, raster->dirty[i]);
    }
    for (int32_t i = 0; i < moved_count; i++) {
        raster->dirty[count++] = moved[i];
    }
    uint64_t *swap = raster->before;
    raster->before = raster->hashes;
    raster->hashes = swap;
    raster->at = 1 - raster->at;
    raster->is_known = true;
    if (dirty_out != NULL) {
        *dirty_out = raster->dirty;
    }
    return count;
}
