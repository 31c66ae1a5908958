/* core/rules/policy.h -- the numbers of the rules: data, never code.
 *
 * policies.def declares every key with its unit, range, default and source.
 * A policy is a text of lines
 *     key = value            # number (decimal), time of day (08:00) or text
 *     rule.T01 = block       # severity of a rule: ok, log, warn or block
 *     law = RFNMQVcw…        # a compiled policy image (law_image.h) in base64
 *     law_client = RFNM… 某银行  # the layer of a client, which tightens it for its cases
 * with # comments and empty lines. Keys that are absent keep their default.
 * Pure. */
#pragma once

#include "core/rules/law_image.h"
#include "core/rules/verdict.h"

enum { POLICY_TEXT_MAX = 33, POLICY_REFUSALS = 128 };

struct policy {
#define POLICY_NUMBER(key, unit, low, high, initial, source) int64_t key;
#define POLICY_MINUTE(key, low, high, initial, source) int64_t key;
#define POLICY_TEXT(key, initial, source) char key[POLICY_TEXT_MAX];
#include "core/rules/policies.def"
#undef POLICY_NUMBER
#undef POLICY_MINUTE
#undef POLICY_TEXT
    uint8_t severity[POLICY_REFUSALS]; /* enum severity by refusal code */
    struct str law_text;   /* base64 in the text it came from, borrowed; empty: no image */
    struct str layer_text; /* that text from its first layer of a client on; empty: none */
    /* The image that rules look at besides the numbers; NULL: none. Set by whoever keeps its
     * bytes, from policy_law(); policy_from_text() leaves it NULL. */
    const struct law_image *law;
    const struct law_shelf *shelf; /* the layers of clients beside it; NULL: none. As `law` */
    uint64_t hash;                 /* chain_short_hash of the text it came from; 0: the defaults */
};

/* Where a policy text is wrong. */
struct policy_fault {
    size_t line;                     /* 1, 2, … */
    const char *key;                 /* text key "policy_fault.…", static */
    char name[POLICY_TEXT_MAX + 16]; /* the key as written, cut to fit */
    int64_t low, high;               /* for policy_fault.range */
};

/* All defaults: profile cn. */
struct policy policy_default(void);
/* Reads a whole text. ERR_malformed with the first fault; `policy_out` is then untouched.
 * Faults: syntax, unknown_key, twice, number, range, text, severity, order (a window that
 * closes before it opens, a minimum above its maximum), law (an image that cannot be opened), layer
 * (of a client without an image that it extends, or a second one of a client). */
enum err policy_from_text(struct str text, struct policy *policy_out,
                          struct policy_fault *fault_out) MUST_USE;
/* The image's bytes, at most LAW_IMAGE_SIZE_MAX, into `bytes`; `policy` still has its text.
 * ERR_not_found when it carries none, ERR_malformed. What they are law_image_open() and
 * law_image_accept() tell. */
enum err policy_law(const struct policy *policy, uint8_t bytes[LAW_IMAGE_SIZE_MAX],
                    size_t *size_out) MUST_USE;
/* The next layer of a client in `rest`, which begins as policy->layer_text: the client's name
 * as in the text and the image's bytes, at most `capacity`. ERR_not_found: no more;
 * ERR_malformed. */
enum err policy_layer_next(struct str *rest, struct str *client_out, uint8_t *bytes,
                           size_t capacity, size_t *size_out) MUST_USE;
/* How many keys and rules a text that policy_from_text() takes sets; 0 for one of
 * nothing but comments, which is all defaults. */
size_t policy_set_count(struct str text);
enum severity policy_severity(const struct policy *policy, enum refusal refusal);

/* For the reference page and for tools. */
enum policy_type { POLICY_TYPE_number, POLICY_TYPE_minute, POLICY_TYPE_text };
struct policy_key {
    const char *name;
    enum policy_type type;
    const char *unit; /* "days", "m", "minor" …; "" for texts */
    int64_t low, high, initial;
    const char *initial_text;
    const char *source;
};
size_t policy_key_count(void);
struct policy_key policy_key_at(size_t index);
/* Value of a number or minute key. ERR_not_found. */
enum err policy_number(const struct policy *policy, struct str key, int64_t *value_out) MUST_USE;
