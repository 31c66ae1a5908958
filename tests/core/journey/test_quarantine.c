/* Goal: one bad record never blocks others. It is kept whole, visible, can be exported, tried
 * again and, once exported, let go. */
#include "tests/core/journey/journeys.h"

#include <stdlib.h>

enum { ROWS = 6, TRIES = 600 };

static struct store_quarantined item_of(struct tablet *tablet, const char *name)
{
    struct store_quarantined item;
    EXPECT_OK(store_quarantine_get(tablet->store, &tablet->task, name, &item));
    return item;
}

static uint32_t random_below(struct tablet *tablet, uint32_t limit)
{
    uint32_t number = 0;
    rng_fill(&tablet->rng, &number, sizeof number);
    return number % limit;
}

/* Bytes that are anything but what they were. */
static struct str spoil(struct tablet *tablet, struct str bytes)
{
    char *copy = arena_copy(&tablet->task, bytes.bytes, bytes.size + 1);
    switch (random_below(tablet, 4)) {
    case 0: /* cut off */
        return (struct str){copy, random_below(tablet, (uint32_t)bytes.size)};
    case 1: /* a byte changed */
        copy[random_below(tablet, (uint32_t)bytes.size)] ^= (char)(1 + random_below(tablet, 255));
        return (struct str){copy, bytes.size};
    case 2: /* noise */
        rng_fill(&tablet->rng, copy, bytes.size);
        return (struct str){copy, bytes.size};
    default: /* too long for any case */
        copy = arena_alloc(&tablet->task, LIMIT_case_size + 1);
        memset(copy, 'x', LIMIT_case_size + 1);
        return (struct str){copy, LIMIT_case_size + 1};
    }
}

/* Property: whichever row of a page is replaced by garbage, all others apply, the page counts
 * as held, own facts stay, and the tablet works on. */
TEST(test_any_row_of_a_page_may_be_garbage)
{
    struct tablet tablet;
    size_t quarantined_count = 0;
    tablet_open(&tablet, ROWS);
    prepare_visit(&tablet); /* an open visit at case 2, which may be hit too */
    for (int i = 0; i < TRIES; i++) {
        struct arena_mark mark = arena_mark(&tablet.task);
        struct store_case_feed rows[ROWS];
        uint32_t bad = random_below(&tablet, ROWS);
        for (uint32_t row = 0; row < ROWS; row++) {
            ds_CaseRecord *record = ARENA_NEW(&tablet.task, ds_CaseRecord);
            ds_CaseState *state = ARENA_NEW(&tablet.task, ds_CaseState);
            tablet_record(record, row + 1);
            record->fees_minor = (uint64_t)i; /* tells whether it was applied */
            tablet_state(state, record);
            rows[row] = tablet_feed(&tablet, record, state, 0);
        }
        struct str *part = random_below(&tablet, 2) == 0 ? &rows[bad].record : &rows[bad].state;
        *part = spoil(&tablet, *part);
        EXPECT_OK(tablet_receive(&tablet, rows, ROWS));
        int64_t cursor = 0;
        EXPECT_OK(store_setting_number(tablet.store, SETTING_down_cursor, 0, &cursor));
        EXPECT_INT(tablet.feed_seq, cursor);
        for (uint32_t row = 0; row < ROWS; row++) {
            struct store_case here;
            if (row != bad) {
                EXPECT_OK(store_case_load(tablet.store, &tablet.task, row + 1, &here));
                EXPECT_INT(i, here.record->fees_minor);
            }
        }
        struct store_quarantined *items = NULL;
        size_t count = 0;
        EXPECT_OK(store_quarantine_list(tablet.store, &tablet.task, &items, &count));
        EXPECT(count <= 1); /* the good row of the next page takes the bad one's place */
        quarantined_count += count;
        arena_rollback(&tablet.task, mark);
    }
    EXPECT(quarantined_count > TRIES / 2);
    tablet_draft_promise(&tablet, 1000);
    EXPECT_OK(run_finish_visit(&tablet));
    tablet_close(&tablet);
}

