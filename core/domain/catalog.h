/* core/domain/catalog.h -- the closed lists of the field: names, codes and text keys.
 * Pure. Every list is declared once, in its .def file beside this one; its
 * codes are in the journal and 0 always means "not said". */
#pragma once

#include "core/base/str.h"

/* Whom a visit met, and what record finishes it: columns of outcomes.def. */
enum outcome_met { OUTCOME_MET_nobody, OUTCOME_MET_third, OUTCOME_MET_debtor };
enum outcome_needs {
    OUTCOME_NEEDS_none,
    OUTCOME_NEEDS_promise,
    OUTCOME_NEEDS_plan,
    OUTCOME_NEEDS_payment,
    OUTCOME_NEEDS_extension,
    OUTCOME_NEEDS_settlement,
    OUTCOME_NEEDS_waiver,
    OUTCOME_NEEDS_hardship,
    OUTCOME_NEEDS_dispute,
    OUTCOME_NEEDS_identity,
    OUTCOME_NEEDS_appointment,
    OUTCOME_NEEDS_address,
    OUTCOME_NEEDS_flag,
    OUTCOME_NEEDS_safety,
    OUTCOME_NEEDS_notice,
    OUTCOME_NEEDS_collateral,
};

/* Rows of the disclosure matrix: column of roles.def. */
enum matrix_role {
    MATRIX_ROLE_SELF,
    MATRIX_ROLE_CODEBTOR,
    MATRIX_ROLE_GUARANTOR,
    MATRIX_ROLE_REP,
    MATRIX_ROLE_EXEC,
    MATRIX_ROLE_SPOUSE,
    MATRIX_ROLE_GUARDIAN,
    MATRIX_ROLE_FAMILY,
    MATRIX_ROLE_MINOR,
    MATRIX_ROLE_NEIGHBOUR,
    MATRIX_ROLE_EMPLOYER,
    MATRIX_ROLE_OTHER,
};

enum outcome {
    OUTCOME_none = 0,
#define OUTCOME(code, name, met, needs) OUTCOME_##name = code,
#include "core/domain/outcomes.def"
#undef OUTCOME
};

enum role {
    ROLE_none = 0,
#define ROLE(code, name, matrix) ROLE_##name = code,
#include "core/domain/roles.def"
#undef ROLE
};

enum stop_flag {
    STOP_FLAG_none = 0,
#define STOP_FLAG(code, name, rule) STOP_FLAG_##name = code,
#include "core/domain/stop_flags.def"
#undef STOP_FLAG
};

enum arrangement_state {
    ARRANGEMENT_STATE_none = 0,
#define ARRANGEMENT_STATE(code, name, is_live) ARRANGEMENT_STATE_##name = code,
#include "core/domain/arrangement_states.def"
#undef ARRANGEMENT_STATE
};

enum default_reason {
    DEFAULT_REASON_none = 0,
#define ITEM(code, name) DEFAULT_REASON_##name = code,
#include "core/domain/default_reasons.def"
#undef ITEM
};

enum skip_reason {
    SKIP_REASON_none = 0,
#define ITEM(code, name) SKIP_REASON_##name = code,
#include "core/domain/skip_reasons.def"
#undef ITEM
};

enum contact_channel {
    CONTACT_CHANNEL_none = 0,
#define ITEM(code, name) CONTACT_CHANNEL_##name = code,
#include "core/domain/contact_channels.def"
#undef ITEM
};

enum contact_result {
    CONTACT_RESULT_none = 0,
#define ITEM(code, name) CONTACT_RESULT_##name = code,
#include "core/domain/contact_results.def"
#undef ITEM
};

enum payment_channel {
    PAYMENT_CHANNEL_none = 0,
#define ITEM(code, name) PAYMENT_CHANNEL_##name = code,
#include "core/domain/payment_channels.def"
#undef ITEM
};

enum point_kind {
    POINT_KIND_none = 0,
#define ITEM(code, name) POINT_KIND_##name = code,
#include "core/domain/contact_point_kinds.def"
#undef ITEM
};

enum point_state {
    POINT_STATE_none = 0,
#define ITEM(code, name) POINT_STATE_##name = code,
#include "core/domain/contact_point_states.def"
#undef ITEM
};

enum fact_source {
    FACT_SOURCE_none = 0,
#define ITEM(code, name) FACT_SOURCE_##name = code,
#include "core/domain/fact_sources.def"
#undef ITEM
};

enum address_kind {
    ADDRESS_KIND_none = 0,
#define ITEM(code, name) ADDRESS_KIND_##name = code,
#include "core/domain/address_kinds.def"
#undef ITEM
};

enum address_result {
    ADDRESS_RESULT_none = 0,
#define ITEM(code, name) ADDRESS_RESULT_##name = code,
#include "core/domain/address_results.def"
#undef ITEM
};

