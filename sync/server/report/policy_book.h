/* sync/server/report/policy_book.h -- policies that headquarters gave out, with their images. */
#pragma once

#include "core/rules/policy.h"
#include "sync/server/store/hq_store.h"

struct policy_book {
    struct policy_book *next; /* the caller's, for keeping several */
    uint64_t hash;            /* 0: the built-in numbers */
    struct policy policy;     /* `policy.law` is &law when it has an image */
    struct law_image law;
    uint8_t law_bytes[LAW_IMAGE_SIZE_MAX];
};

/* The policy of a hash; the built-in numbers for a hash that headquarters does not know, or
 * whose text this program cannot read. Lives in `arena`. */
enum err policy_book_open(struct arena *arena, struct hq_store *store, uint64_t hash,
                          struct policy_book **book_out) MUST_USE;
/* The one that tablets are given now. */
enum err policy_book_now(struct arena *arena, struct hq_store *store,
                         struct policy_book **book_out) MUST_USE;
