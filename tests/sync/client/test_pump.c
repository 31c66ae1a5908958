#include "sync/client/pump.h"
#include "sync/client/status.h"
#include "tests/lib/test.h"

/* Every cell of the table in pump.h. */
TEST(test_pump_table)
{
    static const struct {
        const char *row;
        struct pump pump;
        bool has_envelope;
        int64_t now_ms;
        enum pump_action action;
        int64_t wait_ms;
    } rows[] = {
        {"idle, nothing waits", {0, 0}, false, 100, PUMP_ACTION_wait, PUMP_LOOK_MS},
        {"idle, something waits", {0, 0}, true, 100, PUMP_ACTION_post, 0},
        {"failed, long before", {3, 9000}, true, 100, PUMP_ACTION_wait, PUMP_LOOK_MS},
        {"failed, just before", {3, 9000}, true, 8999, PUMP_ACTION_wait, 1},
        {"failed, a look before", {3, 9000}, true, 8000, PUMP_ACTION_wait, PUMP_LOOK_MS},
        {"failed, in time", {3, 9000}, true, 9000, PUMP_ACTION_post, 0},
        {"failed, in time, nothing waits", {3, 9000}, false, 9001, PUMP_ACTION_wait, PUMP_LOOK_MS},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct pump_next next = pump_next(&rows[i].pump, rows[i].has_envelope, rows[i].now_ms);
        EXPECT_ROW(rows[i].row, next.action == rows[i].action);
        EXPECT_ROW(rows[i].row, next.wait_ms == rows[i].wait_ms);
    }
}

TEST(test_backoff_doubles_from_five_seconds_to_fifteen_minutes)
{
    static const int64_t widths_s[] = {5, 10, 20, 40, 80, 160, 320, 640, 900, 900};
    for (uint32_t i = 0; i < COUNT(widths_s); i++) {
        EXPECT_INT(widths_s[i] * 1000, pump_backoff_ms(i + 1));
    }
    EXPECT_INT(900000, pump_backoff_ms(UINT32_MAX));
}

TEST(test_jitter_fills_the_width_and_never_leaves_it)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 1);
    for (uint32_t failures = 1; failures < 12; failures++) {
        int64_t low_ms = INT64_MAX;
        int64_t high_ms = 0;
        for (int i = 0; i < 2000; i++) {
            struct pump pump = {.failures = failures - 1};
            pump_failed(&pump, 50000, 0, &rng);
            int64_t wait_ms = pump.not_before_ms - 50000;
            low_ms = wait_ms < low_ms ? wait_ms : low_ms;
            high_ms = wait_ms > high_ms ? wait_ms : high_ms;
            EXPECT_INT(failures, pump.failures);
        }
        int64_t width_ms = pump_backoff_ms(failures);
        EXPECT(low_ms >= PUMP_BACKOFF_LEAST_MS && low_ms < width_ms / 10 + PUMP_BACKOFF_LEAST_MS);
        EXPECT(high_ms <= width_ms && high_ms > width_ms * 9 / 10);
    }
}

/* Every failure's longest wait, by the number of failures in a row. */
TEST(test_back_off_doubles_from_five_seconds_to_a_quarter_of_an_hour)
{
    static const struct {
        uint32_t failures;
        int64_t wait_s;
    } rows[] = {
        {0, 5},   {1, 5},   {2, 10},  {3, 20},  {4, 40},   {5, 80},
        {6, 160}, {7, 320}, {8, 640}, {9, 900}, {10, 900}, {UINT32_MAX, 900},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_INT(rows[i].wait_s * 1000, pump_backoff_ms(rows[i].failures));
    }
}

TEST(test_retry_after_is_kept_and_bounded)
{
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 2);
    struct pump pump = {0};
    pump_failed(&pump, 0, INT64_MAX, &rng);
    EXPECT(pump.not_before_ms <= (2 * PUMP_RETRY_AFTER_MAX_S + 1) * 1000);
    pump_woken(&pump);
    EXPECT_INT(PUMP_ACTION_post, pump_next(&pump, true, 0).action);
    pump_failed(&pump, 0, -5, &rng);
    EXPECT(pump.not_before_ms <= PUMP_BACKOFF_FIRST_MS);
    pump_delivered(&pump);
    EXPECT_INT(0, pump.failures);
    pump.failures = UINT32_MAX;
    pump_failed(&pump, 0, 0, &rng);
    EXPECT_INT(UINT32_MAX, pump.failures);
}

/* Goal: a fleet that was told the same pause does not come back as one. 5,000 tablets, told
 * 60 s: none early, and no second of the next minute gets more than twice its share. */
TEST(test_a_fleet_told_to_wait_comes_back_spread)
{
    enum { FLEET = 5000, ASKED_S = 60 };
    size_t per_second[ASKED_S + 2] = {0};
    struct test_rng state;
    struct rng rng = test_rng_make(&state, 3);
    for (int i = 0; i < FLEET; i++) {
        struct pump pump = {0};
        pump_failed(&pump, 0, ASKED_S, &rng);
        EXPECT(pump.not_before_ms >= ASKED_S * 1000 + PUMP_BACKOFF_LEAST_MS);
        int64_t late_s = pump.not_before_ms / 1000 - ASKED_S;
        EXPECT(late_s < (int64_t)COUNT(per_second));
        per_second[late_s]++;
    }
    for (size_t i = 0; i < COUNT(per_second); i++) {
        EXPECT(per_second[i] < 2 * FLEET / ASKED_S);
    }
}

TEST(test_status_goes_through_text)
{
    struct arena arena = {0};
    arena_init(&arena, 0);
    struct status status = {.last_try_at_ms = 1763863200000,
                            .last_success_at_ms = 1763863100000,
                            .last_error = ERR_overloaded,
                            .http_status = 503,
                            .refusal = 18,
                            .failures = 3,
                            .next_try_at_ms = 1763863300000,
                            .posted = 10,
                            .delivered = 7,
                            .sent_bytes = 2222,
                            .received_bytes = 1111,
                            .rate_bytes_s = 8000,
                            .photos_held = 1};
    struct status got;
    struct str text = status_to_text(&arena, &status);
    status_from_text(&got, text);
    EXPECT_INT(ERR_overloaded, got.last_error);
    EXPECT_INT(3, got.failures);
    EXPECT_INT(8000, got.rate_bytes_s);
    EXPECT_TEXT(text.bytes, status_to_text(&arena, &got).bytes);
    status_from_text(&got, STR("nonsense\nposted=x\nnewer=1\nfailures=2\nlast_error=what\n=\n\n"));
    EXPECT_INT(2, got.failures);
    EXPECT_INT(0, got.posted);
    EXPECT_INT(OK, got.last_error);
    for (size_t size = 0; size < text.size; size++) {
        status_from_text(&got, (struct str){text.bytes, size});
    }
    arena_deinit(&arena);
}
