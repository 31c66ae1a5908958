/* Whole packs: equal to a plain search, the same every time, and safe when damaged. */
#include "core/roads/roads_work.h"
#include "tests/sync/server/mappack/town.h"

#include <stdlib.h>

/* The XML parser below libreadosm keeps its memory when a file is cut; no map maker reads
 * another file after that. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libexpat";
}

static uint32_t below(struct rng *rng, uint32_t bound)
{
    return (uint32_t)rng_below(rng, bound);
}

static struct geo_point drawn_place(struct rng *rng, uint32_t hundredths)
{
    double east = below(rng, hundredths) / 100.0;
    return town_place(east, below(rng, hundredths) / 100.0);
}

/* A grid of streets with gaps, one-way streets, footways, signals, posts and restrictions. */
static void random_town(struct town *town, uint64_t seed, int side)
{
    static const char *const kinds[] = {"highway=residential",
                                        "highway=residential",
                                        "highway=residential",
                                        "highway=tertiary",
                                        "highway=residential",
                                        "highway=residential;oneway=yes",
                                        "highway=tertiary",
                                        "highway=primary;maxspeed=70",
                                        "highway=footway",
                                        "highway=residential;oneway=-1;maxspeed=30",
                                        "highway=cycleway",
                                        "highway=service;access=private",
                                        "highway=primary;oneway=yes;oneway:bicycle=no"};
    static const char *const corners[] = {
        "", "", "", "", "", "highway=traffic_signals", "barrier=bollard", "barrier=gate;access=no"};
    static const char *const rules[] = {"restriction=no_left_turn", "restriction=only_straight_on",
                                        "restriction=no_u_turn",
                                        "restriction=no_right_turn;except=bicycle"};
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    town_start(town);
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            const char *corner = corners[below(&rng, COUNT(corners))];
            double north = y + below(&rng, 60) / 100.0;
            double east = x + below(&rng, 60) / 100.0;
            town_node(town, y * side + x + 1, east, north, corner);
        }
    }
    int way = 1000;
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            int here = y * side + x + 1;
            const int next[] = {x + 1 < side ? here + 1 : 0, y + 1 < side ? here + side : 0};
            for (int i = 0; i < 2; i++) {
                if (next[i] != 0 && below(&rng, 8) != 0) {
                    char refs[32];
                    snprintf(refs, sizeof refs, "%d %d", here, next[i]);
                    town_way(town, ++way, refs, kinds[below(&rng, COUNT(kinds))]);
                }
            }
        }
    }
    for (int i = 0; i < side * 2; i++) {
        /* Ways of neighbouring numbers often meet; what does not meet binds nobody. */
        int from = 1001 + (int)below(&rng, (uint32_t)(way - 1000));
        const char *rule = rules[below(&rng, COUNT(rules))];
        int to = from + 1 + (int)below(&rng, 3);
        int via = 1 + (int)below(&rng, (uint32_t)(side * side));
        town_restriction(town, i + 1, from, via, to, rule);
    }
}

/* The plain search: all states, no hierarchy. times by direction at whose end one is. */
struct plain {
    struct roads_work *work;
    uint32_t *times;
    uint32_t direction_count;
};

static uint32_t in_index(const struct roads_work *work, uint32_t node, uint32_t direction)
{
    uint32_t first = work->incident_first[node];
    uint32_t in = 0;
    while (work->incidents[first + in] != (direction ^ 1)) {
        in++;
    }
    return in;
}

/* Bellman and Ford: slow, short, and nothing like the search it checks. */
static void plain_search(struct plain *plain, const struct roads_place *from)
{
    struct roads_work *work = plain->work;
    const struct roads *roads = work->roads;
    memset(plain->times, 0xff, plain->direction_count * sizeof *plain->times);
    for (uint32_t way = 0; from->is_on_network && way < 2; way++) {
        int32_t time = roads_segment_time_ds(roads, from->segment, work->mode, way == 0);
        uint32_t left = way == 0 ? 65536 - from->share : from->share;
        if (time != ROADS_NEVER) {
            plain->times[from->segment * 2 + way] = (uint32_t)((int64_t)time * left >> 16);
        }
    }
    for (bool is_changed = true; is_changed;) {
        is_changed = false;
        for (uint32_t d = 0; d < plain->direction_count; d++) {
            if (plain->times[d] == UINT32_MAX) {
                continue;
            }
            uint32_t node = roads_segment_node(roads, d / 2, d % 2 == 0);
            uint32_t first = work->incident_first[node];
            const uint8_t *turns = roads_turns_of(work, node, in_index(work, node, d));
            for (uint32_t i = first; i < work->incident_first[node + 1]; i++) {
                uint32_t next = work->incidents[i];
                int32_t time = roads_segment_time_ds(roads, next / 2, work->mode, next % 2 == 0);
                uint32_t turn = turns != NULL ? turns[i - first] : 0;
                if (time != ROADS_NEVER && turn != 255 &&
                    plain->times[d] + (uint32_t)time + turn < plain->times[next]) {
                    plain->times[next] = plain->times[d] + (uint32_t)time + turn;
                    is_changed = true;
                }
            }
        }
    }
}

