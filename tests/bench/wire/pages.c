#include "tests/bench/wire/pages.h"

#include "core/base/limits.h"
#include "core/domain/date.h"
#include "core/event/fold.h"
#include "sync/proto/pack.h"
#include "sync/proto/receipt.h"
#include "sync/server/import/assign.h"
#include "sync/server/import/case_row.h"
#include "sync/server/import/sample.h"
#include "sync/server/import/sample_person.h"
#include "tests/bench/wire/visits.h"

#include <stdio.h>
#include <string.h>

enum { DAY_START = 20454, DAY_SPAN = 1000, HQ_BRANCH_NO = 1, CAPACITY_MAX = 24 * 1024 };

static int64_t noon(int32_t day)
{
    return date_instant(day, 720, 480);
}

/* The sample as a file, read back by the reader of imports: rows with faults fall out. */
static ds_CaseRecord **read_records(struct arena *arena, const struct sample_options *sample,
                                    size_t *count_out)
{
    FILE *file = tmpfile();
    int64_t faults = 0;
    CHECK(file != NULL && sample_cases(arena, file, sample, &faults) == OK);
    rewind(file);
    struct csv_reader *reader;
    struct csv_row row;
    bool has_row = false;
    CHECK(csv_reader_open(arena, file, NULL, &reader) == OK);
    CHECK(csv_reader_next(reader, &row, &has_row) == OK && has_row);
    struct column_map map;
    struct heading_answer heading;
    column_bind(arena, column_table_cases(), row.fields, row.field_count, &map, &heading);
    CHECK(heading.fault == HEADING_ok);
    ds_CaseRecord **records = ARENA_ARRAY(arena, (size_t)sample->case_count, ds_CaseRecord *);
    struct case_draft *draft = ARENA_NEW(arena, struct case_draft);
    struct row_faults *row_faults = ARENA_NEW(arena, struct row_faults);
    size_t count = 0;
    while (csv_reader_next(reader, &row, &has_row) == OK && has_row) {
        if (row.fault != CSV_FAULT_none) {
            continue;
        }
        case_row_read(&map, &row, sample->today, HQ_BRANCH_NO, draft, row_faults);
        if (row_faults->count == 0) {
            ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
            *record = draft->record;
            record->case_no = count + 1;
            records[count++] = record;
        }
    }
    csv_reader_close(reader);
    fclose(file);
    *count_out = count;
    return records;
}

/* Who serves what, as the sample's list of people says. */
static void make_people(struct arena *arena, struct sample_rng *rng, struct assign_plan *plan)
{
    size_t districts = sample_district_count();
    for (size_t i = 0; i < plan->person_count; i++) {
        struct sample_name name = sample_name_make(rng, (uint32_t)sample_between(rng, 1, 2));
        const char *areas = str_format(arena, "%s;%s", sample_district(i * 2 % districts),
                                       sample_district((i * 2 + 1) % districts));
        plan->people[i] = (struct assign_person){
            .person_no = (uint32_t)i + 2,
            .code = str_format(arena, "C%03zu", i + 1),
            .name = str_format(arena, "%s", name.text),
            .can_work = true,
            .areas = str_from(areas),
        };
    }
}

static void make_plan(struct arena *arena, struct sample_rng *rng, ds_CaseRecord **records,
                      size_t count, struct assign_plan *plan)
{
    plan->people = ARENA_ARRAY(arena, plan->person_count, struct assign_person);
    plan->cases = ARENA_ARRAY(arena, count, struct assign_case);
    plan->case_count = count;
    make_people(arena, rng, plan);
    for (size_t i = 0; i < count; i++) {
        const ds_CaseRecord *record = records[i];
        plan->cases[i] = (struct assign_case){
            .case_no = record->case_no,
            .case_ref = record->case_ref,
            .area = str_from(record->addresses_count > 0 ? record->addresses[0].area : ""),
            .debtor_id = str_from(record->id_number),
            .grade = record->grade,
            .owed_minor = record->principal_minor + record->interest_minor + record->penalty_minor +
                          record->fees_minor,
            .is_open = true,
        };
    }
    assign_apply(arena, plan);
}

static void fold(ds_CaseState *state, const ds_CaseRecord *record, struct sample_rng *rng,
                 struct fact fact)
{
    uint64_t parts[2] = {sample_next(rng), sample_next(rng)};
    memcpy(fact.id.bytes, parts, sizeof fact.id.bytes);
    fact.order_at_ms = (int64_t)fact.event.at_ms;
    fold_fact(state, record, &fact);
}

