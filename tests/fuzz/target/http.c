/* Bytes on a connection to a working server: it answers or hangs up, and serves the next one. */
#include "sync/server/http/http.h"
#include "core/os/os.h"
#include "tests/fuzz/target.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BODY_MAX = 1000 };

static bool echo_take(void *context, struct http_exchange *exchange)
{
    (void)context;
    CHECK(http_body(exchange).size <= BODY_MAX);
    http_answer(exchange, 200, "text/plain", http_body(exchange));
    return true;
}

static const struct http_route routes[] = {
    {"POST", "/v1/envelope", BODY_MAX, echo_take, NULL},
    {"GET", "/healthz", 0, echo_take, NULL},
};

static uint16_t serve(void)
{
    static struct http_server *server;
    static uint16_t port;
    if (server == NULL) {
        const struct http_options options = {.listen = "127.0.0.1:0",
                                             .routes = routes,
                                             .route_count = COUNT(routes),
                                             .clock = os_clock(),
                                             .thread_count = 1};
        (void)signal(SIGPIPE, SIG_IGN);
        CHECK(http_start(&options, &server) == OK);
        port = (uint16_t)strtol(strrchr(http_address(server), ':') + 1, NULL, 10);
    }
    return port;
}

/* Where every local port has just been used, some come free again within a minute. */
static bool is_connected(int fd, const struct sockaddr_in *address)
{
    enum { TRIES = 600, PAUSE_MS = 100 };
    for (int i = 0; i < TRIES; i++) {
        if (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0) {
            return true;
        }
        os_sleep_ms(PAUSE_MS);
    }
    return false;
}

static int dial(void)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons(serve()),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0 && is_connected(fd, &address));
    return fd;
}

/* Whatever came before: a good request is answered. */
static void look(void)
{
    static const char good[] = "GET /healthz HTTP/1.1\r\nHost: hq\r\nConnection: close\r\n\r\n";
    char answer[64] = "";
    int fd = dial();
    CHECK(send(fd, good, sizeof good - 1, MSG_NOSIGNAL) == (ssize_t)sizeof good - 1);
    CHECK(recv(fd, answer, 12, MSG_WAITALL) == 12 && memcmp(answer, "HTTP/1.1 200", 12) == 0);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { LOOK_EVERY = 16 };
    static unsigned count;
    int fd = dial();
    if (size > 0) {
        (void)!send(fd, bytes, size, MSG_NOSIGNAL);
    }
    /* Hangs up at once: what is not whole would be waited for. */
    close(fd);
    if (++count % LOOK_EVERY == 0) {
        look();
    }
    return 0;
}
