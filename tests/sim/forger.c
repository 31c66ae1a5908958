/* tests/sim/forger.c -- somebody on the line who knows all that is not secret: headquarters'
 * public key, numbers, where chains stand, what envelopes are called. He has a key of his own
 * and nobody else's. Nothing that he makes may be believed by anybody. */
#include "tests/sim/world.h"

#include "core/domain/catalog.h"
#include "sync/proto/alarm.h"
#include "sync/proto/answer.h"
#include "sync/proto/batch.h"
#include "sync/proto/chunk.h"
#include "sync/proto/introduce.h"
#include "sync/proto/receipt.h"

enum { PERSON_NO = 1, BRANCH_NO = 1 };

static struct envelope_keys keys_of(struct world *world)
{
    struct envelope_keys keys;
    struct luck luck = luck_make(world->script.seed, 3);
    const struct rng rng = luck_rng(&luck);
    chain_keypair(&rng, &keys.public_key, &keys.secret_key);
    return keys;
}

bool forger_is(struct world *world, struct str key)
{
    struct envelope_keys keys = keys_of(world);
    return key.size == sizeof keys.public_key.bytes &&
           memcmp(key.bytes, keys.public_key.bytes, key.size) == 0;
}

/* ---- to headquarters ---- */

static struct wire_bytes fact(struct arena *arena, const struct tablet *victim, struct luck *luck,
                              bool is_alarm)
{
    ds_Event *event = ARENA_NEW(arena, ds_Event);
    event->at_ms = (uint64_t)victim->world->now_ms;
    event->person_no = victim->person_no;
    event->case_no = is_alarm ? 0 : 1 + luck_below(luck, 20);
    if (is_alarm) {
        event->which_kind = ds_Event_safety_incident_tag;
        event->kind.safety_incident =
            (ds_SafetyIncident){.incident = SAFETY_KIND_dog, .severity = 3};
    } else {
        event->which_kind = ds_Event_note_added_tag;
        snprintf(event->kind.note_added.note, sizeof event->kind.note_added.note, "forged %llu",
                 (unsigned long long)luck_below(luck, 1000000));
    }
    uint8_t *bytes = arena_alloc(arena, LIMIT_event_size);
    size_t size = 0;
    CHECK(event_encode(event, bytes, LIMIT_event_size, &size) == OK);
    return (struct wire_bytes){bytes, size};
}

/* In the name of the tablet, after the last fact that it has or anywhere. */
static struct wire_bytes forge_batch(struct arena *arena, struct tablet *victim,
                                     const struct envelope_keys *keys, struct luck *luck)
{
    struct wire_bytes body = fact(arena, victim, luck, false);
    struct batch batch = {
        .device_no = victim->journey.device_no,
        .first_seq = 1,
        .count = luck_below(luck, 2),
        .bodies = &body,
        .status = {.down_cursor = luck_below(luck, 30), .app_version = 100},
    };
    struct batch_before before = {.body = {NULL, 0}};
    uint64_t last_seq = 0;
    struct store_records records;
    if (luck_is(luck, 700) &&
        store_journal_last(victim->store, &last_seq, &before.link, NULL) == OK && last_seq > 0 &&
        store_journal_read(victim->store, arena, last_seq - 1, 1, SIZE_MAX, &records) == OK &&
        records.count == 1) {
        batch.first_seq = last_seq + 1;
        before.body = (struct wire_bytes){(const uint8_t *)records.items[0].body.bytes,
                                          records.items[0].body.size};
    } else {
        before.link = (struct chain_link){{0}};
    }
    struct wire_bytes envelope;
    CHECK(batch_seal(arena, &batch, &before, keys, &victim->world->hq.keys.public_key, &envelope) ==
          WIRE_ok);
    return envelope;
}

static struct wire_bytes forge_alarm(struct arena *arena, struct tablet *victim,
                                     const struct envelope_keys *keys, struct luck *luck)
{
    struct alarm alarm = {
        .device_no = victim->journey.device_no,
        .origin_no = victim->journey.device_no,
        .seq = 1 + luck_below(luck, victim->mirror_count + 2),
        .body = fact(arena, victim, luck, true),
    };
    struct wire_bytes envelope;
    CHECK(alarm_seal(arena, &alarm, keys, &victim->world->hq.keys.public_key, &envelope) ==
          WIRE_ok);
    return envelope;
}

/* With a certificate that he signed himself. */
static struct wire_bytes forge_introduction(struct arena *arena, struct tablet *victim,
                                            const struct envelope_keys *keys)
{
    struct introduction introduction = {
        .certificate = {.device_no = victim->journey.device_no,
                        .person_no = PERSON_NO,
                        .branch_no = BRANCH_NO,
                        .public_key = keys->public_key,
                        .hq_at_ms = victim->world->now_ms},
        .app_version = 100,
        .at_ms = victim->world->now_ms,
    };
    certificate_sign(&introduction.certificate, &keys->secret_key);
    struct wire_bytes envelope;
    CHECK(introduce_seal(arena, &introduction, keys, &victim->world->hq.keys.public_key,
                         &envelope) == WIRE_ok);
    return envelope;
}

