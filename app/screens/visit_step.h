/* app/screens/visit_step.h -- the body of each step of a visit. Pure.
 * Each shows its step and changes draft and place by what was touched; true
 * when the draft changed and must be kept before the next frame. */
#pragma once

#include "app/screens/visit_record.h"

/* Check-in, before there is a draft: fills `start` from the place; true when the
 * verdict lets the visit begin (with `start` as chosen). */
bool visit_step_arrive(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                       struct screen_place *place, struct visit_start *start);
bool visit_step_who(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft);
bool visit_step_outcome(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft);
bool visit_step_arrange(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                        struct screen_place *place);
bool visit_step_about(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft);
bool visit_step_finish(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                       struct screen_place *place, const struct photos_model *photos,
                       struct intent *intent_out);
/* The records and photos that may be added at the door. */
bool visit_step_more(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                     struct screen_place *place, struct intent *intent_out);

/* The step before and after, leaving out those that say nothing for this outcome. */
enum visit_step visit_step_next(const ds_VisitDraft *draft, enum visit_step step);
enum visit_step visit_step_before(const ds_VisitDraft *draft, enum visit_step step);
/* Whether the step's own fields are complete; else why not. */
bool visit_step_is_ready(const struct ask *ask, const ds_VisitDraft *draft, enum visit_step step,
                         const char **why_out);
/* The picture of an outcome. */
enum icon visit_step_icon(uint32_t outcome);
/* Nobody answered: role stays 0 and the outcome is one that met nobody. */
bool visit_step_is_nobody(const ds_VisitDraft *draft);
