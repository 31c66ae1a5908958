/* app/screens/traffic.h -- how things stand between this tablet and headquarters
 * beside what the store knows: the folder of sealed envelopes, the agent, the disk, the
 * sticks that are plugged in, the pictures that wait to be attached. Gathered by
 * the session, shown by the sync centre. Plain values; pointers live as long as
 * the model that was read with them. */
#pragma once

#include "core/base/str.h"

/* Why nothing moves just now. Text keys are "traffic_why.<name>". */
enum traffic_why {
    TRAFFIC_WHY_none,        /* nothing waits, or it is moving */
    TRAFFIC_WHY_no_agent,    /* the program that sends was not started */
    TRAFFIC_WHY_no_network,  /* nobody could be reached */
    TRAFFIC_WHY_timed_out,   /* reached, but the answer did not come in time */
    TRAFFIC_WHY_hq_busy,     /* headquarters said: later */
    TRAFFIC_WHY_hq_failed,   /* headquarters could not store it: later */
    TRAFFIC_WHY_refused,     /* it does not let us through; refusal_key says why when known */
    TRAFFIC_WHY_disk,        /* the tablet's own disk */
    TRAFFIC_WHY_certificate, /* its own certificate or the key of it cannot be used */
};

/* When photos travel. Text keys are "photo_rule.<name>". */
enum photo_rule { PHOTO_RULE_wifi, PHOTO_RULE_always };

/* What moves or waits. */
struct traffic_load {
    uint64_t text_size;    /* bytes of sealed text and alarms in the spool */
    uint64_t photo_size;   /* bytes of photos that headquarters lacks */
    size_t photo_count;    /* photos that it has not whole */
    size_t envelope_count; /* sealed, not yet answered */
    int64_t bytes_per_s;   /* measured last; 0 never */
    bool is_photo_held;    /* photos wait for a network that costs nothing */
};

struct traffic_stick {
    const char *name;   /* last part of its folder */
    const char *folder; /* where it is mounted */
    bool is_writable;
    uint64_t free_size;
    const char *const *bundles; /* paths of *.dsb files on it, newest first */
    size_t bundle_count;
};

struct traffic_picture {
    const char *name; /* of the file */
    uint64_t size;
    int64_t at_ms;  /* last change, wall clock */
    uint32_t media; /* media_types.def */
};

/* What the last exchange by stick did; shown until the next one. */
struct traffic_carried {
    const char *key; /* text key of the sentence; NULL: none yet */
    int64_t count, size;
    const char *name;    /* file or stick */
    const char *why_key; /* text key of the reason; "" none */
    bool is_trouble;
    int64_t at_ms;
};

struct traffic {
    enum traffic_why why;
    const char *refusal_key; /* text key of what headquarters said; NULL none */
    int64_t tried_at_ms;     /* last try, wall clock; 0 never */
    int64_t next_try_at_ms;  /* wall clock; 0: nothing waits */
    struct traffic_load load;
    enum photo_rule photo_rule;

    uint64_t free_size; /* of the disk with the tablet's data */
    bool is_disk_low;   /* little is left: no photos soon */
    bool is_disk_full;  /* the reserve is being used: facts only, no photos */

    /* As core/domain/clock_judge.h judges it now. */
    bool is_clock_wrong;
    int64_t clock_ahead_s; /* the tablet is ahead (+) or behind (-); 0 by how much is not known */

    struct traffic_carried carried;
    const struct traffic_stick *sticks;
    size_t stick_count;
    const char *camera_folder;
    const struct traffic_picture *pictures; /* newest first */
    size_t picture_count;
};
