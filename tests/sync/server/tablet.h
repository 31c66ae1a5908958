/* tests/sync/server/tablet.h -- plays a tablet against headquarters: the wire end to
 * end, without a screen or a database. */
#pragma once

#include "core/event/case.pb.h"
#include "sync/proto/alarm.h"
#include "sync/proto/answer.h"
#include "sync/proto/batch.h"
#include "sync/proto/chunk.h"
#include "sync/proto/cursor.h"
#include "sync/proto/enrol.h"
#include "sync/proto/introduce.h"
#include "sync/proto/receipt.h"
#include "sync/proto/version.h"
#include "tests/sync/server/field.h"

enum { TABLET_ROWS = 64 };

struct tablet_row {
    uint64_t case_no;
    uint64_t feed_seq;
    bool is_held;
    uint64_t folded_seq;
    ds_CaseRecord record;
    ds_CaseState state;
};

struct tablet {
    struct arena arena;
    struct envelope_keys keys;
    struct chain_public_key hq;
    uint32_t device_no;
    uint32_t person_no;
    struct field_chain chain;
    uint64_t stored_seq; /* by verified receipt … */
    ds_Receipt receipt;  /* … the last one */
    uint64_t send_from_seq;
    uint64_t cursor;
    uint32_t tag;
    bool is_whole; /* the last page was the last one */
    uint32_t rows_left;
    uint64_t request_tag;
    uint64_t policy;
    bool is_revoked;
    size_t row_count;
    struct tablet_row rows[TABLET_ROWS];
    size_t message_count;
    char message[256]; /* the last one */
    size_t verdict_count;
    ds_Verdict verdict; /* the last one */
    bool was_restart;
    size_t page_count;
    struct lineage lineage;
    bool has_certificate;
    struct certificate certificate;
    size_t renumber_count; /* times that it went on under another number */
    uint64_t safe_seq;     /* by verified receipt of level 2 */
    uint32_t clock;        /* to be told with each batch: batch_clock() */
    struct batch_health health;
    size_t alarm_count;
    ds_AlarmHeard alarm; /* the last one */
    size_t held_count;
    ds_Held held; /* the last one */
    size_t lack_count;
    ds_Lack lacks[4];       /* of the last answer */
    uint32_t answer_format; /* that it says it reads */
};

static inline void tablet_init(struct tablet *tablet, const struct rng *rng,
                               const struct chain_public_key *hq)
{
    memset(tablet, 0, sizeof *tablet);
    arena_init(&tablet->arena, 0);
    chain_keypair(rng, &tablet->keys.public_key, &tablet->keys.secret_key);
    tablet->hq = *hq;
    tablet->answer_format = VERSION_ANSWER_FORMAT;
}

static inline void tablet_deinit(struct tablet *tablet)
{
    arena_deinit(&tablet->arena);
}

static inline struct wire_bytes tablet_enrol(struct tablet *tablet, const char *code)
{
    ds_Enrol enrol = ds_Enrol_init_zero;
    snprintf(enrol.code, sizeof enrol.code, "%s", code);
    memcpy(enrol.public_key, tablet->keys.public_key.bytes, sizeof enrol.public_key);
    enrol.app_version = version_own();
    enrol.answer_format = VERSION_ANSWER_FORMAT;
    snprintf(enrol.model, sizeof enrol.model, "test tablet");
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, enrol_seal(&tablet->arena, &enrol, &tablet->keys, &tablet->hq, &envelope));
    tablet->request_tag = envelope_tag(envelope);
    return envelope;
}

static inline void tablet_take_certificate(struct tablet *tablet, uint32_t person_no,
                                           int64_t hq_at_ms, const uint8_t *signature)
{
    tablet->certificate = (struct certificate){
        .device_no = tablet->device_no,
        .person_no = person_no,
        .branch_no = 1,
        .public_key = tablet->keys.public_key,
        .hq_at_ms = hq_at_ms,
    };
    memcpy(tablet->certificate.signature.bytes, signature, CHAIN_SIGNATURE_SIZE);
    EXPECT_INT(WIRE_ok, certificate_check(&tablet->certificate, &tablet->hq));
    tablet->has_certificate = true;
}

