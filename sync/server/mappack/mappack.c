#include "sync/server/mappack/mappack.h"

#include "core/roads/pack.h"
#include "core/roads/roads_plane.h"
#include "sync/server/mappack/hybrid.h"
#include "sync/server/mappack/mappack_grid.h"
#include "sync/server/mappack/mappack_shape.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHAPE_TOLERANCE_MM = 800,
    /* Denser than this, a whole column is smaller than pairs. */
    PAIRS_SHARE = 3,
    PARTS = 2 + 2 * ROADS_MODES, /* of the work, for the one who waits */
};

struct writing {
    struct arena *arena;
    const struct osm *osm;
    const struct network *network;
    struct mappack_bytes file;
    uint32_t numbers[PACK_NUMBER_COUNT];
    struct geo_point **shapes; /* simplified and snapped to the unit, by segment */
    uint32_t *shape_counts;
    uint32_t *profile_of;
    uint8_t (*profiles)[PACK_PROFILE_SIZE];
    uint32_t profile_count;
    uint16_t *mains; /* by segment: bits 12 + mode */
};

/* ---- sections ---- */

static void section_put(struct writing *writing, uint32_t index, const struct mappack_bytes *bytes)
{
    writing->numbers[PACK_NUMBER_sections + 2 * index] = (uint32_t)writing->file.size;
    writing->numbers[PACK_NUMBER_sections + 2 * index + 1] = (uint32_t)bytes->size;
    mappack_bytes_put(&writing->file, bytes->items, bytes->size);
}

/* To whole units from the south-west corner, so that ends that meet still meet. */
static int32_t snapped(int32_t value, uint32_t corner)
{
    int64_t away = (int64_t)value - (int32_t)corner;
    return (int32_t)((int32_t)corner + (away + PACK_UNIT_E7 / 2) / PACK_UNIT_E7 * PACK_UNIT_E7);
}

static void box_find(struct writing *writing)
{
    const struct network *network = writing->network;
    struct geo_point low = {INT32_MAX, INT32_MAX}, high = {INT32_MIN, INT32_MIN};
    for (size_t i = 0; i < network->point_count; i++) {
        struct geo_point point = network->points[i];
        low.lat_e7 = point.lat_e7 < low.lat_e7 ? point.lat_e7 : low.lat_e7;
        low.lon_e7 = point.lon_e7 < low.lon_e7 ? point.lon_e7 : low.lon_e7;
        high.lat_e7 = point.lat_e7 > high.lat_e7 ? point.lat_e7 : high.lat_e7;
        high.lon_e7 = point.lon_e7 > high.lon_e7 ? point.lon_e7 : high.lon_e7;
    }
    writing->numbers[PACK_NUMBER_south] = (uint32_t)low.lat_e7;
    writing->numbers[PACK_NUMBER_west] = (uint32_t)low.lon_e7;
    writing->numbers[PACK_NUMBER_north] = (uint32_t)(high.lat_e7 + PACK_UNIT_E7);
    writing->numbers[PACK_NUMBER_east] = (uint32_t)(high.lon_e7 + PACK_UNIT_E7);
}

static void shapes_make(struct writing *writing)
{
    const struct network *network = writing->network;
    writing->shapes = ARENA_ARRAY(writing->arena, network->segment_count + 1, struct geo_point *);
    writing->shape_counts = ARENA_ARRAY(writing->arena, network->segment_count + 1, uint32_t);
    uint32_t most = 2;
    for (uint32_t s = 0; s < network->segment_count; s++) {
        uint32_t count = network->segments[s].point_count;
        most = count > most ? count : most;
    }
    uint8_t *keep = ARENA_ARRAY(writing->arena, most, uint8_t);
    uint32_t *stack = ARENA_ARRAY(writing->arena, (size_t)most * 2, uint32_t);
    for (uint32_t s = 0; s < network->segment_count; s++) {
        const struct network_segment *segment = &network->segments[s];
        const struct geo_point *points = &network->points[segment->first_point];
        mappack_shape_simplify(points, segment->point_count, SHAPE_TOLERANCE_MM, keep, stack);
        struct geo_point *shape =
            ARENA_ARRAY(writing->arena, segment->point_count, struct geo_point);
        uint32_t count = 0;
        for (uint32_t i = 0; i < segment->point_count; i++) {
            if (keep[i] != 0) {
                shape[count++] = (struct geo_point){
                    snapped(points[i].lat_e7, writing->numbers[PACK_NUMBER_south]),
                    snapped(points[i].lon_e7, writing->numbers[PACK_NUMBER_west])};
            }
        }
        writing->shapes[s] = shape;
        writing->shape_counts[s] = count;
    }
}

