/* app/screens/safety.h -- help: an alarm, a way out, a word from the door. Nothing here needs a
 * network. Where the collector is goes with an alarm and with nothing else. */
#pragma once

#include "app/screens/parts.h"

/* place.tab: what fills the screen. */
enum safety_tab {
    SAFETY_main = 0,
    SAFETY_leave,   /* the card that says: go now */
    SAFETY_ringing, /* a call that nobody made */
    SAFETY_talking, /* … answered; place.number: when (monotonic) */
};

struct safety_model {
    struct store_case item; /* item.record NULL: about no case */
    ds_VisitDraft *draft;   /* NULL: no visit is open here */
};
