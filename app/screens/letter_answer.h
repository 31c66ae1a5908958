/* app/screens/letter_answer.h -- what is answered to a message of headquarters. Pure. */
#pragma once

#include "app/screens/parts.h"

/* Whether the form stands below the message: one is wanted and none was given, or the person
 * asked for it (place.tab 1). */
bool letter_answer_is_open(const struct store_letter *letter, const struct screen_place *place);
/* Above the message: until when an answer is wanted; nothing when none is due. */
void letter_answer_wanted(struct ui *ui, const struct view *view,
                          const struct store_letter *letter);
/* What was answered last, and the form or the button that opens it. `answer` is being filled in;
 * `has_changed_out`: keep it. */
void letter_answer_frame(struct ui *ui, const struct view *view, const struct store_letter *letter,
                         struct screen_place *place, ds_MessageAnswered *answer,
                         bool *has_changed_out);
/* The strip at the bottom with the button that records it; true when it was tapped. */
bool letter_answer_actions(struct ui *ui, const struct view *view, const ds_Event *event);
/* What a row of the list says of it; false when there is nothing to say. */
bool letter_answer_badge(const struct view *view, const struct store_letter *letter,
                         struct widget_badge *badge_out);
/* Wanted, and none was given. */
bool letter_answer_is_due(const struct store_letter *letter);
