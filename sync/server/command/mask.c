/* Stars for what a role does not need. */
#include "sync/server/command/mask.h"

enum { FRONT = 3, BEHIND = 2 };

const char *mask_name(struct arena *arena, struct str name)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    struct str rest = name;
    for (size_t i = 0; rest.size > 0; i++) {
        struct str before = rest;
        (void)str_next_code(&rest);
        if (i == 0) {
            str_add(&text, (struct str){before.bytes, before.size - rest.size});
        } else {
            str_add_char(&text, '*');
        }
    }
    return str_text(arena, str_built(&text));
}

const char *mask_number(struct arena *arena, struct str number)
{
    struct str_builder text;
    str_builder_init(&text, arena);
    for (size_t i = 0; i < number.size; i++) {
        bool is_shown =
            number.size > 2 * (FRONT + BEHIND) - 3 && (i < FRONT || i + BEHIND >= number.size);
        str_add_char(&text,
                     is_shown && (unsigned char)number.bytes[i] < 0x80 ? number.bytes[i] : '*');
    }
    return str_text(arena, str_built(&text));
}
