/* tests/app/screens/worlds.h -- how a tablet may stand when a screen is looked at. */
#pragma once

#include "core/event/address.h"
#include "core/event/card.h"
#include "tests/app/screens/tablet.h"

enum { DOOR_SIZE = 2950000, PAPER_SIZE = 410000, CAR_SIZE = 1830000 };

static inline struct chain_hash attach(struct tablet *tablet, uint64_t case_no, uint32_t evidence,
                                       uint32_t size)
{
    struct arena_mark mark = arena_mark(&tablet->program);
    uint8_t *bytes = arena_alloc(&tablet->program, size);
    memset(bytes, (int)evidence, size);
    struct capture capture;
    record(tablet, &capture,
           journey_attach(&tablet->journey, case_no, evidence, MEDIA_TYPE_jpeg,
                          (struct str){(const char *)bytes, size}, "门牌清楚，通知已张贴。",
                          &capture));
    struct chain_hash hash = chain_hash(bytes, size);
    arena_rollback(&tablet->program, mark);
    return hash;
}

static inline void hold(struct tablet *tablet, const struct chain_hash *hash, uint32_t level)
{
    struct chain_signature signature = {0};
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(
        store_attachment_held(tablet->store, hash, level, portfolio_at_ms() - 60000, &signature));
    EXPECT_OK(store_commit(tablet->store));
}

/* Headquarters names `count` lacking chunks from `from` on. */
static inline void lack(struct tablet *tablet, const struct chain_hash *hash, uint32_t from,
                        size_t count)
{
    uint32_t indexes[64];
    CHECK(count <= COUNT(indexes));
    for (size_t i = 0; i < count; i++) {
        indexes[i] = from + (uint32_t)i;
    }
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_attachment_lack(tablet->store, hash, indexes, count));
    EXPECT_OK(store_commit(tablet->store));
}

static inline uint64_t raise(struct tablet *tablet, uint32_t incident, bool is_silent)
{
    struct capture capture;
    ds_SafetyIncident safety = {.incident = incident, .severity = 3, .is_silent = is_silent};
    record(tablet, &capture, journey_raise_safety(&tablet->journey, 3, &safety, &capture));
    return capture.first_seq;
}

static inline void hear(struct tablet *tablet, uint64_t seq, enum alarm_state state,
                        const char *name)
{
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_alarm_heard(tablet->store, seq, state, portfolio_at_ms() + 12 * 60000, name));
    EXPECT_OK(store_commit(tablet->store));
}

static inline void confirm(struct tablet *tablet, uint64_t seq, uint32_t level)
{
    struct store_receipt receipt = {.stored_seq = seq,
                                    .stored_at_ms = portfolio_at_ms() - 600000,
                                    .level = level,
                                    .bytes = STR("signed")};
    enum receipt_result result;
    EXPECT_OK(store_journal_link(tablet->store, seq, &receipt.link));
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_outbox_receipt(tablet->store, &receipt, &result));
    EXPECT_OK(store_commit(tablet->store));
}

static inline void seal(struct tablet *tablet, uint64_t first_seq, uint64_t last_seq)
{
    struct store_envelope envelope = {.name = "sealed",
                                      .first_seq = first_seq,
                                      .last_seq = last_seq,
                                      .sealed_at_ms = portfolio_at_ms()};
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_outbox_seal(tablet->store, &envelope));
    EXPECT_OK(store_commit(tablet->store));
}

static const char *const stick_bundles[] = {"/media/zhang/WORK/doorstep-7-20261122-181500.dsb",
                                            "/media/zhang/WORK/answers-20261122.dsb"};
static const struct traffic_stick sticks[] = {
    {.name = "WORK",
     .folder = "/media/zhang/WORK",
     .is_writable = true,
     .free_size = UINT64_C(7400000000),
     .bundles = stick_bundles,
     .bundle_count = 2},
    {.name = "一个名字特别特别长的移动硬盘，上海分部外访组公用", .folder = "/media/zhang/PUBLIC"},
};

