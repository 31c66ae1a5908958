/* sync/server/plan/moves.h -- cases that change hands: as a list, as a file, as facts.
 *
 * A file is CSV with a heading, one move a row: case_no, case_ref, from, to (person numbers, 0
 * nobody), epoch (of the lease that ends), why. A move is made only while the case is open and
 * its lease is still that one, so a file can be applied again after it was cut, and cases that
 * were given to others meanwhile are left alone. */
#pragma once

#include "sync/server/store/hq_store.h"

#include <stdio.h>

struct move {
    uint64_t case_no;
    const char *case_ref;
    uint32_t from_no, to_no; /* person, 0 nobody */
    uint32_t epoch;          /* before the move */
    const char *why;
};

struct moves {
    struct move *items;
    size_t count;
};

struct moves_result {
    size_t made;    /* by this call */
    size_t already; /* made before */
    size_t passed;  /* not open any more, or given to somebody else meanwhile */
};

enum { MOVES_SLICE = 500 };

/* ERR_io. */
enum err moves_write(FILE *file, const struct moves *moves) MUST_USE;
/* Texts in `arena`. ERR_malformed with the line in `line_out`, also for a case that stands
 * twice; ERR_io. */
enum err moves_read(struct arena *arena, FILE *file, struct moves *moves_out,
                    int64_t *line_out) MUST_USE;
/* The moves back: from `to` to `from`, under the lease that the move gave. Those of cases that
 * nobody held are left out. `why` is said of each. In `arena`. */
struct moves moves_reverse(struct arena *arena, const struct moves *moves, const char *why);
/* Makes the moves from `*at` on that fit one slice, in a transaction of its own with a line in
 * the audit log, and sets *at behind them; adds to `result`. */
enum err moves_make(struct hq_store *store, const struct moves *moves, int64_t now_ms,
                    const char *actor, size_t *at, struct moves_result *result) MUST_USE;
/* What moves_make() would do with all of them now; nothing is written. */
enum err moves_try(struct hq_store *store, const struct moves *moves,
                   struct moves_result *result_out) MUST_USE;
