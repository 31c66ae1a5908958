/* tests/sync/spool/far_end.h -- headquarters in a few lines: enrols one tablet,
 * keeps its chain, hands out rows. Uses the same sync/proto calls as the real one. */
#pragma once

#include "core/os/os.h"
#include "sync/proto/alarm.h"
#include "sync/proto/answer.h"
#include "sync/proto/batch.h"
#include "sync/proto/chunk.h"
#include "sync/proto/cursor.h"
#include "sync/proto/enrol.h"
#include "sync/proto/introduce.h"
#include "sync/proto/layout.h"
#include "sync/proto/receipt.h"
#include "sync/spool/spool.h"
#include "tests/lib/tablet.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FAR_FACTS_MAX = 1024,
    FAR_CODE_SIZE = 16,
    FAR_PHOTOS_MAX = 8,
    FAR_CHUNKS_MAX = 16,
    FAR_ALARMS_MAX = 8
};

/* What it knows of an attachment that a stored fact names. */
struct far_photo {
    struct chain_hash hash;
    uint32_t size;
    bool has[FAR_CHUNKS_MAX];
    uint8_t *bytes;
};

struct far_end {
    struct arena arena; /* what it keeps */
    struct arena task;
    struct envelope_keys keys, device;
    char code[FAR_CODE_SIZE];
    uint32_t device_no;
    uint64_t stored_seq;
    struct chain_link links[FAR_FACTS_MAX + 1];
    struct wire_bytes bodies[FAR_FACTS_MAX + 1];
    uint64_t duplicate_count;
    /* The feed: row i + 1 has feed_seq i + 1. */
    struct store_case_feed rows[16];
    size_t row_count;
    size_t rows_per_page;
    uint64_t given_cursor;
    uint32_t given_tag, given_check;
    uint64_t restart_count;
    enum wire last_wire;
    uint32_t enrol_refusal;
    const ds_Verdict *verdict;
    struct far_photo photos[FAR_PHOTOS_MAX];
    size_t photo_count;
    ds_AlarmHeard alarms[FAR_ALARMS_MAX];
    struct id alarm_ids[FAR_ALARMS_MAX];
    size_t alarm_count;
    struct id ids[FAR_FACTS_MAX + 1]; /* of the facts, as it computes them */
    char order[512];                  /* digit of the class of every envelope taken */
    bool gives_certificates;
    bool is_copy_changed;   /* somebody changed its copy of the last fact: it signs for that */
    bool is_forgetful;      /* restored: knows no tablet */
    uint32_t new_device_no; /* given with the next answer or introduction */
    uint32_t held_level;    /* said of whole photos; 0: stored */
    bool says_holder;       /* with every answer, and the certificate if it gives those */
    bool has_lost_photos;   /* neither lacks nor holds any */
    uint64_t safe_seq;      /* facts up to there are in a backup; 0: none */
    size_t introduced_count;
    uint32_t app_version; /* as last said */
    struct batch_health health;
    enum wire batch_refusal;           /* refuses batches in clear */
    bool was_packed;                   /* the last batch was compressed */
    struct chain_secret_key *impostor; /* signs answers with this key instead */
    const struct keyring *ring;        /* its keys, when it has changed them: `keys` follows */
    size_t succession_count;           /* times that it told of its present key */
};

static inline void far_end_init(struct far_end *far)
{
    memset(far, 0, sizeof *far);
    arena_init(&far->arena, 0);
    arena_init(&far->task, 0);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 77);
    chain_keypair(&rng, &far->keys.public_key, &far->keys.secret_key);
    far->rows_per_page = 2;
    snprintf(far->code, sizeof far->code, "ABCD-1234");
}

static inline void far_end_deinit(struct far_end *far)
{
    arena_deinit(&far->arena);
    arena_deinit(&far->task);
}

static inline void far_end_code(const struct far_end *far, char text[ENROL_PAYLOAD_SIZE])
{
    struct enrol_payload payload = {.url = "http://127.0.0.1:1", .hq = far->keys.public_key};
    snprintf(payload.code, sizeof payload.code, "%s", far->code);
    enrol_payload_to_text(text, &payload);
}

/* Its signature over what it says in `answer`, which it writes there. */
static inline void far_end_certify(struct far_end *far, ds_EnrolAnswer *answer)
{
    struct certificate certificate = {.device_no = answer->device_no,
                                      .person_no = answer->person_no,
                                      .branch_no = answer->branch_no,
                                      .public_key = far->device.public_key,
                                      .hq_at_ms = (int64_t)answer->hq_at_ms};
    if (far->gives_certificates) {
        certificate_sign(&certificate, &far->keys.secret_key);
        answer->certificate.size = CHAIN_SIGNATURE_SIZE;
        memcpy(answer->certificate.bytes, certificate.signature.bytes, CHAIN_SIGNATURE_SIZE);
    }
}

