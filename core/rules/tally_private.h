/* core/rules/tally_private.h -- what the parts of a tally share: tally.c adds rows, tally_case.c
 * finds cases, tally_finish.c counts what depends on all rows of a case. Pure. */
#pragma once

#include "core/domain/date.h"
#include "core/rules/tally.h"

/* A contact in the period or before it, kept for what payments follow. */
struct touch {
    struct touch *next;
    int32_t day;
};

struct tally_case {
    uint64_t case_no; /* 0: the slot is free */
    /* from the case row */
    bool is_known, is_owned; /* has a row; its owner is one of the persons */
    int64_t owed_minor;      /* now */
    int32_t due_day, intake_day, first_touch_day;
    int64_t ended_at_ms;
    uint32_t end_reason;
    /* from contacts of the persons */
    struct touch *touches;
    bool is_contacted, is_reached, is_succeeded;
    uint32_t channels;           /* bit n: channel n in the period */
    int64_t first_contact_at_ms; /* in the period */
    int32_t first_contact_day;
    int64_t first_owed_minor; /* at that contact */
    int64_t class_at_ms;      /* newest contact that says something */
    enum tally_class class;
    uint32_t unwilling_count; /* contacts that say can, but will not */
    /* from payments: credited to the persons, and all of the case */
    bool is_paid;
    int64_t paid_minor;        /* credited, in the period */
    int64_t paid_before_minor; /* of those, before the first contact of the period */
    int64_t case_paid_minor;   /* in the period, whoever is credited */
    int64_t case_later_minor;  /* after as_of_day */
    /* from arrangements and incidents */
    bool is_friendly, is_strict;
    bool is_identity_disputed;
    int64_t identity_at_ms; /* first one in the period */
};

/* The case, made when it is new. Lives until the next call. */
struct tally_case *tally_case_of(struct tally *tally, uint64_t case_no);
bool tally_case_is_kept(const struct tally *tally, uint64_t case_no);

static inline bool tally_day_is_inside(const struct tally *tally, int32_t day)
{
    return day >= tally->scope.from_day && day <= tally->scope.until_day;
}

static inline int32_t tally_day_of(const struct tally *tally, int64_t at_ms)
{
    return date_day_at(at_ms, tally->scope.offset_minutes);
}

static inline size_t tally_slot(uint32_t code, size_t size)
{
    return code < size ? code : 0;
}

/* Sums stop at the end of the range instead of wrapping; rows are from outside. */
static inline void tally_sum(int64_t *sum, int64_t amount)
{
    if (__builtin_add_overflow(*sum, amount, sum)) {
        *sum = amount < 0 ? INT64_MIN : INT64_MAX;
    }
}
