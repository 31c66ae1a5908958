#include "sync/server/import/phone.h"

#include "core/domain/catalog.h"

#include <string.h>

enum { NUMBER_MAX = 32 };

static bool mail_is_shaped(struct str text)
{
    const char *at = memchr(text.bytes, '@', text.size);
    if (at == NULL || at == text.bytes) {
        return false;
    }
    struct str domain = {at + 1, text.size - (size_t)(at + 1 - text.bytes)};
    if (domain.size < 3 || domain.bytes[0] == '.' || domain.bytes[domain.size - 1] == '.' ||
        memchr(domain.bytes, '.', domain.size) == NULL) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c <= ' ' || c >= 0x7F || c == ',' || (c == '@' && text.bytes + i != at)) {
            return false;
        }
    }
    return true;
}

/* Digits of `text` in `digits`, its extension apart. False on anything else. */
static bool digits_gather(struct str text, bool *is_foreign_out, char digits[NUMBER_MAX],
                          size_t *count_out, struct str *extension_out)
{
    *is_foreign_out = false;
    *extension_out = (struct str){NULL, 0};
    size_t count = 0;
    bool was_hyphen = false;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c >= '0' && c <= '9') {
            if (count >= NUMBER_MAX - 1) {
                return false;
            }
            digits[count++] = c;
            was_hyphen = false;
        } else if (c == '+' && i == 0) {
            *is_foreign_out = true;
        } else if (c == '-' || c == ' ' || c == '.' || c == '(' || c == ')') {
            if (c == '-' && (was_hyphen || count == 0)) {
                return false;
            }
            was_hyphen = c == '-';
            /* "021-66554433-801": what follows a complete number is its extension. */
            if (c == '-' && !*is_foreign_out && count >= 10 && digits[0] == '0') {
                *extension_out = (struct str){text.bytes + i + 1, text.size - i - 1};
                was_hyphen = false;
                break;
            }
        } else {
            return false;
        }
    }
    digits[count] = '\0';
    *count_out = count;
    return count > 0 && !was_hyphen;
}

static bool extension_is_shaped(struct str extension)
{
    if (extension.size == 0 || extension.size > 6) {
        return false;
    }
    for (size_t i = 0; i < extension.size; i++) {
        if (extension.bytes[i] < '0' || extension.bytes[i] > '9') {
            return false;
        }
    }
    return true;
}

static bool put(char *to, size_t size, const char *head, size_t head_size, const char *tail)
{
    size_t tail_size = strlen(tail);
    if (head_size + tail_size >= size) {
        return false;
    }
    memcpy(to, head, head_size);
    memcpy(to + head_size, tail, tail_size + 1);
    return true;
}

/* A Chinese number in national form. */
static uint32_t national_read(char *number_out, size_t size, const char *digits, size_t count,
                              struct str extension)
{
    if (count == 11 && digits[0] == '1' && digits[1] >= '3' && extension.bytes == NULL) {
        return put(number_out, size, digits, count, "") ? POINT_KIND_mobile : 0;
    }
    if (count == 10 && (memcmp(digits, "400", 3) == 0 || memcmp(digits, "800", 3) == 0) &&
        extension.bytes == NULL) {
        return put(number_out, size, digits, count, "") ? POINT_KIND_work_phone : 0;
    }
    /* Area codes have three digits for 010 and 02x, else four. */
    if (digits[0] != '0' || count < 10 || count > 12) {
        return 0;
    }
    size_t area_size = digits[1] == '1' || digits[1] == '2' ? 3 : 4;
    size_t rest = count - area_size;
    if (rest < 7 || rest > 8 || digits[area_size] < '2') {
        return 0;
    }
    char text[NUMBER_MAX + 16];
    if (!put(text, sizeof text, digits, area_size, "-") ||
        !put(text + area_size + 1, sizeof text - area_size - 1, digits + area_size, rest, "")) {
        return 0;
    }
    size_t length = strlen(text);
    if (extension.bytes != NULL) {
        if (!extension_is_shaped(extension)) {
            return 0;
        }
        text[length++] = '-';
        memcpy(text + length, extension.bytes, extension.size);
        length += extension.size;
        text[length] = '\0';
    }
    return put(number_out, size, text, length, "") ? POINT_KIND_home_phone : 0;
}

uint32_t phone_read(char *number_out, size_t size, struct str text)
{
    if (text.size > 0 && memchr(text.bytes, '@', text.size) != NULL) {
        return mail_is_shaped(text) && str_copy(number_out, size, text) ? POINT_KIND_email : 0;
    }
    char digits[NUMBER_MAX];
    size_t count;
    bool is_foreign;
    struct str extension;
    if (!digits_gather(text, &is_foreign, digits, &count, &extension)) {
        return 0;
    }
    const char *from = digits;
    if (is_foreign && count > 2 && memcmp(from, "86", 2) == 0) {
        is_foreign = false;
        from += 2;
        count -= 2;
        bool is_mobile = from[0] == '1' && count == 11;
        bool is_service = count == 10 && (from[0] == '4' || from[0] == '8') && from[1] == '0';
        if (!is_mobile && !is_service && from[0] != '0') {
            memmove(digits + 1, from, count + 1); /* +86 21 …: the 0 of the area code is dropped */
            digits[0] = '0';
            from = digits;
            count++;
        }
    } else if (!is_foreign && count > 4 && memcmp(from, "0086", 4) == 0) {
        from += 4;
        count -= 4;
    } else if (!is_foreign && count == 13 && memcmp(from, "861", 3) == 0) {
        from += 2;
        count -= 2;
    }
    if (is_foreign) {
        char foreign[NUMBER_MAX + 1] = "+";
        memcpy(foreign + 1, from, count + 1);
        return count >= 7 && count <= 15 && from[0] != '0' &&
                       put(number_out, size, foreign, count + 1, "")
                   ? POINT_KIND_mobile
                   : 0;
    }
    return national_read(number_out, size, from, count, extension);
}
