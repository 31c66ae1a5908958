#include "app/i18n/lang_letters.h"

#include "app/i18n/texts.h"

#include <stdlib.h>

enum { CODES_END = 0x10000, ASCII_FIRST = 0x20, ASCII_END = 0x7F };

struct letter {
    uint32_t code, count;
};

static int order(const void *a, const void *b)
{
    const struct letter *x = a;
    const struct letter *y = b;
    if (x->count != y->count) {
        return x->count > y->count ? -1 : 1;
    }
    return x->code < y->code ? -1 : 1;
}

const char *lang_letters(struct arena *arena, enum lang lang)
{
    struct arena task;
    arena_init(&task, 0);
    struct letter *letters = ARENA_ARRAY(&task, CODES_END, struct letter);
    for (size_t i = 0; i < TEXTS_COUNT; i++) {
        struct str rest = str_from(texts_rows[i].text[lang]);
        while (rest.size > 0) {
            uint32_t code = str_next_code(&rest);
            if (code >= ASCII_END && code < CODES_END) {
                letters[code].code = code;
                letters[code].count++;
            }
        }
    }
    size_t count = 0;
    for (size_t code = 0; code < CODES_END; code++) {
        if (letters[code].count > 0) {
            letters[count++] = letters[code];
        }
    }
    qsort(letters, count, sizeof *letters, order);
    struct str_builder out;
    str_builder_init(&out, arena);
    for (uint32_t code = ASCII_FIRST; code < ASCII_END; code++) {
        str_add_char(&out, (char)code);
    }
    for (size_t i = 0; i < count && i < LANG_LETTERS_MAX - (ASCII_END - ASCII_FIRST); i++) {
        char bytes[4];
        str_add(&out, (struct str){bytes, str_put_code(bytes, letters[i].code)});
    }
    arena_deinit(&task);
    return out.text;
}
