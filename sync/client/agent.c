#include "sync/client/agent.h"

#include "core/base/limits.h"
#include "core/os/log.h"
#include "core/os/os.h"
#include "sync/client/conf.h"
#include "sync/client/reply.h"

#include <string.h>

void agent_init(struct agent *agent, const char *spool, const struct clock *clock,
                const struct rng *rng, const struct transport *transport)
{
    *agent = (struct agent){.spool = spool, .clock = clock, .rng = rng, .transport = *transport};
}

/* ---- what got nowhere ---- */

/* 0: it did not; else the lower, the longer ago. */
static size_t stuck_rank(const struct agent *agent, const struct layout_name *name)
{
    for (size_t i = 0; i < agent->stuck_count; i++) {
        if (agent->stuck[i].class_ == name->class_ && agent->stuck[i].seq == name->seq) {
            return i + 1;
        }
    }
    return 0;
}

static void stuck_drop(struct agent *agent, size_t rank)
{
    if (rank > 0) {
        memmove(&agent->stuck[rank - 1], &agent->stuck[rank],
                (agent->stuck_count - rank) * sizeof agent->stuck[0]);
        agent->stuck_count--;
    }
}

static void stuck_add(struct agent *agent, const struct layout_name *name)
{
    stuck_drop(agent, stuck_rank(agent, name));
    stuck_drop(agent, agent->stuck_count == AGENT_STUCK_MAX ? 1 : 0);
    agent->stuck[agent->stuck_count++] = (struct agent_stuck){name->class_, name->seq};
}

