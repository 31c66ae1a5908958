#include "sync/proto/alarm.h"
#include "sync/proto/chunk.h"
#include "sync/proto/cursor.h"
#include "sync/proto/receipt.h"
#include "sync/proto/version.h"
#include "tests/sync/proto/samples.h"

#include <stdio.h>
#include <stdlib.h>

static const uint64_t REQUEST_TAG = 0xFEEDF00D;

static struct answer sample_answer(struct samples *samples)
{
    struct arena *arena = &samples->arena;
    struct answer_row *rows = ARENA_ARRAY(arena, 2, struct answer_row);
    rows[0] = (struct answer_row){.case_no = 4711,
                                  .feed_seq = 90,
                                  .folded_seq = 44,
                                  .record = samples->bodies[2],
                                  .state = samples->bodies[1]};
    rows[1] = (struct answer_row){.case_no = 4712, .feed_seq = 91, .is_withdrawn = true};
    ds_Verdict *verdicts = ARENA_ARRAY(arena, 1, ds_Verdict);
    verdicts[0] = (ds_Verdict){.seq = 12, .verdict = VERDICT_conflicting, .note = "请核实"};
    ds_Message *messages = ARENA_ARRAY(arena, 1, ds_Message);
    messages[0] =
        (ds_Message){.message_no = 3, .from_no = 2, .from_name = "主管", .text = "早点回来"};
    static const char policy[] = "profile = cn\n";
    struct answer answer = {
        .request_tag = REQUEST_TAG,
        .device_no = SAMPLE_DEVICE_NO,
        .hq_at_ms = 1763864000000,
        .has_receipt = true,
        .receipt = {.device_no = SAMPLE_DEVICE_NO,
                    .stored_seq = 44,
                    .stored_at_ms = 1763864000000,
                    .level = RECEIPT_LEVEL_stored},
        .from_cursor = 88,
        .next_cursor = 91,
        .next_tag = 0xABCD1234,
        .has_more = true,
        .rows_left = 280,
        .rows = rows,
        .row_count = 2,
        .verdicts = verdicts,
        .verdict_count = 1,
        .messages = messages,
        .message_count = 1,
        .has_policy = true,
        .policy = chain_short_hash(policy, sizeof policy - 1),
        .policy_text = {(const uint8_t *)policy, sizeof policy - 1},
        .has_holder = true,
        .holder = {.person_no = 12, .person_name = "张三"},
        .next_sync_s = 300,
    };
    memset(answer.receipt.link, 0x5A, sizeof answer.receipt.link);
    receipt_sign(&answer.receipt, &samples->hq.secret_key);
    return answer;
}

static struct wire_bytes seal(struct samples *samples, const struct answer *answer)
{
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, answer_seal(&samples->arena, answer, &samples->hq,
                                    &samples->device.public_key, &envelope));
    return envelope;
}

static enum wire open(struct samples *samples, struct wire_bytes envelope, struct answer *answer)
{
    return answer_open(&samples->arena, envelope, &samples->device, &samples->hq.public_key,
                       SAMPLE_DEVICE_NO, REQUEST_TAG, answer);
}

