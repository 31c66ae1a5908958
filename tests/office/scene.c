/* office_scene FOLDER NOW_MS: an afternoon of the field for the office's pictures and for looking
 * at its pages. Headquarters in FOLDER has people and assigned cases (doorstep-hq sample); what
 * follows arrives from invented tablets, one a collector: days, visits, arrangements, complaints,
 * records that disagree, and people in danger. */
#include "core/base/buf.h"
#include "core/base/check.h"
#include "core/domain/catalog.h"
#include "core/event/chain.h"
#include "core/event/event.h"
#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLLECTORS_MAX = 8, CASES_MAX = 32, FACTS_MAX = 128, PLANNED = 14, VISITED = 9 };

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)

struct collector {
    uint32_t person_no;
    uint32_t device_no;
    struct chain_secret_key secret;
    uint64_t cases[CASES_MAX];
    size_t case_count;
    struct str bodies[FACTS_MAX];
    struct id ids[FACTS_MAX];
    struct chain_link links[FACTS_MAX + 1];
    size_t count;
};

struct scene {
    struct arena arena;
    struct hq_store *store;
    int64_t now_ms;
    int32_t day;
    struct collector collectors[COLLECTORS_MAX];
    size_t collector_count;
};

static void must(enum err err)
{
    if (err != OK) {
        fprintf(stderr, "office_scene: %s\n", err_name(err));
        exit(1);
    }
}

/* ---- who and what there is ---- */

static void read_collectors(struct scene *scene)
{
    struct hq_query query = hq_query(scene->store, SQL_HQ_today_people);
    hq_bind_i64(&query, "$collector", STAFF_ROLE_collector);
    hq_bind_i64(&query, "$visit", CONTACT_CHANNEL_visit);
    hq_bind_i64(&query, "$borrower", ROLE_borrower);
    hq_bind_i64(&query, "$day", scene->day);
    hq_bind_i64(&query, "$from_at_ms", 0);
    hq_bind_i64(&query, "$until_at_ms", 0);
    while (scene->collector_count < COLLECTORS_MAX && hq_next(&query)) {
        scene->collectors[scene->collector_count++].person_no = (uint32_t)hq_i64(&query, 0);
    }
    must(hq_end(&query));
    for (size_t i = 0; i < scene->collector_count; i++) {
        struct collector *who = &scene->collectors[i];
        struct hq_query held = hq_query(scene->store, SQL_HQ_state_of_owner);
        hq_bind_i64(&held, "$owner_no", who->person_no);
        while (who->case_count < CASES_MAX && hq_next(&held)) {
            who->cases[who->case_count++] = (uint64_t)hq_i64(&held, 0);
        }
        must(hq_end(&held));
    }
}

/* ---- facts of a tablet ---- */

static ds_Event fact(const struct collector *who, size_t nth, int64_t at_ms, pb_size_t kind)
{
    ds_Event event = ds_Event_init_zero;
    event.at_ms = (uint64_t)at_ms;
    event.person_no = who->person_no;
    event.case_no = nth == SIZE_MAX ? 0 : who->cases[nth % who->case_count];
    event.epoch = event.case_no == 0 ? 0 : 1;
    event.which_kind = kind;
    return event;
}

static struct id capture(struct scene *scene, struct collector *who, const ds_Event *event)
{
    uint8_t *body = arena_alloc(&scene->arena, LIMIT_event_size);
    size_t size = 0;
    must(event_encode(event, body, LIMIT_event_size, &size));
    CHECK(who->count < FACTS_MAX);
    size_t at = who->count++;
    who->bodies[at] = (struct str){(const char *)body, size};
    who->ids[at] = chain_event_id(who->device_no, at + 1, body, size);
    who->links[at + 1] = chain_next(&who->links[at], who->device_no, at + 1, body, size);
    return who->ids[at];
}

#define WRITE(field, text) snprintf((field), sizeof(field), "%s", (text))

