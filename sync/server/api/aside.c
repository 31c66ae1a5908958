/* Alarms and pieces of attachments: what travels outside the chain. */
#include "sync/server/api/api_private.h"

#include "core/os/log.h"

#include <string.h>

/* ---- on an HTTP thread ---- */

/* False when the tablet is not known; then the visit is refused. */
static bool find_key(struct api *api, struct visit *visit, uint32_t device_no)
{
    struct api_reader *reader = api_reader_take(api);
    bool is_known = false;
    enum err err = push_device_key(reader->store, device_no, &is_known, &visit->device_key);
    api_reader_give(reader);
    if (err != OK) {
        push_refuse(visit, WIRE_hq_failed);
    } else if (!is_known || device_no == 0) {
        push_refuse(visit, WIRE_unknown_device);
    }
    return visit->refusal == WIRE_ok;
}

void aside_open_alarm(struct api *api, struct visit *visit, struct wire_bytes envelope)
{
    enum wire wire = alarm_open(visit->arena, envelope, visit->keys, &visit->alarm);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    if (!find_key(api, visit, visit->alarm.device_no)) {
        return;
    }
    wire = alarm_check(&visit->alarm, &visit->device_key);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    visit->state = VISIT_alarm;
}

void aside_open_chunk(struct api *api, struct visit *visit, struct wire_bytes envelope)
{
    enum wire wire = chunk_open(visit->arena, envelope, visit->keys, &visit->chunk);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    if (!find_key(api, visit, visit->chunk.device_no)) {
        return;
    }
    wire = chunk_check(&visit->chunk, &visit->device_key);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    visit->state = VISIT_chunk;
}

/* ---- on the writer thread ---- */

enum err aside_take_alarm(struct visit *visit, struct ingest *ingest)
{
    const struct alarm *alarm = &visit->alarm;
    const struct alarm_call call = {
        .device_no = alarm->device_no,
        .origin_no = alarm->origin_no,
        .seq = alarm->seq,
        .id = alarm->id,
        .body = {(const char *)alarm->body.bytes, alarm->body.size},
        .signature = alarm->signature,
    };
    TRY(alarm_log_hear(ingest, &call, &visit->heard));
    if (visit->heard.is_new) {
        log_line(LOG_warning, "alarm", "device %u fact %llu: somebody needs help",
                 (unsigned)alarm->device_no, (unsigned long long)alarm->seq);
    }
    ds_AlarmHeard *heard = ARENA_NEW(visit->arena, ds_AlarmHeard);
    heard->seq = alarm->seq;
    heard->heard_at_ms = (uint64_t)visit->heard.heard_at_ms;
    heard->state = visit->heard.seen_at_ms != 0 ? ALARM_ANSWER_seen : ALARM_ANSWER_heard;
    (void)str_copy(heard->by_name, sizeof heard->by_name, str_from(visit->heard.by_name));
    visit->answer = (struct answer){.alarms = heard, .alarm_count = 1};
    return OK;
}

enum err aside_add_lacks(struct api *api, struct visit *visit, uint32_t device_no,
                         const struct chain_hash *at_hand)
{
    struct vault_lack *found = NULL;
    size_t count = 0;
    TRY(vault_lacks(visit->arena, api->options.store, api->options.folder, device_no,
                    clock_now_ms(api->options.clock), at_hand, &found, &count));
    if (count == 0) {
        return OK;
    }
    ds_Lack *lacks = ARENA_ARRAY(visit->arena, count, ds_Lack);
    for (size_t i = 0; i < count; i++) {
        _Static_assert((int)VAULT_CHUNKS_MAX == (int)ANSWER_LACK_CHUNKS_MAX, "one bound");
        memcpy(lacks[i].hash, found[i].hash.bytes, sizeof lacks[i].hash);
        lacks[i].size = found[i].size;
        lacks[i].chunks_count = (pb_size_t)found[i].chunk_count;
        memcpy(lacks[i].chunks, found[i].chunks, found[i].chunk_count * sizeof found[i].chunks[0]);
    }
    visit->answer.lacks = lacks;
    visit->answer.lack_count = count;
    return OK;
}

static enum err add_held(struct api *api, struct visit *visit, const struct chain_hash *hash)
{
    struct vault_held held;
    enum err err = vault_find(api->options.store, hash, visit->chunk.size, &held);
    if (err == ERR_not_found || (err == OK && held.level == 0)) {
        return OK;
    }
    TRY(err);
    visit->helds = ARENA_NEW(visit->arena, ds_Held);
    memcpy(visit->helds->hash, hash->bytes, sizeof visit->helds->hash);
    visit->helds->size = held.size;
    visit->helds->stored_at_ms = (uint64_t)held.stored_at_ms;
    visit->helds->level = held.level;
    visit->answer.helds = visit->helds;
    visit->answer.held_count = 1;
    return OK;
}

enum err aside_take_chunk(struct api *api, struct visit *visit, struct ingest *ingest)
{
    visit->answer = (struct answer){0};
    struct vault_chunk chunk = {
        .device_no = visit->chunk.device_no,
        .hash = visit->chunk.hash,
        .size = visit->chunk.size,
        .index = visit->chunk.index,
        .bytes = {(const char *)visit->chunk.bytes.bytes, visit->chunk.bytes.size},
    };
    enum vault_answer answer = VAULT_not_asked;
    TRY(vault_take(ingest, api->options.folder, &chunk, &answer));
    if (answer == VAULT_no_room) {
        push_refuse(visit, WIRE_overloaded); /* the tablet keeps it and waits */
        return OK;
    }
    api->chunk_count++;
    api->wrong_count += answer == VAULT_wrong;
    TRY(add_held(api, visit, &chunk.hash));
    return aside_add_lacks(api, visit, chunk.device_no, &chunk.hash);
}
