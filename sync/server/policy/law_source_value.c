/* Values of facts, in the words of their unit. */
#include "sync/server/policy/law_source.h"

#include "core/domain/date.h"
#include "core/rules/verdict.h"

bool law_source_bits(enum law_list list, struct str text, uint32_t *bits_out)
{
    uint32_t bits = 0;
    struct str word;
    while (str_split(&text, ',', &word)) {
        uint32_t bit;
        word = str_trim(word);
        if (law_word_find(list, word, &bit) != OK &&
            (list != LAW_LIST_flag || law_flag_of_alias(word, &bit) != OK)) {
            return false;
        }
        bits |= list == LAW_LIST_role || list == LAW_LIST_place ? 1U << bit : bit;
    }
    *bits_out = bits;
    return bits != 0;
}

const char *law_source_bits_text(struct arena *arena, enum law_list list, uint32_t bits)
{
    struct str_builder builder;
    str_builder_init(&builder, arena);
    str_add_text(&builder, "");
    const struct law_word *word;
    for (size_t i = 0; (word = law_word_at(list, i)) != NULL; i++) {
        bool is_code = list == LAW_LIST_role || list == LAW_LIST_place;
        uint32_t bit = is_code ? 1U << word->code : word->code;
        if ((bits & bit) != 0) {
            str_add_text(&builder, builder.size > 0 ? "," : "");
            str_add_text(&builder, word->name);
        }
    }
    return builder.text;
}

static bool two_digits(const char *bytes, int64_t *number_out)
{
    if (bytes[0] < '0' || bytes[0] > '9' || bytes[1] < '0' || bytes[1] > '9') {
        return false;
    }
    *number_out = (bytes[0] - '0') * 10 + (bytes[1] - '0');
    return true;
}

bool law_source_time(struct str text, int64_t *second_out)
{
    int64_t hour;
    int64_t minute;
    int64_t second = 0;
    bool has_seconds = text.size == 8;
    if ((text.size != 5 && !has_seconds) || text.bytes[2] != ':' ||
        !two_digits(text.bytes, &hour) || !two_digits(text.bytes + 3, &minute) ||
        (has_seconds && (text.bytes[5] != ':' || !two_digits(text.bytes + 6, &second))) ||
        minute > 59 || second > 59 || hour * 3600 + minute * 60 + second > 86400) {
        return false;
    }
    *second_out = hour * 3600 + minute * 60 + second;
    return true;
}

bool law_source_instant(struct str text, int64_t *at_ms_out)
{
    int32_t day;
    int64_t second;
    if (text.size < 17 || text.bytes[text.size - 1] != 'Z' || text.bytes[10] != 'T' ||
        date_from_text((struct str){text.bytes, 10}, &day) != OK ||
        !law_source_time((struct str){text.bytes + 11, text.size - 12}, &second) ||
        second == 86400) {
        return false;
    }
    *at_ms_out = day * DATE_DAY_MS + second * 1000;
    return true;
}

