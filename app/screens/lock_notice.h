/* app/screens/lock_notice.h -- what stands on the shut screen instead of the keys, when no PIN
 * would open it: wiped, locked, damaged, the lease, waiting for headquarters. Pure. */
#pragma once

#include "app/screens/lock.h"

/* False: nothing of that, and nothing was drawn. */
bool lock_notice(struct ui *ui, const struct view *view, const struct screen_keys *keys,
                 struct intent *intent_out);
