/* Signing in: passwords, one-time codes, wrong tries, locks. */
#include "tests/sync/server/staff/desk.h"

TEST(test_a_right_password_opens_a_session_and_a_wrong_one_does_not)
{
    struct desk desk;
    desk_open(&desk);
    EXPECT_OK(password_keep(str_from(PASSWORD), desk.verifier));
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(account_set_password(desk.store, 1, desk.verifier, desk.now_ms));
    EXPECT_OK(hq_commit(desk.store));
    static const struct {
        const char *code, *password;
        enum account_answer answer;
    } rows[] = {{"S1", "a door in the rain", ACCOUNT_entered},
                {"S1", "a door in the rai", ACCOUNT_wrong},
                {"S1", "", ACCOUNT_wrong},
                {"S2", "a door in the rain", ACCOUNT_wrong},
                {"X9", "a door in the rain", ACCOUNT_wrong}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct account_try try = {.code = str_from(rows[i].code),
                                  .password = str_from(rows[i].password),
                                  .door = SESSION_DOOR_web,
                                  .origin = "192.0.2.7",
                                  .now_ms = desk.now_ms};
        enum account_answer answer = ACCOUNT_wrong;
        EXPECT_OK(account_begin(desk.store, &try));
        account_prove(&try);
        EXPECT_OK(account_enter(desk.store, os_rng(), &try, &answer));
        EXPECT_INT(rows[i].answer, answer);
        EXPECT_INT(answer == ACCOUNT_entered, is_in(&desk, try.token));
    }
    desk_close(&desk);
}

TEST(test_wrong_tries_make_pauses_that_double_and_outlive_a_restart)
{
    struct desk desk;
    desk_open(&desk);
    for (int i = 0; i < ACCOUNT_TRIES; i++) {
        EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", false, "192.0.2.7", "", NULL));
    }
    int64_t pause_ms = ACCOUNT_PAUSE_MS;
    for (int i = 0; i < 8; i++) {
        desk_restart(&desk);
        struct account_try try;
        /* Not even what is right, not from elsewhere, to the last millisecond. */
        EXPECT_INT(ACCOUNT_paused, try_as(&desk, "S1", true, "198.51.100.1", "", &try));
        EXPECT_INT(pause_ms, try.pause_ms);
        desk.now_ms += pause_ms - 1;
        EXPECT_INT(ACCOUNT_paused, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
        desk.now_ms += 1;
        EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", false, "192.0.2.7", "", NULL));
        pause_ms = pause_ms * 2 < ACCOUNT_PAUSE_MAX_MS ? pause_ms * 2 : ACCOUNT_PAUSE_MAX_MS;
    }
    EXPECT_INT(ACCOUNT_PAUSE_MAX_MS, pause_ms);
    /* A clock that was set back by a day does not let anybody try sooner, nor wait longer. */
    desk.now_ms -= 24 * HOUR_MS;
    struct account_try back;
    EXPECT_INT(ACCOUNT_paused, try_as(&desk, "S1", true, "192.0.2.7", "", &back));
    EXPECT_INT(ACCOUNT_PAUSE_MAX_MS, back.pause_ms);
    desk.now_ms += 24 * HOUR_MS + ACCOUNT_PAUSE_MAX_MS;
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "198.51.100.1", "", NULL));
    EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", false, "198.51.100.1", "", NULL));
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "198.51.100.1", "", NULL));
    desk_close(&desk);
}

TEST(test_an_address_that_guesses_names_is_paused_and_names_are_not_told)
{
    struct desk desk;
    desk_open(&desk);
    char name[16];
    for (int i = 0; i < ACCOUNT_ADDRESS_TRIES; i++) {
        snprintf(name, sizeof name, "X%d", i);
        EXPECT_INT(ACCOUNT_wrong, try_as(&desk, name, false, "192.0.2.7", "", NULL));
    }
    EXPECT_INT(ACCOUNT_paused, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "192.0.2.8", "", NULL));
    /* A name that nobody has is paused like one that somebody has. */
    for (int i = 0; i < ACCOUNT_TRIES; i++) {
        snprintf(name, sizeof name, "192.0.2.%d", 100 + i);
        EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "Y1", false, name, "", NULL));
    }
    EXPECT_INT(ACCOUNT_paused, try_as(&desk, "Y1", false, "192.0.2.9", "", NULL));
    desk_close(&desk);
}

TEST(test_a_pause_that_began_beside_a_try_counts_for_it)
{
    struct desk desk;
    desk_open(&desk);
    struct account_try try = {.code = STR("S1"),
                              .password = STR(""),
                              .door = SESSION_DOOR_web,
                              .origin = "192.0.2.7",
                              .now_ms = desk.now_ms};
    EXPECT_OK(account_begin(desk.store, &try));
    try.is_proven = true;
    for (int i = 0; i < ACCOUNT_TRIES; i++) {
        EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", false, "192.0.2.7", "", NULL));
    }
    enum account_answer answer = ACCOUNT_entered;
    EXPECT_OK(account_enter(desk.store, os_rng(), &try, &answer));
    EXPECT_INT(ACCOUNT_paused, answer);
    desk_close(&desk);
}

