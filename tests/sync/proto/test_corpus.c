/* Goal: a tablet a year old still uploads. Every corpus in tests/golden/wire/<version>/ was
 * recorded by the program of that version (corpus.c) and is read here as headquarters reads
 * it: same bodies, ids and links. And a tablet newer than this program uploads as well. */
#include "core/base/buf.h"
#include "sync/proto/slim.h"
#include "sync/proto/version.h"
#include "tests/sync/proto/samples.h"

#include <stdio.h>

#include <dirent.h>

enum { LINE_SIZE = 512 * 1024, SEQ_MAX = 1000 };

struct corpus {
    struct arena arena;
    FILE *file;
    char *line; /* what is left of the line being read */
    uint32_t device_no;
    char code[64];
    struct envelope_keys hq, device;
    struct wire_bytes bodies[SEQ_MAX + 1];
    struct chain_link links[SEQ_MAX + 1];
    struct batch batch;
    struct batch_facts facts;
    uint64_t fact_count, ticket_count, enrol_count, batch_count;
};

static char *next_word(struct corpus *corpus)
{
    char *word = corpus->line + strspn(corpus->line, " ");
    char *end = word + strcspn(word, " \n");
    corpus->line = *end == '\0' ? end : end + 1;
    *end = '\0';
    return word;
}

static struct wire_bytes next_bytes(struct corpus *corpus)
{
    const char *hex = next_word(corpus);
    size_t size = strlen(hex) / 2;
    uint8_t *bytes = arena_alloc(&corpus->arena, size + 1);
    EXPECT_OK(buf_from_hex(bytes, size, hex));
    return (struct wire_bytes){bytes, size};
}

static void read_secret(struct corpus *corpus, struct envelope_keys *keys)
{
    struct wire_bytes bytes = next_bytes(corpus);
    EXPECT_INT(sizeof keys->secret_key.bytes, bytes.size);
    memcpy(keys->secret_key.bytes, bytes.bytes, bytes.size);
    EXPECT_INT(0, crypto_sign_ed25519_sk_to_pk(keys->public_key.bytes, keys->secret_key.bytes));
}

static void read_enrol(struct corpus *corpus, struct wire_bytes envelope)
{
    ds_Enrol enrol;
    EXPECT_INT(WIRE_ok, enrol_open(&corpus->arena, envelope, &corpus->hq, &enrol));
    EXPECT_TEXT(corpus->code, enrol.code);
    assert_memory_equal(corpus->device.public_key.bytes, enrol.public_key, 32);
    struct version_pact pact = version_agree(enrol.app_version, enrol.answer_format);
    EXPECT(pact.answer_format >= 1 && pact.answer_format <= enrol.answer_format);
    corpus->enrol_count++;
}

static void read_batch(struct corpus *corpus, struct wire_bytes envelope, bool is_ticket)
{
    struct batch *batch = &corpus->batch;
    EXPECT_INT(WIRE_ok, batch_open(&corpus->arena, envelope, &corpus->hq, batch));
    EXPECT_INT(corpus->device_no, batch->device_no);
    struct batch_before before = {corpus->links[batch->first_seq - 1],
                                  corpus->bodies[batch->first_seq - 1]};
    EXPECT_INT(WIRE_ok, batch_check(&corpus->arena, batch, &before, &corpus->device.public_key,
                                    &corpus->facts));
    EXPECT(is_ticket == (batch->count == 0));
    *(is_ticket ? &corpus->ticket_count : &corpus->batch_count) += 1;
}

static void read_fact(struct corpus *corpus)
{
    uint64_t seq = strtoull(next_word(corpus), NULL, 10);
    struct wire_bytes id = next_bytes(corpus);
    struct wire_bytes link = next_bytes(corpus);
    struct wire_bytes body = next_bytes(corpus);
    size_t at = (size_t)(seq - corpus->batch.first_seq);
    EXPECT(at < corpus->batch.count && seq <= SEQ_MAX);
    EXPECT_INT(body.size, corpus->batch.bodies[at].size);
    EXPECT(memcmp(body.bytes, corpus->batch.bodies[at].bytes, body.size) == 0);
    assert_memory_equal(id.bytes, corpus->facts.ids[at].bytes, id.size);
    assert_memory_equal(link.bytes, corpus->facts.links[at].bytes, link.size);
    corpus->bodies[seq] = body;
    memcpy(corpus->links[seq].bytes, link.bytes, sizeof corpus->links[seq].bytes);
    corpus->fact_count++;
}