static const struct traffic_picture pictures[] = {
    {"IMG_20261123_092811.jpg", 2950000, INT64_C(1795397291000), MEDIA_TYPE_jpeg},
    {"IMG_20261123_092755.jpg", 3120000, INT64_C(1795397275000), MEDIA_TYPE_jpeg},
    {"IMG_20261123_092001.png", 9400000, INT64_C(1795396801000), MEDIA_TYPE_png},
    {"IMG_20261120_154410.jpg", 2200000, INT64_C(1795160650000), MEDIA_TYPE_jpeg},
};

#define LONG_QUESTION                                                                         \
    "这次见的是谁？记录里写的是配偶，备注里写的是本人，请按当时" \
    "的情况更正，并在备注里写明原因。"

/* Everything at once: what a bad week looks like. */
static inline void make_trouble(struct tablet *tablet)
{
    struct chain_hash door = attach(tablet, 7, EVIDENCE_KIND_door, DOOR_SIZE);
    struct chain_hash paper = attach(tablet, 7, EVIDENCE_KIND_document, PAPER_SIZE);
    (void)attach(tablet, 3, EVIDENCE_KIND_collateral, CAR_SIZE);
    hold(tablet, &paper, 2);
    lack(tablet, &door, 7, 40);
    uint64_t seen_seq = raise(tablet, SAFETY_KIND_dog, false);
    hear(tablet, seen_seq, ALARM_seen, "林老师");
    (void)raise(tablet, SAFETY_KIND_threat, false);
    confirm(tablet, 4, 1);
    confirm(tablet, 2, 2);
    seal(tablet, 5, 7);
    static const char *const texts[] = {"请补充收入证明的照片。", "客户电话号码少一位，请核对。",
                                        "里程和路线差得比较多，请说明。", LONG_QUESTION};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct store_question question = {.seq = i < 2    ? 5 + i
                                                 : i == 2 ? 0
                                                          : 8,
                                          .code = VERDICT_asked_back,
                                          .text = texts[i],
                                          .asked_at_ms = portfolio_at_ms() - 3600000};
        EXPECT_OK(store_question_put(tablet->store, &question));
    }
    struct store_quarantined items[] = {
        {.name = "case 88",
         .err = ERR_malformed,
         .bytes = STR("xxxxxxxxxxxxxxxx"),
         .at_ms = portfolio_at_ms() - 7200000},
        {.name = "2-00000000000000000012-0123456789abcdef.ans",
         .err = ERR_bad_signature,
         .bytes = STR("xxxxxxxxxxxxxxxxxxxxx"),
         .at_ms = portfolio_at_ms() - 3600000},
    };
    for (size_t i = 0; i < COUNT(items); i++) {
        EXPECT_OK(store_quarantine_put(tablet->store, &items[i]));
    }
    struct store_letter answered = {.message_no = 4,
                                    .answer = MESSAGE_ANSWER_question,
                                    .answer_note = "那天只打过一个电话，是九点以后打的。",
                                    .answered_at_ms = portfolio_at_ms() - 1800000};
    EXPECT_OK(store_inbox_mark_read(tablet->store, 4, portfolio_at_ms() - 2000000));
    EXPECT_OK(store_inbox_answer(tablet->store, &answered));
    tablet->link = VIEW_LINK_offline;
    tablet->traffic.why = TRAFFIC_WHY_no_network;
    tablet->traffic.next_try_at_ms = portfolio_at_ms() + 95000;
    tablet->traffic.load = (struct traffic_load){.text_size = 38400,
                                                 .photo_size = 2100000,
                                                 .photo_count = 2,
                                                 .envelope_count = 9,
                                                 .bytes_per_s = 2500};
    tablet->traffic.is_disk_low = true;
    tablet->traffic.free_size = 41000000;
    tablet->traffic.is_clock_wrong = true;
    tablet->traffic.clock_ahead_s = -740;
    tablet->traffic.sticks = sticks;
    tablet->traffic.stick_count = COUNT(sticks);
    tablet->traffic.pictures = pictures;
    tablet->traffic.picture_count = COUNT(pictures);
    tablet->traffic.carried = (struct traffic_carried){.key = "carry.out_done",
                                                       .count = 9,
                                                       .size = 41200,
                                                       .name = "doorstep-7-20261123-092900.dsb",
                                                       .why_key = "error.ok",
                                                       .at_ms = portfolio_at_ms() - 30000};
}
/* A visit is open with two photos, and help was called. */
static inline void make_visit_with_photos(struct tablet *tablet)
{
    struct visit_start start = {.case_no = 3,
                                .place = ADDRESS_KIND_home,
                                .visitors = 2,
                                .override_reason = OVERRIDE_REASON_other};
    struct capture capture;
    record(tablet, &capture, journey_start_visit(&tablet->journey, &start, &capture));
    tablet->visit_seq = capture.first_seq;
    (void)attach(tablet, 3, EVIDENCE_KIND_door, DOOR_SIZE);
    (void)attach(tablet, 3, EVIDENCE_KIND_document, PAPER_SIZE);
    (void)raise(tablet, SAFETY_KIND_threat, false);
}

