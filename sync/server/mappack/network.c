#include "sync/server/mappack/network.h"

#include "core/roads/roads_plane.h"
#include "core/roads/roads_time.h"

#include <stdlib.h>
#include <string.h>

/* A piece of a way between two junctions, before pieces are joined. */
struct piece {
    uint32_t way;
    uint32_t first_ref, ref_count;
    uint32_t a, b; /* points */
    bool is_used;
};

struct making {
    struct arena *arena;
    const struct osm *osm;
    struct network *network;
    struct piece *pieces;
    size_t piece_count;
    uint8_t *is_junction;  /* by point */
    uint32_t *piece_first; /* by point: piece ends that touch it */
    uint32_t *piece_ends;  /* piece × 2 + end */
    uint32_t *node_of_point;
    size_t points_capacity;
};

uint32_t network_tail(const struct network *network, uint32_t direction)
{
    const struct network_segment *segment = &network->segments[direction / 2];
    return direction % 2 == 0 ? segment->node_a : segment->node_b;
}

uint32_t network_head(const struct network *network, uint32_t direction)
{
    return network_tail(network, direction ^ 1);
}

int32_t network_time_ds(const struct network *network, uint32_t direction, enum roads_mode mode)
{
    const struct network_segment *segment = &network->segments[direction / 2];
    bool has_signals = direction % 2 == 0 ? segment->has_signals_b : segment->has_signals_a;
    return roads_time_along_ds(segment->length_dm, segment->rule.kmh[mode][direction % 2],
                               has_signals, mode);
}

/* Where ways meet, end, or something stands in the way. */
static void junctions_find(struct making *making)
{
    const struct osm *osm = making->osm;
    uint8_t *uses = ARENA_ARRAY(making->arena, osm->point_count + 1, uint8_t);
    for (size_t w = 0; w < osm->way_count; w++) {
        const struct osm_way *way = &osm->ways[w];
        for (uint32_t i = 0; i < way->ref_count; i++) {
            uint32_t point = osm->refs[way->first_ref + i];
            bool is_end = i == 0 || i + 1 == way->ref_count;
            uses[point] = (uint8_t)(uses[point] >= 2 ? 2 : uses[point] + (is_end ? 2 : 1));
        }
    }
    making->is_junction = ARENA_ARRAY(making->arena, osm->point_count + 1, uint8_t);
    for (size_t i = 0; i < osm->point_count; i++) {
        making->is_junction[i] =
            uses[i] >= 2 || osm->points[i].has_signals || osm->points[i].passage != 0xff;
    }
}

static void piece_add(struct making *making, uint32_t way, uint32_t first_ref, uint32_t ref_count)
{
    const struct osm *osm = making->osm;
    making->pieces[making->piece_count++] =
        (struct piece){.way = way,
                       .first_ref = first_ref,
                       .ref_count = ref_count,
                       .a = osm->refs[first_ref],
                       .b = osm->refs[first_ref + ref_count - 1]};
}

/* Cuts the ways at junctions, and where the file's edge cut them. A ring that comes back to its
 * own start is cut in two, so that every piece has two ends. */
static void pieces_cut(struct making *making)
{
    const struct osm *osm = making->osm;
    making->pieces = ARENA_ARRAY(making->arena, osm->ref_count + 1, struct piece);
    for (uint32_t w = 0; w < osm->way_count; w++) {
        const struct osm_way *way = &osm->ways[w];
        uint32_t start = UINT32_MAX;
        for (uint32_t i = 0; i < way->ref_count; i++) {
            uint32_t ref = way->first_ref + i;
            if (!osm->points[osm->refs[ref]].is_known) {
                start = UINT32_MAX;
                continue;
            }
            if (start == UINT32_MAX) {
                start = ref;
                making->is_junction[osm->refs[ref]] = 1;
                continue;
            }
            bool is_last = i + 1 == way->ref_count || !osm->points[osm->refs[ref + 1]].is_known;
            bool is_ring = osm->refs[ref] == osm->refs[start];
            if (is_last) {
                making->is_junction[osm->refs[ref]] = 1;
            }
            if (is_last || is_ring || making->is_junction[osm->refs[ref]] != 0) {
                uint32_t count = ref - start + 1;
                if (is_ring && count > 3) {
                    uint32_t half = count / 2;
                    making->is_junction[osm->refs[start + half]] = 1;
                    piece_add(making, w, start, half + 1);
                    piece_add(making, w, start + half, count - half);
                } else if (!is_ring) {
                    piece_add(making, w, start, count);
                }
                start = ref;
            }
        }
    }
}

