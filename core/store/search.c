/* core/store/search.c -- what a case is found by, and finding it as one types.
 *
 * All texts of a case are folded into one line and looked through from end to
 * end: one Chinese character is a word worth finding, which no index of SQLite
 * serves (trigrams need three), and 10,000 such lines are read in milliseconds;
 * tests/bench prints how many. Initials are looked up as one types, by every reading of each
 * character: nothing of them is stored, and nobody need send them. */
#include "core/store/store_private.h"

#include "core/domain/pinyin.h"

#include <string.h>

enum { WORDS_MAX = 4 };

/* Lower case; full-width letters, digits and signs become their plain forms, so
 * what an input method gives matches what was imported. `rest` is UTF-8. */
static void add_folded(struct str_builder *builder, struct str rest)
{
    while (rest.size > 0) {
        uint32_t code = str_next_code(&rest);
        if (code >= 0xFF01 && code <= 0xFF5E) {
            code -= 0xFF01 - '!';
        } else if (code == 0x3000) {
            code = ' ';
        }
        if (code >= 'A' && code <= 'Z') {
            code += 'a' - 'A';
        }
        char bytes[4];
        str_add(builder, (struct str){bytes, str_put_code(bytes, code)});
    }
}

/* Each text on a line of its own, so that no word matches across two. */
static void add_line(struct str_builder *builder, const char *text)
{
    if (text[0] != '\0') {
        add_folded(builder, str_from(text));
        str_add_char(builder, '\n');
    }
}

/* Telephones also without blanks and dashes. */
static void add_point(struct str_builder *builder, const char *value)
{
    add_line(builder, value);
    if (strpbrk(value, " -()+") != NULL) {
        for (const char *c = value; *c != '\0'; c++) {
            if (*c >= '0' && *c <= '9') {
                str_add_char(builder, *c);
            }
        }
        str_add_char(builder, '\n');
    }
}

static struct str text_of(sqlite3_value *value)
{
    const unsigned char *text = sqlite3_value_text(value);
    return text == NULL ? (struct str){"", 0}
                        : (struct str){(const char *)text, (size_t)sqlite3_value_bytes(value)};
}

/* initials(name, word): enum pinyin_match. */
static void initials(sqlite3_context *context, int count, sqlite3_value **values)
{
    CHECK(count == 2);
    sqlite3_result_int(context, (int)pinyin_match(text_of(values[0]), text_of(values[1])));
}

int store_search_set_up(sqlite3 *db)
{
    return sqlite3_create_function_v2(db, "initials", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL,
                                      initials, NULL, NULL, NULL);
}

enum err store_search_put(struct store *store, const ds_CaseRecord *record,
                          const ds_CaseState *state)
{
    struct arena arena;
    arena_init(&arena, 8 * 1024);
    struct str_builder name;
    struct str_builder text;
    str_builder_init(&name, &arena);
    str_add_text(&name, "");
    add_folded(&name, str_from(record->debtor_name));
    str_builder_init(&text, &arena);
    str_add_text(&text, "\n");
    add_line(&text, record->debtor_name);
    add_line(&text, record->debtor_initials);
    add_line(&text, record->case_ref);
    add_line(&text, record->employer);
    for (size_t i = 0; i < record->points_count; i++) {
        add_point(&text, record->points[i].value);
    }
    for (size_t i = 0; i < state->points_count; i++) {
        add_point(&text, state->points[i].value);
    }
    for (size_t i = 0; i < record->addresses_count; i++) {
        add_line(&text, record->addresses[i].text);
    }
    for (size_t i = 0; i < state->addresses_count; i++) {
        add_line(&text, state->addresses[i].text);
    }
    for (size_t i = 0; i < record->parties_count; i++) {
        add_line(&text, record->parties[i].name);
    }
    struct store_stmt stmt;
    enum err err = store_stmt_start(store, SQL_DEVICE_search_put, &stmt);
    if (err == OK) {
        store_stmt_bind_number(&stmt, "$case_no", (int64_t)record->case_no);
        store_stmt_bind_text(&stmt, "$name", name.text);
        store_stmt_bind_text(&stmt, "$text", text.text);
        err = store_stmt_run(&stmt);
    }
    arena_deinit(&arena);
    return err;
}

enum err store_search_remove(struct store *store, uint64_t case_no)
{
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_search_delete, &stmt));
    store_stmt_bind_number(&stmt, "$case_no", (int64_t)case_no);
    return store_stmt_run(&stmt);
}

enum err store_search(struct store *store, struct arena *arena, const char *text, size_t count_max,
                      struct store_case_items *items_out)
{
    static const char *const names[WORDS_MAX] = {"$word_1", "$word_2", "$word_3", "$word_4"};
    *items_out = (struct store_case_items){0};
    struct str_builder folded;
    str_builder_init(&folded, arena);
    str_add_text(&folded, "");
    add_folded(&folded, str_from(text));
    struct str rest = str_trim(str_built(&folded));
    if (rest.size == 0) {
        return OK;
    }
    struct store_stmt stmt;
    TRY(store_stmt_start(store, SQL_DEVICE_search_find, &stmt));
    store_stmt_bind_number(&stmt, "$count_max", (int64_t)count_max);
    for (size_t i = 0; i < WORDS_MAX; i++) {
        struct str word = {"", 0};
        if (i + 1 == WORDS_MAX) { /* a fifth word stays part of the fourth */
            word = rest;
        } else {
            while (word.size == 0 && str_split(&rest, ' ', &word)) {
            }
        }
        store_stmt_bind_text(&stmt, names[i], str_text(arena, str_trim(word)));
    }
    return store_case_items_read(&stmt, arena, items_out);
}
