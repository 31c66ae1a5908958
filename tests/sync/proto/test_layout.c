#include "sync/proto/layout.h"
#include "tests/lib/test.h"

#include <stdio.h>

/* Rows stand in the order in which they must go. */
TEST(test_alarm_before_joining_before_text_before_photos)
{
    static const char *const rows[] = {
        "0-00000000000000000900-00000000000000ff.env", /* an alarm, however late */
        "00000000000000000000-0123456789abcdef.env",   /* an old program's enrolment */
        "1-00000000000000000007-0000000000000001.env",
        "00000000000000000041-0123456789abcdef.env", /* an old program's batch */
        "2-00000000000000000042-0000000000000009.env",
        "2-00000000000000000042-000000000000000a.env",
        "2-00000000000000000100-0000000000000000.env",
        "3-00000000000000000001-0000000000000000.env",
        "3-18446744073709551615-ffffffffffffffff.env",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t j = 0; j < COUNT(rows); j++) {
            struct layout_name a;
            struct layout_name b;
            EXPECT_ROW(rows[i], layout_read(rows[i], LAYOUT_ENVELOPE, &a));
            EXPECT_ROW(rows[j], layout_read(rows[j], LAYOUT_ENVELOPE, &b));
            int order = layout_compare(&a, &b);
            EXPECT_ROW(rows[i], i < j ? order < 0 : i > j ? order > 0 : order == 0);
        }
    }
}

TEST(test_a_name_is_written_as_it_is_read)
{
    static const struct layout_name rows[] = {
        {LAYOUT_CLASS_alarm, 1, 0},
        {LAYOUT_CLASS_join, 0, UINT64_MAX},
        {LAYOUT_CLASS_text, 42, 0x0123456789abcdef},
        {LAYOUT_CLASS_photo, UINT64_MAX, 7},
        {LAYOUT_CLASS_keys, 1, 8},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char stem[LAYOUT_STEM_SIZE];
        char name[LAYOUT_STEM_SIZE + 8];
        struct layout_name read;
        layout_stem(stem, &rows[i]);
        snprintf(name, sizeof name, "%s%s", stem, LAYOUT_ANSWER);
        EXPECT_ROW(name, layout_read(name, LAYOUT_ANSWER, &read));
        EXPECT_ROW(name, read.class_ == rows[i].class_ && read.seq == rows[i].seq &&
                             read.tag == rows[i].tag);
        EXPECT_ROW(name, !layout_read(name, LAYOUT_ENVELOPE, &read));
    }
}

TEST(test_other_names_are_not_taken_for_envelopes)
{
    static const char *const rows[] = {
        "",
        ".env",
        "note.env",
        "5-00000000000000000042-0000000000000009.env",
        "x-00000000000000000042-0000000000000009.env",
        "2_00000000000000000042-0000000000000009.env",
        "2-0000000000000000042-0000000000000009.env",
        "2-00000000000000000042-000000000000000A.env",
        "2-00000000000000000042_0000000000000009.env",
        "2-18446744073709551616-0000000000000009.env",
        "2-0000000000000000004x-0000000000000009.env",
        "2-00000000000000000042-0000000000000009.env.tmp",
        "2-00000000000000000042-0000000000000009.ENV",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct layout_name read;
        EXPECT_ROW(rows[i], !layout_read(rows[i], LAYOUT_ENVELOPE, &read));
    }
}
