#include "tests/core/store/memory_store.h"

TEST(test_facts_are_numbered_linked_and_ordered)
{
    struct memory_store memory;
    memory_store_open(&memory);
    static const struct {
        int64_t at_ms, order_at_ms;
    } rows[] = {{1000, 1000}, {5000, 5000}, {2000, 5000}, {6000, 6000}};
    struct chain_link link = {{0}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fact fact = memory_store_note(&memory, rows[i].at_ms, "note");
        EXPECT_INT(i + 1, fact.seq);
        EXPECT_INT(7, fact.device_no);
        EXPECT_INT(rows[i].order_at_ms,
                   fact.order_at_ms); /* a clock set back never runs against seq */
        uint8_t body[LIMIT_event_size];
        size_t size = 0;
        EXPECT_OK(event_encode(&fact.event, body, sizeof body, &size));
        link = chain_next(&link, 7, fact.seq, body, size);
        struct chain_link kept;
        EXPECT_OK(store_journal_link(memory.store, fact.seq, &kept));
        EXPECT(chain_link_equal(&link, &kept));
        struct fact found;
        EXPECT_OK(store_journal_find(memory.store, &fact.id, &found));
        EXPECT_INT(fact.seq, found.seq);
    }
    uint64_t bad_seq = 0;
    EXPECT_OK(store_journal_verify(memory.store, &bad_seq));
    struct chain_link none;
    EXPECT_ERR(ERR_not_found, store_journal_link(memory.store, 5, &none));
    memory_store_close(&memory);
}

/* Whatever a later program or a hand may try: rows of the journal stay. */
TEST(test_journal_rows_cannot_be_changed_or_deleted)
{
    static const char *const attempts[] = {
        "UPDATE journal SET body = x'00'",
        "UPDATE journal SET kind = 1 WHERE seq = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 2",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE seq = 1",
        "INSERT OR REPLACE INTO journal SELECT device_no, 3, id, link, at_ms, order_at_ms, kind, "
        "case_no, visit_seq, body FROM journal WHERE seq = 1",
        "INSERT INTO journal SELECT device_no, 9, randomblob(16), link, at_ms, order_at_ms, kind, "
        "case_no, visit_seq, body FROM journal WHERE seq = 1",
    };
    struct memory_store memory;
    memory_store_open(&memory);
    memory_store_note(&memory, 1000, "one");
    memory_store_note(&memory, 2000, "two");
    for (size_t i = 0; i < COUNT(attempts); i++) {
        EXPECT_ROW(attempts[i], store_stmt_exec(memory.store, attempts[i]) == ERR_conflict);
    }
    struct store_records records;
    EXPECT_OK(store_journal_read(memory.store, &memory.arena, 0, 10, SIZE_MAX, &records));
    EXPECT_INT(2, records.count);
    uint64_t bad_seq = 0;
    EXPECT_OK(store_journal_verify(memory.store, &bad_seq));
    memory_store_close(&memory);
}

TEST(test_rolled_back_fact_leaves_no_gap)
{
    struct memory_store memory;
    struct fact fact;
    ds_Event event = {.at_ms = 5, .which_kind = ds_Event_day_opened_tag};
    memory_store_open(&memory);
    memory_store_note(&memory, 1000, "one");
    EXPECT_OK(store_begin(memory.store));
    EXPECT_OK(store_journal_append(memory.store, &event, &fact));
    EXPECT_INT(2, fact.seq);
    store_rollback(memory.store);
    EXPECT_INT(2, memory_store_note(&memory, 2000, "two").seq);
    uint64_t bad_seq = 0;
    EXPECT_OK(store_journal_verify(memory.store, &bad_seq));
    memory_store_close(&memory);
}

TEST(test_reading_is_bounded_by_count_and_size)
{
    static const struct {
        const char *name;
        uint64_t after_seq;
        size_t count_max, size_max, count;
    } rows[] = {
        {"all", 0, 100, SIZE_MAX, 5},       {"after three", 3, 100, SIZE_MAX, 2},
        {"after the end", 5, 9, 9, 0},      {"by count", 0, 2, SIZE_MAX, 2},
        {"one is given whole", 0, 9, 1, 1},
    };
    struct memory_store memory;
    memory_store_open(&memory);
    for (int i = 0; i < 5; i++) {
        memory_store_note(&memory, 1000 + i, "note");
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store_records records;
        EXPECT_ROW(rows[i].name,
                   store_journal_read(memory.store, &memory.arena, rows[i].after_seq,
                                      rows[i].count_max, rows[i].size_max, &records) == OK);
        EXPECT_ROW(rows[i].name, records.count == rows[i].count);
        EXPECT_ROW(rows[i].name,
                   records.count == 0 || records.items[0].seq == rows[i].after_seq + 1);
    }
    memory_store_close(&memory);
}

TEST(test_nothing_is_captured_before_enrolment)
{
    struct memory_store memory;
    struct fact fact;
    ds_Event event = {.at_ms = 5, .which_kind = ds_Event_day_opened_tag};
    memory_store_open(&memory);
    EXPECT_OK(store_setting_set_number(memory.store, SETTING_device_no, 0));
    EXPECT_OK(store_begin(memory.store));
    EXPECT_ERR(ERR_not_enrolled, store_journal_append(memory.store, &event, &fact));
    store_rollback(memory.store);
    memory_store_close(&memory);
}