static void piece_ends_index(struct making *making)
{
    size_t points = making->osm->point_count;
    making->piece_first = ARENA_ARRAY(making->arena, points + 2, uint32_t);
    making->piece_ends = ARENA_ARRAY(making->arena, making->piece_count * 2 + 1, uint32_t);
    for (size_t i = 0; i < making->piece_count; i++) {
        making->piece_first[making->pieces[i].a + 1]++;
        making->piece_first[making->pieces[i].b + 1]++;
    }
    for (size_t i = 0; i < points; i++) {
        making->piece_first[i + 1] += making->piece_first[i];
    }
    uint32_t *at = arena_copy(making->arena, making->piece_first, (points + 1) * sizeof *at);
    for (uint32_t i = 0; i < making->piece_count; i++) {
        making->piece_ends[at[making->pieces[i].a]++] = i * 2;
        making->piece_ends[at[making->pieces[i].b]++] = i * 2 + 1;
    }
}

/* The rule as met when a piece is walked from its end `end` (0: from a to b). */
static struct osm_rule rule_walked(const struct making *making, uint32_t piece, uint32_t end)
{
    struct osm_rule rule = making->osm->ways[making->pieces[piece].way].rule;
    for (int mode = 0; end == 1 && mode < ROADS_MODES; mode++) {
        uint8_t forward = rule.kmh[mode][0];
        rule.kmh[mode][0] = rule.kmh[mode][1];
        rule.kmh[mode][1] = forward;
    }
    return rule;
}

static bool rules_are_same(const struct osm_rule *a, const struct osm_rule *b)
{
    return a->class == b->class && memcmp(a->kmh, b->kmh, sizeof a->kmh) == 0 &&
           a->is_bridge == b->is_bridge && a->is_tunnel == b->is_tunnel &&
           a->class != ROADS_CLASS_ferry;
}

/* The piece end (piece × 2 + end) that simply continues a walk which arrived at `point` by
 * `arrived` (piece × 2 + the end it started from); UINT32_MAX: none does. */
static uint32_t continues(const struct making *making, uint32_t point, uint32_t arrived)
{
    uint32_t first = making->piece_first[point];
    const struct osm_point *facts = &making->osm->points[point];
    if (making->piece_first[point + 1] - first != 2 || facts->has_signals ||
        facts->passage != 0xff) {
        return UINT32_MAX;
    }
    uint32_t a = making->piece_ends[first], b = making->piece_ends[first + 1];
    uint32_t next = a == (arrived ^ 1) ? b : a;
    const struct osm_way *from = &making->osm->ways[making->pieces[arrived / 2].way];
    const struct osm_way *to = &making->osm->ways[making->pieces[next / 2].way];
    struct osm_rule before = rule_walked(making, arrived / 2, arrived % 2);
    struct osm_rule after = rule_walked(making, next / 2, next % 2);
    if (next / 2 == arrived / 2 || from->name != to->name || !rules_are_same(&before, &after)) {
        return UINT32_MAX;
    }
    return next;
}

static uint32_t far_point(const struct making *making, uint32_t piece_end)
{
    const struct piece *piece = &making->pieces[piece_end / 2];
    return piece_end % 2 == 0 ? piece->b : piece->a;
}

static uint32_t near_point(const struct making *making, uint32_t piece_end)
{
    return far_point(making, piece_end ^ 1);
}

static void point_append(struct making *making, uint32_t point)
{
    struct network *network = making->network;
    if (network->point_count == making->points_capacity) {
        size_t wider = making->points_capacity * 2 + 4096;
        struct geo_point *points = ARENA_ARRAY(making->arena, wider, struct geo_point);
        if (network->point_count > 0) {
            memcpy(points, network->points, network->point_count * sizeof *points);
        }
        network->points = points;
        making->points_capacity = wider;
    }
    network->points[network->point_count++] = making->osm->points[point].place;
}

