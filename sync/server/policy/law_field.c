/* The fields that every kind of rule knows, and the list of all. */
#include "sync/server/policy/law_field.h"

#include "core/domain/date.h"

#define KIND(name) (1U << LAW_KIND_##name)

static const struct law_field_row fields[] = {
    {"stage", LAW_FIELD_stage, 0, "P,I,C,A,S,R"},
    {"chan", LAW_FIELD_chan, 0, "visit,call,notice,message,pay,waive,plan_offer,refer, all"},
    {"sev", LAW_FIELD_sev, 0, "log, warn, block"},
    {"unk", LAW_FIELD_unk, 0, "ok, log, warn, block"},
    {"ovr", LAW_FIELD_ovr, 0, "none, consent:FACT, supervisor"},
    {"oblige", LAW_FIELD_oblige, 0,
     "START_REC, STOP_REC, LEAVE_NOW, STOP_DEMAND, PASS_TO_CLIENT, FORBEARANCE, SEND_VALIDATION, "
     "ISSUE_RECEIPT, REFUND"},
    {"from", LAW_FIELD_from, 0, "2026-01-30"},
    {"to", LAW_FIELD_to, 0, "2026-01-30"},
    {"src", LAW_FIELD_src, 0, "a name from the list of sources"},
    {"conf", LAW_FIELD_conf, 0, "read, second, weak, recalled, house, unconfirmed"},
    {"role", LAW_FIELD_role, 0, "SELF ... OTHER, or all"},
    {"when", LAW_FIELD_when, 0, "a flag, such as DISPUTE"},
    {"unless", LAW_FIELD_unless, 0, "a flag, such as LOST"},
    {"if", LAW_FIELD_if, ~KIND(TW), "FACT or FACT:VALUE,VALUE"},
    {"open", LAW_FIELD_open, KIND(TW), "08:00"},
    {"close", LAW_FIELD_close, KIND(TW), "22:00, after the opening"},
    {"edges", LAW_FIELD_edges, KIND(TW), "[] [) (] ()"},
    {"margin", LAW_FIELD_margin, KIND(TW), "15min"},
    {"plus", LAW_FIELD_plus, KIND(TW), "a fact in seconds"},
    {"on", LAW_FIELD_on, KIND(DAY), "sunday, holiday, sensitive, every"},
    {"fact", LAW_FIELD_fact,
     KIND(RATE) | KIND(COOL) | KIND(REQ) | KIND(RANGE) | KIND(TAG) | KIND(FIELD) | KIND(FRESH) |
         KIND(SEQ) | KIND(MATRIX),
     "a name that `policy facts` lists"},
    {"max", LAW_FIELD_max, KIND(RATE) | KIND(RANGE) | KIND(FRESH), "a number in the fact's unit"},
    {"min", LAW_FIELD_min, KIND(RANGE), "a number in the fact's unit"},
    {"span", LAW_FIELD_span, KIND(RATE), "0 ... 400 days; 0: ever"},
    {"oldest", LAW_FIELD_oldest, KIND(RATE), "a fact that is a day"},
    {"days", LAW_FIELD_days, KIND(COOL), "1 ... 4000"},
    {"months", LAW_FIELD_months, KIND(COOL), "1 ... 400"},
    {"is", LAW_FIELD_is, KIND(REQ) | KIND(SEQ), "0, 1"},
    {"unless_fact", LAW_FIELD_unless_fact, KIND(REQ) | KIND(CMP),
     "a name that `policy facts` lists"},
    {"sets", LAW_FIELD_sets, KIND(RANGE), "a flag, such as LOST"},
    {"a", LAW_FIELD_a, KIND(CMP) | KIND(APPR), "a name that `policy facts` lists"},
    {"b", LAW_FIELD_b, KIND(CMP) | KIND(APPR), "a name that `policy facts` lists"},
    {"op", LAW_FIELD_op, KIND(CMP), "le, ge"},
    {"less", LAW_FIELD_less, KIND(CMP), "a name that `policy facts` lists"},
    {"allow", LAW_FIELD_allow, KIND(MATRIX), "N,E,W,M,D,A,Y,L, all"},
    {"any", LAW_FIELD_any, KIND(TAG) | KIND(FIELD), "values of the fact's list, all"},
    {"since", LAW_FIELD_since, KIND(SEQ) | KIND(RETAIN), "a fact that is a day or in seconds"},
    {"within", LAW_FIELD_within, KIND(SEQ), "a number in the unit of `since`, days for a day"},
    {"place", LAW_FIELD_place, KIND(GEO), "home, work, hospital, school, public, other"},
    {"beyond", LAW_FIELD_beyond, KIND(GEO), "metres"},
    {"data", LAW_FIELD_data, KIND(RETAIN), "events, recording, location, third_party, contact"},
    {"min_months", LAW_FIELD_min_months, KIND(RETAIN), "1 ... 1200"},
    {"max_days", LAW_FIELD_max_days, KIND(RETAIN), "1 ... 36500"},
};
#undef KIND

const struct law_field_row *law_field_find(struct str name)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (str_is(name, fields[i].name)) {
            return &fields[i];
        }
    }
    return NULL;
}

