/* record_corpus: writes what a tablet of this version sends to tests/golden/wire/<version>/,
 * once, when the version is released. test_corpus.c reads it in every later version.
 *
 * corpus.txt, one thing a line, bytes in hex:
 *   device_no N, code TEXT, hq_secret, device_secret    test keys, made from fixed seeds
 *   envelope enrol|ticket|batch BYTES                   in the order of sending
 *   fact SEQ ID LINK BODY                               of the batch above
 *
 * Batches: one fact of every kind that a tablet makes; a visit alone; a visit with two facts
 * of a kind and with fields that nobody knows yet; 200 facts. */
#include "core/base/limits.h"
#include "sync/proto/batch.h"
#include "sync/proto/enrol.h"
#include "sync/proto/version.h"
#include "tests/core/event/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { DEVICE_NO = 7, FACTS_MAX = 400, AT_S = 1763863200, STEP_MS = 61000 };

static const char CODE[] = "CORPUS-1";

/* SplitMix64: the same seed gives the same keys and the same sealing. */
struct seeded {
    uint64_t state;
};

static struct seeded seal_state;

static void seeded_fill(void *context, void *bytes, size_t size)
{
    struct seeded *seeded = context;
    uint8_t *to = bytes;
    for (size_t i = 0; i < size; i++) {
        seeded->state += 0x9E3779B97F4A7C15;
        uint64_t z = seeded->state;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        to[i] = (uint8_t)(z ^ z >> 31);
    }
}

static const char *seal_name(void)
{
    return "seeded";
}

static void seal_fill(void *const bytes, const size_t size)
{
    seeded_fill(&seal_state, bytes, size);
}

static uint32_t seal_random(void)
{
    uint32_t value = 0;
    seal_fill(&value, sizeof value);
    return value;
}

static struct randombytes_implementation seeded_bytes = {
    .implementation_name = seal_name, .random = seal_random, .buf = seal_fill};

static struct envelope_keys keys_of(uint64_t seed)
{
    struct seeded state = {seed};
    struct rng rng = {.fill = seeded_fill, .context = &state};
    struct envelope_keys keys;
    chain_keypair(&rng, &keys.public_key, &keys.secret_key);
    return keys;
}

struct corpus {
    FILE *file;
    struct arena arena;
    struct envelope_keys device, hq;
    struct wire_bytes bodies[FACTS_MAX + 1]; /* of the chain, by seq */
    struct chain_link links[FACTS_MAX + 1];
    uint64_t last_seq, sealed_seq;
};

static void write_hex(struct corpus *corpus, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    for (size_t i = 0; i < size; i++) {
        fprintf(corpus->file, "%02x", from[i]);
    }
}

static void write_envelope(struct corpus *corpus, const char *kind, struct wire_bytes envelope)
{
    fprintf(corpus->file, "envelope %s ", kind);
    write_hex(corpus, envelope.bytes, envelope.size);
    fputc('\n', corpus->file);
}

static void add_body(struct corpus *corpus, const void *bytes, size_t size)
{
    uint64_t seq = ++corpus->last_seq;
    CHECK(seq <= FACTS_MAX);
    uint8_t *body = arena_copy(&corpus->arena, bytes, size);
    corpus->bodies[seq] = (struct wire_bytes){body, size};
    corpus->links[seq] = chain_next(&corpus->links[seq - 1], DEVICE_NO, seq, body, size);
}

/* As a tablet writes it down: its clocks move, the visit it belongs to is named. */
static void add_event(struct corpus *corpus, ds_Event *event, uint64_t visit_seq)
{
    uint8_t bytes[LIMIT_event_size];
    size_t size = 0;
    event->at_ms = (uint64_t)AT_S * 1000 + corpus->last_seq * STEP_MS;
    event->uptime_ms = 3600000 + corpus->last_seq * STEP_MS;
    event->visit_seq = visit_seq;
    CHECK(event_encode(event, bytes, sizeof bytes, &size) == OK);
    add_body(corpus, bytes, size);
}

static struct batch_status status_of(void)
{
    return (struct batch_status){.down_cursor = 88,
                                 .down_check = 0x1234,
                                 .clock = batch_clock(-1500),
                                 .app_version = version_own(),
                                 .answer_format = VERSION_ANSWER_FORMAT};
}

