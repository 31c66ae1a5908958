#include "core/rules/plan_pool.h"

#include <string.h>

enum {
    LEGS_MAX = 12, /* remembered legs from a visit; the oldest goes */
    SHORT_MAX = 6, /* shortest legs from a visit */
    ARCS_MAX = LEGS_MAX + SHORT_MAX,
    PLACES_MAX = 320, /* visits of one rebuilding */
    WORDS = PLACES_MAX / 64,
    LABELS_MAX = 40000, /* of one rebuilding; beyond, nothing more is followed */
    LABELS_EACH = 256,  /* of them for each visit, when there are few */
    FRONT_MAX = 48,     /* labels of one visit that none other beats */
    SLOTS = 1024        /* of time */
};

struct label {
    uint64_t visited[WORDS];
    int64_t worth;
    int32_t begin_s;
    int32_t place;  /* index among the places; -1 the start */
    int32_t before; /* label; -1 none */
    int32_t next;   /* in its slot of time */
    bool is_beaten;
};

/* A way on from a place, laid out for being walked thousands of times. */
struct arc {
    int32_t place;
    int32_t leg_s;   /* service and travel */
    int32_t until_s; /* latest arrival from which the end is still reached in time */
    int32_t open_s;
    int64_t worth; /* of the visit it leads to */
};

/* What the front holds of a label. */
struct mark {
    int64_t worth;
    int32_t begin_s;
    int32_t label;
};

struct plan_pool {
    const struct plan_net *net;
    int32_t *legs;     /* [node][LEGS_MAX]: visits, -1 none */
    int32_t *leg_next; /* [node]: where the next is remembered */
    int32_t *place_of; /* [visit]: index among the places, -1 none */
    int32_t places[PLACES_MAX];
    int32_t place_count;
    struct arc *arcs; /* [place][ARCS_MAX]; the start's are the last */
    int32_t arc_count[PLACES_MAX + 1];
    struct mark front[PLACES_MAX][FRONT_MAX]; /* by rising begin, and so by rising worth */
    int32_t front_count[PLACES_MAX];
    int32_t slot[SLOTS], slot_last[SLOTS];
    struct label *labels;
    int32_t label_count, label_max;
    int32_t *order;
};

struct plan_pool *plan_pool_open(struct arena *arena, const struct plan_net *net)
{
    if (net->has_breaks || net->has_locks || net->problem->keep.shown != NULL) {
        return NULL;
    }
    struct plan_pool *pool = ARENA_NEW(arena, struct plan_pool);
    size_t nodes = (size_t)net->node_count;
    pool->net = net;
    pool->legs = ARENA_ARRAY(arena, nodes * LEGS_MAX, int32_t);
    pool->leg_next = ARENA_ARRAY(arena, nodes, int32_t);
    pool->place_of = ARENA_ARRAY(arena, nodes, int32_t);
    int32_t label_max = (net->visit_count + 1) * LABELS_EACH;
    pool->label_max = label_max < LABELS_MAX ? label_max : LABELS_MAX;
    pool->labels = ARENA_ARRAY(arena, (size_t)pool->label_max, struct label);
    pool->arcs = ARENA_ARRAY(arena, (size_t)(PLACES_MAX + 1) * ARCS_MAX, struct arc);
    pool->order = ARENA_ARRAY(arena, PLACES_MAX, int32_t);
    for (size_t i = 0; i < nodes * LEGS_MAX; i++) {
        pool->legs[i] = -1;
    }
    for (size_t i = 0; i < nodes; i++) {
        pool->place_of[i] = -1;
    }
    return pool;
}

void plan_pool_remember(struct plan_pool *pool, const struct plan_tours *tours)
{
    for (int32_t s = 0; s < pool->net->shift_count; s++) {
        const struct plan_line *line = &tours->lines[s];
        for (int32_t i = 0; i < line->length - 2; i++) {
            int32_t *legs = pool->legs + (size_t)line->node[i] * LEGS_MAX;
            bool is_known = false;
            for (int32_t k = 0; k < LEGS_MAX; k++) {
                is_known = is_known || legs[k] == line->node[i + 1];
            }
            if (!is_known) {
                int32_t *next = &pool->leg_next[line->node[i]];
                legs[*next] = line->node[i + 1];
                *next = (*next + 1) % LEGS_MAX;
            }
        }
    }
}

/* ---- one rebuilding ------------------------------------------------------------------------- */

static void add_place(struct plan_pool *pool, int32_t visit)
{
    if (pool->place_of[visit] < 0 && pool->place_count < PLACES_MAX) {
        pool->front_count[pool->place_count] = 0;
        pool->place_of[visit] = pool->place_count;
        pool->places[pool->place_count++] = visit;
    }
}

