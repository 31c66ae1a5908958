/* What lies near a place: snapping, and everything in a box. */
#include "core/roads/pack.h"
#include "core/roads/roads.h"
#include "core/roads/roads_plane.h"

#include <stdlib.h>
#include <string.h>

enum {
    POINTS_MAX = 4096, /* of one segment */
    /* A road of the main network is taken before an islet's when it is no more than this
     * further away: gates and car parks are mapped before the road that joins them. */
    ISLET_FURTHER_MM = 300000,
};

struct cells {
    uint32_t row_from, row_to, column_from, column_to; /* both ends with it */
    bool is_empty;
};

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value >= 0 ? value / by : -((-value + by - 1) / by);
}

static uint32_t clamp(int64_t value, uint32_t most)
{
    return value < 0 ? 0 : value > (int64_t)most ? most : (uint32_t)value;
}

static struct cells cells_of_box(const struct roads *roads, struct geo_point south_west,
                                 struct geo_point north_east)
{
    int64_t south = roads->south_west.lat_e7, west = roads->south_west.lon_e7;
    int64_t row_from = floor_divide(south_west.lat_e7 - south, roads->cell_lat_e7);
    int64_t row_to = floor_divide(north_east.lat_e7 - south, roads->cell_lat_e7);
    int64_t column_from = floor_divide(south_west.lon_e7 - west, roads->cell_lon_e7);
    int64_t column_to = floor_divide(north_east.lon_e7 - west, roads->cell_lon_e7);
    struct cells cells = {.is_empty = roads->rows == 0 || roads->columns == 0 || row_to < 0 ||
                                      column_to < 0 || row_from >= (int64_t)roads->rows ||
                                      column_from >= (int64_t)roads->columns};
    if (!cells.is_empty) {
        cells.row_from = clamp(row_from, roads->rows - 1);
        cells.row_to = clamp(row_to, roads->rows - 1);
        cells.column_from = clamp(column_from, roads->columns - 1);
        cells.column_to = clamp(column_to, roads->columns - 1);
    }
    return cells;
}

static void each_in_cell(const struct roads *roads, uint32_t row, uint32_t column,
                         void (*visit)(void *context, uint32_t segment), void *context)
{
    size_t cell = (size_t)row * roads->columns + column;
    uint32_t start = pack_u32(roads->cell_offsets + 4 * cell);
    uint32_t stop = pack_u32(roads->cell_offsets + 4 * cell + 4);
    if (start > stop || stop > roads->cells_size) {
        return;
    }
    const uint8_t *at = roads->cells + start, *end = roads->cells + stop;
    for (uint32_t next = 0; at < end; next++) {
        next += pack_varint(&at, end);
        if (next >= roads->segment_count) {
            return;
        }
        visit(context, next);
    }
}

struct gathering {
    uint8_t *marks; /* a bit for each segment */
};

static void gather(void *context, uint32_t segment)
{
    struct gathering *gathering = context;
    gathering->marks[segment / 8] |= (uint8_t)(1U << (segment % 8));
}

void roads_each_in_box(const struct roads *roads, struct arena *scratch,
                       struct geo_point south_west, struct geo_point north_east,
                       void (*visit)(void *context, uint32_t segment), void *context)
{
    struct cells cells = cells_of_box(roads, south_west, north_east);
    if (cells.is_empty) {
        return;
    }
    struct gathering gathering = {ARENA_ARRAY(scratch, roads->segment_count / 8 + 1, uint8_t)};
    for (uint32_t row = cells.row_from; row <= cells.row_to; row++) {
        for (uint32_t column = cells.column_from; column <= cells.column_to; column++) {
            each_in_cell(roads, row, column, gather, &gathering);
        }
    }
    for (uint32_t byte = 0; byte <= roads->segment_count / 8; byte++) {
        for (uint32_t bit = 0; gathering.marks[byte] >> bit != 0; bit++) {
            if ((gathering.marks[byte] >> bit & 1) != 0) {
                visit(context, byte * 8 + bit);
            }
        }
    }
}

/* ---- snapping ---- */

struct nearest {
    uint64_t away_mm;
    uint32_t segment, share;
    struct geo_point point;
};

struct snapping {
    const struct roads *roads;
    enum roads_mode mode;
    struct roads_plane plane;
    struct nearest main, any;
};

/* The nearest point of one line of a segment; share_out is along that line, of 65536. */
static uint64_t line_nearest(const struct roads_plane *plane, struct geo_point a,
                             struct geo_point b, uint32_t *share_out, struct geo_point *point_out)
{
    int64_t ax, ay, bx, by;
    roads_plane_place(plane, a, &ax, &ay);
    roads_plane_place(plane, b, &bx, &by);
    int64_t dx = bx - ax, dy = by - ay;
    int64_t length = dx * dx + dy * dy;
    int64_t along = -(ax * dx + ay * dy);
    int64_t share = length == 0 || along <= 0 ? 0
                    : along >= length         ? 65536
                                              : along / (length / 65536 + 1);
    int64_t x = ax + dx * share / 65536, y = ay + dy * share / 65536;
    *share_out = (uint32_t)share;
    *point_out = roads_plane_point(plane, x, y);
    return roads_root((uint64_t)(x * x) + (uint64_t)(y * y));
}

static bool is_open_to(const struct roads *roads, uint32_t segment, enum roads_mode mode)
{
    return roads_segment_time_ds(roads, segment, mode, true) != ROADS_NEVER ||
           roads_segment_time_ds(roads, segment, mode, false) != ROADS_NEVER;
}

