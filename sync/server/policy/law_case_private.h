/* sync/server/policy/law_case_private.h -- what the readers of situations share. Private to them.
 */
#pragma once

#include "sync/server/policy/law_case.h"

enum { LAW_CASE_WORDS_MAX = 400 };
#define LAW_CASE_NEVER INT64_MAX
#define LAW_CASE_ACTIONS "plan, checkin, call, speak, open, pay, waive, plan_offer, refer, hq"

/* One block while it is read. */
struct law_case_reading {
    struct arena *arena;
    const char *file;
    size_t line;
    struct law_case *law_case;
    struct law_fault *fault;
    struct str said[LAW_CASE_WORDS_MAX]; /* names, to refuse a second word on the same */
    size_t said_count;
    bool has_action, has_channel, has_role;
};

/* One word of the block in hand. ERR_malformed with the fault. */
enum err law_case_take_word(struct law_case_reading *reading,
                            const struct law_word_pair *pair) MUST_USE;
/* "09:00" of the situation's day, a local date and time, an instant with Z, or "never". False when
 * it is none of these. A local one counts in the debtor's place. */
bool law_case_moment(const struct law_case *law_case, struct str text, int64_t *moment_out,
                     bool *is_local_out);
