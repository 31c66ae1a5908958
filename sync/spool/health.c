/* sync/spool/health.c -- how this tablet fares, for headquarters' list of tablets. */
#include "sync/spool/spool_private.h"

enum {
    /* What is worth bytes besides the tickets, which always say it. */
    LOW_SPACE_MIB = 1024,
    LONG_UNSENT_MIN = 24 * 60,
    MANY_PHOTOS = 20,
};

static uint32_t to_u32(uint64_t value)
{
    return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static bool is_much(const struct batch_health *now, const struct batch_health *said)
{
    uint32_t said_free_mib = said->is_said ? said->free_mib : UINT32_MAX;
    bool is_filling = now->free_mib < LOW_SPACE_MIB && now->free_mib < said_free_mib / 2;
    bool is_stuck = now->oldest_unsent_min > LONG_UNSENT_MIN &&
                    now->oldest_unsent_min / 2 > said->oldest_unsent_min;
    bool are_photos_stuck = now->attachments_waiting > MANY_PHOTOS &&
                            now->attachments_waiting / 2 > said->attachments_waiting;
    return now->quarantined != said->quarantined || is_filling || is_stuck || are_photos_stuck;
}

enum err spool_health(struct spool *spool, bool is_asked, struct batch_health *health_out)
{
    struct store_health store;
    TRY(store_health_read(spool->journey->store, &store));
    int64_t age_ms = clock_now_ms(spool->journey->clock) - store.oldest_unsent_at_ms;
    bool has_age = store.oldest_unsent_at_ms != 0 && age_ms > 0;
    struct batch_health health = {
        .is_said = true,
        .oldest_unsent_min = has_age ? to_u32((uint64_t)age_ms / 60000) : 0,
        .free_mib = to_u32(store.free_size >> 20),
        .attachments_waiting = to_u32(store.attachment_count),
        .quarantined = to_u32(store.quarantine_count),
    };
    *health_out = (struct batch_health){0};
    if (is_asked || is_much(&health, &spool->said_health)) {
        spool->said_health = health;
        *health_out = health;
    }
    return OK;
}
