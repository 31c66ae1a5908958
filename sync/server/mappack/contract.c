#include "sync/server/mappack/contract.h"

#include <stdlib.h>
#include <string.h>

/* How many vertices a witness search may settle before it gives up: giving up only costs a
 * shortcut that was not needed. The order is guessed with less care than the graph is made. */
enum { WITNESS_GUESS = 24, WITNESS_MADE = 160 };

struct link {
    uint32_t other;
    uint32_t weight;
    uint32_t hops; /* arcs of the road network that it stands for */
};

struct links {
    struct link *items;
    uint32_t count, capacity;
};

struct vertex {
    struct links out, in;
    uint32_t level; /* one more than the highest contracted neighbour */
};

struct heap_entry {
    uint64_t key;
    uint32_t vertex;
};

struct heap {
    struct heap_entry *entries;
    size_t count, capacity;
};

struct contraction {
    struct arena *arena;
    struct vertex *vertices;
    bool is_both_ways;
    struct heap queue;
    /* the witness search */
    struct heap front;
    uint32_t *distance;
    uint32_t *stamp; /* distance is of the search of this number */
    uint32_t *target_stamp;
    uint32_t search;
    struct contract_arc *up, *down;
    size_t up_count, up_capacity, down_count, down_capacity;
};

static void heap_push(struct arena *arena, struct heap *heap, uint64_t key, uint32_t vertex)
{
    if (heap->count == heap->capacity) {
        size_t capacity = heap->capacity * 2 + 64;
        struct heap_entry *entries = ARENA_ARRAY(arena, capacity, struct heap_entry);
        if (heap->count > 0) {
            memcpy(entries, heap->entries, heap->count * sizeof *entries);
        }
        heap->entries = entries;
        heap->capacity = capacity;
    }
    size_t at = heap->count++;
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (heap->entries[parent].key <= key) {
            break;
        }
        heap->entries[at] = heap->entries[parent];
        at = parent;
    }
    heap->entries[at] = (struct heap_entry){key, vertex};
}

static struct heap_entry heap_pop(struct heap *heap)
{
    struct heap_entry first = heap->entries[0];
    struct heap_entry last = heap->entries[--heap->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= heap->count) {
            break;
        }
        if (child + 1 < heap->count && heap->entries[child + 1].key < heap->entries[child].key) {
            child++;
        }
        if (heap->entries[child].key >= last.key) {
            break;
        }
        heap->entries[at] = heap->entries[child];
        at = child;
    }
    if (heap->count > 0) {
        heap->entries[at] = last;
    }
    return first;
}

/* Adds a link, or shortens the one that is there. */
static void links_put(struct arena *arena, struct links *links, struct link link)
{
    for (uint32_t i = 0; i < links->count; i++) {
        if (links->items[i].other == link.other) {
            if (link.weight < links->items[i].weight) {
                links->items[i] = link;
            }
            return;
        }
    }
    if (links->count == links->capacity) {
        uint32_t capacity = links->capacity == 0 ? 4 : links->capacity * 2;
        struct link *items = ARENA_ARRAY(arena, capacity, struct link);
        if (links->count > 0) {
            memcpy(items, links->items, links->count * sizeof *items);
        }
        links->items = items;
        links->capacity = capacity;
    }
    links->items[links->count++] = link;
}

static void links_remove(struct links *links, uint32_t other)
{
    for (uint32_t i = 0; i < links->count; i++) {
        if (links->items[i].other == other) {
            links->items[i] = links->items[--links->count];
            return;
        }
    }
}

static void reach(struct contraction *c, uint32_t vertex, uint32_t distance)
{
    if (c->stamp[vertex] == c->search && c->distance[vertex] <= distance) {
        return;
    }
    c->stamp[vertex] = c->search;
    c->distance[vertex] = distance;
    heap_push(c->arena, &c->front, ((uint64_t)distance << 32) | vertex, vertex);
}

/* Distances from `source` without `without`, until every target is settled, all within `bound`
 * are, or `settle_max` vertices are. What is left in c->distance is an upper bound either way. */
static void witness_search(struct contraction *c, uint32_t source, uint32_t without,
                           uint32_t target_count, uint32_t bound, uint32_t settle_max)
{
    c->front.count = 0;
    reach(c, source, 0);
    uint32_t settled = 0;
    while (c->front.count > 0 && settled < settle_max) {
        struct heap_entry entry = heap_pop(&c->front);
        uint32_t distance = (uint32_t)(entry.key >> 32);
        uint32_t at = entry.vertex;
        if (distance > c->distance[at]) {
            continue;
        }
        if (distance > bound) {
            return;
        }
        settled++;
        if (c->target_stamp[at] == c->search && --target_count == 0) {
            return;
        }
        const struct links *out = &c->vertices[at].out;
        for (uint32_t i = 0; i < out->count; i++) {
            if (out->items[i].other != without) {
                reach(c, out->items[i].other, distance + out->items[i].weight);
            }
        }
    }
}

struct cost {
    uint32_t added, added_hops, removed, removed_hops;
};

/* Whether the way from one neighbour to the other is to be looked at; where ways lead both ways,
 * one direction speaks for two. */
