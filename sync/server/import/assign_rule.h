/* sync/server/import/assign_rule.h -- who gets which case. Pure.
 *
 * The rule, in this order:
 *   1. A case that may not be worked (not open, or its mandate is over) gets nobody.
 *   2. A case whose owner may still work it stays with the owner.
 *   3. A case of a debtor (same citizen number) whose other case has an owner who
 *      may work it goes to that owner, wherever it lies: one person, one visit.
 *   4. Else it goes to one of the people who serve its area; when nobody does, to
 *      anybody who serves all areas; when there is nobody either, to all.
 *   5. Among these, people below their capacity, the one with the fewest cases;
 *      of several, the one who carries the least risk; of several, the lowest
 *      number.
 * Cases are given in falling risk (owed × grade), so that rule 5 deals risky
 * cases round like cards: counts differ by one at most among people with equal
 * areas who began equal, and risk is spread.
 * Only active collectors take cases. The answer depends on nothing else: the
 * same input gives the same owners. */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"

struct assign_person {
    uint32_t person_no;
    const char *code, *name; /* for the explanation */
    bool can_work;           /* an active collector */
    struct str areas;        /* separated by ';'; empty: all */
    int64_t capacity;        /* cases at most; 0: no bound */
    int64_t case_count;      /* out: after the rule */
    int64_t given_count;     /* out: newly given by it */
    int64_t owed_minor;      /* out: of all cases carried */
};

enum assign_why {
    ASSIGN_WHY_none,
    ASSIGN_WHY_stays,        /* rule 2 */
    ASSIGN_WHY_same_debtor,  /* rule 3 */
    ASSIGN_WHY_area,         /* rules 4 and 5 */
    ASSIGN_WHY_any_area,     /* nobody serves the area: one who serves all */
    ASSIGN_WHY_nobody_there, /* nobody serves the area or all: from everybody */
    ASSIGN_WHY_not_open,     /* rule 1; nobody */
    ASSIGN_WHY_mandate_over, /* rule 1; nobody */
    ASSIGN_WHY_no_room,      /* everybody is full, or there is nobody */
    ASSIGN_WHY_by_hand,      /* assign --case or --from: not by the rule */
};
/* Text key "assign.why.<name>"; static. */
const char *assign_why_key(enum assign_why why);

struct assign_case {
    uint64_t case_no;
    const char *case_ref;
    struct str area;
    struct str debtor_id; /* empty: not known */
    uint32_t grade;       /* 0 .. 5 */
    uint64_t owed_minor;
    bool is_open;
    bool is_mandate_over;
    uint32_t owner_no; /* now; 0 nobody */
    uint32_t epoch;
    uint32_t new_owner_no;  /* out: 0 nobody */
    enum assign_why why;    /* out */
    size_t candidate_count; /* out: people whom rule 4 left, with room */
    int64_t count_before;   /* out: cases the new owner had then */
};

/* Fills the out members. `cases` keeps its order. */
void assign_rule_apply(struct arena *arena, struct assign_person *people, size_t person_count,
                       struct assign_case *cases, size_t case_count);
/* True when `areas` names `area`. */
bool assign_area_is_served(struct str areas, struct str area);
