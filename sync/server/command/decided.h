/* sync/server/command/decided.h -- what headquarters decided before about one thing: the facts of
 * its own journal, oldest first. A wrong decision is never changed: the next one stands in its
 * place and names it. */
#pragma once

#include "core/event/event.h"
#include "sync/server/command/command.h"
#include "sync/server/merge/conflict.h"

struct decided {
    uint64_t tag; /* of the fact, as `replaces` of the next one names it */
    uint32_t person_no;
    const char *person; /* "Name (code)" */
    int64_t at_ms;
    uint32_t code;   /* decisions.def, or review_choices.def */
    uint32_t reason; /* decision_reasons.def; 0 for a conflict */
    const char *note;
    bool is_anew; /* it stands in the place of the one before */
};

struct decided_list {
    struct decided *items; /* in the command's arena */
    size_t count;
};

/* Decisions about a request, oldest first; none: nobody has decided. */
enum err decided_requests(struct command_context *context, uint64_t case_no,
                          const uint8_t target[16], struct decided_list *list_out) MUST_USE;
/* Decisions about a conflict. None about one that is closed: it was closed with the request that
 * it was about, by a retry, or before decisions were facts. */
enum err decided_conflicts(struct command_context *context, uint64_t case_no, uint32_t kind,
                           const struct id *id, struct decided_list *list_out) MUST_USE;
/* The newest one; NULL without any. */
const struct decided *decided_last(const struct decided_list *list);
