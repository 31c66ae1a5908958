/* tests/sim/hq.c -- headquarters: the real api and store on a simulated disk, and the
 * people who work there. */
#include "tests/sim/world.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/os/os.h"
#include "core/rules/policy.h"
#include "sync/proto/bundle.h"
#include "sync/server/store/alarm_log.h"
#include "sync/server/store/backup.h"
#include "sync/server/store/revocation.h"
#include "sync/server/store/vault.h"

#include <stdlib.h>

enum { GROUP_MAX = API_QUEUE, CASES_MAX = 4096 };

static const char hq_folder[] = "/hq";

/* Visits at any hour and as often as a run wants them: this is about what becomes of
 * facts, not about when a door may be knocked on. */
static const char policy_text[] =
    "rule.T01 = log\nrule.T03 = log\nrule.T03w = log\nrule.F05 = log\n"
    "rule.A07b = warn\nrule.X01b = warn\nrule.S02 = warn\n"
    "rule.S04 = warn\nrule.S05 = warn\nrule.S06 = warn\n"
    "rule.S07 = warn\nrule.S08 = warn\nrule.S10 = warn\n";

/* ---- up and down ---- */

static enum err open_hq(struct hq *hq)
{
    TRY(hq_store_open(&hq->store, hq_folder, HQ_ACCESS_write, true));
    const struct api_options options = {
        .folder = hq_folder,
        .store = hq->store,
        .keys = &hq->keys,
        .clock = &hq->clock,
        .rng = &hq->rng,
        .reader_count = hq->reader_count,
        .is_single_thread = true,
    };
    return api_start(&options, &hq->api);
}

static void close_hq(struct hq *hq)
{
    bool is_off = hq->disk->is_off;
    hq->disk->is_off = true; /* killed: nothing more reaches the disk */
    if (hq->api != NULL) {
        api_stop(hq->api);
        hq->api = NULL;
    }
    hq_store_close(hq->store);
    hq->store = NULL;
    hq->disk->is_off = is_off;
    hq->is_up = false;
    for (size_t i = 0; i < hq->inbox_count; i++) { /* connections break */
        net_fail(hq->world, hq->inbox[i], ERR_timed_out, 1000);
        post_drop(hq->inbox[i]);
    }
    hq->inbox_count = 0;
}

void hq_down(struct hq *hq, bool is_cut, int64_t pause_ms)
{
    world_say(hq->world, "hq %s at step %llu", is_cut ? "loses power" : "is killed",
              (unsigned long long)hq->disk->step_count);
    disk_stop(hq->disk, is_cut);
    close_hq(hq);
    world_wake(hq->world, hq->world->now_ms + pause_ms, WAKE_hq_boot, 0);
}

/* As the command does it after it restored. */
static void look_on_writer(void *context, struct hq_store *store)
{
    struct hq *hq = context;
    struct vault_looked looked;
    if (hq_begin(store) != OK) {
        return;
    }
    struct revocation *items = NULL;
    size_t count = 0;
    uint64_t again_count = 0;
    enum err read_err = revocation_read(&hq->task, "/vault/" REVOCATION_NAME, &items, &count);
    struct ingest *ingest = ingest_start(&hq->task, store, hq->world->now_ms);
    enum err err = vault_look(ingest, hq_folder, false, &looked);
    if (err == OK && read_err == OK) {
        err = revocation_apply(ingest, items, count, &again_count);
    }
    enum err finish_err = ingest_finish(ingest);
    if (err == OK && finish_err == OK) {
        err = hq_commit(store);
    } else {
        hq_rollback(store);
    }
    hq->was_restored = err != OK || read_err != OK;
}

void hq_boot(struct hq *hq)
{
    disk_start(hq->disk);
    hq->machine_clock.boot++;
    hq->machine_clock.booted_at_ms = hq->world->now_ms;
    enum err err = open_hq(hq);
    hq->is_up = true;
    hq->world->counts.hq_boots++;
    if (err != OK || hq->disk->is_off) {
        if (!hq->disk->is_off) {
            world_fail(hq->world, "headquarters does not open its database: %s", err_name(err));
        }
        hq_down(hq, hq->disk->was_cut, 10000);
        return;
    }
    if (hq->was_restored) {
        api_on_writer(hq->api, look_on_writer, hq);
        arena_reset(&hq->task);
    }
    if (hq_after(hq)) {
        oracle_all_confirmed(hq->world);
    }
}

