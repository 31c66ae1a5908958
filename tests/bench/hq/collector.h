/* tests/bench/hq/collector.h -- a tablet as headquarters sees it: keys, chain, cases. */
#pragma once

#include "sync/proto/answer.h"
#include "sync/proto/enrol.h"
#include "tests/bench/wire/visits.h"

enum { COLLECTOR_CASES_MAX = 20000, COLLECTOR_BATCH_MAX = 200 };

struct collector {
    struct arena arena; /* of what lasts */
    struct envelope_keys keys;
    struct chain_public_key hq;
    uint32_t device_no, person_no;
    uint64_t seq; /* of the last fact */
    struct chain_link link;
    uint8_t last_body[LIMIT_event_size];
    size_t last_body_size;
    uint64_t cursor;
    uint32_t tag;
    uint64_t digest;
    bool is_whole; /* the last page was the last one */
    uint64_t policy;
    uint64_t request_tag;
    size_t case_count;
    uint64_t *cases;
    uint64_t *feed_seqs; /* of each, for the digest */
    size_t visit_count;
    struct visits visits;
    int64_t at_ms, boot_at_ms;
};

void collector_init(struct collector *collector, const struct chain_public_key *hq, uint64_t seed);
struct wire_bytes collector_enrol(struct collector *collector, const char *code);
void collector_enrolled(struct collector *collector, struct wire_bytes answer);
/* The next facts: whole visits until `count` at least; 0 is a pull ticket. `facts_out`
 * (COLLECTOR_BATCH_MAX) may be NULL. In `arena`. */
struct wire_bytes collector_batch(struct collector *collector, struct arena *arena, size_t count,
                                  ds_Event *facts_out, size_t *count_out);
/* True while there are more pages. Ends the program when something is refused. */
bool collector_take(struct collector *collector, struct wire_bytes answer);
