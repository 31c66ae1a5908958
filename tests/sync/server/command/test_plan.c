/* doorstep-hq plan: nothing is changed by looking; what is applied can be applied again and
 * taken back; groups move whole. */
#include "sync/server/command/program.h"

#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "tests/sync/server/command/signed_in.h"
#include "tests/sync/server/field.h"

enum { TEXT_MAX = 64 * 1024, CASES = 12 };

struct office {
    struct arena arena;
    char *folder;
    char *said; /* by the last command */
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
    const char *argv[24] = {"doorstep-hq"};
    for (int i = 0; i < count; i++) {
        argv[i + 1] = words[i];
    }
    struct arena arena;
    arena_init(&arena, 0);
    int code = program_run(&arena, &context, count + 1, argv);
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

static void file_write(struct office *office, const char *name, const char *text)
{
    EXPECT_OK(os_file_replace(os_path(&office->arena, office->folder, name), text, strlen(text)));
}

/* C1 holds all cases, C2 none; half of the cases are of another area. */
static void open_office(struct office *office)
{
    arena_init(&office->arena, 0);
    office->folder = field_folder(&office->arena);
    EXPECT_INT(COMMAND_ok, RUN(office, "init"));
    EXPECT_INT(COMMAND_ok, RUN(office, "people", "add", "--code", "C1", "--name", "One"));
    EXPECT_INT(COMMAND_ok, RUN(office, "people", "add", "--code", "C2", "--name", "Two"));
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    int64_t person_no = 0;
    struct hq_query query = hq_query(store, SQL_HQ_person_by_code);
    hq_bind_text(&query, "$code", STR("C1"));
    EXPECT_OK(hq_one_i64(&query, &person_no));
    struct ingest *ingest = ingest_start(&office->arena, store, FIELD_AT_MS);
    for (uint32_t n = 1; n <= CASES; n++) {
        ds_CaseRecord record = field_record(n);
        snprintf(record.addresses[0].area, sizeof record.addresses[0].area,
                 n % 2 == 0 ? "North" : "South");
        record.addresses[0].lat_e7 = 312000000 + (int32_t)n * 20000;
        record.addresses[0].lon_e7 = 1181000000;
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event event = field_assign(record.case_no, (uint32_t)person_no, 1, FIELD_AT_MS);
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

/* Cases that the person holds, and the sum of all epochs. */
static void count_cases(struct office *office, const char *code, int64_t *held_out,
                        int64_t *epochs_out)
{
    struct hq_store *store = NULL;
    int64_t person_no = 0;
    *held_out = 0;
    *epochs_out = 0;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    struct hq_query find = hq_query(store, SQL_HQ_person_by_code);
    hq_bind_text(&find, "$code", str_from(code));
    EXPECT_OK(hq_one_i64(&find, &person_no));
    struct hq_query query = hq_query(store, SQL_HQ_plan_cases);
    while (hq_next(&query)) {
        *held_out += hq_i64(&query, 10) == person_no;
        *epochs_out += hq_i64(&query, 11);
    }
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
}

static void expect_cases(struct office *office, const char *code, int64_t held, int64_t epochs)
{
    int64_t held_now, epochs_now;
    count_cases(office, code, &held_now, &epochs_now);
    EXPECT_INT(held, held_now);
    EXPECT_INT(epochs, epochs_now);
}

TEST(test_a_plan_changes_nothing_until_it_is_applied_and_can_be_taken_back)
{
    struct office office;
    open_office(&office);
    EXPECT_INT(COMMAND_ok,
               RUN(&office, "plan", "make", "--effort", "1", "--workers", "1", "--save", "p.csv"));
    EXPECT(says(&office, "This plan:"));
    EXPECT(says(&office, "Nearest door first"));
    expect_cases(&office, "C1", CASES, CASES);
    /* The file may be the only way back. */
    EXPECT_INT(COMMAND_failed, RUN(&office, "plan", "make", "--no-compare", "--save", "p.csv"));
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "apply", "p.csv", "--dry-run"));
    expect_cases(&office, "C1", CASES, CASES);
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "apply", "p.csv"));
    int64_t held, epochs;
    count_cases(&office, "C2", &held, &epochs);
    EXPECT(held >= 3); /* C1 carried twice the mean */
    EXPECT_INT(CASES + held, epochs);
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "apply", "p.csv")); /* again: nothing more */
    expect_cases(&office, "C2", held, epochs);
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "undo", "p.csv"));
    expect_cases(&office, "C1", CASES, CASES + 2 * held);
    EXPECT_INT(COMMAND_found, RUN(&office, "plan", "apply", "p.csv")); /* under later leases */
    EXPECT(says(&office, "left alone"));
    expect_cases(&office, "C1", CASES, CASES + 2 * held);
    close_office(&office);
}