bool hq_after(struct hq *hq)
{
    if (hq->disk->is_off && hq->is_up) {
        hq_down(hq, hq->disk->was_cut, luck_between(&hq->luck, 2000, 1800000));
    }
    return hq->is_up;
}

/* ---- people and cases ---- */

static enum err put_person(struct hq *hq, uint32_t person_no)
{
    char code[16];
    char name[24];
    snprintf(code, sizeof code, "C%04u", (unsigned)person_no);
    snprintf(name, sizeof name, "Collector %u", (unsigned)person_no);
    struct hq_query query = hq_query(hq->store, SQL_HQ_person_put);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_text(&query, "$code", str_from(code));
    hq_bind_text(&query, "$name", str_from(name));
    hq_bind_i64(&query, "$role", STAFF_ROLE_collector);
    hq_bind_i64(&query, "$team_no", 0);
    hq_bind_i64(&query, "$is_active", 1);
    hq_bind_text(&query, "$areas", STR(""));
    hq_bind_i64(&query, "$capacity", 0);
    return hq_run(&query);
}

static void fill_record(struct hq *hq, uint32_t number, ds_CaseRecord *record)
{
    *record = (ds_CaseRecord)ds_CaseRecord_init_zero;
    int32_t today = date_day_at(hq->world->start_ms, 480);
    snprintf(record->case_ref, sizeof record->case_ref, "R-%06u", (unsigned)number);
    snprintf(record->client, sizeof record->client, "Client");
    snprintf(record->product, sizeof record->product, "card");
    snprintf(record->currency, sizeof record->currency, "CNY");
    snprintf(record->debtor_name, sizeof record->debtor_name, "Debtor %u", (unsigned)number);
    snprintf(record->zone, sizeof record->zone, "Asia/Shanghai");
    record->principal_minor = 1000000 + number;
    record->interest_minor = 200000;
    record->penalty_minor = 30000;
    record->fees_minor = 4567;
    record->balance_as_of_day = today - 1;
    record->due_day = today - 95;
    record->imported_day = today - 3;
    record->mandate_until_day = today + 400;
    record->points_count = 1;
    record->points[0] = (ds_Point){.kind = POINT_KIND_mobile, .state = POINT_STATE_unverified};
    snprintf(record->points[0].value, sizeof record->points[0].value, "138%08u", (unsigned)number);
    record->addresses_count = 1;
    record->addresses[0] = (ds_Address){.kind = ADDRESS_KIND_home,
                                        .lat_e7 = 312300000 + (int32_t)number * 10,
                                        .lon_e7 = 1214700000};
    snprintf(record->addresses[0].text, sizeof record->addresses[0].text, "%u Some Road",
             (unsigned)number);
    snprintf(record->addresses[0].area, sizeof record->addresses[0].area, "North");
}

static enum err add_case(struct hq *hq, struct ingest *ingest, uint32_t owner_no)
{
    ds_CaseRecord *record = ARENA_NEW(&hq->task, ds_CaseRecord);
    fill_record(hq, ++hq->case_count, record);
    TRY(ingest_case(ingest, record, 0));
    ds_Event *event = ARENA_NEW(&hq->task, ds_Event);
    event->case_no = record->case_no;
    event->which_kind = ds_Event_case_assigned_tag;
    event->kind.case_assigned.owner_no = owner_no;
    event->kind.case_assigned.lease_epoch = 1;
    return ingest_own(ingest, event, NULL);
}

/* The policy above, under another hash for each variant. */
static enum err put_policy(struct hq *hq, uint64_t variant)
{
    struct policy policy;
    struct policy_fault fault;
    struct str text = str_from(
        str_format(&hq->task, "%s# variant %llu\n", policy_text, (unsigned long long)variant));
    CHECK(policy_from_text(text, &policy, &fault) == OK);
    int64_t hash = (int64_t)chain_short_hash(text.bytes, text.size);
    struct hq_query query = hq_query(hq->store, SQL_HQ_policy_add);
    hq_bind_i64(&query, "$hash", hash);
    hq_bind_text(&query, "$body", text);
    hq_bind_i64(&query, "$set_at_ms", hq->world->now_ms);
    TRY(hq_run(&query));
    return hq_setting_set(hq->store, "policy.hash", str_format(&hq->task, "%lld", (long long)hash));
}

