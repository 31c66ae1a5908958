/* tests/sync/server/command/serving.h -- the real server in a process of its own, commands beside
 * it, and what a tablet posts. */
#pragma once

#include "sync/server/command/program.h"

#include "core/os/os.h"
#include "sync/server/api/api.h"
#include "sync/server/store/ingest.h"
#include "tests/sync/server/command/signed_in.h"
#include "tests/sync/server/tablet.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

enum {
    SERVING_TABLETS = 3, /* who have the cases of make_headquarters() */
    SERVING_FACTS_MAX = 4000,
    SERVING_ANSWER_MAX = 512 * 1024,
    SERVING_TEXT_MAX = 64 * 1024,
};

struct world {
    struct arena arena;
    char *folder;
    pid_t server;
    uint16_t port;
    bool has_office_door; /* the next start gives the office an address of its own */
    uint16_t office_port;
};

/* The port of "<what>: http://127.0.0.1:<port>…". */
static inline uint16_t said_port(FILE *in, const char *what)
{
    char line[256] = "";
    char start[64];
    snprintf(start, sizeof start, "%s: http://127.0.0.1:", what);
    EXPECT(fgets(line, sizeof line, in) != NULL && strncmp(line, start, strlen(start)) == 0);
    return (uint16_t)strtol(line + strlen(start), NULL, 10);
}

/* Runs a command in this process; its output lands in `text` (may be NULL). */
static inline int run(struct world *world, const char *const *words, int count, char **text_out)
{
    FILE *out = tmpfile(); /* with a descriptor: it may be handed to the server */
    EXPECT(out != NULL);
    if (world->server == 0) {
        signed_in_as(world->folder, signed_in_by(words, count), clock_now_ms(os_clock()));
    }
    const struct command_context context = {
        .in = stdin,
        .out = out,
        .err = out,
        .data_folder = world->folder,
        .cwd = world->folder,
        .lang = LANG_en,
        .clock = os_clock(),
        .rng = os_rng(),
        .session_path = signed_in_path(&world->arena, world->folder),
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
    if (text_out != NULL) {
        *text_out = arena_alloc(&world->arena, SERVING_TEXT_MAX);
        rewind(out);
        (*text_out)[fread(*text_out, 1, SERVING_TEXT_MAX - 1, out)] = '\0';
    }
    fclose(out);
    return code;
}

#define RUN(world, text_out, ...)                    \
    run((world), (const char *const[]){__VA_ARGS__}, \
        (int)(sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)), (text_out))

static inline void server_start(struct world *world)
{
    int lines[2];
    signed_in_as(world->folder, "admin", clock_now_ms(os_clock()));
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
            .origin = "test",
        };
        const char *argv[] = {"doorstep-hq", "serve",    "--listen",
                              "127.0.0.1:0", "--office", "127.0.0.1:0"};
        int argc = world->has_office_door ? 6 : 4;
        struct arena arena;
        arena_init(&arena, 0);
        int code = program_run(&arena, &context, argc, argv);
        arena_deinit(&arena);
        _exit(code);
    }
    close(lines[1]);
    FILE *in = fdopen(lines[0], "r");
    world->port = said_port(in, "ready");
    world->office_port = world->has_office_door ? said_port(in, "the office") : world->port;
    fclose(in);
}

static inline int server_end(struct world *world, int how)
{
    int status = 0;
    EXPECT_INT(0, kill(world->server, how));
    EXPECT_INT(world->server, waitpid(world->server, &status, 0));
    world->server = 0;
    return status;
}

/* One POST on a connection of its own. False when the server went away meanwhile. */
static inline bool post(struct world *world, struct arena *arena, struct wire_bytes body,
                        int *status_out, struct wire_bytes *answer_out)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(world->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    char head[256];
    int head_size = snprintf(head, sizeof head,
                             "POST /v1/envelope HTTP/1.1\r\nHost: hq\r\nConnection: close\r\n"
                             "Content-Length: %zu\r\n\r\n",
                             body.size);
    uint8_t *bytes = arena_alloc(arena, SERVING_ANSWER_MAX);
    size_t size = 0;
    bool is_sent = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                   send(fd, head, (size_t)head_size, MSG_NOSIGNAL) == head_size &&
                   send(fd, body.bytes, body.size, MSG_NOSIGNAL) == (ssize_t)body.size;
    for (ssize_t got = 1; is_sent && got > 0 && size < SERVING_ANSWER_MAX - 1;) {
        got = recv(fd, bytes + size, SERVING_ANSWER_MAX - 1 - size, 0);
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

static inline void enrol(struct world *world, struct tablet *tablet, const char *person)
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
    EXPECT_INT(WIRE_ok, tablet_enrolled(tablet, answer, SERVING_FACTS_MAX));
}

static inline void make_headquarters(struct world *world)
{
    EXPECT_INT(COMMAND_ok, RUN(world, NULL, "init", "--name", "Test"));
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, world->folder, HQ_ACCESS_write, false));
    EXPECT_OK(hq_begin(store));
    struct ingest *ingest = ingest_start(&world->arena, store, FIELD_AT_MS);
    for (uint32_t i = 0; i < 20; i++) {
        ds_CaseRecord record = field_record(i);
        EXPECT_OK(ingest_case(ingest, &record, 0));
        ds_Event assign =
            field_assign(record.case_no, 1 + i % SERVING_TABLETS, 1, FIELD_AT_MS - 1000);
        EXPECT_OK(ingest_own(ingest, &assign, NULL));
    }
    EXPECT_OK(ingest_finish(ingest));
    EXPECT_OK(hq_commit(store));
    hq_store_close(store);
}
