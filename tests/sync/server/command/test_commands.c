/* What commands say and leave behind when there is nothing to do or the wrong thing is
 * named: the caller learns it, and nothing is booked. */
#include "sync/server/command/program.h"

#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "tests/sync/server/command/signed_in.h"
#include "tests/sync/server/field.h"

enum { TEXT_MAX = 16 * 1024 };

struct office {
    struct arena arena;
    char *folder;
    char *said; /* by the last command, log lines included */
};

static int run(struct office *office, const char *const *words, int count)
{
    FILE *out = tmpfile();
    EXPECT(out != NULL);
    signed_in_as(office->folder, signed_in_by(words, count), clock_now_ms(os_clock()));
    const struct command_context context = {
        .in = stdin,
        .out = out,
        .err = out,
        .data_folder = office->folder,
        .cwd = office->folder,
        .lang = LANG_en,
        .clock = os_clock(),
        .rng = os_rng(),
        .session_path = signed_in_path(&office->arena, office->folder),
        .origin = "test",
    };
    const char *argv[16] = {"doorstep-hq"};
    for (int i = 0; i < count; i++) {
        argv[i + 1] = words[i];
    }
    struct arena arena;
    arena_init(&arena, 0);
    int log = dup(STDERR_FILENO);
    EXPECT(log >= 0 && dup2(fileno(out), STDERR_FILENO) >= 0);
    int code = program_run(&arena, &context, count + 1, argv);
    EXPECT(dup2(log, STDERR_FILENO) >= 0);
    close(log);
    arena_deinit(&arena);
    office->said = arena_alloc(&office->arena, TEXT_MAX);
    rewind(out);
    office->said[fread(office->said, 1, TEXT_MAX - 1, out)] = '\0';
    fclose(out);
    return code;
}

#define RUN(office, ...)                              \
    run((office), (const char *const[]){__VA_ARGS__}, \
        (int)COUNT(((const char *const[]){__VA_ARGS__})))

static bool says(const struct office *office, const char *words)
{
    return str_contains(str_from(office->said), str_from(words));
}

static const char *path_of(struct office *office, const char *name)
{
    return os_path(&office->arena, office->folder, name);
}

static void file_write(struct office *office, const char *name, const char *text)
{
    EXPECT_OK(os_file_replace(path_of(office, name), text, strlen(text)));
}

