/* tests/sync/server/staff/told.h -- the permission matrix told a second time, by role. */
#pragma once

#include "tests/lib/test.h"

#include <stdio.h>
#include <string.h>

/* What each role may do and how far, as the office's rules say it. What is not named is not
 * allowed. `-` before a reach: this person's own things, their team, their branch, everywhere. */
static const struct {
    const char *role; /* "operator": who owns the folder and has not signed in */
    const char *may;
} told[] = {
    {"collector", "account_own-own nobodys-all sign_in-all"},
    {"leader", "account_own-own nobodys-all sign_in-all figures_view-team people_view-team "
               "devices_view-team alarms_view-team alarms_see-team case_view-team "
               "message_send-team approvals_view-team conflicts_view-team policy_view-team "
               "report_view-team"},
    {"supervisor",
     "account_own-own nobodys-all sign_in-all folder_check-branch figures_view-branch "
     "people_view-branch devices_view-branch devices_change-branch "
     "devices_wipe-branch alarms_view-branch alarms_see-branch case_view-branch "
     "case_contact-branch case_export-branch case_import-branch "
     "case_assign-branch case_end-branch flag_raise-branch flag_clear-branch "
     "message_send-branch approvals_view-branch approvals_decide-branch conflicts_view-branch "
     "approvals_change-branch conflicts_change-branch "
     "conflicts_decide-branch quarantine_view-branch quarantine_export-branch "
     "quarantine_retry-branch evidence_view-branch evidence_export-branch "
     "complaints_view-branch policy_view-branch pass_give-branch report_view-branch "
     "target_set-branch bundle_take-branch"},
    {"finance", "account_own-own nobodys-all sign_in-all figures_view-branch people_view-branch "
                "alarms_view-branch case_view-branch payments_book-branch approvals_view-branch "
                "conflicts_view-branch policy_view-branch report_view-branch target_set-branch"},
    {"legal",
     "account_own-own nobodys-all sign_in-all figures_view-branch people_view-branch "
     "alarms_view-branch case_view-branch case_contact-branch case_export-branch case_end-branch "
     "flag_raise-branch flag_clear-branch message_send-branch approvals_view-branch "
     "conflicts_view-branch evidence_view-branch evidence_export-branch "
     "complaints_view-branch complaints_decide-branch identity_late-branch policy_view-branch "
     "policy_set-branch pass_give-branch report_view-branch retention_view-branch "
     "retention_ask-branch retention_erase-branch hold_change-branch"},
    {"quality", "account_own-own nobodys-all sign_in-all folder_check-branch figures_view-branch "
                "people_view-branch devices_view-branch alarms_view-branch case_view-branch "
                "case_export-branch flag_raise-branch message_send-branch approvals_view-branch "
                "conflicts_view-branch quarantine_view-branch quarantine_export-branch "
                "evidence_view-branch evidence_export-branch complaints_view-branch "
                "complaints_decide-branch policy_view-branch report_view-branch "
                "retention_view-branch retention_ask-branch"},
    {"auditor", "account_own-own nobodys-all sign_in-all folder_check-all figures_view-all "
                "audit_view-all people_view-all devices_view-all alarms_view-all case_view-all "
                "case_export-all approvals_view-all conflicts_view-all quarantine_view-all "
                "quarantine_export-all evidence_view-all evidence_export-all complaints_view-all "
                "policy_view-all report_view-all retention_view-all"},
    {"admin", "account_own-own nobodys-all sign_in-all folder_work-branch folder_check-branch "
              "folder_keys-branch figures_view-branch people_view-branch people_change-branch "
              "roles_change-branch account_change-branch devices_view-branch "
              "devices_change-branch devices_wipe-branch alarms_view-branch alarms_see-branch "
              "quarantine_view-branch "
              "quarantine_retry-branch policy_view-branch bundle_take-branch"},
    {"operator", "folder_work folder_check figures_view nobodys policy_view sign_in tablet_talk"},
};

static inline const char *told_of(const char *role)
{
    for (size_t i = 0; i < COUNT(told); i++) {
        if (strcmp(told[i].role, role) == 0) {
            return told[i].may;
        }
    }
    fail_msg("nothing is told of the role %s", role);
    return "";
}

/* The reach that is told, as a word; NULL: not allowed. */
static inline const char *told_reach(const char *may, const char *action)
{
    static char reach[16];
    size_t size = strlen(action);
    for (const char *at = may; at != NULL; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, action, size) == 0 && at[size] == '-') {
            size_t end = strcspn(at + size + 1, " ");
            snprintf(reach, sizeof reach, "%.*s", (int)end, at + size + 1);
            return reach;
        }
    }
    return NULL;
}