static void visit(struct scene *scene, struct collector *who, size_t nth, int64_t at_ms,
                  uint32_t outcome, uint32_t role, const char *note)
{
    ds_Event start = fact(who, nth, at_ms - 12 * MINUTE_MS, ds_Event_visit_started_tag);
    start.kind.visit_started.place = 1;
    start.kind.visit_started.visitors = 2;
    uint64_t seq = who->count + 1;
    capture(scene, who, &start);
    ds_Event end = fact(who, nth, at_ms, ds_Event_visit_finished_tag);
    end.visit_seq = seq;
    ds_VisitFinished *visit = &end.kind.visit_finished;
    visit->outcome = outcome;
    visit->role = role;
    visit->cooperation = role == ROLE_borrower ? 3 : 0;
    visit->dwell_s = 720;
    visit->is_identity_verified = role == ROLE_borrower;
    WRITE(visit->note, note);
    capture(scene, who, &end);
}

static void day(struct scene *scene, struct collector *who, int64_t morning_ms, size_t planned)
{
    ds_Event open = fact(who, SIZE_MAX, morning_ms, ds_Event_day_opened_tag);
    open.kind.day_opened.day = scene->day;
    capture(scene, who, &open);
    ds_Event plan = fact(who, SIZE_MAX, morning_ms + MINUTE_MS, ds_Event_plan_made_tag);
    plan.kind.plan_made.day = scene->day;
    for (size_t i = 0; i < planned; i++) {
        plan.kind.plan_made.stops[plan.kind.plan_made.stops_count++] =
            who->cases[i % who->case_count];
    }
    capture(scene, who, &plan);
}

static void visits(struct scene *scene, struct collector *who, int64_t morning_ms, size_t count)
{
    static const struct {
        uint32_t outcome, role;
        const char *note;
    } rows[] = {
        {OUTCOME_will_be_contacted_again, ROLE_borrower, "本人在家，周五发工资后再联系。"},
        {OUTCOME_nobody_home, ROLE_none, "无人应门，信箱有两周信件。"},
        {OUTCOME_unable_to_pay, ROLE_borrower, "上月停工，正在办理失业登记。"},
        {OUTCOME_third_party_will_pass_on, ROLE_family, "家人在家，未透露来意，留了联系卡。"},
        {OUTCOME_no_access, ROLE_none, "小区门禁，物业不予放行。"},
    };
    for (size_t i = 0; i < count; i++) {
        visit(scene, who, i, morning_ms + (int64_t)(i + 1) * 35 * MINUTE_MS,
              rows[i % COUNT(rows)].outcome, rows[i % COUNT(rows)].role,
              rows[i % COUNT(rows)].note);
    }
}

static struct id waiver(struct scene *scene, struct collector *who, size_t nth, int64_t at_ms,
                        uint64_t amount_minor, const char *note)
{
    ds_Event event = fact(who, nth, at_ms, ds_Event_waiver_requested_tag);
    event.kind.waiver_requested.amount_minor = amount_minor;
    event.kind.waiver_requested.part = BALANCE_PART_penalty;
    event.kind.waiver_requested.owed_minor = 3753432;
    event.kind.waiver_requested.reason = 1;
    WRITE(event.kind.waiver_requested.note, note);
    return capture(scene, who, &event);
}

static void promise(struct scene *scene, struct collector *who, const struct collector *of,
                    size_t nth, int64_t at_ms, uint64_t amount_minor)
{
    ds_Event event = fact(of, nth, at_ms, ds_Event_promise_made_tag);
    event.person_no = who->person_no;
    event.epoch = who == of ? 1 : 0;
    event.kind.promise_made.amount_minor = amount_minor;
    event.kind.promise_made.due_day = scene->day + 6;
    event.kind.promise_made.channel = 1;
    event.kind.promise_made.promised_by = ROLE_borrower;
    capture(scene, who, &event);
}

static void paid(struct scene *scene, struct collector *who, size_t nth, int64_t at_ms,
                 const char *reference)
{
    ds_Event event = fact(who, nth, at_ms, ds_Event_payment_noted_tag);
    event.kind.payment_noted.amount_minor = 150000;
    event.kind.payment_noted.channel = 1;
    event.kind.payment_noted.paid_day = scene->day;
    event.kind.payment_noted.payer_role = ROLE_borrower;
    WRITE(event.kind.payment_noted.reference, reference);
    capture(scene, who, &event);
}