static bool was_answered(const struct agent *agent, const char *name)
{
    for (size_t i = 0; i < AGENT_STUCK_MAX; i++) {
        if (strcmp(agent->answered[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* An answer was written. True: the first one for this envelope. */
static bool note_answered(struct agent *agent, const char *name, const struct layout_name *read)
{
    if (was_answered(agent, name)) {
        stuck_add(agent, read);
        return false;
    }
    (void)str_copy(agent->answered[agent->answered_next], AGENT_NAME_SIZE, str_from(name));
    agent->answered_next = (agent->answered_next + 1) % AGENT_STUCK_MAX;
    stuck_drop(agent, stuck_rank(agent, read));
    return true;
}

/* ---- the spool, seen from outside ---- */

struct waiting {
    const char *name; /* NULL: nothing waits */
    struct layout_name read;
    const char *envelope_path, *answer_path;
};

/* Where an envelope without an answer stands in the queue. What got nowhere goes behind all
 * others, and first what was tried longest ago; photos excepted: they stay last. */
static int compare(const struct agent *agent, const struct waiting *a, const struct waiting *b)
{
    bool is_a_photo = a->read.class_ == LAYOUT_CLASS_photo;
    bool is_b_photo = b->read.class_ == LAYOUT_CLASS_photo;
    size_t a_rank = stuck_rank(agent, &a->read);
    size_t b_rank = stuck_rank(agent, &b->read);
    if (is_a_photo != is_b_photo) {
        return is_a_photo ? 1 : -1;
    }
    if (a_rank != b_rank) {
        return a_rank > b_rank ? 1 : -1;
    }
    return layout_compare(&a->read, &b->read);
}

static bool may_go(const struct agent *agent, enum layout_photos photos,
                   const struct waiting *waiting)
{
    if (waiting->read.class_ != LAYOUT_CLASS_photo || photos == LAYOUT_PHOTOS_always) {
        return true;
    }
    bool is_metered = agent->is_metered != NULL && agent->is_metered(agent->is_metered_context);
    return photos == LAYOUT_PHOTOS_wifi && !is_metered;
}

/* The envelope to post next: the first without an answer. */
static enum err find_waiting(struct agent *agent, struct arena *arena, enum layout_photos photos,
                             struct waiting *waiting_out)
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
    struct waiting first = {0};
    for (size_t i = 0; i < count; i++) {
        struct waiting next = {.name = names[i]};
        if (!layout_read(names[i], LAYOUT_ENVELOPE, &next.read)) {
            continue;
        }
        if (first.name != NULL && compare(agent, &next, &first) >= 0) {
            continue; /* after a week hundreds wait: only who may be first is looked at */
        }
        int stem_size = (int)(strlen(names[i]) - strlen(LAYOUT_ENVELOPE));
        const char *answer = str_format(arena, "%.*s%s", stem_size, names[i], LAYOUT_ANSWER);
        next.answer_path = os_path(arena, in, answer);
        next.envelope_path = os_path(arena, out, names[i]);
        if (!os_file_exists(next.answer_path)) {
            first = next;
        }
    }
    bool is_held = first.name != NULL && !may_go(agent, photos, &first);
    agent->status.photos_held = is_held ? 1 : 0;
    if (!is_held) {
        *waiting_out = first;
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

/* Bytes a second of late: half the last post, half those before. Short posts measure the
 * way and not its width. */
static void measure(struct agent *agent, const struct transport_response *response,
                    int64_t elapsed_ms)
{
    enum { LEAST_SIZE = 4096 };
    int64_t size = (int64_t)(response->sent_size + response->received_size);
    if (size < LEAST_SIZE) {
        return;
    }
    int64_t rate = size * 1000 / (elapsed_ms > 0 ? elapsed_ms : 1);
    int64_t before = agent->status.rate_bytes_s;
    agent->status.rate_bytes_s = before == 0 ? rate : (before + rate) / 2;
}

static enum err take_response(struct agent *agent, const struct waiting *waiting,
                              const struct transport_response *response, bool *is_delivered_out)
{
    *is_delivered_out = false;
    uint32_t code = WIRE_ok;
    agent->status.http_status = response->status;
    agent->status.refusal = 0;
    if (reply_is_answer(response)) {
        TRY(os_file_replace(waiting->answer_path, response->body, response->body_size));
        *is_delivered_out = true;
        agent->status.last_error = OK;
        agent->status.last_success_at_ms = clock_now_ms(agent->clock);
        return OK;
    }
    agent->status.last_error = reply_err(response);
    if (reply_is_refusal(response, &code)) {
        agent->status.refusal = code;
        if (reply_is_final(code)) {
            stuck_add(agent, &waiting->read);
            TRY(os_file_replace(waiting->answer_path, response->body, response->body_size));
        }
    }
    return OK;
}

static enum err post(struct agent *agent, struct arena *arena, const struct conf *conf,
                     const struct waiting *waiting, enum agent_step *step_out)
{
    struct str envelope;
    enum err err = os_file_read(arena, waiting->envelope_path, LIMIT_envelope_size, &envelope);
    if (err == ERR_not_found) {
        return OK; /* the app took it back a moment ago */
    }
    TRY(err);
    struct transport_response response = {0};
    struct clock_reading started = clock_read(agent->clock);
    agent->status.last_try_at_ms = started.wall_ms;
    agent->status.posted++;
    err = conf->is_certificate_unusable
              ? ERR_not_allowed
              : agent->transport.post(agent->transport.context, arena, conf->url, envelope.bytes,
                                      envelope.size, &response);
    agent->status.sent_bytes += (int64_t)response.sent_size;
    agent->status.received_bytes += (int64_t)response.received_size;
    measure(agent, &response, clock_read(agent->clock).monotonic_ms - started.monotonic_ms);
    bool is_delivered = false;
    if (err == OK) {
        TRY(take_response(agent, waiting, &response, &is_delivered));
    } else {
        agent->status.last_error = err;
        agent->status.http_status = 0;
        agent->status.refusal = 0;
    }
    if (is_delivered && note_answered(agent, waiting->name, &waiting->read)) {
        pump_delivered(&agent->pump);
    } else {
        pump_failed(&agent->pump, clock_read(agent->clock).monotonic_ms, response.retry_after_s,
                    agent->rng);
    }
    agent->was_photo_refused =
        err == OK && !is_delivered && waiting->read.class_ == LAYOUT_CLASS_photo;
    if (is_delivered) {
        agent->status.delivered++;
    }
    log_line(is_delivered ? LOG_info : LOG_warning, "agent", "post %s: http %d, %s", waiting->name,
             (int)response.status, err_name(agent->status.last_error));
    *step_out = is_delivered ? AGENT_STEP_delivered : AGENT_STEP_failed;
    return OK;
}

/* Somebody may be in danger. A new alarm does not wait for what failed before it. */
static void hurry(struct agent *agent, const struct waiting *alarm)
{
    if (alarm->read.seq > agent->alarm_seq) {
        agent->alarm_seq = alarm->read.seq;
        pump_woken(&agent->pump);
    }
    pump_hurried(&agent->pump, clock_read(agent->clock).monotonic_ms);
}

/* What would be done now. */
struct look {
    struct conf conf;
    struct waiting waiting;
    struct pump_next next;
};

static enum err look(struct agent *agent, struct arena *arena, struct look *look_out)
{
    const char *wake_path = os_path(arena, agent->spool, LAYOUT_WAKE);
    if (os_file_exists(wake_path)) {
        TRY(os_file_remove(wake_path));
        pump_woken(&agent->pump);
    }
    struct waiting waiting;
    TRY(conf_read(arena, agent->spool, &look_out->conf));
    int64_t was_held = agent->status.photos_held;
    TRY(find_waiting(agent, arena, look_out->conf.photos, &waiting));
    if (agent->status.photos_held != was_held) {
        TRY(write_status(agent, arena, waiting.name != NULL)); /* no post would tell it */
    }
    bool has_work = look_out->conf.url != NULL && waiting.name != NULL;
    if (has_work && waiting.read.class_ == LAYOUT_CLASS_alarm) {
        hurry(agent, &waiting);
    }
    if (has_work && waiting.read.class_ == LAYOUT_CLASS_keys) { /* somebody stands before it */
        pump_hurried(&agent->pump, clock_read(agent->clock).monotonic_ms);
    }
    if (has_work && waiting.read.class_ != LAYOUT_CLASS_photo && agent->was_photo_refused) {
        agent->was_photo_refused = false;
        pump_woken(&agent->pump);
    }
    look_out->waiting = waiting;
    look_out->next = pump_next(&agent->pump, has_work, clock_read(agent->clock).monotonic_ms);
    CHECK(has_work || look_out->next.action == PUMP_ACTION_wait);
    return OK;
}

static enum err step(struct agent *agent, struct arena *arena, enum agent_step *step_out,
                     int64_t *wait_ms_out)
{
    struct look *now = ARENA_NEW(arena, struct look);
    TRY(look(agent, arena, now));
    if (now->next.action == PUMP_ACTION_wait) {
        *wait_ms_out = now->next.wait_ms;
        return OK;
    }
    if (agent->transport.trust != NULL) {
        TRY(agent->transport.trust(agent->transport.context, &now->conf.trust));
    }
    TRY(post(agent, arena, &now->conf, &now->waiting, step_out));
    TRY(find_waiting(agent, arena, now->conf.photos, &now->waiting));
    return write_status(agent, arena, now->waiting.name != NULL);
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

enum err agent_look(struct agent *agent, struct arena *arena, int *rank_out, int64_t *wait_ms_out)
{
    *rank_out = AGENT_RANK_none;
    *wait_ms_out = 0;
    struct arena_mark mark = arena_mark(arena);
    struct look *now = ARENA_NEW(arena, struct look);
    enum err err = look(agent, arena, now);
    if (err == OK && now->next.action == PUMP_ACTION_wait) {
        *wait_ms_out = now->next.wait_ms;
    } else if (err == OK) {
        *rank_out = layout_rank(now->waiting.read.class_);
    }
    arena_rollback(arena, mark);
    return err;
}
