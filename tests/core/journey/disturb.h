/* tests/core/journey/disturb.h -- runs every journey again and again, each time with one
 * call more that goes well before one fails. */
#pragma once

#include "tests/core/journey/journeys.h"
#include "tests/lib/nth_call.h"

#include <stdio.h>
#include <stdlib.h>

struct disturbed {
    const struct journey_sample *journey;
    struct tablet *tablet;
    struct fault_disk *base;
    const char *before, *after;
};

static inline void disturbed_open(struct disturbed *disturbed, const struct journey_sample *journey)
{
    struct tablet *tablet = calloc(1, sizeof *tablet);
    struct fault_disk *base = calloc(1, sizeof *base);
    tablet_open(tablet, JOURNEY_CASES);
    nth_call_install(tablet->options.vfs);
    tablet->options.vfs = "nth";
    journey->prepare(tablet);
    store_close(&tablet->store); /* so that the base is one file */
    fault_disk_copy(base, &tablet->disk);
    EXPECT_OK(tablet_reopen(tablet));
    const char *before = tablet_dump(tablet);
    EXPECT_OK(journey->run(tablet));
    *disturbed = (struct disturbed){journey, tablet, base, before, tablet_dump(tablet)};
}

static inline void disturbed_close(struct disturbed *disturbed)
{
    tablet_close(disturbed->tablet);
    fault_disk_free(disturbed->base);
    free(disturbed->tablet);
    free(disturbed->base);
}

static inline void start_over(const struct disturbed *disturbed)
{
    store_close(&disturbed->tablet->store);
    fault_disk_copy(&disturbed->tablet->disk, disturbed->base);
    EXPECT_OK(tablet_reopen(disturbed->tablet));
}

/* One run on a tablet that has not done the journey, whatever failed there before. False
 * when it made fewer than `n` calls. */
static inline bool disturb_once(const struct disturbed *disturbed, enum nth_call kind, uint64_t n,
                                bool is_lasting)
{
    struct tablet *tablet = disturbed->tablet;
    char row[96];
    snprintf(row, sizeof row, "%s, %s call %llu fails%s", disturbed->journey->name,
             kind == NTH_CALL_io ? "i/o" : "memory", (unsigned long long)n,
             is_lasting ? " and all later ones" : "");
    struct arena_mark mark = arena_mark(&tablet->task);
    nth_call_arm(kind, n, is_lasting);
    enum err err = disturbed->journey->run(tablet);
    bool was_hit = nth_call_disarm();
    EXPECT_ROW(row, err == OK || err == ERR_io);
    EXPECT_ROW(row, err == OK || was_hit);
    if (was_hit) { /* also when accepted: what follows a commit may have failed */
        EXPECT_ROW(row, store_reopen(tablet->store) == OK);
    }
    const char *now = tablet_dump(tablet);
    bool has_happened = strcmp(now, disturbed->after) == 0;
    EXPECT_ROW(row, has_happened || strcmp(now, disturbed->before) == 0);
    EXPECT_ROW(row, has_happened || err != OK); /* what was accepted is there */
    arena_rollback(&tablet->task, mark);
    if (has_happened) {
        start_over(disturbed);
    }
    return was_hit;
}

/* Call n of every journey fails, for n = 1, 1 + stride, ... until a run meets no failure. */
static inline void disturb_every_call(enum nth_call kind, bool is_lasting, uint64_t stride)
{
    for (size_t i = 0; i < COUNT(journey_samples); i++) {
        struct disturbed disturbed;
        disturbed_open(&disturbed, &journey_samples[i]);
        start_over(&disturbed);
        uint64_t n = 1;
        while (disturb_once(&disturbed, kind, n, is_lasting)) {
            n += stride;
        }
        EXPECT_ROW(journey_samples[i].name, n > 2); /* it did make such calls */
        print_message("%s: %llu calls\n", journey_samples[i].name,
                      (unsigned long long)nth_call_count());
        disturbed_close(&disturbed);
    }
}
