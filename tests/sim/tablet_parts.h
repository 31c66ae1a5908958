/* tests/sim/tablet_parts.h -- a tablet among its own files: tablet.c, tablet_step.c. */
#pragma once

#include "tests/sim/world.h"

/* From here on its program runs, in its version. */
void tablet_enter(struct tablet *tablet);
/* Ends the agent that runs, if one does. */
void tablet_agent_start(struct tablet *tablet);
/* Unless it was started by then. */
void tablet_boot_later(struct tablet *tablet, int64_t pause_ms);
