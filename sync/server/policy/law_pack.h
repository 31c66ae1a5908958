/* sync/server/policy/law_pack.h -- a policy in its layers, put together. Pure.
 *
 * The layers of a profile, widest first, make one list of rules. A closer layer may add rules
 * and tighten those above it, rule by rule and field by field; what would loosen one is
 * refused, naming file, line and the rule with its place. */
#pragma once

#include "sync/server/policy/law_source.h"

enum { LAW_LAYERS_MAX = 8, LAW_PACK_RULES_MAX = LAW_RECORDS_MAX, LAW_PACK_WORDS_MAX = 400 };

/* Gives the text of layer `id`, which may live as long as `arena`, and the name of its file
 * for messages. ERR_not_found. */
typedef enum err law_pack_open(void *given, struct arena *arena, const char *id,
                               struct str *text_out, const char **file_out);

struct law_pack {
    const struct law_layer *layers[LAW_LAYERS_MAX]; /* widest first */
    size_t layer_count;
    struct law_rule rules[LAW_PACK_RULES_MAX]; /* in the order of law_words.def */
    size_t rule_count;
    struct str zones[LAW_ZONES_MAX];
    size_t zone_count;
    struct str words[LAW_PACK_WORDS_MAX];
    size_t word_count;
    const char *zone; /* of the profile */
};

/* Reads profile `id` and all it extends. ERR_not_found (no such profile); ERR_malformed with
 * the fault. */
enum err law_pack_read(struct arena *arena, law_pack_open *open, void *given, const char *id,
                       struct law_pack **pack_out, struct law_fault *fault) MUST_USE;
/* NULL when there is none of that name. */
const struct law_rule *law_pack_find(const struct law_pack *pack, const char *name);

/* What the closest layer says, as a pack: the rules that it names, and those that are judged
 * together with one of them: the other rows of a matrix, words of a note, what the device did not
 * know. */
struct law_pack *law_pack_closest(struct arena *arena, const struct law_pack *pack);

/* Whether `now` is at least as strict as `before` in every respect; else the field that is not,
 * static. Rows of a matrix are judged by law_tighter_matrix(). */
const char *law_tighter(const struct law_rule *before, const struct law_rule *now);
/* Whether the rows of `after` allow nothing that those of `before` did not: for every role,
 * every flag and every if condition that a row reads. Else the name of the row, static as it. */
const char *law_tighter_matrix(const struct law_rule *before, size_t before_count,
                               const struct law_rule *after, size_t after_count);
