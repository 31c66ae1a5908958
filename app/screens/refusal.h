/* app/screens/refusal.h -- why something was not recorded, and what can be done. Pure. */
#pragma once

#include "app/screens/parts.h"

enum refusal_answer {
    REFUSAL_ANSWER_open,
    REFUSAL_ANSWER_closed, /* understood, nothing is recorded */
    REFUSAL_ANSWER_reason, /* *reason_out was chosen: try again with it */
};

/* The sheet over the screen. `can_override`: a reason may be given when rules only
 * warn (verdict.is_allowed). */
enum refusal_answer refusal_frame(struct ui *ui, const struct view *view,
                                  const struct capture *capture, bool can_override,
                                  uint32_t *reason_out);
