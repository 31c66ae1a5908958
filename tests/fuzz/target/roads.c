/* A map file, with the sum at its end made right: opened, and then driven on, as the tablet does.
 */
#include "core/roads/roads.h"
#include "core/roads/pack.h"
#include "tests/fuzz/target.h"

#include <sodium.h>

enum { SEGMENTS_LOOKED_AT = 64, POINTS = 32 };

static void count_segment(void *context, uint32_t segment)
{
    uint32_t *count = context;
    (*count)++;
    (void)segment;
}

static void look(const struct roads *roads, struct arena *arena)
{
    uint32_t count = 0;
    struct geo_point points[POINTS];
    for (uint32_t i = 0; i < roads->segment_count && i < SEGMENTS_LOOKED_AT; i++) {
        struct roads_segment segment = roads_segment_read(roads, i);
        CHECK(segment.node_a == 0 || segment.node_a < roads->node_count);
        CHECK(segment.name.size <= roads->names_size);
        (void)roads_segment_points(roads, i, points, POINTS);
        (void)roads_segment_time_ds(roads, i, ROADS_MODE_car, true);
    }
    roads_each_in_box(roads, arena, roads->south_west, roads->north_east, count_segment, &count);
    CHECK(count <= roads->segment_count);
}

static void travel(const struct roads *roads, struct arena *arena)
{
    const struct geo_point corners[] = {
        roads->south_west, roads->north_east, {312304000, 1214737000}};
    struct roads_place places[COUNT(corners)];
    for (enum roads_mode mode = 0; (int)mode < (int)ROADS_MODES; mode++) {
        struct roads_work *work = roads_work_new(arena, roads, mode);
        struct roads_table *table = roads_table_new(arena, work, COUNT(corners));
        struct roads_route route;
        for (size_t i = 0; i < COUNT(corners); i++) {
            places[i] = roads_snap(roads, mode, corners[i]);
            CHECK(!places[i].is_on_network || places[i].segment < roads->segment_count);
            (void)roads_table_add(table, &places[i]);
        }
        (void)roads_table_time_ds(table, 0, 1);
        (void)roads_time_ds(work, &places[1], &places[0]);
        roads_route(work, arena, &places[0], &places[1], &route);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct roads roads;
    struct arena arena = {0};
    arena_init(&arena, 0);
    uint8_t *pack = arena_alloc(&arena, size + 1);
    memcpy(pack, bytes, size);
    if (size > PACK_HASH_SIZE) {
        crypto_generichash(pack + size - PACK_HASH_SIZE, PACK_HASH_SIZE, pack,
                           size - PACK_HASH_SIZE, NULL, 0);
    }
    enum err checked = roads_check(pack, size);
    enum err opened = roads_open(pack, size, &roads);
    CHECK(checked == opened);
    if (opened == OK) {
        look(&roads, &arena);
        travel(&roads, &arena);
    }
    arena_deinit(&arena);
    return 0;
}
