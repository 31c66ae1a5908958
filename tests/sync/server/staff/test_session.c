/* Sessions and their ends, and the mark of a form. */
#include "tests/sync/server/staff/desk.h"

TEST(test_sessions_end_when_unused_and_after_a_day_and_are_never_the_token_itself)
{
    struct desk desk;
    desk_open(&desk);
    static const struct {
        enum session_door door;
        int64_t idle_ms, whole_ms;
    } rows[] = {{SESSION_DOOR_web, 30 * MINUTE_MS, 12 * HOUR_MS},
                {SESSION_DOOR_console, 12 * HOUR_MS, 12 * HOUR_MS}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        char token[SESSION_TEXT_SIZE], other[SESSION_TEXT_SIZE];
        desk.now_ms = FIELD_AT_MS;
        EXPECT_OK(hq_begin(desk.store));
        EXPECT_OK(session_open(desk.store, os_rng(), 1, rows[i].door, "x", desk.now_ms, token));
        EXPECT_OK(session_open(desk.store, os_rng(), 1, rows[i].door, "x", desk.now_ms, other));
        EXPECT_OK(hq_commit(desk.store));
        EXPECT(strcmp(token, other) != 0);
        struct hq_query stored = hq_query(desk.store, SQL_HQ_session_get);
        hq_bind_text(&stored, "$token_hash", str_from(token));
        EXPECT(!hq_next(&stored)); /* what the file holds opens nothing */
        EXPECT_OK(hq_end(&stored));
        EXPECT(is_in(&desk, token));
        desk.now_ms = FIELD_AT_MS + rows[i].idle_ms - 1;
        EXPECT(is_in(&desk, token));
        desk.now_ms = FIELD_AT_MS + rows[i].idle_ms;
        EXPECT(!is_in(&desk, token));
        /* Used again and again: until its whole time is over. */
        for (int64_t at_ms = 0; at_ms < rows[i].whole_ms; at_ms += rows[i].idle_ms - 1) {
            desk.now_ms = FIELD_AT_MS + at_ms;
            EXPECT(is_in(&desk, token));
            EXPECT_OK(hq_begin(desk.store));
            EXPECT_OK(session_touch(desk.store, str_from(token), desk.now_ms));
            EXPECT_OK(hq_commit(desk.store));
        }
        desk.now_ms = FIELD_AT_MS + rows[i].whole_ms;
        EXPECT(!is_in(&desk, token));
        desk.now_ms = FIELD_AT_MS - 2 * MINUTE_MS; /* a clock set back revives nothing */
        EXPECT(!is_in(&desk, token));
    }
    desk.now_ms = FIELD_AT_MS;
    static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
    static const char *const none[] = {"", "00", "zz", zeros};
    for (size_t i = 0; i < COUNT(none); i++) {
        EXPECT(!is_in(&desk, none[i]));
    }
    desk_close(&desk);
}

/* Who never signs out leaves a row: the next to sign in takes away all that have ended. One that is
 * gone is not found even where it still ran. */
TEST(test_a_session_that_ended_is_forgotten_when_the_next_one_opens)
{
    struct desk desk;
    desk_open(&desk);
    char tokens[5][SESSION_TEXT_SIZE];
    static const struct {
        int64_t at_ms;
        enum session_door door;
        size_t left;
    } rows[] = {
        {FIELD_AT_MS, SESSION_DOOR_web, 1},
        {FIELD_AT_MS, SESSION_DOOR_console, 2},
        {FIELD_AT_MS + 30 * MINUTE_MS, SESSION_DOOR_web, 3}, /* ended in this very moment */
        {FIELD_AT_MS + 30 * MINUTE_MS + 1, SESSION_DOOR_web, 3},
        {FIELD_AT_MS + 12 * HOUR_MS + 1, SESSION_DOOR_web, 1},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        EXPECT_OK(hq_begin(desk.store));
        EXPECT_OK(
            session_open(desk.store, os_rng(), 1, rows[i].door, "x", rows[i].at_ms, tokens[i]));
        EXPECT_OK(hq_commit(desk.store));
        size_t left = 0;
        for (size_t k = 0; k <= i; k++) {
            desk.now_ms = rows[k].at_ms;
            left += is_in(&desk, tokens[k]) ? 1 : 0;
        }
        EXPECT_INT(left, rows[i].left);
    }
    desk_close(&desk);
}

TEST(test_settings_of_headquarters_stand_above_the_times_of_sessions)
{
    struct desk desk;
    desk_open(&desk);
    struct account_try try;
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(hq_setting_set(desk.store, "session.web.idle_minutes", "5"));
    EXPECT_OK(hq_setting_set(desk.store, "session.web.minutes", "never"));
    EXPECT_OK(hq_commit(desk.store));
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "192.0.2.7", "", &try));
    desk.now_ms += 5 * MINUTE_MS - 1;
    EXPECT(is_in(&desk, try.token));
    desk.now_ms += 1;
    EXPECT(!is_in(&desk, try.token));
    desk_close(&desk);
}

TEST(test_a_form_is_known_by_a_mark_that_only_its_session_makes)
{
    char mark[SESSION_TEXT_SIZE], other[SESSION_TEXT_SIZE];
    char token[SESSION_TEXT_SIZE], second[SESSION_TEXT_SIZE];
    memset(token, 'a', sizeof token - 1);
    memset(second, 'b', sizeof second - 1);
    token[sizeof token - 1] = second[sizeof second - 1] = '\0';
    session_form_mark(str_from(token), mark);
    session_form_mark(str_from(second), other);
    EXPECT(strcmp(mark, token) != 0 && strcmp(mark, other) != 0);
    EXPECT(session_is_form_mark(str_from(token), str_from(mark)));
    EXPECT(!session_is_form_mark(str_from(token), str_from(other)));
    EXPECT(!session_is_form_mark(str_from(token), STR("")));
    EXPECT(!session_is_form_mark(str_from(token), str_from(token)));
}