static inline struct wire_bytes far_end_enrolled(struct far_end *far, struct wire_bytes envelope)
{
    ds_EnrolAnswer answer = {.device_no = far->device_no,
                             .person_no = TABLET_PERSON_NO,
                             .branch_no = 1,
                             .person_name = "赵一",
                             .branch_name = "一部",
                             .hq_at_ms = (uint64_t)tablet_start_ms()};
    struct wire_bytes reply;
    far_end_certify(far, &answer);
    if (far->enrol_refusal != WIRE_ok) {
        answer = (ds_EnrolAnswer){.refusal = far->enrol_refusal};
    }
    EXPECT_INT(WIRE_ok, enrol_answer_seal(&far->task, &answer, envelope_tag(envelope), &far->keys,
                                          &far->device.public_key, &reply));
    return reply;
}

static inline struct wire_bytes far_end_enrol(struct far_end *far, struct wire_bytes envelope)
{
    ds_Enrol enrol;
    EXPECT_INT(WIRE_ok, enrol_open(&far->task, envelope, &far->keys, &enrol));
    memcpy(far->device.public_key.bytes, enrol.public_key, sizeof enrol.public_key);
    if (far->enrol_refusal == WIRE_ok) {
        EXPECT_TEXT(far->code, enrol.code);
        far->device_no = TABLET_DEVICE_NO;
    }
    return far_end_enrolled(far, envelope);
}

/* Nothing of the old number is known under a new one. */
static inline void far_end_renumber(struct far_end *far)
{
    far->device_no = far->new_device_no;
    far->new_device_no = 0;
    far->stored_seq = 0;
    far->given_check = 0;
}

static inline struct wire_bytes far_end_introduced(struct far_end *far, struct wire_bytes envelope)
{
    struct introduction introduction;
    EXPECT_INT(WIRE_ok, introduce_open(&far->task, envelope, &far->keys, &introduction));
    far->device.public_key = introduction.certificate.public_key;
    far->device_no = introduction.certificate.device_no;
    far->is_forgetful = false;
    far->introduced_count++;
    if (far->new_device_no != 0) {
        far_end_renumber(far);
    }
    return far_end_enrolled(far, envelope);
}

static inline struct wire_bytes far_end_refuse(struct far_end *far, enum wire wire)
{
    uint8_t *bytes = arena_alloc(&far->task, ENVELOPE_REFUSAL_SIZE);
    envelope_refuse(bytes, wire);
    return (struct wire_bytes){bytes, ENVELOPE_REFUSAL_SIZE};
}

static inline void far_end_alarm(struct far_end *far, struct wire_bytes envelope)
{
    struct alarm alarm;
    EXPECT_INT(WIRE_ok, alarm_open(&far->task, envelope, &far->keys, &alarm));
    EXPECT_INT(WIRE_ok, alarm_check(&alarm, &far->device.public_key));
    for (size_t i = 0; i < far->alarm_count; i++) {
        if (id_equal(&far->alarm_ids[i], &alarm.id)) {
            return; /* once more: one effect */
        }
    }
    EXPECT(far->alarm_count < FAR_ALARMS_MAX);
    far->alarm_ids[far->alarm_count] = alarm.id;
    far->alarms[far->alarm_count++] =
        (ds_AlarmHeard){.seq = alarm.seq,
                        .heard_at_ms = (uint64_t)tablet_start_ms() + 5000,
                        .state = ALARM_ANSWER_heard};
}

static inline void far_end_chunk(struct far_end *far, struct wire_bytes envelope)
{
    struct chunk chunk;
    EXPECT_INT(WIRE_ok, chunk_open(&far->task, envelope, &far->keys, &chunk));
    EXPECT_INT(WIRE_ok, chunk_check(&chunk, &far->device.public_key));
    for (size_t i = 0; i < far->photo_count; i++) {
        struct far_photo *photo = &far->photos[i];
        if (chain_hash_equal(&photo->hash, &chunk.hash)) {
            EXPECT(photo->size == chunk.size && chunk.index < FAR_CHUNKS_MAX);
            far->duplicate_count += photo->has[chunk.index];
            photo->has[chunk.index] = true;
            memcpy(photo->bytes + (size_t)chunk.index * LIMIT_chunk_size, chunk.bytes.bytes,
                   chunk.bytes.size);
            return;
        }
    }
    fail_msg("a chunk that no fact named");
}

