/* app/screens/quarantine.h -- something of headquarters that the tablet could not read:
 * what it is, and what can be done with it. It blocks nothing else. */
#pragma once

#include "app/screens/parts.h"

struct quarantine_model {
    struct store_quarantined item;
    const struct traffic *traffic;
};

/* What kind of thing it is, by its name. */
const char *quarantine_title(const struct view *view, const char *name);
