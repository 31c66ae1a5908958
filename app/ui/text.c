#include "app/ui/text.h"

#include <string.h>

/* Kinsoku for simplified Chinese (GB/T 15834): what may not begin a line. */
static bool is_never_first(uint32_t code)
{
    switch (code) {
    case 0x2019: /* ’ */
    case 0x201D: /* ” */
    case 0x2026: /* … */
    case 0x2014: /* — */
    case 0x3001: /* 、 */
    case 0x3002: /* 。 */
    case 0x3009:
    case 0x300B:
    case 0x300D:
    case 0x300F:
    case 0x3011:
    case 0x3015:
    case 0x3017:
    case 0xFF01:
    case 0xFF05:
    case 0xFF09:
    case 0xFF0C:
    case 0xFF0E:
    case 0xFF1A:
    case 0xFF1B:
    case 0xFF1F:
    case 0xFF3D:
    case 0xFF5D:
    case 0xFF5E:
    case 0x00B7: /* · */
    case '!':
    case '%':
    case ')':
    case ',':
    case '.':
    case ':':
    case ';':
    case '?':
    case ']':
    case '}':
        return true;
    default:
        return false;
    }
}

/* What may not end a line. */
static bool is_never_last(uint32_t code)
{
    switch (code) {
    case 0x2018: /* ‘ */
    case 0x201C: /* “ */
    case 0x3008:
    case 0x300A:
    case 0x300C:
    case 0x300E:
    case 0x3010:
    case 0x3014:
    case 0x3016:
    case 0xFF08:
    case 0xFF3B:
    case 0xFF5B:
    case 0xFFE5: /* ￥ */
    case 0x00A5: /* ¥ */
    case '(':
    case '[':
    case '{':
    case '$':
        return true;
    default:
        return false;
    }
}

static bool is_cjk(uint32_t code)
{
    return (code >= 0x2E80 && code <= 0x9FFF) || (code >= 0xF900 && code <= 0xFAFF) ||
           (code >= 0xFF00 && code <= 0xFFEF) || (code >= 0x20000 && code <= 0x3FFFF) ||
           code == 0x2014 || code == 0x2026 || code == 0x2018 || code == 0x2019 || code == 0x201C ||
           code == 0x201D;
}

/* Whether a line may end between two neighbours. */
static bool can_break(uint32_t before, uint32_t after)
{
    if (after == ' ' || after == '\n') {
        return false; /* the space stays with the line it ends */
    }
    if (before == ' ') {
        return true;
    }
    if (is_never_last(before) || is_never_first(after)) {
        return false;
    }
    if (before == '-') {
        return !(after >= '0' && after <= '9'); /* not inside 2026-03-09 */
    }
    return is_cjk(before) || is_cjk(after);
}

static int32_t advance(const struct text_font *font, struct text_style style, uint32_t code)
{
    return code == '\n' ? 0 : font->advance_64(font->context, code, style);
}

static int64_t advance_all(const struct text_font *font, struct text_style style, struct str text)
{
    int64_t sum = 0;
    while (text.size > 0) {
        sum += advance(font, style, str_next_code(&text));
    }
    return sum;
}

static int32_t px_up(int64_t advance_64)
{
    return (int32_t)((advance_64 + 63) / 64);
}

int32_t text_width_px(const struct text_font *font, struct text_style style, struct str text)
{
    return px_up(advance_all(font, style, text));
}

/* Takes the next unbreakable piece off `rest`, trailing spaces and the line
 * feed that ends it included; `is_line_end_out` tells the latter. `width_out`
 * leaves trailing spaces out, `full_out` has them, both in 1/64 pixel. */
