/* core/rules/law_test.h -- the tests of one record: does it apply, does it fire. Private to the
 * judge (law_judge.c). Pure. */
#pragma once

#include "core/rules/law_judge.h"

/* Days that rules of kind DAY name. EVERY: each day from the rule's first to its last, by which a
 * policy lists the holidays and sensitive days of its country itself. */
enum { LAW_DAY_SUNDAY = 1, LAW_DAY_HOLIDAY = 2, LAW_DAY_SENSITIVE = 4, LAW_DAY_EVERY = 8 };

/* A situation being judged. */
struct judging {
    const struct law_image *first; /* whose zones count */
    const struct law_image *image; /* the link in hand */
    size_t link, before;           /* which link it is, and records of the links before it */
    const struct law_situation *situation;
    struct law_verdict *verdict;
    int32_t day, second; /* local */
    uint32_t flags;      /* of the situation, and those that a count sets */
    bool has_unknowing;  /* a rule fired for a flag that the device did not know */
    bool is_endless;     /* something blocks that time does not end */
    int64_t free_day;    /* the last of the days on which what blocks by dates is free */
    size_t index;        /* of the record in hand, in its link */
};

/* What a test found. */
struct finding {
    bool has_fired, is_unknown;
    int64_t value;
    int64_t next_day;
};

/* LAW_UNKNOWN when it is not known. */
int64_t law_test_value(const struct judging *judging, uint32_t fact);
/* Known and not 0. */
bool law_test_is_yes(const struct judging *judging, uint32_t fact);
/* In force on the day, and its role, flag and if conditions hold. */
bool law_test_applies(const struct judging *judging, const struct law_record *record);
/* What its kind tests: law_judge.h. */
struct finding law_test_record(const struct judging *judging, const struct law_record *record);
/* Of kind RANGE alone: counts that set a flag are looked at before all others. */
struct finding law_test_range(const struct judging *judging, const struct law_record *record);
