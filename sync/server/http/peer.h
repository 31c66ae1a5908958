/* sync/server/http/peer.h -- who is connected, what each is at, and the reaper that cuts
 * off who is too slow. Private to the room. Any thread may call. */
#pragma once

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/err.h"
#include "sync/server/http/handshake.h"

#include <stddef.h>

enum peer_phase {
    PEER_PHASE_head,   /* a new connection, or between two requests */
    PEER_PHASE_body,   /* the body is coming */
    PEER_PHASE_asleep, /* waits for http_resume() */
    PEER_PHASE_answer, /* the answer is going out */
};

struct peers;
struct peer;

/* Room for `max_count` peers; `exchange_size` zeroed bytes come with each. Starts the reaper.
 * ERR_io. */
enum err peers_open(struct arena *arena, const struct clock *clock, size_t max_count,
                    size_t exchange_size, struct peers **peers_out) MUST_USE;
void peers_close(struct peers *peers);

/* NULL when there are as many as there is room for. `fd` stays the caller's. */
struct peer *peer_take(struct peers *peers, int fd);
/* Before `fd` is closed. */
void peer_give(struct peers *peers, struct peer *peer);

/* `size`: bytes of the answer in PEER_PHASE_answer; else 0. */
void peer_enter(struct peers *peers, struct peer *peer, enum peer_phase phase, size_t size);
enum peer_phase peer_phase(struct peers *peers, struct peer *peer);
/* Bytes of the body came in. */
void peer_received(struct peers *peers, struct peer *peer, size_t size);
void *peer_exchange(struct peer *peer);
/* A place for its handshake; what is there is of its connection. */
struct handshake *peer_handshake(struct peer *peer);

uint64_t peers_reaped_count(struct peers *peers);
uint32_t peers_count(struct peers *peers);
