/* Bytes that left a tablet once are read for ever: the envelopes in
 * tests/golden/wire are made by this program and compared byte for byte, and the
 * ones of released versions are opened by every later one. */
#include "sync/proto/alarm.h"
#include "sync/proto/bundle.h"
#include "sync/proto/chunk.h"
#include "sync/proto/introduce.h"
#include "sync/proto/receipt.h"
#include "sync/proto/version.h"
#include "tests/sync/proto/samples.h"

#include <stdio.h>
#include <stdlib.h>

/* libsodium takes its randomness from here, so that sealing gives the same bytes. */
static struct test_rng seal_state;

static const char *seal_name(void)
{
    return "seeded";
}

static void seal_fill(void *const bytes, const size_t size)
{
    struct rng rng = {.fill = NULL};
    struct test_rng next;
    rng = test_rng_make(&next, seal_state.state);
    rng_fill(&rng, bytes, size);
    seal_state.state = next.state;
}

static uint32_t seal_random(void)
{
    uint32_t value = 0;
    seal_fill(&value, sizeof value);
    return value;
}

static struct randombytes_implementation seeded = {
    .implementation_name = seal_name, .random = seal_random, .buf = seal_fill};

static void golden_hex(struct samples *samples, const char *name, struct wire_bytes bytes)
{
    struct str_builder text;
    str_builder_init(&text, &samples->arena);
    for (size_t at = 0; at < bytes.size; at += 32) {
        char line[65];
        size_t size = bytes.size - at < 32 ? bytes.size - at : 32;
        for (size_t i = 0; i < size; i++) {
            snprintf(line + 2 * i, 3, "%02x", bytes.bytes[at + i]);
        }
        str_add_text(&text, line);
        str_add_char(&text, '\n');
    }
    test_golden(TESTS_FOLDER, name, text.text);
}

enum { EXAMPLES_SIZE_MAX = 256 * 1024 };

static char *read_text(struct arena *arena, const char *path)
{
    FILE *file = fopen(path, "r");
    EXPECT_ROW(path, file != NULL);
    char *text = arena_alloc(arena, EXAMPLES_SIZE_MAX);
    size_t size = fread(text, 1, EXAMPLES_SIZE_MAX - 1, file);
    text[size] = '\0';
    (void)fclose(file);
    return text;
}

/* The bytes of a golden file. */
static struct wire_bytes golden_bytes(struct samples *samples, const char *name)
{
    const char *path = str_format(&samples->arena, "%s/golden/%s", TESTS_FOLDER, name);
    const char *text = read_text(&samples->arena, path);
    uint8_t *bytes = arena_alloc(&samples->arena, strlen(text) / 2 + 1);
    size_t size = 0;
    for (; *text != '\0'; text++) {
        unsigned value = 0;
        if (*text != '\n' && sscanf(text++, "%2x", &value) == 1) {
            bytes[size++] = (uint8_t)value;
        }
    }
    return (struct wire_bytes){bytes, size};
}

TEST(test_bytes_of_the_worked_example)
{
    seal_state.state = 20261122;
    EXPECT_INT(0, randombytes_set_implementation(&seeded));
    struct samples samples;
    samples_init(&samples);
    struct wire_bytes envelope = sample_envelope(&samples);
    golden_hex(&samples, "wire/batch.hex", envelope);
    struct envelope_head head;
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    EXPECT_INT(WIRE_ok, envelope_open(&samples.arena, &head, envelope, &samples.hq, &plain));
    golden_hex(&samples, "wire/batch_plain.hex", plain);
    struct batch batch;
    EXPECT_INT(WIRE_ok, batch_open(&samples.arena, envelope, &samples.hq, &batch));
    golden_hex(&samples, "wire/batch_facts.hex", batch.slim);

    struct answer answer = {
        .request_tag = envelope_tag(envelope),
        .device_no = SAMPLE_DEVICE_NO,
        .hq_at_ms = 1763863700000,
        .has_receipt = true,
        .receipt = {.device_no = SAMPLE_DEVICE_NO,
                    .stored_seq = 44,
                    .stored_at_ms = 1763863700000,
                    .level = RECEIPT_LEVEL_stored},
        .from_cursor = 88,
        .next_cursor = 88,
        .next_tag = 0x01020304,
    };
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok, batch_check(&samples.arena, &batch, &samples.before,
                                    &samples.device.public_key, &facts));
    memcpy(answer.receipt.link, facts.link_last.bytes, sizeof answer.receipt.link);
    receipt_sign(&answer.receipt, &samples.hq.secret_key);
    struct wire_bytes reply;
    EXPECT_INT(WIRE_ok, answer_seal(&samples.arena, &answer, &samples.hq,
                                    &samples.device.public_key, &reply));
    golden_hex(&samples, "wire/answer.hex", reply);
    samples_deinit(&samples);
}

