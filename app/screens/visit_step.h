/* app/screens/visit_step.h -- the body of each step of a visit. Pure.
 * Each shows its step and changes draft and place by what was touched; true
 * when the draft changed and must be kept before the next frame. */
#pragma once

#include "app/screens/visit_record.h"

/* Check-in, before there is a draft: fills `start` from the place; true when the
 * verdict lets the visit begin (with `start` as chosen). */
bool visit_step_arrive(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                       struct screen_place *place, struct visit_start *start);
bool visit_step_who(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                    struct intent *intent_out);
bool visit_step_outcome(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft);
bool visit_step_arrange(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                        struct screen_place *place, struct intent *intent_out);
bool visit_step_about(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                      struct screen_place *place, struct intent *intent_out);
/* What was agreed, to be read aloud, and the pad; or why it was not signed. The witness's name
 * is in place.text. Gives the intent ink when something was drawn. */
bool visit_step_sign(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                     ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out);
/* The signature is complete: the intent that keeps it and goes on. */
void visit_step_signed(const struct ask *ask, const ds_VisitDraft *draft,
                       const struct screen_place *place, struct intent *intent_out);
bool visit_step_finish(struct ui *ui, const struct ask *ask, const struct visit_model *model,
                       ds_VisitDraft *draft, struct screen_place *place, struct intent *intent_out);
/* The records and photos that may be added at the door. */
bool visit_step_more(struct ui *ui, const struct ask *ask, ds_VisitDraft *draft,
                     struct screen_place *place, struct intent *intent_out);

/* The steps of this visit, arrival left out: how many there are, and which one (0-based). */
int32_t visit_step_count(const ds_VisitDraft *draft);
int32_t visit_step_at(const ds_VisitDraft *draft, enum visit_step step);
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
