#include "core/domain/money.h"

#include <stdio.h>
#include <string.h>

__extension__ typedef __int128 wide;

enum err money_scale(int64_t amount_minor, int64_t numerator, int64_t denominator,
                     enum money_rounding rounding, int64_t *result_out)
{
    CHECK(denominator > 0);
    wide product = (wide)amount_minor * numerator;
    bool is_negative = product < 0;
    wide size = is_negative ? -product : product;
    wide quotient = size / denominator;
    wide rest = size % denominator;
    switch (rounding) {
    case MONEY_ROUND_down:
        break;
    case MONEY_ROUND_half_up:
        quotient += rest * 2 >= denominator;
        break;
    case MONEY_ROUND_up:
        quotient += rest > 0;
        break;
    }
    if (quotient > INT64_MAX) {
        return ERR_out_of_range;
    }
    *result_out = is_negative ? -(int64_t)quotient : (int64_t)quotient;
    return OK;
}

/* Takes a leading yen or yuan sign (U+00A5, U+FFE5) off. */
static struct str sign_drop(struct str text)
{
    static const char *const signs[] = {"\xC2\xA5", "\xEF\xBF\xA5"};
    for (size_t i = 0; i < COUNT(signs); i++) {
        size_t size = strlen(signs[i]);
        if (text.size >= size && memcmp(text.bytes, signs[i], size) == 0) {
            return (struct str){text.bytes + size, text.size - size};
        }
    }
    return text;
}

enum err money_from_text(struct str text, int64_t *amount_minor_out)
{
    text = str_trim(text);
    bool is_negative = text.size > 0 && text.bytes[0] == '-';
    if (is_negative) {
        text.bytes++;
        text.size--;
    }
    text = sign_drop(text);
    int64_t amount = 0;
    size_t digit_count = 0;
    size_t since_comma = 0;
    bool has_comma = false;
    int decimals = -1;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == ',' && decimals < 0 && digit_count > 0 && (!has_comma || since_comma == 3)) {
            has_comma = true;
            since_comma = 0;
            continue;
        }
        if (c == '.' && decimals < 0 && digit_count > 0 && (!has_comma || since_comma == 3)) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || decimals == 2) {
            return ERR_bad_number;
        }
        if (__builtin_mul_overflow(amount, (int64_t)10, &amount) ||
            __builtin_add_overflow(amount, (int64_t)(c - '0'), &amount)) {
            return ERR_out_of_range;
        }
        digit_count++;
        since_comma++;
        decimals += decimals >= 0;
    }
    if (digit_count == 0 || decimals == 0 || (has_comma && decimals < 0 && since_comma != 3)) {
        return ERR_bad_number;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 2; i++) {
        if (__builtin_mul_overflow(amount, (int64_t)10, &amount)) {
            return ERR_out_of_range;
        }
    }
    *amount_minor_out = is_negative ? -amount : amount;
    return OK;
}

const char *money_to_text(char text[MONEY_TEXT_SIZE], int64_t amount_minor, bool is_grouped)
{
    uint64_t size = amount_minor < 0 ? 0 - (uint64_t)amount_minor : (uint64_t)amount_minor;
    char digits[32];
    int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)(size / 100));
    size_t at = 0;
    if (amount_minor < 0) {
        text[at++] = '-';
    }
    for (int i = 0; i < count; i++) {
        if (is_grouped && i > 0 && (count - i) % 3 == 0) {
            text[at++] = ',';
        }
        text[at++] = digits[i];
    }
    snprintf(text + at, MONEY_TEXT_SIZE - at, ".%02u", (unsigned)(size % 100));
    return text;
}

static const char *const capital_digits[] = {"零", "壹", "贰", "叁", "肆",
                                             "伍", "陆", "柒", "捌", "玖"};

/* One group of four digits, without its own unit; leading zeros left to the caller. */
static void group_to_capitals(char *text, uint32_t group)
{
    static const char *const units[] = {"仟", "佰", "拾", ""};
    uint32_t scale = 1000;
    bool has_gap = false;
    bool has_any = false;
    for (size_t i = 0; i < COUNT(units); i++, scale /= 10) {
        uint32_t digit = group / scale % 10;
        if (digit == 0) {
            has_gap = has_any;
            continue;
        }
        if (has_gap) {
            strcat(text, capital_digits[0]);
            has_gap = false;
        }
        strcat(text, capital_digits[digit]);
        strcat(text, units[i]);
        has_any = true;
    }
}

const char *money_to_capitals(char text[MONEY_CAPITALS_SIZE], int64_t amount_minor)
{
    static const char *const units[] = {"兆", "亿", "万", ""};
    static const uint64_t scales[] = {UINT64_C(1000000000000), 100000000, 10000, 1};
    CHECK(amount_minor >= 0);
    uint64_t yuan = (uint64_t)amount_minor / 100;
    uint32_t jiao = (uint32_t)((uint64_t)amount_minor / 10 % 10);
    uint32_t fen = (uint32_t)((uint64_t)amount_minor % 10);
    CHECK(yuan / scales[0] < 10000);
    text[0] = '\0';
    bool needs_zero = false;
    for (size_t i = 0; i < COUNT(scales); i++) {
        uint32_t group = (uint32_t)(yuan / scales[i] % 10000);
        if (group == 0) {
            needs_zero = text[0] != '\0';
            continue;
        }
        if (text[0] != '\0' && (needs_zero || group < 1000)) {
            strcat(text, capital_digits[0]);
        }
        needs_zero = false;
        group_to_capitals(text, group);
        strcat(text, units[i]);
    }
    if (yuan == 0 && jiao == 0 && fen == 0) {
        strcat(text, capital_digits[0]);
    }
    if (yuan > 0 || (jiao == 0 && fen == 0)) {
        strcat(text, "元");
    }
    if (jiao == 0 && fen == 0) {
        strcat(text, "整");
        return text;
    }
    if (jiao > 0) {
        strcat(text, capital_digits[jiao]);
        strcat(text, "角");
    } else if (yuan > 0) {
        strcat(text, capital_digits[0]);
    }
    if (fen > 0) {
        strcat(text, capital_digits[fen]);
        strcat(text, "分");
    } else {
        strcat(text, "整");
    }
    return text;
}
