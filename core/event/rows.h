/* core/event/rows.h -- the report rows that a fact gives. Pure.
 *
 * Tablet and headquarters keep the same four tables (contact, arrangement,
 * payment, incident) and day rows, filled from the same rows, so the same
 * metric gives the same number on both. A row with the id of an earlier one
 * replaces it. Rows are a projection: they can be dropped and made again. */
#pragma once

#include "core/event/fold.h"

/* A visit, call, message … one per attempt. */
struct contact_row {
    struct id id;
    uint64_t case_no;
    uint32_t person_no;
    uint32_t channel; /* contact_channels.def */
    uint32_t outcome; /* outcomes.def, visits */
    uint32_t result;  /* contact_results.def, other channels */
    uint32_t role;
    uint32_t cooperation;
    uint32_t default_reason;
    uint32_t ability;
    uint32_t willingness;
    int64_t at_ms; /* end */
    uint32_t dwell_s;
    uint32_t fired_count; /* rules that fired */
    uint32_t clock_quality;
    uint64_t owed_minor; /* at that time */
    bool is_withdrawn;   /* taken back by a correction */
    bool is_corrected;
};

struct arrangement_row {
    struct id id;
    uint64_t case_no;
    uint32_t person_no;
    uint32_t kind;  /* arrangement_kinds.def */
    uint32_t state; /* arrangement_states.def */
    uint64_t amount_minor;
    uint64_t paid_minor;
    int32_t due_day;
    int32_t judged_day;
    int64_t made_at_ms;
    int64_t decided_at_ms;
};

struct payment_row {
    struct id id;
    uint64_t case_no;
    uint64_t amount_minor;
    int32_t paid_day;
    uint32_t channel; /* payment_channels.def */
    bool is_posted;
    uint32_t credited_no;   /* person; 0 nobody */
    uint32_t after_channel; /* contact channel it followed; 0 none */
};

/* Everything else that is counted: kind is the event kind, code the closed-list
 * code of that kind (dispute, hardship, complaint, safety, skip reason …); of what is
 * about a message of headquarters its number. */
struct incident_row {
    struct id id;
    uint64_t case_no;
    uint32_t person_no;
    uint32_t kind;
    uint32_t code;
    uint32_t severity;
    int64_t at_ms;
    bool is_withdrawn;
};

/* One per person and day. Facts of a day come one by one: a member that is zero
 * leaves what an earlier row of the same person and day said. */
struct day_row {
    uint32_t person_no;
    int32_t day;
    uint32_t planned, visited, skipped, distance_m;
    uint32_t planned_distance_m; /* of the plan in force when it closed; 0 not known */
    uint32_t worked_minutes;     /* from the first check-in to the end of the last visit */
    int64_t opened_at_ms, closed_at_ms;
};

/* A correction takes back a fact that the case's lists no longer hold (or never held,
 * an incident): the row with this id and case, in whichever table. */
struct withdrawal {
    struct id id;
    uint64_t case_no;
    uint32_t person_no; /* takes back own rows only; 0: headquarters, anybody's */
};
/* Records of a kind (event code) that protect the borrower (complaint, conduct, detail
 * shown) and corrections themselves: they stand whoever takes them back. */
bool rows_is_kept(uint32_t kind);
/* Whether it takes back an incident row of its id: never one of a kept kind; what
 * headquarters booked is no tablet's to take back. */
bool rows_takes_back_incident(const struct withdrawal *withdrawal, const struct incident_row *row);
/* The same for the other tables. A payment row names whom it is credited to, not who
 * noted it; one that was posted is nobody's to take back. */
bool rows_takes_back_contact(const struct withdrawal *withdrawal, const struct contact_row *row);
bool rows_takes_back_arrangement(const struct withdrawal *withdrawal,
                                 const struct arrangement_row *row);
bool rows_takes_back_payment(const struct withdrawal *withdrawal, const struct payment_row *row);

/* A row of one of these tables, as the query row_to_take_back tells it: `person_no` is who it
 * is credited to in a payment. */
enum rows_list {
    ROWS_LIST_none,
    ROWS_LIST_contact,
    ROWS_LIST_arrangement,
    ROWS_LIST_payment,
    ROWS_LIST_incident,
    ROWS_LIST_COUNT
};
struct rows_place {
    int64_t list; /* enum rows_list */
    uint32_t person_no;
    uint32_t kind;  /* of an incident: event code */
    bool is_posted; /* a payment */
};
/* The table in which the row with the id and case of `withdrawal` is to be taken back; none
 * when it is nobody's to take back. */
enum rows_list rows_taken_from(const struct withdrawal *withdrawal, const struct rows_place *place);

/* Where rows go; any member may be NULL. */
struct row_sink {
    void *context;
    enum err (*contact)(void *context, const struct contact_row *row);
    enum err (*arrangement)(void *context, const struct arrangement_row *row);
    enum err (*payment)(void *context, const struct payment_row *row);
    enum err (*incident)(void *context, const struct incident_row *row);
    enum err (*day)(void *context, const struct day_row *row);
    /* The rows of the fact taken back were emitted before, or never. The sink asks
     * rows_takes_back_*() before it changes a row. */
    enum err (*withdrawn)(void *context, const struct withdrawal *withdrawal);
};

/* Emits the rows that `fact` adds or changes; call after fold_fact(). `record`
 * and `state` are NULL for a fact that is not about a case. */
enum err rows_emit(const struct fact *fact, const ds_CaseRecord *record, const ds_CaseState *state,
                   const struct row_sink *sink) MUST_USE;
