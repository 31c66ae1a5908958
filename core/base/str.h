/* core/base/str.h -- text with a length, a builder, UTF-8 and strict numbers. Pure. */
#pragma once

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdarg.h>
#include <stdbool.h>

/* Borrowed bytes, not NUL-ended. */
struct str {
    const char *bytes;
    size_t size;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})

struct str str_from(const char *text); /* NULL gives the empty text */
bool str_equal(struct str a, struct str b);
bool str_is(struct str a, const char *text);
struct str str_trim(struct str text); /* ASCII blanks at both ends */
bool str_contains(struct str text, struct str part);
/* Cuts the next field off `rest` at `separator`; false when `rest` is used up. */
bool str_split(struct str *rest, char separator, struct str *field_out);
/* NUL-ended copy in `arena`. */
char *str_text(struct arena *arena, struct str text);
/* Copies at most `size - 1` bytes and ends with NUL, never cutting inside a
 * UTF-8 sequence. Returns false when something was left out. */
bool str_copy(char *to, size_t size, struct str text);

/* Decimal int64, optional '-', nothing else around it.
 * ERR_bad_number, ERR_out_of_range. */
enum err str_to_i64(struct str text, int64_t *value_out) MUST_USE;

/* True when the bytes are well-formed UTF-8 (no overlong form, surrogate or
 * value past U+10FFFF) without NUL. */
bool str_is_utf8(struct str text);
/* Takes the first code point off `rest`; malformed bytes give U+FFFD and move
 * one byte on. CHECKs that `rest` is not empty. */
uint32_t str_next_code(struct str *rest);
/* Writes 1..4 bytes of UTF-8 and returns how many. */
size_t str_put_code(char to[4], uint32_t code);
/* Number of code points. */
size_t str_code_count(struct str text);

/* Text growing in an arena. Always NUL-ended; `text` is valid after any call
 * below (not before the first). */
struct str_builder {
    struct arena *arena;
    char *text;
    size_t size;
    size_t capacity;
};

void str_builder_init(struct str_builder *builder, struct arena *arena);
void str_add(struct str_builder *builder, struct str text);
void str_add_text(struct str_builder *builder, const char *text);
void str_add_char(struct str_builder *builder, char c);
void str_add_format(struct str_builder *builder, const char *format, ...) PRINTF_LIKE(2, 3);
void str_add_format_list(struct str_builder *builder, const char *format, va_list list)
    PRINTF_LIKE(2, 0);
struct str str_built(const struct str_builder *builder);

/* printf into an arena. */
char *str_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