static void read_line(struct corpus *corpus)
{
    const char *what = next_word(corpus);
    if (strcmp(what, "device_no") == 0) {
        corpus->device_no = (uint32_t)strtoul(next_word(corpus), NULL, 10);
    } else if (strcmp(what, "code") == 0) {
        snprintf(corpus->code, sizeof corpus->code, "%s", next_word(corpus));
    } else if (strcmp(what, "hq_secret") == 0) {
        read_secret(corpus, &corpus->hq);
    } else if (strcmp(what, "device_secret") == 0) {
        read_secret(corpus, &corpus->device);
    } else if (strcmp(what, "fact") == 0) {
        read_fact(corpus);
    } else {
        EXPECT_TEXT("envelope", what);
        const char *kind = next_word(corpus);
        struct wire_bytes envelope = next_bytes(corpus);
        if (strcmp(kind, "enrol") == 0) {
            read_enrol(corpus, envelope);
        } else {
            bool is_ticket = strcmp(kind, "ticket") == 0;
            EXPECT(is_ticket || strcmp(kind, "batch") == 0);
            read_batch(corpus, envelope, is_ticket);
        }
    }
}

static void read_corpus(const char *version)
{
    struct corpus *corpus = calloc(1, sizeof *corpus);
    char *line = malloc(LINE_SIZE);
    arena_init(&corpus->arena, 0);
    const char *path =
        str_format(&corpus->arena, "%s/golden/wire/%s/corpus.txt", TESTS_FOLDER, version);
    corpus->file = fopen(path, "r");
    EXPECT_ROW(version, corpus->file != NULL);
    while (fgets(line, LINE_SIZE, corpus->file) != NULL) {
        corpus->line = line;
        read_line(corpus);
    }
    (void)fclose(corpus->file);
    EXPECT_ROW(version, corpus->enrol_count >= 1 && corpus->ticket_count >= 1);
    EXPECT_ROW(version, corpus->batch_count >= 4 && corpus->fact_count >= 200);
    arena_deinit(&corpus->arena);
    free(line);
    free(corpus);
}

TEST(test_every_released_version_still_uploads)
{
    EXPECT(sodium_init() >= 0);
    DIR *folder = opendir(TESTS_FOLDER "/golden/wire");
    EXPECT(folder != NULL);
    size_t version_count = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') {
            read_corpus(entry->d_name);
            version_count++;
        }
    }
    (void)closedir(folder);
    EXPECT(version_count >= 1);
}

/* ---- a tablet newer than this program ---- */

/* Writes what a later version may: parts behind status bit 128, bodies of any kind, signed
 * as every batch is. */
static struct wire_bytes newer_batch(struct samples *samples, const struct wire_bytes *bodies,
                                     size_t count, const struct wire_bytes newer_status)
{
    uint8_t *frame = arena_alloc(&samples->arena, LIMIT_batch_size);
    struct buf_writer writer;
    buf_writer_init(&writer, frame, LIMIT_batch_size);
    buf_write_varint(&writer, samples->first_seq);
    buf_write_bytes(&writer, samples->before.link.bytes, BATCH_LINK_TAG_SIZE);
    size_t status_at = writer.size;
    buf_write_u8(&writer, 4 | 128);
    buf_write_varint(&writer, 990000); /* version 99.0.0 … */
    buf_write_varint(&writer, 77);     /* … reads answers that nobody writes yet */
    buf_write_varint(&writer, newer_status.size);
    buf_write_bytes(&writer, newer_status.bytes, newer_status.size);
    uint8_t status_hash[BATCH_STATUS_HASH_SIZE];
    crypto_generichash(status_hash, sizeof status_hash, frame + status_at, writer.size - status_at,
                       NULL, 0);
    struct slim slim;
    slim_start(&slim, samples->first_seq, samples->before.body);
    struct chain_link link = samples->before.link;
    for (size_t i = 0; i < count; i++) {
        slim.seq = samples->first_seq + i;
        slim_write(&slim, &writer, bodies[i]);
        link = chain_next(&link, SAMPLE_DEVICE_NO, slim.seq, bodies[i].bytes, bodies[i].size);
    }
    uint8_t to_sign[4 + 8 + CHAIN_LINK_SIZE + BATCH_STATUS_HASH_SIZE];
    struct buf_writer signer;
    buf_writer_init(&signer, to_sign, sizeof to_sign);
    buf_write_u32(&signer, SAMPLE_DEVICE_NO);
    buf_write_u64(&signer, samples->first_seq - 1 + count);
    buf_write_bytes(&signer, link.bytes, sizeof link.bytes);
    buf_write_bytes(&signer, status_hash, sizeof status_hash);
    struct chain_signature signature =
        chain_sign(&samples->device.secret_key, "batch", to_sign, sizeof to_sign);
    uint8_t *plain = arena_alloc(&samples->arena, LIMIT_batch_size + 65);
    memcpy(plain, signature.bytes, sizeof signature.bytes);
    plain[64] = 0; /* not compressed */
    memcpy(plain + 65, frame, writer.size);
    struct wire_bytes envelope;
    EXPECT_INT(WIRE_ok, envelope_seal(&samples->arena, ENVELOPE_batch, SAMPLE_DEVICE_NO,
                                      &samples->hq.public_key,
                                      (struct wire_bytes){plain, 65 + writer.size}, &envelope));
    return envelope;
}

