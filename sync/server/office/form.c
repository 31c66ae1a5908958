/* Decoding forms and cookies. */
#include "sync/server/office/form.h"

#include <string.h>

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static enum err decode(struct arena *arena, struct str text, const char **value_out)
{
    char *value = arena_alloc(arena, text.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i] == '+' ? ' ' : text.bytes[i];
        if (c == '%') {
            int high = text.size - i > 2 ? digit_of(text.bytes[i + 1]) : -1;
            int low = high >= 0 ? digit_of(text.bytes[i + 2]) : -1;
            if (low < 0) {
                return ERR_malformed;
            }
            c = (char)(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)c < 0x20 || c == 0x7f) {
            return ERR_bad_text; /* fields of ours have one line */
        }
        value[size++] = c;
    }
    value[size] = '\0';
    *value_out = value;
    return str_is_utf8((struct str){value, size}) ? OK : ERR_bad_text;
}

enum err form_read(struct arena *arena, struct str body, struct form *form_out)
{
    *form_out = (struct form){0};
    if (body.size > FORM_SIZE_MAX) {
        return ERR_too_long;
    }
    struct str field;
    while (body.size > 0 && str_split(&body, '&', &field)) {
        struct str value = field, name;
        if (form_out->count == FORM_FIELDS_MAX) {
            return ERR_too_many;
        }
        (void)str_split(&value, '=', &name);
        size_t at = form_out->count;
        TRY(decode(arena, name, &form_out->fields[at].name));
        TRY(decode(arena, value, &form_out->fields[at].value));
        for (size_t i = 0; i < at; i++) {
            if (strcmp(form_out->fields[i].name, form_out->fields[at].name) == 0) {
                return ERR_malformed; /* which of the two was checked? */
            }
        }
        form_out->count++;
    }
    return OK;
}

const char *form_value(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0) {
            return form->fields[i].value;
        }
    }
    return "";
}

struct str form_cookie(struct str header, const char *name)
{
    struct str found = STR(""), part;
    bool is_found = false;
    size_t size = strlen(name);
    while (header.size > 0 && str_split(&header, ';', &part)) {
        part = str_trim(part);
        if (part.size > size && memcmp(part.bytes, name, size) == 0 && part.bytes[size] == '=') {
            if (is_found) {
                return STR(""); /* somebody planted a second one */
            }
            is_found = true;
            found = (struct str){part.bytes + size + 1, part.size - size - 1};
        }
    }
    return found;
}