static struct wire_bytes plain_of(struct samples *samples, struct wire_bytes envelope)
{
    struct envelope_head head;
    struct wire_bytes plain;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    EXPECT_INT(WIRE_ok, envelope_open(&samples->arena, &head, envelope, &samples->hq, &plain));
    return plain;
}

static void golden_envelope(struct samples *samples, const char *name, struct wire_bytes envelope)
{
    golden_hex(samples, str_format(&samples->arena, "wire/%s.hex", name), envelope);
    golden_hex(samples, str_format(&samples->arena, "wire/%s_plain.hex", name),
               plain_of(samples, envelope));
}

/* The examples of an alarm, a chunk, an introduction and a bundle. */
TEST(test_bytes_of_the_other_worked_examples)
{
    seal_state.state = 20261123;
    EXPECT_INT(0, randombytes_set_implementation(&seeded));
    struct samples samples;
    samples_init(&samples);
    const struct chain_public_key *hq = &samples.hq.public_key;
    ds_Event event = sample_head(1763863500000, 42);
    event.which_kind = ds_Event_safety_incident_tag;
    event.kind.safety_incident = (ds_SafetyIncident){.incident = 1, .severity = 3};
    struct alarm alarm = {.device_no = SAMPLE_DEVICE_NO,
                          .origin_no = SAMPLE_DEVICE_NO,
                          .seq = 43,
                          .body = sample_body(&samples.arena, &event)};
    struct wire_bytes alarm_envelope;
    EXPECT_INT(WIRE_ok, alarm_seal(&samples.arena, &alarm, &samples.device, hq, &alarm_envelope));
    golden_envelope(&samples, "alarm", alarm_envelope);

    static const uint8_t photo[] = "not really a photo";
    struct chunk chunk = {.device_no = SAMPLE_DEVICE_NO,
                          .hash = chain_hash(photo, sizeof photo),
                          .size = sizeof photo,
                          .bytes = {photo, sizeof photo}};
    struct wire_bytes chunk_envelope;
    EXPECT_INT(WIRE_ok, chunk_seal(&samples.arena, &chunk, &samples.device, hq, &chunk_envelope));
    golden_envelope(&samples, "chunk", chunk_envelope);

    struct introduction introduction = {.certificate = {.device_no = SAMPLE_DEVICE_NO,
                                                        .person_no = 12,
                                                        .branch_no = 3,
                                                        .public_key = samples.device.public_key,
                                                        .hq_at_ms = 1763860000000},
                                        .app_version = 100,
                                        .answer_format = 1,
                                        .at_ms = 1763863500000,
                                        .lineage = {1, {{5, 40}}}};
    certificate_sign(&introduction.certificate, &samples.hq.secret_key);
    struct wire_bytes introduction_envelope;
    EXPECT_INT(WIRE_ok, introduce_seal(&samples.arena, &introduction, &samples.device, hq,
                                       &introduction_envelope));
    golden_envelope(&samples, "introduction", introduction_envelope);

    const struct bundle_item items[] = {
        {BUNDLE_envelope, "0-00000000000000000043-00000000000000a1.env", alarm_envelope},
        {BUNDLE_envelope, "3-00000000000000000001-00000000000000a2.env", chunk_envelope},
    };
    struct wire_bytes bundle;
    EXPECT_INT(WIRE_ok, bundle_write(&samples.arena, items, COUNT(items), &bundle));
    golden_hex(&samples, "wire/bundle.hex", bundle);
    samples_deinit(&samples);
}

