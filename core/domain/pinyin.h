/* core/domain/pinyin.h -- finds a Chinese name by the first letters of its syllables: "wjg" or
 * "jg" is 王建国. Pure. Every reading of a character counts (单 is d, s and c), because a surname
 * is often not read as the word is. */
#pragma once

#include "core/base/str.h"

/* First letters of the readings of a character, bit 0 being 'a'; of a Latin letter, that letter.
 * 0 when none is known. */
uint32_t pinyin_initials(uint32_t code);

enum pinyin_match {
    PINYIN_MATCH_none,
    PINYIN_MATCH_inside,
    PINYIN_MATCH_start,
    PINYIN_MATCH_whole,
};
/* Whether `letters` are the initials of neighbouring characters of `name` (UTF-8), and where.
 * Signs and blanks in the name are passed over. None unless all `letters` are a to z. */
enum pinyin_match pinyin_match(struct str name, struct str letters);
