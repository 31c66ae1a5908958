/* core/rules/third_party.h -- who beside the debtor was contacted about a case, and how often.
 * Pure.
 *
 * Over all collectors: a tablet knows the contacts of others from headquarters' state. Contacts
 * too old for the state's lists are counted too, without who made them. */
#pragma once

#include "core/event/fold.h"
#include "core/rules/policy.h"

enum { THIRD_PARTY_NO_LIMIT = -1 };

struct third_party {
    uint32_t count;      /* contacts with this role */
    uint32_t collectors; /* people who made those that the state still lists; at least one */
    int64_t last_at_ms;  /* 0 never */
    int64_t limit;       /* how many there may be (F08 of the image); THIRD_PARTY_NO_LIMIT */
    bool is_over;        /* one more would be too many */
};

/* Whether contacts with this role are counted: somebody, and nobody liable. */
bool third_party_is(uint32_t role);
struct third_party third_party_read(const struct policy *policy, const ds_CaseState *state,
                                    uint32_t role);
/* How often the policy's image lets one third party be contacted; THIRD_PARTY_NO_LIMIT. */
int64_t third_party_limit(const struct policy *policy);
