/* core/journey/detour_known.c -- what this tablet knows of how long ways really take: those
 * between the door that was left and the next one, by the places and times of its own facts. */
#include "core/journey/journey_private.h"

enum {
    LEAVES_MOST = 400,    /* visits that are looked at, newest first */
    FIX_AGE_MOST_S = 120, /* an older place is where the tablet was before */
    FIX_WIDE_M = 200,
};

/* One end of a visit. */
struct leave {
    uint64_t seq;
    int64_t at_ms;
    struct geo_point place; /* 0,0: not known well enough */
};
struct leaves {
    struct leave *items; /* newest first */
    size_t count;
};

static struct geo_point place_of(const ds_Event *event)
{
    bool is_good =
        event->has_fix && event->fix.age_s <= FIX_AGE_MOST_S && event->fix.accuracy_m <= FIX_WIDE_M;
    return is_good ? (struct geo_point){event->fix.lat_e7, event->fix.lon_e7}
                   : (struct geo_point){0, 0};
}

static enum err leaves_read(struct journey *journey, uint32_t kind, int64_t today_at_ms,
                            struct leaves *leaves_out)
{
    struct store_records records;
    ds_Event *event = ARENA_NEW(journey->arena, ds_Event);
    TRY(store_journal_list(journey->store, journey->arena, kind,
                           today_at_ms - DETOUR_DAYS * DATE_DAY_MS, today_at_ms, 0, LEAVES_MOST,
                           &records));
    *leaves_out = (struct leaves){ARENA_ARRAY(journey->arena, records.count + 1, struct leave), 0};
    for (size_t i = 0; i < records.count; i++) {
        const struct store_record *record = &records.items[i];
        struct leave *leave = &leaves_out->items[leaves_out->count++];
        *leave = (struct leave){.seq = record->seq, .at_ms = record->at_ms};
        if (event_decode(event, (const uint8_t *)record->body.bytes, record->body.size) == OK) {
            leave->place = place_of(event);
        }
    }
    return OK;
}

/* The newest of them before `seq`; NULL: none. `*at` goes on from one call to the next. */
static const struct leave *before(const struct leaves *leaves, size_t *at, uint64_t seq)
{
    while (*at < leaves->count && leaves->items[*at].seq > seq) {
        (*at)++;
    }
    return *at < leaves->count ? &leaves->items[*at] : NULL;
}

static enum err detour_learn(struct journey *journey, int64_t today_at_ms)
{
    struct leaves starts;
    struct leaves ends;
    struct leaves skips;
    size_t end_at = 0;
    size_t skip_at = 0;
    struct plan_straight house = plan_travel_house(&journey->policy);
    TRY(leaves_read(journey, EVENT_visit_started, today_at_ms, &starts));
    TRY(leaves_read(journey, EVENT_visit_finished, today_at_ms, &ends));
    TRY(leaves_read(journey, EVENT_visit_skipped, today_at_ms, &skips));
    journey->detour = (struct detour){0};
    for (size_t i = 0; i < starts.count; i++) {
        const struct leave *start = &starts.items[i];
        const struct leave *end = before(&ends, &end_at, start->seq);
        const struct leave *skip = before(&skips, &skip_at, start->seq);
        /* Past a door that was skipped it went another way, and an older visit in between was
         * never finished. */
        if (end == NULL || (skip != NULL && skip->seq > end->seq) ||
            (i + 1 < starts.count && starts.items[i + 1].seq > end->seq)) {
            continue;
        }
        (void)detour_add(&journey->detour,
                         &(struct detour_way){.from = end->place,
                                              .to = start->place,
                                              .travel_s = (start->at_ms - end->at_ms) / 1000 -
                                                          house.setting_out_s,
                                              .metres_a_minute = house.metres_a_minute});
    }
    return OK;
}

enum err journey_detour(struct journey *journey, int32_t today)
{
    if (journey->detour_day == today) {
        return OK;
    }
    int32_t offset_minutes = 0;
    CHECK(date_zone_offset(str_from(journey->policy.zone), &offset_minutes) == OK);
    struct arena_mark mark = arena_mark(journey->arena);
    enum err err = detour_learn(journey, date_instant(today, 0, offset_minutes));
    arena_rollback(journey->arena, mark);
    TRY(err);
    journey->detour_day = today;
    return OK;
}
