/* sync/client/agent.h -- the agent: carries sealed envelopes from the spool to
 * headquarters and brings the answers back. Knows no key, opens nothing.
 *
 * Order: alarms, joining, text, photos. Photos only when nothing else waits and the network
 * is one that agent.conf allows for them. An envelope that is refused lets the others go
 * first, so none can block the rest.
 *
 * It never removes an envelope; the app does, after it applied the answer. An
 * envelope whose answer lies in in/ is not posted again. Killed at any point it
 * leaves nothing half written, and at worst posts an envelope twice. */
#pragma once

#include "core/base/clock.h"
#include "core/base/rng.h"
#include "sync/client/pump.h"
#include "sync/client/status.h"
#include "sync/client/transport.h"
#include "sync/proto/layout.h"

enum {
    AGENT_NAME_SIZE = 64,
    /* How many envelopes that got nowhere are remembered; a tablet makes four chunks, one
     * introduction and few batches at a time. */
    AGENT_STUCK_MAX = 64,
};

/* What got nowhere: by class and seq, for sealed anew it has another name. */
struct agent_stuck {
    enum layout_class class_;
    uint64_t seq;
};

struct agent {
    const char *spool; /* folder; borrowed */
    const struct clock *clock;
    const struct rng *rng;
    struct transport transport;
    struct pump pump;
    struct status status;
    /* The envelopes answered last, a ring: when one comes up again, its answer was thrown
     * away as damaged, and posting it at once would go round for ever. */
    char answered[AGENT_STUCK_MAX][AGENT_NAME_SIZE];
    size_t answered_next;
    /* Refused by headquarters, or answered in vain; the one longest ago first. All others go
     * before they come up again, in this order. */
    struct agent_stuck stuck[AGENT_STUCK_MAX];
    size_t stuck_count;
    /* Seq of the newest alarm met: it waits for no back-off that was there before. By seq,
     * for an alarm that is refused, or sealed anew, is no newer for it. */
    uint64_t alarm_seq;
    /* Headquarters sent a photo away last: what matters more need not wait for that. */
    bool was_photo_refused;
    /* Whether bytes cost money just now; NULL: they never do. */
    bool (*is_metered)(void *context);
    void *is_metered_context;
};

/* Borrows everything. `is_metered` may be set afterwards. */
void agent_init(struct agent *agent, const char *spool, const struct clock *clock,
                const struct rng *rng, const struct transport *transport);

/* What one step did. */
enum agent_step {
    AGENT_STEP_idle,      /* nothing waits, or not yet time: wait_ms */
    AGENT_STEP_delivered, /* an answer was written */
    AGENT_STEP_failed,    /* see agent->status.last_error */
};
/* Does at most one post. `wait_ms_out` says how long to sleep before the next step
 * (0 after a post). Files that cannot be read or written are ERR_io, ERR_no_space;
 * without agent.conf the agent idles. */
enum err agent_step(struct agent *agent, struct arena *arena, enum agent_step *step_out,
                    int64_t *wait_ms_out) MUST_USE;

enum { AGENT_RANK_none = -1 };
/* What agent_step() would do: layout_rank() of the envelope that it would post, or AGENT_RANK_none
 * and how long to wait. */
enum err agent_look(struct agent *agent, struct arena *arena, int *rank_out,
                    int64_t *wait_ms_out) MUST_USE;
