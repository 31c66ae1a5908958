/* The PIN: no try for nothing, no way round the wait. */
#include "core/store/lock.h"
#include "tests/core/store/memory_store.h"

static const char *const right = "284915";
static const char *const wrong = "284916";

static struct clock_reading at(int64_t monotonic_ms, uint32_t boot)
{
    return (struct clock_reading){
        .wall_ms = 1700000000000, .monotonic_ms = monotonic_ms, .boot = boot};
}

static enum lock_answer try_at(struct memory_store *memory, struct clock_reading now,
                               const char *pin, struct lock_state *state_out)
{
    enum lock_answer answer = LOCK_ANSWER_wrong;
    EXPECT_OK(lock_try(memory->store, &now, pin, &answer, state_out));
    return answer;
}

static void set(struct memory_store *memory)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    memory_store_open(memory);
    EXPECT_OK(lock_set(memory->store, &rng, right));
}

TEST(test_lock_takes_no_easy_pin)
{
    static const struct {
        const char *pin;
        enum lock_flaw flaw;
    } rows[] = {
        {"", LOCK_FLAW_size},       {"12345", LOCK_FLAW_size},  {"1234567", LOCK_FLAW_size},
        {"12a456", LOCK_FLAW_size}, {"000000", LOCK_FLAW_easy}, {"999999", LOCK_FLAW_easy},
        {"123456", LOCK_FLAW_easy}, {"987654", LOCK_FLAW_easy}, {"345678", LOCK_FLAW_easy},
        {"000001", LOCK_FLAW_none}, {"123457", LOCK_FLAW_none}, {"284915", LOCK_FLAW_none},
        {"一二三", LOCK_FLAW_size}, {"890123", LOCK_FLAW_none}, {" 12345", LOCK_FLAW_size},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_ROW(rows[i].pin, lock_flaw(rows[i].pin) == rows[i].flaw);
    }
}

TEST(test_lock_without_a_pin_says_so)
{
    struct memory_store memory;
    struct lock_state state;
    struct clock_reading now = at(1000, 1);
    memory_store_open(&memory);
    EXPECT_OK(lock_read(memory.store, &now, &state));
    EXPECT(!state.has_pin);
    EXPECT_INT(0, state.wait_ms);
    memory_store_close(&memory);
}

TEST(test_lock_opens_for_the_pin_and_nothing_else)
{
    static const char *const others[] = {"284916", "", "28491", "2849150", "284915 "};
    struct memory_store memory;
    struct lock_state state;
    set(&memory);
    int64_t ms = 1000;
    for (size_t i = 0; i < COUNT(others); i++) {
        ms += LOCK_WAIT_MAX_MS;
        EXPECT_ROW(others[i], try_at(&memory, at(ms, 1), others[i], &state) == LOCK_ANSWER_wrong);
        EXPECT_INT(i + 1, state.wrong_count);
    }
    ms += LOCK_WAIT_MAX_MS;
    EXPECT_INT(LOCK_ANSWER_right, try_at(&memory, at(ms, 1), right, &state));
    EXPECT_INT(0, state.wrong_count);
    EXPECT_INT(0, state.wait_ms);
    memory_store_close(&memory);
}

TEST(test_lock_keeps_no_pin_in_the_file)
{
    struct memory_store memory;
    set(&memory);
    struct str bytes;
    EXPECT_OK(store_setting_bytes(memory.store, &memory.arena, SETTING_lock_verifier, &bytes));
    EXPECT(bytes.size > 0);
    EXPECT(!str_contains(bytes, str_from(right)));
    memory_store_close(&memory);
}

TEST(test_lock_waits_grow_and_have_an_end)
{
    static const struct {
        uint32_t count;
        int64_t wait_s;
    } rows[] = {{0, 0},   {1, 0},    {3, 0},    {4, 30},    {5, 60},      {6, 300},
                {7, 900}, {8, 1800}, {9, 3600}, {10, 3600}, {1000, 3600}, {UINT32_MAX, 3600}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_INT(rows[i].wait_s * 1000, lock_wait_ms(rows[i].count));
    }
    for (uint32_t i = 0; i < 100; i++) {
        EXPECT(lock_wait_ms(i) <= lock_wait_ms(i + 1));
    }
}

/* Goal: neither the right PIN nor a wrong one is looked at before the wait is over; a clock set
 * forward, a restart of the program and a restart of the tablet shorten nothing. */
