/* tests/lib/texts.h -- reads a file of texts (assets/i18n) for tests of rooms that may
 * not use app/i18n: does every key of a list have its words in both languages, and do
 * the words ask only for what is given? */
#pragma once

#include "tests/lib/test.h"

#include <stdio.h>

enum { TESTS_TEXTS_SIZE = 256 * 1024 };

static const char *const test_languages[] = {"zh_CN", "en"};

/* The whole of assets/i18n/<language>/<area>.po, in static storage until the next call. */
static inline const char *test_texts(const char *tests_folder, const char *language,
                                     const char *area)
{
    static char texts[TESTS_TEXTS_SIZE];
    char path[1024];
    snprintf(path, sizeof path, "%s/../assets/i18n/%s/%s.po", tests_folder, language, area);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("no texts %s", path);
        return "";
    }
    size_t size = fread(texts, 1, sizeof texts - 1, file);
    fclose(file);
    CHECK(size < sizeof texts - 1);
    texts[size] = '\0';
    return texts;
}

/* The words of `key`, up to their closing quote; NULL when there are none. */
static inline const char *test_text_of(const char *texts, const char *key, size_t *size_out)
{
    char line[256];
    snprintf(line, sizeof line, "msgid \"%s\"\nmsgstr \"", key);
    const char *at = strstr(texts, line);
    if (at == NULL) {
        return NULL;
    }
    at += strlen(line);
    *size_out = strcspn(at, "\n") - 1;
    return *size_out > 0 ? at : NULL;
}
