/* app/screens/settings.h -- language, look, hands, what this is, self-check. */
#pragma once

#include "app/screens/parts.h"

struct settings_model {
    const struct screen_settings *settings;
    const char *person_name, *branch_name;
    int64_t device_no;
    uint64_t fact_count, case_count;
};
