/* tests/core/event/sample.h -- one valid fact of every kind, the same each time. */
#pragma once

#include "core/event/chain.h"
#include "core/event/event.h"

#include "core/domain/catalog.h"

#include <stdio.h>
#include <string.h>

enum {
    SAMPLE_DAY = 20774, /* 2026-11-17, a Tuesday */
    SAMPLE_PERSON = 7,
    SAMPLE_OTHER = 8,
    SAMPLE_DEVICE = 3,
};
#define SAMPLE_CASE UINT64_C(1001)
/* 10:00 of that day in Shanghai. */
#define SAMPLE_AT_MS (((int64_t)SAMPLE_DAY * 24 + 2) * 3600000)

static const enum event_kind sample_kinds[] = {
#define EVENT(code, name, Message, origin, about) EVENT_##name,
#include "core/event/events.def"
#undef EVENT
};

static inline void sample_text(char *to, const char *text)
{
    memcpy(to, text, strlen(text) + 1);
}

static inline ds_PlanAgreed sample_plan(uint64_t first_minor, uint64_t second_minor)
{
    ds_PlanAgreed plan = ds_PlanAgreed_init_zero;
    plan.instalments_count = 2;
    plan.instalments[0] = (ds_Instalment){SAMPLE_DAY + 10, first_minor};
    plan.instalments[1] = (ds_Instalment){SAMPLE_DAY + 40, second_minor};
    plan.total_minor = first_minor + second_minor;
    plan.agreed_by = ROLE_borrower;
    return plan;
}

