/* sync/server/http/http.h -- HTTP behind one header (libmicrohttpd, a pool of epoll threads).
 *
 * A handler gets whole, bounded requests. It may answer at once, or wait: then the
 * connection sleeps without a thread until http_resume(), which any thread may call.
 *
 * Slow clients are cut off, by the clock and not by a timeout that every byte starts anew:
 * a head that is not complete after HTTP_HEAD_MS (also the second and later ones of a
 * connection), a body or the reading of an answer slower than HTTP_RATE after
 * HTTP_GRACE_MS, a connection idle for HTTP_IDLE_MS.
 *
 * Memory is bounded: a connection holds the head of its door and what has come of its body, never
 * more than its route allows. All bodies and answers together hold at most HTTP_BUDGET; who
 * would go beyond is told to come again (503) before its body is read. */
#pragma once

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/str.h"
#include "sync/server/http/tls.h"

enum {
    HTTP_HEAD_MS = 10000,
    HTTP_GRACE_MS = 10000,
    /* Bytes a second. GPRS at its worst (20 kbit/s, 10 % loss) still gives 1,000; the window
     * of a new connection alone brings 14 kB within the grace. */
    HTTP_RATE = 256,
    HTTP_ANSWER_MS = 130000, /* tablets give up after 120 s */
    HTTP_IDLE_MS = 75000,
    /* A connection's room for heads, both ways. A browser for the office has 1,300 bytes, and each
     * field takes 56 more; tablets have 200, and come by the thousand. */
    HTTP_HEAD_SIZE = 4096,
    HTTP_TABLET_HEAD_SIZE = 2560,
    HTTP_CONNECTIONS = 8192,
    HTTP_OFFICE_CONNECTIONS = 512,
    HTTP_BUDGET = 128 * 1024 * 1024,
    HTTP_ADDRESS_SIZE = 80,
    HTTP_HEADERS = 8,
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

/* Who comes: everybody, or, where the office has an address of its own, one of the two. */
enum http_door { HTTP_DOOR_all, HTTP_DOOR_tablets, HTTP_DOOR_office };

struct http_options {
    enum http_door door; /* heads of HTTP_HEAD_SIZE, for tablets alone of HTTP_TABLET_HEAD_SIZE */
    const char *listen;  /* "host:port", "[::1]:port", ":port"; port 0: any free one */
    const struct http_route *routes; /* borrowed until http_stop() */
    size_t route_count;
    void *context; /* of the routes */
    /* Those of another part, with a context of their own; none: 0. Borrowed likewise. */
    const struct http_route *more_routes;
    size_t more_count;
    void *more_context;
    const struct clock *clock;
    const struct tls *tls; /* NULL: plain HTTP. TLS 1.3 only; borrowed until http_stop() */
    uint32_t thread_count;
};

struct http_server;

/* Takes over the socket that systemd hands in, when there is one (the office's own: the second),
 * instead of listening itself. Raises the process's limit of open files as far as it may.
 * ERR_bad_text (no address), ERR_exists (address in use), ERR_not_found (no such host),
 * ERR_io. */
enum err http_start(const struct http_options *options, struct http_server **server_out) MUST_USE;
/* "127.0.0.1:40123": where it listens. */
const char *http_address(const struct http_server *server);
/* No new connections; those open go on. */
void http_close_door(struct http_server *server);
/* Ends all; no exchange may be asleep. */
void http_stop(struct http_server *server);

/* ---- inside a handler ---- */

/* The line of the table that the request chose. */
const struct http_route *http_route_of(const struct http_exchange *exchange);
/* Lives until the handler has answered. */
struct arena *http_arena(struct http_exchange *exchange);
struct str http_body(const struct http_exchange *exchange);
/* A place for the handler's own state, from take to finish. */
void **http_data(struct http_exchange *exchange);
/* A header of the request, or a value of its query ("?name=value", decoded); empty when there
 * is none. In `take` only; live until then. */
struct str http_header(const struct http_exchange *exchange, const char *name);
struct str http_query(const struct http_exchange *exchange, const char *name);
/* "192.0.2.7": the other end of the connection, a proxy where there is one. */
const char *http_peer(struct http_exchange *exchange);
/* Which certificate the other end showed; a route that minds looks before it does anything. */
enum tls_client http_client(const struct http_exchange *exchange);
/* The key of that certificate, after TLS_CLIENT_good; see tls_client_key(). */
bool http_client_key(const struct http_exchange *exchange, uint8_t key_out[TLS_PIN_SIZE]) MUST_USE;
/* Adds a header to the answer, HTTP_HEADERS at most. `name` is static, `value` static or in
 * http_arena(). CHECKs that no line break is in it. */
void http_add_header(struct http_exchange *exchange, const char *name, const char *value);
/* `bytes` live in http_arena() or are static; `type` is static, NULL when the path says it all. */
void http_answer(struct http_exchange *exchange, int status, const char *type, struct str bytes);
/* Adds a Retry-After to the answer. */
void http_retry_after(struct http_exchange *exchange, int seconds);
void http_resume(struct http_exchange *exchange);

/* ---- numbers ---- */

struct http_counts {
    uint64_t request_count;
    uint64_t refused_count; /* 4xx */
    uint64_t failed_count;  /* 5xx */
    uint64_t reaped_count;  /* slow clients cut off; idle ones are not counted */
    uint64_t budget_count;  /* told to come again because HTTP_BUDGET was spent */
    uint64_t held_size;     /* bytes of bodies and answers held now */
    uint64_t nap_count;     /* waits for handshakes; see handshake.h */
    uint32_t connection_count;
};
struct http_counts http_counts(const struct http_server *server);