bool law_source_duration(struct str text, int64_t *seconds_out)
{
    static const struct {
        const char *name;
        int64_t seconds;
    } units[] = {{"s", 1}, {"sec", 1}, {"m", 60}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    if (str_to_i64(text, seconds_out) == OK) {
        return *seconds_out >= 0 && *seconds_out < (INT64_C(1) << 40);
    }
    int64_t total = 0;
    while (text.size > 0) {
        size_t digits = 0;
        while (digits < text.size && text.bytes[digits] >= '0' && text.bytes[digits] <= '9') {
            digits++;
        }
        size_t end = digits;
        while (end < text.size && text.bytes[end] >= 'a' && text.bytes[end] <= 'z') {
            end++;
        }
        int64_t number;
        int64_t unit = 0;
        for (size_t i = 0; i < COUNT(units); i++) {
            bool is_it = str_is((struct str){text.bytes + digits, end - digits}, units[i].name);
            unit = is_it ? units[i].seconds : unit;
        }
        if (unit == 0 || str_to_i64((struct str){text.bytes, digits}, &number) != OK ||
            number > 10000000) {
            return false;
        }
        total += number * unit;
        text = (struct str){text.bytes + end, text.size - end};
    }
    *seconds_out = total;
    return total < (INT64_C(1) << 40);
}

static bool read_yes_no(struct str text, int64_t *value_out)
{
    bool is_yes = str_is(text, "1") || str_is(text, "yes") || str_is(text, "true");
    *value_out = is_yes;
    return is_yes || str_is(text, "0") || str_is(text, "no") || str_is(text, "false");
}

static bool read_code(enum law_list list, struct str text, int64_t *value_out)
{
    uint32_t code;
    if (law_word_find(list, text, &code) != OK) {
        return false;
    }
    *value_out = code;
    return true;
}

static bool read_set(enum law_list list, struct str text, int64_t *value_out)
{
    uint32_t bits = 0;
    bool is_none = text.size == 0 || str_is(text, "none") || str_is(text, "-");
    if (!is_none && !law_source_bits(list, text, &bits)) {
        return false;
    }
    *value_out = bits;
    return true;
}

static bool read_number(struct str text, int64_t *value_out)
{
    return str_to_i64(text, value_out) == OK && *value_out >= 0 && *value_out < (INT64_C(1) << 50);
}

bool law_source_value(enum law_fact fact, struct str text, int64_t *value_out,
                      const char **expected_out)
{
    int32_t day;
    uint16_t rule;
    switch (law_fact_row(fact)->unit) {
    case LAW_UNIT_yes_no:
        *expected_out = "0, 1, no, yes";
        return read_yes_no(text, value_out);
    case LAW_UNIT_count:
    case LAW_UNIT_metres:
    case LAW_UNIT_days:
    case LAW_UNIT_months:
    case LAW_UNIT_minor:
        *expected_out = "0, 1, 2 ...";
        return read_number(text, value_out);
    case LAW_UNIT_seconds:
        *expected_out = "300, 300s, 5min, 72h, 5d";
        return law_source_duration(text, value_out);
    case LAW_UNIT_day:
        *expected_out = "2026-11-18";
        if (date_from_text(text, &day) != OK) {
            return false;
        }
        *value_out = day;
        return true;
    case LAW_UNIT_instant:
        *expected_out = "2026-11-18T02:30:00Z";
        return law_source_instant(text, value_out);
    case LAW_UNIT_role:
        *expected_out = "SELF, CODEBTOR, GUARANTOR, REP, EXEC, SPOUSE, GUARDIAN, FAMILY, MINOR, "
                        "NEIGHBOUR, EMPLOYER, OTHER";
        return read_code(LAW_LIST_role, text, value_out);
    case LAW_UNIT_place:
        *expected_out = "home, work, hospital, school, public, other";
        return read_code(LAW_LIST_place, text, value_out);
    case LAW_UNIT_info:
        *expected_out = "N,E,W,M,D,A,Y,L, none";
        return read_set(LAW_LIST_info, text, value_out);
    case LAW_UNIT_data:
        *expected_out = "events, recording, location, third_party, identity_number, biometrics, "
                        "health, bank_account, contact_list, none";
        return read_set(LAW_LIST_data, text, value_out);
    case LAW_UNIT_conduct:
        *expected_out = "violence, threat, abuse, deceit, following, harassment, publishing, "
                        "exaggeration, urging_to_borrow, none";
        return read_set(LAW_LIST_conduct, text, value_out);
    case LAW_UNIT_rule:
        *expected_out = "T01 ... X05";
        if (law_rule_from_text(text, &rule) != OK) {
            return false;
        }
        *value_out = rule;
        return true;
    }
    UNREACHABLE();
}

static const char *duration_text(struct arena *arena, int64_t seconds)
{
    static const struct {
        int64_t seconds;
        const char *name;
    } units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}};
    for (size_t i = 0; i < COUNT(units); i++) {
        if (seconds != 0 && seconds % units[i].seconds == 0) {
            return str_format(arena, "%lld%s", (long long)(seconds / units[i].seconds),
                              units[i].name);
        }
    }
    return str_format(arena, "%llds", (long long)seconds);
}

const char *law_source_value_text(struct arena *arena, enum law_fact fact, int64_t value)
{
    char text[DATE_INSTANT_TEXT_SIZE];
    switch (law_fact_row(fact)->unit) {
    case LAW_UNIT_yes_no:
        return value != 0 ? "yes" : "no";
    case LAW_UNIT_count:
    case LAW_UNIT_metres:
    case LAW_UNIT_days:
    case LAW_UNIT_months:
    case LAW_UNIT_minor:
        return str_format(arena, "%lld", (long long)value);
    case LAW_UNIT_seconds:
        return duration_text(arena, value);
    case LAW_UNIT_day:
        return arena_text(arena, date_to_text(text, (int32_t)value));
    case LAW_UNIT_instant:
        return str_format(arena, "%s UTC", date_instant_to_text(text, value, 0));
    case LAW_UNIT_role:
        return law_word_name(LAW_LIST_role, (uint32_t)value);
    case LAW_UNIT_place:
        return law_word_name(LAW_LIST_place, (uint32_t)value);
    case LAW_UNIT_info:
        return law_source_bits_text(arena, LAW_LIST_info, (uint32_t)value);
    case LAW_UNIT_data:
        return law_source_bits_text(arena, LAW_LIST_data, (uint32_t)value);
    case LAW_UNIT_conduct:
        return law_source_bits_text(arena, LAW_LIST_conduct, (uint32_t)value);
    case LAW_UNIT_rule:
        return law_rule_to_text(arena_alloc(arena, LAW_RULE_TEXT_SIZE), (uint16_t)value);
    }
    UNREACHABLE();
}
