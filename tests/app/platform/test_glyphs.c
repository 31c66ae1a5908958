#include "app/platform/glyphs.h"
#include "app/ui/icon.h"
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

struct faces {
    struct arena arena;
    struct glyphs *glyphs;
};

static void faces_open(struct faces *faces)
{
    const char *problem = NULL;
    arena_init(&faces->arena, 0);
    if (glyphs_open(&faces->arena, NULL, &faces->glyphs, &problem) != OK) {
        fail_msg("%s", problem);
    }
}

static void faces_close(struct faces *faces)
{
    glyphs_close(faces->glyphs);
    arena_deinit(&faces->arena);
}

static int32_t ink(struct glyph glyph)
{
    int32_t sum = 0;
    for (int32_t y = 0; glyph.coverage != NULL && y < glyph.h; y++) {
        for (int32_t x = 0; x < glyph.w; x++) {
            sum += glyph.coverage[y * glyph.pitch + x];
        }
    }
    return sum;
}

TEST(test_glyphs_every_icon_is_in_the_font)
{
    struct faces faces;
    faces_open(&faces);
    for (enum icon icon = ICON_none + 1; icon < ICON_COUNT; icon++) {
        EXPECT_ROW(icon_name(icon), glyphs_has_icon(faces.glyphs, icon_code(icon)));
        struct glyph glyph = glyphs_icon(faces.glyphs, icon_code(icon), 48);
        EXPECT_ROW(icon_name(icon), ink(glyph) > 0);
        /* Inside its square, counted from the middle of it. */
        EXPECT_ROW(icon_name(icon), glyph.left >= -24 && glyph.left + glyph.w <= 24);
        EXPECT_ROW(icon_name(icon), glyph.top <= 24 && glyph.top - glyph.h >= -24);
        for (enum icon other = ICON_none + 1; other < icon; other++) {
            EXPECT_ROW(icon_name(icon), icon_code(other) != icon_code(icon));
        }
    }
    faces_close(&faces);
}

/* Simplified forms, names' rare characters, currency, arrows; regular and bold.
 * The Chinese face, not the Japanese one, must have been opened: both have the
 * code points, so this asks for a character only Chinese text uses. */
TEST(test_glyphs_show_chinese_names_and_signs)
{
    static const char text[] =
        "陈示例赵钱孙李周吴郑王冯褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华"
        "魏陶姜戚谢邹喻柏窦章贠祎彧翀昶祺禤仉缑亓〇逯㛃𬭚¥→✓…·“"
        "”"
        "（"
        "）"
        "％";
    struct faces faces;
    faces_open(&faces);
    struct str rest = STR(text);
    while (rest.size > 0) {
        const char *at = rest.bytes;
        uint32_t code = str_next_code(&rest);
        EXPECT_ROW(at, glyphs_has(faces.glyphs, code, false));
        EXPECT_ROW(at, glyphs_has(faces.glyphs, code, true));
        EXPECT_ROW(at,
                   ink(glyphs_text(faces.glyphs, code, (struct text_style){.size_px = 20})) > 0);
    }
    faces_close(&faces);
}

/* Goal: no name written with standard characters shows a box, in either weight. */
TEST(test_glyphs_have_every_standard_character)
{
    static char text[64 * 1024];
    FILE *file = fopen(TESTS_FOLDER "/app/platform/standard_characters.txt", "rb");
    EXPECT(file != NULL);
    size_t size = fread(text, 1, sizeof text, file);
    EXPECT_INT(0, fclose(file));
    EXPECT(size < sizeof text);
    struct faces faces;
    faces_open(&faces);
    struct str rest = {text, size};
    struct str line;
    int32_t count = 0;
    int32_t missing = 0;
    while (str_split(&rest, '\n', &line)) {
        while (line.size > 0 && line.bytes[0] != '#') {
            uint32_t code = str_next_code(&line);
            count++;
            missing += !glyphs_has(faces.glyphs, code, false);
            missing += !glyphs_has(faces.glyphs, code, true);
        }
    }
    EXPECT_INT(8105, count);
    EXPECT_INT(0, missing);
    faces_close(&faces);
}

TEST(test_glyphs_bold_is_heavier)
{
    struct faces faces;
    faces_open(&faces);
    int32_t regular = ink(glyphs_text(faces.glyphs, 0x9648, (struct text_style){30, false}));
    int32_t bold = ink(glyphs_text(faces.glyphs, 0x9648, (struct text_style){30, true}));
    EXPECT(bold > regular * 5 / 4);
    faces_close(&faces);
}

