#include "core/roads/roads_work.h"

#include <string.h>

/* An item of a column, `none` where it has none. */
static uint32_t column_item(const struct roads_column *column, uint32_t index, uint32_t item_size,
                            uint32_t none)
{
    const uint8_t *item;
    if (column->pair_count == UINT32_MAX) {
        item = column->items + (size_t)index * item_size;
    } else {
        uint32_t low = 0, high = column->pair_count;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (pack_u32(column->items + (size_t)middle * (4 + item_size)) < index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        item = column->items + (size_t)low * (4 + item_size);
        if (low == column->pair_count || pack_u32(item) != index) {
            return none;
        }
        item += 4;
    }
    return item_size == 2 ? pack_u16(item) : pack_u24(item);
}

struct roads_arcs roads_arcs_of(const struct roads_hierarchy *hierarchy, uint32_t rank,
                                bool is_backward)
{
    uint32_t base = pack_u32(hierarchy->offset_bases + (size_t)4 * (rank / PACK_OFFSET_GROUP));
    uint64_t start = (uint64_t)base + pack_u16(hierarchy->offsets + (size_t)2 * rank);
    struct roads_arcs arcs = {.end = hierarchy->arcs + hierarchy->arcs_size,
                              .rank_count = hierarchy->rank_count,
                              .rank = rank,
                              .to = rank};
    arcs.at = hierarchy->arcs + (start < hierarchy->arcs_size ? start : hierarchy->arcs_size);
    arcs.left = pack_varint(&arcs.at, arcs.end);
    if (is_backward && !hierarchy->is_both_ways) {
        for (uint32_t bytes = arcs.left * 2; bytes > 0 && arcs.at < arcs.end; arcs.at++) {
            bytes -= *arcs.at < 0x80; /* past the arcs up: two numbers each */
        }
        arcs.left = pack_varint(&arcs.at, arcs.end);
    }
    return arcs;
}

struct roads_work *roads_work_new(struct arena *arena, const struct roads *roads,
                                  enum roads_mode mode)
{
    struct roads_work *work = ARENA_NEW(arena, struct roads_work);
    work->arena = arena;
    work->roads = roads;
    work->mode = mode;
    work->hierarchy = &roads->modes[mode];
    uint32_t nodes = roads->node_count, directions = roads->segment_count * 2;
    work->incident_first = ARENA_ARRAY(arena, (size_t)nodes + 2, uint32_t);
    work->incidents = ARENA_ARRAY(arena, (size_t)directions + 1, uint32_t);
    for (uint32_t d = 0; d < directions; d++) {
        work->incident_first[roads_segment_node(roads, d / 2, d % 2) + 1]++;
    }
    for (uint32_t n = 0; n < nodes; n++) {
        work->incident_first[n + 1] += work->incident_first[n];
    }
    /* Filled from behind, by which the firsts become the starts again. */
    for (uint32_t n = nodes; n > 0; n--) {
        work->incident_first[n] = work->incident_first[n - 1];
    }
    work->incident_first[0] = 0;
    for (uint32_t d = 0; d < directions; d++) {
        work->incidents[work->incident_first[roads_segment_node(roads, d / 2, d % 2) + 1]++] = d;
    }
    for (int way = 0; way < 2; way++) {
        work->time[way] = ARENA_ARRAY(arena, work->hierarchy->rank_count + 1, uint32_t);
        work->stamp[way] = ARENA_ARRAY(arena, work->hierarchy->rank_count + 1, uint32_t);
    }
    return work;
}

uint32_t roads_rank_at_end(const struct roads_work *work, uint32_t direction)
{
    uint32_t rank = column_item(&work->hierarchy->rank_of_edge, direction, 3, PACK_NO_RANK);
    if (rank == PACK_NO_RANK) {
        uint32_t node = roads_segment_node(work->roads, direction / 2, direction % 2 == 0);
        rank = column_item(&work->hierarchy->rank_of_node, node, 3, PACK_NO_RANK);
    }
    return rank < work->hierarchy->rank_count ? rank : PACK_NO_RANK;
}

const uint8_t *roads_turns_of(const struct roads_work *work, uint32_t node, uint32_t in)
{
    const struct roads_hierarchy *h = work->hierarchy;
    uint32_t table = column_item(&h->turn_of_node, node, 2, PACK_NO_TABLE);
    if (table >= h->turn_table_count) {
        return NULL;
    }
    uint32_t degree = work->incident_first[node + 1] - work->incident_first[node];
    uint64_t start = pack_u32(h->turn_offsets + (size_t)4 * table) + (uint64_t)in * degree;
    return start + degree <= h->turns_size ? h->turns + start : NULL;
}

static int32_t part_ds(int32_t time_ds, uint32_t share)
{
    return (int32_t)((int64_t)time_ds * share >> 16);
}

static void seed_add(struct roads_seed *seeds, size_t *count, uint32_t rank, int32_t time_ds,
                     bool is_forward)
{
    if (rank != PACK_NO_RANK && *count < ROADS_SEEDS_MAX) {
        seeds[(*count)++] = (struct roads_seed){rank, (uint32_t)time_ds, is_forward};
    }
}

size_t roads_seeds_from(const struct roads_work *work, const struct roads_place *place,
                        struct roads_seed seeds_out[ROADS_SEEDS_MAX])
{
    size_t count = 0;
    for (uint32_t way = 0; place->is_on_network && way < 2; way++) {
        int32_t time = roads_segment_time_ds(work->roads, place->segment, work->mode, way == 0);
        uint32_t left = way == 0 ? 65536 - place->share : place->share;
        if (time != ROADS_NEVER) {
            seed_add(seeds_out, &count, roads_rank_at_end(work, place->segment * 2 + way),
                     part_ds(time, left), way == 0);
        }
    }
    return count;
}

size_t roads_seeds_to(const struct roads_work *work, const struct roads_place *place,
                      struct roads_seed seeds_out[ROADS_SEEDS_MAX])
{
    size_t count = 0;
    for (uint32_t way = 0; place->is_on_network && way < 2; way++) {
        int32_t time = roads_segment_time_ds(work->roads, place->segment, work->mode, way == 0);
        if (time == ROADS_NEVER) {
            continue;
        }
        int32_t within = part_ds(time, way == 0 ? place->share : 65536 - place->share);
        uint32_t node = roads_segment_node(work->roads, place->segment, way);
        uint32_t first = work->incident_first[node];
        uint32_t degree = work->incident_first[node + 1] - first;
        uint32_t own = column_item(&work->hierarchy->rank_of_node, node, 3, PACK_NO_RANK);
        if (own < work->hierarchy->rank_count) {
            seed_add(seeds_out, &count, own, within, way == 0);
            continue;
        }
        uint32_t out = 0; /* of the direction in which the place's segment is entered */
        while (out < degree && work->incidents[first + out] != place->segment * 2 + way) {
            out++;
        }
        for (uint32_t in = 0; in < degree && out < degree; in++) {
            const uint8_t *turns = roads_turns_of(work, node, in);
            uint8_t turn = turns != NULL ? turns[out] : 0;
            uint32_t rank = column_item(&work->hierarchy->rank_of_edge,
                                        work->incidents[first + in] ^ 1, 3, PACK_NO_RANK);
            if (turn != PACK_NO_TURN && rank < work->hierarchy->rank_count) {
                seed_add(seeds_out, &count, rank, within + turn, way == 0);
            }
        }
    }
    return count;
}

int32_t roads_time_within_ds(const struct roads_work *work, const struct roads_place *from,
                             const struct roads_place *to)
{
    if (!from->is_on_network || !to->is_on_network || from->segment != to->segment) {
        return ROADS_NEVER;
    }
    int32_t best = ROADS_NEVER;
    for (int way = 0; way < 2; way++) {
        int32_t time = roads_segment_time_ds(work->roads, from->segment, work->mode, way == 0);
        uint32_t start = way == 0 ? from->share : to->share;
        uint32_t stop = way == 0 ? to->share : from->share;
        if (time != ROADS_NEVER && start <= stop && part_ds(time, stop - start) < best) {
            best = part_ds(time, stop - start);
        }
    }
    return best;
}

/* ---- the search ---- */

static void heap_push(struct roads_work *work, uint64_t key)
{
    struct roads_heap *heap = &work->heap;
    if (heap->count == heap->capacity) {
        size_t capacity = heap->capacity * 2 + 1024;
        uint64_t *keys = ARENA_ARRAY(work->arena, capacity, uint64_t);
        if (heap->count > 0) {
            memcpy(keys, heap->keys, heap->count * sizeof *keys);
        }
        heap->keys = keys;
        heap->capacity = capacity;
    }
    size_t at = heap->count++;
    for (; at > 0 && heap->keys[(at - 1) / 2] > key; at = (at - 1) / 2) {
        heap->keys[at] = heap->keys[(at - 1) / 2];
    }
    heap->keys[at] = key;
}

static uint64_t heap_pop(struct roads_heap *heap)
{
    uint64_t first = heap->keys[0], last = heap->keys[--heap->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= heap->count) {
            break;
        }
        child += child + 1 < heap->count && heap->keys[child + 1] < heap->keys[child];
        if (heap->keys[child] >= last) {
            break;
        }
        heap->keys[at] = heap->keys[child];
        at = child;
    }
    if (heap->count > 0) {
        heap->keys[at] = last;
    }
    return first;
}

