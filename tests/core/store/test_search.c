#include "tests/core/store/memory_store.h"

static const struct {
    uint64_t case_no;
    const char *name, *initials, *ref, *phone, *address, *employer;
} people[] = {
    {1, "王小明", "wxm", "DH-001", "138-1234 5678", "浦东新区张杨路１２号", "Ａｃｍｅ 有限公司"},
    {2, "王明", "wm", "DH-002", "13900001111", "黄浦区南京东路100号3室", ""},
    {3, "李王氏", "lws", "NB-777", "02158881234", "王家弄5号", "南京路百货"},
    {4, "Anna Smith", "as", "us%1", "", "1 Main_Street", ""},
    {5, "单雄信", "", "DH-5", "", "瓦岗寨8号", ""}, /* nobody sent initials */
};

static void open_with_people(struct memory_store *memory)
{
    memory_store_open(memory);
    EXPECT_OK(store_begin(memory->store));
    for (size_t i = 0; i < COUNT(people); i++) {
        ds_CaseRecord record = {.case_no = people[i].case_no,
                                .points_count = people[i].phone[0] != '\0',
                                .addresses_count = 1};
        ds_CaseState state;
        str_copy(record.debtor_name, sizeof record.debtor_name, str_from(people[i].name));
        str_copy(record.debtor_initials, sizeof record.debtor_initials,
                 str_from(people[i].initials));
        str_copy(record.case_ref, sizeof record.case_ref, str_from(people[i].ref));
        str_copy(record.employer, sizeof record.employer, str_from(people[i].employer));
        str_copy(record.points[0].value, sizeof record.points[0].value, str_from(people[i].phone));
        str_copy(record.addresses[0].text, sizeof record.addresses[0].text,
                 str_from(people[i].address));
        fold_start(&state, &record);
        uint8_t bytes[LIMIT_case_size];
        size_t size = 0;
        EXPECT_OK(case_record_encode(&record, bytes, sizeof bytes, &size));
        struct store_case_feed feed = {
            .case_no = record.case_no, .feed_seq = i + 1, .record = {(const char *)bytes, size}};
        bool is_taken = false;
        EXPECT_OK(store_case_put(memory->store, &feed, &is_taken));
        EXPECT_OK(store_case_save(memory->store, &record, &state));
    }
    EXPECT_OK(store_commit(memory->store));
}

TEST(test_search_finds_by_any_part_as_one_types)
{
    static const struct {
        const char *text, *found; /* case numbers in order */
    } rows[] = {
        {"王", "123"}, /* at the beginning of a name before inside it */
        {"王明", "2"}, /* not "王小明" */
        {"明", "12"},
        {"wm", "2"},
        {"WX", "1"},
        {"5678", "1"},
        {"13812345678", "1"}, /* typed without dashes */
        {"1381", "1"},
        {"138-12", "1"},
        {"8881234", "3"},
        {"张杨路12", "1"}, /* full-width digits in the record */
        {"１２号", "1"},
        {"南京", "23"},
        {"南京 100", "2"},
        {"王 南京", "23"},
        {"  王   明  ", "12"},
        {"dh-00", "12"},
        {"acme", "1"},
        {"smith", "4"},
        {"sxx", "5"},
        {"DX", "5"}, /* not the reading of the surname, and yet a reading */
        {"xx", "5"},
        {"sxx 瓦岗", "5"},
        {"sxx 南京", ""},
        {"wx", "1"},
        {"us%1", "4"},
        {"%", "4"},
        {"_", "4"}, /* no wildcards */
        {"'", ""},
        {"赵", ""},
        {"", ""},
        {"   ", ""},
        {"王 小 明 w", "1"},
        {"王 小 明 w x", ""},
    };
    struct memory_store memory;
    open_with_people(&memory);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store_case_items items;
        char found[16] = "";
        EXPECT_ROW(rows[i].text,
                   store_search(memory.store, &memory.arena, rows[i].text, 10, &items) == OK);
        for (size_t at = 0; at < items.count; at++) {
            found[at] = (char)('0' + items.items[at].case_no);
        }
        if (strcmp(found, rows[i].found) != 0) {
            fail_msg("row \"%s\": found \"%s\", not \"%s\"", rows[i].text, found, rows[i].found);
        }
    }
    memory_store_close(&memory);
}