/* Goes on under another number: links anew, ids as they were. */
static inline void tablet_renumber(struct tablet *tablet, uint32_t device_no)
{
    struct field_chain old = tablet->chain;
    uint64_t until = lineage_until(&tablet->lineage);
    if (old.count > until) {
        CHECK(tablet->lineage.count < LIMIT_lineage);
        tablet->lineage.entries[tablet->lineage.count++] =
            (struct chain_lineage){tablet->device_no, old.count};
    }
    field_chain_init(&tablet->chain, old.arena, device_no, old.capacity);
    for (size_t i = 0; i < old.count; i++) {
        field_chain_add_bytes(&tablet->chain, old.bodies[i].bytes, old.bodies[i].size);
        tablet->chain.ids[i] = old.ids[i];
    }
    tablet->device_no = device_no;
    tablet->stored_seq = 0;
    tablet->send_from_seq = 0;
    tablet->safe_seq = 0;
    tablet->renumber_count++;
}

static inline struct wire_bytes tablet_introduce(struct tablet *tablet)
{
    CHECK(tablet->has_certificate);
    const struct introduction introduction = {
        .certificate = tablet->certificate,
        .app_version = version_own(),
        .answer_format = VERSION_ANSWER_FORMAT,
        .lineage = tablet->lineage,
    };
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, introduce_seal(&tablet->arena, &introduction, &tablet->keys, &tablet->hq,
                                       &envelope));
    tablet->request_tag = envelope_tag(envelope);
    return envelope;
}

static inline void tablet_introduced(struct tablet *tablet, struct wire_bytes envelope)
{
    ds_EnrolAnswer answer = ds_EnrolAnswer_init_zero;
    EXPECT_INT(WIRE_ok, enrol_answer_open(&tablet->arena, envelope, tablet->request_tag,
                                          &tablet->keys, &tablet->hq, &answer));
    EXPECT_INT(WIRE_ok, answer.refusal);
    if (answer.device_no != tablet->device_no) {
        tablet_renumber(tablet, answer.device_no);
    }
    EXPECT_INT(CHAIN_SIGNATURE_SIZE, answer.certificate.size);
    tablet_take_certificate(tablet, answer.person_no, (int64_t)answer.hq_at_ms,
                            answer.certificate.bytes);
}

/* A copy of the tablet as it is now, or was when it had `fact_count` facts. */
static inline void tablet_clone(struct tablet *clone, const struct tablet *tablet,
                                size_t fact_count)
{
    *clone = *tablet;
    arena_init(&clone->arena, 0);
    field_chain_init(&clone->chain, &clone->arena, tablet->device_no, tablet->chain.capacity);
    for (size_t i = 0; i < fact_count; i++) {
        field_chain_add_bytes(&clone->chain, tablet->chain.bodies[i].bytes,
                              tablet->chain.bodies[i].size);
        clone->chain.ids[i] = tablet->chain.ids[i];
    }
    clone->stored_seq = clone->stored_seq < fact_count ? clone->stored_seq : fact_count;
    clone->safe_seq = clone->safe_seq < fact_count ? clone->safe_seq : fact_count;
}

static inline struct wire_bytes tablet_alarm(struct tablet *tablet, uint64_t seq)
{
    const struct str *body = &tablet->chain.bodies[seq - 1];
    struct alarm alarm = {
        .device_no = tablet->device_no,
        .origin_no = lineage_origin(&tablet->lineage, tablet->device_no, seq),
        .seq = seq,
        .body = {(const uint8_t *)body->bytes, body->size},
    };
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, alarm_seal(&tablet->arena, &alarm, &tablet->keys, &tablet->hq, &envelope));
    tablet->request_tag = envelope_tag(envelope);
    return envelope;
}

/* Chunk `index` of the attachment with these bytes. */
static inline struct wire_bytes tablet_chunk(struct tablet *tablet, struct str bytes,
                                             uint32_t index)
{
    struct chunk chunk = {
        .device_no = tablet->device_no,
        .hash = chain_hash(bytes.bytes, bytes.size),
        .size = (uint32_t)bytes.size,
        .index = index,
        .bytes = {(const uint8_t *)bytes.bytes + (size_t)index * LIMIT_chunk_size,
                  chunk_size((uint32_t)bytes.size, index)},
    };
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, chunk_seal(&tablet->arena, &chunk, &tablet->keys, &tablet->hq, &envelope));
    tablet->request_tag = envelope_tag(envelope);
    return envelope;
}

