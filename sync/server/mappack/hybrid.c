#include "sync/server/mappack/hybrid.h"

#include "core/roads/roads_plane.h"

#include <stdlib.h>
#include <string.h>

enum {
    DEGREE_MAX = 15, /* roads at one junction; more are not told apart by turn */
    /* Deciseconds (house): turning with and across the traffic, back on oneself, and round
     * where a road ends. */
    TURN_NEAR = 15,
    TURN_ACROSS = 50,
    TURN_SHARP = 20,
    TURN_BACK = 100,
    LOOK_BACK_MM = 15000, /* how much of a road tells its direction at a junction */
};

struct making {
    struct arena *arena;
    const struct network *network;
    struct hybrid *hybrid;
    bool is_left_hand;
    uint32_t *table_slots; /* open addressing: table + 1 */
    size_t slot_count;
    size_t tables_size, tables_capacity, offsets_capacity;
};

struct vector {
    int64_t x, y;
};

static const struct {
    bool is_both_ways, has_turns;
} mode_facts[ROADS_MODES] = {
#define ROAD_MODE(code, name, is_both_ways, has_turns) [code] = {(is_both_ways), (has_turns)},
#include "core/roads/modes.def"
#undef ROAD_MODE
};

bool hybrid_is_both_ways(enum roads_mode mode)
{
    return mode_facts[mode].is_both_ways;
}

/* Direction of travel on leaving a node by `direction`. */
static struct vector leaving(const struct network *network, uint32_t direction)
{
    const struct network_segment *segment = &network->segments[direction / 2];
    const struct geo_point *points = &network->points[segment->first_point];
    uint32_t last = segment->point_count - 1;
    struct geo_point start = direction % 2 == 0 ? points[0] : points[last];
    struct geo_point end = start;
    for (uint32_t i = 1; i <= last; i++) {
        end = direction % 2 == 0 ? points[i] : points[last - i];
        if (roads_length_mm(start, end) >= LOOK_BACK_MM) {
            break;
        }
    }
    int64_t y = (int64_t)end.lat_e7 - start.lat_e7;
    struct geo_point east = {start.lat_e7, end.lon_e7};
    int64_t x = roads_length_mm(start, east) / 11;
    return (struct vector){end.lon_e7 < start.lon_e7 ? -x : x, y};
}

static uint8_t turn_cost(struct vector in, struct vector out, bool is_left_hand)
{
    int64_t along = in.x * out.x + in.y * out.y;
    int64_t left = in.x * out.y - in.y * out.x; /* above zero: to the left */
    if (along > 0 && llabs(left) < along) {
        return 0; /* within 45 degrees of straight on */
    }
    bool is_across = is_left_hand ? left < 0 : left > 0;
    bool is_sharp = along < 0 && llabs(left) < -along;
    return (uint8_t)((is_across ? TURN_ACROSS : TURN_NEAR) + (is_sharp ? TURN_SHARP : 0));
}

static int64_t way_at(const struct network *network, uint32_t direction)
{
    const struct network_segment *segment = &network->segments[direction / 2];
    return direction % 2 == 0 ? segment->way_a : segment->way_b; /* at its tail */
}

/* Writes what restrictions at `node` forbid into the table. */
static void restrict_turns(const struct network *network, enum roads_mode mode, uint32_t node,
                           uint32_t degree, uint8_t *table)
{
    const uint32_t *out = &network->incidents[network->incident_first[node]];
    size_t low = 0, high = network->restriction_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (network->restrictions[middle].via < node) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < network->restriction_count && network->restrictions[low].via == node; low++) {
        const struct network_restriction *rule = &network->restrictions[low];
        if ((rule->except >> mode & 1) != 0) {
            continue;
        }
        bool can_obey = false; /* an order to take a road that is not there binds nobody */
        for (uint32_t j = 0; j < degree; j++) {
            can_obey = can_obey || (way_at(network, out[j]) == rule->to_way &&
                                    network_time_ds(network, out[j], mode) != ROADS_NEVER);
        }
        for (uint32_t i = 0; i < degree; i++) {
            for (uint32_t j = 0; j < degree; j++) {
                bool is_from = way_at(network, out[i]) == rule->from_way;
                bool is_to = way_at(network, out[j]) == rule->to_way;
                bool is_back = i == j;
                if (is_from && !rule->is_only && is_to &&
                    is_back == (rule->from_way == rule->to_way)) {
                    table[i * degree + j] = HYBRID_NO_TURN;
                }
                if (is_from && rule->is_only && !is_to && can_obey) {
                    table[i * degree + j] = HYBRID_NO_TURN;
                }
            }
        }
    }
}

