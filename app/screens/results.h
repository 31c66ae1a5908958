/* app/screens/results.h -- my own figures, from the same dictionary as the reports. */
#pragma once

#include "app/screens/results_rest.h"
#include "core/rules/metric.h"
#include "core/rules/period.h"

struct results_model {
    struct period period, before;
    struct metric_value now[METRIC_COUNT], earlier[METRIC_COUNT];
    struct results_rest rest;
};