static void snap_to(void *context, uint32_t segment)
{
    struct snapping *snapping = context;
    const struct roads *roads = snapping->roads;
    struct geo_point points[POINTS_MAX];
    if (!is_open_to(roads, segment, snapping->mode)) {
        return;
    }
    size_t count = roads_segment_points(roads, segment, points, POINTS_MAX);
    count = count < POINTS_MAX ? count : POINTS_MAX;
    struct nearest best = {.away_mm = UINT64_MAX, .segment = segment};
    uint64_t before_mm = 0, along_mm = 0;
    for (size_t i = 1; i < count; i++) {
        uint32_t share, length = roads_length_mm(points[i - 1], points[i]);
        struct geo_point point;
        uint64_t away = line_nearest(&snapping->plane, points[i - 1], points[i], &share, &point);
        if (away < best.away_mm) {
            best.away_mm = away;
            best.point = point;
            along_mm = before_mm + (uint64_t)length * share / 65536;
        }
        before_mm += length;
    }
    best.share = (uint32_t)(before_mm == 0 ? 0 : along_mm * 65536 / before_mm);
    bool is_main = roads_segment_is_main(roads, segment, snapping->mode);
    if (best.away_mm < snapping->any.away_mm) {
        snapping->any = best;
    }
    if (is_main && best.away_mm < snapping->main.away_mm) {
        snapping->main = best;
    }
}

static void cell_visit(struct snapping *snapping, int64_t row, int64_t column)
{
    const struct roads *roads = snapping->roads;
    if (row >= 0 && column >= 0 && row < (int64_t)roads->rows && column < (int64_t)roads->columns) {
        each_in_cell(roads, (uint32_t)row, (uint32_t)column, snap_to, snapping);
    }
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Visits the cells of the ring `ring` cells away from the one of the point, in the order of rows.
 * Only rows and columns that the grid has are gone through: cells may be as small as whoever made
 * the file likes. */
static void ring_visit(struct snapping *snapping, int64_t row, int64_t column, int64_t ring)
{
    int64_t last_row = (int64_t)snapping->roads->rows - 1;
    int64_t last_column = (int64_t)snapping->roads->columns - 1;
    int64_t row_to = row + ring < last_row ? row + ring : last_row;
    int64_t column_to = column + ring < last_column ? column + ring : last_column;
    for (int64_t r = most(row - ring, 0); r <= row_to; r++) {
        if (r != row - ring && r != row + ring) {
            cell_visit(snapping, r, column - ring);
            cell_visit(snapping, r, column + ring);
            continue;
        }
        for (int64_t c = most(column - ring, 0); c <= column_to; c++) {
            cell_visit(snapping, r, c);
        }
    }
}

/* The ring beyond which nothing of the grid lies. */
static int64_t last_ring(const struct roads *roads, int64_t row, int64_t column)
{
    int64_t rows = most(llabs(row), llabs(row - (int64_t)roads->rows));
    return most(rows, most(llabs(column), llabs(column - (int64_t)roads->columns)));
}

struct roads_place roads_snap(const struct roads *roads, enum roads_mode mode,
                              struct geo_point point)
{
    struct snapping snapping = {.roads = roads,
                                .mode = mode,
                                .plane = roads_plane_at(point),
                                .main = {.away_mm = UINT64_MAX},
                                .any = {.away_mm = UINT64_MAX}};
    int64_t row =
        floor_divide((int64_t)point.lat_e7 - roads->south_west.lat_e7, roads->cell_lat_e7);
    int64_t column =
        floor_divide((int64_t)point.lon_e7 - roads->south_west.lon_e7, roads->cell_lon_e7);
    struct geo_point one_cell = {point.lat_e7 + roads->cell_lat_e7, point.lon_e7};
    struct geo_point one_wide = {point.lat_e7, point.lon_e7 + roads->cell_lon_e7};
    uint64_t cell_mm = roads_length_mm(point, one_cell);
    uint64_t wide_mm = roads_length_mm(point, one_wide);
    cell_mm = wide_mm < cell_mm ? wide_mm : cell_mm;
    cell_mm = cell_mm == 0 ? 1 : cell_mm;
    uint64_t far_mm = (uint64_t)ROADS_SNAP_FAR_M * 1000;
    /* A ring further out cannot hold what is nearer than the rings between. */
    int64_t ring_to = last_ring(roads, row, column);
    for (int64_t ring = 0; ring <= ring_to; ring++) {
        uint64_t seen_mm = ring == 0 ? 0 : (uint64_t)(ring - 1) * cell_mm;
        uint64_t any_mm = snapping.any.away_mm > far_mm ? far_mm : snapping.any.away_mm;
        uint64_t wanted_mm = snapping.main.away_mm < any_mm + ISLET_FURTHER_MM
                                 ? snapping.main.away_mm
                                 : any_mm + ISLET_FURTHER_MM;
        if (seen_mm > wanted_mm) {
            break;
        }
        ring_visit(&snapping, row, column, ring);
    }
    bool is_main = snapping.main.away_mm != UINT64_MAX &&
                   snapping.main.away_mm <= snapping.any.away_mm + ISLET_FURTHER_MM;
    const struct nearest *best = is_main ? &snapping.main : &snapping.any;
    struct roads_place place = {.given = point};
    if (best->away_mm <= far_mm) {
        place.snapped = best->point;
        place.segment = best->segment;
        place.share = best->share;
        place.away_m = (uint32_t)((best->away_mm + 500) / 1000);
        place.is_on_network = true;
        place.is_island = !is_main;
    }
    return place;
}