static enum err fill_hq(struct hq *hq)
{
    const struct script *script = &hq->world->script;
    TRY(hq_begin(hq->store));
    TRY(put_policy(hq, 0));
    for (uint32_t i = 1; i <= script->tablet_count; i++) {
        TRY(put_person(hq, i));
    }
    struct ingest *ingest = ingest_start(&hq->task, hq->store, hq->world->now_ms - 3600000);
    for (uint32_t i = 0; i < script->tablet_count * script->case_count; i++) {
        TRY(add_case(hq, ingest, i % script->tablet_count + 1));
    }
    TRY(ingest_finish(ingest));
    return hq_commit(hq->store);
}

void hq_enrol_code(struct hq *hq, uint32_t person_no, const char *code)
{
    struct chain_link hash = api_code_hash(str_from(code));
    CHECK(hq_begin(hq->store) == OK);
    struct hq_query query = hq_query(hq->store, SQL_HQ_enrol_code_add);
    hq_bind_bytes(&query, "$hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$made_at_ms", hq->world->now_ms);
    hq_bind_i64(&query, "$expires_at_ms", hq->world->now_ms + INT64_C(90) * 86400000);
    CHECK(hq_run(&query) == OK);
    CHECK(hq_commit(hq->store) == OK);
}

void hq_make(struct world *world)
{
    struct hq *hq = &world->hq;
    uint64_t seed = world->script.seed;
    hq->world = world;
    hq->disk = disks_add("hq", seed);
    hq->disk->now_ms = &world->now_ms;
    if (!world->script.is_fresh) {
        disk_copy_file(hq->disk, "hq.db", disk_find(&world_template, "hq.db"));
    }
    (void)disks_add("vault", seed);
    (void)disks_add("usb", seed);
    hq->machine_clock =
        (struct machine_clock){.now_ms = &world->now_ms, .booted_at_ms = world->now_ms, .boot = 1};
    hq->clock = machine_clock_table(&hq->machine_clock);
    hq->luck = luck_make(seed, 2);
    hq->rng = luck_rng(&hq->luck);
    hq->reader_count = world->script.is_shared ? 1 : 0;
    arena_init(&hq->arena, 0);
    arena_init(&hq->task, 256 * 1024);
    CHECK(api_keys(&hq->arena, hq_folder, true, &hq->rng, &hq->keys) == OK);
    CHECK(open_hq(hq) == OK);
    hq->is_up = true;
    CHECK(fill_hq(hq) == OK);
    arena_reset(&hq->task);
}

void hq_free(struct hq *hq)
{
    if (hq->store != NULL) {
        close_hq(hq);
    }
    free(hq->inbox);
    arena_deinit(&hq->arena);
    arena_deinit(&hq->task);
}

uint64_t hq_given(struct hq *hq)
{
    uint64_t sum = 0;
    bool is_known = true;
    for (int64_t device_no = 1; is_known; device_no++) {
        struct hq_query query = hq_query(hq->store, SQL_HQ_device_feed_seq);
        hq_bind_i64(&query, "$device_no", device_no);
        is_known = hq_next(&query);
        sum += is_known ? (uint64_t)hq_i64(&query, 0) : 0;
        CHECK(hq_end(&query) == OK); /* nothing fails any more */
    }
    return sum;
}

/* ---- envelopes ---- */

static void send_back(struct hq *hq, struct post *post, struct wire_bytes answer)
{
    uint32_t code = WIRE_ok;
    bool is_busy = envelope_read_refusal(answer, &code) == WIRE_ok &&
                   (code == WIRE_overloaded || code == WIRE_hq_failed);
    net_answer(hq->world, post, answer);
    if (is_busy && post->status == 200) { /* as the route does it */
        post->status = 503;
        post->retry_after_s = 5 + (int64_t)luck_below(&hq->luck, 26);
    }
}