TEST(test_an_answer_arrives_whole)
{
    struct samples samples;
    samples_init(&samples);
    struct answer sent = sample_answer(&samples);
    struct answer got;
    EXPECT_INT(WIRE_ok, open(&samples, seal(&samples, &sent), &got));
    EXPECT_INT(sent.hq_at_ms, got.hq_at_ms);
    EXPECT(got.has_receipt && got.receipt.stored_seq == 44);
    EXPECT_INT(WIRE_ok, receipt_verify(&got.receipt, SAMPLE_DEVICE_NO, &samples.hq.public_key));
    EXPECT(got.from_cursor == 88 && got.next_cursor == 91 && got.next_tag == 0xABCD1234);
    EXPECT(got.has_more && !got.is_restart);
    EXPECT_INT(280, got.rows_left);
    EXPECT_INT(2, got.row_count);
    EXPECT(got.rows[0].case_no == 4711 && got.rows[0].feed_seq == 90 &&
           got.rows[0].folded_seq == 44);
    EXPECT(got.rows[0].record.size == samples.bodies[2].size &&
           memcmp(got.rows[0].record.bytes, samples.bodies[2].bytes, samples.bodies[2].size) == 0);
    EXPECT(got.rows[0].state.size == samples.bodies[1].size);
    EXPECT(got.rows[1].is_withdrawn && got.rows[1].record.size == 0);
    EXPECT_TEXT("请核实", got.verdicts[0].note);
    EXPECT_TEXT("早点回来", got.messages[0].text);
    EXPECT(got.has_policy && got.policy == sent.policy);
    EXPECT(memcmp(got.policy_text.bytes, sent.policy_text.bytes, sent.policy_text.size) == 0);
    EXPECT_TEXT("张三", got.holder.person_name);
    EXPECT_INT(300, got.next_sync_s);
    samples_deinit(&samples);
}

TEST(test_no_cut_flipped_or_mutated_answer_is_taken)
{
    struct samples samples;
    samples_init(&samples);
    struct answer sent = sample_answer(&samples);
    struct wire_bytes envelope = seal(&samples, &sent);
    struct answer got;
    for (size_t size = 0; size < envelope.size; size++) {
        struct arena_mark mark = arena_mark(&samples.arena);
        uint8_t *bytes = malloc(size + 1);
        memcpy(bytes, envelope.bytes, size);
        EXPECT(open(&samples, (struct wire_bytes){bytes, size}, &got) != WIRE_ok);
        free(bytes);
        arena_rollback(&samples.arena, mark);
    }
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 99);
    uint8_t *bytes = arena_copy(&samples.arena, envelope.bytes, envelope.size);
    size_t rounds = envelope.size + test_rounds(2000, 20000);
    for (size_t round = 0; round < rounds; round++) {
        struct arena_mark mark = arena_mark(&samples.arena);
        size_t at = round < envelope.size ? round : (size_t)rng_below(&rng, envelope.size);
        uint8_t flip = (uint8_t)(1 + rng_below(&rng, 255));
        bytes[at] ^= flip;
        EXPECT(open(&samples, (struct wire_bytes){bytes, envelope.size}, &got) != WIRE_ok);
        bytes[at] ^= flip;
        arena_rollback(&samples.arena, mark);
    }
    samples_deinit(&samples);
}

/* Headquarters gone wrong, with its own key: still nothing is read past its end. */
TEST(test_a_mutated_message_under_a_true_signature_is_refused_or_whole)
{
    struct samples samples;
    samples_init(&samples);
    struct answer sent = sample_answer(&samples);
    struct envelope_head head;
    struct wire_bytes plain;
    struct wire_bytes envelope = seal(&samples, &sent);
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    EXPECT_INT(WIRE_ok, envelope_open(&samples.arena, &head, envelope, &samples.device, &plain));
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 5);
    int refused_count = 0;
    size_t rounds = test_rounds(3000, 20000);
    for (size_t round = 0; round < rounds; round++) {
        struct arena_mark mark = arena_mark(&samples.arena);
        uint8_t *bytes = arena_copy(&samples.arena, plain.bytes, plain.size);
        size_t at =
            CHAIN_SIGNATURE_SIZE + (size_t)rng_below(&rng, plain.size - CHAIN_SIGNATURE_SIZE);
        bytes[at] ^= (uint8_t)(1 + rng_below(&rng, 255));
        struct chain_signature signature =
            chain_sign(&samples.hq.secret_key, "answer", bytes + CHAIN_SIGNATURE_SIZE,
                       plain.size - CHAIN_SIGNATURE_SIZE);
        memcpy(bytes, signature.bytes, sizeof signature.bytes);
        struct wire_bytes resealed;
        EXPECT_INT(WIRE_ok, envelope_seal(&samples.arena, ENVELOPE_answer, SAMPLE_DEVICE_NO,
                                          &samples.device.public_key,
                                          (struct wire_bytes){bytes, plain.size}, &resealed));
        struct answer got;
        refused_count += open(&samples, resealed, &got) != WIRE_ok;
        arena_rollback(&samples.arena, mark);
    }
    EXPECT((size_t)refused_count > rounds / 10);
    samples_deinit(&samples);
}