/* Everything since the last one. */
static void seal(struct corpus *corpus, const struct batch_status *status)
{
    uint64_t first_seq = corpus->sealed_seq + 1;
    struct batch batch = {
        .device_no = DEVICE_NO,
        .first_seq = first_seq,
        .count = (size_t)(corpus->last_seq - corpus->sealed_seq),
        .bodies = &corpus->bodies[first_seq],
        .status = *status,
    };
    struct batch_before before = {corpus->links[first_seq - 1], corpus->bodies[first_seq - 1]};
    struct wire_bytes envelope;
    CHECK(batch_seal(&corpus->arena, &batch, &before, &corpus->device, &corpus->hq.public_key,
                     &envelope) == WIRE_ok);
    write_envelope(corpus, batch.count > 0 ? "batch" : "ticket", envelope);
    for (uint64_t seq = first_seq; seq <= corpus->last_seq; seq++) {
        const struct wire_bytes *body = &corpus->bodies[seq];
        struct id id = chain_event_id(DEVICE_NO, seq, body->bytes, body->size);
        fprintf(corpus->file, "fact %llu ", (unsigned long long)seq);
        write_hex(corpus, id.bytes, sizeof id.bytes);
        fputc(' ', corpus->file);
        write_hex(corpus, corpus->links[seq].bytes, sizeof corpus->links[seq].bytes);
        fputc(' ', corpus->file);
        write_hex(corpus, body->bytes, body->size);
        fputc('\n', corpus->file);
    }
    corpus->sealed_seq = corpus->last_seq;
}

static void record_enrolment(struct corpus *corpus)
{
    ds_Enrol enrol = {.app_version = version_own(),
                      .answer_format = VERSION_ANSWER_FORMAT,
                      .at_ms = (uint64_t)AT_S * 1000,
                      .model = "tablet"};
    memcpy(enrol.code, CODE, sizeof CODE);
    memcpy(enrol.public_key, corpus->device.public_key.bytes, sizeof enrol.public_key);
    struct wire_bytes envelope;
    CHECK(enrol_seal(&corpus->arena, &enrol, &corpus->device, &corpus->hq.public_key, &envelope) ==
          WIRE_ok);
    write_envelope(corpus, "enrol", envelope);
}

static void add_visit(struct corpus *corpus)
{
    ds_Event event = sample_event(EVENT_visit_started);
    add_event(corpus, &event, 0);
    uint64_t visit_seq = corpus->last_seq;
    event = sample_event(EVENT_promise_made);
    add_event(corpus, &event, visit_seq);
    event = sample_event(EVENT_visit_finished);
    add_event(corpus, &event, visit_seq);
}

static void record_batches(struct corpus *corpus)
{
    struct batch_status status = status_of();
    struct batch_status ticket_status = status;
    ticket_status.policy = 0x1122334455667788;
    ticket_status.down_cursor = 0;
    ticket_status.down_check = 0;
    seal(corpus, &ticket_status);
    for (size_t i = 0; i < COUNT(sample_kinds); i++) {
        if (event_kind_origin(sample_kinds[i]) == EVENT_ORIGIN_device) {
            ds_Event event = sample_event(sample_kinds[i]);
            add_event(corpus, &event, 0);
        }
    }
    seal(corpus, &status);
    status = (struct batch_status){.down_cursor = 88, .down_check = 0x1234};
    add_visit(corpus);
    seal(corpus, &status);
    /* A kind and a head field that this version does not know, and noise. */
    static const uint8_t newer_kind[] = {0x08, 0xE8, 0x07, 0xA2, 0x06, 0x02, 0x08, 0x01};
    static const uint8_t newer_head[] = {0x08, 0x01, 0x68, 0x05, 0xB2, 0x01, 0x02, 0x08, 0x01};
    static const uint8_t noise[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    add_body(corpus, newer_kind, sizeof newer_kind);
    add_visit(corpus);
    add_body(corpus, newer_head, sizeof newer_head);
    add_body(corpus, noise, sizeof noise);
    seal(corpus, &status);
    for (size_t i = 0; i < LIMIT_batch_events / 3; i++) {
        add_visit(corpus);
    }
    seal(corpus, &status);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: record_corpus FILE (made new, never replaced)\n");
        return 2;
    }
    struct corpus *corpus = calloc(1, sizeof *corpus);
    CHECK(corpus != NULL && sodium_init() >= 0);
    corpus->file = fopen(argv[1], "wx");
    if (corpus->file == NULL) {
        perror(argv[1]);
        return 1;
    }
    seal_state.state = 20261122;
    CHECK(randombytes_set_implementation(&seeded_bytes) == 0);
    arena_init(&corpus->arena, 0);
    corpus->device = keys_of(1);
    corpus->hq = keys_of(2);
    fprintf(corpus->file, "device_no %d\ncode %s\nhq_secret ", DEVICE_NO, CODE);
    write_hex(corpus, corpus->hq.secret_key.bytes, sizeof corpus->hq.secret_key.bytes);
    fprintf(corpus->file, "\ndevice_secret ");
    write_hex(corpus, corpus->device.secret_key.bytes, sizeof corpus->device.secret_key.bytes);
    fputc('\n', corpus->file);
    record_enrolment(corpus);
    record_batches(corpus);
    arena_deinit(&corpus->arena);
    bool is_written = fclose(corpus->file) == 0;
    free(corpus);
    return is_written ? 0 : 1;
}
