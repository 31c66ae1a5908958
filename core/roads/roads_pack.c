/* Opening a pack, and reading single things out of it. */
#include "core/roads/pack.h"
#include "core/roads/roads.h"
#include "core/roads/roads_time.h"

#include <sodium.h>
#include <string.h>

static const uint8_t class_ranks[ROADS_CLASSES] = {
#define ROAD_CLASS(code, name, rank, car, motorcycle, bicycle, foot) [code] = (rank),
#include "core/roads/road_classes.def"
#undef ROAD_CLASS
};

uint32_t roads_class_rank(enum roads_class class)
{
    CHECK((unsigned)class < ROADS_CLASSES);
    return class_ranks[class];
}

/* Ten degrees: a place and a cell beside it stay inside 32 bits. */
enum { CELL_MAX_E7 = 100000000 };

struct opening {
    const uint8_t *bytes;
    size_t size; /* without the hash */
    bool is_bad;
};

static uint32_t number(const struct opening *opening, uint32_t index)
{
    return pack_u32(opening->bytes + 8 + (size_t)4 * index);
}

/* Start of a section that must hold `count` items of `item_size`; with count UINT32_MAX any
 * number, which is then told. */
static const uint8_t *section(struct opening *opening, uint32_t index, uint64_t count,
                              uint32_t item_size, uint32_t *size_out)
{
    uint64_t start = number(opening, PACK_NUMBER_sections + 2 * index);
    uint64_t size = number(opening, PACK_NUMBER_sections + 2 * index + 1);
    if (start < PACK_HEAD_SIZE || start + size > opening->size ||
        (size_out == NULL && size != count * item_size)) {
        opening->is_bad = true;
        return opening->bytes;
    }
    if (size_out != NULL) {
        *size_out = (uint32_t)(size / item_size);
    }
    return opening->bytes + start;
}

static struct roads_column column(struct opening *opening, uint32_t index, uint32_t pairs,
                                  uint64_t count, uint32_t item_size)
{
    bool is_dense = pairs == UINT32_MAX;
    return (struct roads_column){section(opening, index, is_dense ? count : pairs,
                                         is_dense ? item_size : 4 + item_size, NULL),
                                 pairs};
}

static void mode_open(struct opening *opening, struct roads *roads, uint32_t mode)
{
    struct roads_hierarchy *h = &roads->modes[mode];
    uint32_t first = PACK_SECTION_modes + mode * PACK_MODE_SECTIONS;
    h->rank_count = number(opening, PACK_NUMBER_ranks + mode);
    h->turn_table_count = number(opening, PACK_NUMBER_turn_tables + mode);
    h->is_both_ways = number(opening, PACK_NUMBER_both_ways + mode) == 1;
    uint64_t groups = ((uint64_t)h->rank_count + PACK_OFFSET_GROUP - 1) / PACK_OFFSET_GROUP;
    h->rank_of_node = column(opening, first + PACK_MODE_rank_of_node,
                             number(opening, PACK_NUMBER_node_pairs + mode), roads->node_count, 3);
    h->rank_of_edge = column(opening, first + PACK_MODE_rank_of_edge,
                             number(opening, PACK_NUMBER_edge_pairs + mode),
                             (uint64_t)roads->segment_count * 2, 3);
    h->turn_of_node = column(opening, first + PACK_MODE_turn_of_node,
                             number(opening, PACK_NUMBER_turn_pairs + mode), roads->node_count, 2);
    h->offset_bases = section(opening, first + PACK_MODE_offset_bases, groups, 4, NULL);
    h->offsets = section(opening, first + PACK_MODE_offsets, h->rank_count, 2, NULL);
    h->arcs = section(opening, first + PACK_MODE_arcs, 0, 1, &h->arcs_size);
    h->turns = section(opening, first + PACK_MODE_turns, 0, 1, &h->turns_size);
    h->turn_offsets = section(opening, first + PACK_MODE_turn_offsets,
                              (uint64_t)h->turn_table_count + 1, 4, NULL);
    if (h->rank_count > PACK_NO_RANK) {
        opening->is_bad = true;
    }
}

