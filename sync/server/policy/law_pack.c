#include "sync/server/policy/law_pack.h"

#include <stdio.h>
#include <string.h>

const struct law_rule *law_pack_find(const struct law_pack *pack, const char *name)
{
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (strcmp(pack->rules[i].name, name) == 0) {
            return &pack->rules[i];
        }
    }
    return NULL;
}

static const char *place_of(struct arena *arena, const struct law_rule *rule, const char *field)
{
    return str_format(arena, "%s, %s:%zu (%s)", rule->name, rule->file, rule->line, field);
}

/* One line of a closer layer, over what the wider ones said. */
static enum err add_rule(struct arena *arena, struct law_pack *pack, const struct law_layer *layer,
                         const struct law_line *line, struct law_fault *fault)
{
    char name[LAW_NAME_SIZE];
    TRY(law_source_name(layer, line, name, fault));
    size_t at = 0;
    while (at < pack->rule_count && strcmp(pack->rules[at].name, name) != 0) {
        at++;
    }
    bool is_new = at == pack->rule_count;
    if (is_new && at == LAW_PACK_RULES_MAX) {
        return law_fault_set(fault, layer->file, line->line, "law_fault.too_many", str_from(name),
                             "400");
    }
    struct law_rule before = pack->rules[at];
    if (!is_new && before.file == layer->file) {
        return law_fault_set(fault, layer->file, line->line, "law_fault.twice", str_from(name), "");
    }
    struct law_rule now = before;
    if (is_new) {
        memset(&now, 0, sizeof now);
    }
    TRY(law_source_rule(arena, layer, line, &now, fault));
    const char *looser = is_new ? NULL : law_tighter(&before, &now);
    bool is_lifting = is_new && pack->layer_count > 0 && now.record.severity == 0;
    if (looser != NULL || is_lifting) {
        return law_fault_set(
            fault, layer->file, line->line, "law_fault.looser", str_from(name),
            place_of(arena, is_lifting ? &now : &before, is_lifting ? "sets" : looser));
    }
    pack->rules[at] = now;
    pack->rule_count += is_new ? 1 : 0;
    return OK;
}

static size_t rows_of(struct arena *arena, const struct law_pack *pack, uint16_t rule,
                      struct law_rule **rows_out)
{
    struct law_rule *rows = ARENA_ARRAY(arena, pack->rule_count + 1, struct law_rule);
    size_t count = 0;
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (pack->rules[i].record.rule == rule && pack->rules[i].record.kind == LAW_KIND_MATRIX) {
            rows[count++] = pack->rules[i];
        }
    }
    *rows_out = rows;
    return count;
}

/* A row that says more of one role, or a new one, shows only in all of them together. */
static enum err check_matrices(struct arena *arena, const struct law_pack *before,
                               const struct law_pack *pack, const struct law_layer *layer,
                               struct law_fault *fault)
{
    for (size_t i = 0; i < law_rule_count(); i++) {
        struct law_rule *old;
        struct law_rule *now;
        size_t old_count = rows_of(arena, before, law_rule_at(i), &old);
        size_t now_count = rows_of(arena, pack, law_rule_at(i), &now);
        const char *wider =
            old_count == 0 ? NULL : law_tighter_matrix(old, old_count, now, now_count);
        if (wider != NULL) {
            const struct law_rule *row = law_pack_find(pack, wider);
            return law_fault_set(fault, layer->file, row->line, "law_fault.looser", str_from(wider),
                                 place_of(arena, &old[0], "allow"));
        }
    }
    return OK;
}

static enum err take_words(const struct law_layer *layer, const struct law_line *lines,
                           size_t line_count, struct str *list, size_t *count, size_t max,
                           struct law_fault *fault)
{
    for (size_t i = 0; i < line_count; i++) {
        struct str rest = lines[i].words;
        struct law_word_pair pair;
        while (law_source_word(&rest, &pair)) {
            if (*count == max || pair.has_value || pair.name.size >= LAW_ZONE_SIZE) {
                return law_fault_set(fault, layer->file, lines[i].line, "law_fault.value",
                                     pair.name, "Asia/Shanghai");
            }
            list[(*count)++] = pair.name;
        }
    }
    return OK;
}

