#include "app/map/map_tile.h"

#include "app/map/map_line.h"

#include <string.h>

enum { POINTS_MAX = 4096 };

/* How wide a road of a rank is drawn: its own width on the ground, within bounds in 1/100 dp;
 * and the scale (mm a dp) from which on it is no longer shown. */
static const struct {
    int32_t ground_mm, least_dp100, most_dp100, casing_dp100;
    int32_t shown_to_mm;
} looks[MAP_RANKS] = {
    {14000, 220, 1400, 100, INT32_MAX}, {11000, 180, 1200, 90, INT32_MAX},
    {9000, 140, 1000, 80, 40000},       {6000, 90, 800, 60, 12000},
    {2000, 70, 240, 0, 3000},
};

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value >= 0 ? value / by : -((-value + by - 1) / by);
}

void map_tiles_start(struct map_tiles *tiles, struct arena *program, const struct roads *roads,
                     const struct map_colors *colors, int32_t ppi)
{
    *tiles = (struct map_tiles){
        .program = program, .roads = roads, .colors = *colors, .ppi = ppi <= 0 ? 160 : ppi};
    if (roads != NULL) {
        tiles->sheet = map_sheet_make(roads->south_west, roads->north_east);
    }
    tiles->mask = ARENA_ARRAY(program, (size_t)MAP_TILE_PX * MAP_TILE_PX, uint8_t);
}

void map_tiles_forget(struct map_tiles *tiles)
{
    for (size_t i = 0; i < MAP_TILES_KEPT; i++) {
        tiles->tiles[i].mm_per_px = 0;
    }
}

void map_tiles_recolor(struct map_tiles *tiles, const struct map_colors *colors, int32_t ppi)
{
    ppi = ppi <= 0 ? 160 : ppi;
    if (memcmp(&tiles->colors, colors, sizeof *colors) != 0 || tiles->ppi != ppi) {
        tiles->colors = *colors;
        tiles->ppi = ppi;
        map_tiles_forget(tiles);
    }
}

void map_tiles_begin(struct map_tiles *tiles)
{
    tiles->frame++;
}

/* ---- drawing one ---- */

struct line {
    int32_t first, count; /* in points */
    uint32_t rank;
};

struct drawing {
    struct map_tiles *tiles;
    struct map_tile *tile;
    struct arena *scratch;
    int32_t (*points)[2]; /* units from the tile's corner */
    size_t point_count, point_capacity;
    struct line *lines;
    size_t line_count, line_capacity;
};

/* mm that a dp shows. */
static int32_t scale_mm(const struct map_tiles *tiles, int32_t mm_per_px)
{
    return (int32_t)((int64_t)mm_per_px * tiles->ppi / 160);
}

static void *grown(struct arena *arena, void *items, size_t count, size_t needed, size_t *capacity,
                   size_t size)
{
    if (needed <= *capacity) {
        return items;
    }
    size_t wider = *capacity * 2 + needed + 256;
    uint8_t *copy = arena_array(arena, wider, size);
    if (count > 0) {
        memcpy(copy, items, count * size);
    }
    *capacity = wider;
    return copy;
}

static void collect(void *context, uint32_t segment)
{
    struct drawing *drawing = context;
    struct map_tiles *tiles = drawing->tiles;
    struct roads_segment facts = roads_segment_read(tiles->roads, segment);
    uint32_t rank = roads_class_rank(facts.class);
    if (scale_mm(tiles, drawing->tile->mm_per_px) > looks[rank].shown_to_mm) {
        return;
    }
    struct geo_point points[POINTS_MAX];
    size_t count = roads_segment_points(tiles->roads, segment, points, POINTS_MAX);
    count = count < POINTS_MAX ? count : POINTS_MAX;
    drawing->points =
        grown(drawing->scratch, drawing->points, drawing->point_count, drawing->point_count + count,
              &drawing->point_capacity, sizeof *drawing->points);
    drawing->lines =
        grown(drawing->scratch, drawing->lines, drawing->line_count, drawing->line_count + 1,
              &drawing->line_capacity, sizeof *drawing->lines);
    drawing->lines[drawing->line_count++] =
        (struct line){(int32_t)drawing->point_count, (int32_t)count, rank};
    int64_t mm = drawing->tile->mm_per_px;
    int64_t left = (int64_t)drawing->tile->column * MAP_TILE_PX * MAP_LINE_ONE;
    int64_t top = (int64_t)drawing->tile->row * MAP_TILE_PX * MAP_LINE_ONE;
    for (size_t i = 0; i < count; i++) {
        int64_t x, y;
        map_sheet_place(&tiles->sheet, points[i], &x, &y);
        int32_t *point = drawing->points[drawing->point_count++];
        point[0] = (int32_t)(floor_divide(x * MAP_LINE_ONE, mm) - left);
        point[1] = (int32_t)(floor_divide(y * MAP_LINE_ONE, mm) - top);
    }
}

