/* The door of the command line: every verb of every command, every role, in the own and in a
 * foreign branch, against what is told of the roles; who has not signed in; and the log. */
#include "sync/server/command/guard.h"

#include "sync/server/command/audit.h"
#include "sync/server/store/page_sum.h"
#include "tests/sync/server/command/branch_office.h"
#include "tests/sync/server/staff/told.h"

static const struct {
    const char *command, *word;
    enum permit_action action;
    bool is_of_team; /* who reaches a team alone comes in; what is shown, the command looks at */
} verbs[] = {
#define VERB_ROW(word, action, is_of_team)          \
    ,                                               \
    {                                               \
        NULL, (word), PERMIT_##action, (is_of_team) \
    }
#define VERB(word, action) VERB_ROW(word, action, false)
#define VERB_OF_ONE(word, action) VERB_ROW(word, action, true)
#define VERB_OF_TEAM(word, action) VERB_ROW(word, action, true)
#define VERBS(command, ...) {#command, NULL, PERMIT_sign_in, false} __VA_ARGS__,
#include "sync/server/command/verbs.def"
#undef VERBS
#undef VERB_OF_TEAM
#undef VERB_OF_ONE
#undef VERB
#undef VERB_ROW
};

static void person_with(struct hq_store *store, uint32_t person_no, uint32_t role,
                        uint32_t branch_no, int64_t now_ms, char *token)
{
    char code[16];
    snprintf(code, sizeof code, "G%u", person_no);
    struct hq_query put = hq_query(store, SQL_HQ_person_put);
    hq_bind_i64(&put, "$person_no", person_no);
    hq_bind_text(&put, "$code", str_from(code));
    hq_bind_text(&put, "$name", str_from(code));
    hq_bind_i64(&put, "$role", STAFF_ROLE_none);
    hq_bind_i64(&put, "$team_no", 1);
    hq_bind_i64(&put, "$is_active", 1);
    hq_bind_text(&put, "$areas", STR(""));
    hq_bind_i64(&put, "$capacity", 0);
    hq_bind_i64(&put, "$made_at_ms", now_ms);
    EXPECT_OK(hq_run(&put));
    const struct permit_grant grant = {role, branch_no};
    EXPECT_OK(member_grant(store, person_no, &grant));
    EXPECT_OK(account_set_password(store, person_no, "not asked for", now_ms));
    EXPECT_OK(
        session_open(store, os_rng(), person_no, SESSION_DOOR_console, "test", now_ms, token));
}

static enum command_exit enter(struct office *office, struct hq_store *store, FILE *out,
                               const char *token, const char *command, const char *word)
{
    const char *const argv[] = {command, strcmp(word, "*") == 0 ? "17" : word};
    struct arena arena;
    arena_init(&arena, 0);
    struct command_context context = {.arena = &arena,
                                      .in = stdin,
                                      .out = out,
                                      .err = out,
                                      .data_folder = office->folder,
                                      .lang = LANG_en,
                                      .clock = &office->clock,
                                      .rng = os_rng(),
                                      .session = token,
                                      .origin = "uid 7",
                                      .actor = "uid 7",
                                      .door = SESSION_DOOR_console,
                                      .argc = 2,
                                      .argv = argv};
    enum command_exit code = guard_enter(&context, command_find(command), store, true);
    if (code == COMMAND_ok) {
        guard_leave(store);
    }
    arena_deinit(&arena);
    return code;
}

