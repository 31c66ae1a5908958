/* core/event/reach.h -- how somebody may be reached, and what was last learned of it. Pure.
 *
 * Numbers of the case record and those noted since are one list. A number at which a stranger
 * answered must not look like the borrower's to whoever calls next: telling a stranger of a debt
 * is what the law forbids first. What was learned knows a number by its value: a record that
 * headquarters sends anew may list its numbers in another order. */
#pragma once

#include "core/event/fold.h"

enum { REACH_LIST_MAX = 16 }; /* the record's and the state's */

struct reach {
    const ds_Point *at; /* its value, kind and whose; borrowed from the record or the state */
    uint32_t state;     /* contact_point_states.def: what was learned last */
    int32_t as_of_day;  /* of that */
    uint32_t index;     /* names it in detail_revealed */
    uint64_t tag;       /* names it in contact_attempted */
    bool is_noted;      /* since the record; else headquarters named it */
    bool is_over;       /* of somebody else, not in use, or refused: nobody is led to call it */
};

/* Those that may be called first; within them the record's in their order, then the newest
 * noted. */
struct reach_list {
    struct reach items[REACH_LIST_MAX];
    size_t count;
};
struct reach_list reach_list(const ds_CaseRecord *record, const ds_CaseState *state);
/* What names a number in facts: its value, nothing else. Never 0 for a value. */
uint64_t reach_tag(const char *value);
/* contact_point_states.def: nobody is led to call such a number. */
bool reach_state_is_over(uint32_t state);

/* ---- folding; private to core/event ---- */

struct fold_context;
void reach_noted(const struct fold_context *fold, const ds_ContactPointNoted *noted);
/* What a call or a message to a number tells of it: a wrong number is somebody else's,
 * an invalid one not in use. */
void reach_called(const struct fold_context *fold, const ds_ContactAttempted *called);
/* The contact is taken back, and with it what it told of a number. */
void reach_call_withdrawn(const struct fold_context *fold, const uint8_t contact[16]);