void hq_group(struct hq *hq)
{
    hq->has_group = false;
    if (!hq->is_up || hq->inbox_count == 0) {
        return;
    }
    size_t count = hq->inbox_count < GROUP_MAX ? hq->inbox_count : GROUP_MAX;
    struct wire_bytes envelopes[GROUP_MAX];
    struct wire_bytes answers[GROUP_MAX];
    struct post *posts[GROUP_MAX];
    for (size_t i = 0; i < count; i++) {
        posts[i] = hq->inbox[i];
        envelopes[i] = (struct wire_bytes){posts[i]->bytes, posts[i]->size};
    }
    hq->inbox_count -= count;
    memmove(hq->inbox, hq->inbox + count, hq->inbox_count * sizeof(struct post *));
    api_step(hq->api, &hq->task, envelopes, count, answers);
    hq->world->counts.groups++;
    bool is_alive = !hq->disk->is_off;
    for (size_t i = 0; i < count; i++) {
        if (is_alive) {
            send_back(hq, posts[i], answers[i]);
        } else {
            net_fail(hq->world, posts[i], ERR_timed_out, 1000);
        }
        post_drop(posts[i]);
    }
    arena_reset(&hq->task);
    if (hq_after(hq) && hq->inbox_count > 0) {
        hq->has_group = true;
        world_wake(hq->world, hq->world->now_ms + 5, WAKE_group, 0);
    }
}

/* ---- what people there do ---- */

struct job {
    struct hq *hq;
    const struct step *step;
    struct luck luck;
    uint32_t revoked_no; /* the list of revocations is to be written */
    enum err err;
};

static bool pick_case(struct job *job, uint64_t *case_no_out, ds_CaseState *state_out)
{
    struct hq *hq = job->hq;
    if (hq->case_count == 0) {
        return false;
    }
    *case_no_out = 1 + luck_below(&job->luck, hq->case_count);
    struct hq_query query = hq_query(hq->store, SQL_HQ_state_get);
    hq_bind_i64(&query, "$case_no", (int64_t)*case_no_out);
    bool has_row = hq_next(&query);
    if (has_row) {
        struct str bytes = hq_text(&query, 0);
        has_row = case_state_decode(state_out, (const uint8_t *)bytes.bytes, bytes.size) == OK;
    }
    job->err = hq_end(&query);
    return job->err == OK && has_row;
}

static enum err last_order(struct job *job, uint64_t case_no, int64_t *order_at_ms_out)
{
    struct hq_query query = hq_query(job->hq->store, SQL_HQ_event_order_last);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    return hq_one_i64(&query, order_at_ms_out);
}

/* A decision takes effect after what was known when it was made. */
static enum err own(struct job *job, ds_Event *event)
{
    struct event_fault fault;
    int64_t known_ms = 0;
    int64_t decided_ms = 0;
    event->at_ms = (uint64_t)clock_now_ms(&job->hq->clock);
    if (!event_check(event, &fault)) {
        world_say(job->hq->world, "hq: not booked: %s %s", fault.field, fault.key);
        return OK;
    }
    job->hq->world->counts.own_facts++;
    TRY(last_order(job, event->case_no, &known_ms));
    TRY(ingest_own_one(&job->hq->task, job->hq->store, event, (int64_t)event->at_ms, NULL));
    TRY(last_order(job, event->case_no, &decided_ms));
    if (decided_ms <= known_ms) {
        world_fail(job->hq->world, "headquarters' %s of case %llu comes before what it knew",
                   event_kind_name(event_kind(event)), (unsigned long long)event->case_no);
    }
    return OK;
}

static enum err decide(struct job *job, ds_Event *event, const ds_CaseState *state)
{
    for (size_t i = 0; i < state->arrangements_count; i++) {
        const ds_Arrangement *arrangement = &state->arrangements[i];
        if (arrangement->state == ARRANGEMENT_STATE_asked ||
            arrangement->state == ARRANGEMENT_STATE_returned ||
            arrangement->state == ARRANGEMENT_STATE_conflicting) {
            event->which_kind = ds_Event_arrangement_decided_tag;
            ds_ArrangementDecided *decided = &event->kind.arrangement_decided;
            memcpy(decided->target, arrangement->id, sizeof decided->target);
            decided->decision = 1 + (uint32_t)luck_below(&job->luck, 3);
            decided->reason = DECISION_REASON_other;
            snprintf(decided->note, sizeof decided->note, "decided");
            return own(job, event);
        }
    }
    return OK;
}

