#include "core/rules/law_words.h"

#include <stdio.h>

static const struct law_word kinds[] = {
#define LAW_KIND(code, name) {code, #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word stages[] = {
#define LAW_STAGE(bit, name, letter) {1U << (bit), #letter},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word channels[] = {
#define LAW_CHANNEL(bit, name) {1U << (bit), #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word roles[] = {
#define LAW_ROLE(code, name) {code, #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word infos[] = {
#define LAW_INFO(bit, name, letter) {1U << (bit), #letter},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word places[] = {
#define LAW_PLACE(code, name) {code, #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word flags[] = {
#define LAW_FLAG(bit, name, alias) {1U << (bit), #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word aliases[] = {
#define LAW_FLAG(bit, name, alias) {1U << (bit), #alias},
#include "core/rules/law_words.def"
};
static const struct law_word obligations[] = {
#define LAW_OBLIGATION(bit, name) {1U << (bit), #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word confidences[] = {
#define LAW_CONFIDENCE(code, name) {code, #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word overrides[] = {
#define LAW_OVERRIDE(code, name) {code, #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word data_classes[] = {
#define LAW_DATA(bit, name) {1U << (bit), #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word conducts[] = {
#define LAW_CONDUCT(bit, name) {1U << (bit), #name},
#include "core/rules/law_words.def"
    {0, NULL}};
static const struct law_word units[] = {
    {LAW_UNIT_yes_no, "yes_no"},   {LAW_UNIT_count, "count"},
    {LAW_UNIT_metres, "metres"},   {LAW_UNIT_seconds, "seconds"},
    {LAW_UNIT_days, "days"},       {LAW_UNIT_months, "months"},
    {LAW_UNIT_minor, "minor"},     {LAW_UNIT_day, "day"},
    {LAW_UNIT_instant, "instant"}, {LAW_UNIT_role, "role"},
    {LAW_UNIT_place, "place"},     {LAW_UNIT_info, "info"},
    {LAW_UNIT_data, "data"},       {LAW_UNIT_conduct, "conduct"},
    {LAW_UNIT_rule, "rule"},       {0, NULL},
};
static const struct law_word severities[] = {
    {0, "ok"}, {1, "log"}, {2, "warn"}, {3, "block"}, {0, NULL}};

static const uint16_t rules[] = {
#define LAW_RULE(letter, number) LAW_RULE_ID(#letter[0], number),
#include "core/rules/law_words.def"
};

