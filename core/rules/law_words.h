/* core/rules/law_words.h -- the closed lists of the contact law and their names. Pure.
 *
 * A policy pack, a situation, a compiled image and the engine share these lists
 * (law_words.def, law_facts.def). Codes are in compiled images. */
#pragma once

#include "core/base/str.h"

enum law_kind {
#define LAW_KIND(code, name) LAW_KIND_##name = (code),
#include "core/rules/law_words.def"
};
/* A set of bits. */
enum law_stage {
#define LAW_STAGE(bit, name, letter) LAW_STAGE_##name = 1 << (bit),
#include "core/rules/law_words.def"
};
/* A set of bits; a situation has one of them. */
enum law_channel {
#define LAW_CHANNEL(bit, name) LAW_CHANNEL_##name = 1 << (bit),
#include "core/rules/law_words.def"
};
enum law_role {
    LAW_ROLE_none = 0,
#define LAW_ROLE(code, name) LAW_ROLE_##name = (code),
#include "core/rules/law_words.def"
};
/* A set of bits. */
enum law_info {
#define LAW_INFO(bit, name, letter) LAW_INFO_##name = 1 << (bit),
#include "core/rules/law_words.def"
};
enum law_place {
#define LAW_PLACE(code, name) LAW_PLACE_##name = (code),
#include "core/rules/law_words.def"
};
/* A set of bits. */
enum law_flag {
#define LAW_FLAG(bit, name, alias) LAW_FLAG_##name = 1 << (bit),
#include "core/rules/law_words.def"
};
/* A set of bits. */
enum law_obligation {
#define LAW_OBLIGATION(bit, name) LAW_OBLIGATION_##name = 1 << (bit),
#include "core/rules/law_words.def"
};
/* read: text or official page read. second: read in a press or secondary summary. weak: one
 * secondary source. recalled: from memory. house: our own choice, no law behind the number.
 * unconfirmed: a draft whose final text was not found. The last three are shown as such. */
enum law_confidence {
#define LAW_CONFIDENCE(code, name) LAW_CONFIDENCE_##name = (code),
#include "core/rules/law_words.def"
};
enum law_override {
#define LAW_OVERRIDE(code, name) LAW_OVERRIDE_##name = (code),
#include "core/rules/law_words.def"
};
/* A set of bits. */
enum law_data {
#define LAW_DATA(bit, name) LAW_DATA_##name = 1 << (bit),
#include "core/rules/law_words.def"
};
enum law_conduct {
#define LAW_CONDUCT(bit, name) LAW_CONDUCT_##name = 1 << (bit),
#include "core/rules/law_words.def"
};

/* A rule is its letter and number: LAW_RULE_ID('T', 3). */
#define LAW_RULE_ID(letter, number) ((uint16_t)((unsigned)(letter) << 8 | (unsigned)(number)))

/* What a fact's number is. */
enum law_unit {
    LAW_UNIT_yes_no,
    LAW_UNIT_count,
    LAW_UNIT_metres,
    LAW_UNIT_seconds,
    LAW_UNIT_days,
    LAW_UNIT_months,
    LAW_UNIT_minor,   /* minor units of the debt's currency */
    LAW_UNIT_day,     /* civil day at the debtor's place, date.h */
    LAW_UNIT_instant, /* UTC ms */
    LAW_UNIT_role,    /* enum law_role */
    LAW_UNIT_place,   /* enum law_place */
    LAW_UNIT_info,    /* bits of enum law_info */
    LAW_UNIT_data,    /* bits of enum law_data */
    LAW_UNIT_conduct, /* bits of enum law_conduct */
    LAW_UNIT_rule,    /* LAW_RULE_ID */
};
#define LAW_UNKNOWN INT64_MIN
enum law_fact {
    LAW_FACT_none = 0,
#define LAW_FACT(name, unit, baseline) LAW_FACT_##name,
#include "core/rules/law_facts.def"
#undef LAW_FACT
    LAW_FACT_COUNT
};

/* Every list as rows; `index` runs from 0, NULL past the end. */
enum law_list {
    LAW_LIST_kind,
    LAW_LIST_stage, /* names are the letters P I C A S R */
    LAW_LIST_channel,
    LAW_LIST_role,
    LAW_LIST_info, /* names are the letters N E W M D A Y L */
    LAW_LIST_place,
    LAW_LIST_flag,
    LAW_LIST_obligation,
    LAW_LIST_confidence,
    LAW_LIST_override,
    LAW_LIST_data,
    LAW_LIST_conduct,
    LAW_LIST_unit,
    LAW_LIST_severity,
};
struct law_word {
    uint32_t code; /* a bit for the lists that are sets, else the code */
    const char *name;
};
const struct law_word *law_word_at(enum law_list list, size_t index);
/* The code of a name, letters of either case. ERR_not_found. */
enum err law_word_find(enum law_list list, struct str name, uint32_t *code_out) MUST_USE;
/* The name of a code; "" when it is none of the list. Static. */
const char *law_word_name(enum law_list list, uint32_t code);
/* The flag that stop_flags.def calls `name`. ERR_not_found. */
enum err law_flag_of_alias(struct str name, uint32_t *flag_out) MUST_USE;

size_t law_rule_count(void);
uint16_t law_rule_at(size_t index);
/* Place of a rule in the order of law_words.def; law_rule_count() for no rule. */
size_t law_rule_order(uint16_t rule);
enum { LAW_RULE_TEXT_SIZE = 8 };
const char *law_rule_to_text(char text[LAW_RULE_TEXT_SIZE], uint16_t rule); /* "T03" */
/* ERR_not_found. */
enum err law_rule_from_text(struct str text, uint16_t *rule_out) MUST_USE;
/* Text key "law.t03". Static; "unknown.code" for no rule. */
const char *law_rule_key(uint16_t rule);

struct law_fact_row {
    enum law_fact fact;
    const char *name;
    const char *key; /* text key "law_fact.<name>" */
    enum law_unit unit;
    int64_t baseline; /* LAW_UNKNOWN: none */
};
/* `fact` in 1 .. LAW_FACT_COUNT - 1. */
const struct law_fact_row *law_fact_row(enum law_fact fact);
/* ERR_not_found. */
enum err law_fact_find(struct str name, enum law_fact *fact_out) MUST_USE;
