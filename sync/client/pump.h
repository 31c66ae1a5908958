/* sync/client/pump.h -- when to try again. Pure: state, event and now give the
 * next action.
 *
 *            | something waits          | nothing waits
 *   idle     | post at once             | look again in a second
 *   delivered| post the next at once    | idle; failures forgotten
 *   failed   | wait: full jitter below min(15 min, 5 s × 2^failures), at least
 *            | one second; after a Retry-After never before that time, and spread
 *            | over once as long again
 *   hurried  | an alarm waits: never longer than 15 seconds
 *   woken    | post at once; failures forgotten (the collector asked, or a
 *            | network came back)
 *
 * There is no limit to tries, and nothing is dropped. */
#pragma once

#include "core/base/rng.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    PUMP_BACKOFF_FIRST_MS = 5 * 1000,
    PUMP_BACKOFF_MAX_MS = 15 * 60 * 1000,
    PUMP_BACKOFF_LEAST_MS = 1000,
    PUMP_LOOK_MS = 1000,
    /* A server may ask for a pause, not for silence. */
    PUMP_RETRY_AFTER_MAX_S = 60 * 60,
    /* Somebody may be in danger: as often as a person would press the button. */
    PUMP_HURRY_MS = 15 * 1000,
};

struct pump {
    uint32_t failures;     /* in a row */
    int64_t not_before_ms; /* monotonic */
};

enum pump_action { PUMP_ACTION_post, PUMP_ACTION_wait };

struct pump_next {
    enum pump_action action;
    int64_t wait_ms; /* for PUMP_ACTION_wait: at most PUMP_LOOK_MS, then ask again */
};

void pump_delivered(struct pump *pump);
/* `retry_after_s` as the server named it, 0 none. */
void pump_failed(struct pump *pump, int64_t now_ms, int64_t retry_after_s, const struct rng *rng);
void pump_woken(struct pump *pump);
void pump_hurried(struct pump *pump, int64_t now_ms);
struct pump_next pump_next(const struct pump *pump, bool has_envelope, int64_t now_ms);
/* The longest wait that failure number `failures` (1 …) can bring, without Retry-After. */
int64_t pump_backoff_ms(uint32_t failures);
