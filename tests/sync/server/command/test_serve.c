/* The real server in a process of its own, killed without warning in the middle of its
 * work: what it acknowledged is there, and everything checks. */
#include "sync/server/command/program.h"

#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/store/ingest.h"
#include "tests/sync/server/tablet.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum { TABLETS = 3, FACTS_MAX = 4000, ROUNDS = 3, ANSWER_MAX = 512 * 1024, TEXT_MAX = 64 * 1024 };

struct world {
    struct arena arena;
    char *folder;
    pid_t server;
    uint16_t port;
};

/* Runs a command in this process; its output lands in `text` (may be NULL). */
static int run(struct world *world, const char *const *words, int count, char **text_out)
{
    FILE *out = tmpfile(); /* with a descriptor: it may be handed to the server */
    EXPECT(out != NULL);
    const struct command_context context = {
        .in = stdin,
        .out = out,
        .err = out,
        .data_folder = world->folder,
        .cwd = world->folder,
        .lang = LANG_en,
        .clock = os_clock(),
        .rng = os_rng(),
        .actor = "test",
    };
    const char *argv[16] = {"doorstep-hq"};
    for (int i = 0; i < count; i++) {
        argv[i + 1] = words[i];
    }
    struct arena arena;
    arena_init(&arena, 0);
    int code = program_run(&arena, &context, count + 1, argv);
    arena_deinit(&arena);
    if (text_out != NULL) {
        *text_out = arena_alloc(&world->arena, TEXT_MAX);
        rewind(out);
        (*text_out)[fread(*text_out, 1, TEXT_MAX - 1, out)] = '\0';
    }
    fclose(out);
    return code;
}

#define RUN(world, text_out, ...)                    \
    run((world), (const char *const[]){__VA_ARGS__}, \
        (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)), (text_out))

static void server_start(struct world *world)
{
    int lines[2];
    EXPECT_INT(0, pipe(lines));
    world->server = fork();
    EXPECT(world->server >= 0);
    if (world->server == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves no server behind */
        close(lines[0]);
        FILE *out = fdopen(lines[1], "w");
        const struct command_context context = {
            .in = stdin,
            .out = out,
            .err = out,
            .data_folder = world->folder,
            .cwd = world->folder,
            .lang = LANG_en,
            .clock = os_clock(),
            .rng = os_rng(),
            .actor = "test",
        };
        const char *argv[] = {"doorstep-hq", "serve", "--listen", "127.0.0.1:0"};
        struct arena arena;
        arena_init(&arena, 0);
        int code = program_run(&arena, &context, COUNT(argv), argv);
        arena_deinit(&arena);
        _exit(code);
    }
    close(lines[1]);
    FILE *in = fdopen(lines[0], "r");
    char line[256] = "";
    EXPECT(fgets(line, sizeof line, in) != NULL);
    const char *colon = strrchr(line, ':');
    EXPECT(strncmp(line, "ready: http://127.0.0.1:", 24) == 0 && colon != NULL);
    world->port = (uint16_t)strtol(colon + 1, NULL, 10);
    fclose(in);
}

static int server_end(struct world *world, int how)
{
    int status = 0;
    EXPECT_INT(0, kill(world->server, how));
    EXPECT_INT(world->server, waitpid(world->server, &status, 0));
    return status;
}

