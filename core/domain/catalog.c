#include "core/domain/catalog.h"

struct item {
    uint32_t code;
    const char *name;
    const char *key;
};

static const struct item outcome_items[] = {
#define OUTCOME(code, name, met, needs) {code, #name, "outcome." #name},
#include "core/domain/outcomes.def"
#undef OUTCOME
};

static const struct item role_items[] = {
#define ROLE(code, name, matrix) {code, #name, "role." #name},
#include "core/domain/roles.def"
#undef ROLE
};

static const struct item stop_flag_items[] = {
#define STOP_FLAG(code, name, rule) {code, #name, "stop_flag." #name},
#include "core/domain/stop_flags.def"
#undef STOP_FLAG
};

static const struct item arrangement_state_items[] = {
#define ARRANGEMENT_STATE(code, name, is_live) {code, #name, "arrangement_state." #name},
#include "core/domain/arrangement_states.def"
#undef ARRANGEMENT_STATE
};

static const struct item default_reason_items[] = {
#define ITEM(code, name) {code, #name, "default_reason." #name},
#include "core/domain/default_reasons.def"
#undef ITEM
};

static const struct item skip_reason_items[] = {
#define ITEM(code, name) {code, #name, "skip_reason." #name},
#include "core/domain/skip_reasons.def"
#undef ITEM
};

static const struct item contact_channel_items[] = {
#define ITEM(code, name) {code, #name, "contact_channel." #name},
#include "core/domain/contact_channels.def"
#undef ITEM
};

static const struct item contact_result_items[] = {
#define ITEM(code, name) {code, #name, "contact_result." #name},
#include "core/domain/contact_results.def"
#undef ITEM
};

static const struct item payment_channel_items[] = {
#define ITEM(code, name) {code, #name, "payment_channel." #name},
#include "core/domain/payment_channels.def"
#undef ITEM
};

static const struct item point_kind_items[] = {
#define ITEM(code, name) {code, #name, "point_kind." #name},
#include "core/domain/contact_point_kinds.def"
#undef ITEM
};

static const struct item point_state_items[] = {
#define ITEM(code, name) {code, #name, "point_state." #name},
#include "core/domain/contact_point_states.def"
#undef ITEM
};

static const struct item fact_source_items[] = {
#define ITEM(code, name) {code, #name, "fact_source." #name},
#include "core/domain/fact_sources.def"
#undef ITEM
};

static const struct item address_kind_items[] = {
#define ITEM(code, name) {code, #name, "address_kind." #name},
#include "core/domain/address_kinds.def"
#undef ITEM
};

static const struct item address_result_items[] = {
#define ITEM(code, name) {code, #name, "address_result." #name},
#include "core/domain/address_results.def"
#undef ITEM
};

static const struct item dispute_kind_items[] = {
#define ITEM(code, name) {code, #name, "dispute_kind." #name},
#include "core/domain/dispute_kinds.def"
#undef ITEM
};

static const struct item hardship_kind_items[] = {
#define ITEM(code, name) {code, #name, "hardship_kind." #name},
#include "core/domain/hardship_kinds.def"
#undef ITEM
};

static const struct item declaration_place_items[] = {
#define ITEM(code, name) {code, #name, "declaration_place." #name},
#include "core/domain/declaration_places.def"
#undef ITEM
};

static const struct item complaint_kind_items[] = {
#define ITEM(code, name) {code, #name, "complaint_kind." #name},
#include "core/domain/complaint_kinds.def"
#undef ITEM
};

static const struct item complaint_wish_items[] = {
#define ITEM(code, name) {code, #name, "complaint_wish." #name},
#include "core/domain/complaint_wishes.def"
#undef ITEM
};

static const struct item safety_kind_items[] = {
#define ITEM(code, name) {code, #name, "safety_kind." #name},
#include "core/domain/safety_kinds.def"
#undef ITEM
};

static const struct item notice_kind_items[] = {
#define ITEM(code, name) {code, #name, "notice_kind." #name},
#include "core/domain/notice_kinds.def"
#undef ITEM
};

static const struct item delivery_result_items[] = {
#define ITEM(code, name) {code, #name, "delivery_result." #name},
#include "core/domain/delivery_results.def"
#undef ITEM
};

static const struct item service_kind_items[] = {
#define ITEM(code, name) {code, #name, "service_kind." #name},
#include "core/domain/service_kinds.def"
#undef ITEM
};

