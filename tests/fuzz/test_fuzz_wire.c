/* Goal: no bytes at all make a decoder of the wire crash, run on or take much memory; what
 * it takes for good it can use. Instrumented builds see every wrong step.
 *
 * Method: good messages of every kind are changed at random, from a seed, and read to the
 * last check. Seals and signatures hold whatever they stand over (open_crypto.c), and what is
 * packed is also changed inside, so that the changes get to the decoders. */
#include "core/event/case.pb.h"
#include "core/event/event.h"
#include "sync/proto/alarm.h"
#include "sync/proto/bundle.h"
#include "sync/proto/chunk.h"
#include "sync/proto/introduce.h"
#include "sync/proto/layout.h"
#include "sync/proto/pack.h"
#include "sync/proto/receipt.h"
#include "tests/fuzz/change.h"
#include "tests/sync/proto/samples.h"

#include <stdio.h>

enum { ROUNDS = 40000, CAPACITY = 128 * 1024, MEMORY_MAX = 8 * 1024 * 1024, TAG = 77 };

#if defined(__has_feature)
#define IS_INSTRUMENTED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define IS_INSTRUMENTED 1
#else
#define IS_INSTRUMENTED 0
#endif

struct fuzz {
    struct samples samples;
    struct arena task;
    struct test_rng rng_state;
    struct rng rng;
    uint64_t taken_count, refused_count;
};

struct target {
    const char *name;
    bool is_sealed; /* head, 48 bytes of seal, 64 of signature, then packed bytes */
    struct wire_bytes (*make)(struct fuzz *fuzz);
    bool (*take)(struct fuzz *fuzz, struct wire_bytes bytes);
};

/* ---- messages ---- */

static struct wire_bytes make_batch(struct fuzz *fuzz)
{
    return sample_envelope(&fuzz->samples);
}

static bool take_batch(struct fuzz *fuzz, struct wire_bytes bytes)
{
    struct batch batch;
    struct batch_facts facts;
    if (batch_open(&fuzz->task, bytes, &fuzz->samples.hq, &batch) != WIRE_ok) {
        return false;
    }
    if (batch_check(&fuzz->task, &batch, &fuzz->samples.before, &fuzz->samples.device.public_key,
                    &facts) != WIRE_ok) {
        return false;
    }
    for (size_t i = 0; i < batch.count; i++) {
        EXPECT(batch.bodies[i].size <= LIMIT_event_size);
        ds_Event *event = ARENA_NEW(&fuzz->task, ds_Event);
        struct event_fault fault;
        if (event_decode(event, batch.bodies[i].bytes, batch.bodies[i].size) == OK) {
            (void)event_check(event, &fault);
        }
    }
    return true;
}

static struct wire_bytes make_enrol(struct fuzz *fuzz)
{
    ds_Enrol enrol = {.code = "ABCD-1234", .app_version = 3, .answer_format = 1, .model = "x"};
    memcpy(enrol.public_key, fuzz->samples.device.public_key.bytes, sizeof enrol.public_key);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, enrol_seal(&fuzz->samples.arena, &enrol, &fuzz->samples.device,
                                   &fuzz->samples.hq.public_key, &envelope));
    return envelope;
}

static bool take_enrol(struct fuzz *fuzz, struct wire_bytes bytes)
{
    ds_Enrol *enrol = ARENA_NEW(&fuzz->task, ds_Enrol);
    return enrol_open(&fuzz->task, bytes, &fuzz->samples.hq, enrol) == WIRE_ok;
}

static struct wire_bytes make_enrolled(struct fuzz *fuzz)
{
    ds_EnrolAnswer answer = {.device_no = 7, .person_no = 12, .branch_no = 1, .person_name = "a"};
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, enrol_answer_seal(&fuzz->samples.arena, &answer, TAG, &fuzz->samples.hq,
                                          &fuzz->samples.device.public_key, &envelope));
    return envelope;
}

static bool take_enrolled(struct fuzz *fuzz, struct wire_bytes bytes)
{
    ds_EnrolAnswer *answer = ARENA_NEW(&fuzz->task, ds_EnrolAnswer);
    return enrol_answer_open(&fuzz->task, bytes, TAG, &fuzz->samples.device,
                             &fuzz->samples.hq.public_key, answer) == WIRE_ok;
}

