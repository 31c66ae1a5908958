#include "tests/sim/fold_alone.h"

#include "core/domain/catalog.h"
#include "core/event/chain.h"
#include "sync/server/merge/conflict.h"

#include <pb_common.h>
#include <stdlib.h>
#include <string.h>

/* ---- the journal ---- */

static int compare_ids(const void *a, const void *b)
{
    const struct fold_fact *const *one = a;
    const struct fold_fact *const *other = b;
    int order = memcmp((*one)->fact.id.bytes, (*other)->fact.id.bytes, sizeof(struct id));
    return order != 0 ? order : (int)(*other)->is_first - (int)(*one)->is_first;
}

static int compare_canonically(const void *a, const void *b)
{
    const struct fold_fact *const *one = a;
    const struct fold_fact *const *other = b;
    int order = fact_compare(&(*one)->fact, &(*other)->fact);
    return order != 0 ? order
                      : memcmp((*one)->fact.id.bytes, (*other)->fact.id.bytes, sizeof(struct id));
}

struct strand_name {
    uint32_t device_no, strand;
};

enum err fold_alone_read(struct arena *arena, struct hq_store *store, struct fold_alone *fold_out)
{
    enum { STRANDS_MAX = 8192 };
    struct strand_name *strands = ARENA_ARRAY(arena, STRANDS_MAX, struct strand_name);
    size_t strand_count = 0;
    struct hq_query query = hq_query(store, SQL_HQ_strand_everyone);
    while (hq_next(&query)) {
        CHECK(strand_count < STRANDS_MAX);
        strands[strand_count++] =
            (struct strand_name){(uint32_t)hq_i64(&query, 0), (uint32_t)hq_i64(&query, 1)};
    }
    TRY(hq_end(&query));
    size_t capacity = 256;
    size_t count = 0;
    struct fold_fact **facts = ARENA_ARRAY(arena, capacity, struct fold_fact *);
    for (size_t i = 0; i < strand_count; i++) {
        query = hq_query(store, SQL_HQ_event_of_strand);
        hq_bind_i64(&query, "$device_no", strands[i].device_no);
        hq_bind_i64(&query, "$strand", strands[i].strand);
        while (hq_next(&query)) {
            struct fold_fact *fact = ARENA_NEW(arena, struct fold_fact);
            struct str body = hq_text(&query, 8);
            fact->strand = strands[i].strand;
            /* A tablet that was given a new number keeps the place of its facts. */
            fact->fact.device_no =
                hq_i64(&query, 9) != 0 ? (uint32_t)hq_i64(&query, 9) : strands[i].device_no;
            fact->fact.seq = (uint64_t)hq_i64(&query, 0);
            fact->fact.id = hq_id(&query, 1);
            fact->fact.order_at_ms = hq_i64(&query, 6);
            fact->is_first = hq_i64(&query, 10) == 0;
            fact->is_readable =
                event_decode(&fact->fact.event, (const uint8_t *)body.bytes, body.size) == OK;
            if (count == capacity) {
                struct fold_fact **more = ARENA_ARRAY(arena, capacity * 2, struct fold_fact *);
                memcpy(more, facts, count * sizeof *more);
                facts = more;
                capacity *= 2;
            }
            facts[count++] = fact;
        }
        TRY(hq_end(&query));
    }
    /* The same fact in several strands is one fact. */
    qsort(facts, count, sizeof *facts, compare_ids);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !id_equal(&facts[kept - 1]->fact.id, &facts[i]->fact.id)) {
            facts[kept++] = facts[i];
        }
    }
    qsort(facts, kept, sizeof *facts, compare_canonically);
    *fold_out = (struct fold_alone){.facts = facts, .count = kept};
    return OK;
}

/* ---- rows: each id once, with its last value ---- */

struct rows {
    struct arena *arena;
    struct contact_row *contacts;
    struct arrangement_row *arrangements;
    struct payment_row *payments;
    struct incident_row *incidents;
    size_t contact_count, arrangement_count, payment_count, incident_count, capacity;
};

