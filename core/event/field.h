/* core/event/field.h -- checks of single fields of an intended fact. Private to core/event.
 *
 * Each gives true, or writes the fault and gives false, so a kind's validation
 * reads as one expression. Field names are those of event.proto, static. */
#pragma once

#include "core/domain/catalog.h"
#include "core/event/event.h"

/* Writes the fault; always false. */
bool field_fail(struct event_fault *fault_out, const char *field, const char *key);
/* A code of the list; 0 is "fault.required", an unknown one "fault.unknown_code". */
bool field_code(struct event_fault *fault_out, const char *field, enum catalog list, uint32_t code);
bool field_code_or_none(struct event_fault *fault_out, const char *field, enum catalog list,
                        uint32_t code);
/* 1 .. FIELD_AMOUNT_MAX; 0 is "fault.required". */
bool field_amount(struct event_fault *fault_out, const char *field, uint64_t amount_minor);
bool field_amount_or_none(struct event_fault *fault_out, const char *field, uint64_t amount_minor);
/* A plausible civil day, 2000-01-01 .. 2199-12-31; 0 is "fault.required". */
bool field_day(struct event_fault *fault_out, const char *field, int32_t day);
bool field_day_or_none(struct event_fault *fault_out, const char *field, int32_t day);
/* Not empty. */
bool field_text(struct event_fault *fault_out, const char *field, const char *text);
bool field_range(struct event_fault *fault_out, const char *field, int64_t value, int64_t low,
                 int64_t high);
/* Not all zero. */
bool field_id(struct event_fault *fault_out, const char *field, const uint8_t bytes[16]);

/* 10^12 yuan: above any debt, and sums of a case's amounts stay far inside int64. */
#define FIELD_AMOUNT_MAX UINT64_C(100000000000000)
