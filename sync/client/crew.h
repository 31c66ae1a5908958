/* sync/client/crew.h -- one agent for each collector of a tablet, over one network.
 *
 * The spools lie in the tablet's folder: <tablet>/spool and <tablet>/people/<n>/spool (see
 * sync/proto/layout.h). People join and leave while this runs.
 *
 * What is most urgent goes first, whoever it belongs to: an alarm of one before all of another.
 * Of what is equally urgent each collector's goes in turn, so that nobody's week of visits holds
 * up another's. Each has back-offs, answers and a status of their own. */
#pragma once

#include "core/os/os.h"
#include "sync/client/agent.h"

struct crew_member {
    bool is_on; /* the lock of its spool is held */
    const char *spool;
    struct os_lock lock;
    struct agent agent;
    uint64_t served;       /* turn in which it was served last */
    int64_t not_before_ms; /* monotonic: its files could not be used a moment ago */
};

struct crew {
    struct arena *arena; /* of paths; lives with the crew */
    const char *folder;  /* of the tablet; borrowed, as the rest */
    const struct clock *clock;
    const struct rng *rng;
    struct transport transport;
    bool (*is_metered)(void *context); /* as struct agent has it */
    struct crew_member members[LAYOUT_PLACES];
    uint64_t turn;
    int64_t looked_at_ms; /* monotonic: for people who joined */
};

/* Takes the spool of the tablet's first place, made when missing, and those of the others.
 * ERR_busy: another agent has the first; another's place that is busy is tried again later. */
enum err crew_open(struct crew *crew, struct arena *arena, const char *folder,
                   const struct clock *clock, const struct rng *rng,
                   const struct transport *transport, bool (*is_metered)(void *context)) MUST_USE;
void crew_close(struct crew *crew);

/* At most one post, as agent_step(). A spool that cannot be used is said in the log and passed
 * over; the error is given when none can be. */
enum err crew_step(struct crew *crew, struct arena *arena, enum agent_step *step_out,
                   int64_t *wait_ms_out) MUST_USE;
