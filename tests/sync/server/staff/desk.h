/* tests/sync/server/staff/desk.h -- a headquarters of two people who sign in. */
#pragma once

#include "core/os/os.h"
#include "sync/server/staff/account.h"
#include "sync/server/staff/member.h"
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

static inline void person_add(struct desk *desk, uint32_t person_no, const char *code,
                              uint32_t role)
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
static inline void lend_key(struct desk *desk)
{
    static const uint8_t seed[STRONGBOX_SEED_SIZE] = {7};
    EXPECT_OK(strongbox_add_key(desk->store, seed));
}

/* Two people: S1 (1) with a password, S2 (2) without an account. */
static inline void desk_open(struct desk *desk)
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
static inline void desk_restart(struct desk *desk)
{
    hq_store_close(desk->store);
    EXPECT_OK(hq_store_open(&desk->store, desk->folder, HQ_ACCESS_write, false));
    lend_key(desk);
}

static inline void desk_close(struct desk *desk)
{
    hq_store_close(desk->store);
    field_folder_remove(desk->folder);
    arena_deinit(&desk->arena);
}

/* One try. `is_right`: whether the slow step would say yes; it is not run, for it says nothing of
 * counting. */
static inline enum account_answer try_as(struct desk *desk, const char *code, bool is_right,
                                         const char *origin, const char *totp,
                                         struct account_try *out)
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

static inline bool is_in(struct desk *desk, const char *token)
{
    struct session session;
    enum err err = session_find(&desk->arena, desk->store, str_from(token), desk->now_ms, &session);
    EXPECT(err == OK || err == ERR_not_allowed);
    return err == OK;
}

static inline void change(struct desk *desk, enum err (*work)(struct hq_store *, uint32_t),
                          uint32_t no)
{
    EXPECT_OK(hq_begin(desk->store));
    EXPECT_OK(work(desk->store, no));
    EXPECT_OK(hq_commit(desk->store));
}
