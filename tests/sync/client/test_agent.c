/* Goal: every envelope is carried in order until it is answered, nothing is
 * removed, nothing is posted twice while its answer waits, and the network may
 * behave as it likes. */
#include "sync/client/agent.h"

#include "core/base/limits.h"
#include "core/os/os.h"
#include "sync/proto/envelope.h"
#include "sync/proto/layout.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <sys/stat.h>
#include <unistd.h>

/* ---- a network that answers from a script ---- */

struct scripted {
    enum err err;
    int32_t status;
    uint8_t body[64];
    size_t body_size;
    int64_t retry_after_s;
};

struct stage {
    struct arena arena, task;
    char folder[64];
    const char *spool, *out, *in;
    struct agent agent;
    struct test_rng rng_state;
    struct rng rng;
    int64_t now_ms;
    struct clock clock;
    struct scripted next;
    int64_t post_ms; /* how long a post takes */
    size_t post_count;
    char posted[64]; /* last body, as text */
    char url[128];
};

static struct clock_reading read_clock(void *context)
{
    struct stage *stage = context;
    return (struct clock_reading){
        .wall_ms = 1763863200000 + stage->now_ms, .monotonic_ms = stage->now_ms, .boot = 1};
}

static enum err post(void *context, struct arena *arena, const char *url, const void *body,
                     size_t body_size, struct transport_response *response_out)
{
    struct stage *stage = context;
    stage->post_count++;
    stage->now_ms += stage->post_ms;
    snprintf(stage->posted, sizeof stage->posted, "%.*s", (int)body_size, (const char *)body);
    snprintf(stage->url, sizeof stage->url, "%s", url);
    *response_out = (struct transport_response){
        .status = stage->next.status,
        .body = arena_copy(arena, stage->next.body, stage->next.body_size),
        .body_size = stage->next.body_size,
        .retry_after_s = stage->next.retry_after_s,
        .sent_size = body_size,
        .received_size = stage->next.body_size,
    };
    return stage->next.err;
}

static void put(struct stage *stage, const char *folder, const char *name, const char *text)
{
    EXPECT_OK(os_file_replace(os_path(&stage->arena, folder, name), text, strlen(text)));
}

static void answer_with(struct stage *stage, int32_t status, const uint8_t *body, size_t size)
{
    stage->next = (struct scripted){.status = status, .body_size = size};
    memcpy(stage->next.body, body, size);
}

static const uint8_t ANSWER[] = {ENVELOPE_FORMAT << 4 | ENVELOPE_answer, 1, 2, 3, 4};

static void good(struct stage *stage)
{
    answer_with(stage, 200, ANSWER, sizeof ANSWER);
}

static struct stage *stage_open(void)
{
    struct stage *stage = calloc(1, sizeof *stage);
    arena_init(&stage->arena, 0);
    arena_init(&stage->task, 0);
    snprintf(stage->folder, sizeof stage->folder, "/tmp/doorstep-agent-XXXXXX");
    EXPECT(mkdtemp(stage->folder) != NULL);
    stage->spool = os_path(&stage->arena, stage->folder, LAYOUT_SPOOL);
    stage->out = os_path(&stage->arena, stage->spool, LAYOUT_OUT);
    stage->in = os_path(&stage->arena, stage->spool, LAYOUT_IN);
    EXPECT_OK(os_folder_make(stage->out));
    EXPECT_OK(os_folder_make(stage->in));
    stage->rng = test_rng_make(&stage->rng_state, 1);
    stage->clock = (struct clock){.read = read_clock, .context = stage};
    struct transport transport = {.post = post, .context = stage};
    agent_init(&stage->agent, stage->spool, &stage->clock, &stage->rng, &transport);
    put(stage, stage->spool, LAYOUT_CONF, "url=http://hq.example:8080/\nhq=0011223344556677\n");
    good(stage);
    return stage;
}

