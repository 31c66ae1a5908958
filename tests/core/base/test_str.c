#include "tests/lib/test.h"

#include "core/base/str.h"

/* Goal: numbers are read strictly, with both edges of int64 and one beyond. */
TEST(test_numbers_are_strict_to_the_last_digit)
{
    static const struct {
        const char *text;
        enum err err;
        int64_t value;
    } rows[] = {
        {"0", OK, 0},
        {"-0", OK, 0},
        {"12", OK, 12},
        {"9223372036854775807", OK, INT64_MAX},
        {"9223372036854775808", ERR_out_of_range, 0},
        {"-9223372036854775808", OK, INT64_MIN},
        {"-9223372036854775809", ERR_out_of_range, 0},
        {"", ERR_bad_number, 0},
        {"-", ERR_bad_number, 0},
        {"+1", ERR_bad_number, 0},
        {" 1", ERR_bad_number, 0},
        {"1 ", ERR_bad_number, 0},
        {"1.0", ERR_bad_number, 0},
        {"0x1", ERR_bad_number, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t value = 0;
        enum err err = str_to_i64(str_from(rows[i].text), &value);
        EXPECT_ROW(rows[i].text, err == rows[i].err && (err != OK || value == rows[i].value));
    }
}

TEST(test_only_well_formed_utf8_passes)
{
    static const struct {
        const char *name;
        struct str text;
        bool is_good;
    } rows[] = {
        {"ascii", STR("abc"), true},
        {"hanzi", STR("催收"), true},
        {"ext B", STR("\xF0\xA0\x80\x80"), true},
        {"highest", STR("\xF4\x8F\xBF\xBF"), true},
        {"past the highest", STR("\xF4\x90\x80\x80"), false},
        {"overlong slash", STR("\xC0\xAF"), false},
        {"overlong three", STR("\xE0\x80\xAF"), false},
        {"surrogate", STR("\xED\xA0\x80"), false},
        {"cut", STR("\xE5\x82"), false},
        {"lone tail", STR("\x80"), false},
        {"NUL", STR("a\0b"), false},
        {"empty", STR(""), true},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].name, str_is_utf8(rows[i].text) == rows[i].is_good);
        /* Plain text is passed in larger steps: the same answer wherever in it the row stands. */
        for (size_t before = 0; before <= 18; before++) {
            for (size_t after = 0; after <= 9; after++) {
                char bytes[64];
                memset(bytes, before % 2 == 0 ? 'a' : 0x7F, sizeof bytes);
                memcpy(bytes + before, rows[i].text.bytes, rows[i].text.size);
                struct str text = {bytes, before + rows[i].text.size + after};
                EXPECT_ROW(rows[i].name, str_is_utf8(text) == rows[i].is_good);
            }
        }
    }
}

TEST(test_every_code_point_survives_writing_and_reading)
{
    for (uint32_t code = 1; code <= 0x10FFFF; code++) {
        if (code >= 0xD800 && code <= 0xDFFF) {
            continue;
        }
        char bytes[4];
        struct str text = {bytes, str_put_code(bytes, code)};
        EXPECT(str_is_utf8(text));
        EXPECT(str_next_code(&text) == code && text.size == 0);
    }
}

TEST(test_a_copy_is_never_cut_inside_a_character)
{
    static const struct {
        size_t size;
        const char *kept;
        bool is_whole;
    } rows[] = {{1, "", false},    {2, "a", false},   {3, "a", false},   {4, "a", false},
                {5, "a催", false}, {7, "a催", false}, {8, "a催收", true}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char copy[16];
        bool is_whole = str_copy(copy, rows[i].size, STR("a催收"));
        EXPECT_ROW(rows[i].kept, is_whole == rows[i].is_whole && strcmp(copy, rows[i].kept) == 0);
    }
}

TEST(test_split_gives_every_field_also_empty_ones)
{
    struct str rest = STR("a,,b,");
    static const char *const fields[] = {"a", "", "b", ""};
    struct str field;
    for (size_t i = 0; i < COUNT(fields); i++) {
        EXPECT(str_split(&rest, ',', &field));
        EXPECT_ROW(fields[i], str_is(field, fields[i]));
    }
    EXPECT(!str_split(&rest, ',', &field));
}

TEST(test_a_builder_grows_and_stays_ended)
{
    struct arena arena;
    arena_init(&arena, 64);
    struct str_builder builder;
    str_builder_init(&builder, &arena);
    for (int i = 0; i < 1000; i++) {
        str_add_format(&builder, "%d,", i);
    }
    EXPECT_INT(strlen(builder.text), builder.size);
    EXPECT(str_contains(str_built(&builder), STR(",999,")));
    EXPECT(!str_contains(str_built(&builder), STR("1000")));
    arena_deinit(&arena);
}