static const struct law_fact_row facts[] = {
#define LAW_FACT(name, unit, baseline) \
    {LAW_FACT_##name, #name, "law_fact." #name, LAW_UNIT_##unit, baseline},
#include "core/rules/law_facts.def"
#undef LAW_FACT
};

static const struct law_word *list_rows(enum law_list list)
{
    switch (list) {
    case LAW_LIST_kind:
        return kinds;
    case LAW_LIST_stage:
        return stages;
    case LAW_LIST_channel:
        return channels;
    case LAW_LIST_role:
        return roles;
    case LAW_LIST_info:
        return infos;
    case LAW_LIST_place:
        return places;
    case LAW_LIST_flag:
        return flags;
    case LAW_LIST_obligation:
        return obligations;
    case LAW_LIST_confidence:
        return confidences;
    case LAW_LIST_override:
        return overrides;
    case LAW_LIST_data:
        return data_classes;
    case LAW_LIST_conduct:
        return conducts;
    case LAW_LIST_unit:
        return units;
    case LAW_LIST_severity:
        return severities;
    }
    UNREACHABLE();
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_word(struct str text, const char *name)
{
    size_t i = 0;
    while (i < text.size && name[i] != '\0' && lower(text.bytes[i]) == lower(name[i])) {
        i++;
    }
    return i == text.size && name[i] == '\0';
}

const struct law_word *law_word_at(enum law_list list, size_t index)
{
    const struct law_word *row = list_rows(list);
    for (size_t i = 0; i < index && row->name != NULL; i++) {
        row++;
    }
    return row->name == NULL ? NULL : row;
}

enum err law_word_find(enum law_list list, struct str name, uint32_t *code_out)
{
    for (const struct law_word *row = list_rows(list); row->name != NULL; row++) {
        if (same_word(name, row->name)) {
            *code_out = row->code;
            return OK;
        }
    }
    return ERR_not_found;
}

const char *law_word_name(enum law_list list, uint32_t code)
{
    for (const struct law_word *row = list_rows(list); row->name != NULL; row++) {
        if (row->code == code) {
            return row->name;
        }
    }
    return "";
}

enum err law_flag_of_alias(struct str name, uint32_t *flag_out)
{
    for (size_t i = 0; i < COUNT(aliases); i++) {
        if (same_word(name, aliases[i].name)) {
            *flag_out = aliases[i].code;
            return OK;
        }
    }
    return ERR_not_found;
}

size_t law_rule_count(void)
{
    return COUNT(rules);
}

uint16_t law_rule_at(size_t index)
{
    CHECK(index < COUNT(rules));
    return rules[index];
}

size_t law_rule_order(uint16_t rule)
{
    size_t at = 0;
    while (at < COUNT(rules) && rules[at] != rule) {
        at++;
    }
    return at;
}

const char *law_rule_to_text(char text[LAW_RULE_TEXT_SIZE], uint16_t rule)
{
    snprintf(text, LAW_RULE_TEXT_SIZE, "%c%02u", (char)(rule >> 8), (unsigned)(rule & 0xff));
    return text;
}

enum err law_rule_from_text(struct str text, uint16_t *rule_out)
{
    char name[LAW_RULE_TEXT_SIZE];
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (same_word(text, law_rule_to_text(name, rules[i]))) {
            *rule_out = rules[i];
            return OK;
        }
    }
    return ERR_not_found;
}

static const char *const rule_keys[] = {
    "law.t01", "law.t02", "law.t03", "law.t04", "law.t05", "law.f01", "law.f02", "law.f03",
    "law.f04", "law.f05", "law.f06", "law.f07", "law.f08", "law.p01", "law.p02", "law.p03",
    "law.p04", "law.p05", "law.p06", "law.p07", "law.p08", "law.s01", "law.s02", "law.s03",
    "law.s04", "law.s05", "law.s06", "law.s07", "law.s08", "law.s09", "law.s10", "law.s11",
    "law.s12", "law.s13", "law.s14", "law.i01", "law.i02", "law.i03", "law.i04", "law.i05",
    "law.r01", "law.r02", "law.r03", "law.r04", "law.c01", "law.c02", "law.c03", "law.c04",
    "law.c05", "law.c06", "law.a01", "law.a02", "law.a03", "law.a04", "law.a05", "law.a06",
    "law.a07", "law.a08", "law.a09", "law.m01", "law.m02", "law.m03", "law.m04", "law.d01",
    "law.d02", "law.d03", "law.d04", "law.d05", "law.d06", "law.x01", "law.x02", "law.x03",
    "law.x04", "law.x05",
};
_Static_assert(COUNT(rule_keys) == COUNT(rules), "every rule has its text");

const char *law_rule_key(uint16_t rule)
{
    size_t order = law_rule_order(rule);
    return order < COUNT(rule_keys) ? rule_keys[order] : "unknown.code";
}

const struct law_fact_row *law_fact_row(enum law_fact fact)
{
    CHECK(fact > LAW_FACT_none && fact < LAW_FACT_COUNT);
    return &facts[fact - 1];
}

enum err law_fact_find(struct str name, enum law_fact *fact_out)
{
    for (size_t i = 0; i < COUNT(facts); i++) {
        if (same_word(name, facts[i].name)) {
            *fact_out = facts[i].fact;
            return OK;
        }
    }
    return ERR_not_found;
}
