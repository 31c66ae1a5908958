#include "tests/core/store/memory_store.h"

#include "core/domain/catalog.h"

static uint64_t safety(struct memory_store *memory, uint32_t severity, bool is_silent)
{
    struct fact fact;
    ds_Event event = {.at_ms = 1000,
                      .person_no = 12,
                      .which_kind = ds_Event_safety_incident_tag,
                      .kind.safety_incident = {.incident = SAFETY_KIND_threat,
                                               .severity = severity,
                                               .is_silent = is_silent}};
    EXPECT_OK(store_begin(memory->store));
    EXPECT_OK(store_journal_append(memory->store, &event, &fact));
    EXPECT_OK(store_commit(memory->store));
    return fact.seq;
}

static size_t list(struct memory_store *memory, bool only_pending, struct store_alarm **alarms)
{
    size_t count = 0;
    EXPECT_OK(store_alarm_list(memory->store, &memory->arena, only_pending, alarms, &count));
    return count;
}

TEST(test_help_needed_and_silent_ones_are_alarms)
{
    struct memory_store memory;
    struct store_alarm *alarms = NULL;
    struct store_health health;
    memory_store_open(&memory);
    safety(&memory, 1, false);
    safety(&memory, 2, false);
    uint64_t loud = safety(&memory, 3, false);
    uint64_t silent = safety(&memory, 1, true);
    EXPECT_INT(2, list(&memory, true, &alarms));
    EXPECT_INT(loud, alarms[0].seq); /* oldest first: sent first */
    EXPECT_INT(silent, alarms[1].seq);
    EXPECT_INT(2, list(&memory, false, &alarms));
    EXPECT_INT(silent, alarms[0].seq);
    EXPECT_OK(store_health_read(memory.store, &health));
    EXPECT_INT(2, health.alarm_count);
    EXPECT_INT(1000, health.oldest_unsent_at_ms);
    memory_store_close(&memory);
}

TEST(test_what_headquarters_has_heard_never_goes_back)
{
    static const struct {
        const char *name;
        enum alarm_state said, is;
        int64_t at_ms;
    } rows[] = {
        {"heard", ALARM_heard, ALARM_heard, 50},
        {"heard again", ALARM_heard, ALARM_heard, 50},
        {"seen", ALARM_seen, ALARM_seen, 70},
        {"an answer that is late", ALARM_heard, ALARM_seen, 70},
        {"nothing", ALARM_unheard, ALARM_seen, 70},
    };
    struct memory_store memory;
    struct store_alarm *alarms = NULL;
    memory_store_open(&memory);
    uint64_t seq = safety(&memory, 3, false);
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_OK(store_alarm_heard(memory.store, seq, rows[i].said, 50 + 10 * (int64_t)i, "组长"));
        EXPECT_INT(1, list(&memory, false, &alarms));
        EXPECT_ROW(rows[i].name, alarms[0].state == rows[i].is);
        EXPECT_ROW(rows[i].name, alarms[0].heard_at_ms == rows[i].at_ms);
        EXPECT_INT(0, list(&memory, true, &alarms));
    }
    EXPECT_OK(store_alarm_heard(memory.store, 99, ALARM_seen, 1, "")); /* no alarm of ours */
    EXPECT_INT(1, list(&memory, false, &alarms));
    memory_store_close(&memory);
}

/* An alarm whose fact is covered by a receipt needs no sending; chained anew it keeps its id. */
TEST(test_a_receipt_ends_the_sending_and_a_new_number_changes_nothing)
{
    struct memory_store memory;
    struct store_alarm *alarms = NULL;
    enum receipt_result result;
    memory_store_open(&memory);
    uint64_t seq = safety(&memory, 3, false);
    EXPECT_INT(1, list(&memory, true, &alarms));
    struct id id = alarms[0].id;
    EXPECT_OK(store_begin(memory.store));
    EXPECT_OK(store_journal_rechain(memory.store, 8));
    EXPECT_OK(store_commit(memory.store));
    EXPECT_INT(1, list(&memory, true, &alarms));
    EXPECT(id_equal(&id, &alarms[0].id));
    struct store_receipt receipt = {.stored_seq = seq, .level = 1, .stored_at_ms = 5};
    EXPECT_OK(store_journal_link(memory.store, seq, &receipt.link));
    EXPECT_OK(store_outbox_receipt(memory.store, &receipt, &result));
    EXPECT_INT(0, list(&memory, true, &alarms));
    EXPECT_INT(1, list(&memory, false, &alarms));
    EXPECT_INT(ALARM_unheard, alarms[0].state); /* the word itself was not said */
    memory_store_close(&memory);
}
