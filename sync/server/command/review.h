/* sync/server/command/review.h -- the review queue: what supervisors look at and decide. */
#pragma once

#include "core/base/id.h"
#include "sync/server/command/command.h"
#include "sync/server/merge/conflict.h"

struct review {
    uint64_t case_no;
    uint32_t kind;
    struct id id;       /* the fact that raised it: the second one */
    struct id other_id; /* the one that it disagrees with: the first; zero none */
    uint32_t device_no; /* 0: headquarters' own fact raised it */
    uint32_t person_no, other_no;
    int64_t at_ms;
    const char *case_ref, *person, *other;
    bool is_closed;
    int64_t closed_at_ms;
    const char *note;
};

enum { REVIEW_ID_SHOWN = 10 }; /* hex digits that lists show */

/* Row of a query with the columns of review_list; texts in the command's arena. */
struct review review_row(struct command_context *context, const struct hq_query *query);
/* The one open conflict about the fact whose id begins with `word`; --kind chooses
 * among several. With `with_closed` a closed one is found when none is open. Tells the
 * caller what is wrong: nothing there, several, or decided in the meantime. */
enum command_exit review_find(struct command_context *context, const char *word, bool with_closed,
                              struct review *review_out);
/* conflicts show: both facts side by side, what was done, what the choices are. */
enum command_exit review_show(struct command_context *context, const struct review *review);
/* conflicts decide: books the choice and what it means, closes, settles, audits. `by`: the
 * supervisor, checked. A conflict that is closed is decided anew (conflicts change): never by who
 * decided before, and who was told otherwise gets a letter. */
enum command_exit review_decide(struct command_context *context, const struct review *review,
                                enum conflict_choice choice, uint32_t by_no, struct str note);
/* Who decides: the person who signed in. `asker_no`: who may not decide, being part of it; 0
 * nobody. A --by that names somebody else is refused. */
enum command_exit review_supervisor(struct command_context *context, uint32_t asker_no,
                                    uint32_t *person_no_out);