static struct wire_bytes make_answer(struct fuzz *fuzz)
{
    struct arena *arena = &fuzz->samples.arena;
    ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
    record->case_no = 4;
    snprintf(record->debtor_name, sizeof record->debtor_name, "李秀英");
    record->principal_minor = 100000;
    uint8_t *bytes = arena_alloc(arena, LIMIT_case_size);
    size_t size = 0;
    EXPECT_OK(case_record_encode(record, bytes, LIMIT_case_size, &size));
    const struct answer_row rows[] = {
        {.feed_seq = 5, .case_no = 4, .folded_seq = 1, .record = {bytes, size}},
        {.feed_seq = 6, .case_no = 9, .is_withdrawn = true},
    };
    const ds_Verdict verdict = {.seq = 2, .verdict = 4, .note = "why?"};
    const ds_Message message = {.message_no = 1, .from_name = "b", .text = "hello"};
    const ds_Lack lack = {.size = 70000, .chunks_count = 2, .chunks = {0, 2}};
    ds_Held held = {.size = 70000, .stored_at_ms = 9, .level = 1};
    const ds_AlarmHeard heard = {.seq = 3, .heard_at_ms = 9, .state = 1};
    held_sign(&held, SAMPLE_DEVICE_NO, &fuzz->samples.hq.secret_key);
    struct answer answer = {
        .request_tag = TAG,
        .device_no = SAMPLE_DEVICE_NO,
        .hq_at_ms = 1763863300000,
        .has_receipt = true,
        .receipt = {.device_no = SAMPLE_DEVICE_NO, .stored_seq = 44, .level = 1},
        .from_cursor = 4,
        .next_cursor = 6,
        .rows = rows,
        .row_count = COUNT(rows),
        .verdicts = &verdict,
        .verdict_count = 1,
        .messages = &message,
        .message_count = 1,
        .lacks = &lack,
        .lack_count = 1,
        .helds = &held,
        .held_count = 1,
        .alarms = &heard,
        .alarm_count = 1,
    };
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, answer_seal(arena, &answer, &fuzz->samples.hq,
                                    &fuzz->samples.device.public_key, &envelope));
    return envelope;
}

static bool take_answer(struct fuzz *fuzz, struct wire_bytes bytes)
{
    struct answer answer;
    if (answer_open(&fuzz->task, bytes, &fuzz->samples.device, &fuzz->samples.hq.public_key,
                    SAMPLE_DEVICE_NO, TAG, &answer) != WIRE_ok) {
        return false;
    }
    for (size_t i = 0; i < answer.row_count; i++) {
        ds_CaseRecord *record = ARENA_NEW(&fuzz->task, ds_CaseRecord);
        ds_CaseState *state = ARENA_NEW(&fuzz->task, ds_CaseState);
        (void)!case_record_decode(record, answer.rows[i].record.bytes, answer.rows[i].record.size);
        (void)!case_state_decode(state, answer.rows[i].state.bytes, answer.rows[i].state.size);
    }
    for (size_t i = 0; i < answer.held_count; i++) {
        (void)!held_check(&answer.helds[i], SAMPLE_DEVICE_NO, &fuzz->samples.hq.public_key);
    }
    return true;
}

static struct wire_bytes make_alarm(struct fuzz *fuzz)
{
    struct alarm alarm = {.device_no = SAMPLE_DEVICE_NO,
                          .origin_no = SAMPLE_DEVICE_NO,
                          .seq = 42,
                          .body = fuzz->samples.bodies[0]};
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, alarm_seal(&fuzz->samples.arena, &alarm, &fuzz->samples.device,
                                   &fuzz->samples.hq.public_key, &envelope));
    return envelope;
}

static bool take_alarm(struct fuzz *fuzz, struct wire_bytes bytes)
{
    struct alarm alarm;
    if (alarm_open(&fuzz->task, bytes, &fuzz->samples.hq, &alarm) != WIRE_ok) {
        return false;
    }
    EXPECT(alarm.body.size <= LIMIT_event_size);
    return alarm_check(&alarm, &fuzz->samples.device.public_key) == WIRE_ok;
}

static struct wire_bytes make_chunk(struct fuzz *fuzz)
{
    uint8_t *bytes = arena_alloc(&fuzz->samples.arena, 5000);
    memset(bytes, 7, 5000);
    struct chunk chunk = {
        .device_no = SAMPLE_DEVICE_NO, .size = 5000, .index = 0, .bytes = {bytes, 5000}};
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, chunk_seal(&fuzz->samples.arena, &chunk, &fuzz->samples.device,
                                   &fuzz->samples.hq.public_key, &envelope));
    return envelope;
}

static bool take_chunk(struct fuzz *fuzz, struct wire_bytes bytes)
{
    struct chunk chunk;
    if (chunk_open(&fuzz->task, bytes, &fuzz->samples.hq, &chunk) != WIRE_ok) {
        return false;
    }
    EXPECT(chunk.size <= LIMIT_attachment_size && chunk.index < chunk_count(chunk.size));
    EXPECT_INT(chunk_size(chunk.size, chunk.index), chunk.bytes.size);
    return chunk_check(&chunk, &fuzz->samples.device.public_key) == WIRE_ok;
}

