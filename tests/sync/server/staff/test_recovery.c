/* The second factor, and the codes for whoever lost it. */
#include "sync/server/staff/recovery.h"

#include "sync/server/staff/totp.h"
#include "tests/sync/server/staff/desk.h"

TEST(test_the_second_factor_is_asked_once_it_was_confirmed_and_no_code_twice)
{
    struct desk desk;
    desk_open(&desk);
    uint8_t secret[TOTP_SECRET_SIZE];
    char text[TOTP_TEXT_SIZE];
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(account_totp_make(desk.store, os_rng(), 1, secret));
    EXPECT_OK(hq_commit(desk.store));
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
    totp_code(TOTP_HASH_sha1, secret, sizeof secret, (uint64_t)(desk.now_ms / TOTP_STEP_MS), 6,
              text);
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_ERR(ERR_not_allowed, account_totp_confirm(desk.store, 1, STR("no"), desk.now_ms));
    EXPECT_OK(account_totp_confirm(desk.store, 1, str_from(text), desk.now_ms));
    EXPECT_OK(hq_commit(desk.store));
    EXPECT_INT(ACCOUNT_needs_totp, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
    EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", true, "192.0.2.7", text, NULL)); /* used up */
    desk.now_ms += TOTP_STEP_MS;
    totp_code(TOTP_HASH_sha1, secret, sizeof secret, (uint64_t)(desk.now_ms / TOTP_STEP_MS), 6,
              text);
    EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", false, "192.0.2.7", text, NULL));
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "192.0.2.7", text, NULL));
    EXPECT_INT(ACCOUNT_wrong, try_as(&desk, "S1", true, "192.0.2.7", text, NULL));
    desk_close(&desk);
}

TEST(test_a_second_factor_that_cannot_be_opened_lets_nobody_in)
{
    struct desk desk;
    desk_open(&desk);
    uint8_t secret[TOTP_SECRET_SIZE];
    char text[TOTP_TEXT_SIZE];
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(account_totp_make(desk.store, os_rng(), 1, secret));
    totp_code(TOTP_HASH_sha1, secret, sizeof secret, (uint64_t)(desk.now_ms / TOTP_STEP_MS), 6,
              text);
    EXPECT_OK(account_totp_confirm(desk.store, 1, str_from(text), desk.now_ms));
    EXPECT_OK(hq_commit(desk.store));
    hq_store_close(desk.store); /* as after a restore without hq.key */
    EXPECT_OK(hq_store_open(&desk.store, desk.folder, HQ_ACCESS_write, false));
    desk.now_ms += TOTP_STEP_MS;
    totp_code(TOTP_HASH_sha1, secret, sizeof secret, (uint64_t)(desk.now_ms / TOTP_STEP_MS), 6,
              text);
    struct account_try try = {.code = STR("S1"),
                              .totp = str_from(text),
                              .origin = "192.0.2.7",
                              .door = SESSION_DOOR_web,
                              .now_ms = desk.now_ms};
    enum account_answer answer = ACCOUNT_wrong;
    EXPECT_OK(account_begin(desk.store, &try));
    try.is_proven = true;
    EXPECT_ERR(ERR_wrong_key, account_enter(desk.store, os_rng(), &try, &answer));
    EXPECT(answer != ACCOUNT_entered && try.token[0] == '\0');
    EXPECT_INT(ACCOUNT_needs_totp, try_as(&desk, "S1", true, "192.0.2.7", "", NULL));
    lend_key(&desk);
    EXPECT_INT(ACCOUNT_entered, try_as(&desk, "S1", true, "192.0.2.7", text, NULL));
    desk_close(&desk);
}

/* A second factor that counts, and its recovery codes. */
static void factor_on(struct desk *desk, struct recovery_codes *codes)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    char text[TOTP_TEXT_SIZE];
    EXPECT_OK(recovery_make(os_rng(), codes));
    EXPECT_OK(hq_begin(desk->store));
    EXPECT_OK(account_totp_make(desk->store, os_rng(), 1, secret));
    totp_code(TOTP_HASH_sha1, secret, sizeof secret, (uint64_t)(desk->now_ms / TOTP_STEP_MS), 6,
              text);
    EXPECT_OK(account_totp_confirm(desk->store, 1, str_from(text), desk->now_ms));
    EXPECT_OK(recovery_keep(desk->store, 1, codes, desk->now_ms));
    EXPECT_OK(hq_commit(desk->store));
}

