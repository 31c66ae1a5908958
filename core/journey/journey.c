/* core/journey/journey.c -- the journey itself: who, by which policy, at what time. */
#include "core/journey/journey.h"

#include "core/journey/journey_private.h"

#include <string.h>

/* Drift of a tablet's clock that nobody has to look at. */
enum { CLOCK_TOLERANCE_MS = 5 * 60 * 1000 };

static enum err policy_load(struct journey *journey)
{
    struct arena_mark mark = arena_mark(journey->arena);
    struct str text;
    enum err err = store_setting_bytes(journey->store, journey->arena, SETTING_policy_text, &text);
    if (err == OK) {
        struct policy_fault fault;
        journey->policy = policy_default();
        if (text.size > 0 && policy_from_text(text, &journey->policy, &fault) != OK) {
            journey->policy = policy_default();
        }
    }
    arena_rollback(journey->arena, mark);
    return err;
}

enum err journey_reload(struct journey *journey)
{
    int64_t device_no = 0;
    int64_t person_no = 0;
    TRY(store_setting_number(journey->store, SETTING_device_no, 0, &device_no));
    TRY(store_setting_number(journey->store, SETTING_person_no, 0, &person_no));
    TRY(store_setting_number(journey->store, SETTING_current_at_ms, 0, &journey->synced_at_ms));
    journey->policy_at_ms = journey->synced_at_ms; /* an answer that leaves nothing out */
    journey->device_no = (uint32_t)device_no;
    journey->person_no = (uint32_t)person_no;
    return policy_load(journey);
}

enum err journey_init(struct journey *journey, struct store *store, const struct clock *clock,
                      const struct rng *rng, struct arena *arena)
{
    *journey = (struct journey){.store = store, .clock = clock, .rng = rng, .arena = arena};
    return journey_reload(journey);
}

int32_t journey_today(const struct journey *journey)
{
    int32_t offset_minutes = 0;
    enum err err = date_zone_offset(str_from(journey->policy.zone), &offset_minutes);
    CHECK(err == OK); /* a policy names a known zone */
    return date_day_at(clock_now_ms(journey->clock), offset_minutes);
}

/* Against headquarters' clock at the last answer, carried on by the time since boot. */
uint32_t journey_clock_quality(struct journey *journey)
{
    struct clock_reading now = clock_read(journey->clock);
    int64_t hq_ms = 0;
    int64_t wall_ms = 0;
    int64_t uptime_ms = 0;
    int64_t boot = 0;
    if (store_setting_number(journey->store, SETTING_hq_time_ms, 0, &hq_ms) != OK ||
        store_setting_number(journey->store, SETTING_hq_time_wall_ms, 0, &wall_ms) != OK ||
        store_setting_number(journey->store, SETTING_hq_time_uptime_ms, 0, &uptime_ms) != OK ||
        store_setting_number(journey->store, SETTING_hq_time_boot, 0, &boot) != OK || hq_ms == 0) {
        return CLOCK_QUALITY_never_checked;
    }
    if (boot == 0 || (uint32_t)boot != now.boot) {
        return now.wall_ms + CLOCK_TOLERANCE_MS < hq_ms ? CLOCK_QUALITY_behind_headquarters
                                                        : CLOCK_QUALITY_since_boot_unchecked;
    }
    int64_t passed_ms = now.monotonic_ms - uptime_ms;
    int64_t jump_ms = now.wall_ms - wall_ms - passed_ms;
    if (jump_ms > CLOCK_TOLERANCE_MS || jump_ms < -CLOCK_TOLERANCE_MS) {
        return CLOCK_QUALITY_jumped;
    }
    int64_t ahead_ms = now.wall_ms - (hq_ms + passed_ms);
    if (ahead_ms > CLOCK_TOLERANCE_MS) {
        return CLOCK_QUALITY_ahead_of_headquarters;
    }
    return ahead_ms < -CLOCK_TOLERANCE_MS ? CLOCK_QUALITY_behind_headquarters : CLOCK_QUALITY_none;
}

/* The time that it is at least: headquarters' at the last answer and what has passed since,
 * when the tablet's clock was set back behind it. A wrong clock opens no door and makes no
 * data young. */
static int64_t now_at_least(const struct journey *journey)
{
    struct clock_reading now = clock_read(journey->clock);
    int64_t hq_ms = 0;
    int64_t uptime_ms = 0;
    int64_t boot = 0;
    if (store_setting_number(journey->store, SETTING_hq_time_ms, 0, &hq_ms) != OK ||
        store_setting_number(journey->store, SETTING_hq_time_uptime_ms, 0, &uptime_ms) != OK ||
        store_setting_number(journey->store, SETTING_hq_time_boot, 0, &boot) != OK) {
        return now.wall_ms;
    }
    bool is_same_boot = boot != 0 && (uint32_t)boot == now.boot && now.monotonic_ms > uptime_ms;
    int64_t least_ms = hq_ms + (is_same_boot ? now.monotonic_ms - uptime_ms : 0);
    return least_ms > now.wall_ms + CLOCK_TOLERANCE_MS ? least_ms : now.wall_ms;
}

struct gate_facts journey_gate_facts(const struct journey *journey,
                                     const struct store_case *subject, uint32_t place,
                                     uint32_t address_index, uint32_t visitors,
                                     uint32_t override_reason)
{
    int64_t now_ms = now_at_least(journey);
    struct gate_facts facts = {
        .record = subject->record,
        .state = subject->state,
        .now_ms = now_ms,
        .person_no = journey->person_no,
        .visitors = visitors,
        .place = place,
        .has_fix = journey->has_fix,
        .fix_age_s = journey->fix.age_s,
        .synced_at_ms = journey->synced_at_ms,
        .policy_at_ms = journey->policy_at_ms,
        .has_hours_consent = gate_has_consent(&journey->policy, subject->record, subject->state,
                                              now_ms, override_reason),
    };
    if (address_index < subject->record->addresses_count) {
        const ds_Address *address = &subject->record->addresses[address_index];
        struct geo_point there = {address->lat_e7, address->lon_e7};
        struct geo_point here = {journey->fix.lat_e7, journey->fix.lon_e7};
        facts.is_located = geo_is_located(there);
        if (facts.is_located && facts.has_fix) {
            facts.distance_m = geo_distance_m(here, there);
        }
    }
    return facts;
}