static bool is_pair(const struct contraction *c, uint32_t from, uint32_t to)
{
    return c->is_both_ways ? from < to : from != to;
}

static void shortcut_put(struct contraction *c, uint32_t from, uint32_t to, uint32_t weight,
                         uint32_t hops)
{
    links_put(c->arena, &c->vertices[from].out, (struct link){to, weight, hops});
    links_put(c->arena, &c->vertices[to].in, (struct link){from, weight, hops});
}

/* What taking `v` out costs in shortcuts; with is_made they are put in. */
static struct cost take_out(struct contraction *c, uint32_t v, bool is_made)
{
    struct vertex *vertex = &c->vertices[v];
    struct cost cost = {0};
    for (uint32_t i = 0; i < vertex->out.count; i++) {
        cost.removed++;
        cost.removed_hops += vertex->out.items[i].hops;
    }
    for (uint32_t i = 0; i < vertex->in.count; i++) {
        cost.removed++;
        cost.removed_hops += vertex->in.items[i].hops;
    }
    for (uint32_t i = 0; i < vertex->in.count; i++) {
        const struct link in = vertex->in.items[i];
        uint32_t furthest = 0, targets = 0;
        c->search++;
        for (uint32_t k = 0; k < vertex->out.count; k++) {
            const struct link *out = &vertex->out.items[k];
            if (is_pair(c, in.other, out->other)) {
                c->target_stamp[out->other] = c->search;
                targets++;
                furthest = out->weight > furthest ? out->weight : furthest;
            }
        }
        if (targets == 0) {
            continue;
        }
        witness_search(c, in.other, v, targets, in.weight + furthest,
                       is_made ? WITNESS_MADE : WITNESS_GUESS);
        for (uint32_t k = 0; k < vertex->out.count; k++) {
            const struct link out = vertex->out.items[k];
            uint32_t weight = in.weight + out.weight;
            if (!is_pair(c, in.other, out.other) ||
                (c->stamp[out.other] == c->search && c->distance[out.other] <= weight)) {
                continue;
            }
            cost.added += 2;
            cost.added_hops += 2 * (in.hops + out.hops);
            if (is_made) {
                uint32_t hops = in.hops + out.hops;
                shortcut_put(c, in.other, out.other, weight, hops);
                if (c->is_both_ways) {
                    shortcut_put(c, out.other, in.other, weight, hops);
                }
            }
        }
    }
    return cost;
}

/* Less is taken out sooner. */
static uint64_t importance(struct contraction *c, uint32_t v)
{
    struct cost cost = take_out(c, v, false);
    uint64_t value = 1000 + 1000 * (uint64_t)c->vertices[v].level;
    if (cost.removed > 0) {
        value += 1000 * (uint64_t)cost.added / cost.removed;
        value += 1000 * (uint64_t)cost.added_hops / cost.removed_hops;
    }
    return value << 24; /* room below for the vertex number, so that ties are always the same */
}

static void arc_add(struct arena *arena, struct contract_arc **arcs, size_t *count,
                    size_t *capacity, struct contract_arc arc)
{
    if (*count == *capacity) {
        size_t wider = *capacity * 2 + 1024;
        struct contract_arc *copy = ARENA_ARRAY(arena, wider, struct contract_arc);
        if (*count > 0) {
            memcpy(copy, *arcs, *count * sizeof *copy);
        }
        *arcs = copy;
        *capacity = wider;
    }
    (*arcs)[(*count)++] = arc;
}

static void level_raise(struct contraction *c, uint32_t vertex, uint32_t level)
{
    if (c->vertices[vertex].level < level) {
        c->vertices[vertex].level = level;
    }
}

/* Takes `v` out for good: its arcs all lead to what is still in, so to higher ranks. */
static void vertex_take(struct contraction *c, uint32_t v)
{
    (void)take_out(c, v, true);
    struct vertex *vertex = &c->vertices[v];
    for (uint32_t i = 0; i < vertex->out.count; i++) {
        const struct link *link = &vertex->out.items[i];
        arc_add(c->arena, &c->up, &c->up_count, &c->up_capacity,
                (struct contract_arc){v, link->other, link->weight});
        links_remove(&c->vertices[link->other].in, v);
        level_raise(c, link->other, vertex->level + 1);
    }
    for (uint32_t i = 0; i < vertex->in.count; i++) {
        const struct link *link = &vertex->in.items[i];
        arc_add(c->arena, &c->down, &c->down_count, &c->down_capacity,
                (struct contract_arc){v, link->other, link->weight});
        links_remove(&c->vertices[link->other].out, v);
        level_raise(c, link->other, vertex->level + 1);
    }
}

static int compare_arcs(const void *a, const void *b)
{
    const struct contract_arc *left = a, *right = b;
    if (left->from != right->from) {
        return left->from < right->from ? -1 : 1;
    }
    return left->to < right->to ? -1 : left->to > right->to;
}

static void arcs_by_rank(struct contract_arc *arcs, size_t count, const uint32_t *rank)
{
    for (size_t i = 0; i < count; i++) {
        arcs[i].from = rank[arcs[i].from];
        arcs[i].to = rank[arcs[i].to];
    }
    if (count > 0) {
        qsort(arcs, count, sizeof *arcs, compare_arcs);
    }
}

