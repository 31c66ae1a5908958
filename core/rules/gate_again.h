/* core/rules/gate_again.h -- a visit that was recorded, judged again. Pure.
 *
 * What its fact says and what the case was when it began give the facts that the gate had: with
 * them it says what it said on the tablet, but for what the tablet alone could see (how old its
 * data was, its position, its clock's quality, a pass). */
#pragma once

#include "core/rules/gate.h"

/* `state`: the case before the visit. `event`: a visit_started. Its time is the one that can be
 * proved. Borrows all. */
struct gate_facts gate_again(const struct policy *policy, const ds_CaseRecord *record,
                             const ds_CaseState *state, const ds_Event *event);
