/* Goal: curl does what transport.h promises, against a server that misbehaves. */
#include "core/base/limits.h"
#include "core/base/str.h"
#include "sync/client/transport.h"
#include "tests/lib/test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <sys/socket.h>

struct server {
    int fd;
    uint16_t port;
    pthread_t thread;
    const char *response;
    size_t filler_size; /* bytes of body after it */
    char request[4096];
};

static void *serve(void *context)
{
    struct server *server = context;
    int fd = accept(server->fd, NULL, NULL);
    if (fd < 0) {
        return NULL;
    }
    size_t size = 0;
    for (;;) {
        ssize_t got = read(fd, server->request + size, sizeof server->request - 1 - size);
        if (got <= 0) {
            break;
        }
        size += (size_t)got;
        server->request[size] = '\0';
        if (strstr(server->request, "\r\n\r\nenvelope") != NULL) {
            break;
        }
    }
    (void)!write(fd, server->response, strlen(server->response));
    static const char filler[4096];
    for (size_t at = 0; at < server->filler_size; at += sizeof filler) {
        size_t part =
            server->filler_size - at < sizeof filler ? server->filler_size - at : sizeof filler;
        if (send(fd, filler, part, MSG_NOSIGNAL) < 0) {
            break;
        }
    }
    close(fd);
    return NULL;
}

static void server_start(struct server *server, const char *response, size_t filler_size)
{
    *server = (struct server){.response = response, .filler_size = filler_size};
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    EXPECT(bind(server->fd, (struct sockaddr *)&address, size) == 0 && listen(server->fd, 4) == 0);
    EXPECT(getsockname(server->fd, (struct sockaddr *)&address, &size) == 0);
    server->port = ntohs(address.sin_port);
    EXPECT(pthread_create(&server->thread, NULL, serve, server) == 0);
}

static void server_end(struct server *server)
{
    pthread_join(server->thread, NULL);
    close(server->fd);
}

static enum err post(struct arena *arena, uint16_t port, struct transport_response *response)
{
    struct transport_curl *curl = NULL;
    EXPECT_OK(transport_curl_open(arena, &curl));
    struct transport transport = transport_curl_table(curl);
    const char *url = str_format(arena, "http://127.0.0.1:%u/v1/envelope", port);
    enum err err = transport.post(transport.context, arena, url, "envelope", 8, response);
    transport_curl_close(&curl);
    return err;
}

TEST(test_what_comes_back)
{
    static const struct {
        const char *row, *response;
        size_t filler_size;
        enum err err;
        int32_t status;
        size_t body_size;
        int64_t retry_after_s;
    } rows[] = {
        {"answer", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 0, OK, 200, 3, 0},
        {"busy", "HTTP/1.1 503 Busy\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n", 0, OK, 503, 0,
         17},
        {"redirect is not followed",
         "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n", 0, OK,
         302, 0, 0},
        {"largest", "HTTP/1.1 200 OK\r\nContent-Length: 262144\r\n\r\n", LIMIT_answer_size, OK, 200,
         LIMIT_answer_size, 0},
        {"one byte too long", "HTTP/1.1 200 OK\r\nContent-Length: 262145\r\n\r\n",
         LIMIT_answer_size + 1, ERR_too_long, 200, LIMIT_answer_size, 0},
        {"cut in the body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 0, ERR_timed_out,
         200, 3, 0},
        {"nothing", "", 0, ERR_timed_out, 0, 0, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena arena = {0};
        arena_init(&arena, 0);
        struct server server;
        server_start(&server, rows[i].response, rows[i].filler_size);
        struct transport_response response;
        enum err err = post(&arena, server.port, &response);
        server_end(&server);
        EXPECT_ROW(rows[i].row, err == rows[i].err);
        EXPECT_ROW(rows[i].row, response.status == rows[i].status);
        EXPECT_ROW(rows[i].row, err == ERR_too_long || response.body_size == rows[i].body_size);
        EXPECT_ROW(rows[i].row, response.body_size <= LIMIT_answer_size);
        EXPECT_ROW(rows[i].row, response.retry_after_s == rows[i].retry_after_s);
        EXPECT_ROW(rows[i].row, strncmp(server.request, "POST /v1/envelope HTTP/1.1\r\n", 28) == 0);
        EXPECT_ROW(rows[i].row, strstr(server.request, "Expect:") == NULL);
        arena_deinit(&arena);
    }
}

TEST(test_where_nobody_listens)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct server server;
    server_start(&server, "", 0);
    shutdown(server.fd, SHUT_RDWR);
    server_end(&server);
    struct transport_response response;
    EXPECT_ERR(ERR_offline, post(&arena, server.port, &response));
    struct transport_curl *curl = NULL;
    EXPECT_OK(transport_curl_open(&arena, &curl));
    struct transport transport = transport_curl_table(curl);
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/", "http://"};
    for (size_t i = 0; i < COUNT(urls); i++) {
        enum err err = transport.post(transport.context, &arena, urls[i], "x", 1, &response);
        EXPECT_ROW(urls[i], err == ERR_malformed);
    }
    transport_curl_close(&curl);
    arena_deinit(&arena);
}
