/* libmicrohttpd: threads, exchanges, and the reaper of slow clients. */
#include "sync/server/http/http.h"

#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/http/listen.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { REAPER_PERIOD_MS = 1000, HEAD_SIZE = 16 * 1024, BODY_FIRST_SIZE = 4096 };

enum phase {
    PHASE_head,   /* a new connection, or between two requests */
    PHASE_body,   /* the body is coming */
    PHASE_asleep, /* waits for http_resume() */
    PHASE_answer, /* the answer is going out */
};

struct http_exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    const struct http_route *route;
    struct arena arena;
    char *body;
    size_t body_size;
    size_t body_capacity;
    bool is_too_long;
    void *data;
    int status;
    const char *type;
    struct str answer;
    int retry_after_s;
};

/* A connection. Peers live in a pool of HTTP_CONNECTIONS; free ones are chained. */
struct peer {
    struct peer *next_free;
    bool is_used;
    bool had_request;
    int fd;
    enum phase phase;
    int64_t since_ms; /* monotonic: when the phase began */
    size_t body_size; /* received so far */
    struct http_exchange exchange;
};

struct http_server {
    struct arena arena;
    struct http_options options;
    struct MHD_Daemon *daemon;
    char address[HTTP_ADDRESS_SIZE];
    struct peer *peers;
    struct peer *free;
    pthread_mutex_t lock; /* over peers */
    pthread_t reaper;
    atomic_bool is_stopping;
    atomic_uint_fast64_t request_count, refused_count, failed_count, reaped_count;
    atomic_uint connection_count;
};

static int64_t now_ms(const struct http_server *server)
{
    return clock_read(server->options.clock).monotonic_ms;
}

/* ---- connections ---- */

static void peer_phase(struct http_server *server, struct peer *peer, enum phase phase)
{
    int64_t now = now_ms(server);
    pthread_mutex_lock(&server->lock);
    peer->phase = phase;
    peer->since_ms = now;
    pthread_mutex_unlock(&server->lock);
}

static void connection_notice(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        int64_t now = now_ms(server);
        pthread_mutex_lock(&server->lock);
        struct peer *peer = server->free;
        if (peer != NULL) {
            server->free = peer->next_free;
            *peer = (struct peer){.is_used = true, .fd = info->connect_fd, .since_ms = now};
        }
        pthread_mutex_unlock(&server->lock);
        *socket_context = peer;
        server->connection_count++;
    } else {
        struct peer *peer = *socket_context;
        server->connection_count--;
        if (peer == NULL) {
            return;
        }
        pthread_mutex_lock(&server->lock);
        peer->is_used = false;
        peer->next_free = server->free;
        server->free = peer;
        pthread_mutex_unlock(&server->lock);
        *socket_context = NULL;
    }
}

/* Monotonic time alone says whether a client is slow; bytes that trickle in do not
 * help it, unlike with a timeout that every byte starts anew. */
static bool is_slow(const struct peer *peer, int64_t now)
{
    int64_t age_ms = now - peer->since_ms;
    switch (peer->phase) {
    case PHASE_head:
        return age_ms > (peer->had_request ? HTTP_IDLE_MS : HTTP_HEAD_MS);
    case PHASE_body:
        return age_ms > HTTP_BODY_GRACE_MS &&
               (int64_t)peer->body_size * 1000 < age_ms * HTTP_BODY_RATE;
    case PHASE_answer: /* the pool's own timeout sees to a reader that stalls */
    case PHASE_asleep:
        return false;
    }
    return false;
}

static void *reaper_run(void *context)
{
    struct http_server *server = context;
    while (!server->is_stopping) {
        os_sleep_ms(REAPER_PERIOD_MS);
        int64_t now = now_ms(server);
        pthread_mutex_lock(&server->lock);
        for (size_t i = 0; i < HTTP_CONNECTIONS; i++) {
            struct peer *peer = &server->peers[i];
            if (peer->is_used && is_slow(peer, now)) {
                server->reaped_count++; /* before the peer can see that it was cut off */
                shutdown(peer->fd, SHUT_RDWR);
                peer->since_ms = now; /* its thread will notice; not again next second */
            }
        }
        pthread_mutex_unlock(&server->lock);
    }
    return NULL;
}

/* ---- exchanges ---- */

struct arena *http_arena(struct http_exchange *exchange)
{
    return &exchange->arena;
}

