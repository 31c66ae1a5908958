/* core/rules/disclosure.h -- who may hear what: role × information. Pure.
 *
 * With an image its matrix decides; without one that of profile cn, which is built in. */
#pragma once

#include "core/rules/policy.h"

#include "core/domain/catalog.h"

/* Classes of information; a set of bits. Text keys "disclosure.<name>". */
enum disclosure {
#define DISCLOSURE(bit, name) DISCLOSURE_##name = 1 << (bit),
#include "core/rules/disclosures.def"
#undef DISCLOSURE
};

struct disclosure_facts {
    uint32_t role;    /* roles.def: who is listening; 0 not known */
    bool is_verified; /* the identity was verified */
    bool is_lost;     /* stop flag lost_contact is raised */
    bool is_volunteering_to_pay;
    /* Whose rules hold, of client and case too; both NULL: those of everybody. */
    const ds_CaseRecord *record;
    const ds_CaseState *state;
};

/* The set that may be said at `at_ms`. */
uint32_t disclosure_allowed(const struct policy *policy, int64_t at_ms,
                            const struct disclosure_facts *facts);
/* Judges what is about to be (or was) said. A minor alone brings obligation leave_now. */
struct verdict disclosure_check(const struct policy *policy, int64_t at_ms,
                                const struct disclosure_facts *facts, uint32_t told);
size_t disclosure_count(void);
uint32_t disclosure_bit_at(size_t index);
const char *disclosure_key(uint32_t bit);
