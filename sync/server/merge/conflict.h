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

/* What a supervisor may decide. */
enum conflict_choice {
    CHOICE_none = 0, /* not known: decided before decisions were facts */
#define ITEM(code, name) CHOICE_##name = code,
#include "core/domain/review_choices.def"
#undef ITEM
    CHOICE_COUNT
};

enum conflict_review {
#define REVIEW(name, choices) CONFLICT_REVIEW_##name,
#include "sync/server/merge/reviews.def"
#undef REVIEW
};

struct conflict {
    enum conflict_kind kind;
    uint64_t case_no;
    struct id id;       /* the fact that raises it */
    struct id other_id; /* the fact it disagrees with; zero: none */
    uint32_t device_no; /* 0: headquarters' own fact raises it */
    uint32_t person_no;
    uint32_t other_no; /* the other person; 0 none */
    int64_t at_ms;
};

/* "two_collectors"; NULL for an unknown code. Static. */
const char *conflict_name(uint32_t kind);
/* CONFLICT_none when there is none of that name. */
enum conflict_kind conflict_from_name(struct str name);
/* Text key "conflict.<name>"; "conflict.unknown" for an unknown code. Static. */
const char *conflict_key(uint32_t kind);
/* Text key of what headquarters did by itself: "conflict.<name>.did". Static. */
const char *conflict_did_key(uint32_t kind);
/* Code of sync/proto/verdicts.def; 0 none. */
uint32_t conflict_verdict(uint32_t kind);
/* Which decisions there are; CONFLICT_REVIEW_stands for an unknown code. */
enum conflict_review conflict_review(uint32_t kind);
/* Whether a supervisor has this choice for conflicts of this kind. */
bool conflict_has_choice(uint32_t kind, enum conflict_choice choice);
/* "keep_first". Static. */
const char *conflict_choice_name(enum conflict_choice choice);
/* Text key "review.keep_first". Static. */
const char *conflict_choice_key(enum conflict_choice choice);

enum { CONFLICT_FOUND_MAX = 12 };

/* What is remembered of the case as it was before a fact, to see what the fact did. */
struct conflict_watch {
    uint32_t unmatched_count;
    bool was_target_open; /* the arrangement that the fact is about was undecided and live */
    size_t over_count;    /* arrangements for more than was owed */
    uint8_t over[8][16];
    /* A correction whose rows are taken back although the case's lists do not hold
     * the fact, and which stops nothing. */
    bool is_row_only;
};

/* True for a fact that has to be compared with facts which a case state no longer tells
 * apart: merge then folds the case anew from all of them. These are rare. */
bool conflict_needs_history(const struct fact *fact);

/* Conflicts that `fact` raises against the case as it was before it was folded.
 * `holder_no`: person to whom the tablet was given, 0 for headquarters. `earlier`: facts
 * of the case before it, all of them when conflict_needs_history(fact). Returns how many
 * were put into `found`. */
size_t conflict_find_before(const ds_CaseRecord *record, const ds_CaseState *before,
                            const struct fact *fact, uint32_t holder_no,
                            const struct fact *const *earlier, size_t earlier_count,
                            struct conflict found[CONFLICT_FOUND_MAX],
                            struct conflict_watch *watch_out);
/* Those that show only in the case after it. */
size_t conflict_find_after(const ds_CaseRecord *record, const ds_CaseState *after,
                           const struct fact *fact, const struct conflict_watch *watch,
                           struct conflict found[CONFLICT_FOUND_MAX]);
/* A conflict about a fact without more to it. */
struct conflict conflict_make(enum conflict_kind kind, const struct fact *fact);
/* Live arrangements, promises, plans or settlements, that ask for more than is owed. */
bool conflict_is_over(const ds_CaseRecord *record, const ds_CaseState *state,
                      const ds_Arrangement *arrangement);
