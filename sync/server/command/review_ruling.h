/* sync/server/command/review_ruling.h -- what a choice about a conflict means: the facts that
 * headquarters states. Private to the commands of the review queue.
 *
 * The case as it is now was read by the same writer, so nothing can change between looking
 * and booking. */
#pragma once

#include "sync/server/command/decided.h"
#include "sync/server/command/fact_words.h"
#include "sync/server/command/review.h"

enum { REVIEW_EVENTS_MAX = 2 };

struct review_ruling {
    struct command_context *context;
    const struct review *review;
    enum conflict_choice choice;
    const ds_CaseState *state;
    struct fact_shown first, second;
    ds_Event events[REVIEW_EVENTS_MAX]; /* of headquarters; none: nothing but the closing */
    size_t event_count;
    struct id about; /* the arrangement that is decided; zero: none */
    /* In place of an earlier decision: */
    bool is_anew;
    enum conflict_choice earlier; /* CHOICE_none: not known */
    uint64_t replaces;            /* the fact that said so; 0 none */
};

/* Fills events and about for a conflict that is open. Tells the caller what does not fit. */
enum command_exit review_rule(struct review_ruling *ruling);
/* The same for one that was decided otherwise: what the earlier choice did is undone by facts of
 * its own. A borrower does not lose by it what was paid under it: refused, and said. */
enum command_exit review_rule_anew(struct review_ruling *ruling);

/* What both are made of. */
enum command_exit review_changed_meanwhile(struct review_ruling *ruling);
enum command_exit review_not_this_one(struct review_ruling *ruling);
const ds_Arrangement *review_arrangement(const struct review_ruling *ruling, const struct id *id);
const ds_Payment *review_payment(const struct review_ruling *ruling, const struct id *id);
/* The first event withdraws the fact as entered twice. */
void review_take_back(struct review_ruling *ruling, const struct id *id);
