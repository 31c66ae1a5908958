/* Approvals: whoever asked does not decide, and whoever decides is on record. */
#include "sync/server/command/program.h"

#include "core/os/os.h"
#include "sync/server/store/ingest.h"
#include "tests/sync/server/command/signed_in.h"
#include "tests/sync/server/field.h"

enum { TEXT_MAX = 16 * 1024 };

struct office {
    struct arena arena;
    char *folder;
};

static int run(struct office *office, const char *const *words, int count, char **text_out)
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
    int code = program_run(&arena, &context, count + 1, argv);
    arena_deinit(&arena);
    *text_out = arena_alloc(&office->arena, TEXT_MAX);
    rewind(out);
    (*text_out)[fread(*text_out, 1, TEXT_MAX - 1, out)] = '\0';
    fclose(out);
    return code;
}

#define RUN(office, text_out, ...)                    \
    run((office), (const char *const[]){__VA_ARGS__}, \
        (int)COUNT(((const char *const[]){__VA_ARGS__})), (text_out))

/* One case with a request of each of the first two people. */
static void open_office(struct office *office)
{
    static const char *const people[][3] = {
        {"C1", "Collector", "collector"},
        {"S1", "Supervisor who asked", "supervisor"},
        {"S2", "Supervisor", "supervisor"},
        {"A1", "Auditor", "auditor"},
    };
    char *said = NULL;
    arena_init(&office->arena, 0);
    office->folder = field_folder(&office->arena);
    EXPECT_INT(COMMAND_ok, RUN(office, &said, "init"));
    for (size_t i = 0; i < COUNT(people); i++) {
        EXPECT_INT(COMMAND_ok, RUN(office, &said, "people", "add", "--code", people[i][0], "--name",
                                   people[i][1], "--role", people[i][2]));
    }
    signed_in_renumber(office->folder);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&office->arena, store, FIELD_AT_MS);
    ds_CaseRecord record = field_record(1);
    EXPECT_OK(ingest_case(ingest, &record, 0));
    ds_Event event = field_assign(record.case_no, 1, 1, FIELD_AT_MS);
    EXPECT_OK(ingest_own(ingest, &event, NULL));
    event = field_waiver(2, record.case_no, FIELD_AT_MS + 1000);
    EXPECT_OK(ingest_own(ingest, &event, NULL));
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

/* Hex digits of the one request that waits. */
static const char *request_of(struct office *office)
{
    char *said = "";
    EXPECT_INT(COMMAND_ok, RUN(office, &said, "approvals", "list", "--json"));
    char *id = strstr(said, "\"id\"");
    EXPECT(id != NULL);
    id = strchr(id + 4, '"') + 1;
    *strchr(id, '"') = '\0';
    return arena_text(&office->arena, id);
}

static uint32_t decided_by(struct office *office)
{
    struct hq_store *store = NULL;
    uint32_t person_no = 0;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    struct hq_query query = hq_query(store, SQL_HQ_event_of_case);
    hq_bind_i64(&query, "$case_no", 1);
    while (hq_next(&query)) {
        struct str body = hq_text(&query, 5);
        ds_Event event;
        EXPECT_OK(event_decode(&event, (const uint8_t *)body.bytes, body.size));
        if (event_kind(&event) == EVENT_arrangement_decided) {
            person_no = event.person_no;
        }
    }
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
    return person_no;
}

TEST(test_only_another_supervisor_at_work_decides)
{
    struct office office;
    char *said = NULL;
    open_office(&office);
    const char *id = request_of(&office);
    EXPECT_INT(COMMAND_not_found, RUN(&office, &said, "approvals", "approve", id, "--by", "X9"));
    static const char *const refused[] = {"C1", "A1", "S1"};
    static const char *const verbs[] = {"approve", "reject", "return"};
    for (size_t i = 0; i < COUNT(refused); i++) {
        for (size_t v = 0; v < COUNT(verbs); v++) {
            EXPECT_INT(COMMAND_refused,
                       RUN(&office, &said, "approvals", verbs[v], id, "--by", refused[i]));
        }
    }
    EXPECT_INT(0, decided_by(&office));
    EXPECT_INT(COMMAND_ok, RUN(&office, &said, "approvals", "approve", id, "--by", "S2"));
    EXPECT_INT(3, decided_by(&office));
    EXPECT_INT(COMMAND_ok, RUN(&office, &said, "approvals", "list", "--json"));
    EXPECT(strstr(said, id) == NULL);
    field_folder_remove(office.folder);
    arena_deinit(&office.arena);
}
