/* tests/sim/hq_fill.c -- headquarters' people, cases and policy. */
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/rules/policy.h"
#include "tests/sim/hq_parts.h"

/* Visits at any hour and as often as a run wants them: this is about what becomes of
 * facts, not about when a door may be knocked on. */
static const char policy_text[] =
    "rule.T01 = log\nrule.T03 = log\nrule.T03w = log\nrule.F05 = log\n"
    "rule.A07b = warn\nrule.X01b = warn\nrule.S02 = warn\n"
    "rule.S04 = warn\nrule.S05 = warn\nrule.S06 = warn\n"
    "rule.S07 = warn\nrule.S08 = warn\nrule.S10 = warn\n";

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

void hq_fill_record(struct hq *hq, uint32_t number, ds_CaseRecord *record)
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

enum err hq_add_case(struct hq *hq, struct ingest *ingest, uint32_t owner_no)
{
    ds_CaseRecord *record = ARENA_NEW(&hq->task, ds_CaseRecord);
    hq_fill_record(hq, ++hq->case_count, record);
    TRY(ingest_case(ingest, record, 0));
    ds_Event *event = ARENA_NEW(&hq->task, ds_Event);
    event->case_no = record->case_no;
    event->which_kind = ds_Event_case_assigned_tag;
    event->kind.case_assigned.owner_no = owner_no;
    event->kind.case_assigned.lease_epoch = 1;
    return ingest_own(ingest, event, NULL);
}

/* The policy above; a line of comment makes the hash another one. */
enum err hq_put_policy(struct hq *hq, uint64_t variant)
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

enum err hq_fill(struct hq *hq)
{
    const struct script *script = &hq->world->script;
    TRY(hq_begin(hq->store));
    TRY(hq_put_policy(hq, 0));
    for (uint32_t i = 1; i <= script->tablet_count; i++) {
        TRY(put_person(hq, i));
    }
    struct ingest *ingest = ingest_start(&hq->task, hq->store, hq->world->now_ms - 3600000);
    for (uint32_t i = 0; i < script->tablet_count * script->case_count; i++) {
        TRY(hq_add_case(hq, ingest, i % script->tablet_count + 1));
    }
    TRY(ingest_finish(ingest));
    return hq_commit(hq->store);
}
