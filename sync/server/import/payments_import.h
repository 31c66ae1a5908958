/* sync/server/import/payments_import.h -- payments that the client booked, as facts.
 *
 * Every good row becomes a fact "payment posted", once for a case and reference:
 * the same line in another file changes nothing. Then every case with a waiting
 * arrangement, and every case that was paid, gets the fact "payments checked
 * through" a day; the fold decides by it what was kept, kept in part or broken.
 * A case of which the file has a payment that is not taken gets none. */
#pragma once

#include "sync/server/import/import.h"

struct payments_options {
    struct import_options import;
    /* All payments up to this day are in the files given so far, whoever the client. 0: of each
     * client, the day before its latest payment of the file, since that day may not be over. */
    int32_t through_day;
};

/* An arrangement that the payments changed. */
struct payments_change {
    const char *case_ref;
    uint32_t kind;                 /* arrangement_kinds.def */
    uint32_t old_state, new_state; /* arrangement_states.def */
    int64_t amount_minor, paid_minor;
    int32_t due_day;
};

struct payments_result {
    struct import_result import;     /* new: posted, same: posted before */
    int64_t amount_minor;            /* posted now */
    int32_t through_day;             /* 0: nothing was checked */
    int64_t checked_count;           /* cases */
    struct payments_change *changes; /* in the arena, by case */
    size_t change_count;
};

/* As import_cases(), in slices too: the same file again goes on where it was cut. `changes` and
 * checked_count tell what this run did, the other counts what all runs of the file did. A file that
 * was imported before is read again when a through_day is given, so that promises can be judged
 * without new payments. */
enum err payments_import(struct arena *arena, struct hq_store *store, FILE *in,
                         struct fault_report *report, const struct payments_options *options,
                         struct payments_result *result_out) MUST_USE;
