#include "core/rules/detour.h"

/* Choices of ours: the policy's number is worth 10 ways, that of all ways 6 to a cell. */
enum { PRIOR_WAYS = 10, ALL_WAYS = 6 };

static int32_t cell_of(int32_t degrees_e7)
{
    return degrees_e7 >= 0 ? degrees_e7 / DETOUR_CELL_E7 : -1 - (-1 - degrees_e7) / DETOUR_CELL_E7;
}

static const struct detour_cell *cell_find(const struct detour *detour, struct geo_point place)
{
    int32_t row = cell_of(place.lat_e7);
    int32_t column = cell_of(place.lon_e7);
    for (size_t i = 0; i < detour->cell_count; i++) {
        if (detour->cells[i].row == row && detour->cells[i].column == column) {
            return &detour->cells[i];
        }
    }
    return NULL;
}

static void count_up(struct detour_count *count, uint64_t permille)
{
    if (count->ways < UINT32_MAX) {
        count->ways++;
        count->permille_sum += permille;
    }
}

static void cell_add(struct detour *detour, struct geo_point place, uint64_t permille)
{
    const struct detour_cell *found = cell_find(detour, place);
    size_t at = found != NULL ? (size_t)(found - detour->cells) : detour->cell_count;
    if (at == DETOUR_CELLS) {
        return;
    }
    if (found == NULL) {
        detour->cells[detour->cell_count++] =
            (struct detour_cell){.row = cell_of(place.lat_e7), .column = cell_of(place.lon_e7)};
    }
    count_up(&detour->cells[at].count, permille);
}

bool detour_add(struct detour *detour, const struct detour_way *way)
{
    CHECK(way->metres_a_minute > 0);
    enum { TRAVEL_MOST_S = 86400 };
    if (!geo_is_located(way->from) || !geo_is_located(way->to) || way->travel_s <= 0 ||
        way->travel_s > TRAVEL_MOST_S) {
        return false;
    }
    int64_t straight_m = geo_distance_m(way->from, way->to);
    if (straight_m < DETOUR_NEAR_M || straight_m > DETOUR_FAR_M) {
        return false;
    }
    int64_t permille = way->travel_s * way->metres_a_minute * 1000 / (straight_m * 60);
    if (permille < DETOUR_LOW || permille > DETOUR_HIGH) {
        return false;
    }
    count_up(&detour->all, (uint64_t)permille);
    cell_add(detour, way->from, (uint64_t)permille);
    if (cell_find(detour, way->from) == NULL ||
        cell_find(detour, way->from) != cell_find(detour, way->to)) {
        cell_add(detour, way->to, (uint64_t)permille);
    }
    return true;
}

/* The mean of `count` and of `ways` more with `permille`, rounded to the nearest. */
static uint64_t drawn_to(const struct detour_count *count, uint64_t permille, uint64_t ways)
{
    uint64_t all = count->ways + ways;
    return (count->permille_sum + permille * ways + all / 2) / all;
}

static uint64_t permille_at(const struct detour *detour, struct geo_point place, uint64_t of_all)
{
    const struct detour_cell *cell = cell_find(detour, place);
    return cell != NULL && cell->count.ways >= DETOUR_CELL_LEAST
               ? drawn_to(&cell->count, of_all, ALL_WAYS)
               : of_all;
}

int32_t detour_permille(const struct detour *detour, int32_t prior_permille, struct geo_point from,
                        struct geo_point to)
{
    CHECK(prior_permille > 0);
    if (detour->all.ways < DETOUR_LEAST) {
        return prior_permille;
    }
    uint64_t of_all = drawn_to(&detour->all, (uint64_t)prior_permille, PRIOR_WAYS);
    return (int32_t)((permille_at(detour, from, of_all) + permille_at(detour, to, of_all) + 1) / 2);
}