TEST(test_a_one_time_code_lets_in_until_a_password_is_chosen)
{
    struct desk desk;
    desk_open(&desk);
    char code[ACCOUNT_CODE_SIZE];
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(account_renew(desk.store, os_rng(), 2, desk.now_ms, code));
    EXPECT_OK(hq_commit(desk.store));
    char typed[ACCOUNT_CODE_SIZE];
    for (size_t i = 0; i < sizeof typed; i++) { /* small letters, blanks for dashes */
        typed[i] = code[i] == '-'                     ? ' '
                   : code[i] >= 'A' && code[i] <= 'Z' ? (char)(code[i] + 32)
                                                      : code[i];
    }
    struct account_try try = {.code = STR("S2"),
                              .password = str_from(typed),
                              .door = SESSION_DOOR_web,
                              .origin = "192.0.2.7",
                              .now_ms = desk.now_ms + ACCOUNT_CODE_MS};
    enum account_answer answer = ACCOUNT_entered;
    EXPECT_OK(account_begin(desk.store, &try));
    account_prove(&try);
    EXPECT_OK(account_enter(desk.store, os_rng(), &try, &answer));
    EXPECT_INT(ACCOUNT_wrong, answer); /* too late */
    try.now_ms = desk.now_ms + ACCOUNT_CODE_MS - 1;
    EXPECT_OK(account_begin(desk.store, &try));
    account_prove(&try);
    EXPECT_OK(account_enter(desk.store, os_rng(), &try, &answer));
    EXPECT_INT(ACCOUNT_entered, answer);
    EXPECT(try.must_change);
    bool must_change = false;
    EXPECT_OK(account_must_change(desk.store, 2, &must_change));
    EXPECT(must_change);
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(account_set_password(desk.store, 2, desk.verifier, desk.now_ms));
    EXPECT_OK(hq_commit(desk.store));
    EXPECT_OK(account_must_change(desk.store, 2, &must_change));
    EXPECT(!must_change);
    EXPECT(!is_in(&desk, try.token)); /* sessions of before have ended */
    EXPECT_OK(account_begin(desk.store, &try));
    EXPECT(!try.has_code); /* and the code is spent */
    desk_close(&desk);
}

static enum err lock(struct hq_store *store, uint32_t person_no)
{
    return account_lock(store, person_no, true);
}

static enum err unlock(struct hq_store *store, uint32_t person_no)
{
    return account_lock(store, person_no, false);
}

TEST(test_a_locked_account_ends_its_sessions_and_opening_forgets_wrong_tries)
{
    struct desk desk;
    struct account_try try;
    desk_open(&desk);
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "192.0.2.7", "", &try));
    EXPECT(is_in(&desk, try.token));
    change(&desk, lock, 1);
    EXPECT(!is_in(&desk, try.token));
    EXPECT_INT(ACCOUNT_locked, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
    EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", false, "192.0.2.7", "", NULL));
    for (int i = 1; i < ACCOUNT_TRIES; i++) {
        EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", false, "192.0.2.7", "", NULL));
    }
    EXPECT_INT(ACCOUNT_paused, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
    change(&desk, unlock, 1);
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_ERR(ERR_not_found, account_lock(desk.store, 9, true));
    hq_rollback(desk.store);
    desk_close(&desk);
}

TEST(test_the_last_administrator_is_known)
{
    struct desk desk;
    bool has_other = true;
    desk_open(&desk);
    EXPECT_OK(member_has_other_admin(desk.store, 2, &has_other));
    EXPECT(!has_other);
    EXPECT_OK(hq_begin(desk.store));
    const struct permit_grant grant = {STAFF_ROLE_admin, HQ_BRANCH};
    const struct permit_grant elsewhere = {STAFF_ROLE_admin, 2};
    EXPECT_OK(member_grant(desk.store, 1, &elsewhere));
    EXPECT_OK(member_has_other_admin(desk.store, 2, &has_other));
    EXPECT(!has_other);
    EXPECT_OK(member_grant(desk.store, 1, &grant));
    EXPECT_OK(member_has_other_admin(desk.store, 2, &has_other));
    EXPECT(has_other);
    EXPECT_OK(member_take(desk.store, 1, &grant));
    EXPECT_ERR(ERR_not_found, member_take(desk.store, 1, &grant));
    EXPECT_OK(hq_commit(desk.store));
    desk_close(&desk);
}
