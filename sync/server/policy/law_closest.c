/* sync/server/policy/law_closest.c -- the closest layer of a pack, cut out so that it says linked
 * what it says compiled in. */
#include "sync/server/policy/law_pack.h"

struct cutting {
    const struct law_pack *pack;
    bool is_in[LAW_PACK_RULES_MAX];
};

/* Whether a rule must be judged beside one that is in: a verdict of it reads what that one says. */
static bool is_drawn_in(const struct law_record *record, const struct law_record *by)
{
    bool is_row =
        record->kind == LAW_KIND_MATRIX && by->kind == LAW_KIND_MATRIX && record->rule == by->rule;
    /* What the device did not know shows in this fact once a flag has fired. */
    bool is_unknowing =
        record->kind == LAW_KIND_REQ && record->fact_a == LAW_FACT_unknowing && by->flags != 0;
    return is_row || is_unknowing;
}

static bool draw_in(struct cutting *cutting)
{
    bool has_more = false;
    for (size_t i = 0; i < cutting->pack->rule_count; i++) {
        for (size_t by = 0; !cutting->is_in[i] && by < cutting->pack->rule_count; by++) {
            if (cutting->is_in[by] &&
                is_drawn_in(&cutting->pack->rules[i].record, &cutting->pack->rules[by].record)) {
                cutting->is_in[i] = true;
                has_more = true;
            }
        }
    }
    return has_more;
}

struct law_pack *law_pack_closest(struct arena *arena, const struct law_pack *pack)
{
    const struct law_layer *own = pack->layers[pack->layer_count - 1];
    struct cutting *cutting = ARENA_NEW(arena, struct cutting);
    bool has_words = false;
    cutting->pack = pack;
    for (size_t i = 0; i < pack->rule_count; i++) {
        cutting->is_in[i] = pack->rules[i].file == own->file ||
                            (own->lexicon_count > 0 && pack->rules[i].record.kind == LAW_KIND_TEXT);
    }
    while (draw_in(cutting)) {
    }
    struct law_pack *part = arena_copy(arena, pack, sizeof *pack);
    part->rule_count = 0;
    for (size_t i = 0; i < pack->rule_count; i++) {
        if (cutting->is_in[i]) {
            part->rules[part->rule_count++] = pack->rules[i];
            has_words = has_words || pack->rules[i].record.kind == LAW_KIND_TEXT;
        }
    }
    part->word_count = has_words ? pack->word_count : 0;
    part->zones[0] = str_from(pack->zone);
    part->zone_count = 1;
    return part;
}
