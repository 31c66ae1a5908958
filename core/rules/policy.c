#include "core/rules/policy.h"

#include "core/domain/date.h"
#include "core/event/chain.h"
#include "core/rules/law_shelf.h"

#include <string.h>

static const struct {
    struct policy_key key;
    size_t at; /* offset in struct policy */
} rows[] = {
#define POLICY_NUMBER(name, unit, low, high, initial, source)           \
    {{#name, POLICY_TYPE_number, unit, low, high, initial, "", source}, \
     offsetof(struct policy, name)},
#define POLICY_MINUTE(name, low, high, initial, source)                     \
    {{#name, POLICY_TYPE_minute, "minute", low, high, initial, "", source}, \
     offsetof(struct policy, name)},
#define POLICY_TEXT(name, initial, source) \
    {{#name, POLICY_TYPE_text, "", 0, 0, 0, initial, source}, offsetof(struct policy, name)},
#include "core/rules/policies.def"
#undef POLICY_NUMBER
#undef POLICY_MINUTE
#undef POLICY_TEXT
};

/* A default outside its own range does not compile. */
#define POLICY_NUMBER(name, unit, low, high, initial, source) \
    _Static_assert((low) <= (initial) && (initial) <= (high), #name " has its default in range");
#define POLICY_MINUTE(name, low, high, initial, source) \
    _Static_assert((low) <= (initial) && (initial) <= (high), #name " has its default in range");
#define POLICY_TEXT(name, initial, source) \
    _Static_assert(sizeof(initial) <= POLICY_TEXT_MAX, #name " has a default that fits");
#include "core/rules/policies.def"
#undef POLICY_NUMBER
#undef POLICY_MINUTE
#undef POLICY_TEXT

#define REFUSAL(code, name, rule, severity, source) \
    _Static_assert((code) < POLICY_REFUSALS, #name " has room in policy.severity");
#include "core/rules/refusals.def"
#undef REFUSAL

static int64_t *number_at(struct policy *policy, size_t index)
{
    return (int64_t *)(void *)((char *)policy + rows[index].at);
}

static char *text_at(struct policy *policy, size_t index)
{
    return (char *)policy + rows[index].at;
}

struct policy policy_default(void)
{
    struct policy policy;
    memset(&policy, 0, sizeof policy);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].key.type == POLICY_TYPE_text) {
            str_copy(text_at(&policy, i), POLICY_TEXT_MAX, str_from(rows[i].key.initial_text));
        } else {
            *number_at(&policy, i) = rows[i].key.initial;
        }
    }
    for (size_t i = 0; i < refusal_count(); i++) {
        uint32_t refusal = refusal_code_at(i);
        policy.severity[refusal] = (uint8_t)refusal_severity(refusal);
    }
    return policy;
}

/* ---- reading ---- */

struct reading {
    struct str text;
    struct policy policy;
    struct policy_fault *fault;
    bool was_set[COUNT(rows)];
    bool was_rule_set[POLICY_REFUSALS];
};

static bool fail(struct reading *reading, const char *key)
{
    reading->fault->key = key;
    return false;
}

/* "08:00" .. "24:00". */
static bool read_minute(struct str text, int64_t *minute_out)
{
    struct str rest = text;
    struct str hour_text;
    struct str minute_text;
    int64_t hour;
    int64_t minute;
    if (!str_split(&rest, ':', &hour_text) || !str_split(&rest, ':', &minute_text) ||
        rest.bytes != NULL || hour_text.size != 2 || minute_text.size != 2 ||
        str_to_i64(hour_text, &hour) != OK || str_to_i64(minute_text, &minute) != OK || hour < 0 ||
        minute < 0 || minute > 59) {
        return false;
    }
    *minute_out = hour * 60 + minute;
    return true;
}

static bool read_text(struct reading *reading, size_t index, struct str value)
{
    if (value.size == 0 || !str_is_utf8(value) ||
        !str_copy(text_at(&reading->policy, index), POLICY_TEXT_MAX, value)) {
        return fail(reading, "policy_fault.text");
    }
    int32_t offset_minutes;
    bool is_zone = strcmp(rows[index].key.name, "zone") == 0;
    if (is_zone && date_zone_offset(value, &offset_minutes) != OK) {
        return fail(reading, "policy_fault.zone");
    }
    return true;
}

static bool read_value(struct reading *reading, size_t index, struct str value)
{
    const struct policy_key *key = &rows[index].key;
    if (reading->was_set[index]) {
        return fail(reading, "policy_fault.twice");
    }
    reading->was_set[index] = true;
    if (key->type == POLICY_TYPE_text) {
        return read_text(reading, index, value);
    }
    int64_t number;
    bool is_read = key->type == POLICY_TYPE_minute ? read_minute(value, &number)
                                                   : str_to_i64(value, &number) == OK;
    if (!is_read) {
        return fail(reading, "policy_fault.number");
    }
    reading->fault->low = key->low;
    reading->fault->high = key->high;
    if (number < key->low || number > key->high) {
        return fail(reading, "policy_fault.range");
    }
    *number_at(&reading->policy, index) = number;
    return true;
}

static bool severity_from_text(struct str text, enum severity *severity_out)
{
    static const enum severity all[] = {SEVERITY_ok, SEVERITY_log, SEVERITY_warn, SEVERITY_block};
    for (size_t i = 0; i < COUNT(all); i++) {
        if (str_is(text, severity_name(all[i]))) {
            *severity_out = all[i];
            return true;
        }
    }
    return false;
}

static bool read_rule(struct reading *reading, struct str rule, struct str value)
{
    enum severity severity;
    if (refusal_of_rule(rule) == REFUSAL_none) {
        return fail(reading, "policy_fault.unknown_rule");
    }
    if (!severity_from_text(value, &severity)) {
        return fail(reading, "policy_fault.severity");
    }
    for (size_t i = 0; i < refusal_count(); i++) {
        uint32_t refusal = refusal_code_at(i);
        if (!str_is(rule, refusal_rule(refusal))) {
            continue;
        }
        if (reading->was_rule_set[refusal]) {
            return fail(reading, "policy_fault.twice");
        }
        reading->was_rule_set[refusal] = true;
        reading->policy.severity[refusal] = (uint8_t)severity;
    }
    return true;
}

/* What cannot be opened here could not be judged by later either. Who signed it is asked where
 * the signer is known. */
static bool read_law(struct reading *reading, struct str value)
{
    uint8_t bytes[LAW_IMAGE_SIZE_MAX];
    size_t size = 0;
    struct law_image image;
    if (reading->policy.law_text.size > 0) {
        return fail(reading, "policy_fault.twice");
    }
    reading->policy.law_text = value;
    if (policy_law(&reading->policy, bytes, &size) != OK ||
        law_image_open(bytes, size, &image) != OK || image.extends[0] != '\0') {
        return fail(reading, "policy_fault.law");
    }
    return true;
}

/* Whether they extend the image is asked when all is read. */
static void read_layer(struct reading *reading, struct str line)
{
    if (reading->policy.layer_text.size == 0) {
        reading->policy.layer_text = (struct str){
            line.bytes, reading->text.size - (size_t)(line.bytes - reading->text.bytes)};
    }
}

static struct str line_without_comment(struct str line)
{
    struct str text = STR("");
    return str_split(&line, '#', &text) ? str_trim(text) : STR("");
}

static bool read_line(struct reading *reading, struct str line)
{
    struct str text = line_without_comment(line);
    if (text.size == 0) {
        return true;
    }
    struct str value = text;
    struct str name;
    if (!str_contains(text, STR("=")) || !str_split(&value, '=', &name)) {
        /* The line itself, not the name of an earlier one. */
        str_copy(reading->fault->name, sizeof reading->fault->name, text);
        return fail(reading, "policy_fault.syntax");
    }
    name = str_trim(name);
    value = str_trim(value);
    str_copy(reading->fault->name, sizeof reading->fault->name, name);
    if (str_is(name, "law")) {
        return read_law(reading, value);
    }
    if (str_is(name, "law_client")) {
        read_layer(reading, line);
        return true;
    }
    struct str prefix = STR("rule.");
    if (name.size > prefix.size && memcmp(name.bytes, prefix.bytes, prefix.size) == 0) {
        struct str rule = {name.bytes + prefix.size, name.size - prefix.size};
        return read_rule(reading, rule, value);
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (str_is(name, rows[i].key.name)) {
            return read_value(reading, i, value);
        }
    }
    return fail(reading, "policy_fault.unknown_key");
}

/* Pairs that only make sense in order. */
static bool check_order(struct reading *reading)
{
    const struct policy *policy = &reading->policy;
    const struct {
        const char *name;
        bool is_ordered;
    } pairs[] = {
        {"window_close", policy->window_open < policy->window_close},
        {"visitors_high", policy->visitors_low <= policy->visitors_high},
        {"balance_block_age", policy->balance_warn_age <= policy->balance_block_age},
        {"policy_block_age", policy->policy_warn_age <= policy->policy_block_age},
    };
    for (size_t i = 0; i < COUNT(pairs); i++) {
        if (!pairs[i].is_ordered) {
            str_copy(reading->fault->name, sizeof reading->fault->name, str_from(pairs[i].name));
            return fail(reading, "policy_fault.order");
        }
    }
    return true;
}

/* Every layer is one, extends the image, and is the only one of its client. */
static bool check_layers(struct reading *reading)
{
    static const char key[] = "policy_fault.law_client";
    struct law_shelf shelf;
    struct policy policy = reading->policy;
    if (policy.layer_text.size == 0) {
        return true;
    }
    str_copy(reading->fault->name, sizeof reading->fault->name, STR("law_client"));
    return law_shelf_open(&shelf, &policy) == OK || fail(reading, key);
}

enum err policy_from_text(struct str text, struct policy *policy_out,
                          struct policy_fault *fault_out)
{
    struct reading reading = {.text = text, .policy = policy_default(), .fault = fault_out};
    memset(fault_out, 0, sizeof *fault_out);
    struct str rest = text;
    struct str line;
    while (str_split(&rest, '\n', &line)) {
        fault_out->line++;
        if (!read_line(&reading, line)) {
            return ERR_malformed;
        }
    }
    if (!check_order(&reading) || !check_layers(&reading)) {
        return ERR_malformed;
    }
    reading.policy.hash = chain_short_hash(text.bytes, text.size);
    memset(fault_out, 0, sizeof *fault_out);
    *policy_out = reading.policy;
    return OK;
}

size_t policy_set_count(struct str text)
{
    size_t set_count = 0;
    struct str line;
    while (str_split(&text, '\n', &line)) {
        set_count += line_without_comment(line).size > 0;
    }
    return set_count;
}

enum severity policy_severity(const struct policy *policy, enum refusal refusal)
{
    CHECK((uint32_t)refusal < POLICY_REFUSALS);
    return (enum severity)policy->severity[refusal];
}

size_t policy_key_count(void)
{
    return COUNT(rows);
}

struct policy_key policy_key_at(size_t index)
{
    CHECK(index < COUNT(rows));
    return rows[index].key;
}

enum err policy_number(const struct policy *policy, struct str key, int64_t *value_out)
{
    struct policy copy = *policy;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].key.type != POLICY_TYPE_text && str_is(key, rows[i].key.name)) {
            *value_out = *number_at(&copy, i);
            return OK;
        }
    }
    return ERR_not_found;
}
