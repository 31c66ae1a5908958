/* tests/sync/server/command/signed_in.h -- commands of tests are somebody's: sessions of people
 * without the fifth of a second that a password takes. */
#pragma once

#include "core/os/os.h"
#include "sync/server/staff/account.h"
#include "sync/server/staff/member.h"
#include "sync/server/store/page_sum.h"
#include "tests/lib/test.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* The file in which the session of a headquarters' caller is kept. */
static inline const char *signed_in_path(struct arena *arena, const char *folder)
{
    return str_format(arena, "%s/caller.session", folder);
}

/* The founder has number 1. Tests count from the people whom they add: they get 1 and so on,
 * the founder what is left. To be called when all are there and nothing names them yet. */
static inline void signed_in_renumber(const char *folder)
{
    static const char *const tables[] = {"person_role", "account", "staff_session", "person"};
    char text[512];
    sqlite3 *db = NULL;
    snprintf(text, sizeof text, "%s/hq.db", folder);
    EXPECT_INT(SQLITE_OK, sqlite3_open_v2(text, &db, SQLITE_OPEN_READWRITE, page_sum_vfs));
    for (size_t i = 0; i < COUNT(tables); i++) { /* person last: it says how many there are */
        snprintf(text, sizeof text,
                 "UPDATE %s SET person_no = -(SELECT count(*) FROM person) WHERE person_no = 1;"
                 "UPDATE %s SET person_no = person_no - 1 WHERE person_no > 1;"
                 "UPDATE %s SET person_no = -person_no WHERE person_no < 0",
                 tables[i], tables[i], tables[i]);
        EXPECT_INT(SQLITE_OK, sqlite3_exec(db, text, NULL, NULL, NULL));
    }
    sqlite3_close(db);
}

/* The person with this staff number is the caller from now on; the founder when there is none
 * of that number. No server may be at work. Does nothing where there is no headquarters. */
static inline void signed_in_as(const char *folder, const char *code, int64_t now_ms)
{
    /* Of no password: it is never asked for. */
    static const char verifier[] = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                                   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    struct hq_store *store = NULL;
    if (hq_store_open(&store, folder, HQ_ACCESS_write, false) != OK) {
        return;
    }
    struct arena arena;
    arena_init(&arena, 0);
    uint32_t person_no = 0;
    bool must_choose = false;
    char token[SESSION_TEXT_SIZE] = "";
    if (member_find(store, str_from(code), &person_no) == OK ||
        member_find(store, STR("admin"), &person_no) == OK) {
        EXPECT_OK(account_must_change(store, person_no, &must_choose));
        EXPECT_OK(hq_begin(store));
        if (must_choose) {
            EXPECT_OK(account_set_password(store, person_no, verifier, now_ms));
        }
        EXPECT_OK(
            session_open(store, os_rng(), person_no, SESSION_DOOR_console, "test", now_ms, token));
        EXPECT_OK(hq_commit(store));
    }
    hq_store_close(store);
    EXPECT_OK(os_file_replace(signed_in_path(&arena, folder), token, strlen(token)));
    arena_deinit(&arena);
}

/* Whom `--by` of the words names, else the founder. */
static inline const char *signed_in_by(const char *const *words, int count)
{
    for (int i = 0; i + 1 < count; i++) {
        if (strcmp(words[i], "--by") == 0) {
            return words[i + 1];
        }
    }
    return "admin";
}