TEST(test_a_group_moves_whole_and_back)
{
    struct office office;
    open_office(&office);
    EXPECT_INT(COMMAND_ok,
               RUN(&office, "plan", "transfer", "C1", "C2", "--area", "North", "--dry-run"));
    expect_cases(&office, "C2", 0, CASES);
    EXPECT_INT(COMMAND_ok,
               RUN(&office, "plan", "transfer", "C1", "C2", "--area", "North", "--save", "t.csv"));
    expect_cases(&office, "C2", CASES / 2, CASES + CASES / 2);
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "undo", "t.csv"));
    expect_cases(&office, "C2", 0, 2 * CASES);
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "transfer", "C1", "C2", "--most", "2"));
    expect_cases(&office, "C2", 2, 2 * CASES + 2);
    EXPECT_INT(COMMAND_not_found, RUN(&office, "plan", "transfer", "C1", "C9"));
    EXPECT_INT(COMMAND_usage, RUN(&office, "plan", "transfer", "C1", "C1"));
    EXPECT_INT(COMMAND_usage, RUN(&office, "plan", "transfer", "C1"));
    close_office(&office);
}

TEST(test_leave_and_skills_come_by_file_and_shape_the_plan)
{
    struct office office;
    open_office(&office);
    file_write(&office, "s.csv",
               "工号,技能,休假,工作时间,出发地,坐标系\n"
               "C2,card,2027-01-01/2027-01-31,08:30-17:30,31.2 118.1,gcj02\n");
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "staff", "s.csv"));
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "staff"));
    EXPECT(says(&office, "2027-01-01/2027-01-31"));
    /* Only C2 is trained for cards, and is away: nobody goes, and C1 cannot keep them. */
    EXPECT_INT(COMMAND_ok, RUN(&office, "plan", "make", "--no-compare", "--from", "2027-01-04",
                               "--explain", "REF-000002"));
    EXPECT(says(&office, "1 may have it"));
    file_write(&office, "bad.csv", "code,leave\nC2,tomorrow\nC7,2027-01-01\n");
    EXPECT_INT(COMMAND_found, RUN(&office, "plan", "staff", "bad.csv"));
    EXPECT(says(&office, "no such staff number"));
    file_write(&office, "head.csv", "name,leave\nC2,2027-01-01\n");
    EXPECT_INT(COMMAND_found, RUN(&office, "plan", "staff", "head.csv"));
    close_office(&office);
}

TEST(test_wrong_words_are_told_and_change_nothing)
{
    struct office office;
    open_office(&office);
    file_write(&office, "m.csv", "case_no,case_ref,from,to,epoch,why\n1,A,1,x,1,w\n");
    EXPECT_INT(COMMAND_found, RUN(&office, "plan", "apply", "m.csv"));
    EXPECT(says(&office, "line 2"));
    EXPECT_INT(COMMAND_not_found, RUN(&office, "plan", "apply", "none.csv"));
    EXPECT_INT(COMMAND_usage, RUN(&office, "plan", "make", "--days", "15"));
    EXPECT_INT(COMMAND_usage, RUN(&office, "plan", "make", "--from", "soon"));
    EXPECT_INT(COMMAND_usage, RUN(&office, "plan", "make", "--no-compare", "--mode", "boat"));
    EXPECT_INT(COMMAND_not_found, RUN(&office, "plan", "make", "--no-compare", "--map", "no.map"));
    EXPECT_INT(COMMAND_found, RUN(&office, "plan", "make", "--no-compare", "--map", "m.csv"));
    EXPECT_INT(COMMAND_usage, RUN(&office, "plan", "make", "--no-compare", "--show", "all"));
    EXPECT_INT(COMMAND_not_found,
               RUN(&office, "plan", "make", "--no-compare", "--explain", "REF-999999"));
    static const char *const lists[] = {"collectors", "summary", "visits", "left", "changes"};
    for (size_t i = 0; i < COUNT(lists); i++) {
        EXPECT_INT(COMMAND_ok, RUN(&office, "--json", "plan", "make", "--no-compare", "--effort",
                                   "1", "--show", lists[i]));
        EXPECT_ROW(lists[i], office.said[0] == '[');
    }
    expect_cases(&office, "C1", CASES, CASES);
    close_office(&office);
}
