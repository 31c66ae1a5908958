/* Rule lines of a layer: their fields, and what each kind must say. */
#include "sync/server/policy/law_source.h"

#include "core/domain/date.h"
#include "core/rules/verdict.h"

#include <stdio.h>

#define ALWAYS_FROM (-1000000)
#define ALWAYS_TO 1000000

/* What a field of a rule line sets; `kinds` are those that know it, 0 for all. */
enum field {
    FIELD_stage,
    FIELD_chan,
    FIELD_sev,
    FIELD_unk,
    FIELD_ovr,
    FIELD_oblige,
    FIELD_from,
    FIELD_to,
    FIELD_src,
    FIELD_conf,
    FIELD_role,
    FIELD_when,
    FIELD_unless,
    FIELD_if,
    FIELD_open,
    FIELD_close,
    FIELD_edges,
    FIELD_margin,
    FIELD_plus,
    FIELD_on,
    FIELD_fact,
    FIELD_max,
    FIELD_min,
    FIELD_span,
    FIELD_oldest,
    FIELD_days,
    FIELD_months,
    FIELD_is,
    FIELD_unless_fact,
    FIELD_sets,
    FIELD_a,
    FIELD_b,
    FIELD_op,
    FIELD_less,
    FIELD_allow,
    FIELD_any,
    FIELD_since,
    FIELD_within,
    FIELD_place,
    FIELD_beyond,
    FIELD_data,
    FIELD_min_months,
    FIELD_max_days,
};
#define KIND(name) (1U << LAW_KIND_##name)
#define BIT(field) (UINT64_C(1) << FIELD_##field)

static const struct {
    const char *name;
    enum field field;
    uint32_t kinds;
    const char *expected;
} fields[] = {
    {"stage", FIELD_stage, 0, "P,I,C,A,S,R"},
    {"chan", FIELD_chan, 0, "visit,call,notice,message,pay,waive,plan_offer,refer, all"},
    {"sev", FIELD_sev, 0, "log, warn, block"},
    {"unk", FIELD_unk, 0, "ok, log, warn, block"},
    {"ovr", FIELD_ovr, 0, "none, consent:FACT, supervisor"},
    {"oblige", FIELD_oblige, 0,
     "START_REC, STOP_REC, LEAVE_NOW, STOP_DEMAND, PASS_TO_CLIENT, FORBEARANCE, SEND_VALIDATION, "
     "ISSUE_RECEIPT, REFUND"},
    {"from", FIELD_from, 0, "2026-01-30"},
    {"to", FIELD_to, 0, "2026-01-30"},
    {"src", FIELD_src, 0, "a name from the list of sources"},
    {"conf", FIELD_conf, 0, "read, second, weak, recalled, house, unconfirmed"},
    {"role", FIELD_role, 0, "SELF ... OTHER, or all"},
    {"when", FIELD_when, 0, "a flag, such as DISPUTE"},
    {"unless", FIELD_unless, 0, "a flag, such as LOST"},
    {"if", FIELD_if, ~KIND(TW), "FACT or FACT:VALUE,VALUE"},
    {"open", FIELD_open, KIND(TW), "08:00"},
    {"close", FIELD_close, KIND(TW), "22:00, after the opening"},
    {"edges", FIELD_edges, KIND(TW), "[] [) (] ()"},
    {"margin", FIELD_margin, KIND(TW), "15min"},
    {"plus", FIELD_plus, KIND(TW), "a fact in seconds"},
    {"on", FIELD_on, KIND(DAY), "sunday, holiday, sensitive"},
    {"fact", FIELD_fact,
     KIND(RATE) | KIND(COOL) | KIND(REQ) | KIND(RANGE) | KIND(TAG) | KIND(FIELD) | KIND(FRESH) |
         KIND(SEQ) | KIND(MATRIX),
     "a name that `policy facts` lists"},
    {"max", FIELD_max, KIND(RATE) | KIND(RANGE) | KIND(FRESH), "a number in the fact's unit"},
    {"min", FIELD_min, KIND(RANGE), "a number in the fact's unit"},
    {"span", FIELD_span, KIND(RATE), "0 ... 400 days; 0: ever"},
    {"oldest", FIELD_oldest, KIND(RATE), "a fact that is a day"},
    {"days", FIELD_days, KIND(COOL), "1 ... 4000"},
    {"months", FIELD_months, KIND(COOL), "1 ... 400"},
    {"is", FIELD_is, KIND(REQ) | KIND(SEQ), "0, 1"},
    {"unless_fact", FIELD_unless_fact, KIND(REQ) | KIND(CMP), "a name that `policy facts` lists"},
    {"sets", FIELD_sets, KIND(RANGE), "a flag, such as LOST"},
    {"a", FIELD_a, KIND(CMP) | KIND(APPR), "a name that `policy facts` lists"},
    {"b", FIELD_b, KIND(CMP) | KIND(APPR), "a name that `policy facts` lists"},
    {"op", FIELD_op, KIND(CMP), "le, ge"},
    {"less", FIELD_less, KIND(CMP), "a name that `policy facts` lists"},
    {"allow", FIELD_allow, KIND(MATRIX), "N,E,W,M,D,A,Y,L, all"},
    {"any", FIELD_any, KIND(TAG) | KIND(FIELD), "values of the fact's list, all"},
    {"since", FIELD_since, KIND(SEQ) | KIND(RETAIN), "a fact that is a day or in seconds"},
    {"within", FIELD_within, KIND(SEQ), "a number in the unit of `since`, days for a day"},
    {"place", FIELD_place, KIND(GEO), "home, work, hospital, school, public, other"},
    {"beyond", FIELD_beyond, KIND(GEO), "metres"},
    {"data", FIELD_data, KIND(RETAIN), "events, recording, location, third_party, contact"},
    {"min_months", FIELD_min_months, KIND(RETAIN), "1 ... 1200"},
    {"max_days", FIELD_max_days, KIND(RETAIN), "1 ... 36500"},
};