/* What no bad week has and still may come: nothing goes through at all. */
static inline void make_worse(struct tablet *tablet)
{
    tablet->trouble_key = "wire.revoked";
    tablet->traffic.is_disk_full = true;
    tablet->traffic.carried.is_trouble = true;
    tablet->traffic.carried.key = "carry.out_failed";
    tablet->traffic.carried.why_key = "error.no_space";
}

/* ---- as long as it may be ---- */

#define FILL(field, text) (void)str_copy(field, sizeof(field), STR(text))

static inline void lengthen(ds_CaseRecord *record)
{
    FILL(record->debtor_name, "阿卜杜热合曼·买买提艾力·吐尔逊江");
    FILL(record->client, "某某省农村商业银行股份有限公司浦东新区张江高科技园区支行");
    FILL(record->product, "个人消费信用贷款（线上随借随还第三期）");
    FILL(record->case_ref, "DH2026-ZJGK-0000004111-CONSUMER-LOAN-03");
    FILL(record->occupation, "大型货物运输车辆驾驶员兼押运员");
    FILL(record->employer, "上海鸿运国际物流（集团）有限公司浦东新区外高桥保税区分公司");
    FILL(record->contract_ref, "合同编号（2024）沪浦农商个贷字第00048213号补充协议二");
    FILL(record->hazard, "院内有两只大型犬，先在门外按铃并等主人牵好；楼道灯坏，晚上带手电；"
                         "上次来时家属情绪激动，两人同行，站在门外谈。");
    FILL(record->collateral,
         "二手商品房一套，建筑面积 128.46 平方米，浦东新区张杨路1288弄15号602室");
    FILL(record->last_note,
         "电话联系本人，称货款未回，月底前先还一部分；语气平和，提醒逾期影响征信。"
         "配偶接过电话询问减免政策，已说明需要本人申请并提供收入证明、医疗单据。"
         "约定下周三上午十点到十一点半在家面谈，届时准备好身份证和银行卡流水。");
    record->principal_minor = 9999999999;
    record->interest_minor = 999999999;
    record->penalty_minor = 99999999;
    record->fees_minor = 9999999;
    for (pb_size_t i = 0; i < record->addresses_count; i++) {
        FILL(record->addresses[i].text, "上海市浦东新区张江高科技园区祖冲之路2305弄博云路2号浦软大"
                                        "厦北楼（原三号楼）15层1502室东侧");
        FILL(record->addresses[i].area, "浦东新区张江高科技园区孙桥社区");
        FILL(record->addresses[i].door_note,
             "东门进，门禁按602#，右手第二部电梯，晚上八点后走地下车库B2层");
    }
    for (pb_size_t i = 0; i < record->points_count; i++) {
        FILL(record->points[i].owner_name, "阿卜杜热合曼·买买提艾力·吐尔逊江");
    }
    for (pb_size_t i = 0; i < record->parties_count; i++) {
        FILL(record->parties[i].name, "买买提艾力·阿卜杜热合曼·吐尔逊江");
        FILL(record->parties[i].relation, "配偶的兄弟（共同居住）");
    }
}

