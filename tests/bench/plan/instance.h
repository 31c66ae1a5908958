/* tests/bench/plan/instance.h -- public benchmark instances as plan problems.
 *
 * Formats, told apart by their first words: OPTW (k v N t, then rows), TSPTW (count, square
 * table, windows; every visit mandatory) and DAY1 (one collector's day or a team's, with its
 * table of seconds). A name that ends in .gz is read through gzip. */
#pragma once

#include "core/rules/plan_problem.h"

struct instance {
    struct plan_problem problem;
    const char *format; /* "optw", "tsptw", "day" */
    int32_t time_scale; /* units of a second, minute or whatever the file counts in */
};

/* `routes` shifts, 0: one, or as many as the name of a day file says (_m10_). Ends the program
 * with a word on stderr when the file is not one of these. */
struct instance instance_read(struct arena *arena, const char *path, uint32_t routes);
