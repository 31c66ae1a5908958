/* The three steps of signing in, and what an administrator does with accounts. */
#include "sync/server/staff/account.h"

#include "core/base/check.h"
#include "sync/server/staff/member.h"
#include "sync/server/staff/recovery.h"
#include "sync/server/staff/throttle.h"
#include "sync/server/staff/totp.h"
#include "sync/server/store/strongbox.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { CODE_GROUPS = 5, CODE_GROUP_SIZE = 4 };

/* Names that nobody has are counted by what was typed, so that the answer is the same. */
static struct throttle of_account(const struct account_try *try)
{
    struct throttle throttle = {.tries = ACCOUNT_TRIES};
    if (try->person_no != 0) {
        snprintf(throttle.name, sizeof throttle.name, "p%u", try->person_no);
    } else {
        struct chain_hash hash = chain_hash(try->code.bytes, try->code.size);
        snprintf(throttle.name, sizeof throttle.name, "n%02x%02x%02x%02x", hash.bytes[0],
                 hash.bytes[1], hash.bytes[2], hash.bytes[3]);
    }
    return throttle;
}

static struct throttle of_address(const struct account_try *try)
{
    struct throttle throttle = {.tries = ACCOUNT_ADDRESS_TRIES};
    snprintf(throttle.name, sizeof throttle.name, "a%s", try->origin);
    return throttle;
}

/* ---- signing in ---- */

struct kept {
    bool is_found, is_locked, totp_is_on;
    char verifier[PASSWORD_VERIFIER_SIZE];
    uint8_t code_hash[CHAIN_HASH_SIZE];
    bool has_code;
    int64_t code_until_ms;
    uint8_t totp_sealed[STRONGBOX_SIZE_MAX];
    size_t totp_size;
    bool has_totp;
    int64_t totp_step;
};

/* What the strongbox knows the second factor of a person by. */
struct totp_row {
    char text[16];
};

static struct totp_row totp_row(uint32_t person_no)
{
    struct totp_row row;
    snprintf(row.text, sizeof row.text, "%u", person_no);
    return row;
}

static enum err kept_load(struct hq_store *store, uint32_t person_no, struct kept *kept_out)
{
    *kept_out = (struct kept){0};
    struct hq_query query = hq_query(store, SQL_HQ_account_get);
    hq_bind_i64(&query, "$person_no", person_no);
    if (hq_next(&query)) {
        kept_out->is_found = true;
        (void)str_copy(kept_out->verifier, sizeof kept_out->verifier, hq_text(&query, 0));
        struct str hash = hq_text(&query, 1);
        kept_out->has_code = hash.size == sizeof kept_out->code_hash;
        if (kept_out->has_code) {
            memcpy(kept_out->code_hash, hash.bytes, hash.size);
        }
        kept_out->code_until_ms = hq_i64(&query, 2);
        kept_out->is_locked = hq_i64(&query, 3) != 0;
        struct str secret = hq_text(&query, 4);
        /* What cannot be one is kept as one that will not open: never as no second factor. */
        kept_out->has_totp = secret.size > 0;
        kept_out->totp_size = secret.size <= sizeof kept_out->totp_sealed ? secret.size : 0;
        memcpy(kept_out->totp_sealed, secret.bytes, kept_out->totp_size);
        kept_out->totp_is_on = kept_out->has_totp && hq_i64(&query, 5) != 0;
        kept_out->totp_step = hq_i64(&query, 6);
    }
    return hq_end(&query);
}

/* Whether `text` is a code of the person's second factor. ERR_wrong_key, ERR_corrupt: its secret
 * cannot be opened. */
static enum err totp_fits(struct hq_store *store, uint32_t person_no, const struct kept *kept,
                          struct str text, int64_t now_ms, bool *fits_out, int64_t *step_out)
{
    uint8_t secret[TOTP_SECRET_SIZE];
    struct totp_row row = totp_row(person_no);
    const struct str sealed = {(const char *)kept->totp_sealed, kept->totp_size};
    enum err err =
        strongbox_open(store, STRONGBOX_totp, str_from(row.text), sealed, secret, sizeof secret);
    if (err == OK) {
        *fits_out = totp_is(secret, text, now_ms, kept->totp_step, step_out);
    }
    sodium_memzero(secret, sizeof secret);
    return err;
}