TEST(test_glyphs_missing_one_is_a_box_with_its_number)
{
    static const uint32_t codes[] = {0x0E01, 0xE000, 0x1F600, 0x10FFFD, 0xFFFE};
    struct faces faces;
    faces_open(&faces);
    const struct text_font *font = glyphs_font(faces.glyphs);
    int32_t inks[COUNT(codes)];
    for (size_t i = 0; i < COUNT(codes); i++) {
        EXPECT(!glyphs_has(faces.glyphs, codes[i], false));
        for (int32_t size = 12; size <= 90; size += 13) {
            struct glyph glyph =
                glyphs_text(faces.glyphs, codes[i], (struct text_style){.size_px = size});
            EXPECT(glyph.w >= 16 && glyph.w == glyph.h);
            EXPECT(glyph.coverage[0] == 255); /* the frame's corner */
            inks[i] = ink(glyph);
        }
        EXPECT_INT(20 * 64,
                   font->advance_64(font->context, codes[i], (struct text_style){.size_px = 20}));
        for (size_t other = 0; other < i; other++) {
            EXPECT(inks[other] != inks[i]); /* another number in it */
        }
    }
    faces_close(&faces);
}

TEST(test_glyphs_silent_ones_take_no_room)
{
    static const uint32_t codes[] = {'\n', '\t', 0x200B, 0x200D, 0xFE0F, 0xFEFF};
    struct faces faces;
    faces_open(&faces);
    const struct text_font *font = glyphs_font(faces.glyphs);
    for (size_t i = 0; i < COUNT(codes); i++) {
        struct text_style style = {.size_px = 20};
        EXPECT_INT(0, font->advance_64(font->context, codes[i], style));
        EXPECT(glyphs_text(faces.glyphs, codes[i], style).coverage == NULL);
    }
    faces_close(&faces);
}

/* Goal: widths scale, so that a line breaks alike at every density; money lines
 * up, as all digits are equally wide. */
TEST(test_glyphs_widths_are_exact)
{
    struct faces faces;
    faces_open(&faces);
    const struct text_font *font = glyphs_font(faces.glyphs);
    EXPECT_INT(20 * 64, font->advance_64(font->context, 0x4E00, (struct text_style){20, false}));
    EXPECT_INT(37 * 64, font->advance_64(font->context, 0x4E00, (struct text_style){37, true}));
    for (uint32_t digit = '1'; digit <= '9'; digit++) {
        for (int bold = 0; bold < 2; bold++) {
            struct text_style style = {34, bold != 0};
            EXPECT_INT(font->advance_64(font->context, '0', style),
                       font->advance_64(font->context, digit, style));
        }
    }
    faces_close(&faces);
}

/* Goal: the atlas may overflow and nothing is wrong afterwards. */
TEST(test_glyphs_survive_a_full_atlas)
{
    struct faces faces;
    faces_open(&faces);
    struct text_style style = {.size_px = 100};
    int32_t first = ink(glyphs_text(faces.glyphs, 0x4E2D, style));
    for (uint32_t code = 0x4E00; code < 0x4E00 + 900; code++) {
        EXPECT(ink(glyphs_text(faces.glyphs, code, style)) > 0);
    }
    int32_t made = glyphs_made(faces.glyphs);
    EXPECT_INT(first, ink(glyphs_text(faces.glyphs, 0x4E2D, style)));
    EXPECT(glyphs_made(faces.glyphs) == made + 1); /* it had to be drawn again */
    EXPECT_INT(first, ink(glyphs_text(faces.glyphs, 0x4E2D, style)));
    EXPECT(glyphs_made(faces.glyphs) == made + 1);
    faces_close(&faces);
}

/* ---- the file of kept glyphs ---- */

#define KEPT_PATH BUILD_FOLDER "/test_glyphs_kept"

static const char kept_text[] = "0123456789 今日任务已访";
static const struct text_style kept_styles[] = {{20, false}, {26, true}};

static void kept_open(struct faces *faces, const char *text)
{
    faces_open(faces);
    glyphs_kept_load(faces->glyphs, KEPT_PATH, text);
    glyphs_kept_styles(faces->glyphs, kept_styles, COUNT(kept_styles));
}

static int32_t kept_steps(struct faces *faces)
{
    int32_t steps = 0;
    while (glyphs_kept_step(faces->glyphs, 5)) {
        steps++;
    }
    return steps;
}