enum dispute_kind {
    DISPUTE_KIND_none = 0,
#define ITEM(code, name) DISPUTE_KIND_##name = code,
#include "core/domain/dispute_kinds.def"
#undef ITEM
};

enum hardship_kind {
    HARDSHIP_KIND_none = 0,
#define ITEM(code, name) HARDSHIP_KIND_##name = code,
#include "core/domain/hardship_kinds.def"
#undef ITEM
};

enum declaration_place {
    DECLARATION_PLACE_none = 0,
#define ITEM(code, name) DECLARATION_PLACE_##name = code,
#include "core/domain/declaration_places.def"
#undef ITEM
};

enum complaint_kind {
    COMPLAINT_KIND_none = 0,
#define ITEM(code, name) COMPLAINT_KIND_##name = code,
#include "core/domain/complaint_kinds.def"
#undef ITEM
};

enum complaint_wish {
    COMPLAINT_WISH_none = 0,
#define ITEM(code, name) COMPLAINT_WISH_##name = code,
#include "core/domain/complaint_wishes.def"
#undef ITEM
};

enum safety_kind {
    SAFETY_KIND_none = 0,
#define ITEM(code, name) SAFETY_KIND_##name = code,
#include "core/domain/safety_kinds.def"
#undef ITEM
};

enum notice_kind {
    NOTICE_KIND_none = 0,
#define ITEM(code, name) NOTICE_KIND_##name = code,
#include "core/domain/notice_kinds.def"
#undef ITEM
};

enum delivery_result {
    DELIVERY_RESULT_none = 0,
#define ITEM(code, name) DELIVERY_RESULT_##name = code,
#include "core/domain/delivery_results.def"
#undef ITEM
};

enum service_kind {
    SERVICE_KIND_none = 0,
#define ITEM(code, name) SERVICE_KIND_##name = code,
#include "core/domain/service_kinds.def"
#undef ITEM
};

enum collateral_state {
    COLLATERAL_STATE_none = 0,
#define ITEM(code, name) COLLATERAL_STATE_##name = code,
#include "core/domain/collateral_states.def"
#undef ITEM
};

enum offer_kind {
    OFFER_KIND_none = 0,
#define ITEM(code, name) OFFER_KIND_##name = code,
#include "core/domain/offer_kinds.def"
#undef ITEM
};

enum detail_kind {
    DETAIL_KIND_none = 0,
#define ITEM(code, name) DETAIL_KIND_##name = code,
#include "core/domain/detail_kinds.def"
#undef ITEM
};

enum correction_reason {
    CORRECTION_REASON_none = 0,
#define ITEM(code, name) CORRECTION_REASON_##name = code,
#include "core/domain/correction_reasons.def"
#undef ITEM
};

enum conduct_kind {
    CONDUCT_KIND_none = 0,
#define ITEM(code, name) CONDUCT_KIND_##name = code,
#include "core/domain/conduct_kinds.def"
#undef ITEM
};

enum complaint_answer {
    COMPLAINT_ANSWER_none = 0,
#define ITEM(code, name) COMPLAINT_ANSWER_##name = code,
#include "core/domain/complaint_answers.def"
#undef ITEM
};

enum call_back_result {
    CALL_BACK_RESULT_none = 0,
#define ITEM(code, name) CALL_BACK_RESULT_##name = code,
#include "core/domain/call_back_results.def"
#undef ITEM
};

enum data_class {
    DATA_CLASS_none = 0,
#define ITEM(code, name) DATA_CLASS_##name = code,
#include "core/domain/data_classes.def"
#undef ITEM
    DATA_CLASS_END /* one past the last */
};

enum erase_ground {
    ERASE_GROUND_none = 0,
#define ITEM(code, name) ERASE_GROUND_##name = code,
#include "core/domain/erase_grounds.def"
#undef ITEM
};

enum message_answer {
    MESSAGE_ANSWER_none = 0,
#define ITEM(code, name) MESSAGE_ANSWER_##name = code,
#include "core/domain/message_answers.def"
#undef ITEM
};

enum evidence_kind {
    EVIDENCE_KIND_none = 0,
#define ITEM(code, name) EVIDENCE_KIND_##name = code,
#include "core/domain/evidence_kinds.def"
#undef ITEM
};

enum media_type {
    MEDIA_TYPE_none = 0,
#define ITEM(code, name) MEDIA_TYPE_##name = code,
#include "core/domain/media_types.def"
#undef ITEM
};

enum override_reason {
    OVERRIDE_REASON_none = 0,
#define ITEM(code, name) OVERRIDE_REASON_##name = code,
#include "core/domain/override_reasons.def"
#undef ITEM
};

enum close_reason {
    CLOSE_REASON_none = 0,
#define ITEM(code, name) CLOSE_REASON_##name = code,
#include "core/domain/close_reasons.def"
#undef ITEM
};

