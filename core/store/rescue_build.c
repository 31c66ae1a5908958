#include "core/store/rescue_build.h"

#include "core/store/store_private.h"

#include <string.h>

/* The journal as it is put together: by seq, from 1. */
struct plan {
    struct store *store;
    const struct rescue_found *found;
    struct arena arena;
    uint32_t device_no;
    uint32_t person_no;
    uint64_t last_seq;
    uint64_t held_seq;                /* headquarters had confirmed facts up to here */
    const struct rescue_fact **facts; /* by seq; NULL: lost */
    uint32_t *origins;                /* by seq: under which number it was captured */
    struct rescue_trace *traces;      /* by seq: what is known of it */
    uint64_t lost_count, held_count;
    struct store_rescue result;
};

static bool has_bytes(const struct rescue_found *found, enum setting setting, size_t size)
{
    return found->has_setting[setting] && found->settings[setting].bytes.size == size;
}

bool rescue_build_can(const struct rescue_found *found)
{
    int64_t device_no = rescue_find_number(found, SETTING_device_no, 0);
    return device_no > 0 && device_no <= UINT32_MAX &&
           rescue_find_number(found, SETTING_person_no, 0) > 0 &&
           has_bytes(found, SETTING_device_public_key, CHAIN_PUBLIC_KEY_SIZE) &&
           has_bytes(found, SETTING_device_secret_key, CHAIN_SECRET_KEY_SIZE) &&
           has_bytes(found, SETTING_hq_public_key, CHAIN_PUBLIC_KEY_SIZE);
}

/* ---- settings ---- */

/* What belongs to the feed or to the old file and not to the tablet. */
static bool is_left_behind(enum setting setting)
{
    static const enum setting left[] = {
        SETTING_down_cursor,  SETTING_down_tag,    SETTING_is_restarting, SETTING_must_project,
        SETTING_rescue_count, SETTING_rescue_told, SETTING_ranked_day,
    };
    for (size_t i = 0; i < COUNT(left); i++) {
        if (left[i] == setting) {
            return true;
        }
    }
    return false;
}

static enum err setting_put(struct store *store, const struct rescue_setting *setting)
{
    if (setting->is_number) {
        return store_setting_set_number(store, setting->setting, setting->number);
    }
    return setting->is_text ? store_setting_set_text(store, setting->setting, setting->bytes.bytes)
                            : store_setting_set_bytes(store, setting->setting, setting->bytes.bytes,
                                                      setting->bytes.size);
}

static enum err settings_put(struct plan *plan)
{
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        if (plan->found->has_setting[i] && !is_left_behind((enum setting)i)) {
            TRY(setting_put(plan->store, &plan->found->settings[i]));
        }
    }
    return OK;
}

/* ---- which facts ---- */

/* The number that gives the fact its id; 0: its bytes are not its own. */
static uint32_t origin_of(const struct rescue_found *found, const struct rescue_fact *fact)
{
    const struct store_record *record = &fact->record;
    const uint8_t *body = (const uint8_t *)record->body.bytes;
    struct id id = chain_event_id(fact->device_no, record->seq, body, record->body.size);
    if (id_equal(&id, &record->id)) {
        return fact->device_no;
    }
    for (size_t i = 0; i < found->numbers.count; i++) {
        uint32_t number = found->numbers.items[i];
        id = chain_event_id(number, record->seq, body, record->body.size);
        if (id_equal(&id, &record->id)) {
            return number;
        }
    }
    return 0;
}

/* The tablet's own chain before those of its earlier numbers, then what is surest to have lasted.
 */
static bool is_better(const struct plan *plan, const struct rescue_fact *a,
                      const struct rescue_fact *b)
{
    bool is_own = a->device_no == plan->device_no;
    if (is_own != (b->device_no == plan->device_no)) {
        return is_own;
    }
    return a->rank < b->rank;
}

