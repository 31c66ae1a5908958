/* core/domain/geo.h -- places in WGS-84, degrees × 10^7, integer distance. Pure. */
#pragma once

#include "core/base/err.h"

#include <stdbool.h>

struct geo_point {
    int32_t lat_e7;
    int32_t lon_e7;
};

enum geo_datum { GEO_DATUM_wgs84, GEO_DATUM_gcj02, GEO_DATUM_bd09 };

/* Great-circle distance, within 0.5 % up to 500 km. */
uint32_t geo_distance_m(struct geo_point a, struct geo_point b);
/* 0,0 means "not located". */
bool geo_is_located(struct geo_point point);
/* To WGS-84. GCJ-02 and BD-09 are inverted by iteration to about 1 m; points
 * outside the rough box of mainland China are taken as WGS-84 already. */
struct geo_point geo_to_wgs84(struct geo_point point, enum geo_datum datum);
/* The way back, as a map of that datum writes the place; outside the same box as it is. */
struct geo_point geo_from_wgs84(struct geo_point point, enum geo_datum datum);
/* "31.2304", "-0.5", up to 7 decimals. ERR_bad_number, ERR_out_of_range past `max_degrees`. */
enum err geo_degrees_from_text(const char *text, int32_t max_degrees, int32_t *e7_out) MUST_USE;