static void fold_own(ds_CaseState *state, const ds_CaseRecord *record, struct sample_rng *rng,
                     ds_Event event, int64_t at_ms, uint64_t seq)
{
    event.at_ms = (uint64_t)at_ms;
    event.case_no = record->case_no;
    fold(state, record, rng, (struct fact){.seq = seq, .event = event});
}

static void assign_case(struct arena *arena, struct sample_rng *rng, const struct assign_plan *plan,
                        const struct assign_case *one, const ds_CaseRecord *record, int64_t at_ms,
                        ds_CaseState *state)
{
    ds_Event event = ds_Event_init_zero;
    event.which_kind = ds_Event_case_assigned_tag;
    ds_CaseAssigned *assigned = &event.kind.case_assigned;
    assigned->owner_no = one->new_owner_no;
    assigned->lease_epoch = one->epoch + 1;
    (void)str_copy(assigned->why, sizeof assigned->why,
                   str_from(assign_why_text(arena, LANG_zh, plan, one)));
    fold_own(state, record, rng, event, at_ms, one->case_no);
}

static void check_payments(struct sample_rng *rng, const ds_CaseRecord *record, int64_t at_ms,
                           ds_CaseState *state)
{
    if (sample_below(rng, 8) == 0) {
        ds_Event paid = ds_Event_init_zero;
        paid.which_kind = ds_Event_payment_posted_tag;
        ds_PaymentPosted *posted = &paid.kind.payment_posted;
        posted->amount_minor = 100 * (uint64_t)sample_between(rng, 100, 9000);
        posted->paid_day = date_day_at(at_ms, 480) - (int32_t)sample_between(rng, 0, 2);
        posted->channel = (uint32_t)sample_between(rng, 1, 5);
        snprintf(posted->reference, sizeof posted->reference, "LS%010lld",
                 (long long)sample_between(rng, 1, 99999));
        fold_own(state, record, rng, paid, at_ms + 1, 100000 + record->case_no);
    }
    ds_Event checked = ds_Event_init_zero;
    checked.which_kind = ds_Event_payments_checked_tag;
    checked.kind.payments_checked =
        (ds_PaymentsChecked){.through_day = date_day_at(at_ms, 480) - 1, .grace_days = 3};
    fold_own(state, record, rng, checked, at_ms + 2, 200000 + record->case_no);
}

static void visit_case(struct visits *visits, struct sample_rng *rng, const ds_CaseRecord *record,
                       ds_CaseState *state)
{
    ds_Event events[VISITS_EVENTS_MAX];
    for (int64_t left = sample_between(rng, 1, 3); left > 0; left--) {
        uint64_t seq = visits->seq;
        size_t count = visits_next(visits, events);
        for (size_t i = 0; i < count; i++) {
            events[i].case_no = record->case_no;
            fold(state, record, rng,
                 (struct fact){.device_no = visits->device_no, .seq = seq + i, .event = events[i]});
        }
    }
}

static struct wire_bytes kept(struct arena *arena, const uint8_t *bytes, size_t size)
{
    return (struct wire_bytes){arena_copy(arena, bytes, size), size};
}

