#include "core/base/str.h"

#include <stdio.h>
#include <string.h>

struct str str_from(const char *text)
{
    return text != NULL ? (struct str){text, strlen(text)} : (struct str){"", 0};
}

bool str_equal(struct str a, struct str b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool str_is(struct str a, const char *text)
{
    return str_equal(a, str_from(text));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str text)
{
    while (text.size > 0 && is_blank(text.bytes[0])) {
        text.bytes++;
        text.size--;
    }
    while (text.size > 0 && is_blank(text.bytes[text.size - 1])) {
        text.size--;
    }
    return text;
}

bool str_contains(struct str text, struct str part)
{
    if (part.size == 0) {
        return true;
    }
    for (size_t i = 0; i + part.size <= text.size; i++) {
        if (memcmp(text.bytes + i, part.bytes, part.size) == 0) {
            return true;
        }
    }
    return false;
}

bool str_split(struct str *rest, char separator, struct str *field_out)
{
    if (rest->bytes == NULL) {
        return false;
    }
    const char *cut = rest->size > 0 ? memchr(rest->bytes, separator, rest->size) : NULL;
    if (cut == NULL) {
        *field_out = *rest;
        *rest = (struct str){NULL, 0};
        return true;
    }
    size_t size = (size_t)(cut - rest->bytes);
    *field_out = (struct str){rest->bytes, size};
    rest->bytes += size + 1;
    rest->size -= size + 1;
    return true;
}

char *str_text(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.size + 1);
    if (text.size > 0) {
        memcpy(copy, text.bytes, text.size);
    }
    return copy;
}

bool str_copy(char *to, size_t size, struct str text)
{
    CHECK(size > 0);
    size_t kept_size = text.size < size ? text.size : size - 1;
    bool is_whole = kept_size == text.size;
    if (!is_whole) {
        while (kept_size > 0 && ((unsigned char)text.bytes[kept_size] & 0xC0U) == 0x80U) {
            kept_size--;
        }
    }
    if (kept_size > 0) {
        memcpy(to, text.bytes, kept_size);
    }
    to[kept_size] = '\0';
    return is_whole;
}

enum err str_to_i64(struct str text, int64_t *value_out)
{
    size_t at = 0;
    bool is_negative = text.size > 0 && text.bytes[0] == '-';
    if (is_negative) {
        at = 1;
    }
    if (at == text.size) {
        return ERR_bad_number;
    }
    int64_t value = 0;
    for (; at < text.size; at++) {
        char c = text.bytes[at];
        if (c < '0' || c > '9') {
            return ERR_bad_number;
        }
        /* Accumulated downwards so that INT64_MIN is reachable. */
        if (__builtin_mul_overflow(value, (int64_t)10, &value) ||
            __builtin_sub_overflow(value, (int64_t)(c - '0'), &value)) {
            return ERR_out_of_range;
        }
    }
    if (!is_negative && __builtin_sub_overflow((int64_t)0, value, &value)) {
        return ERR_out_of_range;
    }
    *value_out = value;
    return OK;
}

/* Length of the well-formed sequence at the start of `text`, or 0. */
static size_t sequence_decode(struct str text, uint32_t *code_out)
{
    const unsigned char *at = (const unsigned char *)text.bytes;
    if (at[0] < 0x80) {
        *code_out = at[0];
        return 1;
    }
    size_t size = 0;
    uint32_t code = 0;
    uint32_t code_min = 0;
    if ((at[0] & 0xE0U) == 0xC0U) {
        size = 2;
        code = at[0] & 0x1FU;
        code_min = 0x80;
    } else if ((at[0] & 0xF0U) == 0xE0U) {
        size = 3;
        code = at[0] & 0x0FU;
        code_min = 0x800;
    } else if ((at[0] & 0xF8U) == 0xF0U) {
        size = 4;
        code = at[0] & 0x07U;
        code_min = 0x10000;
    } else {
        return 0;
    }
    if (text.size < size) {
        return 0;
    }
    for (size_t i = 1; i < size; i++) {
        if ((at[i] & 0xC0U) != 0x80U) {
            return 0;
        }
        code = (code << 6) | (at[i] & 0x3FU);
    }
    if (code < code_min || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        return 0;
    }
    *code_out = code;
    return size;
}

/* Eight bytes, each 1 .. 127. */
static bool is_plain_word(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    uint64_t high = word & UINT64_C(0x8080808080808080);
    uint64_t zero = (word - UINT64_C(0x0101010101010101)) & UINT64_C(0x8080808080808080);
    return (high | zero) == 0;
}

