/* sync/server/report/rejudge.h -- every visit judged anew with all that headquarters knows.
 *
 * What was in effect when a visit began is what the case's facts up to then say, whenever they
 * arrived, by the policy (and its image) under which the visit was captured, and by the time
 * that can be proved. A rule that fires then and was told by the tablet is a knowing breach; one
 * that the tablet could not tell, because the status, or the layer of rules for this case alone,
 * had not reached it, an unknowing one. */
#pragma once

#include "sync/server/report/doc.h"
#include "sync/server/report/gather.h"

/* Adds the table of rules with how often each was broken knowing and unknowing, and that of
 * visits that began in spite of a rule (overrides.h). */
enum err rejudge_table(struct doc *doc, struct hq_store *store,
                       const struct gather *gather) MUST_USE;