static struct wire_bytes forge_enrolment(struct arena *arena, const struct tablet *victim,
                                         const struct envelope_keys *keys, struct luck *luck)
{
    ds_Enrol *enrol = ARENA_NEW(arena, ds_Enrol);
    snprintf(enrol->code, sizeof enrol->code, "CODE-%04llu", /* a guess; real ones have 80 bits */
             (unsigned long long)(5000 + luck_below(luck, 1000)));
    memcpy(enrol->public_key, keys->public_key.bytes, sizeof enrol->public_key);
    enrol->app_version = 100;
    struct wire_bytes envelope;
    CHECK(enrol_seal(arena, enrol, keys, &victim->world->hq.keys.public_key, &envelope) == WIRE_ok);
    return envelope;
}

static struct wire_bytes forge_chunk(struct arena *arena, struct tablet *victim,
                                     const struct envelope_keys *keys, struct luck *luck)
{
    uint8_t *bytes = arena_alloc(arena, LIMIT_chunk_size);
    luck_fill(luck, bytes, 100);
    struct chunk chunk = {
        .device_no = victim->journey.device_no,
        .size = 100,
        .bytes = {bytes, 100},
    };
    chunk.hash = chain_hash(bytes, 99);
    struct wire_bytes envelope;
    CHECK(chunk_seal(arena, &chunk, keys, &victim->world->hq.keys.public_key, &envelope) ==
          WIRE_ok);
    return envelope;
}

void forger_send(struct tablet *victim, struct luck *luck)
{
    struct world *world = victim->world;
    struct envelope_keys keys = keys_of(world);
    struct arena arena;
    if (!victim->is_app_up || victim->journey.device_no == 0 || victim->disk->is_off) {
        return;
    }
    arena_init(&arena, 0);
    struct wire_bytes envelope = {0};
    switch (luck_below(luck, 6)) {
    case 0:
    case 1:
        envelope = forge_batch(&arena, victim, &keys, luck);
        break;
    case 2:
        envelope = forge_alarm(&arena, victim, &keys, luck);
        break;
    case 3:
        envelope = forge_introduction(&arena, victim, &keys);
        break;
    case 4:
        envelope = forge_enrolment(&arena, victim, &keys, luck);
        break;
    default:
        envelope = forge_chunk(&arena, victim, &keys, luck);
        break;
    }
    net_inject(world, victim->index, envelope);
    world->counts.forged++;
    arena_deinit(&arena);
}

/* ---- to a tablet ---- */

static bool key_of(struct world *world, uint32_t device_no, struct chain_public_key *key_out)
{
    bool is_known = false;
    if (world->hq.is_up) {
        struct hq_query query = hq_query(world->hq.store, SQL_HQ_device_get);
        hq_bind_i64(&query, "$device_no", device_no);
        if (hq_next(&query)) {
            struct str key = hq_text(&query, 1);
            is_known = key.size == sizeof key_out->bytes;
            memcpy(key_out->bytes, key.bytes, is_known ? key.size : 0);
        }
        is_known = hq_end(&query) == OK && is_known;
    }
    return is_known;
}

/* An answer that says what a thief of facts would like to be believed. */
static bool forge_answer(struct arena *arena, struct tablet *victim, struct wire_bytes request,
                         struct luck *luck, struct wire_bytes *answer_out)
{
    struct world *world = victim->world;
    struct envelope_keys keys = keys_of(world);
    struct chain_public_key device;
    uint32_t device_no = victim->journey.device_no;
    if (device_no == 0 || !key_of(world, device_no, &device)) {
        return false;
    }
    struct answer answer = {
        .request_tag = envelope_tag(request),
        .device_no = device_no,
        .hq_at_ms = world->now_ms + luck_between(luck, -86400000, 86400000),
        .has_receipt = luck_is(luck, 400), /* it has a signature of its own */
        .new_device_no = luck_is(luck, 200) ? 77 : 0,
        .send_from_seq = luck_is(luck, 200) ? 1 : 0,
        .has_holder = luck_is(luck, 200),
        .holder = {.is_revoked = true},
    };
    struct answer_row row = {.case_no = 1 + luck_below(luck, 20), .is_withdrawn = true};
    if (luck_is(luck, 500)) { /* takes a case away */
        row.feed_seq = 1000;
        answer.next_cursor = 1000;
        answer.is_restart = true;
        answer.rows = &row;
        answer.row_count = 1;
    }
    answer.receipt = (ds_Receipt){
        .device_no = device_no,
        .stored_seq = victim->mirror_count,
        .stored_at_ms = (uint64_t)world->now_ms,
        .level = 1,
    };
    struct chain_link link;
    if (victim->is_app_up && !victim->disk->is_off &&
        store_journal_last(victim->store, NULL, &link, NULL) == OK) {
        memcpy(answer.receipt.link, link.bytes, sizeof answer.receipt.link);
    }
    receipt_sign(&answer.receipt, &keys.secret_key);
    return answer_seal(arena, &answer, &keys, &device, answer_out) == WIRE_ok;
}

struct wire_bytes forger_answer(struct arena *arena, struct tablet *victim,
                                struct wire_bytes request, struct luck *luck)
{
    struct wire_bytes answer;
    victim->world->counts.forged++;
    if (luck_is(luck, 500) && forge_answer(arena, victim, request, luck, &answer)) {
        return answer;
    }
    uint8_t *bytes = arena_alloc(arena, ENVELOPE_REFUSAL_SIZE);
    envelope_refuse(bytes, WIRE_hq_failed);
    bytes[1] = (uint8_t)(1 + luck_below(luck, 22)); /* also codes that nobody knows */
    return (struct wire_bytes){bytes, ENVELOPE_REFUSAL_SIZE};
}
