/* app/screens/gate_card.h -- why a door may not be knocked on, and what may be done. Pure.
 *
 * Each rule with its legal source, how well that is known, and what is lawful instead; when the
 * door opens again; a field for a supervisor's pass where one helps. */
#pragma once

#include "app/screens/parts.h"

/* The rules of a verdict that warn or block, and the next lawful time when only time is in the
 * way. Nothing when none does. */
void gate_card_reasons(struct ui *ui, const struct view *view, const struct verdict *verdict);
/* Where a supervisor's pass would let the visit begin: the field for it, `text` being typed.
 * True when there is such a field. */
bool gate_card_pass(struct ui *ui, const struct view *view, const struct verdict *verdict,
                    char *text, size_t capacity);
/* "《民法典》第 1161 条；公司规定": the source of a rule in words a collector knows. */
const char *gate_card_source(const struct view *view, const struct verdict_fired *fired);
/* What may be done instead of what the rule forbids; NULL when its own words say it. */
const char *gate_card_instead(const struct view *view, enum refusal refusal);
