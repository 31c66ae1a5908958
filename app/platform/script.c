#include "app/platform/script.h"

#include <string.h>

enum { COMMANDS_MAX = 10000 };

struct reader {
    struct arena *arena;
    const char *name;
    int32_t line;
    struct str rest; /* of the line */
    const char *problem;
};

static enum err wrong(struct reader *reader, const char *what)
{
    reader->problem = str_format(reader->arena, "%s:%d: %s", reader->name, reader->line, what);
    return ERR_malformed;
}

static struct str word_next(struct reader *reader)
{
    reader->rest = str_trim(reader->rest);
    size_t size = 0;
    while (size < reader->rest.size && reader->rest.bytes[size] != ' ' &&
           reader->rest.bytes[size] != '\t') {
        size++;
    }
    struct str word = {reader->rest.bytes, size};
    reader->rest.bytes += size;
    reader->rest.size -= size;
    return word;
}

/* A text in double quotes. */
static enum err quoted_next(struct reader *reader, const char **text_out)
{
    reader->rest = str_trim(reader->rest);
    struct str_builder text;
    str_builder_init(&text, reader->arena);
    str_add_text(&text, "");
    if (reader->rest.size == 0 || reader->rest.bytes[0] != '"') {
        return wrong(reader, "a text in double quotes is missing");
    }
    size_t at = 1;
    while (at < reader->rest.size && reader->rest.bytes[at] != '"') {
        if (reader->rest.bytes[at] == '\\' && at + 1 < reader->rest.size) {
            at++;
        }
        str_add_char(&text, reader->rest.bytes[at++]);
    }
    if (at >= reader->rest.size) {
        return wrong(reader, "the closing quote is missing");
    }
    reader->rest.bytes += at + 1;
    reader->rest.size -= at + 1;
    if (!str_is_utf8(str_built(&text))) {
        return wrong(reader, "the text is not UTF-8");
    }
    *text_out = text.text;
    return OK;
}

static enum err target_next(struct reader *reader, struct script_command *command)
{
    reader->rest = str_trim(reader->rest);
    if (reader->rest.size > 0 && reader->rest.bytes[0] == '#') {
        struct str word = word_next(reader);
        if (word.size < 2) {
            return wrong(reader, "a key is missing after #");
        }
        command->is_key = true;
        command->text = str_text(reader->arena, (struct str){word.bytes + 1, word.size - 1});
        return OK;
    }
    return quoted_next(reader, &command->text);
}

static enum err number_next(struct reader *reader, struct script_command *command)
{
    struct str word = word_next(reader);
    int64_t value = 0;
    if (word.size == 0) {
        return wrong(reader, "a number is missing");
    }
    if (str_to_i64(word, &value) != OK || value < -1000000 || value > 1000000) {
        return wrong(reader, "a whole number is expected");
    }
    command->number[command->number_count++] = (int32_t)value;
    return OK;
}

static bool has_more(struct reader *reader)
{
    reader->rest = str_trim(reader->rest);
    return reader->rest.size > 0;
}

static enum err numbers(struct reader *reader, struct script_command *command, int32_t least,
                        int32_t most)
{
    while (command->number_count < least || (command->number_count < most && has_more(reader))) {
        TRY(number_next(reader, command));
    }
    return OK;
}

static enum err key_name(struct reader *reader, struct script_command *command)
{
    static const struct {
        const char *name;
        enum input_key key;
    } keys[] = {{"back", INPUT_KEY_back},          {"enter", INPUT_KEY_enter},
                {"left", INPUT_KEY_left},          {"right", INPUT_KEY_right},
                {"home", INPUT_KEY_home},          {"end", INPUT_KEY_end},
                {"backspace", INPUT_KEY_backspace}};
    struct str word = word_next(reader);
    for (size_t i = 0; i < COUNT(keys); i++) {
        if (str_is(word, keys[i].name)) {
            command->key = keys[i].key;
            return OK;
        }
    }
    return wrong(reader, "no such key; use back, enter, backspace, left, right, home or end");
}

static enum err path_next(struct reader *reader, struct script_command *command)
{
    if (!has_more(reader)) {
        return wrong(reader, "a path is missing");
    }
    command->text = str_text(reader->arena, word_next(reader));
    return OK;
}

static enum err arguments(struct reader *reader, struct script_command *command)
{
    switch (command->verb) {
    case SCRIPT_tap:
    case SCRIPT_press:
    case SCRIPT_expect:
    case SCRIPT_expect_not:
        return target_next(reader, command);
    case SCRIPT_slide:
    case SCRIPT_scroll:
        TRY(target_next(reader, command));
        if (!command->is_key) {
            return wrong(reader, "a #key is expected");
        }
        return command->verb == SCRIPT_scroll ? numbers(reader, command, 1, 1) : OK;
    case SCRIPT_type:
        return quoted_next(reader, &command->text);
    case SCRIPT_key:
        return key_name(reader, command);
    case SCRIPT_drag:
        return numbers(reader, command, 4, 5);
    case SCRIPT_wait:
        return numbers(reader, command, 1, 1);
    case SCRIPT_await:
        TRY(target_next(reader, command));
        return numbers(reader, command, 0, 1);
    case SCRIPT_shot:
    case SCRIPT_dump:
        return path_next(reader, command);
    case SCRIPT_lint:
    case SCRIPT_check:
    case SCRIPT_quit:
        return OK;
    }
    UNREACHABLE();
}

