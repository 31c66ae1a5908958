/* sync/server/staff/totp.h -- codes of an authenticator app (RFC 6238, HOTP of RFC 4226). */
#pragma once

#include "core/base/arena.h"
#include "core/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    TOTP_SECRET_SIZE = 20, /* as long as the hash, RFC 4226 section 4 */
    TOTP_STEP_MS = 30000,
    TOTP_DIGITS = 6,
    TOTP_TEXT_SIZE = 12, /* any number of 32 bits and a NUL */
    TOTP_SKEW = 1,       /* steps that a clock may be off, either way */
};

enum totp_hash { TOTP_HASH_sha1, TOTP_HASH_sha256, TOTP_HASH_sha512 };

/* The code of a counter, `digits` 6 to 8. */
void totp_code(enum totp_hash hash, const uint8_t *secret, size_t secret_size, uint64_t step,
               int digits, char text_out[TOTP_TEXT_SIZE]);

/* Whether `text` is the code of now or of TOTP_SKEW steps beside it, and later than
 * `last_step`: none is taken twice. */
bool totp_is(const uint8_t secret[TOTP_SECRET_SIZE], struct str text, int64_t now_ms,
             int64_t last_step, int64_t *step_out);

/* "otpauth://totp/…", for the app to scan; lives in `arena`. `issuer` and `account` are
 * percent-encoded. */
const char *totp_uri(struct arena *arena, const uint8_t secret[TOTP_SECRET_SIZE], struct str issuer,
                     struct str account);
/* The secret in base32 for typing, without padding. */
const char *totp_secret_text(struct arena *arena, const uint8_t secret[TOTP_SECRET_SIZE]);
