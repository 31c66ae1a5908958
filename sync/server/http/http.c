/* libmicrohttpd: threads, exchanges, and how much memory they may hold. */
#include "sync/server/http/http.h"

#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/server/http/listen.h"
#include "sync/server/http/peer.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

enum {
    BODY_FIRST_SIZE = 4096,
    BUSY_RETRY_S = 15,
    OWN_FILES = 128,
    LOG_PERIOD_MS = 1000,
    ARENA_BLOCK_SIZE = 16 * 1024
};

struct http_exchange {
    struct http_server *server;
    struct MHD_Connection *connection;
    const struct http_route *route;
    void *context;           /* of the route */
    struct arena arena;      /* of the handler */
    struct arena body_arena; /* one block: the body */
    char *body;
    size_t body_size;
    size_t body_capacity;
    size_t held_size; /* of HTTP_BUDGET */
    int body_status;  /* why the body is not kept: 413 or 503; 0 it is */
    void *data;
    int status;
    const char *type;
    struct str answer;
    int retry_after_s;
    struct {
        const char *name, *value;
    } headers[HTTP_HEADERS];
    size_t header_count;
};

struct http_server {
    struct arena arena;
    struct http_options options;
    struct MHD_Daemon *daemon;
    char address[HTTP_ADDRESS_SIZE];
    struct peers *peers;
    struct handshakes *handshakes;
    atomic_uint_fast64_t request_count, refused_count, failed_count, budget_count;
    atomic_size_t held_size; /* bodies and answers */
    atomic_int_least64_t log_after_ms;
};

static void connection_notice(void *context, struct MHD_Connection *connection,
                              void **socket_context, enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct peer *peer = peer_take(server->peers, info->connect_fd);
        *socket_context = peer;
        if (peer != NULL) {
            handshake_begin(server->handshakes, connection, info->connect_fd, peer_handshake(peer));
        }
    } else if (*socket_context != NULL) {
        peer_give(server->peers, *socket_context);
        *socket_context = NULL;
    }
}

/* ---- memory ---- */

static bool has_budget(struct http_server *server, size_t size)
{
    return server->held_size + size <= HTTP_BUDGET;
}

static void hold(struct http_exchange *exchange, size_t size)
{
    exchange->held_size += size;
    exchange->server->held_size += size;
}

static void let_go(struct http_exchange *exchange)
{
    exchange->server->held_size -= exchange->held_size;
    exchange->held_size = 0;
}

/* A body grows with what comes, never with what is only announced. */
static void body_add(struct http_exchange *exchange, const char *bytes, size_t size)
{
    size_t wanted = exchange->body_size + size;
    if (exchange->body_status != 0) {
        exchange->body_size = wanted; /* counted, not kept */
        return;
    }
    if (wanted > exchange->route->body_size) {
        exchange->body_status = MHD_HTTP_CONTENT_TOO_LARGE; /* never said how long it is */
        exchange->body_size = wanted;
        return;
    }
    if (wanted > exchange->body_capacity) {
        size_t capacity = exchange->body_capacity * 2;
        capacity = capacity < BODY_FIRST_SIZE ? BODY_FIRST_SIZE : capacity;
        capacity = capacity < wanted ? wanted : capacity;
        capacity = capacity > exchange->route->body_size ? exchange->route->body_size : capacity;
        if (!has_budget(exchange->server, capacity)) {
            exchange->body_status = MHD_HTTP_SERVICE_UNAVAILABLE;
            exchange->body_size = wanted;
            return;
        }
        struct arena more;
        arena_init(&more, 1);
        char *body = arena_alloc(&more, capacity);
        if (exchange->body_size > 0) {
            memcpy(body, exchange->body, exchange->body_size);
        }
        arena_deinit(&exchange->body_arena);
        exchange->body_arena = more;
        hold(exchange, capacity - exchange->body_capacity);
        exchange->body = body;
        exchange->body_capacity = capacity;
    }
    memcpy(exchange->body + exchange->body_size, bytes, size);
    exchange->body_size = wanted;
}

