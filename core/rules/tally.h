/* core/rules/tally.h -- what happened in a period, counted. Pure.
 *
 * A tally is integer counters and sums over report rows (core/event/rows.h) and
 * case rows. Tablet and headquarters fill it by the same calls, so "My results"
 * and the reports show the same numbers for the same rows. The metrics of
 * core/rules/metrics.def are formulas over its members.
 *
 * Order of calls: all case rows, then all contact rows, then every other row,
 * then tally_finish(). Within one kind the order does not matter. A row given
 * twice is counted twice: row tables hold an id once. */
#pragma once

#include "core/base/arena.h"
#include "core/domain/catalog.h"
#include "core/event/rows.h"

/* One more than the greatest code of each list; a code that this build does not
 * know is counted in slot 0. A test holds the sizes against the lists. */
enum {
    TALLY_CHANNELS = CONTACT_CHANNEL_office_meeting + 1,
    TALLY_OUTCOMES = OUTCOME_thanked_after_payment + 1,
    TALLY_SKIPS = SKIP_REASON_other + 1,
    TALLY_COMPLAINTS = COMPLAINT_KIND_other + 1,
    TALLY_SAFETIES = SAFETY_KIND_overdue + 1,
    TALLY_NOTICES = NOTICE_KIND_court_paper + 1,
    TALLY_ARRANGEMENTS = ARRANGEMENT_KIND_waiver + 1,
    TALLY_CLOSES = CLOSE_REASON_data_error + 1,
    TALLY_KINDS = 128, /* all that are, and room for those to come */
};

/* How far back contacts count as evidence of a debtor class (requirement 80). */
enum { TALLY_CLASS_DAYS = 180 };
/* A contact is followed by success when the case pays within so many days. */
enum { TALLY_SUCCESS_DAYS = 30 };
/* From so many days past due on a debt is counted as bad (requirement 156). */
enum { TALLY_BAD_DAYS = 181 };

/* The three kinds of customer of requirements 79-82, derived and never typed in. */
enum tally_class {
    TALLY_CLASS_unknown,   /* nothing learned, or neither of the three */
    TALLY_CLASS_short,     /* 暂时资金困难型: willing, cannot pay at once */
    TALLY_CLASS_forgot,    /* 遗忘型: forgot or was not told */
    TALLY_CLASS_suspected, /* one contact points to unwilling: not yet evidence enough */
    TALLY_CLASS_unwilling, /* 恶意拖欠型: two contacts or more say can, but will not */
    TALLY_CLASS_COUNT
};

/* Days past due: not yet, 1-30, 31-90, 91-180, 181 and more. */
enum tally_bucket {
    TALLY_BUCKET_not_due,
    TALLY_BUCKET_to_30,
    TALLY_BUCKET_to_90,
    TALLY_BUCKET_to_180,
    TALLY_BUCKET_over_180,
    TALLY_BUCKET_COUNT
};

/* What is counted. */
struct tally_scope {
    int32_t from_day;       /* first day of the period */
    int32_t until_day;      /* last day of it, included */
    int32_t as_of_day;      /* debts are stated at the end of this day: the last day
                             * of the period, or today while it runs */
    int32_t offset_minutes; /* of the zone in which instants become days */
    bool is_everyone;
    const uint32_t *persons; /* when not everyone: whose work, ascending; borrowed */
    size_t person_count;
};

/* A case as it stands now. The tally derives from it how it stood at as_of_day. A
 * case of another owner counts only for the amount involved when a payment on it
 * is credited; the caller may leave out those that have none. */
struct case_count_row {
    uint64_t case_no;
    uint32_t owner_no;       /* at as_of_day; of an ended case: the last one */
    uint64_t owed_minor;     /* now, as of fold_balance() */
    int32_t due_day;         /* oldest unpaid due date */
    int32_t intake_day;      /* imported */
    int32_t first_touch_day; /* first contact known, 0: never contacted */
    int64_t ended_at_ms;     /* closed or recalled, 0: open */
    uint32_t end_reason;     /* close_reasons.def */
};

struct tally_case; /* what is kept of one case */

struct tally {
    /* Denominator of a metric that is a plain number. */
    int64_t always;

    /* -- cases in hand at the end of as_of_day, by owner -- */
    int64_t held_cases, held_minor;
    int64_t overdue_cases, overdue_minor;
    int64_t bad_cases, bad_minor;
    int64_t touched_cases; /* held and contacted at least once until as_of_day */
    int64_t bucket_cases[TALLY_BUCKET_COUNT], bucket_minor[TALLY_BUCKET_COUNT];
    /* -- cases in hand at any time of the period, by owner -- */
    int64_t portfolio_minor; /* owed at as_of_day and what was paid in the period */
    int64_t portfolio_paid_minor;
    int64_t new_cases; /* intake in the period */
    /* -- cases ended in the period, by their last owner -- */
    int64_t ended_cases;
    int64_t ends[TALLY_CLOSES];                  /* by reason */
    int64_t resolved_cases;                      /* closed as paid or settled */
    int64_t resolved_timed_cases, resolved_days; /* of those, with a known intake day */

