#include "sync/server/mappack/mappack_grid.h"

#include "core/roads/roads_plane.h"

#include <stdlib.h>

enum { CELL_E7 = 22500 }; /* 250 m of latitude */

struct cell_entry {
    uint32_t cell, segment;
};

static int compare_cells(const void *a, const void *b)
{
    const struct cell_entry *left = a, *right = b;
    if (left->cell != right->cell) {
        return left->cell < right->cell ? -1 : 1;
    }
    return left->segment < right->segment ? -1 : left->segment > right->segment;
}

static uint32_t row_of(const struct mappack_grid *grid, int32_t lat_e7)
{
    return (uint32_t)(((int64_t)lat_e7 - grid->south_west.lat_e7) / grid->cell_lat_e7);
}

static uint32_t column_of(const struct mappack_grid *grid, int32_t lon_e7)
{
    return (uint32_t)(((int64_t)lon_e7 - grid->south_west.lon_e7) / grid->cell_lon_e7);
}

static void lay_cells(struct mappack_grid *grid)
{
    struct geo_point corner = grid->south_west;
    struct geo_point far = grid->north_east;
    struct geo_point east = {corner.lat_e7, corner.lon_e7 + 1000000};
    struct geo_point north = {corner.lat_e7 + 1000000, corner.lon_e7};
    uint64_t wide = roads_length_mm(corner, east), high = roads_length_mm(corner, north);
    grid->cell_lat_e7 = CELL_E7;
    grid->cell_lon_e7 = (int32_t)(wide == 0 ? CELL_E7 : CELL_E7 * high / wide);
    while (row_of(grid, far.lat_e7) >= 4095 || column_of(grid, far.lon_e7) >= 4095) {
        grid->cell_lat_e7 *= 2; /* a country: fewer, larger cells */
        grid->cell_lon_e7 *= 2;
    }
    grid->rows = row_of(grid, far.lat_e7) + 1;
    grid->columns = column_of(grid, far.lon_e7) + 1;
}

void mappack_grid_make(struct mappack_grid *grid, const struct geo_point *const *shapes,
                       const uint32_t *shape_counts, uint32_t segment_count)
{
    lay_cells(grid);
    struct mappack_bytes entries = {.arena = grid->cells.arena};
    for (uint32_t s = 0; s < segment_count; s++) {
        const struct geo_point *shape = shapes[s];
        for (uint32_t i = 1; i < shape_counts[s]; i++) {
            uint32_t rows[] = {row_of(grid, shape[i - 1].lat_e7), row_of(grid, shape[i].lat_e7)};
            uint32_t columns[] = {column_of(grid, shape[i - 1].lon_e7),
                                  column_of(grid, shape[i].lon_e7)};
            for (uint32_t r = rows[0] < rows[1] ? rows[0] : rows[1];
                 r <= (rows[0] > rows[1] ? rows[0] : rows[1]); r++) {
                for (uint32_t c = columns[0] < columns[1] ? columns[0] : columns[1];
                     c <= (columns[0] > columns[1] ? columns[0] : columns[1]); c++) {
                    struct cell_entry entry = {r * grid->columns + c, s};
                    mappack_bytes_put(&entries, &entry, sizeof entry);
                }
            }
        }
    }
    struct cell_entry *sorted = (struct cell_entry *)(void *)entries.items;
    size_t count = entries.size / sizeof *sorted;
    if (count > 0) {
        qsort(sorted, count, sizeof *sorted, compare_cells);
    }
    size_t at = 0;
    for (uint32_t cell = 0; cell < grid->rows * grid->columns; cell++) {
        mappack_bytes_number(&grid->offsets, grid->cells.size, 4);
        for (uint32_t next = 0; at < count && sorted[at].cell == cell; at++) {
            if (sorted[at].segment >= next) {
                mappack_bytes_varint(&grid->cells, sorted[at].segment - next);
                next = sorted[at].segment + 1;
            }
        }
    }
    mappack_bytes_number(&grid->offsets, grid->cells.size, 4);
}
