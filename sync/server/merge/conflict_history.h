/* sync/server/merge/conflict_history.h -- checks that look at earlier facts of the case.
 * Private to the merge room. Pure.
 *
 * `earlier` are all facts of the case before `fact`, in canonical order. All but the
 * last fill other_id and other_no of `conflict`. */
#pragma once

#include "sync/server/merge/conflict.h"

/* An earlier correction named the same fact. */
bool conflict_history_is_corrected_again(const struct fact *fact, const struct fact *const *earlier,
                                         size_t earlier_count, struct conflict *conflict);
/* An earlier fact replaced the same number or address by another one. */
bool conflict_history_is_contact_twice(const struct fact *fact, const struct fact *const *earlier,
                                       size_t earlier_count, struct conflict *conflict);
/* An earlier visit was begun on the same supervisor's pass: a tablet was copied or restored. */
bool conflict_history_is_pass_again(const struct fact *fact, const struct fact *const *earlier,
                                    size_t earlier_count, struct conflict *conflict);
/* Taking back an incident or an old contact moves its row, which the case does not hold.
 * A stop is not lifted by it, so that is for a supervisor to see. */
bool conflict_history_is_row_only(const struct fact *fact, const struct fact *const *earlier,
                                  size_t earlier_count);