/* The line's own visits and those in no line near them. */
static void choose_places(struct plan_pool *pool, const struct plan_tours *tours, int32_t shift,
                          const int32_t *near, int32_t near_count)
{
    const struct plan_line *line = &tours->lines[shift];
    pool->place_count = 0;
    for (int32_t i = 1; i < line->length - 1; i++) {
        add_place(pool, line->node[i]);
    }
    for (int32_t k = 0; k < near_count; k++) {
        for (int32_t i = 1; i < line->length - 1; i++) {
            int32_t v = near[(size_t)line->node[i] * (size_t)near_count + (size_t)k];
            if (tours->shift_of[v] < 0 &&
                plan_problem_may(&pool->net->problem->visits[v], (size_t)shift)) {
                add_place(pool, v);
            }
        }
    }
}

struct rebuild {
    struct plan_pool *pool;
    const int32_t *demand;
    int32_t end_node, shift, start_s, end_s, slot_s;
};

/* What a visit is worth in the line that is rebuilt. */
static int64_t worth_of(const struct plan_net *net, const int32_t *demand, int32_t shift,
                        int32_t visit)
{
    int64_t worth = (int64_t)net->worth[visit] + demand[visit];
    if (net->has_own && (net->problem->visits[visit].own_shifts >> shift & 1) != 0) {
        worth += net->problem->visits[visit].own_worth;
    }
    return worth;
}

static void lay_arc(const struct rebuild *rebuild, int32_t row, int32_t node, int32_t visit)
{
    struct plan_pool *pool = rebuild->pool;
    const struct plan_net *net = pool->net;
    size_t nodes = (size_t)net->node_count;
    int32_t place = pool->place_of[visit];
    int32_t leg_s = net->to[(size_t)visit * nodes + (size_t)node];
    int32_t home_s = rebuild->end_s - net->from[(size_t)visit * nodes + (size_t)rebuild->end_node];
    int32_t until_s = home_s < net->close[visit] ? home_s : net->close[visit];
    int32_t ready_s = node < net->visit_count ? net->open[node] : rebuild->start_s;
    struct arc *arcs = pool->arcs + (size_t)row * ARCS_MAX;
    int32_t count = pool->arc_count[row];
    if (place < 0 || ready_s + leg_s > until_s || net->open[visit] > until_s) {
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        if (arcs[i].place == place) {
            return;
        }
    }
    pool->arc_count[row]++;
    arcs[count] = (struct arc){place, leg_s, until_s, net->open[visit],
                               worth_of(net, rebuild->demand, rebuild->shift, visit)};
}

/* The remembered legs and the shortest ones, of each place and of the start. */
static void lay_arcs(const struct rebuild *rebuild, int32_t start_node, const int32_t *near,
                     int32_t near_count)
{
    struct plan_pool *pool = rebuild->pool;
    for (int32_t row = 0; row <= pool->place_count; row++) {
        bool is_start = row == pool->place_count;
        int32_t node = is_start ? start_node : pool->places[row];
        const int32_t *legs = pool->legs + (size_t)node * LEGS_MAX;
        pool->arc_count[row] = 0;
        for (int32_t k = 0; k < LEGS_MAX && legs[k] >= 0; k++) {
            lay_arc(rebuild, row, node, legs[k]);
        }
        int32_t followed = 0;
        for (int32_t k = 1; !is_start && k < near_count && followed < SHORT_MAX; k++) {
            int32_t visit = near[(size_t)node * (size_t)near_count + (size_t)k];
            if (pool->place_of[visit] >= 0) {
                lay_arc(rebuild, row, node, visit);
                followed++;
            }
        }
    }
}

static void put_label(const struct rebuild *rebuild, int32_t before, const struct mark *mark,
                      int32_t place)
{
    struct plan_pool *pool = rebuild->pool;
    struct label *label = &pool->labels[mark->label];
    memcpy(label->visited, pool->labels[before].visited, sizeof label->visited);
    label->visited[place >> 6] |= UINT64_C(1) << (place & 63);
    label->worth = mark->worth;
    label->begin_s = mark->begin_s;
    label->place = place;
    label->before = before;
    label->next = -1;
    label->is_beaten = false;
    int32_t slot = (mark->begin_s - rebuild->start_s) / rebuild->slot_s;
    if (pool->slot[slot] < 0) {
        pool->slot[slot] = mark->label;
    } else {
        pool->labels[pool->slot_last[slot]].next = mark->label;
    }
    pool->slot_last[slot] = mark->label;
}