static enum err add_layer(struct arena *arena, struct law_pack *pack, const struct law_layer *layer,
                          struct law_fault *fault)
{
    struct law_pack *before = arena_copy(arena, pack, sizeof *pack);
    for (size_t i = 0; i < layer->rule_count; i++) {
        TRY(add_rule(arena, pack, layer, &layer->rules[i], fault));
    }
    TRY(check_matrices(arena, before, pack, layer, fault));
    TRY(take_words(layer, layer->zones, layer->zone_count, pack->zones, &pack->zone_count,
                   LAW_ZONES_MAX, fault));
    TRY(take_words(layer, layer->lexicon, layer->lexicon_count, pack->words, &pack->word_count,
                   LAW_PACK_WORDS_MAX, fault));
    pack->layers[pack->layer_count++] = layer;
    pack->zone = layer->zone[0] != '\0' ? layer->zone : pack->zone;
    return OK;
}

static void sort_rules(struct law_pack *pack)
{
    for (size_t i = 1; i < pack->rule_count; i++) { /* insertion: stable, and a few hundred */
        struct law_rule rule = pack->rules[i];
        size_t at = i;
        while (at > 0 &&
               law_rule_order(pack->rules[at - 1].record.rule) > law_rule_order(rule.record.rule)) {
            pack->rules[at] = pack->rules[at - 1];
            at--;
        }
        pack->rules[at] = rule;
    }
}

/* The layers from the profile up to the widest. */
static enum err open_layers(struct arena *arena, law_pack_open *open, void *given, const char *id,
                            const struct law_layer **layers, size_t *count_out,
                            struct law_fault *fault)
{
    size_t count = 0;
    const char *wanted = id;
    const struct law_layer *closer = NULL;
    while (wanted[0] != '\0') {
        struct str text;
        const char *file;
        enum err err = open(given, arena, wanted, &text, &file);
        if (err == ERR_not_found && closer != NULL) {
            return law_fault_set(fault, closer->file, closer->head_line, "law_fault.no_layer",
                                 str_from(wanted), "extends");
        }
        TRY(err);
        struct law_layer *layer = ARENA_NEW(arena, struct law_layer);
        TRY(law_source_layer(arena, file, text, layer, fault));
        bool is_climbing = closer == NULL || layer->level <= closer->level;
        if (count == LAW_LAYERS_MAX || !is_climbing || strcmp(layer->id, wanted) != 0) {
            return law_fault_set(fault, file, layer->head_line, "law_fault.layers",
                                 str_from(layer->id), wanted);
        }
        layers[count++] = layer;
        closer = layer;
        wanted = layer->extends;
    }
    *count_out = count;
    return count == 0 ? ERR_not_found : OK; /* a profile without a name is none */
}

enum err law_pack_read(struct arena *arena, law_pack_open *open, void *given, const char *id,
                       struct law_pack **pack_out, struct law_fault *fault)
{
    const struct law_layer *layers[LAW_LAYERS_MAX] = {NULL};
    size_t count = 0;
    memset(fault, 0, sizeof *fault);
    TRY(open_layers(arena, open, given, id, layers, &count, fault));
    CHECK(count > 0 && layers[0] != NULL); /* open_layers() gives one at least */
    struct law_pack *pack = ARENA_NEW(arena, struct law_pack);
    pack->zone = "";
    for (size_t i = count; i-- > 0;) {
        TRY(add_layer(arena, pack, layers[i], fault));
    }
    sort_rules(pack);
    bool has_zone = false;
    for (size_t i = 0; i < pack->zone_count; i++) {
        has_zone = has_zone || str_is(pack->zones[i], pack->zone);
    }
    if (!has_zone) {
        return law_fault_set(fault, layers[0]->file, layers[0]->head_line, "law_fault.zone",
                             str_from(pack->zone), "zones");
    }
    *pack_out = pack;
    return OK;
}