static void remove_folder(struct stage *stage, const char *folder)
{
    const char **names = NULL;
    size_t count = 0;
    EXPECT_OK(os_folder_list(&stage->arena, folder, &names, &count));
    for (size_t i = 0; i < count; i++) {
        const char *path = os_path(&stage->arena, folder, names[i]);
        if (unlink(path) != 0) {
            remove_folder(stage, path);
        }
    }
    (void)rmdir(folder);
}

static void stage_close(struct stage *stage)
{
    remove_folder(stage, stage->folder);
    arena_deinit(&stage->arena);
    arena_deinit(&stage->task);
    free(stage);
}

static enum agent_step step(struct stage *stage)
{
    enum agent_step step_done;
    int64_t wait_ms = 0;
    EXPECT_OK(agent_step(&stage->agent, &stage->task, &step_done, &wait_ms));
    EXPECT(wait_ms >= 0 && wait_ms <= PUMP_LOOK_MS);
    EXPECT((step_done == AGENT_STEP_idle) == (wait_ms > 0));
    return step_done;
}

static bool exists(struct stage *stage, const char *folder, const char *name)
{
    return os_file_exists(os_path(&stage->arena, folder, name));
}

TEST(test_envelopes_are_carried_in_order_and_stay)
{
    struct stage *stage = stage_open();
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    put(stage, stage->out, "00000000000000000010-000000000000000b.env", "second");
    put(stage, stage->out, "00000000000000000002-000000000000000c.env", "first");
    put(stage, stage->out, "note.txt", "not an envelope");
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_TEXT("first", stage->posted);
    EXPECT_TEXT("http://hq.example:8080/v1/envelope", stage->url);
    EXPECT(exists(stage, stage->in, "00000000000000000002-000000000000000c.ans"));
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_TEXT("second", stage->posted);
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    EXPECT_INT(2, stage->post_count);
    EXPECT(exists(stage, stage->out, "00000000000000000002-000000000000000c.env"));
    EXPECT(exists(stage, stage->out, "00000000000000000010-000000000000000b.env"));
    struct str text;
    struct status status;
    EXPECT_OK(os_file_read(&stage->arena, os_path(&stage->arena, stage->spool, LAYOUT_STATUS), 4096,
                           &text));
    status_from_text(&status, text);
    EXPECT_INT(2, status.posted);
    EXPECT_INT(2, status.delivered);
    EXPECT_INT(OK, status.last_error);
    EXPECT_INT(11, status.sent_bytes);
    EXPECT_INT(0, status.next_try_at_ms);
    stage_close(stage);
}