static enum err import_again(struct job *job)
{
    struct hq *hq = job->hq;
    struct ingest *ingest = ingest_start(&hq->task, hq->store, hq->world->now_ms);
    enum err err = OK;
    uint32_t owner_no = 1 + (uint32_t)luck_below(&job->luck, hq->world->script.tablet_count);
    if (luck_is(&job->luck, 500) && hq->case_count < CASES_MAX) {
        err = add_case(hq, ingest, owner_no);
    } else {
        ds_CaseRecord *record = ARENA_NEW(&hq->task, ds_CaseRecord);
        uint32_t number = 1 + (uint32_t)luck_below(&job->luck, hq->case_count);
        fill_record(hq, number, record);
        struct hq_query query = hq_query(hq->store, SQL_HQ_kase_by_ref);
        hq_bind_text(&query, "$client", str_from(record->client));
        hq_bind_text(&query, "$case_ref", str_from(record->case_ref));
        int64_t case_no = 0;
        if (hq_one_i64(&query, &case_no) == OK) {
            record->case_no = (uint64_t)case_no;
            record->grade = 1 + (uint32_t)luck_below(&job->luck, 5);
            err = ingest_case(ingest, record, 0);
        }
    }
    enum err finish_err = ingest_finish(ingest);
    return err != OK ? err : finish_err;
}

static enum err message(struct job *job)
{
    struct hq *hq = job->hq;
    struct ingest *ingest = ingest_start(&hq->task, hq->store, hq->world->now_ms);
    uint32_t person_no = luck_is(&job->luck, 300)
                             ? 0
                             : 1 + (uint32_t)luck_below(&job->luck, hq->world->script.tablet_count);
    enum err err = ingest_message(ingest, &(struct ingest_letter){.person_no = person_no,
                                                                  .from_name = STR("HQ"),
                                                                  .body = STR("a word to all"),
                                                                  .wants_answer = true});
    enum err finish_err = ingest_finish(ingest);
    return err != OK ? err : finish_err;
}

/* The alarm that waits longest. */
static enum err see_alarm(struct job *job)
{
    struct hq *hq = job->hq;
    struct id id = {{0}};
    struct hq_query query = hq_query(hq->store, SQL_HQ_alarm_all);
    while (hq_next(&query)) {
        if (hq_i64(&query, 8) == 0) {
            id = hq_id(&query, 0);
        }
    }
    TRY(hq_end(&query));
    struct ingest *ingest = ingest_start(&hq->task, hq->store, hq->world->now_ms);
    bool was_seen = false;
    enum err err = alarm_log_see(ingest, &id, STR("A supervisor"), &was_seen);
    enum err finish_err = ingest_finish(ingest);
    return err == OK || err == ERR_not_found ? finish_err : err;
}

static enum err revoke(struct job *job)
{
    struct hq *hq = job->hq;
    uint32_t device_no = 1 + (uint32_t)luck_below(&job->luck, hq->world->tablet_count);
    bool is_known = false;
    struct hq_query get = hq_query(hq->store, SQL_HQ_device_get);
    hq_bind_i64(&get, "$device_no", device_no);
    is_known = hq_next(&get) && hq_i64(&get, 2) == 0;
    TRY(hq_end(&get));
    if (!is_known) {
        return OK;
    }
    bool is_done = false;
    struct ingest *ingest = ingest_start(&hq->task, hq->store, hq->world->now_ms);
    enum err err = revocation_revoke(ingest, device_no, &is_done);
    enum err finish_err = ingest_finish(ingest);
    TRY(err);
    TRY(finish_err);
    hq->world->counts.revoked += is_done;
    job->revoked_no = is_done ? device_no : 0;
    return OK;
}

