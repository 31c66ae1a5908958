/* Intervals of corrected time. */
#include "sync/server/store/truth.h"

enum {
    SLACK_MS = 2000,         /* whole seconds on the wire, and the way of the answer */
    DRIFT_PARTS = 10000,     /* a crystal is off by 100 parts in a million at most */
    TOLD_SLACK_MS = 60000,   /* of an offset that the fact itself tells */
    TIME_MAX_S = 2000000000, /* offsets beyond are nonsense */
};

static struct truth around(int64_t at_ms, int64_t slack_ms, int64_t received_at_ms)
{
    struct truth truth = {at_ms - slack_ms, at_ms + slack_ms};
    if (truth.until_ms > received_at_ms) {
        truth.until_ms = received_at_ms; /* nothing arrives before it happened */
    }
    if (truth.from_ms > truth.until_ms) {
        truth.from_ms = truth.until_ms;
    }
    if (truth.from_ms < 0) {
        truth.from_ms = 0;
    }
    return truth;
}

static int64_t instant(uint64_t at_ms)
{
    return at_ms > (uint64_t)FACT_AT_MS_MAX ? FACT_AT_MS_MAX : (int64_t)at_ms;
}

struct truth truth_find(const struct truth_anchor *anchor, const ds_Event *event,
                        const struct truth *before)
{
    const ds_Event *last = anchor->last;
    if (event->at_ms == 0) {
        return (struct truth){0, 0}; /* not readable */
    }
    if (anchor->has_clock && last != NULL && last->boot == event->boot &&
        last->uptime_ms >= event->uptime_ms && last->uptime_ms < (uint64_t)FACT_AT_MS_MAX) {
        int64_t passed_ms = (int64_t)(last->uptime_ms - event->uptime_ms);
        int64_t at_ms = instant(last->at_ms) + anchor->clock_behind_ms - passed_ms;
        return around(at_ms, SLACK_MS + passed_ms / DRIFT_PARTS, anchor->received_at_ms);
    }
    int64_t offset_s = event->clock_offset_s;
    if (offset_s != 0 && offset_s < TIME_MAX_S && offset_s > -TIME_MAX_S) {
        return around(instant(event->at_ms) - offset_s * 1000, TOLD_SLACK_MS,
                      anchor->received_at_ms);
    }
    struct truth truth = {before->from_ms, anchor->received_at_ms};
    if (truth.from_ms > truth.until_ms) {
        truth.from_ms = truth.until_ms;
    }
    return truth;
}

bool truth_is_doubtful(const struct truth *truth, int64_t at_ms)
{
    if (truth->until_ms == 0) {
        return false;
    }
    return at_ms > truth->until_ms + TRUTH_TOLERANCE_MS ||
           at_ms < truth->from_ms - TRUTH_TOLERANCE_MS;
}
