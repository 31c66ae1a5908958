/* sync/server/report/gather.h -- reads rows of the store and counts them: one
 * tally for the whole scope and one per person, over three periods. */
#pragma once

#include "core/rules/metric.h"
#include "sync/server/report/report.h"

/* Periods against which the asked one is held. */
enum gather_span { GATHER_now, GATHER_before, GATHER_year_before, GATHER_SPAN_COUNT };

struct gather_person {
    uint32_t person_no;
    uint32_t team_no;
    const char *name;
    struct tally tallies[GATHER_SPAN_COUNT]; /* of the spans that were asked for */
};

struct gather {
    const struct report_ask *ask;
    struct period periods[GATHER_SPAN_COUNT];
    /* Whether headquarters knows anything of that span; else no comparison. */
    bool has_data[GATHER_SPAN_COUNT];
    struct tally tallies[GATHER_SPAN_COUNT]; /* the whole scope */
    struct gather_person *persons; /* in the scope, ascending; for `all` everyone and person 0,
                                    * who stands for nobody */
    size_t person_count;
    const uint32_t *person_nos; /* the same numbers, for struct tally_scope */
    const char *scope_name;     /* of the person or team; NULL for all */
    int32_t offset_minutes;
    int32_t as_of_day;                      /* of the asked period */
    int64_t seen_newest_ms, seen_oldest_ms; /* last envelopes of the scope's tablets; 0 none */
    size_t device_count;
    int64_t commission_bp, share_bp; /* 0: not decided */
    struct gather_target {
        bool has_value;
        int64_t value;       /* in the metric's unit */
    } targets[METRIC_COUNT]; /* for the kind of period asked for */
};

/* Reads all of it in one consistent view. Everything lives in `arena`.
 * ERR_not_found: no such person or team. Errors of the store. */
enum err gather_all(struct arena *arena, struct hq_store *store, const struct report_ask *ask,
                    struct gather *gather_out) MUST_USE;

/* Adds the rows of a span to its tallies, which were started (gather_rows.c). */
enum err gather_rows(struct hq_store *store, struct gather *gather, enum gather_span span) MUST_USE;
/* The person with that number, or NULL. */
struct gather_person *gather_person(const struct gather *gather, uint32_t person_no);

/* What a case owes that no fact has touched yet: it has no state row, only its
 * record. `room` is scratch, made once. 0 for a record that cannot be read. */
struct gather_record;
struct gather_record *gather_record_room(struct arena *arena);
uint64_t gather_record_owed(struct gather_record *room, struct str bytes);

/* The person's name, "unassigned" for 0, or "#7" for one that is not in the person table. */
const char *gather_person_name(struct arena *arena, const struct gather *gather,
                               uint32_t person_no);
bool gather_has_person(const struct gather *gather, uint32_t person_no);
/* Bounds of a span in instants: from_at_ms included, until_at_ms not. */
int64_t gather_from_at_ms(const struct gather *gather, enum gather_span span);
int64_t gather_until_at_ms(const struct gather *gather, enum gather_span span);
