/* sync/server/store/alarm_log.h -- people in danger: heard, shown, acknowledged.
 *
 * An alarm is a safety incident of severity 3 or a silent one. It comes by itself
 * before its fact, or with its fact, or both: one row, by the id of the fact. */
#pragma once

#include "sync/server/store/ingest.h"

struct alarm_call {
    uint32_t device_no; /* known and its signature checked; may be revoked */
    uint32_t origin_no; /* under which the fact was captured */
    uint64_t seq;
    struct id id;
    struct str body;
    struct chain_signature signature;
};

struct alarm_heard {
    int64_t heard_at_ms;
    int64_t seen_at_ms; /* 0: nobody has acknowledged it */
    char by_name[121];  /* who did */
    bool is_new;        /* not heard before */
};

/* Keeps an alarm that came by itself. What was heard before stays as it was. Durable
 * after the caller's hq_commit(). */
enum err alarm_log_hear(struct ingest *ingest, const struct alarm_call *call,
                        struct alarm_heard *heard_out) MUST_USE;

/* A person has seen it; every tablet that holds the fact is told. ERR_not_found
 * without such an alarm; acknowledging twice keeps the first name (*was_seen_out). */
enum err alarm_log_see(struct ingest *ingest, const struct id *id, struct str by_name,
                       bool *was_seen_out) MUST_USE;

/* ---- within the store room ---- */

struct apply;
struct apply_device;
struct apply_place;
struct merge_fact;
/* A fact was journaled at `place`: when it is an alarm, it is kept unless it was heard
 * before, and the tablet is told in its feed. */
enum err alarm_log_journaled(struct apply *apply, struct apply_device *device,
                             const struct apply_place *place, const struct merge_fact *fact,
                             struct str body) MUST_USE;