/* A fact that names an attachment makes it ask for it. */
static inline void far_end_look(struct far_end *far, struct wire_bytes body)
{
    ds_Event event;
    if (event_decode(&event, body.bytes, body.size) != OK ||
        event.which_kind != ds_Event_evidence_attached_tag) {
        return;
    }
    struct far_photo photo = {.size = event.kind.evidence_attached.size};
    memcpy(photo.hash.bytes, event.kind.evidence_attached.hash, sizeof photo.hash.bytes);
    for (size_t i = 0; i < far->photo_count; i++) {
        if (chain_hash_equal(&photo.hash, &far->photos[i].hash)) {
            return;
        }
    }
    EXPECT(far->photo_count < FAR_PHOTOS_MAX && chunk_count(photo.size) <= FAR_CHUNKS_MAX);
    photo.bytes = arena_alloc(&far->arena, photo.size);
    far->photos[far->photo_count++] = photo;
}

static inline void far_end_say(struct far_end *far, struct answer *answer)
{
    ds_Lack *lacks = ARENA_ARRAY(&far->task, FAR_PHOTOS_MAX, ds_Lack);
    ds_Held *helds = ARENA_ARRAY(&far->task, FAR_PHOTOS_MAX, ds_Held);
    for (size_t i = 0; i < far->photo_count && !far->has_lost_photos; i++) {
        const struct far_photo *photo = &far->photos[i];
        ds_Lack lack = {.size = photo->size};
        memcpy(lack.hash, photo->hash.bytes, sizeof lack.hash);
        for (uint32_t index = 0; index < chunk_count(photo->size); index++) {
            if (!photo->has[index]) {
                lack.chunks[lack.chunks_count++] = index;
            }
        }
        if (lack.chunks_count > 0) {
            lacks[answer->lack_count++] = lack;
            continue;
        }
        struct chain_hash hash = chain_hash(photo->bytes, photo->size);
        EXPECT(chain_hash_equal(&hash, &photo->hash));
        ds_Held held = {.size = photo->size,
                        .stored_at_ms = (uint64_t)answer->hq_at_ms,
                        .level = far->held_level != 0 ? far->held_level : RECEIPT_LEVEL_stored};
        memcpy(held.hash, photo->hash.bytes, sizeof held.hash);
        held_sign(&held, far->device_no, &far->keys.secret_key);
        helds[answer->held_count++] = held;
    }
    answer->lacks = lacks;
    answer->helds = helds;
    answer->alarms = far->alarms;
    answer->alarm_count = far->alarm_count;
}

static inline void far_end_page(struct far_end *far, const struct batch_status *status,
                                struct answer *answer)
{
    bool is_known = status->down_cursor == 0 || (status->down_cursor == far->given_cursor &&
                                                 status->down_check == far->given_check);
    uint64_t cursor = is_known ? status->down_cursor : 0;
    far->restart_count += !is_known;
    struct answer_row *rows = ARENA_ARRAY(&far->task, far->rows_per_page, struct answer_row);
    answer->from_cursor = cursor;
    answer->is_restart = !is_known;
    while (cursor < far->row_count && answer->row_count < far->rows_per_page) {
        const struct store_case_feed *row = &far->rows[cursor++];
        rows[answer->row_count++] = (struct answer_row){
            .case_no = row->case_no,
            .feed_seq = row->feed_seq,
            .folded_seq = row->folded_seq,
            .is_withdrawn = row->is_withdrawn,
            .record = {(const uint8_t *)row->record.bytes, row->record.size},
            .state = {(const uint8_t *)row->state.bytes, row->state.size},
        };
    }
    answer->rows = rows;
    answer->next_cursor = cursor;
    answer->has_more = cursor < far->row_count;
    answer->rows_left = (uint32_t)(far->row_count - cursor);
    answer->next_tag = ++far->given_tag;
    uint64_t digest = 0;
    for (size_t i = 0; !answer->has_more && i < far->row_count; i++) {
        digest += far->rows[i].is_withdrawn
                      ? 0
                      : cursor_row_digest(far->rows[i].case_no, far->rows[i].feed_seq);
    }
    far->given_cursor = cursor;
    far->given_check = cursor_check(cursor, far->given_tag, digest);
}