/* Fills the turn table of a node; false when every turn there is free. */
static bool turns_of(const struct making *making, uint32_t node, uint32_t degree, uint8_t *table)
{
    const struct network *network = making->network;
    enum roads_mode mode = making->hybrid->mode;
    const uint32_t *out = &network->incidents[network->incident_first[node]];
    bool is_blocked = (network->nodes[node].passage >> mode & 1) == 0;
    bool is_priced = mode_facts[mode].has_turns;
    struct vector vectors[DEGREE_MAX];
    bool comes[DEGREE_MAX], goes[DEGREE_MAX];
    for (uint32_t i = 0; i < degree; i++) {
        vectors[i] = leaving(network, out[i]);
        goes[i] = network_time_ds(network, out[i], mode) != ROADS_NEVER;
        comes[i] = network_time_ds(network, out[i] ^ 1, mode) != ROADS_NEVER;
    }
    for (uint32_t i = 0; i < degree; i++) {
        bool is_end = true;
        for (uint32_t j = 0; j < degree; j++) {
            is_end = is_end && (j == i || !goes[j] || is_blocked);
        }
        for (uint32_t j = 0; j < degree; j++) {
            struct vector in = {-vectors[i].x, -vectors[i].y};
            uint8_t cost =
                is_priced && degree > 2 ? turn_cost(in, vectors[j], making->is_left_hand) : 0;
            if (i == j) {
                cost = is_end || !is_priced ? (is_priced ? TURN_BACK : 0) : HYBRID_NO_TURN;
            } else if (is_blocked) {
                cost = HYBRID_NO_TURN;
            }
            table[i * degree + j] = cost;
        }
    }
    restrict_turns(network, mode, node, degree, table);
    bool is_free = true;
    for (uint32_t i = 0; i < degree; i++) {
        for (uint32_t j = 0; j < degree; j++) {
            if (!comes[i] || !goes[j]) {
                table[i * degree + j] = HYBRID_NO_TURN; /* one form for what cannot happen */
            } else if (i != j) {
                is_free = is_free && table[i * degree + j] == 0;
            }
        }
    }
    return !is_free;
}

/* The number of a table, the same for equal ones. */
static enum err table_number(struct making *making, const uint8_t *table, uint32_t size,
                             uint16_t *number_out)
{
    struct hybrid *hybrid = making->hybrid;
    uint64_t hash = 14695981039346656037U ^ size;
    for (uint32_t i = 0; i < size; i++) {
        hash = (hash ^ table[i]) * 1099511628211U;
    }
    size_t slot = hash % making->slot_count;
    for (; making->table_slots[slot] != 0; slot = (slot + 1) % making->slot_count) {
        uint32_t known = making->table_slots[slot] - 1;
        uint32_t start = hybrid->table_offsets[known];
        if (hybrid->table_offsets[known + 1] - start == size &&
            memcmp(hybrid->tables + start, table, size) == 0) {
            *number_out = (uint16_t)known;
            return OK;
        }
    }
    if (hybrid->table_count == HYBRID_NO_TABLE) {
        return ERR_too_many;
    }
    if (making->tables_size + size > making->tables_capacity) {
        size_t wider = making->tables_capacity * 2 + 65536;
        uint8_t *tables = arena_alloc(making->arena, wider);
        if (making->tables_size > 0) {
            memcpy(tables, hybrid->tables, making->tables_size);
        }
        hybrid->tables = tables;
        making->tables_capacity = wider;
    }
    memcpy(hybrid->tables + making->tables_size, table, size);
    making->tables_size += size;
    *number_out = (uint16_t)hybrid->table_count;
    making->table_slots[slot] = ++hybrid->table_count;
    hybrid->table_offsets[hybrid->table_count] = (uint32_t)making->tables_size;
    return OK;
}

