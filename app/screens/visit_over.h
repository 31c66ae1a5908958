/* app/screens/visit_over.h -- one record, or the choice of them, over a step of a visit. Pure. */
#pragma once

#include "app/screens/visit_step.h"

/* Shows it and gives the intent; place.tab 0 afterwards: closed. */
void visit_over_frame(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                      struct screen_place *place, struct intent *intent_out);
/* The record of this step when help is asked with it; NULL: it is no alarm. */
ds_Event *visit_over_alarm(const struct ask *ask, const ds_VisitDraft *draft);
/* The visit without the record with which help is asked: it goes out by itself. When the
 * outcome needs it, what stays says that the collector left, which is no alarm. */
ds_VisitDraft *visit_over_without_alarm(const struct ask *ask, const ds_VisitDraft *draft,
                                        uint64_t index);
/* The one main action of a step; `is_ready` false: greyed, with `why` above it (may be NULL).
 * Ready, on a screen that is wide enough, `said` stands beside it: what will be stored. */
bool visit_over_primary(struct ui *ui, const char *key, const char *label, enum icon icon,
                        bool is_ready, const char *why, const char *said);
