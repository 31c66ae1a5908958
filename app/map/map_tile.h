/* app/map/map_tile.h -- squares of the map, drawn once and kept. Pure.
 *
 * A tile shows roads and the day's way: panning then is a matter of copying pixels. Names and
 * stops lie over it as ordinary drawing. */
#pragma once

#include "app/map/map_trace.h"
#include "app/map/map_view.h"
#include "core/roads/roads.h"

enum { MAP_TILE_PX = 256, MAP_RANKS = 5, MAP_TILES_KEPT = 80 };

/* Colours 0xFFRRGGBB; from the theme. */
struct map_colors {
    uint32_t ground;
    uint32_t casing[MAP_RANKS], road[MAP_RANKS]; /* by rank: 0 the most important */
    uint32_t way[3];                             /* by enum map_trace_kind */
    uint32_t way_casing;
};

struct map_tile {
    int32_t mm_per_px;
    int32_t column, row; /* of the sheet, in tiles */
    uint32_t *pixels;    /* MAP_TILE_PX × MAP_TILE_PX; NULL: not drawn */
    uint64_t used;       /* the number of the frame that asked for it last */
    uint64_t drawn;      /* grows with every tile drawn: names what the pixels show */
};

struct map_tiles {
    struct arena *program;
    const struct roads *roads;     /* borrowed; NULL: only the way is drawn */
    const struct map_trace *trace; /* borrowed; NULL: no way */
    struct map_sheet sheet;
    struct map_colors colors;
    int32_t ppi;
    uint64_t frame, drawn;
    struct map_tile tiles[MAP_TILES_KEPT];
    uint8_t *mask;
};

/* Starts with nothing drawn; pixels are taken from `program` as tiles are first needed, at most
 * MAP_TILES_KEPT × 256 KiB. `roads` may be NULL; give it a sheet then. */
void map_tiles_start(struct map_tiles *tiles, struct arena *program, const struct roads *roads,
                     const struct map_colors *colors, int32_t ppi);
/* Another sheet, way or what they show: everything is drawn anew when it is asked for. */
void map_tiles_forget(struct map_tiles *tiles);
/* The same for other colours or pixels per inch; nothing when they are what they were. */
void map_tiles_recolor(struct map_tiles *tiles, const struct map_colors *colors, int32_t ppi);

/* A frame begins: tiles asked for in it are not given up in it. */
void map_tiles_begin(struct map_tiles *tiles);
/* The tile, drawn now when it is not there and `can_draw`; NULL when it is not there. */
const struct map_tile *map_tiles_get(struct map_tiles *tiles, struct arena *scratch,
                                     int32_t mm_per_px, int32_t column, int32_t row, bool can_draw);
/* Columns and rows of the tiles that a view shows, both ends with it, and where the first lies. */
void map_tiles_in_view(const struct map_view *view, int32_t *column_from_out,
                       int32_t *column_to_out, int32_t *row_from_out, int32_t *row_to_out,
                       struct point *corner_out);