static struct wire_bytes make_introduction(struct fuzz *fuzz)
{
    struct introduction introduction = {
        .certificate = {.device_no = SAMPLE_DEVICE_NO,
                        .person_no = 12,
                        .branch_no = 1,
                        .public_key = fuzz->samples.device.public_key,
                        .hq_at_ms = 5},
    };
    certificate_sign(&introduction.certificate, &fuzz->samples.hq.secret_key);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, introduce_seal(&fuzz->samples.arena, &introduction, &fuzz->samples.device,
                                       &fuzz->samples.hq.public_key, &envelope));
    return envelope;
}

static bool take_introduction(struct fuzz *fuzz, struct wire_bytes bytes)
{
    struct introduction introduction;
    return introduce_open(&fuzz->task, bytes, &fuzz->samples.hq, &introduction) == WIRE_ok;
}

/* ---- things that are not envelopes ---- */

static struct wire_bytes make_bundle(struct fuzz *fuzz)
{
    const struct bundle_item items[] = {
        {.type = BUNDLE_envelope,
         .name = "2-00000000000000000001-00000000000000aa.env",
         .bytes = make_batch(fuzz)},
        {.type = BUNDLE_answer,
         .name = "2-00000000000000000002-00000000000000ab.ans",
         .bytes = make_answer(fuzz)},
    };
    struct wire_bytes bytes;
    EXPECT_INT(WIRE_ok, bundle_write(&fuzz->samples.arena, items, COUNT(items), &bytes));
    return bytes;
}

/* The last 32 bytes are made right, as whoever changes a file on a stick can do. */
static bool take_bundle(struct fuzz *fuzz, struct wire_bytes bytes)
{
    enum { HASH_SIZE = 32 };
    struct bundle_item *items = NULL;
    size_t count = 0;
    if (bytes.size > HASH_SIZE) {
        uint8_t *copy = arena_copy(&fuzz->task, bytes.bytes, bytes.size);
        crypto_generichash(copy + bytes.size - HASH_SIZE, HASH_SIZE, copy, bytes.size - HASH_SIZE,
                           NULL, 0);
        bytes.bytes = copy;
    }
    if (bundle_read(&fuzz->task, bytes, &items, &count) != WIRE_ok) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        EXPECT(bundle_is_name(items[i].name, strlen(items[i].name)));
    }
    return true;
}

static struct wire_bytes make_payload(struct fuzz *fuzz)
{
    struct enrol_payload payload = {.url = "https://hq.example:8443", .code = "ABCD-1234"};
    payload.hq = fuzz->samples.hq.public_key;
    char *text = arena_alloc(&fuzz->samples.arena, ENROL_PAYLOAD_SIZE);
    enrol_payload_to_text(text, &payload);
    return (struct wire_bytes){(const uint8_t *)text, strlen(text)};
}

static bool take_payload(struct fuzz *fuzz, struct wire_bytes bytes)
{
    struct enrol_payload payload;
    (void)fuzz;
    struct str text = {(const char *)bytes.bytes, bytes.size};
    if (enrol_payload_from_text(&payload, text) != WIRE_ok) {
        return false;
    }
    char again[ENROL_PAYLOAD_SIZE];
    enrol_payload_to_text(again, &payload); /* CHECKs that it is well formed */
    return true;
}

static struct wire_bytes make_name(struct fuzz *fuzz)
{
    static const char name[] = "2-00000000000000000001-00000000000000aa.env";
    (void)fuzz;
    return (struct wire_bytes){(const uint8_t *)name, sizeof name - 1};
}

static bool take_name(struct fuzz *fuzz, struct wire_bytes bytes)
{
    char *name = arena_alloc(&fuzz->task, bytes.size + 1);
    memcpy(name, bytes.bytes, bytes.size);
    struct layout_name read;
    return layout_read(name, LAYOUT_ENVELOPE, &read);
}

static struct wire_bytes make_state(struct fuzz *fuzz)
{
    ds_CaseState *state = ARENA_NEW(&fuzz->samples.arena, ds_CaseState);
    state->case_no = 4;
    state->arrangements_count = 2;
    state->arrangements[0].amount_minor = 5000;
    state->contacts_count = 3;
    uint8_t *bytes = arena_alloc(&fuzz->samples.arena, LIMIT_case_size);
    size_t size = 0;
    EXPECT_OK(case_state_encode(state, bytes, LIMIT_case_size, &size));
    return (struct wire_bytes){bytes, size};
}

