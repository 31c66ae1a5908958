#include "app/i18n/lang.h"

#include "app/i18n/texts.h"
#include "core/domain/catalog.h"
#include "core/domain/date.h"
#include "core/domain/money.h"

#include <string.h>

_Static_assert((int)TEXTS_LANGUAGES == (int)LANG_COUNT, "one column a language");

bool lang_from_text(struct str text, enum lang *lang_out)
{
    if (text.size >= 2 && memcmp(text.bytes, "zh", 2) == 0) {
        *lang_out = LANG_zh;
        return true;
    }
    if (text.size >= 2 && memcmp(text.bytes, "en", 2) == 0) {
        *lang_out = LANG_en;
        return true;
    }
    return false;
}

const char *lang_name(enum lang lang)
{
    return lang == LANG_zh ? "zh" : "en";
}

static const struct texts_row *row_find(const char *key)
{
    size_t low = 0;
    size_t high = TEXTS_COUNT;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(key, texts_rows[middle].key);
        if (order == 0) {
            return &texts_rows[middle];
        }
        if (order > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

bool lang_has(const char *key)
{
    return row_find(key) != NULL;
}

const char *lang_text(enum lang lang, const char *key)
{
    const struct texts_row *row = row_find(key);
    /* A missing key shows itself: seen at once by an eye and by the tests. */
    return row != NULL ? row->text[lang] : key;
}

struct lang_value lang_value_text(const char *name, const char *text)
{
    return (struct lang_value){.name = name, .type = LANG_VALUE_text, .text = text};
}

struct lang_value lang_value_count(const char *name, int64_t count)
{
    return (struct lang_value){.name = name, .type = LANG_VALUE_count, .number = count};
}

struct lang_value lang_value_money(const char *name, int64_t amount_minor)
{
    return (struct lang_value){.name = name, .type = LANG_VALUE_money, .number = amount_minor};
}

struct lang_value lang_value_day(const char *name, int32_t day)
{
    return (struct lang_value){.name = name, .type = LANG_VALUE_day, .number = day};
}

struct lang_value lang_value_key(const char *name, const char *key)
{
    return (struct lang_value){.name = name, .type = LANG_VALUE_key, .text = key};
}

static void value_add(struct str_builder *builder, enum lang lang, const struct lang_value *value)
{
    char day[DATE_TEXT_SIZE];
    switch (value->type) {
    case LANG_VALUE_text:
        str_add_text(builder, value->text);
        break;
    case LANG_VALUE_key:
        str_add_text(builder, lang_text(lang, value->text));
        break;
    case LANG_VALUE_count:
        str_add_format(builder, "%lld", (long long)value->number);
        break;
    case LANG_VALUE_money:
        str_add_text(builder, lang_money(builder->arena, lang, value->number, NULL));
        break;
    case LANG_VALUE_day:
        str_add_text(builder, date_to_text(day, (int32_t)value->number));
        break;
    }
}

static const struct lang_value *value_find(const struct lang_value *values, size_t count,
                                           struct str name)
{
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, values[i].name)) {
            return &values[i];
        }
    }
    return NULL;
}

const char *lang_fill_list(struct arena *arena, enum lang lang, const char *key,
                           const struct lang_value *values, size_t count)
{
    const struct texts_row *row = row_find(key);
    const char *text = row != NULL ? row->text[lang] : key;
    const struct lang_value *number = value_find(values, count, STR("n"));
    if (row != NULL && row->plural[lang] != NULL && number != NULL && number->number != 1) {
        text = row->plural[lang];
    }
    struct str_builder builder;
    str_builder_init(&builder, arena);
    while (*text != '\0') {
        const char *open = strchr(text, '{');
        const char *close = open != NULL ? strchr(open, '}') : NULL;
        if (close == NULL) {
            str_add_text(&builder, text);
            break;
        }
        str_add(&builder, (struct str){text, (size_t)(open - text)});
        struct str name = {open + 1, (size_t)(close - open - 1)};
        const struct lang_value *value = value_find(values, count, name);
        if (value != NULL) {
            value_add(&builder, lang, value);
        } else {
            str_add(&builder, (struct str){open, (size_t)(close - open + 1)});
        }
        text = close + 1;
    }
    return builder.text;
}

const char *lang_money(struct arena *arena, enum lang lang, int64_t amount_minor,
                       const char *currency)
{
    (void)lang; /* both languages group by thousands and put the sign before */
    char text[MONEY_TEXT_SIZE];
    money_to_text(text, amount_minor, true);
    bool is_cny = currency == NULL || currency[0] == '\0' || strcmp(currency, "CNY") == 0;
    const char *sign = amount_minor < 0 ? "-" : "";
    const char *digits = amount_minor < 0 ? text + 1 : text;
    if (is_cny) {
        return str_format(arena, "%s¥%s", sign, digits);
    }
    return str_format(arena, "%s%s %s", sign, currency, digits);
}

const char *lang_day(struct arena *arena, enum lang lang, int32_t day, int32_t today)
{
    static const char *const zh_week[] = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"};
    static const char *const en_week[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const en_month[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct date_civil civil = date_to_civil(day);
    bool has_year = civil.year != date_to_civil(today).year;
    int32_t week = date_weekday(day) - 1;
    if (lang == LANG_zh) {
        const char *year = has_year ? str_format(arena, "%d年", civil.year) : "";
        return str_format(arena, "%s%d月%d日 %s", year, civil.month, civil.day, zh_week[week]);
    }
    const char *year = has_year ? str_format(arena, " %d", civil.year) : "";
    return str_format(arena, "%s %d %s%s", en_week[week], civil.day, en_month[civil.month - 1],
                      year);
}

const char *lang_age(struct arena *arena, enum lang lang, int64_t age_ms)
{
    int64_t minutes = age_ms / 60000;
    if (minutes < 1) {
        return lang_text(lang, "age.now");
    }
    if (minutes < 60) {
        return lang_fill(arena, lang, "age.minutes", lang_value_count("n", minutes));
    }
    if (minutes < 48 * 60) {
        return lang_fill(arena, lang, "age.hours", lang_value_count("n", minutes / 60));
    }
    return lang_fill(arena, lang, "age.days", lang_value_count("n", minutes / (24 * 60)));
}

const char *lang_minute(struct arena *arena, int32_t minute)
{
    return str_format(arena, "%02d:%02d", minute / 60, minute % 60);
}

const char *lang_item(struct arena *arena, enum lang lang, unsigned list, uint32_t code)
{
    if (catalog_name((enum catalog)list, code) == NULL) {
        return str_format(arena, "?%u", code);
    }
    return lang_text(lang, catalog_key((enum catalog)list, code));
}