enum err roads_open(const void *bytes, size_t size, struct roads *roads_out)
{
    struct opening opening = {.bytes = bytes};
    if (size < PACK_HEAD_SIZE + PACK_HASH_SIZE || memcmp(bytes, PACK_MAGIC, 8) != 0) {
        return ERR_malformed;
    }
    opening.size = size - PACK_HASH_SIZE;
    if (number(&opening, PACK_NUMBER_version) != PACK_VERSION) {
        return ERR_unknown_version;
    }
    struct roads roads = {.bytes = bytes, .size = size};
    roads.south_west.lat_e7 = (int32_t)number(&opening, PACK_NUMBER_south);
    roads.south_west.lon_e7 = (int32_t)number(&opening, PACK_NUMBER_west);
    roads.north_east.lat_e7 = (int32_t)number(&opening, PACK_NUMBER_north);
    roads.north_east.lon_e7 = (int32_t)number(&opening, PACK_NUMBER_east);
    roads.made_day = (int32_t)number(&opening, PACK_NUMBER_made_day);
    roads.node_count = number(&opening, PACK_NUMBER_nodes);
    roads.segment_count = number(&opening, PACK_NUMBER_segments);
    roads.name_count = number(&opening, PACK_NUMBER_names);
    roads.profile_count = number(&opening, PACK_NUMBER_profiles);
    roads.cell_lat_e7 = (int32_t)number(&opening, PACK_NUMBER_cell_lat);
    roads.cell_lon_e7 = (int32_t)number(&opening, PACK_NUMBER_cell_lon);
    roads.rows = number(&opening, PACK_NUMBER_rows);
    roads.columns = number(&opening, PACK_NUMBER_columns);
    uint64_t cells = (uint64_t)roads.rows * roads.columns;
    if (roads.cell_lat_e7 <= 0 || roads.cell_lon_e7 <= 0 || roads.cell_lat_e7 > CELL_MAX_E7 ||
        roads.cell_lon_e7 > CELL_MAX_E7 || roads.rows > 65535 || roads.columns > 65535 ||
        roads.node_count >= PACK_NO_RANK || roads.segment_count >= PACK_NO_RANK / 2) {
        return ERR_malformed;
    }
    roads.segments =
        section(&opening, PACK_SECTION_segments, roads.segment_count, PACK_SEGMENT_SIZE, NULL);
    roads.profiles =
        section(&opening, PACK_SECTION_profiles, roads.profile_count, PACK_PROFILE_SIZE, NULL);
    roads.shapes = section(&opening, PACK_SECTION_shapes, 0, 1, &roads.shapes_size);
    roads.shape_bases =
        section(&opening, PACK_SECTION_shape_bases,
                ((uint64_t)roads.segment_count + PACK_SHAPE_GROUP - 1) / PACK_SHAPE_GROUP,
                PACK_SHAPE_BASE_SIZE, NULL);
    roads.names = section(&opening, PACK_SECTION_names, 0, 1, &roads.names_size);
    roads.name_offsets =
        section(&opening, PACK_SECTION_name_offsets, (uint64_t)roads.name_count + 1, 4, NULL);
    roads.cell_offsets = section(&opening, PACK_SECTION_cell_offsets, cells + 1, 4, NULL);
    roads.cells = section(&opening, PACK_SECTION_cells, 0, 1, &roads.cells_size);
    for (uint32_t mode = 0; mode < ROADS_MODES; mode++) {
        mode_open(&opening, &roads, mode);
    }
    if (opening.is_bad) {
        return ERR_malformed;
    }
    *roads_out = roads;
    return OK;
}

enum err roads_check(const void *bytes, size_t size)
{
    uint8_t hash[PACK_HASH_SIZE];
    struct roads roads;
    TRY(roads_open(bytes, size, &roads));
    crypto_generichash(hash, sizeof hash, bytes, size - PACK_HASH_SIZE, NULL, 0);
    return memcmp(hash, (const uint8_t *)bytes + size - PACK_HASH_SIZE, PACK_HASH_SIZE) == 0
               ? OK
               : ERR_malformed;
}

/* ---- single things ---- */

static const uint8_t *profile_of(const struct roads *roads, uint32_t segment)
{
    static const uint8_t closed[PACK_PROFILE_SIZE];
    uint32_t index = pack_u16(roads->segments + (size_t)segment * PACK_SEGMENT_SIZE + 8) & 0xfff;
    return index < roads->profile_count ? roads->profiles + (size_t)index * PACK_PROFILE_SIZE
                                        : closed;
}

