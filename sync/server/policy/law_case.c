/* Situations as blocks of words. */
#include "sync/server/policy/law_case_private.h"

#include "core/domain/date.h"

#include <string.h>

/* Whether the word at `at` has a name of its own: what stands before it has no value then. */
static bool is_pair(struct str line, size_t at)
{
    while (at < line.size && line.bytes[at] != ' ' && line.bytes[at] != '\t' &&
           line.bytes[at] != '"') {
        if (line.bytes[at] == '=') {
            return true;
        }
        at++;
    }
    return false;
}

/* "name = value" is the same as "name=value". */
static struct str close_up(struct arena *arena, struct str line)
{
    struct str_builder builder;
    str_builder_init(&builder, arena);
    str_add_text(&builder, "");
    bool is_quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        char c = line.bytes[i];
        is_quoted = c == '"' ? !is_quoted : is_quoted;
        bool is_blank = !is_quoted && (c == ' ' || c == '\t');
        if (is_blank) {
            size_t next = i;
            while (next < line.size && (line.bytes[next] == ' ' || line.bytes[next] == '\t')) {
                next++;
            }
            bool is_before = next < line.size && line.bytes[next] == '=';
            bool is_after = builder.size > 0 && builder.text[builder.size - 1] == '=';
            if (is_before || (is_after && !is_pair(line, next))) {
                i = next - 1;
                continue;
            }
        }
        str_add_char(&builder, c);
    }
    return str_built(&builder);
}

static struct str without_comment(struct str line)
{
    bool is_quoted = false;
    for (size_t i = 0; i < line.size; i++) {
        is_quoted = line.bytes[i] == '"' ? !is_quoted : is_quoted;
        if (line.bytes[i] == '#' && !is_quoted) {
            line.size = i;
        }
    }
    return str_trim(line);
}

static enum err read_line(struct law_case_reading *reading, struct str line)
{
    if (!str_is_utf8(line)) {
        return law_fault_set(reading->fault, reading->file, reading->line, "law_fault.utf8",
                             STR(""), "UTF-8");
    }
    struct str rest = close_up(reading->arena, line);
    struct law_word_pair pair;
    /* Times of flags are read on the day that the block says, wherever it says it. */
    while (law_source_word(&rest, &pair)) {
        TRY(law_case_take_word(reading, &pair));
    }
    return OK;
}

/* The day first: "09:00" of a flag is a time of that day. */
static void find_day(struct law_case *law_case, struct str block)
{
    struct str line;
    while (str_split(&block, '\n', &line)) {
        struct str rest = without_comment(line);
        struct law_word_pair pair;
        while (law_source_word(&rest, &pair)) {
            int32_t day;
            bool is_date = str_is(pair.name, "date") || str_is(pair.name, "local");
            if (is_date && pair.value.size >= 10 &&
                date_from_text((struct str){pair.value.bytes, 10}, &day) == OK) {
                law_case->day = day;
            }
        }
    }
}

static enum err read_block(struct law_case_reading *reading, struct str block, size_t first_line)
{
    struct str line;
    find_day(reading->law_case, block);
    reading->line = first_line;
    while (str_split(&block, '\n', &line)) {
        TRY(read_line(reading, without_comment(line)));
        reading->line++;
    }
    reading->line = first_line;
    if (!reading->has_action) {
        return law_fault_set(reading->fault, reading->file, first_line, "law_fault.unsaid",
                             STR("action"), LAW_CASE_ACTIONS);
    }
    struct law_situation *situation = &reading->law_case->situation;
    reading->law_case->channel = law_word_name(LAW_LIST_channel, situation->channel);
    if (!reading->has_role) { /* whom one goes to is whom one meets, unless said */
        law_set(situation, LAW_FACT_role, law_get(situation, LAW_FACT_target));
    }
    return OK;
}

enum err law_case_next(struct arena *arena, const char *file, struct str *rest, size_t *line,
                       struct law_case *case_out, struct law_fault *fault)
{
    struct str row;
    struct str block = {NULL, 0};
    size_t first_line = 0;
    *rest = *line == 0 ? law_source_text(*rest) : *rest;
    while (rest->size > 0 && str_split(rest, '\n', &row)) {
        ++*line;
        if (str_trim(row).size == 0) { /* a comment alone ends no block */
            if (block.bytes != NULL) {
                break;
            }
            continue;
        }
        if (without_comment(row).size == 0 && block.bytes == NULL) {
            continue;
        }
        if (block.bytes == NULL) {
            block.bytes = row.bytes;
            first_line = *line;
        }
        block.size = (size_t)(row.bytes + row.size - block.bytes);
    }
    if (block.bytes == NULL) {
        return ERR_not_found;
    }
    *case_out = (struct law_case){
        .line = first_line,
        .id = "",
        .profile = "",
        .zone_name = "",
        .situation = law_situation_ordinary(),
        .day = date_from_civil(2026, 11, 18),
        .second = 10 * 3600 + 30 * 60,
        .known_flags = UINT32_MAX,
    };
    case_out->situation.channel = 0;
    for (size_t i = 0; i < COUNT(case_out->times); i++) {
        case_out->times[i].effective = LAW_UNKNOWN;
        case_out->times[i].known = LAW_UNKNOWN;
        case_out->times[i].cleared = LAW_UNKNOWN;
    }
    struct law_case_reading *reading = ARENA_NEW(arena, struct law_case_reading);
    *reading = (struct law_case_reading){
        .arena = arena, .file = file, .law_case = case_out, .fault = fault};
    return read_block(reading, block, first_line);
}
