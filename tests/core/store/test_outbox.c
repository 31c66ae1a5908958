#include "tests/core/store/memory_store.h"

enum { FACTS = 6 };

static void open_with_facts(struct memory_store *memory)
{
    memory_store_open(memory);
    for (int i = 0; i < FACTS; i++) {
        memory_store_note(memory, 1000 * (i + 1), "note");
    }
}

/* One letter per fact: tablet, sealed, at headquarters, needs you. */
static const char *states(struct memory_store *memory)
{
    char *text = arena_alloc(&memory->arena, FACTS + 1);
    for (uint64_t seq = 1; seq <= FACTS; seq++) {
        enum record_state state;
        EXPECT_OK(store_outbox_state(memory->store, seq, &state));
        text[seq - 1] = "tshn"[state];
    }
    struct store_records records;
    EXPECT_OK(store_journal_read(memory->store, &memory->arena, 0, FACTS, SIZE_MAX, &records));
    for (size_t i = 0; i < records.count; i++) {
        EXPECT(text[i] == "tshn"[records.items[i].state]); /* the list says the same */
    }
    return text;
}

static void seal(struct memory_store *memory, const char *name, uint64_t first_seq,
                 uint64_t last_seq)
{
    struct store_envelope envelope = {name, first_seq, last_seq, 99};
    EXPECT_OK(store_outbox_seal(memory->store, &envelope));
}

static enum receipt_result receive(struct memory_store *memory, uint64_t stored_seq, uint32_t level,
                                   bool is_false)
{
    struct store_receipt receipt = {
        .stored_seq = stored_seq, .stored_at_ms = 500, .level = level, .bytes = STR("signed")};
    enum receipt_result result;
    if (stored_seq <= FACTS) {
        EXPECT_OK(store_journal_link(memory->store, stored_seq, &receipt.link));
    }
    receipt.link.bytes[3] ^= is_false ? 1 : 0;
    EXPECT_OK(store_outbox_receipt(memory->store, &receipt, &result));
    return result;
}

TEST(test_states_follow_envelopes_receipts_and_questions)
{
    struct memory_store memory;
    struct store_outbox outbox;
    open_with_facts(&memory);
    EXPECT_TEXT("tttttt", states(&memory));
    seal(&memory, "a", 1, 2);
    EXPECT_TEXT("sstttt", states(&memory));
    seal(&memory, "c", 5, 6); /* a gap: not yet sealed from the last stored on */
    EXPECT_TEXT("sstttt", states(&memory));
    seal(&memory, "b", 3, 4);
    EXPECT_TEXT("ssssss", states(&memory));
    EXPECT_INT(RECEIPT_RESULT_applied, receive(&memory, 3, 1, false));
    EXPECT_TEXT("hhhsss", states(&memory));
    EXPECT_INT(RECEIPT_RESULT_known, receive(&memory, 3, 1, false));
    EXPECT_INT(RECEIPT_RESULT_known, receive(&memory, 2, 1, false));
    EXPECT_INT(RECEIPT_RESULT_applied, receive(&memory, 3, 2, false)); /* now also in a backup */
    EXPECT_OK(store_outbox_read(memory.store, &outbox));
    EXPECT_INT(3, outbox.safe_seq);
    EXPECT_INT(4000, outbox.oldest_unsent_at_ms);
    EXPECT_INT(500, outbox.last_receipt_at_ms);
    EXPECT_OK(store_outbox_unseal(memory.store, "c"));
    EXPECT_TEXT("hhhstt", states(&memory));

    struct store_question question = {.seq = 2, .code = 4, .text = "哪天?", .asked_at_ms = 7};
    EXPECT_OK(store_question_put(memory.store, &question));
    EXPECT_TEXT("hnhstt", states(&memory));
    EXPECT_OK(store_outbox_read(memory.store, &outbox));
    EXPECT_INT(1, outbox.question_count);
    EXPECT_OK(store_begin(memory.store));
    EXPECT_OK(store_question_settle(memory.store, 2));
    EXPECT_OK(store_outbox_read(memory.store, &outbox));
    EXPECT_INT(0, outbox.question_count);
    store_rollback(memory.store); /* nothing was settled */
    EXPECT_OK(store_outbox_read(memory.store, &outbox));
    EXPECT_INT(1, outbox.question_count);
    EXPECT_OK(store_question_settle(memory.store, 2));
    EXPECT_TEXT("hhhstt", states(&memory));
    EXPECT_OK(store_outbox_read(memory.store, &outbox));
    EXPECT_INT(0, outbox.question_count);
    memory_store_close(&memory);
}

TEST(test_false_receipts_confirm_nothing)
{
    struct memory_store memory;
    struct store_outbox outbox;
    open_with_facts(&memory);
    seal(&memory, "a", 1, 6);
    EXPECT_INT(RECEIPT_RESULT_fork, receive(&memory, 4, 1, true));
    EXPECT_TEXT("ssssss", states(&memory));
    EXPECT_OK(store_outbox_read(memory.store, &outbox));
    EXPECT_INT(4, outbox.fork_seq);
    EXPECT_INT(FACTS, outbox.last_seq);
    EXPECT_INT(RECEIPT_RESULT_ahead, receive(&memory, FACTS + 1, 1, false));
    EXPECT_TEXT("ssssss", states(&memory));
    EXPECT_OK(store_outbox_read(memory.store, &outbox));
    EXPECT_INT(FACTS + 1, outbox.fork_seq);
    memory_store_close(&memory);
}

/* Headquarters was restored from a backup: what it lost is sent again, and says so. */
TEST(test_send_from_takes_confirmation_back)
{
    struct memory_store memory;
    open_with_facts(&memory);
    seal(&memory, "a", 1, 3);
    seal(&memory, "b", 4, 6);
    EXPECT_INT(RECEIPT_RESULT_applied, receive(&memory, 5, 1, false));
    EXPECT_TEXT("hhhhhs", states(&memory));
    EXPECT_OK(store_outbox_send_from(memory.store, 3));
    EXPECT_TEXT("hhtttt", states(&memory));
    struct store_envelope *envelopes = NULL;
    size_t count = 9;
    EXPECT_OK(store_outbox_envelopes(memory.store, &memory.arena, &envelopes, &count));
    EXPECT_INT(0, count);
    seal(&memory, "c", 3, 6);
    EXPECT_TEXT("hhssss", states(&memory));
    memory_store_close(&memory);
}

TEST(test_counts_of_made_and_confirmed)
{
    struct memory_store memory;
    uint64_t made = 0;
    uint64_t confirmed = 0;
    open_with_facts(&memory);
    EXPECT_INT(RECEIPT_RESULT_applied, receive(&memory, 4, 1, false));
    EXPECT_OK(store_outbox_count(memory.store, 0, 2000, 6000, &made, &confirmed));
    EXPECT_INT(4, made); /* 2000, 3000, 4000, 5000 */
    EXPECT_INT(3, confirmed);
    EXPECT_OK(store_outbox_count(memory.store, EVENT_day_closed, 0, 9000, &made, &confirmed));
    EXPECT_INT(0, made);
    memory_store_close(&memory);
}
