/* app/screens/lock_people.h -- the part of the shut screen about the people of the tablet: whose
 * lock it is, who else uses it, and joining. Nothing is known of them here but a name of their own
 * choice and the number of their device. */
#pragma once

#include "app/screens/lock.h"

/* Whose lock is shown; "" nobody's yet. */
const char *lock_people_name(const struct view *view, const struct screen_keys *keys);
/* In whose name help is called, where that is not plain. */
void lock_people_calls(struct ui *ui, const struct view *view, const struct screen_keys *keys);
/* All of them, to choose from. */
void lock_people(struct ui *ui, const struct view *view, const struct screen_keys *keys,
                 struct screen_place *place, struct intent *intent_out);
