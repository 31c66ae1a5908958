/* tests/bench/wire/pages.h -- pages of cases as headquarters answers them: a sample
 * portfolio, read as an import reads it, dealt out by the rule, some of it with visits
 * folded in. The same seed gives the same rows. */
#pragma once

#include "sync/proto/answer.h"

struct pages {
    struct answer_row *rows; /* in the arena, in the order in which they were assigned */
    size_t count;
    size_t record_size, state_size; /* of all rows together */
};

/* A portfolio of about `case_count` cases among `collector_count` collectors: the rows of
 * the first of them. `visited_percent` of the cases have been visited one to three times. */
void pages_make(struct arena *arena, uint64_t seed, size_t case_count, size_t collector_count,
                uint32_t visited_percent, struct pages *pages_out);

/* Seals rows [from, from + count) as the answer to a ticket, in `format` (version.h). */
struct wire_bytes pages_seal(struct arena *arena, const struct pages *pages, uint64_t seed,
                             size_t from, size_t count, uint32_t format);
/* What of it goes into the packer: the dictionary is trained on these bytes. */
struct wire_bytes pages_unpacked(struct arena *arena, const struct pages *pages, uint64_t seed,
                                 size_t from, size_t count);
