/* The matrix and how it is asked. */
#include "sync/server/staff/permit.h"

#include "core/base/check.h"

struct row {
    const char *name;
    enum permit_check check;
    enum permit_trace trace;
    enum permit_reach collector, leader, supervisor, finance, legal, quality, auditor, admin;
    bool is_operators;
};

#define PERMIT_OPERATOR_yes true
#define PERMIT_OPERATOR_no false
static const struct row rows[PERMIT_COUNT] = {
#define ACTION(name, check, trace, collector, leader, supervisor, finance, legal, quality,       \
               auditor, admin, operator)                                                         \
    {#name, PERMIT_CHECK_##check, PERMIT_TRACE_##trace, PERMIT_REACH_##collector,                \
     PERMIT_REACH_##leader, PERMIT_REACH_##supervisor, PERMIT_REACH_##finance,                   \
     PERMIT_REACH_##legal, PERMIT_REACH_##quality, PERMIT_REACH_##auditor, PERMIT_REACH_##admin, \
     PERMIT_OPERATOR_##operator},
#include "sync/server/staff/actions.def"
#undef ACTION
};

static const struct row *row_of(enum permit_action action)
{
    CHECK((unsigned)action < PERMIT_COUNT);
    return &rows[action];
}

/* The matrix itself. `role` 0 or unknown gives PERMIT_REACH_no. */
static enum permit_reach reach_of(enum permit_action action, uint32_t role)
{
    const struct row *row = row_of(action);
    switch ((enum staff_role)role) {
    case STAFF_ROLE_collector:
        return row->collector;
    case STAFF_ROLE_leader:
        return row->leader;
    case STAFF_ROLE_supervisor:
        return row->supervisor;
    case STAFF_ROLE_finance:
        return row->finance;
    case STAFF_ROLE_legal:
        return row->legal;
    case STAFF_ROLE_quality:
        return row->quality;
    case STAFF_ROLE_auditor:
        return row->auditor;
    case STAFF_ROLE_admin:
        return row->admin;
    case STAFF_ROLE_none:
        break;
    }
    return PERMIT_REACH_no;
}

bool permit_is_operators(enum permit_action action)
{
    return row_of(action)->is_operators;
}

enum permit_check permit_check(enum permit_action action)
{
    return row_of(action)->check;
}

enum permit_trace permit_trace(enum permit_action action)
{
    return row_of(action)->trace;
}

const char *permit_name(enum permit_action action)
{
    return row_of(action)->name;
}

enum permit_reach permit_reach(enum permit_action action, const struct permit_person *person,
                               uint32_t branch_no)
{
    if (person->is_operator) {
        return permit_is_operators(action) ? PERMIT_REACH_all : PERMIT_REACH_no;
    }
    enum permit_reach best = PERMIT_REACH_no;
    for (size_t i = 0; i < person->grant_count; i++) {
        const struct permit_grant *grant = &person->grants[i];
        enum permit_reach reach = reach_of(action, grant->role);
        bool is_here = grant->branch_no == 0 || grant->branch_no == branch_no;
        if ((is_here || reach == PERMIT_REACH_all) && reach > best) {
            best = reach;
        }
    }
    return best;
}

/* Whether any role of the person does this anywhere. */
static bool has_role_for(enum permit_action action, const struct permit_person *person)
{
    for (size_t i = 0; i < person->grant_count; i++) {
        if (reach_of(action, person->grants[i].role) != PERMIT_REACH_no) {
            return true;
        }
    }
    return false;
}

static bool is_within(enum permit_reach reach, const struct permit_person *person,
                      const struct permit_object *object)
{
    bool is_own = object->person_no != 0 && object->person_no == person->person_no;
    switch (reach) {
    case PERMIT_REACH_no:
        return false;
    case PERMIT_REACH_own:
        return is_own;
    case PERMIT_REACH_team:
        return is_own || (object->team_no != 0 && object->team_no == person->team_no);
    case PERMIT_REACH_branch:
    case PERMIT_REACH_all:
        return true;
    }
    return false;
}

enum permit_answer permit_decide(enum permit_action action, const struct permit_person *person,
                                 const struct permit_object *object)
{
    if (person == NULL) {
        return action == PERMIT_sign_in ? PERMIT_ANSWER_yes : PERMIT_ANSWER_signed_out;
    }
    if (person->is_operator) {
        return permit_is_operators(action) ? PERMIT_ANSWER_yes : PERMIT_ANSWER_signed_out;
    }
    if (!has_role_for(action, person)) {
        return PERMIT_ANSWER_role;
    }
    if (!is_within(permit_reach(action, person, object->branch_no), person, object)) {
        return PERMIT_ANSWER_reach;
    }
    bool is_self = object->about_no != 0 && object->about_no == person->person_no;
    return permit_check(action) == PERMIT_CHECK_other && is_self ? PERMIT_ANSWER_self
                                                                 : PERMIT_ANSWER_yes;
}