static const char *const verbs[] = {
    [SCRIPT_tap] = "tap",       [SCRIPT_press] = "press", [SCRIPT_type] = "type",
    [SCRIPT_key] = "key",       [SCRIPT_drag] = "drag",   [SCRIPT_slide] = "slide",
    [SCRIPT_scroll] = "scroll", [SCRIPT_wait] = "wait",   [SCRIPT_await] = "await",
    [SCRIPT_expect] = "expect", [SCRIPT_shot] = "shot",   [SCRIPT_expect_not] = "expect_not",
    [SCRIPT_dump] = "dump",     [SCRIPT_lint] = "lint",   [SCRIPT_check] = "check",
    [SCRIPT_quit] = "quit",
};

static enum err line_parse(struct reader *reader, struct script_command *command)
{
    struct str verb = word_next(reader);
    size_t index = 0;
    while (index < COUNT(verbs) && !str_is(verb, verbs[index])) {
        index++;
    }
    if (index == COUNT(verbs)) {
        return wrong(
            reader, str_format(reader->arena, "no such command: %.*s", (int)verb.size, verb.bytes));
    }
    *command = (struct script_command){.verb = (enum script_verb)index, .line = reader->line};
    TRY(arguments(reader, command));
    return has_more(reader) ? wrong(reader, "too much on this line") : OK;
}

enum err script_parse(struct arena *arena, const char *name, struct str text,
                      struct script *script_out, const char **problem_out)
{
    struct reader reader = {.arena = arena, .name = name};
    struct script script = {.name = name};
    size_t lines = 1;
    for (size_t i = 0; i < text.size; i++) {
        lines += text.bytes[i] == '\n';
    }
    if (lines > COMMANDS_MAX) {
        *problem_out = str_format(arena, "%s: more than %d lines", name, COMMANDS_MAX);
        return ERR_malformed;
    }
    script.commands = ARENA_ARRAY(arena, lines, struct script_command);
    struct str line;
    while (str_split(&text, '\n', &line)) {
        reader.line++;
        reader.rest = str_trim(line);
        if (reader.rest.size == 0 || reader.rest.bytes[0] == '#') {
            continue;
        }
        enum err err = line_parse(&reader, &script.commands[script.count]);
        if (err != OK) {
            *problem_out = reader.problem;
            return err;
        }
        script.count++;
    }
    *script_out = script;
    return OK;
}

/* ---- on a screen ---- */

static bool is_seen(const struct ui_semantic *semantic)
{
    return !semantic->is_covered && !geom_is_empty(semantic->rect);
}

static bool contains(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

bool script_sees(const struct ui *ui, const struct script_command *command)
{
    size_t count = 0;
    const struct ui_semantic *semantics = ui_semantics(ui, &count);
    for (size_t i = 0; i < count; i++) {
        const struct ui_semantic *s = &semantics[i];
        if (!is_seen(s)) {
            continue;
        }
        if (command->is_key
                ? strcmp(s->key, command->text) == 0
                : contains(s->name, command->text) || contains(s->value, command->text)) {
            return true;
        }
    }
    return false;
}

/* What a person could name now, for messages. */
static const char *screen_names(struct arena *arena, const struct ui *ui)
{
    struct str_builder out;
    str_builder_init(&out, arena);
    str_add_text(&out, "on the screen:");
    size_t count = 0;
    const struct ui_semantic *semantics = ui_semantics(ui, &count);
    for (size_t i = 0; i < count; i++) {
        const struct ui_semantic *s = &semantics[i];
        if (is_seen(s) && s->name[0] != '\0' && s->role != UI_ROLE_none) {
            str_add_format(&out, "\n  %s%s%s%s \"%s\"", ui_role_name(s->role),
                           s->is_action ? " #" : "", s->is_action ? s->key : "",
                           s->is_disabled ? " (disabled)" : "", s->name);
        }
    }
    return out.text;
}

/* The nearest action around a node, or -1. */
static int32_t action_of(const struct ui_semantic *semantics, int32_t index)
{
    while (index >= 0 && !semantics[index].is_action) {
        index = semantics[index].parent;
    }
    return index;
}

enum match { MATCH_whole, MATCH_part, MATCH_text, MATCH_COUNT };

static int32_t matched(const struct ui_semantic *semantics, size_t index, const char *text,
                       enum match match)
{
    const struct ui_semantic *s = &semantics[index];
    switch (match) {
    case MATCH_whole:
        return s->is_action && strcmp(s->name, text) == 0 ? (int32_t)index : -1;
    case MATCH_part:
        return s->is_action && contains(s->name, text) ? (int32_t)index : -1;
    case MATCH_text:
        return !s->is_action && contains(s->name, text) ? action_of(semantics, (int32_t)index) : -1;
    case MATCH_COUNT:
        break;
    }
    UNREACHABLE();
}

int32_t script_find(struct arena *arena, const struct ui *ui, const struct script_command *command,
                    const char **problem_out)
{
    size_t count = 0;
    const struct ui_semantic *semantics = ui_semantics(ui, &count);
    int32_t found = -1;
    if (command->is_key) {
        for (size_t i = 0; i < count && found < 0; i++) {
            found = is_seen(&semantics[i]) && strcmp(semantics[i].key, command->text) == 0
                        ? (int32_t)i
                        : -1;
        }
    } else {
        for (enum match match = MATCH_whole; match < MATCH_COUNT && found < 0; match++) {
            for (size_t i = 0; i < count; i++) {
                int32_t hit =
                    is_seen(&semantics[i]) ? matched(semantics, i, command->text, match) : -1;
                if (hit >= 0 && found >= 0 && hit != found) {
                    *problem_out = str_format(arena, "\"%s\" means both #%s and #%s", command->text,
                                              semantics[found].key, semantics[hit].key);
                    return -1;
                }
                found = hit >= 0 ? hit : found;
            }
        }
    }
    if (found < 0) {
        *problem_out =
            str_format(arena, "%s%s%s is not there; %s", command->is_key ? "#" : "\"",
                       command->text, command->is_key ? "" : "\"", screen_names(arena, ui));
    }
    return found;
}