static inline struct wire_bytes far_end_seal(struct far_end *far, const struct answer *answer)
{
    struct wire_bytes reply;
    struct envelope_keys signer = far->keys;
    if (far->impostor != NULL) {
        signer.secret_key = *far->impostor;
    }
    struct answer said = *answer;
    const struct envelope_keys *newest = far->ring != NULL ? keyring_newest(far->ring) : &far->keys;
    if (memcmp(&newest->public_key, &far->keys.public_key, sizeof newest->public_key) != 0) {
        said.has_succession = true;
        said.succession =
            (struct succession){.from = far->keys.public_key, .to = newest->public_key, .at_ms = 9};
        succession_sign(&said.succession, &far->keys.secret_key);
        far->succession_count++;
    }
    EXPECT_INT(WIRE_ok, answer_seal(&far->task, &said, &signer, &far->device.public_key, &reply));
    return reply;
}

/* To an alarm or a chunk: no page, nothing said about the chain. */
static inline struct wire_bytes far_end_aside(struct far_end *far, uint64_t request_tag)
{
    struct answer answer = {.request_tag = request_tag,
                            .device_no = far->device_no,
                            .hq_at_ms = tablet_start_ms() + 5000};
    far_end_say(far, &answer);
    return far_end_seal(far, &answer);
}

/* Whether the batch inside is compressed: first byte behind the signature. */
static inline bool far_end_is_packed(struct far_end *far, const struct envelope_head *head,
                                     struct wire_bytes envelope)
{
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_open(&far->task, head, envelope, &far->keys, &plain));
    return plain.bytes[CHAIN_SIGNATURE_SIZE] != 0;
}