/* The payload of each kind; a kind without a line here does not compile. */
static inline ds_Event sample_event(enum event_kind kind)
{
    ds_Event e = ds_Event_init_zero;
    e.at_ms = (uint64_t)SAMPLE_AT_MS;
    e.which_kind = (pb_size_t)kind;
    if (event_kind_origin(kind) == EVENT_ORIGIN_device) {
        e.person_no = SAMPLE_PERSON;
        e.uptime_ms = 3600000;
        e.boot = 0xB007;
        e.policy = UINT64_C(0x1122334455667788);
        e.epoch = 1;
    }
    if (event_kind_about(kind) != EVENT_ABOUT_person) {
        e.case_no = SAMPLE_CASE;
    }
    switch (kind) {
    case EVENT_none:
        break;
    case EVENT_day_opened:
        e.kind.day_opened.day = SAMPLE_DAY;
        break;
    case EVENT_plan_made:
        e.kind.plan_made.day = SAMPLE_DAY;
        e.kind.plan_made.stops_count = 3;
        e.kind.plan_made.stops[0] = 1001;
        e.kind.plan_made.stops[1] = 1005;
        e.kind.plan_made.stops[2] = 1003;
        break;
    case EVENT_visit_started:
        e.has_fix = true;
        e.fix = (ds_Fix){312304000, 1214737000, 12, 4};
        e.fired_count = 2;
        e.fired[0] = 32;
        e.fired[1] = 26;
        e.override_reason = OVERRIDE_REASON_place_moved;
        e.kind.visit_started =
            (ds_VisitStarted){ADDRESS_KIND_home, 1, 2, OVERRIDE_REASON_wrong_pin, 0, 0, 0, 0};
        break;
    case EVENT_visit_finished:
        e.visit_seq = 41;
        e.kind.visit_finished = (ds_VisitFinished){.outcome = OUTCOME_promise_to_pay,
                                                   .role = ROLE_borrower,
                                                   .cooperation = 4,
                                                   .default_reason = DEFAULT_REASON_income_late,
                                                   .ability = 2,
                                                   .willingness = 3,
                                                   .dwell_s = 540,
                                                   .is_identity_verified = true,
                                                   .address_result = ADDRESS_RESULT_lives_here,
                                                   .next_day = SAMPLE_DAY + 7,
                                                   .next_from_minute = 600,
                                                   .next_until_minute = 720,
                                                   .note = "工资月底发放"};
        break;
    case EVENT_visit_skipped:
        e.kind.visit_skipped = (ds_VisitSkipped){SKIP_REASON_weather, "暴雨", SAMPLE_DAY + 1};
        break;
    case EVENT_contact_attempted:
        e.kind.contact_attempted = (ds_ContactAttempted){
            CONTACT_CHANNEL_call, CONTACT_RESULT_not_answered, ROLE_borrower, 1, "两次未接", 0};
        break;
    case EVENT_promise_made:
        e.kind.promise_made = (ds_PromiseMade){
            50000,          SAMPLE_DAY + 7, PAYMENT_CHANNEL_mobile_pay, ROLE_borrower, 120000,
            SAMPLE_DAY - 1, "月底发工资"};
        break;
    case EVENT_plan_agreed:
        e.kind.plan_agreed = sample_plan(60000, 60000);
        e.kind.plan_agreed.income_minor = 600000;
        e.kind.plan_agreed.living_minor = 300000;
        e.kind.plan_agreed.owed_as_of_day = SAMPLE_DAY - 1;
        break;
    case EVENT_extension_requested:
        e.kind.extension_requested =
            (ds_ExtensionRequested){SAMPLE_DAY + 30, DEFAULT_REASON_illness, "住院"};
        break;
    case EVENT_settlement_requested:
        e.kind.settlement_requested = (ds_SettlementRequested){
            90000, 120000, SAMPLE_DAY + 14, DEFAULT_REASON_over_indebted, "亲友凑款"};
        break;
    case EVENT_waiver_requested:
        e.kind.waiver_requested = (ds_WaiverRequested){5000, BALANCE_PART_penalty, 120000,
                                                       DEFAULT_REASON_bank_error, "扣款失败"};
        break;
    case EVENT_payment_noted:
        e.kind.payment_noted = (ds_PaymentNoted){
            30000,     PAYMENT_CHANNEL_official_code, "R-2026-1", SAMPLE_DAY, ROLE_borrower, false,
            "现场扫码"};
        break;
    case EVENT_contact_point_noted:
        e.kind.contact_point_noted = (ds_ContactPointNoted){
            POINT_KIND_mobile,    "13800000000", POINT_STATE_used_by_borrower,
            FACT_SOURCE_borrower, ROLE_borrower, "13900000000"};
        break;
    case EVENT_address_noted:
        e.kind.address_noted = (ds_AddressNoted){ADDRESS_KIND_home,
                                                 "样例路 1 号",
                                                 ADDRESS_RESULT_lives_here,
                                                 FACT_SOURCE_observation,
                                                 312304000,
                                                 1214737000,
                                                 "",
                                                 "北门，3 单元"};
        break;
    case EVENT_dispute_raised:
        e.kind.dispute_raised = (ds_DisputeRaised){DISPUTE_KIND_amount, "已还两期", 80000};
        break;
    case EVENT_hardship_noted:
        e.kind.hardship_noted =
            (ds_HardshipNoted){HARDSHIP_KIND_hospital, true, SAMPLE_DAY + 20, "手术", 0};
        break;
    case EVENT_identity_disputed:
        e.kind.identity_disputed =
            (ds_IdentityDisputed){true, DECLARATION_PLACE_at_the_door, "身份证曾遗失"};
        break;
    case EVENT_complaint_taken:
        e.kind.complaint_taken = (ds_ComplaintTaken){COMPLAINT_KIND_hours, "太晚来电话",
                                                     COMPLAINT_WISH_explanation, true};
        break;
    case EVENT_safety_incident:
        e.kind.safety_incident =
            (ds_SafetyIncident){.incident = SAFETY_KIND_dog, .severity = 2, .note = "院内大犬"};
        break;
    case EVENT_notice_delivered:
        e.kind.notice_delivered = (ds_NoticeDelivered){
            NOTICE_KIND_demand_letter, DELIVERY_RESULT_signed, ROLE_borrower, "本人签收"};
        break;
    case EVENT_service_requested:
        e.kind.service_requested =
            (ds_ServiceRequested){SERVICE_KIND_statement, "要近一年对账单", SAMPLE_DAY + 3};
        break;
    case EVENT_collateral_observed:
        e.kind.collateral_observed =
            (ds_CollateralObserved){COLLATERAL_STATE_present_good, "车辆在位"};
        break;
    case EVENT_offer_refused:
        e.kind.offer_refused = (ds_OfferRefused){OFFER_KIND_cash, "当场退回"};
        break;
    case EVENT_detail_revealed:
        e.kind.detail_revealed = (ds_DetailRevealed){DETAIL_KIND_phone, 1};
        break;
    case EVENT_note_added:
        sample_text(e.kind.note_added.note, "门禁需物业陪同");
        break;
    case EVENT_day_closed:
        e.kind.day_closed = (ds_DayClosed){.day = SAMPLE_DAY,
                                           .planned = 12,
                                           .visited = 10,
                                           .skipped = 2,
                                           .distance_m = 18500,
                                           .note = "顺利"};
        break;
    case EVENT_correction:
        e.kind.correction.reason = CORRECTION_REASON_wrong_amount;
        memset(e.kind.correction.target, 0xAB, sizeof e.kind.correction.target);
        sample_text(e.kind.correction.note, "金额多写一位");
        e.kind.correction.which_anew = ds_Correction_promise_made_tag;
        e.kind.correction.anew.promise_made = (ds_PromiseMade){
            5000, SAMPLE_DAY + 7, PAYMENT_CHANNEL_mobile_pay, ROLE_borrower, 120000, 0, ""};
        break;
    case EVENT_status_flagged:
        e.kind.status_flagged = (ds_StatusFlagged){
            .flag = STOP_FLAG_represented, .until_day = SAMPLE_DAY + 90, .note = "律师代理"};
        break;
    case EVENT_conduct_noted:
        e.kind.conduct_noted = (ds_ConductNoted){CONDUCT_KIND_own_phone, "信号差，误用私人电话"};
        break;
    case EVENT_evidence_attached:
        e.visit_seq = 41;
        e.clock_offset_s = -312;
        memset(e.kind.evidence_attached.hash, 0xE5, sizeof e.kind.evidence_attached.hash);
        e.kind.evidence_attached.size = 98304;
        e.kind.evidence_attached.evidence = EVIDENCE_KIND_door;
        e.kind.evidence_attached.media = MEDIA_TYPE_jpeg;
        sample_text(e.kind.evidence_attached.note, "门上的送达通知");
        break;
    case EVENT_signing_refused:
        e.kind.signing_refused = (ds_SigningRefused){SIGNING_REFUSAL_wants_adviser, ROLE_borrower,
                                                     "王同事", "想先问家里人"};
        break;
    case EVENT_store_rescued:
        e.kind.store_rescued = (ds_StoreRescued){38, 2, 1, 1, 17, 18, 1};
        break;
    case EVENT_record_lost:
        e.kind.record_lost = (ds_RecordLost){17, {1, 2, 3}, SAMPLE_AT_MS, true};
        break;
    case EVENT_message_read:
        e.kind.message_read.message_no = 12;
        break;
    case EVENT_message_answered:
        e.kind.message_answered = (ds_MessageAnswered){
            12, MESSAGE_ANSWER_cannot, "客户出差，下周一回来", SAMPLE_AT_MS + 3600000};
        break;
    case EVENT_pass_used:
        e.kind.pass_used = (ds_PassUsed){
            .pass_no = 4711, .rule = "X01", .until_ms = 1795000500000, .proof = {1, 2, 3, 4, 5}};
        break;
    case EVENT_case_cleared:
        e.kind.case_cleared = (ds_CaseCleared){
            .record_size = 812, .letter_count = 2, .photo_count = 1, .own_count = 7};
        memset(e.kind.case_cleared.record_hash, 0xAB, sizeof e.kind.case_cleared.record_hash);
        break;
    case EVENT_data_erased:
        e.kind.data_erased = (ds_DataErased){.classes = 1 << DATA_CLASS_notes,
                                             .ground = ERASE_GROUND_term_over,
                                             .fact_count = 3,
                                             .file_count = 1,
                                             .size = 4711,
                                             .asked_by = "法务甲",
                                             .by = "法务乙",
                                             .note = "保存期满"};
        memset(e.kind.data_erased.digest, 0xDE, sizeof e.kind.data_erased.digest);
        break;
    case EVENT_hold_changed:
        e.kind.hold_changed = (ds_HoldChanged){.by = "法务甲", .note = "法院调取"};
        break;
    case EVENT_case_tightened:
        e.kind.case_tightened.law.size = 200;
        memset(e.kind.case_tightened.law.bytes, 0xA7, 200);
        sample_text(e.kind.case_tightened.by, "法务甲");
        sample_text(e.kind.case_tightened.note, "客户上夜班，只在上午十点到十二点上门");
        break;
    case EVENT_identity_assigned:
        e.kind.identity_assigned = (ds_IdentityAssigned){.checker_no = 7, .is_late = true};
        sample_text(e.kind.identity_assigned.checker, "L001");
        sample_text(e.kind.identity_assigned.by, "L002");
        sample_text(e.kind.identity_assigned.note, "调取原始进件资料");
        break;
    case EVENT_status_stated:
        e.kind.status_stated = (ds_StatusStated){.flag = STOP_FLAG_own_times,
                                                 .from_day = SAMPLE_DAY,
                                                 .until_day = SAMPLE_DAY + 90,
                                                 .not_before_minute = 600,
                                                 .not_after_minute = 1080,
                                                 .not_weekdays = 0x60,
                                                 .not_places = 1 << ADDRESS_KIND_work};
        sample_text(e.kind.status_stated.by, "L002");
        sample_text(e.kind.status_stated.note, "客户来电：工作日十点以后，不去单位");
        break;
    case EVENT_conflict_decided:
        e.kind.conflict_decided =
            (ds_ConflictDecided){.conflict = 14, .choice = 1, .replaces = 0x1122334455667788};
        memset(e.kind.conflict_decided.target, 0xcd, 16);
        sample_text(e.kind.conflict_decided.note, "流水核对后为同一笔");
        break;
    case EVENT_call_back_made:
        memset(e.kind.call_back_made.target, 0xcd, 16);
        e.kind.call_back_made.result = CALL_BACK_RESULT_differs;
        sample_text(e.kind.call_back_made.by, "质检");
        sample_text(e.kind.call_back_made.note, "客户说上门的是一个人");
        break;
    case EVENT_complaint_answered:
        memset(e.kind.complaint_answered.target, 0xcd, 16);
        e.kind.complaint_answered.answer = COMPLAINT_ANSWER_partly;
        sample_text(e.kind.complaint_answered.by, "质检");
        sample_text(e.kind.complaint_answered.note, "录音证实语气不当，已教育");
        break;
    case EVENT_pass_issued:
        e.kind.pass_issued = (ds_PassIssued){.pass_no = 4711,
                                             .rule = "X01",
                                             .for_person_no = SAMPLE_PERSON,
                                             .for_device_no = 3,
                                             .until_ms = 1795000500000,
                                             .by = "主管",
                                             .note = "已电话核实，客户约定今天上门"};
        break;
    case EVENT_case_assigned:
        e.kind.case_assigned = (ds_CaseAssigned){SAMPLE_PERSON, 1, "离片区最近"};
        break;
    case EVENT_case_recalled:
        e.kind.case_recalled.reason = CLOSE_REASON_client_withdrew;
        break;
    case EVENT_case_closed:
        e.kind.case_closed.reason = CLOSE_REASON_paid;
        break;
    case EVENT_payment_posted:
        e.kind.payment_posted = (ds_PaymentPosted){.amount_minor = 30000,
                                                   .paid_day = SAMPLE_DAY,
                                                   .channel = PAYMENT_CHANNEL_official_code,
                                                   .reference = "R-2026-1",
                                                   .has_attribution_days = true,
                                                   .attribution_days = 30};
        break;
    case EVENT_payments_checked:
        e.kind.payments_checked = (ds_PaymentsChecked){SAMPLE_DAY + 10, 3};
        break;
    case EVENT_arrangement_decided:
        memset(e.kind.arrangement_decided.target, 0xCD, sizeof e.kind.arrangement_decided.target);
        e.kind.arrangement_decided.decision = DECISION_approved;
        e.kind.arrangement_decided.reason = DECISION_REASON_within_policy;
        sample_text(e.kind.arrangement_decided.note, "同意");
        break;
    case EVENT_status_cleared:
        e.kind.status_cleared = (ds_StatusCleared){.flag = STOP_FLAG_dispute, .note = "核实完毕"};
        break;
    case EVENT_balance_stated:
        e.kind.balance_stated = (ds_BalanceStated){100000, 15000, 4000, 1000, SAMPLE_DAY};
        break;
    }
    return e;
}

/* A case that owes 1,200.00, imported the day before. */
static inline ds_CaseRecord sample_record(void)
{
    ds_CaseRecord record = ds_CaseRecord_init_zero;
    record.case_no = SAMPLE_CASE;
    sample_text(record.zone, "Asia/Shanghai");
    record.principal_minor = 100000;
    record.interest_minor = 15000;
    record.penalty_minor = 4000;
    record.fees_minor = 1000;
    record.balance_as_of_day = SAMPLE_DAY - 1;
    record.imported_day = SAMPLE_DAY - 1;
    record.due_day = SAMPLE_DAY - 100;
    return record;
}