/* The refusal in the answer, WIRE_ok when enrolled. */
static inline uint32_t tablet_enrolled(struct tablet *tablet, struct wire_bytes envelope,
                                       size_t facts_max)
{
    ds_EnrolAnswer answer = ds_EnrolAnswer_init_zero;
    EXPECT_INT(WIRE_ok, enrol_answer_open(&tablet->arena, envelope, tablet->request_tag,
                                          &tablet->keys, &tablet->hq, &answer));
    if (answer.refusal == WIRE_ok) {
        tablet->device_no = answer.device_no;
        tablet->person_no = answer.person_no;
        field_chain_init(&tablet->chain, &tablet->arena, answer.device_no, facts_max);
        EXPECT_INT(CHAIN_SIGNATURE_SIZE, answer.certificate.size);
        tablet_take_certificate(tablet, answer.person_no, (int64_t)answer.hq_at_ms,
                                answer.certificate.bytes);
    }
    return answer.refusal;
}

static inline uint64_t tablet_digest(const struct tablet *tablet)
{
    uint64_t digest = 0;
    for (size_t i = 0; i < tablet->row_count; i++) {
        if (tablet->rows[i].is_held) {
            digest += cursor_row_digest(tablet->rows[i].case_no, tablet->rows[i].feed_seq);
        }
    }
    return digest;
}

/* Facts first_seq … of the chain, `count` of them; 0 is a pull ticket. */
static inline struct wire_bytes tablet_batch(struct tablet *tablet, uint64_t first_seq,
                                             size_t count)
{
    struct wire_bytes *bodies =
        ARENA_ARRAY(&tablet->arena, count == 0 ? 1 : count, struct wire_bytes);
    for (size_t i = 0; i < count; i++) {
        const struct str *body = &tablet->chain.bodies[first_seq - 1 + i];
        bodies[i] = (struct wire_bytes){(const uint8_t *)body->bytes, body->size};
    }
    struct batch batch = {
        .device_no = tablet->device_no,
        .first_seq = first_seq,
        .count = count,
        .bodies = bodies,
    };
    struct batch_before before = {.link = tablet->chain.links[first_seq - 1]};
    if (first_seq > 1) {
        const struct str *body = &tablet->chain.bodies[first_seq - 2];
        before.body = (struct wire_bytes){(const uint8_t *)body->bytes, body->size};
    }
    if (tablet->cursor > 0) {
        batch.status.down_cursor = tablet->cursor;
        batch.status.down_check =
            cursor_check(tablet->cursor, tablet->tag, tablet->is_whole ? tablet_digest(tablet) : 0);
    }
    batch.status.app_version = version_own();
    batch.status.answer_format = tablet->answer_format;
    batch.status.policy = tablet->policy;
    batch.status.clock = tablet->clock;
    batch.status.health = tablet->health;
    if (first_seq <= lineage_until(&tablet->lineage)) {
        batch.status.lineage = tablet->lineage;
    }
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok,
               batch_seal(&tablet->arena, &batch, &before, &tablet->keys, &tablet->hq, &envelope));
    tablet->request_tag = envelope_tag(envelope);
    return envelope;
}

static inline void tablet_take_row(struct tablet *tablet, const struct answer_row *row)
{
    size_t at = 0;
    while (at < tablet->row_count && tablet->rows[at].case_no != row->case_no) {
        at++;
    }
    CHECK(at < TABLET_ROWS);
    tablet->row_count = at == tablet->row_count ? at + 1 : tablet->row_count;
    struct tablet_row *own = &tablet->rows[at];
    memset(own, 0, sizeof *own);
    own->case_no = row->case_no;
    own->feed_seq = row->feed_seq;
    own->is_held = !row->is_withdrawn;
    own->folded_seq = row->folded_seq;
    if (own->is_held) {
        EXPECT_OK(case_record_decode(&own->record, row->record.bytes, row->record.size));
        EXPECT_OK(case_state_decode(&own->state, row->state.bytes, row->state.size));
    } else {
        EXPECT_INT(0, row->record.size);
        EXPECT_INT(0, row->state.size);
    }
}