enum case_life {
    CASE_LIFE_none = 0,
#define ITEM(code, name) CASE_LIFE_##name = code,
#include "core/domain/case_lives.def"
#undef ITEM
};

enum decision {
    DECISION_none = 0,
#define ITEM(code, name) DECISION_##name = code,
#include "core/domain/decisions.def"
#undef ITEM
};

enum decision_reason {
    DECISION_REASON_none = 0,
#define ITEM(code, name) DECISION_REASON_##name = code,
#include "core/domain/decision_reasons.def"
#undef ITEM
};

enum arrangement_kind {
    ARRANGEMENT_KIND_none = 0,
#define ITEM(code, name) ARRANGEMENT_KIND_##name = code,
#include "core/domain/arrangement_kinds.def"
#undef ITEM
};

enum clock_quality {
    CLOCK_QUALITY_none = 0,
#define ITEM(code, name) CLOCK_QUALITY_##name = code,
#include "core/domain/clock_qualities.def"
#undef ITEM
};

enum balance_part {
    BALANCE_PART_none = 0,
#define ITEM(code, name) BALANCE_PART_##name = code,
#include "core/domain/balance_parts.def"
#undef ITEM
};

enum signing_refusal {
    SIGNING_REFUSAL_none = 0,
#define ITEM(code, name) SIGNING_REFUSAL_##name = code,
#include "core/domain/signing_refusals.def"
#undef ITEM
};

enum visit_part {
    VISIT_PART_none = 0,
#define ITEM(code, name) VISIT_PART_##name = code,
#include "core/domain/visit_parts.def"
#undef ITEM
};

enum step_skip_reason {
    STEP_SKIP_REASON_none = 0,
#define ITEM(code, name) STEP_SKIP_REASON_##name = code,
#include "core/domain/step_skip_reasons.def"
#undef ITEM
};

/* The lists themselves. */
enum catalog {
    CATALOG_outcome,
    CATALOG_role,
    CATALOG_stop_flag,
    CATALOG_arrangement_state,
    CATALOG_default_reason,
    CATALOG_skip_reason,
    CATALOG_contact_channel,
    CATALOG_contact_result,
    CATALOG_payment_channel,
    CATALOG_point_kind,
    CATALOG_point_state,
    CATALOG_fact_source,
    CATALOG_address_kind,
    CATALOG_address_result,
    CATALOG_dispute_kind,
    CATALOG_hardship_kind,
    CATALOG_declaration_place,
    CATALOG_complaint_kind,
    CATALOG_complaint_wish,
    CATALOG_safety_kind,
    CATALOG_notice_kind,
    CATALOG_delivery_result,
    CATALOG_service_kind,
    CATALOG_collateral_state,
    CATALOG_offer_kind,
    CATALOG_detail_kind,
    CATALOG_correction_reason,
    CATALOG_conduct_kind,
    CATALOG_override_reason,
    CATALOG_close_reason,
    CATALOG_case_life,
    CATALOG_decision,
    CATALOG_decision_reason,
    CATALOG_arrangement_kind,
    CATALOG_clock_quality,
    CATALOG_balance_part,
    CATALOG_evidence_kind,
    CATALOG_media_type,
    CATALOG_signing_refusal,
    CATALOG_visit_part,
    CATALOG_step_skip_reason,
    CATALOG_message_answer,
    CATALOG_complaint_answer,
    CATALOG_call_back_result,
    CATALOG_data_class,
    CATALOG_erase_ground,
    CATALOG_review,
    CATALOG_COUNT
};

/* Name of a list, as in text keys ("outcome", "skip_reason"). Static. */
const char *catalog_list_name(enum catalog list);
/* How many items; their codes in declaration order are catalog_code_at(list, 0..count-1). */
size_t catalog_count(enum catalog list);
uint32_t catalog_code_at(enum catalog list, size_t index);
/* Name of an item, or NULL for a code that this build does not know (0 included):
 * such a code came from a newer tablet and is shown as "?code". Static. */
const char *catalog_name(enum catalog list, uint32_t code);
/* Code of a name, 0 when there is none. */
uint32_t catalog_code(enum catalog list, struct str name);
/* Text key "<list>.<name>" in static storage; "unknown.code" for an unknown code. */
const char *catalog_key(enum catalog list, uint32_t code);

/* Unknown codes: nobody, none. */
enum outcome_met outcome_met(uint32_t outcome);
enum outcome_needs outcome_needs(uint32_t outcome);
/* Unknown codes: OTHER, the row that may learn least. */
enum matrix_role role_matrix(uint32_t role);
/* True for roles to whom the debt may be shown in every profile once the
 * identity is verified: borrower, co-debtor, guarantor, representative, executor. */
bool role_is_liable(uint32_t role);
bool arrangement_state_is_live(uint32_t state);
/* The rule that reads a stop flag, such as "S04"; "" for an unknown flag. */
const char *stop_flag_rule(uint32_t flag);
