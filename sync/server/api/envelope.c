/* POST /v1/envelope, and the same without HTTP. */
#include "sync/server/api/api_private.h"

#include "core/os/os.h"

static void wake_exchange(struct visit *visit)
{
    http_resume(visit->wake_context);
}

static void answer(struct api *api, struct http_exchange *exchange, struct visit *visit)
{
    struct wire_bytes bytes = push_seal(api, visit);
    bool is_busy = visit->state == VISIT_refused &&
                   (visit->refusal == WIRE_overloaded || visit->refusal == WIRE_hq_failed);
    /* Without a type: 42 bytes of a village's network that tell a tablet nothing. */
    http_answer(exchange, is_busy ? 503 : 200, NULL,
                (struct str){(const char *)bytes.bytes, bytes.size});
    if (is_busy) { /* spread, or all come back in the same second */
        http_retry_after(exchange, visit->retry_after_s > 0
                                       ? visit->retry_after_s
                                       : 5 + (int)rng_below(api->options.rng, 26));
    }
}

/* Before anything is opened: whoever comes without the certificate that headquarters demands gets
 * no further than TLS. */
static enum wire let_in(enum tls_client client)
{
    switch (client) {
    case TLS_CLIENT_unasked:
    case TLS_CLIENT_good:
        return WIRE_ok;
    case TLS_CLIENT_ended:
        return WIRE_ended_certificate;
    case TLS_CLIENT_none:
    case TLS_CLIENT_unknown:
    case TLS_CLIENT_revoked: /* a thief need not know which */
        break;
    }
    return WIRE_no_certificate;
}

bool envelope_take(void *context, struct http_exchange *exchange)
{
    struct api *api = context;
    struct visit *visit = ARENA_NEW(http_arena(exchange), struct visit);
    *http_data(exchange) = visit;
    visit->arena = http_arena(exchange);
    visit->wake = wake_exchange;
    visit->wake_context = exchange;
    enum tls_client client = http_client(exchange);
    visit->refusal = let_in(client);
    if (visit->refusal != WIRE_ok) {
        visit->state = VISIT_refused;
        answer(api, exchange, visit);
        return true;
    }
    if (client == TLS_CLIENT_good) {
        visit->has_client_key = http_client_key(exchange, visit->client_key);
    }
    struct str body = http_body(exchange);
    push_open(api, visit, (struct wire_bytes){(const uint8_t *)body.bytes, body.size});
    if (visit->state != VISIT_refused) {
        if (writer_put(api, visit)) {
            return false; /* envelope_finish() after the commit */
        }
        visit->state = VISIT_refused;
        visit->refusal = WIRE_overloaded;
    }
    answer(api, exchange, visit);
    return true;
}

void envelope_finish(void *context, struct http_exchange *exchange)
{
    answer(context, exchange, *http_data(exchange));
}

/* ---- without HTTP ---- */

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool is_awake;
};

static void wake_waiting(struct visit *visit)
{
    struct waiting *waiting = visit->wake_context;
    pthread_mutex_lock(&waiting->lock);
    waiting->is_awake = true;
    pthread_cond_signal(&waiting->changed);
    pthread_mutex_unlock(&waiting->lock);
}

static void wake_nobody(struct visit *visit)
{
    (void)visit;
}

void api_step(struct api *api, struct arena *arena, const struct wire_bytes *envelopes,
              size_t count, struct wire_bytes *answers_out)
{
    CHECK(api->options.is_single_thread);
    struct visit **all = ARENA_ARRAY(arena, count == 0 ? 1 : count, struct visit *);
    struct visit *first = NULL;
    struct visit **place = &first;
    size_t group_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct visit *visit = ARENA_NEW(arena, struct visit);
        visit->arena = arena;
        visit->wake = wake_nobody;
        push_open(api, visit, envelopes[i]);
        if (visit->state != VISIT_refused && group_count == API_QUEUE) {
            visit->state = VISIT_refused;
            visit->refusal = WIRE_overloaded;
            api->shed_counts[TURN_facts]++;
        }
        if (visit->state != VISIT_refused) {
            *place = visit;
            place = &visit->next;
            group_count++;
        }
        all[i] = visit;
    }
    if (first != NULL) {
        writer_group(api, first);
    }
    for (size_t i = 0; i < count; i++) {
        answers_out[i] = push_seal(api, all[i]);
    }
}

struct wire_bytes api_envelope(struct api *api, struct arena *arena, struct wire_bytes envelope)
{
    if (api->options.is_single_thread) {
        struct wire_bytes answer;
        api_step(api, arena, &envelope, 1, &answer);
        return answer;
    }
    struct waiting waiting = {.is_awake = false};
    pthread_mutex_init(&waiting.lock, NULL);
    pthread_cond_init(&waiting.changed, NULL);
    struct visit *visit = ARENA_NEW(arena, struct visit);
    visit->arena = arena;
    visit->wake = wake_waiting;
    visit->wake_context = &waiting;
    push_open(api, visit, envelope);
    if (visit->state != VISIT_refused) {
        if (writer_put(api, visit)) {
            pthread_mutex_lock(&waiting.lock);
            while (!waiting.is_awake) {
                pthread_cond_wait(&waiting.changed, &waiting.lock);
            }
            pthread_mutex_unlock(&waiting.lock);
        } else {
            visit->state = VISIT_refused;
            visit->refusal = WIRE_overloaded;
        }
    }
    pthread_cond_destroy(&waiting.changed);
    pthread_mutex_destroy(&waiting.lock);
    return push_seal(api, visit);
}