static int32_t units_of_dp100(const struct map_tiles *tiles, int32_t dp100)
{
    return (int32_t)((int64_t)dp100 * MAP_LINE_ONE * tiles->ppi / 16000);
}

static int32_t width_units(const struct map_tiles *tiles, int32_t mm_per_px, uint32_t rank)
{
    int32_t ground = (int32_t)((int64_t)looks[rank].ground_mm * MAP_LINE_ONE / mm_per_px);
    int32_t least = units_of_dp100(tiles, looks[rank].least_dp100);
    int32_t most = units_of_dp100(tiles, looks[rank].most_dp100);
    return ground < least ? least : ground > most ? most : ground;
}

static void lay_rank(struct drawing *drawing, uint32_t rank, int32_t wider, uint32_t color)
{
    struct map_mask mask = {drawing->tiles->mask, MAP_TILE_PX};
    bool is_empty = true;
    int32_t width = width_units(drawing->tiles, drawing->tile->mm_per_px, rank) + wider;
    for (size_t i = 0; i < drawing->line_count; i++) {
        const struct line *line = &drawing->lines[i];
        if (line->rank != rank) {
            continue;
        }
        if (is_empty) {
            map_mask_clear(&mask);
            is_empty = false;
        }
        for (int32_t k = 1; k < line->count; k++) {
            const int32_t *a = drawing->points[line->first + k - 1];
            const int32_t *b = drawing->points[line->first + k];
            map_mask_line(&mask, a[0], a[1], b[0], b[1], width);
        }
    }
    if (!is_empty) {
        map_mask_lay(&mask, drawing->tile->pixels, color);
    }
}

/* Along a line that is no road, in pieces. */
static void lay_broken(struct map_mask *mask, const int32_t *a, const int32_t *b, int32_t width)
{
    int64_t dx = b[0] - a[0];
    int64_t dy = b[1] - a[1];
    int64_t length = (int64_t)roads_root((uint64_t)(dx * dx + dy * dy));
    int64_t piece = (int64_t)width * 2;
    for (int64_t at = 0; length > 0 && at < length; at += piece * 2) {
        int64_t end = at + piece < length ? at + piece : length;
        map_mask_line(mask, a[0] + (int32_t)(dx * at / length), a[1] + (int32_t)(dy * at / length),
                      a[0] + (int32_t)(dx * end / length), a[1] + (int32_t)(dy * end / length),
                      width);
    }
}

/* False when no part of that kind comes near the tile. */
static bool lay_way(struct drawing *drawing, enum map_trace_kind kind, int32_t width,
                    uint32_t color)
{
    enum { SIDE = MAP_TILE_PX * MAP_LINE_ONE };
    const struct map_trace *trace = drawing->tiles->trace;
    struct map_mask mask = {drawing->tiles->mask, MAP_TILE_PX};
    int64_t mm = drawing->tile->mm_per_px;
    int64_t left = (int64_t)drawing->tile->column * SIDE;
    int64_t top = (int64_t)drawing->tile->row * SIDE;
    bool is_empty = true;
    for (size_t p = 0; p < trace->part_count; p++) {
        const struct map_trace_part *part = &trace->parts[p];
        int64_t before[2] = {0};
        for (size_t i = 0; i < part->count && part->kind == kind; i++) {
            const int64_t *point = trace->points[part->first + i];
            int64_t at[2] = {floor_divide(point[0] * MAP_LINE_ONE, mm) - left,
                             floor_divide(point[1] * MAP_LINE_ONE, mm) - top};
            bool is_beside = i == 0;
            for (int axis = 0; axis < 2; axis++) {
                is_beside = is_beside || (before[axis] < -width && at[axis] < -width) ||
                            (before[axis] > SIDE + width && at[axis] > SIDE + width);
            }
            if (!is_beside) {
                if (is_empty) {
                    map_mask_clear(&mask);
                    is_empty = false;
                }
                int32_t a[2] = {(int32_t)before[0], (int32_t)before[1]};
                int32_t b[2] = {(int32_t)at[0], (int32_t)at[1]};
                if (part->is_straight) {
                    lay_broken(&mask, a, b, width);
                } else {
                    map_mask_line(&mask, a[0], a[1], b[0], b[1], width);
                }
            }
            before[0] = at[0];
            before[1] = at[1];
        }
    }
    if (!is_empty) {
        map_mask_lay(&mask, drawing->tile->pixels, color);
    }
    return !is_empty;
}

