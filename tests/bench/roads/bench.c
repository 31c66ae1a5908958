/* bench_roads MAP.osm.pbf [--pairs N | --routes N MODE]: a map pack made, and what it answers.
 *
 * Prints the CPU time and size of the pack, tables of times by mode, one more place, one route,
 * and compares N pairs (default 100,000) by car and on foot with a plain search over the same
 * states. Places are drawn from a seed, within 400 m of the map's own roads. With --routes it
 * prints N routes between points of roads instead, for a comparison with another engine
 * (tests/bench/roads/routino): both ends in degrees × 10^7, metres, seconds on the road
 * without turns and signals, seconds with them. */
#include "core/roads/roads_work.h"
#include "sync/server/mappack/mappack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PLACES = 100, ROUNDS = 7 };

static double cpu_ms(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static uint64_t seed_state = 20261122;

static uint32_t draw(uint32_t bound)
{
    seed_state ^= seed_state << 13;
    seed_state ^= seed_state >> 7;
    seed_state ^= seed_state << 17;
    return (uint32_t)((seed_state >> 11) % bound);
}

static struct roads_place draw_place(const struct roads *roads, enum roads_mode mode)
{
    struct geo_point near;
    (void)roads_segment_points(roads, draw(roads->segment_count), &near, 1);
    near.lat_e7 += (int32_t)draw(72000) - 36000;
    near.lon_e7 += (int32_t)draw(95000) - 47500;
    return roads_snap(roads, mode, near);
}

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return left < right ? -1 : left > right;
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}

static const char *mode_name(int mode)
{
    static const char *const names[ROADS_MODES] = {
#define ROAD_MODE(code, name, is_both_ways, has_turns) [code] = #name,
#include "core/roads/modes.def"
#undef ROAD_MODE
    };
    return names[mode];
}

static void measure_mode(const struct roads *roads, int mode)
{
    double tables[ROUNDS], adds[ROUNDS], snaps[ROUNDS], routes[ROUNDS];
    struct arena work_arena;
    arena_init(&work_arena, 0);
    struct roads_work *work = roads_work_new(&work_arena, roads, (enum roads_mode)mode);
    for (int round = 0; round < ROUNDS; round++) {
        struct arena arena;
        arena_init(&arena, (size_t)1 << 22);
        struct roads_place places[PLACES];
        double start = cpu_ms();
        for (int i = 0; i < PLACES; i++) {
            places[i] = draw_place(roads, (enum roads_mode)mode);
        }
        snaps[round] = (cpu_ms() - start) / PLACES;
        start = cpu_ms();
        struct roads_table *table = roads_table_new(&arena, work, PLACES + 1);
        for (int i = 0; i < PLACES; i++) {
            (void)roads_table_add(table, &places[i]);
        }
        tables[round] = cpu_ms() - start;
        struct roads_place one_more = draw_place(roads, (enum roads_mode)mode);
        start = cpu_ms();
        (void)roads_table_add(table, &one_more);
        adds[round] = cpu_ms() - start;
        start = cpu_ms();
        for (int i = 1; i < PLACES; i++) {
            struct roads_route route;
            roads_route(work, &arena, &places[i - 1], &places[i], &route);
        }
        routes[round] = (cpu_ms() - start) / (PLACES - 1);
        arena_deinit(&arena);
    }
    printf("%-10s  100 x 100 %6.2f ms   one more %5.3f ms   route %5.3f ms   snap %5.3f ms\n",
           mode_name(mode), median(tables, ROUNDS), median(adds, ROUNDS), median(routes, ROUNDS),
           median(snaps, ROUNDS));
    arena_deinit(&work_arena);
}

/* ---- the plain search ---- */

struct plain {
    struct roads_work *work;
    uint32_t *times;     /* by rank */
    uint32_t *direction; /* a road direction that ends in the state of a rank */
    uint64_t *heap;
    size_t heap_count;
};

static void plain_push(struct plain *plain, uint64_t key)
{
    size_t at = plain->heap_count++;
    for (; at > 0 && plain->heap[(at - 1) / 2] > key; at = (at - 1) / 2) {
        plain->heap[at] = plain->heap[(at - 1) / 2];
    }
    plain->heap[at] = key;
}

