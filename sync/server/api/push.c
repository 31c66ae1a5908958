/* Facts come in: open and verify, take, answer. */
#include "sync/server/api/api_private.h"

#include "sync/proto/receipt.h"
#include "sync/server/store/number.h"

#include <string.h>

void push_refuse(struct visit *visit, enum wire wire)
{
    visit->state = VISIT_refused;
    visit->refusal = wire;
}

/* ---- on an HTTP thread ---- */

enum err push_device_key(struct hq_store *store, uint32_t device_no, bool *is_known_out,
                         struct chain_public_key *key_out)
{
    struct hq_query query = hq_query(store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    *is_known_out = false;
    if (hq_next(&query)) {
        struct str key = hq_text(&query, 1);
        if (key.size == sizeof key_out->bytes) {
            memcpy(key_out->bytes, key.bytes, sizeof key_out->bytes);
            *is_known_out = true;
        }
    }
    return hq_end(&query);
}

/* What the journal says about where the batch belongs. The journal only grows, so
 * what is found here still holds when the writer takes the batch. */
static enum err find_places(struct api *api, struct visit *visit, bool *is_known_out,
                            struct ingest_place **places_out, size_t *count_out)
{
    const struct batch *batch = &visit->batch;
    struct api_reader *reader = api_reader_take(api);
    *count_out = 0;
    enum err err =
        push_device_key(reader->store, batch->device_no, is_known_out, &visit->device_key);
    if (err == OK && *is_known_out) {
        err = ingest_places(visit->arena, reader->store, batch->device_no, batch->first_seq - 1,
                            batch->link_tag, sizeof batch->link_tag, places_out, count_out,
                            &visit->send_from_seq);
    }
    api_reader_give(reader);
    return err;
}

/* Has this number asked before from the very same place, and could not be believed? It
 * was answered with the place to send from, sealed to the key that has the number here.
 * A tablet that opens that answer goes elsewhere; one that does not has another key, and
 * only a refusal in clear reaches it. */
static bool is_stuck(struct api *api, const struct batch *batch)
{
    enum { ASKED_MAX = 2 };
    pthread_mutex_lock(&api->lock);
    struct api_asked *asked = &api->asked[batch->device_no % API_ASKED];
    if (asked->device_no != batch->device_no || asked->first_seq != batch->first_seq) {
        *asked = (struct api_asked){batch->device_no, batch->first_seq, 0};
    }
    bool is_stuck = ++asked->count > ASKED_MAX;
    asked->count = is_stuck ? 0 : asked->count;
    pthread_mutex_unlock(&api->lock);
    return is_stuck;
}

/* A batch that does not check against any place is of another history, whose tag
 * happens to be equal, or not by this tablet. Only at the very beginning of the
 * chain is there nothing to be mistaken about. */
static void check_batch(struct api *api, struct visit *visit, const struct ingest_place *places,
                        size_t count)
{
    enum wire wire = WIRE_ok;
    for (size_t i = 0; i < count; i++) {
        struct batch batch = visit->batch;
        const struct batch_before before = {
            .link = places[i].link,
            .body = {(const uint8_t *)places[i].body.bytes, places[i].body.size},
        };
        wire = batch_check(visit->arena, &batch, &before, &visit->device_key, &visit->facts);
        if (wire == WIRE_ok) {
            visit->batch = batch;
            visit->is_verified = true;
            visit->send_from_seq = 0;
            visit->before = before.link;
            return;
        }
    }
    if (visit->batch.first_seq == 1 && wire != WIRE_ok) {
        push_refuse(visit, wire);
    } else if (is_stuck(api, &visit->batch)) {
        push_refuse(visit, WIRE_bad_signature);
    }
}

static void open_batch(struct api *api, struct visit *visit, struct wire_bytes envelope)
{
    enum wire wire = batch_open(visit->arena, envelope, visit->keys, &visit->batch);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    bool is_known = false;
    struct ingest_place *places = NULL;
    size_t count = 0;
    if (find_places(api, visit, &is_known, &places, &count) != OK) {
        push_refuse(visit, WIRE_hq_failed);
        return;
    }
    if (!is_known || visit->batch.device_no == 0) {
        push_refuse(visit, WIRE_unknown_device);
        return;
    }
    visit->state = VISIT_batch;
    check_batch(api, visit, places, count);
}

static void open_enrol(struct visit *visit, struct wire_bytes envelope)
{
    enum wire wire = enrol_open(visit->arena, envelope, visit->keys, &visit->enrol);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    visit->state = VISIT_enrol;
    memcpy(visit->device_key.bytes, visit->enrol.public_key, sizeof visit->device_key.bytes);
}

static void open_introduction(struct api *api, struct visit *visit, struct wire_bytes envelope)
{
    enum wire wire =
        introduce_open_any(visit->arena, envelope, visit->keys, api->ring, &visit->introduction);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    if (visit->introduction.certificate.branch_no != HQ_BRANCH) {
        push_refuse(visit, WIRE_wrong_device);
        return;
    }
    visit->state = VISIT_introduce;
    visit->device_key = visit->introduction.certificate.public_key;
}

void push_open(struct api *api, struct visit *visit, struct wire_bytes envelope)
{
    api->envelope_count++;
    struct envelope_head head;
    enum wire wire = envelope_read_head(envelope, &head);
    if (wire != WIRE_ok) {
        push_refuse(visit, wire);
        return;
    }
    visit->request_tag = envelope_tag(envelope);
    const struct keyring *ring = api->ring;
    visit->keys = keyring_find(ring, head.key_id);
    if (visit->keys == NULL) {
        push_refuse(visit, WIRE_unknown_key);
        return;
    }
    switch (head.kind) {
    case ENVELOPE_batch:
        open_batch(api, visit, envelope);
        return;
    case ENVELOPE_enrol:
        open_enrol(visit, envelope);
        return;
    case ENVELOPE_alarm:
        aside_open_alarm(api, visit, envelope);
        return;
    case ENVELOPE_chunk:
        aside_open_chunk(api, visit, envelope);
        return;
    case ENVELOPE_introduce:
        open_introduction(api, visit, envelope);
        return;
    case ENVELOPE_keys:
        keeper_open(api, visit, envelope);
        return;
    case ENVELOPE_answer:
    case ENVELOPE_enrol_answer:
    case ENVELOPE_keys_answer:
    case ENVELOPE_refusal:
        push_refuse(visit, WIRE_unknown_kind);
        return;
    }
    push_refuse(visit, WIRE_unknown_kind);
}

/* ---- on the writer thread ---- */

/* The tablet speaks: when, with which version, and with which policy. */
static enum err note_seen(struct visit *visit, struct hq_store *store, int64_t now_ms)
{
    enum { SEEN_EVERY_MS = 60000 };
    const struct batch *batch = &visit->batch;
    struct hq_query get = hq_query(store, SQL_HQ_device_get);
    hq_bind_i64(&get, "$device_no", batch->device_no);
    int64_t seen_at_ms = 0;
    int64_t app_version = 0;
    int64_t policy = 0;
    if (hq_next(&get)) {
        seen_at_ms = hq_i64(&get, 3);
        app_version = hq_i64(&get, 4);
        policy = hq_i64(&get, 7);
    }
    TRY(hq_end(&get));
    int64_t new_version = batch->status.app_version != 0 ? batch->status.app_version : app_version;
    int64_t new_policy = policy;
    if (batch->status.policy != 0) {
        new_policy = (int64_t)batch->status.policy;
    } else if (batch->count > 0) {
        ds_Event *event = ARENA_NEW(visit->arena, ds_Event);
        const struct wire_bytes *body = &batch->bodies[batch->count - 1];
        if (event_decode(event, body->bytes, body->size) == OK) {
            new_policy = (int64_t)event->policy;
        }
    }
    if (new_version == app_version && new_policy == policy && seen_at_ms <= now_ms &&
        now_ms - seen_at_ms < SEEN_EVERY_MS) {
        return OK;
    }
    struct hq_query put = hq_query(store, SQL_HQ_device_seen);
    hq_bind_i64(&put, "$device_no", batch->device_no);
    hq_bind_i64(&put, "$seen_at_ms", now_ms);
    hq_bind_i64(&put, "$app_version", new_version);
    hq_bind_i64(&put, "$policy", new_policy);
    TRY(hq_run(&put));
    if (new_version == app_version) {
        return OK;
    }
    /* A newer program may read what those before it passed over, such as the certificate. */
    struct hq_query holder = hq_query(store, SQL_HQ_device_holder_of_version);
    hq_bind_i64(&holder, "$device_no", batch->device_no);
    hq_bind_i64(&holder, "$app_version", new_version);
    return hq_run(&holder);
}

static enum err note_health(struct visit *visit, struct ingest *ingest,
                            const struct ingest_batch *given)
{
    const struct batch_health *said = &visit->batch.status.health;
    const struct number_health health = {
        .is_said = said->is_said,
        .unsent_age_min = said->oldest_unsent_min,
        .free_mib = said->free_mib,
        .attachments_waiting = said->attachments_waiting,
        .quarantined_count = said->quarantined,
        .has_clock = given->has_clock,
        .clock_behind_ms = given->clock_behind_ms,
    };
    return number_health(ingest, visit->batch.device_no, &health);
}

static enum err merge(struct api *api, struct visit *visit, struct ingest *ingest)
{
    const struct batch *batch = &visit->batch;
    if (!visit->is_verified) {
        return OK; /* nothing of it may be believed */
    }
    struct str *bodies =
        ARENA_ARRAY(visit->arena, batch->count == 0 ? 1 : batch->count, struct str);
    for (size_t i = 0; i < batch->count; i++) {
        bodies[i] = (struct str){(const char *)batch->bodies[i].bytes, batch->bodies[i].size};
    }
    struct ingest_batch given = {
        .device_no = batch->device_no,
        .first_seq = batch->first_seq,
        .before = visit->before,
        .count = batch->count,
        .bodies = bodies,
        .ids = visit->facts.ids,
        .links = visit->facts.links,
        .signature = batch->signature,
        .lineage = batch->status.lineage.entries,
        .lineage_count = batch->status.lineage.count,
    };
    given.has_clock = batch_clock_read(batch->status.clock, &given.clock_behind_ms);
    given.clock_behind_ms = given.has_clock ? given.clock_behind_ms : 0;
    _Static_assert(sizeof given.status_hash == BATCH_STATUS_HASH_SIZE, "one hash of the status");
    memcpy(given.status_hash, batch->status_hash, sizeof given.status_hash);
    struct ingest_result result;
    TRY(ingest_take(ingest, &given, &result));
    visit->result = result;
    visit->send_from_seq = result.answer == INGEST_send_from ? result.send_from_seq : 0;
    TRY(note_health(visit, ingest, &given));
    return note_seen(visit, api->options.store, clock_now_ms(api->options.clock));
}

enum err push_take(struct api *api, struct visit *visit, struct ingest *ingest)
{
    switch (visit->state) {
    case VISIT_batch:
        return merge(api, visit, ingest);
    case VISIT_enrol:
        return enrol_join(api, visit, ingest);
    case VISIT_introduce:
        return enrol_again(api, visit, ingest);
    case VISIT_alarm:
        return aside_take_alarm(visit, ingest);
    case VISIT_chunk:
        return aside_take_chunk(api, visit, ingest);
    case VISIT_keys:
        return keeper_take(api, visit);
    case VISIT_refused:
        return OK;
    }
    UNREACHABLE();
}

/* ---- on an HTTP thread, after the commit ---- */

static struct wire_bytes refusal(struct visit *visit, enum wire wire)
{
    uint8_t *bytes = arena_alloc(visit->arena, ENVELOPE_REFUSAL_SIZE);
    envelope_refuse(bytes, wire);
    return (struct wire_bytes){bytes, ENVELOPE_REFUSAL_SIZE};
}

/* Receipts: only here, after the commit, is anything said to be stored. */
static void sign_receipts(struct visit *visit, int64_t now_ms)
{
    struct answer *answer = &visit->answer;
    answer->send_from_seq = visit->send_from_seq;
    if (!visit->is_verified || visit->send_from_seq != 0) {
        return;
    }
    answer->has_receipt = true;
    answer->receipt = (ds_Receipt){
        .device_no = visit->batch.device_no,
        .stored_seq = visit->result.stored_seq,
        .stored_at_ms = (uint64_t)now_ms,
        .level = RECEIPT_LEVEL_stored,
    };
    memcpy(answer->receipt.link, visit->result.stored_link.bytes, sizeof answer->receipt.link);
    receipt_sign(&answer->receipt, &visit->keys->secret_key);
    if (answer->has_safe_receipt) {
        receipt_sign(&answer->safe_receipt, &visit->keys->secret_key);
    }
}

static struct chain_signature certify(const struct visit *visit, uint32_t device_no,
                                      uint32_t person_no, int64_t at_ms)
{
    struct certificate certificate = {
        .device_no = device_no,
        .person_no = person_no,
        .branch_no = HQ_BRANCH,
        .public_key = visit->device_key,
        .hq_at_ms = at_ms,
    };
    certificate_sign(&certificate, &visit->keys->secret_key);
    return certificate.signature;
}

/* A tablet that trusts an earlier key is told the present one, by the word of the earlier. */
static void add_succession(struct api *api, struct visit *visit)
{
    const struct keyring *ring = api->ring;
    const struct keyring_key *newest = &ring->items[ring->count - 1];
    if (visit->keys == &newest->keys) {
        return; /* keys of an earlier ring are compared below */
    }
    if (memcmp(visit->keys->public_key.bytes, newest->keys.public_key.bytes,
               sizeof newest->keys.public_key.bytes) == 0) {
        return;
    }
    visit->answer.has_succession = true;
    visit->answer.succession = (struct succession){.from = visit->keys->public_key,
                                                   .to = newest->keys.public_key,
                                                   .at_ms = newest->made_at_ms};
    succession_sign(&visit->answer.succession, &visit->keys->secret_key);
}

static enum wire seal_answer(struct api *api, struct visit *visit, uint32_t device_no,
                             struct wire_bytes *answer_out)
{
    struct answer *answer = &visit->answer;
    int64_t now_ms = clock_now_ms(api->options.clock);
    answer->request_tag = visit->request_tag;
    answer->device_no = device_no;
    answer->hq_at_ms = now_ms;
    if (visit->state == VISIT_batch) {
        sign_receipts(visit, now_ms);
    }
    for (size_t i = 0; i < answer->held_count; i++) {
        held_sign(&visit->helds[i], device_no, &visit->keys->secret_key);
    }
    if (answer->has_certificate) {
        answer->certificate =
            certify(visit, answer->new_device_no != 0 ? answer->new_device_no : device_no,
                    answer->holder.person_no, now_ms);
    }
    add_succession(api, visit);
    return answer_seal(visit->arena, answer, visit->keys, &visit->device_key, answer_out);
}

static enum wire seal_enrolment(struct api *api, struct visit *visit, struct wire_bytes *answer_out)
{
    ds_EnrolAnswer *answer = &visit->enrol_answer;
    int64_t now_ms = clock_now_ms(api->options.clock);
    answer->hq_at_ms = (uint64_t)now_ms;
    if (answer->refusal == WIRE_ok) {
        struct chain_signature signature =
            certify(visit, answer->device_no, answer->person_no, now_ms);
        answer->certificate.size = sizeof signature.bytes;
        memcpy(answer->certificate.bytes, signature.bytes, sizeof signature.bytes);
    }
    return enrol_answer_seal(visit->arena, answer, visit->request_tag, visit->keys,
                             &visit->device_key, answer_out);
}

struct wire_bytes push_seal(struct api *api, struct visit *visit)
{
    struct wire_bytes answer = {0};
    enum wire wire = visit->refusal;
    switch (visit->state) {
    case VISIT_batch:
        wire = seal_answer(api, visit, visit->batch.device_no, &answer);
        break;
    case VISIT_alarm:
        wire = seal_answer(api, visit, visit->alarm.device_no, &answer);
        break;
    case VISIT_chunk:
        wire = seal_answer(api, visit, visit->chunk.device_no, &answer);
        break;
    case VISIT_enrol:
    case VISIT_introduce:
        wire = seal_enrolment(api, visit, &answer);
        break;
    case VISIT_keys:
        wire = keeper_seal(visit, &answer);
        break;
    case VISIT_refused:
        break;
    }
    if (wire == WIRE_ok) {
        return answer;
    }
    api->refusal_count++;
    visit->state = VISIT_refused;
    visit->refusal = wire;
    return refusal(visit, wire);
}
