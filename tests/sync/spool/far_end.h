/* tests/sync/spool/far_end.h -- headquarters in a few lines: enrols one tablet,
 * keeps its chain, hands out rows. Uses the same sync/proto calls as the real one. */
#pragma once

#include "core/os/os.h"
#include "sync/proto/answer.h"
#include "sync/proto/batch.h"
#include "sync/proto/cursor.h"
#include "sync/proto/enrol.h"
#include "sync/proto/layout.h"
#include "sync/proto/receipt.h"
#include "sync/spool/spool.h"
#include "tests/lib/tablet.h"

#include <stdio.h>
#include <stdlib.h>

enum { FAR_FACTS_MAX = 1024, FAR_CODE_SIZE = 16 };

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
    struct chain_secret_key *impostor; /* signs answers with this key instead */
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

static inline struct wire_bytes far_end_enrol(struct far_end *far, struct wire_bytes envelope)
{
    ds_Enrol enrol;
    ds_EnrolAnswer answer = {.refusal = far->enrol_refusal};
    struct wire_bytes reply;
    EXPECT_INT(WIRE_ok, enrol_open(&far->task, envelope, &far->keys, &enrol));
    memcpy(far->device.public_key.bytes, enrol.public_key, sizeof enrol.public_key);
    if (answer.refusal == WIRE_ok) {
        EXPECT_TEXT(far->code, enrol.code);
        far->device_no = TABLET_DEVICE_NO;
        answer = (ds_EnrolAnswer){.device_no = far->device_no,
                                  .person_no = TABLET_PERSON_NO,
                                  .branch_no = 1,
                                  .person_name = "赵一",
                                  .branch_name = "一部"};
    }
    EXPECT_INT(WIRE_ok, enrol_answer_seal(&far->task, &answer, envelope_tag(envelope), &far->keys,
                                          &far->device.public_key, &reply));
    return reply;
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

/* The answer to one envelope; lives until the next call. */
static inline struct wire_bytes far_end_take(struct far_end *far, struct wire_bytes envelope)
{
    arena_reset(&far->task);
    struct envelope_head head;
    EXPECT_INT(WIRE_ok, envelope_read_head(envelope, &head));
    if (head.kind == ENVELOPE_enrol) {
        return far_end_enrol(far, envelope);
    }
    struct batch batch;
    EXPECT_INT(WIRE_ok, batch_open(&far->task, envelope, &far->keys, &batch));
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
        receipt_sign(&answer.receipt, &far->keys.secret_key);
    }
    answer.verdicts = far->verdict;
    answer.verdict_count = far->verdict != NULL ? 1 : 0;
    if (answer.send_from_seq == 0) {
        far_end_page(far, &batch.status, &answer);
    } else { /* no page before both ends agree on what was sent */
        answer.from_cursor = batch.status.down_cursor;
        answer.next_cursor = batch.status.down_cursor;
    }
    struct wire_bytes reply;
    struct envelope_keys signer = far->keys;
    if (far->impostor != NULL) {
        signer.secret_key = *far->impostor;
    }
    EXPECT_INT(WIRE_ok, answer_seal(&far->task, &answer, &signer, &far->device.public_key, &reply));
    return reply;
}

/* The agent: carries every envelope that has no answer. Says how many. */
static inline size_t far_end_carry(struct far_end *far, const struct spool *spool)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    const char **names = NULL;
    size_t count = 0;
    size_t carried_count = 0;
    EXPECT_OK(os_folder_list(&arena, spool->out, &names, &count));
    for (size_t i = 0; i < count; i++) {
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
    }
    arena_deinit(&arena);
    return carried_count;
}