/* A batch of a tablet that was chained anew, which also says how it fares. */
TEST(test_bytes_of_lineage_and_health)
{
    seal_state.state = 20261124;
    EXPECT_INT(0, randombytes_set_implementation(&seeded));
    struct samples samples;
    samples_init(&samples);
    struct batch batch = sample_batch(&samples);
    batch.status.lineage = (struct lineage){1, {{5, 42}}};
    batch.status.health = (struct batch_health){true, 95, 2048, 3, 0};
    batch.is_unpacked = true;
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, batch_seal(&samples.arena, &batch, &samples.before, &samples.device,
                                   &samples.hq.public_key, &envelope));
    golden_hex(&samples, "wire/batch_lineage_plain.hex", plain_of(&samples, envelope));
    samples_deinit(&samples);
}

static struct wire_bytes text_bytes(const char *text)
{
    return (struct wire_bytes){(const uint8_t *)text, strlen(text)};
}

/* An answer with cases in both forms that there ever were: as bytes, and opened from them. */
TEST(test_bytes_of_answers_with_cases)
{
    seal_state.state = 20261126;
    EXPECT_INT(0, randombytes_set_implementation(&seeded));
    struct samples samples;
    samples_init(&samples);
    struct answer_row rows[] = {
        {.case_no = 3,
         .feed_seq = 89,
         .record = text_bytes("NZCC0000-000003 宁泽银行 信用卡 CNY Asia/Shanghai 青溪县"),
         .state = text_bytes("2 名可选人员中案件最少（当时 2 件）；欠款 ¥88,664.60，风险等级 4")},
        {.case_no = 4,
         .feed_seq = 90,
         .record = text_bytes("NZCL0000-000004 江岸消费金融 消费贷 CNY Asia/Shanghai 松林区"),
         .state = text_bytes("1 名可选人员中案件最少（当时 14 件）；欠款 ¥28,068.27，风险等级 2")},
    };
    struct answer answer = {.request_tag = 0x1122334455667788,
                            .device_no = SAMPLE_DEVICE_NO,
                            .hq_at_ms = 1763863700000,
                            .from_cursor = 88,
                            .next_cursor = 90,
                            .next_tag = 0x01020304,
                            .rows = rows,
                            .row_count = COUNT(rows)};
    for (uint32_t format = 1; format <= VERSION_ANSWER_FORMAT; format++) {
        const char *name = str_format(&samples.arena, "wire/answer_cases_%u.hex", format);
        answer.format = format;
        struct wire_bytes sealed;
        EXPECT_INT(WIRE_ok, answer_seal(&samples.arena, &answer, &samples.hq,
                                        &samples.device.public_key, &sealed));
        golden_hex(&samples, name, sealed);
        struct answer got;
        EXPECT_INT(WIRE_ok,
                   answer_open(&samples.arena, golden_bytes(&samples, name), &samples.device,
                               &samples.hq.public_key, SAMPLE_DEVICE_NO, answer.request_tag, &got));
        EXPECT_INT(COUNT(rows), got.row_count);
        for (size_t i = 0; i < COUNT(rows); i++) {
            EXPECT(got.rows[i].case_no == rows[i].case_no &&
                   got.rows[i].record.size == rows[i].record.size &&
                   memcmp(got.rows[i].record.bytes, rows[i].record.bytes, rows[i].record.size) ==
                       0 &&
                   got.rows[i].state.size == rows[i].state.size &&
                   memcmp(got.rows[i].state.bytes, rows[i].state.bytes, rows[i].state.size) == 0);
        }
    }
    samples_deinit(&samples);
}