enum err account_begin(struct hq_store *store, struct account_try *try)
{
    struct permit_person person = {0};
    struct kept kept = {0};
    try->person_no = 0;
    enum err err = member_find(store, try->code, &try->person_no);
    if (err != OK && err != ERR_not_found) {
        return err;
    }
    if (try->person_no != 0) {
        TRY(member_load(store, try->person_no, &person));
        TRY(kept_load(store, try->person_no, &kept));
    }
    if (!kept.is_found || person.grant_count == 0) {
        kept = (struct kept){0}; /* answered as a name that nobody has */
    }
    memcpy(try->verifier, kept.verifier, sizeof try->verifier);
    memcpy(try->code_hash, kept.code_hash, sizeof try->code_hash);
    try->has_code = kept.has_code && try->now_ms < kept.code_until_ms;
    try->is_locked = kept.is_locked;
    try->recovery_no = kept.totp_is_on ? recovery_no(try->totp) : 0;
    try->recovery_verifier[0] = '\0';
    if (try->recovery_no != 0) {
        TRY(recovery_find(store, try->person_no, try->recovery_no, try->recovery_verifier));
    }
    struct throttle account = of_account(try), address = of_address(try);
    TRY(throttle_load(store, &account, try->now_ms));
    TRY(throttle_load(store, &address, try->now_ms));
    int64_t until_ms = account.until_ms > address.until_ms ? account.until_ms : address.until_ms;
    try->is_paused = until_ms > try->now_ms;
    try->pause_ms = try->is_paused ? until_ms - try->now_ms : 0;
    return OK;
}

