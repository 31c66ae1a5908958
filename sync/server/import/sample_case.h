/* sync/server/import/sample_case.h -- one invented case as the texts of its row. Pure. */
#pragma once

#include "sync/server/import/column.h"
#include "sync/server/import/sample.h"
#include "sync/server/import/sample_rng.h"

struct sample_case {
    const char *fields[CASE_COLUMN_COUNT]; /* in the arena; never NULL */
    int64_t owed_minor;
    int32_t balance_day;
    bool has_fault;
    bool is_cut; /* fault: the last field is missing */
    bool is_raw; /* fault: debtor_name is written as it stands, quotes and all */
};

/* Case `index`, from 0. */
void sample_case_make(struct arena *arena, const struct sample_options *options, int64_t index,
                      struct sample_case *case_out);
