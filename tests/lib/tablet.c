#include "tests/lib/tablet.h"

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "tests/lib/sealed.h"

#include <stdio.h>

static const char vfs_name[] = "tablet";

int64_t tablet_start_ms(void)
{
    return date_instant(date_from_civil(2026, 11, 23), 10 * 60, 480);
}

static void start(struct tablet *tablet)
{
    memset(tablet, 0, sizeof *tablet);
    tablet->clock = sim_clock_make(&tablet->sim, tablet_start_ms());
    tablet->rng = test_rng_make(&tablet->rng_state, 4711);
    arena_init(&tablet->program, 0);
    arena_init(&tablet->task, 0);
    fault_vfs_register(vfs_name, &tablet->disk);
    tablet->nonces = test_rng_make(&tablet->nonce_state, 1);
    tablet->options = (struct store_options){.path = "device.db", .vfs = vfs_name};
    sealed_options(&tablet->options, &tablet->nonces);
}

enum err tablet_reopen(struct tablet *tablet)
{
    store_close(&tablet->store);
    arena_reset(&tablet->program);
    TRY(store_open(&tablet->program, &tablet->options, &tablet->store));
    return journey_init(&tablet->journey, tablet->store, &tablet->clock, &tablet->rng,
                        &tablet->task);
}

void tablet_open_bare(struct tablet *tablet)
{
    start(tablet);
    EXPECT_OK(tablet_reopen(tablet));
}

void tablet_close(struct tablet *tablet)
{
    store_close(&tablet->store);
    fault_vfs_unregister(vfs_name);
    fault_disk_free(&tablet->disk);
    arena_deinit(&tablet->program);
    arena_deinit(&tablet->task);
}

void tablet_record(ds_CaseRecord *record, uint64_t case_no)
{
    static const char *const names[] = {"李秀英", "王建国", "张小明", "刘洋", "陈静"};
    static const char *const initials[] = {"lxy", "wjg", "zxm", "ly", "cj"};
    int32_t today = date_day_at(tablet_start_ms(), 480);
    size_t name = (size_t)(case_no % COUNT(names));
    *record = (ds_CaseRecord){
        .case_no = case_no,
        .currency = "CNY",
        .zone = "Asia/Shanghai",
        .product = "信用卡",
        .client = "东海银行",
        .id_number = "310101199001011234",
        .principal_minor = 1000000,
        .interest_minor = 200000,
        .penalty_minor = 30000,
        .fees_minor = 4567,
        .balance_as_of_day = today,
        .due_day = today - 95,
        .imported_day = today - 3,
        .mandate_until_day = today + 90,
        .grade = 3,
        .branch_no = 1,
        .points_count = 1,
        .addresses_count = 1,
    };
    snprintf(record->case_ref, sizeof record->case_ref, "DH2026-%06llu",
             (unsigned long long)case_no);
    snprintf(record->debtor_name, sizeof record->debtor_name, "%s", names[name]);
    snprintf(record->debtor_initials, sizeof record->debtor_initials, "%s", initials[name]);
    record->points[0] = (ds_Point){.kind = POINT_KIND_mobile, .state = POINT_STATE_unverified};
    snprintf(record->points[0].value, sizeof record->points[0].value, "138%08llu",
             (unsigned long long)(case_no * 7919 % 100000000));
    record->addresses[0] = (ds_Address){
        .kind = ADDRESS_KIND_home,
        .lat_e7 = 312300000 + (int32_t)(case_no % 1000) * 1000,
        .lon_e7 = 1214700000 + (int32_t)(case_no / 1000) * 1000,
    };
    snprintf(record->addresses[0].text, sizeof record->addresses[0].text, "浦东新区张杨路%llu号",
             (unsigned long long)(case_no % 3000 + 1));
    snprintf(record->addresses[0].area, sizeof record->addresses[0].area, "浦东新区");
}

void tablet_state(ds_CaseState *state, const ds_CaseRecord *record)
{
    fold_start(state, record);
    struct fact assigned = {
        .device_no = 0,
        .seq = record->case_no,
        .order_at_ms = tablet_start_ms() - DATE_DAY_MS,
        .event =
            {
                .at_ms = (uint64_t)(tablet_start_ms() - DATE_DAY_MS),
                .case_no = record->case_no,
                .which_kind = ds_Event_case_assigned_tag,
                .kind.case_assigned = {.owner_no = TABLET_PERSON_NO,
                                       .lease_epoch = 1,
                                       .why = "area"},
            },
    };
    fold_fact(state, record, &assigned);
}

