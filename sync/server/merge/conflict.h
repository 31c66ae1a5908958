/* sync/server/merge/conflict.h -- what does not fit together, found while folding. Pure.
 *
 * A conflict depends only on the facts of the case up to the one that raises it,
 * in canonical order, so every order of arrival gives the same conflicts. */
#pragma once

#include "core/event/event.h"
#include "core/event/fold.h"

enum conflict_kind {
    CONFLICT_none = 0,
#define CONFLICT(code, name, verdict, review) CONFLICT_##name = code,
#include "sync/server/merge/conflicts.def"
#undef CONFLICT
    CONFLICT_OF_CASE_UNTIL = 100,
};

struct conflict {
    enum conflict_kind kind;
    uint64_t case_no;
    struct id id;       /* the fact that raises it */
    struct id other_id; /* the fact it disagrees with; zero: none */
    uint32_t device_no;
    uint32_t person_no;
    uint32_t other_no; /* the other person; 0 none */
    int64_t at_ms;
};

/* "two_collectors"; NULL for an unknown code. Static. */
const char *conflict_name(uint32_t kind);
/* Text key "conflict.<name>"; "conflict.unknown" for an unknown code. Static. */
const char *conflict_key(uint32_t kind);
/* Code of sync/proto/verdicts.def; 0 none. */
uint32_t conflict_verdict(uint32_t kind);

enum { CONFLICT_FOUND_MAX = 12 };

/* Conflicts that `fact` raises against the case as it was before it was folded.
 * `holder_no`: person to whom the tablet was given, 0 for headquarters. Returns
 * how many were put into `found`. */
size_t conflict_find_before(const ds_CaseRecord *record, const ds_CaseState *before,
                            const struct fact *fact, uint32_t holder_no,
                            struct conflict found[CONFLICT_FOUND_MAX]);
/* Those that show only in the case after it. */
size_t conflict_find_after(const ds_CaseRecord *record, const ds_CaseState *after,
                           const struct fact *fact, struct conflict found[CONFLICT_FOUND_MAX]);
/* A conflict about a fact without more to it. */
struct conflict conflict_make(enum conflict_kind kind, const struct fact *fact);