static void phone(struct scene *scene, struct collector *who, size_t nth, int64_t at_ms,
                  const char *value)
{
    ds_Event event = fact(who, nth, at_ms, ds_Event_contact_point_noted_tag);
    ds_ContactPointNoted *noted = &event.kind.contact_point_noted;
    noted->kind = 1;
    noted->status = 1;
    noted->source = 1;
    noted->role = ROLE_borrower;
    WRITE(noted->value, value);
    WRITE(noted->replaces, "19900006946");
    capture(scene, who, &event);
}

static void complaint(struct scene *scene, struct collector *who, size_t nth, int64_t at_ms,
                      uint32_t kind, const char *words)
{
    ds_Event event = fact(who, nth, at_ms, ds_Event_complaint_taken_tag);
    event.kind.complaint_taken.complaint = kind;
    event.kind.complaint_taken.wants_call_back = true;
    event.kind.complaint_taken.wish = 1;
    WRITE(event.kind.complaint_taken.words, words);
    capture(scene, who, &event);
}

static void alarm(struct scene *scene, struct collector *who, size_t nth, int64_t at_ms,
                  uint32_t incident, bool is_silent, const char *note)
{
    ds_Event event = fact(who, nth, at_ms, ds_Event_safety_incident_tag);
    event.has_fix = true;
    event.fix = (ds_Fix){.lat_e7 = 311943020, .lon_e7 = 1182136210, .accuracy_m = 9};
    event.kind.safety_incident.incident = incident;
    event.kind.safety_incident.severity = 3;
    event.kind.safety_incident.is_silent = is_silent;
    WRITE(event.kind.safety_incident.note, note);
    capture(scene, who, &event);
}

static void stop(struct scene *scene, struct collector *who, size_t nth, int64_t at_ms)
{
    ds_Event dispute = fact(who, nth, at_ms, ds_Event_dispute_raised_tag);
    dispute.kind.dispute_raised.dispute = 1;
    dispute.kind.dispute_raised.amount_minor = 1200000;
    WRITE(dispute.kind.dispute_raised.note, "客户称九月已还款两笔，账单未减。");
    capture(scene, who, &dispute);
    ds_Event identity = fact(who, nth + 1, at_ms, ds_Event_identity_disputed_tag);
    identity.kind.identity_disputed.is_declaration_signed = true;
    identity.kind.identity_disputed.declaration_place = 1;
    WRITE(identity.kind.identity_disputed.note, "本人否认办卡，已签声明。");
    capture(scene, who, &identity);
    ds_Event flag = fact(who, nth + 2, at_ms, ds_Event_status_flagged_tag);
    flag.kind.status_flagged.flag = STOP_FLAG_represented;
    WRITE(flag.kind.status_flagged.note, "委托律师，请勿再直接联系。");
    capture(scene, who, &flag);
}

/* ---- the afternoon ---- */