static enum err profiles_make(struct writing *writing)
{
    const struct network *network = writing->network;
    writing->profile_of = ARENA_ARRAY(writing->arena, network->segment_count + 1, uint32_t);
    writing->profiles = arena_array(writing->arena, PACK_PROFILES_MAX, PACK_PROFILE_SIZE);
    uint32_t latest = 0;
    for (uint32_t s = 0; s < network->segment_count; s++) {
        const struct network_segment *segment = &network->segments[s];
        uint8_t profile[PACK_PROFILE_SIZE] = {(uint8_t)segment->rule.class};
        profile[1] = (uint8_t)((segment->rule.is_bridge ? PACK_FLAG_bridge : 0) |
                               (segment->rule.is_tunnel ? PACK_FLAG_tunnel : 0) |
                               (segment->has_signals_a ? PACK_FLAG_signals_a : 0) |
                               (segment->has_signals_b ? PACK_FLAG_signals_b : 0));
        memcpy(profile + 2, segment->rule.kmh, sizeof segment->rule.kmh);
        uint32_t at = latest; /* neighbours are often alike */
        if (at >= writing->profile_count ||
            memcmp(writing->profiles[at], profile, sizeof profile) != 0) {
            for (at = 0; at < writing->profile_count &&
                         memcmp(writing->profiles[at], profile, sizeof profile) != 0;) {
                at++;
            }
        }
        if (at == PACK_PROFILES_MAX) {
            return ERR_too_many;
        }
        if (at == writing->profile_count) {
            memcpy(writing->profiles[writing->profile_count++], profile, sizeof profile);
        }
        writing->profile_of[s] = latest = at;
    }
    return OK;
}

static enum err segments_put(struct writing *writing)
{
    const struct network *network = writing->network;
    struct mappack_bytes segments = {.arena = writing->arena}, shapes = {.arena = writing->arena};
    struct mappack_bytes bases = {.arena = writing->arena};
    struct geo_point base = {0};
    size_t start = 0;
    for (uint32_t s = 0; s < network->segment_count; s++) {
        const struct network_segment *segment = &network->segments[s];
        const struct geo_point *shape = writing->shapes[s];
        if (s % PACK_SHAPE_GROUP == 0) {
            base = shape[0];
            start = shapes.size;
            mappack_bytes_number(&bases, start, 4);
            mappack_bytes_number(&bases, (uint32_t)base.lat_e7, 4);
            mappack_bytes_number(&bases, (uint32_t)base.lon_e7, 4);
        }
        if (shapes.size - start > UINT16_MAX) {
            return ERR_too_many;
        }
        mappack_bytes_number(&segments, segment->node_a, 3);
        mappack_bytes_number(&segments, segment->node_b, 3);
        mappack_bytes_number(&segments, shapes.size - start, 2);
        mappack_bytes_number(&segments, writing->profile_of[s] | writing->mains[s], 2);
        mappack_bytes_varint(&shapes, segment->name);
        mappack_bytes_varint(&shapes, segment->length_dm);
        mappack_bytes_varint(&shapes, writing->shape_counts[s]);
        struct geo_point before = base;
        for (uint32_t i = 0; i < writing->shape_counts[s]; i++) {
            mappack_bytes_zigzag(&shapes, (shape[i].lat_e7 - before.lat_e7) / PACK_UNIT_E7);
            mappack_bytes_zigzag(&shapes, (shape[i].lon_e7 - before.lon_e7) / PACK_UNIT_E7);
            before = shape[i];
        }
    }
    struct mappack_bytes profiles = {.arena = writing->arena};
    mappack_bytes_put(&profiles, writing->profiles,
                      (size_t)writing->profile_count * PACK_PROFILE_SIZE);
    section_put(writing, PACK_SECTION_segments, &segments);
    section_put(writing, PACK_SECTION_profiles, &profiles);
    section_put(writing, PACK_SECTION_shapes, &shapes);
    section_put(writing, PACK_SECTION_shape_bases, &bases);
    return OK;
}