    /* -- cases worked on: contacted by the persons, or with a payment credited to them -- */
    int64_t worked_cases, involved_minor;
    int64_t contacted_cases, reached_cases, succeeded_cases;
    int64_t class_cases[TALLY_CLASS_COUNT];

    /* -- contacts; withdrawn ones are not counted -- */
    int64_t contacts[TALLY_CHANNELS];
    int64_t contact_cases[TALLY_CHANNELS]; /* cases contacted so, each once */
    int64_t contact_count;
    int64_t calls_answered;
    int64_t outcomes[TALLY_OUTCOMES]; /* of visits */
    int64_t visits, visits_met, visits_third, visits_nobody, visits_clean;
    int64_t dwell_s;
    int64_t third_contacts; /* visits and answered calls at which somebody else answered */
    int64_t fired_rules, flagged_contacts, unsure_clock_contacts;

    /* -- money, posted by headquarters, credited to the persons -- */
    int64_t paid_count, paid_minor, paid_cases;
    int64_t paid_counts[TALLY_CHANNELS], paid_minors[TALLY_CHANNELS]; /* by channel before it */
    int64_t noted_count, noted_minor; /* said at the door, not yet posted */

    /* -- arrangements -- */
    int64_t made[TALLY_ARRANGEMENTS], made_minor[TALLY_ARRANGEMENTS]; /* in the period */
    int64_t made_count;
    int64_t kept, part_kept, broken, judged;             /* promises, judged in the period */
    int64_t kept_minor, judged_minor, judged_paid_minor; /* of those */
    int64_t all_broken, all_judged;                      /* arrangements of every kind */
    int64_t approved, rejected, decided;
    int64_t decide_minutes; /* from asking to decision, summed */
    int64_t friendly_cases; /* cases with an arrangement made in the period */
    int64_t strict_cases;   /* cases with a lawyer's letter, a court paper or handed to legal */

    /* -- incidents; withdrawn ones are not counted -- */
    int64_t incidents[TALLY_KINDS]; /* by event kind */
    int64_t skips[TALLY_SKIPS];
    int64_t complaints[TALLY_COMPLAINTS];
    int64_t safeties[TALLY_SAFETIES];
    int64_t notices[TALLY_NOTICES]; /* delivered in any way; vain attempts left out */
    int64_t notices_delivered;
    int64_t late_answers;           /* to messages of headquarters, after it wanted them */
    int64_t identity_cases;         /* cases whose identity was disputed in the period */
    int64_t identity_stopped_cases; /* of those, taken back or closed by headquarters */
    int64_t identity_stop_minutes;  /* from the dispute to that, summed */

    /* -- days -- */
    int64_t days_worked, planned, day_visited, day_skipped, distance_m;
    int64_t planned_distance_m, worked_minutes, days_closed; /* told when a day is closed */
    int64_t closed_planned; /* of `planned`, on days that are closed: those tell what was visited */

    /* -- one figure for conduct and recovery (tally_finish) -- */
    int64_t score_part, score_whole;

    /* -- set by the caller, as headquarters has decided; 0: not decided -- */
    int64_t commission_bp;                 /* commission on what was recovered */
    int64_t share_bp;                      /* the department's share of the commission */
    int64_t commission_minor, share_minor; /* tally_finish, rounded down */
    int64_t commission_known, share_known; /* 1 when decided */

    /* -- inside -- */
    struct tally_scope scope;
    struct arena *arena;
    struct tally_case *cases; /* open addressing by case_no */
    size_t case_count, case_capacity;
};

/* Starts empty. What it keeps of cases lives in `arena`, which is borrowed until
 * tally_finish(). CHECKs from_day <= until_day. */
void tally_start(struct tally *tally, struct arena *arena, const struct tally_scope *scope);

void tally_add_case(struct tally *tally, const struct case_count_row *row);
/* Contacts from TALLY_CLASS_DAYS before the period on; the older ones are only
 * evidence. Rows outside what is counted are passed over. */
void tally_add_contact(struct tally *tally, const struct contact_row *row);
void tally_add_arrangement(struct tally *tally, const struct arrangement_row *row);
/* Payments from the first day of the period on, later ones too: they tell what
 * was owed at as_of_day. */
void tally_add_payment(struct tally *tally, const struct payment_row *row);
void tally_add_incident(struct tally *tally, const struct incident_row *row);
void tally_add_day(struct tally *tally, const struct day_row *row);
void tally_finish(struct tally *tally);

/* The adding functions as a sink for whoever reads rows; borrows `tally`. The
 * reader hands over contacts before the other rows. */
struct row_sink tally_sink(struct tally *tally);

/* The first day from which contact rows are wanted. */
int32_t tally_contacts_from_day(const struct tally_scope *scope);

/* The class that one contact's findings point to: suspected, not unwilling,
 * since that needs a second contact. */
enum tally_class tally_class_of(uint32_t ability, uint32_t willingness, uint32_t default_reason);
enum tally_bucket tally_bucket_of(int32_t due_day, int32_t as_of_day);
/* "not_due", "to_30" …; "unknown", "short" …: ends of text keys. Static. */
const char *tally_bucket_name(enum tally_bucket bucket);
const char *tally_class_name(enum tally_class class);
