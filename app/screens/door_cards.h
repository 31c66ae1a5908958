/* app/screens/door_cards.h -- what must be known at once of who opened the door. Pure. */
#pragma once

#include "app/screens/ask.h"

/* Only a minor is at home: say nothing of the debt, leave now. A third party: how often somebody
 * like them was contacted in this case, by whomever. Nothing for others. */
void door_cards(struct ui *ui, const struct ask *ask, uint32_t role);
