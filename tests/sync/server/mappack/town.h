/* tests/sync/server/mappack/town.h -- small towns as OpenStreetMap text, and packs made of them.
 *
 * Points stand on a sheet whose unit is some 100 m east and north of a corner. */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"
#include "core/roads/roads.h"
#include "sync/server/mappack/mappack.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <unistd.h>

struct town {
    struct arena arena;
    struct str_builder nodes, ways, relations;
    struct mappack_result pack;
    struct roads roads;
};

enum {
    TOWN_LAT_E7 = 412000000,
    TOWN_LON_E7 = -86000000,
    TOWN_UNIT_LAT = 9000,
    TOWN_UNIT_LON = 11960
};

static inline struct geo_point town_place(double x, double y)
{
    return (struct geo_point){(int32_t)(TOWN_LAT_E7 + y * TOWN_UNIT_LAT),
                              (int32_t)(TOWN_LON_E7 + x * TOWN_UNIT_LON)};
}

static inline void town_start(struct town *town)
{
    *town = (struct town){0};
    arena_init(&town->arena, 0);
    str_builder_init(&town->nodes, &town->arena);
    str_builder_init(&town->ways, &town->arena);
    str_builder_init(&town->relations, &town->arena);
}

/* tags: "key=value;key=value" */
static inline void town_tags(struct str_builder *out, const char *tags)
{
    struct str rest = str_from(tags), tag;
    while (str_split(&rest, ';', &tag)) {
        struct str key;
        if (tag.size > 0 && str_split(&tag, '=', &key)) {
            str_add_format(out, "<tag k=\"%.*s\" v=\"%.*s\"/>", (int)key.size, key.bytes,
                           (int)tag.size, tag.bytes);
        }
    }
}

static inline void town_node(struct town *town, int id, double x, double y, const char *tags)
{
    struct geo_point place = town_place(x, y);
    str_add_format(&town->nodes, "<node id=\"%d\" lat=\"%.7f\" lon=\"%.7f\">", id,
                   place.lat_e7 / 1e7, place.lon_e7 / 1e7);
    town_tags(&town->nodes, tags);
    str_add_text(&town->nodes, "</node>\n");
}

/* refs: "1 2 3" */
static inline void town_way(struct town *town, int id, const char *refs, const char *tags)
{
    str_add_format(&town->ways, "<way id=\"%d\">", id);
    struct str rest = str_from(refs), ref;
    while (str_split(&rest, ' ', &ref)) {
        str_add_format(&town->ways, "<nd ref=\"%.*s\"/>", (int)ref.size, ref.bytes);
    }
    town_tags(&town->ways, tags);
    str_add_text(&town->ways, "</way>\n");
}

static inline void town_restriction(struct town *town, int id, int from, int via, int to,
                                    const char *tags)
{
    str_add_format(&town->relations,
                   "<relation id=\"%d\"><member type=\"way\" ref=\"%d\" role=\"from\"/>"
                   "<member type=\"node\" ref=\"%d\" role=\"via\"/>"
                   "<member type=\"way\" ref=\"%d\" role=\"to\"/><tag k=\"type\" "
                   "v=\"restriction\"/>",
                   id, from, via, to);
    town_tags(&town->relations, tags);
    str_add_text(&town->relations, "</relation>\n");
}

/* Writes the town to `path`. */
static inline void town_write(struct town *town, const char *path)
{
    FILE *file = fopen(path, "wb");
    EXPECT(file != NULL);
    fprintf(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<osm version=\"0.6\">\n");
    struct str parts[] = {str_built(&town->nodes), str_built(&town->ways),
                          town->relations.size > 0 ? str_built(&town->relations) : STR("")};
    for (size_t i = 0; i < 3; i++) {
        fwrite(parts[i].bytes, 1, parts[i].size, file);
    }
    fprintf(file, "</osm>\n");
    EXPECT(fclose(file) == 0);
}

static inline void town_pack(struct town *town)
{
    char path[256];
    snprintf(path, sizeof path, "%s/town-%d.osm", BUILD_FOLDER, (int)getpid());
    town_write(town, path);
    const struct mappack_options options = {.made_day = 20000};
    EXPECT_OK(mappack_make(&town->arena, path, &options, &town->pack));
    EXPECT(unlink(path) == 0);
    EXPECT_OK(roads_check(town->pack.bytes.bytes, town->pack.bytes.size));
    EXPECT_OK(roads_open(town->pack.bytes.bytes, town->pack.bytes.size, &town->roads));
}

static inline void town_stop(struct town *town)
{
    arena_deinit(&town->arena);
}

/* Seconds from one place on the sheet to another; -1: no way. */
static inline int town_seconds(struct town *town, enum roads_mode mode, double x1, double y1,
                               double x2, double y2)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct roads_work *work = roads_work_new(&arena, &town->roads, mode);
    struct roads_place from = roads_snap(&town->roads, mode, town_place(x1, y1));
    struct roads_place to = roads_snap(&town->roads, mode, town_place(x2, y2));
    int32_t time = roads_time_ds(work, &from, &to);
    struct roads_route route;
    roads_route(work, &arena, &from, &to, &route);
    EXPECT_INT(time, route.time_ds);
    arena_deinit(&arena);
    return time == ROADS_NEVER ? -1 : time / 10;
}