static inline void tablet_take_asides(struct tablet *tablet, const struct answer *answer)
{
    for (size_t i = 0; i < answer->alarm_count; i++) {
        tablet->alarm_count++;
        tablet->alarm = answer->alarms[i];
    }
    for (size_t i = 0; i < answer->held_count; i++) {
        EXPECT_INT(WIRE_ok, held_check(&answer->helds[i], tablet->device_no, &tablet->hq));
        tablet->held_count++;
        tablet->held = answer->helds[i];
    }
    EXPECT(answer->lack_count <= 4);
    tablet->lack_count = answer->lack_count;
    for (size_t i = 0; i < answer->lack_count; i++) {
        tablet->lacks[i] = answer->lacks[i];
    }
    if (answer->has_certificate && answer->new_device_no == 0) {
        tablet_take_certificate(tablet, answer->holder.person_no, answer->hq_at_ms,
                                answer->certificate.bytes);
    }
    if (answer->has_safe_receipt) {
        EXPECT(answer->safe_receipt.stored_seq <= tablet->chain.count);
        EXPECT_INT(WIRE_ok, receipt_check(&answer->safe_receipt, tablet->device_no,
                                          &tablet->chain.links[answer->safe_receipt.stored_seq],
                                          &tablet->hq));
        EXPECT_INT(RECEIPT_LEVEL_safe, answer->safe_receipt.level);
        tablet->safe_seq = answer->safe_receipt.stored_seq;
    }
}

/* Takes an answer to a batch, an alarm or a chunk; false with the code of a refusal. */
static inline bool tablet_take(struct tablet *tablet, struct wire_bytes envelope,
                               uint32_t *refusal_out)
{
    *refusal_out = WIRE_ok;
    if (envelope_read_refusal(envelope, refusal_out) == WIRE_ok) {
        return false;
    }
    struct answer answer;
    EXPECT_INT(WIRE_ok, answer_open(&tablet->arena, envelope, &tablet->keys, &tablet->hq,
                                    tablet->device_no, tablet->request_tag, &answer));
    tablet->send_from_seq = answer.send_from_seq;
    if (answer.has_receipt) {
        EXPECT(answer.receipt.stored_seq <= tablet->chain.count);
        EXPECT_INT(WIRE_ok,
                   receipt_check(&answer.receipt, tablet->device_no,
                                 &tablet->chain.links[answer.receipt.stored_seq], &tablet->hq));
        tablet->stored_seq = answer.receipt.stored_seq;
        tablet->receipt = answer.receipt;
    }
    tablet_take_asides(tablet, &answer);
    tablet->was_restart = answer.is_restart;
    if (answer.is_restart) {
        tablet->row_count = 0;
    } else if (answer.from_cursor != answer.next_cursor) {
        EXPECT_INT(tablet->cursor, answer.from_cursor);
    }
    for (size_t i = 0; i < answer.row_count; i++) {
        tablet_take_row(tablet, &answer.rows[i]);
    }
    for (size_t i = 0; i < answer.message_count; i++) {
        tablet->message_count++;
        snprintf(tablet->message, sizeof tablet->message, "%.255s", answer.messages[i].text);
    }
    for (size_t i = 0; i < answer.verdict_count; i++) {
        tablet->verdict_count++;
        tablet->verdict = answer.verdicts[i];
    }
    if (answer.has_policy) {
        tablet->policy = answer.policy;
    }
    if (answer.has_holder) {
        tablet->is_revoked = answer.holder.is_revoked;
    }
    bool has_page = answer.next_cursor != answer.from_cursor || answer.is_restart;
    if (has_page) {
        tablet->cursor = answer.next_cursor;
        tablet->tag = answer.next_tag;
        tablet->is_whole = !answer.has_more;
        tablet->rows_left = answer.rows_left;
        tablet->page_count++;
    }
    if (answer.new_device_no != 0) {
        EXPECT(answer.has_certificate || tablet->is_revoked);
        tablet_renumber(tablet, answer.new_device_no);
        if (answer.has_certificate) {
            tablet_take_certificate(tablet, answer.holder.person_no, answer.hq_at_ms,
                                    answer.certificate.bytes);
        }
    }
    return answer.has_more;
}

static inline const struct tablet_row *tablet_row(const struct tablet *tablet, uint64_t case_no)
{
    for (size_t i = 0; i < tablet->row_count; i++) {
        if (tablet->rows[i].case_no == case_no) {
            return &tablet->rows[i];
        }
    }
    return NULL;
}
