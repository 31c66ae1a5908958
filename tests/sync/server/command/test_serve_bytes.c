/* Goal: no bytes on the socket bring the server down, hold it up or make it take in what no
 * tablet signed; whoever behaves is served meanwhile.
 *
 * Method: requests are changed at random, from a seed: cut, flooded with headers, with lengths
 * and chunks that lie, dripped, torn off. Some stay open behind. Every few, a tablet posts
 * facts and must be answered soon. DOORSTEP_FUZZ_ROUNDS=100000 for a long run. */
#include "tests/fuzz/change.h"
#include "tests/sync/server/command/serving.h"

#include <poll.h>
#include <stdlib.h>
#include <time.h>

enum {
    ROUNDS = 1500,
    SERVE_EVERY = 60,
    LEFT_OPEN = 40,
    BYTES_MAX = 160 * 1024,
    ANSWER_WAIT_MS = 15,
    SERVED_MS_MAX = 20000, /* of a loaded machine under instruments; stuck is for ever */
};

struct bytes {
    struct arena arena;
    struct test_rng rng_state;
    struct rng rng;
    struct world world;
    struct tablet tablet;
    struct wire_bytes good; /* an envelope that headquarters took already */
    int left_open[LEFT_OPEN];
    uint8_t *request;
    size_t size;
    uint64_t answered_count, open_count;
};

static bool is_one_in(struct bytes *bytes, uint64_t count)
{
    return rng_below(&bytes->rng, count) == 0;
}

static void put(struct bytes *bytes, const void *more, size_t size)
{
    size = size < BYTES_MAX - bytes->size ? size : BYTES_MAX - bytes->size;
    memcpy(bytes->request + bytes->size, more, size);
    bytes->size += size;
}

static void put_text(struct bytes *bytes, const char *text)
{
    put(bytes, text, strlen(text));
}

/* What a length may be said to be, besides the truth. */
static const char *lie(struct bytes *bytes)
{
    static const char *const lies[] = {
        "0",
        "-1",
        "1",
        "99999999999999999999",
        "18446744073709551615",
        "9223372036854775807",
        "0x10",
        "",
        " 7",
        "7 7",
        "131072",
        "+5",
    };
    return lies[rng_below(&bytes->rng, COUNT(lies))];
}

static void put_headers(struct bytes *bytes)
{
    if (is_one_in(bytes, 6)) { /* a flood */
        for (uint64_t n = rng_below(&bytes->rng, 400); n > 0; n--) {
            put_text(bytes, "X-Flood: 0123456789\r\n");
        }
    }
    if (is_one_in(bytes, 10)) { /* one without end */
        put_text(bytes, "Cookie: ");
        for (uint64_t n = rng_below(&bytes->rng, 3000); n > 0; n--) {
            put_text(bytes, "aaaaaaaaaaaaaaaa");
        }
        put_text(bytes, "\r\n");
    }
    if (is_one_in(bytes, 8)) {
        put_text(bytes, "Expect: 100-continue\r\n");
    }
    if (is_one_in(bytes, 8)) {
        put_text(bytes, "Connection: Upgrade\r\nUpgrade: websocket\r\n");
    }
}

static void put_chunked(struct bytes *bytes, struct wire_bytes body)
{
    put_text(bytes, "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < body.size;) {
        size_t size = 1 + (size_t)rng_below(&bytes->rng, 400);
        size = size < body.size - at ? size : body.size - at;
        char head[40];
        snprintf(head, sizeof head, "%zx%s\r\n", is_one_in(bytes, 30) ? size * 1000003 : size,
                 is_one_in(bytes, 30) ? ";lie=\"" : "");
        put_text(bytes, is_one_in(bytes, 40) ? "ffffffffffffffff\r\n" : head);
        put(bytes, body.bytes + at, size);
        put_text(bytes, is_one_in(bytes, 40) ? "" : "\r\n");
        at += size;
    }
    put_text(bytes, is_one_in(bytes, 4) ? "" : "0\r\n\r\n");
}

static void put_request(struct bytes *bytes)
{
    static const char *const starts[] = {
        "POST /v1/envelope HTTP/1.1\r\n", "POST /v1/envelope HTTP/1.1\r\n",
        "GET /healthz HTTP/1.1\r\n",      "GET /metrics HTTP/1.1\r\n",
        "PUT /v1/envelope HTTP/1.0\r\n",  "GET /../../etc/passwd HTTP/1.1\r\n",
        "POST /v1/envelope HTTP/9.9\r\n", "\r\n\r\nGET /readyz HTTP/1.1\r\n",
    };
    put_text(bytes, starts[rng_below(&bytes->rng, COUNT(starts))]);
    put_text(bytes, is_one_in(bytes, 10) ? "" : "Host: hq\r\n");
    put_headers(bytes);
    struct wire_bytes body = bytes->good;
    if (is_one_in(bytes, 3)) {
        put_chunked(bytes, body);
        return;
    }
    char head[64];
    snprintf(head, sizeof head, "Content-Length: %zu\r\n", body.size);
    put_text(bytes, head);
    if (is_one_in(bytes, 4)) {
        snprintf(head, sizeof head, "Content-Length: %s\r\n", lie(bytes));
        put_text(bytes, head);
    }
    put_text(bytes, "\r\n");
    put(bytes, body.bytes, body.size);
}

static int dial(const struct bytes *bytes)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(bytes->world.port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&address, sizeof address));
    return fd;
}

