/* core/rules/verdict.h -- the answer of a rule: may it be done, and why not.
 *
 * A refusal is an answer, never an error. Rules judge what is *intended*; what
 * has happened is always recorded, with the rules that fired beside it
 * (Event.fired holds the codes of refusals.def). Pure. */
#pragma once

#include "core/event/event.h"

enum refusal {
    REFUSAL_none = 0,
#define REFUSAL(code, name, rule, severity, source) REFUSAL_##name = (code),
#include "core/rules/refusals.def"
#undef REFUSAL
};

/* Strictest last. ok: nothing fired or the rule is off; log: recorded only;
 * warn: allowed with a reason (override_reasons.def); block: not allowed. */
enum severity { SEVERITY_ok, SEVERITY_log, SEVERITY_warn, SEVERITY_block };

/* What must be done besides; a set of bits. Text keys "obligation.<name>". */
enum obligation {
#define OBLIGATION(bit, name) OBLIGATION_##name = 1 << (bit),
#include "core/rules/obligations.def"
#undef OBLIGATION
};

enum { VERDICT_FIRED_MAX = 16, VERDICT_VALUES_MAX = 3 };

/* One rule that fired, with the values for the placeholders of its text. */
struct verdict_fired {
    enum refusal refusal;
    enum severity severity;
    size_t value_count;
    struct {
        const char *name;      /* of the placeholder, static */
        enum event_value type; /* money, day, count, minute or instant */
        int64_t number;
    } values[VERDICT_VALUES_MAX];
    /* Of the image's record that fired, borrowed from the image, with enum law_confidence. NULL
     * and 0: no image said it; refusal_source(). */
    const char *source;
    uint32_t confidence;
};

struct verdict {
    bool is_allowed;        /* no rule blocks */
    enum severity severity; /* the strictest that fired */
    size_t fired_count;
    struct verdict_fired fired[VERDICT_FIRED_MAX]; /* strictest first, then in order of firing */
    uint32_t obligations;                          /* bits of enum obligation */
    int64_t next_ok_at_ms; /* when contact hours open again; 0: time does not help */
};

/* Nothing fired, everything allowed. */
struct verdict verdict_start(void);
/* Adds a rule at `severity`; SEVERITY_ok leaves the verdict as it is. Returns the
 * entry to put values into, or NULL when there is none: nothing was added, or the
 * list is full (severity and is_allowed are right even then). The entry stays
 * valid until the next call for this verdict. */
struct verdict_fired *verdict_fire(struct verdict *verdict, enum refusal refusal,
                                   enum severity severity);
/* Puts a value for placeholder `name` (static) into an entry; NULL entries are ignored. */
void verdict_value(struct verdict_fired *fired, const char *name, enum event_value type,
                   int64_t number);
/* Adds all of `other`. */
void verdict_merge(struct verdict *verdict, const struct verdict *other);
/* The entry of a refusal, or NULL. */
const struct verdict_fired *verdict_find(const struct verdict *verdict, enum refusal refusal);
/* Writes the codes of all fired rules into Event.fired (bounded) of a fact about to be captured. */
void verdict_to_event(const struct verdict *verdict, ds_Event *event);

/* ---- the list ---- */
/* "contact_hours"; text key is "refusal.<name>". "unknown" for an unknown code. Static. */
const char *refusal_name(uint32_t refusal);
/* Text key "refusal.<name>"; "unknown.code" for an unknown code. Static. */
const char *refusal_key(uint32_t refusal);
/* "T01". Several refusals may share a rule. Empty for an unknown code. */
const char *refusal_rule(uint32_t refusal);
/* Short legal or contractual source, as in the policy packs. Empty for an unknown code. */
const char *refusal_source(uint32_t refusal);
/* Severity in profile cn, before a policy changes it. */
enum severity refusal_severity(uint32_t refusal);
/* Codes in declaration order. */
size_t refusal_count(void);
uint32_t refusal_code_at(size_t index);
/* The first refusal of a rule id, 0 when there is none. */
uint32_t refusal_of_rule(struct str rule);
const char *severity_name(enum severity severity); /* ok, log, warn, block */
size_t obligation_count(void);
uint32_t obligation_bit_at(size_t index);
const char *obligation_key(uint32_t bit);
