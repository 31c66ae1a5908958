#include "core/rules/plan_house.h"

#include "core/rules/plan_travel.h"

static bool can_share(const struct plan_stop *a, const struct plan_stop *b)
{
    return a->window_until_ms <= 0 && b->window_until_ms <= 0 && !a->is_locked && !b->is_locked &&
           a->hours_from_ms == b->hours_from_ms && a->hours_until_ms == b->hours_until_ms &&
           plan_travel_is_same_building(a->place, b->place);
}

static void add_to_house(const struct plan_stop *stops, struct plan_house *house, size_t stop)
{
    size_t at = house->count++;
    bool is_shown = stops[stop].shown_position != 0;
    while (at > 0 && !is_shown && stops[house->stops[at - 1]].shown_position == 0 &&
           stops[house->stops[at - 1]].score < stops[stop].score) {
        house->stops[at] = house->stops[at - 1];
        at--;
    }
    house->stops[at] = stop;
}

/* May the stop go into the house? One that was shown only right behind the stop behind which it
 * was shown: neighbours that are a little apart would change places each time. */
static bool can_join(const struct plan_stop *stops, const struct plan_house *house, size_t stop)
{
    const struct plan_stop *joining = &stops[stop];
    const struct plan_stop *last = &stops[house->stops[house->count - 1]];
    return house->count < PLAN_HOUSE_MAX && can_share(&stops[house->stops[0]], joining) &&
           (joining->shown_position == 0 || last->shown_position + 1 == joining->shown_position);
}

static size_t find_shown(const struct plan_stop *stops, size_t stop_count, uint32_t position)
{
    size_t i = 0;
    while (i < stop_count && stops[i].shown_position != position) {
        i++;
    }
    return i;
}

/* Puts a stop into the first house that takes it, or into one of its own; returns how many. */
static size_t house_stop(const struct plan_stop *stops, size_t stop, bool is_split,
                         struct plan_house *houses, size_t count)
{
    size_t at = is_split ? count : 0;
    while (at < count && !can_join(stops, &houses[at], stop)) {
        at++;
    }
    if (at == count) {
        houses[count++].count = 0;
    }
    add_to_house(stops, &houses[at], stop);
    return count;
}

size_t plan_house_make(const struct plan_stop *stops, size_t stop_count, bool is_split,
                       struct plan_house *houses_out)
{
    size_t count = 0;
    for (uint32_t position = 1; position <= PLAN_STOPS_MAX; position++) {
        size_t stop = find_shown(stops, stop_count, position);
        if (stop < stop_count) {
            count = house_stop(stops, stop, is_split, houses_out, count);
        }
    }
    for (size_t i = 0; i < stop_count; i++) {
        const struct plan_stop *stop = &stops[i];
        bool is_placed = stop->shown_position >= 1 && stop->shown_position <= PLAN_STOPS_MAX &&
                         find_shown(stops, stop_count, stop->shown_position) == i;
        if (!is_placed) {
            count = house_stop(stops, i, is_split, houses_out, count);
        }
    }
    return count;
}