/* ---- exchanges ---- */

const struct http_route *http_route_of(const struct http_exchange *exchange)
{
    return exchange->route;
}

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

static struct str value_of(const struct http_exchange *exchange, enum MHD_ValueKind kind,
                           const char *name)
{
    return str_from(MHD_lookup_connection_value(exchange->connection, kind, name));
}

struct str http_header(const struct http_exchange *exchange, const char *name)
{
    return value_of(exchange, MHD_HEADER_KIND, name);
}

struct str http_query(const struct http_exchange *exchange, const char *name)
{
    return value_of(exchange, MHD_GET_ARGUMENT_KIND, name);
}

const char *http_peer(struct http_exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "unknown";
    const struct sockaddr *address = info != NULL ? info->client_addr : NULL;
    if (address != NULL && address->sa_family == AF_INET) {
        const struct sockaddr_in *v4 = (const void *)address;
        (void)inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    } else if (address != NULL && address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const void *)address;
        (void)inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    }
    return arena_text(&exchange->arena, text);
}

enum tls_client http_client(const struct http_exchange *exchange)
{
    const struct tls *tls = exchange->server->options.tls;
    if (tls == NULL || tls->client_ca == NULL) {
        return TLS_CLIENT_unasked;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info != NULL ? tls_client(tls, info->tls_session) : TLS_CLIENT_none;
}

bool http_client_key(const struct http_exchange *exchange, uint8_t key_out[TLS_PIN_SIZE])
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info != NULL && tls_client_key(info->tls_session, key_out);
}

void http_add_header(struct http_exchange *exchange, const char *name, const char *value)
{
    CHECK(exchange->header_count < HTTP_HEADERS && strpbrk(value, "\r\n") == NULL);
    exchange->headers[exchange->header_count].name = name;
    exchange->headers[exchange->header_count++].value = value;
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

/* Copies the answer out, so that a slow reader holds that and no more. */
static enum MHD_Result send_answer(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    peer_enter(server->peers, peer_of(exchange->connection), PEER_PHASE_answer,
               exchange->answer.size);
    if (exchange->status >= 500) {
        server->failed_count++;
    } else if (exchange->status >= 400) {
        server->refused_count++;
    }
    struct MHD_Response *response = MHD_create_response_from_buffer(
        exchange->answer.size, (void *)(uintptr_t)exchange->answer.bytes, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result is_ok = response != NULL ? MHD_YES : MHD_NO;
    for (size_t i = 0; is_ok == MHD_YES && i < exchange->header_count; i++) {
        is_ok = MHD_add_response_header(response, exchange->headers[i].name,
                                        exchange->headers[i].value);
    }
    let_go(exchange);
    hold(exchange, exchange->answer.size);
    arena_deinit(&exchange->arena);
    arena_deinit(&exchange->body_arena);
    if (response == NULL) {
        return MHD_NO;
    }
    if (is_ok == MHD_YES && exchange->type != NULL) {
        is_ok = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, exchange->type);
    }
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

static enum MHD_Result answer_busy(struct http_exchange *exchange)
{
    exchange->server->budget_count++;
    http_retry_after(exchange, BUSY_RETRY_S);
    return answer_plain(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "come again\n");
}

/* True when address and method are in the table; with the address alone it says which. */
static bool choose(struct http_exchange *exchange, const struct http_route *routes, size_t count,
                   void *context, const char *url, const char *method)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(routes[i].path, url) == 0) {
            exchange->route = &routes[i];
            exchange->context = context;
            if (strcmp(routes[i].method, method) == 0) {
                return true;
            }
        }
    }
    return false;
}

