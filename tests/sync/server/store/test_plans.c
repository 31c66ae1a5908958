/* Goal: no query that work waits for walks a whole table. SQLite without statistics takes ten
 * rows for one branch and prefers a table's key to the right index; one such query made every
 * page of a tablet read the feed of all of them. Method: the plan of every query in a database
 * made by the migrations. */
#include "sync/server/store/hq_store.h"

#include "tests/lib/test.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* These are lists of everything, counts for reports, or the end of a key. */
static const char *const walkers[] = {
    "alarm_all",
    "alarm_unseen_count",
    "assign_cases",
    "assign_people",
    "attachment_shown",
    "attachment_whole",
    "audit_all",
    "audit_last",
    "audit_page",
    "backup_all",
    "backup_counts",
    "backup_next",
    "alarm_waiting",
    "bare_alarm_list",
    "visit_without_word",
    "bare_alarm_see",
    "conflict_count",
    "day_all",
    "day_clear",
    "device_key_is_revoked",
    "device_next",
    "enrol_code_void",
    "cleared_all",
    "erase_all",
    "erase_answers",
    "erase_file_all",
    "erase_letter_count",
    "erase_letters",
    "erase_orphans",
    "erase_request_all",
    "erase_request_next",
    "erase_verdict_notes",
    "event_count",
    "event_of_kind",
    "hold_all",
    "retention_ended",
    "retention_old_facts",
    "figures",
    "import_batch_by_hash",
    "import_batch_next",
    "import_batch_unfinished",
    "import_case_count",
    "import_case_refs",
    "law_open_stops",
    "left_get",
    "arrangement_by_id",
    "kase_log_all",
    "kase_log_last",
    "kase_next",
    "kase_records_unsealed",
    "kase_to_fold_next",
    "member_other_admins",
    "message_next",
    "order_list",
    "vault_reset_set",
    "vault_key_list",
    "message_states",
    "message_unread",
    "order_add",
    "payments_waiting",
    "person_all",
    "person_next",
    "plan_cases",
    "plan_people",
    "quarantine_by_id",
    "quarantine_list",
    "report_arrangements",
    "report_cases",
    "report_devices",
    "report_first_day",
    "report_overdue",
    "report_people",
    "review_by_id",
    "review_count",
    "review_list",
    "revoked_key_all",
    "revoked_key_count",
    "session_close_of",
    "session_sweep",
    "signature_last",
    "state_asked",
    "status_counts",
    "strand_everyone",
    "strongbox_clear_count",
    "strongbox_clear_people",
    "strongbox_clear_vaults",
    "stops_open",
    "today_people",
    "team_next",
    "throttle_sweep",
    "vault_counts",
};

static bool may_walk(const char *name)
{
    for (size_t i = 0; i < COUNT(walkers); i++) {
        if (strcmp(walkers[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_walk(const char *step)
{
    return strstr(step, "(branch_no=?)") != NULL ||
           (strstr(step, "SCAN") != NULL && strstr(step, "CONSTANT") == NULL);
}

TEST(test_no_query_of_the_work_walks_a_table)
{
    char folder[256];
    char path[300];
    snprintf(folder, sizeof folder, "%s/plans-XXXXXX", BUILD_FOLDER);
    EXPECT(mkdtemp(folder) != NULL);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, folder, HQ_ACCESS_write, true));
    hq_store_close(store);
    snprintf(path, sizeof path, "%s/hq.db", folder);
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open(path, &db));
    for (size_t i = 0; i < SQL_HQ_COUNT; i++) {
        sqlite3_stmt *plan = NULL;
        char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql_hq_texts[i]);
        EXPECT_INT(SQLITE_OK, sqlite3_prepare_v2(db, sql, -1, &plan, NULL));
        bool walks = false;
        while (sqlite3_step(plan) == SQLITE_ROW) {
            walks = walks || is_walk((const char *)sqlite3_column_text(plan, 3));
        }
        EXPECT_ROW(sql_hq_names[i], !walks || may_walk(sql_hq_names[i]));
        sqlite3_finalize(plan);
        sqlite3_free(sql);
    }
    sqlite3_close(db);
    unlink(path);
    rmdir(folder);
}
