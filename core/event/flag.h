/* core/event/flag.h -- stop flags of a case. Private to core/event.
 * Raised by facts, cleared by headquarters; the first raise stands. */
#pragma once

#include "core/event/kind/kind.h"

/* What was said of a stop; 0 and empty: nothing. Fields as in ds_Flag. */
struct flag_terms {
    int32_t from_day, until_day; /* until_day 0: open */
    uint32_t not_before_minute, not_after_minute, not_weekdays, not_places;
    const char *note;
};
struct flag_terms flag_terms_flagged(const ds_StatusFlagged *payload);
struct flag_terms flag_terms_stated(const ds_StatusStated *payload);
bool flag_terms_validate(struct event_fault *fault_out, uint32_t flag,
                         const struct flag_terms *terms);

/* Raises `flag` in the name of the fact. Of one that is already raised the stricter terms count:
 * it keeps its beginning in time, its days move out, never in, and wishes add up. */
void flag_raise(const struct fold_context *fold, uint32_t flag, const struct flag_terms *terms);
/* Stops that the record of the case itself says, before any fact. */
void flag_from_record(ds_CaseState *state, const ds_CaseRecord *record);
/* `known_count`: how many raises the clearing knew of; raises beyond it keep the flag.
 * FLAG_ALL_RAISES clears it whatever raised it. */
#define FLAG_ALL_RAISES UINT32_MAX
void flag_clear(const struct fold_context *fold, uint32_t flag, uint32_t known_count);
/* The clearing was wrong: the flag stands as it was raised. One that was never raised stays so. */
void flag_restore(const struct fold_context *fold, uint32_t flag);
