/* core/journey/journey_clock.c -- what the tablet knows of the right time. */
#include "core/journey/journey_private.h"

/* A satellite receiver tells the time with the second that has just begun. */
enum { SATELLITE_SLACK_MS = 2000 };

static enum err anchor_load(struct journey *journey, struct clock_judge_anchor *anchor_out)
{
    struct store *store = journey->store;
    int64_t boot = 0;
    TRY(store_setting_number(store, SETTING_hq_time_ms, 0, &anchor_out->at_ms));
    TRY(store_setting_number(store, SETTING_hq_time_slack_ms, 0, &anchor_out->slack_ms));
    TRY(store_setting_number(store, SETTING_hq_time_wall_ms, 0, &anchor_out->wall_ms));
    TRY(store_setting_number(store, SETTING_hq_time_uptime_ms, 0, &anchor_out->monotonic_ms));
    TRY(store_setting_number(store, SETTING_hq_time_boot, 0, &boot));
    anchor_out->boot = (uint32_t)boot;
    return OK;
}

static enum err anchor_save(struct journey *journey, const struct clock_judge_anchor *anchor)
{
    struct store *store = journey->store;
    TRY(store_setting_set_number(store, SETTING_hq_time_ms, anchor->at_ms));
    TRY(store_setting_set_number(store, SETTING_hq_time_slack_ms, anchor->slack_ms));
    TRY(store_setting_set_number(store, SETTING_hq_time_wall_ms, anchor->wall_ms));
    TRY(store_setting_set_number(store, SETTING_hq_time_uptime_ms, anchor->monotonic_ms));
    return store_setting_set_number(store, SETTING_hq_time_boot, anchor->boot);
}

enum err journey_clock(struct journey *journey, const struct clock_reading *reading,
                       struct clock_judgement *judgement_out)
{
    struct clock_judge_anchor hq = {0};
    struct clock_judge_anchor satellite = {0};
    TRY(anchor_load(journey, &hq));
    if (journey->has_gnss_time) {
        satellite = (struct clock_judge_anchor){
            .at_ms = journey->gnss_at_ms,
            .slack_ms = SATELLITE_SLACK_MS,
            .monotonic_ms = journey->gnss_monotonic_ms,
            .boot = clock_read(journey->clock).boot,
        };
    }
    *judgement_out = clock_judge(reading, &hq, &satellite);
    return OK;
}

struct clock_judgement journey_clock_now(struct journey *journey, struct clock_reading *now_out)
{
    struct clock_judgement judgement;
    *now_out = clock_read(journey->clock);
    if (journey_clock(journey, now_out, &judgement) != OK) {
        const struct clock_judge_anchor nothing = {0}; /* the store is told of elsewhere */
        judgement = clock_judge(now_out, &nothing, &nothing);
    }
    return judgement;
}

int64_t journey_now_ms(struct journey *journey)
{
    struct clock_reading now;
    struct clock_judgement judgement = journey_clock_now(journey, &now);
    int64_t off_ms = judgement.best_ms - now.wall_ms;
    bool is_near = off_ms <= CLOCK_JUDGE_TOLERANCE_MS && off_ms >= -CLOCK_JUDGE_TOLERANCE_MS;
    return is_near ? now.wall_ms : judgement.best_ms;
}

enum err journey_hq_time(struct journey *journey, int64_t hq_at_ms, const char *spool_name)
{
    struct clock_reading now = clock_read(journey->clock);
    struct clock_reading sealed = now; /* an answer to nothing that was sealed is of this moment */
    struct clock_judge_anchor known = {0};
    struct clock_judge_anchor fresh = {.at_ms = hq_at_ms};
    if (spool_name != NULL) {
        enum err err = store_sealing_get(journey->store, spool_name, &sealed);
        if (err == ERR_not_found) {
            sealed.boot = 0; /* sealed before this program knew to look at the clock */
            err = OK;
        }
        TRY(err);
    }
    if (sealed.boot != 0 && sealed.boot == now.boot && sealed.monotonic_ms <= now.monotonic_ms) {
        fresh.slack_ms = now.monotonic_ms - sealed.monotonic_ms;
        fresh.wall_ms = now.wall_ms;
        fresh.monotonic_ms = now.monotonic_ms;
        fresh.boot = now.boot;
    }
    TRY(anchor_load(journey, &known));
    struct clock_judge_anchor merged = clock_judge_merge(&known, &fresh, &now);
    return anchor_save(journey, &merged);
}
