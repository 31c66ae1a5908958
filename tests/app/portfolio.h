/* tests/app/portfolio.h -- a collector's tablet with a made-up portfolio, on the
 * real disk: enrolled, twelve cases with histories, messages of headquarters.
 * Nobody in it exists. */
#pragma once

#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/event/fold.h"
#include "core/journey/journey.h"
#include "core/os/os.h"
#include "tests/lib/test.h"

#include <stdio.h>

enum { PORTFOLIO_CASES = 12, PORTFOLIO_PERSON_NO = 12 };

/* 2026-11-23 09:30 in Shanghai, a Monday. */
#define PORTFOLIO_AT_TEXT "2026-11-23_09:30"
static inline int64_t portfolio_at_ms(void)
{
    return date_instant(date_from_civil(2026, 11, 23), 9 * 60 + 30, 480);
}

/* Reads well; nobody listens there, and the key is the base point of Ed25519: no one's. */
#define PORTFOLIO_CODE \
    "doorstep:1?u=http://127.0.0.1:1&k=WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY&c=CODE"

struct portfolio_person {
    const char *name, *initials, *job, *employer, *street, *area, *product;
    int64_t principal_minor;
    int32_t days;
    uint32_t broken;
};

static const struct portfolio_person portfolio_people[PORTFOLIO_CASES] = {
    {"王建国", "wjg", "货车司机", "鸿运物流有限公司", "浦东新区张杨路1288弄15号602室", "浦东新区",
     "信用卡", 2385000, 127, 3},
    {"李秀英", "lxy", "个体经营", "秀英裁缝铺", "浦东新区崂山路520弄8号301室", "浦东新区",
     "消费贷款", 860000, 64, 0},
    {"陈志强", "czq", "车间主任", "华东精密机械厂", "徐汇区漕溪路250弄3号1104室", "徐汇区",
     "信用卡", 5120000, 203, 1},
    {"刘洋", "ly", "外卖骑手", "", "静安区共和新路1700弄42号205室", "静安区", "现金分期", 320000,
     35, 0},
    {"赵敏", "zm", "会计", "申诚税务师事务所", "长宁区天山路600弄1号2301室", "长宁区", "信用卡",
     1475000, 96, 2},
    {"黄海涛", "hht", "", "", "闵行区莘松路380弄77号501室", "闵行区", "汽车贷款", 9860000, 158, 1},
    {"周婷", "zt", "护士", "市第七人民医院", "杨浦区控江路1200弄9号402室", "杨浦区", "信用卡",
     1233400, 88, 0},
    {"吴大勇", "wdy", "建筑工人", "恒基建筑劳务公司", "宝山区友谊路1518弄30号102室", "宝山区",
     "现金分期", 555000, 41, 1},
    {"欧阳文静", "oywj", "小学教师", "实验小学", "普陀区武宁路74弄6号803室", "普陀区", "信用卡",
     2040050, 115, 0},
    {"孙立军", "slj", "退休", "", "虹口区曲阳路800弄21号604室", "虹口区", "消费贷款", 178000, 22,
     0},
    {"马晓燕", "mxy", "网店店主", "", "嘉定区曹安公路1685弄11号903室", "嘉定区", "经营贷", 15800000,
     260, 2},
    {"胡一鸣", "hym", "程序员", "云帆软件有限公司", "浦东新区金科路2889弄5号1501室", "浦东新区",
     "信用卡", 3012000, 71, 0},
};

