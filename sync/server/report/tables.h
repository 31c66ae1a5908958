/* sync/server/report/tables.h -- tables that several reports have. */
#pragma once

#include "core/domain/catalog.h"
#include "sync/server/report/doc.h"
#include "sync/server/report/figure.h"
#include "sync/server/report/gather.h"

/* ---- lists of single things ---- */

/* Whether the list has room for one more row; else it is counted into `left_out`. */
bool tables_takes(const struct gather *gather, const struct doc_block *table, size_t *left_out);
/* Says below the list how many rows were left out, or that there are none. */
void tables_end(struct doc *doc, const struct gather *gather, struct doc_block *table,
                size_t left_out);

/* ---- tables ---- */

/* The asked span, the one before and a year before side by side, with targets. */
void tables_metrics(struct doc *doc, const struct gather *gather, enum metric_group group);
/* One row a person who did or holds anything, one column a metric, then the total. */
void tables_people(struct doc *doc, const struct gather *gather, const enum metric *metrics,
                   size_t count);
/* How often each code of a closed list occurred, codes that did not are left out;
 * no table when there is none. counts[0] is codes that this build does not know. */
void tables_codes(struct doc *doc, const struct gather *gather, const char *name,
                  const char *title_key, enum catalog list, const int64_t *counts, size_t size);
/* Debt by days past due. */
void tables_ageing(struct doc *doc, const struct gather *gather);
/* Customers by derived class. */
void tables_classes(struct doc *doc, const struct gather *gather);
/* Open cases past due: amount, days, last contact, measure. */
enum err tables_overdue(struct doc *doc, struct hq_store *store,
                        const struct gather *gather) MUST_USE;
/* Payments of the period. */
enum err tables_payments(struct doc *doc, struct hq_store *store,
                         const struct gather *gather) MUST_USE;
/* Letters, calls, messages and visits of the period, oldest first. */
enum err tables_contacts(struct doc *doc, struct hq_store *store,
                         const struct gather *gather) MUST_USE;