TEST(test_an_answer_is_for_one_tablet_and_one_envelope)
{
    struct samples samples;
    samples_init(&samples);
    struct answer sent = sample_answer(&samples);
    struct wire_bytes envelope = seal(&samples, &sent);
    struct answer got;
    EXPECT_INT(WIRE_wrong_device,
               answer_open(&samples.arena, envelope, &samples.device, &samples.hq.public_key,
                           SAMPLE_DEVICE_NO + 1, REQUEST_TAG, &got));
    EXPECT_INT(WIRE_wrong_request,
               answer_open(&samples.arena, envelope, &samples.device, &samples.hq.public_key,
                           SAMPLE_DEVICE_NO, REQUEST_TAG + 1, &got));
    EXPECT_INT(WIRE_bad_signature,
               answer_open(&samples.arena, envelope, &samples.device, &samples.stranger.public_key,
                           SAMPLE_DEVICE_NO, REQUEST_TAG, &got));
    EXPECT_INT(WIRE_unknown_key,
               answer_open(&samples.arena, envelope, &samples.stranger, &samples.hq.public_key,
                           SAMPLE_DEVICE_NO, REQUEST_TAG, &got));
    samples_deinit(&samples);
}

TEST(test_an_answer_that_contradicts_itself_is_refused)
{
    struct samples samples;
    samples_init(&samples);
    struct answer got;
    struct answer sent = sample_answer(&samples);
    sent.policy++; /* the text is not what it is said to be */
    EXPECT_INT(WIRE_malformed, open(&samples, seal(&samples, &sent), &got));
    sent = sample_answer(&samples);
    struct answer_row withdrawn = sent.rows[0];
    withdrawn.is_withdrawn = true; /* and still with the debtor's data */
    sent.rows = &withdrawn;
    sent.row_count = 1;
    EXPECT_INT(WIRE_malformed, open(&samples, seal(&samples, &sent), &got));
    sent = sample_answer(&samples);
    ds_Message message = sent.messages[0];
    snprintf(message.text, sizeof message.text, "\xC3(");
    sent.messages = &message;
    EXPECT_INT(WIRE_malformed, open(&samples, seal(&samples, &sent), &got));
    samples_deinit(&samples);
}

TEST(test_limits_of_an_answer)
{
    struct samples samples;
    samples_init(&samples);
    struct answer sent = sample_answer(&samples);
    struct answer got;
    struct wire_bytes envelope;
    struct answer_row *rows = ARENA_ARRAY(&samples.arena, ANSWER_ROWS_MAX + 1, struct answer_row);
    for (size_t i = 0; i <= ANSWER_ROWS_MAX; i++) {
        rows[i] = (struct answer_row){.case_no = i + 1, .feed_seq = i + 1, .is_withdrawn = true};
    }
    sent.rows = rows;
    sent.row_count = ANSWER_ROWS_MAX;
    EXPECT_INT(WIRE_ok, open(&samples, seal(&samples, &sent), &got));
    EXPECT_INT(ANSWER_ROWS_MAX, got.row_count);
    sent.row_count++;
    EXPECT_INT(WIRE_too_long, answer_seal(&samples.arena, &sent, &samples.hq,
                                          &samples.device.public_key, &envelope));

    /* A page filled by answer_row_size() always fits. */
    uint8_t *noise = arena_alloc(&samples.arena, LIMIT_case_size + 1);
    randombytes_buf(noise, LIMIT_case_size + 1);
    size_t page_size = 0;
    sent.row_count = 0;
    for (size_t i = 0; i < ANSWER_ROWS_MAX; i++) {
        rows[i] = (struct answer_row){.case_no = UINT64_MAX,
                                      .feed_seq = UINT64_MAX,
                                      .folded_seq = UINT64_MAX,
                                      .record = {noise, 1500},
                                      .state = {noise + 1500, 900}};
        if (page_size + answer_row_size(&rows[i]) > LIMIT_page_size) {
            break;
        }
        page_size += answer_row_size(&rows[i]);
        sent.row_count++;
    }
    EXPECT(sent.row_count > 40);
    EXPECT_INT(WIRE_ok, open(&samples, seal(&samples, &sent), &got));
    EXPECT_INT(sent.row_count, got.row_count);
    rows[0].record = (struct wire_bytes){noise, LIMIT_case_size + 1};
    EXPECT_INT(WIRE_too_long, answer_seal(&samples.arena, &sent, &samples.hq,
                                          &samples.device.public_key, &envelope));
    samples_deinit(&samples);
}

