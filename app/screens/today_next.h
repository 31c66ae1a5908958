/* app/screens/today_next.h -- the next stop as a card, and what can be done with any stop
 * besides going there. Pure. */
#pragma once

#include "app/screens/today.h"

/* The stop `model->next`, which must exist. */
void today_next(struct ui *ui, const struct view *view, const struct today_model *model,
                struct intent *intent_out);

/* Intents: not today, last today, a call instead. */
void today_next_skip(struct intent *intent, uint64_t case_no);
void today_next_defer(struct intent *intent, uint64_t case_no);
void today_next_call(struct intent *intent, uint64_t case_no);
