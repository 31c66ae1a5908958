/* The audit log is read in the reader's language: every action that it knows has its words, people,
 * cases and tablets stand by name, and a line that nobody knows any more is shown as it is. */
#include "sync/server/command/audit_words.h"
#include "tests/sync/server/command/branch_office.h"

#include "core/os/os.h"

static const char *const known[] = {
#define AUDIT(word, key) word,
#include "sync/server/command/audit_actions.def"
#undef AUDIT
};

TEST(test_every_action_has_words_of_its_own_in_both_languages)
{
    for (size_t i = 0; i < COUNT(known); i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct arena arena;
            arena_init(&arena, 0);
            struct command_context context = {.arena = &arena, .lang = (enum lang)lang};
            const char *words = audit_words_action(&context, str_from(known[i]));
            EXPECT_ROW(known[i], words[0] != '\0' && strncmp(words, "audit.", 6) != 0);
            EXPECT_ROW(known[i],
                       lang != LANG_zh || (unsigned char)words[0] >= 0x80 || words[0] == 'P');
            arena_deinit(&arena);
        }
    }
}

TEST(test_old_and_new_lines_are_told_by_name)
{
    static const struct {
        const char *action, *detail, *en, *zh;
    } rows[] = {
        {"approved", "case 1 by 3", "REF-000001 by Supervisor One (S1)",
         "REF-000001 操作人 Supervisor One (S1)"},
        {"account code", "person 1", "Collector One (C1)", "Collector One (C1)"},
        {"device lock", "device 2", "tablet 2", "平板 2"},
        {"conflict decide", "duplicate_payment 00ff keep_first by 3", NULL, NULL},
        {"import cases", "batch 1: 12 rows, 10 new, 1 changed, 1 bad",
         "batch 1: 12 rows, 10 new, 1 changed, 1 bad",
         "批次 1: 12 行, 10 条新增, 1 条变更, 1 条有误"},
        {"view case", "masked", "names and numbers masked", "打码显示"},
        {"from another time", "person 4711 did X", "#4711 did X", "#4711 did X"},
        {"account code", "", "", ""},
    };
    struct office office;
    office_open(&office);
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_read, false));
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct command_context context = {
                .arena = &office.arena, .store = store, .lang = (enum lang)lang};
            const char *words = NULL;
            EXPECT_OK(audit_words_detail(&context, str_from(rows[i].action),
                                         str_from(rows[i].detail), &words));
            const char *expected = lang == LANG_zh ? rows[i].zh : rows[i].en;
            if (expected != NULL) {
                EXPECT_TEXT(expected, words);
            } else {
                EXPECT(strstr(words, "keep_first") == NULL && strstr(words, "duplicate_p") == NULL);
            }
        }
    }
    hq_store_close(store);
    office_close(&office);
}

/* Whatever a day at headquarters leaves in the log has its words. */
TEST(test_what_commands_leave_in_the_log_is_known)
{
    struct office office;
    office_open(&office);
    EXPECT_EXIT(COMMAND_ok, &office, "message", "--person", "C1", "come in");
    EXPECT_EXIT(COMMAND_ok, &office, "devices", "lock", "1");
    EXPECT_EXIT(COMMAND_ok, &office, "close", "REF-000002", "--reason", "settled");
    EXPECT_EXIT(COMMAND_ok, &office, "recall", "REF-000003", "--reason", "client_withdrew");
    struct hq_store *store = NULL;
    EXPECT_OK(hq_store_open(&store, office.folder, HQ_ACCESS_read, false));
    struct hq_query query = hq_query(store, SQL_HQ_audit_all);
    while (hq_next(&query)) {
        struct hq_audit_line line = hq_audit_row(&query);
        bool is_known = false;
        for (size_t i = 0; i < COUNT(known); i++) {
            is_known = is_known || str_is(line.action, known[i]);
        }
        EXPECT_ROW(str_text(&office.arena, line.action), is_known);
    }
    EXPECT_OK(hq_end(&query));
    hq_store_close(store);
    office_close(&office);
}
