/* app/screens/lock.h -- the shut screen: who it belongs to, the time, where to next; the keys,
 * and help. No borrower is on it: whoever finds the tablet sees no name, amount or address. */
#pragma once

#include "app/screens/alarm.h"
#include "app/screens/pin_pad.h"

/* What is shown beside the time, as place.tab has it. */
enum lock_tab {
    LOCK_TAB_keys = 0,
    LOCK_TAB_help = 1,
    LOCK_TAB_reset = 2,
    LOCK_TAB_people = 3,
};

struct lock_model {
    struct screen_keys keys; /* as they stand; zeros where no vault is */
    struct screen_secret *secret;
    const char *next_area; /* district of the next stop; "" none or not known */
    int64_t next_at_ms;    /* estimate; 0 none */
    size_t left_count;     /* stops left today */
    bool has_open_visit;
    struct alarm_model alarms; /* not silent ones */
};
