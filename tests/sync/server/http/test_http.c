/* HTTP on loopback: routes, limits, sleeping exchanges, slow clients. */
#include "sync/server/http/http.h"

#include "core/os/os.h"
#include "sync/server/http/listen.h"
#include "tests/lib/test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BODY_MAX = 1000 };

/* Time that a test moves by hand, so that a slow client need not be waited for. */
struct sim {
    pthread_mutex_t lock;
    int64_t now_ms;
    pthread_t waker;
};

static struct clock_reading sim_read(void *context)
{
    struct sim *sim = context;
    pthread_mutex_lock(&sim->lock);
    int64_t now_ms = sim->now_ms;
    pthread_mutex_unlock(&sim->lock);
    return (struct clock_reading){.wall_ms = now_ms, .monotonic_ms = now_ms};
}

static void sim_move(struct sim *sim, int64_t by_ms)
{
    pthread_mutex_lock(&sim->lock);
    sim->now_ms += by_ms;
    pthread_mutex_unlock(&sim->lock);
}

static void *wake_later(void *context)
{
    os_sleep_ms(20);
    http_resume(context);
    return NULL;
}

static bool echo_take(void *context, struct http_exchange *exchange)
{
    struct sim *sim = context;
    struct str body = http_body(exchange);
    if (body.size == 0) {
        http_answer(exchange, 503, "text/plain", STR("empty"));
        http_retry_after(exchange, 7);
        return true;
    }
    EXPECT_INT(0, pthread_create(&sim->waker, NULL, wake_later, exchange));
    return false;
}

static void echo_finish(void *context, struct http_exchange *exchange)
{
    struct sim *sim = context;
    pthread_join(sim->waker, NULL);
    http_answer(exchange, 200, "text/plain", http_body(exchange));
}

static bool hello_take(void *context, struct http_exchange *exchange)
{
    (void)context;
    http_answer(exchange, 200, "text/plain", STR("hello"));
    return true;
}

static bool large_take(void *context, struct http_exchange *exchange)
{
    enum { LARGE = 16 * 1024 * 1024 };
    (void)context;
    char *bytes = arena_alloc(http_arena(exchange), LARGE);
    http_answer(exchange, 200, "text/plain", (struct str){bytes, LARGE});
    return true;
}

static const struct http_route routes[] = {
    {"GET", "/large", 0, large_take, NULL},
    {"POST", "/echo", BODY_MAX, echo_take, echo_finish},
    {"GET", "/hello", 0, hello_take, NULL},
};

struct world {
    struct sim sim;
    struct clock clock;
    struct http_server *server;
    uint16_t port;
};

static void open_door(struct world *world, enum http_door door)
{
    pthread_mutex_init(&world->sim.lock, NULL);
    world->sim.now_ms = 1000000;
    world->clock = (struct clock){sim_read, &world->sim};
    const struct http_options options = {
        .door = door,
        .listen = "127.0.0.1:0",
        .routes = routes,
        .route_count = COUNT(routes),
        .context = &world->sim,
        .clock = &world->clock,
        .thread_count = 2,
    };
    EXPECT_OK(http_start(&options, &world->server));
    world->port = (uint16_t)strtol(strrchr(http_address(world->server), ':') + 1, NULL, 10);
}

static void open_world(struct world *world)
{
    open_door(world, HTTP_DOOR_all);
}

static void close_world(struct world *world)
{
    http_close_door(world->server);
    http_stop(world->server);
    pthread_mutex_destroy(&world->sim.lock);
}

static int dial(const struct world *world)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(world->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_INT(0, connect(fd, (struct sockaddr *)&address, sizeof address));
    return fd;
}

static void say(int fd, const char *text)
{
    EXPECT_INT(strlen(text), send(fd, text, strlen(text), MSG_NOSIGNAL));
}

/* All that comes until the other side closes. */
static void hear(int fd, char *text, size_t size)
{
    size_t used = 0;
    for (ssize_t got = 1; got > 0 && used < size - 1;) {
        got = recv(fd, text + used, size - 1 - used, 0);
        used += got > 0 ? (size_t)got : 0;
    }
    text[used] = '\0';
    close(fd);
}