static enum err work(struct job *job)
{
    struct hq *hq = job->hq;
    struct luck *luck = &job->luck;
    uint64_t case_no = 0;
    ds_CaseState *state = ARENA_NEW(&hq->task, ds_CaseState);
    ds_Event *event = ARENA_NEW(&hq->task, ds_Event);
    int32_t today = date_day_at(hq->world->now_ms, 480);
    if (job->step->kind == STEP_hq_import) {
        return import_again(job);
    }
    if (job->step->kind == STEP_hq_message) {
        return message(job);
    }
    if (job->step->kind == STEP_hq_policy) {
        hq->world->counts.policies++;
        return put_policy(hq, 1 + luck_below(luck, 5));
    }
    if (job->step->kind == STEP_hq_see) {
        return see_alarm(job);
    }
    if (job->step->kind == STEP_hq_revoke) {
        return revoke(job);
    }
    if (!pick_case(job, &case_no, state)) {
        return job->err;
    }
    event->case_no = case_no;
    switch (job->step->kind) {
    case STEP_hq_recall:
        event->which_kind = ds_Event_case_recalled_tag;
        event->kind.case_recalled.reason = CLOSE_REASON_client_withdrew;
        return state->life == CASE_LIFE_open ? own(job, event) : OK;
    case STEP_hq_close:
        event->which_kind = ds_Event_case_closed_tag;
        event->kind.case_closed.reason = CLOSE_REASON_to_legal;
        return state->life == CASE_LIFE_open ? own(job, event) : OK;
    case STEP_hq_assign:
        event->which_kind = ds_Event_case_assigned_tag;
        event->kind.case_assigned.owner_no =
            1 + (uint32_t)luck_below(luck, hq->world->script.tablet_count);
        event->kind.case_assigned.lease_epoch = state->epoch + 1;
        return own(job, event);
    case STEP_hq_pay:
        event->which_kind = ds_Event_payment_posted_tag;
        event->kind.payment_posted.amount_minor = 1000 + luck_below(luck, 300) * 100;
        event->kind.payment_posted.paid_day = today - (int32_t)luck_below(luck, 3);
        event->kind.payment_posted.channel = PAYMENT_CHANNEL_bank_transfer;
        snprintf(event->kind.payment_posted.reference, sizeof event->kind.payment_posted.reference,
                 "P-%06llu", (unsigned long long)++hq->posted_count);
        /* What a tablet noted and the bank now books is the same money. */
        for (size_t i = 0; i < state->payments_count && luck_is(luck, 500); i++) {
            if (!state->payments[i].is_posted && !state->payments[i].is_withdrawn) {
                event->kind.payment_posted.amount_minor = state->payments[i].amount_minor;
                memcpy(event->kind.payment_posted.reference, state->payments[i].reference,
                       sizeof event->kind.payment_posted.reference);
                break;
            }
        }
        return own(job, event);
    case STEP_hq_check:
        event->which_kind = ds_Event_payments_checked_tag;
        event->kind.payments_checked.through_day = today - 1;
        event->kind.payments_checked.grace_days = 3;
        return own(job, event);
    case STEP_hq_decide:
        return decide(job, event, state);
    case STEP_hq_clear:
        for (size_t i = 0; i < state->flags_count; i++) {
            if (!state->flags[i].is_cleared) {
                event->which_kind = ds_Event_status_cleared_tag;
                event->kind.status_cleared.flag = state->flags[i].flag;
                return own(job, event);
            }
        }
        return OK;
    case STEP_hq_balance:
        event->which_kind = ds_Event_balance_stated_tag;
        event->kind.balance_stated =
            (ds_BalanceStated){.principal_minor = 900000 + luck_below(luck, 100000),
                               .interest_minor = 150000,
                               .penalty_minor = 20000,
                               .fees_minor = 4567,
                               .as_of_day = today - 1};
        return own(job, event);
    default:
        UNREACHABLE();
    }
}

/* The key of a tablet that must never work again. */
static enum err note_revoked(struct hq *hq, uint32_t device_no)
{
    struct hq_query query = hq_query(hq->store, SQL_HQ_device_get);
    hq_bind_i64(&query, "$device_no", device_no);
    if (hq_next(&query) && hq->revoked_count < COUNT(hq->revoked)) {
        struct revocation *revoked = &hq->revoked[hq->revoked_count++];
        struct str key = hq_text(&query, 1);
        revoked->device_no = device_no;
        memcpy(revoked->key.bytes, key.bytes, sizeof revoked->key.bytes);
    }
    return hq_end(&query);
}

