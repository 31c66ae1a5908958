/* sync/server/staff/throttle.h -- wrong tries of an account or an address, kept in the store so
 * that a restart forgets none. Within the staff room. */
#pragma once

#include "sync/server/store/hq_store.h"

enum { THROTTLE_NAME_SIZE = 80 };

struct throttle {
    char name[THROTTLE_NAME_SIZE]; /* "p17", "a192.0.2.7" */
    int64_t tries;                 /* free ones */
    int64_t fail_count, last_at_ms;
    int64_t until_ms; /* no try is looked at before */
};

/* Fills in what is known of `throttle->name`. Any store. */
enum err throttle_load(struct hq_store *store, struct throttle *throttle, int64_t now_ms) MUST_USE;
/* One more wrong try: past the free ones each doubles the pause. The writer. */
enum err throttle_count(struct hq_store *store, struct throttle *throttle, int64_t now_ms) MUST_USE;
enum err throttle_clear(struct hq_store *store, const char *name) MUST_USE;
/* Forgets what is too old to count. The writer. */
enum err throttle_sweep(struct hq_store *store, int64_t now_ms) MUST_USE;