static uint64_t last_seq_of(const struct plan *plan)
{
    const struct rescue_found *found = plan->found;
    uint64_t last_seq = plan->held_seq;
    for (size_t i = 0; i < found->facts.count; i++) {
        const struct rescue_fact *fact = &found->facts.items[i];
        if (fact->record.seq > last_seq && origin_of(found, fact) != 0) {
            last_seq = fact->record.seq;
        }
    }
    for (size_t i = 0; i < found->traces.count; i++) {
        const struct rescue_trace *trace = &found->traces.items[i];
        if (trace->device_no == plan->device_no && trace->seq > last_seq) {
            last_seq = trace->seq;
        }
    }
    return last_seq;
}

static void choose(struct plan *plan)
{
    const struct rescue_found *found = plan->found;
    for (size_t i = 0; i < found->receipts.count; i++) {
        const struct rescue_receipt *receipt = &found->receipts.items[i];
        if (receipt->device_no == plan->device_no && receipt->receipt.stored_seq > plan->held_seq) {
            plan->held_seq = receipt->receipt.stored_seq;
        }
    }
    plan->last_seq = last_seq_of(plan);
    size_t count = (size_t)plan->last_seq + 1;
    plan->facts = ARENA_ARRAY(&plan->arena, count, const struct rescue_fact *);
    plan->origins = ARENA_ARRAY(&plan->arena, count, uint32_t);
    plan->traces = ARENA_ARRAY(&plan->arena, count, struct rescue_trace);
    for (size_t i = 0; i < found->facts.count; i++) {
        const struct rescue_fact *fact = &found->facts.items[i];
        uint32_t origin_no = origin_of(found, fact);
        const struct rescue_fact **chosen = &plan->facts[fact->record.seq];
        if (origin_no != 0 && (*chosen == NULL || is_better(plan, fact, *chosen))) {
            *chosen = fact;
            plan->origins[fact->record.seq] = origin_no;
        }
    }
    for (size_t i = 0; i < found->traces.count; i++) {
        const struct rescue_trace *trace = &found->traces.items[i];
        if (trace->device_no != plan->device_no || trace->seq == 0 || trace->seq > plan->last_seq) {
            continue;
        }
        struct rescue_trace *known = &plan->traces[trace->seq];
        known->at_ms = trace->at_ms != 0 ? trace->at_ms : known->at_ms;
        known->case_no = trace->case_no != 0 ? trace->case_no : known->case_no;
        known->id = id_is_zero(&trace->id) ? known->id : trace->id;
    }
}

/* Numbers before the present one, as the facts show them: see core/event/chain.h. */
static enum err lineage_put(struct plan *plan)
{
    for (uint64_t seq = 1; seq <= plan->last_seq; seq++) {
        uint32_t origin_no = plan->origins[seq];
        uint32_t next_no = 0;
        for (uint64_t at = seq + 1; at <= plan->last_seq && next_no == 0; at++) {
            next_no = plan->origins[at];
        }
        if (origin_no == 0 || origin_no == plan->device_no || origin_no == next_no) {
            continue;
        }
        struct store_stmt stmt;
        TRY(store_stmt_start(plan->store, SQL_DEVICE_lineage_put, &stmt));
        store_stmt_bind_number(&stmt, "$device_no", origin_no);
        store_stmt_bind_number(&stmt, "$until_seq", (int64_t)seq);
        TRY(store_stmt_run(&stmt));
    }
    plan->store->is_lineage_known = false;
    return OK;
}

/* ---- the journal ---- */

/* The fact that says that this one is lost. It is dated as the lost one was, as far as that is
 * known, so that it changes the order of no other. */
