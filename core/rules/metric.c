#include "core/rules/metric.h"

#include "core/domain/money.h"

#include <inttypes.h>
#include <stdio.h>

/* value = numerator × multiply ÷ (denominator × divide) */
struct unit_form {
    const char *name;
    int64_t multiply, divide;
    int decimals;
};

static const struct unit_form metric_units[METRIC_UNIT_COUNT] = {
    [METRIC_UNIT_count] = {"count", 1, 1, 0},
    [METRIC_UNIT_money] = {"money", 1, 1, 2},
    [METRIC_UNIT_rate] = {"rate", 10000, 1, 2},
    [METRIC_UNIT_ratio] = {"ratio", 100, 1, 2},
    [METRIC_UNIT_per_thousand] = {"per_thousand", 100000, 1, 2},
    [METRIC_UNIT_minutes] = {"minutes", 10, 60, 1},
    [METRIC_UNIT_hours] = {"hours", 10, 60, 1},
    [METRIC_UNIT_days] = {"days", 10, 1, 1},
    [METRIC_UNIT_km] = {"km", 1, 100, 1},
};

static const char *const group_names[METRIC_GROUP_COUNT] = {
    [METRIC_GROUP_work] = "work",           [METRIC_GROUP_money] = "money",
    [METRIC_GROUP_promise] = "promise",     [METRIC_GROUP_customer] = "customer",
    [METRIC_GROUP_field] = "field",         [METRIC_GROUP_conduct] = "conduct",
    [METRIC_GROUP_portfolio] = "portfolio", [METRIC_GROUP_pay] = "pay",
};

struct metric_form {
    const char *name, *key, *why_key;
    enum metric_group group;
    enum metric_unit unit;
    enum metric_good good;
};

static const struct metric_form forms[METRIC_COUNT] = {
#define METRIC(key, group, unit, good, numerator, denominator) \
    [METRIC_##key] = {#key,                                    \
                      "metric." #key,                          \
                      "metric." #key ".why",                   \
                      METRIC_GROUP_##group,                    \
                      METRIC_UNIT_##unit,                      \
                      METRIC_GOOD_##good},
#include "core/rules/metrics.def"
#undef METRIC
};

static const struct metric_form *form_of(enum metric metric)
{
    CHECK(metric < METRIC_COUNT);
    return &forms[metric];
}

/* The two members of the tally that a metric is made of. */
static void parts(const struct tally *tally, enum metric metric, int64_t *numerator_out,
                  int64_t *denominator_out)
{
    switch (metric) {
#define METRIC(key, group, unit, good, numerator, denominator) \
    case METRIC_##key:                                         \
        *numerator_out = tally->numerator;                     \
        *denominator_out = tally->denominator;                 \
        return;
#include "core/rules/metrics.def"
#undef METRIC
    case METRIC_COUNT:
        break;
    }
    UNREACHABLE();
}

struct metric_value metric_of(const struct tally *tally, enum metric metric)
{
    struct metric_value value = {.metric = metric};
    parts(tally, metric, &value.numerator, &value.denominator);
    if (value.denominator <= 0) {
        return value;
    }
    const struct unit_form *unit = &metric_units[form_of(metric)->unit];
    int64_t denominator = 0;
    value.has_value = true;
    if (__builtin_mul_overflow(value.denominator, unit->divide, &denominator) ||
        money_scale(value.numerator, unit->multiply, denominator, MONEY_ROUND_half_up,
                    &value.value) != OK) {
        value.value = value.numerator < 0 ? INT64_MIN : INT64_MAX;
    }
    return value;
}

void metric_all(const struct tally *tally, struct metric_value values_out[METRIC_COUNT])
{
    for (int i = 0; i < METRIC_COUNT; i++) {
        values_out[i] = metric_of(tally, (enum metric)i);
    }
}

struct metric_change metric_change(const struct metric_value *now,
                                   const struct metric_value *before)
{
    CHECK(now->metric == before->metric);
    struct metric_change change = {0};
    if (!now->has_value || !before->has_value ||
        __builtin_sub_overflow(now->value, before->value, &change.difference)) {
        change.difference = 0;
        return change;
    }
    change.has_difference = true;
    if (metric_unit(now->metric) != METRIC_UNIT_rate && before->value > 0) {
        change.has_relative = money_scale(change.difference, 10000, before->value,
                                          MONEY_ROUND_half_up, &change.relative_bp) == OK;
    }
    return change;
}

const char *metric_name(enum metric metric)
{
    return form_of(metric)->name;
}

bool metric_from_name(struct str name, enum metric *metric_out)
{
    for (int i = 0; i < METRIC_COUNT; i++) {
        if (str_is(name, forms[i].name)) {
            *metric_out = (enum metric)i;
            return true;
        }
    }
    return false;
}

const char *metric_key(enum metric metric)
{
    return form_of(metric)->key;
}

const char *metric_why_key(enum metric metric)
{
    return form_of(metric)->why_key;
}

enum metric_group metric_group(enum metric metric)
{
    return form_of(metric)->group;
}

const char *metric_group_name(enum metric_group group)
{
    CHECK(group < METRIC_GROUP_COUNT);
    return group_names[group];
}

enum metric_unit metric_unit(enum metric metric)
{
    return form_of(metric)->unit;
}

const char *metric_unit_name(enum metric_unit unit)
{
    CHECK(unit < METRIC_UNIT_COUNT);
    return metric_units[unit].name;
}

int metric_unit_decimals(enum metric_unit unit)
{
    CHECK(unit < METRIC_UNIT_COUNT);
    return metric_units[unit].decimals;
}

enum metric_good metric_good(enum metric metric)
{
    return form_of(metric)->good;
}

/* `digits` with a comma before every third; returns how many bytes. */
static size_t put_grouped(char *to, const char *digits)
{
    size_t length = strlen(digits);
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) {
            to[at++] = ',';
        }
        to[at++] = digits[i];
    }
    to[at] = '\0';
    return at;
}

const char *metric_to_text(char text[METRIC_TEXT_SIZE], enum metric_unit unit, int64_t value,
                           bool is_grouped)
{
    int decimals = metric_unit_decimals(unit);
    uint64_t scale = decimals == 2 ? 100 : decimals == 1 ? 10 : 1;
    uint64_t size = value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, size / scale);
    size_t at = 0;
    if (value < 0) {
        text[at++] = '-';
    }
    if (is_grouped) {
        at += put_grouped(text + at, digits);
    } else {
        at += (size_t)snprintf(text + at, METRIC_TEXT_SIZE - at, "%s", digits);
    }
    if (decimals > 0) {
        text[at++] = '.';
    }
    for (uint64_t place = scale / 10; place > 0; place /= 10) {
        text[at++] = (char)('0' + size / place % 10);
    }
    text[at] = '\0';
    return text;
}