static bool is_same_glyph(struct glyph a, struct glyph b)
{
    bool is_same = a.w == b.w && a.h == b.h && a.left == b.left && a.top == b.top;
    for (int32_t y = 0; y < a.h && is_same; y++) {
        is_same = memcmp(a.coverage + y * a.pitch, b.coverage + y * b.pitch, (size_t)a.w) == 0;
    }
    return is_same;
}

/* Goal: the second start draws no letter of the set, and every letter and width is the
 * same as drawn; also after the atlas was full. */
TEST(test_glyphs_kept_ones_come_back_from_the_file)
{
    (void)remove(KEPT_PATH);
    struct faces first;
    struct faces second;
    kept_open(&first, kept_text);
    EXPECT(kept_steps(&first) > 3);
    EXPECT(!glyphs_kept_step(first.glyphs, 5));
    kept_open(&second, kept_text);
    for (int32_t round = 0; round < 2; round++) {
        int32_t before = glyphs_made(second.glyphs);
        for (size_t i = 0; i < COUNT(kept_styles); i++) {
            struct str rest = STR(kept_text);
            while (rest.size > 0) {
                uint32_t code = str_next_code(&rest);
                EXPECT(is_same_glyph(glyphs_text(first.glyphs, code, kept_styles[i]),
                                     glyphs_text(second.glyphs, code, kept_styles[i])));
                const struct text_font *fonts[] = {glyphs_font(first.glyphs),
                                                   glyphs_font(second.glyphs)};
                EXPECT_INT(fonts[0]->advance_64(fonts[0]->context, code, kept_styles[i]),
                           fonts[1]->advance_64(fonts[1]->context, code, kept_styles[i]));
            }
        }
        EXPECT_INT(before, glyphs_made(second.glyphs));
        EXPECT(!glyphs_kept_step(second.glyphs, 5));
        for (uint32_t code = 0x5000; code < 0x5000 + 450 && round == 0; code++) {
            (void)glyphs_text(second.glyphs, code, (struct text_style){.size_px = 110});
        }
    }
    faces_close(&first);
    faces_close(&second);
}

/* Goal: what else was drawn, a person's name, never reaches the disk. */
TEST(test_glyphs_kept_file_holds_the_set_and_nothing_else)
{
    static char files[2][1 << 20];
    size_t sizes[2];
    for (size_t i = 0; i < 2; i++) {
        (void)remove(KEPT_PATH);
        struct faces faces;
        kept_open(&faces, kept_text);
        for (uint32_t code = 0x9648; code < 0x9648 + 50 && i == 1; code++) {
            (void)glyphs_text(faces.glyphs, code, kept_styles[0]);
        }
        (void)kept_steps(&faces);
        FILE *file = fopen(KEPT_PATH, "rb");
        EXPECT(file != NULL);
        sizes[i] = fread(files[i], 1, sizeof files[i], file);
        (void)fclose(file);
        faces_close(&faces);
    }
    EXPECT(sizes[0] > 1000 && sizes[0] == sizes[1]);
    EXPECT(memcmp(files[0], files[1], sizes[0]) == 0);
}

/* Goal: a file of other letters, cut anywhere, or with any byte of its head, widths
 * and index changed is passed over, and written anew. */
TEST(test_glyphs_kept_file_is_never_trusted)
{
    static char bytes[1 << 20];
    (void)remove(KEPT_PATH);
    struct faces faces;
    kept_open(&faces, kept_text);
    (void)kept_steps(&faces);
    faces_close(&faces);
    kept_open(&faces, "0123456789 今日任务已访问");
    EXPECT(glyphs_kept_step(faces.glyphs, 1));
    faces_close(&faces);
    FILE *file = fopen(KEPT_PATH, "rb");
    size_t size = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    size_t index_size = 40 + 17 * 2 * 8 + 17 * 2 * 32; /* head, widths, index of 17 letters */
    for (size_t at = 0; at < index_size; at += 13) {
        for (int32_t is_cut = 0; is_cut < 2; is_cut++) {
            bytes[at] ^= 0x10;
            file = fopen(KEPT_PATH, "wb");
            size_t used = is_cut == 1 ? at : size;
            EXPECT(fwrite(bytes, 1, used, file) == used && fclose(file) == 0);
            bytes[at] ^= 0x10;
            kept_open(&faces, kept_text);
            EXPECT(glyphs_kept_step(faces.glyphs, 1));
            faces_close(&faces);
        }
    }
    kept_open(&faces, kept_text);
    (void)kept_steps(&faces);
    faces_close(&faces);
    kept_open(&faces, kept_text);
    EXPECT(!glyphs_kept_step(faces.glyphs, 1));
    faces_close(&faces);
}
