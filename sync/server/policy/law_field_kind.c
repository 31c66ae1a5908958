/* The fields that only some kinds of rule know. */
#include "sync/server/policy/law_field.h"

static bool read_range(struct str text, int64_t low, int64_t high, int64_t *value_out)
{
    return str_to_i64(text, value_out) == OK && *value_out >= low && *value_out <= high;
}
static bool read_any(struct law_record *record, struct str value)
{
    enum law_list list;
    uint32_t bits;
    if (!law_field_list(record->fact_a, &list)) {
        return false;
    }
    if (str_is(value, "all")) {
        record->p0 = UINT32_MAX;
        return true;
    }
    if (!law_source_bits(list, value, &bits)) {
        return false;
    }
    record->p0 = bits;
    return true;
}

static bool read_days_on(struct str text, int64_t *bits_out)
{
    static const char *const names[] = {"sunday", "holiday", "sensitive", "every"};
    struct str word;
    *bits_out = 0;
    while (str_split(&text, ',', &word)) {
        size_t i = 0;
        while (i < COUNT(names) && !str_is(word, names[i])) {
            i++;
        }
        if (i == COUNT(names)) {
            return false;
        }
        *bits_out |= INT64_C(1) << i;
    }
    return *bits_out != 0;
}

static bool read_limit(const struct law_record *record, struct str value, int64_t *limit_out)
{
    const char *expected;
    return record->fact_a != 0 &&
           law_source_value((enum law_fact)record->fact_a, value, limit_out, &expected);
}
static bool read_edges(struct law_record *record, struct str value)
{
    if (value.size != 2 || (value.bytes[0] != '[' && value.bytes[0] != '(') ||
        (value.bytes[1] != ']' && value.bytes[1] != ')')) {
        return false;
    }
    /* Whole seconds: an open left edge begins a second later, a closed right one ends later. */
    record->p0 += value.bytes[0] == '(' ? 1 : 0;
    record->p1 += value.bytes[1] == ']' ? 1 : 0;
    return true;
}

bool law_field_of_kind(struct law_record *record, enum law_field field, struct str value)
{
    int64_t number = 0;
    uint32_t bits = 0;
    switch ((int)field) { /* each of the two readers knows its own */
    case LAW_FIELD_open:
        return law_source_time(value, &record->p0);
    case LAW_FIELD_close:
        return law_source_time(value, &record->p1);
    case LAW_FIELD_edges:
        return read_edges(record, value);
    case LAW_FIELD_margin:
        if (!law_source_duration(value, &number) || number < 1 || number > 43200) {
            return false;
        }
        record->if_mask = (uint32_t)number;
        return true;
    case LAW_FIELD_plus:
        return law_field_fact(value, &record->fact_b) &&
               law_field_unit_is(record->fact_b, LAW_UNIT_seconds);
    case LAW_FIELD_on:
        return read_days_on(value, &record->p0);
    case LAW_FIELD_fact:
        return law_field_fact(value, &record->fact_a) &&
               (record->kind != LAW_KIND_COOL || law_field_unit_is(record->fact_a, LAW_UNIT_day));
    case LAW_FIELD_max:
        return read_limit(record, value,
                          record->kind == LAW_KIND_RANGE ? &record->p1 : &record->p0) &&
               (record->kind != LAW_KIND_RATE || record->p0 < 100000);
    case LAW_FIELD_min:
        return read_limit(record, value, &record->p0);
    case LAW_FIELD_span:
        return read_range(value, 0, 400, &record->p1);
    case LAW_FIELD_oldest:
        return law_field_fact(value, &record->fact_b) &&
               law_field_unit_is(record->fact_b, LAW_UNIT_day);
    case LAW_FIELD_days:
        return read_range(value, 1, 4000, &record->p0);
    case LAW_FIELD_months:
        return read_range(value, 1, 400, &record->p1);
    case LAW_FIELD_is:
        return read_range(value, 0, 1, record->kind == LAW_KIND_SEQ ? &record->p1 : &record->p0);
    case LAW_FIELD_unless_fact: {
        uint16_t fact;
        if (!law_field_fact(value, &fact) || !law_field_unit_is(fact, LAW_UNIT_yes_no)) {
            return false;
        }
        if (record->kind == LAW_KIND_CMP) {
            record->p0 = (record->p0 & 1) | (int64_t)fact << 8;
        } else {
            record->fact_b = fact;
        }
        return true;
    }
    case LAW_FIELD_sets:
        return law_source_bits(LAW_LIST_flag, value, &record->flags);
    case LAW_FIELD_a:
        return law_field_fact(value, &record->fact_a);
    case LAW_FIELD_b:
        return law_field_fact(value, &record->fact_b);
    case LAW_FIELD_op:
        record->p0 = (record->p0 & ~INT64_C(1)) | str_is(value, "ge");
        return str_is(value, "ge") || str_is(value, "le");
    case LAW_FIELD_less: {
        uint16_t fact;
        bool is_read = law_field_fact(value, &fact);
        record->p1 = is_read ? fact : 0;
        return is_read;
    }
    case LAW_FIELD_allow:
        bits = 0xff;
        if (!str_is(value, "all") && !law_source_bits(LAW_LIST_info, value, &bits)) {
            return false;
        }
        record->p0 = bits;
        return true;
    case LAW_FIELD_any:
        return read_any(record, value);
    case LAW_FIELD_since:
        return law_field_fact(value, &record->fact_b) &&
               (law_field_unit_is(record->fact_b, LAW_UNIT_day) ||
                (law_field_unit_is(record->fact_b, LAW_UNIT_seconds) &&
                 record->kind == LAW_KIND_SEQ));
    case LAW_FIELD_within:
        if (law_field_unit_is(record->fact_b, LAW_UNIT_seconds)) {
            return law_source_duration(value, &record->p0);
        }
        return read_range(value, 0, 4000, &record->p0);
    case LAW_FIELD_place:
        if (!law_source_bits(LAW_LIST_place, value, &bits)) {
            return false;
        }
        record->p0 = bits;
        return true;
    case LAW_FIELD_beyond:
        return read_range(value, 1, 1000000, &record->p1);
    case LAW_FIELD_data:
        return law_source_bits(LAW_LIST_data, value, &record->if_mask);
    case LAW_FIELD_min_months:
        return read_range(value, 1, 1200, &record->p0);
    case LAW_FIELD_max_days:
        return read_range(value, 1, 36500, &record->p1);
    default:
        UNREACHABLE(); /* law_field_common() knows the others */
    }
}