bool roads_segment_is_main(const struct roads *roads, uint32_t segment, enum roads_mode mode)
{
    return (pack_u16(roads->segments + (size_t)segment * PACK_SEGMENT_SIZE + 8) >> (12 + mode) &
            1) != 0;
}

uint32_t roads_segment_node(const struct roads *roads, uint32_t segment, uint32_t end)
{
    uint32_t node =
        pack_u24(roads->segments + (size_t)segment * PACK_SEGMENT_SIZE + (size_t)3 * end);
    return node < roads->node_count ? node : 0;
}

static const uint8_t *base_of(const struct roads *roads, uint32_t segment)
{
    return roads->shape_bases + (size_t)(segment / PACK_SHAPE_GROUP) * PACK_SHAPE_BASE_SIZE;
}

/* Where a segment's shape starts: name, length and count of points are read off. */
static const uint8_t *shape_of(const struct roads *roads, uint32_t segment, uint32_t *name_out,
                               uint32_t *length_dm_out, uint32_t *count_out)
{
    uint64_t start = (uint64_t)pack_u32(base_of(roads, segment)) +
                     pack_u16(roads->segments + (size_t)segment * PACK_SEGMENT_SIZE + 6);
    const uint8_t *end = roads->shapes + roads->shapes_size;
    const uint8_t *at = roads->shapes + (start < roads->shapes_size ? start : roads->shapes_size);
    *name_out = pack_varint(&at, end);
    *length_dm_out = pack_varint(&at, end);
    *count_out = pack_varint(&at, end);
    return at;
}

size_t roads_segment_points(const struct roads *roads, uint32_t segment,
                            struct geo_point *points_out, size_t capacity)
{
    CHECK(segment < roads->segment_count);
    uint32_t name, length, count;
    const uint8_t *at = shape_of(roads, segment, &name, &length, &count);
    const uint8_t *end = roads->shapes + roads->shapes_size;
    uint32_t lat = pack_u32(base_of(roads, segment) + 4);
    uint32_t lon = pack_u32(base_of(roads, segment) + 8);
    for (uint32_t i = 0; i < count && i < capacity; i++) {
        lat += (uint32_t)pack_zigzag(pack_varint(&at, end)) * PACK_UNIT_E7;
        lon += (uint32_t)pack_zigzag(pack_varint(&at, end)) * PACK_UNIT_E7;
        points_out[i] = (struct geo_point){(int32_t)lat, (int32_t)lon};
    }
    return count;
}

struct roads_segment roads_segment_read(const struct roads *roads, uint32_t segment)
{
    CHECK(segment < roads->segment_count);
    struct roads_segment out = {.node_a = roads_segment_node(roads, segment, 0),
                                .node_b = roads_segment_node(roads, segment, 1)};
    const uint8_t *profile = profile_of(roads, segment);
    uint32_t name, count;
    (void)shape_of(roads, segment, &name, &out.length_dm, &count);
    out.class = profile[0] < ROADS_CLASSES ? (enum roads_class)profile[0] : ROADS_CLASS_road;
    out.is_bridge = (profile[1] & PACK_FLAG_bridge) != 0;
    out.is_tunnel = (profile[1] & PACK_FLAG_tunnel) != 0;
    memcpy(out.kmh, profile + 2, sizeof out.kmh);
    if (name < roads->name_count) {
        uint32_t start = pack_u32(roads->name_offsets + (size_t)4 * name);
        uint32_t stop = pack_u32(roads->name_offsets + (size_t)4 * name + 4);
        if (start <= stop && stop <= roads->names_size) {
            out.name = (struct str){(const char *)roads->names + start, stop - start};
        }
    }
    return out;
}

int32_t roads_segment_time_ds(const struct roads *roads, uint32_t segment, enum roads_mode mode,
                              bool is_forward)
{
    CHECK(segment < roads->segment_count);
    const uint8_t *profile = profile_of(roads, segment);
    uint32_t name, length, count;
    (void)shape_of(roads, segment, &name, &length, &count);
    bool has_signals = (profile[1] & (is_forward ? PACK_FLAG_signals_b : PACK_FLAG_signals_a)) != 0;
    return roads_time_along_ds(length, profile[2 + 2 * mode + (is_forward ? 0 : 1)], has_signals,
                               mode);
}