static void label_add(struct roads_work *work, uint32_t rank, uint32_t time)
{
    if (work->label_count == work->label_capacity) {
        size_t capacity = work->label_capacity * 2 + 1024;
        struct roads_label *labels = ARENA_ARRAY(work->arena, capacity, struct roads_label);
        if (work->label_count > 0) {
            memcpy(labels, work->labels, work->label_count * sizeof *labels);
        }
        work->labels = labels;
        work->label_capacity = capacity;
    }
    work->labels[work->label_count++] = (struct roads_label){rank, time};
}

static void reach(struct roads_work *work, bool is_backward, uint32_t rank, uint32_t time)
{
    uint32_t *times = work->time[is_backward], *stamps = work->stamp[is_backward];
    if (time > ROADS_TIME_MAX_DS) {
        return;
    }
    if (stamps[rank] == work->search[is_backward] && times[rank] <= time) {
        return;
    }
    stamps[rank] = work->search[is_backward];
    times[rank] = time;
    heap_push(work, (uint64_t)time << 32 | rank);
}

/* Whether a way over a higher rank gets here sooner: what lies behind is then found from there
 * ("stall on demand"). */
static bool is_beaten(const struct roads_work *work, bool is_backward, uint32_t rank, uint32_t time)
{
    struct roads_arcs arcs = roads_arcs_of(work->hierarchy, rank, !is_backward);
    while (roads_arcs_next(&arcs)) {
        if (work->stamp[is_backward][arcs.to] == work->search[is_backward] && arcs.weight < time &&
            work->time[is_backward][arcs.to] < time - arcs.weight) {
            return true;
        }
    }
    return false;
}

void roads_search_up(struct roads_work *work, const struct roads_seed *seeds, size_t count,
                     bool is_backward)
{
    work->search[is_backward]++;
    work->label_count = 0;
    work->heap.count = 0;
    for (size_t i = 0; i < count; i++) {
        reach(work, is_backward, seeds[i].rank, seeds[i].time_ds);
    }
    while (work->heap.count > 0) {
        uint64_t key = heap_pop(&work->heap);
        uint32_t rank = (uint32_t)key, time = (uint32_t)(key >> 32);
        if (time > work->time[is_backward][rank] || is_beaten(work, is_backward, rank, time)) {
            continue;
        }
        label_add(work, rank, time);
        struct roads_arcs arcs = roads_arcs_of(work->hierarchy, rank, is_backward);
        while (roads_arcs_next(&arcs)) {
            if (arcs.weight <= ROADS_TIME_MAX_DS) {
                reach(work, is_backward, arcs.to, time + arcs.weight);
            }
        }
    }
}
