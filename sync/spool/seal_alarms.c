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

static bool is_sealed(const struct spool_file *files, size_t count, uint64_t seq)
{
    for (size_t i = 0; i < count; i++) {
        if (files[i].read.class_ == LAYOUT_CLASS_alarm && files[i].read.seq == seq) {
            return true;
        }
    }
    return false;
}

enum err spool_seal_alarms(struct spool *spool, size_t *count_out)
{
    struct arena *arena = spool->journey->arena;
    struct store_alarm *alarms = NULL;
    struct spool_file *files = NULL;
    size_t count = 0;
    size_t file_count = 0;
    *count_out = 0;
    TRY(store_alarm_list(spool->journey->store, arena, true, &alarms, &count));
    if (count > 0) { /* the folder is listed once, however many they are */
        TRY(spool_envelopes(spool, arena, &files, &file_count));
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_sealed(files, file_count, alarms[i].seq)) {
            TRY(seal_alarm(spool, &alarms[i]));
            *count_out += 1;
        }
    }
    return OK;
}
