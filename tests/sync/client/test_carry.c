/* Goal: a bundle carried by hand brings every answer back, says what is missing, and may be
 * posted again at will. */
#include "sync/client/carry.h"

#include "core/os/os.h"
#include "sync/proto/bundle.h"
#include "sync/proto/envelope.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <unistd.h>

struct stage {
    struct arena arena;
    char folder[64];
    const char *bundle_path, *answers_path;
    size_t post_count, fail_at; /* 1: the first post */
    enum err fail_err;
    int32_t fail_status;
};

static enum err post(void *context, struct arena *arena, const char *url, const void *body,
                     size_t body_size, struct transport_response *response_out)
{
    struct stage *stage = context;
    EXPECT_TEXT("http://hq.example/v1/envelope", url);
    if (++stage->post_count == stage->fail_at) {
        *response_out = (struct transport_response){.status = stage->fail_status};
        return stage->fail_err;
    }
    uint8_t *reply = arena_alloc(arena, body_size + 8);
    size_t size = body_size + 1;
    reply[0] = ENVELOPE_FORMAT << 4 | ENVELOPE_answer;
    memcpy(reply + 1, body, body_size);
    bool is_bad = memcmp(body, "bad", 3) == 0;
    if (is_bad) {
        envelope_refuse(reply, WIRE_bad_seal);
        size = ENVELOPE_REFUSAL_SIZE;
    }
    *response_out =
        (struct transport_response){.status = is_bad ? 400 : 200, .body = reply, .body_size = size};
    return OK;
}

static struct wire_bytes text_bytes(const char *text)
{
    return (struct wire_bytes){(const uint8_t *)text, strlen(text)};
}

static struct stage *stage_open(void)
{
    struct stage *stage = calloc(1, sizeof *stage);
    arena_init(&stage->arena, 0);
    snprintf(stage->folder, sizeof stage->folder, "/tmp/doorstep-carry-XXXXXX");
    EXPECT(mkdtemp(stage->folder) != NULL);
    stage->bundle_path = os_path(&stage->arena, stage->folder, "tablet.dsb");
    stage->answers_path = os_path(&stage->arena, stage->folder, "answers.dsb");
    const struct bundle_item items[] = {
        {BUNDLE_envelope, "0-x.env", text_bytes("alarm")},
        {BUNDLE_quarantined, "case_7", text_bytes("not for posting")},
        {BUNDLE_envelope, "2-y.env", text_bytes("bad one")},
        {BUNDLE_envelope, "3-z.env", text_bytes("photo")},
    };
    struct wire_bytes bytes;
    EXPECT_INT(WIRE_ok, bundle_write(&stage->arena, items, COUNT(items), &bytes));
    EXPECT_OK(os_file_replace(stage->bundle_path, bytes.bytes, bytes.size));
    return stage;
}

static void stage_close(struct stage *stage)
{
    (void)unlink(stage->bundle_path);
    (void)unlink(stage->answers_path);
    (void)rmdir(stage->folder);
    arena_deinit(&stage->arena);
    free(stage);
}

static struct carry run(struct stage *stage, enum wire expected)
{
    struct transport transport = {.post = post, .context = stage};
    enum wire refusal = WIRE_ok;
    struct carry carry;
    EXPECT_OK(carry_bundle(&transport, &stage->arena, "http://hq.example/v1/envelope",
                           stage->bundle_path, stage->answers_path, &refusal, &carry));
    EXPECT_INT(expected, refusal);
    return carry;
}

static size_t answers(struct stage *stage, struct bundle_item **items_out)
{
    struct str bytes;
    size_t count = 0;
    EXPECT_OK(os_file_read(&stage->arena, stage->answers_path, BUNDLE_SIZE_MAX, &bytes));
    struct wire_bytes bundle = {(const uint8_t *)bytes.bytes, bytes.size};
    EXPECT_INT(WIRE_ok, bundle_read(&stage->arena, bundle, items_out, &count));
    return count;
}

TEST(test_answers_come_back_under_the_names_of_their_envelopes)
{
    struct stage *stage = stage_open();
    for (int round = 0; round < 2; round++) {
        struct carry carry = run(stage, WIRE_ok);
        EXPECT(carry.envelope_count == 3 && carry.answer_count == 3 && carry.last_error == OK);
        struct bundle_item *items = NULL;
        EXPECT_INT(3, answers(stage, &items));
        EXPECT_TEXT("0-x.ans", items[0].name);
        EXPECT_INT(6, items[0].bytes.size);
        EXPECT(memcmp(items[0].bytes.bytes + 1, "alarm", 5) == 0);
        EXPECT_TEXT("2-y.ans", items[1].name);
        EXPECT_INT(ENVELOPE_REFUSAL_SIZE, items[1].bytes.size); /* the tablet has to know */
        EXPECT_TEXT("3-z.ans", items[2].name);
        EXPECT(memcmp(items[2].bytes.bytes + 1, "photo", 5) == 0);
    }
    EXPECT_INT(6, stage->post_count);
    stage_close(stage);
}

TEST(test_a_failure_ends_the_round_and_keeps_what_was_answered)
{
    static const struct {
        const char *row;
        enum err err, expected;
        int32_t status;
    } rows[] = {
        {"offline", ERR_offline, ERR_offline, 0},
        {"busy", OK, ERR_overloaded, 503},
        {"a page of a hotel", OK, ERR_refused, 200},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t at = 1; at <= 3; at++) {
            struct stage *stage = stage_open();
            stage->fail_at = at;
            stage->fail_err = rows[i].err;
            stage->fail_status = rows[i].status;
            struct carry carry = run(stage, WIRE_ok);
            struct bundle_item *items = NULL;
            EXPECT_ROW(rows[i].row, carry.envelope_count == 3 && carry.answer_count == at - 1);
            EXPECT_ROW(rows[i].row, carry.last_error == rows[i].expected);
            EXPECT_ROW(rows[i].row, carry.http_status == rows[i].status);
            EXPECT_ROW(rows[i].row, stage->post_count == at);
            EXPECT_ROW(rows[i].row, answers(stage, &items) == at - 1);
            stage_close(stage);
        }
    }
}

TEST(test_a_damaged_bundle_is_not_posted)
{
    struct stage *stage = stage_open();
    EXPECT_OK(
        os_file_replace(stage->bundle_path, "DSB1 and no more, but long enough to be one", 43));
    (void)run(stage, WIRE_bad_seal);
    EXPECT_INT(0, stage->post_count);
    EXPECT(!os_file_exists(stage->answers_path));
    struct transport transport = {.post = post, .context = stage};
    enum wire refusal = WIRE_ok;
    struct carry carry;
    EXPECT_ERR(ERR_not_found,
               carry_bundle(&transport, &stage->arena, "http://hq.example/v1/envelope",
                            "/tmp/doorstep-no-such-file", stage->answers_path, &refusal, &carry));
    stage_close(stage);
}