static const struct item collateral_state_items[] = {
#define ITEM(code, name) {code, #name, "collateral_state." #name},
#include "core/domain/collateral_states.def"
#undef ITEM
};

static const struct item offer_kind_items[] = {
#define ITEM(code, name) {code, #name, "offer_kind." #name},
#include "core/domain/offer_kinds.def"
#undef ITEM
};

static const struct item detail_kind_items[] = {
#define ITEM(code, name) {code, #name, "detail_kind." #name},
#include "core/domain/detail_kinds.def"
#undef ITEM
};

static const struct item correction_reason_items[] = {
#define ITEM(code, name) {code, #name, "correction_reason." #name},
#include "core/domain/correction_reasons.def"
#undef ITEM
};

static const struct item conduct_kind_items[] = {
#define ITEM(code, name) {code, #name, "conduct_kind." #name},
#include "core/domain/conduct_kinds.def"
#undef ITEM
};

static const struct item complaint_answer_items[] = {
#define ITEM(code, name) {code, #name, "complaint_answer." #name},
#include "core/domain/complaint_answers.def"
#undef ITEM
};

static const struct item call_back_result_items[] = {
#define ITEM(code, name) {code, #name, "call_back_result." #name},
#include "core/domain/call_back_results.def"
#undef ITEM
};

static const struct item data_class_items[] = {
#define ITEM(code, name) {code, #name, "data_class." #name},
#include "core/domain/data_classes.def"
#undef ITEM
};

static const struct item erase_ground_items[] = {
#define ITEM(code, name) {code, #name, "erase_ground." #name},
#include "core/domain/erase_grounds.def"
#undef ITEM
};

static const struct item review_items[] = {
#define ITEM(code, name) {code, #name, "review." #name},
#include "core/domain/review_choices.def"
#undef ITEM
};

static const struct item message_answer_items[] = {
#define ITEM(code, name) {code, #name, "message_answer." #name},
#include "core/domain/message_answers.def"
#undef ITEM
};

static const struct item evidence_kind_items[] = {
#define ITEM(code, name) {code, #name, "evidence_kind." #name},
#include "core/domain/evidence_kinds.def"
#undef ITEM
};

static const struct item media_type_items[] = {
#define ITEM(code, name) {code, #name, "media_type." #name},
#include "core/domain/media_types.def"
#undef ITEM
};

static const struct item override_reason_items[] = {
#define ITEM(code, name) {code, #name, "override_reason." #name},
#include "core/domain/override_reasons.def"
#undef ITEM
};

static const struct item close_reason_items[] = {
#define ITEM(code, name) {code, #name, "close_reason." #name},
#include "core/domain/close_reasons.def"
#undef ITEM
};

static const struct item case_life_items[] = {
#define ITEM(code, name) {code, #name, "case_life." #name},
#include "core/domain/case_lives.def"
#undef ITEM
};

static const struct item decision_items[] = {
#define ITEM(code, name) {code, #name, "decision." #name},
#include "core/domain/decisions.def"
#undef ITEM
};

static const struct item decision_reason_items[] = {
#define ITEM(code, name) {code, #name, "decision_reason." #name},
#include "core/domain/decision_reasons.def"
#undef ITEM
};

static const struct item arrangement_kind_items[] = {
#define ITEM(code, name) {code, #name, "arrangement_kind." #name},
#include "core/domain/arrangement_kinds.def"
#undef ITEM
};

static const struct item clock_quality_items[] = {
#define ITEM(code, name) {code, #name, "clock_quality." #name},
#include "core/domain/clock_qualities.def"
#undef ITEM
};

static const struct item balance_part_items[] = {
#define ITEM(code, name) {code, #name, "balance_part." #name},
#include "core/domain/balance_parts.def"
#undef ITEM
};

static const struct item signing_refusal_items[] = {
#define ITEM(code, name) {code, #name, "signing_refusal." #name},
#include "core/domain/signing_refusals.def"
#undef ITEM
};

static const struct item visit_step_items[] = {
#define ITEM(code, name) {code, #name, "visit_part." #name},
#include "core/domain/visit_parts.def"
#undef ITEM
};

static const struct item step_skip_reason_items[] = {
#define ITEM(code, name) {code, #name, "step_skip_reason." #name},
#include "core/domain/step_skip_reasons.def"
#undef ITEM
};

