/* sync/server/import/assign.h -- cases to people, as facts of headquarters.
 *
 * assign_load() reads people and cases; the rule (assign_rule.h) or a transfer
 * says who gets what; assign_write() makes a fact "case assigned" for every case
 * whose owner changes, with the next lease epoch and the reason in words. */
#pragma once

#include "app/i18n/lang.h"
#include "sync/server/import/assign_rule.h"
#include "sync/server/store/hq_store.h"

struct assign_plan {
    struct assign_person *people; /* in the arena, all staff by number */
    size_t person_count;
    struct assign_case *cases; /* in the arena, all cases by number */
    size_t case_count;
};

/* Everybody and every case. `today`: a mandate that ended before it is over. */
enum err assign_load(struct arena *arena, struct hq_store *store, int32_t today,
                     struct assign_plan *plan_out) MUST_USE;

/* The person of a staff code or number, NULL when there is none. */
struct assign_person *assign_person_find(const struct assign_plan *plan, struct str code);
/* The case of a reference or "#number"; NULL when none has it, `is_ambiguous_out`
 * when several clients use it. */
struct assign_case *assign_case_find(const struct assign_plan *plan, struct str ref,
                                     bool *is_ambiguous_out);

void assign_apply(struct arena *arena, struct assign_plan *plan);
/* By hand: every open case of `from`, or one case, to `to`. How many move. */
size_t assign_move_all(struct assign_plan *plan, const struct assign_person *from,
                       struct assign_person *to);
void assign_move(struct assign_plan *plan, struct assign_case *one, struct assign_person *to);

/* The reason in the words of `lang`; lives in `arena`. */
const char *assign_why_text(struct arena *arena, enum lang lang, const struct assign_plan *plan,
                            const struct assign_case *one);
/* Cases whose owner changes. */
size_t assign_change_count(const struct assign_plan *plan);
/* How a plan is written. */
struct assign_options {
    enum lang lang; /* of the reasons */
    const char *actor;
    int64_t now_ms;
    /* Called between two slices, no transaction being open; NULL: nothing to do then. */
    void (*between)(void *context);
    void *between_context;
};
enum { ASSIGN_SLICE = 500 }; /* facts: some 15 ms */
/* Writes the facts in slices, each a transaction with its line in the audit log, so that
 * tablets are served in between. What `written_count_out` cases got stays when it fails; the
 * same assignment again does the rest, since a case that has its new owner does not change. */
enum err assign_write(struct hq_store *store, const struct assign_plan *plan,
                      const struct assign_options *options, size_t *written_count_out) MUST_USE;
