/* sync/server/report/overrides.h -- where a rule was passed, and on what ground.
 *
 * One row a visit that began with a reason for a warning, on the borrower's consent or on a
 * supervisor's pass, with the evidence that stands beside it. A pass is compared with what
 * headquarters gave: one that nobody gave, that was given to another, was over, or was used
 * twice is named so. */
#pragma once

#include "sync/server/report/doc.h"
#include "sync/server/report/gather.h"

struct overrides;

struct overrides *overrides_start(struct arena *arena);
/* A case whose facts follow, all of them, in canonical order. */
void overrides_case(struct overrides *overrides, uint64_t case_no, const char *case_ref);
void overrides_see(struct overrides *overrides, const struct gather *gather,
                   const struct fact *fact);
/* The table, oldest first. */
void overrides_table(struct doc *doc, struct overrides *overrides, const struct gather *gather);
