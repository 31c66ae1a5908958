/* app/screens/enrol.h -- joining headquarters: language, code, progress. */
#pragma once

#include "app/screens/parts.h"

struct enrol_model {
    const struct screen_settings *settings;
};