/* New numbers for the ranks, still rising along every arc, so that what is near in the
 * hierarchy has near numbers: arcs then take fewer bytes, and a search stays in fewer pages.
 * Depth first from the top, each vertex after all that lie below it. */
static void ranks_settle(struct contraction *c, uint32_t vertex_count, uint32_t *rank_of_vertex)
{
    struct arena *work = c->arena;
    uint32_t *vertex_at = ARENA_ARRAY(work, vertex_count + 1, uint32_t);
    uint32_t *first = ARENA_ARRAY(work, (size_t)vertex_count + 2, uint32_t);
    uint32_t *below = ARENA_ARRAY(work, c->up_count + c->down_count + 1, uint32_t);
    for (uint32_t v = 0; v < vertex_count; v++) {
        vertex_at[rank_of_vertex[v]] = v;
    }
    for (size_t i = 0; i < c->up_count + c->down_count; i++) {
        const struct contract_arc *arc = i < c->up_count ? &c->up[i] : &c->down[i - c->up_count];
        first[arc->to + 1]++;
    }
    for (uint32_t v = 0; v < vertex_count; v++) {
        first[v + 1] += first[v];
    }
    /* Filled from the lowest rank on: those below a vertex stand in rising order. */
    uint32_t *at = arena_copy(work, first, ((size_t)vertex_count + 1) * sizeof *at);
    for (size_t i = 0; i < c->up_count + c->down_count; i++) {
        const struct contract_arc *arc = i < c->up_count ? &c->up[i] : &c->down[i - c->up_count];
        below[at[arc->to]++] = arc->from;
    }
    uint32_t *stack = ARENA_ARRAY(work, vertex_count + 1, uint32_t);
    uint8_t *is_seen = ARENA_ARRAY(work, vertex_count + 1, uint8_t);
    memcpy(at, first, ((size_t)vertex_count + 1) * sizeof *at); /* how far each list is walked */
    uint32_t next = 0;
    for (uint32_t rank = vertex_count; rank-- > 0;) {
        uint32_t depth = 0;
        if (is_seen[vertex_at[rank]] == 0) {
            is_seen[vertex_at[rank]] = 1;
            stack[depth++] = vertex_at[rank];
        }
        while (depth > 0) {
            uint32_t v = stack[depth - 1];
            if (at[v] == first[v + 1]) {
                rank_of_vertex[v] = next++;
                depth--;
                continue;
            }
            uint32_t lower = below[at[v]++];
            if (is_seen[lower] == 0) {
                is_seen[lower] = 1;
                stack[depth++] = lower;
            }
        }
    }
}

void contract_graph(struct arena *arena, uint32_t vertex_count, const struct contract_arc *arcs,
                    size_t arc_count, bool is_both_ways, struct contract_result *result_out)
{
    struct arena work;
    arena_init(&work, (size_t)1 << 22);
    struct contraction c = {.arena = &work, .is_both_ways = is_both_ways};
    c.vertices = ARENA_ARRAY(&work, vertex_count, struct vertex);
    c.distance = ARENA_ARRAY(&work, vertex_count, uint32_t);
    c.stamp = ARENA_ARRAY(&work, vertex_count, uint32_t);
    c.target_stamp = ARENA_ARRAY(&work, vertex_count, uint32_t);
    for (size_t i = 0; i < arc_count; i++) {
        if (arcs[i].from != arcs[i].to) {
            links_put(&work, &c.vertices[arcs[i].from].out,
                      (struct link){arcs[i].to, arcs[i].weight, 1});
            links_put(&work, &c.vertices[arcs[i].to].in,
                      (struct link){arcs[i].from, arcs[i].weight, 1});
        }
    }
    for (uint32_t v = 0; v < vertex_count; v++) {
        heap_push(&work, &c.queue, importance(&c, v) + v, v);
    }
    result_out->rank_of_vertex = ARENA_ARRAY(arena, vertex_count, uint32_t);
    uint32_t next = 0;
    while (c.queue.count > 0) {
        struct heap_entry entry = heap_pop(&c.queue);
        uint64_t key = importance(&c, entry.vertex) + entry.vertex;
        if (key > entry.key && c.queue.count > 0 && key > c.queue.entries[0].key) {
            heap_push(&work, &c.queue, key, entry.vertex); /* became more important meanwhile */
            continue;
        }
        result_out->rank_of_vertex[entry.vertex] = next++;
        vertex_take(&c, entry.vertex);
    }
    ranks_settle(&c, vertex_count, result_out->rank_of_vertex);
    arcs_by_rank(c.up, c.up_count, result_out->rank_of_vertex);
    arcs_by_rank(c.down, c.down_count, result_out->rank_of_vertex);
    result_out->up = arena_copy(arena, c.up, c.up_count * sizeof *c.up);
    result_out->down = arena_copy(arena, c.down, c.down_count * sizeof *c.down);
    result_out->up_count = c.up_count;
    result_out->down_count = c.down_count;
    arena_deinit(&work);
}
