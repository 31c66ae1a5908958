/* sync/server/staff/account.h -- signing in: passwords, one-time codes, second factor, tries.
 *
 * Signing in has three steps, so that the slow one needs no database and keeps no tablet
 * waiting: account_begin() reads, account_prove() computes (64 MiB, a fifth of a second),
 * account_enter() books the result on the writer. Tries are counted for the account and for
 * the address, and outlive a restart: after ACCOUNT_TRIES wrong ones each doubles a pause, up to
 * ACCOUNT_PAUSE_MAX_MS. During a pause nothing is looked at, also not what would be right. */
#pragma once

#include "core/base/rng.h"
#include "sync/server/staff/password.h"
#include "sync/server/staff/session.h"

enum {
    ACCOUNT_TRIES = 5,          /* of one account */
    ACCOUNT_ADDRESS_TRIES = 20, /* of one address: people share one behind a router */
    ACCOUNT_PAUSE_MS = 30 * 1000,
    ACCOUNT_PAUSE_MAX_MS = 15 * 60 * 1000,
    ACCOUNT_FORGET_MS = 24 * 60 * 60 * 1000, /* wrong tries so old do not count any more */
    ACCOUNT_CODE_MS = 72 * 60 * 60 * 1000,   /* a one-time code is good for so long */
    ACCOUNT_CODE_SIZE = 25,                  /* "XXXX-XXXX-XXXX-XXXX-XXXX" and a NUL: 100 bits */
};

enum account_answer {
    ACCOUNT_entered,
    ACCOUNT_wrong,     /* name, password or code: it does not say which */
    ACCOUNT_paused,    /* too many wrong tries; `pause_ms` says how long to wait */
    ACCOUNT_locked,    /* an administrator has to open it */
    ACCOUNT_needs_totp /* the password is right, the second factor is asked for */
};

/* One try. Fill the first part, then call the three steps in order. */
struct account_try {
    struct str code;     /* staff number */
    struct str password; /* or the one-time code */
    struct str totp;     /* or a recovery code (recovery.h); empty: not given */
    enum session_door door;
    const char *origin; /* "192.0.2.7": counted and kept with the session */
    int64_t now_ms;

    /* account_begin() */
    uint32_t person_no; /* 0: nobody of that name can sign in */
    char verifier[PASSWORD_VERIFIER_SIZE];
    uint8_t code_hash[32];
    bool has_code;
    bool is_paused, is_locked;
    int64_t recovery_no; /* of the recovery code that `totp` says it is; 0 none */
    char recovery_verifier[PASSWORD_VERIFIER_SIZE];
    /* account_prove() */
    bool is_proven, is_by_code, is_recovered;
    /* account_enter() */
    int64_t pause_ms;
    bool must_change; /* a password is to be chosen before anything else */
    char token[SESSION_TEXT_SIZE];
};

/* Any store. */
enum err account_begin(struct hq_store *store, struct account_try *try) MUST_USE;
/* No store; any thread. Does nothing while paused. */
void account_prove(struct account_try *try);
/* The writer, in a transaction of its own: counts, opens the session, writes the audit log. */
enum err account_enter(struct hq_store *store, const struct rng *rng, struct account_try *try,
                       enum account_answer *answer_out) MUST_USE;

/* ---- accounts; all inside a transaction of the writer ---- */

/* A new one-time code for the first sign-in or a forgotten password: the password is void, the
 * sessions end, the second factor and its recovery codes go, the account is open. */
enum err account_renew(struct hq_store *store, const struct rng *rng, uint32_t person_no,
                       int64_t now_ms, char code_out[ACCOUNT_CODE_SIZE]) MUST_USE;
/* A new password that was checked by password_fault(); ends the sessions of the person. */
enum err account_set_password(struct hq_store *store, uint32_t person_no, const char *verifier,
                              int64_t now_ms) MUST_USE;
/* A locked account lets nobody in and ends its sessions; opening forgets wrong tries.
 * ERR_not_found: the person has no account. */
enum err account_lock(struct hq_store *store, uint32_t person_no, bool is_locked) MUST_USE;
/* Whether the person still has to choose a password. */
enum err account_must_change(struct hq_store *store, uint32_t person_no, bool *must_out) MUST_USE;

/* The second factor: a secret is made, and counts once a code of it was given. */
enum err account_totp_make(struct hq_store *store, const struct rng *rng, uint32_t person_no,
                           uint8_t *secret_out) MUST_USE;
/* ERR_not_allowed: not the code of now; ERR_not_found: none was made. */
enum err account_totp_confirm(struct hq_store *store, uint32_t person_no, struct str text,
                              int64_t now_ms) MUST_USE;
enum err account_totp_drop(struct hq_store *store, uint32_t person_no) MUST_USE;
