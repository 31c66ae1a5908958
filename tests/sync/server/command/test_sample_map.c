/* Goal: the invented city has a map: every address of the sample lies on its roads, and each is
 * reached from every other by all who may drive or walk. The golden pack shows another part of
 * it to the tests of app/screens. DOORSTEP_GOLDEN=write records it. */
#include "core/roads/roads.h"
#include "sync/server/import/sample_person.h"
#include "sync/server/import/sample_roads.h"
#include "sync/server/mappack/mappack.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct str pack_of(struct arena *arena, const struct sample_roads_options *options)
{
    char path[256];
    snprintf(path, sizeof path, "%s/sample-%d.osm", BUILD_FOLDER, (int)getpid());
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    EXPECT_OK(sample_roads(file, options));
    EXPECT(fclose(file) == 0);
    struct mappack_result result;
    EXPECT_OK(mappack_make(arena, path, &(struct mappack_options){.made_day = 20779}, &result));
    EXPECT(unlink(path) == 0);
    return result.bytes;
}

TEST(test_every_address_of_the_sample_lies_on_its_map)
{
    enum { NEAR_M = 120, PLACES = 400 };
    struct arena arena;
    struct roads roads;
    arena_init(&arena, 0);
    struct str pack = pack_of(&arena, &(struct sample_roads_options){0});
    EXPECT_OK(roads_check(pack.bytes, pack.size));
    EXPECT_OK(roads_open(pack.bytes, pack.size, &roads));
    for (int mode = 0; mode < ROADS_MODES; mode++) {
        struct roads_work *work = roads_work_new(&arena, &roads, (enum roads_mode)mode);
        struct roads_place before = {0};
        for (uint64_t i = 0; i < PLACES; i++) {
            struct sample_rng rng = sample_stream(9, 9, i);
            struct sample_place place;
            sample_place_make(&place, &rng, (size_t)(i % sample_district_count()));
            struct roads_place here = roads_snap(&roads, (enum roads_mode)mode, place.point);
            EXPECT_ROW(place.text, here.is_on_network && !here.is_island);
            EXPECT_ROW(place.text, here.away_m <= NEAR_M);
            if (i > 0) {
                EXPECT_ROW(place.text, roads_time_ds(work, &before, &here) != ROADS_NEVER);
            }
            before = here;
        }
    }
    arena_deinit(&arena);
}

TEST(test_the_map_behind_the_pictures_of_screens)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct str pack =
        pack_of(&arena, &(struct sample_roads_options){
                            .north_west = {313080000, 1214130000}, .columns = 2, .rows = 2});
    const char *path = TESTS_FOLDER "/golden/roads/portfolio.dsmap";
    const char *golden = getenv("DOORSTEP_GOLDEN");
    bool is_written = golden != NULL && strcmp(golden, "write") == 0;
    FILE *file = fopen(path, is_written ? "w+b" : "rb");
    EXPECT(file != NULL);
    if (is_written) {
        EXPECT_INT(pack.size, fwrite(pack.bytes, 1, pack.size, file));
        rewind(file);
    }
    char *bytes = arena_alloc(&arena, pack.size + 1);
    EXPECT_INT(pack.size, fread(bytes, 1, pack.size + 1, file));
    EXPECT(memcmp(bytes, pack.bytes, pack.size) == 0);
    EXPECT(fclose(file) == 0);
    arena_deinit(&arena);
}
