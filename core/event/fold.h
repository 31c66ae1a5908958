/* core/event/fold.h -- what the facts have made of a case. Pure.
 *
 * Facts of one case are folded in canonical order (fact_compare). The same code
 * runs on the tablet and at headquarters, so both see the same case. Folding
 * never refuses: a fact that breaks a rule is counted and flagged. */
#pragma once

#include "core/event/event.h"

/* How this build folds. Raised whenever the same facts give another state, a new field included:
 * a store whose states another build folded folds them anew when it is opened. Held to what
 * folding really does by tests/core/event/test_fold_version.c. */
#define FOLD_VERSION 4

/* The state before any fact. */
void fold_start(ds_CaseState *state, const ds_CaseRecord *record);
/* Folds one fact. `record` is what the case was imported with. The caller keeps
 * canonical order: fold_is_next() says whether `fact` comes after all that was
 * folded; when not, the case is folded anew from its facts. */
void fold_fact(ds_CaseState *state, const ds_CaseRecord *record, const struct fact *fact);
bool fold_is_next(const ds_CaseState *state, const struct fact *fact);

/* ---- derived answers, all pure ---- */

struct balance {
    uint64_t principal_minor, interest_minor, penalty_minor, fees_minor;
    uint64_t total_minor; /* sum of the parts */
    uint64_t paid_minor;  /* posted since as_of_day */
    uint64_t owed_minor;  /* total less paid, never below zero */
    /* Noted at the door and not yet booked or ruled out by headquarters. */
    uint64_t noted_minor;
    /* Let go by headquarters and not yet in a balance: an approved waiver; with a settlement in
     * force all but what is missing of it, with one that was paid all. */
    uint64_t forgiven_minor;
    uint64_t askable_minor; /* the most that may be asked for: owed less noted, less forgiven */
    int32_t as_of_day;
};
struct balance fold_balance(const ds_CaseRecord *record, const ds_CaseState *state);
/* The flag when it is raised, not cleared and not past its until_day on `day`; else NULL. */
const ds_Flag *fold_flag(const ds_CaseState *state, uint32_t flag, int32_t day);
/* Promises made and broken, those from before import included. */
uint32_t fold_promises_made(const ds_CaseRecord *record, const ds_CaseState *state);
uint32_t fold_promises_broken(const ds_CaseRecord *record, const ds_CaseState *state);
/* What falls due next under an active promise, plan or settlement; false when nothing does. What
 * was noted at the door and waits to be booked counts as paid: nobody asks for it twice. */
struct fold_due {
    int32_t due_day;
    uint64_t amount_minor; /* still missing for that day */
    uint32_t kind;         /* arrangement_kinds.def */
};
bool fold_next_due(const ds_CaseRecord *record, const ds_CaseState *state,
                   struct fold_due *due_out);
/* The day on which an instant falls for the borrower: the case's zone; without a
 * known one, China's. */
int32_t fold_day(const ds_CaseRecord *record, int64_t at_ms);
/* Contacts that the state holds, newest first: those listed, then, without their words, what
 * fell off that list. Of those that fell off this one too only the third parties are counted. */
size_t fold_contact_count(const ds_CaseState *state);
/* False: taken back by a correction. */
bool fold_contact(const ds_CaseState *state, size_t at, ds_OlderContact *contact_out);
/* The state lists what fact `id` made (a contact, an arrangement, a payment): it was folded. */
bool fold_holds(const ds_CaseState *state, const struct id *id);
/* Newest live arrangement (asked, active, returned, conflicting), or NULL. */
const ds_Arrangement *fold_live_arrangement(const ds_CaseState *state);
