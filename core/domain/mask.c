#include "core/domain/mask.h"

/* Keeps `head` and `tail` code points and puts one star for each between. */
static const char *mask_middle(char text[MASK_TEXT_SIZE], const char *value, size_t head,
                               size_t tail)
{
    struct str rest = str_from(value);
    size_t count = str_code_count(rest);
    size_t at = 0;
    for (size_t i = 0; i < count && at + 5 < MASK_TEXT_SIZE; i++) {
        uint32_t code = str_next_code(&rest);
        bool is_shown = i < head || i + tail >= count;
        at += str_put_code(text + at, is_shown ? code : '*');
    }
    text[at] = '\0';
    return text;
}

const char *mask_phone(char text[MASK_TEXT_SIZE], const char *phone)
{
    size_t count = str_code_count(str_from(phone));
    return count >= 11 ? mask_middle(text, phone, 3, 4) : mask_middle(text, phone, 0, 2);
}

const char *mask_id_number(char text[MASK_TEXT_SIZE], const char *id_number)
{
    size_t count = str_code_count(str_from(id_number));
    return count >= 15 ? mask_middle(text, id_number, 3, 4) : mask_middle(text, id_number, 0, 2);
}

const char *mask_name(char text[MASK_TEXT_SIZE], const char *name)
{
    return mask_middle(text, name, 1, 0);
}