/* As try_as(), but the code is looked at; of the password it is known that it is right. */
static enum account_answer try_code(struct desk *desk, bool is_right, const char *code)
{
    struct account_try try = {
        .code = STR("S1"),
        .password = STR(""),
        .totp = str_from(code),
        .door = SESSION_DOOR_web,
        .origin = "192.0.2.7",
        .now_ms = desk->now_ms,
    };
    enum account_answer answer = ACCOUNT_wrong;
    EXPECT_OK(account_begin(desk->store, &try));
    try.is_proven = is_right && !try.is_paused;
    try.is_recovered =
        try.is_proven && try.recovery_no != 0 && recovery_is(try.recovery_verifier, try.totp);
    EXPECT_OK(account_enter(desk->store, os_rng(), &try, &answer));
    return answer;
}

static int64_t left(struct desk *desk)
{
    int64_t count = -1;
    EXPECT_OK(recovery_left(desk->store, 1, &count));
    return count;
}

TEST(test_a_recovery_code_lets_in_once_in_place_of_the_app)
{
    struct desk desk;
    struct recovery_codes codes;
    desk_open(&desk);
    factor_on(&desk, &codes);
    EXPECT_INT(ACCOUNT_needs_totp, try_code(&desk, true, ""));
    EXPECT_INT(ACCOUNT_wrong, try_code(&desk, false, codes.texts[2])); /* not without password */
    EXPECT_INT(RECOVERY_CODES, left(&desk));
    EXPECT_INT(ACCOUNT_entered, try_code(&desk, true, codes.texts[2]));
    EXPECT_INT(RECOVERY_CODES - 1, left(&desk));
    EXPECT_INT(ACCOUNT_wrong, try_code(&desk, true, codes.texts[2]));
    /* As a person types it. */
    char typed[RECOVERY_TEXT_SIZE];
    for (size_t i = 0; i < sizeof typed; i++) {
        char c = codes.texts[0][i];
        typed[i] = c == '-' ? ' ' : c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    EXPECT_INT(ACCOUNT_entered, try_code(&desk, true, typed));
    EXPECT_INT(RECOVERY_CODES - 2, left(&desk));
    desk_close(&desk);
}

TEST(test_what_is_no_recovery_code_is_a_wrong_try)
{
    struct desk desk;
    struct recovery_codes codes;
    desk_open(&desk);
    factor_on(&desk, &codes);
    static const char *const others[] = {"1-AAAA-AAAA-AAAA", "9-AAAA-AAAA-AAAA", "1-AAAA",
                                         "1-AAAA-AAAA-AAAA-AAAA"};
    EXPECT_INT(0, recovery_no(STR("9-AAAA-AAAA-AAAA")));
    EXPECT_INT(0, recovery_no(STR("1-AAAA-AAAA-AAAA-AAAA")));
    EXPECT_INT(0, recovery_no(STR("123456")));
    EXPECT_INT(1, recovery_no(STR("1-AAAA-AAAA-AAAA")));
    for (size_t i = 0; i < COUNT(others); i++) {
        EXPECT_INT(ACCOUNT_wrong, try_code(&desk, true, others[i]));
    }
    EXPECT_INT(ACCOUNT_wrong, try_code(&desk, true, others[0])); /* the fifth: a pause begins */
    EXPECT_INT(ACCOUNT_paused, try_code(&desk, true, codes.texts[0]));
    EXPECT_INT(RECOVERY_CODES, left(&desk));
    desk_close(&desk);
}

TEST(test_recovery_codes_go_with_the_second_factor_and_of_them_only_hashes_are_kept)
{
    struct desk desk;
    struct recovery_codes codes;
    char once[ACCOUNT_CODE_SIZE];
    desk_open(&desk);
    factor_on(&desk, &codes);
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        EXPECT(strncmp(codes.verifiers[i], "$argon2id$", 10) == 0);
        EXPECT(recovery_no(str_from(codes.texts[i])) == (int64_t)i + 1);
    }
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(account_totp_drop(desk.store, 1));
    EXPECT_OK(hq_commit(desk.store));
    EXPECT_INT(0, left(&desk));
    EXPECT_OK(hq_begin(desk.store));
    EXPECT_OK(recovery_keep(desk.store, 1, &codes, desk.now_ms));
    EXPECT_OK(account_renew(desk.store, os_rng(), 1, desk.now_ms, once));
    EXPECT_OK(hq_commit(desk.store));
    EXPECT_INT(0, left(&desk));
    desk_close(&desk);
}
