#include "sync/server/policy/law_build.h"

#include "sync/server/policy/law_zoneinfo.h"

#include <stdlib.h>
#include <string.h>

enum { NODES_MAX = 8000, TEXT_MAX = 16 * 1024, TRANSITIONS_MAX = 2000 };

struct build {
    struct arena *arena;
    const struct law_pack *pack;
    const char *extends; /* "": whole by itself */
    struct law_fault *fault;
    uint8_t *zones, *transitions, *nodes, *text;
    size_t transition_count, node_count, text_size;
    struct law_record *records;
};

static void put(uint8_t *bytes, size_t size, uint64_t value)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

static enum err too_large(struct build *build)
{
    const struct law_layer *layer = build->pack->layers[build->pack->layer_count - 1];
    return law_fault_set(build->fault, layer->file, layer->head_line, "law_fault.too_many",
                         str_from(layer->id), "48 KiB");
}

/* ---- zones: those with the same changes share them ---- */

static size_t place_changes(struct build *build, const struct law_zone_changes *changes)
{
    uint8_t rows[LAW_CHANGES_MAX * LAW_TRANSITION_SIZE] = {0};
    size_t size = changes->count * LAW_TRANSITION_SIZE;
    for (size_t i = 0; i < changes->count; i++) {
        put(rows + i * LAW_TRANSITION_SIZE, 8, (uint64_t)changes->changes[i].at_ms);
        put(rows + i * LAW_TRANSITION_SIZE + 8, 4, (uint32_t)changes->changes[i].offset);
    }
    for (size_t at = 0; at + changes->count <= build->transition_count; at++) {
        if (memcmp(build->transitions + at * LAW_TRANSITION_SIZE, rows, size) == 0) {
            return at;
        }
    }
    size_t at = build->transition_count;
    if (at + changes->count > TRANSITIONS_MAX) {
        return SIZE_MAX;
    }
    memcpy(build->transitions + at * LAW_TRANSITION_SIZE, rows, size);
    build->transition_count += changes->count;
    return at;
}

static enum err build_zones(struct build *build, law_zone_open *open, void *given)
{
    const struct law_pack *pack = build->pack;
    build->zones = arena_alloc(build->arena, LAW_ZONES_MAX * LAW_ZONE_ROW_SIZE);
    build->transitions = arena_alloc(build->arena, TRANSITIONS_MAX * LAW_TRANSITION_SIZE);
    for (size_t i = 0; i < pack->zone_count; i++) {
        struct law_zone_changes changes;
        struct str bytes;
        const char *name = str_text(build->arena, pack->zones[i]);
        if (open(given, build->arena, name, &bytes) != OK ||
            law_zoneinfo_read((const uint8_t *)bytes.bytes, bytes.size, &changes) != OK) {
            return law_fault_set(build->fault, pack->layers[0]->file, 0, "law_fault.zone",
                                 pack->zones[i], "tzdata");
        }
        size_t first = place_changes(build, &changes);
        if (first == SIZE_MAX) {
            return too_large(build);
        }
        uint8_t *row = build->zones + i * LAW_ZONE_ROW_SIZE;
        str_copy((char *)row, LAW_ZONE_SIZE, pack->zones[i]);
        put(row + 32, 4, first);
        put(row + 36, 4, changes.count);
        put(row + 40, 4, (uint32_t)changes.first_offset);
    }
    return OK;
}

/* ---- flagged words: sorted, then a tree in the order in which it is walked ---- */

static int word_order(const void *a, const void *b)
{
    const struct str *left = a;
    const struct str *right = b;
    size_t shared = left->size < right->size ? left->size : right->size;
    int order = memcmp(left->bytes, right->bytes, shared);
    return order != 0 ? order : (left->size > right->size) - (left->size < right->size);
}