static inline void portfolio_record(ds_CaseRecord *record, uint64_t case_no)
{
    const struct portfolio_person *person = &portfolio_people[(case_no - 1) % PORTFOLIO_CASES];
    int32_t today = date_day_at(portfolio_at_ms(), 480);
    *record = (ds_CaseRecord){
        .case_no = case_no,
        .currency = "CNY",
        .client = "东海银行",
        .zone = "Asia/Shanghai",
        .gender = 1,
        .id_number = "310101199001011234",
        .principal_minor = (uint64_t)person->principal_minor,
        .interest_minor = (uint64_t)person->principal_minor / 11,
        .penalty_minor = (uint64_t)person->principal_minor / 29,
        .fees_minor = 12000,
        .balance_as_of_day = today,
        .due_day = today - person->days,
        .last_paid_minor = 80000,
        .last_paid_day = today - person->days - 12,
        .promises_made = person->broken + 1,
        .promises_broken = person->broken,
        .mandate_until_day = today + 120,
        .contract_day = today - 900,
        .grade = 3,
        .imported_day = today - 6,
        .branch_no = 1,
        .last_note_day = today - 9,
        .points_count = 2,
        .addresses_count = case_no % 3 == 0 ? 1 : 2,
        .past_payments_count = 2,
    };
    snprintf(record->case_ref, sizeof record->case_ref, "DH2026-%06llu",
             (unsigned long long)(4100 + case_no * 37));
    str_copy(record->product, sizeof record->product, str_from(person->product));
    str_copy(record->debtor_name, sizeof record->debtor_name, str_from(person->name));
    str_copy(record->debtor_initials, sizeof record->debtor_initials, str_from(person->initials));
    str_copy(record->occupation, sizeof record->occupation, str_from(person->job));
    str_copy(record->employer, sizeof record->employer, str_from(person->employer));
    str_copy(record->last_note, sizeof record->last_note,
             STR("电话联系本人，称货款未回，月底前先还一部分；语气平和，提醒逾期影响征信。"));
    record->points[0] = (ds_Point){.kind = POINT_KIND_mobile,
                                   .state = POINT_STATE_used_by_borrower,
                                   .role = ROLE_borrower,
                                   .source = FACT_SOURCE_client,
                                   .as_of_day = today - 30};
    snprintf(record->points[0].value, sizeof record->points[0].value, "138%08llu",
             (unsigned long long)(case_no * 7919 % 100000000));
    record->points[1] = (ds_Point){.kind = POINT_KIND_mobile,
                                   .state = POINT_STATE_unverified,
                                   .role = ROLE_spouse,
                                   .source = FACT_SOURCE_client,
                                   .as_of_day = today - 200};
    snprintf(record->points[1].value, sizeof record->points[1].value, "139%08llu",
             (unsigned long long)(case_no * 104729 % 100000000));
    record->addresses[0] = (ds_Address){.kind = ADDRESS_KIND_home,
                                        .lat_e7 = 312300000 + (int32_t)case_no * 60000,
                                        .lon_e7 = 1214700000 + (int32_t)(case_no % 5) * 80000,
                                        .as_of_day = today - 60};
    str_copy(record->addresses[0].text, sizeof record->addresses[0].text, str_from(person->street));
    str_copy(record->addresses[0].area, sizeof record->addresses[0].area, str_from(person->area));
    str_copy(record->addresses[0].door_note, sizeof record->addresses[0].door_note,
             STR("东门进，门禁按602#"));
    record->addresses[1] = (ds_Address){.kind = ADDRESS_KIND_work, .as_of_day = today - 400};
    str_copy(record->addresses[1].text, sizeof record->addresses[1].text,
             STR("浦东新区东方路1381号蓝村大厦9楼"));
    record->past_payments[0] =
        (ds_PastPayment){.day = today - person->days - 12, .amount_minor = 80000};
    record->past_payments[1] =
        (ds_PastPayment){.day = today - person->days - 45, .amount_minor = 120000};
    if (person->broken > 0) {
        record->past_promises_count = 2;
        record->past_promises[0] = (ds_PastPromise){
            .due_day = today - 15, .amount_minor = 300000, .state = ARRANGEMENT_STATE_broken};
        record->past_promises[1] = (ds_PastPromise){
            .due_day = today - 48, .amount_minor = 200000, .state = ARRANGEMENT_STATE_broken};
    }
    if (case_no == 3) {
        str_copy(record->hazard, sizeof record->hazard, STR("院内有大型犬，先在门外按铃"));
        record->parties_count = 1;
        record->parties[0].role = ROLE_guarantor;
        str_copy(record->parties[0].name, sizeof record->parties[0].name, STR("陈志远"));
        str_copy(record->parties[0].relation, sizeof record->parties[0].relation, STR("兄弟"));
    }
    if (case_no == 5) {
        record->flags = UINT64_C(1) << STOP_FLAG_hardship;
    }
    if (case_no == 6) {
        str_copy(record->collateral, sizeof record->collateral, STR("本田雅阁 沪A·D8K52"));
    }
}

/* As headquarters sends it: owned by the collector, one earlier visit. */
static inline void portfolio_state(ds_CaseState *state, const ds_CaseRecord *record)
{
    int64_t at_ms = portfolio_at_ms();
    fold_start(state, record);
    struct fact fact = {.seq = record->case_no, .order_at_ms = at_ms - 5 * DATE_DAY_MS};
    fact.event.at_ms = (uint64_t)fact.order_at_ms;
    fact.event.case_no = record->case_no;
    fact.event.which_kind = EVENT_case_assigned;
    fact.event.kind.case_assigned =
        (ds_CaseAssigned){.owner_no = PORTFOLIO_PERSON_NO, .lease_epoch = 1};
    fold_fact(state, record, &fact);
    fact = (struct fact){
        .device_no = 3, .seq = 100 + record->case_no, .order_at_ms = at_ms - 4 * DATE_DAY_MS};
    fact.id.bytes[0] = (uint8_t)record->case_no;
    fact.event.at_ms = (uint64_t)fact.order_at_ms;
    fact.event.case_no = record->case_no;
    fact.event.person_no = PORTFOLIO_PERSON_NO;
    fact.event.which_kind = EVENT_contact_attempted;
    fact.event.kind.contact_attempted = (ds_ContactAttempted){
        .channel = CONTACT_CHANNEL_call,
        .result = record->case_no % 2 == 0 ? CONTACT_RESULT_answered : CONTACT_RESULT_not_answered,
        .role = record->case_no % 2 == 0 ? ROLE_borrower : ROLE_none};
    fold_fact(state, record, &fact);
    if (record->case_no == 2) {
        state->next_day = date_day_at(at_ms, 480);
        state->next_from_minute = 10 * 60;
        state->next_until_minute = 11 * 60 + 30;
    }
}

