/* sync/server/import/sample.h -- an invented portfolio that looks like a real one. Pure
 * but for the files it writes.
 *
 * The same options give the same bytes. Nobody in it exists: citizen numbers
 * carry an area code that no place has (99xxxx), telephones stand in one block
 * (1990000xxxx), the city is invented. About one row in a hundred has a fault
 * of the kind that real files have; the rest passes the importer. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdbool.h>
#include <stdio.h>

struct sample_options {
    int64_t case_count;
    int64_t collector_count;
    uint64_t seed;
    int32_t today;   /* balances are a few days older */
    bool is_chinese; /* headings in Chinese */
};

/* Each writes a whole file. `fault_count_out`: rows with a fault. ERR_io. */
enum err sample_cases(struct arena *arena, FILE *file, const struct sample_options *options,
                      int64_t *fault_count_out) MUST_USE;
/* People of several teams: one supervisor each, collectors with districts and capacity. */
enum err sample_people(FILE *file, const struct sample_options *options) MUST_USE;
/* Payments of about one case in eight, in the days before `today`. */
enum err sample_payments(struct arena *arena, FILE *file, const struct sample_options *options,
                         int64_t *payment_count_out, int64_t *fault_count_out) MUST_USE;
