/* Facts as people read them: each kind has a name of its own in every language, so that a file with
 * its words hidden is still read; what nobody here understands says so. */
#include "sync/server/command/fact_words.h"
#include "tests/lib/test.h"

#include <string.h>

static const enum event_kind kinds[] = {
#define EVENT(number, name, Name, origin, about) EVENT_##name,
#include "core/event/events.def"
#undef EVENT
};

static const char *name_of(struct arena *arena, enum lang lang, enum event_kind kind)
{
    const struct command_context context = {.arena = arena, .lang = lang};
    const ds_Event event = {.which_kind = (pb_size_t)kind};
    return fact_words_kind(&context, &event);
}

TEST(test_every_kind_of_fact_has_a_name_of_its_own_in_every_language)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        for (size_t i = 0; i < COUNT(kinds); i++) {
            const char *name = name_of(&arena, (enum lang)lang, kinds[i]);
            const char *machine = event_kind_name(kinds[i]);
            EXPECT_ROW(machine, name[0] != '\0' && strchr(name, '_') == NULL);
            EXPECT_ROW(machine, lang != LANG_zh || (unsigned char)name[0] >= 0x80);
            for (size_t k = 0; k < i; k++) {
                EXPECT_ROW(machine, strcmp(name, name_of(&arena, (enum lang)lang, kinds[k])) != 0);
            }
        }
    }
    arena_deinit(&arena);
}

TEST(test_a_kind_of_a_newer_tablet_is_said_not_to_be_understood)
{
    struct arena arena;
    arena_init(&arena, 0);
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        EXPECT_TEXT(lang_text((enum lang)lang, "hq.review.not_understood"),
                    name_of(&arena, (enum lang)lang, EVENT_none));
    }
    arena_deinit(&arena);
}