/* What the network may do, and what becomes of it. */
TEST(test_failures_wait_and_lose_nothing)
{
    static const struct {
        const char *row;
        struct scripted next;
        enum err err;
        bool is_told; /* the app gets the refusal */
    } rows[] = {
        {"offline", {.err = ERR_offline}, ERR_offline, false},
        {"timed out", {.err = ERR_timed_out}, ERR_timed_out, false},
        {"too long", {.err = ERR_too_long}, ERR_too_long, false},
        {"overloaded", {.status = 503, .body = {0x15, 18}, .body_size = 2}, ERR_overloaded, false},
        {"overloaded, no body", {.status = 429}, ERR_overloaded, false},
        {"failed", {.status = 500, .body = {0x15, 19}, .body_size = 2}, ERR_refused, false},
        {"refused", {.status = 400, .body = {0x15, 7}, .body_size = 2}, ERR_refused, true},
        {"revoked", {.status = 403, .body = {0x15, 17}, .body_size = 2}, ERR_refused, true},
        {"refused with 200", {.status = 200, .body = {0x15, 7}, .body_size = 2}, ERR_refused, true},
        {"moved", {.status = 302, .body = {0x13, 1, 2, 3}, .body_size = 4}, ERR_refused, false},
        {"a page of a hotel",
         {.status = 200, .body = "<html>", .body_size = 6},
         ERR_refused,
         false},
        {"a batch", {.status = 200, .body = {0x11, 1, 2, 3}, .body_size = 4}, ERR_refused, false},
        {"nothing", {.status = 200}, ERR_refused, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stage *stage = stage_open();
        put(stage, stage->out, "00000000000000000001-000000000000000a.env", "fact");
        stage->next = rows[i].next;
        EXPECT_ROW(rows[i].row, step(stage) == AGENT_STEP_failed);
        EXPECT_ROW(rows[i].row, stage->agent.status.last_error == rows[i].err);
        EXPECT_ROW(rows[i].row,
                   exists(stage, stage->in, "00000000000000000001-000000000000000a.ans") ==
                       rows[i].is_told);
        EXPECT_ROW(rows[i].row,
                   exists(stage, stage->out, "00000000000000000001-000000000000000a.env"));
        EXPECT_ROW(rows[i].row, step(stage) == AGENT_STEP_idle);
        EXPECT_ROW(rows[i].row, stage->post_count == 1);
        /* The app took notice of the refusal; the network comes back. */
        EXPECT_OK(os_file_remove(
            os_path(&stage->arena, stage->in, "00000000000000000001-000000000000000a.ans")));
        good(stage);
        stage->now_ms += PUMP_BACKOFF_FIRST_MS;
        EXPECT_ROW(rows[i].row, step(stage) == AGENT_STEP_delivered);
        EXPECT_ROW(rows[i].row, stage->agent.pump.failures == 0);
        stage_close(stage);
    }
}

TEST(test_retry_after_is_honoured_and_waking_ends_it)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, "00000000000000000001-000000000000000a.env", "fact");
    stage->next = (struct scripted){.status = 503, .retry_after_s = 60};
    EXPECT_INT(AGENT_STEP_failed, step(stage));
    good(stage);
    stage->now_ms += 59000;
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    put(stage, stage->spool, LAYOUT_WAKE, "");
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT(!exists(stage, stage->spool, LAYOUT_WAKE));
    stage_close(stage);
}

/* The app found the answer damaged and threw it away: the envelope goes again, but
 * not in a circle at the speed of the network. */
TEST(test_an_answer_thrown_away_is_fetched_again_later)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, "00000000000000000001-000000000000000a.env", "fact");
    for (int i = 0; i < 3; i++) {
        EXPECT_INT(AGENT_STEP_delivered, step(stage));
        EXPECT_OK(os_file_remove(
            os_path(&stage->arena, stage->in, "00000000000000000001-000000000000000a.ans")));
        stage->now_ms += i == 0 ? 0 : PUMP_BACKOFF_MAX_MS;
    }
    EXPECT_INT(3, stage->post_count);
    stage->now_ms -= PUMP_BACKOFF_MAX_MS;
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    stage_close(stage);
}

TEST(test_without_headquarters_or_folder_the_agent_waits)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, "00000000000000000001-000000000000000a.env", "fact");
    EXPECT_OK(os_file_remove(os_path(&stage->arena, stage->spool, LAYOUT_CONF)));
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    put(stage, stage->spool, LAYOUT_CONF, "hq=1\nurl=\n");
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    EXPECT_INT(0, stage->post_count);
    stage->agent.spool = "/tmp/doorstep-no-such-folder";
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    stage_close(stage);
}

/* ---- a headquarters that demands certificates ---- */

static void put_private(struct stage *stage, const char *name, unsigned mode)
{
    put(stage, stage->spool, name, "PEM");
    EXPECT_INT(0, chmod(os_path(&stage->arena, stage->spool, name), mode));
}

