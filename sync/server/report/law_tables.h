/* sync/server/report/law_tables.h -- lines of the conduct report beside visits and verdicts. */
#pragma once

#include "sync/server/report/doc.h"
#include "sync/server/report/gather.h"

/* Who beside the debtor was contacted, how often, over all collectors; more often than the
 * policy in force allows is named. */
enum err law_tables_third_parties(struct doc *doc, struct hq_store *store,
                                  const struct gather *gather) MUST_USE;
/* Visits and minutes at the door, and how many of them a recording covers. */
enum err law_tables_recordings(struct doc *doc, struct hq_store *store,
                               const struct gather *gather) MUST_USE;
/* Cases frozen because somebody says that the debt is not theirs, by when they are to be
 * checked, and those that are late. */
enum err law_tables_identity(struct doc *doc, struct hq_store *store,
                             const struct gather *gather) MUST_USE;
/* What was cleared from tablets and erased at headquarters, legal holds, and tablets that have not
 * yet said that they cleared a case that ended. */
enum err law_tables_erased(struct doc *doc, struct hq_store *store,
                           const struct gather *gather) MUST_USE;
