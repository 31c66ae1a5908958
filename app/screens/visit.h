/* app/screens/visit.h -- the visit: check-in, who, outcome, record, about, finish. */
#pragma once

#include "app/screens/ask.h"
#include "app/screens/photos.h"

/* Steps as kept in ds_VisitDraft.step: append, never renumber. */
enum visit_step {
    VISIT_STEP_arrive = 0, /* no draft yet */
    VISIT_STEP_who = 1,
    VISIT_STEP_outcome = 2,
    VISIT_STEP_arrange = 3, /* the record that the outcome needs */
    VISIT_STEP_about = 4,
    VISIT_STEP_finish = 5, /* the last one */
    VISIT_STEP_sign = 6,   /* between about and finish */
};

struct visit_model {
    struct store_case item;
    ds_VisitDraft *draft;         /* NULL: not checked in */
    struct photos_model photos;   /* of this visit, signatures among them */
    struct widget_signature *ink; /* being drawn; the session's */
    struct store_case_item next;  /* the stop after this one; case_no 0: none is left today */
    uint32_t last_visitors;       /* at the visit before; 0 none */
    bool is_other_open;           /* a visit to another case is still open … */
    uint64_t other_case_no;       /* … this one */
};

/* place.tab: kind of the record that is open over the step; VISIT_MORE: the
 * choice of them. */
enum { VISIT_MORE = -1 };

/* place.number: the list of outcomes is wanted although only a minor is at home. */
enum { VISIT_MINOR_OTHER = -2 };