/* Of a new rule these must be said, besides stage, chan, sev and src. */
static const struct {
    enum law_kind kind;
    uint64_t fields;
    const char *names;
} needed[] = {
    {LAW_KIND_TW, BIT(open) | BIT(close), "open, close"},
    {LAW_KIND_DAY, BIT(on), "on"},
    {LAW_KIND_RATE, BIT(fact) | BIT(max) | BIT(span), "fact, max, span"},
    {LAW_KIND_COOL, BIT(fact), "fact, days or months"},
    {LAW_KIND_REQ, BIT(fact) | BIT(is), "fact, is"},
    {LAW_KIND_RANGE, BIT(fact), "fact, min or max"},
    {LAW_KIND_CMP, BIT(a) | BIT(b) | BIT(op), "a, b, op"},
    {LAW_KIND_MATRIX, BIT(role) | BIT(allow), "role, allow"},
    {LAW_KIND_TAG, BIT(fact) | BIT(any), "fact, any"},
    {LAW_KIND_SEQ, BIT(fact) | BIT(is) | BIT(since) | BIT(within), "fact, is, since, within"},
    {LAW_KIND_APPR, BIT(a) | BIT(b), "a, b"},
    {LAW_KIND_RETAIN, BIT(data), "data, min_months or max_days"},
    {LAW_KIND_FIELD, BIT(fact) | BIT(any), "fact, any"},
    {LAW_KIND_FRESH, BIT(fact) | BIT(max), "fact, max"},
};
static const struct {
    enum law_kind kind;
    uint64_t one_of;
} one_needed[] = {
    {LAW_KIND_COOL, BIT(days) | BIT(months)},
    {LAW_KIND_RANGE, BIT(min) | BIT(max)},
    {LAW_KIND_GEO, BIT(place) | BIT(beyond)},
    {LAW_KIND_RETAIN, BIT(min_months) | BIT(max_days)},
};

static bool read_fact(struct str text, uint16_t *fact_out)
{
    enum law_fact fact;
    if (law_fact_find(text, &fact) != OK) {
        return false;
    }
    *fact_out = (uint16_t)fact;
    return true;
}

static bool unit_is(uint16_t fact, enum law_unit unit)
{
    return fact != 0 && law_fact_row((enum law_fact)fact)->unit == unit;
}

