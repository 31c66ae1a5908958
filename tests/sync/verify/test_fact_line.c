/* Goal: what a stranger wrote into a pack is shown as a line of text, and can be nothing else. */
#include "sync/verify/fact_line.h"

#include "tests/lib/test.h"

TEST(test_a_line_shows_text_and_moves_no_cursor)
{
    static const struct {
        const char *row, *text, *shown;
    } rows[] = {
        {"words", "来电 3 次, no answer", "来电 3 次, no answer"},
        {"nothing", "", ""},
        {"a line of its own", "x\nThe pack holds.", "x\xEF\xBF\xBDThe pack holds."},
        {"back to the start", "x\rThe pack holds.", "x\xEF\xBF\xBDThe pack holds."},
        {"a terminal's order", "\x1b[2J", "\xEF\xBF\xBD[2J"},
        {"the same in one sign", "\xC2\x9B\x32J", "\xEF\xBF\xBD\x32J"},
        {"rubbed out", "a\x08\x7f", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"from right to left",
         "\xE2\x80\xAE"
         "001",
         "\xEF\xBF\xBD"
         "001"},
        {"isolated", "\xE2\x81\xA7", "\xEF\xBF\xBD"},
        {"a line's end of another kind", "\xE2\x80\xA8", "\xEF\xBF\xBD"},
        {"no UTF-8", "a\xFF", "a\xEF\xBF\xBD"},
    };
    struct arena arena = {0};
    arena_init(&arena, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].row, strcmp(fact_line_plain(&arena, rows[i].text), rows[i].shown) == 0);
    }
    arena_deinit(&arena);
}

TEST(test_a_note_writes_no_line_of_its_own)
{
    static const char NOTE[] = "nobody\nThe pack holds \x1b[1m";
    struct arena arena = {0};
    arena_init(&arena, 0);
    ds_Event *event = ARENA_NEW(&arena, ds_Event);
    event->which_kind = ds_Event_note_added_tag;
    memcpy(event->kind.note_added.note, NOTE, sizeof NOTE);
    const char *line = fact_line(&arena, LANG_en, event);
    EXPECT(strstr(line, "nobody") != NULL); /* the note is shown */
    EXPECT(strpbrk(line, "\n\x1b") == NULL);
    arena_deinit(&arena);
}