static struct str piece_next(const struct text_font *font, struct text_style style,
                             struct str *rest, int64_t *width_out, int64_t *full_out,
                             bool *is_line_end_out)
{
    struct str piece = {rest->bytes, 0};
    *width_out = 0;
    *full_out = 0;
    *is_line_end_out = false;
    uint32_t before = 0;
    while (rest->size > 0) {
        struct str peek = *rest;
        uint32_t code = str_next_code(&peek);
        if (before != 0 && can_break(before, code)) {
            break;
        }
        *rest = peek;
        piece.size = (size_t)(rest->bytes - piece.bytes);
        if (code == '\n') {
            *is_line_end_out = true;
            break;
        }
        *full_out += advance(font, style, code);
        if (code != ' ') {
            *width_out = *full_out;
        }
        before = code;
    }
    return piece;
}

int32_t text_piece_px(const struct text_font *font, struct text_style style, struct str text)
{
    int64_t widest = 0;
    while (text.size > 0) {
        int64_t width = 0;
        int64_t full = 0;
        bool is_line_end = false;
        (void)piece_next(font, style, &text, &width, &full, &is_line_end);
        widest = width > widest ? width : widest;
    }
    return px_up(widest);
}

static struct str without_end_blanks(struct str text)
{
    while (text.size > 0 &&
           (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\n')) {
        text.size--;
    }
    return text;
}

/* Longest beginning of `text` no wider than `width_64`, at least one character
 * when `has_one`. */
static struct str beginning(const struct text_font *font, struct text_style style, struct str text,
                            int64_t width_64, bool has_one)
{
    struct str rest = text;
    size_t size = 0;
    int64_t sum = 0;
    while (rest.size > 0) {
        sum += advance(font, style, str_next_code(&rest));
        if (sum > width_64 && !(has_one && size == 0)) {
            break;
        }
        size = (size_t)(rest.bytes - text.bytes);
    }
    return (struct str){text.bytes, size};
}

/* Longest end of `text` no wider than `width_64`. */
static struct str ending(const struct text_font *font, struct text_style style, struct str text,
                         int64_t width_64)
{
    int64_t left = advance_all(font, style, text);
    while (text.size > 0 && left > width_64) {
        left -= advance(font, style, str_next_code(&text));
    }
    return text;
}

struct lines {
    struct arena *arena;
    struct text_line *lines;
    int32_t count, capacity;
};

static void lines_add(struct lines *lines, struct str text, int32_t width_px)
{
    if (lines->count == lines->capacity) {
        int32_t capacity = lines->capacity == 0 ? 4 : lines->capacity * 2;
        struct text_line *grown = ARENA_ARRAY(lines->arena, (size_t)capacity, struct text_line);
        if (lines->count > 0) {
            memcpy(grown, lines->lines, (size_t)lines->count * sizeof *grown);
        }
        lines->lines = grown;
        lines->capacity = capacity;
    }
    lines->lines[lines->count++] = (struct text_line){text, width_px};
}

static void wrap(struct lines *lines, const struct text_font *font, struct text_style style,
                 struct str text, int64_t width_64)
{
    struct str rest = text;
    struct str line = {text.bytes, 0};
    int64_t line_64 = 0; /* with the spaces that would follow */
    while (rest.size > 0) {
        int64_t width = 0;
        int64_t full = 0;
        bool is_line_end = false;
        struct str piece = piece_next(font, style, &rest, &width, &full, &is_line_end);
        if (line.size > 0 && line_64 + width > width_64) {
            struct str done = without_end_blanks(line);
            lines_add(lines, done, text_width_px(font, style, done));
            line = (struct str){piece.bytes, 0};
            line_64 = 0;
        }
        while (width > width_64) { /* one piece wider than the line: anywhere */
            struct str part = beginning(font, style, piece, width_64, true);
            if (part.size == piece.size) {
                break;
            }
            lines_add(lines, part, text_width_px(font, style, part));
            piece.bytes += part.size;
            piece.size -= part.size;
            line.bytes = piece.bytes;
            full = advance_all(font, style, piece);
            width = advance_all(font, style, without_end_blanks(piece));
        }
        line.size += piece.size;
        line_64 += full;
        if (is_line_end) {
            struct str done = without_end_blanks(line);
            lines_add(lines, done, text_width_px(font, style, done));
            line = (struct str){rest.bytes, 0};
            line_64 = 0;
            if (rest.size == 0) {
                return; /* a feed at the very end opens no line */
            }
        }
    }
    struct str done = without_end_blanks(line);
    lines_add(lines, done, text_width_px(font, style, done));
}

static const char DOTS[] = "…";

static struct str joined(struct arena *arena, struct str a, struct str b)
{
    char *text = arena_alloc(arena, a.size + b.size + sizeof DOTS);
    memcpy(text, a.bytes, a.size);
    memcpy(text + a.size, DOTS, sizeof DOTS - 1);
    if (b.size > 0) {
        memcpy(text + a.size + sizeof DOTS - 1, b.bytes, b.size);
    }
    return (struct str){text, a.size + b.size + sizeof DOTS - 1};
}

/* `text` shortened with … to `width_64`. */
static struct str shortened(struct arena *arena, const struct text_font *font,
                            struct text_style style, struct str text, int64_t width_64,
                            enum text_cut cut)
{
    int64_t left = width_64 - advance(font, style, 0x2026);
    if (left < 0) {
        left = 0;
    }
    if (cut == TEXT_end) {
        struct str head = beginning(font, style, text, left, false);
        return joined(arena, without_end_blanks(head), (struct str){"", 0});
    }
    struct str head = beginning(font, style, text, left / 2, false);
    struct str rest = {text.bytes + head.size, text.size - head.size};
    struct str tail = ending(font, style, rest, left - advance_all(font, style, head));
    return joined(arena, head, tail);
}

struct text_layout text_break(struct arena *arena, const struct text_font *font,
                              struct text_style style, struct str text, int32_t width_px,
                              enum text_cut cut, int32_t lines_max)
{
    int64_t width_64 = (int64_t)(width_px < 0 ? 0 : width_px) * 64;
    struct lines lines = {.arena = arena};
    struct text_layout layout = {0};
    bool is_limited = cut != TEXT_wrap || lines_max > 0;
    int32_t most = lines_max > 0 ? lines_max : 1;