static void names_put(struct writing *writing)
{
    struct mappack_bytes names = {.arena = writing->arena}, offsets = {.arena = writing->arena};
    for (size_t i = 0; i < writing->osm->name_count; i++) {
        mappack_bytes_number(&offsets, names.size, 4);
        mappack_bytes_put(&names, writing->osm->names[i], strlen(writing->osm->names[i]));
    }
    mappack_bytes_number(&offsets, names.size, 4);
    section_put(writing, PACK_SECTION_names, &names);
    section_put(writing, PACK_SECTION_name_offsets, &offsets);
}

static void grid_put(struct writing *writing)
{
    struct mappack_grid grid = {
        .south_west = {(int32_t)writing->numbers[PACK_NUMBER_south],
                       (int32_t)writing->numbers[PACK_NUMBER_west]},
        .north_east = {(int32_t)writing->numbers[PACK_NUMBER_north],
                       (int32_t)writing->numbers[PACK_NUMBER_east]},
        .offsets = {.arena = writing->arena},
        .cells = {.arena = writing->arena},
    };
    mappack_grid_make(&grid, (const struct geo_point *const *)writing->shapes,
                      writing->shape_counts, writing->network->segment_count);
    writing->numbers[PACK_NUMBER_cell_lat] = (uint32_t)grid.cell_lat_e7;
    writing->numbers[PACK_NUMBER_cell_lon] = (uint32_t)grid.cell_lon_e7;
    writing->numbers[PACK_NUMBER_rows] = grid.rows;
    writing->numbers[PACK_NUMBER_columns] = grid.columns;
    section_put(writing, PACK_SECTION_cell_offsets, &grid.offsets);
    section_put(writing, PACK_SECTION_cells, &grid.cells);
}

/* A column of numbers, most of them `none`: whole, or as pairs of index and number. */
static uint32_t column_put(struct mappack_bytes *bytes, const uint32_t *values, uint32_t count,
                           uint32_t none, size_t size)
{
    uint32_t pairs = 0;
    for (uint32_t i = 0; i < count; i++) {
        pairs += values[i] != none;
    }
    bool is_dense = (uint64_t)pairs * PAIRS_SHARE > count;
    for (uint32_t i = 0; i < count; i++) {
        if (is_dense) {
            mappack_bytes_number(bytes, values[i], size);
        } else if (values[i] != none) {
            mappack_bytes_number(bytes, i, 4);
            mappack_bytes_number(bytes, values[i], size);
        }
    }
    return is_dense ? UINT32_MAX : pairs;
}

static size_t arcs_of_rank_put(struct mappack_bytes *bytes, const struct contract_arc *arcs,
                               size_t count, size_t at, uint32_t rank)
{
    size_t end = at;
    while (end < count && arcs[end].from == rank) {
        end++;
    }
    mappack_bytes_varint(bytes, (uint32_t)(end - at));
    for (uint32_t before = rank; at < end; at++) {
        mappack_bytes_varint(bytes, arcs[at].to - before);
        mappack_bytes_varint(bytes, arcs[at].weight);
        before = arcs[at].to;
    }
    return at;
}

