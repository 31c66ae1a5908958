/* sync/server/staff/recovery.h -- codes for the day when the second factor is lost: each is taken
 * once, in place of a code of the app.
 *
 * "3-KDMR-7XQA-P2HN": which of them it is, then 60 bits of chance. Kept as Argon2id texts
 * (password.h), one a code, so a try costs one computation. New ones void those of before; an
 * account without a second factor has none. */
#pragma once

#include "core/base/rng.h"
#include "sync/server/staff/password.h"
#include "sync/server/store/hq_store.h"

enum {
    RECOVERY_CODES = 6,
    RECOVERY_TEXT_SIZE = 17, /* "3-KDMR-7XQA-P2HN" and a NUL */
};

struct recovery_codes {
    char texts[RECOVERY_CODES][RECOVERY_TEXT_SIZE];
    char verifiers[RECOVERY_CODES][PASSWORD_VERIFIER_SIZE];
};

/* New codes; slow on purpose (RECOVERY_CODES passwords), no store. Wipe the texts after they were
 * shown. ERR_no_space when memory is short. */
enum err recovery_make(const struct rng *rng, struct recovery_codes *codes_out) MUST_USE;
/* They are the person's from now on, and no others; inside a transaction of the writer. */
enum err recovery_keep(struct hq_store *store, uint32_t person_no,
                       const struct recovery_codes *codes, int64_t now_ms) MUST_USE;
/* Forgets all of a person; inside a transaction of the writer. */
enum err recovery_clear(struct hq_store *store, uint32_t person_no) MUST_USE;
/* How many were not used yet. */
enum err recovery_left(struct hq_store *store, uint32_t person_no, int64_t *count_out) MUST_USE;

/* ---- within the staff room ---- */

/* Which code `text` says it is, 1 … RECOVERY_CODES; 0: it is none. */
int64_t recovery_no(struct str text);
/* The verifier of it, "" when there is none or it was used. Any store. */
enum err recovery_find(struct hq_store *store, uint32_t person_no, int64_t code_no,
                       char verifier_out[PASSWORD_VERIFIER_SIZE]) MUST_USE;
/* Whether `text` is the code of the verifier; slow. */
bool recovery_is(const char *verifier, struct str text);
/* It is used up; false when it was used or replaced meanwhile. Inside a transaction of the writer.
 */
enum err recovery_use(struct hq_store *store, uint32_t person_no, int64_t code_no,
                      const char *verifier, int64_t now_ms, bool *is_used_out) MUST_USE;