TEST(test_a_row_that_can_be_read_after_all_is_applied_whole)
{
    struct tablet tablet;
    struct store_case here;
    bool is_done = false;
    tablet_open(&tablet, 3);
    prepare_finished(&tablet);
    put_aside(&tablet, 2);
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 2, &here));
    EXPECT_INT(4567, here.record->fees_minor);
    EXPECT_OK(journey_quarantine_retry(&tablet.journey, "case 2", &is_done));
    EXPECT(is_done);
    EXPECT_OK(store_case_load(tablet.store, &tablet.task, 2, &here));
    EXPECT_INT(8888, here.record->fees_minor);
    EXPECT_INT(1, here.state->contacts_count); /* the own visit is on top */
    EXPECT_ERR(ERR_not_found, journey_quarantine_retry(&tablet.journey, "case 2", &is_done));
    const char *before = tablet_dump(&tablet);
    EXPECT_OK(journey_rebuild(&tablet.journey));
    EXPECT_TEXT(before, tablet_dump(&tablet));
    tablet_close(&tablet);
}

TEST(test_what_still_cannot_be_read_stays_as_it_is)
{
    struct tablet tablet;
    bool is_done = true;
    tablet_open(&tablet, 3);
    static const struct {
        const char *name;
        struct str bytes;
    } rows[] = {
        {"case 2", {"DSR1", 4}},
        {"case 2", {"DSR1\x02\x09\x00\xff\xff\xff\x7f", 11}},
        {"case 2", {"DSR1\x03\x09\x00\x01x", 9}}, /* of another case */
        {"case 2", {"\x08\x02", 2}},              /* of before rows were kept whole */
        {"case 2", {"", 0}},
        {"policy", {"visits_per_day = many\n", 22}},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct store_quarantined item = {
            .name = rows[i].name, .err = ERR_malformed, .bytes = rows[i].bytes, .at_ms = 1};
        EXPECT_OK(store_quarantine_put(tablet.store, &item));
        const char *before = tablet_dump(&tablet);
        EXPECT_OK(journey_quarantine_retry(&tablet.journey, rows[i].name, &is_done));
        EXPECT(!is_done);
        EXPECT_TEXT(before, tablet_dump(&tablet));
        EXPECT(str_equal(rows[i].bytes, item_of(&tablet, rows[i].name).bytes));
    }
    struct store_quarantined answer = {.name = "00-aa.ans", .bytes = {"x", 1}};
    EXPECT_OK(store_quarantine_put(tablet.store, &answer));
    EXPECT_ERR(ERR_unknown_kind, journey_quarantine_retry(&tablet.journey, "00-aa.ans", &is_done));
    tablet_close(&tablet);
}

TEST(test_a_policy_is_tried_again)
{
    struct tablet tablet;
    bool is_done = false;
    tablet_open(&tablet, 1);
    struct store_quarantined item = {.name = "policy", .bytes = {"visits_per_day = 3\n", 19}};
    EXPECT_OK(store_quarantine_put(tablet.store, &item));
    EXPECT_OK(journey_quarantine_retry(&tablet.journey, "policy", &is_done));
    EXPECT(is_done);
    EXPECT_INT(3, tablet.journey.policy.visits_per_day);
    tablet_close(&tablet);
}

TEST(test_nothing_is_let_go_before_it_was_exported)
{
    struct tablet tablet;
    tablet_open(&tablet, 3);
    put_aside(&tablet, 2);
    struct str bytes = item_of(&tablet, "case 2").bytes;
    EXPECT(bytes.size > 100); /* the whole row */
    EXPECT_ERR(ERR_not_allowed, store_quarantine_discard(tablet.store, "case 2"));
    EXPECT_OK(store_quarantine_exported(tablet.store, "case 2"));
    EXPECT(item_of(&tablet, "case 2").was_exported);
    /* Other bytes under the same name were not exported. */
    struct store_quarantined other = {.name = "case 2", .bytes = {"other", 5}};
    EXPECT_OK(store_quarantine_put(tablet.store, &other));
    EXPECT_ERR(ERR_not_allowed, store_quarantine_discard(tablet.store, "case 2"));
    EXPECT_OK(store_quarantine_exported(tablet.store, "case 2"));
    EXPECT_OK(store_quarantine_put(tablet.store, &other)); /* the same again */
    EXPECT_OK(store_quarantine_discard(tablet.store, "case 2"));
    EXPECT_ERR(ERR_not_found, store_quarantine_discard(tablet.store, "case 2"));
    struct store_health health;
    EXPECT_OK(store_health_read(tablet.store, &health));
    EXPECT_INT(0, health.quarantine_count);
    tablet_close(&tablet);
}