/* Puts a label at its place unless one there is no later and worth as much. */
static void offer_label(const struct rebuild *rebuild, int32_t before, int32_t place,
                        int32_t begin_s, int64_t worth)
{
    struct plan_pool *pool = rebuild->pool;
    struct mark *front = pool->front[place];
    int32_t count = pool->front_count[place];
    int32_t at = count;
    while (at > 0 && front[at - 1].begin_s > begin_s) {
        at--;
    }
    if (at > 0 && front[at - 1].worth >= worth) {
        return;
    }
    int32_t first = at > 0 && front[at - 1].begin_s == begin_s ? at - 1 : at;
    int32_t end = first;
    while (end < count && front[end].worth <= worth) {
        pool->labels[front[end].label].is_beaten = true;
        end++;
    }
    bool has_room = pool->label_count < pool->label_max && count - (end - first) < FRONT_MAX;
    int32_t to = first + has_room;
    if (to != end) {
        memmove(front + to, front + end, (size_t)(count - end) * sizeof *front);
        pool->front_count[place] = to + count - end;
    }
    if (has_room) {
        front[first] = (struct mark){worth, begin_s, pool->label_count++};
        put_label(rebuild, before, &front[first], place);
    }
}

/* Goes on from a label by every arc of its place. */
static void follow(const struct rebuild *rebuild, int32_t at, int32_t row)
{
    struct plan_pool *pool = rebuild->pool;
    const struct plan_net *net = pool->net;
    const struct label *label = &pool->labels[at];
    bool has_hours = net->problem->hours.count > 0;
    const struct arc *arc = pool->arcs + (size_t)row * ARCS_MAX;
    for (const struct arc *end = arc + pool->arc_count[row]; arc < end; arc++) {
        int32_t begin_s = label->begin_s + arc->leg_s;
        if (begin_s > arc->until_s ||
            (label->visited[arc->place >> 6] >> (arc->place & 63) & 1) != 0) {
            continue;
        }
        begin_s = begin_s > arc->open_s ? begin_s : arc->open_s;
        if (net->has_many_windows) {
            begin_s = plan_net_begin(net, pool->places[arc->place], begin_s);
            if (begin_s > arc->until_s) {
                continue;
            }
        }
        int64_t worth = label->worth + arc->worth;
        if (has_hours) {
            worth -= plan_line_hour_loss(net, pool->places[arc->place], begin_s);
        }
        offer_label(rebuild, at, arc->place, begin_s, worth);
    }
}

/* Walks all labels in order of time; returns the best, -1 when none is worth more than `worth`. */
static int32_t walk_labels(const struct rebuild *rebuild, int64_t worth)
{
    struct plan_pool *pool = rebuild->pool;
    int32_t best = -1;
    memset(pool->slot, 0xff, sizeof pool->slot);
    pool->label_count = 1;
    pool->labels[0] =
        (struct label){.begin_s = rebuild->start_s, .place = -1, .before = -1, .next = -1};
    follow(rebuild, 0, pool->place_count);
    for (int32_t slot = 0; slot < SLOTS; slot++) {
        for (int32_t at = pool->slot[slot]; at >= 0; at = pool->labels[at].next) {
            const struct label *label = &pool->labels[at];
            if (label->is_beaten) {
                continue;
            }
            if (label->worth > worth) {
                worth = label->worth;
                best = at;
            }
            follow(rebuild, at, label->place);
        }
    }
    return best;
}

int32_t plan_pool_rebuild(struct plan_pool *pool, const struct plan_tours *tours, int32_t shift,
                          const int32_t *demand, const int32_t *near, int32_t near_count,
                          const int32_t **order_out)
{
    const struct plan_net *net = pool->net;
    const struct plan_line *line = &tours->lines[shift];
    const struct plan_shift *hours = &net->problem->shifts[shift];
    if (line->length <= 2 || hours->end_s <= hours->start_s) {
        return 0;
    }
    int64_t held = 0;
    for (int32_t i = 1; i < line->length - 1; i++) {
        held += worth_of(net, demand, shift, line->node[i]) -
                plan_line_hour_loss(net, line->node[i], line->begin[i]);
    }
    choose_places(pool, tours, shift, near, near_count);
    struct rebuild rebuild = {.pool = pool,
                              .demand = demand,
                              .end_node = net->visit_count + net->shift_count + shift,
                              .shift = shift,
                              .start_s = hours->start_s,
                              .end_s = hours->end_s,
                              .slot_s = (hours->end_s - hours->start_s) / SLOTS + 1};
    lay_arcs(&rebuild, net->visit_count + shift, near, near_count);
    int32_t best = walk_labels(&rebuild, held);
    int32_t count = 0;
    for (int32_t at = best; at > 0; at = pool->labels[at].before) {
        count++;
    }
    int32_t left = count;
    for (int32_t at = best; at > 0; at = pool->labels[at].before) {
        pool->order[--left] = pool->places[pool->labels[at].place];
    }
    for (int32_t i = 0; i < pool->place_count; i++) {
        pool->place_of[pool->places[i]] = -1;
    }
    *order_out = pool->order;
    return count;
}
