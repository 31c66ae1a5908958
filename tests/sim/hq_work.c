/* tests/sim/hq_work.c -- what people at headquarters do. */
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "sync/server/store/alarm_log.h"
#include "tests/sim/hq_parts.h"

enum { CASES_MAX = 4096 };

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
    if (decided_ms <= known_ms && !job->hq->is_rotten) {
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
        err = hq_add_case(hq, ingest, owner_no);
    } else {
        ds_CaseRecord *record = ARENA_NEW(&hq->task, ds_CaseRecord);
        uint32_t number = 1 + (uint32_t)luck_below(&job->luck, hq->case_count);
        hq_fill_record(hq, number, record);
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
        return hq_put_policy(hq, 1 + luck_below(luck, 5));
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
        err = revocation_keep(&job->hq->task, store, HQ_FOLDER, &missed);
        if (err == OK && missed == NULL && !job->hq->disk->is_off) {
            err = note_revoked(job->hq, job->revoked_no); /* only now somebody was told */
        }
    }
    job->err = err;
}

void hq_work(struct hq *hq, const struct step *step)
{
    struct job job = {.hq = hq, .step = step, .luck = {step->lot}};
    api_on_writer(hq->api, work_on_writer, &job);
    arena_reset(&hq->task);
    if (job.err != OK) {
        hq->world->counts.failed_calls++;
        (void)hq_notice(hq);
    }
    (void)hq_after(hq);
}
