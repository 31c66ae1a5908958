/* The permission matrix against a second telling of it, by role instead of by action: every
 * action, every role, own and foreign branch, team and person. */
#include "sync/server/staff/permit.h"

#include "tests/sync/server/staff/told.h"

/* What takes two people, and what the audit log keeps of data before it is shown. */
static const char TWO_PEOPLE[] = " roles_change account_change approvals_decide approvals_change "
                                 "conflicts_decide conflicts_change "
                                 "complaints_view complaints_decide identity_late retention_erase "
                                 "devices_wipe ";
static const char SHOWN[] =
    " audit_view people_view devices_view alarms_view case_view approvals_view conflicts_view "
    "quarantine_view evidence_view complaints_view retention_view ";
static const char TAKEN_OUT[] = " case_export quarantine_export evidence_export report_view ";

static bool has_word(const char *text, const char *word)
{
    char padded[64];
    snprintf(padded, sizeof padded, " %s ", word);
    return strstr(text, padded) != NULL;
}

enum { MY_BRANCH = 1, OTHER_BRANCH = 2, MY_TEAM = 7, OTHER_TEAM = 8, ME = 11, SOMEBODY = 12 };

static const struct {
    const char *what;
    struct permit_object object;
} objects[] = {
    {"the branch's list", {.branch_no = MY_BRANCH}},
    {"a thing of mine", {.branch_no = MY_BRANCH, .team_no = MY_TEAM, .person_no = ME}},
    {"a thing of my team", {.branch_no = MY_BRANCH, .team_no = MY_TEAM, .person_no = SOMEBODY}},
    {"a thing of another team", {.branch_no = MY_BRANCH, .team_no = OTHER_TEAM, .person_no = 13}},
    {"another branch's list", {.branch_no = OTHER_BRANCH}},
    {"a thing of another branch", {.branch_no = OTHER_BRANCH, .team_no = 0, .person_no = 14}},
};

/* By words alone, without the product's order of reaches. */
static bool should(const char *reach, uint32_t granted_in, const struct permit_object *object)
{
    if (reach == NULL) {
        return false;
    }
    if (strcmp(reach, "all") == 0) {
        return true;
    }
    if (granted_in != 0 && granted_in != object->branch_no) {
        return false;
    }
    bool is_mine = object->person_no == ME;
    bool is_teams = object->team_no == MY_TEAM;
    return strcmp(reach, "branch") == 0 || (strcmp(reach, "team") == 0 && (is_mine || is_teams)) ||
           (strcmp(reach, "own") == 0 && is_mine);
}

TEST(test_every_action_answers_every_role_in_own_and_foreign_branches_as_it_is_told)
{
    static const uint32_t granted[] = {MY_BRANCH, OTHER_BRANCH, 0};
    size_t count = 0;
    for (int a = 0; a < PERMIT_COUNT; a++) {
        enum permit_action action = (enum permit_action)a;
        for (uint32_t role = STAFF_ROLE_collector; staff_role_name(role) != NULL; role++) {
            const char *reach = told_reach(told_of(staff_role_name(role)), permit_name(action));
            for (size_t g = 0; g < COUNT(granted); g++) {
                const struct permit_person me = {.person_no = ME,
                                                 .team_no = MY_TEAM,
                                                 .grants = {{role, granted[g]}},
                                                 .grant_count = 1};
                for (size_t o = 0; o < COUNT(objects); o++) {
                    bool may = permit_decide(action, &me, &objects[o].object) == PERMIT_ANSWER_yes;
                    if (may != should(reach, granted[g], &objects[o].object)) {
                        fail_msg("%s, role %s of branch %u, %s: %d", permit_name(action),
                                 staff_role_name(role), granted[g], objects[o].what, may);
                    }
                    count++;
                }
            }
        }
    }
    EXPECT(count >= 40 * 8 * 3 * COUNT(objects));
}

TEST(test_who_has_not_signed_in_may_sign_in_and_the_owner_of_the_folder_look_after_it)
{
    const struct permit_person owner = {.is_operator = true};
    const struct permit_person nobody = {.person_no = ME};
    for (int a = 0; a < PERMIT_COUNT; a++) {
        enum permit_action action = (enum permit_action)a;
        const char *name = permit_name(action);
        bool is_owners = has_word(" folder_work folder_check figures_view nobodys policy_view "
                                  "sign_in tablet_talk ",
                                  name);
        for (size_t o = 0; o < COUNT(objects); o++) {
            const struct permit_object *object = &objects[o].object;
            EXPECT_INT(strcmp(name, "sign_in") == 0 ? PERMIT_ANSWER_yes : PERMIT_ANSWER_signed_out,
                       permit_decide(action, NULL, object));
            EXPECT_INT(is_owners ? PERMIT_ANSWER_yes : PERMIT_ANSWER_signed_out,
                       permit_decide(action, &owner, object));
            EXPECT_INT(PERMIT_ANSWER_role, permit_decide(action, &nobody, object));
        }
    }
}

TEST(test_what_takes_two_people_is_never_done_by_whom_it_is_about)
{
    for (int a = 0; a < PERMIT_COUNT; a++) {
        enum permit_action action = (enum permit_action)a;
        bool takes_two = has_word(TWO_PEOPLE, permit_name(action));
        EXPECT_INT(takes_two, permit_check(action) == PERMIT_CHECK_other);
        for (uint32_t role = STAFF_ROLE_collector; staff_role_name(role) != NULL; role++) {
            /* Every role at once does not help either. */
            struct permit_person me = {.person_no = ME, .team_no = MY_TEAM};
            for (uint32_t r = STAFF_ROLE_collector; staff_role_name(r) != NULL; r++) {
                me.grants[me.grant_count++] = (struct permit_grant){r, 0};
            }
            struct permit_object object = {.branch_no = MY_BRANCH, .person_no = ME};
            bool may = permit_decide(action, &me, &object) == PERMIT_ANSWER_yes;
            object.about_no = ME;
            bool may_own = permit_decide(action, &me, &object) == PERMIT_ANSWER_yes;
            EXPECT_INT(may && !takes_two, may_own);
        }
    }
}

TEST(test_what_shows_or_takes_out_a_persons_data_leaves_a_line)
{
    for (int a = 0; a < PERMIT_COUNT; a++) {
        enum permit_action action = (enum permit_action)a;
        EXPECT_INT(has_word(SHOWN, permit_name(action)), permit_trace(action) == PERMIT_TRACE_view);
        EXPECT_INT(has_word(TAKEN_OUT, permit_name(action)),
                   permit_trace(action) == PERMIT_TRACE_export);
    }
}

TEST(test_several_roles_reach_as_far_as_the_farthest)
{
    const struct permit_person me = {
        .person_no = ME,
        .team_no = MY_TEAM,
        .grants = {{STAFF_ROLE_leader, MY_BRANCH}, {STAFF_ROLE_finance, OTHER_BRANCH}},
        .grant_count = 2};
    EXPECT_INT(PERMIT_REACH_team, permit_reach(PERMIT_case_view, &me, MY_BRANCH));
    EXPECT_INT(PERMIT_REACH_branch, permit_reach(PERMIT_case_view, &me, OTHER_BRANCH));
    EXPECT_INT(PERMIT_REACH_no, permit_reach(PERMIT_case_view, &me, 3));
    EXPECT_INT(PERMIT_REACH_no, permit_reach(PERMIT_payments_book, &me, MY_BRANCH));
}