TEST(test_a_certificate_whose_key_others_can_read_is_not_used)
{
    static const struct {
        const char *row;
        bool has_certificate, has_key;
        unsigned mode;
        bool is_posted;
    } rows[] = {
        {"none", false, false, 0, true},
        {"a key alone is nobody's", false, true, 0600, true},
        {"a certificate alone", true, false, 0, false},
        {"its key for others", true, true, 0644, false},
        {"its key for a group", true, true, 0640, false},
        {"its key for the tablet", true, true, 0600, true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stage *stage = stage_open();
        put(stage, stage->out, "00000000000000000001-000000000000000a.env", "fact");
        if (rows[i].has_certificate) {
            put_private(stage, LAYOUT_CERTIFICATE, 0644);
        }
        if (rows[i].has_key) {
            put_private(stage, LAYOUT_CERTIFICATE_KEY, rows[i].mode);
        }
        enum agent_step done = step(stage);
        EXPECT_ROW(rows[i].row, (done == AGENT_STEP_delivered) == rows[i].is_posted);
        EXPECT_ROW(rows[i].row, (stage->post_count == 1) == rows[i].is_posted);
        enum err err = rows[i].is_posted ? OK : ERR_not_allowed;
        EXPECT_ROW(rows[i].row, stage->agent.status.last_error == err);
        EXPECT_ROW(rows[i].row,
                   exists(stage, stage->out, "00000000000000000001-000000000000000a.env"));
        stage_close(stage);
    }
}

/* It passes when somebody gives the tablet another certificate: nothing is put before the app,
 * nothing is lost, and the envelope goes again. */
TEST(test_a_certificate_that_is_refused_holds_envelopes_back_and_no_more)
{
    static const uint8_t codes[] = {WIRE_no_certificate, WIRE_ended_certificate,
                                    WIRE_other_certificate};
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct stage *stage = stage_open();
        uint8_t refusal[ENVELOPE_REFUSAL_SIZE];
        put(stage, stage->out, "00000000000000000001-000000000000000a.env", "fact");
        envelope_refuse(refusal, (enum wire)codes[i]);
        answer_with(stage, 200, refusal, sizeof refusal);
        EXPECT_INT(AGENT_STEP_failed, step(stage));
        EXPECT_INT(codes[i], stage->agent.status.refusal);
        EXPECT(!exists(stage, stage->in, "00000000000000000001-000000000000000a.ans"));
        good(stage);
        stage->now_ms += PUMP_BACKOFF_MAX_MS;
        EXPECT_INT(AGENT_STEP_delivered, step(stage));
        EXPECT_INT(0, stage->agent.status.refusal);
        stage_close(stage);
    }
}

/* ---- what goes first ---- */

static const char ALARM[] = "0-00000000000000000044-0000000000000001.env";
static const char JOIN[] = "1-00000000000000000007-0000000000000002.env";
static const char OLD_TEXT[] = "00000000000000000041-0000000000000003.env";
static const char TEXT[] = "2-00000000000000000042-0000000000000004.env";
static const char PHOTO[] = "3-00000000000000000001-0000000000000005.env";
static const char PHOTO_2[] = "3-00000000000000000002-0000000000000006.env";

TEST(test_alarm_before_text_before_photos_whatever_the_order_of_making)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, PHOTO, "photo");
    put(stage, stage->out, TEXT, "text");
    put(stage, stage->out, OLD_TEXT, "old text");
    put(stage, stage->out, JOIN, "join");
    put(stage, stage->out, ALARM, "alarm");
    static const char *const order[] = {"alarm", "join", "old text", "text", "photo"};
    for (size_t i = 0; i < COUNT(order); i++) {
        EXPECT_ROW(order[i], step(stage) == AGENT_STEP_delivered);
        EXPECT_TEXT(order[i], stage->posted);
    }
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    stage_close(stage);
}

static bool yes(void *context)
{
    (void)context;
    return true;
}

