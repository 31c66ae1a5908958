/* sync/spool/seal_alarms.c -- safety facts, at once and outside the chain. The same fact
 * goes in its batch as well, with the same id. */
#include "sync/proto/alarm.h"
#include "sync/spool/spool_private.h"

static enum err seal_alarm(struct spool *spool, const struct store_alarm *pending)
{
    struct journey *journey = spool->journey;
    struct envelope_keys device;
    struct chain_public_key hq;
    struct lineage lineage;
    TRY(spool_keys(spool, &device, &hq));
    TRY(spool_lineage(spool, &lineage));
    struct alarm alarm = {
        .device_no = journey->device_no,
        .origin_no = lineage_origin(&lineage, journey->device_no, pending->seq),
        .seq = pending->seq,
        .body = spool_bytes(pending->body),
        .is_unpacked = spool->is_unpacked,
    };
    struct wire_bytes envelope;
    const char *name = NULL;
    TRY(wire_err(alarm_seal(journey->arena, &alarm, &device, &hq, &envelope)));
    TRY(spool_put(spool, LAYOUT_CLASS_alarm, pending->seq, envelope, &name));
    return spool_note(spool, name);
}

enum err spool_seal_alarms(struct spool *spool, size_t *count_out)
{
    struct arena *arena = spool->journey->arena;
    struct store_alarm *alarms = NULL;
    size_t count = 0;
    *count_out = 0;
    TRY(store_alarm_list(spool->journey->store, arena, true, &alarms, &count));
    for (size_t i = 0; i < count; i++) {
        bool is_sealed = false;
        TRY(spool_has(spool, LAYOUT_CLASS_alarm, (int64_t)alarms[i].seq, &is_sealed));
        if (!is_sealed) {
            TRY(seal_alarm(spool, &alarms[i]));
            *count_out += 1;
        }
    }
    return OK;
}
