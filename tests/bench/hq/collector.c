#include "tests/bench/hq/collector.h"

#include "core/event/chain.h"
#include "core/os/os.h"
#include "sync/proto/batch.h"
#include "sync/proto/cursor.h"
#include "sync/proto/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(enum wire wire, const char *what)
{
    if (wire != WIRE_ok) {
        fprintf(stderr, "%s: refused with %d\n", what, (int)wire);
        exit(1);
    }
}

void collector_init(struct collector *collector, const struct chain_public_key *hq, uint64_t seed)
{
    memset(collector, 0, sizeof *collector);
    arena_init(&collector->arena, 0);
    chain_keypair(os_rng(), &collector->keys.public_key, &collector->keys.secret_key);
    collector->hq = *hq;
    collector->cases = ARENA_ARRAY(&collector->arena, COLLECTOR_CASES_MAX, uint64_t);
    collector->feed_seqs = ARENA_ARRAY(&collector->arena, COLLECTOR_CASES_MAX, uint64_t);
    visits_start(&collector->visits, seed, true);
    collector->boot_at_ms = clock_now_ms(os_clock()) - 3600000;
}

struct wire_bytes collector_enrol(struct collector *collector, const char *code)
{
    ds_Enrol enrol = {.app_version = version_own(), .answer_format = VERSION_ANSWER_FORMAT};
    snprintf(enrol.code, sizeof enrol.code, "%s", code);
    memcpy(enrol.public_key, collector->keys.public_key.bytes, sizeof enrol.public_key);
    struct wire_bytes envelope;
    must(enrol_seal(&collector->arena, &enrol, &collector->keys, &collector->hq, &envelope),
         "enrolment");
    collector->request_tag = envelope_tag(envelope);
    return envelope;
}

void collector_enrolled(struct collector *collector, struct wire_bytes bytes)
{
    ds_EnrolAnswer *answer = ARENA_NEW(&collector->arena, ds_EnrolAnswer);
    must(enrol_answer_open(&collector->arena, bytes, collector->request_tag, &collector->keys,
                           &collector->hq, answer),
         "answer to the enrolment");
    must((enum wire)answer->refusal, "enrolment");
    collector->device_no = answer->device_no;
    collector->person_no = answer->person_no;
    collector->visits.device_no = answer->device_no;
    collector->visits.person_no = answer->person_no;
    collector->visits.seq = 1;
}

/* The generator's facts, about the cases that this collector holds, one after the other: a
 * case is visited again when all the others were. */
static size_t next_visit(struct collector *collector, ds_Event *events)
{
    size_t count = visits_next(&collector->visits, events);
    uint64_t case_no = collector->case_count == 0
                           ? 1
                           : collector->cases[collector->visit_count++ % collector->case_count];
    for (size_t i = 0; i < count; i++) {
        /* Now, and not when the generator says: the cases were assigned a moment ago, and a
         * fact before that is nobody's. Steps are shorter than a day's by some two bytes. */
        int64_t now_ms = clock_now_ms(os_clock());
        collector->at_ms = now_ms > collector->at_ms ? now_ms : collector->at_ms + 1;
        events[i].at_ms = (uint64_t)collector->at_ms;
        events[i].uptime_ms = (uint64_t)(collector->at_ms - collector->boot_at_ms);
        events[i].boot = 1;
        events[i].case_no = case_no;
        events[i].epoch = 1;
        events[i].policy = collector->policy;
    }
    return count;
}

struct wire_bytes collector_batch(struct collector *collector, struct arena *arena, size_t wanted,
                                  ds_Event *facts_out, size_t *count_out)
{
    struct wire_bytes *bodies = ARENA_ARRAY(arena, COLLECTOR_BATCH_MAX, struct wire_bytes);
    ds_Event *events = ARENA_ARRAY(arena, VISITS_EVENTS_MAX, ds_Event);
    struct batch_before before = {.link = collector->link};
    before.body.bytes = arena_copy(arena, collector->last_body, sizeof collector->last_body);
    before.body.size = collector->last_body_size;
    struct batch batch = {
        .device_no = collector->device_no, .first_seq = collector->seq + 1, .bodies = bodies};
    while (batch.count < wanted) {
        size_t count = next_visit(collector, events);
        for (size_t i = 0; i < count; i++) {
            uint8_t *body = arena_alloc(arena, LIMIT_event_size);
            size_t size = 0;
            CHECK(event_encode(&events[i], body, LIMIT_event_size, &size) == OK);
            if (facts_out != NULL) {
                facts_out[batch.count] = events[i];
            }
            collector->seq++;
            collector->link =
                chain_next(&collector->link, collector->device_no, collector->seq, body, size);
            memcpy(collector->last_body, body, size);
            collector->last_body_size = size;
            bodies[batch.count++] = (struct wire_bytes){body, size};
        }
    }
    if (collector->cursor > 0) {
        batch.status.down_cursor = collector->cursor;
        batch.status.down_check = cursor_check(collector->cursor, collector->tag,
                                               collector->is_whole ? collector->digest : 0);
    }
    if (collector->seq == 0 || wanted == 0) {
        batch.status.app_version = version_own();
        batch.status.answer_format = VERSION_ANSWER_FORMAT;
    }
    batch.status.policy = wanted == 0 ? collector->policy : 0;
    batch.status.clock = batch_clock(0);
    struct wire_bytes envelope;
    must(batch_seal(arena, &batch, &before, &collector->keys, &collector->hq, &envelope), "batch");
    collector->request_tag = envelope_tag(envelope);
    if (count_out != NULL) {
        *count_out = batch.count;
    }
    return envelope;
}

static void take_row(struct collector *collector, const struct answer_row *row)
{
    size_t at = 0;
    while (at < collector->case_count && collector->cases[at] != row->case_no) {
        at++;
    }
    if (at < collector->case_count) {
        collector->digest -= cursor_row_digest(row->case_no, collector->feed_seqs[at]);
        collector->cases[at] = collector->cases[collector->case_count - 1];
        collector->feed_seqs[at] = collector->feed_seqs[--collector->case_count];
    }
    if (!row->is_withdrawn) {
        CHECK(collector->case_count < COLLECTOR_CASES_MAX);
        collector->cases[collector->case_count] = row->case_no;
        collector->feed_seqs[collector->case_count++] = row->feed_seq;
        collector->digest += cursor_row_digest(row->case_no, row->feed_seq);
    }
}

bool collector_take(struct collector *collector, struct wire_bytes bytes)
{
    uint32_t refusal = 0;
    if (envelope_read_refusal(bytes, &refusal) == WIRE_ok) {
        must((enum wire)refusal, "batch");
    }
    struct arena arena;
    arena_init(&arena, 0);
    struct answer answer;
    must(answer_open(&arena, bytes, &collector->keys, &collector->hq, collector->device_no,
                     collector->request_tag, &answer),
         "answer");
    if (answer.is_restart) {
        collector->case_count = 0;
        collector->digest = 0;
    }
    for (size_t i = 0; i < answer.row_count; i++) {
        take_row(collector, &answer.rows[i]);
    }
    collector->cursor = answer.next_cursor;
    collector->tag = answer.next_tag != 0 ? answer.next_tag : collector->tag;
    collector->policy = answer.has_policy ? answer.policy : collector->policy;
    collector->is_whole = !answer.has_more;
    arena_deinit(&arena);
    return !collector->is_whole;
}