/* U+1000 .. U+CFFF, where nearly all of Chinese text is: three bytes without a special case. */
static bool is_plain_three(const char *bytes)
{
    const unsigned char *at = (const unsigned char *)bytes;
    return at[0] > 0xE0 && at[0] < 0xED && (at[1] & 0xC0U) == 0x80U && (at[2] & 0xC0U) == 0x80U;
}

bool str_is_utf8(struct str text)
{
    while (text.size > 0) {
        size_t plain_size = 0;
        if (text.size >= 8 && is_plain_word(text.bytes)) {
            plain_size = 8;
        } else if (text.size >= 3 && is_plain_three(text.bytes)) {
            plain_size = 3;
        } else if ((unsigned char)text.bytes[0] - 1U < 0x7FU) {
            plain_size = 1;
        }
        if (plain_size > 0) {
            text.bytes += plain_size;
            text.size -= plain_size;
            continue;
        }
        uint32_t code = 0;
        size_t size = sequence_decode(text, &code);
        if (size == 0 || code == 0) {
            return false;
        }
        text.bytes += size;
        text.size -= size;
    }
    return true;
}

uint32_t str_next_code(struct str *rest)
{
    CHECK(rest->size > 0);
    uint32_t code = 0xFFFD;
    size_t size = sequence_decode(*rest, &code);
    if (size == 0) {
        code = 0xFFFD;
        size = 1;
    }
    rest->bytes += size;
    rest->size -= size;
    return code;
}

size_t str_put_code(char to[4], uint32_t code)
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        to[0] = (char)(0xC0U | (code >> 6));
        to[1] = (char)(0x80U | (code & 0x3FU));
        return 2;
    }
    if (code < 0x10000) {
        to[0] = (char)(0xE0U | (code >> 12));
        to[1] = (char)(0x80U | ((code >> 6) & 0x3FU));
        to[2] = (char)(0x80U | (code & 0x3FU));
        return 3;
    }
    to[0] = (char)(0xF0U | (code >> 18));
    to[1] = (char)(0x80U | ((code >> 12) & 0x3FU));
    to[2] = (char)(0x80U | ((code >> 6) & 0x3FU));
    to[3] = (char)(0x80U | (code & 0x3FU));
    return 4;
}

size_t str_code_count(struct str text)
{
    size_t count = 0;
    while (text.size > 0) {
        str_next_code(&text);
        count++;
    }
    return count;
}

void str_builder_init(struct str_builder *builder, struct arena *arena)
{
    *builder = (struct str_builder){.arena = arena};
    builder->capacity = 64;
    builder->text = arena_alloc(arena, builder->capacity);
}

static void builder_reserve(struct str_builder *builder, size_t more)
{
    size_t needed = builder->size + more + 1;
    if (needed <= builder->capacity) {
        return;
    }
    size_t capacity = builder->capacity * 2;
    if (capacity < needed) {
        capacity = needed;
    }
    char *text = arena_alloc(builder->arena, capacity);
    memcpy(text, builder->text, builder->size);
    builder->text = text;
    builder->capacity = capacity;
}

void str_add(struct str_builder *builder, struct str text)
{
    builder_reserve(builder, text.size);
    if (text.size > 0) {
        memcpy(builder->text + builder->size, text.bytes, text.size);
    }
    builder->size += text.size;
    builder->text[builder->size] = '\0';
}

void str_add_text(struct str_builder *builder, const char *text)
{
    str_add(builder, str_from(text));
}

void str_add_char(struct str_builder *builder, char c)
{
    str_add(builder, (struct str){&c, 1});
}

void str_add_format_list(struct str_builder *builder, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    CHECK(size >= 0);
    builder_reserve(builder, (size_t)size);
    vsnprintf(builder->text + builder->size, (size_t)size + 1, format, list);
    builder->size += (size_t)size;
}

void str_add_format(struct str_builder *builder, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    str_add_format_list(builder, format, list);
    va_end(list);
}

struct str str_built(const struct str_builder *builder)
{
    return (struct str){builder->text, builder->size};
}

char *str_format(struct arena *arena, const char *format, ...)
{
    struct str_builder builder;
    str_builder_init(&builder, arena);
    va_list list;
    va_start(list, format);
    str_add_format_list(&builder, format, list);
    va_end(list);
    return builder.text;
}
