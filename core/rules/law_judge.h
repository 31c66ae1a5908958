/* core/rules/law_judge.h -- judges a situation by a policy image. Pure, exact: the same facts
 * and image give the same verdict on a tablet and at headquarters. No allocation, no floating
 * point; all time is compared in whole seconds at the debtor's place.
 *
 * A record is looked at when it is in force on the local day, enforced at one of the stages,
 * made for the channel, and its role, flags and if conditions hold. Then, by its kind:
 *   TW      fires outside p0 <= second < p1 of the day; fact_b (seconds) is added at stage S: a
 *           visit is judged to its end.
 *           With if_mask = margin: fires inside, when fewer than margin seconds are left
 *   DAY     p0: bits 1 Sunday, 2 holiday, 4 sensitive day, 8 every day that it is in force
 *   RATE    fires when fact_a, counted before this one, plus one is above p0; p1 is the span
 *           in local dates (1: the day, 0: ever), fact_b the day of the oldest that counts
 *   COOL    fires before fact_a plus p1 calendar months plus p0 days
 *   FLAG    fires when its conditions hold: the flags are the rule
 *   REQ     fires when fact_a is not p0 (0 or 1), unless fact_b is yes
 *   RANGE   fires when fact_a is outside p0 .. p1; with severity ok and flags it sets these
 *           flags instead of firing
 *   CMP     fires unless fact_a <= fact_b (p0 even) or fact_a >= fact_b (p0 odd); p1 is a fact
 *           that is taken off fact_b first; never while the fact p0 >> 8 is yes
 *   MATRIX  the records of the rule are rows: what is disclosed (fact_a) and in no row that
 *           holds (p0) fires the rule
 *   TAG     fires when fact_a has a bit of p0
 *   TEXT    fires when the note holds a flagged word
 *   SEQ     fires when more than p0 have passed since A (fact_b: seconds, or a day counted in
 *           dates) and B has not followed (fact_a is p1)
 *   APPR    fires when fact_a is above the cap fact_b, or the approval is expired or one's own
 *   GEO     fires when the place fact_a is in the set p0, or fact_b is above p1 metres
 *   RETAIN  p0 months: fires when fact_a (erase) has data of if_mask kept for less, or on legal
 *           hold; p1 days: fires when they are still kept (fact_a) after
 *   FIELD   fires when fact_a has a bit of p0
 *   FRESH   fires when fact_a is above p0 seconds */
#pragma once

#include "core/rules/law_image.h"
#include "core/rules/verdict.h"

struct law_situation {
    int64_t at_ms;        /* UTC */
    uint16_t zone;        /* of the debtor's place: law_zone_find() */
    uint8_t stages;       /* bits of enum law_stage */
    uint8_t channel;      /* one of enum law_channel */
    uint32_t flags;       /* bits of enum law_flag in effect at at_ms */
    uint32_t known_flags; /* those of them that the device knew; read at stage S only */
    struct str note;
    uint64_t known[2]; /* bit per enum law_fact */
    int64_t values[LAW_FACT_COUNT];
};

/* Nothing known, no flag; a visit on 1970-01-01. */
struct law_situation law_situation_start(void);
/* The baselines of law_facts.def are known: an ordinary, lawful visit. */
struct law_situation law_situation_ordinary(void);
/* LAW_UNKNOWN makes it unknown. */
void law_set(struct law_situation *situation, enum law_fact fact, int64_t value);
/* LAW_UNKNOWN when it is not known. */
int64_t law_get(const struct law_situation *situation, enum law_fact fact);

struct law_fired {
    uint16_t rule;
    uint8_t severity; /* enum severity, after an override */
    bool is_overridden;
    bool is_unknown;  /* because a fact that the rule needs is not known */
    uint16_t record;  /* for law_image_record() */
    int64_t value;    /* what was found: the fact, the count with this one … */
    int64_t next_day; /* COOL and RATE: the first day on which it is free; 0 none */
};

enum { LAW_FIRED_MAX = 80 }; /* at least one for every rule */

struct law_verdict {
    enum severity severity;
    size_t fired_count;
    struct law_fired fired[LAW_FIRED_MAX]; /* one a rule, in the order of law_words.def */
    uint32_t obligations;                  /* bits of enum law_obligation */
    /* For a verdict of block whose blocking rules all end by themselves: the first instant at
     * which none of them does, with the facts as they are. 0: time does not help. A limit of
     * which it is not known when the oldest falls out counts from today. */
    int64_t next_ok_at_ms;
};

/* Judges by the image and the layers linked behind it. A record of severity ok never fires.
 * Overrides: a rule that takes consent becomes `log` when its consent fact and consent_evidence are
 * yes; one that takes a supervisor's token when token_rule names it and token_until lies ahead. At
 * stage S a rule that fires only for flags the device did not know is at most `warn`, and X03
 * fires. */
void law_judge(const struct law_image *image, const struct law_situation *situation,
               struct law_verdict *verdict_out);

/* NULL when it did not fire. */
const struct law_fired *law_verdict_find(const struct law_verdict *verdict, uint16_t rule);