static bool fact_list(uint16_t fact, enum law_list *list_out)
{
    static const struct {
        enum law_unit unit;
        enum law_list list;
    } rows[] = {{LAW_UNIT_info, LAW_LIST_info},
                {LAW_UNIT_data, LAW_LIST_data},
                {LAW_UNIT_conduct, LAW_LIST_conduct}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (unit_is(fact, rows[i].unit)) {
            *list_out = rows[i].list;
            return true;
        }
    }
    return false;
}

static bool read_range(struct str text, int64_t low, int64_t high, int64_t *value_out)
{
    return str_to_i64(text, value_out) == OK && *value_out >= low && *value_out <= high;
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
    return rest.bytes != NULL && read_fact(rest, &record->consent_fact) &&
           unit_is(record->consent_fact, LAW_UNIT_yes_no);
}

static bool read_if(struct law_record *record, struct str value)
{
    struct str rest = value;
    struct str name;
    uint16_t fact;
    if (!str_split(&rest, ':', &name) || !read_fact(name, &fact)) {
        return false;
    }
    record->if_fact = fact;
    if (unit_is(fact, LAW_UNIT_yes_no)) {
        record->if_mask = 1;
        return rest.bytes == NULL || rest.size == 0;
    }
    enum law_list list;
    return rest.bytes != NULL && fact_list(fact, &list) &&
           law_source_bits(list, rest, &record->if_mask);
}