    if (cut == TEXT_middle && most == 1 && memchr(text.bytes, '\n', text.size) == NULL) {
        int64_t whole = advance_all(font, style, text);
        struct str line = text;
        if (whole > width_64) {
            line = shortened(arena, font, style, text, width_64, TEXT_middle);
            layout.was_cut = true;
        }
        lines_add(&lines, line, text_width_px(font, style, line));
    } else {
        wrap(&lines, font, style, text, width_64);
        if (is_limited && lines.count > most) {
            struct text_line *last = &lines.lines[most - 1];
            const char *end = text.bytes + text.size;
            struct str rest = {last->text.bytes, (size_t)(end - last->text.bytes)};
            const char *feed = memchr(rest.bytes, '\n', rest.size);
            if (feed != NULL) {
                rest.size = (size_t)(feed - rest.bytes);
            }
            int64_t room = width_64;
            if (advance_all(font, style, rest) + advance(font, style, 0x2026) <= room) {
                last->text = joined(arena, rest, (struct str){"", 0});
            } else {
                last->text = shortened(arena, font, style, rest, room, TEXT_end);
            }
            last->width_px = text_width_px(font, style, last->text);
            lines.count = most;
            layout.was_cut = true;
        }
    }
    layout.lines = lines.lines;
    layout.line_count = lines.count;
    for (int32_t i = 0; i < lines.count; i++) {
        if (lines.lines[i].width_px > layout.width_px) {
            layout.width_px = lines.lines[i].width_px;
        }
    }
    return layout;
}

int32_t text_baseline_px(struct text_style style, int32_t line_px)
{
    /* A hanzi's body reaches 0.88 em above and 0.12 em below the baseline. */
    return (line_px - style.size_px) / 2 + (style.size_px * 88 + 50) / 100;
}