static enum err states_number(struct making *making)
{
    const struct network *network = making->network;
    struct hybrid *hybrid = making->hybrid;
    uint32_t directions = network->segment_count * 2;
    hybrid->state_of_node = ARENA_ARRAY(making->arena, network->node_count + 1, uint32_t);
    hybrid->state_of_direction = ARENA_ARRAY(making->arena, directions + 1, uint32_t);
    hybrid->table_of_node = ARENA_ARRAY(making->arena, network->node_count + 1, uint16_t);
    hybrid->table_offsets = ARENA_ARRAY(making->arena, HYBRID_NO_TABLE + 1, uint32_t);
    memset(hybrid->state_of_node, 0xff, (network->node_count + 1) * sizeof(uint32_t));
    memset(hybrid->state_of_direction, 0xff, (directions + 1) * sizeof(uint32_t));
    for (uint32_t node = 0; node < network->node_count; node++) {
        uint32_t first = network->incident_first[node];
        uint32_t degree = network->incident_first[node + 1] - first;
        hybrid->table_of_node[node] = HYBRID_NO_TABLE;
        bool is_used = false;
        for (uint32_t i = 0; i < degree; i++) {
            uint32_t d = network->incidents[first + i];
            is_used = is_used || network_time_ds(network, d, hybrid->mode) != ROADS_NEVER ||
                      network_time_ds(network, d ^ 1, hybrid->mode) != ROADS_NEVER;
        }
        if (!is_used) {
            continue;
        }
        uint8_t table[DEGREE_MAX * DEGREE_MAX];
        if (degree > DEGREE_MAX || mode_facts[hybrid->mode].is_both_ways ||
            !turns_of(making, node, degree, table)) {
            hybrid->state_of_node[node] = hybrid->state_count++;
            continue;
        }
        TRY(table_number(making, table, degree * degree, &hybrid->table_of_node[node]));
        for (uint32_t i = 0; i < degree; i++) {
            uint32_t in = network->incidents[first + i] ^ 1;
            if (network_time_ds(network, in, hybrid->mode) != ROADS_NEVER) {
                hybrid->state_of_direction[in] = hybrid->state_count++;
            }
        }
    }
    return OK;
}

static uint32_t state_at_head(const struct hybrid *hybrid, const struct network *network,
                              uint32_t direction)
{
    uint32_t own = hybrid->state_of_direction[direction];
    return own != UINT32_MAX ? own : hybrid->state_of_node[network_head(network, direction)];
}

static void arcs_from(struct making *making, uint32_t state, uint32_t node, const uint8_t *turns)
{
    const struct network *network = making->network;
    struct hybrid *hybrid = making->hybrid;
    uint32_t first = network->incident_first[node];
    uint32_t degree = network->incident_first[node + 1] - first;
    for (uint32_t j = 0; j < degree; j++) {
        uint32_t d = network->incidents[first + j];
        int32_t time = network_time_ds(network, d, hybrid->mode);
        uint8_t turn = turns != NULL ? turns[j] : 0;
        if (time != ROADS_NEVER && turn != HYBRID_NO_TURN) {
            hybrid->arcs[hybrid->arc_count++] = (struct contract_arc){
                state, state_at_head(hybrid, network, d), (uint32_t)time + turn};
        }
    }
}

static void arcs_make(struct making *making)
{
    const struct network *network = making->network;
    struct hybrid *hybrid = making->hybrid;
    size_t most = 0;
    for (uint32_t node = 0; node < network->node_count; node++) {
        size_t degree = network->incident_first[node + 1] - network->incident_first[node];
        most += degree * (hybrid->table_of_node[node] == HYBRID_NO_TABLE ? 1 : degree);
    }
    hybrid->arcs = ARENA_ARRAY(making->arena, most + 1, struct contract_arc);
    for (uint32_t node = 0; node < network->node_count; node++) {
        uint32_t first = network->incident_first[node];
        uint32_t degree = network->incident_first[node + 1] - first;
        if (hybrid->state_of_node[node] != UINT32_MAX) {
            arcs_from(making, hybrid->state_of_node[node], node, NULL);
        }
        for (uint32_t i = 0; hybrid->table_of_node[node] != HYBRID_NO_TABLE && i < degree; i++) {
            uint32_t state = hybrid->state_of_direction[network->incidents[first + i] ^ 1];
            if (state != UINT32_MAX) {
                const uint8_t *table =
                    hybrid->tables + hybrid->table_offsets[hybrid->table_of_node[node]];
                arcs_from(making, state, node, table + (size_t)i * degree);
            }
        }
    }
}