struct store_case_feed tablet_feed(struct tablet *tablet, const ds_CaseRecord *record,
                                   const ds_CaseState *state, uint64_t folded_seq)
{
    uint8_t *record_bytes = arena_alloc(&tablet->task, LIMIT_case_size);
    uint8_t *state_bytes = arena_alloc(&tablet->task, LIMIT_case_size);
    size_t record_size = 0;
    size_t state_size = 0;
    EXPECT_OK(case_record_encode(record, record_bytes, LIMIT_case_size, &record_size));
    EXPECT_OK(case_state_encode(state, state_bytes, LIMIT_case_size, &state_size));
    return (struct store_case_feed){
        .case_no = record->case_no,
        .feed_seq = ++tablet->feed_seq,
        .folded_seq = folded_seq,
        .record = {(const char *)record_bytes, record_size},
        .state = {(const char *)state_bytes, state_size},
    };
}

enum err tablet_receive(struct tablet *tablet, const struct store_case_feed *rows, size_t count)
{
    struct download_result result;
    struct download download = {
        .next_cursor = tablet->feed_seq,
        .next_tag = {"tag", 3},
        .rows = rows,
        .row_count = count,
        .hq_at_ms = tablet->sim.now.wall_ms,
    };
    return journey_apply_download(&tablet->journey, &download, &result);
}

void tablet_fill(struct tablet *tablet, size_t case_count)
{
    static const struct chain_public_key hq_key = {{1, 2, 3}};
    static const struct enrolment enrolment = {
        .device_no = TABLET_DEVICE_NO,
        .person_no = TABLET_PERSON_NO,
        .branch_no = 1,
        .person_name = "赵敏",
        .branch_name = "上海",
    };
    struct chain_public_key device_key;
    EXPECT_OK(journey_enrol_begin(&tablet->journey, "payload", "http://127.0.0.1:1", "CODE",
                                  &hq_key, &device_key));
    EXPECT_OK(journey_enrol_finish(&tablet->journey, &enrolment));
    enum { PAGE = 100 };
    struct store_case_feed rows[PAGE];
    for (size_t from = 1; from <= case_count; from += PAGE) {
        struct arena_mark mark = arena_mark(&tablet->task);
        size_t count = 0;
        for (; count < PAGE && from + count <= case_count; count++) {
            ds_CaseRecord *record = ARENA_NEW(&tablet->task, ds_CaseRecord);
            ds_CaseState *state = ARENA_NEW(&tablet->task, ds_CaseState);
            tablet_record(record, from + count);
            tablet_state(state, record);
            rows[count] = tablet_feed(tablet, record, state, 0);
        }
        EXPECT_OK(tablet_receive(tablet, rows, count));
        arena_rollback(&tablet->task, mark);
    }
}

void tablet_open(struct tablet *tablet, size_t case_count)
{
    tablet_open_bare(tablet);
    tablet_fill(tablet, case_count);
}

void tablet_open_file(struct tablet *tablet, const char *path, size_t case_count)
{
    start(tablet);
    tablet->options = (struct store_options){.path = path};
    sealed_options(&tablet->options, &tablet->nonces);
    EXPECT_OK(tablet_reopen(tablet));
    if (tablet->journey.device_no == 0) {
        tablet_fill(tablet, case_count);
    }
}

void tablet_start_visit(struct tablet *tablet, uint64_t case_no)
{
    struct capture capture;
    struct visit_start visit = {
        .case_no = case_no,
        .place = ADDRESS_KIND_home,
        .visitors = 2,
        .override_reason = OVERRIDE_REASON_no_fix,
    };
    EXPECT_OK(journey_start_visit(&tablet->journey, &visit, &capture));
    if (!capture.is_done) {
        fail_msg("the visit was refused: rule %s",
                 capture.verdict.fired_count > 0 ? refusal_name(capture.verdict.fired[0].refusal)
                                                 : "none");
    }
}

void tablet_draft_promise(struct tablet *tablet, uint64_t amount_minor)
{
    ds_VisitDraft draft;
    EXPECT_OK(journey_draft_load(&tablet->journey, &draft));
    draft.has_finish = true;
    draft.finish.outcome = OUTCOME_promise_to_pay;
    draft.finish.role = ROLE_borrower;
    draft.finish.is_identity_verified = true;
    draft.finish.cooperation = 4;
    snprintf(draft.finish.note, sizeof draft.finish.note, "周五发工资后还款");
    draft.has_promise = true;
    draft.promise = (ds_PromiseMade){
        .amount_minor = amount_minor,
        .due_day = journey_today(&tablet->journey) + 4, /* a Friday */
        .channel = PAYMENT_CHANNEL_bank_transfer,
        .promised_by = ROLE_borrower,
        .owed_minor = 1234567,
        .owed_as_of_day = journey_today(&tablet->journey),
    };
    EXPECT_OK(journey_draft_save(&tablet->journey, &draft));
}