/* The answer to one envelope; lives until the next call. */
static inline struct wire_bytes far_end_take(struct far_end *far, struct wire_bytes envelope)
{
    arena_reset(&far->task);
    struct envelope_head head;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    if (far->ring != NULL) {
        const struct envelope_keys *keys = keyring_find(far->ring, head.key_id);
        EXPECT(keys != NULL);
        far->keys = *keys;
    }
    if (head.kind == ENVELOPE_enrol) {
        return far_end_enrol(far, envelope);
    }
    if (head.kind == ENVELOPE_introduce) {
        return far_end_introduced(far, envelope);
    }
    if (far->is_forgetful || head.device_no != far->device_no) {
        return far_end_refuse(far, WIRE_unknown_device);
    }
    if (head.kind == ENVELOPE_alarm) {
        far_end_alarm(far, envelope);
        return far_end_aside(far, envelope_tag(envelope));
    }
    if (head.kind == ENVELOPE_chunk) {
        far_end_chunk(far, envelope);
        return far_end_aside(far, envelope_tag(envelope));
    }
    if (far->batch_refusal != WIRE_ok) {
        return far_end_refuse(far, far->batch_refusal);
    }
    struct batch batch;
    EXPECT_INT(WIRE_ok, batch_open(&far->task, envelope, &far->keys, &batch));
    far->was_packed = far_end_is_packed(far, &head, envelope);
    if (batch.status.health.is_said) {
        far->health = batch.status.health;
    }
    struct answer answer = {.request_tag = envelope_tag(envelope),
                            .device_no = batch.device_no,
                            .hq_at_ms = tablet_start_ms() + 5000};
    far->last_wire = WIRE_ok;
    if (batch.first_seq > far->stored_seq + 1) {
        answer.send_from_seq = far->stored_seq + 1;
    } else {
        struct batch_before before = {far->links[batch.first_seq - 1],
                                      far->bodies[batch.first_seq - 1]};
        struct batch_facts facts;
        far->last_wire = batch_check(&far->task, &batch, &before, &far->device.public_key, &facts);
        EXPECT_INT(WIRE_ok, far->last_wire);
        for (size_t i = 0; i < batch.count; i++) {
            uint64_t seq = batch.first_seq + i;
            if (seq <= far->stored_seq) {
                EXPECT(chain_link_equal(&far->links[seq], &facts.links[i]));
                far->duplicate_count++;
                continue;
            }
            EXPECT(seq == far->stored_seq + 1 && seq <= FAR_FACTS_MAX);
            far->stored_seq = seq;
            far->links[seq] = facts.links[i];
            far->ids[seq] = facts.ids[i];
            far_end_look(far, batch.bodies[i]);
            far->bodies[seq] = (struct wire_bytes){
                arena_copy(&far->arena, batch.bodies[i].bytes, batch.bodies[i].size),
                batch.bodies[i].size};
        }
        answer.has_receipt = true;
        answer.receipt = (ds_Receipt){.device_no = batch.device_no,
                                      .stored_seq = far->stored_seq,
                                      .stored_at_ms = (uint64_t)answer.hq_at_ms,
                                      .level = RECEIPT_LEVEL_stored};
        memcpy(answer.receipt.link, far->links[far->stored_seq].bytes, sizeof answer.receipt.link);
        answer.receipt.link[0] ^= far->is_copy_changed;
        receipt_sign(&answer.receipt, &far->keys.secret_key);
    }
    if (far->safe_seq != 0) {
        answer.has_safe_receipt = true;
        answer.safe_receipt = (ds_Receipt){.device_no = batch.device_no,
                                           .stored_seq = far->safe_seq,
                                           .stored_at_ms = (uint64_t)answer.hq_at_ms,
                                           .level = RECEIPT_LEVEL_safe};
        memcpy(answer.safe_receipt.link, far->links[far->safe_seq].bytes,
               sizeof answer.safe_receipt.link);
        receipt_sign(&answer.safe_receipt, &far->keys.secret_key);
    }
    if (far->new_device_no != 0) { /* it found two chains under one number */
        ds_EnrolAnswer words = {.device_no = far->new_device_no,
                                .person_no = TABLET_PERSON_NO,
                                .branch_no = 1,
                                .hq_at_ms = (uint64_t)answer.hq_at_ms};
        far_end_certify(far, &words);
        answer.new_device_no = far->new_device_no;
        answer.has_holder = true;
        answer.holder = (ds_Holder){.person_no = TABLET_PERSON_NO, .branch_no = 1};
        answer.has_certificate = far->gives_certificates;
        memcpy(answer.certificate.bytes, words.certificate.bytes, CHAIN_SIGNATURE_SIZE);
        answer.has_receipt = false;
        answer.has_safe_receipt = false;
        far_end_renumber(far);
    } else {
        far_end_say(far, &answer);
    }
    if (far->says_holder) {
        ds_EnrolAnswer words = {.device_no = far->device_no,
                                .person_no = TABLET_PERSON_NO,
                                .branch_no = 1,
                                .hq_at_ms = (uint64_t)answer.hq_at_ms};
        far_end_certify(far, &words);
        answer.has_holder = true;
        answer.holder = (ds_Holder){.person_no = TABLET_PERSON_NO, .branch_no = 1};
        answer.has_certificate = far->gives_certificates;
        memcpy(answer.certificate.bytes, words.certificate.bytes, CHAIN_SIGNATURE_SIZE);
    }
    answer.verdicts = far->verdict;
    answer.verdict_count = far->verdict != NULL ? 1 : 0;
    if (answer.send_from_seq == 0 && answer.new_device_no == 0) {
        far_end_page(far, &batch.status, &answer);
    } else { /* no page before both ends agree on what was sent */
        answer.from_cursor = batch.status.down_cursor;
        answer.next_cursor = batch.status.down_cursor;
    }
    return far_end_seal(far, &answer);
}

/* The agent: carries envelopes that have no answer, `count_max` at most. Says how many. */
static inline size_t far_end_carry_some(struct far_end *far, const struct spool *spool,
                                        size_t count_max)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    const char **names = NULL;
    size_t count = 0;
    size_t carried_count = 0;
    EXPECT_OK(os_folder_list(&arena, spool->out, &names, &count));
    for (size_t i = 0; i < count && carried_count < count_max; i++) {
        int stem_size = (int)(strlen(names[i]) - strlen(LAYOUT_ENVELOPE));
        const char *answer_path = os_path(
            &arena, spool->in, str_format(&arena, "%.*s%s", stem_size, names[i], LAYOUT_ANSWER));
        struct str envelope;
        if (os_file_exists(answer_path)) {
            continue;
        }
        EXPECT_OK(os_file_read(&arena, os_path(&arena, spool->out, names[i]), LIMIT_envelope_size,
                               &envelope));
        struct wire_bytes reply =
            far_end_take(far, (struct wire_bytes){(const uint8_t *)envelope.bytes, envelope.size});
        EXPECT_OK(os_file_replace(answer_path, reply.bytes, reply.size));
        carried_count++;
        size_t at = strlen(far->order);
        if (at + 1 < sizeof far->order) {
            far->order[at] = names[i][0];
        }
    }
    arena_deinit(&arena);
    return carried_count;
}

static inline size_t far_end_carry(struct far_end *far, const struct spool *spool)
{
    return far_end_carry_some(far, spool, SIZE_MAX);
}
