/* GET /healthz, /readyz, /metrics. */
#include "sync/server/api/api_private.h"

#include "core/os/os.h"

enum {
    SILENT_MS = 24 * 3600 * 1000, /* a tablet that was not heard of for a day */
    STUCK_MS = 15 * 1000,         /* the writer at one thing for so long */
    SPACE_MIN = 64 * 1024 * 1024, /* bytes free below which work will soon not be stored */
};

/* ---- histograms ---- */

static const uint64_t histogram_bounds[HISTOGRAM_STEPS] = {1,   2,   5,   10,   20,   50,
                                                           100, 200, 500, 1000, 2000, 5000};

void histogram_add(struct histogram *histogram, uint64_t value)
{
    size_t step = 0;
    while (step < HISTOGRAM_STEPS && value > histogram_bounds[step]) {
        step++;
    }
    histogram->counts[step]++;
    histogram->sum += value;
}

/* ---- is it well? ---- */

bool healthz_take(void *context, struct http_exchange *exchange)
{
    (void)context;
    http_answer(exchange, 200, "text/plain", STR("ok\n"));
    return true;
}

static uint64_t space_free(struct api *api)
{
    uint64_t space = 0;
    return os_space_free(api->options.folder, &space) == OK ? space : 0;
}

/* Why no work should be sent here now; NULL when it should. */
static const char *why_not_ready(struct api *api)
{
    int64_t since_ms = api->busy_since_ms;
    if (!api->is_ready) {
        return "the last commit failed\n";
    }
    if (space_free(api) < SPACE_MIN) {
        return "the disk is full\n";
    }
    if (since_ms != 0 && clock_read(api->options.clock).monotonic_ms - since_ms > STUCK_MS) {
        return "the writer is stuck\n";
    }
    return NULL;
}

bool readyz_take(void *context, struct http_exchange *exchange)
{
    const char *why = why_not_ready(context);
    http_answer(exchange, why == NULL ? 200 : 503, "text/plain",
                str_from(why == NULL ? "ready\n" : why));
    return true;
}

/* ---- figures ---- */

static void add_head(struct str_builder *text, const char *name, const char *type, const char *help)
{
    str_add_format(text, "# HELP doorstep_%s %s\n# TYPE doorstep_%s %s\n", name, help, name, type);
}

static void add(struct str_builder *text, const char *name, const char *type, const char *help,
                uint64_t value)
{
    add_head(text, name, type, help);
    str_add_format(text, "doorstep_%s %llu\n", name, (unsigned long long)value);
}

static void add_histogram(struct str_builder *text, const char *name, const char *help,
                          struct histogram *histogram)
{
    add_head(text, name, "histogram", help);
    uint64_t count = 0;
    for (size_t i = 0; i < HISTOGRAM_STEPS; i++) {
        count += histogram->counts[i];
        str_add_format(text, "doorstep_%s_bucket{le=\"%llu\"} %llu\n", name,
                       (unsigned long long)histogram_bounds[i], (unsigned long long)count);
    }
    count += histogram->counts[HISTOGRAM_STEPS];
    str_add_format(text,
                   "doorstep_%s_bucket{le=\"+Inf\"} %llu\ndoorstep_%s_sum %llu\n"
                   "doorstep_%s_count %llu\n",
                   name, (unsigned long long)count, name, (unsigned long long)histogram->sum, name,
                   (unsigned long long)count);
}

static void add_queue(struct str_builder *text, struct api *api)
{
    pthread_mutex_lock(&api->lock);
    struct queue queue = api->queue;
    pthread_mutex_unlock(&api->lock);
    add_head(text, "queue_length", "gauge", "envelopes that wait for the writer");
    for (size_t i = 0; i < TURN_COUNT; i++) {
        str_add_format(text, "doorstep_queue_length{turn=\"%s\"} %u\n", turn_name((enum turn)i),
                       (unsigned)queue.counts[i]);
    }
    add(text, "queue_bytes", "gauge", "memory of all that waits", queue.size);
    add_head(text, "shed_total", "counter", "envelopes told to come again, the queue being full");
    for (size_t i = 0; i < TURN_COUNT; i++) {
        str_add_format(text, "doorstep_shed_total{turn=\"%s\"} %llu\n", turn_name((enum turn)i),
                       (unsigned long long)api->shed_counts[i]);
    }
    add(text, "repeated_total", "counter", "envelopes of a tablet that waited already",
        api->again_count);
}

static void add_writer(struct str_builder *text, struct api *api)
{
    add(text, "envelopes_total", "counter", "envelopes that came in", api->envelope_count);
    add(text, "facts_stored_total", "counter", "facts journaled", api->fact_count);
    add(text, "refusals_total", "counter", "envelopes refused", api->refusal_count);
    add(text, "forks_total", "counter", "cloned or restored tablets found", api->fork_count);
    add(text, "failed_groups_total", "counter", "transactions that were rolled back",
        api->failed_group_count);
    add_histogram(text, "group_envelopes", "envelopes to a transaction", &api->group_visits);
    add_histogram(text, "group_milliseconds", "transactions, start to durable", &api->group_ms);
    add_histogram(text, "commit_milliseconds", "their last step, the flush", &api->commit_ms);
    add_histogram(text, "checkpoint_milliseconds", "the log into the database, between them",
                  &api->checkpoint_ms);
}