static enum MHD_Result exchange_begin(struct http_server *server, struct peer *peer,
                                      struct MHD_Connection *connection, const char *url,
                                      const char *method)
{
    struct http_exchange *exchange = peer_exchange(peer);
    *exchange = (struct http_exchange){.server = server, .connection = connection};
    arena_init(&exchange->arena, ARENA_BLOCK_SIZE);
    arena_init(&exchange->body_arena, 1);
    server->request_count++;
    peer_enter(server->peers, peer, PEER_PHASE_body, 0);
    peer_handshake(peer)->is_over = true;
    bool is_method_known = choose(exchange, server->options.routes, server->options.route_count,
                                  server->options.context, url, method) ||
                           choose(exchange, server->options.more_routes, server->options.more_count,
                                  server->options.more_context, url, method);
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
    if (exchange->route->body_size > 0 && !has_budget(server, (size_t)size)) {
        return answer_busy(exchange);
    }
    return MHD_YES;
}

static enum MHD_Result take_body(struct http_server *server, struct peer *peer, const char *bytes,
                                 size_t size)
{
    struct http_exchange *exchange = peer_exchange(peer);
    body_add(exchange, bytes, size);
    peer_received(server->peers, peer, size);
    /* Who sends on and on past the limit is not listened to until the end. */
    return exchange->body_size > 2 * exchange->route->body_size + BODY_FIRST_SIZE ? MHD_NO
                                                                                  : MHD_YES;
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
    struct http_exchange *exchange = peer_exchange(peer);
    if (*request_context == NULL) {
        *request_context = exchange;
        return exchange_begin(server, peer, connection, url, method);
    }
    if (*upload_size > 0) {
        size_t size = *upload_size;
        *upload_size = 0;
        return take_body(server, peer, upload, size);
    }
    if (peer_phase(server->peers, peer) == PEER_PHASE_asleep) { /* awake again */
        if (exchange->status == 0) { /* take() did not answer by itself */
            exchange->route->finish(exchange->context, exchange);
        }
        CHECK(exchange->status != 0);
        return send_answer(exchange);
    }
    if (exchange->body_status == MHD_HTTP_CONTENT_TOO_LARGE) {
        return answer_plain(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "too long\n");
    }
    if (exchange->body_status != 0) {
        return answer_busy(exchange);
    }
    if (exchange->route->finish == NULL) {
        CHECK(exchange->route->take(exchange->context, exchange));
        return send_answer(exchange);
    }
    /* Asleep before the handler may hand the exchange to another thread, so that a
     * quick http_resume() cannot come too early. */
    peer_enter(server->peers, peer, PEER_PHASE_asleep, 0);
    MHD_suspend_connection(connection);
    if (exchange->route->take(exchange->context, exchange)) {
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
    arena_deinit(&exchange->body_arena);
    let_go(exchange);
    *request_context = NULL;
    peer_enter(server->peers, peer, PEER_PHASE_head, 0);
}

static void on_log(void *context, const char *format, va_list list) PRINTF_LIKE(2, 0);
static void on_log(void *context, const char *format, va_list list)
{
    struct http_server *server = context;
    int64_t now = clock_read(server->options.clock).monotonic_ms;
    int64_t next = server->log_after_ms;
    if (now < next ||
        !atomic_compare_exchange_strong(&server->log_after_ms, &next, now + LOG_PERIOD_MS)) {
        return; /* a thousand clients that hang up are not worth a thousand lines */
    }
    char text[256];
    vsnprintf(text, sizeof text, format, list);
    size_t size = strlen(text);
    while (size > 0 && text[size - 1] == '\n') {
        text[--size] = '\0';
    }
    log_line(LOG_warning, "http", "%s", text);
}

/* ---- start and stop ---- */

/* As many files as the process may have: every connection is one. */
static unsigned connections_of_process(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return HTTP_CONNECTIONS;
    }
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= HTTP_CONNECTIONS + OWN_FILES) {
        return HTTP_CONNECTIONS;
    }
    return limit.rlim_cur > 2 * OWN_FILES ? (unsigned)limit.rlim_cur - OWN_FILES : OWN_FILES;
}