/* The words from..to share `depth` bytes; their next bytes become siblings. SIZE_MAX: full. */
static size_t add_nodes(struct build *build, const struct str *words, size_t from, size_t to,
                        size_t depth)
{
    size_t first = build->node_count;
    size_t before = SIZE_MAX;
    while (from < to) {
        uint8_t byte = (uint8_t)words[from].bytes[depth];
        size_t end = from;
        while (end < to && (uint8_t)words[end].bytes[depth] == byte) {
            end++;
        }
        if (build->node_count == NODES_MAX) {
            return SIZE_MAX;
        }
        size_t node = build->node_count++;
        uint8_t *row = build->nodes + node * LAW_WORD_SIZE;
        row[0] = byte;
        if (before != SIZE_MAX) {
            put(build->nodes + before * LAW_WORD_SIZE + 4, 2, node);
        }
        before = node;
        size_t longer = from;
        while (longer < end && words[longer].size == depth + 1) {
            row[1] = 1; /* the shortest word decides: what follows it says no more */
            longer = end;
        }
        if (longer < end) {
            size_t child = add_nodes(build, words, longer, end, depth + 1);
            if (child == SIZE_MAX) {
                return SIZE_MAX;
            }
            put(row + 2, 2, child);
        }
        from = end;
    }
    return first;
}

static enum err build_words(struct build *build)
{
    const struct law_pack *pack = build->pack;
    struct str *words = ARENA_ARRAY(build->arena, pack->word_count + 1, struct str);
    for (size_t i = 0; i < pack->word_count; i++) {
        char *text = str_text(build->arena, pack->words[i]);
        for (char *c = text; *c != '\0'; c++) {
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        }
        words[i] = (struct str){text, pack->words[i].size};
    }
    qsort(words, pack->word_count, sizeof words[0], word_order);
    build->nodes = arena_alloc(build->arena, NODES_MAX * LAW_WORD_SIZE);
    return add_nodes(build, words, 0, pack->word_count, 0) == SIZE_MAX ? too_large(build) : OK;
}

/* ---- records and their sources ---- */

static size_t place_text(struct build *build, const struct law_rule *rule)
{
    char text[128];
    struct str source = str_from(rule->source);
    text[0] = (char)('0' + rule->confidence);
    str_copy(text + 1, sizeof text - 1, source);
    size_t size = strlen(text) + 1;
    for (size_t at = 0; at + size <= build->text_size; at++) {
        bool is_start = at == 0 || build->text[at - 1] == 0;
        if (is_start && memcmp(build->text + at, text, size) == 0) {
            return at;
        }
    }
    if (build->text_size + size > TEXT_MAX) {
        return SIZE_MAX;
    }
    memcpy(build->text + build->text_size, text, size);
    build->text_size += size;
    return build->text_size - size;
}

static enum err build_records(struct build *build)
{
    const struct law_pack *pack = build->pack;
    build->records = ARENA_ARRAY(build->arena, pack->rule_count + 1, struct law_record);
    build->text = arena_alloc(build->arena, TEXT_MAX);
    build->text_size = 2; /* "4", and an end: never empty */
    build->text[0] = '0' + LAW_CONFIDENCE_house;
    uint16_t part = 0;
    for (size_t i = 0; i < pack->rule_count; i++) {
        bool is_same = i > 0 && pack->rules[i - 1].record.rule == pack->rules[i].record.rule;
        part = is_same ? (uint16_t)(part + 1) : 0;
        size_t source = place_text(build, &pack->rules[i]);
        if (source == SIZE_MAX) {
            return too_large(build);
        }
        build->records[i] = pack->rules[i].record;
        build->records[i].part = part;
        build->records[i].source = (uint16_t)source;
    }
    return OK;
}

