/* core/event/address.h -- where the borrower may be found, and what was last found there. Pure.
 *
 * Addresses of the case record and those noted at the door are one list. A visit that finds
 * somebody else living at a door must not lead the next visit there, and an address that was
 * learned at the door must be one that can be visited (requirements 55 and 119). Findings are
 * kept beside the record and know an address by its text: a record that headquarters sends
 * anew may list its addresses in another order. */
#pragma once

#include "core/event/fold.h"

enum { ADDRESS_LIST_MAX = 8 }; /* the record's and the state's */

struct address {
    const ds_Address *at;  /* its words and place; borrowed from the record or the state */
    const char *door_note; /* gate, unit, parking: the newest; borrowed */
    uint64_t tag;          /* names it in facts */
    uint32_t result;       /* address_results.def: what was found last; 0 nobody looked */
    int32_t as_of_day;     /* of the finding; without one, of the address */
    bool is_noted;         /* at the door; else headquarters named it */
    bool is_over;          /* the borrower was found not to be there: nobody is sent to it */
};

/* Best first: where the borrower was found to live, where nobody knows better, what stood
 * empty, what is over; within each the record's in their order, then the newest noted. */
struct address_list {
    struct address items[ADDRESS_LIST_MAX];
    size_t count;
    size_t open_count; /* those that are not over stand first */
};
struct address_list address_list(const ds_CaseRecord *record, const ds_CaseState *state);
/* The first with a place on the map to which somebody may be sent; NULL none. Of a case
 * without any address that is over, also one that cannot be placed is none. */
const ds_Address *address_located(const struct address_list *list);
/* There are addresses, and the borrower is at none of them. */
bool address_list_is_over(const struct address_list *list);
/* What names an address in facts: its text, nothing else. Never 0 for a text. */
uint64_t address_tag(const char *text);

/* ---- folding; private to core/event ---- */

struct fold_context;
/* Remembers at which address the visit is that begins. */
void address_visit(const struct fold_context *fold, const ds_VisitStarted *visit);
/* The address of the visit that `fold`'s fact finishes, once; 0 unknown. */
uint64_t address_of_visit(const struct fold_context *fold);
/* `result` was found at the address, by the fact that `by` names. Result 0 takes back what it
 * said before. */
void address_found(const struct fold_context *fold, uint64_t address, uint32_t result,
                   const uint8_t by[16]);