static const struct {
    const char *name;
    const struct item *items;
    size_t count;
} lists[CATALOG_COUNT] = {
    [CATALOG_outcome] = {"outcome", outcome_items, COUNT(outcome_items)},
    [CATALOG_role] = {"role", role_items, COUNT(role_items)},
    [CATALOG_stop_flag] = {"stop_flag", stop_flag_items, COUNT(stop_flag_items)},
    [CATALOG_arrangement_state] = {"arrangement_state", arrangement_state_items,
                                   COUNT(arrangement_state_items)},
    [CATALOG_default_reason] = {"default_reason", default_reason_items,
                                COUNT(default_reason_items)},
    [CATALOG_skip_reason] = {"skip_reason", skip_reason_items, COUNT(skip_reason_items)},
    [CATALOG_contact_channel] = {"contact_channel", contact_channel_items,
                                 COUNT(contact_channel_items)},
    [CATALOG_contact_result] = {"contact_result", contact_result_items,
                                COUNT(contact_result_items)},
    [CATALOG_payment_channel] = {"payment_channel", payment_channel_items,
                                 COUNT(payment_channel_items)},
    [CATALOG_point_kind] = {"point_kind", point_kind_items, COUNT(point_kind_items)},
    [CATALOG_point_state] = {"point_state", point_state_items, COUNT(point_state_items)},
    [CATALOG_fact_source] = {"fact_source", fact_source_items, COUNT(fact_source_items)},
    [CATALOG_address_kind] = {"address_kind", address_kind_items, COUNT(address_kind_items)},
    [CATALOG_address_result] = {"address_result", address_result_items,
                                COUNT(address_result_items)},
    [CATALOG_dispute_kind] = {"dispute_kind", dispute_kind_items, COUNT(dispute_kind_items)},
    [CATALOG_hardship_kind] = {"hardship_kind", hardship_kind_items, COUNT(hardship_kind_items)},
    [CATALOG_declaration_place] = {"declaration_place", declaration_place_items,
                                   COUNT(declaration_place_items)},
    [CATALOG_complaint_kind] = {"complaint_kind", complaint_kind_items,
                                COUNT(complaint_kind_items)},
    [CATALOG_complaint_wish] = {"complaint_wish", complaint_wish_items,
                                COUNT(complaint_wish_items)},
    [CATALOG_safety_kind] = {"safety_kind", safety_kind_items, COUNT(safety_kind_items)},
    [CATALOG_notice_kind] = {"notice_kind", notice_kind_items, COUNT(notice_kind_items)},
    [CATALOG_delivery_result] = {"delivery_result", delivery_result_items,
                                 COUNT(delivery_result_items)},
    [CATALOG_service_kind] = {"service_kind", service_kind_items, COUNT(service_kind_items)},
    [CATALOG_collateral_state] = {"collateral_state", collateral_state_items,
                                  COUNT(collateral_state_items)},
    [CATALOG_offer_kind] = {"offer_kind", offer_kind_items, COUNT(offer_kind_items)},
    [CATALOG_detail_kind] = {"detail_kind", detail_kind_items, COUNT(detail_kind_items)},
    [CATALOG_correction_reason] = {"correction_reason", correction_reason_items,
                                   COUNT(correction_reason_items)},
    [CATALOG_conduct_kind] = {"conduct_kind", conduct_kind_items, COUNT(conduct_kind_items)},
    [CATALOG_override_reason] = {"override_reason", override_reason_items,
                                 COUNT(override_reason_items)},
    [CATALOG_close_reason] = {"close_reason", close_reason_items, COUNT(close_reason_items)},
    [CATALOG_case_life] = {"case_life", case_life_items, COUNT(case_life_items)},
    [CATALOG_decision] = {"decision", decision_items, COUNT(decision_items)},
    [CATALOG_decision_reason] = {"decision_reason", decision_reason_items,
                                 COUNT(decision_reason_items)},
    [CATALOG_arrangement_kind] = {"arrangement_kind", arrangement_kind_items,
                                  COUNT(arrangement_kind_items)},
    [CATALOG_clock_quality] = {"clock_quality", clock_quality_items, COUNT(clock_quality_items)},
    [CATALOG_balance_part] = {"balance_part", balance_part_items, COUNT(balance_part_items)},
    [CATALOG_evidence_kind] = {"evidence_kind", evidence_kind_items, COUNT(evidence_kind_items)},
    [CATALOG_media_type] = {"media_type", media_type_items, COUNT(media_type_items)},
    [CATALOG_signing_refusal] = {"signing_refusal", signing_refusal_items,
                                 COUNT(signing_refusal_items)},
    [CATALOG_visit_part] = {"visit_part", visit_step_items, COUNT(visit_step_items)},
    [CATALOG_complaint_answer] = {"complaint_answer", complaint_answer_items,
                                  COUNT(complaint_answer_items)},
    [CATALOG_call_back_result] = {"call_back_result", call_back_result_items,
                                  COUNT(call_back_result_items)},
    [CATALOG_message_answer] = {"message_answer", message_answer_items,
                                COUNT(message_answer_items)},
    [CATALOG_data_class] = {"data_class", data_class_items, COUNT(data_class_items)},
    [CATALOG_erase_ground] = {"erase_ground", erase_ground_items, COUNT(erase_ground_items)},
    [CATALOG_review] = {"review", review_items, COUNT(review_items)},
    [CATALOG_step_skip_reason] = {"step_skip_reason", step_skip_reason_items,
                                  COUNT(step_skip_reason_items)},
};