static bool read_any(struct law_record *record, struct str value)
{
    enum law_list list;
    uint32_t bits;
    if (!fact_list(record->fact_a, &list)) {
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
    static const char *const names[] = {"sunday", "holiday", "sensitive"};
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

static bool read_common(struct arena *arena, struct law_rule *rule, enum field field,
                        struct str value, bool *is_read_out)
{
    struct law_record *record = &rule->record;
    uint32_t bits = 0;
    bool is_right = true;
    switch ((int)field) { /* each of the two readers knows its own */
    case FIELD_stage:
        is_right = read_bits8(LAW_LIST_stage, value, &record->stages);
        break;
    case FIELD_chan:
        is_right = read_bits8(LAW_LIST_channel, value, &record->channels);
        break;
    case FIELD_sev:
        is_right = read_severity(value, &record->severity);
        break;
    case FIELD_unk:
        is_right = read_severity(value, &record->unknown_severity);
        break;
    case FIELD_ovr:
        is_right = read_override(record, value);
        break;
    case FIELD_oblige:
        is_right = law_source_bits(LAW_LIST_obligation, value, &bits);
        record->obligations = (uint16_t)bits;
        break;
    case FIELD_from:
        is_right = read_day(value, &record->from_day);
        break;
    case FIELD_to:
        is_right = read_day(value, &record->to_day);
        break;
    case FIELD_src:
        is_right = read_source(arena, rule, value);
        break;
    case FIELD_conf:
        is_right = law_word_find(LAW_LIST_confidence, value, &bits) == OK;
        rule->confidence = (enum law_confidence)bits;
        break;
    case FIELD_role:
        is_right = str_is(value, "all") || law_source_bits(LAW_LIST_role, value, &bits);
        record->roles = (uint16_t)bits;
        break;
    case FIELD_when:
        is_right = law_source_bits(LAW_LIST_flag, value, &record->flags);
        break;
    case FIELD_unless:
        is_right = law_source_bits(LAW_LIST_flag, value, &record->unless_flags);
        break;
    case FIELD_if:
        is_right = read_if(record, value);
        break;
    default:
        *is_read_out = false;
        return true;
    }
    *is_read_out = true;
    return is_right;
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

static bool read_of_kind(struct law_record *record, enum field field, struct str value)
{
    int64_t number = 0;
    uint32_t bits = 0;
    switch ((int)field) { /* each of the two readers knows its own */
    case FIELD_open:
        return law_source_time(value, &record->p0);
    case FIELD_close:
        return law_source_time(value, &record->p1);
    case FIELD_edges:
        return read_edges(record, value);
    case FIELD_margin:
        if (!law_source_duration(value, &number) || number < 1 || number > 43200) {
            return false;
        }
        record->if_mask = (uint32_t)number;
        return true;
    case FIELD_plus:
        return read_fact(value, &record->fact_b) && unit_is(record->fact_b, LAW_UNIT_seconds);
    case FIELD_on:
        return read_days_on(value, &record->p0);
    case FIELD_fact:
        return read_fact(value, &record->fact_a) &&
               (record->kind != LAW_KIND_COOL || unit_is(record->fact_a, LAW_UNIT_day));
    case FIELD_max:
        return read_limit(record, value,
                          record->kind == LAW_KIND_RANGE ? &record->p1 : &record->p0) &&
               (record->kind != LAW_KIND_RATE || record->p0 < 100000);
    case FIELD_min:
        return read_limit(record, value, &record->p0);
    case FIELD_span:
        return read_range(value, 0, 400, &record->p1);
    case FIELD_oldest:
        return read_fact(value, &record->fact_b) && unit_is(record->fact_b, LAW_UNIT_day);
    case FIELD_days:
        return read_range(value, 1, 4000, &record->p0);
    case FIELD_months:
        return read_range(value, 1, 400, &record->p1);
    case FIELD_is:
        return read_range(value, 0, 1, record->kind == LAW_KIND_SEQ ? &record->p1 : &record->p0);
    case FIELD_unless_fact: {
        uint16_t fact;
        if (!read_fact(value, &fact) || !unit_is(fact, LAW_UNIT_yes_no)) {
            return false;
        }
        if (record->kind == LAW_KIND_CMP) {
            record->p0 = (record->p0 & 1) | (int64_t)fact << 8;
        } else {
            record->fact_b = fact;
        }
        return true;
    }
    case FIELD_sets:
        return law_source_bits(LAW_LIST_flag, value, &record->flags);
    case FIELD_a:
        return read_fact(value, &record->fact_a);
    case FIELD_b:
        return read_fact(value, &record->fact_b);
    case FIELD_op:
        record->p0 = (record->p0 & ~INT64_C(1)) | str_is(value, "ge");
        return str_is(value, "ge") || str_is(value, "le");
    case FIELD_less: {
        uint16_t fact;
        bool is_read = read_fact(value, &fact);
        record->p1 = is_read ? fact : 0;
        return is_read;
    }
    case FIELD_allow:
        bits = 0xff;
        if (!str_is(value, "all") && !law_source_bits(LAW_LIST_info, value, &bits)) {
            return false;
        }
        record->p0 = bits;
        return true;
    case FIELD_any:
        return read_any(record, value);
    case FIELD_since:
        return read_fact(value, &record->fact_b) &&
               (unit_is(record->fact_b, LAW_UNIT_day) ||
                (unit_is(record->fact_b, LAW_UNIT_seconds) && record->kind == LAW_KIND_SEQ));
    case FIELD_within:
        if (unit_is(record->fact_b, LAW_UNIT_seconds)) {
            return law_source_duration(value, &record->p0);
        }
        return read_range(value, 0, 4000, &record->p0);
    case FIELD_place:
        if (!law_source_bits(LAW_LIST_place, value, &bits)) {
            return false;
        }
        record->p0 = bits;
        return true;
    case FIELD_beyond:
        return read_range(value, 1, 1000000, &record->p1);
    case FIELD_data:
        return law_source_bits(LAW_LIST_data, value, &record->if_mask);
    case FIELD_min_months:
        return read_range(value, 1, 1200, &record->p0);
    case FIELD_max_days:
        return read_range(value, 1, 36500, &record->p1);
    default:
        UNREACHABLE(); /* read_common() knows the others */
    }
}

/* What a kind has when nothing is said. */
static void start_rule(struct law_record *record)
{
    record->from_day = ALWAYS_FROM;
    record->to_day = ALWAYS_TO;
    switch ((enum law_kind)record->kind) {
    case LAW_KIND_RANGE:
        record->p0 = -(INT64_C(1) << 52);
        record->p1 = INT64_C(1) << 52;
        break;
    case LAW_KIND_GEO:
        record->fact_a = LAW_FACT_place;
        record->fact_b = LAW_FACT_distance;
        break;
    case LAW_KIND_MATRIX:
        record->fact_a = LAW_FACT_disclosed;
        break;
    case LAW_KIND_RETAIN:
        record->fact_b = LAW_FACT_kept_since;
        break;
    case LAW_KIND_TW:
    case LAW_KIND_DAY:
    case LAW_KIND_RATE:
    case LAW_KIND_COOL:
    case LAW_KIND_FLAG:
    case LAW_KIND_REQ:
    case LAW_KIND_CMP:
    case LAW_KIND_TAG:
    case LAW_KIND_TEXT:
    case LAW_KIND_SEQ:
    case LAW_KIND_APPR:
    case LAW_KIND_FIELD:
    case LAW_KIND_FRESH:
        break;
    }
}

static enum err read_field(struct arena *arena, const struct law_layer *layer, size_t line,
                           const struct law_word_pair *pair, struct law_rule *rule,
                           struct law_fault *fault)
{
    size_t row = 0;
    while (row < COUNT(fields) && !str_is(pair->name, fields[row].name)) {
        row++;
    }
    uint32_t kind = 1U << rule->record.kind;
    if (row == COUNT(fields) || !pair->has_value ||
        (fields[row].kinds != 0 && (fields[row].kinds & kind) == 0)) {
        return law_fault_set(fault, layer->file, line, "law_fault.field", pair->name,
                             law_word_name(LAW_LIST_kind, rule->record.kind));
    }
    uint64_t bit = UINT64_C(1) << fields[row].field;
    if ((rule->given & bit) != 0) {
        return law_fault_set(fault, layer->file, line, "law_fault.twice", pair->name, "");
    }
    rule->given |= bit;
    uint64_t window = BIT(open) | BIT(close);
    if (fields[row].field == FIELD_edges && (rule->given & window) != window) {
        return law_fault_set(fault, layer->file, line, "law_fault.missing", pair->name,
                             "open=, close=");
    }
    bool is_read = false;
    if (!read_common(arena, rule, fields[row].field, pair->value, &is_read) ||
        (!is_read && !read_of_kind(&rule->record, fields[row].field, pair->value))) {
        char text[LAW_FAULT_TEXT_SIZE];
        snprintf(text, sizeof text, "%s=%.*s", fields[row].name,
                 pair->value.size > 80 ? 80 : (int)pair->value.size, pair->value.bytes);
        return law_fault_set(fault, layer->file, line, "law_fault.value", str_from(text),
                             fields[row].expected);
    }
    return OK;
}

static enum err check_needed(const struct law_layer *layer, size_t line,
                             const struct law_rule *rule, struct law_fault *fault)
{
    uint64_t always = BIT(stage) | BIT(chan) | BIT(sev) | BIT(src);
    if ((rule->given & always) != always) {
        return law_fault_set(fault, layer->file, line, "law_fault.missing", str_from(rule->name),
                             "stage, chan, sev, src");
    }
    uint64_t one = 0;
    for (size_t i = 0; i < COUNT(one_needed); i++) {
        one = one_needed[i].kind == rule->record.kind ? one_needed[i].one_of : one;
    }
    for (size_t i = 0; i < COUNT(needed); i++) {
        bool is_kind = needed[i].kind == rule->record.kind;
        if (is_kind && ((rule->given & needed[i].fields) != needed[i].fields ||
                        (one != 0 && (rule->given & one) == 0))) {
            return law_fault_set(fault, layer->file, line, "law_fault.missing",
                                 str_from(rule->name), needed[i].names);
        }
    }
    if (rule->record.kind == LAW_KIND_GEO && (rule->given & one) == 0) {
        return law_fault_set(fault, layer->file, line, "law_fault.missing", str_from(rule->name),
                             "place or beyond");
    }
    return OK;
}

static enum err check_sense(const struct law_layer *layer, size_t line, const struct law_rule *rule,
                            struct law_fault *fault)
{
    const struct law_record *record = &rule->record;
    bool is_window = record->kind != LAW_KIND_TW ||
                     (record->p0 >= 0 && record->p0 < record->p1 && record->p1 <= 86400);
    bool is_ordered = record->kind != LAW_KIND_RANGE || record->p0 <= record->p1;
    if (!is_window || !is_ordered || record->from_day >= record->to_day) {
        return law_fault_set(fault, layer->file, line, "law_fault.order", str_from(rule->name),
                             "open < close, min <= max, from < to");
    }
    bool is_setting = (rule->given & BIT(sets)) != 0;
    if (record->severity == SEVERITY_ok && !is_setting) {
        return law_fault_set(fault, layer->file, line, "law_fault.value", STR("sev=ok"),
                             "log, warn, block");
    }
    if (is_setting && record->severity != SEVERITY_ok) {
        return law_fault_set(fault, layer->file, line, "law_fault.value", STR("sets"), "sev=ok");
    }
    return OK;
}

enum err law_source_name(const struct law_layer *layer, const struct law_line *line,
                         char name_out[LAW_NAME_SIZE], struct law_fault *fault)
{
    struct str rest = line->words;
    struct law_word_pair pair = {.name = STR("")};
    if (law_source_word(&rest, &pair) && str_is(pair.name, "matrix")) {
        pair.name = STR("");
        (void)law_source_word(&rest, &pair);
    }
    struct str name = pair.name;
    struct str part = name;
    struct str id;
    uint16_t rule;
    if (pair.has_value || name.size == 0 || !str_split(&part, '-', &id) ||
        law_rule_from_text(id, &rule) != OK || !str_copy(name_out, LAW_NAME_SIZE, name)) {
        return law_fault_set(fault, layer->file, line->line, "law_fault.rule", name,
                             "T01 ... X05, T03-soon");
    }
    return OK;
}

enum err law_source_rule(struct arena *arena, const struct law_layer *layer,
                         const struct law_line *line, struct law_rule *rule,
                         struct law_fault *fault)
{
    bool is_new = rule->name[0] == '\0';
    TRY(law_source_name(layer, line, rule->name, fault));
    struct str rest = line->words;
    struct law_word_pair pair;
    (void)law_source_word(&rest, &pair);
    bool is_matrix = str_is(pair.name, "matrix");
    if (is_matrix) {
        (void)law_source_word(&rest, &pair);
    }
    struct str part = pair.name;
    struct str id;
    (void)str_split(&part, '-', &id);
    CHECK(law_rule_from_text(id, &rule->record.rule) == OK); /* law_source_name() said so */
    struct str after = rest;
    uint32_t kind = LAW_KIND_MATRIX;
    bool says_kind = is_matrix;
    if (!is_matrix && law_source_word(&after, &pair) && !pair.has_value) {
        if (law_word_find(LAW_LIST_kind, pair.name, &kind) != OK) {
            return law_fault_set(fault, layer->file, line->line, "law_fault.kind", pair.name,
                                 "TW DAY RATE COOL FLAG REQ RANGE CMP MATRIX TAG TEXT SEQ APPR "
                                 "GEO RETAIN FIELD FRESH");
        }
        says_kind = true;
        rest = after;
    }
    if (is_new && !says_kind) {
        return law_fault_set(fault, layer->file, line->line, "law_fault.missing",
                             str_from(rule->name), "TW, DAY, RATE ...");
    }
    if (!is_new && says_kind && kind != rule->record.kind) {
        return law_fault_set(fault, layer->file, line->line, "law_fault.kind",
                             str_from(law_word_name(LAW_LIST_kind, kind)),
                             law_word_name(LAW_LIST_kind, rule->record.kind));
    }
    if (is_new) {
        rule->record.kind = (uint8_t)kind;
        start_rule(&rule->record);
    }
    rule->given = 0;
    rule->file = layer->file;
    rule->line = line->line;
    while (law_source_word(&rest, &pair)) {
        TRY(read_field(arena, layer, line->line, &pair, rule, fault));
    }
    if (is_new) {
        TRY(check_needed(layer, line->line, rule, fault));
        if (rule->record.kind == LAW_KIND_RETAIN) {
            rule->record.fact_a =
                (rule->given & BIT(min_months)) != 0 ? LAW_FACT_erase : LAW_FACT_kept;
            rule->record.if_fact = rule->record.fact_a;
        }
    }
    return check_sense(layer, line->line, rule, fault);
}