TEST(test_every_verb_answers_every_role_as_it_is_told_and_the_owner_of_the_folder)
{
    struct office office;
    struct hq_store *store = NULL;
    FILE *out = tmpfile();
    office_open(&office);
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_write, false));
    char own[9][SESSION_TEXT_SIZE], foreign[9][SESSION_TEXT_SIZE];
    EXPECT_OK(hq_begin(store));
    for (uint32_t role = 1; role <= 8; role++) {
        person_with(store, 100 + role, role, HQ_BRANCH, office.time.now_ms, own[role]);
        person_with(store, 200 + role, role, 2, office.time.now_ms, foreign[role]);
    }
    EXPECT_OK(hq_commit(store));
    size_t count = 0;
    const char *command = NULL;
    for (size_t i = 0; i < COUNT(verbs); i++) {
        command = verbs[i].command != NULL ? verbs[i].command : command;
        if (verbs[i].word == NULL || command_find(command) == NULL) {
            continue;
        }
        const char *action = permit_name(verbs[i].action);
        bool is_owners = strstr(told_of("operator"), action) != NULL;
        for (uint32_t role = 1; role <= 8; role++) {
            const char *reach = told_reach(told_of(staff_role_name(role)), action);
            bool is_far = reach != NULL && strcmp(reach, "all") == 0;
            bool is_own = reach != NULL && strcmp(reach, "own") == 0;
            bool is_team = verbs[i].is_of_team && reach != NULL && strcmp(reach, "team") == 0;
            bool is_here =
                is_far || is_own || is_team || (reach != NULL && strcmp(reach, "branch") == 0);
            bool may = is_owners || is_here;
            bool may_there = is_owners || is_far || is_own;
            enum command_exit here = enter(&office, store, out, own[role], command, verbs[i].word);
            enum command_exit there =
                enter(&office, store, out, foreign[role], command, verbs[i].word);
            if (here != (may ? COMMAND_ok : COMMAND_refused) ||
                there != (may_there ? COMMAND_ok : COMMAND_refused)) {
                fail_msg("%s %s by %s: %d here, %d from another branch", command, verbs[i].word,
                         staff_role_name(role), here, there);
            }
            count += 2;
        }
        EXPECT_INT(is_owners ? COMMAND_ok : COMMAND_refused,
                   enter(&office, store, out, "", command, verbs[i].word));
    }
    EXPECT(count > 1000);
    struct audit_check check;
    EXPECT_OK(audit_check(store, &check));
    EXPECT_INT(0, check.broken_no);
    EXPECT(check.line_count > 500); /* refused ones and looks */
    hq_store_close(store);
    fclose(out);
    office_close(&office);
}

TEST(test_a_verb_that_could_be_read_in_two_ways_is_no_verb)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_usage, &office, "approvals", "--note", "list", "approve", "00");
    EXPECT_EXIT(COMMAND_usage, &office, "people", "--role", "list", "grant", "S1", "admin");
    EXPECT_EXIT(COMMAND_usage, &office, "people", "dance");
    EXPECT_EXIT(COMMAND_ok, &office, "alarms", "--all");
    office_close(&office);
}

TEST(test_nobody_gives_themselves_a_role_and_the_last_administrator_stays)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_refused, &office, "people", "grant", "admin", "auditor");
    EXPECT_SAID(&office, "nobody changes their own role");
    EXPECT_EXIT(COMMAND_refused, &office, "people", "add", "--code", "admin", "--name", "x",
                "--role", "auditor");
    EXPECT_EXIT(COMMAND_refused, &office, "people", "lock", "admin");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "grant", "S1", "admin");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "grant", "S1", "quality", "--branch", "all");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "take", "S1", "admin");
    EXPECT_EXIT(COMMAND_not_found, &office, "people", "take", "S1", "admin");
    EXPECT_EXIT(COMMAND_usage, &office, "people", "grant", "S1", "emperor");
    EXPECT_EXIT(COMMAND_not_found, &office, "people", "grant", "X9", "admin");
    EXPECT_EXIT(COMMAND_not_found, &office, "people", "lock", "C2");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "account", "C2");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "lock", "C2");
    EXPECT_EXIT(COMMAND_ok, &office, "people", "unlock", "C2");
    office_close(&office);
}

