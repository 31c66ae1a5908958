/* app/screens/ask_wish.h -- when and where the customer wants nobody: the fields of the stop
 * own_times. Pure. */
#pragma once

#include "app/screens/parts.h"

/* True when one of them changed. */
bool ask_wish(struct ui *ui, const struct view *view, ds_StatusFlagged *record);