static int32_t plain_time(const struct plain *plain, const struct roads_place *from,
                          const struct roads_place *to)
{
    struct roads_work *work = plain->work;
    const struct roads *roads = work->roads;
    uint32_t best = UINT32_MAX;
    for (uint32_t way = 0; to->is_on_network && way < 2; way++) {
        int32_t time = roads_segment_time_ds(roads, to->segment, work->mode, way == 0);
        if (time == ROADS_NEVER) {
            continue;
        }
        uint32_t within =
            (uint32_t)((int64_t)time * (way == 0 ? to->share : 65536 - to->share) >> 16);
        uint32_t node = roads_segment_node(roads, to->segment, way);
        uint32_t first = work->incident_first[node];
        for (uint32_t i = first; i < work->incident_first[node + 1]; i++) {
            uint32_t in = work->incidents[i] ^ 1;
            const uint8_t *turns = roads_turns_of(work, node, i - first);
            for (uint32_t k = first; k < work->incident_first[node + 1]; k++) {
                uint32_t turn = turns != NULL ? turns[k - first] : 0;
                if (work->incidents[k] == to->segment * 2 + way && turn != 255 &&
                    plain->times[in] != UINT32_MAX && plain->times[in] + turn + within < best) {
                    best = plain->times[in] + turn + within;
                }
            }
        }
    }
    int32_t on_it = roads_time_within_ds(work, from, to);
    best = on_it != ROADS_NEVER && (uint32_t)on_it < best ? (uint32_t)on_it : best;
    return best == UINT32_MAX ? ROADS_NEVER : (int32_t)best;
}

static bool route_holds_together(const struct roads *roads, const struct roads_route *route)
{
    for (size_t i = 1; i < route->leg_count; i++) {
        const struct roads_leg *a = &route->legs[i - 1], *b = &route->legs[i];
        if (roads_segment_node(roads, a->segment, a->is_forward ? 1 : 0) !=
            roads_segment_node(roads, b->segment, b->is_forward ? 0 : 1)) {
            return false;
        }
    }
    return true;
}

/* Goal: every time of a table is that of a plain search over the same roads, in every mode; the
 * route says the same time, and is one line. */
TEST(test_times_equal_a_plain_search)
{
    enum { PLACES = 12 };
    size_t never = 0, pairs = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct town town;
        random_town(&town, seed, 9);
        town_pack(&town);
        struct test_rng state;
        struct rng rng = test_rng_make(&state, seed * 77);
        for (int mode = 0; mode < ROADS_MODES; mode++) {
            struct arena arena;
            arena_init(&arena, 0);
            struct roads_work *work = roads_work_new(&arena, &town.roads, (enum roads_mode)mode);
            struct plain plain = {work, NULL, town.roads.segment_count * 2};
            plain.times = ARENA_ARRAY(&arena, plain.direction_count, uint32_t);
            struct roads_table *table = roads_table_new(&arena, work, PLACES);
            struct roads_place places[PLACES];
            for (size_t i = 0; i < PLACES; i++) {
                places[i] = roads_snap(&town.roads, (enum roads_mode)mode, drawn_place(&rng, 900));
                places[i].away_m = 0; /* roads only */
                EXPECT_INT(i, roads_table_add(table, &places[i]));
            }
            for (size_t i = 0; i < PLACES; i++) {
                plain_search(&plain, &places[i]);
                for (size_t j = 0; j < PLACES; j++) {
                    int32_t expected = i == j ? 0 : plain_time(&plain, &places[i], &places[j]);
                    never += expected == ROADS_NEVER;
                    pairs++;
                    char row[64];
                    snprintf(row, sizeof row, "seed %d mode %d %zu to %zu", (int)seed, mode, i, j);
                    EXPECT_ROW(row, roads_table_time_ds(table, i, j) == expected);
                    EXPECT_ROW(row,
                               i == j || roads_time_ds(work, &places[i], &places[j]) == expected);
                    struct roads_route route;
                    roads_route(work, &arena, &places[i], &places[j], &route);
                    EXPECT_ROW(row, i == j || route.time_ds == expected);
                    EXPECT_ROW(row, (route.leg_count > 0) == (route.time_ds != ROADS_NEVER));
                    EXPECT_ROW(row, route_holds_together(&town.roads, &route));
                }
            }
            arena_deinit(&arena);
        }
        town_stop(&town);
    }
    EXPECT(never > 0 && never * 4 < pairs); /* or it would show little */
}

TEST(test_the_same_data_give_the_same_bytes)
{
    struct town first, second;
    random_town(&first, 5, 8);
    town_pack(&first);
    random_town(&second, 5, 8);
    town_pack(&second);
    EXPECT_INT(first.pack.bytes.size, second.pack.bytes.size);
    EXPECT(memcmp(first.pack.bytes.bytes, second.pack.bytes.bytes, first.pack.bytes.size) == 0);
    town_stop(&first);
    town_stop(&second);
}