static enum err arcs_put(struct writing *writing, uint32_t section, bool is_both_ways,
                         uint32_t rank_count, const struct contract_result *order)
{
    struct mappack_bytes bases = {.arena = writing->arena}, offsets = {.arena = writing->arena};
    struct mappack_bytes arcs = {.arena = writing->arena};
    size_t up = 0, down = 0, base = 0;
    for (uint32_t rank = 0; rank < rank_count; rank++) {
        if (rank % PACK_OFFSET_GROUP == 0) {
            base = arcs.size;
            mappack_bytes_number(&bases, base, 4);
        }
        if (arcs.size - base > UINT16_MAX) {
            return ERR_too_many;
        }
        mappack_bytes_number(&offsets, arcs.size - base, 2);
        up = arcs_of_rank_put(&arcs, order->up, order->up_count, up, rank);
        if (!is_both_ways) {
            down = arcs_of_rank_put(&arcs, order->down, order->down_count, down, rank);
        }
    }
    section_put(writing, section + PACK_MODE_offset_bases, &bases);
    section_put(writing, section + PACK_MODE_offsets, &offsets);
    section_put(writing, section + PACK_MODE_arcs, &arcs);
    return OK;
}

static enum err mode_put(struct writing *writing, const struct hybrid *hybrid,
                         const struct contract_result *order)
{
    const struct network *network = writing->network;
    uint32_t mode = hybrid->mode;
    uint32_t section = PACK_SECTION_modes + mode * PACK_MODE_SECTIONS;
    uint32_t directions = network->segment_count * 2;
    struct mappack_bytes nodes = {.arena = writing->arena}, edges = {.arena = writing->arena};
    struct mappack_bytes turns = {.arena = writing->arena}, tables = {.arena = writing->arena};
    struct mappack_bytes table_offsets = {.arena = writing->arena};
    uint32_t *column =
        ARENA_ARRAY(writing->arena, (size_t)directions + network->node_count + 1, uint32_t);
    for (uint32_t n = 0; n < network->node_count; n++) {
        uint32_t state = hybrid->state_of_node[n];
        column[n] = state == UINT32_MAX ? PACK_NO_RANK : order->rank_of_vertex[state];
    }
    writing->numbers[PACK_NUMBER_node_pairs + mode] =
        column_put(&nodes, column, network->node_count, PACK_NO_RANK, 3);
    for (uint32_t d = 0; d < directions; d++) {
        uint32_t state = hybrid->state_of_direction[d];
        column[d] = state == UINT32_MAX ? PACK_NO_RANK : order->rank_of_vertex[state];
    }
    writing->numbers[PACK_NUMBER_edge_pairs + mode] =
        column_put(&edges, column, directions, PACK_NO_RANK, 3);
    for (uint32_t n = 0; n < network->node_count; n++) {
        column[n] = hybrid->table_of_node[n];
    }
    writing->numbers[PACK_NUMBER_turn_pairs + mode] =
        column_put(&turns, column, network->node_count, PACK_NO_TABLE, 2);
    if (hybrid->table_count > 0) {
        mappack_bytes_put(&tables, hybrid->tables, hybrid->table_offsets[hybrid->table_count]);
    }
    for (uint32_t t = 0; t <= hybrid->table_count; t++) {
        mappack_bytes_number(&table_offsets, hybrid->table_offsets[t], 4);
    }
    bool is_both_ways = hybrid_is_both_ways(hybrid->mode);
    writing->numbers[PACK_NUMBER_ranks + mode] = hybrid->state_count;
    writing->numbers[PACK_NUMBER_turn_tables + mode] = hybrid->table_count;
    writing->numbers[PACK_NUMBER_both_ways + mode] = is_both_ways;
    section_put(writing, section + PACK_MODE_rank_of_node, &nodes);
    section_put(writing, section + PACK_MODE_rank_of_edge, &edges);
    section_put(writing, section + PACK_MODE_turn_of_node, &turns);
    section_put(writing, section + PACK_MODE_turns, &tables);
    section_put(writing, section + PACK_MODE_turn_offsets, &table_offsets);
    return arcs_put(writing, section, is_both_ways, hybrid->state_count, order);
}

