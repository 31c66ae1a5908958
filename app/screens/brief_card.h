/* app/screens/brief_card.h -- the cards of a brief that tell of the past and of
 * ways to reach somebody. Pure. */
#pragma once

#include "app/screens/brief.h"

/* A line with a masked value and a button that shows it, which is recorded. */
void brief_card_masked(struct ui *ui, const struct view *view, const struct brief_model *model,
                       const char *label, const char *note, const char *clear,
                       const char *masked_text, uint32_t detail, uint32_t index,
                       struct intent *intent_out);
/* What the debt is made of, and how old. */
void brief_card_debt(struct ui *ui, const struct view *view, const struct brief_model *model);
void brief_card_last_note(struct ui *ui, const struct view *view, const struct brief_model *model);
void brief_card_reach(struct ui *ui, const struct view *view, const struct brief_model *model,
                      struct intent *intent_out);
void brief_card_history(struct ui *ui, const struct view *view, const struct brief_model *model);
/* Contract, photos and documents. */
void brief_card_papers(struct ui *ui, const struct view *view, const struct brief_model *model,
                       struct intent *intent_out);
void brief_card_why(struct ui *ui, const struct view *view, const struct brief_model *model);