/* Goal: the bytes of a pack do not change unnoticed: tablets keep packs for years. The golden file
 * is what the tests of app/map show. DOORSTEP_GOLDEN=write records it. */
TEST(test_the_bytes_of_a_pack)
{
    struct town town;
    random_town(&town, 7, 7);
    town_pack(&town);
    const char *path = TESTS_FOLDER "/golden/roads/town.dsmap";
    const char *golden = getenv("DOORSTEP_GOLDEN");
    FILE *file = fopen(path, golden != NULL && strcmp(golden, "write") == 0 ? "w+b" : "rb");
    EXPECT(file != NULL);
    if (golden != NULL && strcmp(golden, "write") == 0) {
        EXPECT_INT(town.pack.bytes.size,
                   fwrite(town.pack.bytes.bytes, 1, town.pack.bytes.size, file));
        rewind(file);
    }
    char *bytes = arena_alloc(&town.arena, town.pack.bytes.size + 1);
    EXPECT_INT(town.pack.bytes.size, fread(bytes, 1, town.pack.bytes.size + 1, file));
    EXPECT(memcmp(bytes, town.pack.bytes.bytes, town.pack.bytes.size) == 0);
    EXPECT(fclose(file) == 0);
    town_stop(&town);
}

/* Asks everything of a pack that was opened in spite of its damage. */
static void ask_everything(const struct roads *roads, uint64_t seed)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, seed);
    struct arena arena;
    arena_init(&arena, 0);
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        struct roads_work *work = roads_work_new(&arena, roads, (enum roads_mode)mode);
        struct roads_table *table = roads_table_new(&arena, work, 3);
        struct roads_place places[3];
        for (size_t i = 0; i < 3; i++) {
            places[i] = roads_snap(roads, (enum roads_mode)mode, drawn_place(&rng, 500));
            (void)roads_table_add(table, &places[i]);
        }
        struct roads_route route;
        roads_route(work, &arena, &places[0], &places[2], &route);
    }
    for (uint32_t s = 0; s < roads->segment_count && s < 50; s++) {
        struct geo_point points[4];
        (void)roads_segment_read(roads, s);
        (void)roads_segment_points(roads, s, points, 4);
    }
    arena_deinit(&arena);
}

/* Goal: a damaged file is refused by its checksum; were it used all the same, nothing outside
 * it would be read and no search would go on for ever. */
TEST(test_damage_is_seen_and_does_no_harm)
{
    struct town town;
    random_town(&town, 3, 5);
    town_pack(&town);
    size_t size = town.pack.bytes.size;
    uint8_t *bytes = malloc(size); /* of its own, so that a read past the end is seen */
    EXPECT(bytes != NULL);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 11);
    for (int i = 0; i < 300; i++) {
        memcpy(bytes, town.pack.bytes.bytes, size);
        uint32_t flips = 1 + below(&rng, 3);
        for (uint32_t k = 0; k < flips; k++) {
            bytes[below(&rng, (uint32_t)size)] ^= (uint8_t)(1 + below(&rng, 255));
        }
        struct roads roads;
        if (memcmp(bytes, town.pack.bytes.bytes, size) != 0) {
            EXPECT(roads_check(bytes, size) != OK);
        }
        if (roads_open(bytes, size, &roads) == OK) {
            ask_everything(&roads, (uint64_t)i);
        }
    }
    for (size_t cut = 0; cut < size; cut += 1 + cut / 50) {
        uint8_t *part = malloc(cut + 1);
        EXPECT(part != NULL);
        memcpy(part, town.pack.bytes.bytes, cut);
        EXPECT(roads_check(part, cut) != OK);
        free(part);
    }
    free(bytes);
    town_stop(&town);
}

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    fputs(text, file);
    EXPECT(fclose(file) == 0);
}

TEST(test_files_that_are_no_map)
{
    struct arena arena;
    arena_init(&arena, 0);
    const struct mappack_options options = {0};
    struct mappack_result result;
    char path[256];
    EXPECT_ERR(ERR_not_found,
               mappack_make(&arena, BUILD_FOLDER "/not-there.osm.pbf", &options, &result));
    snprintf(path, sizeof path, "%s/town-%d.osm", BUILD_FOLDER, (int)getpid());
    static const char *const texts[] = {"", "<osm", "not a map", "<osm><way id=\"1\"></osm>"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        file_write(path, texts[i]);
        enum err err = mappack_make(&arena, path, &options, &result);
        EXPECT_ROW(texts[i], err == ERR_malformed || (err == OK && result.segment_count == 0));
    }
    const char empty[] = "<?xml version=\"1.0\"?><osm version=\"0.6\"></osm>";
    file_write(path, empty);
    EXPECT_OK(mappack_make(&arena, path, &options, &result));
    EXPECT_INT(0, result.segment_count);
    EXPECT(unlink(path) == 0);
    arena_deinit(&arena);
}