TEST(test_a_receipt_is_for_one_tablet_and_one_link)
{
    struct samples samples;
    samples_init(&samples);
    struct answer answer = sample_answer(&samples);
    ds_Receipt good = answer.receipt;
    struct chain_link link;
    memset(link.bytes, 0x5A, sizeof link.bytes);
    const struct chain_public_key *hq = &samples.hq.public_key;
    EXPECT_INT(WIRE_ok, receipt_check(&good, SAMPLE_DEVICE_NO, &link, hq));
    EXPECT_INT(WIRE_wrong_device, receipt_check(&good, SAMPLE_DEVICE_NO + 1, &link, hq));
    link.bytes[31] ^= 1;
    EXPECT_INT(WIRE_bad_link, receipt_check(&good, SAMPLE_DEVICE_NO, &link, hq));
    EXPECT_INT(WIRE_bad_signature,
               receipt_verify(&good, SAMPLE_DEVICE_NO, &samples.stranger.public_key));
    ds_Receipt forged = good;
    forged.stored_seq++;
    EXPECT_INT(WIRE_bad_signature, receipt_verify(&forged, SAMPLE_DEVICE_NO, hq));
    forged = good;
    forged.stored_at_ms++;
    EXPECT_INT(WIRE_bad_signature, receipt_verify(&forged, SAMPLE_DEVICE_NO, hq));
    forged = good;
    forged.level = RECEIPT_LEVEL_safe;
    EXPECT_INT(WIRE_bad_signature, receipt_verify(&forged, SAMPLE_DEVICE_NO, hq));
    forged.level = 3;
    EXPECT_INT(WIRE_malformed, receipt_verify(&forged, SAMPLE_DEVICE_NO, hq));
    /* The signature of a batch is not that of a receipt. */
    struct batch batch = sample_batch(&samples);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &batch, &samples.before, &samples.hq,
                                   &samples.hq.public_key, &envelope));
    forged = good;
    memcpy(forged.signature, batch.signature.bytes, sizeof forged.signature);
    EXPECT_INT(WIRE_bad_signature, receipt_verify(&forged, SAMPLE_DEVICE_NO, hq));
    samples_deinit(&samples);
}

TEST(test_cursor_check_sees_every_difference)
{
    uint32_t check = cursor_check(100, 7, 55);
    EXPECT(check != 0 && check <= 0xFFFF);
    EXPECT_INT(check, cursor_check(100, 7, 55));
    EXPECT(check != cursor_check(101, 7, 55));
    EXPECT(check != cursor_check(100, 8, 55));
    EXPECT(check != cursor_check(100, 7, 56));
    EXPECT_INT(0, cursor_check(0, 7, 55));
    uint64_t both = cursor_row_digest(1, 10) + cursor_row_digest(2, 11);
    EXPECT(both != cursor_row_digest(1, 11) + cursor_row_digest(2, 10));
}

static uint32_t dictionary_of(struct samples *samples, struct wire_bytes envelope)
{
    struct envelope_head head;
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    EXPECT_INT(WIRE_ok, envelope_open(&samples->arena, &head, envelope, &samples->device, &plain));
    EXPECT(plain.size > CHAIN_SIGNATURE_SIZE);
    return plain.bytes[CHAIN_SIGNATURE_SIZE] & 63U;
}