/* One POST on a connection of its own. False when the server went away meanwhile. */
static bool post(struct world *world, struct arena *arena, struct wire_bytes body, int *status_out,
                 struct wire_bytes *answer_out)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(world->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char head[256];
    int head_size = snprintf(head, sizeof head,
                             "POST /v1/envelope HTTP/1.1\r\nHost: hq\r\nConnection: close\r\n"
                             "Content-Length: %zu\r\n\r\n",
                             body.size);
    uint8_t *bytes = arena_alloc(arena, ANSWER_MAX);
    size_t size = 0;
    bool is_sent = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                   send(fd, head, (size_t)head_size, MSG_NOSIGNAL) == head_size &&
                   send(fd, body.bytes, body.size, MSG_NOSIGNAL) == (ssize_t)body.size;
    for (ssize_t got = 1; is_sent && got > 0 && size < ANSWER_MAX - 1;) {
        got = recv(fd, bytes + size, ANSWER_MAX - 1 - size, 0);
        size += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    const char *end = size > 0 ? memmem(bytes, size, "\r\n\r\n", 4) : NULL;
    if (end == NULL || sscanf((char *)bytes, "HTTP/1.1 %d", status_out) != 1) {
        return false;
    }
    const char *length = strstr((char *)bytes, "Content-Length: ");
    size_t body_size = length != NULL ? (size_t)strtoul(length + 16, NULL, 10) : 0;
    size_t head_end = (size_t)(end + 4 - (char *)bytes);
    if (size - head_end != body_size) {
        return false; /* cut off */
    }
    *answer_out = (struct wire_bytes){bytes + head_end, body_size};
    return true;
}

static void enrol(struct world *world, struct tablet *tablet, const char *person)
{
    char *text = NULL;
    EXPECT_INT(COMMAND_ok, RUN(world, &text, "enrol", "--person", person, "--no-picture"));
    struct enrol_payload payload;
    char *line = text;
    line[strcspn(line, "\n")] = '\0';
    EXPECT_INT(WIRE_ok, enrol_payload_from_text(&payload, str_from(line)));
    tablet_init(tablet, os_rng(), &payload.hq);
    struct wire_bytes answer;
    int status = 0;
    EXPECT(post(world, &tablet->arena, tablet_enrol(tablet, payload.code), &status, &answer));
    EXPECT_INT(200, status);
    EXPECT_INT(WIRE_ok, tablet_enrolled(tablet, answer, FACTS_MAX));
}

/* One exchange. False when the server was gone; then the same is sent again later. */
static bool call(struct world *world, struct tablet *tablet, size_t count_max)
{
    uint64_t from = tablet->send_from_seq != 0 ? tablet->send_from_seq : tablet->stored_seq + 1;
    size_t count = tablet->chain.count - from + 1;
    count = count > count_max ? count_max : count;
    struct wire_bytes answer;
    int status = 0;
    if (!post(world, &tablet->arena, tablet_batch(tablet, from, count), &status, &answer)) {
        return false;
    }
    uint32_t refusal = 0;
    EXPECT_INT(200, status);
    (void)tablet_take(tablet, answer, &refusal);
    EXPECT_INT(WIRE_ok, refusal);
    return true;
}

/* Works until the server dies under it: how many facts it was told are stored. */
static void work(struct world *world, struct tablet *tablet, const struct rng *rng)
{
    bool is_alive = true;
    while (is_alive && tablet->chain.count + 20 < FACTS_MAX) {
        for (uint64_t n = rng_below(rng, 20); n > 0; n--) {
            ds_Event event = field_visit(tablet->person_no, 1 + rng_below(rng, 20),
                                         FIELD_AT_MS + (int64_t)tablet->chain.count * 1000,
                                         OUTCOME_refused_to_pay);
            field_chain_add(&tablet->chain, &event);
        }
        is_alive = call(world, tablet, 40);
    }
}

static void make_headquarters(struct world *world)
{
    EXPECT_INT(COMMAND_ok, RUN(world, NULL, "init", "--name", "Test"));
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, world->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&world->arena, store, FIELD_AT_MS);
    for (uint32_t i = 0; i < 20; i++) {
        ds_CaseRecord record = field_record(i);
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assign = field_assign(record.case_no, 1 + i % TABLETS, 1, FIELD_AT_MS - 1000);
        EXPECT_OK(ingest_own(ingest, &assign, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}

static void *killer_run(void *context)
{
    struct world *world = context;
    os_sleep_ms(250);
    kill(world->server, SIGKILL);
    return NULL;
}

struct worker {
    struct world *world;
    struct tablet *tablet;
    uint64_t seed;
};

static void *worker_run(void *context)
{
    struct worker *worker = context;
    struct test_rng state;
    struct rng rng = test_rng_make(&state, worker->seed);
    work(worker->world, worker->tablet, &rng);
    return NULL;
}

TEST(test_kill_in_the_middle_of_the_load_loses_nothing_acknowledged)
{
    struct world world = {0};
    arena_init(&world.arena, 0);
    world.folder = field_folder(&world.arena);
    make_headquarters(&world);
    static const char *const codes[TABLETS] = {"A", "B", "C"};
    struct tablet *tablets = ARENA_ARRAY(&world.arena, TABLETS, struct tablet);
    server_start(&world);
    for (size_t t = 0; t < TABLETS; t++) {
        /* While the server works: handed over to it by its socket. */
        EXPECT_INT(COMMAND_ok,
                   RUN(&world, NULL, "people", "add", "--code", codes[t], "--name", "Someone"));
        enrol(&world, &tablets[t], codes[t]);
    }
    for (uint64_t round = 0; round < ROUNDS; round++) {
        pthread_t killer;
        pthread_t threads[TABLETS];
        struct worker workers[TABLETS];
        EXPECT_INT(0, pthread_create(&killer, NULL, killer_run, &world));
        for (size_t t = 0; t < TABLETS; t++) {
            workers[t] = (struct worker){&world, &tablets[t], round * 10 + t};
            EXPECT_INT(0, pthread_create(&threads[t], NULL, worker_run, &workers[t]));
        }
        for (size_t t = 0; t < TABLETS; t++) {
            pthread_join(threads[t], NULL);
        }
        pthread_join(killer, NULL);
        int status = 0;
        EXPECT_INT(world.server, waitpid(world.server, &status, 0));
        EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        char *text = NULL;
        if (RUN(&world, &text, "verify") != COMMAND_ok) {
            fail_msg("verify after the kill: %s", text);
        }
        server_start(&world);
    }
    uint64_t all_count = 0;
    for (size_t t = 0; t < TABLETS; t++) {
        uint64_t told_seq = tablets[t].stored_seq;
        EXPECT(told_seq > 0);
        while (tablets[t].stored_seq < tablets[t].chain.count) {
            EXPECT(call(&world, &tablets[t], LIMIT_batch_events));
            /* Headquarters never asks again for what it has acknowledged. */
            EXPECT(tablets[t].send_from_seq == 0 || tablets[t].send_from_seq > told_seq);
        }
        all_count += tablets[t].chain.count;
    }
    int status = server_end(&world, SIGTERM);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_ok);
    char *text = NULL;
    EXPECT_INT(COMMAND_ok, RUN(&world, &text, "verify"));
    char expected[64];
    snprintf(expected, sizeof expected, "Checked. Facts: %llu,",
             (unsigned long long)all_count + 20);
    EXPECT(strncmp(text, expected, strlen(expected)) == 0);
    for (size_t t = 0; t < TABLETS; t++) {
        tablet_deinit(&tablets[t]);
    }
    field_folder_remove(world.folder);
    arena_deinit(&world.arena);
}

TEST(test_two_servers_do_not_share_a_folder)
{
    struct world world = {0};
    arena_init(&world.arena, 0);
    world.folder = field_folder(&world.arena);
    EXPECT_INT(COMMAND_not_found, RUN(&world, NULL, "status"));
    EXPECT_INT(COMMAND_not_found, RUN(&world, NULL, "people", "list"));
    EXPECT_INT(COMMAND_ok, RUN(&world, NULL, "init"));
    EXPECT_INT(COMMAND_failed, RUN(&world, NULL, "init"));
    server_start(&world);
    EXPECT_INT(COMMAND_busy, RUN(&world, NULL, "serve", "--listen", "127.0.0.1:0"));
    char *text = NULL;
    EXPECT_INT(COMMAND_ok, RUN(&world, &text, "people", "add", "--code", "C1", "--name", "Anna"));
    EXPECT_INT(COMMAND_ok, RUN(&world, &text, "people", "list", "--json"));
    EXPECT(strstr(text, "\"name\": \"Anna\"") != NULL);
    EXPECT_INT(COMMAND_usage, RUN(&world, NULL, "people", "add", "--name", "Nobody"));
    EXPECT_INT(COMMAND_usage, RUN(&world, NULL, "people", "dance"));
    EXPECT_INT(COMMAND_usage, RUN(&world, NULL, "people", "list", "--bogus"));
    EXPECT_INT(COMMAND_usage, RUN(&world, NULL, "nonsense"));
    EXPECT_INT(COMMAND_not_found, RUN(&world, NULL, "enrol", "--person", "C9"));
    EXPECT_INT(COMMAND_not_found, RUN(&world, NULL, "recall", "X-1", "--reason", "paid"));
    EXPECT_INT(COMMAND_not_found, RUN(&world, NULL, "devices", "revoke", "4"));
    int status = server_end(&world, SIGTERM);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_ok);
    EXPECT_INT(COMMAND_ok, RUN(&world, &text, "verify"));
    EXPECT(strstr(text, "problems: 0") != NULL);
    field_folder_remove(world.folder);
    arena_deinit(&world.arena);
}
