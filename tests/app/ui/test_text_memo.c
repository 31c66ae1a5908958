/* What is remembered of a text is what measuring it anew would say. */
#include "app/ui/text_memo.h"
#include "tests/app/ui/stage.h"

static const struct text_style ten = {.size_px = 10};
static const struct text_style bold = {.size_px = 10, .is_bold = true};
static const struct text_style twelve = {.size_px = 12};

static struct text_memo memo;

static void expect_measured(const char *text, struct text_style style, bool is_line)
{
    struct str whole = str_from(text);
    int32_t widest = 0;
    struct str rest = whole;
    struct str line;
    while (str_split(&rest, '\n', &line)) {
        int32_t width = text_width_px(&stage_font, style, line);
        widest = width > widest ? width : widest;
    }
    for (int turn = 0; turn < 2; turn++) { /* measured, then remembered */
        struct text_measured found = text_memo_measure(&memo, &stage_font, style, whole);
        EXPECT_ROW(text, found.width_px == widest);
        EXPECT_ROW(text, found.piece_px == text_piece_px(&stage_font, style, whole));
        EXPECT_ROW(text, found.is_line == is_line);
    }
}

TEST(test_a_remembered_text_measures_as_before)
{
    static const struct {
        const char *text;
        bool is_line;
    } rows[] = {
        {"", true},
        {"你好", true},
        {"a promise to pay", true},
        {"12345678", true},
        {"123456789", true},
        {"ends with a blank ", false},
        {"two\nlines", false},
        {"ends with a feed\n", false},
        {"¥57,740.05", true},
    };
    memset(&memo, 0, sizeof memo);
    for (size_t i = 0; i < COUNT(rows); i++) {
        expect_measured(rows[i].text, ten, rows[i].is_line);
        expect_measured(rows[i].text, bold, rows[i].is_line);
        expect_measured(rows[i].text, twelve, rows[i].is_line);
    }
}

TEST(test_more_texts_than_there_is_room_for_are_measured_right)
{
    struct arena arena;
    arena_init(&arena, 0);
    memset(&memo, 0, sizeof memo);
    for (int i = 0; i < 4 * TEXT_MEMO_SLOTS; i++) {
        const char *text = str_format(&arena, "%d 户 %d", i, i * 7919);
        expect_measured(text, i % 2 == 0 ? ten : bold, true);
    }
    arena_deinit(&arena);
}

/* A line that fits is laid out without breaking it: the layout must be the same. */
TEST(test_a_line_that_fits_is_what_breaking_gives)
{
    static const char *const texts[] = {"你好", "one two", "¥57,740.05", "2026-11-22",
                                        "（甲）、乙"};
    struct arena arena;
    arena_init(&arena, 0);
    memset(&memo, 0, sizeof memo);
    for (size_t i = 0; i < COUNT(texts); i++) {
        for (int cut = TEXT_wrap; cut <= TEXT_middle; cut++) {
            struct str text = str_from(texts[i]);
            struct text_measured found = text_memo_measure(&memo, &stage_font, ten, text);
            struct text_layout layout =
                text_break(&arena, &stage_font, ten, text, found.width_px, (enum text_cut)cut, 0);
            EXPECT_ROW(texts[i], found.is_line && layout.line_count == 1 && !layout.was_cut);
            EXPECT_ROW(texts[i], str_equal(layout.lines[0].text, text));
            EXPECT_ROW(texts[i], layout.lines[0].width_px == found.width_px);
        }
    }
    arena_deinit(&arena);
}
