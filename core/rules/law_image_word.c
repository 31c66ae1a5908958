/* Words that a note should not need (rule C02), as the image carries them. */
#include "core/rules/law_image.h"

/* Little-endian: the node to go on with; 0 none. */
static size_t node_at(const uint8_t bytes[2])
{
    return (size_t)bytes[0] | (size_t)bytes[1] << 8;
}

static uint8_t folded(char c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool law_image_has_word(const struct law_image *image, struct str note)
{
    for (size_t from = 0; image->word_count > 0 && from < note.size; from++) {
        size_t node = 0;
        size_t at = from;
        while (at < note.size) {
            const uint8_t *row = image->words + node * LAW_WORD_SIZE;
            if (row[0] != folded(note.bytes[at])) {
                node = node_at(row + 4);
                if (node == 0) {
                    break;
                }
                continue;
            }
            if (row[1] != 0) {
                return true;
            }
            node = node_at(row + 2);
            if (node == 0) {
                break;
            }
            at++;
        }
    }
    return false;
}
