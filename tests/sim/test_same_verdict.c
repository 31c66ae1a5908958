/* Goal: headquarters gives the verdict that the tablet gave, through everything that lies between:
 * facts of real journeys in the tablet's database, sealed, sent, merged, folded and kept in
 * headquarters' database, and the policy with its images down the same way.
 *
 * Method: for every profile one tablet and one headquarters; at random cases, times, doors and
 * reasons the tablet is asked whether a visit may begin, and headquarters, when both hold the same.
 * What is recorded is judged once more from headquarters' facts, from the first on: the rules that
 * the fact tells are those that fire. */
#include "core/domain/catalog.h"
#include "core/rules/gate_again.h"
#include "sync/client/agent.h"
#include "sync/proto/enrol.h"
#include "sync/server/api/api.h"
#include "sync/server/report/policy_book.h"
#include "sync/spool/spool.h"
#include "tests/lib/tablet.h"
#include "tests/sync/server/command/branch_office.h"

enum { CASES = 6, TURNS_MAX = 200, MINUTE_MS = 60000 };

struct pair {
    struct arena arena; /* as long as the pair */
    struct arena post;  /* one call */
    struct office office;
    struct tablet tablet;
    struct spool spool;
    struct agent agent;
    struct hq_store *store;
    struct api *api;
    struct envelope_keys keys;
    struct policy_book *book;
    struct test_rng luck;
    uint32_t device_no;
    size_t asked, stopped, recorded;
};

