/* Goal: whatever becomes of one call to headquarters, at whichever place of the whole
 * conversation of a tablet (joining, pages, visits, an alarm, a photo, a recall), both ends
 * come to the same in the end as if nothing had happened.
 *
 * Method: the real app side, agent and headquarters; only the network is the test's. Call n
 * has outcome o, for every n and o. */
#include "core/domain/catalog.h"
#include "core/os/os.h"
#include "sync/client/agent.h"
#include "sync/proto/enrol.h"
#include "sync/proto/envelope.h"
#include "sync/server/api/api.h"
#include "sync/server/store/ingest.h"
#include "sync/spool/spool.h"
#include "tests/lib/effort.h"
#include "tests/lib/tablet.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CASES = 3, PHOTO_SIZE = 70000, TURNS_MAX = 400, HOUR_MS = 3600000 };

/* What becomes of a call. */
enum call_end {
    CALL_END_goes_well,
    CALL_END_offline,        /* nothing arrives */
    CALL_END_answer_lost,    /* it arrives, and the line goes before the answer */
    CALL_END_not_http,       /* somebody else answers */
    CALL_END_too_long,       /* it arrives, and the answer is cut off as too long */
    CALL_END_garbage,        /* bytes that look like an answer */
    CALL_END_half,           /* half an answer */
    CALL_END_empty,          /* 200 and nothing */
    CALL_END_page,           /* a page of a captive portal */
    CALL_END_busy,           /* 503 with Retry-After, before it was looked at */
    CALL_END_other_answer,   /* the answer to the call before */
    CALL_END_twice,          /* it arrives twice; the second answer comes back */
    CALL_END_altered,        /* a byte changed on the way up */
    CALL_END_altered_down,   /* … or on the way down */
    CALL_END_forged_refusal, /* "I do not know you", in clear, by anybody */
    CALL_END_COUNT,
};

static const char *const end_words[CALL_END_COUNT] = {
    "goes well",        "is offline",
    "loses its answer", "meets no HTTP",
    "answers too long", "garbage",
    "half an answer",   "nothing",
    "a page",           "is told to wait",
    "another's answer", "arrives twice",
    "arrives altered",  "comes back altered",
    "a forged refusal",
};

struct talk {
    struct arena arena; /* of the whole conversation */
    struct arena kept;  /* answer_before: the agent gives back what it allocated */
    char folder[64];    /* of headquarters and of the spool */
    struct tablet tablet;
    struct spool spool;
    struct agent agent;
    struct hq_store *store;
    struct api *api;
    struct envelope_keys keys;
    struct test_rng hq_rng_state;
    struct rng hq_rng;
    /* The disturbance. */
    uint64_t call_count, disturbed_call;
    enum call_end end;
    struct wire_bytes answer_before;
};

/* ---- the network ---- */

static struct wire_bytes altered(struct arena *arena, struct wire_bytes bytes)
{
    uint8_t *copy = arena_copy(arena, bytes.bytes, bytes.size);
    copy[bytes.size / 2] ^= 0x10;
    return (struct wire_bytes){copy, bytes.size};
}

static enum err answered(struct arena *arena, struct wire_bytes bytes, int32_t status,
                         struct transport_response *response)
{
    response->status = status;
    response->body = arena_copy(arena, bytes.bytes, bytes.size);
    response->body_size = bytes.size;
    return OK;
}

