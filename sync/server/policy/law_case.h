/* sync/server/policy/law_case.h -- situations as a lawyer writes them. Pure.
 *
 * UTF-8 text; blocks parted by empty lines, each one situation; # begins a comment. A block is
 * words, any number on a line: "name=value", or a bare word (an action, a channel, a flag).
 *     id=V05            what it is called in the answer
 *     profile=cn        by which policy; must be said, or is given by the caller
 *     action=checkin    plan, checkin, call, speak, open, pay, waive, plan_offer, refer, hq
 *     event=visit       of hq: what is judged again (a channel)
 *     channel=call      of plan: visit unless said
 *     date=2026-11-18 time=21:00:00, or local=2026-11-18T21:00:00, or local=21:00
 *     tz=America/New_York    the debtor's place; else that of the profile
 *     instant=2027-03-15T01:10:00Z    instead of a local time
 *     later=1           the second of two equal local times when the clock is set back
 *     HARDSHIP=1 or flags=HARDSHIP,LOST    in effect
 *     known=0           no flag was known to the device; or known=LOST: only this one
 *     RECALLED.effective=09:00 RECALLED.known=never RECALLED.cleared=...
 *                       when it began, when the device learned of it, when it was lifted: a time
 *                       of that day, a local date and time, an instant with Z, or never
 *     note="..."        the words of the visit record
 *     visitors=1 ...    every fact of law_facts.def in the words of its unit. A fact in seconds
 *                       may be said in minutes, hours or days: policy_age_h=100
 *     expect="block T01:block,T03:block LEAVE_NOW next=2026-11-19T08:00"
 *                       what should come of it: the verdict, every rule that fires, every
 *                       obligation, and, when said, the next lawful time (local, or none)
 *     pay=1200001       the same as action=pay amount=1200001; so with waive
 * What is not said is an ordinary, lawful visit on Wednesday 2026-11-18, 10:30 local. A device
 * judges by the flags it knows, headquarters by all in effect. */
#pragma once

#include "core/rules/law_judge.h"
#include "sync/server/policy/law_source.h"

struct law_case {
    size_t line;                    /* where it begins */
    const char *id;                 /* "" when it has none */
    const char *profile;            /* "" when it names none */
    const char *action;             /* as in the list above, static */
    const char *channel;            /* static */
    const char *zone_name;          /* "" for that of the profile */
    struct law_situation situation; /* complete after law_case_settle() */
    /* How the time was said. */
    bool has_instant, is_later;
    int32_t day, second;
    struct {
        bool is_given;
        int64_t effective, known, cleared; /* LAW_UNKNOWN: not said; INT64_MAX: never */
        bool is_local[3];
    } times[32];          /* by bit of enum law_flag */
    struct str expect;    /* empty: nothing said */
    uint32_t all_flags;   /* said without a time */
    uint32_t known_flags; /* of those */
};

/* Takes the next situation off `rest`; `line` counts on. ERR_not_found: no more. ERR_malformed
 * with the fault; `rest` is then past the block. */
enum err law_case_next(struct arena *arena, const char *file, struct str *rest, size_t *line,
                       struct law_case *case_out, struct law_fault *fault) MUST_USE;
/* Fills the time, the zone and the flags by an image. ERR_malformed: a zone that the image does
 * not carry, a local time that the clock never shows. */
enum err law_case_settle(const char *file, struct law_case *law_case, const struct law_image *image,
                         struct law_fault *fault) MUST_USE;
/* The verdict in the words of `expect`: "block T01:block,T03:block LEAVE_NOW". In `arena`. */
const char *law_case_outcome(struct arena *arena, const struct law_verdict *verdict);
/* Whether a verdict is what `expect` says; true when nothing is said. ERR_malformed with the
 * fault when `expect` itself makes no sense. */
enum err law_case_is_expected(const char *file, const struct law_case *law_case,
                              const struct law_image *image, const struct law_verdict *verdict,
                              bool *is_expected_out, struct law_fault *fault) MUST_USE;
