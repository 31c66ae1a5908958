/* tests/bench/hq/client.h -- a load of HTTP requests from one thread: connections that stay
 * open, each with its own row of prepared requests, one under way at a time. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct shot {
    const uint8_t *body;
    size_t body_size;
    size_t connection;  /* 0 … connection_count - 1 */
    int64_t due_us;     /* since the start; 0: as soon as the one before was answered */
    int32_t status;     /* out: HTTP status; 0: the connection broke */
    int64_t latency_us; /* out: from due, or from sending when nothing was due */
    uint8_t *answer;    /* out: malloced when is_kept */
    size_t answer_size; /* out */
    void *context;      /* of the caller */
};

struct load {
    uint16_t port;
    const char *path;
    const char *type;
    size_t connection_count;
    int is_kept; /* answers are wanted */
};

struct load_figures {
    double wall_s;
    size_t good_count, bad_count;      /* 200 and 201, everything else */
    uint64_t sent_size, received_size; /* with heads */
};

/* Shots of one connection go in the order of the array. */
struct load_figures load_run(const struct load *load, struct shot *shots, size_t shot_count);
/* Of the latencies; `part` 0.99. */
int64_t load_percentile(const struct shot *shots, size_t shot_count, double part);
