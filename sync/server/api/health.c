/* GET /healthz, /readyz, /metrics. */
#include "sync/server/api/api_private.h"

bool healthz_take(void *context, struct http_exchange *exchange)
{
    (void)context;
    http_answer(exchange, 200, "text/plain", STR("ok\n"));
    return true;
}

bool readyz_take(void *context, struct http_exchange *exchange)
{
    struct api *api = context;
    if (api->is_ready) {
        http_answer(exchange, 200, "text/plain", STR("ready\n"));
    } else {
        http_answer(exchange, 503, "text/plain", STR("the last commit failed\n"));
    }
    return true;
}

static void add(struct str_builder *text, const char *name, const char *type, uint64_t value)
{
    str_add_format(text, "# TYPE doorstep_%s %s\ndoorstep_%s %llu\n", name, type, name,
                   (unsigned long long)value);
}

bool metrics_take(void *context, struct http_exchange *exchange)
{
    struct api *api = context;
    struct str_builder text;
    str_builder_init(&text, http_arena(exchange));
    add(&text, "envelopes_total", "counter", api->envelope_count);
    add(&text, "facts_stored_total", "counter", api->fact_count);
    add(&text, "groups_total", "counter", api->group_count);
    add(&text, "group_microseconds_total", "counter", api->group_us_total);
    add(&text, "refusals_total", "counter", api->refusal_count);
    add(&text, "overloads_total", "counter", api->overload_count);
    add(&text, "forks_total", "counter", api->fork_count);
    pthread_mutex_lock(&api->lock);
    uint32_t queued_count = api->queued_count;
    pthread_mutex_unlock(&api->lock);
    add(&text, "queue_length", "gauge", queued_count);
    if (api->http != NULL) {
        struct http_counts counts = http_counts(api->http);
        add(&text, "http_requests_total", "counter", counts.request_count);
        add(&text, "http_refused_total", "counter", counts.refused_count);
        add(&text, "http_failed_total", "counter", counts.failed_count);
        add(&text, "http_reaped_total", "counter", counts.reaped_count);
        add(&text, "http_connections", "gauge", counts.connection_count);
    }
    http_answer(exchange, 200, "text/plain; version=0.0.4", str_built(&text));
    return true;
}
