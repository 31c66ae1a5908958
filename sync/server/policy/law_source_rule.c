/* Rule lines of a layer: what each kind must say, and whether it makes sense. */
#include "sync/server/policy/law_field.h"

#include "core/rules/verdict.h"

#include <stdio.h>

#define ALWAYS_FROM (-1000000)
#define ALWAYS_TO 1000000

/* Of a new rule these must be said, besides stage, chan, sev and src. */
static const struct {
    enum law_kind kind;
    uint64_t fields;
    const char *names;
} needed[] = {
    {LAW_KIND_TW, LAW_FIELD_BIT(open) | LAW_FIELD_BIT(close), "open, close"},
    {LAW_KIND_DAY, LAW_FIELD_BIT(on), "on"},
    {LAW_KIND_RATE, LAW_FIELD_BIT(fact) | LAW_FIELD_BIT(max) | LAW_FIELD_BIT(span),
     "fact, max, span"},
    {LAW_KIND_COOL, LAW_FIELD_BIT(fact), "fact, days or months"},
    {LAW_KIND_REQ, LAW_FIELD_BIT(fact) | LAW_FIELD_BIT(is), "fact, is"},
    {LAW_KIND_RANGE, LAW_FIELD_BIT(fact), "fact, min or max"},
    {LAW_KIND_CMP, LAW_FIELD_BIT(a) | LAW_FIELD_BIT(b) | LAW_FIELD_BIT(op), "a, b, op"},
    {LAW_KIND_MATRIX, LAW_FIELD_BIT(role) | LAW_FIELD_BIT(allow), "role, allow"},
    {LAW_KIND_TAG, LAW_FIELD_BIT(fact) | LAW_FIELD_BIT(any), "fact, any"},
    {LAW_KIND_SEQ,
     LAW_FIELD_BIT(fact) | LAW_FIELD_BIT(is) | LAW_FIELD_BIT(since) | LAW_FIELD_BIT(within),
     "fact, is, since, within"},
    {LAW_KIND_APPR, LAW_FIELD_BIT(a) | LAW_FIELD_BIT(b), "a, b"},
    {LAW_KIND_RETAIN, LAW_FIELD_BIT(data), "data, min_months or max_days"},
    {LAW_KIND_FIELD, LAW_FIELD_BIT(fact) | LAW_FIELD_BIT(any), "fact, any"},
    {LAW_KIND_FRESH, LAW_FIELD_BIT(fact) | LAW_FIELD_BIT(max), "fact, max"},
};
static const struct {
    enum law_kind kind;
    uint64_t one_of;
} one_needed[] = {
    {LAW_KIND_COOL, LAW_FIELD_BIT(days) | LAW_FIELD_BIT(months)},
    {LAW_KIND_RANGE, LAW_FIELD_BIT(min) | LAW_FIELD_BIT(max)},
    {LAW_KIND_GEO, LAW_FIELD_BIT(place) | LAW_FIELD_BIT(beyond)},
    {LAW_KIND_RETAIN, LAW_FIELD_BIT(min_months) | LAW_FIELD_BIT(max_days)},
};
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
    const struct law_field_row *row = law_field_find(pair->name);
    uint32_t kind = 1U << rule->record.kind;
    if (row == NULL || !pair->has_value || (row->kinds != 0 && (row->kinds & kind) == 0)) {
        return law_fault_set(fault, layer->file, line, "law_fault.field", pair->name,
                             law_word_name(LAW_LIST_kind, rule->record.kind));
    }
    uint64_t bit = UINT64_C(1) << row->field;
    if ((rule->given & bit) != 0) {
        return law_fault_set(fault, layer->file, line, "law_fault.twice", pair->name, "");
    }
    rule->given |= bit;
    uint64_t window = LAW_FIELD_BIT(open) | LAW_FIELD_BIT(close);
    if (row->field == LAW_FIELD_edges && (rule->given & window) != window) {
        return law_fault_set(fault, layer->file, line, "law_fault.missing", pair->name,
                             "open=, close=");
    }
    bool is_read = false;
    if (!law_field_common(arena, rule, row->field, pair->value, &is_read) ||
        (!is_read && !law_field_of_kind(&rule->record, row->field, pair->value))) {
        char text[LAW_FAULT_TEXT_SIZE];
        snprintf(text, sizeof text, "%s=%.*s", row->name,
                 pair->value.size > 80 ? 80 : (int)pair->value.size, pair->value.bytes);
        return law_fault_set(fault, layer->file, line, "law_fault.value", str_from(text),
                             row->expected);
    }
    return OK;
}

static enum err check_needed(const struct law_layer *layer, size_t line,
                             const struct law_rule *rule, struct law_fault *fault)
{
    uint64_t always =
        LAW_FIELD_BIT(stage) | LAW_FIELD_BIT(chan) | LAW_FIELD_BIT(sev) | LAW_FIELD_BIT(src);
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
    bool is_setting = (rule->given & LAW_FIELD_BIT(sets)) != 0;
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
                (rule->given & LAW_FIELD_BIT(min_months)) != 0 ? LAW_FACT_erase : LAW_FACT_kept;
            rule->record.if_fact = rule->record.fact_a;
        }
    }
    return check_sense(layer, line->line, rule, fault);
}
