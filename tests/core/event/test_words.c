#include "tests/core/event/sample.h"
#include "tests/lib/test.h"
#include "tests/lib/texts.h"

/* Every {placeholder} of the words is a value that the fact gives. */
static void expect_given(const char *row, const struct event_words *words, const char *text,
                         size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '{') {
            continue;
        }
        bool is_given = false;
        for (size_t v = 0; v < words->count; v++) {
            size_t length = strlen(words->values[v].name);
            is_given = is_given || (strncmp(&text[i + 1], words->values[v].name, length) == 0 &&
                                    text[i + 1 + length] == '}');
        }
        EXPECT_ROW(row, is_given);
    }
}

TEST(test_every_kind_has_words_in_both_languages_that_ask_for_what_it_gives)
{
    for (size_t l = 0; l < COUNT(test_languages); l++) {
        const char *texts = test_texts(TESTS_FOLDER, test_languages[l]);
        for (size_t i = 0; i < COUNT(sample_kinds); i++) {
            ds_Event event = sample_event(sample_kinds[i]);
            struct event_words words;
            event_describe(&event, &words);
            size_t size = 0;
            const char *text = test_text_of(texts, words.key, &size);
            EXPECT_ROW(words.key, text != NULL);
            expect_given(words.key, &words, text, size);
            for (size_t v = 0; v < words.count; v++) {
                enum event_value type = words.values[v].type;
                bool is_text = type == EVENT_VALUE_text || type == EVENT_VALUE_key;
                EXPECT_ROW(words.key, is_text == (words.values[v].text != NULL));
            }
        }
        ds_Event taken_back = sample_event(EVENT_correction);
        taken_back.kind.correction.is_withdrawn = true;
        struct event_words words;
        event_describe(&taken_back, &words);
        EXPECT_TEXT("event.correction_withdrawn", words.key);
        size_t size = 0;
        EXPECT(test_text_of(texts, words.key, &size) != NULL);
        EXPECT(test_text_of(texts, "event.unknown", &size) != NULL);
        EXPECT(test_text_of(texts, "value.none", &size) != NULL);
    }
}

TEST(test_every_fault_has_words)
{
    static const char *const keys[] = {
        "fault.required",     "fault.unknown_code",  "fault.out_of_range",
        "fault.order",        "fault.sum",           "fault.statement",
        "fault.either",       "fault.case_required", "fault.case_not_allowed",
        "fault.unknown_kind",
    };
    for (size_t l = 0; l < COUNT(test_languages); l++) {
        const char *texts = test_texts(TESTS_FOLDER, test_languages[l]);
        for (size_t i = 0; i < COUNT(keys); i++) {
            size_t size = 0;
            EXPECT_ROW(keys[i], test_text_of(texts, keys[i], &size) != NULL);
        }
    }
}
