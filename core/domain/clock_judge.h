/* core/domain/clock_judge.h -- how right a tablet's clock is, and what time it likely is. Pure.
 *
 * A tablet has two clocks: the wall clock, which can be set, jumps and dies with a battery, and
 * the time since boot, which goes on through sleep and never back. An anchor ties the time since
 * boot to the right time: a signed answer of headquarters, or a satellite receiver. Within the
 * boot of the anchor the right time is known to an interval; in another boot only that it is
 * later than the anchor. Nothing here blocks work: facts say how far their clock can be trusted. */
#pragma once

#include "core/base/clock.h"

#include <stdbool.h>

/* The right time at one reading of the tablet's clocks: at_ms .. at_ms + slack_ms. */
struct clock_judge_anchor {
    int64_t at_ms;        /* 0: there is no anchor */
    int64_t slack_ms;     /* >= 0; an answer tells the time at which it was made, not came */
    int64_t wall_ms;      /* what the wall clock said then; 0 not known */
    int64_t monotonic_ms; /* time since boot then … */
    uint32_t boot;        /* … in this boot; 0: not known, at_ms is only a time that has passed */
};

struct clock_judgement {
    uint32_t quality; /* clock_qualities.def; 0 trusted */
    int64_t best_ms;  /* the likeliest time: the wall clock's where nothing speaks against it */
    int64_t least_ms; /* it is not earlier; 0 nothing known */
    bool is_bounded;  /* by an anchor of this boot: best_ms errs by the anchor's slack at most */
    int32_t offset_s; /* wall clock ahead (+) or behind (-) of what it can be; 0 within the noise */
};

/* 5 minutes: what nobody has to look at. */
#define CLOCK_JUDGE_TOLERANCE_MS INT64_C(300000)
/* Quartz in a tablet drifts by less than 1 in 10,000. */
#define CLOCK_JUDGE_DRIFT_DIVISOR 10000
/* A quarter of a minute each way on the road: an offset below says nothing. */
#define CLOCK_JUDGE_NOISE_MS INT64_C(30000)
/* Nobody uses a tablet for so long without headquarters: a clock beyond is wrong. 400 days. */
#define CLOCK_JUDGE_ABSENCE_MS INT64_C(34560000000)

/* Judges the reading `now`. `hq` and `satellite` may be without a time (at_ms 0). Where both tie
 * this boot and contradict each other headquarters is believed: a receiver can be deceived. */
struct clock_judgement clock_judge(const struct clock_reading *now,
                                   const struct clock_judge_anchor *hq,
                                   const struct clock_judge_anchor *satellite);

/* What is known after a further answer: `known` (of headquarters, maybe without a time) and
 * `fresh`, met at the reading `now`. Within one boot both hold, so the interval narrows; where
 * they contradict each other (headquarters' clock was set) the fresh one is believed. An answer
 * that brings nothing new leaves `known` as it was, with the wall clock that it saw. */
struct clock_judge_anchor clock_judge_merge(const struct clock_judge_anchor *known,
                                            const struct clock_judge_anchor *fresh,
                                            const struct clock_reading *now);
