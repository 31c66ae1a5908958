/* core/rules/gate_law.h -- the gate's facts, judged by a policy image. Pure.
 *
 * The gate keeps its own checks, of which the numbers of a policy text decide, and takes from
 * the image whatever is stricter: a rule that only the image knows is added, one that both know
 * has the stricter severity. Without an image nothing changes. */
#pragma once

#include "core/rules/gate.h"
#include "core/rules/law_judge.h"

/* The role of the contact law that a line of roles.def has; none: the borrower. */
enum law_role gate_law_role(uint32_t role);
/* What the gate knows is known, everything else is not: a rule about the latter stays silent. */
struct law_situation gate_law_situation(const struct law_image *image, const struct policy *policy,
                                        enum gate_stage stage, const struct gate_facts *facts);
/* Severity of the image for a refusal that the gate is about to fire; ok when it is silent. */
enum severity gate_law_severity(const struct law_verdict *law, enum refusal refusal);
/* The rule of the contact law that a refusal is about; 0: none, a rule of the house or a client. */
uint16_t gate_law_rule(enum refusal refusal);
/* Every record of the rule that blocks may be lifted by a supervisor's pass, and there is one. */
bool gate_law_is_for_supervisor(const struct law_image *image, uint16_t rule);
/* Adds what the image says of the rules in `verdict` that both know: source, confidence. */
void gate_law_sources(const struct law_image *image, const struct law_verdict *law,
                      struct verdict *verdict);
/* Adds the rules that fired and that `verdict` does not have yet, and the next lawful time. */
void gate_law_add(const struct law_image *image, enum gate_stage stage,
                  const struct law_verdict *law, struct verdict *verdict);
