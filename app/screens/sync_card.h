/* app/screens/sync_card.h -- the parts of the sync centre, from top to bottom. Pure. */
#pragma once

#include "app/screens/sync.h"

/* What is out of the ordinary, in words: a copied tablet, a full disk, a wrong clock. */
void sync_card_notices(struct ui *ui, const struct view *view, const struct sync_model *model,
                       struct intent *intent_out);
/* That the clock is wrong and what to do; nothing when it is right. */
void sync_card_clock(struct ui *ui, const struct view *view, const struct traffic *traffic);
/* "Made 23, confirmed 23", and where all facts are. */
void sync_card_counts(struct ui *ui, const struct view *view, const struct sync_model *model);
/* Questions of headquarters and what could not be read. */
void sync_card_needs(struct ui *ui, const struct view *view, const struct sync_model *model,
                     struct intent *intent_out);
/* Contact, next try and why, how much and how long; photos; by stick. */
void sync_card_route(struct ui *ui, const struct view *view, const struct sync_model *model,
                     struct intent *intent_out);