bool law_field_fact(struct str text, uint16_t *fact_out)
{
    enum law_fact fact;
    if (law_fact_find(text, &fact) != OK) {
        return false;
    }
    *fact_out = (uint16_t)fact;
    return true;
}

bool law_field_unit_is(uint16_t fact, enum law_unit unit)
{
    return fact != 0 && law_fact_row((enum law_fact)fact)->unit == unit;
}

bool law_field_list(uint16_t fact, enum law_list *list_out)
{
    static const struct {
        enum law_unit unit;
        enum law_list list;
    } rows[] = {{LAW_UNIT_info, LAW_LIST_info},
                {LAW_UNIT_data, LAW_LIST_data},
                {LAW_UNIT_conduct, LAW_LIST_conduct}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (law_field_unit_is(fact, rows[i].unit)) {
            *list_out = rows[i].list;
            return true;
        }
    }
    return false;
}
static bool read_bits8(enum law_list list, struct str text, uint8_t *bits_out)
{
    uint32_t bits = 0xff;
    if (!str_is(text, "all") && !law_source_bits(list, text, &bits)) {
        return false;
    }
    *bits_out = (uint8_t)bits;
    return true;
}

static bool read_override(struct law_record *record, struct str value)
{
    struct str rest = value;
    struct str name;
    if (!str_split(&rest, ':', &name)) {
        return false;
    }
    uint32_t code;
    if (law_word_find(LAW_LIST_override, name, &code) != OK) {
        return false;
    }
    record->override = (uint8_t)code;
    record->consent_fact = 0;
    if (code != LAW_OVERRIDE_consent) {
        return rest.bytes == NULL || rest.size == 0;
    }
    return rest.bytes != NULL && law_field_fact(rest, &record->consent_fact) &&
           law_field_unit_is(record->consent_fact, LAW_UNIT_yes_no);
}

static bool read_if(struct law_record *record, struct str value)
{
    struct str rest = value;
    struct str name;
    uint16_t fact;
    if (!str_split(&rest, ':', &name) || !law_field_fact(name, &fact)) {
        return false;
    }
    record->if_fact = fact;
    if (law_field_unit_is(fact, LAW_UNIT_yes_no)) {
        record->if_mask = 1;
        return rest.bytes == NULL || rest.size == 0;
    }
    enum law_list list;
    return rest.bytes != NULL && law_field_list(fact, &list) &&
           law_source_bits(list, rest, &record->if_mask);
}
static bool read_day(struct str value, int32_t *day_out)
{
    return date_from_text(value, day_out) == OK;
}

static bool read_source(struct arena *arena, struct law_rule *rule, struct str value)
{
    rule->source = str_text(arena, value);
    return value.size > 0 && value.size < 120;
}

static bool read_severity(struct str value, uint8_t *severity_out)
{
    uint32_t code;
    if (law_word_find(LAW_LIST_severity, value, &code) != OK) {
        return false;
    }
    *severity_out = (uint8_t)code;
    return true;
}
bool law_field_common(struct arena *arena, struct law_rule *rule, enum law_field field,
                      struct str value, bool *is_read_out)
{
    struct law_record *record = &rule->record;
    uint32_t bits = 0;
    bool is_right = true;
    switch ((int)field) { /* each of the two readers knows its own */
    case LAW_FIELD_stage:
        is_right = read_bits8(LAW_LIST_stage, value, &record->stages);
        break;
    case LAW_FIELD_chan:
        is_right = read_bits8(LAW_LIST_channel, value, &record->channels);
        break;
    case LAW_FIELD_sev:
        is_right = read_severity(value, &record->severity);
        break;
    case LAW_FIELD_unk:
        is_right = read_severity(value, &record->unknown_severity);
        break;
    case LAW_FIELD_ovr:
        is_right = read_override(record, value);
        break;
    case LAW_FIELD_oblige:
        is_right = law_source_bits(LAW_LIST_obligation, value, &bits);
        record->obligations = (uint16_t)bits;
        break;
    case LAW_FIELD_from:
        is_right = read_day(value, &record->from_day);
        break;
    case LAW_FIELD_to:
        is_right = read_day(value, &record->to_day);
        break;
    case LAW_FIELD_src:
        is_right = read_source(arena, rule, value);
        break;
    case LAW_FIELD_conf:
        is_right = law_word_find(LAW_LIST_confidence, value, &bits) == OK;
        rule->confidence = (enum law_confidence)bits;
        break;
    case LAW_FIELD_role:
        is_right = str_is(value, "all") || law_source_bits(LAW_LIST_role, value, &bits);
        record->roles = (uint16_t)bits;
        break;
    case LAW_FIELD_when:
        is_right = law_source_bits(LAW_LIST_flag, value, &record->flags);
        break;
    case LAW_FIELD_unless:
        is_right = law_source_bits(LAW_LIST_flag, value, &record->unless_flags);
        break;
    case LAW_FIELD_if:
        is_right = read_if(record, value);
        break;
    default:
        *is_read_out = false;
        return true;
    }
    *is_read_out = true;
    return is_right;
}
