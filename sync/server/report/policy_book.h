/* sync/server/report/policy_book.h -- policies that headquarters gave out, with their images. */
#pragma once

#include "core/rules/law_shelf.h"
#include "sync/server/store/hq_store.h"

struct policy_book {
    struct policy_book *next; /* the caller's, for keeping several */
    uint64_t hash;            /* 0: the built-in numbers */
    struct policy policy;     /* its images, when it has some, lie on the shelf */
    struct law_shelf shelf;
};

/* The policy of a hash; the built-in numbers for a hash that headquarters does not know, or
 * whose text this program cannot read. Lives in `arena`. */
enum err policy_book_open(struct arena *arena, struct hq_store *store, uint64_t hash,
                          struct policy_book **book_out) MUST_USE;
/* The one that tablets are given now. */
enum err policy_book_now(struct arena *arena, struct hq_store *store,
                         struct policy_book **book_out) MUST_USE;
