/* app/screens/enrol.h -- joining headquarters, a step a page: the code, headquarters' check
 * digits, this tablet, the PIN, what the tablet asks for, and the first data.
 *
 * Nothing is sent before the last step. What was typed survives a kill, but for the PIN. */
#pragma once

#include "app/screens/pin_pad.h"

struct enrol_model {
    const struct screen_settings *settings;
    struct screen_secret *secret;
    bool is_joined; /* headquarters gave this tablet its number; data is coming */
    uint64_t case_count;
    int64_t left_count; /* cases still to come; 0 not known */
};

/* Steps as kept in place.tab: append, never renumber. */
enum enrol_step {
    ENROL_STEP_code = 0,
    ENROL_STEP_compare = 1,
    ENROL_STEP_tablet = 2,
    ENROL_STEP_pin = 3,
    ENROL_STEP_senses = 4,
    ENROL_STEP_join = 5,
    ENROL_STEP_COUNT
};