TEST(test_lock_wait_is_not_got_round)
{
    struct memory_store memory;
    struct lock_state state;
    set(&memory);
    for (int i = 0; i < 4; i++) {
        EXPECT_INT(LOCK_ANSWER_wrong, try_at(&memory, at(100000, 1), wrong, &state));
    }
    EXPECT_INT(30000, state.wait_ms);
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, at(100001, 1), right, &state));
    EXPECT_INT(29999, state.wait_ms);
    EXPECT_INT(4, state.wrong_count);

    struct clock_reading ahead = at(100001, 1);
    ahead.wall_ms += INT64_C(400) * 24 * 3600 * 1000;
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, ahead, right, &state));
    ahead.wall_ms = 0;
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, ahead, right, &state));

    EXPECT_OK(store_reopen(memory.store));
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, at(129999, 1), right, &state));
    EXPECT_INT(1, state.wait_ms);

    /* Another boot: the whole wait again, and no wait is ever longer than the whole. */
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, at(0, 2), right, &state));
    EXPECT_INT(30000, state.wait_ms);
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, at(29999, 2), right, &state));
    EXPECT_INT(LOCK_ANSWER_right, try_at(&memory, at(30000, 2), right, &state));
    memory_store_close(&memory);
}

TEST(test_lock_wait_ends_with_the_boot_unknown)
{
    struct memory_store memory;
    struct lock_state state;
    set(&memory);
    for (int i = 0; i < 4; i++) {
        EXPECT_INT(LOCK_ANSWER_wrong, try_at(&memory, at(500000, 0), wrong, &state));
    }
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, at(500010, 0), right, &state));
    EXPECT_INT(LOCK_ANSWER_too_soon, try_at(&memory, at(10, 0), right, &state));
    EXPECT_INT(LOCK_ANSWER_right, try_at(&memory, at(31000, 0), right, &state));
    memory_store_close(&memory);
}

/* Goal: with the battery pulled at any step of a try, no answer was given that is not counted,
 * and nothing that was counted is forgotten. */
TEST(test_lock_counts_a_try_before_it_looks)
{
    bool was_whole = false;
    for (uint64_t step = 1; !was_whole && step < 100; step++) {
        struct memory_store memory;
        struct lock_state state;
        struct clock_reading now = at(1000, 1);
        enum lock_answer answer = LOCK_ANSWER_right;
        set(&memory);
        fault_disk_arm(&memory.disk);
        memory.disk.cut_before_step = step;
        bool was_answered = lock_try(memory.store, &now, wrong, &answer, &state) == OK;
        EXPECT_INT(LOCK_ANSWER_wrong, answer);
        was_whole = !memory.disk.is_dead;
        EXPECT(!was_whole || was_answered);
        store_close(&memory.store);
        fault_disk_restart(&memory.disk, FAULT_KEEP_flushed);
        EXPECT_OK(store_open(&memory.arena, &memory.options, &memory.store));
        EXPECT_OK(lock_read(memory.store, &now, &state));
        EXPECT(state.wrong_count == 1 || !was_answered);
        memory_store_close(&memory);
    }
    EXPECT(was_whole);
}

TEST(test_lock_set_anew_forgets_the_old_pin_and_its_tries)
{
    struct memory_store memory;
    struct lock_state state;
    struct test_rng random;
    struct rng rng = test_rng_make(&random, 4);
    set(&memory);
    EXPECT_INT(LOCK_ANSWER_wrong, try_at(&memory, at(1000, 1), wrong, &state));
    EXPECT_OK(lock_set(memory.store, &rng, wrong));
    EXPECT_INT(LOCK_ANSWER_wrong, try_at(&memory, at(2000, 1), right, &state));
    EXPECT_INT(1, state.wrong_count);
    EXPECT_INT(LOCK_ANSWER_right, try_at(&memory, at(2000, 1), wrong, &state));
    memory_store_close(&memory);
}

/* A verifier that cannot be read lets nobody in. */
TEST(test_lock_stays_shut_when_the_verifier_is_damaged)
{
    struct memory_store memory;
    struct lock_state state;
    struct clock_reading now = at(1000, 1);
    set(&memory);
    EXPECT_OK(store_setting_set_bytes(memory.store, SETTING_lock_verifier, "x", 1));
    EXPECT_OK(lock_read(memory.store, &now, &state));
    EXPECT(state.has_pin);
    enum lock_answer answer = LOCK_ANSWER_right;
    EXPECT_INT(ERR_corrupt, lock_try(memory.store, &now, right, &answer, &state));
    EXPECT_INT(LOCK_ANSWER_wrong, answer);
    memory_store_close(&memory);
}