static uint64_t plain_pop(struct plain *plain)
{
    uint64_t first = plain->heap[0], last = plain->heap[--plain->heap_count];
    size_t at = 0, child;
    while ((child = 2 * at + 1) < plain->heap_count) {
        child += child + 1 < plain->heap_count && plain->heap[child + 1] < plain->heap[child];
        if (plain->heap[child] >= last) {
            break;
        }
        plain->heap[at] = plain->heap[child];
        at = child;
    }
    plain->heap[at] = last;
    return first;
}

static void plain_reach(struct plain *plain, uint32_t rank, uint32_t time)
{
    if (rank != PACK_NO_RANK && time < plain->times[rank]) {
        plain->times[rank] = time;
        plain_push(plain, (uint64_t)time << 32 | rank);
    }
}

static void plain_start(struct plain *plain, struct arena *arena, struct roads_work *work)
{
    uint32_t ranks = work->hierarchy->rank_count, directions = work->roads->segment_count * 2;
    plain->work = work;
    plain->times = ARENA_ARRAY(arena, ranks + 1, uint32_t);
    plain->direction = ARENA_ARRAY(arena, ranks + 1, uint32_t);
    plain->heap = ARENA_ARRAY(arena, (size_t)directions * 8, uint64_t);
    for (uint32_t d = 0; d < directions; d++) {
        uint32_t rank = roads_rank_at_end(work, d);
        if (rank != PACK_NO_RANK &&
            roads_segment_time_ds(work->roads, d / 2, work->mode, d % 2 == 0) != ROADS_NEVER) {
            plain->direction[rank] = d;
        }
    }
}

/* Dijkstra 1959, over every state. */
static void plain_search(struct plain *plain, const struct roads_place *from)
{
    struct roads_work *work = plain->work;
    struct roads_seed seeds[ROADS_SEEDS_MAX];
    memset(plain->times, 0xff, (work->hierarchy->rank_count + 1) * sizeof *plain->times);
    size_t count = roads_seeds_from(work, from, seeds);
    for (size_t i = 0; i < count; i++) {
        plain_reach(plain, seeds[i].rank, seeds[i].time_ds);
    }
    while (plain->heap_count > 0) {
        uint64_t key = plain_pop(plain);
        uint32_t rank = (uint32_t)key, time = (uint32_t)(key >> 32);
        if (time > plain->times[rank]) {
            continue;
        }
        uint32_t came = plain->direction[rank];
        uint32_t node = roads_segment_node(work->roads, came / 2, came % 2 == 0);
        uint32_t first = work->incident_first[node], in = 0;
        while (work->incidents[first + in] != (came ^ 1)) {
            in++;
        }
        const uint8_t *turns = roads_turns_of(work, node, in);
        for (uint32_t i = first; i < work->incident_first[node + 1]; i++) {
            uint32_t next = work->incidents[i];
            int32_t along = roads_segment_time_ds(work->roads, next / 2, work->mode, next % 2 == 0);
            uint32_t turn = turns != NULL ? turns[i - first] : 0;
            if (along != ROADS_NEVER && turn != PACK_NO_TURN) {
                plain_reach(plain, roads_rank_at_end(work, next), time + (uint32_t)along + turn);
            }
        }
    }
}

static int32_t plain_time(const struct plain *plain, const struct roads_place *from,
                          const struct roads_place *to)
{
    struct roads_seed seeds[ROADS_SEEDS_MAX];
    size_t count = roads_seeds_to(plain->work, to, seeds);
    int32_t best = roads_time_within_ds(plain->work, from, to);
    for (size_t i = 0; i < count; i++) {
        uint32_t there = plain->times[seeds[i].rank];
        if (there != UINT32_MAX && (int32_t)(there + seeds[i].time_ds) < best) {
            best = (int32_t)(there + seeds[i].time_ds);
        }
    }
    return best;
}

