#include "sync/client/agent.h"

#include "core/base/limits.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/proto/envelope.h"
#include "sync/proto/layout.h"

#include <string.h>

enum { CONF_SIZE_MAX = 4096 };

void agent_init(struct agent *agent, const char *spool, const struct clock *clock,
                const struct rng *rng, const struct transport *transport)
{
    *agent = (struct agent){.spool = spool, .clock = clock, .rng = rng, .transport = *transport};
}

/* ---- the spool, seen from outside ---- */

/* The URL to post to, or NULL when the tablet has no headquarters yet. */
static enum err read_url(struct agent *agent, struct arena *arena, const char **url_out)
{
    *url_out = NULL;
    struct transport_trust *trust = ARENA_NEW(arena, struct transport_trust);
    struct str text;
    enum err err =
        os_file_read(arena, os_path(arena, agent->spool, LAYOUT_CONF), CONF_SIZE_MAX, &text);
    if (err == ERR_not_found) {
        return OK;
    }
    TRY(err);
    const char *ca_path = os_path(arena, agent->spool, LAYOUT_CA);
    if (os_file_exists(ca_path) &&
        !str_copy(trust->ca_path, sizeof trust->ca_path, str_from(ca_path))) {
        return ERR_too_long;
    }
    const char *url = NULL;
    struct str line;
    while (str_split(&text, '\n', &line)) {
        struct str key;
        bool is_pair = str_split(&line, '=', &key) && line.size > 0;
        if (is_pair && str_is(key, "url")) {
            size_t size = line.size - (line.bytes[line.size - 1] == '/' ? 1 : 0);
            url = str_format(arena, "%.*s%s", (int)size, line.bytes, LAYOUT_ENDPOINT);
        } else if (is_pair && str_is(key, "pin") &&
                   !str_copy(trust->pin, sizeof trust->pin, line)) {
            return ERR_malformed;
        }
    }
    if (agent->transport.trust != NULL) {
        TRY(agent->transport.trust(agent->transport.context, trust));
    }
    *url_out = url;
    return OK;
}

struct waiting {
    const char *name; /* NULL: nothing waits */
    const char *envelope_path, *answer_path;
};

/* The first envelope without an answer. */
static enum err find_waiting(struct agent *agent, struct arena *arena, struct waiting *waiting_out)
{
    *waiting_out = (struct waiting){0};
    const char *out = os_path(arena, agent->spool, LAYOUT_OUT);
    const char *in = os_path(arena, agent->spool, LAYOUT_IN);
    const char **names = NULL;
    size_t count = 0;
    enum err err = os_folder_list(arena, out, &names, &count);
    if (err == ERR_not_found) {
        return OK; /* the app has not made it yet */
    }
    TRY(err);
    size_t ending_size = strlen(LAYOUT_ENVELOPE);
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(names[i]);
        if (size <= ending_size || strcmp(names[i] + size - ending_size, LAYOUT_ENVELOPE) != 0) {
            continue;
        }
        const char *answer =
            str_format(arena, "%.*s%s", (int)(size - ending_size), names[i], LAYOUT_ANSWER);
        const char *answer_path = os_path(arena, in, answer);
        if (!os_file_exists(answer_path)) {
            *waiting_out = (struct waiting){names[i], os_path(arena, out, names[i]), answer_path};
            return OK;
        }
    }
    return OK;
}

static enum err write_status(struct agent *agent, struct arena *arena, bool has_waiting)
{
    struct clock_reading now = clock_read(agent->clock);
    int64_t left_ms = agent->pump.not_before_ms - now.monotonic_ms;
    agent->status.failures = agent->pump.failures;
    agent->status.next_try_at_ms = has_waiting ? now.wall_ms + (left_ms > 0 ? left_ms : 0) : 0;
    struct str text = status_to_text(arena, &agent->status);
    return os_file_replace(os_path(arena, agent->spool, LAYOUT_STATUS), text.bytes, text.size);
}

/* ---- one post ---- */

/* The first byte tells; the agent can read no further. */
static bool is_answer(const struct transport_response *response)
{
    if (response->status != 200 || response->body_size <= ENVELOPE_REFUSAL_SIZE) {
        return false;
    }
    unsigned kind = response->body[0] & 15U;
    return kind == ENVELOPE_answer || kind == ENVELOPE_enrol_answer;
}

static bool is_refusal(const struct transport_response *response, uint32_t *code_out)
{
    struct wire_bytes body = {response->body, response->body_size};
    return envelope_read_refusal(body, code_out) == WIRE_ok;
}