static void play(struct scene *scene)
{
    int64_t now_ms = scene->now_ms;
    for (size_t i = 0; i < scene->collector_count; i++) {
        struct collector *who = &scene->collectors[i];
        int64_t morning_ms = now_ms - 6 * HOUR_MS;
        if (i + 1 == scene->collector_count) {
            continue; /* has not opened the day */
        }
        day(scene, who, morning_ms, PLANNED);
        visits(scene, who, morning_ms, VISITED - i);
        promise(scene, who, who, 0, morning_ms + HOUR_MS, 200000 + 50000 * i);
        if (i == 0) {
            waiver(scene, who, 3, now_ms - 3 * HOUR_MS, 87653, "住院三个月，已提供病历。");
            paid(scene, who, 5, now_ms - 2 * HOUR_MS, "NZ20261123-0081");
            paid(scene, who, 5, now_ms - 2 * HOUR_MS + MINUTE_MS, "NZ20261123-0081");
            stop(scene, who, 6, now_ms - HOUR_MS);
            alarm(scene, who, 8, now_ms - 6 * MINUTE_MS, SAFETY_KIND_crowd, false,
                  "三人堵在楼道，已退到车上。");
        } else if (i == 1) {
            waiver(scene, who, 2, now_ms - 4 * HOUR_MS, 33000, "");
            complaint(scene, who, 4, now_ms - 26 * HOUR_MS, COMPLAINT_KIND_third_party,
                      "你们上次来的时候跟我邻居说了我欠钱的事，我要求道歉。");
            complaint(scene, who, 5, now_ms - 2 * HOUR_MS, COMPLAINT_KIND_wrong_amount,
                      "金额不对，利息多算了。");
            promise(scene, who, &scene->collectors[0], 4, now_ms - 5 * HOUR_MS, 120000);
            alarm(scene, who, 7, now_ms - 47 * MINUTE_MS, SAFETY_KIND_other, true, "");
        } else if (i == 2) {
            phone(scene, who, 3, now_ms - 5 * HOUR_MS, "19900001101");
            phone(scene, who, 3, now_ms - 4 * HOUR_MS, "19900001102");
            paid(scene, who, 6, now_ms - 3 * HOUR_MS, "");
            paid(scene, who, 6, now_ms - 2 * HOUR_MS, "NZ20261123-0102");
        }
    }
}

/* ---- arriving ---- */

static void enrol(struct scene *scene)
{
    must(hq_begin(scene->store));
    struct ingest *ingest = ingest_start(&scene->arena, scene->store, scene->now_ms - 30 * DAY_MS);
    for (size_t i = 0; i < scene->collector_count; i++) {
        struct collector *who = &scene->collectors[i];
        struct chain_public_key key;
        chain_keypair(os_rng(), &key, &who->secret);
        must(number_new(ingest, who->person_no, &key, 100, STR("rugged 10\""), &who->device_no));
    }
    must(ingest_finish(ingest));
    must(hq_commit(scene->store));
}

/* The tablet's signature over its chain, as PROTOCOL.md says. */
static struct chain_signature sign(const struct collector *who)
{
    static const uint8_t status_hash[32];
    uint8_t bytes[4 + 8 + CHAIN_LINK_SIZE + sizeof status_hash];
    struct buf_writer writer;
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u32(&writer, who->device_no);
    buf_write_u64(&writer, who->count);
    buf_write_bytes(&writer, who->links[who->count].bytes, CHAIN_LINK_SIZE);
    buf_write_bytes(&writer, status_hash, sizeof status_hash);
    must(writer.err);
    return chain_sign(&who->secret, "batch", bytes, writer.size);
}

static void arrive(struct scene *scene)
{
    must(hq_begin(scene->store));
    struct ingest *ingest = ingest_start(&scene->arena, scene->store, scene->now_ms);
    for (size_t i = 0; i < scene->collector_count; i++) {
        struct collector *who = &scene->collectors[i];
        const struct ingest_batch batch = {
            .device_no = who->device_no,
            .first_seq = 1,
            .count = who->count,
            .bodies = who->bodies,
            .ids = who->ids,
            .links = who->links + 1,
            .signature = sign(who),
        };
        struct ingest_result result = {0};
        must(ingest_take(ingest, &batch, &result));
        CHECK(result.answer == INGEST_stored);
    }
    must(ingest_finish(ingest));
    must(hq_commit(scene->store));
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: office_scene FOLDER NOW_MS\n", stderr);
        return 2;
    }
    static struct scene scene;
    arena_init(&scene.arena, 0);
    scene.now_ms = strtoll(argv[2], NULL, 10);
    scene.day = (int32_t)((scene.now_ms + 8 * HOUR_MS) / DAY_MS); /* in Shanghai */
    must(hq_store_open(&scene.store, argv[1], HQ_ACCESS_write, false));
    read_collectors(&scene);
    CHECK(scene.collector_count >= 4);
    enrol(&scene);
    play(&scene);
    arrive(&scene);
    hq_store_close(scene.store);
    arena_deinit(&scene.arena);
    return 0;
}