/* A tablet that does not say that it reads format 2 gets what every program reads. */
TEST(test_a_format_is_packed_with_its_dictionary)
{
    struct samples samples;
    samples_init(&samples);
    static const struct {
        uint32_t format, dictionary;
    } rows[] = {{0, 1}, {1, 1}, {2, 2}};
    /* One message, some cases, more than thirty: three levels of effort. */
    static const size_t counts[] = {1, 10, 60};
    uint8_t record[700];
    for (size_t i = 0; i < sizeof record; i++) {
        record[i] = (uint8_t)(i % 7 * (i % 11));
    }
    struct answer_row *many = ARENA_ARRAY(&samples.arena, 60, struct answer_row);
    for (size_t i = 0; i < 60; i++) {
        many[i] = (struct answer_row){
            .case_no = i + 1, .feed_seq = i + 1, .record = {record, sizeof record - i}};
    }
    for (size_t i = 0; i < COUNT(rows) * COUNT(counts); i++) {
        struct answer sent = sample_answer(&samples);
        sent.format = rows[i % COUNT(rows)].format;
        sent.rows = many;
        sent.row_count = counts[i / COUNT(rows)];
        struct wire_bytes envelope = seal(&samples, &sent);
        EXPECT_INT(rows[i % COUNT(rows)].dictionary, dictionary_of(&samples, envelope));
        struct answer got;
        EXPECT_INT(WIRE_ok, open(&samples, envelope, &got));
        EXPECT_INT((int64_t)sent.row_count, (int64_t)got.row_count);
        for (size_t k = 0; k < got.row_count; k++) {
            EXPECT(got.rows[k].case_no == k + 1 && got.rows[k].record.size == sizeof record - k &&
                   memcmp(got.rows[k].record.bytes, record, sizeof record - k) == 0);
        }
    }
    samples_deinit(&samples);
}

