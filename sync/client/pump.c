#include "sync/client/pump.h"

#include "core/base/check.h"

int64_t pump_backoff_ms(uint32_t failures)
{
    int64_t backoff_ms = PUMP_BACKOFF_FIRST_MS;
    for (uint32_t i = 1; i < failures && backoff_ms < PUMP_BACKOFF_MAX_MS; i++) {
        backoff_ms *= 2;
    }
    return backoff_ms < PUMP_BACKOFF_MAX_MS ? backoff_ms : PUMP_BACKOFF_MAX_MS;
}

void pump_delivered(struct pump *pump)
{
    *pump = (struct pump){0};
}

void pump_woken(struct pump *pump)
{
    *pump = (struct pump){0};
}

void pump_failed(struct pump *pump, int64_t now_ms, int64_t retry_after_s, const struct rng *rng)
{
    pump->failures += pump->failures < UINT32_MAX ? 1 : 0;
    int64_t asked_ms = 0;
    if (retry_after_s > 0) {
        int64_t asked_s =
            retry_after_s < PUMP_RETRY_AFTER_MAX_S ? retry_after_s : PUMP_RETRY_AFTER_MAX_S;
        asked_ms = asked_s * 1000;
    }
    /* Jitter over the whole width, so that a thousand tablets that lost the same network,
     * or were told the same pause, do not come back in the same second. */
    int64_t width_ms = pump_backoff_ms(pump->failures) - PUMP_BACKOFF_LEAST_MS;
    width_ms = width_ms > asked_ms ? width_ms : asked_ms;
    int64_t jitter_ms = (int64_t)rng_below(rng, (uint64_t)width_ms + 1);
    pump->not_before_ms = now_ms + asked_ms + PUMP_BACKOFF_LEAST_MS + jitter_ms;
}

void pump_hurried(struct pump *pump, int64_t now_ms)
{
    if (pump->not_before_ms > now_ms + PUMP_HURRY_MS) {
        pump->not_before_ms = now_ms + PUMP_HURRY_MS;
    }
}

struct pump_next pump_next(const struct pump *pump, bool has_envelope, int64_t now_ms)
{
    if (has_envelope && now_ms >= pump->not_before_ms) {
        return (struct pump_next){.action = PUMP_ACTION_post};
    }
    int64_t left_ms = pump->not_before_ms - now_ms;
    bool is_soon = has_envelope && left_ms < PUMP_LOOK_MS;
    return (struct pump_next){.action = PUMP_ACTION_wait,
                              .wait_ms = is_soon ? left_ms : PUMP_LOOK_MS};
}
