/* tests/bench/wire/visits.h -- a seeded generator of realistic visits: what a
 * collector's day puts into the journal. Made for measuring bytes and for
 * training dictionaries; the two use different seeds, cities and, in part,
 * different wording, so that a dictionary is not measured on what it has seen. */
#pragma once

#include "core/base/rng.h"
#include "core/event/event.h"

enum { VISITS_EVENTS_MAX = 4 };

struct visits {
    struct rng rng;
    uint64_t rng_state;
    bool
        is_unseen; /* measuring: a third of the clauses of notes are from a pool never trained on */
    uint64_t seq;  /* of the next event */
    int64_t at_ms, boot_at_ms;
    uint32_t boot, person_no, device_no;
    uint64_t policy;
    int32_t lat_e7, lon_e7;
    uint32_t visits_today;
};

/* The generator must stay where it is: its rng points into it. */
void visits_start(struct visits *visits, uint64_t seed, bool is_unseen);
/* Fills the events of the next visit in journal order and says how many. */
size_t visits_next(struct visits *visits, ds_Event events[VISITS_EVENTS_MAX]);
