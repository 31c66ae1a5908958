/* Wrong tries, and the pauses that follow. */
#include "sync/server/staff/throttle.h"

#include "sync/server/staff/account.h"

enum err throttle_load(struct hq_store *store, struct throttle *throttle, int64_t now_ms)
{
    struct hq_query query = hq_query(store, SQL_HQ_throttle_get);
    hq_bind_text(&query, "$name", str_from(throttle->name));
    if (hq_next(&query)) {
        throttle->fail_count = hq_i64(&query, 0);
        throttle->last_at_ms = hq_i64(&query, 1);
        throttle->until_ms = hq_i64(&query, 2);
    }
    TRY(hq_end(&query));
    if (now_ms - throttle->last_at_ms >= ACCOUNT_FORGET_MS) {
        throttle->fail_count = 0;
    }
    /* A clock that was set back does not make a pause longer than pauses are, nor shorter. */
    if (throttle->until_ms > now_ms + ACCOUNT_PAUSE_MAX_MS) {
        throttle->until_ms = now_ms + ACCOUNT_PAUSE_MAX_MS;
    }
    return OK;
}

enum err throttle_count(struct hq_store *store, struct throttle *throttle, int64_t now_ms)
{
    throttle->fail_count++;
    int64_t pause_ms = 0;
    if (throttle->fail_count >= throttle->tries) {
        pause_ms = ACCOUNT_PAUSE_MS;
        for (int64_t i = throttle->tries; i < throttle->fail_count; i++) {
            pause_ms = pause_ms * 2 < ACCOUNT_PAUSE_MAX_MS ? pause_ms * 2 : ACCOUNT_PAUSE_MAX_MS;
            if (pause_ms == ACCOUNT_PAUSE_MAX_MS) {
                break;
            }
        }
    }
    throttle->until_ms = pause_ms > 0 ? now_ms + pause_ms : 0;
    struct hq_query query = hq_query(store, SQL_HQ_throttle_put);
    hq_bind_text(&query, "$name", str_from(throttle->name));
    hq_bind_i64(&query, "$fail_count", throttle->fail_count);
    hq_bind_i64(&query, "$now_ms", now_ms);
    hq_bind_i64(&query, "$until_ms", throttle->until_ms);
    return hq_run(&query);
}

enum err throttle_clear(struct hq_store *store, const char *name)
{
    struct hq_query query = hq_query(store, SQL_HQ_throttle_clear);
    hq_bind_text(&query, "$name", str_from(name));
    return hq_run(&query);
}

enum err throttle_sweep(struct hq_store *store, int64_t now_ms)
{
    struct hq_query query = hq_query(store, SQL_HQ_throttle_sweep);
    hq_bind_i64(&query, "$before_ms", now_ms - ACCOUNT_FORGET_MS);
    hq_bind_i64(&query, "$now_ms", now_ms);
    return hq_run(&query);
}