static enum err lost_make(struct plan *plan, uint64_t seq, int64_t order_at_ms,
                          struct store_record *record_out)
{
    const struct rescue_trace *trace = &plan->traces[seq];
    ds_Event *event = ARENA_NEW(&plan->arena, ds_Event);
    int64_t at_ms = trace->at_ms > 0 && trace->at_ms < order_at_ms ? trace->at_ms : order_at_ms;
    *event = (ds_Event){.at_ms = (uint64_t)(at_ms > 0 ? at_ms : 1),
                        .person_no = plan->person_no,
                        .case_no = trace->case_no,
                        .which_kind = ds_Event_record_lost_tag};
    ds_RecordLost *lost = &event->kind.record_lost;
    lost->seq = seq;
    lost->captured_at_ms = (uint64_t)trace->at_ms;
    lost->was_held = seq <= plan->held_seq;
    memcpy(lost->id, trace->id.bytes, sizeof lost->id);
    uint8_t *body = arena_alloc(&plan->arena, LIMIT_event_size);
    size_t size = 0;
    TRY(event_encode(event, body, LIMIT_event_size, &size));
    *record_out = (struct store_record){
        .seq = seq,
        .at_ms = (int64_t)event->at_ms,
        .order_at_ms = order_at_ms > 0 ? order_at_ms : 1,
        .kind = EVENT_record_lost,
        .case_no = event->case_no,
        .body = {(const char *)body, size},
    };
    plan->lost_count++;
    plan->held_count += lost->was_held;
    return OK;
}

/* What a fact brings with it, as when it was captured. */
static enum err follow_up(struct plan *plan, const struct store_record *record, uint32_t origin_no)
{
    struct fact *fact = ARENA_NEW(&plan->arena, struct fact);
    *fact = (struct fact){.id = record->id,
                          .device_no = origin_no,
                          .seq = record->seq,
                          .order_at_ms = record->order_at_ms};
    if (event_decode(&fact->event, (const uint8_t *)record->body.bytes, record->body.size) != OK) {
        return OK; /* of a newer program: kept as it is */
    }
    TRY(store_alarm_append(plan->store, fact));
    return store_attachment_append(plan->store, fact);
}

static enum err fact_put(struct plan *plan, uint64_t seq, struct store_tail *tail)
{
    struct store_record record;
    const struct rescue_fact *fact = plan->facts[seq];
    uint32_t origin_no = plan->origins[seq];
    if (fact != NULL) {
        record = fact->record;
    } else {
        TRY(lost_make(plan, seq, tail->order_at_ms, &record));
        TRY(store_journal_origin(plan->store, plan->device_no, seq, &origin_no));
    }
    const uint8_t *body = (const uint8_t *)record.body.bytes;
    record.id = chain_event_id(origin_no, seq, body, record.body.size);
    tail->link = chain_next(&tail->link, plan->device_no, seq, body, record.body.size);
    tail->seq = seq;
    tail->order_at_ms =
        record.order_at_ms > tail->order_at_ms ? record.order_at_ms : tail->order_at_ms;
    record.link = tail->link;
    record.order_at_ms = tail->order_at_ms;
    TRY(store_journal_insert(plan->store, plan->device_no, &record));
    return fact != NULL ? follow_up(plan, &record, origin_no) : OK;
}

static enum err journal_put(struct plan *plan)
{
    struct store_tail tail = {.is_known = true, .device_no = plan->device_no};
    TRY(lineage_put(plan));
    for (uint64_t seq = 1; seq <= plan->last_seq; seq++) {
        struct arena_mark mark = arena_mark(&plan->arena);
        enum err err = fact_put(plan, seq, &tail);
        arena_rollback(&plan->arena, mark);
        TRY(err);
    }
    plan->store->tail = tail;
    return OK;
}

/* ---- the rest ---- */

/* A receipt holds as far as the chain is the one that it was for. */
static enum err receipts_put(struct plan *plan)
{
    for (size_t i = 0; i < plan->found->receipts.count; i++) {
        const struct rescue_receipt *item = &plan->found->receipts.items[i];
        struct chain_link link;
        enum receipt_result result;
        if (item->device_no != plan->device_no || item->receipt.stored_seq > plan->last_seq) {
            continue;
        }
        TRY(store_journal_link(plan->store, item->receipt.stored_seq, &link));
        if (chain_link_equal(&link, &item->receipt.link)) {
            TRY(store_outbox_receipt(plan->store, &item->receipt, &result));
        }
    }
    return OK;
}

