#include "app/ui/text.h"
#include "tests/app/ui/stage.h"

static const struct text_style ten = {.size_px = 10};

/* Lines joined by '|'. At 10 px a hanzi is 10 wide, a letter 5. */
static const char *broken(struct arena *arena, const char *text, int32_t width, enum text_cut cut,
                          int32_t lines_max, bool *was_cut_out)
{
    struct text_layout layout =
        text_break(arena, &stage_font, ten, str_from(text), width, cut, lines_max);
    struct str_builder out;
    str_builder_init(&out, arena);
    str_add_text(&out, "");
    for (int32_t i = 0; i < layout.line_count; i++) {
        if (i > 0) {
            str_add_char(&out, '|');
        }
        str_add(&out, layout.lines[i].text);
        EXPECT_INT(text_width_px(&stage_font, ten, layout.lines[i].text), layout.lines[i].width_px);
        EXPECT_ROW(text, layout.lines[i].width_px <= layout.width_px);
    }
    *was_cut_out = layout.was_cut;
    return out.text;
}

TEST(test_text_breaks_where_reading_allows)
{
    static const struct {
        const char *name, *text;
        int32_t width;
        const char *lines;
    } rows[] = {
        {"empty", "", 50, ""},
        {"fits", "你好", 20, "你好"},
        {"one pixel short", "你好", 19, "你|好"},
        {"latin at spaces", "one two three", 40, "one two|three"},
        {"space at the end is dropped", "one two", 20, "one|two"},
        {"latin never inside a word", "promise made", 35, "promise|made"},
        {"word wider than the line", "promises", 20, "prom|ises"},
        {"no line starts with a comma", "今天，明天", 20, "今|天，|明天"},
        {"no line starts with a full stop", "今天还款。", 40, "今天还|款。"},
        {"no line ends with a bracket", "电话（本人）", 30, "电话|（本|人）"},
        {"no line ends with a currency sign", "共¥1200", 15, "共|¥12|00"},
        {"amount stays whole", "金额12,800.00元", 45, "金额|12,800.00|元"},
        {"date stays whole", "于 2026-03-09 前", 50, "于|2026-03-09|前"},
        {"mixed", "住3栋2单元", 30, "住3栋2|单元"},
        {"line feed", "一\n二", 50, "一|二"},
        {"line feed at the end opens no line", "一\n", 50, "一"},
        {"empty line between", "一\n\n二", 50, "一||二"},
        {"hyphen", "re-plan", 20, "re-|plan"},
    };
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool was_cut = true;
        const char *lines = broken(&arena, rows[i].text, rows[i].width, TEXT_wrap, 0, &was_cut);
        if (strcmp(lines, rows[i].lines) != 0) {
            fail_msg("row %s: %s", rows[i].name, lines);
        }
        EXPECT_ROW(rows[i].name, !was_cut);
    }
    arena_deinit(&arena);
}

TEST(test_text_is_shortened_where_told)
{
    static const struct {
        const char *name, *text;
        int32_t width;
        enum text_cut cut;
        int32_t lines_max;
        const char *lines;
        bool was_cut;
    } rows[] = {
        {"end fits", "你好吗", 30, TEXT_end, 0, "你好吗", false},
        {"end", "你好吗呀", 35, TEXT_end, 0, "你好吗…", true},
        {"end keeps no blank before the dots", "one two", 25, TEXT_end, 0, "one…", true},
        {"middle fits", "示例路1号", 45, TEXT_middle, 0, "示例路1号", false},
        {"middle", "示例市样本路1号5栋", 55, TEXT_middle, 0, "示例…1号5栋", true},
        {"two lines", "一二三四五六", 25, TEXT_wrap, 2, "一二|三四…", true},
        {"two lines fit", "一二三四", 25, TEXT_wrap, 2, "一二|三四", false},
        {"a feed cuts too", "一\n二", 50, TEXT_end, 0, "一…", true},
        {"no room at all", "你好", 3, TEXT_end, 0, "…", true},
    };
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool was_cut = false;
        const char *lines =
            broken(&arena, rows[i].text, rows[i].width, rows[i].cut, rows[i].lines_max, &was_cut);
        if (strcmp(lines, rows[i].lines) != 0) {
            fail_msg("row %s: %s", rows[i].name, lines);
        }
        EXPECT_ROW(rows[i].name, was_cut == rows[i].was_cut);
    }
    arena_deinit(&arena);
}

/* Goal: nothing is lost or invented. Method: random texts and widths; the lines
 * in order, blanks aside, are the text. */
TEST(test_text_lines_hold_the_whole_text)
{
    static const char *const parts[] = {"你",  "好", "，", "。", "（", "）", " ", "a",
                                        "bc-", "9",  "¥",  "\n", "𠀀", "…",  "-"};
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 7);
    struct arena arena;
    arena_init(&arena, 0);
    for (int round = 0; round < 3000; round++) {
        arena_reset(&arena);
        struct str_builder text;
        str_builder_init(&text, &arena);
        str_add_text(&text, "");
        uint64_t count = rng_below(&rng, 24);
        for (uint64_t i = 0; i < count; i++) {
            str_add_text(&text, parts[rng_below(&rng, COUNT(parts))]);
        }
        int32_t width = (int32_t)rng_below(&rng, 90);
        struct text_layout layout =
            text_break(&arena, &stage_font, ten, str_built(&text), width, TEXT_wrap, 0);
        const char *at = text.text;
        for (int32_t i = 0; i < layout.line_count; i++) {
            struct str line = layout.lines[i].text;
            EXPECT(line.bytes >= at && line.bytes + line.size <= text.text + text.size);
            for (; at < line.bytes; at++) {
                EXPECT(*at == ' ' || *at == '\n');
            }
            at = line.bytes + line.size;
            EXPECT(layout.lines[i].width_px <= width || str_code_count(line) == 1);
        }
        for (; *at != '\0'; at++) {
            EXPECT(*at == ' ' || *at == '\n');
        }
    }
    arena_deinit(&arena);
}

TEST(test_text_knows_its_widest_piece)
{
    EXPECT_INT(35, text_piece_px(&stage_font, ten, STR("a promise to")));
    EXPECT_INT(20, text_piece_px(&stage_font, ten, STR("今天，明天")));
    EXPECT_INT(0, text_piece_px(&stage_font, ten, STR("")));
}