static bool take_state(struct fuzz *fuzz, struct wire_bytes bytes)
{
    ds_CaseState *state = ARENA_NEW(&fuzz->task, ds_CaseState);
    return case_state_decode(state, bytes.bytes, bytes.size) == OK;
}

static const struct target targets[] = {
    {"batch", true, make_batch, take_batch},
    {"enrol", true, make_enrol, take_enrol},
    {"enrol answer", true, make_enrolled, take_enrolled},
    {"answer", true, make_answer, take_answer},
    {"alarm", true, make_alarm, take_alarm},
    {"chunk", false, make_chunk, take_chunk},
    {"introduction", true, make_introduction, take_introduction},
    {"bundle", false, make_bundle, take_bundle},
    {"enrolment code", false, make_payload, take_payload},
    {"name in the spool", false, make_name, take_name},
    {"case state", false, make_state, take_state},
};

/* ---- changing ---- */

/* Bytes `from` of the message are packed: unpacked, changed inside, packed as they are. */
static struct wire_bytes change_inside(struct fuzz *fuzz, struct wire_bytes message, size_t from)
{
    struct wire_bytes packed = {message.bytes + from, message.size - from};
    struct wire_bytes inner;
    EXPECT_INT(WIRE_ok, pack_open(&fuzz->task, packed, CAPACITY, &inner));
    uint8_t *bytes = arena_alloc(&fuzz->task, CAPACITY);
    memcpy(bytes, inner.bytes, inner.size);
    size_t size =
        change_bytes(&fuzz->rng, bytes, inner.size, CAPACITY, message.bytes, message.size);
    struct wire_bytes again = pack_plain(&fuzz->task, (struct wire_bytes){bytes, size});
    uint8_t *whole = arena_alloc(&fuzz->task, from + again.size + 1);
    memcpy(whole, message.bytes, from);
    memcpy(whole + from, again.bytes, again.size);
    return (struct wire_bytes){whole, from + again.size};
}

static struct wire_bytes change(struct fuzz *fuzz, const struct target *target,
                                struct wire_bytes message, struct wire_bytes other)
{
    struct envelope_head head;
    if (target->is_sealed && rng_below(&fuzz->rng, 4) != 0) {
        EXPECT_INT(WIRE_ok, envelope_read_head(message, &head));
        return change_inside(fuzz, message,
                             head.size + crypto_box_SEALBYTES + CHAIN_SIGNATURE_SIZE);
    }
    uint8_t *bytes = arena_alloc(&fuzz->task, CAPACITY);
    memcpy(bytes, message.bytes, message.size);
    size_t size = change_bytes(&fuzz->rng, bytes, message.size, CAPACITY, other.bytes, other.size);
    return (struct wire_bytes){bytes, size};
}

TEST(test_no_bytes_lead_a_decoder_astray)
{
    struct fuzz *fuzz = calloc(1, sizeof *fuzz);
    samples_init(&fuzz->samples);
    arena_init(&fuzz->task, 0);
    struct wire_bytes messages[COUNT(targets)];
    for (size_t i = 0; i < COUNT(targets); i++) {
        messages[i] = targets[i].make(fuzz);
        EXPECT_ROW(targets[i].name, targets[i].take(fuzz, messages[i]));
    }
    int round_count = (int)test_rounds(IS_INSTRUMENTED ? ROUNDS / 16 : ROUNDS / 2, ROUNDS);
    for (size_t i = 0; i < COUNT(targets); i++) {
        fuzz->taken_count = fuzz->refused_count = 0;
        for (int round = 0; round < round_count; round++) {
            char row[64];
            snprintf(row, sizeof row, "%s, seed %d", targets[i].name, round);
            fuzz->rng = test_rng_make(&fuzz->rng_state, (uint64_t)round);
            struct wire_bytes other = messages[rng_below(&fuzz->rng, COUNT(targets))];
            struct wire_bytes changed = change(fuzz, &targets[i], messages[i], other);
            bool is_taken = targets[i].take(fuzz, changed);
            *(is_taken ? &fuzz->taken_count : &fuzz->refused_count) += 1;
            EXPECT_ROW(row, fuzz->task.used_size < MEMORY_MAX);
            arena_reset(&fuzz->task);
        }
        print_message("%s: %llu taken, %llu refused\n", targets[i].name,
                      (unsigned long long)fuzz->taken_count,
                      (unsigned long long)fuzz->refused_count);
        EXPECT_ROW(targets[i].name, fuzz->refused_count > 0);
    }
    arena_deinit(&fuzz->task);
    samples_deinit(&fuzz->samples);
    free(fuzz);
}
