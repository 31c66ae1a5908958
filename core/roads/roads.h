/* core/roads/roads.h -- travel on the roads of a map pack: snapping, times, routes.
 *
 * A map pack is one file, made by `doorstep-hq mappack` from OpenStreetMap data
 * (© OpenStreetMap contributors, ODbL: whoever shows a road shows ROADS_CREDIT), mapped
 * into memory and only read. README.md beside this file describes its bytes.
 *
 * Times are deciseconds, places WGS-84. Integers only: the same pack and places give the
 * same times on every machine. Pure; work memory is the caller's.
 *
 * Method: a contraction hierarchy per mode (Geisberger et al. 2008) over states: a
 * state is a junction, or, where turning there costs time or is forbidden, a road that
 * leads into it. Many-to-many by buckets (Knopp et al. 2007). */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"
#include "core/domain/geo.h"

#define ROADS_CREDIT "© OpenStreetMap contributors"

enum roads_mode {
#define ROAD_MODE(code, name, is_both_ways, has_turns) ROADS_MODE_##name = (code),
#include "core/roads/modes.def"
#undef ROAD_MODE
};
enum { ROADS_MODES = 4 };

enum roads_class {
#define ROAD_CLASS(code, name, rank, car, motorcycle, bicycle, foot) ROADS_CLASS_##name = (code),
#include "core/roads/road_classes.def"
#undef ROAD_CLASS
    ROADS_CLASSES
};

enum { ROADS_NEVER = INT32_MAX }; /* no road leads there */
enum { ROADS_SNAP_FAR_M = 2000 }; /* further from any road of the mode: off the network */

/* A part of the pack for one mode: see README.md. */
struct roads_column {
    const uint8_t *items;
    uint32_t pair_count; /* UINT32_MAX: an item for every index; else pairs of index and item */
};
struct roads_hierarchy {
    struct roads_column rank_of_node;
    struct roads_column rank_of_edge; /* by road direction: 2 × segment + 0 (there) or 1 (back) */
    struct roads_column turn_of_node;
    const uint8_t *offset_bases, *offsets; /* of each rank in arcs */
    const uint8_t *arcs;
    const uint8_t *turns; /* tables, each in × out, 1 byte */
    const uint8_t *turn_offsets;
    uint32_t rank_count;
    uint32_t arcs_size;
    uint32_t turns_size;
    uint32_t turn_table_count;
    bool is_both_ways;
};

/* An opened pack: pointers into the caller's bytes. */
struct roads {
    const uint8_t *bytes;
    size_t size;
    struct geo_point south_west, north_east; /* of what is in it */
    int64_t made_day;                        /* civil day of the map data, days since 1970-01-01 */
    uint32_t node_count;
    uint32_t segment_count;
    uint32_t name_count;
    uint32_t profile_count;
    const uint8_t *segments;
    const uint8_t *profiles;
    const uint8_t *shapes;
    uint32_t shapes_size;
    const uint8_t *shape_bases;
    const uint8_t *names;
    uint32_t names_size;
    const uint8_t *name_offsets;
    int32_t cell_lat_e7, cell_lon_e7; /* size of a grid cell */
    uint32_t rows, columns;
    const uint8_t *cell_offsets;
    const uint8_t *cells;
    uint32_t cells_size;
    struct roads_hierarchy modes[ROADS_MODES];
};

/* Reads the head and checks that every part lies inside `bytes` (borrowed while the pack is
 * used). ERR_malformed; ERR_unknown_version. Does not read the whole file: see roads_check(). */
enum err roads_open(const void *bytes, size_t size, struct roads *roads_out) MUST_USE;
/* Reads every byte: the checksum at the end of the file. ERR_malformed. To be called once,
 * when a file arrives. */
enum err roads_check(const void *bytes, size_t size) MUST_USE;

