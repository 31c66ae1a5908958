#include "core/event/field.h"

#include "core/base/id.h"

#include <string.h>

enum { FIELD_DAY_LOW = 10957, FIELD_DAY_HIGH = 84005 }; /* 2000-01-01, 2199-12-31 */

bool field_fail(struct event_fault *fault_out, const char *field, const char *key)
{
    fault_out->field = field;
    fault_out->key = key;
    return false;
}

bool field_code(struct event_fault *fault_out, const char *field, enum catalog list, uint32_t code)
{
    if (code == 0) {
        return field_fail(fault_out, field, "fault.required");
    }
    return field_code_or_none(fault_out, field, list, code);
}

bool field_code_or_none(struct event_fault *fault_out, const char *field, enum catalog list,
                        uint32_t code)
{
    if (code != 0 && catalog_name(list, code) == NULL) {
        return field_fail(fault_out, field, "fault.unknown_code");
    }
    return true;
}

bool field_amount(struct event_fault *fault_out, const char *field, uint64_t amount_minor)
{
    if (amount_minor == 0) {
        return field_fail(fault_out, field, "fault.required");
    }
    return field_amount_or_none(fault_out, field, amount_minor);
}

bool field_amount_or_none(struct event_fault *fault_out, const char *field, uint64_t amount_minor)
{
    if (amount_minor > FIELD_AMOUNT_MAX) {
        return field_fail(fault_out, field, "fault.out_of_range");
    }
    return true;
}

bool field_day(struct event_fault *fault_out, const char *field, int32_t day)
{
    if (day == 0) {
        return field_fail(fault_out, field, "fault.required");
    }
    return field_day_or_none(fault_out, field, day);
}

bool field_day_or_none(struct event_fault *fault_out, const char *field, int32_t day)
{
    if (day != 0 && (day < FIELD_DAY_LOW || day > FIELD_DAY_HIGH)) {
        return field_fail(fault_out, field, "fault.out_of_range");
    }
    return true;
}

bool field_text(struct event_fault *fault_out, const char *field, const char *text)
{
    if (text[0] == '\0') {
        return field_fail(fault_out, field, "fault.required");
    }
    return true;
}

bool field_range(struct event_fault *fault_out, const char *field, int64_t value, int64_t low,
                 int64_t high)
{
    if (value < low || value > high) {
        return field_fail(fault_out, field, "fault.out_of_range");
    }
    return true;
}

bool field_id(struct event_fault *fault_out, const char *field, const uint8_t bytes[16])
{
    struct id id;
    memcpy(id.bytes, bytes, sizeof id.bytes);
    if (id_is_zero(&id)) {
        return field_fail(fault_out, field, "fault.required");
    }
    return true;
}