/* What somebody with the file in hand may try: the first line that does not follow is named. */
TEST(test_a_log_that_was_tampered_with_is_told_at_its_line)
{
    static const struct {
        const char *what, *sql;
        const char *line; /* NULL: only the backup's word shows it */
    } rows[] = {
        {"a text", "UPDATE audit SET action = 'view' WHERE audit_no = 3", "3"},
        {"a person", "UPDATE audit SET person_no = person_no + 1 WHERE audit_no = 4", "4"},
        {"whose data", "UPDATE audit SET case_no = 9 WHERE audit_no = 4", "4"},
        {"from where", "UPDATE audit SET origin = 'elsewhere' WHERE audit_no = 5", "5"},
        {"when", "UPDATE audit SET at_ms = at_ms + 1 WHERE audit_no = 2", "2"},
        {"a line moved into the next",
         "UPDATE audit SET actor = actor || x'0a', action = '' "
         "WHERE audit_no = 3",
         "3"},
        {"removed", "DELETE FROM audit WHERE audit_no = 4", "4"},
        {"swapped",
         "UPDATE audit SET audit_no = -4 WHERE audit_no = 4;"
         "UPDATE audit SET audit_no = 4 WHERE audit_no = 3;"
         "UPDATE audit SET audit_no = 3 WHERE audit_no = -4",
         "3"},
        {"put in",
         "INSERT INTO audit SELECT branch_no, max(audit_no) + 1, at_ms, actor, action, "
         "detail, zeroblob(32), origin, person_no, case_no FROM audit",
         ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct office office;
        office_open(&office);
        EXPECT_EXIT(COMMAND_ok, &office, "audit", "verify");
        sqlite3 *db = NULL;
        EXPECT_INT(SQLITE_OK, sqlite3_open_v2(office_path(&office, "hq.db"), &db,
                                              SQLITE_OPEN_READWRITE, page_sum_vfs));
        EXPECT_INT(SQLITE_OK, sqlite3_exec(db,
                                           "DROP TRIGGER audit_is_never_changed;"
                                           "DROP TRIGGER audit_is_never_deleted",
                                           NULL, NULL, NULL));
        if (sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL) != SQLITE_OK) {
            fail_msg("%s: %s", rows[i].what, sqlite3_errmsg(db));
        }
        sqlite3_close(db);
        if (RUN(&office, "audit", "verify") != COMMAND_found) {
            fail_msg("%s is not seen: %s", rows[i].what, office.said);
        }
        EXPECT_SAID(&office, str_format(&office.arena, "breaks at line %s", rows[i].line));
        office_close(&office);
    }
}

TEST(test_a_log_that_was_cut_at_its_end_is_told_by_the_backups)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "backup", "copy.db");
    EXPECT_EXIT(COMMAND_ok, &office, "audit", "verify");
    sqlite3 *db = NULL;
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(office_path(&office, "hq.db"), &db, SQLITE_OPEN_READWRITE,
                                          page_sum_vfs));
    EXPECT_INT(SQLITE_OK, sqlite3_exec(db,
                                       "DROP TRIGGER audit_is_never_deleted;"
                                       "DELETE FROM audit WHERE audit_no > 3",
                                       NULL, NULL, NULL));
    sqlite3_close(db);
    EXPECT_EXIT(COMMAND_found, &office, "audit", "verify");
    EXPECT_SAID(&office, "breaks at line 4");
    EXPECT_EXIT(COMMAND_found, &office, "verify");
    office_close(&office);
}

TEST(test_commands_leave_who_what_whose_and_from_where)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "case", "show", "REF-000001");
    EXPECT_EXIT(COMMAND_refused, &office, "audit", "list");
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_write, false));
    struct hq_query query = hq_query(store, SQL_HQ_audit_page);
    hq_bind_i64(&query, "$before_no", 0);
    hq_bind_i64(&query, "$person_no", 0);
    hq_bind_i64(&query, "$case_no", 0);
    hq_bind_text(&query, "$action", STR(""));
    hq_bind_i64(&query, "$limit", 3);
    static const struct {
        const char *action, *detail;
        int64_t case_no;
    } rows[] = {{"refused", "audit list", 0},
                {"view case", "whole", 1},
                {"view", "case show REF-000001", 0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT(hq_next(&query));
        struct hq_audit_line line = hq_audit_row(&query);
        EXPECT(str_is(line.actor, "admin") && str_is(line.origin, "test"));
        EXPECT(str_is(line.action, rows[i].action) && str_is(line.detail, rows[i].detail));
        EXPECT_INT(rows[i].case_no, line.case_no);
        EXPECT_INT(5, line.person_no);
    }
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
    office_close(&office);
}
