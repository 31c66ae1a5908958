#include "app/ui/text_memo.h"

#include <string.h>

static uint64_t mixed(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9FB21C651E98DF25U;
    return hash ^ hash >> 32;
}

static uint64_t hash_of(struct text_style style, struct str text)
{
    uint64_t hash = mixed(0x8422D1CE4E5B9E37U,
                          (uint64_t)(uint32_t)style.size_px << 1 | (style.is_bold ? 1 : 0));
    size_t at = 0;
    for (; at + 8 <= text.size; at += 8) {
        uint64_t eight;
        memcpy(&eight, text.bytes + at, sizeof eight);
        hash = mixed(hash, eight);
    }
    uint64_t rest = 0;
    for (; at < text.size; at++) {
        rest = rest << 8 | (unsigned char)text.bytes[at];
    }
    hash = mixed(mixed(hash, rest), text.size);
    return hash != 0 ? hash : 1;
}

static struct text_measured measure(const struct text_font *font, struct text_style style,
                                    struct str text)
{
    struct text_measured measured = {0};
    struct str rest = text;
    struct str line;
    int32_t line_count = 0;
    while (str_split(&rest, '\n', &line)) {
        int32_t width_px = text_width_px(font, style, line);
        measured.width_px = width_px > measured.width_px ? width_px : measured.width_px;
        line_count++;
    }
    measured.piece_px = text_piece_px(font, style, text);
    char last = text.size > 0 ? text.bytes[text.size - 1] : '\0';
    measured.is_line = line_count == 1 && last != ' ' && last != '\n';
    return measured;
}

struct text_measured text_memo_measure(struct text_memo *memo, const struct text_font *font,
                                       struct text_style style, struct str text)
{
    uint64_t hash = hash_of(style, text);
    size_t slot = hash & (TEXT_MEMO_SLOTS - 1);
    if (memo->slots[slot].hash != hash) {
        memo->slots[slot].measured = measure(font, style, text);
        memo->slots[slot].hash = hash;
    }
    return memo->slots[slot].measured;
}