static uint64_t draw(struct pair *pair, uint64_t below)
{
    uint64_t z = (pair->luck.state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

static uint32_t draw_code(struct pair *pair, enum catalog list)
{
    return (uint32_t)catalog_code_at(list, draw(pair, catalog_count(list)));
}

static int64_t now_ms(const struct pair *pair)
{
    return pair->tablet.sim.now.wall_ms;
}

/* ---- headquarters ---- */

static enum err post(void *context, struct arena *arena, const char *url, const void *body,
                     size_t body_size, struct transport_response *response_out)
{
    struct pair *pair = context;
    (void)url;
    arena_reset(&pair->post);
    struct wire_bytes answer =
        api_envelope(pair->api, &pair->post, (struct wire_bytes){body, body_size});
    *response_out = (struct transport_response){
        .status = 200,
        .body = arena_copy(arena, answer.bytes, answer.size),
        .body_size = answer.size,
    };
    return OK;
}

static void own_fact(struct pair *pair, ds_Event *event)
{
    event->at_ms = (uint64_t)now_ms(pair);
    EXPECT_OK(hq_begin(pair->store));
    EXPECT_OK(ingest_own_one(&pair->arena, pair->store, event, now_ms(pair), NULL));
    EXPECT_OK(hq_commit(pair->store));
}

/* Cases in several zones, two of them of the client with rules of its own. */
static void fill(struct pair *pair)
{
    static const char *const zones[CASES] = {"Asia/Shanghai", "America/New_York", "Europe/London",
                                             "Asia/Kolkata",  "Asia/Shanghai",    "Europe/London"};
    struct chain_link hash = api_code_hash(STR("ONE"));
    EXPECT_OK(hq_begin(pair->store));
    struct hq_query code = hq_query(pair->store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&code, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&code, "$person_no", 1);
    hq_bind_i64(&code, "$made_at_ms", now_ms(pair));
    hq_bind_i64(&code, "$expires_at_ms", now_ms(pair) + INT64_C(86400000));
    EXPECT_OK(hq_run(&code));
    struct ingest *ingest = ingest_start(&pair->arena, pair->store, now_ms(pair));
    for (uint64_t i = 1; i <= CASES; i++) {
        ds_CaseRecord record;
        tablet_record(&record, i);
        record.case_no = 0;
        snprintf(record.zone, sizeof record.zone, "%s", zones[i - 1]);
        snprintf(record.client, sizeof record.client, "%s", i > 4 ? "Bank" : "Other");
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assigned = {.at_ms = (uint64_t)now_ms(pair), .case_no = record.case_no};
        assigned.which_kind = ds_Event_case_assigned_tag;
        assigned.kind.case_assigned.owner_no = 1;
        assigned.kind.case_assigned.lease_epoch = 1;
        EXPECT_OK(ingest_own(ingest, &assigned, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(pair->store));
}

static void write_file(struct pair *pair, const char *name, const char *text)
{
    EXPECT_OK(os_file_replace(office_path(&pair->office, name), text, strlen(text)));
}

/* The policy as a person of legal sets it, with a client's layer over the profile. */
static void set_policy(struct pair *pair, const char *profile)
{
    char bank[512];
    struct office *office = &pair->office;
    snprintf(bank, sizeof bank,
             "policy 1 id=bank extends=%s layer=client client=Bank version=2026.11.2 "
             "expires=2027-02-20\nrule T01 open=10:00 close=16:00\n",
             profile);
    write_file(pair, "bank.pol", bank);
    write_file(pair, "numbers.pol", "visits_per_day = 3\n");
    EXPECT_EXIT(COMMAND_ok, office, "init");
    EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", "C1", "--name", "Collector",
                "--role", "collector");
    signed_in_renumber(office->folder);
    EXPECT_EXIT(COMMAND_ok, office, "policy", "set", "numbers.pol", "--law", profile, "--clients",
                "bank", "--packs", ".");
}

static void hq_start(struct pair *pair)
{
    const char *folder = pair->office.folder;
    EXPECT_OK(api_keys(&pair->arena, folder, false, os_rng(), &pair->keys));
    EXPECT_OK(hq_store_open(&pair->store, folder, HQ_ACCESS_write, false));
    fill(pair);
    EXPECT_OK(policy_book_now(&pair->arena, pair->store, &pair->book));
    const struct api_options options = {
        .folder = folder,
        .store = pair->store,
        .keys = &pair->keys,
        .clock = &pair->tablet.clock,
        .rng = os_rng(),
        .is_single_thread = true,
    };
    EXPECT_OK(api_start(&options, &pair->api));
}

/* ---- both together ---- */

/* Until both hold the same: the app seals and applies, the agent posts. */
static void settle(struct pair *pair)
{
    bool wants_ticket = true;
    int idle_count = 0;
    for (int turn = 0; turn < TURNS_MAX; turn++) {
        struct spool_sealed sealed;
        struct spool_applied applied;
        enum agent_step step;
        int64_t wait_ms = 0;
        size_t waiting_count = 0;
        EXPECT_OK(spool_seal(&pair->spool, wants_ticket, &sealed));
        wants_ticket = false;
        EXPECT_OK(agent_step(&pair->agent, &pair->arena, &step, &wait_ms));
        EXPECT_OK(spool_apply(&pair->spool, &applied));
        EXPECT_OK(spool_waiting(&pair->spool, &waiting_count));
        if (waiting_count == 0 && step == AGENT_STEP_idle) {
            if (++idle_count == 2) {
                return; /* asked once more after everything had gone */
            }
            wants_ticket = true;
        }
        sim_clock_pass(&pair->tablet.sim, wait_ms > 0 ? wait_ms : 10);
    }
    fail_msg("never came to rest");
}

static void pair_open(struct pair *pair, const char *profile, uint64_t seed)
{
    memset(pair, 0, sizeof *pair);
    pair->luck.state = seed;
    arena_init(&pair->arena, 0);
    arena_init(&pair->post, 0);
    tablet_open_bare(&pair->tablet);
    office_open_empty(&pair->office);
    /* In memory where there is such a place: nothing here is about real flushes. */
    if (access("/dev/shm", W_OK) == 0) {
        field_folder_remove(pair->office.folder);
        pair->office.folder = arena_text(&pair->arena, "/dev/shm/doorstep-test-XXXXXX");
        EXPECT(mkdtemp(pair->office.folder) != NULL);
    }
    pair->office.time.now_ms = now_ms(pair);
    set_policy(pair, profile);
    hq_start(pair);
    EXPECT_OK(spool_open(&pair->spool, &pair->arena, &pair->tablet.journey, pair->office.folder));
    const struct transport transport = {.post = post, .context = pair};
    agent_init(&pair->agent, pair->spool.folder, &pair->tablet.clock, &pair->tablet.rng,
               &transport);
    char text[ENROL_PAYLOAD_SIZE];
    struct enrol_payload payload = {.url = "http://127.0.0.1:1", .hq = pair->keys.public_key};
    enum wire refusal;
    snprintf(payload.code, sizeof payload.code, "ONE");
    enrol_payload_to_text(text, &payload);
    EXPECT_OK(spool_enrol(&pair->spool, str_from(text), &refusal));
    settle(pair);
    EXPECT(pair->tablet.journey.policy.law != NULL); /* the image came down */
    EXPECT_TEXT(profile, pair->tablet.journey.policy.law->profile);
}

static void pair_close(struct pair *pair)
{
    api_stop(pair->api);
    hq_store_close(pair->store);
    tablet_close(&pair->tablet);
    char command[96];
    snprintf(command, sizeof command, "rm -rf '%s'", pair->office.folder);
    EXPECT_INT(0, system(command));
    arena_deinit(&pair->office.arena);
    arena_deinit(&pair->post);
    arena_deinit(&pair->arena);
}

/* ---- the two verdicts ---- */

/* What only the tablet could see: how old its data is, its clock, where it stood. */
static bool is_own(enum refusal refusal)
{
    static const char *const rules[] = {"X01", "X02", "X04", "A07"};
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (strcmp(refusal_rule(refusal), rules[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void expect_fired(const char *what, const struct verdict *a, const struct verdict *b,
                         uint64_t at_ms)
{
    for (size_t i = 0; i < a->fired_count; i++) {
        const struct verdict_fired *fired = &a->fired[i];
        const struct verdict_fired *other = verdict_find(b, fired->refusal);
        if (!is_own(fired->refusal) && (other == NULL || other->severity != fired->severity)) {
            fail_msg("%s: %s is %s on one side, %s on the other, at %llu", what,
                     refusal_name(fired->refusal), severity_name(fired->severity),
                     other == NULL ? "silent" : severity_name(other->severity),
                     (unsigned long long)at_ms);
        }
    }
}

/* The case as headquarters has it now. */
static struct verdict at_headquarters(struct pair *pair, const ds_Event *event)
{
    ds_CaseRecord *record = ARENA_NEW(&pair->arena, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&pair->arena, ds_CaseState);
    struct str bytes;
    struct hq_query query = hq_query(pair->store, SQL_HQ_kase_get);
    hq_bind_i64(&query, "$case_no", (int64_t)event->case_no);
    EXPECT_OK(hq_one_text(&pair->arena, &query, &bytes));
    EXPECT_OK(case_record_decode(record, (const uint8_t *)bytes.bytes, bytes.size));
    query = hq_query(pair->store, SQL_HQ_state_get);
    hq_bind_i64(&query, "$case_no", (int64_t)event->case_no);
    EXPECT_OK(hq_one_text(&pair->arena, &query, &bytes));
    EXPECT_OK(case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size));
    const struct gate_facts facts = gate_again(&pair->book->policy, record, state, event);
    return gate_check(&pair->book->policy, GATE_checkin, &facts);
}

static struct visit_start draw_start(struct pair *pair)
{
    static const uint32_t reasons[] = {
        0, OVERRIDE_REASON_appointment, OVERRIDE_REASON_borrower_agreed,
        OVERRIDE_REASON_hq_instruction, OVERRIDE_REASON_hq_instruction};
    return (struct visit_start){
        .case_no = 1 + draw(pair, CASES),
        .place = draw(pair, 6) > 0 ? ADDRESS_KIND_home : draw_code(pair, CATALOG_address_kind),
        .visitors = draw(pair, 8) == 0 ? 1 + (uint32_t)draw(pair, 4) : 2,
        .override_reason = reasons[draw(pair, COUNT(reasons))],
    };
}

/* True when the tablet would let it begin. */
static bool compare(struct pair *pair, const char *profile, const struct visit_start *start)
{
    struct verdict told;
    EXPECT_OK(journey_check_start(&pair->tablet.journey, start, &told));
    ds_Event event = {.at_ms = (uint64_t)now_ms(pair),
                      .person_no = pair->tablet.journey.person_no,
                      .case_no = start->case_no,
                      .override_reason = start->override_reason,
                      .which_kind = ds_Event_visit_started_tag};
    event.kind.visit_started =
        (ds_VisitStarted){.place = start->place, .visitors = start->visitors};
    struct arena_mark mark = arena_mark(&pair->arena);
    struct verdict again = at_headquarters(pair, &event);
    expect_fired(profile, &told, &again, event.at_ms);
    expect_fired(profile, &again, &told, event.at_ms);
    arena_rollback(&pair->arena, mark);
    pair->asked++;
    pair->stopped += !told.is_allowed;
    return told.is_allowed;
}

/* ---- what happens between ---- */

static void capture_flag(struct pair *pair, uint64_t case_no)
{
    struct capture capture;
    ds_Event event = {.which_kind = ds_Event_status_flagged_tag};
    event.kind.status_flagged.flag = draw_code(pair, CATALOG_stop_flag);
    EXPECT_OK(journey_capture(&pair->tablet.journey, case_no, &event, &capture));
}

static void clear_flags(struct pair *pair, uint64_t case_no)
{
    for (size_t i = 0; i < catalog_count(CATALOG_stop_flag); i++) {
        ds_Event event = {.case_no = case_no, .which_kind = ds_Event_status_cleared_tag};
        event.kind.status_cleared.flag = (uint32_t)catalog_code_at(CATALOG_stop_flag, i);
        own_fact(pair, &event);
    }
}

static void log_contact(struct pair *pair, uint64_t case_no)
{
    struct capture capture;
    const ds_ContactAttempted contact = {
        .channel = CONTACT_CHANNEL_call,
        .role = draw(pair, 3) == 0 ? ROLE_neighbour : ROLE_borrower,
        .result = draw_code(pair, CATALOG_contact_result),
    };
    EXPECT_OK(journey_log_contact(&pair->tablet.journey, case_no, &contact, &capture));
}

static void visit(struct pair *pair, const struct visit_start *start)
{
    struct capture capture;
    ds_VisitDraft draft;
    EXPECT_OK(journey_start_visit(&pair->tablet.journey, start, &capture));
    if (!capture.is_done) {
        return; /* a warning without a reason */
    }
    pair->recorded++;
    sim_clock_pass(&pair->tablet.sim, (int64_t)(1 + draw(pair, 30)) * MINUTE_MS);
    EXPECT_OK(journey_draft_load(&pair->tablet.journey, &draft));
    bool is_met = draw(pair, 2) == 0;
    draft.finish.outcome = is_met ? OUTCOME_refused_to_pay : OUTCOME_nobody_home;
    draft.finish.role = is_met ? ROLE_borrower : ROLE_none;
    draft.finish.is_identity_verified = is_met;
    draft.finish.cooperation = is_met ? 2 : 0;
    snprintf(draft.finish.note, sizeof draft.finish.note, "已说明来意");
    EXPECT_OK(journey_draft_save(&pair->tablet.journey, &draft));
    EXPECT_OK(journey_finish_visit(&pair->tablet.journey, &capture));
    EXPECT(capture.is_done);
}

/* Most often to an hour at which the case may be visited: else little is recorded. */
static void pass(struct pair *pair, uint64_t case_no)
{
    struct store_case subject;
    struct journey *journey = &pair->tablet.journey;
    sim_clock_pass(&pair->tablet.sim, (int64_t)draw(pair, 16 * 60) * MINUTE_MS);
    EXPECT_OK(store_case_load(pair->tablet.store, &pair->tablet.task, case_no, &subject));
    int64_t open_at_ms =
        gate_hours(&journey->policy, subject.record, subject.state, now_ms(pair)).next_open_at_ms;
    if (draw(pair, 4) > 0 && open_at_ms > now_ms(pair)) {
        sim_clock_pass(&pair->tablet.sim, open_at_ms - now_ms(pair));
    }
    arena_reset(&pair->tablet.task);
}

static void step(struct pair *pair, const char *profile)
{
    struct visit_start start = draw_start(pair);
    pass(pair, start.case_no);
    switch (draw(pair, 8)) {
    case 0:
        capture_flag(pair, 1 + draw(pair, CASES));
        break;
    case 1:
    case 2:
        clear_flags(pair, start.case_no);
        break;
    case 3:
        log_contact(pair, start.case_no);
        break;
    default:
        break;
    }
    settle(pair);
    if (compare(pair, profile, &start)) {
        visit(pair, &start);
    }
}

/* ---- what was recorded, judged again from the first fact on ---- */

static bool was_told(const ds_Event *event, enum refusal refusal)
{
    for (size_t i = 0; i < event->fired_count; i++) {
        if (event->fired[i] == (uint32_t)refusal) {
            return true;
        }
    }
    return false;
}

static void judge_again(const char *profile, const struct verdict *verdict, const ds_Event *event)
{
    for (size_t i = 0; i < verdict->fired_count; i++) {
        enum refusal refusal = verdict->fired[i].refusal;
        if (!is_own(refusal) && !was_told(event, refusal)) {
            fail_msg("%s: the tablet did not tell %s", profile, refusal_name(refusal));
        }
    }
    for (size_t i = 0; i < event->fired_count; i++) {
        enum refusal refusal = (enum refusal)event->fired[i];
        if (!is_own(refusal) && verdict_find(verdict, refusal) == NULL) {
            fail_msg("%s: headquarters does not tell %s", profile, refusal_name(refusal));
        }
    }
}

static size_t judge_case(struct pair *pair, const char *profile, uint64_t case_no)
{
    size_t count = 0;
    struct str bytes;
    ds_CaseRecord *record = ARENA_NEW(&pair->arena, ds_CaseRecord);
    ds_CaseState *state = ARENA_NEW(&pair->arena, ds_CaseState);
    struct fact *fact = ARENA_NEW(&pair->arena, struct fact);
    struct hq_query query = hq_query(pair->store, SQL_HQ_kase_get);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    EXPECT_OK(hq_one_text(&pair->arena, &query, &bytes));
    EXPECT_OK(case_record_decode(record, (const uint8_t *)bytes.bytes, bytes.size));
    fold_start(state, record);
    query = hq_query(pair->store, SQL_HQ_report_case_facts);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 4);
        fact->id = hq_id(&query, 0);
        fact->device_no = (uint32_t)hq_i64(&query, 1);
        fact->seq = (uint64_t)hq_i64(&query, 2);
        fact->order_at_ms = hq_i64(&query, 3);
        EXPECT_OK(event_decode(&fact->event, (const uint8_t *)body.bytes, body.size));
        if (event_kind(&fact->event) == EVENT_visit_started) {
            EXPECT(fact->event.policy == pair->book->hash);
            const struct gate_facts facts =
                gate_again(&pair->book->policy, record, state, &fact->event);
            struct verdict verdict = gate_check(&pair->book->policy, GATE_checkin, &facts);
            judge_again(profile, &verdict, &fact->event);
            count++;
        }
        fold_fact(state, record, fact);
    }
    EXPECT_OK(hq_end(&query));
    return count;
}

TEST(test_headquarters_gives_the_tablets_verdict_through_both_stores)
{
    static const char *const profiles[] = {"cn", "us", "uk", "in", "strict", "us-ma", "ie", "kr"};
    struct pair *pair = calloc(1, sizeof *pair);
    CHECK(pair != NULL);
    size_t sets = test_rounds(20, 400);
    size_t asked = 0, stopped = 0, recorded = 0;
    for (size_t i = 0; i < COUNT(profiles); i++) {
        pair_open(pair, profiles[i], 100 + i);
        for (size_t n = 0; n < sets; n++) {
            step(pair, profiles[i]);
        }
        settle(pair);
        size_t judged = 0;
        for (uint64_t case_no = 1; case_no <= CASES; case_no++) {
            judged += judge_case(pair, profiles[i], case_no);
        }
        EXPECT_INT(pair->recorded, judged);
        asked += pair->asked;
        stopped += pair->stopped;
        recorded += pair->recorded;
        pair_close(pair);
    }
    print_message("%zu profiles: %zu asked, %zu stopped, %zu visits recorded and judged again\n",
                  COUNT(profiles), asked, stopped, recorded);
    EXPECT(asked == sets * COUNT(profiles) && stopped > 0 && recorded > 0);
    free(pair);
}