TEST(test_photos_go_where_they_may)
{
    static const struct {
        const char *row, *conf;
        bool is_metered, goes;
    } rows[] = {
        {"nothing said", "", false, true},
        {"nothing said, metered", "", true, false},
        {"wifi", "photos=wifi\n", false, true},
        {"wifi, metered", "photos=wifi\n", true, false},
        {"always, metered", "photos=always\n", true, true},
        {"off", "photos=off\n", false, false},
        {"nonsense, metered", "photos=perhaps\n", true, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct stage *stage = stage_open();
        const char *conf = str_format(&stage->arena, "url=http://hq.example\n%s", rows[i].conf);
        put(stage, stage->spool, LAYOUT_CONF, conf);
        stage->agent.is_metered = rows[i].is_metered ? yes : NULL;
        put(stage, stage->out, PHOTO, "photo");
        put(stage, stage->out, TEXT, "text");
        EXPECT_ROW(rows[i].row, step(stage) == AGENT_STEP_delivered);
        EXPECT_TEXT("text", stage->posted); /* text goes in every case */
        EXPECT_ROW(rows[i].row, (step(stage) == AGENT_STEP_delivered) == rows[i].goes);
        struct str text;
        struct status status;
        EXPECT_OK(os_file_read(&stage->arena, os_path(&stage->arena, stage->spool, LAYOUT_STATUS),
                               4096, &text));
        status_from_text(&status, text);
        EXPECT_ROW(rows[i].row, status.photos_held == (rows[i].goes ? 0 : 1));
        stage_close(stage);
    }
}

/* Headquarters refuses one envelope for ever: the others still arrive. */
TEST(test_a_refused_envelope_does_not_block_the_others)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, ALARM, "alarm");
    put(stage, stage->out, TEXT, "text");
    put(stage, stage->out, PHOTO, "photo");
    answer_with(stage, 400, (const uint8_t[]){0x15, 5}, 2);
    EXPECT_INT(AGENT_STEP_failed, step(stage));
    EXPECT_TEXT("alarm", stage->posted);
    /* The app took notice, the envelope stays. */
    EXPECT_OK(os_file_remove(
        os_path(&stage->arena, stage->in, "0-00000000000000000044-0000000000000001.ans")));
    good(stage);
    stage->now_ms += PUMP_BACKOFF_FIRST_MS;
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_TEXT("text", stage->posted);
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_TEXT("alarm", stage->posted); /* and not a photo before it */
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_TEXT("photo", stage->posted);
    stage_close(stage);
}

/* As the app does it: the answers are taken, the envelopes stay. */
static void take_answers(struct stage *stage)
{
    const char **names = NULL;
    size_t count = 0;
    EXPECT_OK(os_folder_list(&stage->arena, stage->in, &names, &count));
    for (size_t i = 0; i < count; i++) {
        EXPECT_OK(os_file_remove(os_path(&stage->arena, stage->in, names[i])));
    }
}

/* Posts `count` times, each time after the longest waiting; true: `text` was among it. */
static bool is_posted(struct stage *stage, size_t count, const char *text)
{
    bool is_there = false;
    for (size_t i = 0; i < count; i++) {
        stage->now_ms += PUMP_BACKOFF_MAX_MS;
        (void)step(stage);
        is_there = is_there || strcmp(stage->posted, text) == 0;
        take_answers(stage);
    }
    return is_there;
}

static const char ALARM_NEXT[] = "0-00000000000000000045-0000000000000002.env";

/* A headquarters that forgot the tablet refuses every alarm; the introduction, which would
 * help, waits behind them. */
TEST(test_many_refused_envelopes_do_not_block_the_others)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, ALARM, "alarm");
    put(stage, stage->out, ALARM_NEXT, "alarm next");
    put(stage, stage->out, JOIN, "join");
    put(stage, stage->out, TEXT, "text");
    answer_with(stage, 400, (const uint8_t[]){0x15, 14}, 2);
    EXPECT(is_posted(stage, 3, "join"));
    EXPECT(is_posted(stage, 1, "text"));
    /* All were refused once: none is forgotten. */
    EXPECT(is_posted(stage, 1, "alarm"));
    EXPECT(is_posted(stage, 1, "alarm next"));
    stage_close(stage);
}

/* A refused alarm that the app seals anew is the same alarm: it does not get before the
 * introduction by its new name. */
