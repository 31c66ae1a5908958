#include "sync/verify/fact_line.h"

#include "core/domain/date.h"

static bool is_shown(uint32_t code)
{
    bool is_control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    bool is_break = code == 0x2028 || code == 0x2029;
    bool is_turn = code == 0x061C || code == 0x200E || code == 0x200F ||
                   (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return !is_control && !is_break && !is_turn;
}

const char *fact_line_plain(struct arena *arena, const char *text)
{
    struct str rest = str_from(text);
    struct str_builder line;
    str_builder_init(&line, arena);
    str_add_text(&line, "");
    while (rest.size > 0) {
        char bytes[4];
        uint32_t code = str_next_code(&rest);
        str_add(&line, (struct str){bytes, str_put_code(bytes, is_shown(code) ? code : 0xFFFD)});
    }
    return line.text;
}

static struct lang_value value_of(struct arena *arena, const char *name, enum event_value type,
                                  const char *text, int64_t number)
{
    char shown[DATE_INSTANT_TEXT_SIZE];
    switch (type) {
    case EVENT_VALUE_text:
        return lang_value_text(name, text != NULL ? fact_line_plain(arena, text) : "");
    case EVENT_VALUE_key:
        return text != NULL ? lang_value_key(name, text) : lang_value_text(name, "");
    case EVENT_VALUE_money:
        return lang_value_money(name, number);
    case EVENT_VALUE_day:
        return lang_value_text(
            name, number == 0 ? "-" : arena_text(arena, date_to_text(shown, (int32_t)number)));
    case EVENT_VALUE_count:
        return lang_value_count(name, number);
    case EVENT_VALUE_minute:
        return lang_value_text(name, lang_minute(arena, (int32_t)number));
    case EVENT_VALUE_instant:
        return lang_value_text(name, arena_text(arena, date_instant_to_text(shown, number, 0)));
    }
    return lang_value_text(name, "");
}

const char *fact_line(struct arena *arena, enum lang lang, const ds_Event *event)
{
    if (event_kind(event) == EVENT_none) {
        return lang_text(lang, "verify.fact_unknown");
    }
    struct event_words words;
    struct lang_value values[EVENT_WORDS_MAX];
    event_describe(event, &words);
    for (size_t i = 0; i < words.count; i++) {
        values[i] = value_of(arena, words.values[i].name, words.values[i].type,
                             words.values[i].text, words.values[i].number);
    }
    return lang_fill_list(arena, lang, words.key, values, words.count);
}
