#include "core/event/words.h"

static void add(struct event_words *words, const char *name, enum event_value type,
                const char *text, int64_t number)
{
    CHECK(words->count < EVENT_WORDS_MAX); /* each kind names its few placeholders */
    words->values[words->count].name = name;
    words->values[words->count].type = type;
    words->values[words->count].text = text;
    words->values[words->count].number = number;
    words->count++;
}

void words_text(struct event_words *words, const char *name, const char *text)
{
    add(words, name, EVENT_VALUE_text, text, 0);
}

void words_code(struct event_words *words, const char *name, enum catalog list, uint32_t code)
{
    add(words, name, EVENT_VALUE_key, code == 0 ? "value.none" : catalog_key(list, code), code);
}

void words_money(struct event_words *words, const char *name, uint64_t amount_minor)
{
    int64_t number = amount_minor > INT64_MAX ? INT64_MAX : (int64_t)amount_minor;
    add(words, name, EVENT_VALUE_money, NULL, number);
}

void words_day(struct event_words *words, const char *name, int32_t day)
{
    add(words, name, EVENT_VALUE_day, NULL, day);
}

void words_count(struct event_words *words, const char *name, uint64_t count)
{
    int64_t number = count > INT64_MAX ? INT64_MAX : (int64_t)count;
    add(words, name, EVENT_VALUE_count, NULL, number);
}