static void dump_lineage(struct tablet *tablet, struct str_builder *builder)
{
    struct chain_lineage lineage[LIMIT_lineage];
    size_t count = 0;
    EXPECT_OK(store_lineage(tablet->store, lineage, &count));
    for (size_t i = 0; i < count; i++) {
        str_add_format(builder, "captured under %u until %llu\n", lineage[i].device_no,
                       (unsigned long long)lineage[i].until_seq);
    }
}

static void dump_evidence(struct tablet *tablet, struct str_builder *builder)
{
    struct store_attachment *attachments = NULL;
    struct store_lacking *chunks = NULL;
    struct store_alarm *alarms = NULL;
    size_t count = 0;
    EXPECT_OK(store_attachment_list(tablet->store, &tablet->task, &attachments, &count));
    for (size_t i = 0; i < count; i++) {
        const struct store_attachment *item = &attachments[i];
        str_add_format(builder, "attachment %02x%02x of fact %llu, state %d, lacks %u%s%s\n",
                       item->hash.bytes[0], item->hash.bytes[1], (unsigned long long)item->seq,
                       (int)item->state, item->lacking_count, item->is_hidden ? ", hidden" : "",
                       item->is_missing ? ", missing" : "");
    }
    EXPECT_OK(store_attachment_lacking(tablet->store, &tablet->task, SIZE_MAX, &chunks, &count));
    for (size_t i = 0; i < count; i++) {
        str_add_format(builder, "lacks %02x%02x %u\n", chunks[i].hash.bytes[0],
                       chunks[i].hash.bytes[1], chunks[i].index);
    }
    EXPECT_OK(store_alarm_list(tablet->store, &tablet->task, false, &alarms, &count));
    for (size_t i = 0; i < count; i++) {
        str_add_format(builder, "alarm %llu state %d at %lld %s\n",
                       (unsigned long long)alarms[i].seq, (int)alarms[i].state,
                       (long long)alarms[i].heard_at_ms, alarms[i].by_name);
    }
}

static void dump_quarantine(struct tablet *tablet, struct str_builder *builder)
{
    struct store_quarantined *items = NULL;
    size_t count = 0;
    EXPECT_OK(store_quarantine_list(tablet->store, &tablet->task, &items, &count));
    for (size_t i = 0; i < count; i++) {
        str_add_format(builder, "quarantined %s, %zu bytes%s\n", items[i].name, items[i].bytes.size,
                       items[i].was_exported ? ", exported" : "");
    }
}

const char *tablet_dump(struct tablet *tablet)
{
    struct str_builder builder;
    struct str rows;
    struct store_records records = {0};
    struct store_draft *drafts = NULL;
    size_t draft_count = 0;
    struct store_outbox outbox;
    str_builder_init(&builder, &tablet->task);
    str_add_text(&builder, "");
    if (tablet->journey.device_no != 0) {
        EXPECT_OK(
            store_journal_read(tablet->store, &tablet->task, 0, SIZE_MAX, SIZE_MAX, &records));
    }
    for (size_t i = 0; i < records.count; i++) {
        char id[ID_TEXT_SIZE];
        id_to_text(id, &records.items[i].id);
        str_add_format(&builder, "fact %llu %s %s case %llu state %d\n",
                       (unsigned long long)records.items[i].seq, id,
                       event_kind_name((enum event_kind)records.items[i].kind),
                       (unsigned long long)records.items[i].case_no, (int)records.items[i].state);
    }
    EXPECT_OK(store_draft_list(tablet->store, &tablet->task, &drafts, &draft_count));
    for (size_t i = 0; i < draft_count; i++) {
        str_add_format(&builder, "draft %s case %llu %zu bytes\n", drafts[i].key,
                       (unsigned long long)drafts[i].case_no, drafts[i].bytes.size);
    }
    EXPECT_OK(store_outbox_read(tablet->store, &outbox));
    str_add_format(&builder, "outbox %llu sealed %llu stored %llu fork %llu\n",
                   (unsigned long long)outbox.last_seq, (unsigned long long)outbox.sealed_seq,
                   (unsigned long long)outbox.stored_seq, (unsigned long long)outbox.fork_seq);
    EXPECT_OK(store_rows_dump(tablet->store, &tablet->task, &rows));
    str_add(&builder, rows);
    str_add_text(&builder, "\n");
    dump_lineage(tablet, &builder);
    dump_evidence(tablet, &builder);
    dump_quarantine(tablet, &builder);
    return builder.text;
}
