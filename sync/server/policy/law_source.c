#include "sync/server/policy/law_source.h"

#include "core/domain/date.h"
#include <string.h>

enum { LINES_MAX = 2000 };

enum err law_fault_set(struct law_fault *fault, const char *file, size_t line, const char *key,
                       struct str name, const char *expected)
{
    memset(fault, 0, sizeof *fault);
    str_copy(fault->file, sizeof fault->file, str_from(file));
    fault->line = line;
    fault->key = key;
    str_copy(fault->name, sizeof fault->name, str_is_utf8(name) ? name : STR("?"));
    str_copy(fault->expected, sizeof fault->expected, str_from(expected));
    return ERR_malformed;
}

/* ---- words ---- */

struct str law_source_text(struct str text)
{
    static const char mark[] = "\xEF\xBB\xBF";
    bool is_marked = text.size >= 3 && memcmp(text.bytes, mark, 3) == 0;
    return is_marked ? (struct str){text.bytes + 3, text.size - 3} : text;
}

bool law_source_word(struct str *rest, struct law_word_pair *pair_out)
{
    *rest = str_trim(*rest);
    if (rest->size == 0) {
        return false;
    }
    size_t end = 0;
    size_t equals = SIZE_MAX;
    bool is_quoted = false;
    while (end < rest->size) {
        char c = rest->bytes[end];
        if (c == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && (c == ' ' || c == '\t')) {
            break;
        } else if (!is_quoted && c == '=' && equals == SIZE_MAX) {
            equals = end;
        }
        end++;
    }
    struct str word = {rest->bytes, end};
    pair_out->has_value = equals != SIZE_MAX;
    pair_out->name = pair_out->has_value ? (struct str){word.bytes, equals} : word;
    pair_out->value = pair_out->has_value ? (struct str){word.bytes + equals + 1, end - equals - 1}
                                          : (struct str){word.bytes + end, 0};
    struct str *quoted = pair_out->has_value ? &pair_out->value : &pair_out->name;
    if (quoted->size >= 2 && quoted->bytes[0] == '"' && quoted->bytes[quoted->size - 1] == '"') {
        *quoted = (struct str){quoted->bytes + 1, quoted->size - 2};
    }
    *rest = (struct str){rest->bytes + end, rest->size - end};
    return true;
}

/* A comment begins at the line's start or behind a blank, never inside quotes. */
static struct str without_comment(struct str line)
{
    bool is_quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        is_quoted = line.bytes[i] == '"' ? !is_quoted : is_quoted;
        bool is_start = i == 0 || line.bytes[i - 1] == ' ' || line.bytes[i - 1] == '\t';
        if (line.bytes[i] == '#' && is_start && !is_quoted) {
            return str_trim((struct str){line.bytes, i});
        }
    }
    return str_trim(line);
}

/* ---- the head of a layer ---- */

static bool read_version(struct str text, uint32_t *version_out)
{
    struct str part;
    int64_t numbers[3] = {0, 0, 0};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        if (!str_split(&text, '.', &part) || str_to_i64(part, &numbers[i]) != OK) {
            return false;
        }
    }
    if (text.bytes != NULL && text.size > 0) {
        return false;
    }
    *version_out = (uint32_t)(numbers[0] * 10000 + numbers[1] * 100 + numbers[2]);
    return numbers[0] >= 2000 && numbers[0] <= 9999 && numbers[1] >= 1 && numbers[1] <= 12 &&
           numbers[2] >= 0 && numbers[2] <= 99;
}

static bool read_level(struct str text, enum law_level *level_out)
{
    static const char *const names[] = {"base", "jurisdiction", "region", "client", "case"};
    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_is(text, names[i])) {
            *level_out = (enum law_level)i;
            return true;
        }
    }
    return false;
}

