/* tests/lib/tablet.h -- a whole tablet in a test: disk, clock, store, journey,
 * enrolled and with cases. Everything has a default; a test sets only what it is
 * about. */
#pragma once

#include "core/journey/journey.h"
#include "tests/lib/fault_vfs.h"
#include "tests/lib/sim_clock.h"
#include "tests/lib/test.h"

enum { TABLET_DEVICE_NO = 7, TABLET_PERSON_NO = 12 };

struct tablet {
    struct fault_disk disk;
    struct sim_clock sim;
    struct clock clock;
    struct test_rng rng_state;
    struct rng rng;
    struct arena program;
    struct arena task;
    struct test_rng nonce_state;
    struct rng nonces; /* of the sealed store, a stream of its own */
    struct store_options options;
    struct store *store;
    struct journey journey;
    uint64_t feed_seq; /* of the last row given */
};

/* 2026-11-23 10:00 in Shanghai, a Monday: an instant at which visits are allowed. */
int64_t tablet_start_ms(void);

/* Enrolled, with cases 1 .. case_count assigned to its person. */
void tablet_open(struct tablet *tablet, size_t case_count);
/* Empty and not enrolled. */
void tablet_open_bare(struct tablet *tablet);
/* Like tablet_open() on the real file system: `path` of the database file. What is
 * there is used as it is. */
void tablet_open_file(struct tablet *tablet, const char *path, size_t case_count);
/* Enrols an empty tablet and gives it its cases. */
void tablet_fill(struct tablet *tablet, size_t case_count);
void tablet_close(struct tablet *tablet);
/* After a power cut, or to see what is on the disk. The disk is left as it is. */
enum err tablet_reopen(struct tablet *tablet);

/* Case `case_no` with plausible defaults: 12,345.67 yuan owed, 95 days overdue. */
void tablet_record(ds_CaseRecord *record, uint64_t case_no);
/* As headquarters sends it: with a state in which TABLET_PERSON_NO owns it. */
void tablet_state(ds_CaseState *state, const ds_CaseRecord *record);
/* One row of the feed from these; bytes live in the task arena. */
struct store_case_feed tablet_feed(struct tablet *tablet, const ds_CaseRecord *record,
                                   const ds_CaseState *state, uint64_t folded_seq);
/* A page with one row, applied. */
enum err tablet_receive(struct tablet *tablet, const struct store_case_feed *rows, size_t count);

/* A visit that is begun at `case_no`; fails the test when it is refused. */
void tablet_start_visit(struct tablet *tablet, uint64_t case_no);
/* The draft of a promise of `amount_minor` in five days, saved. */
void tablet_draft_promise(struct tablet *tablet, uint64_t amount_minor);

/* Journal, drafts, outbox, every projection, and last lineage, evidence and quarantine as text,
 * in the task arena. */
const char *tablet_dump(struct tablet *tablet);
