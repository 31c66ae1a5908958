#include "core/rules/plan_step.h"

enum {
    OFFER_MAX = 16,  /* visits offered in a step, beside those just taken out */
    TAKE_MAX = 10,   /* visits taken out in a step, on average half of it */
    WIDE_MAX = 36,   /* once in 16 steps */
    STRING_MAX = 10, /* of them in one string */
    FAR_STRING = 8,  /* visits in the string of a step that is not near anywhere … */
    FAR_SINGLE = 2,  /* … and apart from it … */
    FAR_OFFER = 24,  /* … and offered */
    ORDERS = 8,
    ORDERS_RANDOM = 3,  /* of them */
    TEAM_SMALL = 4,     /* every shift of such a team is asked for a place */
    TEAM_NEAR = 12,     /* served neighbours whose shifts are, of a larger one */
    GAP_NONE = 1 << 30, /* dearer than any place */
};

/* ---- ruin ----------------------------------------------------------------------------------- */

static void save_line(struct plan_search *search, int32_t s)
{
    if (!search->is_saved[s]) {
        search->is_saved[s] = true;
        plan_line_copy(&search->tours.lines[s], &search->before[s]);
    }
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* Marks a string of the line that holds `visit`; returns how many. */
static int32_t mark_string(struct plan_search *search, int32_t visit, int32_t most)
{
    int32_t s = search->tours.shift_of[visit];
    const struct plan_line *line = &search->tours.lines[s];
    int32_t held = line->length - 2;
    int32_t size = 1 + plan_dice_below(&search->dice, smaller(most, held));
    int32_t place = search->tours.place_of[visit];
    int32_t low = place - size + 1 > 1 ? place - size + 1 : 1;
    int32_t high = smaller(place, line->length - 1 - size);
    int32_t first = low + plan_dice_below(&search->dice, high - low + 1);
    int32_t marked = 0;
    save_line(search, s);
    for (int32_t i = first; i < first + size; i++) {
        int32_t v = line->node[i];
        if (!search->is_out[v]) {
            search->is_out[v] = true;
            search->offer[search->offer_count++] = v;
            marked++;
        }
    }
    return marked;
}

/* A string of the first line, and some visits of it anywhere. */
static void mark_far(struct plan_search *search)
{
    const struct plan_line *line = &search->tours.lines[0];
    int32_t held = line->length - 2;
    int32_t single = plan_dice_below(&search->dice, FAR_SINGLE + 1);
    for (int32_t i = 0; i <= single && held > 0; i++) {
        int32_t v = line->node[1 + plan_dice_below(&search->dice, held)];
        if (!search->is_out[v]) {
            mark_string(search, v, i == 0 ? FAR_STRING : 1);
        }
    }
}

static void mark_near(struct plan_search *search, int32_t center)
{
    const struct plan_tours *tours = &search->tours;
    int32_t target =
        1 + plan_dice_below(&search->dice,
                            plan_dice_below(&search->dice, 16) == 0 ? WIDE_MAX : TAKE_MAX);
    const int32_t *near = search->near + (size_t)center * (size_t)search->near_count;
    for (int32_t i = 0; i < search->near_count && search->offer_count < target; i++) {
        int32_t v = near[i];
        if (tours->shift_of[v] >= 0 && !search->is_out[v]) {
            int32_t most = smaller(STRING_MAX, target - search->offer_count);
            mark_string(search, v, most);
        }
    }
}

void plan_step_ruin(struct plan_search *search, int32_t center)
{
    struct plan_tours *tours = &search->tours;
    search->offer_count = 0;
    if (center == PLAN_NOWHERE) {
        mark_far(search);
    } else {
        mark_near(search, center);
    }
    for (int32_t s = 0; s < search->net.shift_count; s++) {
        if (search->is_saved[s]) {
            plan_tours_take_out(tours, s, search->is_out);
        }
    }
    /* What fell out because it no longer fits is still in the copy: it comes back by itself or
     * is offered in a later step. */
    for (int32_t i = 0; i < search->offer_count; i++) {
        search->is_out[search->offer[i]] = false;
    }
}

/* ---- recreate ------------------------------------------------------------------------------- */

void plan_step_sort(struct plan_search *search)
{
    int32_t *offer = search->offer;
    int64_t *key = search->offer_key;
    static const int32_t gaps[] = {57, 23, 10, 4, 1};
    for (size_t g = 0; g < COUNT(gaps); g++) {
        int32_t gap = gaps[g];
        for (int32_t i = gap; i < search->offer_count; i++) {
            int32_t visit = offer[i];
            int64_t rank = key[i];
            int32_t at = i;
            while (at >= gap && key[at - gap] > rank) {
                offer[at] = offer[at - gap];
                key[at] = key[at - gap];
                at -= gap;
            }
            offer[at] = visit;
            key[at] = rank;
        }
    }
}

static void order_offer(struct plan_search *search)
{
    const struct plan_net *net = &search->net;
    int32_t order = plan_dice_below(&search->dice, ORDERS);
    for (int32_t i = 0; i < search->offer_count; i++) {
        int32_t v = search->offer[i];
        int64_t worth = net->worth[v] + (int64_t)search->demand[v];
        int64_t noise = plan_dice_roll(&search->dice);
        int64_t *key = &search->offer_key[i];
        switch (order) {
        case 0:
        case 1:
        case 2:
            *key = noise;
            break;
        case ORDERS_RANDOM:
        case ORDERS_RANDOM + 1:
            *key = -(worth << 8) + (noise >> 26);
            break;
        case ORDERS_RANDOM + 2:
            *key =
                ((int64_t)search->tight[v] << 8) - (search->demand[v] > 0 ? INT64_C(1) << 50 : 0);
            break;
        default:
            *key =
                search->demand[v] == 0 ? -search->yield[v] : -(worth << 20) / (net->reach[v] + 1);
            *key += (int64_t)((uint64_t)(-*key) * (uint64_t)(noise >> 2) >> 32);
            break;
        }
    }
    plan_step_sort(search);
}

/* Bit s: shift s is asked for a place. Of a large team only those are that have one of the
 * visit's nearest neighbours, and those that are empty. */
static uint64_t shifts_asked(const struct plan_search *search, int32_t v)
{
    const struct plan_net *net = &search->net;
    uint64_t allowed = net->problem->visits[v].shifts;
    uint64_t asked = allowed == 0 ? UINT64_MAX : allowed;
    if (net->shift_count <= TEAM_SMALL) {
        return asked;
    }
    const int32_t *near = search->near + (size_t)v * (size_t)search->near_count;
    uint64_t close = 0;
    int32_t seen = 0;
    for (int32_t i = 1; i < search->near_count && seen < TEAM_NEAR; i++) {
        if (search->tours.shift_of[near[i]] >= 0) {
            close |= UINT64_C(1) << search->tours.shift_of[near[i]];
            seen++;
        }
    }
    for (int32_t s = 0; s < net->shift_count; s++) {
        close |= search->tours.lines[s].length == 2 ? UINT64_C(1) << s : 0;
    }
    close |= net->problem->visits[v].own_shifts;
    return (close & asked) != 0 ? close & asked : asked;
}

/* The cheapest place for `v`, after 0 or more; with a blink now and then. */
static struct plan_gap find_gap(struct plan_search *search, int32_t v)
{
    const struct plan_net *net = &search->net;
    struct plan_gap gap = {-1, -1, GAP_NONE};
    uint64_t asked = shifts_asked(search, v);
    uint64_t own = net->problem->visits[v].own_shifts;
    for (int32_t s = 0; s < net->shift_count; s++) {
        if ((asked >> s & 1) == 0) {
            continue;
        }
        /* Its own shift may go a longer way for it. */
        int32_t detour_s = (own >> s & 1) != 0 ? search->own_s[v] : 0;
        gap.cost += detour_s;
        plan_gap_find(net, &search->tours.lines[s], v, s, &search->dice, &search->blink, &gap);
        gap.cost -= detour_s;
    }
    return gap;
}

void plan_step_offer(struct plan_search *search)
{
    struct plan_tours *tours = &search->tours;
    for (int32_t i = 0; i < search->offer_count; i++) {
        int32_t v = search->offer[i];
        struct plan_gap gap = find_gap(search, v);
        if (gap.after >= 0) {
            save_line(search, gap.shift);
            plan_tours_insert(tours, v, &gap);
        }
    }
}

/* Visits that are out, anywhere. */
static void offer_far(struct plan_search *search, int32_t most)
{
    for (int32_t i = 0; i < 2 * FAR_OFFER && search->offer_count < most; i++) {
        int32_t v = plan_dice_below(&search->dice, search->net.visit_count);
        if (search->tours.shift_of[v] < 0 && !search->is_out[v]) {
            search->is_out[v] = true;
            search->offer[search->offer_count++] = v;
        }
    }
}

static void offer_near(struct plan_search *search, int32_t center, int32_t most)
{
    const int32_t *near = search->near + (size_t)center * (size_t)search->near_count;
    for (int32_t i = 0; i < search->near_count && search->offer_count < most; i++) {
        int32_t v = near[i];
        if (search->tours.shift_of[v] < 0 && !search->is_out[v]) {
            search->is_out[v] = true;
            search->offer[search->offer_count++] = v;
        }
    }
}

void plan_step_recreate(struct plan_search *search, int32_t center)
{
    int32_t taken = search->offer_count;
    for (int32_t i = 0; i < taken; i++) {
        search->is_out[search->offer[i]] = true; /* offered already */
    }
    if (center == PLAN_NOWHERE) {
        offer_far(search, taken + FAR_OFFER);
    } else {
        offer_near(search, center, taken + OFFER_MAX);
    }
    for (int32_t i = 0; i < search->offer_count; i++) {
        search->is_out[search->offer[i]] = false;
    }
    order_offer(search);
    plan_step_offer(search);
}
