/* sync/server/staff/password.h -- passwords: what is taken for one, and how it is kept.
 *
 * Argon2id by libsodium, three passes over 64 MiB: 0.15 s on a desk machine. The parameters
 * stand in the verifier, so that they can be raised without asking anybody. */
#pragma once

#include "core/base/err.h"
#include "core/base/str.h"

#include <stdbool.h>

enum {
    PASSWORD_PASSES = 3,
    PASSWORD_MEMORY = 64 * 1024 * 1024,
    PASSWORD_CHARS_MIN = 10,
    PASSWORD_SIZE_MAX = 256,
    PASSWORD_VERIFIER_SIZE = 128, /* crypto_pwhash_STRBYTES */
};

/* What is wrong with a new password, as a text key; NULL: nothing. `code` and `name`: of the
 * person, which it must not contain. No mix of signs is asked for: length is what helps. */
const char *password_fault(struct str password, struct str code, struct str name);

/* Slow and large on purpose; keeps at most 64 MiB. ERR_no_space when memory is short. */
enum err password_keep(struct str password, char verifier_out[PASSWORD_VERIFIER_SIZE]) MUST_USE;
/* Whether it is that password. As slow when `verifier` is empty or malformed, so that the time
 * does not tell whether an account exists. */
bool password_is(const char *verifier, struct str password);