#define PUT_ROW(list, member)                           \
    struct rows *rows = context;                        \
    for (size_t i = 0; i < rows->member##_count; i++) { \
        if (id_equal(&rows->list[i].id, &row->id)) {    \
            rows->list[i] = *row;                       \
            return OK;                                  \
        }                                               \
    }                                                   \
    CHECK(rows->member##_count < rows->capacity);       \
    rows->list[rows->member##_count++] = *row;          \
    return OK;

static enum err put_contact(void *context, const struct contact_row *row)
{
    PUT_ROW(contacts, contact)
}

static enum err put_arrangement(void *context, const struct arrangement_row *row)
{
    PUT_ROW(arrangements, arrangement)
}

static enum err put_payment(void *context, const struct payment_row *row)
{
    PUT_ROW(payments, payment)
}

static enum err put_incident(void *context, const struct incident_row *row)
{
    PUT_ROW(incidents, incident)
}

/* ---- the comparison ---- */

static enum err count_rows(struct hq_store *store, enum sql_hq name, uint64_t case_no,
                           size_t *count_out)
{
    struct hq_query query = hq_query(store, name);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    *count_out = 0;
    while (hq_next(&query)) {
        *count_out += 1;
    }
    return hq_end(&query);
}

static const char *check_rows(struct arena *arena, struct hq_store *store, uint64_t case_no,
                              const struct rows *rows)
{
    const struct {
        enum sql_hq name;
        const char *what;
        size_t count;
    } tables[] = {
        {SQL_HQ_case_rows_contact, "contacts", rows->contact_count},
        {SQL_HQ_case_rows_arrangement, "arrangements", rows->arrangement_count},
        {SQL_HQ_case_rows_payment, "payments", rows->payment_count},
        {SQL_HQ_case_rows_incident, "incidents", rows->incident_count},
    };
    for (size_t i = 0; i < COUNT(tables); i++) {
        size_t count = 0;
        if (count_rows(store, tables[i].name, case_no, &count) != OK) {
            return "rows cannot be read";
        }
        if (count != tables[i].count) {
            return str_format(arena, "case %llu has %zu %s at headquarters and %zu by its facts",
                              (unsigned long long)case_no, count, tables[i].what, tables[i].count);
        }
    }
    return NULL;
}

/* What was posted is what the facts post, each reference once. */
static const char *check_money(struct arena *arena, const ds_CaseRecord *record,
                               const ds_CaseState *state, const struct fold_fact *const *facts,
                               size_t count)
{
    struct balance balance = fold_balance(record, state);
    uint64_t posted_minor = 0;
    for (size_t i = 0; i < count; i++) {
        const ds_Event *event = &facts[i]->fact.event;
        if (event->which_kind != ds_Event_payment_posted_tag) {
            continue;
        }
        bool is_again = false;
        for (size_t j = 0; j < i; j++) {
            is_again = is_again || (facts[j]->fact.event.which_kind == event->which_kind &&
                                    strcmp(facts[j]->fact.event.kind.payment_posted.reference,
                                           event->kind.payment_posted.reference) == 0);
        }
        if (!is_again && event->kind.payment_posted.paid_day >= balance.as_of_day) {
            posted_minor += event->kind.payment_posted.amount_minor;
        }
    }
    uint64_t owed_minor =
        balance.total_minor > posted_minor ? balance.total_minor - posted_minor : 0;
    if (balance.paid_minor != posted_minor || balance.owed_minor != owed_minor) {
        return str_format(arena, "money of case %llu: posted %llu, counted %llu, owed %llu of %llu",
                          (unsigned long long)record->case_no, (unsigned long long)posted_minor,
                          (unsigned long long)balance.paid_minor,
                          (unsigned long long)balance.owed_minor,
                          (unsigned long long)balance.total_minor);
    }
    return NULL;
}

static bool has_effect(const struct fold_fact *fact)
{
    enum event_kind kind = event_kind(&fact->fact.event);
    return fact->is_readable && kind != EVENT_none &&
           (fact->fact.device_no == 0) == (event_kind_origin(kind) == EVENT_ORIGIN_hq);
}

/* A request of the holder's under a lease that had ended. */
static bool is_of_old_lease(const ds_CaseState *before, const struct fact *fact)
{
    enum event_kind kind = event_kind(&fact->event);
    bool is_request = kind == EVENT_promise_made || kind == EVENT_plan_agreed ||
                      kind == EVENT_extension_requested || kind == EVENT_settlement_requested ||
                      kind == EVENT_waiver_requested;
    return is_request && fact->device_no != 0 && before->life == CASE_LIFE_open &&
           before->owner_no == fact->event.person_no && fact->event.epoch < before->epoch;
}

/* Somebody at headquarters is told of the fact. */
static bool is_told(struct hq_store *store, uint64_t case_no, const struct id *id, uint32_t kind)
{
    struct hq_query query = hq_query(store, SQL_HQ_review_of_fact);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    hq_bind_id(&query, "$id", id);
    bool is_there = false;
    while (hq_next(&query)) {
        is_there = is_there || (uint32_t)hq_i64(&query, 1) == kind;
    }
    return hq_end(&query) == OK && is_there;
}

static const char *check_case(struct arena *arena, struct hq_store *store, uint64_t case_no,
                              const ds_CaseRecord *record, struct str stored,
                              const struct fold_fact *const *facts, size_t count)
{
    ds_CaseState *state = ARENA_NEW(arena, ds_CaseState);
    struct rows rows = {.arena = arena, .capacity = count * 2 + 8};
    rows.contacts = ARENA_ARRAY(arena, rows.capacity, struct contact_row);
    rows.arrangements = ARENA_ARRAY(arena, rows.capacity, struct arrangement_row);
    rows.payments = ARENA_ARRAY(arena, rows.capacity, struct payment_row);
    rows.incidents = ARENA_ARRAY(arena, rows.capacity, struct incident_row);
    const struct row_sink sink = {.context = &rows,
                                  .contact = put_contact,
                                  .arrangement = put_arrangement,
                                  .payment = put_payment,
                                  .incident = put_incident};
    fold_start(state, record);
    for (size_t i = 0; i < count; i++) {
        struct fact placed = facts[i]->fact;
        if (!fold_is_next(state, &placed)) { /* facts of two copies in one place: by their ids */
            placed.order_at_ms = (int64_t)state->last_at_ms + 1;
        }
        if (is_of_old_lease(state, &placed) &&
            !is_told(store, case_no, &placed.id, CONFLICT_old_epoch)) {
            return str_format(arena, "case %llu: nobody hears of a request under an old lease",
                              (unsigned long long)case_no);
        }
        fold_fact(state, record, &placed);
        CHECK(rows_emit(&facts[i]->fact, record, state, &sink) == OK);
    }
    uint8_t *bytes = arena_alloc(arena, LIMIT_case_size);
    size_t size = 0;
    CHECK(case_state_encode(state, bytes, LIMIT_case_size, &size) == OK);
    if (!str_equal(stored, (struct str){(const char *)bytes, size})) {
        ds_CaseState *other = ARENA_NEW(arena, ds_CaseState);
        (void)!case_state_decode(other, (const uint8_t *)stored.bytes, stored.size);
        return str_format(arena, "case %llu: the facts give another state than is stored: %s",
                          (unsigned long long)case_no, fold_difference(arena, state, other));
    }
    const char *sentence = check_money(arena, record, state, facts, count);
    return sentence != NULL ? sentence : check_rows(arena, store, case_no, &rows);
}

const char *fold_alone_check(struct arena *arena, struct hq_store *store,
                             const struct fold_alone *fold)
{
    uint64_t last_no = 0;
    for (size_t i = 0; i < fold->count; i++) {
        uint64_t case_no = fold->facts[i]->fact.event.case_no;
        last_no = fold->facts[i]->is_readable && case_no > last_no ? case_no : last_no;
    }
    const struct fold_fact **facts = ARENA_ARRAY(arena, fold->count + 1, const struct fold_fact *);
    const char *sentence = NULL;
    for (uint64_t case_no = 1; sentence == NULL && case_no <= last_no; case_no++) {
        struct arena_mark mark = arena_mark(arena);
        struct hq_query query = hq_query(store, SQL_HQ_kase_and_state);
        hq_bind_i64(&query, "$case_no", (int64_t)case_no);
        ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
        bool has_row = hq_next(&query);
        struct str stored = {"", 0};
        if (has_row) {
            struct str bytes = hq_text(&query, 0);
            CHECK(case_record_decode(record, (const uint8_t *)bytes.bytes, bytes.size) == OK);
            bytes = hq_text(&query, 1);
            stored = (struct str){arena_copy(arena, bytes.bytes, bytes.size), bytes.size};
        }
        CHECK(hq_end(&query) == OK);
        size_t count = 0;
        for (size_t i = 0; i < fold->count; i++) {
            if (fold->facts[i]->fact.event.case_no == case_no && has_effect(fold->facts[i])) {
                facts[count++] = fold->facts[i];
            }
        }
        if (has_row) {
            sentence = check_case(arena, store, case_no, record, stored, facts, count);
        }
        if (sentence == NULL) {
            arena_rollback(arena, mark);
        }
    }
    return sentence;
}

/* ---- words ---- */

/* Whatever members there will be: by their numbers in case.proto. */
static const char *member_difference(struct arena *arena, const ds_CaseState *a,
                                     const ds_CaseState *b)
{
    pb_field_iter_t one;
    pb_field_iter_t other;
    bool goes_on = pb_field_iter_begin_const(&one, ds_CaseState_fields, a) &&
                   pb_field_iter_begin_const(&other, ds_CaseState_fields, b);
    while (goes_on) {
        bool is_list = PB_HTYPE(one.type) == PB_HTYPE_REPEATED;
        size_t count = is_list ? *(const pb_size_t *)one.pSize : 1;
        size_t other_count = is_list ? *(const pb_size_t *)other.pSize : 1;
        if (count != other_count) {
            return str_format(arena, "member %u: %zu and %zu items", (unsigned)one.tag, count,
                              other_count);
        }
        for (size_t i = 0; i < count; i++) {
            const char *item = (const char *)one.pData + i * one.data_size;
            const char *other_item = (const char *)other.pData + i * one.data_size;
            if (memcmp(item, other_item, one.data_size) != 0) {
                return str_format(arena, "member %u, item %zu", (unsigned)one.tag, i);
            }
        }
        goes_on = pb_field_iter_next(&one) && pb_field_iter_next(&other);
    }
    return "nowhere";
}

const char *fold_difference(struct arena *arena, const ds_CaseState *a, const ds_CaseState *b)
{
#define FIELD(name, number)                                                                    \
    if (a->name != b->name) {                                                                  \
        return str_format(arena, #name " %lld, %lld", (long long)a->name, (long long)b->name); \
    }
    FIELD(case_no, 1)
    FIELD(life, 2)
    FIELD(owner_no, 3)
    FIELD(epoch, 4)
    FIELD(event_count, 34)
    FIELD(last_at_ms, 31)
    FIELD(last_device_no, 32)
    FIELD(last_seq, 33)
    FIELD(visit_count, 13)
    FIELD(met_count, 14)
    FIELD(promise_count, 15)
    FIELD(broken_count, 16)
    FIELD(posted_minor, 17)
    FIELD(posted_through_day, 18)
    FIELD(next_day, 27)
    FIELD(complaint_count, 30)
    FIELD(flags_count, 7)
    FIELD(contacts_count, 8)
    FIELD(arrangements_count, 9)
    FIELD(payments_count, 10)
#undef FIELD
    for (size_t i = 0; i < a->arrangements_count; i++) {
        if (memcmp(&a->arrangements[i], &b->arrangements[i], sizeof a->arrangements[i]) != 0) {
            return str_format(arena, "arrangement %zu: state %u, %u; paid %llu, %llu", i,
                              (unsigned)a->arrangements[i].state,
                              (unsigned)b->arrangements[i].state,
                              (unsigned long long)a->arrangements[i].paid_minor,
                              (unsigned long long)b->arrangements[i].paid_minor);
        }
    }
    for (size_t i = 0; i < a->payments_count; i++) {
        if (memcmp(&a->payments[i], &b->payments[i], sizeof a->payments[i]) != 0) {
            return str_format(arena, "payment %zu: counted %llu, %llu; posted %d, %d", i,
                              (unsigned long long)a->payments[i].counted_minor,
                              (unsigned long long)b->payments[i].counted_minor,
                              (int)a->payments[i].is_posted, (int)b->payments[i].is_posted);
        }
    }
    for (size_t i = 0; i < a->contacts_count; i++) {
        if (memcmp(&a->contacts[i], &b->contacts[i], sizeof a->contacts[i]) != 0) {
            return str_format(arena, "contact %zu: outcome %u, %u; owed %llu, %llu", i,
                              (unsigned)a->contacts[i].outcome, (unsigned)b->contacts[i].outcome,
                              (unsigned long long)a->contacts[i].owed_minor,
                              (unsigned long long)b->contacts[i].owed_minor);
        }
    }
    for (size_t i = 0; i < a->flags_count; i++) {
        if (memcmp(&a->flags[i], &b->flags[i], sizeof a->flags[i]) != 0) {
            return str_format(arena, "flag %zu: %u, %u", i, (unsigned)a->flags[i].flag,
                              (unsigned)b->flags[i].flag);
        }
    }
    return member_difference(arena, a, b);
}

const char *fold_text_difference(struct arena *arena, struct str a, struct str b)
{
    struct str one = {"", 0};
    struct str other = {"", 0};
    while (str_equal(one, other)) {
        if (!str_split(&a, '\n', &one)) {
            one = STR("(end)");
        }
        if (!str_split(&b, '\n', &other)) {
            other = STR("(end)");
        }
        if (str_is(one, "(end)") && str_is(other, "(end)")) {
            break;
        }
    }
    return str_format(arena, "\"%.*s\" and \"%.*s\"", (int)one.size, one.bytes, (int)other.size,
                      other.bytes);
}