/* Fills an empty folder. `clock` should say portfolio_at_ms() or later that day. */
static inline void portfolio_make(struct arena *arena, const char *folder,
                                  const struct clock *clock, const struct rng *rng,
                                  size_t case_count)
{
    static const struct enrolment enrolment = {.device_no = 7,
                                               .person_no = PORTFOLIO_PERSON_NO,
                                               .branch_no = 1,
                                               .person_name = "张伟",
                                               .branch_name = "上海分部"};
    EXPECT_OK(os_folder_make(folder));
    struct store *store = NULL;
    struct store_options options = {.path = os_path(arena, folder, "device.db")};
    EXPECT_OK(store_open(arena, &options, &store));
    struct arena work;
    arena_init(&work, 256 * 1024);
    struct journey journey;
    struct chain_public_key hq;
    struct chain_secret_key hq_secret;
    struct chain_public_key device;
    chain_keypair(rng, &hq, &hq_secret);
    EXPECT_OK(journey_init(&journey, store, clock, rng, &work));
    EXPECT_OK(
        journey_enrol_begin(&journey, PORTFOLIO_CODE, "http://127.0.0.1:1", "CODE", &hq, &device));
    EXPECT_OK(journey_enrol_finish(&journey, &enrolment));
    EXPECT_OK(journey_init(&journey, store, clock, rng, &work));
    struct store_letter letters[] = {
        {.message_no = 1,
         .sent_at_ms = portfolio_at_ms() - 3600000,
         .from_name = "催收主管 林老师",
         .text = "本周起，下午六点以后的上门请提前在系统里约好时间。遇到情绪激动的客户先离开，安全"
                 "第一。"},
        {.message_no = 2,
         .sent_at_ms = portfolio_at_ms() - 86400000,
         .from_name = "总部",
         .text = "王建国的分期申请已退回，请补充收入证明。",
         .case_no = 1,
         .wants_answer = true,
         .answer_by_at_ms = portfolio_at_ms() + 3 * 3600000},
        {.message_no = 4,
         .sent_at_ms = portfolio_at_ms() - 2 * 86400000,
         .from_name = "片区组长 何静",
         .text = "周三的两户客户投诉电话打得太早，请说明当时的情况。",
         .wants_answer = true,
         .answer_by_at_ms = portfolio_at_ms() - 86400000},
    };
    for (size_t from = 0; from < case_count; from += 100) {
        struct arena_mark mark = arena_mark(arena);
        struct store_case_feed rows[100];
        size_t count = 0;
        for (; count < 100 && from + count < case_count; count++) {
            ds_CaseRecord *record = ARENA_NEW(arena, ds_CaseRecord);
            ds_CaseState *state = ARENA_NEW(arena, ds_CaseState);
            portfolio_record(record, from + count + 1);
            portfolio_state(state, record);
            uint8_t *bytes = arena_alloc(arena, 2 * LIMIT_case_size);
            size_t size = 0;
            size_t state_size = 0;
            EXPECT_OK(case_record_encode(record, bytes, LIMIT_case_size, &size));
            EXPECT_OK(
                case_state_encode(state, bytes + LIMIT_case_size, LIMIT_case_size, &state_size));
            rows[count] = (struct store_case_feed){
                .case_no = record->case_no,
                .feed_seq = record->case_no,
                .record = {(const char *)bytes, size},
                .state = {(const char *)bytes + LIMIT_case_size, state_size}};
        }
        struct download download = {.next_cursor = from + count,
                                    .next_tag = STR("tag"),
                                    .rows = rows,
                                    .row_count = count,
                                    .letters = letters,
                                    .letter_count = COUNT(letters),
                                    .hq_at_ms = clock_now_ms(clock)};
        struct download_result result;
        EXPECT_OK(journey_apply_download(&journey, &download, &result));
        EXPECT_INT(0, result.quarantined_count);
        arena_rollback(arena, mark);
    }
    arena_deinit(&work);
    store_close(&store);
}