/* In pieces; what the server does not want to hear any more is not said. */
static void say(struct bytes *bytes, int fd)
{
    for (size_t at = 0; at < bytes->size;) {
        size_t size = is_one_in(bytes, 3) ? 1 + (size_t)rng_below(&bytes->rng, 200) : bytes->size;
        size = size < bytes->size - at ? size : bytes->size - at;
        if (send(fd, bytes->request + at, size, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
            return;
        }
        at += size;
    }
}

static void part(struct bytes *bytes, int fd)
{
    if (is_one_in(bytes, 4)) { /* stays, and says nothing more */
        int *place = &bytes->left_open[rng_below(&bytes->rng, LEFT_OPEN)];
        if (*place >= 0) {
            close(*place);
        }
        *place = fd;
        bytes->open_count++;
        return;
    }
    if (is_one_in(bytes, 4)) { /* torn off */
        const struct linger now = {.l_onoff = 1, .l_linger = 0};
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close(fd);
        return;
    }
    shutdown(fd, SHUT_WR);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char text[16] = "";
    if (poll(&wait, 1, ANSWER_WAIT_MS) > 0 && recv(fd, text, sizeof text - 1, 0) > 0) {
        EXPECT(strncmp(text, "HTTP/1.", 7) == 0);
        bytes->answered_count++;
    }
    close(fd);
}

static int64_t now_ms(void)
{
    return clock_read(os_clock()).monotonic_ms;
}

/* A tablet among all that is served as if it were alone. */
static void serve_one(struct bytes *bytes)
{
    struct tablet *tablet = &bytes->tablet;
    ds_Event event = field_visit(tablet->person_no, 1, FIELD_AT_MS, OUTCOME_refused_to_pay);
    field_chain_add(&tablet->chain, &event);
    struct wire_bytes envelope = tablet_batch(tablet, tablet->stored_seq + 1, 1);
    struct arena arena;
    arena_init(&arena, 0);
    int64_t start_ms = now_ms();
    int status = 0;
    struct wire_bytes answer;
    EXPECT(post(&bytes->world, &arena, envelope, &status, &answer));
    while (status == 503 && now_ms() - start_ms < SERVED_MS_MAX) {
        os_sleep_ms(20); /* what was sent again of this very tablet still waits */
        EXPECT(post(&bytes->world, &arena, envelope, &status, &answer));
    }
    EXPECT(now_ms() - start_ms < SERVED_MS_MAX);
    EXPECT_INT(200, status);
    uint32_t refusal = 0;
    (void)tablet_take(tablet, answer, &refusal);
    EXPECT_INT(WIRE_ok, refusal);
    EXPECT_INT(tablet->chain.count, tablet->stored_seq);
    bytes->good.bytes = arena_copy(&bytes->arena, envelope.bytes, envelope.size);
    bytes->good.size = envelope.size;
    arena_deinit(&arena);
    int state = 0;
    EXPECT_INT(0, waitpid(bytes->world.server, &state, WNOHANG)); /* it lives */
}

static void round_run(struct bytes *bytes)
{
    bytes->size = 0;
    put_request(bytes);
    if (is_one_in(bytes, 5)) {
        put_request(bytes); /* without waiting for the first answer */
    }
    if (is_one_in(bytes, 3)) {
        bytes->size = change_bytes(&bytes->rng, bytes->request, bytes->size, BYTES_MAX,
                                   bytes->good.bytes, bytes->good.size);
    }
    if (is_one_in(bytes, 6)) {
        bytes->size = (size_t)rng_below(&bytes->rng, bytes->size + 1);
    }
    int fd = dial(bytes);
    say(bytes, fd);
    part(bytes, fd);
}

TEST(test_no_bytes_on_the_socket_stop_the_service)
{
    const char *wanted = getenv("DOORSTEP_FUZZ_ROUNDS");
    long rounds = wanted != NULL ? strtol(wanted, NULL, 10) : ROUNDS;
    struct bytes *bytes = calloc(1, sizeof *bytes);
    struct world *world = &bytes->world;
    arena_init(&bytes->arena, 0);
    arena_init(&world->arena, 0);
    bytes->rng = test_rng_make(&bytes->rng_state, 20261122);
    bytes->request = malloc(BYTES_MAX);
    for (size_t i = 0; i < LEFT_OPEN; i++) {
        bytes->left_open[i] = -1;
    }
    world->folder = field_folder(&world->arena);
    make_headquarters(world);
    server_start(world);
    EXPECT_INT(COMMAND_ok, RUN(world, NULL, "people", "add", "--code", "A", "--name", "Someone"));
    enrol(world, &bytes->tablet, "A");
    serve_one(bytes);
    for (long i = 1; i <= rounds && bytes->tablet.chain.count < SERVING_FACTS_MAX; i++) {
        round_run(bytes);
        if (i % SERVE_EVERY == 0) {
            serve_one(bytes);
        }
    }
    /* The changes did reach it, and not all were too wild to be answered. */
    EXPECT(bytes->answered_count > (uint64_t)rounds / 10 && bytes->open_count > 0);
    for (size_t i = 0; i < LEFT_OPEN; i++) {
        if (bytes->left_open[i] >= 0) {
            close(bytes->left_open[i]);
        }
    }
    serve_one(bytes);
    int status = server_end(world, SIGTERM);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == COMMAND_ok);
    char *text = NULL;
    EXPECT_INT(COMMAND_ok, RUN(world, &text, "verify"));
    char expected[64];
    snprintf(expected, sizeof expected, "Checked. Facts: %zu,", bytes->tablet.chain.count + 20);
    EXPECT(strncmp(text, expected, strlen(expected)) == 0); /* the tablet's and no others */
    tablet_deinit(&bytes->tablet);
    field_folder_remove(world->folder);
    arena_deinit(&world->arena);
    arena_deinit(&bytes->arena);
    free(bytes->request);
    free(bytes);
}