TEST(test_what_was_refused_and_is_sealed_anew_lets_the_others_go)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, ALARM, "alarm");
    put(stage, stage->out, JOIN, "join");
    answer_with(stage, 400, (const uint8_t[]){0x15, 10}, 2);
    EXPECT(is_posted(stage, 1, "alarm"));
    EXPECT_OK(os_file_remove(os_path(&stage->arena, stage->out, ALARM)));
    put(stage, stage->out, "0-00000000000000000044-00000000000000ff.env", "alarm");
    EXPECT(is_posted(stage, 1, "join"));
    EXPECT(is_posted(stage, 1, "alarm"));
    stage_close(stage);
}

/* Answers that cannot be read: the envelopes stay, the facts behind them go all the same,
 * and it does not go round at the speed of the network. */
TEST(test_answers_thrown_away_do_not_block_the_others)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, ALARM, "alarm");
    put(stage, stage->out, ALARM_NEXT, "alarm next");
    put(stage, stage->out, TEXT, "text");
    EXPECT(is_posted(stage, 5, "text"));
    size_t post_count = stage->post_count;
    for (int i = 0; i < 100; i++) {
        (void)step(stage);
        take_answers(stage);
    }
    EXPECT(stage->post_count <= post_count + 1);
    stage_close(stage);
}

/* A busy headquarters sends photos away for minutes, and takes text. */
TEST(test_text_does_not_wait_because_a_photo_was_sent_away)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, PHOTO, "photo");
    answer_with(stage, 503, (const uint8_t[]){0x15, WIRE_overloaded}, 2);
    stage->next.retry_after_s = 300;
    EXPECT_INT(AGENT_STEP_failed, step(stage));
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    put(stage, stage->out, TEXT, "text");
    EXPECT_INT(AGENT_STEP_failed, step(stage)); /* at once, and once */
    EXPECT_TEXT("text", stage->posted);
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    stage->now_ms += INT64_C(1000) * 1000;
    good(stage);
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_TEXT("text", stage->posted);
    stage_close(stage);
}

TEST(test_an_alarm_waits_for_no_back_off)
{
    struct stage *stage = stage_open();
    put(stage, stage->out, TEXT, "text");
    stage->next = (struct scripted){.err = ERR_offline};
    for (int i = 0; i < 12; i++) {
        EXPECT_INT(AGENT_STEP_failed, step(stage));
        stage->now_ms += PUMP_BACKOFF_MAX_MS;
    }
    EXPECT_INT(AGENT_STEP_failed, step(stage));
    EXPECT_INT(AGENT_STEP_idle, step(stage));
    put(stage, stage->out, ALARM, "alarm");
    EXPECT_INT(AGENT_STEP_failed, step(stage)); /* at once */
    EXPECT_TEXT("alarm", stage->posted);
    for (int i = 0; i < 12; i++) {
        stage->now_ms += PUMP_HURRY_MS;
        EXPECT_INT(AGENT_STEP_failed, step(stage)); /* and again soon, however often it failed */
        EXPECT_INT(AGENT_STEP_idle, step(stage));
    }
    good(stage);
    stage->now_ms += PUMP_HURRY_MS;
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    stage_close(stage);
}

TEST(test_the_rate_is_measured_where_bytes_matter)
{
    struct stage *stage = stage_open();
    char *large = arena_alloc(&stage->arena, 16001);
    memset(large, 'x', 16000);
    large[16000] = '\0';
    put(stage, stage->out, TEXT, "text");
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_INT(0, stage->agent.status.rate_bytes_s); /* a few bytes measure the way only */
    put(stage, stage->out, PHOTO, large);
    stage->post_ms = 2000;
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT_INT((16000 + sizeof ANSWER) / 2, stage->agent.status.rate_bytes_s);
    put(stage, stage->out, PHOTO_2, large);
    stage->post_ms = 4000;
    EXPECT_INT(AGENT_STEP_delivered, step(stage));
    EXPECT(stage->agent.status.rate_bytes_s > 5900 && stage->agent.status.rate_bytes_s < 6100);
    stage_close(stage);
}