static bool read_head_word(struct law_layer *layer, const struct law_word_pair *pair,
                           const char **expected_out)
{
    struct str value = pair->value;
    *expected_out = "1 ... 15";
    if (str_is(pair->name, "id")) {
        return value.size > 0 && str_copy(layer->id, sizeof layer->id, value);
    }
    if (str_is(pair->name, "extends")) {
        return str_copy(layer->extends, sizeof layer->extends, value);
    }
    if (str_is(pair->name, "zone")) {
        *expected_out = "Asia/Shanghai";
        return value.size > 0 && str_copy(layer->zone, sizeof layer->zone, value);
    }
    if (str_is(pair->name, "client")) {
        *expected_out = "client=\"...\"";
        return value.size > 0 && !str_contains(value, STR("#")) &&
               str_copy(layer->client, sizeof layer->client, value);
    }
    if (str_is(pair->name, "layer")) {
        *expected_out = "base, jurisdiction, region, client, case";
        return read_level(value, &layer->level);
    }
    if (str_is(pair->name, "version")) {
        *expected_out = "2026.11.1";
        return read_version(value, &layer->version);
    }
    if (str_is(pair->name, "expires")) {
        *expected_out = "2027-02-20";
        return date_from_text(value, &layer->expires_day) == OK;
    }
    *expected_out = "id, extends, layer, version, expires, zone, client";
    return false;
}

static enum err read_head(struct law_layer *layer, size_t line, struct str words,
                          struct law_fault *fault)
{
    struct law_word_pair pair = {.name = STR("")};
    if (!law_source_word(&words, &pair) || !str_is(pair.name, "1")) {
        return law_fault_set(fault, layer->file, line, "law_fault.format", pair.name, "policy 1");
    }
    while (law_source_word(&words, &pair)) {
        const char *expected;
        if (!read_head_word(layer, &pair, &expected)) {
            return law_fault_set(fault, layer->file, line, "law_fault.value", pair.name, expected);
        }
    }
    layer->head_line = line;
    if (layer->id[0] == '\0' || layer->version == 0 || layer->expires_day == 0) {
        return law_fault_set(fault, layer->file, line, "law_fault.missing", STR("policy"),
                             "id, version, expires");
    }
    if (layer->client[0] != '\0' && layer->level != LAW_LEVEL_client) {
        return law_fault_set(fault, layer->file, line, "law_fault.missing", STR("policy"),
                             "layer=client");
    }
    return OK;
}

static enum err take_line(struct law_layer *layer, size_t line, struct str words,
                          struct law_fault *fault)
{
    struct law_word_pair first;
    struct str rest = words;
    if (!law_source_word(&rest, &first)) {
        return OK;
    }
    struct law_line entry = {line, rest};
    if (str_is(first.name, "policy") && layer->head_line == 0) {
        return read_head(layer, line, rest, fault);
    }
    if (layer->head_line == 0) {
        return law_fault_set(fault, layer->file, line, "law_fault.format", first.name, "policy 1");
    }
    if (str_is(first.name, "rule") || str_is(first.name, "matrix")) {
        if (layer->rule_count == LAW_LAYER_RULES_MAX) {
            return law_fault_set(fault, layer->file, line, "law_fault.too_many", first.name, "300");
        }
        entry.words = str_is(first.name, "rule") ? rest : words; /* a matrix says what it is */
        layer->rules[layer->rule_count++] = entry;
    } else if (str_is(first.name, "zones")) {
        layer->zones[layer->zone_count++] = entry;
    } else if (str_is(first.name, "words")) {
        layer->lexicon[layer->lexicon_count++] = entry;
    } else {
        return law_fault_set(fault, layer->file, line, "law_fault.entry", first.name,
                             "policy, rule, matrix, zones, words");
    }
    return OK;
}

enum err law_source_layer(struct arena *arena, const char *file, struct str text,
                          struct law_layer *layer_out, struct law_fault *fault)
{
    struct law_layer layer = {.file = file, .level = LAW_LEVEL_base};
    if (!str_is_utf8(text)) {
        return law_fault_set(fault, file, 0, "law_fault.utf8", str_from(file), "UTF-8");
    }
    layer.rules = ARENA_ARRAY(arena, LAW_LAYER_RULES_MAX, struct law_line);
    layer.zones = ARENA_ARRAY(arena, LINES_MAX, struct law_line);
    layer.lexicon = ARENA_ARRAY(arena, LINES_MAX, struct law_line);
    struct str rest = law_source_text(text);
    struct str line;
    size_t number = 0;
    while (str_split(&rest, '\n', &line)) {
        if (++number > LINES_MAX) {
            return law_fault_set(fault, file, number, "law_fault.too_many", STR(""), "2000");
        }
        TRY(take_line(&layer, number, without_comment(line), fault));
    }
    if (layer.head_line == 0) {
        return law_fault_set(fault, file, 0, "law_fault.format", str_from(file), "policy 1");
    }
    *layer_out = layer;
    return OK;
}