TEST(test_version_pact)
{
    EXPECT_INT(100, version_own());
    EXPECT_INT(10203, version_number(1, 2, 3));
    static const struct {
        const char *row;
        uint32_t app_version, answer_format, format, needs;
    } rows[] = {
        {"did not say", 0, 0, 1, 0},
        {"0.1.0 as it was shipped first", 100, 1, 1, 0},
        {"own", 100, VERSION_ANSWER_FORMAT, 2, 0},
        {"older than any", 99, 1, 1, 100},
        {"newer", 20000, 9, VERSION_ANSWER_FORMAT, 0},
        {"largest", UINT32_MAX, UINT32_MAX, VERSION_ANSWER_FORMAT, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct version_pact pact = version_agree(rows[i].app_version, rows[i].answer_format);
        EXPECT_ROW(rows[i].row, pact.answer_format == rows[i].format);
        EXPECT_ROW(rows[i].row, pact.needs_version == rows[i].needs);
    }
}

/* What becomes of alarms and photos, the second level of acknowledgement, a certificate. */
TEST(test_alarms_photos_and_the_safe_receipt_arrive)
{
    struct samples samples;
    samples_init(&samples);
    ds_Lack lack = {.size = 100 * 32768, .chunks_count = ANSWER_LACK_CHUNKS_MAX};
    memset(lack.hash, 0x11, sizeof lack.hash);
    for (uint32_t i = 0; i < ANSWER_LACK_CHUNKS_MAX; i++) {
        lack.chunks[i] = i + 30;
    }
    ds_Held held = {.size = 90, .stored_at_ms = 1763864000000, .level = RECEIPT_LEVEL_safe};
    memset(held.hash, 0x22, sizeof held.hash);
    held_sign(&held, SAMPLE_DEVICE_NO, &samples.hq.secret_key);
    ds_AlarmHeard heard = {
        .seq = 43, .heard_at_ms = 1763864000000, .state = ALARM_ANSWER_seen, .by_name = "值班主管"};
    struct answer sent = {
        .request_tag = REQUEST_TAG,
        .device_no = SAMPLE_DEVICE_NO,
        .hq_at_ms = 1763864000000,
        .has_safe_receipt = true,
        .safe_receipt = {.device_no = SAMPLE_DEVICE_NO,
                         .stored_seq = 40,
                         .stored_at_ms = 1763863000000,
                         .level = RECEIPT_LEVEL_safe},
        .lacks = &lack,
        .lack_count = 1,
        .helds = &held,
        .held_count = 1,
        .alarms = &heard,
        .alarm_count = 1,
        .has_certificate = true,
    };
    receipt_sign(&sent.safe_receipt, &samples.hq.secret_key);
    memset(sent.certificate.bytes, 0x33, sizeof sent.certificate.bytes);
    struct answer got;
    EXPECT_INT(WIRE_ok, open(&samples, seal(&samples, &sent), &got));
    EXPECT(!got.has_receipt && got.has_safe_receipt && got.safe_receipt.stored_seq == 40);
    EXPECT_INT(WIRE_ok,
               receipt_verify(&got.safe_receipt, SAMPLE_DEVICE_NO, &samples.hq.public_key));
    EXPECT(got.lack_count == 1 && got.lacks[0].size == lack.size);
    EXPECT_INT(ANSWER_LACK_CHUNKS_MAX, got.lacks[0].chunks_count);
    EXPECT_INT(93, got.lacks[0].chunks[63]);
    EXPECT_INT(1, got.held_count);
    EXPECT_INT(WIRE_ok, held_check(&got.helds[0], SAMPLE_DEVICE_NO, &samples.hq.public_key));
    EXPECT(got.alarm_count == 1 && got.alarms[0].seq == 43);
    EXPECT_TEXT("值班主管", got.alarms[0].by_name);
    EXPECT(got.has_certificate && got.certificate.bytes[63] == 0x33);
    /* None of it: an older headquarters. */
    struct answer bare = {.request_tag = REQUEST_TAG, .device_no = SAMPLE_DEVICE_NO};
    EXPECT_INT(WIRE_ok, open(&samples, seal(&samples, &bare), &got));
    EXPECT(!got.has_safe_receipt && !got.has_certificate);
    EXPECT(got.lack_count == 0 && got.held_count == 0 && got.alarm_count == 0);
    samples_deinit(&samples);
}

TEST(test_lists_of_an_answer_are_bounded)
{
    struct samples samples;
    samples_init(&samples);
    ds_Lack *lacks = ARENA_ARRAY(&samples.arena, ANSWER_LACKS_MAX + 1, ds_Lack);
    ds_Held *helds = ARENA_ARRAY(&samples.arena, ANSWER_HELDS_MAX + 1, ds_Held);
    ds_AlarmHeard *alarms = ARENA_ARRAY(&samples.arena, ANSWER_ALARMS_MAX + 1, ds_AlarmHeard);
    struct answer answer = {
        .request_tag = REQUEST_TAG,
        .device_no = SAMPLE_DEVICE_NO,
        .lacks = lacks,
        .lack_count = ANSWER_LACKS_MAX,
        .helds = helds,
        .held_count = ANSWER_HELDS_MAX,
        .alarms = alarms,
        .alarm_count = ANSWER_ALARMS_MAX,
    };
    struct answer got;
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, open(&samples, seal(&samples, &answer), &got));
    EXPECT_INT(ANSWER_HELDS_MAX, got.held_count);
    answer.lack_count++;
    EXPECT_INT(WIRE_too_long, answer_seal(&samples.arena, &answer, &samples.hq,
                                          &samples.device.public_key, &envelope));
    answer.lack_count--;
    answer.held_count++;
    EXPECT_INT(WIRE_too_long, answer_seal(&samples.arena, &answer, &samples.hq,
                                          &samples.device.public_key, &envelope));
    answer.held_count--;
    answer.alarm_count++;
    EXPECT_INT(WIRE_too_long, answer_seal(&samples.arena, &answer, &samples.hq,
                                          &samples.device.public_key, &envelope));
    samples_deinit(&samples);
}