TEST(test_requests_are_answered_by_their_route)
{
    static const struct {
        const char *row, *request, *status, *holds;
    } rows[] = {
        {"get", "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "200", "hello"},
        {"wait",
         "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\nabcd",
         "200", "abcd"},
        {"pieces",
         "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
         "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
         "200", "abcde"},
        {"busy", "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
         "503", "Retry-After: 7"},
        {"no such", "GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "404", ""},
        {"wrong way", "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "405",
         "Allow: POST"},
        {"too long",
         "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1001\r\n\r\n",
         "413", ""},
        {"negative",
         "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: -1\r\n\r\n", "4",
         ""},
    };
    struct world world;
    open_world(&world);
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[4096];
        char start[32];
        int fd = dial(&world);
        say(fd, rows[i].request);
        hear(fd, text, sizeof text);
        snprintf(start, sizeof start, "HTTP/1.1 %s", rows[i].status);
        EXPECT_ROW(rows[i].row, strncmp(text, start, strlen(start)) == 0);
        EXPECT_ROW(rows[i].row, strstr(text, rows[i].holds) != NULL);
    }
    close_world(&world);
}

/* Goal: a body in pieces that never says how long it is stops at the limit. */
TEST(test_a_body_without_a_length_has_a_limit)
{
    struct world world;
    open_world(&world);
    char text[4096];
    int fd = dial(&world);
    say(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked"
            "\r\n\r\n");
    for (int i = 0; i < 101; i++) {
        say(fd, "a\r\n0123456789\r\n");
    }
    say(fd, "0\r\n\r\n");
    hear(fd, text, sizeof text);
    EXPECT(strncmp(text, "HTTP/1.1 413", 12) == 0);
    close_world(&world);
}

/* Goal: bytes that trickle in do not keep a connection: only time counts. */
TEST(test_slow_clients_are_cut_off)
{
    static const struct {
        const char *row, *said;
        int64_t after_ms;
    } rows[] = {
        {"head", "POST /echo HTTP/1.1\r\nHost:", HTTP_HEAD_MS + 1000},
        {"body", "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nab",
         HTTP_GRACE_MS + 1000},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world;
        open_world(&world);
        int fd = dial(&world);
        say(fd, rows[i].said);
        os_sleep_ms(100); /* until its thread has read that much */
        sim_move(&world.sim, rows[i].after_ms);
        char text[256];
        hear(fd, text, sizeof text); /* returns because the server closed it */
        EXPECT_ROW(rows[i].row, http_counts(world.server).reaped_count == 1);
        fd = dial(&world);
        say(fd, "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        hear(fd, text, sizeof text);
        EXPECT_ROW(rows[i].row, strstr(text, "hello") != NULL);
        close_world(&world);
    }
}

/* Goal: a connection that was honest once cannot drip its next head. */
TEST(test_a_later_head_is_cut_off_too)
{
    struct world world;
    open_world(&world);
    int fd = dial(&world);
    char text[1024];
    say(fd, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    size_t used = 0;
    while (used < 5 || memcmp(text + used - 5, "hello", 5) != 0) {
        ssize_t got = recv(fd, text + used, sizeof text - used, 0);
        EXPECT(got > 0);
        used += (size_t)got;
    }
    os_sleep_ms(50);
    sim_move(&world.sim, HTTP_HEAD_MS + 1000); /* idle only: may stay */
    os_sleep_ms(1200);
    EXPECT_INT(1, http_counts(world.server).connection_count);
    say(fd, "GET /he");
    os_sleep_ms(1200); /* the reaper has seen that it began */
    sim_move(&world.sim, HTTP_HEAD_MS + 1000);
    hear(fd, text, sizeof text);
    EXPECT_INT(1, http_counts(world.server).reaped_count);
    close_world(&world);
}

/* Goal: who asks and does not read holds its answer for a bounded time only, and nothing
 * is held when all is over. */
TEST(test_who_does_not_read_is_cut_off)
{
    struct world world;
    open_world(&world);
    int fd = dial(&world);
    int is_small = 1;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &is_small, sizeof is_small);
    say(fd, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    while (http_counts(world.server).held_size == 0) {
        os_sleep_ms(5);
    }
    sim_move(&world.sim, HTTP_ANSWER_MS + 1000);
    while (http_counts(world.server).connection_count > 0) {
        os_sleep_ms(20);
    }
    EXPECT_INT(1, http_counts(world.server).reaped_count);
    EXPECT_INT(0, http_counts(world.server).held_size);
    close(fd);
    close_world(&world);
}

/* Goal: a head beyond its limit is answered, not read to its end. */
TEST(test_a_head_has_a_limit)
{
    struct world world;
    open_world(&world);
    int fd = dial(&world);
    say(fd, "GET /hello HTTP/1.1\r\nHost: x\r\nX: ");
    static char filler[HTTP_HEAD_SIZE * 2];
    memset(filler, 'a', sizeof filler);
    (void)!send(fd, filler, sizeof filler, MSG_NOSIGNAL);
    char text[1024];
    hear(fd, text, sizeof text);
    EXPECT(strncmp(text, "HTTP/1.1 4", 10) == 0 || text[0] == '\0');
    EXPECT_INT(0, http_counts(world.server).held_size);
    close_world(&world);
}

/* Goal: the office is for ordinary browsers: what one on Windows says of itself fits, with a
 * session, a language and the address it comes from, and room is left for the answer's own head. */
static const char browsers_head[] =
    "GET /hello?kind=field&period=day&at=2026-11-23&lang=zh HTTP/1.1\r\n"
    "Host: headquarters.example:8443\r\nConnection: close\r\nCache-Control: max-age=0\r\n"
    "sec-ch-ua: \"Chromium\";v=\"130\", \"Some Browser\";v=\"130\", \"Not?A\";v=\"99\"\r\n"
    "sec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Windows\"\r\nDNT: 1\r\n"
    "Upgrade-Insecure-Requests: 1\r\n"
    "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
    "Gecko) Chrome/130.0.0.0 Safari/537.36 Other/130.0.0.0\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7\r\n"
    "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\n"
    "Sec-Fetch-Dest: document\r\n"
    "Referer: https://headquarters.example:8443/office/reports?kind=conduct&period=month"
    "&at=2026-11-23&lang=zh\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8,en-GB;q=0.7,en-US;q=0.6\r\n"
    "Cookie: __Host-doorstep=0123456789012345678901234567890123456789012345; lang=zh; "
    "another=012345678901234567890123456789012345678901234567890123456789012345678901234567"
    "\r\n\r\n";

TEST(test_a_browsers_head_fits)
{
    static const enum http_door doors[] = {HTTP_DOOR_all, HTTP_DOOR_office};
    for (size_t i = 0; i < COUNT(doors); i++) {
        struct world world;
        open_door(&world, doors[i]);
        int fd = dial(&world);
        say(fd, browsers_head);
        char text[1024];
        hear(fd, text, sizeof text);
        EXPECT(strncmp(text, "HTTP/1.1 200", 12) == 0);
        close_world(&world);
    }
}

/* Goal: thousands of tablets idle in little memory: their door has room for their heads, with as
 * much again that a proxy may add, and tells anybody else. */
TEST(test_the_tablets_door_has_room_for_tablets)
{
    struct world world;
    char text[1024];
    open_door(&world, HTTP_DOOR_tablets);
    int fd = dial(&world);
    say(fd, "POST /echo HTTP/1.1\r\nHost: headquarters.example:8480\r\nContent-Length: 2\r\n"
            "Accept: */*\r\nConnection: close\r\nX-Forwarded-For: 203.0.113.199, 198.51.100.17\r\n"
            "X-Forwarded-Proto: https\r\nX-Forwarded-Host: headquarters.example\r\n"
            "X-Real-IP: 203.0.113.199\r\nX-Request-Id: 0123456789abcdef0123456789abcdef\r\n"
            "Via: 1.1 proxy.example\r\n\r\nhi");
    hear(fd, text, sizeof text);
    EXPECT(strncmp(text, "HTTP/1.1 200", 12) == 0);
    fd = dial(&world);
    say(fd, browsers_head);
    hear(fd, text, sizeof text);
    EXPECT(strncmp(text, "HTTP/1.1 431", 12) == 0);
    close_world(&world);
}

/* Sockets of systemd: the first is the tablets', the second the office's; what was not handed in
 * is opened. */
TEST(test_sockets_that_are_handed_in)
{
    static const struct {
        const char *count;
        int index, fd;
    } rows[] = {{"1", 0, 3}, {"2", 0, 3}, {"2", 1, 4}, {"1", 1, -1}, {"x", 0, -1}, {"0", 0, -1}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        pid_t child = fork();
        EXPECT(child >= 0);
        if (child == 0) { /* its descriptors and its environment are its own */
            char pid[16];
            char where[HTTP_ADDRESS_SIZE];
            int fd = -1;
            int other = socket(AF_INET, SOCK_STREAM, 0);
            snprintf(pid, sizeof pid, "%d", getpid());
            bool is_good =
                other >= 0 && dup2(other, 3) == 3 && dup2(other, 4) == 4 &&
                setenv("LISTEN_PID", pid, 1) == 0 && setenv("LISTEN_FDS", rows[i].count, 1) == 0 &&
                listen_open("127.0.0.1:0", rows[i].index, &fd, where, sizeof where) == OK;
            bool is_own = fd > 4;
            _exit(is_good && (rows[i].fd > 0 ? fd == rows[i].fd : is_own) ? 0 : 1);
        }
        int status = 0;
        EXPECT_INT(child, waitpid(child, &status, 0));
        EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

TEST(test_addresses)
{
    static const struct {
        const char *address;
        enum err err;
    } rows[] = {
        {"127.0.0.1:0", OK},
        {"[::1]", ERR_bad_text},
        {"127.0.0.1", ERR_bad_text},
        {"127.0.0.1:", ERR_bad_text},
        {"127.0.0.1:x", ERR_bad_text},
        {"127.0.0.1:70000", ERR_bad_text},
        {"", ERR_bad_text},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int fd = -1;
        char where[HTTP_ADDRESS_SIZE];
        EXPECT_ROW(rows[i].address,
                   listen_open(rows[i].address, 0, &fd, where, sizeof where) == rows[i].err);
        listen_close(fd);
    }
    int first = -1;
    int second = -1;
    char where[HTTP_ADDRESS_SIZE];
    char again[HTTP_ADDRESS_SIZE];
    EXPECT_OK(listen_open("127.0.0.1:0", 0, &first, where, sizeof where));
    EXPECT_ERR(ERR_exists, listen_open(where, 0, &second, again, sizeof again));
    listen_close(first);
}
