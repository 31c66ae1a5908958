/* sync/server/http/http.h -- HTTP behind one header (libmicrohttpd, a pool of epoll threads).
 *
 * A handler gets whole, bounded requests. It may answer at once, or wait: then the
 * connection sleeps without a thread until http_resume(), which any thread may call.
 * Slow clients are cut off: a head that is not complete after HTTP_HEAD_MS, a body
 * that comes slower than HTTP_BODY_RATE, a connection idle for HTTP_IDLE_MS. */
#pragma once

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/str.h"

enum {
    HTTP_HEAD_MS = 10000,
    HTTP_BODY_GRACE_MS = 30000,
    HTTP_BODY_RATE = 1024, /* bytes a second, after the grace */
    HTTP_IDLE_MS = 75000,
    HTTP_CONNECTIONS = 4096,
    HTTP_ADDRESS_SIZE = 80,
};

struct http_exchange; /* one request and its answer */

/* Called by a thread of the pool with the whole body. True: http_answer() was
 * called. False: the exchange sleeps until http_resume(); then `finish` is called,
 * again by a thread of the pool, and must answer. */
typedef bool http_take(void *context, struct http_exchange *exchange);
typedef void http_finish(void *context, struct http_exchange *exchange);

struct http_route {
    const char *method; /* "GET", "POST" */
    const char *path;
    size_t body_size; /* at most; more is answered with 413 */
    http_take *take;
    http_finish *finish; /* NULL when `take` always answers */
};

struct http_options {
    const char *listen;              /* "host:port", "[::1]:port", ":port"; port 0: any free one */
    const struct http_route *routes; /* borrowed until http_stop() */
    size_t route_count;
    void *context; /* of the routes */
    const struct clock *clock;
    uint32_t thread_count;
};

struct http_server;

/* Takes over the socket that systemd hands in, when there is one, instead of
 * listening itself. ERR_bad_text (no address), ERR_exists (address in use),
 * ERR_not_found (no such host), ERR_io. */
enum err http_start(const struct http_options *options, struct http_server **server_out) MUST_USE;
/* "127.0.0.1:40123": where it listens. */
const char *http_address(const struct http_server *server);
/* No new connections; those open go on. */
void http_close_door(struct http_server *server);
/* Ends all; no exchange may be asleep. */
void http_stop(struct http_server *server);

/* ---- inside a handler ---- */

/* Lives until the answer was sent. */
struct arena *http_arena(struct http_exchange *exchange);
struct str http_body(const struct http_exchange *exchange);
/* A place for the handler's own state, from take to finish. */
void **http_data(struct http_exchange *exchange);
/* `bytes` are borrowed until the answer was sent; `type` is static. */
void http_answer(struct http_exchange *exchange, int status, const char *type, struct str bytes);
/* Adds a Retry-After to the answer. */
void http_retry_after(struct http_exchange *exchange, int seconds);
void http_resume(struct http_exchange *exchange);

/* ---- numbers ---- */

struct http_counts {
    uint64_t request_count;
    uint64_t refused_count; /* 4xx */
    uint64_t failed_count;  /* 5xx */
    uint64_t reaped_count;  /* slow clients cut off */
    uint32_t connection_count;
};
struct http_counts http_counts(const struct http_server *server);
