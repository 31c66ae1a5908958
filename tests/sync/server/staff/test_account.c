/* Signing in: passwords, one-time codes, second factor, wrong tries, sessions and their ends. */
#include "sync/server/staff/account.h"

#include "core/os/os.h"
#include "sync/server/staff/member.h"
#include "sync/server/staff/totp.h"
#include "sync/server/store/strongbox.h"
#include "tests/sync/server/field.h"

#include <string.h>

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS };

static const char PASSWORD[] = "a door in the rain";
/* Of no password. Making one takes a fifth of a second; what is tested is not that. */
#define VERIFIER                                             \
    "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$" \
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

struct desk {
    struct arena arena;
    char *folder;
    struct hq_store *store;
    int64_t now_ms;
    char verifier[PASSWORD_VERIFIER_SIZE];
};

static void person_add(struct desk *desk, uint32_t person_no, const char *code, uint32_t role)
{
    struct hq_query put = hq_query(desk->store, SQL_HQ_person_put);
    hq_bind_i64(&put, "$person_no", person_no);
    hq_bind_text(&put, "$code", str_from(code));
    hq_bind_text(&put, "$name", str_from(code));
    hq_bind_i64(&put, "$role", role);
    hq_bind_i64(&put, "$team_no", 0);
    hq_bind_i64(&put, "$is_active", 1);
    hq_bind_text(&put, "$areas", STR(""));
    hq_bind_i64(&put, "$capacity", 0);
    hq_bind_i64(&put, "$made_at_ms", 0);
    EXPECT_OK(hq_run(&put));
}

/* The key under which second factors lie sealed. */
static void lend_key(struct desk *desk)
{
    static const uint8_t seed[STRONGBOX_SEED_SIZE] = {7};
    EXPECT_OK(strongbox_add_key(desk->store, seed));
}

/* Two people: S1 (1) with a password, S2 (2) without an account. */
static void desk_open(struct desk *desk)
{
    memset(desk, 0, sizeof *desk);
    arena_init(&desk->arena, 0);
    desk->folder = field_folder(&desk->arena);
    desk->now_ms = FIELD_AT_MS;
    EXPECT_OK(hq_store_open(&desk->store, desk->folder, HQ_ACCESS_write, true));
    lend_key(desk);
    EXPECT(str_copy(desk->verifier, sizeof desk->verifier, STR(VERIFIER)));
    EXPECT_OK(hq_begin(desk->store));
    person_add(desk, 1, "S1", STAFF_ROLE_supervisor);
    person_add(desk, 2, "S2", STAFF_ROLE_admin);
    EXPECT_OK(account_set_password(desk->store, 1, desk->verifier, desk->now_ms));
    EXPECT_OK(hq_commit(desk->store));
}

/* Headquarters is started again. */
static void desk_restart(struct desk *desk)
{
    hq_store_close(desk->store);
    EXPECT_OK(hq_store_open(&desk->store, desk->folder, HQ_ACCESS_write, false));
    lend_key(desk);
}

static void desk_close(struct desk *desk)
{
    hq_store_close(desk->store);
    field_folder_remove(desk->folder);
    arena_deinit(&desk->arena);
}

/* One try. `is_right`: whether the slow step would say yes; it is not run, for it says nothing of
 * counting. */
static enum account_answer try_as(struct desk *desk, const char *code, bool is_right,
                                  const char *origin, const char *totp, struct account_try *out)
{
    struct account_try try = {
        .code = str_from(code),
        .password = STR(""),
        .totp = str_from(totp),
        .door = SESSION_DOOR_web,
        .origin = origin,
        .now_ms = desk->now_ms,
    };
    enum account_answer answer = ACCOUNT_wrong;
    EXPECT_OK(account_begin(desk->store, &try));
    try.is_proven = is_right && !try.is_paused && try.person_no != 0;
    EXPECT_OK(account_enter(desk->store, os_rng(), &try, &answer));
    if (out != NULL) {
        *out = try;
    }
    return answer;
}

static bool is_in(struct desk *desk, const char *token)
{
    struct session session;
    enum err err = session_find(&desk->arena, desk->store, str_from(token), desk->now_ms, &session);
    EXPECT(err == OK || err == ERR_not_allowed);
    return err == OK;
}

static void change(struct desk *desk, enum err (*work)(struct hq_store *, uint32_t), uint32_t no)
{
    EXPECT_OK(hq_begin(desk->store));
    EXPECT_OK(work(desk->store, no));
    EXPECT_OK(hq_commit(desk->store));
}

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
