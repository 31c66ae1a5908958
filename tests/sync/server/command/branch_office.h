/* tests/sync/server/command/branch_office.h -- a headquarters with two collectors, two
 * supervisors, two tablets and three cases, worked by commands. */
#pragma once

#include "core/base/buf.h"
#include "core/os/os.h"
#include "sync/server/command/program.h"
#include "sync/server/store/ingest.h"
#include "sync/server/store/number.h"
#include "tests/sync/server/command/signed_in.h"
#include "tests/sync/server/field.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum { OFFICE_TEXT_MAX = 64 * 1024, OFFICE_FACTS = 64, OFFICE_TABLETS = 2 };

/* A clock that a test sets. */
struct office_clock {
    int64_t now_ms;
};

struct office {
    struct arena arena;
    char *folder;
    char *said; /* by the last command, log lines included */
    struct office_clock time;
    struct clock clock;
    struct field_chain chains[OFFICE_TABLETS];
    struct chain_secret_key secrets[OFFICE_TABLETS];
    pid_t server;       /* 0: none works */
    const char *caller; /* who calls; NULL: whom `--by` names, else the founder */
};

static inline int office_run_in(struct office *office, enum lang lang, const char *const *words,
                                int count)
{
    FILE *out = tmpfile();
    EXPECT(out != NULL);
    if (office->server == 0) {
        signed_in_as(office->folder,
                     office->caller != NULL ? office->caller : signed_in_by(words, count),
                     office->time.now_ms);
    }
    const struct command_context context = {
        .in = stdin,
        .out = out,
        .err = out,
        .data_folder = office->folder,
        .cwd = office->folder,
        .lang = lang,
        .clock = &office->clock,
        .rng = os_rng(),
        .session_path = signed_in_path(&office->arena, office->folder),
        .origin = "test",
    };
    const char *argv[24] = {"doorstep-hq"};
    CHECK(count < 23);
    for (int i = 0; i < count; i++) {
        argv[i + 1] = words[i];
    }
    struct arena arena;
    arena_init(&arena, 0);
    fflush(stderr);
    int log = dup(STDERR_FILENO);
    EXPECT(log >= 0 && dup2(fileno(out), STDERR_FILENO) >= 0);
    int code = program_run(&arena, &context, count + 1, argv);
    EXPECT(dup2(log, STDERR_FILENO) >= 0);
    close(log);
    arena_deinit(&arena);
    office->said = arena_alloc(&office->arena, OFFICE_TEXT_MAX);
    rewind(out);
    office->said[fread(office->said, 1, OFFICE_TEXT_MAX - 1, out)] = '\0';
    fclose(out);
    return code;
}

#define RUN_IN(office, lang, ...)                                       \
    office_run_in((office), (lang), (const char *const[]){__VA_ARGS__}, \
                  (int)COUNT(((const char *const[]){__VA_ARGS__})))
#define RUN(office, ...) RUN_IN((office), LANG_en, __VA_ARGS__)

static inline bool office_says(const struct office *office, const char *words)
{
    return str_contains(str_from(office->said), str_from(words));
}

#define EXPECT_SAID(office, words)                                        \
    do {                                                                  \
        if (!office_says((office), (words))) {                            \
            fail_msg("does not say \"%s\": %s", (words), (office)->said); \
        }                                                                 \
    } while (0)
#define EXPECT_EXIT(code, office, ...)                                                \
    do {                                                                              \
        int exit_code_ = RUN((office), __VA_ARGS__);                                  \
        if (exit_code_ != (code)) {                                                   \
            fail_msg("exit code %d, not %d: %s", exit_code_, (code), (office)->said); \
        }                                                                             \
    } while (0)

static inline const char *office_path(struct office *office, const char *name)
{
    return os_path(&office->arena, office->folder, name);
}

static inline struct clock_reading office_read(void *context)
{
    const struct office_clock *time = context;
    return (struct clock_reading){.wall_ms = time->now_ms, .monotonic_ms = time->now_ms};
}

static inline void office_open_empty(struct office *office)
{
    memset(office, 0, sizeof *office);
    arena_init(&office->arena, 0);
    office->folder = field_folder(&office->arena);
    office->time.now_ms = FIELD_AT_MS + INT64_C(10) * 86400000;
    office->clock = (struct clock){.read = office_read, .context = &office->time};
}

