/* app/i18n/lang.h -- texts in the user's language, compiled in. Pure.
 *
 * Keys and texts stand in assets/i18n. A key that does not exist is a
 * programmer's mistake: the key itself is shown, so that it is seen, and the
 * tests fail on it. */
#pragma once

#include "core/base/str.h"

/* In the order of the PO list of CMakeLists.txt. */
enum lang { LANG_zh, LANG_en, LANG_COUNT };

/* "zh", "zh_CN.UTF-8", "en" …: false when it is none of ours. */
bool lang_from_text(struct str text, enum lang *lang_out);
/* "zh" or "en". */
const char *lang_name(enum lang lang);

/* The text of a key; static storage. */
const char *lang_text(enum lang lang, const char *key);
bool lang_has(const char *key);

/* One value for a placeholder. Make them with the functions below. */
struct lang_value {
    const char *name; /* of the placeholder, without braces */
    enum {
        LANG_VALUE_text,
        LANG_VALUE_count,
        LANG_VALUE_money,
        LANG_VALUE_day,
        LANG_VALUE_key
    } type;
    const char *text;
    int64_t number;
};
struct lang_value lang_value_text(const char *name, const char *text);
struct lang_value lang_value_count(const char *name, int64_t count);
struct lang_value lang_value_money(const char *name, int64_t amount_minor); /* ¥1,234.50 */
struct lang_value lang_value_day(const char *name, int32_t day);
struct lang_value lang_value_key(const char *name, const char *key); /* a text of its own */

/* The text of `key` with its placeholders filled; lives in `arena`. A placeholder
 * without a value stays as it is. The plural form is chosen by the value "n". */
const char *lang_fill_list(struct arena *arena, enum lang lang, const char *key,
                           const struct lang_value *values, size_t count);
/* lang_fill(arena, lang, "age.days", lang_value_count("n", 12)) */
#define lang_fill(arena, lang, key, ...)                                             \
    lang_fill_list((arena), (lang), (key), (const struct lang_value[]){__VA_ARGS__}, \
                   sizeof((const struct lang_value[]){__VA_ARGS__}) / sizeof(struct lang_value))

/* ---- forms of the language; all live in `arena` ---- */
/* "¥1,234.50" for CNY, "USD 1,234.50" otherwise; NULL or "" is CNY. */
const char *lang_money(struct arena *arena, enum lang lang, int64_t amount_minor,
                       const char *currency);
/* zh "11月22日 周日", en "Sun 22 Nov"; with the year when it differs from `today`'s. */
const char *lang_day(struct arena *arena, enum lang lang, int32_t day, int32_t today);
/* zh "刚刚" "5分钟前" "3小时前" "2天前", en "just now" "5 min ago" … */
const char *lang_age(struct arena *arena, enum lang lang, int64_t age_ms);
/* "08:05" from a minute of the day. */
const char *lang_minute(struct arena *arena, int32_t minute);
/* Text of a closed-list code, "?17" when this build does not know it. `list` is an
 * enum catalog of core/domain/catalog.h. */
const char *lang_item(struct arena *arena, enum lang lang, unsigned list, uint32_t code);