struct str http_body(const struct http_exchange *exchange)
{
    return (struct str){exchange->body, exchange->body_size};
}

void **http_data(struct http_exchange *exchange)
{
    return &exchange->data;
}

void http_answer(struct http_exchange *exchange, int status, const char *type, struct str bytes)
{
    exchange->status = status;
    exchange->type = type;
    exchange->answer = bytes;
}

void http_retry_after(struct http_exchange *exchange, int seconds)
{
    exchange->retry_after_s = seconds;
}

void http_resume(struct http_exchange *exchange)
{
    MHD_resume_connection(exchange->connection);
}

static struct peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info != NULL ? info->socket_context : NULL;
}

static enum MHD_Result send_answer(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    if (exchange->status >= 500) {
        server->failed_count++;
    } else if (exchange->status >= 400) {
        server->refused_count++;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(
        exchange->answer.size, (void *)(uintptr_t)exchange->answer.bytes, MHD_RESPMEM_PERSISTENT);
    if (response == NULL) {
        return MHD_NO;
    }
    enum MHD_Result is_ok =
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, exchange->type);
    if (is_ok == MHD_YES && exchange->retry_after_s > 0) {
        char text[16];
        snprintf(text, sizeof text, "%d", exchange->retry_after_s);
        is_ok = MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, text);
    }
    if (is_ok == MHD_YES && exchange->status == MHD_HTTP_METHOD_NOT_ALLOWED) {
        is_ok = MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, exchange->route->method);
    }
    if (is_ok == MHD_YES) {
        is_ok = MHD_queue_response(exchange->connection, (unsigned)exchange->status, response);
    }
    MHD_destroy_response(response);
    return is_ok;
}

static enum MHD_Result answer_plain(struct http_exchange *exchange, int status, const char *text)
{
    http_answer(exchange, status, "text/plain", str_from(text));
    return send_answer(exchange);
}

