/* tests/sim/fold_alone.h -- headquarters' journal folded by one process without its store:
 * every fact once, in canonical order, by the pure rules alone. */
#pragma once

#include "core/base/arena.h"
#include "core/event/rows.h"
#include "sync/server/store/hq_store.h"

struct fold_fact {
    struct fact fact;
    uint32_t strand;
    bool is_readable;
    bool is_first; /* of the same fact in several strands, the one that takes effect */
};

struct fold_alone {
    struct fold_fact **facts; /* each id once */
    size_t count;
};

enum err fold_alone_read(struct arena *arena, struct hq_store *store, struct fold_alone *fold_out);
/* Compares states, rows and money with what the store made of the same facts: NULL, or a
 * sentence in `arena`. */
const char *fold_alone_check(struct arena *arena, struct hq_store *store,
                             const struct fold_alone *fold);

/* Where two states differ, in `arena`. */
const char *fold_difference(struct arena *arena, const ds_CaseState *a, const ds_CaseState *b);
/* The first line in which two texts differ. */
const char *fold_text_difference(struct arena *arena, struct str a, struct str b);
