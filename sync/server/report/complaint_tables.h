/* sync/server/report/complaint_tables.h -- complaints and calls back in the conduct report. */
#pragma once

#include "sync/server/report/doc.h"
#include "sync/server/report/gather.h"

/* Complaints of the period, what was found of each and in how many days; those still open.
 * Then what borrowers said when they were called back in the period. */
enum err complaint_tables(struct doc *doc, struct hq_store *store,
                          const struct gather *gather) MUST_USE;