static enum MHD_Result exchange_begin(struct http_server *server, struct peer *peer,
                                      struct MHD_Connection *connection, const char *url,
                                      const char *method)
{
    struct http_exchange *exchange = &peer->exchange;
    *exchange = (struct http_exchange){.server = server, .connection = connection};
    arena_init(&exchange->arena, 0);
    server->request_count++;
    peer->had_request = true;
    peer->body_size = 0;
    peer_phase(server, peer, PHASE_body);
    bool is_method_known = false;
    for (size_t i = 0; i < server->options.route_count && !is_method_known; i++) {
        const struct http_route *route = &server->options.routes[i];
        if (strcmp(route->path, url) == 0) {
            exchange->route = route;
            is_method_known = strcmp(route->method, method) == 0;
        }
    }
    if (exchange->route == NULL) {
        return answer_plain(exchange, MHD_HTTP_NOT_FOUND, "no such address\n");
    }
    if (!is_method_known) {
        return answer_plain(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "not in this way\n");
    }
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    int64_t size = 0;
    if (length != NULL && (str_to_i64(str_from(length), &size) != OK || size < 0 ||
                           (uint64_t)size > exchange->route->body_size)) {
        return answer_plain(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too long\n");
    }
    exchange->body_capacity = size > 0 ? (size_t)size : 0;
    exchange->body =
        exchange->body_capacity > 0 ? arena_alloc(&exchange->arena, exchange->body_capacity) : NULL;
    return MHD_YES;
}

static void body_add(struct http_exchange *exchange, const char *bytes, size_t size)
{
    size_t wanted = exchange->body_size + size;
    if (wanted > exchange->route->body_size) {
        exchange->is_too_long = true; /* sent in pieces without saying how long */
        return;
    }
    if (wanted > exchange->body_capacity) {
        size_t capacity = exchange->body_capacity * 2;
        capacity = capacity < BODY_FIRST_SIZE ? BODY_FIRST_SIZE : capacity;
        capacity = capacity < wanted ? wanted : capacity;
        char *more = arena_alloc(&exchange->arena, capacity);
        if (exchange->body_size > 0) {
            memcpy(more, exchange->body, exchange->body_size);
        }
        exchange->body = more;
        exchange->body_capacity = capacity;
    }
    memcpy(exchange->body + exchange->body_size, bytes, size);
    exchange->body_size = wanted;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request_context)
{
    (void)version;
    struct http_server *server = context;
    struct peer *peer = peer_of(connection);
    if (peer == NULL) {
        return MHD_NO; /* more connections than the pool holds */
    }
    struct http_exchange *exchange = &peer->exchange;
    if (*request_context == NULL) {
        *request_context = exchange;
        return exchange_begin(server, peer, connection, url, method);
    }
    if (*upload_size > 0) {
        body_add(exchange, upload, *upload_size);
        pthread_mutex_lock(&server->lock);
        peer->body_size += *upload_size;
        pthread_mutex_unlock(&server->lock);
        *upload_size = 0;
        return MHD_YES;
    }
    if (peer->phase == PHASE_asleep) { /* awake again */
        peer_phase(server, peer, PHASE_answer);
        if (exchange->status == 0) { /* take() did not answer by itself */
            exchange->route->finish(server->options.context, exchange);
        }
        CHECK(exchange->status != 0);
        return send_answer(exchange);
    }
    if (exchange->is_too_long) {
        return answer_plain(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too long\n");
    }
    if (exchange->route->finish == NULL) {
        peer_phase(server, peer, PHASE_answer);
        CHECK(exchange->route->take(server->options.context, exchange));
        return send_answer(exchange);
    }
    /* Asleep before the handler may hand the exchange to another thread, so that a
     * quick http_resume() cannot come too early. */
    peer_phase(server, peer, PHASE_asleep);
    MHD_suspend_connection(connection);
    if (exchange->route->take(server->options.context, exchange)) {
        MHD_resume_connection(connection);
    }
    return MHD_YES;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request_context,
                         enum MHD_RequestTerminationCode code)
{
    (void)code;
    struct http_server *server = context;
    struct http_exchange *exchange = *request_context;
    struct peer *peer = peer_of(connection);
    if (exchange == NULL || peer == NULL) {
        return;
    }
    arena_deinit(&exchange->arena);
    *request_context = NULL;
    peer_phase(server, peer, PHASE_head);
}

static void on_log(void *context, const char *format, va_list list) PRINTF_LIKE(2, 0);
static void on_log(void *context, const char *format, va_list list)
{
    (void)context;
    char text[256];
    vsnprintf(text, sizeof text, format, list);
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == '\n') {
        text[--size] = '\0';
    }
    log_line(LOG_warning, "http", "%s", text);
}

/* ---- start and stop ---- */

enum err http_start(const struct http_options *options, struct http_server **server_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct http_server *server = ARENA_NEW(&arena, struct http_server);
    server->peers = ARENA_ARRAY(&arena, HTTP_CONNECTIONS, struct peer);
    server->options = *options;
    for (size_t i = HTTP_CONNECTIONS; i > 0; i--) {
        server->peers[i - 1].next_free = server->free;
        server->free = &server->peers[i - 1];
    }
    pthread_mutex_init(&server->lock, NULL);
    server->arena = arena;
    int fd = -1;
    enum err err = listen_open(options->listen, &fd, server->address, sizeof server->address);
    if (err == OK) {
        server->daemon = MHD_start_daemon(
            MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
                MHD_USE_ERROR_LOG,
            0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
            MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, options->thread_count,
            MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS,
            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_SIZE, MHD_OPTION_CONNECTION_TIMEOUT,
            (unsigned)(HTTP_IDLE_MS / 1000 + 15), MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
            MHD_OPTION_NOTIFY_CONNECTION, connection_notice, server, MHD_OPTION_END);
        err = server->daemon != NULL ? OK : ERR_io;
    }
    if (err == OK && pthread_create(&server->reaper, NULL, reaper_run, server) != 0) {
        MHD_stop_daemon(server->daemon);
        err = ERR_io;
    }
    if (err != OK) {
        pthread_mutex_destroy(&server->lock);
        arena_deinit(&arena);
        return err;
    }
    *server_out = server;
    return OK;
}

const char *http_address(const struct http_server *server)
{
    return server->address;
}

void http_close_door(struct http_server *server)
{
    listen_close(MHD_quiesce_daemon(server->daemon));
}

void http_stop(struct http_server *server)
{
    server->is_stopping = true;
    pthread_join(server->reaper, NULL);
    MHD_stop_daemon(server->daemon);
    pthread_mutex_destroy(&server->lock);
    struct arena arena = server->arena;
    arena_deinit(&arena);
}

struct http_counts http_counts(const struct http_server *server)
{
    return (struct http_counts){
        .request_count = server->request_count,
        .refused_count = server->refused_count,
        .failed_count = server->failed_count,
        .reaped_count = server->reaped_count,
        .connection_count = server->connection_count,
    };
}
