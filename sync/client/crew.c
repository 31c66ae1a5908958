#include "sync/client/crew.h"

#include "core/os/log.h"

enum { LOOK_EVERY_MS = 1000, FILES_AGAIN_MS = 5 * 1000 };

static const char *spool_of(struct crew *crew, size_t place)
{
    return place == 0 ? os_path(crew->arena, crew->folder, LAYOUT_SPOOL)
                      : str_format(crew->arena, "%s/" LAYOUT_PEOPLE "/%zu/" LAYOUT_SPOOL,
                                   crew->folder, place);
}

static enum err take(struct crew *crew, struct crew_member *member)
{
    struct arena_mark mark = arena_mark(crew->arena);
    enum err err = os_lock_open(&member->lock, os_path(crew->arena, member->spool, LAYOUT_LOCK));
    arena_rollback(crew->arena, mark);
    TRY(err);
    agent_init(&member->agent, member->spool, crew->clock, crew->rng, &crew->transport);
    member->agent.is_metered = crew->is_metered;
    member->is_on = true;
    return OK;
}

/* People join, and leave. Whose spool another agent holds, or cannot be used, is looked at again.
 */
static void look_around(struct crew *crew)
{
    int64_t now_ms = clock_read(crew->clock).monotonic_ms;
    if (now_ms < crew->looked_at_ms + LOOK_EVERY_MS) {
        return;
    }
    crew->looked_at_ms = now_ms;
    for (size_t i = 1; i < COUNT(crew->members); i++) {
        struct crew_member *member = &crew->members[i];
        struct arena_mark mark = arena_mark(crew->arena);
        bool is_there = os_file_exists(os_path(crew->arena, member->spool, LAYOUT_CONF));
        arena_rollback(crew->arena, mark);
        if (member->is_on && !is_there) {
            os_lock_close(&member->lock);
            member->is_on = false;
        } else if (!member->is_on && is_there) {
            enum err err = take(crew, member);
            if (err != OK && err != ERR_busy) {
                log_line(LOG_warning, "agent", "place %zu: %s", i, err_name(err));
            }
        }
    }
}

enum err crew_open(struct crew *crew, struct arena *arena, const char *folder,
                   const struct clock *clock, const struct rng *rng,
                   const struct transport *transport, bool (*is_metered)(void *context))
{
    *crew = (struct crew){.arena = arena,
                          .folder = folder,
                          .clock = clock,
                          .rng = rng,
                          .transport = *transport,
                          .is_metered = is_metered,
                          .looked_at_ms = INT64_MIN / 2};
    for (size_t i = 0; i < COUNT(crew->members); i++) {
        crew->members[i].spool = spool_of(crew, i);
    }
    TRY(os_folder_make(crew->members[0].spool));
    TRY(take(crew, &crew->members[0]));
    look_around(crew);
    return OK;
}

void crew_close(struct crew *crew)
{
    for (size_t i = 0; i < COUNT(crew->members); i++) {
        if (crew->members[i].is_on) {
            os_lock_close(&crew->members[i].lock);
            crew->members[i].is_on = false;
        }
    }
}

/* Whose envelope goes now: the most urgent, and of those the one whose turn was longest ago. NULL:
 * nobody's, and how long to wait. */
static struct crew_member *choose(struct crew *crew, struct arena *arena, int64_t *wait_ms_out,
                                  enum err *err_out)
{
    struct crew_member *best = NULL;
    int best_rank = AGENT_RANK_none;
    size_t good_count = 0;
    *wait_ms_out = PUMP_LOOK_MS;
    *err_out = OK;
    for (size_t i = 0; i < COUNT(crew->members); i++) {
        struct crew_member *member = &crew->members[i];
        int rank = AGENT_RANK_none;
        int64_t wait_ms = 0;
        if (!member->is_on || clock_read(crew->clock).monotonic_ms < member->not_before_ms) {
            continue;
        }
        enum err err = agent_look(&member->agent, arena, &rank, &wait_ms);
        if (err != OK) {
            log_line(LOG_error, "agent", "spool of place %zu: %s", i, err_name(err));
            *err_out = err;
            member->not_before_ms = clock_read(crew->clock).monotonic_ms + FILES_AGAIN_MS;
            continue;
        }
        good_count++;
        if (rank == AGENT_RANK_none) {
            *wait_ms_out = wait_ms < *wait_ms_out ? wait_ms : *wait_ms_out;
        } else if (best == NULL || rank < best_rank ||
                   (rank == best_rank && member->served < best->served)) {
            best = member;
            best_rank = rank;
        }
    }
    *err_out = good_count > 0 ? OK : *err_out;
    return best;
}

enum err crew_step(struct crew *crew, struct arena *arena, enum agent_step *step_out,
                   int64_t *wait_ms_out)
{
    enum err err = OK;
    *step_out = AGENT_STEP_idle;
    look_around(crew);
    struct crew_member *member = choose(crew, arena, wait_ms_out, &err);
    if (member == NULL) {
        return err;
    }
    member->served = ++crew->turn;
    err = agent_step(&member->agent, arena, step_out, wait_ms_out);
    if (err != OK) {
        log_line(LOG_error, "agent", "spool: %s", err_name(err));
        member->not_before_ms = clock_read(crew->clock).monotonic_ms + FILES_AGAIN_MS;
    }
    return err;
}
