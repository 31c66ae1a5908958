/* core/rules/detour.h -- how much longer than the straight line the ways of an area are, learned
 * from ways that were gone. Pure.
 *
 * A way says: so many thousandths of the time that its straight line would take at the policy's
 * speed. Ways are counted for the cells of the ground in which they begin and end. Few of them
 * say little: a cell's mean is drawn to that of all ways, and this one to the policy's number, as
 * if so and so many more ways had been gone with just that. Integers only: the same ways give the
 * same permille on every machine, in whatever order they come. */
#pragma once

#include "core/domain/geo.h"

#include <stddef.h>
#include <stdint.h>

/* 0.02 degrees, some 2 km: of a town's two banks of a river each has its own. Ways of cells
 * beyond so many count for all ways alone. */
enum { DETOUR_CELL_E7 = 200000, DETOUR_CELLS = 128 };
/* Fewer ways than this are no record: of a cell, and of all. */
enum { DETOUR_CELL_LEAST = 3, DETOUR_LEAST = 5 };
/* Of such ways nothing is learned: too short to tell the way from the stairs, too long for a
 * town, or with a meal on it (or a wrong clock). */
enum { DETOUR_NEAR_M = 300, DETOUR_FAR_M = 30000, DETOUR_LOW = 300, DETOUR_HIGH = 5000 };
/* Ways of so many days back are counted. */
enum { DETOUR_DAYS = 60 };

struct detour_count {
    uint32_t ways;
    uint64_t permille_sum;
};
struct detour_cell {
    int32_t row, column;
    struct detour_count count;
};
/* All zero: nothing is known yet. */
struct detour {
    struct detour_count all;
    struct detour_cell cells[DETOUR_CELLS];
    size_t cell_count;
};

struct detour_way {
    struct geo_point from, to;
    int64_t travel_s;        /* from leaving the one to being at the other, without setting out */
    int32_t metres_a_minute; /* the speed that straight lines are taken at; above 0 */
};
/* Counts a way; false when it says nothing, or one of its ends is not located. */
bool detour_add(struct detour *detour, const struct detour_way *way);
/* What the straight line from one place to the other is to be multiplied with: `prior_permille`
 * (above 0) where nothing is known. */
int32_t detour_permille(const struct detour *detour, int32_t prior_permille, struct geo_point from,
                        struct geo_point to);
