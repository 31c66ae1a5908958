/* app/screens/visit_record.h -- the records inside a visit's draft, by kind. Pure. */
#pragma once

#include "app/screens/visit.h"

/* The kind of record that an outcome needs; EVENT_none: none, or one that is
 * part of the visit itself (an appointment, an address result). */
enum event_kind visit_record_needed(uint32_t outcome);
bool visit_record_has(const ds_VisitDraft *draft, enum event_kind kind, uint64_t index);
/* Copies the record out into `event`, or back in. `index` among records of a kind
 * that may stand more than once. CHECKs that it is there. */
void visit_record_get(const ds_VisitDraft *draft, enum event_kind kind, uint64_t index,
                      ds_Event *event);
void visit_record_put(ds_VisitDraft *draft, enum event_kind kind, uint64_t index,
                      const ds_Event *event);
/* Adds an empty one (or finds the one that is there) and gives its index; false
 * when no more of them fit. */
bool visit_record_add(const struct ask *ask, ds_VisitDraft *draft, enum event_kind kind,
                      uint64_t *index_out);
void visit_record_remove(ds_VisitDraft *draft, enum event_kind kind, uint64_t index);
/* Chooses an outcome: makes the record it needs, with what follows from the
 * outcome filled in; drops an unfinished record of the outcome before. */
void visit_record_outcome(const struct ask *ask, ds_VisitDraft *draft, uint32_t outcome);

/* The case with what was paid at this door: it is not asked for again. `draft` may be NULL. */
const ds_CaseState *visit_record_state(const struct view *view, const ds_CaseRecord *record,
                                       const ds_CaseState *state, const ds_VisitDraft *draft);

/* Every record that will become a fact. */
struct visit_record {
    enum event_kind kind;
    uint64_t index;
    ds_Event *event; /* in the frame's arena */
};
enum { VISIT_RECORDS_MAX = 32 };
size_t visit_record_list(const struct ask *ask, const ds_VisitDraft *draft,
                         struct visit_record records[VISIT_RECORDS_MAX]);