static enum err alarms_put(struct plan *plan)
{
    for (size_t i = 0; i < plan->found->alarms.count; i++) {
        const struct rescue_alarm *alarm = &plan->found->alarms.items[i];
        if (alarm->state == ALARM_heard || alarm->state == ALARM_seen) {
            TRY(store_alarm_heard(plan->store, alarm->seq, (enum alarm_state)alarm->state,
                                  alarm->heard_at_ms, alarm->by_name));
        }
    }
    return OK;
}

/* Of each key the one of the newest page, else the one that was changed last. */
static enum err drafts_put(struct plan *plan)
{
    const struct rescue_found *found = plan->found;
    for (size_t i = 0; i < found->drafts.count; i++) {
        const struct rescue_draft *draft = &found->drafts.items[i];
        bool is_best = true;
        for (size_t j = 0; j < found->drafts.count && is_best; j++) {
            const struct rescue_draft *other = &found->drafts.items[j];
            bool is_newer = other->rank < draft->rank ||
                            (other->rank == draft->rank &&
                             other->draft.changed_at_ms > draft->draft.changed_at_ms);
            bool is_twin = other->rank == draft->rank && j < i &&
                           other->draft.changed_at_ms == draft->draft.changed_at_ms;
            is_best = strcmp(other->draft.key, draft->draft.key) != 0 || !(is_newer || is_twin);
        }
        if (is_best) {
            TRY(store_draft_put(plan->store, &draft->draft));
            plan->result.draft_count++;
        }
    }
    return OK;
}

static enum err cases_put(struct plan *plan)
{
    for (size_t i = 0; i < plan->found->cases.count; i++) {
        bool is_taken = false;
        TRY(store_case_put(plan->store, &plan->found->cases.items[i], &is_taken));
    }
    return OK;
}

static enum err result_put(struct plan *plan, int64_t number, int64_t now_ms)
{
    const struct {
        enum setting setting;
        int64_t value;
    } values[] = {
        {SETTING_rescue_count, number},
        {SETTING_rescue_at_ms, now_ms},
        {SETTING_rescue_saved, (int64_t)(plan->last_seq - plan->lost_count)},
        {SETTING_rescue_lost, (int64_t)plan->lost_count},
        {SETTING_rescue_held, (int64_t)plan->held_count},
        {SETTING_rescue_drafts, (int64_t)plan->result.draft_count},
        {SETTING_rescue_told, STORE_RESCUE_TOLD_nobody},
        {SETTING_rescue_waits, 1},
        {SETTING_must_project, 1},
    };
    for (size_t i = 0; i < COUNT(values); i++) {
        TRY(store_setting_set_number(plan->store, values[i].setting, values[i].value));
    }
    return OK;
}

static enum err fill(struct plan *plan, int64_t number, int64_t now_ms)
{
    TRY(settings_put(plan));
    choose(plan);
    TRY(journal_put(plan));
    TRY(receipts_put(plan));
    TRY(alarms_put(plan));
    TRY(drafts_put(plan));
    TRY(cases_put(plan));
    return result_put(plan, number, now_ms);
}

enum err rescue_build(struct store *store, const struct rescue_found *found, int64_t number,
                      int64_t now_ms)
{
    CHECK(rescue_build_can(found));
    struct plan plan = {
        .store = store,
        .found = found,
        .device_no = (uint32_t)rescue_find_number(found, SETTING_device_no, 0),
        .person_no = (uint32_t)rescue_find_number(found, SETTING_person_no, 0),
    };
    arena_init(&plan.arena, 0);
    enum err err = fill(&plan, number, now_ms);
    arena_deinit(&plan.arena);
    return err;
}