static size_t compare_mode(const struct roads *roads, enum roads_mode mode, size_t pairs)
{
    size_t side = 2, different = 0, never = 0, seen = 0;
    while (side * (side - 1) < pairs && side < 1001) {
        side++;
    }
    struct arena arena;
    arena_init(&arena, (size_t)1 << 22);
    struct roads_work *work = roads_work_new(&arena, roads, mode);
    struct roads_table *table = roads_table_new(&arena, work, side);
    struct roads_place *places = ARENA_ARRAY(&arena, side, struct roads_place);
    struct plain plain = {0};
    plain_start(&plain, &arena, work);
    for (size_t i = 0; i < side; i++) {
        places[i] = draw_place(roads, mode);
        places[i].away_m = 0;
        (void)roads_table_add(table, &places[i]);
    }
    for (size_t i = 0; i < side; i++) {
        plain_search(&plain, &places[i]);
        for (size_t j = 0; j < side; j++) {
            if (i != j) {
                int32_t expected = plain_time(&plain, &places[i], &places[j]);
                different += expected != roads_table_time_ds(table, i, j);
                never += expected == ROADS_NEVER;
                seen++;
            }
        }
    }
    printf("%-10s  %zu pairs against Dijkstra: %zu different, %zu without a way\n",
           mode_name((int)mode), seen, different, never);
    arena_deinit(&arena);
    return different;
}

/* Seconds along the route as if it had neither turns nor signals. */
static double free_seconds(const struct roads *roads, const struct roads_route *route, int mode)
{
    double seconds = 0;
    for (size_t i = 0; i < route->leg_count; i++) {
        const struct roads_leg *leg = &route->legs[i];
        struct roads_segment segment = roads_segment_read(roads, leg->segment);
        double share = (double)(leg->to_share - leg->from_share) / 65536;
        seconds += share * segment.length_dm * 0.36 / segment.kmh[mode][leg->is_forward ? 0 : 1];
    }
    return seconds;
}

static void print_routes(const struct roads *roads, int mode, size_t count)
{
    struct arena arena;
    arena_init(&arena, (size_t)1 << 22);
    struct roads_work *work = roads_work_new(&arena, roads, (enum roads_mode)mode);
    while (count-- > 0) {
        struct roads_place from = draw_place(roads, (enum roads_mode)mode);
        struct roads_place to = draw_place(roads, (enum roads_mode)mode);
        /* On the road itself, so that the other engine need not choose one. */
        from = roads_snap(roads, (enum roads_mode)mode, from.snapped);
        to = roads_snap(roads, (enum roads_mode)mode, to.snapped);
        from.away_m = to.away_m = 0;
        struct roads_route route;
        roads_route(work, &arena, &from, &to, &route);
        printf("%d %d %d %d %u %.1f %.1f\n", from.snapped.lat_e7, from.snapped.lon_e7,
               to.snapped.lat_e7, to.snapped.lon_e7, route.length_m,
               free_seconds(roads, &route, mode),
               route.time_ds == ROADS_NEVER ? -1.0 : route.time_ds / 10.0);
    }
    arena_deinit(&arena);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: bench_roads MAP.osm.pbf [--pairs N | --routes N MODE]\n");
        return 2;
    }
    size_t pairs =
        argc > 3 && strcmp(argv[2], "--pairs") == 0 ? strtoul(argv[3], NULL, 10) : 100000;
    struct arena arena;
    arena_init(&arena, (size_t)1 << 22);
    const struct mappack_options options = {0};
    struct mappack_result result;
    struct roads roads;
    double start = cpu_ms();
    enum err err = mappack_make(&arena, argv[1], &options, &result);
    double made_ms = cpu_ms() - start;
    if (err != OK || result.segment_count == 0 ||
        roads_open(result.bytes.bytes, result.bytes.size, &roads) != OK) {
        fprintf(stderr, "bench_roads: %s: %s\n", argv[1], err_name(err));
        return 1;
    }
    if (argc > 4 && strcmp(argv[2], "--routes") == 0) {
        int mode = atoi(argv[4]);
        print_routes(&roads, mode >= 0 && mode < ROADS_MODES ? mode : 0,
                     strtoul(argv[3], NULL, 10));
        arena_deinit(&arena);
        return 0;
    }
    printf("pack made in %.1f s CPU, %.2f MB, %u junctions, %u segments\n", made_ms / 1e3,
           (double)result.bytes.size / 1e6, roads.node_count, roads.segment_count);
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        measure_mode(&roads, mode);
    }
    size_t different = 0;
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        different += compare_mode(&roads, (enum roads_mode)mode, pairs);
    }
    arena_deinit(&arena);
    return different == 0 ? 0 : 1;
}
