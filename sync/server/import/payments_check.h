/* sync/server/import/payments_check.h -- an import of payments under way, and what it lets
 * headquarters say of arrangements. Private to the room. */
#pragma once

#include "sync/server/import/import_slice.h"
#include "sync/server/import/payments_import.h"
#include "sync/server/import/ref_set.h"

/* A payment already posted, or about to be. */
struct posted {
    uint64_t amount_minor;
    int32_t paid_day;
    uint64_t case_no;
};

/* What an arrangement was before. */
struct before {
    struct id id;
    uint64_t case_no;
    uint32_t state;
    int64_t paid_minor;
};

struct payments_run {
    struct arena *arena;
    struct hq_store *store;
    const struct payments_options *options;
    struct payments_result *result;
    struct fault_report *report;
    struct column_map map;
    int32_t today;
    struct import_slice slice;
    struct csv_reader *reader;
    struct before *waiting; /* arrangements that wait, as they were before */
    size_t waiting_count;
    struct ref_set *refs;      /* (client, case_ref) -> case_no */
    struct ref_set *refs_only; /* (case_ref, "") -> case_no, SEVERAL */
    struct ref_set *known;     /* (case number, reference) -> index in posted */
    struct ref_set *loaded;    /* (case number, "") -> its client; its posted payments are known */
    struct ref_set *clients;   /* (client, "") -> index in client_days */
    struct ref_set *doubtful; /* (case number, "") -> 1: the file has a payment that is not taken */
    int32_t *client_days;     /* of the latest payment of each client's that the file has */
    size_t client_count, client_capacity;
    struct posted *posted;
    size_t posted_count, posted_capacity;
    uint64_t *paid_cases; /* cases paid by this file, as they come */
    size_t paid_count, paid_capacity;
    int32_t latest_day;
    int64_t grace_days; /* of the policy in force */
    int64_t attribution_days;
    struct row_faults faults;
    ds_Event event;
};

struct str payments_number_text(char text[24], uint64_t number);
/* Room for one more item; the array doubles in the arena. */
void *payments_grow(struct arena *arena, void *items, size_t count, size_t *capacity,
                    size_t item_size);

/* The arrangements that wait, as they are before the file. */
enum err payments_check_load(struct payments_run *run) MUST_USE;
/* Whose case it is: an index in client_days, where 0 stands until a payment is seen. */
enum err payments_check_client(struct payments_run *run, uint64_t case_no,
                               int64_t *client_out) MUST_USE;
/* Says of every case that waits or was paid through which day its payments are known. A
 * `struct payments_run *` as context: see import_slice.h. */
enum err payments_check_cases(void *context) MUST_USE;
/* What became of the arrangements that waited. */
enum err payments_check_changes(struct payments_run *run) MUST_USE;