/* Facts of a tablet whose clock is known to be a day and more ahead, and of the same put right. */
TEST(test_bytes_of_facts_with_a_clock_offset)
{
    seal_state.state = 20261125;
    EXPECT_INT(0, randombytes_set_implementation(&seeded));
    struct samples samples;
    samples_init(&samples);
    samples_offset(&samples, (const int32_t[]){90000, 90000, 0});
    struct wire_bytes envelope = sample_envelope(&samples);
    struct batch batch;
    EXPECT_INT(WIRE_ok, batch_open(&samples.arena, envelope, &samples.hq, &batch));
    golden_hex(&samples, "wire/batch_offset_facts.hex", batch.slim);
    samples_deinit(&samples);
}

/* Every hex word of eight digits and more that PROTOCOL.md shows among its worked examples
 * stands in the golden bytes. */
TEST(test_the_worked_examples_are_the_bytes)
{
    static const char *const files[] = {"batch",       "batch_plain",         "batch_facts",
                                        "answer",      "batch_lineage_plain", "batch_offset_facts",
                                        "alarm",       "alarm_plain",         "chunk",
                                        "chunk_plain", "introduction",        "introduction_plain",
                                        "bundle"};
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct str_builder all;
    str_builder_init(&all, &arena);
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *path = str_format(&arena, "%s/golden/wire/%s.hex", TESTS_FOLDER, files[i]);
        for (const char *at = read_text(&arena, path); *at != '\0'; at++) {
            if (*at != '\n') {
                str_add_char(&all, *at);
            }
        }
        str_add_char(&all, '|');
    }
    struct str golden = str_built(&all);
    const char *text = read_text(&arena, TESTS_FOLDER "/../sync/PROTOCOL.md");
    const char *at = strstr(text, "Worked examples");
    const char *end = at == NULL ? NULL : strstr(at, "\n## ");
    EXPECT(at != NULL && end != NULL);
    size_t word_count = 0;
    while (at < end) {
        size_t size = strspn(at, "0123456789abcdef");
        char after = at[size];
        bool is_word = size >= 8 && size % 2 == 0 && (after == ' ' || after == '\n');
        if (is_word && (at[-1] == ' ' || at[-1] == '\n')) {
            char *word = arena_copy(&arena, at, size + 1);
            word[size] = '\0';
            EXPECT_ROW(word, strstr(golden.bytes, word) != NULL);
            word_count++;
        }
        at += size + 1;
    }
    EXPECT(word_count > 25);
    arena_deinit(&arena);
}

/* The bytes of version 0.1.0, read from the file and not made here. */
TEST(test_envelopes_of_released_versions_open_for_ever)
{
    struct samples samples;
    samples_init(&samples);
    FILE *file = fopen(TESTS_FOLDER "/golden/wire/batch.hex", "r");
    EXPECT(file != NULL);
    uint8_t bytes[1024];
    size_t size = 0;
    unsigned value = 0;
    while (size < sizeof bytes && fscanf(file, "%2x", &value) == 1) {
        bytes[size++] = (uint8_t)value;
    }
    fclose(file);
    struct batch batch;
    struct batch_facts facts;
    EXPECT_INT(WIRE_ok,
               batch_open(&samples.arena, (struct wire_bytes){bytes, size}, &samples.hq, &batch));
    EXPECT_INT(WIRE_ok, batch_check(&samples.arena, &batch, &samples.before,
                                    &samples.device.public_key, &facts));
    EXPECT_INT(SAMPLE_EVENTS, batch.count);
    for (size_t i = 0; i < SAMPLE_EVENTS; i++) {
        EXPECT(batch.bodies[i].size == samples.bodies[i].size);
        EXPECT(memcmp(batch.bodies[i].bytes, samples.bodies[i].bytes, batch.bodies[i].size) == 0);
    }
    samples_deinit(&samples);
}