static void progress(const struct mappack_options *options, uint32_t part)
{
    if (options->progress != NULL) {
        options->progress(options->progress_context, part, PARTS);
    }
}

static enum err modes_put(struct writing *writing, const struct mappack_options *options,
                          struct mappack_result *result)
{
    for (uint32_t mode = 0; mode < ROADS_MODES; mode++) {
        struct hybrid hybrid;
        struct contract_result order;
        TRY(hybrid_make(writing->arena, writing->network, (enum roads_mode)mode,
                        options->is_left_hand, &hybrid));
        progress(options, 3 + 2 * mode);
        contract_graph(writing->arena, hybrid.state_count, hybrid.arcs, hybrid.arc_count,
                       hybrid_is_both_ways((enum roads_mode)mode), &order);
        for (uint32_t s = 0; s < writing->network->segment_count; s++) {
            result->main_count[mode] += hybrid.is_main[s];
            writing->mains[s] = (uint16_t)(writing->mains[s] | hybrid.is_main[s] << (12 + mode));
        }
        TRY(mode_put(writing, &hybrid, &order));
        result->arc_count[mode] = (uint32_t)(order.up_count + order.down_count);
        progress(options, 4 + 2 * mode);
    }
    return OK;
}

static void head_fill(struct writing *writing)
{
    memcpy(writing->file.items, PACK_MAGIC, 8);
    for (uint32_t i = 0; i < PACK_NUMBER_COUNT; i++) {
        for (uint32_t byte = 0; byte < 4; byte++) {
            writing->file.items[8 + 4 * i + byte] = (uint8_t)(writing->numbers[i] >> (8 * byte));
        }
    }
}

enum err mappack_make(struct arena *arena, const char *path, const struct mappack_options *options,
                      struct mappack_result *result_out)
{
    struct osm osm;
    struct network network;
    *result_out = (struct mappack_result){0};
    TRY(osm_read(arena, path, &osm));
    progress(options, 1);
    network_make(arena, &osm, &network);
    progress(options, 2);
    if (network.segment_count == 0) {
        return OK;
    }
    if (network.node_count >= PACK_NO_RANK / 2 || network.segment_count >= PACK_NO_RANK / 2) {
        return ERR_too_many;
    }
    struct writing writing = {.arena = arena, .osm = &osm, .network = &network};
    writing.file.arena = arena;
    writing.mains = ARENA_ARRAY(arena, network.segment_count + 1, uint16_t);
    writing.numbers[PACK_NUMBER_version] = PACK_VERSION;
    writing.numbers[PACK_NUMBER_made_day] = (uint32_t)options->made_day;
    writing.numbers[PACK_NUMBER_nodes] = network.node_count;
    writing.numbers[PACK_NUMBER_segments] = network.segment_count;
    writing.numbers[PACK_NUMBER_names] = (uint32_t)osm.name_count;
    const uint8_t empty[PACK_HEAD_SIZE] = {0};
    mappack_bytes_put(&writing.file, empty, sizeof empty);
    TRY(modes_put(&writing, options, result_out));
    box_find(&writing);
    shapes_make(&writing);
    TRY(profiles_make(&writing));
    writing.numbers[PACK_NUMBER_profiles] = writing.profile_count;
    TRY(segments_put(&writing));
    names_put(&writing);
    grid_put(&writing);
    head_fill(&writing);
    uint8_t hash[PACK_HASH_SIZE];
    crypto_generichash(hash, sizeof hash, writing.file.items, writing.file.size, NULL, 0);
    mappack_bytes_put(&writing.file, hash, sizeof hash);
    result_out->bytes = (struct str){(const char *)writing.file.items, writing.file.size};
    result_out->node_count = network.node_count;
    result_out->segment_count = network.segment_count;
    result_out->name_count = (uint32_t)osm.name_count;
    result_out->restriction_count = (uint32_t)network.restriction_count;
    result_out->restrictions_skipped = (uint32_t)osm.restrictions_skipped;
    return OK;
}
