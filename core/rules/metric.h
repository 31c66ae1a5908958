/* core/rules/metric.h -- figures of the metric dictionary (metrics.def). Pure.
 *
 * All integer. A metric without a denominator has no value: "no data" is shown,
 * never 0 %. */
#pragma once

#include "core/rules/tally.h"

enum metric {
#define METRIC(key, group, unit, good, numerator, denominator) METRIC_##key,
#include "core/rules/metrics.def"
#undef METRIC
    METRIC_COUNT
};

enum metric_group {
    METRIC_GROUP_work,
    METRIC_GROUP_money,
    METRIC_GROUP_promise,
    METRIC_GROUP_customer,
    METRIC_GROUP_field,
    METRIC_GROUP_conduct,
    METRIC_GROUP_portfolio,
    METRIC_GROUP_pay,
    METRIC_GROUP_COUNT
};

/* How `value` is scaled. */
enum metric_unit {
    METRIC_UNIT_count,        /* as it is */
    METRIC_UNIT_money,        /* minor units */
    METRIC_UNIT_rate,         /* basis points: 10000 is 100 % */
    METRIC_UNIT_ratio,        /* hundredths */
    METRIC_UNIT_per_thousand, /* hundredths per thousand */
    METRIC_UNIT_minutes,      /* tenths of a minute, from seconds */
    METRIC_UNIT_hours,        /* tenths of an hour, from minutes */
    METRIC_UNIT_days,         /* tenths of a day, from days */
    METRIC_UNIT_km,           /* tenths of a kilometre, from metres */
    METRIC_UNIT_COUNT
};

enum metric_good { METRIC_GOOD_none, METRIC_GOOD_more, METRIC_GOOD_less };

struct metric_value {
    enum metric metric;
    bool has_value;
    int64_t value; /* in the metric's unit, rounded half away from zero; ends of the
                    * int64 range when it does not fit */
    int64_t numerator, denominator;
};

/* What became of a metric between two periods. */
struct metric_change {
    bool has_difference;
    int64_t difference; /* in the metric's unit; of a rate: hundredths of a percentage point */
    bool has_relative;  /* not for rates, nor when the earlier value is 0 */
    int64_t relative_bp;
};

/* `tally` after tally_finish(). */
struct metric_value metric_of(const struct tally *tally, enum metric metric);
/* All of them, in the order of the dictionary. */
void metric_all(const struct tally *tally, struct metric_value values_out[METRIC_COUNT]);
struct metric_change metric_change(const struct metric_value *now,
                                   const struct metric_value *before);

/* "recovery_rate", static. */
const char *metric_name(enum metric metric);
/* False when there is no such metric. */
bool metric_from_name(struct str name, enum metric *metric_out);
/* Text keys "metric.<key>" and "metric.<key>.why", static. */
const char *metric_key(enum metric metric);
const char *metric_why_key(enum metric metric);
enum metric_group metric_group(enum metric metric);
/* "work" …, end of the text key "metric_group.<name>". */
const char *metric_group_name(enum metric_group group);
enum metric_unit metric_unit(enum metric metric);
/* "count" …, static. */
const char *metric_unit_name(enum metric_unit unit);
/* Digits behind the point when `value` is shown: 2 for money, rates … */
int metric_unit_decimals(enum metric_unit unit);
enum metric_good metric_good(enum metric metric);

/* A value in digits, without unit sign: "12,345", "1,234.50", "95.00".
 * Money in yuan. "-" before a negative one. */
enum { METRIC_TEXT_SIZE = 40 };
const char *metric_to_text(char text[METRIC_TEXT_SIZE], enum metric_unit unit, int64_t value,
                           bool is_grouped);
