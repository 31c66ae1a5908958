/* app/screens/ask.h -- the fields of one record, wherever it is filled in. Pure. */
#pragma once

#include "app/screens/parts.h"

/* What surrounds the record. */
struct ask {
    const struct view *view;
    const ds_CaseRecord *record; /* NULL: not about a case */
    const ds_CaseState *state;
    uint32_t role;       /* roles.def: who is there, 0 not known */
    ds_PlanTerms *terms; /* of a plan; NULL outside a visit */
    bool is_in_visit;
    /* The case ended or left while the door stood open: what is agreed now is recorded all
     * the same, and headquarters decides what becomes of it. Nothing is left to judge by. */
    bool is_over;
};

#define ASK(group, kind, Message, icon) \
    bool ask_##group##_##kind(struct ui *ui, const struct ask *ask, ds_##Message *record);
#include "app/screens/asks.def"
#undef ASK

/* Shows the fields of `event`'s payload; true when one changed. CHECKs that the
 * kind is in asks.def. */
bool ask_frame(struct ui *ui, const struct ask *ask, ds_Event *event);
/* Whether the record can be taken: complete, and no rule blocks it. What is
 * missing or blocked is put into words when `why_out` is given. */
bool ask_is_ready(const struct ask *ask, const ds_Event *event, const char **why_out);
/* What the rules say of an arrangement or a payment; nothing fired for others. */
struct verdict ask_verdict(const struct ask *ask, const ds_Event *event);

/* Help is asked for: it goes out at once, not with the visit. */
bool ask_is_alarm(const ds_Event *event);

enum icon ask_icon(enum event_kind kind);
/* Text key "ask.<kind>", static. */
const char *ask_key(enum event_kind kind);
/* Makes `event` an empty record of that kind, with what is known filled in. */
void ask_blank(const struct ask *ask, enum event_kind kind, ds_Event *event);
/* What is owed as the tablet shows it; 0 without a case. */
int64_t ask_owed_minor(const struct ask *ask);
