/* sync/server/merge/merge.h -- facts and a case in, a list of changes out. Pure.
 *
 * Every case has one canonical order of its facts (fact_compare, then id), so the
 * order of arrival cannot matter: facts that come after all that was folded are
 * folded on, else the case is folded anew from all its facts. Both ways give the
 * same bytes. The caller loads and writes; merge never sees a database. */
#pragma once

#include "core/base/arena.h"
#include "core/event/rows.h"
#include "sync/server/merge/conflict.h"

/* A fact as the journal holds it. */
struct merge_fact {
    struct fact fact;
    uint32_t strand;
    uint32_t holder_no; /* person to whom the tablet was given; 0 headquarters */
};

/* Canonical order; facts of two strands that compare equal are ordered by id. */
int merge_fact_compare(const struct merge_fact *a, const struct merge_fact *b);
void merge_sort(const struct merge_fact **facts, size_t count);

/* False for a fact that is kept but has no effect: a kind this build does not
 * know, or one of headquarters' kinds said by a tablet. */
bool merge_has_effect(const struct fact *fact);

/* Columns of kase_state that lists and reports filter by. */
struct merge_summary {
    uint32_t life;
    uint32_t owner_no;
    uint32_t epoch;
    uint64_t owed_minor;
    int32_t due_day;
    int32_t last_touch_day;
    int32_t next_day;
    uint64_t flags;
    uint32_t asked_count;
    uint32_t event_count;
};
struct merge_summary merge_summary(const ds_CaseRecord *record, const ds_CaseState *state);

struct merge_assignment {
    uint32_t epoch;
    uint32_t owner_no;
    int64_t at_ms;
    const char *why;
};

/* What is to be written. Every list holds an id once, with its last value, in
 * order of first appearance. All of it lives in the arena of merge_start(). */
struct merge_changes {
    struct arena *arena;
    bool is_anew; /* the case was folded anew: its rows are to be replaced, not added to */
    struct merge_assignment *assignments;
    size_t assignment_count, assignment_capacity;
    struct contact_row *contacts;
    size_t contact_count, contact_capacity;
    struct arrangement_row *arrangements;
    size_t arrangement_count, arrangement_capacity;
    struct payment_row *payments;
    size_t payment_count, payment_capacity;
    struct incident_row *incidents;
    size_t incident_count, incident_capacity;
    struct day_row *days; /* not merged here: the store joins them, see day_put */
    size_t day_count, day_capacity;
    /* Rows of earlier merges that corrections take back; rows of this one are marked
     * in the lists above. To be done before the lists are written. */
    struct withdrawal *withdrawals;
    size_t withdrawal_count, withdrawal_capacity;
    struct conflict *conflicts;
    size_t conflict_count, conflict_capacity;
};
void merge_start(struct merge_changes *changes, struct arena *arena);

/* True when `facts` (sorted, at least one) do not all come after what `state` holds, or
 * one of them can be judged only beside all earlier facts of the case. */
bool merge_needs_all(const ds_CaseState *state, const struct merge_fact *const *facts,
                     size_t count);

/* Folds sorted `facts` of one case onto `state`. For a case folded anew the caller
 * gives all facts and a state fresh from fold_start() and sets changes->is_anew.
 * `record` NULL: no such case here; the facts only raise conflicts and `state` is
 * not touched. */
void merge_case(const ds_CaseRecord *record, ds_CaseState *state,
                const struct merge_fact *const *facts, size_t count, struct merge_changes *changes);

/* Facts that are not about a case. */
void merge_person(const struct merge_fact *const *facts, size_t count,
                  struct merge_changes *changes);
