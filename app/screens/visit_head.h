/* app/screens/visit_head.h -- what stands over the questions of a step: whose visit, how far it
 * is, the way back and the call for help. Pure. */
#pragma once

#include "app/screens/visit_step.h"

/* `top` gets the intent of the way back; true when more is to be added. */
bool visit_head(struct ui *ui, const struct ask *ask, const ds_VisitDraft *draft,
                struct intent *top, struct intent *intent_out);
