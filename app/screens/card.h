/* app/screens/card.h -- the collector's authorisation card, turned to whoever opened the door.
 *
 * Headquarters signs it (core/event/card.h); it is checked each time it is read, against
 * headquarters' present key, and shown as a card only while it holds. It says nothing of a
 * borrower. Opened from a visit it keeps to the disclosure matrix: the client's name for who may
 * hear of the debt; the institution's, and the code that holds it, for who may hear that. */
#pragma once

#include "app/screens/parts.h"
#include "core/event/card.h"

enum card_state {
    CARD_STATE_none, /* none came from headquarters */
    CARD_STATE_valid,
    CARD_STATE_expired,
    CARD_STATE_ahead, /* its first day has not come */
    CARD_STATE_wrong, /* it does not bear the signature of headquarters' key */
};

struct card_model {
    bool has_text, is_signed;
    struct card card;          /* when is_signed */
    struct draw_image picture; /* when is_signed */
    const char *client;        /* NULL: not to be named to who is listening */
    bool is_bare;              /* … nor is the institution: name, number and telephone only */
};

/* The card of this tablet. */
enum err card_read(struct arena *task, const struct screen_source *source,
                   struct card_model *model_out) MUST_USE;
/* On a civil day: midnight may pass while it is shown. */
enum card_state card_state_on(const struct card_model *model, int32_t today);
