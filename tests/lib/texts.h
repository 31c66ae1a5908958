/* tests/lib/texts.h -- reads the texts (assets/i18n) for tests of rooms that may
 * not use app/i18n: does every key of a list have its words in both languages, and do
 * the words ask only for what is given? */
#pragma once

#include "tests/lib/test.h"

#include <dirent.h>
#include <stdio.h>

enum { TESTS_TEXTS_SIZE = 2 * 1024 * 1024 };

static const char *const test_languages[] = {"zh_CN", "en"};

/* All of assets/i18n/<language>/ .po, one file after the other, in static storage until the next
 * call: a key may stand in any of them. */
static inline const char *test_texts(const char *tests_folder, const char *language)
{
    static char texts[TESTS_TEXTS_SIZE];
    char folder[1024];
    size_t size = 0;
    snprintf(folder, sizeof folder, "%s/../assets/i18n/%s", tests_folder, language);
    DIR *entries = opendir(folder);
    if (entries == NULL) {
        fail_msg("no texts %s", folder);
        return "";
    }
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char path[2048];
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 3, ".po") != 0) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = fopen(path, "rb");
        CHECK(file != NULL);
        size += fread(texts + size, 1, sizeof texts - 1 - size, file);
        fclose(file);
        CHECK(size < sizeof texts - 1);
    }
    closedir(entries);
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