/* True for a refusal that the app has to know of; the others pass by themselves. */
static bool is_final(uint32_t code)
{
    return code != WIRE_overloaded && code != WIRE_hq_failed;
}

static enum err error_of(const struct transport_response *response)
{
    if (response->status == 503 || response->status == 429) {
        return ERR_overloaded;
    }
    return response->status == 0 ? ERR_offline : ERR_refused;
}

static enum err take_response(struct agent *agent, const struct waiting *waiting,
                              const struct transport_response *response, bool *is_delivered_out)
{
    *is_delivered_out = false;
    uint32_t code = WIRE_ok;
    agent->status.http_status = response->status;
    agent->status.refusal = 0;
    if (is_answer(response)) {
        TRY(os_file_replace(waiting->answer_path, response->body, response->body_size));
        *is_delivered_out = true;
        agent->status.last_error = OK;
        agent->status.last_success_at_ms = clock_now_ms(agent->clock);
        return OK;
    }
    agent->status.last_error = error_of(response);
    if (is_refusal(response, &code)) {
        agent->status.refusal = code;
        if (is_final(code)) {
            TRY(os_file_replace(waiting->answer_path, response->body, response->body_size));
        }
    }
    return OK;
}

static enum err post(struct agent *agent, struct arena *arena, const char *url,
                     const struct waiting *waiting, enum agent_step *step_out)
{
    struct str envelope;
    enum err err = os_file_read(arena, waiting->envelope_path, LIMIT_envelope_size, &envelope);
    if (err == ERR_not_found) {
        return OK; /* the app took it back a moment ago */
    }
    TRY(err);
    struct transport_response response = {0};
    agent->status.last_try_at_ms = clock_now_ms(agent->clock);
    agent->status.posted++;
    err = agent->transport.post(agent->transport.context, arena, url, envelope.bytes, envelope.size,
                                &response);
    agent->status.sent_bytes += (int64_t)response.sent_size;
    agent->status.received_bytes += (int64_t)response.received_size;
    bool is_delivered = false;
    if (err == OK) {
        TRY(take_response(agent, waiting, &response, &is_delivered));
    } else {
        agent->status.last_error = err;
        agent->status.http_status = 0;
        agent->status.refusal = 0;
    }
    bool is_again = strcmp(agent->answered, waiting->name) == 0;
    if (is_delivered && !is_again) {
        pump_delivered(&agent->pump);
    } else {
        pump_failed(&agent->pump, clock_read(agent->clock).monotonic_ms, response.retry_after_s,
                    agent->rng);
    }
    if (is_delivered) {
        agent->status.delivered++;
        (void)str_copy(agent->answered, sizeof agent->answered, str_from(waiting->name));
    }
    log_line(is_delivered ? LOG_info : LOG_warning, "agent", "post %s: http %d, %s", waiting->name,
             (int)response.status, err_name(agent->status.last_error));
    *step_out = is_delivered ? AGENT_STEP_delivered : AGENT_STEP_failed;
    return OK;
}

static enum err step(struct agent *agent, struct arena *arena, enum agent_step *step_out,
                     int64_t *wait_ms_out)
{
    const char *wake_path = os_path(arena, agent->spool, LAYOUT_WAKE);
    if (os_file_exists(wake_path)) {
        TRY(os_file_remove(wake_path));
        pump_woken(&agent->pump);
    }
    const char *url = NULL;
    struct waiting waiting;
    TRY(read_url(agent, arena, &url));
    TRY(find_waiting(agent, arena, &waiting));
    bool has_work = url != NULL && waiting.name != NULL;
    struct pump_next next =
        pump_next(&agent->pump, has_work, clock_read(agent->clock).monotonic_ms);
    if (next.action == PUMP_ACTION_wait) {
        *wait_ms_out = next.wait_ms;
        return OK;
    }
    CHECK(has_work); /* the pump posts nothing else */
    TRY(post(agent, arena, url, &waiting, step_out));
    TRY(find_waiting(agent, arena, &waiting));
    return write_status(agent, arena, waiting.name != NULL);
}

enum err agent_step(struct agent *agent, struct arena *arena, enum agent_step *step_out,
                    int64_t *wait_ms_out)
{
    *step_out = AGENT_STEP_idle;
    *wait_ms_out = 0;
    struct arena_mark mark = arena_mark(arena);
    enum err err = step(agent, arena, step_out, wait_ms_out);
    arena_rollback(arena, mark);
    return err;
}
