/* sync/server/policy/law_field.h -- the fields of a rule line. Private to law_source_rule.c,
 * law_field.c (what every kind knows) and law_field_kind.c (what some kinds know). Pure. */
#pragma once

#include "sync/server/policy/law_source.h"

/* What a field of a rule line sets; `kinds` are those that know it, 0 for all. */
enum law_field {
    LAW_FIELD_stage,
    LAW_FIELD_chan,
    LAW_FIELD_sev,
    LAW_FIELD_unk,
    LAW_FIELD_ovr,
    LAW_FIELD_oblige,
    LAW_FIELD_from,
    LAW_FIELD_to,
    LAW_FIELD_src,
    LAW_FIELD_conf,
    LAW_FIELD_role,
    LAW_FIELD_when,
    LAW_FIELD_unless,
    LAW_FIELD_if,
    LAW_FIELD_open,
    LAW_FIELD_close,
    LAW_FIELD_edges,
    LAW_FIELD_margin,
    LAW_FIELD_plus,
    LAW_FIELD_on,
    LAW_FIELD_fact,
    LAW_FIELD_max,
    LAW_FIELD_min,
    LAW_FIELD_span,
    LAW_FIELD_oldest,
    LAW_FIELD_days,
    LAW_FIELD_months,
    LAW_FIELD_is,
    LAW_FIELD_unless_fact,
    LAW_FIELD_sets,
    LAW_FIELD_a,
    LAW_FIELD_b,
    LAW_FIELD_op,
    LAW_FIELD_less,
    LAW_FIELD_allow,
    LAW_FIELD_any,
    LAW_FIELD_since,
    LAW_FIELD_within,
    LAW_FIELD_place,
    LAW_FIELD_beyond,
    LAW_FIELD_data,
    LAW_FIELD_min_months,
    LAW_FIELD_max_days,
};

#define LAW_FIELD_BIT(field) (UINT64_C(1) << LAW_FIELD_##field)

struct law_field_row {
    const char *name;
    enum law_field field;
    uint32_t kinds;       /* bit n: enum law_kind n knows it; 0: all do */
    const char *expected; /* what may stand behind it, for who wrote something else */
};

/* NULL: no field has this name. */
const struct law_field_row *law_field_find(struct str name);
/* Reads a value into the record. False: it is none of that field. *is_read_out false: no kind but
 * some knows the field, so law_field_of_kind() reads it. */
bool law_field_common(struct arena *arena, struct law_rule *rule, enum law_field field,
                      struct str value, bool *is_read_out);
bool law_field_of_kind(struct law_record *record, enum law_field field, struct str value);

/* The name of a fact; false: there is none of that name. */
bool law_field_fact(struct str text, uint16_t *fact_out);
bool law_field_unit_is(uint16_t fact, enum law_unit unit);
/* The list of which a fact's value is a set of bits; false: it is no set. */
bool law_field_list(uint16_t fact, enum law_list *list_out);