/* Property: whatever a newer tablet adds is taken and kept as it came. 2,000 seeded batches of
 * random bodies: known facts, known facts with unknown fields behind, unknown kinds, noise. */
TEST(test_whatever_a_newer_tablet_adds_is_kept_as_it_came)
{
    struct samples samples;
    samples_init(&samples);
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 20270101);
    for (int round = 0; round < 2000; round++) {
        struct arena_mark mark = arena_mark(&samples.arena);
        struct wire_bytes bodies[6];
        size_t count = 1 + (size_t)rng_below(&rng, COUNT(bodies));
        for (size_t i = 0; i < count; i++) {
            const struct wire_bytes *known = &samples.bodies[rng_below(&rng, SAMPLE_EVENTS)];
            size_t extra = (size_t)rng_below(&rng, 40);
            uint8_t *bytes = arena_alloc(&samples.arena, known->size + extra + 8);
            size_t size = 0;
            if (rng_below(&rng, 3) != 0) {
                memcpy(bytes, known->bytes, known->size);
                size = known->size;
            }
            if (rng_below(&rng, 2) != 0) { /* an unknown field of bytes: number 100 to 227 */
                bytes[size++] = 0xA2 | (uint8_t)(rng_below(&rng, 8) << 3 & 0x58);
                bytes[size++] = (uint8_t)(6 + rng_below(&rng, 8));
                bytes[size++] = (uint8_t)extra;
            }
            rng_fill(&rng, bytes + size, extra);
            bodies[i] = (struct wire_bytes){bytes, size + extra};
        }
        uint8_t newer[32];
        rng_fill(&rng, newer, sizeof newer);
        struct wire_bytes newer_status = {newer, (size_t)rng_below(&rng, sizeof newer)};
        struct batch batch;
        struct batch_facts facts;
        EXPECT_INT(WIRE_ok,
                   batch_open(&samples.arena, newer_batch(&samples, bodies, count, newer_status),
                              &samples.hq, &batch));
        EXPECT_INT(WIRE_ok, batch_check(&samples.arena, &batch, &samples.before,
                                        &samples.device.public_key, &facts));
        EXPECT_INT(990000, batch.status.app_version);
        EXPECT_INT(count, batch.count);
        for (size_t i = 0; i < count; i++) {
            EXPECT_INT(bodies[i].size, batch.bodies[i].size);
            EXPECT(memcmp(bodies[i].bytes, batch.bodies[i].bytes, bodies[i].size) == 0);
        }
        arena_rollback(&samples.arena, mark);
    }
    samples_deinit(&samples);
}

/* Each end answers in what both know; only rows may be withheld, facts never are. */
TEST(test_versions_agree_on_the_older_of_two)
{
    static const struct {
        const char *row;
        uint32_t app_version, answer_format, format, needs_version;
    } rows[] = {
        {"said nothing", 0, 0, 1, 0},
        {"today's", 100, VERSION_ANSWER_FORMAT, VERSION_ANSWER_FORMAT, 0},
        {"of the first release", 100, 1, 1, 0},
        {"newer", 990000, 77, VERSION_ANSWER_FORMAT, 0},
        {"before the first release", 99, 1, 1, VERSION_ROWS_FROM},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct version_pact pact = version_agree(rows[i].app_version, rows[i].answer_format);
        EXPECT_ROW(rows[i].row, pact.answer_format == rows[i].format);
        EXPECT_ROW(rows[i].row, pact.needs_version == rows[i].needs_version);
    }
}