/* As it was typed: small letters, without the dashes, or with blanks. */
static struct chain_hash code_hash(struct str text)
{
    char code[CODE_GROUPS * CODE_GROUP_SIZE + 1];
    size_t size = 0;
    for (size_t i = 0; i < text.size && size < sizeof code; i++) {
        char c = text.bytes[i];
        if (c != '-' && c != ' ') {
            code[size++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        }
    }
    return chain_hash(code, size);
}

void account_prove(struct account_try *try)
{
    try->is_proven = false;
    try->is_by_code = false;
    try->is_recovered = false;
    if (try->is_paused) {
        return;
    }
    /* A code has 100 bits of chance: a plain hash keeps it well enough. */
    struct chain_hash hash = code_hash(try->password);
    try->is_by_code =
        try->has_code && sodium_memcmp(hash.bytes, try->code_hash, sizeof hash.bytes) == 0;
    bool is_password = password_is(try->verifier, try->password);
    try->is_proven = try->is_by_code || is_password;
    /* Computed for every account and password alike: how long it takes tells nothing of either. */
    bool is_code = recovery_no(try->totp) != 0 && recovery_is(try->recovery_verifier, try->totp);
    try->is_recovered = try->is_proven && try->recovery_no != 0 && is_code;
}

static enum err say(struct hq_store *store, const struct account_try *try, const char *action)
{
    struct permit_person person = {0};
    if (try->person_no != 0) {
        TRY(member_load(store, try->person_no, &person));
    }
    const struct hq_audit_line line = {
        .at_ms = try->now_ms,
        .actor = str_from(person.person_no != 0 ? person.code : "unknown"),
        .action = str_from(action),
        .origin = str_from(try->origin),
        .person_no = try->person_no,
    };
    return hq_audit_put(store, &line);
}

static enum err count_wrong(struct hq_store *store, struct account_try *try,
                            struct throttle *account, struct throttle *address)
{
    TRY(throttle_count(store, account, try->now_ms));
    TRY(throttle_count(store, address, try->now_ms));
    return say(store, try, "login wrong");
}

static enum err enter(struct hq_store *store, const struct rng *rng, struct account_try *try,
                      enum account_answer *answer_out)
{
    struct throttle account = of_account(try), address = of_address(try);
    TRY(throttle_load(store, &account, try->now_ms));
    TRY(throttle_load(store, &address, try->now_ms));
    int64_t until_ms = account.until_ms > address.until_ms ? account.until_ms : address.until_ms;
    if (try->is_paused || until_ms > try->now_ms) { /* also by tries that ran beside this one */
        try->pause_ms = until_ms - try->now_ms;
        *answer_out = ACCOUNT_paused;
        return OK;
    }
    struct kept kept = {0};
    if (try->person_no != 0) {
        TRY(kept_load(store, try->person_no, &kept));
    }
    /* What was proven must still be so: the account may have changed since. */
    bool is_same =
        strcmp(kept.verifier, try->verifier) == 0 && kept.has_code == (kept.code_until_ms != 0) &&
        (!try->is_by_code || memcmp(kept.code_hash, try->code_hash, sizeof kept.code_hash) == 0);
    if (!try->is_proven || !is_same) {
        *answer_out = ACCOUNT_wrong;
        return count_wrong(store, try, &account, &address);
    }
    if (kept.is_locked) {
        *answer_out = ACCOUNT_locked;
        return say(store, try, "login locked");
    }
    if (kept.totp_is_on && try->totp.size == 0) {
        *answer_out = ACCOUNT_needs_totp;
        return OK;
    }
    int64_t step = 0;
    bool is_code = true;
    if (kept.totp_is_on && try->is_recovered) { /* used up, also when it was by another beside */
        TRY(recovery_use(store, try->person_no, try->recovery_no, try->recovery_verifier,
                         try->now_ms, &is_code));
    } else if (kept.totp_is_on) {
        TRY(totp_fits(store, try->person_no, &kept, try->totp, try->now_ms, &is_code, &step));
    }
    if (!is_code) {
        *answer_out = ACCOUNT_wrong;
        return count_wrong(store, try, &account, &address);
    }
    if (kept.totp_is_on && !try->is_recovered) {
        struct hq_query use = hq_query(store, SQL_HQ_account_totp_use);
        hq_bind_i64(&use, "$person_no", try->person_no);
        hq_bind_i64(&use, "$step", step);
        TRY(hq_run(&use));
    }
    /* The address stays counted: one right password must not free the guessing of others. */
    TRY(throttle_clear(store, account.name));
    TRY(throttle_sweep(store, try->now_ms));
    TRY(session_open(store, rng, try->person_no, try->door, try->origin, try->now_ms, try->token));
    try->must_change = try->is_by_code || kept.verifier[0] == '\0';
    *answer_out = ACCOUNT_entered;
    return say(store, try,
               try->is_recovered ? "login by recovery code"
               : try->is_by_code ? "login by code"
                                 : "login");
}

enum err account_enter(struct hq_store *store, const struct rng *rng, struct account_try *try,
                       enum account_answer *answer_out)
{
    *answer_out = ACCOUNT_wrong;
    TRY(hq_begin(store));
    enum err err = enter(store, rng, try, answer_out);
    if (err == OK) {
        err = hq_commit(store);
    }
    if (err != OK) {
        hq_rollback(store);
        sodium_memzero(try->token, sizeof try->token);
    }
    return err;
}

/* ---- accounts ---- */

enum err account_renew(struct hq_store *store, const struct rng *rng, uint32_t person_no,
                       int64_t now_ms, char code_out[ACCOUNT_CODE_SIZE])
{
    /* Without signs that look alike. */
    static const char signs[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    _Static_assert(sizeof signs - 1 == 32, "five bits a sign");
    char code[CODE_GROUPS * CODE_GROUP_SIZE];
    size_t at = 0;
    for (size_t i = 0; i < sizeof code; i++) {
        uint8_t byte = 0;
        rng_fill(rng, &byte, 1);
        code[i] = signs[byte & 31];
        if (i > 0 && i % CODE_GROUP_SIZE == 0) {
            code_out[at++] = '-';
        }
        code_out[at++] = code[i];
    }
    code_out[at] = '\0';
    CHECK(at + 1 == ACCOUNT_CODE_SIZE);
    struct chain_hash hash = chain_hash(code, sizeof code);
    struct hq_query query = hq_query(store, SQL_HQ_account_renew);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_bytes(&query, "$code_hash", hash.bytes, sizeof hash.bytes);
    hq_bind_i64(&query, "$code_until_ms", now_ms + ACCOUNT_CODE_MS);
    hq_bind_i64(&query, "$now_ms", now_ms);
    TRY(hq_run(&query));
    TRY(recovery_clear(store, person_no));
    return session_close_all(store, person_no);
}

enum err account_set_password(struct hq_store *store, uint32_t person_no, const char *verifier,
                              int64_t now_ms)
{
    struct hq_query query = hq_query(store, SQL_HQ_account_set_password);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_text(&query, "$verifier", str_from(verifier));
    hq_bind_i64(&query, "$now_ms", now_ms);
    TRY(hq_run(&query));
    return session_close_all(store, person_no);
}

enum err account_lock(struct hq_store *store, uint32_t person_no, bool is_locked)
{
    struct hq_query query = hq_query(store, SQL_HQ_account_lock);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_i64(&query, "$is_locked", is_locked);
    TRY(hq_run(&query));
    if (hq_changed_count(store) == 0) {
        return ERR_not_found;
    }
    if (is_locked) {
        return session_close_all(store, person_no);
    }
    char name[THROTTLE_NAME_SIZE];
    snprintf(name, sizeof name, "p%u", person_no);
    return throttle_clear(store, name);
}

enum err account_must_change(struct hq_store *store, uint32_t person_no, bool *must_out)
{
    struct kept kept;
    TRY(kept_load(store, person_no, &kept));
    *must_out = kept.verifier[0] == '\0';
    return OK;
}

enum err account_totp_make(struct hq_store *store, const struct rng *rng, uint32_t person_no,
                           uint8_t *secret_out)
{
    uint8_t sealed[STRONGBOX_SIZE_MAX];
    size_t size = 0;
    rng_fill(rng, secret_out, TOTP_SECRET_SIZE);
    struct totp_row row = totp_row(person_no);
    TRY(strongbox_seal(store, STRONGBOX_totp, str_from(row.text),
                       (struct str){(const char *)secret_out, TOTP_SECRET_SIZE}, sealed, &size));
    struct hq_query query = hq_query(store, SQL_HQ_account_totp_make);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_bytes(&query, "$secret", sealed, size);
    TRY(hq_run(&query));
    return hq_changed_count(store) > 0 ? OK : ERR_not_found;
}

enum err account_totp_confirm(struct hq_store *store, uint32_t person_no, struct str text,
                              int64_t now_ms)
{
    struct kept kept;
    TRY(kept_load(store, person_no, &kept));
    if (!kept.has_totp) {
        return ERR_not_found;
    }
    int64_t step = 0;
    bool is_code = false;
    TRY(totp_fits(store, person_no, &kept, text, now_ms, &is_code, &step));
    if (!is_code) {
        return ERR_not_allowed;
    }
    struct hq_query use = hq_query(store, SQL_HQ_account_totp_use);
    hq_bind_i64(&use, "$person_no", person_no);
    hq_bind_i64(&use, "$step", step);
    return hq_run(&use);
}

enum err account_totp_drop(struct hq_store *store, uint32_t person_no)
{
    struct hq_query query = hq_query(store, SQL_HQ_account_totp_make);
    hq_bind_i64(&query, "$person_no", person_no);
    hq_bind_bytes(&query, "$secret", "", 0);
    TRY(hq_run(&query));
    return hq_changed_count(store) > 0 ? recovery_clear(store, person_no) : ERR_not_found;
}
