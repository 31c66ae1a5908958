/* Times between many places. */
#include "core/roads/roads_time.h"
#include "core/roads/roads_work.h"

#include <string.h>

/* What a place's search left at a rank, for those that come later. */
struct bucket_entry {
    uint32_t next; /* index + 1; 0 the last */
    uint32_t place;
    uint32_t time_ds;
};

struct buckets {
    uint32_t *heads; /* by rank: index + 1 */
    struct bucket_entry *entries;
    size_t count, capacity;
};

struct roads_table {
    struct arena *arena;
    struct roads_work *work;
    size_t count, capacity;
    struct roads_place *places;
    int32_t *times;            /* capacity × capacity */
    struct buckets buckets[2]; /* of those who start, of those who arrive */
    uint32_t *best;
};

struct roads_table *roads_table_new(struct arena *arena, struct roads_work *work, size_t capacity)
{
    struct roads_table *table = ARENA_NEW(arena, struct roads_table);
    table->arena = arena;
    table->work = work;
    table->capacity = capacity;
    table->places = ARENA_ARRAY(arena, capacity + 1, struct roads_place);
    table->times = ARENA_ARRAY(arena, capacity * capacity + 1, int32_t);
    table->best = ARENA_ARRAY(arena, capacity + 1, uint32_t);
    for (int way = 0; way < 2; way++) {
        table->buckets[way].heads = ARENA_ARRAY(arena, work->hierarchy->rank_count + 1, uint32_t);
    }
    return table;
}

static void bucket_put(struct roads_table *table, struct buckets *buckets, struct roads_label label)
{
    if (buckets->count == buckets->capacity) {
        size_t capacity = buckets->capacity * 2 + 4096;
        struct bucket_entry *entries = ARENA_ARRAY(table->arena, capacity, struct bucket_entry);
        if (buckets->count > 0) {
            memcpy(entries, buckets->entries, buckets->count * sizeof *entries);
        }
        buckets->entries = entries;
        buckets->capacity = capacity;
    }
    buckets->entries[buckets->count++] =
        (struct bucket_entry){buckets->heads[label.rank], (uint32_t)table->count, label.time_ds};
    buckets->heads[label.rank] = (uint32_t)buckets->count;
}

static int32_t with_walks(const struct roads_table *table, uint32_t road_ds, size_t from, size_t to)
{
    if (road_ds == UINT32_MAX) {
        return ROADS_NEVER;
    }
    return (int32_t)road_ds + roads_walk_ds(table->places[from].away_m) +
           roads_walk_ds(table->places[to].away_m);
}

/* One direction of a new place: its search, the times to (or from) all before it, and what it
 * leaves behind. */
static void add_direction(struct roads_table *table, const struct roads_seed *seeds, size_t count,
                          bool is_backward)
{
    struct roads_work *work = table->work;
    size_t own = table->count;
    memset(table->best, 0xff, (own + 1) * sizeof *table->best);
    roads_search_up(work, seeds, count, is_backward);
    const struct buckets *others = &table->buckets[!is_backward];
    for (size_t i = 0; i < work->label_count; i++) {
        struct roads_label label = work->labels[i];
        for (uint32_t at = others->heads[label.rank]; at != 0;) {
            const struct bucket_entry *entry = &others->entries[at - 1];
            uint32_t time = label.time_ds + entry->time_ds;
            if (time < table->best[entry->place]) {
                table->best[entry->place] = time;
            }
            at = entry->next;
        }
    }
    for (size_t i = 0; i < work->label_count; i++) {
        bucket_put(table, &table->buckets[is_backward], work->labels[i]);
    }
    for (size_t other = 0; other < own; other++) {
        size_t from = is_backward ? other : own, to = is_backward ? own : other;
        int32_t within = roads_time_within_ds(work, &table->places[from], &table->places[to]);
        uint32_t road = table->best[other];
        road = within != ROADS_NEVER && (uint32_t)within < road ? (uint32_t)within : road;
        table->times[from * table->capacity + to] = with_walks(table, road, from, to);
    }
}

size_t roads_table_add(struct roads_table *table, const struct roads_place *place)
{
    CHECK(table->count < table->capacity);
    struct roads_seed seeds[ROADS_SEEDS_MAX];
    table->places[table->count] = *place;
    size_t count = roads_seeds_from(table->work, place, seeds);
    add_direction(table, seeds, count, false);
    count = roads_seeds_to(table->work, place, seeds);
    add_direction(table, seeds, count, true);
    return table->count++;
}

int32_t roads_table_time_ds(const struct roads_table *table, size_t from, size_t to)
{
    CHECK(from < table->count && to < table->count);
    return from == to ? 0 : table->times[from * table->capacity + to];
}

int32_t roads_time_ds(struct roads_work *work, const struct roads_place *from,
                      const struct roads_place *to)
{
    struct roads_seed seeds[ROADS_SEEDS_MAX];
    size_t count = roads_seeds_from(work, from, seeds);
    roads_search_up(work, seeds, count, false);
    count = roads_seeds_to(work, to, seeds);
    roads_search_up(work, seeds, count, true);
    uint32_t best = UINT32_MAX;
    for (size_t i = 0; i < work->label_count; i++) {
        uint32_t rank = work->labels[i].rank;
        if (work->stamp[0][rank] == work->search[0] &&
            work->labels[i].time_ds + work->time[0][rank] < best) {
            best = work->labels[i].time_ds + work->time[0][rank];
        }
    }
    int32_t within = roads_time_within_ds(work, from, to);
    best = within != ROADS_NEVER && (uint32_t)within < best ? (uint32_t)within : best;
    return best == UINT32_MAX
               ? ROADS_NEVER
               : (int32_t)best + roads_walk_ds(from->away_m) + roads_walk_ds(to->away_m);
}
