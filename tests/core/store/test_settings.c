#include "tests/core/store/memory_store.h"

TEST(test_settings_keep_and_fall_back)
{
    struct memory_store memory;
    struct str text;
    int64_t number = 0;
    memory_store_open(&memory);
    EXPECT_OK(store_setting_number(memory.store, SETTING_text_scale, 100, &number));
    EXPECT_INT(100, number);
    EXPECT_OK(store_setting_set_number(memory.store, SETTING_text_scale, -5));
    EXPECT_OK(store_setting_set_number(memory.store, SETTING_text_scale, 130));
    EXPECT_OK(store_setting_set_text(memory.store, SETTING_language, "zh_CN"));
    EXPECT_OK(store_setting_set_bytes(memory.store, SETTING_down_tag, "\0\1\2", 3));
    store_close(&memory.store);
    EXPECT_OK(store_open(&memory.arena, &memory.options, &memory.store));
    EXPECT_OK(store_setting_number(memory.store, SETTING_text_scale, 100, &number));
    EXPECT_INT(130, number);
    EXPECT_OK(store_setting_bytes(memory.store, &memory.arena, SETTING_language, &text));
    EXPECT_TEXT("zh_CN", text.bytes);
    EXPECT_OK(store_setting_bytes(memory.store, &memory.arena, SETTING_down_tag, &text));
    EXPECT_INT(3, text.size);
    EXPECT(memcmp(text.bytes, "\0\1\2", 3) == 0);
    EXPECT_OK(store_setting_bytes(memory.store, &memory.arena, SETTING_theme, &text));
    EXPECT_INT(0, text.size);
    memory_store_close(&memory);
}

TEST(test_a_number_of_a_transaction_that_did_not_happen_is_not_believed)
{
    struct memory_store memory;
    int64_t number = 0;
    memory_store_open(&memory);
    EXPECT_OK(store_setting_set_number(memory.store, SETTING_text_scale, 100));
    EXPECT_OK(store_begin(memory.store));
    EXPECT_OK(store_setting_set_number(memory.store, SETTING_text_scale, 130));
    EXPECT_OK(store_setting_set_number(memory.store, SETTING_glove, 1));
    EXPECT_OK(store_setting_number(memory.store, SETTING_text_scale, 0, &number));
    EXPECT_INT(130, number);
    EXPECT_OK(store_setting_number(memory.store, SETTING_glove, 0, &number));
    EXPECT_INT(1, number);
    store_rollback(memory.store);
    EXPECT_OK(store_setting_number(memory.store, SETTING_text_scale, 0, &number));
    EXPECT_INT(100, number);
    EXPECT_OK(store_setting_number(memory.store, SETTING_glove, 7, &number));
    EXPECT_INT(7, number);
    EXPECT_OK(store_setting_number(memory.store, SETTING_glove, 0, &number));
    EXPECT_INT(0, number); /* what was missing stays missing, whatever stands for it */
    memory_store_close(&memory);
}

TEST(test_drafts_and_letters)
{
    struct memory_store memory;
    struct store_draft draft = {.key = "visit", .case_no = 3, .bytes = STR("abc")};
    struct store_draft got;
    memory_store_open(&memory);
    EXPECT_ERR(ERR_not_found, store_draft_get(memory.store, &memory.arena, "visit", &got));
    EXPECT_OK(store_draft_put(memory.store, &draft));
    draft.bytes = STR("longer than before");
    EXPECT_OK(store_draft_put(memory.store, &draft));
    EXPECT_OK(store_draft_get(memory.store, &memory.arena, "visit", &got));
    EXPECT_TEXT("longer than before", got.bytes.bytes);
    EXPECT_INT(3, got.case_no);
    EXPECT_OK(store_draft_delete(memory.store, "visit"));
    EXPECT_OK(store_draft_delete(memory.store, "visit"));

    struct store_letter letter = {
        .message_no = 4, .sent_at_ms = 10, .from_name = "组长", .text = "一"};
    struct store_letter *letters = NULL;
    size_t count = 0;
    uint64_t unread = 0;
    EXPECT_OK(store_inbox_put(memory.store, &letter));
    letter.text = "changed";
    EXPECT_OK(store_inbox_put(memory.store, &letter)); /* known: as it was */
    letter = (struct store_letter){.message_no = 5, .sent_at_ms = 11, .text = "二"};
    EXPECT_OK(store_inbox_put(memory.store, &letter));
    EXPECT_OK(store_inbox_mark_read(memory.store, 5, 77));
    EXPECT_OK(store_inbox_waiting(memory.store, &unread));
    EXPECT_INT(1, unread);
    EXPECT_OK(store_inbox_list(memory.store, &memory.arena, 10, &letters, &count));
    EXPECT_INT(2, count);
    EXPECT_INT(5, letters[0].message_no);
    EXPECT_INT(77, letters[0].read_at_ms);
    EXPECT_TEXT("一", letters[1].text);
    memory_store_close(&memory);
}