/* Arcs by their `from` (or by their `to`, when is_backward): first[state] … */
static void arcs_index(struct arena *arena, const struct hybrid *hybrid, bool is_backward,
                       uint32_t **first_out, uint32_t **others_out)
{
    uint32_t *first = ARENA_ARRAY(arena, (size_t)hybrid->state_count + 2, uint32_t);
    uint32_t *others = ARENA_ARRAY(arena, hybrid->arc_count + 1, uint32_t);
    for (size_t i = 0; i < hybrid->arc_count; i++) {
        first[(is_backward ? hybrid->arcs[i].to : hybrid->arcs[i].from) + 1]++;
    }
    for (uint32_t s = 0; s < hybrid->state_count; s++) {
        first[s + 1] += first[s];
    }
    uint32_t *at = arena_copy(arena, first, ((size_t)hybrid->state_count + 1) * sizeof *at);
    for (size_t i = 0; i < hybrid->arc_count; i++) {
        const struct contract_arc *arc = &hybrid->arcs[i];
        others[at[is_backward ? arc->to : arc->from]++] = is_backward ? arc->from : arc->to;
    }
    *first_out = first;
    *others_out = others;
}

/* Everything that `seed` reaches, marked `mark`; returns how many states. */
static uint32_t flood(const uint32_t *first, const uint32_t *others, uint32_t seed, uint32_t *marks,
                      uint32_t mark, uint32_t *stack)
{
    uint32_t count = 0, depth = 0;
    marks[seed] = mark;
    stack[depth++] = seed;
    while (depth > 0) {
        uint32_t state = stack[--depth];
        count++;
        for (uint32_t i = first[state]; i < first[state + 1]; i++) {
            if (marks[others[i]] != mark) {
                marks[others[i]] = mark;
                stack[depth++] = others[i];
            }
        }
    }
    return count;
}

/* The main network: the states that some well-connected state both reaches and is reached
 * from. Seeds are tried until one belongs to more than half of all, or the best of many. */
static void main_find(struct making *making)
{
    const struct network *network = making->network;
    struct hybrid *hybrid = making->hybrid;
    enum { SEEDS = 64 };
    uint32_t *first, *others, *back_first, *back_others;
    arcs_index(making->arena, hybrid, false, &first, &others);
    arcs_index(making->arena, hybrid, true, &back_first, &back_others);
    uint32_t states = hybrid->state_count;
    uint32_t *ahead = ARENA_ARRAY(making->arena, states + 1, uint32_t);
    uint32_t *behind = ARENA_ARRAY(making->arena, states + 1, uint32_t);
    uint32_t *stack = ARENA_ARRAY(making->arena, states + 1, uint32_t);
    uint8_t *is_main = ARENA_ARRAY(making->arena, states + 1, uint8_t);
    uint32_t best = 0;
    for (uint32_t try = 0; try < SEEDS && try < states && best * 2 < states; try++) {
        uint32_t seed = (uint32_t)((uint64_t)states * try / SEEDS), mark = try + 1, both = 0;
        flood(first, others, seed, ahead, mark, stack);
        flood(back_first, back_others, seed, behind, mark, stack);
        for (uint32_t s = 0; s < states; s++) {
            both += ahead[s] == mark && behind[s] == mark;
        }
        if (both > best) {
            best = both;
            for (uint32_t s = 0; s < states; s++) {
                is_main[s] = ahead[s] == mark && behind[s] == mark;
            }
        }
    }
    hybrid->is_main = ARENA_ARRAY(making->arena, network->segment_count + 1, uint8_t);
    for (uint32_t d = 0; d < network->segment_count * 2; d++) {
        if (network_time_ds(network, d, hybrid->mode) == ROADS_NEVER) {
            continue;
        }
        /* Its end is in the main network, and something in the main network leads into it. */
        uint32_t state = state_at_head(hybrid, network, d);
        bool is_in = is_main[state] != 0;
        uint32_t tail = hybrid->state_of_node[network_tail(network, d)];
        bool is_led_to = tail != UINT32_MAX ? is_main[tail] != 0
                                            : hybrid->state_of_direction[d] != UINT32_MAX ||
                                                  back_first[state + 1] > back_first[state];
        hybrid->is_main[d / 2] = (uint8_t)(hybrid->is_main[d / 2] | (is_in && is_led_to));
    }
}

enum err hybrid_make(struct arena *arena, const struct network *network, enum roads_mode mode,
                     bool is_left_hand, struct hybrid *hybrid_out)
{
    *hybrid_out = (struct hybrid){.mode = mode};
    struct making making = {
        .arena = arena, .network = network, .hybrid = hybrid_out, .is_left_hand = is_left_hand};
    making.slot_count = 4 * (size_t)HYBRID_NO_TABLE;
    making.table_slots = ARENA_ARRAY(arena, making.slot_count, uint32_t);
    TRY(states_number(&making));
    arcs_make(&making);
    main_find(&making);
    return OK;
}
