/* sync/server/store/truth.h -- when a fact happened, whatever the tablet's clock said. Pure.
 *
 * No clock decides anything; this is for people and reports. Best is time since boot
 * counted back from the batch in which the tablet told how far its clock was off;
 * then what the fact itself says; else it lies between the fact before it and its
 * arrival. */
#pragma once

#include "core/event/event.h"

/* A wall clock that is off by more is told to a person. Ten minutes: less is what
 * people's watches differ by, more moves a visit across a permitted hour. */
enum { TRUTH_TOLERANCE_MS = 10 * 60 * 1000 };

struct truth {
    int64_t from_ms, until_ms; /* it happened between these; 0, 0: nothing can be said */
};

/* What is known when a batch arrives. */
struct truth_anchor {
    int64_t received_at_ms;
    bool has_clock;          /* the tablet told its clock at the last fact */
    int64_t clock_behind_ms; /* it was behind headquarters' by */
    const ds_Event *last;    /* the last fact of the batch */
};

/* `before`: of the fact before it in the chain; zeros when not known. */
struct truth truth_find(const struct truth_anchor *anchor, const ds_Event *event,
                        const struct truth *before);
/* Is `at_ms`, as the tablet's clock said, far from the truth? */
bool truth_is_doubtful(const struct truth *truth, int64_t at_ms);