static enum err disturbed(struct talk *talk, struct arena *arena, struct wire_bytes envelope,
                          struct transport_response *response)
{
    static const uint8_t noise[300] = {ENVELOPE_FORMAT << 4 | ENVELOPE_answer, 1, 2, 3};
    static const char portal[] = "<html>please pay for the wireless network</html>";
    uint8_t refusal[ENVELOPE_REFUSAL_SIZE];
    struct wire_bytes answer;
    switch (talk->end) {
    case CALL_END_offline:
        return ERR_offline;
    case CALL_END_answer_lost:
        (void)api_envelope(talk->api, &talk->arena, envelope);
        return ERR_timed_out;
    case CALL_END_not_http:
        return ERR_refused;
    case CALL_END_too_long:
        (void)api_envelope(talk->api, &talk->arena, envelope);
        return ERR_too_long;
    case CALL_END_garbage:
        return answered(arena, (struct wire_bytes){noise, sizeof noise}, 200, response);
    case CALL_END_half:
        answer = api_envelope(talk->api, &talk->arena, envelope);
        answer.size /= 2;
        return answered(arena, answer, 200, response);
    case CALL_END_empty:
        return answered(arena, (struct wire_bytes){noise, 0}, 200, response);
    case CALL_END_page:
        answer = (struct wire_bytes){(const uint8_t *)portal, sizeof portal - 1};
        return answered(arena, answer, 200, response);
    case CALL_END_busy:
        envelope_refuse(refusal, WIRE_overloaded);
        response->retry_after_s = 30;
        return answered(arena, (struct wire_bytes){refusal, sizeof refusal}, 503, response);
    case CALL_END_other_answer:
        (void)api_envelope(talk->api, &talk->arena, envelope);
        return talk->answer_before.size == 0 ? ERR_timed_out
                                             : answered(arena, talk->answer_before, 200, response);
    case CALL_END_twice:
        (void)api_envelope(talk->api, &talk->arena, envelope);
        return answered(arena, api_envelope(talk->api, &talk->arena, envelope), 200, response);
    case CALL_END_altered:
        answer = api_envelope(talk->api, &talk->arena, altered(&talk->arena, envelope));
        return answered(arena, answer, 200, response);
    case CALL_END_altered_down:
        answer = api_envelope(talk->api, &talk->arena, envelope);
        return answered(arena, altered(&talk->arena, answer), 200, response);
    case CALL_END_forged_refusal:
        envelope_refuse(refusal, WIRE_unknown_device);
        return answered(arena, (struct wire_bytes){refusal, sizeof refusal}, 200, response);
    case CALL_END_goes_well:
    case CALL_END_COUNT:
        break;
    }
    UNREACHABLE();
}

static enum err post(void *context, struct arena *arena, const char *url, const void *body,
                     size_t body_size, struct transport_response *response_out)
{
    struct talk *talk = context;
    EXPECT_TEXT("http://127.0.0.1:1" LAYOUT_ENDPOINT, url);
    *response_out = (struct transport_response){0};
    talk->call_count++;
    struct wire_bytes envelope = {body, body_size};
    if (talk->call_count == talk->disturbed_call) {
        return disturbed(talk, arena, envelope, response_out);
    }
    struct wire_bytes answer = api_envelope(talk->api, &talk->arena, envelope);
    arena_reset(&talk->kept);
    talk->answer_before = (struct wire_bytes){
        arena_copy(&talk->kept, answer.bytes, answer.size),
        answer.size,
    };
    return answered(arena, answer, 200, response_out);
}

/* ---- headquarters ---- */

static void own_fact(struct talk *talk, const ds_Event *event)
{
    EXPECT_OK(hq_begin(talk->store));
    EXPECT_OK(
        ingest_own_one(&talk->arena, talk->store, event, clock_now_ms(&talk->tablet.clock), NULL));
    EXPECT_OK(hq_commit(talk->store));
}