static inline void make_full(struct tablet *tablet)
{
    EXPECT_OK(store_begin(tablet->store));
    for (uint64_t case_no = 1; case_no <= PORTFOLIO_CASES; case_no++) {
        struct arena_mark mark = arena_mark(&tablet->program);
        struct store_case item;
        struct store_case_feed feed;
        EXPECT_OK(store_case_load(tablet->store, &tablet->program, case_no, &item));
        EXPECT_OK(store_case_feed_load(tablet->store, &tablet->program, case_no, &feed));
        lengthen(item.record);
        uint8_t *bytes = arena_alloc(&tablet->program, LIMIT_case_size);
        size_t size = 0;
        EXPECT_OK(case_record_encode(item.record, bytes, LIMIT_case_size, &size));
        feed.record = (struct str){(const char *)bytes, size};
        feed.feed_seq += 1000;
        bool is_taken = false;
        EXPECT_OK(store_case_put(tablet->store, &feed, &is_taken));
        EXPECT(is_taken);
        EXPECT_OK(store_case_save(tablet->store, item.record, item.state));
        arena_rollback(&tablet->program, mark);
    }
    struct store_letter letter = {
        .message_no = 3,
        .sent_at_ms = portfolio_at_ms() - 60000,
        .from_name = "上海分部外访催收管理中心值班主管 林老师",
        .text =
            "各位同事：本周起，下午六点以后的上门请提前在系统里约好时间，并在备注里写明客户同意的方"
            "式。"
            "遇到情绪激动的客户先离开，安全第一；离开后在车上补记录。减免和分期的申请请附收入证明、"
            "医疗单据或单位出具的说明，缺材料的一律退回，不再口头答复。有问题直接回电总部值班室。",
        .case_no = 1,
        .wants_answer = true,
        .answer_by_at_ms = portfolio_at_ms() + 3600000};
    EXPECT_OK(store_inbox_put(tablet->store, &letter));
    EXPECT_OK(store_commit(tablet->store));
    tablet->person_name = "阿卜杜热合曼·买买提艾力";
    tablet->unread_count = 128;
}

/* At home others live now, and a neighbour named another address. */
static inline void make_moved(struct tablet *tablet)
{
    enum { CASE = 4 };
    struct store_case item;
    EXPECT_OK(store_case_load(tablet->store, &tablet->program, CASE, &item));
    item.state->findings[0] = (ds_Finding){.address = address_tag(item.record->addresses[0].text),
                                           .result = ADDRESS_RESULT_other_occupant,
                                           .as_of_day = date_day_at(portfolio_at_ms(), 480) - 3};
    item.state->findings_count = 1;
    ds_Address *noted = &item.state->addresses[0];
    *noted = (ds_Address){.kind = ADDRESS_KIND_home, .lat_e7 = 312345678, .lon_e7 = 1215432100};
    FILL(noted->text, "静安区共和新路1301弄6号402室");
    FILL(noted->door_note, "侧门进，三楼左手");
    item.state->addresses_count = 1;
    ds_Point *strange = &item.state->points[0]; /* a stranger answered there */
    *strange = item.record->points[0];
    strange->state = POINT_STATE_belongs_to_other;
    strange->as_of_day = date_day_at(portfolio_at_ms(), 480) - 3;
    item.state->points_count = 1;
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_case_save(tablet->store, item.record, item.state));
    EXPECT_OK(store_commit(tablet->store));
}