const char *catalog_list_name(enum catalog list)
{
    CHECK((unsigned)list < CATALOG_COUNT);
    return lists[list].name;
}

size_t catalog_count(enum catalog list)
{
    CHECK((unsigned)list < CATALOG_COUNT);
    return lists[list].count;
}

uint32_t catalog_code_at(enum catalog list, size_t index)
{
    CHECK(index < catalog_count(list));
    return lists[list].items[index].code;
}

/* Codes are 1, 2, 3 … in declaration order (checked by a test), so a code is an index. */
static const struct item *item_find(enum catalog list, uint32_t code)
{
    if (code == 0 || code > catalog_count(list)) {
        return NULL;
    }
    return &lists[list].items[code - 1];
}

const char *catalog_name(enum catalog list, uint32_t code)
{
    const struct item *item = item_find(list, code);
    return item != NULL ? item->name : NULL;
}

uint32_t catalog_code(enum catalog list, struct str name)
{
    for (size_t i = 0; i < catalog_count(list); i++) {
        if (str_is(name, lists[list].items[i].name)) {
            return lists[list].items[i].code;
        }
    }
    return 0;
}

const char *catalog_key(enum catalog list, uint32_t code)
{
    const struct item *item = item_find(list, code);
    return item != NULL ? item->key : "unknown.code";
}

enum outcome_met outcome_met(uint32_t outcome)
{
    static const enum outcome_met met_of[] = {
#define OUTCOME(code, name, met, needs) [code] = OUTCOME_MET_##met,
#include "core/domain/outcomes.def"
#undef OUTCOME
    };
    return outcome < COUNT(met_of) ? met_of[outcome] : OUTCOME_MET_nobody;
}

enum outcome_needs outcome_needs(uint32_t outcome)
{
    static const enum outcome_needs needs_of[] = {
#define OUTCOME(code, name, met, needs) [code] = OUTCOME_NEEDS_##needs,
#include "core/domain/outcomes.def"
#undef OUTCOME
    };
    return outcome < COUNT(needs_of) ? needs_of[outcome] : OUTCOME_NEEDS_none;
}

enum matrix_role role_matrix(uint32_t role)
{
    static const enum matrix_role matrix_of[] = {
        [0] = MATRIX_ROLE_OTHER,
#define ROLE(code, name, matrix) [code] = MATRIX_ROLE_##matrix,
#include "core/domain/roles.def"
#undef ROLE
    };
    return role < COUNT(matrix_of) ? matrix_of[role] : MATRIX_ROLE_OTHER;
}

bool role_is_liable(uint32_t role)
{
    return role_matrix(role) <= MATRIX_ROLE_EXEC;
}

bool arrangement_state_is_live(uint32_t state)
{
    static const bool is_live_of[] = {
#define ARRANGEMENT_STATE(code, name, is_live) [code] = is_live,
#include "core/domain/arrangement_states.def"
#undef ARRANGEMENT_STATE
    };
    return state < COUNT(is_live_of) && is_live_of[state];
}

const char *stop_flag_rule(uint32_t flag)
{
    static const char *const rule_of[] = {
        [0] = "",
#define STOP_FLAG(code, name, rule) [code] = #rule,
#include "core/domain/stop_flags.def"
#undef STOP_FLAG
    };
    return flag < COUNT(rule_of) ? rule_of[flag] : "";
}
