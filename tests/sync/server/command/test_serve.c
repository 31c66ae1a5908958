/* The real server in a process of its own, killed without warning in the middle of its
 * work: what it acknowledged is there, and everything checks. */
#include "tests/sync/server/command/serving.h"

#include <pthread.h>

enum { TABLETS = SERVING_TABLETS, FACTS_MAX = SERVING_FACTS_MAX, ROUNDS = 3 };

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

/* The status of one request; 0: cut off. */
static int status_at(uint16_t port, const char *head)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    char text[64] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&address, sizeof address));
    EXPECT(send(fd, head, strlen(head), MSG_NOSIGNAL) == (ssize_t)strlen(head));
    ssize_t size = recv(fd, text, sizeof text - 1, MSG_WAITALL);
    close(fd);
    return size > 12 ? (int)strtol(text + 9, NULL, 10) : 0;
}

#define REQUEST(method, path)                                               \
    method " " path " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" \
           "Content-Length: 0\r\n\r\n"

TEST(test_an_office_with_an_address_of_its_own_is_at_no_other)
{
    struct world world = {.has_office_door = false};
    arena_init(&world.arena, 0);
    world.folder = field_folder(&world.arena);
    EXPECT_INT(COMMAND_ok, RUN(&world, NULL, "init"));
    server_start(&world);
    EXPECT_INT(200, status_at(world.port, REQUEST("GET", "/office/login")));
    EXPECT_INT(200, status_at(world.port, REQUEST("GET", "/healthz")));
    server_end(&world, SIGTERM);
    world.has_office_door = true;
    server_start(&world);
    EXPECT(world.office_port != world.port);
    EXPECT_INT(200, status_at(world.office_port, REQUEST("GET", "/office/login")));
    EXPECT_INT(404, status_at(world.port, REQUEST("GET", "/office/login")));
    EXPECT_INT(200, status_at(world.port, REQUEST("GET", "/healthz")));
    EXPECT_INT(404, status_at(world.office_port, REQUEST("GET", "/healthz")));
    EXPECT_INT(404, status_at(world.office_port, REQUEST("POST", "/v1/envelope")));
    char *text = NULL;
    EXPECT_INT(COMMAND_ok, RUN(&world, &text, "people", "list")); /* and it works meanwhile */
    int status = server_end(&world, SIGTERM);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_ok);
    EXPECT_INT(COMMAND_usage,
               RUN(&world, &text, "serve", "--listen", "127.0.0.1:0", "--office", "nowhere"));
    EXPECT(strstr(text, "nowhere") != NULL); /* which of the two it was */
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
