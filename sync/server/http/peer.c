#include "sync/server/http/peer.h"

#include "core/os/os.h"
#include "sync/server/http/http.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

enum { REAPER_PERIOD_MS = 1000 };

struct peer {
    struct peer *next_free;
    bool is_used;
    bool had_request;
    bool is_cut;
    int fd;
    enum peer_phase phase;
    int64_t since_ms;        /* monotonic: when the phase began */
    uint64_t size;           /* of the body so far, or of the answer */
    uint64_t heard_size;     /* bytes of the connection when it became idle */
    int64_t next_head_at_ms; /* when the first byte of a later head was seen; 0 not yet */
    void *exchange;
    struct handshake handshake;
};

struct peers {
    const struct clock *clock;
    struct peer *all;
    size_t max_count;
    struct peer *free;
    uint32_t count;
    uint64_t reaped_count;
    pthread_mutex_t lock; /* over all of it */
    pthread_t reaper;
    atomic_bool is_stopping;
};

static int64_t now_ms(const struct peers *peers)
{
    return clock_read(peers->clock).monotonic_ms;
}

/* Bytes that the kernel has received for the connection; 0 when it does not tell. */
static uint64_t heard_size(int fd)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return 0;
    }
    return info.tcpi_bytes_received;
}

/* Between two requests nothing tells that a head has begun to trickle in but the count of
 * bytes of the connection. */
static bool is_slow_next_head(struct peer *peer, int64_t now)
{
    if (peer->next_head_at_ms == 0 && heard_size(peer->fd) > peer->heard_size) {
        peer->next_head_at_ms = now;
    }
    return peer->next_head_at_ms != 0 && now - peer->next_head_at_ms > HTTP_HEAD_MS;
}

static bool is_slow(struct peer *peer, int64_t now)
{
    int64_t age_ms = now - peer->since_ms;
    switch (peer->phase) {
    case PEER_PHASE_head:
        return peer->had_request ? is_slow_next_head(peer, now) : age_ms > HTTP_HEAD_MS;
    case PEER_PHASE_body: /* what has come is less than its time is worth */
        return age_ms > HTTP_GRACE_MS && (int64_t)peer->size * 1000 < age_ms * HTTP_RATE;
    case PEER_PHASE_answer: /* it should have gone out by now */
        return age_ms > HTTP_ANSWER_MS ||
               (age_ms - HTTP_GRACE_MS) * HTTP_RATE > (int64_t)peer->size * 1000;
    case PEER_PHASE_asleep:
        return false;
    }
    return false;
}

static bool is_idle(const struct peer *peer, int64_t now)
{
    return peer->phase == PEER_PHASE_head && peer->had_request &&
           now - peer->since_ms > HTTP_IDLE_MS;
}

/* True when one was cut. */
static bool sweep(struct peers *peers, size_t from, size_t count)
{
    int64_t now = now_ms(peers);
    bool has_cut = false;
    pthread_mutex_lock(&peers->lock);
    for (size_t i = from; i < peers->max_count && i < from + count; i++) {
        struct peer *peer = &peers->all[i];
        if (!peer->is_used || peer->is_cut) {
            continue;
        }
        bool is_too_slow = is_slow(peer, now);
        if (is_too_slow || is_idle(peer, now)) {
            peers->reaped_count += is_too_slow; /* before the peer can see that it was cut */
            peer->is_cut = true;
            shutdown(peer->fd, SHUT_RDWR); /* its thread will notice */
            has_cut = true;
        }
    }
    pthread_mutex_unlock(&peers->lock);
    return has_cut;
}

/* A few at a time: a thousand that are cut off at once must not hold up those who are served. */
static void *reaper_run(void *context)
{
    enum { AT_ONCE = 32, PAUSE_MS = 1 };
    struct peers *peers = context;
    while (!peers->is_stopping) {
        os_sleep_ms(REAPER_PERIOD_MS);
        for (size_t i = 0; i < peers->max_count && !peers->is_stopping; i += AT_ONCE) {
            if (sweep(peers, i, AT_ONCE)) {
                os_sleep_ms(PAUSE_MS);
            }
        }
    }
    return NULL;
}

enum err peers_open(struct arena *arena, const struct clock *clock, size_t max_count,
                    size_t exchange_size, struct peers **peers_out)
{
    struct peers *peers = ARENA_NEW(arena, struct peers);
    peers->clock = clock;
    peers->all = ARENA_ARRAY(arena, max_count, struct peer);
    peers->max_count = max_count;
    uint8_t *exchanges = arena_array(arena, max_count, exchange_size);
    for (size_t i = max_count; i > 0; i--) {
        struct peer *peer = &peers->all[i - 1];
        peer->exchange = exchanges + (i - 1) * exchange_size;
        peer->next_free = peers->free;
        peers->free = peer;
    }
    pthread_mutex_init(&peers->lock, NULL);
    if (pthread_create(&peers->reaper, NULL, reaper_run, peers) != 0) {
        pthread_mutex_destroy(&peers->lock);
        return ERR_io;
    }
    *peers_out = peers;
    return OK;
}

void peers_close(struct peers *peers)
{
    peers->is_stopping = true;
    pthread_join(peers->reaper, NULL);
    pthread_mutex_destroy(&peers->lock);
}

struct peer *peer_take(struct peers *peers, int fd)
{
    int64_t now = now_ms(peers);
    pthread_mutex_lock(&peers->lock);
    struct peer *peer = peers->free;
    if (peer != NULL) {
        peers->free = peer->next_free;
        void *exchange = peer->exchange;
        *peer = (struct peer){.is_used = true, .fd = fd, .since_ms = now, .exchange = exchange};
        peers->count++;
    }
    pthread_mutex_unlock(&peers->lock);
    return peer;
}

void peer_give(struct peers *peers, struct peer *peer)
{
    pthread_mutex_lock(&peers->lock);
    peer->is_used = false;
    peer->next_free = peers->free;
    peers->free = peer;
    peers->count--;
    pthread_mutex_unlock(&peers->lock);
}

void peer_enter(struct peers *peers, struct peer *peer, enum peer_phase phase, size_t size)
{
    int64_t now = now_ms(peers);
    uint64_t heard = phase == PEER_PHASE_head ? heard_size(peer->fd) : 0;
    pthread_mutex_lock(&peers->lock);
    peer->had_request = peer->had_request || phase != PEER_PHASE_head;
    peer->phase = phase;
    peer->since_ms = now;
    peer->size = size;
    peer->heard_size = heard;
    peer->next_head_at_ms = 0;
    pthread_mutex_unlock(&peers->lock);
}

enum peer_phase peer_phase(struct peers *peers, struct peer *peer)
{
    pthread_mutex_lock(&peers->lock);
    enum peer_phase phase = peer->phase;
    pthread_mutex_unlock(&peers->lock);
    return phase;
}

void peer_received(struct peers *peers, struct peer *peer, size_t size)
{
    pthread_mutex_lock(&peers->lock);
    peer->size += size;
    pthread_mutex_unlock(&peers->lock);
}

void *peer_exchange(struct peer *peer)
{
    return peer->exchange;
}

struct handshake *peer_handshake(struct peer *peer)
{
    return &peer->handshake;
}

uint64_t peers_reaped_count(struct peers *peers)
{
    pthread_mutex_lock(&peers->lock);
    uint64_t count = peers->reaped_count;
    pthread_mutex_unlock(&peers->lock);
    return count;
}

uint32_t peers_count(struct peers *peers)
{
    pthread_mutex_lock(&peers->lock);
    uint32_t count = peers->count;
    pthread_mutex_unlock(&peers->lock);
    return count;
}