/* One segment out of the pieces from `piece_end` on, as far as one continues the other. */
static void segment_add(struct making *making, uint32_t piece_end)
{
    struct network *network = making->network;
    const struct osm *osm = making->osm;
    struct network_segment segment = {
        .node_a = near_point(making, piece_end),
        .first_point = (uint32_t)network->point_count,
        .name = osm->ways[making->pieces[piece_end / 2].way].name,
        .rule = rule_walked(making, piece_end / 2, piece_end % 2),
        .way_a = osm->ways[making->pieces[piece_end / 2].way].id,
        .has_signals_a = osm->points[near_point(making, piece_end)].has_signals,
    };
    uint64_t length_mm = 0;
    for (uint32_t at = piece_end; at != UINT32_MAX;) {
        struct piece *piece = &making->pieces[at / 2];
        piece->is_used = true;
        for (uint32_t i = 0; i < piece->ref_count; i++) {
            uint32_t ref =
                at % 2 == 0 ? piece->first_ref + i : piece->first_ref + piece->ref_count - 1 - i;
            if (i > 0 || network->point_count == segment.first_point) {
                point_append(making, osm->refs[ref]);
                if (network->point_count > segment.first_point + 1) {
                    length_mm += roads_length_mm(network->points[network->point_count - 2],
                                                 network->points[network->point_count - 1]);
                }
            }
        }
        segment.node_b = far_point(making, at);
        segment.way_b = osm->ways[piece->way].id;
        uint32_t next = continues(making, segment.node_b, at);
        at = next != UINT32_MAX && !making->pieces[next / 2].is_used ? next : UINT32_MAX;
    }
    segment.has_signals_b = osm->points[segment.node_b].has_signals;
    segment.point_count = (uint32_t)network->point_count - segment.first_point;
    uint64_t length_dm = (length_mm + 50) / 100;
    segment.length_dm = length_dm == 0 ? 1 : (uint32_t)length_dm;
    uint32_t minutes = segment.rule.ferry_minutes;
    if (segment.rule.class == ROADS_CLASS_ferry && minutes > 0) {
        uint64_t kmh = (length_dm * 6 + (uint64_t)minutes * 500) / ((uint64_t)minutes * 1000);
        for (int mode = 0; mode < ROADS_MODES; mode++) {
            for (int way = 0; way < 2; way++) {
                uint8_t *cell = &segment.rule.kmh[mode][way];
                *cell = *cell == 0 ? 0 : (uint8_t)(kmh < 1 ? 1 : kmh > 60 ? 60 : kmh);
            }
        }
    }
    network->segments[network->segment_count++] = segment;
}

static void segments_join(struct making *making)
{
    struct network *network = making->network;
    network->segments = ARENA_ARRAY(making->arena, making->piece_count + 1, struct network_segment);
    for (uint32_t end = 0; end < making->piece_count * 2; end++) {
        /* Start where a walk cannot have come from. */
        if (!making->pieces[end / 2].is_used &&
            continues(making, near_point(making, end), end ^ 1) == UINT32_MAX) {
            segment_add(making, end);
        }
    }
    for (uint32_t end = 0; end < making->piece_count * 2; end += 2) {
        if (!making->pieces[end / 2].is_used) { /* rings without a junction */
            segment_add(making, end);
        }
    }
}

/* Interleaved bits of a place: near numbers are near places. */
static uint64_t curve(struct geo_point place)
{
    uint32_t y = (uint32_t)((int64_t)place.lat_e7 + 900000000);
    uint32_t x = (uint32_t)((int64_t)place.lon_e7 + 1800000000);
    uint64_t key = 0;
    for (int bit = 31; bit >= 0; bit--) {
        key = key << 2 | (uint64_t)((y >> bit & 1) << 1 | (x >> bit & 1));
    }
    return key;
}

struct ordered {
    uint64_t key;
    uint32_t index;
};

static int compare_ordered(const void *a, const void *b)
{
    const struct ordered *left = a, *right = b;
    if (left->key != right->key) {
        return left->key < right->key ? -1 : 1;
    }
    return left->index < right->index ? -1 : left->index > right->index;
}