/* Seconds since `at_ms`; 0 when there is nothing to be old. */
static uint64_t age_s(int64_t at_ms, int64_t now_ms)
{
    return at_ms == 0 || at_ms > now_ms ? 0 : (uint64_t)(now_ms - at_ms) / 1000;
}

static enum err add_figures(struct str_builder *text, struct api *api)
{
    enum { FIGURES = 11 };
    int64_t now_ms = clock_now_ms(api->options.clock);
    int64_t figures[FIGURES] = {0};
    struct api_reader *reader = api_reader_take(api);
    struct hq_query query = hq_query(reader->store, SQL_HQ_figures);
    hq_bind_i64(&query, "$silent_before_ms", now_ms - SILENT_MS);
    if (hq_next(&query)) {
        for (int i = 0; i < FIGURES; i++) {
            figures[i] = hq_i64(&query, i);
        }
    }
    enum err err = hq_end(&query);
    api_reader_give(reader);
    TRY(err);
    static const struct {
        const char *name, *help;
        bool is_instant; /* told as its age in seconds */
    } rows[FIGURES] = {
        {"quarantined", "facts that could not be read or break a rule", false},
        {"conflicts_open", "conflicts that nobody has closed", false},
        {"alarms_unseen", "alarms that nobody has acknowledged", false},
        {"alarm_unseen_age_seconds", "age of the oldest of them", true},
        {"attachments_pending", "photos named by facts and not whole here", false},
        {"attachment_pending_age_seconds", "age of the oldest of them", true},
        {"unsent_age_minutes", "oldest fact that a tablet said it could not send yet", false},
        {"tablets_quarantined", "answers and rows that tablets could not read", false},
        {"tablets", "tablets at work", false},
        {"tablets_silent", "of them, not heard of for a day", false},
        {"backup_age_seconds", "since the last verified backup; 0: none was ever made", true},
    };
    for (size_t i = 0; i < FIGURES; i++) {
        add(text, rows[i].name, "gauge", rows[i].help,
            rows[i].is_instant ? age_s(figures[i], now_ms) : (uint64_t)figures[i]);
    }
    return OK;
}

static void add_disk(struct str_builder *text, struct api *api, struct arena *arena)
{
    uint64_t log_size = 0;
    uint64_t size = 0;
    enum err err = os_file_facts(os_path(arena, api->options.folder, "hq.db-wal"), &log_size, NULL);
    log_size = err == OK ? log_size : 0; /* none while nothing was written */
    err = os_file_facts(os_path(arena, api->options.folder, "hq.db"), &size, NULL);
    add(text, "disk_free_bytes", "gauge", "where the database lies", space_free(api));
    add(text, "database_bytes", "gauge", "of hq.db", err == OK ? size : 0);
    add(text, "log_bytes", "gauge", "of its write-ahead log", log_size);
}

static void add_http(struct str_builder *text, const struct api *api)
{
    struct http_counts counts = http_counts(api->http);
    if (api->office_http != NULL) {
        struct http_counts office = http_counts(api->office_http);
        counts.request_count += office.request_count;
        counts.refused_count += office.refused_count;
        counts.failed_count += office.failed_count;
        counts.reaped_count += office.reaped_count;
        counts.budget_count += office.budget_count;
        counts.held_size += office.held_size;
        counts.connection_count += office.connection_count;
    }
    add(text, "http_requests_total", "counter", "requests", counts.request_count);
    add(text, "http_refused_total", "counter", "answered 4xx", counts.refused_count);
    add(text, "http_failed_total", "counter", "answered 5xx", counts.failed_count);
    add(text, "http_reaped_total", "counter", "slow clients cut off", counts.reaped_count);
    add(text, "http_budget_total", "counter", "told to come again, memory being spent",
        counts.budget_count);
    add(text, "http_held_bytes", "gauge", "bodies and answers held", counts.held_size);
    add(text, "http_connections", "gauge", "connections open", counts.connection_count);
}

bool metrics_take(void *context, struct http_exchange *exchange)
{
    struct api *api = context;
    struct str_builder text;
    str_builder_init(&text, http_arena(exchange));
    add(&text, "ready", "gauge", "1: work may be sent here", why_not_ready(api) == NULL);
    add_writer(&text, api);
    add_queue(&text, api);
    if (add_figures(&text, api) != OK) {
        http_answer(exchange, 500, "text/plain", STR("the database cannot be read\n"));
        return true;
    }
    add_disk(&text, api, http_arena(exchange));
    if (api->http != NULL) {
        add_http(&text, api);
    }
    http_answer(exchange, 200, "text/plain; version=0.0.4", str_built(&text));
    return true;
}
