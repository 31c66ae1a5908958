#include "app/session/session_private.h"

#include "core/os/log.h"

/* The agent is started again after it ended: at once, then with growing waits. */
enum { BACK_OFF_FIRST_MS = 1000, BACK_OFF_MAX_MS = 60000, RAN_WELL_MS = 30000 };

void session_agent_tick(struct session *session)
{
    struct session_agent *agent = &session->agent;
    if (!agent->is_wanted) {
        return;
    }
    int64_t now_ms = session_monotonic_ms(session);
    if (agent->pid != 0 && !os_child_is_running(agent->pid)) {
        agent->pid = 0;
        if (now_ms - agent->started_at_ms > RAN_WELL_MS) {
            agent->back_off_ms = BACK_OFF_FIRST_MS;
        } else {
            agent->back_off_ms =
                agent->back_off_ms * 2 < BACK_OFF_MAX_MS ? agent->back_off_ms * 2 : BACK_OFF_MAX_MS;
        }
        agent->next_start_at_ms = now_ms + agent->back_off_ms;
        log_line(LOG_warning, "session", "the agent ended; next start in %lld ms",
                 (long long)agent->back_off_ms);
    }
    if (agent->pid == 0 && now_ms >= agent->next_start_at_ms) {
        const char *const argv[] = {agent->path, "--data", session->options.data_folder, NULL};
        enum err err = os_child_start(argv, &agent->pid);
        agent->started_at_ms = now_ms;
        if (err != OK) {
            agent->pid = 0;
            agent->back_off_ms = BACK_OFF_MAX_MS;
            agent->next_start_at_ms = now_ms + BACK_OFF_MAX_MS;
            log_line(LOG_error, "session", "the agent does not start: %s", err_name(err));
        }
    }
}

void session_agent_stop(struct session *session)
{
    if (session->agent.pid != 0) {
        os_child_stop(session->agent.pid);
        session->agent.pid = 0;
    }
}