/* What is next lies over what comes later, and that over what is done. */
static void way_draw(struct drawing *drawing)
{
    static const int32_t width_dp100[] = {
        [MAP_TRACE_done] = 450, [MAP_TRACE_ahead] = 600, [MAP_TRACE_next] = 800};
    const struct map_tiles *tiles = drawing->tiles;
    for (int kind = MAP_TRACE_done; kind <= MAP_TRACE_next; kind++) {
        int32_t width = units_of_dp100(tiles, width_dp100[kind]);
        int32_t wider = width + 2 * units_of_dp100(tiles, 150);
        if (lay_way(drawing, (enum map_trace_kind)kind, wider, tiles->colors.way_casing)) {
            (void)lay_way(drawing, (enum map_trace_kind)kind, width, tiles->colors.way[kind]);
        }
    }
}

static void roads_draw(struct drawing *drawing)
{
    struct map_tiles *tiles = drawing->tiles;
    const struct map_tile *tile = drawing->tile;
    /* A road beside the tile may be wide enough to be seen in it. */
    int64_t side = (int64_t)MAP_TILE_PX * tile->mm_per_px, beside = side / 16 + 20000;
    struct geo_point north_west =
        map_sheet_point(&tiles->sheet, tile->column * side - beside, tile->row * side - beside);
    struct geo_point south_east = map_sheet_point(&tiles->sheet, (tile->column + 1) * side + beside,
                                                  (tile->row + 1) * side + beside);
    roads_each_in_box(tiles->roads, drawing->scratch,
                      (struct geo_point){south_east.lat_e7, north_west.lon_e7},
                      (struct geo_point){north_west.lat_e7, south_east.lon_e7}, collect, drawing);
    for (uint32_t rank = MAP_RANKS; rank-- > 0;) {
        if (looks[rank].casing_dp100 > 0) {
            lay_rank(drawing, rank, 2 * units_of_dp100(tiles, looks[rank].casing_dp100),
                     tiles->colors.casing[rank]);
        }
    }
    for (uint32_t rank = MAP_RANKS; rank-- > 0;) {
        lay_rank(drawing, rank, 0, tiles->colors.road[rank]);
    }
}

static void tile_draw(struct map_tiles *tiles, struct arena *scratch, struct map_tile *tile)
{
    struct arena_mark mark = arena_mark(scratch);
    struct drawing drawing = {.tiles = tiles, .tile = tile, .scratch = scratch};
    for (size_t i = 0; i < (size_t)MAP_TILE_PX * MAP_TILE_PX; i++) {
        tile->pixels[i] = tiles->colors.ground;
    }
    if (tiles->roads != NULL) {
        roads_draw(&drawing);
    }
    if (tiles->trace != NULL) {
        way_draw(&drawing);
    }
    tile->drawn = ++tiles->drawn;
    arena_rollback(scratch, mark);
}

/* ---- keeping them ---- */

const struct map_tile *map_tiles_get(struct map_tiles *tiles, struct arena *scratch,
                                     int32_t mm_per_px, int32_t column, int32_t row, bool can_draw)
{
    struct map_tile *oldest = &tiles->tiles[0];
    for (size_t i = 0; i < MAP_TILES_KEPT; i++) {
        struct map_tile *tile = &tiles->tiles[i];
        if (tile->mm_per_px == mm_per_px && tile->column == column && tile->row == row) {
            tile->used = tiles->frame;
            return tile;
        }
        oldest = tile->used < oldest->used ? tile : oldest;
    }
    if (!can_draw || oldest->used == tiles->frame) {
        return NULL;
    }
    if (oldest->pixels == NULL) {
        oldest->pixels = ARENA_ARRAY(tiles->program, (size_t)MAP_TILE_PX * MAP_TILE_PX, uint32_t);
    }
    oldest->mm_per_px = mm_per_px;
    oldest->column = column;
    oldest->row = row;
    oldest->used = tiles->frame;
    tile_draw(tiles, scratch, oldest);
    return oldest;
}

void map_tiles_in_view(const struct map_view *view, int32_t *column_from_out,
                       int32_t *column_to_out, int32_t *row_from_out, int32_t *row_to_out,
                       struct point *corner_out)
{
    int64_t left = floor_divide(view->x_mm, view->mm_per_px) - view->w / 2;
    int64_t top = floor_divide(view->y_mm, view->mm_per_px) - view->h / 2;
    *column_from_out = (int32_t)floor_divide(left, MAP_TILE_PX);
    *column_to_out = (int32_t)floor_divide(left + view->w - 1, MAP_TILE_PX);
    *row_from_out = (int32_t)floor_divide(top, MAP_TILE_PX);
    *row_to_out = (int32_t)floor_divide(top + view->h - 1, MAP_TILE_PX);
    *corner_out = (struct point){(int32_t)((int64_t)*column_from_out * MAP_TILE_PX - left),
                                 (int32_t)((int64_t)*row_from_out * MAP_TILE_PX - top)};
}
