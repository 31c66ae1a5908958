/* sync/client/transport.h -- one request, one response: all that the agent asks of
 * a network. transport_curl.c is the real one; tests answer themselves. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"

struct transport_response {
    int32_t status;                    /* HTTP status; 0 when none came */
    const uint8_t *body;               /* in the arena of the call */
    size_t body_size;                  /* at most LIMIT_answer_size */
    int64_t retry_after_s;             /* as the server asked; 0 did not */
    uint64_t sent_size, received_size; /* bytes over the network, headers included */
};

/* Whom an https:// URL may lead to. TLS 1.3 only, in every case. */
struct transport_trust {
    /* Hex of SHA-256 over the server's SubjectPublicKeyInfo, or "": that key and no other,
     * whoever signed its certificate. */
    char pin[65];
    char pin_next[65]; /* another such key that is trusted, too; "": none */
    /* PEM file of a private authority, or "": the system's authorities. Copied. */
    char ca_path[512];
    /* PEM files of the tablet's own certificate and its key, for a headquarters that demands one;
     * "": none. Copied. */
    char certificate_path[512];
    char key_path[512];
    int64_t certificate_at_ms; /* when the files were changed last: changed, they are read anew */
};

/* Posts `body` to `url`. OK when a response came, whatever its status.
 * ERR_offline (could not connect), ERR_timed_out (fate unknown: the same bytes
 * again), ERR_too_long (response past the limit), ERR_refused (not HTTP, or TLS
 * failed), ERR_not_allowed (the tablet's own certificate or its key cannot be used),
 * ERR_malformed (the URL). */
struct transport {
    enum err (*post)(void *context, struct arena *arena, const char *url, const void *body,
                     size_t body_size, struct transport_response *response_out);
    /* Holds for the posts that follow. NULL: the transport has no TLS. ERR_malformed: the
     * pin; then nothing may be posted. */
    enum err (*trust)(void *context, const struct transport_trust *trust);
    void *context;
};

/* Keeps one connection alive. Neither a pinned key nor a private authority is judged by the
 * tablet's clock: a dead battery says 1970, and a tablet that cannot reach headquarters can
 * never learn the time. Such a key is withdrawn by giving the tablet another. Only public
 * authorities, whose certificates are cheap to get wrongly, need a right clock. */
struct transport_curl;
/* Lives in `arena`; ERR_io when the library cannot start. */
enum err transport_curl_open(struct arena *arena, struct transport_curl **curl_out) MUST_USE;
void transport_curl_close(struct transport_curl **curl);
struct transport transport_curl_table(struct transport_curl *curl);