static void nodes_number(struct making *making)
{
    struct network *network = making->network;
    const struct osm *osm = making->osm;
    uint32_t *number = ARENA_ARRAY(making->arena, osm->point_count + 1, uint32_t);
    memset(number, 0xff, (osm->point_count + 1) * sizeof *number);
    struct ordered *order =
        ARENA_ARRAY(making->arena, (size_t)network->segment_count * 2 + 1, struct ordered);
    size_t count = 0;
    for (uint32_t i = 0; i < network->segment_count; i++) {
        const uint32_t ends[] = {network->segments[i].node_a, network->segments[i].node_b};
        for (int end = 0; end < 2; end++) {
            if (number[ends[end]] == UINT32_MAX) {
                number[ends[end]] = 0;
                order[count++] = (struct ordered){curve(osm->points[ends[end]].place), ends[end]};
            }
        }
    }
    if (count > 0) {
        qsort(order, count, sizeof *order, compare_ordered);
    }
    network->node_count = (uint32_t)count;
    network->nodes = ARENA_ARRAY(making->arena, count + 1, struct network_node);
    for (size_t i = 0; i < count; i++) {
        number[order[i].index] = (uint32_t)i;
        network->nodes[i] = (struct network_node){.place = osm->points[order[i].index].place,
                                                  .passage = osm->points[order[i].index].passage};
    }
    making->node_of_point = number;
    for (uint32_t i = 0; i < network->segment_count; i++) {
        network->segments[i].node_a = number[network->segments[i].node_a];
        network->segments[i].node_b = number[network->segments[i].node_b];
        uint32_t a = network->segments[i].node_a, b = network->segments[i].node_b;
        order[i] = (struct ordered){a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a, i};
    }
    if (network->segment_count > 0) {
        qsort(order, network->segment_count, sizeof *order, compare_ordered);
    }
    struct network_segment *sorted =
        ARENA_ARRAY(making->arena, network->segment_count + 1, struct network_segment);
    for (uint32_t i = 0; i < network->segment_count; i++) {
        sorted[i] = network->segments[order[i].index];
    }
    network->segments = sorted;
}

static void incidents_index(struct arena *arena, struct network *network)
{
    uint32_t nodes = network->node_count;
    network->incident_first = ARENA_ARRAY(arena, (size_t)nodes + 2, uint32_t);
    network->incidents = ARENA_ARRAY(arena, (size_t)network->segment_count * 2 + 1, uint32_t);
    for (uint32_t d = 0; d < network->segment_count * 2; d++) {
        network->incident_first[network_tail(network, d) + 1]++;
    }
    for (uint32_t n = 0; n < nodes; n++) {
        network->incident_first[n + 1] += network->incident_first[n];
    }
    uint32_t *at = arena_copy(arena, network->incident_first, ((size_t)nodes + 1) * sizeof *at);
    for (uint32_t d = 0; d < network->segment_count * 2; d++) {
        network->incidents[at[network_tail(network, d)]++] = d;
    }
}

static int compare_restrictions(const void *a, const void *b)
{
    const struct network_restriction *left = a, *right = b;
    if (left->via != right->via) {
        return left->via < right->via ? -1 : 1;
    }
    if (left->from_way != right->from_way) {
        return left->from_way < right->from_way ? -1 : 1;
    }
    return left->to_way < right->to_way ? -1 : left->to_way > right->to_way;
}

static void restrictions_place(struct making *making)
{
    const struct osm *osm = making->osm;
    struct network *network = making->network;
    network->restrictions =
        ARENA_ARRAY(making->arena, osm->restriction_count + 1, struct network_restriction);
    for (size_t i = 0; i < osm->restriction_count; i++) {
        const struct osm_restriction *given = &osm->restrictions[i];
        uint32_t node = making->node_of_point[given->via];
        if (node != UINT32_MAX) {
            network->restrictions[network->restriction_count++] = (struct network_restriction){
                node, given->from_way, given->to_way, given->is_only, given->except};
        }
    }
    if (network->restriction_count > 0) {
        qsort(network->restrictions, network->restriction_count, sizeof *network->restrictions,
              compare_restrictions);
    }
}

void network_make(struct arena *arena, const struct osm *osm, struct network *network_out)
{
    *network_out = (struct network){0};
    struct making making = {.arena = arena, .osm = osm, .network = network_out};
    junctions_find(&making);
    pieces_cut(&making);
    piece_ends_index(&making);
    segments_join(&making);
    nodes_number(&making);
    incidents_index(arena, network_out);
    restrictions_place(&making);
}