/* An authorisation card that headquarters signed; days count from today. */
static inline void hand_card(struct tablet *tablet, const char *institution, int32_t from_days,
                             int32_t until_days)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 11);
    struct chain_public_key key;
    struct chain_secret_key secret;
    char text[CARD_TEXT_SIZE];
    int32_t today = date_day_at(portfolio_at_ms(), 480);
    struct card card = {
        .from_day = today + from_days, .until_day = today + until_days, .staff_no = "C-0017"};
    chain_keypair(&rng, &key, &secret);
    FILL(card.line, "400-000-0000");
    EXPECT(str_copy(card.name, sizeof card.name, str_from(tablet->person_name)));
    EXPECT(str_copy(card.institution, sizeof card.institution, str_from(institution)));
    EXPECT_OK(card_text_write(&card, &secret, text));
    EXPECT_OK(store_begin(tablet->store));
    EXPECT_OK(store_setting_set_text(tablet->store, SETTING_card, text));
    EXPECT_OK(
        store_setting_set_bytes(tablet->store, SETTING_hq_public_key, key.bytes, sizeof key.bytes));
    EXPECT_OK(store_commit(tablet->store));
}

/* The store was put together anew this morning; of what was lost headquarters has the newest. */
static inline void make_damaged(struct tablet *tablet)
{
    static const struct {
        enum setting setting;
        int64_t value;
    } values[] = {{SETTING_rescue_count, 1},
                  {SETTING_rescue_saved, 38},
                  {SETTING_rescue_lost, 3},
                  {SETTING_rescue_held, 1},
                  {SETTING_rescue_told, 1}};
    EXPECT_OK(store_begin(tablet->store));
    for (size_t i = 0; i < COUNT(values); i++) {
        EXPECT_OK(store_setting_set_number(tablet->store, values[i].setting, values[i].value));
    }
    EXPECT_OK(
        store_setting_set_number(tablet->store, SETTING_rescue_at_ms, portfolio_at_ms() - 300000));
    for (uint64_t i = 0; i < 3; i++) {
        struct fact fact;
        ds_Event event = {.at_ms = (uint64_t)portfolio_at_ms() - 7200000,
                          .person_no = PORTFOLIO_PERSON_NO,
                          .case_no = i == 0 ? 0 : 4 + i,
                          .which_kind = ds_Event_record_lost_tag};
        event.kind.record_lost.seq = 17 + i;
        event.kind.record_lost.captured_at_ms = i == 0 ? 0 : event.at_ms + i * 1500000;
        event.kind.record_lost.was_held = i == 2;
        EXPECT_OK(store_journal_append(tablet->store, &event, &fact));
    }
    EXPECT_OK(store_commit(tablet->store));
}

/* ---- the list ---- */

static inline void make_noted(struct tablet *tablet)
{
    const ds_PaymentNoted payment = {.amount_minor = 500000,
                                     .paid_day = journey_today(&tablet->journey),
                                     .channel = PAYMENT_CHANNEL_mobile_pay,
                                     .payer_role = ROLE_borrower};
    struct capture capture;
    record(tablet, &capture, journey_note_payment(&tablet->journey, 3, &payment, 0, &capture));
}

enum world {
    WORLD_day,      /* twelve cases, one visited, one skipped, a question */
    WORLD_full,     /* the same, everything as long as it may be */
    WORLD_empty,    /* joined, and no case came yet */
    WORLD_bad_week, /* everything that can wait or go wrong does */
    WORLD_worse,    /* and this tablet is not let in any more */
    WORLD_photos,   /* a visit is open, with photos and an alarm */
    WORLD_early,    /* contact hours begin later this morning */
    WORLD_closing,  /* they end in twelve minutes */
    WORLD_closed,   /* they have just ended */
    WORLD_stale,    /* the rules are eight days old */
    WORLD_damaged,  /* the store was damaged and put together anew */
    WORLD_moved,    /* case 4's borrower is not where headquarters thinks */
    WORLD_noted,    /* case 3's borrower showed a payment that headquarters has not booked */
    WORLD_said,     /* something was just done, and is said */
    WORLD_arriving, /* joined, and the first cases are here */
    WORLD_joining,  /* the code was taken, the answer is awaited */
    WORLD_joining_offline,
    WORLD_joining_refused,
    WORLD_COUNT
};