static void hq_fill(struct talk *talk)
{
    int64_t now_ms = clock_now_ms(&talk->tablet.clock);
    EXPECT_OK(hq_begin(talk->store));
    struct hq_query person = hq_query(talk->store, SQL_HQ_person_put);
    hq_bind_i64(&person, "$person_no", TABLET_PERSON_NO);
    hq_bind_text(&person, "$code", STR("C012"));
    hq_bind_text(&person, "$name", STR("赵敏"));
    hq_bind_i64(&person, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&person, "$team_no", 0);
    hq_bind_i64(&person, "$is_active", 1);
    hq_bind_text(&person, "$areas", STR(""));
    hq_bind_i64(&person, "$capacity", 0);
    EXPECT_OK(hq_run(&person));
    struct chain_link hash = api_code_hash(STR("ONE"));
    struct hq_query code = hq_query(talk->store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&code, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&code, "$person_no", TABLET_PERSON_NO);
    hq_bind_i64(&code, "$made_at_ms", now_ms);
    hq_bind_i64(&code, "$expires_at_ms", now_ms + 24 * (int64_t)HOUR_MS);
    EXPECT_OK(hq_run(&code));
    struct ingest *ingest = ingest_start(&talk->arena, talk->store, now_ms);
    for (uint64_t i = 1; i <= CASES; i++) {
        ds_CaseRecord record;
        tablet_record(&record, i);
        record.case_no = 0;
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assigned = {.at_ms = (uint64_t)now_ms, .case_no = record.case_no};
        assigned.which_kind = ds_Event_case_assigned_tag;
        assigned.kind.case_assigned.owner_no = TABLET_PERSON_NO;
        assigned.kind.case_assigned.lease_epoch = 1;
        EXPECT_OK(ingest_own(ingest, &assigned, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(talk->store));
}

static void hq_start(struct talk *talk)
{
    talk->hq_rng = test_rng_make(&talk->hq_rng_state, 99);
    EXPECT_OK(api_keys(&talk->arena, talk->folder, true, &talk->hq_rng, &talk->keys));
    EXPECT_OK(hq_store_open(&talk->store, talk->folder, HQ_ACCESS_write, true));
    hq_fill(talk);
    const struct api_options options = {
        .folder = talk->folder,
        .store = talk->store,
        .keys = &talk->keys,
        .clock = &talk->tablet.clock,
        .rng = &talk->hq_rng,
        .is_single_thread = true,
    };
    EXPECT_OK(api_start(&options, &talk->api));
}

/* ---- both together ---- */

static void talk_open(struct talk *talk, uint64_t disturbed_call, enum call_end end)
{
    memset(talk, 0, sizeof *talk);
    arena_init(&talk->arena, 0);
    arena_init(&talk->kept, 0);
    /* In memory where there is such a place: nothing here is about real flushes. */
    bool has_memory = access("/dev/shm", W_OK) == 0;
    snprintf(talk->folder, sizeof talk->folder, "%s/doorstep-test-XXXXXX",
             has_memory ? "/dev/shm" : "/tmp");
    EXPECT(mkdtemp(talk->folder) != NULL);
    tablet_open_bare(&talk->tablet);
    hq_start(talk);
    EXPECT_OK(spool_open(&talk->spool, &talk->arena, &talk->tablet.journey, talk->folder));
    const struct transport transport = {.post = post, .context = talk};
    agent_init(&talk->agent, talk->spool.folder, &talk->tablet.clock, &talk->tablet.rng,
               &transport);
    talk->disturbed_call = disturbed_call;
    talk->end = end;
}

static void talk_close(struct talk *talk)
{
    api_stop(talk->api);
    hq_store_close(talk->store);
    tablet_close(&talk->tablet);
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", talk->folder);
    EXPECT_INT(0, system(command));
    arena_deinit(&talk->kept);
    arena_deinit(&talk->arena);
}

/* Until nothing waits any more: the app applies, seals and asks; the agent posts. */
static void settle(struct talk *talk, const char *row)
{
    bool wants_ticket = true;
    int ticket_count = 0;
    for (int turn = 0; turn < TURNS_MAX; turn++) {
        struct spool_sealed sealed;
        EXPECT_ROW(row, spool_seal(&talk->spool, wants_ticket, &sealed) == OK);
        ticket_count += sealed.has_ticket;
        enum agent_step step;
        int64_t wait_ms = 0;
        EXPECT_ROW(row, agent_step(&talk->agent, &talk->arena, &step, &wait_ms) == OK);
        struct spool_applied applied;
        EXPECT_ROW(row, spool_apply(&talk->spool, &applied) == OK);
        size_t waiting_count = 0;
        EXPECT_ROW(row, spool_waiting(&talk->spool, &waiting_count) == OK);
        struct store_attachment *photos = NULL;
        size_t photo_count = 0;
        EXPECT_OK(store_attachment_list(talk->tablet.store, &talk->arena, &photos, &photo_count));
        bool is_whole = true;
        for (size_t i = 0; i < photo_count; i++) {
            is_whole = is_whole && photos[i].state == ATTACHMENT_held;
        }
        if (waiting_count == 0 && step == AGENT_STEP_idle && is_whole) {
            return;
        }
        /* The app asks from time to time; twice here, after joining and after sending. */
        wants_ticket = waiting_count == 0 && (ticket_count < 2 || !is_whole);
        sim_clock_pass(&talk->tablet.sim, wait_ms > 0 ? wait_ms : 10);
    }
    fail_msg("row %s: never came to rest", row);
}

static void at_hour(struct talk *talk, int hour)
{
    int64_t wall_ms = tablet_start_ms() + hour * (int64_t)HOUR_MS / 2;
    int64_t passed_ms = wall_ms - talk->tablet.sim.now.wall_ms;
    EXPECT(passed_ms >= 0);
    sim_clock_pass(&talk->tablet.sim, passed_ms);
}

static void work(struct talk *talk)
{
    struct journey *journey = &talk->tablet.journey;
    struct capture capture;
    struct open_day day;
    EXPECT_OK(journey_open_day(journey, &day));
    tablet_start_visit(&talk->tablet, 1);
    tablet_draft_promise(&talk->tablet, 500000);
    EXPECT_OK(journey_finish_visit(journey, &capture));
    EXPECT(capture.is_done);
    ds_SafetyIncident incident = {.incident = SAFETY_KIND_dog, .severity = 3};
    EXPECT_OK(journey_raise_safety(journey, 2, &incident, &capture));
    EXPECT(capture.is_done);
    char *photo = arena_alloc(&talk->arena, PHOTO_SIZE);
    for (size_t i = 0; i < PHOTO_SIZE; i++) {
        photo[i] = (char)(i * 31 % 251);
    }
    EXPECT_OK(journey_attach(journey, 1, EVIDENCE_KIND_door, MEDIA_TYPE_jpeg,
                             (struct str){photo, PHOTO_SIZE}, "", &capture));
    EXPECT(capture.is_done);
}

static void recall(struct talk *talk, uint64_t case_no)
{
    ds_Event event = {.at_ms = (uint64_t)clock_now_ms(&talk->tablet.clock), .case_no = case_no};
    event.which_kind = ds_Event_case_recalled_tag;
    event.kind.case_recalled.reason = 1;
    own_fact(talk, &event);
}

/* ---- what both hold in the end ---- */

static void dump_facts(struct str_builder *text, struct hq_query *facts)
{
    while (hq_next(facts)) {
        char id_text[ID_TEXT_SIZE];
        struct id id = hq_id(facts, 3);
        id_to_text(id_text, &id);
        str_add_format(text, "hq %lld %lld %lld %s\n", (long long)hq_i64(facts, 0),
                       (long long)hq_i64(facts, 1), (long long)hq_i64(facts, 2), id_text);
    }
    EXPECT_OK(hq_end(facts));
}

static void dump_hq(struct talk *talk, struct str_builder *text)
{
    for (uint64_t case_no = 1; case_no <= CASES; case_no++) {
        struct hq_query facts = hq_query(talk->store, SQL_HQ_event_of_case);
        hq_bind_i64(&facts, "$case_no", (int64_t)case_no);
        dump_facts(text, &facts);
    }
    struct hq_query facts = hq_query(talk->store, SQL_HQ_event_without_case);
    dump_facts(text, &facts);
}

/* An answer that could not be read is kept and shown; all else must be the same. */
static void empty_quarantine(struct talk *talk)
{
    struct store_quarantined *items = NULL;
    size_t count = 0;
    EXPECT_OK(store_quarantine_list(talk->tablet.store, &talk->arena, &items, &count));
    for (size_t i = 0; i < count; i++) {
        EXPECT_OK(store_quarantine_remove(talk->tablet.store, items[i].name));
    }
}

/* The tablet as text, but for the moment at which headquarters heard the alarm: it may be
 * later when calls fail. */
static void add_dump(struct talk *talk, struct str_builder *text)
{
    struct str dump = str_from(tablet_dump(&talk->tablet));
    struct str line;
    while (str_split(&dump, '\n', &line)) {
        size_t size = line.size;
        for (size_t i = 0; strncmp(line.bytes, "alarm ", 6) == 0 && i < line.size; i++) {
            size = line.bytes[i] == 'a' && i > 6 ? i : size; /* "at ..." */
        }
        str_add(text, (struct str){line.bytes, size});
        str_add_char(text, '\n');
    }
}

/* When the tablet cleared the recalled case depends on which call told it so, and with it the id
 * of the fact that says so: that it does is the same, wherever its id stands. */
static const char *without_clearing(struct talk *talk, struct str text)
{
    char id[ID_TEXT_SIZE] = "";
    struct str rest = text;
    struct str line;
    while (str_split(&rest, '\n', &line)) {
        if (str_contains(line, STR(" case_cleared case "))) {
            (void)sscanf(line.bytes, "fact %*u %32s", id);
        }
    }
    struct str_builder kept;
    str_builder_init(&kept, &talk->arena);
    size_t count = 0; /* rows are in the order of their ids */
    while (str_split(&text, '\n', &line)) {
        if (id[0] != '\0' && str_contains(line, str_from(id))) {
            count++;
            continue;
        }
        str_add(&kept, line);
        str_add_char(&kept, '\n');
    }
    str_add_format(&kept, "cleared: %zu lines\n", count);
    return kept.text;
}

static const char *whole(struct talk *talk, const char *row)
{
    empty_quarantine(talk);
    struct str_builder text;
    str_builder_init(&text, &talk->arena);
    add_dump(talk, &text);
    dump_hq(talk, &text);
    struct store_alarm *alarms = NULL;
    size_t count = 0;
    EXPECT_OK(store_alarm_list(talk->tablet.store, &talk->arena, false, &alarms, &count));
    EXPECT_ROW(row, count == 1 && alarms[0].state == ALARM_heard);
    uint64_t *cases = NULL;
    EXPECT_OK(store_case_numbers(talk->tablet.store, &talk->arena, false, &cases, &count));
    for (size_t i = 0; i < count; i++) {
        str_add_format(&text, "case %llu\n", (unsigned long long)cases[i]);
    }
    return without_clearing(talk, str_built(&text));
}

/* The whole conversation; how many calls it took. */
static const char *hold(struct talk *talk, const char *row)
{
    char code[ENROL_PAYLOAD_SIZE];
    struct enrol_payload payload = {.url = "http://127.0.0.1:1", .hq = talk->keys.public_key};
    snprintf(payload.code, sizeof payload.code, "ONE");
    enrol_payload_to_text(code, &payload);
    enum wire refusal;
    EXPECT_OK(spool_enrol(&talk->spool, str_from(code), &refusal));
    EXPECT_INT(WIRE_ok, refusal);
    settle(talk, row);
    EXPECT_ROW(row, talk->tablet.journey.device_no == 1);
    at_hour(talk, 1);
    work(talk);
    settle(talk, row);
    at_hour(talk, 3);
    recall(talk, 3);
    settle(talk, row);
    return whole(talk, row);
}

TEST(test_any_outcome_of_any_call_changes_nothing_in_the_end)
{
    struct talk *talk = calloc(1, sizeof *talk);
    struct talk *again = calloc(1, sizeof *again);
    talk_open(talk, 0, CALL_END_goes_well);
    const char *expected = hold(talk, "undisturbed");
    uint64_t call_count = talk->call_count;
    print_message("%llu calls\n", (unsigned long long)call_count);
    EXPECT(call_count >= 8);
    for (uint64_t n = 1; n <= call_count; n++) {
        for (int end = CALL_END_offline; end < CALL_END_COUNT; end++) {
            if (!effort_is_whole() && (n + (uint64_t)end) % 3 != 0) {
                continue;
            }
            char row[64];
            snprintf(row, sizeof row, "call %llu %s", (unsigned long long)n, end_words[end]);
            talk_open(again, n, (enum call_end)end);
            const char *found = hold(again, row);
            if (strcmp(found, expected) != 0) {
                size_t at = 0;
                while (found[at] != '\0' && found[at] == expected[at]) {
                    at++;
                }
                size_t from = at < 200 ? 0 : at - 200;
                print_message("%.400s\n---- not ----\n%.400s\n", found + from, expected + from);
            }
            EXPECT_ROW(row, strcmp(found, expected) == 0);
            EXPECT_ROW(row, again->call_count >= n);
            talk_close(again);
        }
    }
    talk_close(talk);
    free(talk);
    free(again);
}
