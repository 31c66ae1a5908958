/* app/screens/gate_card.h -- why a door may not be knocked on, and what may be done. Pure.
 *
 * Each rule with its legal source, how well that is known, and what is lawful instead; when the
 * door opens again; a field for a supervisor's pass where one helps. */
#pragma once

#include "app/screens/parts.h"

/* What blocks whoever comes along, and the next lawful time when only time is in the way:
 * above all questions, for there is nothing to answer. Nothing when nothing blocks so. */
void gate_card_blocks(struct ui *ui, const struct view *view, const struct verdict *verdict);
/* What only warns, and what the number of visitors blocks: below that question, so that
 * nothing moves under the finger. */
void gate_card_rest(struct ui *ui, const struct view *view, const struct verdict *verdict);
/* Where a supervisor's pass would let the visit begin: the field for it, `text` being typed.
 * True when there is such a field. */
bool gate_card_pass(struct ui *ui, const struct view *view, const struct verdict *verdict,
                    char *text, size_t capacity);
/* "《民法典》第 1161 条；公司规定": the source of a rule in words a collector knows. */
const char *gate_card_source(const struct view *view, const struct verdict_fired *fired);
/* What may be done instead of what the rule forbids; NULL when its own words say it. */
const char *gate_card_instead(const struct view *view, enum refusal refusal);