static void work_on_writer(void *context, struct hq_store *store)
{
    struct job *job = context;
    job->err = hq_begin(store);
    if (job->err != OK) {
        return;
    }
    enum err err = work(job);
    if (err == OK) {
        err = hq_commit(store);
    } else {
        hq_rollback(store);
    }
    if (err == OK && job->revoked_no != 0) {
        const char *missed = NULL;
        err = revocation_keep(&job->hq->task, store, hq_folder, &missed);
        if (err == OK && missed == NULL && !job->hq->disk->is_off) {
            err = note_revoked(job->hq, job->revoked_no); /* only now somebody was told */
        }
    }
    job->err = err;
}

/* ---- backups ---- */

struct recording {
    struct hq *hq;
    struct backup backup;
    enum err err;
};

static void record_on_writer(void *context, struct hq_store *store)
{
    struct recording *recording = context;
    recording->err = hq_begin(store);
    if (recording->err != OK) {
        return;
    }
    struct ingest *ingest = ingest_start(&recording->hq->task, store, recording->hq->world->now_ms);
    enum err err = backup_record(ingest, &recording->backup);
    enum err finish_err = ingest_finish(ingest);
    err = err != OK ? err : finish_err;
    if (err == OK) {
        err = hq_commit(store);
    } else {
        hq_rollback(store);
    }
    recording->err = err;
}

static void vault_remove(const char *prefix, const char *kept)
{
    const char *rest = NULL;
    struct disk *vault = disks_find("/vault/x", &rest);
    for (size_t i = vault->file_count; i-- > 0;) {
        struct disk_file *file = vault->files[i];
        if (strncmp(file->path, prefix, strlen(prefix)) == 0 && strcmp(file->path, kept) != 0) {
            CHECK(disk_remove(vault, file, true) == OK);
        }
    }
}

static void backup(struct hq *hq)
{
    char name[64];
    struct recording recording = {.hq = hq};
    snprintf(name, sizeof name, "/vault/backup-%u.db", (unsigned)++hq->backup_count);
    uint64_t at = hq->world->number;
    enum err err = backup_make(&hq->task, hq->store, hq_folder, name, clock_now_ms(&hq->clock),
                               &recording.backup);
    world_say(hq->world, "hq backup: %s", err_name(err));
    if (err == OK && !hq->disk->is_off) {
        const char *rest = NULL;
        (void)disks_find(name, &rest);
        vault_remove("backup-", rest);
        snprintf(hq->backup_name, sizeof hq->backup_name, "%s", rest);
        hq->backup_at = at;
        hq->world->counts.backups++;
        api_on_writer(hq->api, record_on_writer, &recording);
    }
    arena_reset(&hq->task);
}

static void restore(struct hq *hq, struct luck *luck)
{
    if (hq->backup_name[0] == '\0') {
        return;
    }
    const char *rest = NULL;
    struct disk *vault = disks_find("/vault/x", &rest);
    struct disk_file *copy = disk_find(vault, hq->backup_name);
    CHECK(copy != NULL);
    if (hq->is_up) {
        hq_down(hq, false, 60000);
    }
    hq->disk->is_off = false;
    hq->disk->was_cut = false;
    hq->disk->faults = (struct disk_faults){0};
    hq->disk->is_full = false;
    bool is_new_machine = luck_is(luck, 500); /* with the attachments of the backup only */
    for (size_t i = hq->disk->file_count; i-- > 0;) {
        struct disk_file *file = hq->disk->files[i];
        bool is_media = strncmp(file->path, "attachments/", 12) == 0;
        if (strncmp(file->path, "hq.db", 5) == 0 || (is_media && is_new_machine)) {
            CHECK(disk_remove(hq->disk, file, true) == OK);
        }
    }
    for (size_t i = 0; i < vault->file_count && is_new_machine; i++) {
        if (strncmp(vault->files[i]->path, "attachments/", 12) == 0) {
            disk_copy_file(hq->disk, vault->files[i]->path, vault->files[i]);
        }
    }
    disk_copy_file(hq->disk, "hq.db", copy);
    hq->was_restored = true;
    hq->world->counts.hq_restores++;
    oracle_hq_restored(hq->world, hq->backup_at);
    world_say(hq->world, "hq is restored from %s", hq->backup_name);
}

