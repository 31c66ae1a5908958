/* sync/server/import/sample_roads.h -- the roads of the invented city, as OpenStreetMap text. Pure
 * but for the file it writes.
 *
 * They lead past every community of sample_places.def, so that `doorstep-hq mappack` makes of
 * them a map on which the sample's addresses lie. Invented like the city itself: no map data of
 * anybody is in it. The same bytes every time. */
#pragma once

#include "core/base/err.h"
#include "core/domain/geo.h"

#include <stdio.h>

/* A part of the city, laid wherever it is wanted: `north_west` is its corner. */
struct sample_roads_options {
    struct geo_point north_west; /* 0,0: where the sample's addresses are */
    int32_t columns, rows;       /* districts; 0: all of them */
    int64_t lon_e7_per_m;        /* degrees × 10^7 of a metre; 0: as of the sample */
};
enum err sample_roads(FILE *file, const struct sample_roads_options *options) MUST_USE;
