/* app/screens/door_cards.h -- what must be known at once of who opened the door. Pure. */
#pragma once

#include "app/screens/ask.h"

/* A third party: how often somebody
 * like them was contacted in this case, by whomever. Nothing for others. */
void door_cards(struct ui *ui, const struct ask *ask, uint32_t role);
/* Leads to the authorisation card, for who asks who stands there. */
void door_cards_button(struct ui *ui, const struct view *view, uint64_t case_no,
                       struct intent *intent_out);

/* A whole screen that is read in one glance: what is the matter, what to say, what to do. */
struct door_card {
    enum icon icon;
    const char *title, *say; /* text keys */
    const char *steps[3];    /* text keys, in order; NULL: no more */
    const char *done;        /* text key of the one button, which records the fact */
    const char *other;       /* text key of the way past it; NULL: none */
};
enum door_card_answer { DOOR_CARD_none, DOOR_CARD_done, DOOR_CARD_other };
/* Its buttons have the keys "<key>/done" and "<key>/other". */
enum door_card_answer door_cards_full(struct ui *ui, const struct view *view, const char *key,
                                      const struct door_card *card);
/* Nobody but a minor is at home: go, and say nothing of the debt. */
extern const struct door_card door_cards_minor;