static inline int64_t minute_now(void)
{
    return date_minute_at(portfolio_at_ms(), 8 * 60);
}

static inline void world_open(struct tablet *tablet, enum world world)
{
    bool is_bare = world == WORLD_empty || world >= WORLD_joining;
    tablet_open(tablet, is_bare ? 0 : PORTFOLIO_CASES);
    switch (world) {
    case WORLD_day:
        hand_card(tablet, "申城资产管理有限公司", -10, 79);
        break;
    case WORLD_empty:
    case WORLD_COUNT:
        break;
    case WORLD_full:
        make_full(tablet);
        hand_card(tablet, "某某省农村商业银行股份有限公司上海外访中心", -10, 79);
        break;
    case WORLD_bad_week:
        make_trouble(tablet);
        hand_card(tablet, "申城资产管理有限公司", -90, -1);
        break;
    case WORLD_worse:
        make_trouble(tablet);
        make_worse(tablet);
        break;
    case WORLD_photos:
        make_visit_with_photos(tablet);
        break;
    case WORLD_early:
        tablet->journey.policy.window_open = 10 * 60;
        tablet->journey.policy.window_close = 21 * 60;
        break;
    case WORLD_closing:
        tablet->journey.policy.window_close = minute_now() + 12;
        break;
    case WORLD_closed:
        tablet->journey.policy.window_close = minute_now();
        break;
    case WORLD_stale:
        tablet->policy_age_ms = INT64_C(8) * 24 * 60 * 60 * 1000;
        break;
    case WORLD_damaged:
        make_damaged(tablet);
        break;
    case WORLD_moved:
        make_moved(tablet);
        break;
    case WORLD_noted:
        make_noted(tablet);
        break;
    case WORLD_said:
        tablet->said_key = "session.next_changed";
        break;
    case WORLD_arriving:
        tablet->has_first_cases = true;
        EXPECT_OK(store_begin(tablet->store));
        EXPECT_OK(store_setting_set_number(tablet->store, SETTING_rows_left, 388));
        EXPECT_OK(store_commit(tablet->store));
        break;
    case WORLD_joining:
        tablet->settings.is_enrolling = true;
        tablet->link = VIEW_LINK_waiting;
        break;
    case WORLD_joining_offline:
        tablet->settings.is_enrolling = true;
        tablet->link = VIEW_LINK_offline;
        break;
    case WORLD_joining_refused:
        tablet->settings.enrol_problem = "wire.revoked";
        tablet->link = VIEW_LINK_none;
        break;
    }
}

/* What a state was drawn for. */
enum designed { DESIGNED_normal, DESIGNED_empty, DESIGNED_loading, DESIGNED_error, DESIGNED_COUNT };

struct state {
    enum world world;
    enum designed designed;
    struct screen_row row;
};

static const struct state states[] = {
#define STATE(world, designed, screen, name, case_no, seq, number, tab, text, step, role, outcome) \
    {WORLD_##world,                                                                                \
     DESIGNED_##designed,                                                                          \
     {#name, SCREEN_##screen, case_no, seq, number, tab, text, step, role, outcome}},
#define NEVER(screen, designed, why)
#include "tests/app/screens/states.def"
#undef STATE
#undef NEVER
};

/* Calls `look` for every state, and for the states of a day in the full world too. */
static inline void states_look(void (*look)(struct tablet *tablet, const struct state *state,
                                            enum world world, void *context),
                               void *context)
{
    for (enum world world = 0; world < WORLD_COUNT; world++) {
        struct tablet tablet;
        world_open(&tablet, world);
        for (size_t i = 0; i < COUNT(states); i++) {
            if (states[i].world == world || (world == WORLD_full && states[i].world == WORLD_day)) {
                look(&tablet, &states[i], world, context);
            }
        }
        tablet_close(&tablet);
    }
}