/* ---- a place on the network ---- */
struct roads_place {
    struct geo_point given;   /* where the place is */
    struct geo_point snapped; /* the nearest point of a road of the mode */
    uint32_t segment;
    uint32_t share;  /* of the segment's length from its first end, 0..65536 */
    uint32_t away_m; /* from given to snapped, walked */
    bool is_on_network;
    bool is_island; /* no road of the mode leads from there to the main network */
};

/* The nearest place on a road of the mode. Prefers the main network when an islet of roads
 * (a car park, a closed estate) is not much nearer. is_on_network false past
 * ROADS_SNAP_FAR_M. */
struct roads_place roads_snap(const struct roads *roads, enum roads_mode mode,
                              struct geo_point point);

/* ---- times ---- */

/* What is needed to ask many times; allocated once for one pack and mode. */
struct roads_work;
struct roads_work *roads_work_new(struct arena *arena, const struct roads *roads,
                                  enum roads_mode mode);

/* Times between places that are added one by one. Adding costs two searches and a pass over
 * what the places before it left behind; nothing is searched twice. Lives in `arena`. */
struct roads_table;
struct roads_table *roads_table_new(struct arena *arena, struct roads_work *work, size_t capacity);
/* Gives the place's index: 0, 1, … below capacity. */
size_t roads_table_add(struct roads_table *table, const struct roads_place *place);
/* ROADS_NEVER where no way leads or a place is off the network; 0 from a place to itself. The
 * walk between place and road is in it. */
int32_t roads_table_time_ds(const struct roads_table *table, size_t from, size_t to);

/* One pair, without a table. */
int32_t roads_time_ds(struct roads_work *work, const struct roads_place *from,
                      const struct roads_place *to);

/* ---- a route to draw and to tell ---- */
struct roads_leg {
    uint32_t segment;
    bool is_forward;               /* in the direction of the segment's points */
    uint32_t from_share, to_share; /* 0..65536 of the segment, in the segment's direction */
};
struct roads_route {
    struct roads_leg *legs;
    size_t leg_count;
    int32_t time_ds;   /* equal to roads_time_ds(); ROADS_NEVER: no way, and no legs */
    uint32_t length_m; /* on the road; the walk to the door is not in it */
};
/* The fastest way, in `arena`. */
void roads_route(struct roads_work *work, struct arena *arena, const struct roads_place *from,
                 const struct roads_place *to, struct roads_route *route_out);

/* ---- what the pack holds, for drawing ---- */
struct roads_segment {
    uint32_t node_a, node_b;
    enum roads_class class;
    uint32_t length_dm;
    struct str name; /* empty: none */
    bool is_tunnel, is_bridge;
    uint8_t kmh[ROADS_MODES][2]; /* forward, back; 0: not allowed */
};
struct roads_segment roads_segment_read(const struct roads *roads, uint32_t segment);
/* Points of a segment into points_out (room for `capacity`), both ends with it. Returns how
 * many there are, which may be more than fitted. */
size_t roads_segment_points(const struct roads *roads, uint32_t segment,
                            struct geo_point *points_out, size_t capacity);
/* Time along the whole segment, ROADS_NEVER when the mode may not go that way. */
int32_t roads_segment_time_ds(const struct roads *roads, uint32_t segment, enum roads_mode mode,
                              bool is_forward);
/* Calls `visit` once for each segment that may touch the box, in the pack's order. Takes a bit a
 * segment from `scratch`, which `visit` may use too. */
void roads_each_in_box(const struct roads *roads, struct arena *scratch,
                       struct geo_point south_west, struct geo_point north_east,
                       void (*visit)(void *context, uint32_t segment), void *context);
/* 0 most important. */
uint32_t roads_class_rank(enum roads_class class);
/* Whether the segment leads to and from the largest part of the network of the mode. */
bool roads_segment_is_main(const struct roads *roads, uint32_t segment, enum roads_mode mode);
/* Junction at the segment's first (0) or last (1) end. */
uint32_t roads_segment_node(const struct roads *roads, uint32_t segment, uint32_t end);