static enum err put_together(struct build *build, const char *tzdb,
                             const struct chain_secret_key *key, struct str *image_out)
{
    const struct law_pack *pack = build->pack;
    const struct law_layer *own = pack->layers[pack->layer_count - 1];
    struct law_image_head head = {
        .record_count = (uint32_t)pack->rule_count,
        .zone_count = (uint32_t)pack->zone_count,
        .transition_count = (uint32_t)build->transition_count,
        .word_count = (uint32_t)build->node_count,
        .text_size = (uint32_t)build->text_size,
        .expires_day = own->expires_day,
        .profile = own->id,
        .tzdb = tzdb,
        .extends = build->extends,
    };
    for (size_t i = 0; i < pack->layer_count; i++) {
        const struct law_layer *layer = pack->layers[i];
        head.version = layer->version > head.version ? layer->version : head.version;
        head.expires_day =
            layer->expires_day < head.expires_day ? layer->expires_day : head.expires_day;
    }
    while (!str_is(pack->zones[head.zone], pack->zone)) {
        head.zone++; /* law_pack_read() found it */
    }
    const struct {
        const uint8_t *bytes;
        size_t size;
    } parts[] = {
        {build->zones, pack->zone_count * LAW_ZONE_ROW_SIZE},
        {build->transitions, build->transition_count * LAW_TRANSITION_SIZE},
        {build->nodes, build->node_count * LAW_WORD_SIZE},
        {build->text, build->text_size},
    };
    size_t size = LAW_HEAD_SIZE + pack->rule_count * LAW_RECORD_SIZE + LAW_TAIL_SIZE;
    for (size_t i = 0; i < COUNT(parts); i++) {
        size += parts[i].size;
    }
    if (size > LAW_IMAGE_SIZE_MAX) {
        return too_large(build);
    }
    uint8_t *bytes = arena_alloc(build->arena, size);
    law_head_write(bytes, &head);
    size_t at = LAW_HEAD_SIZE;
    for (size_t i = 0; i < pack->rule_count; i++) {
        law_record_write(bytes + at, &build->records[i]);
        at += LAW_RECORD_SIZE;
    }
    for (size_t i = 0; i < COUNT(parts); i++) {
        memcpy(bytes + at, parts[i].bytes, parts[i].size);
        at += parts[i].size;
    }
    law_tail_write(bytes, size, key);
    *image_out = (struct str){(const char *)bytes, size};
    return OK;
}

static enum err build_all(struct build *build, law_zone_open *open, void *given, const char *tzdb,
                          const struct chain_secret_key *key, struct str *image_out)
{
    memset(build->fault, 0, sizeof *build->fault);
    TRY(build_zones(build, open, given));
    TRY(build_words(build));
    TRY(build_records(build));
    TRY(put_together(build, tzdb, key, image_out));
    struct law_image image;
    return law_image_open(image_out->bytes, image_out->size, &image); /* what is read, is sent */
}

enum err law_build(struct arena *arena, const struct law_pack *pack, law_zone_open *open,
                   void *given, const char *tzdb, const struct chain_secret_key *key,
                   struct str *image_out, struct law_fault *fault)
{
    struct build build = {.arena = arena, .pack = pack, .extends = "", .fault = fault};
    return build_all(&build, open, given, tzdb, key, image_out);
}

enum err law_build_layer(struct arena *arena, const struct law_pack *pack, law_zone_open *open,
                         void *given, const char *tzdb, const struct chain_secret_key *key,
                         size_t size_max, struct str *image_out, struct law_fault *fault)
{
    const struct law_layer *own = pack->layers[pack->layer_count - 1];
    if (pack->layer_count < 2) {
        return law_fault_set(fault, own->file, own->head_line, "law_fault.layers",
                             str_from(own->id), "extends");
    }
    struct law_pack *part = law_pack_closest(arena, pack);
    struct build build = {.arena = arena, .pack = part, .extends = own->extends, .fault = fault};
    TRY(build_all(&build, open, given, tzdb, key, image_out));
    if (image_out->size > size_max) {
        return law_fault_set(fault, own->file, own->head_line, "law_fault.too_many",
                             str_from(own->id), str_format(arena, "%zu B", size_max));
    }
    return OK;
}