static inline void office_open(struct office *office)
{
    static const char *const people[][3] = {{"C1", "Collector One", "collector"},
                                            {"C2", "Collector Two", "collector"},
                                            {"S1", "Supervisor One", "supervisor"},
                                            {"S2", "Supervisor Two", "supervisor"}};
    office_open_empty(office);
    EXPECT_EXIT(COMMAND_ok, office, "init");
    for (size_t i = 0; i < COUNT(people); i++) {
        EXPECT_EXIT(COMMAND_ok, office, "people", "add", "--code", people[i][0], "--name",
                    people[i][1], "--role", people[i][2]);
    }
    signed_in_renumber(office->folder);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&office->arena, store, FIELD_AT_MS);
    for (uint32_t n = 1; n <= 3; n++) {
        ds_CaseRecord record = field_record(n);
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event event = field_assign(record.case_no, 1, 1, FIELD_AT_MS);
        EXPECT_OK(ingest_own(ingest, &event, NULL));
    }
    for (uint32_t n = 0; n < OFFICE_TABLETS; n++) {
        struct chain_public_key key;
        chain_keypair(os_rng(), &key, &office->secrets[n]);
        uint32_t device_no = 0;
        EXPECT_OK(number_new(ingest, n + 1, &key, 100, STR("test"), &device_no));
        field_chain_init(&office->chains[n], &office->arena, device_no, OFFICE_FACTS);
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

/* A server in a process of its own; commands are handed to it until office_unserve(). */
static inline void office_serve(struct office *office)
{
    int lines[2];
    signed_in_as(office->folder, "admin", office->time.now_ms);
    EXPECT_INT(0, pipe(lines));
    office->server = fork();
    EXPECT(office->server >= 0);
    if (office->server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves no server behind */
        close(lines[0]);
        FILE *out = fdopen(lines[1], "w");
        const struct command_context context = {
            .in = stdin,
            .out = out,
            .err = out,
            .data_folder = office->folder,
            .cwd = office->folder,
            .lang = LANG_en,
            .clock = &office->clock,
            .rng = os_rng(),
            .origin = "test",
        };
        const char *argv[] = {"doorstep-hq", "serve", "--listen", "127.0.0.1:0"};
        struct arena arena;
        arena_init(&arena, 0);
        _exit(program_run(&arena, &context, COUNT(argv), argv));
    }
    close(lines[1]);
    FILE *in = fdopen(lines[0], "r");
    char line[256] = "";
    EXPECT(fgets(line, sizeof line, in) != NULL);
    EXPECT(strncmp(line, "ready: ", 7) == 0);
    fclose(in);
}

static inline void office_unserve(struct office *office)
{
    int status = 0;
    EXPECT_INT(0, kill(office->server, SIGTERM));
    EXPECT_INT(office->server, waitpid(office->server, &status, 0));
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    office->server = 0;
}

static inline void office_close(struct office *office)
{
    field_folder_remove(office->folder);
    arena_deinit(&office->arena);
}

/* The tablet's signature over its chain up to `seq`, as PROTOCOL.md says. */
static inline struct chain_signature office_sign(struct office *office, size_t n, uint64_t seq)
{
    uint8_t bytes[4 + 8 + CHAIN_LINK_SIZE + 32];
    struct buf_writer writer;
    static const uint8_t status_hash[32];
    buf_writer_init(&writer, bytes, sizeof bytes);
    buf_write_u32(&writer, office->chains[n].device_no);
    buf_write_u64(&writer, seq);
    buf_write_bytes(&writer, office->chains[n].links[seq].bytes, CHAIN_LINK_SIZE);
    buf_write_bytes(&writer, status_hash, sizeof status_hash);
    EXPECT_OK(writer.err);
    return chain_sign(&office->secrets[n], "batch", bytes, writer.size);
}

/* Bytes that tablet `n` (0, 1) captured arrive. Gives the id of the fact. */
static inline struct id office_arrive_bytes(struct office *office, size_t n, const void *bytes,
                                            size_t size)
{
    struct field_chain *chain = &office->chains[n];
    field_chain_add_bytes(chain, bytes, size);
    size_t at = chain->count - 1;
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&office->arena, store, office->time.now_ms);
    const struct ingest_batch batch = {
        .device_no = chain->device_no,
        .first_seq = at + 1,
        .before = chain->links[at],
        .count = 1,
        .bodies = &chain->bodies[at],
        .ids = &chain->ids[at],
        .links = &chain->links[at + 1],
        .signature = office_sign(office, n, at + 1),
    };
    struct ingest_result result = {0};
    EXPECT_OK(ingest_take(ingest, &batch, &result));
    EXPECT_INT(INGEST_stored, result.answer);
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
    return chain->ids[at];
}

static inline struct id office_arrive(struct office *office, size_t n, const ds_Event *event)
{
    uint8_t body[LIMIT_event_size];
    size_t size = 0;
    EXPECT_OK(event_encode(event, body, sizeof body, &size));
    return office_arrive_bytes(office, n, body, size);
}

/* A fact of headquarters. */
static inline struct id office_state(struct office *office, const ds_Event *event)
{
    struct id id;
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    EXPECT_OK(ingest_own_one(&office->arena, store, event, office->time.now_ms, &id));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
    return id;
}

static inline const char *office_id(struct office *office, struct id id)
{
    char text[ID_TEXT_SIZE];
    id_to_text(text, &id);
    return arena_text(&office->arena, text);
}

static inline ds_CaseState *office_case(struct office *office, uint64_t case_no)
{
    ds_CaseState *state = ARENA_NEW(&office->arena, ds_CaseState);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office->folder, HQ_ACCESS_read, false));
    struct hq_query query = hq_query(store, SQL_HQ_state_get);
    hq_bind_i64(&query, "$case_no", (int64_t)case_no);
    struct str bytes;
    EXPECT_OK(hq_one_text(&office->arena, &query, &bytes));
    EXPECT_OK(case_state_decode(state, (const uint8_t *)bytes.bytes, bytes.size));
    hq_store_close(store);
    return state;
}