/* One person with three cases; the client says of the first that it is disputed. */
static void open_office(struct office *office)
{
    arena_init(&office->arena, 0);
    office->folder = field_folder(&office->arena);
    EXPECT_INT(COMMAND_ok, RUN(office, "init"));
    EXPECT_INT(COMMAND_ok, RUN(office, "people", "add", "--code", "C1", "--name", "Collector",
                               "--role", "collector"));
    signed_in_renumber(office->folder);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&office->arena, store, FIELD_AT_MS);
    for (uint32_t n = 1; n <= 3; n++) {
        ds_CaseRecord record = field_record(n);
        record.flags = n == 1 ? UINT64_C(1) << STOP_FLAG_dispute : 0;
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event event = field_assign(record.case_no, 1, 1, FIELD_AT_MS);
        EXPECT_OK(ingest_own(ingest, &event, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

static void close_office(struct office *office)
{
    field_folder_remove(office->folder);
    arena_deinit(&office->arena);
}

static int64_t fact_count(struct office *office, int64_t case_no)
{
    struct hq_store *store = NULL;
    int64_t count = 0;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    struct hq_query query = hq_query(store, SQL_HQ_event_of_case);
    hq_bind_i64(&query, "$case_no", case_no);
    while (hq_next(&query)) {
        count++;
    }
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
    return count;
}

TEST(test_only_a_raised_flag_is_cleared_and_once)
{
    struct office office;
    open_office(&office);
    int64_t before = fact_count(&office, 1);
    EXPECT_INT(COMMAND_not_found, RUN(&office, "flag", "clear", "REF-000001", "deceased"));
    EXPECT(says(&office, "no flag to clear: Deceased"));
    EXPECT_INT(COMMAND_not_found, RUN(&office, "flag", "clear", "REF-000002", "dispute"));
    EXPECT_INT(before, fact_count(&office, 1));
    EXPECT_INT(COMMAND_ok, RUN(&office, "flag", "clear", "REF-000001", "dispute"));
    EXPECT_INT(before + 1, fact_count(&office, 1));
    EXPECT_INT(COMMAND_not_found, RUN(&office, "flag", "clear", "REF-000001", "dispute"));
    EXPECT_INT(before + 1, fact_count(&office, 1));
    close_office(&office);
}

TEST(test_a_case_ends_once)
{
    static const char *const verbs[] = {"recall", "close"};
    static const char *const lives[] = {"has already ended: Recalled", "has already ended: Closed"};
    static const char *const cases[] = {"REF-000001", "REF-000002"};
    struct office office;
    open_office(&office);
    for (size_t i = 0; i < COUNT(verbs); i++) {
        int64_t before = fact_count(&office, (int64_t)i + 1);
        EXPECT_INT(COMMAND_ok, RUN(&office, verbs[i], cases[i], "--reason", "client_withdrew"));
        for (size_t again = 0; again < COUNT(verbs); again++) {
            EXPECT_INT(COMMAND_found,
                       RUN(&office, verbs[again], cases[i], "--reason", "client_withdrew"));
            EXPECT_ROW(office.said, says(&office, lives[i]));
        }
        EXPECT_INT(before + 1, fact_count(&office, (int64_t)i + 1));
    }
    close_office(&office);
}

TEST(test_a_policy_that_sets_nothing_is_refused)
{
    static const char *const empty[] = {"", "\n\n", "# window_open = 09:00\n"};
    struct office office;
    open_office(&office);
    file_write(&office, "two.pol", "window_open = 09:00\n# words\nrule.T01 = warn\n");
    EXPECT_INT(COMMAND_ok, RUN(&office, "policy", "set", "two.pol"));
    EXPECT(says(&office, "settings in it: 2"));
    for (size_t i = 0; i < COUNT(empty); i++) {
        file_write(&office, "none.pol", empty[i]);
        EXPECT_INT(COMMAND_found, RUN(&office, "policy", "set", "none.pol"));
        EXPECT_ROW(empty[i], says(&office, "none.pol has no line"));
        EXPECT_INT(COMMAND_ok, RUN(&office, "policy", "show"));
        EXPECT_ROW(empty[i], says(&office, "window_open = 09:00"));
    }
    close_office(&office);
}

TEST(test_a_folder_is_no_file_to_import)
{
    struct office office;
    open_office(&office);
    EXPECT_OK(os_folder_make(path_of(&office, "inbox")));
    EXPECT_INT(COMMAND_usage, RUN(&office, "import", "inbox"));
    EXPECT(says(&office, "inbox is a folder"));
    EXPECT_INT(COMMAND_usage, RUN(&office, "payments", "import", "inbox"));
    EXPECT(says(&office, "inbox is a folder"));
    EXPECT(!os_file_exists(path_of(&office, "inbox.errors.csv")));
    close_office(&office);
}

TEST(test_a_report_never_overwrites_what_is_read)
{
    static const char rows[] = "case_ref,amount,paid_date,channel,reference\n";
    struct office office;
    open_office(&office);
    file_write(&office, "rows.csv", rows);
    EXPECT_INT(COMMAND_usage, RUN(&office, "import", "rows.csv", "--report", "rows.csv"));
    EXPECT(says(&office, "is the file to read"));
    EXPECT_INT(COMMAND_usage,
               RUN(&office, "payments", "import", "rows.csv", "--report", "./rows.csv"));
    struct str kept;
    EXPECT_OK(os_file_read(&office.arena, path_of(&office, "rows.csv"), 1000, &kept));
    EXPECT(str_is(kept, rows));
    close_office(&office);
}

/* A bad row leaves a report; the next import of that name, which has none or cannot even
 * begin, takes it away. */
TEST(test_a_report_of_faults_is_left_only_when_there_are_faults)
{
    static const char head[] =
        "case_ref,client,product,currency,debtor_name,principal,balance_date,due_date,addr1\n";
    static const char good[] =
        "A-1,Client,card,CNY,Some One,5000.00,2026-03-01,2026-01-31,1 Some Road\n";
    static const char bad[] =
        "A-2,Client,card,CNY,Some One,five,2026-03-01,2026-01-31,1 Some Road\n";
    struct office office;
    open_office(&office);
    char *both = str_format(&office.arena, "%s%s%s", head, good, bad);
    file_write(&office, "cases.csv", both);
    EXPECT_INT(COMMAND_found, RUN(&office, "import", "cases.csv"));
    EXPECT_ROW(office.said, os_file_exists(path_of(&office, "cases.csv.errors.csv")));
    file_write(&office, "cases.csv", str_format(&office.arena, "%s%s", head, good));
    EXPECT_INT(COMMAND_ok, RUN(&office, "import", "cases.csv"));
    EXPECT_ROW(office.said, !os_file_exists(path_of(&office, "cases.csv.errors.csv")));
    file_write(&office, "cases.csv", "nothing,known\n1,2\n");
    EXPECT_INT(COMMAND_found, RUN(&office, "import", "cases.csv"));
    EXPECT_ROW(office.said, !os_file_exists(path_of(&office, "cases.csv.errors.csv")));
    close_office(&office);
}

TEST(test_a_dry_rebuild_says_what_differs_and_corrects_nothing)
{
    struct office office;
    open_office(&office);
    EXPECT_INT(COMMAND_ok, RUN(&office, "rebuild", "--dry-run"));
    EXPECT_ROW(office.said, says(&office, "differ from the journal: 0"));
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct hq_query query = hq_query(store, SQL_HQ_assignment_clear);
    hq_bind_i64(&query, "$case_no", 2);
    EXPECT_OK(hq_run(&query));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
    for (int again = 0; again < 2; again++) {
        EXPECT_INT(COMMAND_found, RUN(&office, "rebuild", "--dry-run"));
        EXPECT_ROW(office.said, says(&office, "differ from the journal: 1"));
        EXPECT_ROW(office.said, says(&office, "nothing was changed"));
        EXPECT_ROW(office.said, !says(&office, "corrected"));
    }
    EXPECT_INT(COMMAND_ok, RUN(&office, "rebuild"));
    EXPECT_ROW(office.said, says(&office, "corrected: 1"));
    EXPECT_INT(COMMAND_ok, RUN(&office, "rebuild", "--dry-run"));
    close_office(&office);
}

/* One line, the command's own. */
TEST(test_what_cannot_be_opened_is_told_once)
{
    struct office office;
    open_office(&office);
    EXPECT_INT(COMMAND_failed, RUN(&office, "backup", "no_such_folder/copy.db"));
    EXPECT_ROW(office.said, strncmp(office.said, "doorstep-hq backup: ", 20) == 0);
    EXPECT_ROW(office.said, strchr(office.said, '\n')[1] == '\0');
    file_write(&office, "hq.db", "no database, only words that are long enough to look like one");
    EXPECT_INT(COMMAND_found, RUN(&office, "status"));
    EXPECT_ROW(office.said, strncmp(office.said, "doorstep-hq status: ", 20) == 0);
    EXPECT_ROW(office.said, strchr(office.said, '\n')[1] == '\0');
    close_office(&office);
}