/* ---- sticks ---- */

bool hq_bundle(struct hq *hq, const char *path, const char *answers_path)
{
    struct str bytes;
    struct bundle_item *items = NULL;
    size_t count = 0;
    if (!hq->is_up || os_file_read(&hq->task, path, BUNDLE_SIZE_MAX, &bytes) != OK) {
        return false;
    }
    enum wire wire = bundle_read(
        &hq->task, (struct wire_bytes){(const uint8_t *)bytes.bytes, bytes.size}, &items, &count);
    if (wire != WIRE_ok) {
        world_fail(hq->world, "a bundle is refused: %s", wire_name(wire));
        return false;
    }
    struct bundle_item *answers = ARENA_ARRAY(&hq->task, count + 1, struct bundle_item);
    for (size_t i = 0; i < count; i++) {
        struct wire_bytes answer = api_envelope(hq->api, &hq->task, items[i].bytes);
        size_t stem_size = strlen(items[i].name) - strlen(LAYOUT_ENVELOPE);
        answers[i] = (struct bundle_item){
            .type = BUNDLE_answer,
            .name = str_format(&hq->task, "%.*s%s", (int)stem_size, items[i].name, LAYOUT_ANSWER),
            .bytes = answer,
        };
    }
    bool is_alive = hq_after(hq);
    struct wire_bytes whole;
    if (is_alive) {
        CHECK(bundle_write(&hq->task, answers, count, &whole) == WIRE_ok);
        CHECK(os_file_replace(answers_path, whole.bytes, whole.size) == OK);
    }
    arena_reset(&hq->task);
    return is_alive;
}

static void arm(struct hq *hq, const struct step *step)
{
    struct luck luck = {step->lot};
    struct disk *disk = hq->disk;
    uint64_t ahead = luck_below(&luck, luck_is(&luck, 500) ? 40 : 400) + 1;
    switch (step->kind) {
    case STEP_hq_arm_cut:
        disk->faults.cut_at = disk->step_count + ahead;
        return;
    case STEP_hq_arm_kill:
        disk->faults.kill_at = disk->step_count + ahead;
        return;
    case STEP_hq_arm_fail:
        disk->faults.fail_at = disk->step_count + ahead;
        return;
    case STEP_hq_arm_read_fail:
        disk->faults.read_fail_at = (uint32_t)(disk->read_count + ahead);
        return;
    case STEP_hq_arm_full:
        disk->faults.full_at = disk->step_count + ahead;
        disk->faults.relief_at = disk->faults.full_at + luck_below(&luck, 300) + 1;
        hq->world->counts.disk_full++;
        return;
    default:
        UNREACHABLE();
    }
}

void hq_step(struct hq *hq, const struct step *step)
{
    world_say(hq->world, "%s", step_name(step->kind));
    if (step->kind >= STEP_hq_arm_cut && step->kind <= STEP_hq_arm_full) {
        arm(hq, step);
        return;
    }
    if (step->kind == STEP_hq_restore) {
        struct luck luck = {step->lot};
        restore(hq, &luck);
        return;
    }
    if (step->kind == STEP_hq_jump) {
        struct luck luck = {step->lot};
        hq->machine_clock.ahead_ms = luck_between(&luck, -HQ_AHEAD_MAX_MS, HQ_AHEAD_MAX_MS);
        return;
    }
    if (!hq->is_up) {
        return;
    }
    if (step->kind == STEP_hq_cut) {
        hq_down(hq, true, luck_between(&hq->luck, 2000, 3600000));
    } else if (step->kind == STEP_hq_backup) {
        backup(hq);
        (void)hq_after(hq);
    } else {
        struct job job = {.hq = hq, .step = step, .luck = {step->lot}};
        api_on_writer(hq->api, work_on_writer, &job);
        arena_reset(&hq->task);
        if (job.err != OK) {
            hq->world->counts.failed_calls++;
        }
        (void)hq_after(hq);
    }
}
