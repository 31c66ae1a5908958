#include "core/domain/pinyin.h"

#include "core/domain/pinyin_table.h"

enum { NAME_CODES_MAX = 64 }; /* longer names are matched by their beginning */

static uint32_t of_others(uint32_t code)
{
    size_t low = 0;
    size_t high = pinyin_other_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t here = pinyin_others[middle] >> 8;
        if (here == code) {
            return pinyin_kinds[pinyin_others[middle] & 0xFFU];
        }
        if (here < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

uint32_t pinyin_initials(uint32_t code)
{
    if (code >= PINYIN_PLAIN_FIRST && code < PINYIN_PLAIN_END) {
        return pinyin_kinds[pinyin_plain[code - PINYIN_PLAIN_FIRST]];
    }
    if (code >= 'a' && code <= 'z') {
        return 1U << (code - 'a');
    }
    if (code >= 'A' && code <= 'Z') {
        return 1U << (code - 'A');
    }
    return code < 0x80 ? 0 : of_others(code);
}

static bool are_letters(struct str letters)
{
    for (size_t i = 0; i < letters.size; i++) {
        if (letters.bytes[i] < 'a' || letters.bytes[i] > 'z') {
            return false;
        }
    }
    return letters.size > 0;
}

enum pinyin_match pinyin_match(struct str name, struct str letters)
{
    uint32_t sets[NAME_CODES_MAX];
    size_t count = 0;
    if (!are_letters(letters)) {
        return PINYIN_MATCH_none;
    }
    while (name.size > 0 && count < NAME_CODES_MAX) {
        uint32_t set = pinyin_initials(str_next_code(&name));
        if (set != 0) {
            sets[count++] = set;
        }
    }
    for (size_t start = 0; start + letters.size <= count; start++) {
        size_t i = 0;
        while (i < letters.size && (sets[start + i] >> (letters.bytes[i] - 'a') & 1U) != 0) {
            i++;
        }
        if (i == letters.size) {
            return start > 0              ? PINYIN_MATCH_inside
                   : letters.size < count ? PINYIN_MATCH_start
                                          : PINYIN_MATCH_whole;
        }
    }
    return PINYIN_MATCH_none;
}
