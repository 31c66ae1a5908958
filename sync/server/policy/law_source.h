/* sync/server/policy/law_source.h -- one layer of a policy as a lawyer writes it. Pure.
 *
 * UTF-8 text, one entry a line, # begins a comment. The grammar stands in assets/policy/README.md.
 * Everything lives in the arena it was read into. */
#pragma once

#include "core/rules/law_shelf.h"

enum { LAW_NAME_SIZE = 24, LAW_LAYER_RULES_MAX = 300, LAW_FAULT_TEXT_SIZE = 160 };

/* Where a text is wrong, for a person. */
struct law_fault {
    char file[64];
    size_t line;                        /* 1, 2, …; 0: the file as a whole */
    const char *key;                    /* text key "law_fault.…", static */
    char name[LAW_FAULT_TEXT_SIZE];     /* the word it is about, as written, cut to fit */
    char expected[LAW_FAULT_TEXT_SIZE]; /* what would be right; for law_fault.looser the
                                         * rule that would be loosened and where it stands */
};
/* Fills a fault and gives ERR_malformed. */
enum err law_fault_set(struct law_fault *fault, const char *file, size_t line, const char *key,
                       struct str name, const char *expected);

/* Layers from the widest to the closest; a layer extends one that is no closer. */
enum law_level {
    LAW_LEVEL_base,
    LAW_LEVEL_jurisdiction,
    LAW_LEVEL_region,
    LAW_LEVEL_client,
    LAW_LEVEL_case,
};

struct law_rule {
    char name[LAW_NAME_SIZE]; /* "T03-soon" */
    struct law_record record; /* without part and source */
    const char *source;       /* "GB25, CBA26" */
    enum law_confidence confidence;
    const char *file; /* where its last word was said */
    size_t line;
    uint64_t given; /* fields said, see law_source_rule.c */
};

struct law_line {
    size_t line;
    struct str words; /* without the first word */
};

struct law_layer {
    char id[LAW_PROFILE_SIZE];
    char extends[LAW_PROFILE_SIZE]; /* empty: the widest */
    enum law_level level;
    uint32_t version;
    int32_t expires_day;
    char zone[LAW_ZONE_SIZE];     /* empty: of the layer it extends */
    char client[LAW_CLIENT_SIZE]; /* of a client's layer: whose cases; else empty */
    const char *file;
    size_t head_line;
    struct law_line *rules; /* "rule" and "matrix" lines, to be read by law_source_rule() */
    size_t rule_count;
    struct law_line *zones, *lexicon;
    size_t zone_count, lexicon_count;
};

/* Reads the head and sorts the lines. ERR_malformed with the fault. `file` is borrowed. */
enum err law_source_layer(struct arena *arena, const char *file, struct str text,
                          struct law_layer *layer_out, struct law_fault *fault) MUST_USE;
/* The name of a rule line. ERR_malformed. */
enum err law_source_name(const struct law_layer *layer, const struct law_line *line,
                         char name_out[LAW_NAME_SIZE], struct law_fault *fault) MUST_USE;
/* Reads a rule line. `rule` holds what a wider layer says of it, or zero for a new rule, of
 * which every needed field must be said. ERR_malformed. */
enum err law_source_rule(struct arena *arena, const struct law_layer *layer,
                         const struct law_line *line, struct law_rule *rule,
                         struct law_fault *fault) MUST_USE;

/* Without the mark that some editors put before UTF-8. */
struct str law_source_text(struct str text);
/* The next word of a line and, when it has a '=', what stands behind; quotes keep blanks.
 * False at the end. */
struct law_word_pair {
    struct str name, value;
    bool has_value;
};
bool law_source_word(struct str *rest, struct law_word_pair *pair_out);
/* The value of a fact in the words of its unit: 1, yes, 300, 5min, 2026-11-18, SELF, N,E,W …;
 * instants only as UTC 2026-11-18T02:30:00Z. False with `expected_out` (static) when it is none. */
bool law_source_value(enum law_fact fact, struct str text, int64_t *value_out,
                      const char **expected_out);
/* "2026-11-18T02:30:00Z"; seconds may be left out. */
bool law_source_instant(struct str text, int64_t *at_ms_out);
/* "08:00" or "08:00:30", 24:00 at most. */
bool law_source_time(struct str text, int64_t *second_out);
/* 300, 300s, 5min, 72h, 5d; parts may follow one another: 24h1s. */
bool law_source_duration(struct str text, int64_t *seconds_out);
/* The bits of a list of names. */
bool law_source_bits(enum law_list list, struct str text, uint32_t *bits_out);
/* The same as words, for people. In `arena`. */
const char *law_source_value_text(struct arena *arena, enum law_fact fact, int64_t value);
const char *law_source_bits_text(struct arena *arena, enum law_list list, uint32_t bits);