void pages_make(struct arena *arena, uint64_t seed, size_t case_count, size_t collector_count,
                uint32_t visited_percent, struct pages *pages_out)
{
    struct sample_rng rng = sample_stream(seed, 77, 0);
    int32_t today = DAY_START + (int32_t)sample_below(&rng, DAY_SPAN);
    const struct sample_options sample = {.case_count = (int64_t)case_count,
                                          .collector_count = (int64_t)collector_count,
                                          .seed = seed,
                                          .today = today};
    size_t count = 0;
    ds_CaseRecord **records = read_records(arena, &sample, &count);
    struct assign_plan plan = {.person_count = collector_count};
    make_plan(arena, &rng, records, count, &plan);
    struct visits *visits = ARENA_NEW(arena, struct visits);
    visits_start(visits, seed, false);
    visits->at_ms = noon(today + 2); /* after all that headquarters did */
    visits->boot_at_ms = visits->at_ms - 3600000;
    *pages_out = (struct pages){.rows = ARENA_ARRAY(arena, count + 1, struct answer_row)};
    ds_CaseState *state = ARENA_NEW(arena, ds_CaseState);
    uint8_t *bytes = arena_alloc(arena, CAPACITY_MAX);
    for (size_t i = 0; i < plan.case_count; i++) {
        const struct assign_case *one = &plan.cases[i];
        if (one->new_owner_no != plan.people[0].person_no) {
            continue;
        }
        const ds_CaseRecord *record = records[one->case_no - 1];
        fold_start(state, record);
        assign_case(arena, &rng, &plan, one, record, noon(today) + (int64_t)(i / 20), state);
        if (sample_below(&rng, 2) == 0) {
            check_payments(&rng, record, noon(today + 1), state);
        }
        if (sample_below(&rng, 100) < visited_percent) {
            visit_case(visits, &rng, record, state);
        }
        struct answer_row *row = &pages_out->rows[pages_out->count++];
        *row = (struct answer_row){.case_no = record->case_no, .feed_seq = pages_out->count};
        size_t size = 0;
        CHECK(case_record_encode(record, bytes, CAPACITY_MAX, &size) == OK);
        row->record = kept(arena, bytes, size);
        CHECK(case_state_encode(state, bytes, CAPACITY_MAX, &size) == OK);
        row->state = kept(arena, bytes, size);
        pages_out->record_size += row->record.size;
        pages_out->state_size += row->state.size;
    }
}

static void fill(void *context, void *bytes, size_t size)
{
    struct sample_rng *rng = context;
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)bytes)[i] = (uint8_t)sample_next(rng);
    }
}

struct ends {
    struct envelope_keys hq, device;
};

static void make_ends(uint64_t seed, struct ends *ends)
{
    struct sample_rng state = sample_stream(seed, 78, 0);
    struct rng rng = {.fill = fill, .context = &state};
    chain_keypair(&rng, &ends->hq.public_key, &ends->hq.secret_key);
    chain_keypair(&rng, &ends->device.public_key, &ends->device.secret_key);
}

struct wire_bytes pages_seal(struct arena *arena, const struct pages *pages, uint64_t seed,
                             size_t from, size_t count, uint32_t format)
{
    CHECK(from + count <= pages->count);
    struct ends ends;
    make_ends(seed, &ends);
    struct sample_rng rng = sample_stream(seed, 79, from);
    struct answer answer = {
        .request_tag = sample_next(&rng),
        .device_no = 7,
        .hq_at_ms = noon(DAY_START) + sample_below(&rng, INT64_C(86400000) * DAY_SPAN),
        .has_receipt = true,
        .receipt = {.device_no = 7,
                    .stored_seq = 1 + (uint64_t)sample_below(&rng, 9000),
                    .level = RECEIPT_LEVEL_stored},
        .from_cursor = from,
        .next_cursor = from + count,
        .next_tag = (uint32_t)sample_next(&rng),
        .has_more = from + count < pages->count,
        .is_restart = from == 0,
        .rows = pages->rows + from,
        .row_count = count,
        .format = format,
    };
    answer.receipt.stored_at_ms = (uint64_t)answer.hq_at_ms;
    fill(&rng, answer.receipt.link, sizeof answer.receipt.link);
    receipt_sign(&answer.receipt, &ends.hq.secret_key);
    struct wire_bytes envelope;
    CHECK(answer_seal(arena, &answer, &ends.hq, &ends.device.public_key, &envelope) == WIRE_ok);
    return envelope;
}

struct wire_bytes pages_unpacked(struct arena *arena, const struct pages *pages, uint64_t seed,
                                 size_t from, size_t count)
{
    struct ends ends;
    make_ends(seed, &ends);
    struct wire_bytes envelope = pages_seal(arena, pages, seed, from, count, 1);
    struct envelope_head head;
    struct wire_bytes plain;
    struct wire_bytes bytes;
    CHECK(envelope_read_head(envelope, &head) == WIRE_ok);
    CHECK(envelope_open(arena, &head, envelope, &ends.device, &plain) == WIRE_ok);
    struct wire_bytes packed = {plain.bytes + CHAIN_SIGNATURE_SIZE,
                                plain.size - CHAIN_SIGNATURE_SIZE};
    CHECK(pack_open(arena, packed, LIMIT_answer_size, &bytes) == WIRE_ok);
    return bytes;
}
