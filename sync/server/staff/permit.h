/* sync/server/staff/permit.h -- who may do what: the permission matrix of actions.def.
 * Pure: the answer depends on the arguments alone. */
#pragma once

#include "sync/server/store/hq_store.h"

#include <stdbool.h>
#include <stdint.h>

enum permit_action {
#define ACTION(name, ...) PERMIT_##name,
#include "sync/server/staff/actions.def"
#undef ACTION
    PERMIT_COUNT
};

/* How far an action reaches for a role, from nothing to everything. */
enum permit_reach {
    PERMIT_REACH_no,
    PERMIT_REACH_own,
    PERMIT_REACH_team,
    PERMIT_REACH_branch,
    PERMIT_REACH_all,
};

enum permit_check {
    PERMIT_CHECK_none,
    PERMIT_CHECK_other, /* not by the person whom it is about */
};

/* What the audit log keeps by itself; see actions.def. */
enum permit_trace {
    PERMIT_TRACE_none,
    PERMIT_TRACE_view,
    PERMIT_TRACE_export,
    PERMIT_TRACE_change,
};

/* A role held in one branch. */
struct permit_grant {
    uint32_t role;      /* enum staff_role */
    uint32_t branch_no; /* 0: in every branch */
};

enum { PERMIT_GRANTS_MAX = 32, PERMIT_CODE_SIZE = 33, PERMIT_NAME_SIZE = 65 };

/* Who acts. person_no 0 with is_operator: the owner of the folder, who has not signed in. */
struct permit_person {
    uint32_t person_no;
    uint32_t team_no; /* 0: none */
    bool is_operator;
    char code[PERMIT_CODE_SIZE]; /* staff number */
    char name[PERMIT_NAME_SIZE];
    struct permit_grant grants[PERMIT_GRANTS_MAX];
    size_t grant_count;
};

/* What is acted upon. */
struct permit_object {
    uint32_t branch_no;
    uint32_t team_no;   /* 0: of no one team, such as a whole list */
    uint32_t person_no; /* to whom it belongs; 0: nobody alone */
    uint32_t about_no;  /* for PERMIT_CHECK_other: who must not; 0: nobody */
};

enum permit_answer {
    PERMIT_ANSWER_yes,
    PERMIT_ANSWER_signed_out, /* somebody who signed in may */
    PERMIT_ANSWER_role,       /* none of the person's roles does this */
    PERMIT_ANSWER_reach,      /* a role does, but not here: other branch, team or person */
    PERMIT_ANSWER_self,       /* it takes another person than the one whom it is about */
};

/* `person` NULL: somebody unknown, who may only sign in. */
enum permit_answer permit_decide(enum permit_action action, const struct permit_person *person,
                                 const struct permit_object *object);
/* How far the person reaches in a branch: for lists that show only a part. The operator
 * reaches PERMIT_REACH_all where the action is the operator's. */
enum permit_reach permit_reach(enum permit_action action, const struct permit_person *person,
                               uint32_t branch_no);
bool permit_is_operators(enum permit_action action);
enum permit_check permit_check(enum permit_action action);
enum permit_trace permit_trace(enum permit_action action);
/* "approvals_decide". Static. */
const char *permit_name(enum permit_action action);