/* With two doors each has its share, so that a crowd at one never shuts the other. */
static unsigned connections_max(enum http_door door)
{
    unsigned all = connections_of_process();
    unsigned office = all / 4 < HTTP_OFFICE_CONNECTIONS ? all / 4 : HTTP_OFFICE_CONNECTIONS;
    switch (door) {
    case HTTP_DOOR_all:
        return all;
    case HTTP_DOOR_tablets:
        return all - office;
    case HTTP_DOOR_office:
        return office;
    }
    UNREACHABLE();
}

static enum err daemon_start(struct http_server *server, int fd, unsigned connection_count)
{
    /* SHA-256 first: processors have instructions for it, and a handshake hashes a lot. X25519
     * first: the group of which tablets send their share, so that they are not asked again. */
    static const char priorities[] =
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-128-GCM:+CHACHA20-POLY1305:+AES-256-GCM:"
        "-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:%SERVER_PRECEDENCE";
    const struct http_options *options = &server->options;
    size_t head_size = options->door == HTTP_DOOR_tablets ? HTTP_TABLET_HEAD_SIZE : HTTP_HEAD_SIZE;
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    /* No "Date": nothing here may be cached, the time that tablets go by stands signed in the
     * answer, and on a slow line every byte is paid for. */
    flags |= MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    struct MHD_OptionItem tls[] = {{MHD_OPTION_END, 0, NULL},
                                   {MHD_OPTION_END, 0, NULL},
                                   {MHD_OPTION_END, 0, NULL},
                                   {MHD_OPTION_END, 0, NULL},
                                   {MHD_OPTION_END, 0, NULL}};
    if (options->tls != NULL) {
        flags |= MHD_USE_TLS;
        tls[0] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0,
                                         (void *)(uintptr_t)options->tls->key};
        tls[1] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0,
                                         (void *)(uintptr_t)options->tls->certificate};
        tls[2] =
            (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)priorities};
    }
    if (options->tls != NULL && options->tls->client_ca != NULL) { /* asks, and lets in whoever */
        tls[3] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0,
                                         (void *)(uintptr_t)options->tls->client_ca};
    }
    server->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER, on_log, server,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
        options->thread_count > 1 ? options->thread_count : 0, MHD_OPTION_CONNECTION_LIMIT,
        connection_count, MHD_OPTION_CONNECTION_MEMORY_LIMIT, head_size,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(HTTP_ANSWER_MS / 1000 + 15),
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_NOTIFY_CONNECTION,
        connection_notice, server, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
    return server->daemon != NULL ? OK : ERR_io;
}

enum err http_start(const struct http_options *options, struct http_server **server_out)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct http_server *server = ARENA_NEW(&arena, struct http_server);
    server->options = *options;
    server->handshakes = handshakes_make(&arena, options->clock);
    int fd = -1;
    unsigned connection_count = connections_max(options->door);
    int index = options->door == HTTP_DOOR_office ? 1 : 0;
    enum err err =
        listen_open(options->listen, index, &fd, server->address, sizeof server->address);
    if (err == OK) {
        err = peers_open(&arena, options->clock, connection_count, sizeof(struct http_exchange),
                         &server->peers);
    }
    server->arena = arena;
    if (err == OK) {
        err = daemon_start(server, fd, connection_count);
        if (err != OK) {
            peers_close(server->peers);
        }
    }
    if (err != OK) {
        listen_close(fd);
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
    MHD_stop_daemon(server->daemon);
    peers_close(server->peers);
    struct arena arena = server->arena;
    arena_deinit(&arena);
}

struct http_counts http_counts(const struct http_server *server)
{
    return (struct http_counts){
        .request_count = server->request_count,
        .refused_count = server->refused_count,
        .failed_count = server->failed_count,
        .reaped_count = peers_reaped_count(server->peers),
        .budget_count = server->budget_count,
        .held_size = server->held_size,
        .connection_count = peers_count(server->peers),
        .nap_count = handshakes_nap_count(server->handshakes),
    };
}
