/* core/domain/pinyin_table.h -- the table that assets/pinyin makes at build time; for pinyin.c. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { PINYIN_PLAIN_FIRST = 0x4E00, PINYIN_PLAIN_END = 0xA000 };

/* Sets of letters: bit 0 is 'a'. */
extern const uint32_t pinyin_kinds[];
/* Index into pinyin_kinds of U+4E00 .. U+9FFF. */
extern const uint8_t pinyin_plain[];
/* code << 8 | index for the others, ascending. */
extern const uint32_t pinyin_others[];
extern const size_t pinyin_other_count;
