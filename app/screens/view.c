#include "app/screens/view.h"

#include "core/base/str.h"
#include "sync/proto/wire.h"

const char *view_text(const struct view *view, const char *key)
{
    return lang_text(view->lang, key);
}

const char *view_money(const struct view *view, int64_t amount_minor, const char *currency)
{
    return lang_money(view->arena, view->lang, amount_minor, currency);
}

const char *view_day(const struct view *view, int32_t day)
{
    return day == 0 ? view_text(view, "view.no_day")
                    : lang_day(view->arena, view->lang, day, view->today);
}

const char *view_clock(const struct view *view, int64_t at_ms)
{
    return lang_minute(view->arena, date_minute_at(at_ms, view->offset_minutes));
}

const char *view_clock_second(const struct view *view, int64_t at_ms)
{
    int64_t second = at_ms / 1000 % 60; /* zones are whole minutes */
    return str_format(view->arena, "%s:%02d", view_clock(view, at_ms), (int)second);
}

const char *view_instant(const struct view *view, int64_t at_ms)
{
    int32_t day = date_day_at(at_ms, view->offset_minutes);
    return day == view->today
               ? str_format(view->arena, "%s %s", view_text(view, "view.today"),
                            view_clock(view, at_ms))
               : str_format(view->arena, "%s %s", view_day(view, day), view_clock(view, at_ms));
}

const char *view_age(const struct view *view, int64_t at_ms)
{
    return at_ms == 0 ? view_text(view, "view.never")
                      : lang_age(view->arena, view->lang, view->now_ms - at_ms);
}

const char *view_day_age(const struct view *view, int32_t day)
{
    if (day == 0) {
        return "";
    }
    int32_t days = view->today - day;
    if (days == 0) {
        return view_text(view, "view.today");
    }
    if (days < 0) {
        return view_day(view, day);
    }
    return view_fill(view, "view.days_ago", lang_value_count("n", days));
}

const char *view_item(const struct view *view, enum catalog list, uint32_t code)
{
    return code == 0 ? view_text(view, "view.not_said")
                     : lang_item(view->arena, view->lang, list, code);
}

const char *view_window(const struct view *view, uint32_t from_minute, uint32_t until_minute)
{
    if (from_minute == 0 && until_minute == 0) {
        return "";
    }
    const char *from = lang_minute(view->arena, (int32_t)from_minute);
    return until_minute <= from_minute
               ? from
               : str_format(view->arena, "%s–%s", from,
                            lang_minute(view->arena, (int32_t)until_minute));
}

const char *view_count(const struct view *view, int64_t count)
{
    return str_format(view->arena, "%lld", (long long)count);
}

const char *view_size(const struct view *view, uint64_t size)
{
    if (size < 1000) {
        return str_format(view->arena, "%u B", (unsigned)size);
    }
    if (size < 999500) { /* rounded to a whole kB that is below 1,000 */
        return str_format(view->arena, "%u kB", (unsigned)((size + 500) / 1000));
    }
    bool is_large = size >= UINT64_C(999950000);
    uint64_t tenth = is_large ? 100000000 : 100000;
    uint64_t tenths = (size + tenth / 2) / tenth;
    return str_format(view->arena, "%llu.%llu %s", (unsigned long long)(tenths / 10),
                      (unsigned long long)(tenths % 10), is_large ? "GB" : "MB");
}

const char *view_duration(const struct view *view, int64_t duration_ms)
{
    int64_t seconds = (duration_ms + 999) / 1000;
    if (seconds < 60) {
        return view_fill(view, "view.seconds", lang_value_count("n", seconds < 1 ? 1 : seconds));
    }
    if (seconds < 90 * 60) {
        return view_fill(view, "view.minutes", lang_value_count("n", (seconds + 30) / 60));
    }
    return view_fill(view, "view.hours", lang_value_count("n", (seconds + 1800) / 3600));
}

struct lang_value view_value(const struct view *view, const char *name, enum event_value type,
                             const char *text, int64_t number)
{
    switch (type) {
    case EVENT_VALUE_text:
        return lang_value_text(name, text != NULL ? text : "");
    case EVENT_VALUE_key:
        return lang_value_text(name, text != NULL ? view_text(view, text) : "");
    case EVENT_VALUE_money:
        return lang_value_text(name, view_money(view, number, NULL));
    case EVENT_VALUE_day:
        return lang_value_text(name, view_day(view, (int32_t)number));
    case EVENT_VALUE_count:
        return lang_value_count(name, number);
    case EVENT_VALUE_minute:
        return lang_value_text(name, lang_minute(view->arena, (int32_t)number));
    case EVENT_VALUE_instant:
        return lang_value_text(name, view_instant(view, number));
    }
    return lang_value_text(name, "");
}

const char *view_event(const struct view *view, const ds_Event *event)
{
    struct event_words words;
    event_describe(event, &words);
    struct lang_value values[EVENT_WORDS_MAX];
    for (size_t i = 0; i < words.count; i++) {
        values[i] = view_value(view, words.values[i].name, words.values[i].type,
                               words.values[i].text, words.values[i].number);
    }
    return lang_fill_list(view->arena, view->lang, words.key, values, words.count);
}

const char *view_question(const struct view *view, uint32_t code, const char *note)
{
    const char *why = view_text(view, wire_verdict_key(code));
    return note[0] == '\0' ? why : str_format(view->arena, "%s · %s", why, note);
}

const char *view_fired(const struct view *view, const struct verdict_fired *fired)
{
    struct lang_value values[VERDICT_VALUES_MAX];
    for (size_t i = 0; i < fired->value_count; i++) {
        values[i] = view_value(view, fired->values[i].name, fired->values[i].type, NULL,
                               fired->values[i].number);
    }
    return lang_fill_list(view->arena, view->lang, refusal_key(fired->refusal), values,
                          fired->value_count);
}
